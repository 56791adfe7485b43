//! Between which hardware addresses a frame went.

use crate::wire::words::Mac;
use std::hash::{Hash, Hasher};

/// How many bytes the addresses of a frame have.
const BYTES: usize = 12;

/// Between which hardware addresses a frame went, as they begin a frame of Ethernet: to whom, from
/// whom. All zeros where the link type does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Macs([u8; BYTES]);

impl Macs {
    /// Those with which these bytes begin.
    #[inline(always)]
    pub(super) fn of<const N: usize>(head: &[u8; N]) -> Self {
        head.first_chunk().copied().map_or_else(Self::default, Self)
    }

    /// Whether the link type says who they are.
    #[inline(always)]
    pub fn are_told(&self) -> bool {
        *self != Self::default()
    }

    /// From whom.
    pub const fn sender(&self) -> Mac {
        let [_, _, _, _, _, _, from @ ..] = self.0;
        Mac(from)
    }

    /// To whom.
    pub const fn receiver(&self) -> Mac {
        let [to @ .., _, _, _, _, _, _] = self.0;
        Mac(to)
    }

    /// The way back.
    #[must_use]
    pub const fn turned(self) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, l] = self.0;
        Self([g, h, i, j, k, l, a, b, c, d, e, f])
    }

    /// The same, from somebody else.
    pub(super) fn sent_by(mut self, from: [u8; 6]) -> Self {
        if let Some(place) = self.0.last_chunk_mut() {
            *place = from;
        }
        self
    }
}

impl Hash for Macs {
    fn hash<H: Hasher>(&self, to: &mut H) {
        let [a, b, c, d, e, f, g, h, i, j, k, l] = self.0;
        to.write_u64(u64::from_le_bytes([a, b, c, d, e, f, g, h]));
        to.write_u32(u32::from_le_bytes([i, j, k, l]));
    }
}
