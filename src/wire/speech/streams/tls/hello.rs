//! Client and server hello (RFC 8446 §4.1).

use super::super::super::bytes::Bytes;

/// A client's hello.
pub(in super::super::super) struct ClientHello<'a> {
    /// The highest version that is offered.
    pub(super) version: u16,
    pub(super) ciphers: Vec<u16>,
    /// Kinds of extension in their order.
    pub(super) extensions: Vec<u16>,
    pub(super) signatures: Vec<u16>,
    pub(in super::super::super) server_name: Option<&'a str>,
    pub(in super::super::super) alpn: Vec<&'a [u8]>,
    /// Whether all of it was there.
    pub(super) whole: bool,
}

/// A server's hello.
pub(super) struct ServerHello<'a> {
    /// The version that was chosen; of 1.3 it stands behind everything else.
    pub(super) version: u16,
    pub(super) cipher: u16,
    pub(super) alpn: Option<&'a str>,
}

/// A list of more ciphers than this would be read as one that is whole.
const MOST_CIPHERS: usize = 2 + 2 * 512 + 2;
const SERVER_NAME: u16 = 0;
const SIGNATURE_ALGORITHMS: u16 = 13;
const ALPN: u16 = 16;
const SUPPORTED_VERSIONS: u16 = 43;

/// Values that mean nothing, to keep servers tolerant (RFC 8701).
pub(super) const fn is_grease(value: u16) -> bool {
    let [a, b] = value.to_be_bytes();
    a == b && a & 0x0f == 0x0a
}

/// Reads what is there of a hello; `whole` when that is all of it.
pub(in super::super::super) fn client_hello(body: &[u8], whole: bool) -> Option<ClientHello<'_>> {
    let mut left = Bytes::new(body);
    let version = left.u16().filter(|it| (0x0300..=0x0303).contains(it))?;
    left.skip(32)?;
    left.block8().filter(|it| it.len() <= 32)?;
    let mut suites = left.block16().filter(|it| it.len() % 2 == 0 && it.len() >= 2)?;
    let mut ciphers = Vec::with_capacity(suites.len() / 2);
    while let Some(it) = suites.u16() {
        ciphers.push(it);
    }
    // The compression methods must hold "none".
    left.block8().filter(|it| it.rest().contains(&0))?;
    let mut hello = ClientHello {
        version,
        ciphers,
        extensions: Vec::new(),
        signatures: Vec::new(),
        server_name: None,
        alpn: Vec::new(),
        whole,
    };
    let length = left.u16().unwrap_or(0);
    let mut extensions = left.up_to(length.into());
    hello.whole &= extensions.len() == usize::from(length);
    while let (Some(kind), Some(body)) = (extensions.u16(), extensions.block16()) {
        hello.extensions.push(kind);
        hello.extension(kind, body);
    }
    Some(hello)
}

impl<'a> ClientHello<'a> {
    fn extension(&mut self, kind: u16, mut body: Bytes<'a>) -> Option<()> {
        match kind {
            SERVER_NAME => {
                let mut list = body.block16()?;
                while let (Some(kind), Some(name)) = (list.u8(), list.block16()) {
                    if kind == 0 && self.server_name.is_none() {
                        self.server_name = std::str::from_utf8(name.rest()).ok();
                    }
                }
            }
            ALPN => {
                let mut list = body.block16()?;
                while let Some(name) = list.block8() {
                    self.alpn.push(name.rest());
                }
            }
            SUPPORTED_VERSIONS => {
                let mut list = body.block8()?;
                while let Some(it) = list.u16() {
                    if !is_grease(it) && it <= 0x0304 {
                        self.version = self.version.max(it);
                    }
                }
            }
            SIGNATURE_ALGORITHMS => {
                let mut list = body.block16()?;
                while let Some(it) = list.u16() {
                    self.signatures.push(it);
                }
            }
            _ => {}
        }
        Some(())
    }
}

/// Reads a server's hello.
pub(super) fn server_hello(body: &[u8]) -> Option<ServerHello<'_>> {
    let mut left = Bytes::new(body);
    let mut version = left.u16().filter(|it| (0x0300..=0x0303).contains(it))?;
    left.skip(32)?;
    left.block8().filter(|it| it.len() <= 32)?;
    let cipher = left.u16()?;
    left.u8().filter(|it| *it <= 1)?;
    let mut alpn = None;
    let mut extensions = left.block16().unwrap_or(Bytes::new(&[]));
    while let (Some(kind), Some(mut body)) = (extensions.u16(), extensions.block16()) {
        match kind {
            SUPPORTED_VERSIONS => version = body.u16().unwrap_or(version),
            ALPN => {
                let name = body.block16().and_then(|mut it| it.block8());
                alpn = name.and_then(|it| std::str::from_utf8(it.rest()).ok());
            }
            _ => {}
        }
    }
    Some(ServerHello { version, cipher, alpn })
}

/// Whether this is the head of a hello of which the rest is missing: all that is there fits.
pub(super) fn is_cut(body: &[u8]) -> bool {
    let mut left = Bytes::new(body);
    if left.u16().is_none_or(|it| !(0x0300..=0x0303).contains(&it)) {
        return false;
    }
    let session = left.skip(32).and_then(|()| left.u8());
    session.is_none_or(|it| it <= 32 && left.len() < usize::from(it) + MOST_CIPHERS)
}

/// Whether this is the hello of SSL 2.0, which old clients send for compatibility (RFC 5246
/// §E.2): the lengths of three lists must add up to that of the message.
pub(super) fn is_ssl2(bytes: &[u8]) -> bool {
    ssl2(bytes).unwrap_or(false)
}

fn ssl2(bytes: &[u8]) -> Option<bool> {
    let mut left = Bytes::new(bytes);
    let (length, kind, version) = (left.u16()?, left.u8()?, left.u16()?);
    let (ciphers, session, challenge) = (left.u16()?, left.u16()?, left.u16()?);
    let sum = 9 + u32::from(ciphers) + u32::from(session) + u32::from(challenge);
    let fits = u32::from(length & 0x7fff) == sum && length & 0x8000 != 0;
    let usual = ciphers % 3 == 0 && ciphers > 0 && [0, 16].contains(&session);
    let known = kind == 1 && matches!(version, 2 | 0x0300..=0x0303);
    Some(fits && usual && known && (16..=32).contains(&challenge))
}
