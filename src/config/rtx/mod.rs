//! YAMAHA RTX and its relatives (NVR, FWX, SRT, RT): `show config`, and of other outputs
//! `show environment` and `show ip route`.
//!
//! Source of the syntax, the defaults and the order in which packets are filtered and translated:
//! 「ヤマハルーター コマンドリファレンス」 (Yamaha Corporation), the chapters that the readers name.
//!
//! A configuration is a list of commands. Some speak of what `pp select` or `tunnel select` chose
//! last; a later command takes the place of an earlier one with the same key; `no` takes it away.

mod commands;
mod convert;
mod ignored;
mod links;
mod matching;
mod parse;
mod repr;
mod schedule;
mod secrets;
mod show;

use super::{Because, Format, Listing, Notes, Score};
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

/// Beginnings of lines that no other product has.
const OWN: &[&str] = &[
    "pp select ",
    "pp enable ",
    "pp disable all",
    "tunnel select ",
    "no tunnel enable all",
    "nat descriptor ",
    "ppp ipcp ",
    "pppoe use lan",
    "ip pp ",
    "ip lan1 ",
    "ip lan2 ",
    "ipv6 lan1 ",
    "ipv6 lan2 ",
    "ip tunnel secure ",
    "ipsec ike ",
    "no ipsec ike ",
    "ipsec tunnel ",
    "ipsec auto refresh ",
    "l2tp tunnel auth ",
    "pp auth username ",
    "pp auth myname ",
    "pp auth request ",
    "ipsec sa policy ",
    "ip route default gateway ",
    "dhcp scope ",
    "telnetd ",
    "httpd host ",
    "console character ja",
    "description lan",
    "ip filter dynamic ",
    "ip filter source-route ",
];

fn recognise(listing: &Listing<'_>) -> Score {
    if listing.head().iter().any(|line| show::header(line.body()).is_some()) {
        return 95;
    }
    if listing.begins_with(show::is_route_table) {
        return 85;
    }
    let told = |begin: &&&str| listing.begins_with(|line| line.trim_start().starts_with(**begin));
    match OWN.iter().filter(told).count() {
        0 => 0,
        1 => 45,
        2 => 75,
        _ => 85,
    }
}

fn read(listing: &Listing<'_>, notes: &mut Notes) -> DeviceConfig {
    let known = (commands::Commands::new(), ignored::Ignored::new());
    let is_verb =
        |word: &str| known.0.begin_with(word) || known.1.begin_with(word) || word == "schedule";
    let mut router = repr::Router::default();
    let mut table = show::Table::default();
    for item in parse::items(listing, is_verb) {
        match item {
            parse::Item::Comment(lines, text) => show::comment(&mut router, &lines, &text, notes),
            parse::Item::Command(command) => {
                secrets::mark(&command, notes);
                let shown = show::line(&mut router, &mut table, &command, notes);
                if !shown {
                    carry_out(&mut router, &known, &command, notes);
                }
            }
        }
    }
    convert::convert(&router, table, notes)
}

/// Carries out one command and settles the fate of its lines.
fn carry_out(
    router: &mut repr::Router,
    known: &(commands::Commands, ignored::Ignored),
    command: &parse::Command<'_>,
    notes: &mut Notes,
) {
    // The longer pattern knows better.
    match (known.0.find(command), known.1.why(command)) {
        (Some(found), why) if why.is_none_or(|(words, _)| words <= found.literals) => {
            if found.apply(router) {
                command.lines.iter().for_each(|line| notes.understood(line));
            }
        }
        _ if schedule::is_harmless(command, &known.1, notes) => {
            command.lines.iter().for_each(|line| notes.ignored(line, Because::Housekeeping));
        }
        (_, Some((_, why))) => command.lines.iter().for_each(|line| notes.ignored(line, why)),
        (_, None) => schedule::switches_on(router, command),
    }
}
