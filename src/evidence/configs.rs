//! Configurations of devices.

use super::{Listing, Probes};
use crate::config::{self, ConfigFile};
use crate::model::device::DeviceConfig;
use crate::observation::Observation;
use crate::source::{Diagnostic, FileId, SourceMap, Span};
use crate::text;
use std::collections::BTreeMap;

/// All evidence of a run.
#[derive(Clone, Debug, Default)]
pub struct EvidenceSet {
    /// Devices of which a configuration was read.
    pub devices: Vec<Configured>,
    /// What could not be read, and why.
    pub unread: Vec<Unread>,
    /// Every text that was added, in that order, also those that no format knows: enough to add
    /// them again.
    pub added: Vec<Added>,
    /// What was seen to cross the wire.
    pub observed: Observation,
    /// What was answered to probes: [`EvidenceSet::probe`].
    pub probes: Vec<Probes>,
    /// Where its facts can be pointed at, by the ids of pieces: [`EvidenceSet::observe`].
    pub listings: BTreeMap<String, Listing>,
}

/// A text as it was added.
#[derive(Clone, Debug)]
pub struct Added {
    /// The text, masked.
    pub file: FileId,
    /// Which device it is said to be of.
    pub named: Option<Named>,
    /// The folder whose files belong together.
    pub group: Option<String>,
    /// What there was to say about its encoding.
    pub remarks: Vec<Diagnostic>,
}

/// Which device a configuration is said to be of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The id of the device in the inventory.
    pub device: String,
    /// Where the inventory says so.
    pub span: Span,
}

/// A device as its files describe it.
#[derive(Clone, Debug)]
pub struct Configured {
    /// The device that the inventory says it is; otherwise addresses decide.
    pub named: Option<Named>,
    /// The name of its first file.
    pub name: String,
    /// Its files.
    pub files: Vec<ConfigFile>,
    /// What they say together.
    pub config: DeviceConfig,
}

/// A file that gives no facts.
#[derive(Clone, Debug)]
pub struct Unread {
    /// Its name.
    pub name: String,
    /// The device whose configuration it should have been.
    pub named: Option<Named>,
    /// Why.
    pub why: Diagnostic,
}

impl EvidenceSet {
    /// Adds one file. Files that are said to be of one device, and parts of hosts with the same
    /// `group` (a folder), become one device.
    pub fn add(
        &mut self,
        sources: &mut SourceMap,
        name: &str,
        bytes: &[u8],
        named: Option<Named>,
        group: Option<&str>,
    ) {
        match config::decode(name, bytes) {
            Ok((text, remarks)) => self.add_text(sources, name, text, remarks, named, group),
            Err(why) => self.unread.push(Unread { name: name.to_owned(), named, why }),
        }
    }

    /// The same for a text, with what there was to say about its encoding.
    pub fn add_text(
        &mut self,
        sources: &mut SourceMap,
        name: &str,
        text: String,
        mut remarks: Vec<Diagnostic>,
        named: Option<Named>,
        group: Option<&str>,
    ) {
        let file = sources.add(name, text);
        self.added.push(Added {
            file,
            named: named.clone(),
            group: group.map(str::to_owned),
            remarks: remarks.clone(),
        });
        match config::read(sources, file) {
            None => {
                let why = unknown(name);
                self.unread.push(Unread { name: name.to_owned(), named, why });
            }
            Some(mut read) => {
                remarks.append(&mut read.remarks);
                read.remarks = remarks;
                self.take(read, named, group, sources);
            }
        }
    }

    fn take(
        &mut self,
        mut read: ConfigFile,
        named: Option<Named>,
        group: Option<&str>,
        sources: &SourceMap,
    ) {
        let config = std::mem::take(&mut read.config);
        let same = |it: &&mut Configured| match (&named, &it.named) {
            (Some(a), Some(b)) => a.device == b.device,
            (None, None) => {
                let of =
                    |file: &ConfigFile| folder(sources.file(file.file).name()).map(str::to_owned);
                read.format.part
                    && group.is_some()
                    && it.files.iter().all(|file| file.format.part && of(file).as_deref() == group)
            }
            _ => false,
        };
        match self.devices.iter_mut().find(same) {
            Some(device) => {
                device.config.absorb(config);
                device.files.push(read);
            }
            None => {
                let name = sources.file(read.file).name().to_owned();
                self.devices.push(Configured { named, name, files: vec![read], config });
            }
        }
    }
}

/// The folder in a name.
fn folder(name: &str) -> Option<&str> {
    name.rsplit_once('/').map(|(folder, _)| folder)
}

fn unknown(name: &str) -> Diagnostic {
    let known: Vec<String> = config::FORMATS.iter().map(|it| it.name.ja.to_string()).collect();
    let (ja, en) = (known.join("、"), {
        let known: Vec<String> = config::FORMATS.iter().map(|it| it.name.en.to_string()).collect();
        known.join(", ")
    });
    let known = crate::locale::Text { ja: ja.into(), en: en.into() };
    Diagnostic::warning(
        "config-unknown",
        text!(
            "{name}: どの機器の設定か分かりませんでした。この機器の設定は確認されていません",
            "{name}: the format was not recognised; this configuration was not looked at"
        ),
    )
    .help(text!("読める形式: {known}", "formats that are read: {known}"; known))
}
