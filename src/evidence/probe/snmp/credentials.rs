//! Who may read a device by SNMP. It comes from the environment or from a file that nobody else can
//! read; it is in no inventory, in no journal, and never shown.

use ring::{digest, hmac};
use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

/// A password or community. It is not shown, and its memory is cleared when it goes.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Keeps it.
    pub fn new(text: impl Into<Vec<u8>>) -> Self {
        Self(text.into())
    }

    pub(super) fn reveal(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("…")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.fill(0);
        // Whoever reads it next must see the zeros: they are not optimised away.
        std::hint::black_box(&self.0);
    }
}

/// By what a user authenticates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// HMAC-SHA-96 (RFC 3414).
    Sha1,
    /// HMAC-SHA-2 of 256 bits, cut to 192 (RFC 7860).
    Sha256,
}

impl Hash {
    pub(super) const fn signature(self) -> usize {
        match self {
            Self::Sha1 => 12,
            Self::Sha256 => 24,
        }
    }

    pub(super) fn digest(self) -> &'static digest::Algorithm {
        match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &digest::SHA256,
        }
    }

    pub(super) const fn mac(self) -> hmac::Algorithm {
        match self {
            Self::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => hmac::HMAC_SHA256,
        }
    }
}

/// A user of version 3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The name, which travels in the clear.
    pub name: String,
    /// By what it authenticates, and the password.
    pub authentication: Option<(Hash, Secret)>,
    /// The password of AES-128.
    pub privacy: Option<Secret>,
}

/// How a device is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// Version 2c.
    Community(Secret),
    /// Version 3.
    User(User),
}

/// The credentials of devices: one for each address, and one for all others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    devices: BTreeMap<IpAddr, Credential>,
    others: Option<Credential>,
}

/// The variable that names a file of credentials.
pub const FILE: &str = "SEKISHO_SNMP_CREDENTIALS";
/// The variable that holds a community for all devices.
pub const COMMUNITY: &str = "SEKISHO_SNMP_COMMUNITY";

/// Who all other devices are, in a file.
const OTHERS: &str = "*";

impl Credentials {
    /// The same credential for every device.
    pub const fn all(credential: Credential) -> Self {
        Self { devices: BTreeMap::new(), others: Some(credential) }
    }

    /// The credential for this device.
    pub fn of(&self, device: IpAddr) -> Option<&Credential> {
        self.devices.get(&device).or(self.others.as_ref())
    }

    /// From the environment: a file, else a community, else none.
    ///
    /// # Errors
    /// Why the file cannot be used. Nothing of what it holds is in the message.
    pub fn from_environment() -> Result<Self, String> {
        if let Some(path) = std::env::var_os(FILE) {
            return Self::from_file(std::path::Path::new(&path));
        }
        let community = std::env::var_os(COMMUNITY).map(|it| it.into_encoded_bytes());
        Ok(community.map_or_else(Self::default, |it| Self::all(Credential::Community(Secret(it)))))
    }

    /// From a file of JSON that only its owner can read:
    ///
    /// ```json
    /// {"192.0.2.1": {"community": "…"},
    ///  "*": {"user": "…", "sha256": "…", "aes128": "…"}}
    /// ```
    ///
    /// `sha1` stands for `sha256` where a device knows no better; without either the user does not
    /// authenticate, without `aes128` nothing is enciphered.
    ///
    /// # Errors
    /// Why it cannot be used. Nothing of what it holds is in the message.
    pub fn from_file(path: &std::path::Path) -> Result<Self, String> {
        let shown = path.display();
        let told = |error: std::io::Error| format!("{shown}: {error}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(path).map_err(told)?.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(format!("{shown}: others can read it (chmod 600)"));
            }
        }
        Self::read(&std::fs::read_to_string(path).map_err(told)?)
            .ok_or_else(|| format!("{shown}: not a list of credentials"))
    }

    fn read(text: &str) -> Option<Self> {
        let all: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_str(text).ok()?;
        let mut out = Self::default();
        for (device, words) in all {
            let credential = credential(&words)?;
            if device == OTHERS {
                out.others = Some(credential);
            } else {
                out.devices.insert(device.parse().ok()?, credential);
            }
        }
        Some(out)
    }
}

fn credential(words: &BTreeMap<String, String>) -> Option<Credential> {
    let known = ["community", "user", "sha1", "sha256", "aes128"];
    words.keys().all(|it| known.contains(&it.as_str())).then_some(())?;
    let secret = |key: &str| words.get(key).map(|it| Secret::new(it.as_bytes()));
    match (secret("community"), words.get("user")) {
        (Some(community), None) if words.len() == 1 => Some(Credential::Community(community)),
        (None, Some(name)) => {
            let authentication = match (secret("sha256"), secret("sha1")) {
                (Some(it), None) => Some((Hash::Sha256, it)),
                (None, Some(it)) => Some((Hash::Sha1, it)),
                (None, None) => None,
                _ => return None,
            };
            let privacy = secret("aes128");
            // What nobody signs is not enciphered (RFC 3411 §3.4.3).
            (privacy.is_none() || authentication.is_some()).then_some(())?;
            Some(Credential::User(User { name: name.clone(), authentication, privacy }))
        }
        _ => None,
    }
}
