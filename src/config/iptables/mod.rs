//! iptables-save and ip6tables-save.

use super::{Format, Listing, Notes, Score};
use crate::locale::Text;
use crate::model::device::DeviceConfig;

/// The format.
pub(super) static FORMAT: Format = Format {
    id: "iptables",
    name: Text::new("iptables-save・ip6tables-save", "iptables-save and ip6tables-save"),
    maker: "",
    part: true,
    recognise,
    read,
};

fn recognise(_listing: &Listing<'_>) -> Score {
    0
}

fn read(_listing: &Listing<'_>, _notes: &mut Notes) -> DeviceConfig {
    DeviceConfig::default()
}
