//! The colours of what is printed.

use crate::diagram::scene::Colour;

pub(in crate::report) const BLACK: Colour = Colour(0x1b, 0x24, 0x30);
pub(in crate::report) const SOFT: Colour = Colour(0x4a, 0x55, 0x63);
pub(in crate::report) const RULE: Colour = Colour(0xa9, 0xb2, 0xbd);
pub(in crate::report) const TINT: Colour = Colour(0xf0, 0xf3, 0xf6);
pub(in crate::report) const ACCENT: Colour = Colour(0x12, 0x3f, 0x66);
pub(in crate::report) const ALARM: Colour = Colour(0x9b, 0x1c, 0x1c);
pub(in crate::report) const DOUBT: Colour = Colour(0x6b, 0x50, 0x00);
