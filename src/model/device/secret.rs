//! Secrets as digests: enough to see that two are the same, too little to tell what they are.

use crate::model::vocabulary::vocabulary;
use crate::source::Span;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::OnceLock;

vocabulary! {
    /// What a secret is for.
    SecretKind("秘密情報の種類", "kind of secret") {
        PreSharedKey = "pre-shared-key" ("事前共有鍵", "pre-shared key"),
        Password = "password" ("パスワード", "password"),
        Community = "community" ("SNMPコミュニティ名", "SNMP community"),
        PrivateKey = "private-key" ("秘密鍵", "private key"),
        Token = "token" ("認証トークン等", "token or other secret"),
    }
}

/// A secret, salted and hashed with keys that exist only in the memory of this run: equal secrets
/// have equal digests within a run, and nothing can be learnt from one afterwards. Never shown.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(u64, u64);

impl Digest {
    /// The digest of a secret.
    pub fn of(secret: &str) -> Self {
        static SALT: OnceLock<(RandomState, RandomState)> = OnceLock::new();
        let (a, b) = SALT.get_or_init(Default::default);
        Self(a.hash_one(secret), b.hash_one(secret))
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Digest(…)")
    }
}

/// One secret of a configuration.
#[derive(Clone, Debug)]
pub struct Secret {
    /// Where it stands; the text there is masked.
    pub span: Span,
    /// What it is for.
    pub kind: SecretKind,
    /// Whose it is: the account, the tunnel, the view. Empty when it has no owner.
    pub owner: String,
    /// What it is equal to. `None` when it is written encrypted in a way that makes equal secrets differ.
    pub digest: Option<Digest>,
    /// Whether it is empty, or one that comes with the product or that everybody tries first
    /// (`public`, `admin`).
    pub guessable: bool,
}
