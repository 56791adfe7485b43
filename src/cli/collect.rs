//! Collects evidence: the configurations that the inventory names, and what the user points at.

use super::console::{Console, Stop, reason, unreadable};
use super::gather::{Raw, gather_raw};
use super::load::Loaded;
use super::observe;
use crate::evidence::{EvidenceSet, Named, Unread, is_journal, text_of};
use crate::inventory::Inventory;
use crate::source::decode::MAX_BYTES;
use crate::source::{Diagnostic, SourceMap};
use crate::text;
use std::fs::File;
use std::path::Path;

/// How many bytes of evidence are read from one place.
pub(super) const MOST: u64 = 4 * MAX_BYTES;

/// Reads all evidence of a run. A path of the command line that is not there ends the run; what an
/// inventory names and is not there becomes part of the evidence, because the rest can be judged.
pub(super) fn collect(
    inventory: &Path,
    paths: &[impl AsRef<Path>],
    loaded: &mut Loaded,
    console: &Console,
) -> Result<EvidenceSet, Stop> {
    let mut evidence = EvidenceSet::default();
    console.step(&text!("機器の設定を読んでいます", "reading configurations"));
    named(inventory, &loaded.inventory, &mut loaded.sources, &mut evidence);
    pointed_at(paths, &mut loaded.sources, &mut evidence, console)?;
    Ok(evidence)
}

/// Reads what the user points at.
pub(super) fn pointed_at(
    paths: &[impl AsRef<Path>],
    sources: &mut SourceMap,
    evidence: &mut EvidenceSet,
    console: &Console,
) -> Result<(), Stop> {
    for path in paths {
        let path = path.as_ref();
        let shown = path.file_name().map_or_else(|| ".".into(), |name| name.to_string_lossy());
        let raw = gather_raw(path, &shown, MOST);
        if !path.exists() {
            console.complain_about(&raw.problems, sources);
            return Err(Stop::Told);
        }
        take(raw, None, &shown, sources, evidence);
    }
    evidence.list(sources);
    console.settle();
    Ok(())
}

/// The configurations that the inventory names, relative to where it stands.
fn named(at: &Path, inventory: &Inventory, sources: &mut SourceMap, evidence: &mut EvidenceSet) {
    let home = if at.is_dir() { Some(at) } else { at.parent() };
    let home = home.unwrap_or_else(|| Path::new(""));
    for device in &inventory.devices {
        for config in &device.config {
            let named = Named { device: device.id.value.clone(), span: config.span };
            let name = config.value.as_str();
            if Path::new(name).is_absolute() {
                let why = Diagnostic::warning(
                    "config-absolute",
                    text!(
                        "設定ファイルの場所は台帳からの相対パスで書きます",
                        "the path of a configuration must be relative to the inventory"
                    ),
                );
                evidence.unread.push(Unread { name: name.to_owned(), named: Some(named), why });
                continue;
            }
            take(gather_raw(&home.join(name), name, MOST), Some(&named), name, sources, evidence);
        }
    }
}

/// Adds files to the evidence.
fn take(
    raw: Raw,
    named: Option<&Named>,
    top: &str,
    sources: &mut SourceMap,
    evidence: &mut EvidenceSet,
) {
    for (name, bytes) in raw.found {
        // Files of a folder inside the one that was named belong together.
        let folder = name.rsplit_once('/').map(|(folder, _)| folder).filter(|it| *it != top);
        evidence.add(sources, &name, &bytes, named.cloned(), folder);
    }
    for (name, path) in raw.observations {
        let taken = match named {
            Some(_) => Err(observe::not_a_configuration(&name)),
            None => observe(&path, &name, evidence),
        };
        if let Err(why) = taken {
            evidence.unread.push(Unread { name, named: named.cloned(), why });
        }
    }
    for why in raw.problems {
        let name = top.to_owned();
        evidence.unread.push(Unread { name, named: named.cloned(), why });
    }
}

/// Adds a journal, a capture or an evidence file.
fn observe(path: &Path, name: &str, evidence: &mut EvidenceSet) -> Result<(), Diagnostic> {
    let opened = || File::open(path);
    if opened().is_ok_and(is_journal) {
        let text = opened().and_then(text_of).map_err(|error| unreadable(name, &reason(&error)))?;
        evidence.probe(name, text);
        return Ok(());
    }
    let observed = observe::observation(path, name)?;
    observed.pieces.into_values().for_each(|piece| evidence.observed.add(piece));
    Ok(())
}
