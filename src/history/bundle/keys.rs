//! Who signed: Ed25519 (RFC 8032) over the digest of the manifest, the signer's name and the time.

use crate::history::Sha256;
use crate::history::sha256::unhex;
use crate::locale::Text;
use crate::text;
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

const PRIVATE: &str = "sekisho-private-key-1 ";
const PUBLIC: &str = "sekisho-public-key-1 ";
/// The version of the shape of signatures.
const SHAPE: u32 = 1;

/// What somebody signs with. Never shown.
pub struct PrivateKey(SigningKey);

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrivateKey(…)")
    }
}

/// By what a signature is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

/// What is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    /// The manifest of an evidence bundle.
    Bundle,
    /// The parts of a proof of isolation.
    Proof,
}

impl Signed {
    /// The first words of what is signed: they keep one kind apart from the other, and from everything
    /// else that a key may sign.
    const fn words(self) -> &'static str {
        match self {
            Self::Bundle => "sekisho bundle signature 1",
            Self::Proof => "sekisho isolation proof signature 1",
        }
    }
}

/// A signature: of a bundle, in `signatures/….json`; of a proof of isolation, in its file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// The version of this shape.
    pub sekisho_signature: u32,
    /// Who says to have signed. Whether the key is theirs, the reader must know.
    pub name: String,
    /// When, in UTC, by the signer's clock.
    pub signed_at: String,
    /// The key.
    pub public_key: String,
    /// The signature.
    pub signature: String,
}

impl PrivateKey {
    /// A new one from the system's source of chance; none when it gives none.
    pub fn generate() -> Option<Self> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).ok()?;
        Some(Self(SigningKey::from_bytes(&seed)))
    }

    /// As the text of a file.
    pub fn to_text(&self) -> String {
        format!("{PRIVATE}{}\n", hexadecimal(&self.0.to_bytes()))
    }

    /// From the text of a file.
    pub fn from_text(text: &str) -> Option<Self> {
        let seed = key(text, PRIVATE)?;
        Some(Self(SigningKey::from_bytes(&seed)))
    }

    /// What others recognise it by.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// What others cannot guess and whoever has the key gets again: the salt of pseudonyms.
    pub fn salt(&self) -> [u8; 32] {
        let bytes = [&b"sekisho pseudonyms 1\n"[..], &self.0.to_bytes()].concat();
        *Sha256::of(&bytes).bytes()
    }

    /// Signs a manifest.
    pub fn sign(&self, what: Signed, manifest: Sha256, name: &str, at: &str) -> Signature {
        let signature = self.0.sign(&signed(what, manifest, name, at));
        Signature {
            sekisho_signature: SHAPE,
            name: name.to_owned(),
            signed_at: at.to_owned(),
            public_key: hexadecimal(&self.public().0),
            signature: hexadecimal(&signature.to_bytes()),
        }
    }
}

impl PublicKey {
    /// As the text of a file.
    pub fn to_text(&self) -> String {
        format!("{PUBLIC}{}\n", hexadecimal(&self.0))
    }

    /// From the text of a file.
    pub fn from_text(text: &str) -> Option<Self> {
        key(text, PUBLIC).map(Self)
    }

    /// Its digits, for people to compare.
    pub fn digits(&self) -> String {
        hexadecimal(&self.0)
    }
}

impl Signature {
    /// Where it is in a bundle: one of each key.
    pub fn path(&self) -> String {
        let short: String = self.public_key.chars().take(16).collect();
        format!("signatures/{short}.json")
    }

    /// Whether the key signed this manifest; otherwise what is wrong.
    pub fn check(&self, what: Signed, manifest: Sha256) -> Result<(), Text> {
        let name = crate::source::quoted(&self.name);
        let wrong = || {
            text!(
                "「{name}」の署名が、この内容のものではありません",
                "the signature of `{name}` is not one of these contents"
            )
        };
        if self.sekisho_signature != SHAPE {
            return Err(wrong());
        }
        let key = unhex(&self.public_key).and_then(|it| <[u8; 32]>::try_from(it).ok());
        let key = key.and_then(|it| VerifyingKey::from_bytes(&it).ok()).ok_or_else(wrong)?;
        let bytes = unhex(&self.signature).and_then(|it| <[u8; 64]>::try_from(it).ok());
        let signature = bytes.map(|it| ed25519_dalek::Signature::from_bytes(&it));
        let signature = signature.ok_or_else(wrong)?;
        let message = signed(what, manifest, &self.name, &self.signed_at);
        key.verify_strict(&message, &signature).map_err(|_| wrong())
    }
}

/// The bytes that are signed.
fn signed(what: Signed, manifest: Sha256, name: &str, at: &str) -> Vec<u8> {
    let (words, about) = (what.words(), serde_json::json!([name, at, manifest.to_string()]));
    format!("{words}\n{about}").into_bytes()
}

fn key(text: &str, kind: &str) -> Option<[u8; 32]> {
    unhex(text.trim().strip_prefix(kind)?.trim())?.try_into().ok()
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
