//! The comparison of two records.

use super::attributes::{called_after, differences, what};
use super::followed::{Followed, by_ledger, of_both, without_cause};
use super::hardware::Hardware;
use super::identity::{self, Group, PORTS, Pairing};
use super::kinds::{
    AttributeChange, Change, FindingChange, Identity, Nature, ReachChange, TextChange, What,
};
use super::record::{How, Record, Source, Thing};
use super::renames::Renames;
use super::scope::{Looks, Sight, is_observed, looked_otherwise};
use super::{confirmed, explain, findings, reach, texts};
use crate::change::identity::Moved;
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef, Vocabulary as _};
use crate::topology::Corroboration;
use std::collections::BTreeSet;

/// What differs between two records.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Difference {
    /// What changed: unexplained changes first, then by nature, kind and place in the inventory.
    pub changes: Vec<Change>,
    /// What became of findings, by standing, the worst first.
    pub findings: Vec<FindingChange>,
    /// Who outside reaches more or less.
    pub reach: Vec<ReachChange>,
    /// Configurations whose text changed, in whatever.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<TextChange>,
    /// Reasons that explain no change, and why they do not.
    pub unused: Vec<explain::Unused>,
    /// What the newer record calls the things of the older one.
    #[serde(skip)]
    pub renames: Renames,
}

impl Difference {
    /// Compares two records. Reasons and pins are those of the newer one. `earlier` are records before
    /// the older one, oldest first: they tell since when findings stand.
    pub fn between(old: &Record, new: &Record, earlier: &[Record]) -> Self {
        let pairing = identity::pair(old, new);
        let looks = Looks::new(old, new, &pairing.renames);
        let work = Work { old, new, pairing: &pairing, looks: &looks };
        let mut changes = work.changes();
        confirmed::tell(&mut changes, old, new, &pairing.renames);
        explain::explain(&mut changes, old, new);
        let rank = |kind: EntityKind| EntityKind::ALL.iter().position(|it| *it == kind);
        changes.sort_by_key(|it| (!it.is_unexplained(), it.nature, rank(it.kind)));
        Self {
            unused: explain::unused(&changes, old, new),
            findings: findings::changes(old, new, &pairing.renames, &looks, earlier),
            reach: reach::changes(old, new, &pairing.renames, looks.changed().next().is_some()),
            texts: texts::changes(old, new, &pairing.renames, &changes),
            changes,
            renames: pairing.renames,
        }
    }

    /// The configurations that changed in something that is not compared.
    pub fn untold(&self) -> impl Iterator<Item = &TextChange> {
        self.texts.iter().filter(|it| it.is_untold())
    }

    /// The changes of which nobody said why, scope changes apart.
    pub fn unexplained(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|it| it.is_unexplained())
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        let stays = |it: &FindingChange| {
            matches!(it.standing, super::Standing::StillOpen | super::Standing::Accepted)
        };
        self.changes.is_empty()
            && self.texts.is_empty()
            && self.reach.is_empty()
            && self.findings.iter().all(stays)
    }
}

/// Two records whose things are paired.
struct Work<'r> {
    old: &'r Record,
    new: &'r Record,
    pairing: &'r Pairing,
    looks: &'r Looks<'r>,
}

/// What two things that are one differ in.
struct Pair<'r> {
    old: &'r Thing,
    new: &'r Thing,
    identity: Option<&'r Identity>,
    declared: Vec<AttributeChange>,
    found: Vec<AttributeChange>,
}

impl<'r> Work<'r> {
    fn changes(&self) -> Vec<Change> {
        let moved = Moved::among(self.pairs());
        let boxes = Hardware::of(self.old);
        let grouped: BTreeSet<usize> =
            self.pairing.groups.iter().flat_map(|it| it.new.iter().copied()).collect();
        let regrouped: BTreeSet<usize> =
            self.pairing.groups.iter().flat_map(|it| it.old.iter().copied()).collect();
        let mut all: Vec<Change> =
            self.pairing.groups.iter().filter_map(|it| self.regrouped(it)).collect();
        let mut looked: Vec<EntityRef> = Vec::new();
        let mut followed: Vec<Followed> = Vec::new();
        for (at, new) in self.new.things.iter().enumerate() {
            let old = self.pairing.older.get(at).copied().flatten();
            let Some(old) = old.and_then(|it| self.old.things.get(it)) else {
                if !grouped.contains(&at) {
                    all.push(self.alone(new, What::Added));
                }
                continue;
            };
            if old.attributes == new.attributes
                && old.state == new.state
                && old.id == new.id
                && self.pairing.renames.is_empty()
            {
                continue;
            }
            let mut pair = self.compare(at, old, new);
            if let Some(group) = self.pairing.groups.iter().position(|it| it.new.contains(&at)) {
                // What it lost or got is the splitting or merging itself.
                if let Some(change) = all.get_mut(group) {
                    change.attributes.append(&mut pair.declared);
                }
            }
            self.along(&mut all, &mut pair, &moved);
            self.declared(&mut all, &pair, &boxes);
            self.found(&mut all, &mut pair, &mut looked, &mut followed);
        }
        for (at, old) in self.old.things.iter().enumerate() {
            let is_gone = self.pairing.newer.get(at).is_some_and(Option::is_none);
            if is_gone && !regrouped.contains(&at) {
                all.push(self.alone(old, What::Removed));
            }
        }
        followed.into_iter().for_each(|it| it.tell(&mut all));
        without_cause(&mut all);
        self.looked(&mut all, looked);
        all
    }

