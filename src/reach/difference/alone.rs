//! Which change brought what no line explains: each change between two states is taken back alone,
//! and what somebody reaches is asked again.
//!
//! A change without which the shift is not there is its cause; several of which each is needed are
//! told together. When no single one undoes it there are several ways, and that is what is said.

use super::cause::{Cause, CauseKind, Which};
use super::{Both, Shift, State, Turn, turns};
use crate::evidence::{Configured, EvidenceSet};
use crate::inventory::{Inventory, Table};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::reach::Reach;
use crate::reach::exposure::{Exposure, Services};
use crate::source::{SourceMap, Span};
use crate::text;
use crate::topology;
use std::collections::{BTreeMap, BTreeSet};

/// So many changes are taken back: each costs one more look at everything.
const MOST: usize = 40;
/// So many that are needed together are named.
const FEW: usize = 3;

/// What is compared, the most telling first.
const KINDS: [EntityKind; 6] = [
    EntityKind::Connection,
    EntityKind::System,
    EntityKind::Device,
    EntityKind::Circuit,
    EntityKind::Party,
    EntityKind::Zone,
];

/// One change between two states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    what: What,
    /// Whether the older and the newer state have it.
    was: bool,
    is: bool,
    /// Of a configuration that both have: how its text changed.
    rewritten: Option<Rewritten>,
}

/// How the text of a configuration changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rewritten {
    /// Whether the same words stand in another order, and nothing else changed.
    reordered: bool,
    /// The one line that only the newer text has.
    line: Option<Span>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    /// The configuration of a device.
    Configuration(EntityRef),
    /// What is declared of a thing.
    Thing(EntityRef),
    /// The flows inside.
    Flows,
}

/// The newer state with one change taken back, and what is reached in it.
pub(super) struct Tried {
    step: Step,
    exposure: Exposure,
}

/// Takes back each change between two states alone.
pub(super) fn tried(old: State<'_>, new: State<'_>) -> Vec<Tried> {
    let (before, after) = (Configurations::of(old), Configurations::of(new));
    let all = steps(old, new, &before, &after);
    let back = all.into_iter().take(MOST).map(|step| {
        let mut inventory = new.reach.inventory.clone();
        let mut evidence = new.evidence.clone();
        match &step.what {
            What::Flows => inventory.flows.clone_from(&old.reach.inventory.flows),
            What::Thing(thing) => put(&mut inventory, old.reach.inventory, thing),
            What::Configuration(thing) => {
                after.replace(&mut evidence, thing, before.read.get(thing).map(|it| it.2));
            }
        }
        let graph = topology::build(&inventory, &evidence);
        let exposure = Exposure::new(&Reach::new(&inventory, &evidence, &graph));
        Tried { step, exposure }
    });
    back.collect()
}

/// The cause of a shift by what is tried; `None` when a line of the device explains it better.
pub(super) fn cause(shift: &Shift, weak: &Cause, old: State<'_>, tried: &[Tried]) -> Option<Cause> {
    let undoes = |it: &&Tried| {
        let now = Both::of_exposure(&it.exposure, &shift.who, &shift.to);
        let was = Both::of(old, &shift.who, &shift.to);
        !turns(&was, &now).into_iter().any(|(turn, services)| stays(shift, turn, &services))
    };
    let needed: Vec<&Step> = tried.iter().filter(undoes).map(|it| &it.step).collect();
    let own = |it: &&&Step| matches!(&it.what, What::Configuration(thing) if Some(thing) == weak.about.as_ref());
    // Nothing but the order of lines changed in a configuration, and without that it would not be so.
    let reordered = |it: &&Step| it.rewritten.is_some_and(|it| it.reordered);
    if needed.iter().any(|it| own(&it) && reordered(it)) && weak.kind != CauseKind::Unknown {
        return None;
    }
    let Some((first, more)) = needed.split_first() else {
        return Some(Cause {
            kind: CauseKind::Several,
            which: Which::New,
            about: None,
            says: Text::new(
                "どの変更も、それだけを元に戻しても変わらない（複数の変更による）",
                "no change alone undoes it: several changes bring it about",
            ),
            span: None,
        });
    };
    let more: Vec<Text> = more.iter().take(FEW).map(|it| it.named()).collect();
    let says = first.says();
    let says = match more.is_empty() {
        true => says,
        false => {
            let more = Text::list(&more);
            text!("{says}（{more} の変更もないと起きない）", "{says} (and it takes the change of {more})"; says, more)
        }
    };
    let (about, which) = (first.about(), if first.is { Which::New } else { Which::Old });
    let span = first.rewritten.and_then(|it| it.line);
    Some(Cause { kind: CauseKind::Change, which, about, says, span })
}

