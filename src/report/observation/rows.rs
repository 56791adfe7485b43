//! Words for what was seen, and tables of them.

use crate::locale::{Lang, Text, display_width, one_line, pad_to};
use crate::model::{Service, Vocabulary as _};
use crate::observation::{Conversation, Sighting};
use crate::text;
use crate::wire::words::{Detail, Speech};
use jiff::Timestamp;
use jiff::tz::Offset;

/// The longest cell.
const WIDEST: usize = 60;

/// Rows of cells under each other.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn row(&mut self, cells: Vec<String>) {
        let cells = cells.into_iter().map(|it| shortened(&one_line(&it)));
        self.rows.push(cells.collect());
    }

    /// The table, indented.
    pub(super) fn write(&self, to: &mut String) {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|it| display_width(it)).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for row in &self.rows {
            let cells = row.iter().zip(&widths).map(|(cell, width)| pad_to(cell, *width));
            to.push_str("    ");
            to.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
            to.push('\n');
        }
    }
}

fn shortened(text: &str) -> String {
    if display_width(text) <= WIDEST {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        if display_width(&out) >= WIDEST - 2 {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

/// `443/tcp`, `esp`, `ip-89`.
pub(super) fn service(protocol: u8, port: Option<u16>) -> String {
    match Service::of(protocol, port.unwrap_or(0)) {
        Service::Any => format!("ip-{protocol}"),
        _ if matches!(protocol, 6 | 17) && port.is_none() => {
            if protocol == 6 {
                "tcp".to_owned()
            } else {
                "udp".to_owned()
            }
        }
        known => known.to_string(),
    }
}

/// What is spoken, with what it announces of itself.
pub(super) fn speech(all: &[Speech], lang: Lang) -> String {
    const TOLD: [Detail; 10] = [
        Detail::Product,
        Detail::ServerName,
        Detail::Application,
        Detail::CallingAe,
        Detail::CalledAe,
        Detail::Name,
        Detail::Software,
        Detail::Mode,
        Detail::Version,
        Detail::Certificate,
    ];
    let one = |it: &Speech| {
        let label = it.spoken.label();
        let details = TOLD.iter().filter_map(|detail| it.details.get(detail)).flatten();
        let details: Vec<&str> = details.take(3).map(String::as_str).collect();
        match details.is_empty() {
            true => label.get(lang).to_owned(),
            false => format!("{} {}", label.get(lang), details.join(" ")),
        }
    };
    let all: Vec<String> = all.iter().map(one).collect();
    all.join(" / ")
}

/// A moment in Japan.
pub(super) fn moment(at: Timestamp) -> String {
    Offset::constant(9).to_datetime(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// When something was seen.
pub(super) fn sighted(seen: &Sighting) -> String {
    let (first, last) = (moment(seen.first), moment(seen.last));
    match (first == last, first.get(..10) == last.get(..10)) {
        (true, _) => first,
        (_, true) => format!("{first}–{}", last.get(11..).unwrap_or_default()),
        _ => format!("{first} – {last}"),
    }
}

/// The cells of a conversation.
pub(super) fn conversation(it: &Conversation, lang: Lang) -> Vec<String> {
    let vlans: Vec<String> = it.vlans.iter().map(|it| format!("VLAN {it}")).collect();
    let inside = match it.inside.is_empty() {
        true => vlans.join(" "),
        false => {
            let inside = it.inside.join(" ");
            let inside = text!("{inside} の中", "inside {inside}");
            [vlans.join(" "), inside.get(lang).to_owned()].join(" ")
        }
    };
    let (sessions, packets) = (it.sessions, it.forth.packets + it.back.packets);
    let bytes = size(it.forth.bytes + it.back.bytes);
    let amount = text!(
        "{sessions}回 {packets}パケット {bytes}",
        "{sessions} sessions, {packets} packets, {bytes}"
    );
    vec![
        format!("{} → {}", it.from, it.to),
        service(it.protocol, it.port),
        match it.speech.is_empty() {
            true => protocol(it.protocol).unwrap_or_else(unknown).get(lang).to_owned(),
            false => speech(&it.speech, lang),
        },
        amount.get(lang).to_owned(),
        sighted(&it.seen),
        inside.trim().to_owned(),
    ]
}

/// What a protocol directly over IP is, where its number says it (IANA, "Protocol Numbers").
pub(super) fn protocol(number: u8) -> Option<Text> {
    const NAMES: [(u8, Text); 16] = [
        (1, Text::new("ICMP", "ICMP")),
        (2, Text::new("IGMP（マルチキャストの参加）", "IGMP (joining of groups)")),
        (4, Text::new("IP-in-IP", "IP-in-IP")),
        (41, Text::new("6in4", "6in4")),
        (46, Text::new("RSVP", "RSVP")),
        (47, Text::new("GRE", "GRE")),
        (50, Text::new("ESP", "ESP")),
        (51, Text::new("AH", "AH")),
        (58, Text::new("ICMPv6", "ICMPv6")),
        (59, Text::new("IPv6（中身なし）", "IPv6 (nothing inside)")),
        (88, Text::new("EIGRP（経路制御）", "EIGRP (routing)")),
        (89, Text::new("OSPF（経路制御）", "OSPF (routing)")),
        (103, Text::new("PIM（マルチキャストの経路制御）", "PIM (routing of groups)")),
        (112, Text::new("VRRP／CARP（ルータの冗長化）", "VRRP or CARP (redundant routers)")),
        (115, Text::new("L2TPv3", "L2TPv3")),
        (124, Text::new("IS-IS（経路制御）", "IS-IS (routing)")),
    ];
    NAMES.iter().find(|it| it.0 == number).map(|it| it.1.clone())
}

/// What is said of what nobody recognised.
pub(super) fn unknown() -> Text {
    Text::new("（識別できず）", "(not recognised)")
}

/// Bytes as people say them.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    let mut value = bytes as f64;
    let mut unit = "B";
    for next in UNITS {
        if value < 1000.0 {
            break;
        }
        (value, unit) = (value / 1000.0, next);
    }
    if value < 10.0 && unit != "B" {
        format!("{value:.1} {unit}")
    } else {
        format!("{value:.0} {unit}")
    }
}
