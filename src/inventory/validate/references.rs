//! Every reference must name something that is declared.

use crate::inventory::decode::Reference;
use crate::inventory::records::Inventory;
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef, Vocabulary};
use crate::source::{Diagnostic, Mistakes, Spanned, closest};
use crate::text;

/// How many ids are compared in search of the ones that were meant.
const MOST_COMPARISONS: usize = 1_000_000;

/// Reports references to ids that no record has, with the id that was probably meant.
pub(super) fn check(inventory: &Inventory, references: &[Reference], out: &mut Mistakes) {
    // Suggestions compare with every id; a file full of dangling references gets only some.
    let mut comparisons = MOST_COMPARISONS;
    for reference in references {
        let known = |kind: &EntityKind| declares(inventory, *kind, &reference.id);
        if reference.kinds.iter().any(known) {
            continue;
        }
        let id = &reference.id;
        let labels: Vec<Text> = reference.kinds.iter().map(|kind| kind.label()).collect();
        let kinds = Text::list(&labels);
        let mut diagnostic = Diagnostic::error(
            "dangling-reference",
            text!("「{id}」は宣言されていません", "`{id}` is not declared"),
        )
        .at(
            reference.span,
            text!("この識別子の{kinds}がありません", "no {kinds} has this id"; kinds),
        );
        let candidates: Vec<&str> = reference
            .kinds
            .iter()
            .flat_map(|kind| ids(inventory, *kind))
            .map(|id| id.value.as_str())
            .take(comparisons)
            .collect();
        comparisons -= candidates.len();
        let named = named(inventory, reference.kinds, id).map(|thing| thing.id);
        let near = closest(id, candidates);
        diagnostic.help = Some(match named.as_deref().or(near) {
            Some(word) => text!("「{word}」ではありませんか", "did you mean `{word}`?"),
            None => text!(
                "識別子を確かめるか、「{id}」を台帳に書き加えてください",
                "check the id, or declare `{id}` in the inventory"
            ),
        });
        out.push(diagnostic);
    }
}

/// Proposes the id where a name stands instead of one.
pub(super) fn misnamed(inventory: &Inventory, misnamed: &[Reference], out: &mut Mistakes) {
    for reference in misnamed {
        let Some(thing) = named(inventory, reference.kinds, &reference.id) else {
            continue;
        };
        // A subject may be anything, so it says the kind too.
        let written = match reference.kinds.len() == EntityKind::ALL.len() {
            true => thing.to_string(),
            false => thing.id,
        };
        out.advise(
            reference.span,
            text!(
                "名称ではなく識別子を書きます:「{written}」ではありませんか",
                "write the id, not the name: did you mean `{written}`?"
            ),
        );
    }
}

/// The thing of one of these kinds that has this name.
pub(super) fn named(inventory: &Inventory, kinds: &[EntityKind], name: &str) -> Option<EntityRef> {
    kinds.iter().find_map(|kind| {
        let things = ids(inventory, *kind).into_iter();
        things.map(|id| EntityRef::new(*kind, &id.value)).find(|thing| {
            // What has no name is called by its id, which is no name.
            let called = inventory.name_of(thing);
            called == name && called != thing.id
        })
    })
}

/// Whether a record of this kind has this id.
pub(super) fn declares(inventory: &Inventory, kind: EntityKind, id: &str) -> bool {
    match kind {
        EntityKind::Site => inventory.sites.declares(id),
        EntityKind::Zone => inventory.zones.declares(id),
        EntityKind::Party => inventory.parties.declares(id),
        EntityKind::Circuit => inventory.circuits.declares(id),
        EntityKind::Device => inventory.devices.declares(id),
        EntityKind::System => inventory.systems.declares(id),
        EntityKind::Connection => inventory.connections.declares(id),
        EntityKind::Backup => inventory.backups.declares(id),
        EntityKind::CredentialGroup => inventory.credential_groups.declares(id),
        EntityKind::Document => inventory.documents.declares(id),
        EntityKind::Organization | EntityKind::Flow | EntityKind::Waiver | EntityKind::Path => {
            false
        }
    }
}

/// All ids of a kind.
pub(super) fn ids(inventory: &Inventory, kind: EntityKind) -> Vec<&Spanned<String>> {
    match kind {
        EntityKind::Site => inventory.sites.ids().collect(),
        EntityKind::Zone => inventory.zones.ids().collect(),
        EntityKind::Party => inventory.parties.ids().collect(),
        EntityKind::Circuit => inventory.circuits.ids().collect(),
        EntityKind::Device => inventory.devices.ids().collect(),
        EntityKind::System => inventory.systems.ids().collect(),
        EntityKind::Connection => inventory.connections.ids().collect(),
        EntityKind::Backup => inventory.backups.ids().collect(),
        EntityKind::CredentialGroup => inventory.credential_groups.ids().collect(),
        EntityKind::Document => inventory.documents.ids().collect(),
        EntityKind::Organization | EntityKind::Flow | EntityKind::Waiver | EntityKind::Path => {
            Vec::new()
        }
    }
}
