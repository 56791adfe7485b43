//! A reader over a stranger's bytes: it moves forward, and what is not there is `None`.

/// What is left to read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The same, beginning at `at`.
    pub(crate) fn at(bytes: &'a [u8], at: usize) -> Option<Self> {
        bytes.get(at..).map(Self)
    }

    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.0
    }

    pub(crate) const fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next `n` bytes.
    pub(crate) fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(n)?;
        self.0 = tail;
        Some(head)
    }

    /// The next `n` bytes to read apart.
    pub(crate) fn part(&mut self, n: usize) -> Option<Self> {
        self.take(n).map(Self)
    }

    /// The next `n` bytes, or as many as there are.
    pub(crate) fn up_to(&mut self, n: usize) -> Self {
        self.take(n.min(self.0.len())).map_or(Self(&[]), Self)
    }

    pub(crate) fn skip(&mut self, n: usize) -> Option<()> {
        self.take(n).map(|_| ())
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, tail) = self.0.split_first_chunk::<N>()?;
        self.0 = tail;
        Some(*head)
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[it]| it)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn u24(&mut self) -> Option<u32> {
        self.array().map(|[a, b, c]| u32::from_be_bytes([0, a, b, c]))
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_be_bytes)
    }

    pub(crate) fn le16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn le32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    /// Bytes behind a length of one byte.
    pub(crate) fn block8(&mut self) -> Option<Self> {
        let n = self.u8()?;
        self.part(n.into())
    }

    /// Bytes behind a length of two bytes.
    pub(crate) fn block16(&mut self) -> Option<Self> {
        let n = self.u16()?;
        self.part(n.into())
    }

    /// The next line without its end (CR LF or LF), when the end is there.
    pub(crate) fn line(&mut self) -> Option<&'a [u8]> {
        let end = self.0.iter().position(|it| *it == b'\n')?;
        let line = self.take(end)?;
        self.skip(1)?;
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}

/// Whether it begins with this, whatever the case of ASCII letters.
pub(crate) fn begins(bytes: &[u8], with: &[u8]) -> bool {
    bytes.get(..with.len()).is_some_and(|it| it.eq_ignore_ascii_case(with))
}

/// Where `what` begins in `bytes`.
pub(crate) fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len().max(1)).position(|it| it == what)
}

/// Whether this is one line of visible ASCII.
pub(crate) fn is_visible(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|it| (0x20..0x7f).contains(it))
}

/// Whether this could be enciphered: of at least 16 bytes (at most 128 are looked at) nearly as
/// many are different as chance would have it, and not all are text. Structures, counters, text
/// and zeros fail.
pub(crate) fn looks_enciphered(bytes: &[u8]) -> bool {
    let sample = bytes.get(..128).unwrap_or(bytes);
    if sample.len() < 16 {
        return false;
    }
    let mut seen = [0_u64; 4];
    let (mut distinct, mut high) = (0_usize, 0_usize);
    for byte in sample {
        let word = usize::from(byte >> 6);
        let bit = 1_u64 << (byte & 63);
        if let Some(word) = seen.get_mut(word)
            && *word & bit == 0
        {
            *word |= bit;
            distinct += 1;
        }
        high += usize::from(byte >> 7);
    }
    // Of n random bytes 256·(1−e^(−n/256)) are different: 15.5 of 16, 57 of 64, 101 of 128.
    distinct * 4 >= sample.len() * 3 - sample.len() / 4 && high * 5 >= sample.len()
}
