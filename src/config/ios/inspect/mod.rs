//! Inspection: CBAC (`ip inspect`) and the zone-based firewall.

mod facts;

use super::parse::{Command, settle};
use super::repr::Repr;
use crate::config::coverage::{Because, Fate};
use crate::config::notes::Notes;
use crate::config::outline::Item;
use crate::model::device::StructureKind;
use crate::source::{Span, Spanned};
pub(super) use facts::{answers, zones};
use std::collections::{BTreeMap, BTreeSet};

/// A class of traffic.
#[derive(Clone, Debug)]
struct Class {
    /// Whether all of its conditions must hold.
    all: bool,
    lists: Vec<Spanned<String>>,
    protocols: Vec<(String, Span)>,
    classes: Vec<String>,
    not_understood: Vec<Span>,
}

/// What a policy does with a class.
#[derive(Clone, Debug)]
struct Step {
    class: String,
    action: Option<Spanned<String>>,
    span: Span,
}

/// `zone-pair security NAME source A destination B`
#[derive(Clone, Debug)]
struct Pair {
    span: Span,
    name: String,
    from: String,
    to: String,
    policy: Option<Spanned<String>>,
}

/// Everything about inspection.
#[derive(Clone, Debug, Default)]
pub(super) struct Inspection {
    /// `ip inspect name N PROTOCOL`
    rules: BTreeMap<String, Vec<(String, Span)>>,
    zones: Vec<Spanned<String>>,
    classes: BTreeMap<String, Class>,
    policies: BTreeMap<String, Vec<Step>>,
    pairs: Vec<Pair>,
    /// Policies for quality of service that throw some class away.
    dropping: BTreeSet<String>,
}

/// `zone security default`: every interface that is in no zone belongs to it (Cisco IOS XE *Security
/// Configuration Guide: Zone-Based Policy Firewall*, default zone).
pub(super) fn default_zone(repr: &Repr) -> Option<&Spanned<String>> {
    repr.inspection.zones.iter().find(|it| it.value == "default")
}

/// `ip inspect …` in the global mode.
pub(super) fn rule(repr: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    match command.words.as_slice() {
        [_, _, "name", name, protocol, ..] if !command.negated => {
            notes.structures.define(
                StructureKind::Other,
                format!("inspect {name}"),
                command.span(),
            );
            let rules = repr.inspection.rules.entry((*name).to_owned()).or_default();
            rules.push(((*protocol).to_owned(), command.span()));
            Fate::Understood
        }
        [_, _, "log" | "audit-trail" | "alert-off", ..] => Fate::Ignored(Because::Logging),
        [
            _,
            _,
            "tcp" | "udp" | "dns-timeout" | "max-incomplete" | "one-minute" | "hashtable-size"
            | "WAAS",
            ..,
        ] => Fate::Ignored(Because::Performance),
        _ => Fate::Unrecognized,
    }
}

/// `zone security NAME`
pub(super) fn zone(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let name = command.word(2);
    notes.structures.define_active(StructureKind::Zone, name.text, command.span());
    repr.inspection.zones.push(Spanned::new(name.text.to_owned(), command.span()));
    for child in &item.children {
        if child.line.body().starts_with("description") {
            notes.ignored(&child.line, Because::Presentation);
        }
    }
    Fate::Understood
}

/// `zone-pair security NAME source A destination B` with `service-policy type inspect P`
pub(super) fn pair(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let [_, _, name, "source", from, "destination", to] = command.words.as_slice() else {
        return Fate::Unrecognized;
    };
    for zone in [from, to].into_iter().filter(|zone| !matches!(**zone, "self" | "default")) {
        notes.structures.refer(StructureKind::Zone, *zone, command.span());
    }
    let mut policy = None;
    for child in &item.children {
        let line = Command::of(&child.line);
        match line.words.as_slice() {
            ["service-policy", "type", "inspect", name] => {
                notes.structures.refer(
                    StructureKind::Other,
                    format!("policy-map {name}"),
                    line.span(),
                );
                policy = Some(Spanned::new((*name).to_owned(), line.span()));
                notes.understood(&child.line);
            }
            ["description", ..] => notes.ignored(&child.line, Because::Presentation),
            _ => {}
        }
    }
    repr.inspection.pairs.push(Pair {
        span: command.span(),
        name: (*name).to_owned(),
        from: (*from).to_owned(),
        to: (*to).to_owned(),
        policy,
    });
    Fate::Understood
}

