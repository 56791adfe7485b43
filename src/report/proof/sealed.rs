//! The file of a proof: the paper, a digest of each of its parts, and who signed.
//!
//! The signatures are over the list of digests, so that a part that was changed can be named. The
//! fingerprint on the printed paper is the beginning of the SHA-256 of that list.

use crate::confirm::proof::Paper;
use crate::confirm::proof::paper::SCHEMA;
use crate::history::Sha256;
use crate::history::bundle::{PrivateKey, Signature, Signed};
use crate::locale::Text;
use crate::source::quoted;
use crate::text;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What the fingerprint is the beginning of.
pub(super) const FINGERPRINT_OF: &str = "SHA-256";

/// A proof in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// What it says.
    pub paper: Paper,
    /// Who signed; every signature holds.
    pub signatures: Vec<Signature>,
}

/// The file as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    sekisho_isolation_proof: u32,
    fingerprint: String,
    paper: Paper,
    parts: BTreeMap<String, Sha256>,
    signatures: Vec<Signature>,
}

impl Sealed {
    /// A paper that nobody has signed yet.
    pub const fn new(paper: Paper) -> Self {
        Self { paper, signatures: Vec::new() }
    }

    /// The digest of each part of the paper: each of its fields, and each element of those that are
    /// lists.
    fn parts(&self) -> BTreeMap<String, Sha256> {
        let mut parts = BTreeMap::new();
        let digest = |it: &Value| Sha256::of(it.to_string().as_bytes());
        let paper = serde_json::to_value(&self.paper).unwrap_or_default();
        let Value::Object(fields) = paper else { return parts };
        for (name, value) in fields {
            match value.as_array() {
                Some(elements) => {
                    for (at, element) in elements.iter().enumerate() {
                        parts.insert(format!("{name}[{at}]"), digest(element));
                    }
                }
                None => {
                    parts.insert(name, digest(&value));
                }
            }
        }
        parts
    }

    /// The digest by which the paper is known, whoever signs it: that of the digests of its parts.
    pub fn digest(&self) -> Sha256 {
        digest_of(&self.parts())
    }

    /// Its first sixteen digits as they are printed: `1a2b-3c4d-5e6f-7a8b`.
    pub fn fingerprint(&self) -> String {
        short(self.digest())
    }

    /// Adds a signature; one of the same key is replaced.
    pub fn sign(&mut self, key: &PrivateKey, name: &str, at: &str) {
        let signature = key.sign(Signed::Proof, self.digest(), name, at);
        self.signatures.retain(|it| it.public_key != signature.public_key);
        self.signatures.push(signature);
    }

    /// The bytes of the file.
    pub fn to_json(&self) -> Vec<u8> {
        let file = File {
            sekisho_isolation_proof: SCHEMA,
            fingerprint: self.fingerprint(),
            paper: self.paper.clone(),
            parts: self.parts(),
            signatures: self.signatures.clone(),
        };
        // A structure of texts and numbers can always be written.
        let mut bytes = serde_json::to_vec_pretty(&file).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// Whether these bytes are those of such a file, sound or not.
    pub fn is_one(bytes: &[u8]) -> bool {
        const MARK: &[u8] = b"\"sekisho_isolation_proof\"";
        let head = bytes.get(..bytes.len().min(256)).unwrap_or_default();
        head.windows(MARK.len()).any(|it| it == MARK)
    }

    /// Reads a file and checks its contents, its fingerprint and each signature.
    ///
    /// # Errors
    /// What differs first.
    pub fn open(bytes: &[u8]) -> Result<Self, Text> {
        let unreadable = |error: serde_json::Error| {
            let (line, column) = (error.line(), error.column());
            let why = quoted(&error.to_string());
            text!(
                "{line}行{column}列が読めません（{why}）",
                "it cannot be read at line {line}, column {column} ({why})"
            )
        };
        let value: Value = serde_json::from_slice(bytes).map_err(unreadable)?;
        let version = value.get("sekisho_isolation_proof").and_then(Value::as_u64);
        if version != Some(u64::from(SCHEMA)) {
            let version = version.map_or_else(|| "—".to_owned(), |it| it.to_string());
            return Err(text!(
                "分離確認書の形式の版 {version} は、この sekisho では読めません（読めるのは {SCHEMA}）",
                "version {version} of the format is not one that this sekisho reads ({SCHEMA})"
            ));
        }
        let file: File = serde_json::from_slice(bytes).map_err(unreadable)?;
        let sealed = Self { paper: file.paper, signatures: file.signatures };
        sealed.agrees_with(&file.parts, &file.fingerprint)?;
        let manifest = sealed.digest();
        for signature in &sealed.signatures {
            signature.check(Signed::Proof, manifest)?;
        }
        if sealed.to_json() != bytes {
            return Err(Text::new(
                "余分なものが付け加えられているか、書き方が変えられています",
                "something was added to it, or it is written in another way",
            ));
        }
        Ok(sealed)
    }

    fn agrees_with(
        &self,
        claimed: &BTreeMap<String, Sha256>,
        fingerprint: &str,
    ) -> Result<(), Text> {
        let parts = self.parts();
        let names = parts.keys().chain(claimed.keys());
        let mut differing: Vec<&String> =
            names.filter(|it| parts.get(*it) != claimed.get(*it)).collect();
        differing.sort();
        if let Some(name) = differing.first() {
            let (now, then) = (parts.get(*name), claimed.get(*name));
            let name = quoted(name);
            return Err(match (now, then) {
                (Some(_), Some(_)) => text!(
                    "「{name}」が書き換えられています（ハッシュ値が合いません）",
                    "`{name}` was altered: its digest is another"
                ),
                (Some(_), None) => text!("「{name}」が付け加えられています", "`{name}` was added"),
                _ => text!("「{name}」がなくなっています", "`{name}` is missing"),
            });
        }
        let again = self.fingerprint();
        if again != fingerprint {
            let fingerprint = quoted(fingerprint);
            return Err(text!(
                "指紋が合いません（ファイルには {fingerprint}、内容からは {again}）",
                "the fingerprint is another: the file says {fingerprint}, its contents {again}"
            ));
        }
        Ok(())
    }
}

fn digest_of(parts: &BTreeMap<String, Sha256>) -> Sha256 {
    Sha256::of(&serde_json::to_vec(parts).unwrap_or_default())
}

fn short(digest: Sha256) -> String {
    let digits: Vec<char> = digest.to_string().chars().take(16).collect();
    let groups: Vec<String> = digits.chunks(4).map(|it| it.iter().collect()).collect();
    groups.join("-")
}