/// Whether a turn is what shifted, in part at least.
fn stays(shift: &Shift, turn: Turn, services: &Services) -> bool {
    turn == shift.turn && shift.services.difference(services) != shift.services
}

impl Step {
    fn about(&self) -> Option<EntityRef> {
        match &self.what {
            What::Configuration(thing) | What::Thing(thing) => Some(thing.clone()),
            What::Flows => None,
        }
    }

    fn named(&self) -> Text {
        match &self.what {
            What::Configuration(thing) => text!("{thing} の設定", "the configuration of {thing}"),
            What::Thing(thing) => Text::same(thing.to_string()),
            What::Flows => Text::new("院内で許可している通信", "the flows inside"),
        }
    }

    fn says(&self) -> Text {
        let is_configuration = matches!(self.what, What::Configuration(_));
        match (is_configuration, self.was, self.is) {
            (true, false, _) => Text::new(
                "この機器の設定を今回はじめて確認したため",
                "its configuration is looked at for the first time",
            ),
            (true, _, false) => Text::new(
                "この機器の設定を今回は確認していないため",
                "its configuration is not looked at this time",
            ),
            (true, ..) => {
                Text::new("この機器の設定が変わったため", "because its configuration changed")
            }
            (_, false, _) => Text::new("台帳に加わったため", "because it was added to the ledger"),
            (_, _, false) => {
                Text::new("台帳からなくなったため", "because it is gone from the ledger")
            }
            _ if self.what == What::Flows => Text::new(
                "院内で許可している通信（flows）の記載が変わったため",
                "because the declared flows changed",
            ),
            _ => Text::new("台帳の記載が変わったため", "because the ledger says otherwise of it"),
        }
    }
}

/// Everything that differs and has a say in reach.
fn steps(
    old: State<'_>,
    new: State<'_>,
    before: &Configurations<'_>,
    after: &Configurations<'_>,
) -> Vec<Step> {
    let mut all = Vec::new();
    let devices: BTreeSet<&EntityRef> = before.read.keys().chain(after.read.keys()).collect();
    for thing in devices {
        let text = |of: &Configurations<'_>| of.read.get(thing).map(|it| it.1.clone());
        let (was, is) = (text(before), text(after));
        if was != is {
            let what = What::Configuration(thing.clone());
            let read = before.read.get(thing).zip(after.read.get(thing));
            let rewritten = read.map(|(was, is)| Rewritten::of((was.2, old), (is.2, new)));
            all.push(Step { what, was: was.is_some(), is: is.is_some(), rewritten });
        }
    }
    let (older, newer) = (old.reach.inventory, new.reach.inventory);
    for kind in KINDS {
        let things = newer.declared().into_iter().chain(older.declared());
        let things: BTreeSet<EntityRef> = things.filter(|it| it.kind == kind).collect();
        for thing in things {
            if older.stated(&thing) != newer.stated(&thing) {
                let [was, is] = [older, newer].map(|it| it.span_of(&thing).is_some());
                all.push(Step { what: What::Thing(thing), was, is, rewritten: None });
            }
        }
    }
    let flows = |it: &Inventory| -> Vec<_> {
        let all = 1..=it.flows.len();
        all.map(|at| it.stated(&EntityRef::new(EntityKind::Flow, at.to_string()))).collect()
    };
    if flows(older) != flows(newer) {
        all.push(Step { what: What::Flows, was: true, is: true, rewritten: None });
    }
    all
}

