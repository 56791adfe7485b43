//! The evidence bundle (証跡一式): one file that is handed over, and that anybody can check without
//! the hospital, the network or this machine.
//!
//! It holds everything from which the results were computed, and the results: whoever has this
//! program computes them again and compares them byte for byte. The manifest names every file with
//! its digest; signatures are over the manifest, and stand beside it, so that several people sign
//! one bundle one after the other.

mod archive;
mod differs;
mod keys;
mod manifest;
mod redact;

pub use archive::{Files, is_harmless, pack, unpack};
pub use differs::first_difference;
pub use keys::{PrivateKey, PublicKey, Signature, Signed};
pub use manifest::{
    BundleRole, Capture, FORMAT, Listed, Manifest, Previous, Redacted, Through, captures,
};
pub use redact::{Addresses, redact};

use super::{Material, Sha256, Texts};
use crate::locale::Text;
use crate::source::quoted;
use crate::text;
use std::collections::BTreeSet;

const MANIFEST: &str = "manifest.json";
const SIGNATURES: &str = "signatures/";

/// A bundle of which every file is what its manifest says.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// What it says of itself.
    pub manifest: Manifest,
    /// Who signed it; every signature holds.
    pub signatures: Vec<Signature>,
    files: Files,
}

impl Bundle {
    /// Puts a bundle together; the files of the manifest are made from the contents.
    pub fn new(
        mut manifest: Manifest,
        texts: &Texts,
        results: Vec<(BundleRole, String, Vec<u8>)>,
    ) -> Self {
        let mut files = Files::new();
        let mut listed = Vec::new();
        let mut add = |role, folder: &str, name: &str, bytes: Vec<u8>| {
            let path = free_path(&files, folder, name);
            listed.push(Listed {
                path: path.clone(),
                role,
                name: name.to_owned(),
                bytes: bytes.len() as u64,
                sha256: Sha256::of(&bytes),
            });
            files.insert(path, bytes);
        };
        let text = |sha256| texts.get(sha256).unwrap_or_default().as_bytes().to_vec();
        for it in &manifest.material.inventory {
            add(BundleRole::Inventory, "inventory/", &it.name, text(&it.sha256));
        }
        for it in &manifest.material.configurations {
            add(BundleRole::Configuration, "configurations/", &it.name, text(&it.sha256));
        }
        for it in &manifest.material.observations {
            let name = format!("{}.jsonl", it.name);
            add(BundleRole::Observation, "observations/", &name, text(&it.sha256));
        }
        for it in &manifest.material.journals {
            add(BundleRole::Journal, "probes/", &it.name, text(&it.sha256));
        }
        for (role, name, bytes) in results {
            add(role, "", &name, bytes);
        }
        listed.sort_by(|a, b| a.path.cmp(&b.path));
        manifest.files = listed;
        Self { manifest, signatures: Vec::new(), files }
    }

    /// Reads a bundle: its structure, every digest, every signature. Otherwise says what is wrong
    /// first, and with which file.
    pub fn open(bytes: &[u8]) -> Result<Self, Text> {
        let mut files = unpack(bytes)?;
        let Some(raw) = files.remove(MANIFEST) else {
            return Err(text!("{MANIFEST} がありません", "there is no {MANIFEST}"));
        };
        let manifest = read_manifest(&raw)?;
        let mut signatures = Vec::new();
        for (path, bytes) in files.extract_if(.., |path, _| path.starts_with(SIGNATURES)) {
            signatures.push(read_signature(&path, &bytes, Sha256::of(&raw))?);
        }
        let bundle = Self { manifest, signatures, files };
        if bundle.manifest_bytes() != raw {
            return Err(text!(
                "{MANIFEST} が、証跡一式の書き方になっていません",
                "{MANIFEST} is not written as in a bundle"
            ));
        }
        bundle.complete()?;
        Ok(bundle)
    }

    /// Whether the files are those of the manifest, no more and no fewer.
    fn complete(&self) -> Result<(), Text> {
        let mut named = BTreeSet::new();
        for listed in &self.manifest.files {
            let path = quoted(&listed.path);
            let Some(bytes) = self.files.get(&listed.path) else {
                return Err(text!("「{path}」がなくなっています", "`{path}` is missing"));
            };
            if Sha256::of(bytes) != listed.sha256 || bytes.len() as u64 != listed.bytes {
                return Err(text!(
                    "「{path}」が書き換えられています（{MANIFEST} のハッシュ値と合いません）",
                    "`{path}` was altered: its digest is not that of {MANIFEST}"
                ));
            }
            named.insert(listed.path.as_str());
        }
        match self.files.keys().find(|it| !named.contains(it.as_str())) {
            Some(extra) => {
                let path = quoted(extra);
                Err(text!(
                    "「{path}」は {MANIFEST} にない、余分なファイルです",
                    "`{path}` is one file too many: {MANIFEST} does not name it"
                ))
            }
            None => Ok(()),
        }
    }

    /// The one file; none when it would be too large.
    pub fn pack(&self) -> Option<Vec<u8>> {
        let mut files = self.files.clone();
        files.insert(MANIFEST.to_owned(), self.manifest_bytes());
        for signature in &self.signatures {
            let mut bytes = serde_json::to_vec_pretty(signature).ok()?;
            bytes.push(b'\n');
            files.insert(signature.path(), bytes);
        }
        pack(&files)
    }

