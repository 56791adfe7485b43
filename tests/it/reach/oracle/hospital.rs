//! Hospitals with their configurations as text, so that a text can be changed and read again.

use crate::support::{root, today};
use sekisho::evidence::{EvidenceSet, Named};
use sekisho::inventory::{self, Inventory};
use sekisho::source::SourceMap;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A hospital with its configurations as text.
#[derive(Clone)]
pub struct Hospital {
    pub ledger: Vec<(String, String)>,
    /// By the path that the inventory names.
    pub files: BTreeMap<String, String>,
}

impl Hospital {
    pub fn load(at: PathBuf) -> Self {
        let mut ledger = Vec::new();
        let mut names: Vec<_> =
            std::fs::read_dir(&at).unwrap().map(|it| it.unwrap().path()).collect();
        names.sort();
        for path in names.into_iter().filter(|it| it.is_file()) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            ledger.push((name, std::fs::read_to_string(path).unwrap()));
        }
        let mut hospital = Self { ledger, files: BTreeMap::new() };
        let (inventory, _) = hospital.read();
        for path in inventory.devices.iter().flat_map(|it| &it.config) {
            let text = std::fs::read_to_string(at.join(&path.value)).unwrap();
            hospital.files.insert(path.value.clone(), text);
        }
        hospital
    }

    pub fn read(&self) -> (Inventory, EvidenceSet) {
        let mut sources = SourceMap::new();
        let files: Vec<_> =
            self.ledger.iter().map(|(name, text)| sources.add(name, text.clone())).collect();
        let inventory = inventory::read(&sources, &files, today()).inventory;
        let mut evidence = EvidenceSet::default();
        for device in &inventory.devices {
            for path in &device.config {
                let Some(text) = self.files.get(&path.value) else { continue };
                let named = Named { device: device.id.value.clone(), span: path.span };
                evidence.add(&mut sources, &path.value, text.as_bytes(), Some(named), None);
            }
        }
        (inventory, evidence)
    }

    /// The same with another text of a file.
    pub fn with(&self, file: &str, text: String) -> Self {
        let mut other = self.clone();
        other.files.insert(file.to_owned(), text);
        other
    }

    /// The same with connections that are declared to carry next to nothing, so that whatever their
    /// devices let in is more than is declared.
    pub fn narrowed(&self) -> Self {
        let narrow = |line: &str| {
            let allows = line.contains("allow:") || line.trim_start().starts_with("- {from:");
            let (Some(start), true) = (line.find("services: ["), allows) else {
                return line.to_owned();
            };
            let rest = &line[start..];
            let end = rest.find(']').expect("the end of the services");
            let without = rest[end + 1..].split(", via: ").collect::<Vec<_>>();
            let tail = match without.as_slice() {
                [before, after] => {
                    format!("{before}{}", after.trim_start_matches(|it| it != '}' && it != ','))
                }
                _ => rest[end + 1..].to_owned(),
            };
            format!("{}services: [9/udp]{tail}", &line[..start])
        };
        let mut other = self.clone();
        for (name, text) in &mut other.ledger {
            if name != "flows.yaml" {
                *text = text.lines().map(|it| narrow(it) + "\n").collect();
            }
        }
        other
    }
}

/// The hospitals that come with configurations.
pub fn hospitals() -> [(&'static str, Hospital); 2] {
    let general = Hospital::load(root().join("inventories/general-hospital"));
    let configured = Hospital::load(root().join("tests/hospitals/configured"));
    [("configured", configured), ("general", general)]
}

/// Runs cases on all processors and collects what is wrong, in the order of the cases.
pub fn each<T: Sync, W: Send>(cases: &[T], wrong: impl Fn(&T) -> Option<W> + Sync) -> Vec<W> {
    let threads = std::thread::available_parallelism().map_or(1, |it| it.get());
    let next = AtomicUsize::new(0);
    let run = || {
        let mine = || cases.get(next.fetch_add(1, Ordering::Relaxed));
        std::iter::from_fn(mine).filter_map(&wrong).collect::<Vec<_>>()
    };
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        all.into_iter().flat_map(|it| it.join().unwrap()).collect()
    })
}
