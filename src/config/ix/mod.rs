//! NEC UNIVERGE IX2000 and IX3000 series.
//!
//! The syntax is that of the manuals "UNIVERGE IX2000/IX3000 シリーズ コマンドリファレンス" and
//! "機能説明書" (NEC). What is neither there nor in configurations that were seen stays unrecognized.

mod convert;
mod parse;
mod read;
mod repr;

use super::{Format, Listing, Notes};
use crate::locale::Text;
use crate::model::device::DeviceConfig;

/// The format.
pub(super) static FORMAT: Format = Format {
    id: "nec-ix",
    name: Text::new("NEC UNIVERGE IX", "NEC UNIVERGE IX"),
    maker: "nec",
    part: false,
    recognise: parse::recognise,
    read,
};

fn read(listing: &Listing<'_>, notes: &mut Notes) -> DeviceConfig {
    let commands = parse::commands(listing, notes);
    let router = read::read(listing, &commands, notes);
    convert::convert(router)
}
