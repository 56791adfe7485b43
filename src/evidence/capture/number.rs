//! Numbers of captures, which are written in the byte order of the machine that captured.

/// A byte order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

impl Order {
    /// That of this machine.
    #[cfg(target_os = "linux")]
    pub(super) const NATIVE: Self =
        if cfg!(target_endian = "big") { Self::Big } else { Self::Little };

    /// The number at a place; 0 beyond the end.
    #[inline]
    pub(super) fn u16(self, bytes: &[u8], at: usize) -> u16 {
        let it = bytes.get(at..).and_then(|it| it.first_chunk()).copied().unwrap_or_default();
        match self {
            Self::Little => u16::from_le_bytes(it),
            Self::Big => u16::from_be_bytes(it),
        }
    }

    /// The same of four bytes.
    #[inline]
    pub(super) fn u32(self, bytes: &[u8], at: usize) -> u32 {
        let it = bytes.get(at..).and_then(|it| it.first_chunk()).copied().unwrap_or_default();
        match self {
            Self::Little => u32::from_le_bytes(it),
            Self::Big => u32::from_be_bytes(it),
        }
    }

    /// Four numbers of four bytes each.
    #[inline]
    pub(super) fn four(self, bytes: &[u8; 16]) -> [u32; 4] {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = *bytes;
        let words = [[a, b, c, d], [e, f, g, h], [i, j, k, l], [m, n, o, p]];
        match self {
            Self::Little => words.map(u32::from_le_bytes),
            Self::Big => words.map(u32::from_be_bytes),
        }
    }

    /// The same of eight bytes.
    #[inline]
    pub(super) fn u64(self, bytes: &[u8], at: usize) -> u64 {
        let it = bytes.get(at..).and_then(|it| it.first_chunk()).copied().unwrap_or_default();
        match self {
            Self::Little => u64::from_le_bytes(it),
            Self::Big => u64::from_be_bytes(it),
        }
    }
}
