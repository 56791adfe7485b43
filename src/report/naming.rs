//! Things and rules as people call them.

use super::Report;
use crate::finding::Finding;
use crate::inventory::{Endpoint, Holder};
use crate::locale::{Text, one_line, shown};
use crate::model::{EntityKind, EntityRef, Vocabulary};
use crate::rules;
use crate::text;

impl Report<'_> {
    /// The name of a thing, harmless; for backups, flows and waivers what they are.
    pub(super) fn name(&self, thing: &EntityRef) -> String {
        let inventory = &self.assessment.inventory;
        let name = inventory.name_of(thing);
        let undeclared_internet = thing.kind == EntityKind::Party
            && thing.id == "internet"
            && !inventory.parties.declares(&thing.id);
        if undeclared_internet {
            return self.say(&Text::new("インターネット", "the internet"));
        }
        let position = || thing.id.parse::<usize>().ok()?.checked_sub(1);
        let described = match thing.kind {
            EntityKind::Flow => position().and_then(|at| inventory.flows.get(at)).map(|flow| {
                let (from, to) = (self.end(&flow.from), self.end(&flow.to));
                Text::same(format!("{from} → {to}"))
            }),
            EntityKind::Waiver => {
                position().and_then(|at| inventory.waivers.get(at)).map(|waiver| {
                    let (rule, subject) = (&waiver.rule.value, &waiver.subject.value);
                    let subject = inventory.name_of_subject(subject);
                    text!("{subject} の {rule}", "{rule} of {subject}")
                })
            }
            EntityKind::Backup => inventory.backups.get(&thing.id).map(|backup| {
                let systems =
                    backup.of.iter().map(|of| EntityRef::new(EntityKind::System, of.id()));
                let names = systems.map(|it| Text::same(inventory.name_of(&it).to_owned()));
                Text::list(&names.collect::<Vec<_>>())
            }),
            EntityKind::Path => {
                let paths = self.assessment.topology.paths();
                paths.iter().find(|it| it.thing == *thing).map(|path| {
                    let (device, path) = (self.name(&path.device), &path.name);
                    text!("{device} の {path}", "{path} of {device}"; path)
                })
            }
            _ => None,
        };
        match described {
            Some(text) => one_line(&self.say(&text)).into_owned(),
            None => one_line(name).into_owned(),
        }
    }

    /// An end of a flow by name.
    pub(super) fn end(&self, end: &Endpoint) -> String {
        let inventory = &self.assessment.inventory;
        match end {
            Endpoint::Any => self.say(&Text::new("すべて（無制限）", "anywhere (unrestricted)")),
            Endpoint::Internet => self.say(&Text::new("インターネット", "the internet")),
            Endpoint::Network(_) => end.to_string(),
            Endpoint::Named(id) => [
                (EntityKind::Zone, inventory.zones.declares(id)),
                (EntityKind::System, inventory.systems.declares(id)),
                (EntityKind::Party, inventory.parties.declares(id)),
                (EntityKind::Device, inventory.devices.declares(id)),
            ]
            .into_iter()
            .find(|(_, declared)| *declared)
            .map_or_else(|| id.clone(), |(kind, _)| self.name(&EntityRef::new(kind, id))),
        }
    }

    /// Who holds a duty, by name.
    pub(super) fn holder(&self, holder: &Holder) -> String {
        match holder {
            Holder::Hospital => self.say(&Text::new("病院", "hospital")),
            Holder::Undefined => self.say(&Text::new("未定", "undefined")),
            Holder::Party(id) => self.name(&EntityRef::new(EntityKind::Party, id)),
        }
    }

    /// What a finding is about: kind, name and, for `(…)`, its stable text form.
    pub(super) fn subject(&self, thing: &EntityRef) -> String {
        let kind = self.say(&thing.kind.label());
        let name = self.name(thing);
        match self.lang {
            crate::locale::Lang::Ja => format!("{kind}「{name}」"),
            crate::locale::Lang::En => format!("{kind} “{name}”"),
        }
    }

    /// The condition that a rule names.
    pub(super) fn title(&self, finding: &Finding) -> String {
        rules::find(finding.rule)
            .map_or_else(|| finding.rule.to_owned(), |rule| self.say(&rule.title))
    }

    /// The names of the first few things, and how many more there are.
    pub(super) fn few(&self, things: &[EntityRef], count: usize) -> String {
        let first = things.iter().take(shown(things.len(), count));
        let names: Vec<_> = first.map(|it| self.name(it)).collect();
        self.counted(names, things.len())
    }

    /// The first few of these names, and how many more there are.
    pub(super) fn first_of(&self, names: &[String], count: usize) -> String {
        let first = names.iter().take(shown(names.len(), count));
        self.counted(first.cloned().collect(), names.len())
    }

    fn counted(&self, mut shown: Vec<String>, total: usize) -> String {
        let more = total - shown.len();
        if more > 0 {
            shown.push(self.say(&text!("ほか{more}件", "{more} more")));
        }
        self.join(&shown)
    }

    /// Several names in one cell or sentence.
    pub(super) fn join(&self, names: &[String]) -> String {
        names.join(match self.lang {
            crate::locale::Lang::Ja => "、",
            crate::locale::Lang::En => ", ",
        })
    }
}
