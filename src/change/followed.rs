//! What is told of a configured thing otherwise than before although its configuration is the same.

use super::kinds::{Change, Nature};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};

/// What differs of a configured thing although its configuration is the same: the ledger changed.
pub(super) struct Followed {
    pub(super) told: Change,
    /// The device that it is configured on.
    pub(super) owner: EntityRef,
}

impl Followed {
    /// Told along with the change of the ledger that it follows; for itself when that is not found.
    pub(super) fn tell(self, all: &mut Vec<Change>) {
        let thing = self.told.thing();
        let named = self.told.attributes.iter().filter(|it| it.key == "declared");
        let named = named.flat_map(|it| it.new.iter().chain(&it.old));
        let named: Vec<EntityRef> = named.filter_map(|it| it.parse().ok()).collect();
        let leads = |it: &&mut Change| {
            let is_it = |of: &EntityRef| {
                of.kind == it.kind && (it.new.contains(&of.id) || it.old.contains(&of.id))
            };
            it.nature == Nature::Declared
                && (named.iter().any(is_it) || is_it(&thing) || is_it(&self.owner))
        };
        match all.iter_mut().find(leads) {
            Some(change) if change.thing() == thing => {
                change.attributes.extend(self.told.attributes);
            }
            Some(change) => change.along.push(thing),
            None => all.push(Change { nature: Nature::Declared, follows: true, ..self.told }),
        }
    }
}

/// Nothing follows from a ledger that did not change: then somebody has to say why all the same.
pub(super) fn without_cause(all: &mut [Change]) {
    if !all.iter().any(|it| it.nature == Nature::Declared && !it.follows) {
        all.iter_mut().for_each(|it| it.follows = false);
    }
}

/// Whether the ledger has a say in what is told of a configured thing under a key.
pub(super) fn of_both(kind: EntityKind, key: &str) -> bool {
    kind == EntityKind::Path || matches!(key, "state" | "contradictions")
}

pub(super) fn by_ledger() -> Text {
    Text::new(
        "設定は前回と同じで、台帳の変更に伴うものです",
        "the configuration is the same as before; this follows from the ledger",
    )
}