    fn manifest_bytes(&self) -> Vec<u8> {
        // A structure of texts and numbers can always be written.
        let mut bytes = serde_json::to_vec_pretty(&self.manifest).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// The digest of the manifest: by it a bundle is known, whoever signs it.
    pub fn digest(&self) -> Sha256 {
        Sha256::of(&self.manifest_bytes())
    }

    /// Adds a signature; one of the same key is replaced.
    pub fn sign(&mut self, key: &PrivateKey, name: &str, at: &str) {
        let signature = key.sign(Signed::Bundle, self.digest(), name, at);
        self.signatures.retain(|it| it.public_key != signature.public_key);
        self.signatures.push(signature);
        self.signatures.sort_by_key(Signature::path);
    }

    /// The contents of a file.
    pub fn file(&self, listed: &Listed) -> &[u8] {
        self.files.get(&listed.path).map_or(&[], Vec::as_slice)
    }

    /// From what the results were computed.
    pub fn inputs(&self) -> (&Material, Texts) {
        let mut texts = Texts::default();
        let input = |it: &&Listed| !matches!(it.role, BundleRole::Record | BundleRole::Report);
        for listed in self.manifest.files.iter().filter(input) {
            texts.add(String::from_utf8_lossy(self.file(listed)).into_owned());
        }
        (&self.manifest.material, texts)
    }

    /// What a bundle that follows this one says of it.
    pub fn as_previous(&self) -> Previous {
        Previous {
            manifest: self.digest(),
            made_at: self.manifest.made_at.clone(),
            as_of: self.manifest.as_of,
        }
    }

    /// Whether it tells of the same organization as the one before, and of no earlier day.
    fn continues(&self, before: &Self) -> Result<(), Text> {
        let (mine, theirs) = (&self.manifest.organization, &before.manifest.organization);
        if let (Some(mine), Some(theirs)) = (mine, theirs)
            && mine != theirs
        {
            return Err(text!(
                "前の証跡一式と施設が違います（「{mine}」。前のものは「{theirs}」）。施設名が変わっただけなら、変更の前と後を別々に確かめてください",
                "it is of another organization than the one before: `{mine}`, that one `{theirs}`; if it was only renamed, verify those before and those after separately"
            ));
        }
        let (mine, theirs) = (self.manifest.as_of, before.manifest.as_of);
        if mine < theirs {
            return Err(text!(
                "前の証跡一式より前の基準日です（{mine}。前のものは {theirs}）",
                "the day that it judges is earlier than that of the one before: {mine}, that one {theirs}"
            ));
        }
        Ok(())
    }

    /// Whether this bundle follows another one; otherwise why not.
    pub fn follows(&self, before: &Self) -> Result<(), Text> {
        let (mine, theirs) = (&self.manifest.made_at, &before.manifest.made_at);
        match &self.manifest.previous {
            Some(previous) if previous.manifest == before.digest() => self.continues(before),
            _ if mine < theirs => Err(text!(
                "前のものより古い証跡一式です（{mine} 作成。前のものは {theirs}）",
                "it is older than the one before: made at {mine}, that one at {theirs}"
            )),
            Some(previous) => {
                let at = &previous.made_at;
                Err(text!(
                    "前の証跡一式につながっていません（{at} に作られた別のものにつながっています）",
                    "it does not follow the one before, but another one, made at {at}"
                ))
            }
            None => Err(text!(
                "前の証跡一式につながっていません（連鎖の最初のものです）",
                "it does not follow the one before: it is the first of a chain"
            )),
        }
    }
}

fn read_manifest(raw: &[u8]) -> Result<Manifest, Text> {
    let unreadable = |error: serde_json::Error| {
        let (line, column) = (error.line(), error.column());
        text!(
            "{MANIFEST} の{line}行{column}列が読めません",
            "{MANIFEST} cannot be read at line {line}, column {column}"
        )
    };
    let value: serde_json::Value = serde_json::from_slice(raw).map_err(unreadable)?;
    let version = value.get("sekisho_bundle").and_then(serde_json::Value::as_u64);
    match version {
        Some(version) if (1..=u64::from(FORMAT)).contains(&version) => {
            serde_json::from_slice(raw).map_err(unreadable)
        }
        Some(version) => Err(text!(
            "証跡一式の形式の版 {version} は、この sekisho では読めません（読めるのは {FORMAT}）",
            "version {version} of the format is not one that this sekisho reads ({FORMAT})"
        )),
        None => Err(text!("{MANIFEST} に版がありません", "{MANIFEST} does not say its version")),
    }
}

fn read_signature(path: &str, bytes: &[u8], manifest: Sha256) -> Result<Signature, Text> {
    let path = quoted(path);
    let signature: Signature = serde_json::from_slice(bytes).map_err(|_| {
        text!("署名「{path}」が読めません", "the signature `{path}` cannot be read")
    })?;
    if signature.path() != path {
        return Err(text!("署名「{path}」が読めません", "the signature `{path}` cannot be read"));
    }
    signature.check(Signed::Bundle, manifest)?;
    Ok(signature)
}

/// A path for a file that no other has, as near to its name as is harmless.
fn free_path(files: &Files, folder: &str, name: &str) -> String {
    let part = |part: &str| match is_harmless(part) {
        true => part.to_owned(),
        false => {
            let safe = |c: char| if c.is_control() || "\\:\u{fffd}".contains(c) { '_' } else { c };
            let safe: String = part.chars().map(safe).collect();
            if is_harmless(&safe) { safe } else { "_".to_owned() }
        }
    };
    let parts: Vec<String> = name.split('/').map(part).collect();
    let wanted = format!("{folder}{}", parts.join("/"));
    let mut path = wanted.clone();
    let mut number = 2;
    while files.contains_key(&path) || path == MANIFEST || path.starts_with(SIGNATURES) {
        path = format!("{wanted}~{number}");
        number += 1;
    }
    path
}
