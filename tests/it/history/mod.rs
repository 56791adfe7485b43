//! What is kept of audits: the store, killed and tampered with; the commands; what is handed over.

mod bundle;
mod commands;
mod killed;
mod looked;
mod pairs;
mod redact;
mod states;
mod store;
mod years;

use sekisho::change::Record;
use sekisho::history::{Access, Kept, Material, Store, Texts};
use sekisho::model::Date;
use std::path::Path;

/// An audit that can be kept: its record, from what it was made, and the texts of that.
struct Audited {
    record: Record,
    material: Material,
    texts: Texts,
}

/// Judges a text on a day.
fn audited(text: &str, day: Date) -> Audited {
    let (sources, reading) = crate::support::read(text);
    assert!(reading.is_sound(), "{}", crate::support::told(&sources, &reading));
    let files: Vec<_> = sources.ids().collect();
    let assessment = sekisho::audit::audit(reading.inventory, Default::default(), day);
    let (material, texts) =
        Material::of(&sources, &files, &assessment.inventory, &assessment.evidence);
    Audited { record: Record::of(&assessment, &sources), material, texts }
}

impl Audited {
    fn kept(&self, taken_at: &str) -> Kept<'_> {
        let material = self.material.clone();
        Kept::of(&self.record, material, &self.texts, taken_at.to_owned()).unwrap()
    }
}

fn write(path: &Path) -> Store {
    Store::open(path, Access::Write).unwrap()
}

fn read(path: &Path) -> Store {
    Store::open(path, Access::Read).unwrap()
}
