//! Allied Telesis AlliedWare Plus: AR and ARX routers, x-series switches.
//!
//! The syntax is that of "AlliedWare Plus コマンドリファレンス" and its 設定例集 (アライドテレシス).
//! What is neither there nor in configurations that were seen stays unrecognized.

mod convert;
mod parse;
mod read;
mod repr;
mod show;

use super::{Format, Listing, Notes};
use crate::locale::Text;
use crate::model::device::DeviceConfig;

/// The format.
pub(super) static FORMAT: Format = Format {
    id: "alliedware-plus",
    name: Text::new("アライドテレシス AlliedWare Plus", "Allied Telesis AlliedWare Plus"),
    maker: "allied-telesis",
    part: false,
    recognise: parse::recognise,
    read,
};

fn read(listing: &Listing<'_>, notes: &mut Notes) -> DeviceConfig {
    if show::is_output(listing) {
        return show::read(listing, notes);
    }
    let commands = parse::commands(listing, notes);
    let router = read::read(&commands, notes);
    convert::convert(router)
}