/// `class-map [type inspect] match-any|match-all NAME`
pub(super) fn class_map(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let inspects = command.begins("class-map type inspect");
    let Some(name) = command.words.last() else { return Fate::Unrecognized };
    let mut class = Class {
        all: !command.words.contains(&"match-any"),
        lists: Vec::new(),
        protocols: Vec::new(),
        classes: Vec::new(),
        not_understood: Vec::new(),
    };
    let mut fates = Vec::new();
    for child in &item.children {
        let line = Command::of(&child.line);
        let fate = match line.words.as_slice() {
            ["description", ..] => Fate::Ignored(Because::Presentation),
            ["match", "access-group", "name", list] | ["match", "access-group", list] => {
                notes.structures.refer(StructureKind::Filter, *list, line.span());
                class.lists.push(Spanned::new((*list).to_owned(), line.span()));
                Fate::Understood
            }
            ["match", "protocol", protocol] => {
                class.protocols.push(((*protocol).to_owned(), line.span()));
                Fate::Understood
            }
            ["match", "class-map", name] => {
                class.classes.push((*name).to_owned());
                notes.structures.refer(
                    StructureKind::Other,
                    format!("class-map {name}"),
                    line.span(),
                );
                Fate::Understood
            }
            _ => {
                class.not_understood.push(line.span());
                Fate::Unrecognized
            }
        };
        fates.push(fate);
    }
    if !inspects {
        // Classes of quality of service choose no way.
        settle(item, Fate::Ignored(Because::Performance), notes);
        return Fate::Ignored(Because::Performance);
    }
    for (child, fate) in item.children.iter().zip(fates) {
        notes.set(child.line.number, fate);
    }
    notes.structures.define(StructureKind::Other, format!("class-map {name}"), command.span());
    repr.inspection.classes.insert((*name).to_owned(), class);
    Fate::Understood
}

impl Inspection {
    /// `policy-map NAME` for quality of service: whether it, or a policy in it, throws a class away.
    fn classes_of_traffic(&mut self, command: &Command<'_>, item: &Item<'_>) {
        let Some(name) = command.words.last() else { return };
        let drops = item.children.iter().flat_map(|it| &it.children).any(|it| {
            let line = it.line.body();
            line == "drop"
                || line.starts_with("police") && line.contains("conform-action drop")
                || line == "conform-action drop"
                || line.strip_prefix("service-policy ").is_some_and(|it| self.drops(it))
        });
        if drops {
            self.dropping.insert((*name).to_owned());
        }
    }

    /// Whether a policy throws away what is in some class.
    pub(super) fn drops(&self, policy: &str) -> bool {
        self.dropping.contains(policy)
    }
}

/// `policy-map type inspect NAME`
pub(super) fn policy_map(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let ["policy-map", "type", "inspect", name] = command.words.as_slice() else {
        repr.inspection.classes_of_traffic(command, item);
        settle(item, Fate::Ignored(Because::Performance), notes);
        return Fate::Ignored(Because::Performance);
    };
    notes.structures.define(StructureKind::Other, format!("policy-map {name}"), command.span());
    let mut steps = Vec::new();
    for child in &item.children {
        let line = Command::of(&child.line);
        let class = match line.words.as_slice() {
            ["class", "type", "inspect", class] => {
                notes.structures.refer(
                    StructureKind::Other,
                    format!("class-map {class}"),
                    line.span(),
                );
                (*class).to_owned()
            }
            ["class", "class-default"] => "class-default".to_owned(),
            ["description", ..] => {
                notes.ignored(&child.line, Because::Presentation);
                continue;
            }
            _ => continue,
        };
        notes.understood(&child.line);
        let mut step = Step { class, action: None, span: line.span() };
        for below in &child.children {
            let line = Command::of(&below.line);
            match line.words.as_slice() {
                [action @ ("inspect" | "pass" | "drop"), ..] => {
                    step.action = Some(Spanned::new((*action).to_owned(), line.span()));
                    notes.understood(&below.line);
                }
                ["police" | "log", ..] => notes.ignored(&below.line, Because::Performance),
                _ => {}
            }
        }
        steps.push(step);
    }
    repr.inspection.policies.insert((*name).to_owned(), steps);
    Fate::Understood
}
