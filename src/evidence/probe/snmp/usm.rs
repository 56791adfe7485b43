//! The user-based security model (RFC 3414; AES: RFC 3826; SHA-256: RFC 7860): keys from
//! passwords, signatures, ciphers. HMAC and hashes are those that TLS brings along.

use super::super::said::chance;
use super::credentials::{Hash, User};
use aes::Aes128;
use aes::cipher::{BlockCipherEncrypt as _, KeyInit as _};
use ring::{digest, hmac};

/// How many bytes of a password, repeated, are hashed (RFC 3414 §A.2).
const STRETCHED: usize = 1 << 20;

/// A talk with one engine as one user.
pub(super) struct Session {
    pub(super) engine: Vec<u8>,
    pub(super) boots: u32,
    pub(super) time: u32,
    user: Vec<u8>,
    signs: Option<(Hash, hmac::Key)>,
    cipher: Option<Aes128>,
}

impl Session {
    /// With an engine that is not known yet, as nobody.
    pub(super) fn unknown() -> Self {
        let (engine, user) = (Vec::new(), Vec::new());
        Self { engine, boots: 0, time: 0, user, signs: None, cipher: None }
    }

    pub(super) fn new(user: &User, engine: Vec<u8>, boots: u32, time: u32) -> Self {
        let signs = user.authentication.as_ref().map(|(hash, password)| {
            let key = localised(*hash, password.reveal(), &engine);
            (*hash, hmac::Key::new(hash.mac(), &key))
        });
        // The key of the cipher comes from its own password by the hash of authentication.
        let cipher = user.authentication.as_ref().zip(user.privacy.as_ref()).and_then(
            |((hash, _), password)| {
                let key = localised(*hash, password.reveal(), &engine);
                Some(Aes128::new(key.first_chunk::<16>()?.into()))
            },
        );
        Self { engine, boots, time, user: user.name.as_bytes().to_vec(), signs, cipher }
    }

    pub(super) fn user(&self) -> &[u8] {
        &self.user
    }

    pub(super) const fn enciphers(&self) -> bool {
        self.cipher.is_some()
    }

    /// How many bytes a signature has.
    pub(super) fn signature(&self) -> usize {
        self.signs.as_ref().map_or(0, |(hash, _)| hash.signature())
    }

    /// The signature of a message whose own place for it is zero.
    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let Some((hash, key)) = &self.signs else { return Vec::new() };
        hmac::sign(key, message).as_ref().iter().take(hash.signature()).copied().collect()
    }

    /// Whether this is the signature in this message.
    pub(super) fn is_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        if signature.len() != self.signature() || signature.is_empty() {
            return false;
        }
        // It is a part of the message: where that stands, zeros must stand to check it.
        let Some(at) = message.windows(signature.len()).position(|it| it == signature) else {
            return false;
        };
        let mut zeroed = message.to_vec();
        if let Some(place) = zeroed.get_mut(at..at + signature.len()) {
            place.fill(0);
        }
        let expected = self.sign(&zeroed);
        // Without a branch on where they differ.
        expected.iter().zip(signature).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
    }

    /// Enciphers with a salt that is used once.
    pub(super) fn encipher(&self, plain: &[u8]) -> Option<(Vec<u8>, [u8; 8])> {
        let cipher = self.cipher.as_ref()?;
        let salt: [u8; 8] = chance();
        let mut out = Vec::with_capacity(plain.len());
        let mut block = initial(self.boots, self.time, salt);
        for part in plain.chunks(16) {
            cipher.encrypt_block((&mut block).into());
            for (place, byte) in block.iter_mut().zip(part) {
                *place ^= byte;
            }
            out.extend(block.iter().take(part.len()));
        }
        Some((out, salt))
    }

    /// The reverse of it (CFB, NIST SP 800-38A §6.3: the cipher runs in the same direction).
    pub(super) fn decipher(
        &self,
        enciphered: &[u8],
        boots: u32,
        time: u32,
        salt: &[u8],
    ) -> Option<Vec<u8>> {
        let cipher = self.cipher.as_ref()?;
        let mut out = Vec::with_capacity(enciphered.len());
        let mut block = initial(boots, time, salt.try_into().ok()?);
        for part in enciphered.chunks(16) {
            cipher.encrypt_block((&mut block).into());
            for (place, byte) in block.iter_mut().zip(part) {
                out.push(*place ^ byte);
                *place = *byte;
            }
        }
        Some(out)
    }
}

/// The first block: boots, time, salt (RFC 3826 §3.1.2.1).
fn initial(boots: u32, time: u32, salt: [u8; 8]) -> [u8; 16] {
    let mut out = [0; 16];
    let parts = boots.to_be_bytes().into_iter().chain(time.to_be_bytes()).chain(salt);
    out.iter_mut().zip(parts).for_each(|(place, byte)| *place = byte);
    out
}

/// The key of a password for one engine (RFC 3414 §A.2).
fn localised(hash: Hash, password: &[u8], engine: &[u8]) -> Vec<u8> {
    let mut stretch = digest::Context::new(hash.digest());
    let mut left = STRETCHED;
    if !password.is_empty() {
        // Whole repetitions in large pieces: one call a repetition would take ten times as long.
        let piece: Vec<u8> = password.repeat(4096_usize.div_ceil(password.len()));
        while left > 0 {
            let part = piece.get(..left).unwrap_or(&piece);
            stretch.update(part);
            left -= part.len();
        }
    }
    let key = stretch.finish();
    let mut local = digest::Context::new(hash.digest());
    for part in [key.as_ref(), engine, key.as_ref()] {
        local.update(part);
    }
    local.finish().as_ref().to_vec()
}
