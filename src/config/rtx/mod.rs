//! YAMAHA RTX.

use super::{Format, Listing, Notes, Score};
use crate::locale::Text;
use crate::model::device::DeviceConfig;

/// The format.
pub(super) static FORMAT: Format = Format {
    id: "yamaha-rtx",
    name: Text::new("ヤマハ RTX", "YAMAHA RTX"),
    maker: "yamaha",
    part: false,
    recognise,
    read,
};

fn recognise(_listing: &Listing<'_>) -> Score {
    0
}

fn read(_listing: &Listing<'_>, _notes: &mut Notes) -> DeviceConfig {
    DeviceConfig::default()
}