/// What was read of each thing: where it stands, its text, and what it says.
struct Configurations<'s> {
    read: BTreeMap<EntityRef, (usize, String, &'s Configured)>,
}

impl<'s> Configurations<'s> {
    fn of(state: State<'s>) -> Self {
        let joined = state.reach.topology.joined().iter();
        let read = joined.filter_map(|it| {
            let configured = state.evidence.devices.get(it.configured)?;
            let text = text(configured, state.sources);
            Some((it.thing.clone(), (it.configured, text, configured)))
        });
        Self { read: read.collect() }
    }

    /// Puts what another state has read of a thing in the place of what stands in evidence.
    fn replace(&self, evidence: &mut EvidenceSet, thing: &EntityRef, with: Option<&Configured>) {
        let at = self.read.get(thing).map(|it| it.0);
        match (at.and_then(|at| Some((at, evidence.devices.get_mut(at)?))), with) {
            (Some((_, place)), Some(with)) => *place = with.clone(),
            (Some((at, _)), None) => drop(evidence.devices.remove(at)),
            (None, Some(with)) => evidence.devices.push(with.clone()),
            (None, None) => {}
        }
    }
}

impl Rewritten {
    fn of(was: (&Configured, State<'_>), is: (&Configured, State<'_>)) -> Self {
        let (was, is) = (lines(was.0, was.1.sources), lines(is.0, is.1.sources));
        let only = |these: &[(&str, Span)], those: &[(&str, Span)]| -> Vec<(String, Span)> {
            let those: BTreeSet<&str> = those.iter().map(|it| it.0).collect();
            let only = these.iter().filter(|it| !those.contains(it.0));
            only.map(|(line, span)| ((*line).to_owned(), *span)).collect()
        };
        let (gone, come) = (only(&was, &is), only(&is, &was));
        let words = |lines: &[(String, Span)]| {
            let words = lines.iter().flat_map(|it| it.0.split_whitespace().map(str::to_owned));
            let mut words: Vec<String> = words.collect();
            words.sort();
            words
        };
        let line = match come.as_slice() {
            [(_, span)] => Some(*span),
            _ => None,
        };
        Self { reordered: words(&gone) == words(&come), line }
    }
}

/// The lines of a configuration that are no comments, each with its place.
fn lines<'s>(configured: &Configured, sources: &'s SourceMap) -> Vec<(&'s str, Span)> {
    let mut all = Vec::new();
    for file in configured.files.iter().map(|it| it.file) {
        let mut at = 0;
        for line in sources.file(file).text().split_inclusive('\n') {
            let word = line.trim();
            let first = at + line.len() - line.trim_start().len();
            at += line.len();
            let place = u32::try_from(first).ok().zip(u32::try_from(first + word.len()).ok());
            if let Some((start, end)) = place.filter(|_| !word.is_empty())
                && !word.starts_with(['#', '!'])
            {
                all.push((word, sources.unmasked(Span { file, start, end })));
            }
        }
    }
    all
}

fn text(configured: &Configured, sources: &SourceMap) -> String {
    configured.files.iter().map(|it| sources.file(it.file).text()).collect()
}

/// Puts what another inventory says of a thing in the place of what stands there.
fn put(inventory: &mut Inventory, from: &Inventory, thing: &EntityRef) {
    fn one<T: Clone>(into: &mut Table<T>, from: &Table<T>, id: &str) {
        into.put(id, from.get(id).cloned());
    }
    let id = &thing.id;
    match thing.kind {
        EntityKind::Connection => one(&mut inventory.connections, &from.connections, id),
        EntityKind::System => one(&mut inventory.systems, &from.systems, id),
        EntityKind::Device => one(&mut inventory.devices, &from.devices, id),
        EntityKind::Circuit => one(&mut inventory.circuits, &from.circuits, id),
        EntityKind::Party => one(&mut inventory.parties, &from.parties, id),
        EntityKind::Zone => one(&mut inventory.zones, &from.zones, id),
        _ => {}
    }
}
