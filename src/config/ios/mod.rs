//! Cisco IOS and IOS-XE.

use super::{Format, Listing, Notes, Score};
use crate::locale::Text;
use crate::model::device::DeviceConfig;

/// The format.
pub(super) static FORMAT: Format = Format {
    id: "cisco-ios",
    name: Text::new("Cisco IOS・IOS-XE", "Cisco IOS and IOS-XE"),
    maker: "cisco",
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