    fn pairs(&self) -> impl Iterator<Item = (&'r Thing, &'r Thing)> {
        let (old, new) = (self.old, self.new);
        let older = self.pairing.older.iter().zip(&new.things);
        older.filter_map(|(at, new)| Some((old.things.get((*at)?)?, new)))
    }

    fn compare(&self, at: usize, old: &'r Thing, new: &'r Thing) -> Pair<'r> {
        let all = differences(old, new, &self.pairing.renames, (self.old, self.new));
        let (declared, found) = all.into_iter().partition(|it| it.source == Source::Declared);
        Pair { old, new, identity: self.pairing.why.get(&at), declared, found }
    }

    /// What only one of the records has.
    fn alone(&self, thing: &Thing, what: What) -> Change {
        let is_new = what == What::Added;
        let sight = self.sight(thing, is_new);
        let only_configured =
            thing.kind == EntityKind::Path || thing.state == Corroboration::Undeclared;
        let unseen = match (only_configured, is_new) {
            (false, _) => false,
            (true, true) => self.was_there(thing) && sight.may_have_been(),
            (true, false) => self.is_there(thing) && sight.may_still_be(),
        };
        let parts = matches!(thing.state, Corroboration::Undeclared | Corroboration::Conflicting);
        let nature = match () {
            () if unseen => Nature::Scope,
            () if !only_configured => self.of_ledger(),
            () if parts && is_new => Nature::Drift,
            () => Nature::Observed,
        };
        let note = match unseen {
            true => Some(sight.note()),
            false if only_configured => sight.unchanged.then(by_ledger),
            false => self.why_not_ledger(nature),
        };
        let id = || vec![thing.id.clone()];
        Change {
            old: if is_new { Vec::new() } else { id() },
            new: if is_new { id() } else { Vec::new() },
            note,
            follows: only_configured && !unseen && sight.unchanged,
            ..change(nature, vec![what], thing)
        }
    }

    /// What a difference of what is declared is. What stands in for a ledger where there are only
    /// configurations was made of them, and nobody changed a ledger.
    fn of_ledger(&self) -> Nature {
        match (self.old.undeclared, self.new.undeclared) {
            (false, false) => Nature::Declared,
            (true, true) if self.looks.changed().next().is_none() => Nature::Observed,
            _ => Nature::Scope,
        }
    }

    fn why_not_ledger(&self, nature: Nature) -> Option<Text> {
        (nature == Nature::Scope).then(|| match self.old.undeclared && self.new.undeclared {
            true => Text::new(
                "設定を確認した機器が前回と違うため、それだけの理由かもしれません",
                "perhaps only because other configurations were looked at",
            ),
            false => Text::new(
                "一方の状態には台帳がなく、設定だけがあります",
                "one of the states has no ledger, only configurations",
            ),
        })
    }

    /// How the thing was looked at, or the device that it is configured on.
    fn sight(&self, thing: &Thing, is_new: bool) -> Sight {
        if is_observed(thing) {
            return self.looks.by(How::Capture);
        }
        let thing = owner(thing);
        self.looks.at(&if is_new { thing } else { self.pairing.renames.thing(&thing) })
    }

    /// Whether the device of something that appears was known before, or only now shows itself.
    fn was_there(&self, thing: &Thing) -> bool {
        let owner = owner(thing);
        let at = self.new.things.iter().position(|it| it.kind == owner.kind && it.id == owner.id);
        let Some(at) = at else { return true };
        let known = self.pairing.older.get(at).is_some_and(Option::is_some);
        let undeclared =
            self.new.things.get(at).is_some_and(|it| it.state == Corroboration::Undeclared);
        known || undeclared
    }

    /// Whether the device of something that disappears is still known, or was only ever seen.
    fn is_there(&self, thing: &Thing) -> bool {
        let owner = owner(thing);
        let at = self.old.things.iter().position(|it| it.kind == owner.kind && it.id == owner.id);
        let Some(at) = at else { return true };
        let known = self.pairing.newer.get(at).is_some_and(Option::is_some);
        let undeclared =
            self.old.things.get(at).is_some_and(|it| it.state == Corroboration::Undeclared);
        known || undeclared
    }

    fn regrouped(&self, group: &Group) -> Option<Change> {
        let ids = |record: &Record, at: &[usize]| -> Vec<String> {
            at.iter().filter_map(|at| record.things.get(*at)).map(|it| it.id.clone()).collect()
        };
        let what = if group.old.len() == 1 { What::Split } else { What::Merged };
        let one = match what {
            What::Split => self.old.things.get(*group.old.first()?)?,
            _ => self.new.things.get(*group.new.first()?)?,
        };
        Some(Change {
            old: ids(self.old, &group.old),
            new: ids(self.new, &group.new),
            identity: Some(group.identity.clone()),
            ..change(Nature::Declared, vec![what], one)
        })
    }

    /// Takes out what changed only because a zone was split, merged or renumbered as a whole, and tells
    /// it with that zone.
    fn along(&self, all: &mut [Change], pair: &mut Pair<'r>, moved: &Moved) {
        if pair.new.kind == EntityKind::Zone || pair.declared.is_empty() {
            return;
        }
        let called_after = called_after(pair.new, &pair.declared, &self.pairing.renames);
        let mut zones: BTreeSet<String> = BTreeSet::new();
        let group = |it: &AttributeChange| {
            let id = |value: &String| value.strip_prefix("zones/").map(str::to_owned);
            let (was, is) = (id(it.old.first()?)?, id(it.new.first()?)?);
            let within = |change: &&Change| {
                change.kind == EntityKind::Zone
                    && matches!(change.main(), What::Split | What::Merged)
                    && change.old.contains(&was)
                    && change.new.contains(&is)
            };
            (it.old.len() == 1 && it.new.len() == 1).then_some(())?;
            all.iter().find(within).map(|_| is)
        };
        pair.declared.retain(|it| {
            let key = it.key.rsplit('.').next().unwrap_or_default();
            let with = match key {
                PORTS if it.key == PORTS => called_after.clone(),
                "zone" => group(it),
                "addresses" if !moved.is_empty() => moved.zone(&it.old, &it.new),
                _ => None,
            };
            let stays = with.is_none();
            zones.extend(with);
            stays
        });
        let thing = pair.new.thing();
        for change in all.iter_mut().filter(|it| it.kind == EntityKind::Zone) {
            if change.new.iter().any(|it| zones.contains(it)) && !change.along.contains(&thing) {
                change.along.push(thing.clone());
            }
        }
    }

    /// What the ledger says otherwise.
    fn declared(&self, all: &mut Vec<Change>, pair: &Pair<'r>, boxes: &Hardware<'_>) {
        let Pair { old, new, .. } = *pair;
        let what = what(new.kind, old, new, &pair.declared);
        if what.is_empty() {
            return;
        }
        let replaced = what.contains(&What::Replaced);
        let nature = if new.kind == EntityKind::Path { Nature::Observed } else { self.of_ledger() };
        let note = replaced.then(|| boxes.came_from(old, new)).flatten();
        all.push(Change {
            old: vec![old.id.clone()],
            new: vec![new.id.clone()],
            identity: pair.identity.cloned(),
            attributes: pair.declared.clone(),
            note: note.or_else(|| self.why_not_ledger(nature)),
            ..change(nature, what, new)
        });
    }

    /// What configurations say otherwise, and whether ledger and reality agree as before.
    fn found(
        &self,
        all: &mut Vec<Change>,
        pair: &mut Pair<'r>,
        looked: &mut Vec<EntityRef>,
        followed: &mut Vec<Followed>,
    ) {
        let Pair { old, new, .. } = *pair;
        let sight = self.sight(new, true);
        let both_looked =
            old.state != Corroboration::NotLooked && new.state != Corroboration::NotLooked;
        let by_eye = old.by_configuration() == new.by_configuration() && !is_observed(new);
        if old.state != new.state && by_eye && (old.configured, new.configured) != (None, None) {
            self.by_eye(all, old, new);
        } else if old.state != new.state {
            if both_looked || self.looks.enters_sight(new) {
                pair.found.push(AttributeChange {
                    key: "state".to_owned(),
                    label: Corroboration::ABOUT,
                    source: Source::Configured,
                    old: vec![old.state.key().to_owned()],
                    new: vec![new.state.key().to_owned()],
                });
            } else if sight.was == sight.is {
                looked.push(new.thing());
            }
        }
        if sight.was != sight.is && !matches!(new.kind, EntityKind::Path) {
            // Whatever the configuration says is new or gone with it.
            all.push(Change {
                old: vec![old.id.clone()],
                new: vec![new.id.clone()],
                note: Some(looked_otherwise(sight)),
                ..change(Nature::Scope, vec![What::Changed], new)
            });
            return;
        }
        let (scope, real): (Vec<_>, Vec<_>) =
            std::mem::take(&mut pair.found).into_iter().partition(|it| {
                (sight.same && !(sight.unchanged && of_both(new.kind, &it.key)))
                    || (it.new.is_empty() && sight.may_still_be() && sight.was)
                    || (it.old.is_empty() && sight.may_have_been() && sight.was)
            });
        for (attributes, is_scope) in [(real, false), (scope, true)] {
            if attributes.is_empty() {
                continue;
            }
            let worse = |it: &AttributeChange| match it.key.as_str() {
                "state" => matches!(
                    new.state,
                    Corroboration::NotSeen | Corroboration::Undeclared | Corroboration::Conflicting
                ),
                "contradictions" => !it.new.is_empty(),
                _ => false,
            };
            let nature = match () {
                () if is_scope => Nature::Scope,
                () if attributes.iter().any(worse) => Nature::Drift,
                () => Nature::Observed,
            };
            let mut what = what(new.kind, old, old, &attributes);
            what.dedup();
            let same_text = sight.unchanged && !is_scope;
            let note = match is_scope {
                true => Some(sight.note()),
                false => same_text.then(by_ledger),
            };
            let told = Change {
                old: vec![old.id.clone()],
                new: vec![new.id.clone()],
                identity: pair.identity.cloned(),
                note,
                attributes,
                follows: same_text,
                ..change(nature, what, new)
            };
            match same_text && nature == Nature::Observed {
                true => followed.push(Followed { told, owner: owner(new) }),
                false => all.push(told),
            }
        }
    }

    /// What only looks at the wire say otherwise. What is due to the looking is told once, with everything
    /// that it concerns.
    fn by_eye(&self, all: &mut Vec<Change>, old: &Thing, new: &Thing) {
        let note = self.looks.by_eye().eye_note(old.state, new.state);
        let same = |it: &&mut Change| it.nature == Nature::Scope && it.note == note;
        if let Some(known) = all.iter_mut().find(same).filter(|_| note.is_some()) {
            known.along.push(new.thing());
            return;
        }
        let parts = matches!(new.state, Corroboration::NotSeen | Corroboration::Conflicting);
        let nature = match (&note, parts) {
            (Some(_), _) => Nature::Scope,
            (None, true) => Nature::Drift,
            (None, false) => Nature::Observed,
        };
        let state = |it: &Thing| vec![it.state.key().to_owned()];
        all.push(Change {
            old: vec![old.id.clone()],
            new: vec![new.id.clone()],
            note,
            attributes: vec![AttributeChange {
                key: "state".to_owned(),
                label: Corroboration::ABOUT,
                source: Source::Observed,
                old: state(old),
                new: state(new),
            }],
            ..change(nature, vec![What::Changed], new)
        });
    }

    /// Things of which only now, or no longer, anybody knows whether they are as declared: told with
    /// what was looked at.
    fn looked(&self, all: &mut Vec<Change>, looked: Vec<EntityRef>) {
        let first = all.iter_mut().find(|it| it.nature == Nature::Scope);
        match first {
            Some(change) => change.along.extend(looked),
            None => {
                for thing in looked {
                    let Some(new) = self.new.find(&thing) else { continue };
                    let state = new.state.label();
                    all.push(Change {
                        old: vec![new.id.clone()],
                        new: vec![new.id.clone()],
                        note: Some(state),
                        ..change(Nature::Scope, vec![What::Changed], new)
                    });
                }
            }
        }
    }
}

/// The device that a path is configured on; anything else is its own.
fn owner(thing: &Thing) -> EntityRef {
    let device = thing.says(Source::Configured, "device").first();
    let device = device.filter(|_| thing.kind == EntityKind::Path);
    device.and_then(|it| it.parse().ok()).unwrap_or_else(|| thing.thing())
}

/// A change of a thing of which nothing else is known yet.
pub(super) fn change(nature: Nature, what: Vec<What>, thing: &Thing) -> Change {
    Change {
        nature,
        what,
        kind: thing.kind,
        old: Vec::new(),
        new: Vec::new(),
        name: if thing.name == Text::default() {
            Text::same(&thing.id)
        } else {
            thing.name.clone()
        },
        identity: None,
        attributes: Vec::new(),
        along: Vec::new(),
        note: None,
        follows: false,
        explained: None,
    }
}
