//! What is read of a device (RFC 3418, RFC 2863, RFC 4293, RFC 4292, IEEE 802.1AB), column by
//! column, and how it is said.

use super::message::{Asks, Name, Value, hex};
use super::{REPEAT, Talk, Trouble};
use crate::evidence::probe::said::say;
use crate::probe::Answer;
use crate::wire::words::Mac;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

/// How many rows of one table are kept; all are counted up to the bound of the talk.
const MOST_ROWS: usize = 512;

/// `system`: description, object, uptime, name.
const SYSTEM: &[(&[u32], &str)] = &[
    (&[1, 3, 6, 1, 2, 1, 1, 1, 0], "system-description"),
    (&[1, 3, 6, 1, 2, 1, 1, 2, 0], "system-object"),
    (&[1, 3, 6, 1, 2, 1, 1, 5, 0], "system-name"),
];

/// A table: the key of its rows, the columns that are read, and how a row is said.
struct Table {
    key: &'static str,
    columns: &'static [&'static [u32]],
    say: fn(&[u32], &[Option<&Value>]) -> Option<String>,
}

/// `ifDescr`, `ifPhysAddress`, `ifOperStatus`.
const INTERFACES: Table = Table {
    key: "interface",
    columns: &[
        &[1, 3, 6, 1, 2, 1, 2, 2, 1, 2],
        &[1, 3, 6, 1, 2, 1, 2, 2, 1, 6],
        &[1, 3, 6, 1, 2, 1, 2, 2, 1, 8],
    ],
    say: interface,
};
/// `ipNetToMediaPhysAddress`: by interface and address.
const ARP: Table =
    Table { key: "arp", columns: &[&[1, 3, 6, 1, 2, 1, 4, 22, 1, 2]], say: neighbour };
/// `inetCidrRouteIfIndex`: by destination, prefix, policy and next hop.
const ROUTES: Table =
    Table { key: "route", columns: &[&[1, 3, 6, 1, 2, 1, 4, 24, 7, 1, 7]], say: route };
/// `ipCidrRouteIfIndex` of older devices: by destination, mask, service and next hop.
const OLD_ROUTES: Table =
    Table { key: "route", columns: &[&[1, 3, 6, 1, 2, 1, 4, 24, 4, 1, 5]], say: old_route };
/// `lldpRemChassisId`, `lldpRemPortId`, `lldpRemSysName`: by time, local port and number.
const LLDP: Table = Table {
    key: "lldp",
    columns: &[
        &[1, 0, 8802, 1, 1, 2, 1, 4, 1, 1, 5],
        &[1, 0, 8802, 1, 1, 2, 1, 4, 1, 1, 7],
        &[1, 0, 8802, 1, 1, 2, 1, 4, 1, 1, 9],
    ],
    say: lldp,
};

/// Reads everything, as far as it comes.
pub(super) async fn read(talk: &mut Talk, mut answer: Answer) -> Answer {
    let names: Vec<&[u32]> = SYSTEM.iter().map(|it| it.0).collect();
    match talk.tell(Asks::Get(&names)).await {
        Ok(values) => {
            for (name, value) in values {
                let key = SYSTEM.iter().find(|it| it.0 == name.as_slice());
                if let (Some((_, key)), Some(text)) = (key, text(Some(&value))) {
                    answer = say(answer, key, text);
                }
            }
        }
        Err(_) => answer = answer.saying("incomplete", "system"),
    }
    for table in [&INTERFACES, &ARP, &LLDP] {
        answer = add(talk, answer, table).await.0;
    }
    let (answer, routes) = add(talk, answer, &ROUTES).await;
    if routes == 0 { add(talk, answer, &OLD_ROUTES).await.0 } else { answer }
}

/// Adds the rows of a table; how many there are.
async fn add(talk: &mut Talk, mut answer: Answer, table: &Table) -> (Answer, usize) {
    let mut rows: BTreeMap<Name, Vec<Option<Value>>> = BTreeMap::new();
    let mut whole = true;
    for (index, column) in table.columns.iter().enumerate() {
        let (cells, is_whole) = walk(talk, column).await;
        whole &= is_whole;
        for (row, value) in cells {
            let cells = rows.entry(row).or_insert_with(|| vec![None; table.columns.len()]);
            if let Some(cell) = cells.get_mut(index) {
                *cell = Some(value);
            }
        }
    }
    if !whole {
        answer = answer.saying("incomplete", table.key);
    }
    let count = rows.len();
    for (row, cells) in rows.iter().take(MOST_ROWS) {
        let cells: Vec<_> = cells.iter().map(Option::as_ref).collect();
        if let Some(text) = (table.say)(row, &cells) {
            answer = say(answer, table.key, text);
        }
    }
    if count > 0 {
        answer = answer.saying(&format!("{}-count", table.key), count.to_string());
    }
    (answer, count)
}

/// A column by the names of its rows; whether it came to its end. Names must rise: a device that
/// goes in circles is left.
async fn walk(talk: &mut Talk, column: &[u32]) -> (BTreeMap<Name, Value>, bool) {
    let mut rows = BTreeMap::new();
    let mut at = column.to_vec();
    while rows.len() < MOST_ROWS {
        let values = match talk.tell(Asks::After(&at, REPEAT)).await {
            Ok(values) => values,
            Err(Trouble::Silent | Trouble::Refused(_) | Trouble::System(_)) => {
                return (rows, false);
            }
        };
        if values.is_empty() {
            return (rows, true);
        }
        for (name, value) in values {
            let Some(row) = name.strip_prefix(column) else { return (rows, true) };
            if value == Value::End || name <= at {
                return (rows, value == Value::End);
            }
            rows.insert(row.to_vec(), value);
            at = name;
        }
    }
    (rows, false)
}

fn text(value: Option<&Value>) -> Option<String> {
    Some(match value? {
        Value::Number(it) => it.to_string(),
        Value::Bytes(it) => printed(it),
        Value::Name(it) => it.iter().map(u32::to_string).collect::<Vec<_>>().join("."),
        Value::Nothing | Value::End => return None,
    })
}

/// Text as it is; what is none as a hardware address or in hexadecimal.
fn printed(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.chars().any(|it| it.is_control() && !it.is_whitespace()) => {
            text.to_owned()
        }
        _ => mac(bytes).unwrap_or_else(|| hex(bytes)),
    }
}

fn mac(bytes: &[u8]) -> Option<String> {
    bytes.try_into().ok().map(|it| Mac(it).to_string())
}

fn interface(row: &[u32], cells: &[Option<&Value>]) -> Option<String> {
    let [name, address, state] = cells else { return None };
    let state = match state {
        Some(Value::Number(1)) => "up",
        Some(Value::Number(2)) => "down",
        _ => "unknown",
    };
    let address = match address {
        Some(Value::Bytes(it)) => mac(it).unwrap_or_default(),
        _ => String::new(),
    };
    let text = format!("{} {} {state} {address}", row.first()?, text(*name)?);
    Some(text.trim_end().to_owned())
}

fn neighbour(row: &[u32], cells: &[Option<&Value>]) -> Option<String> {
    let (interface, address) = row.split_first()?;
    let [Some(Value::Bytes(bytes))] = cells else { return None };
    Some(format!("{} {} {interface}", four(address)?, mac(bytes)?))
}

fn four(numbers: &[u32]) -> Option<Ipv4Addr> {
    let bytes: Option<Vec<u8>> = numbers.iter().map(|it| u8::try_from(*it).ok()).collect();
    <[u8; 4]>::try_from(bytes?).ok().map(Ipv4Addr::from)
}

/// An address as part of a name: its kind, its length, its bytes (RFC 4001 §4).
fn address<'a>(name: &mut &'a [u32]) -> Option<IpAddr> {
    let (_, rest): (_, &'a [u32]) = name.split_first()?;
    let (length, rest) = rest.split_first()?;
    let (bytes, rest) = rest.split_at_checked(usize::try_from(*length).ok()?)?;
    *name = rest;
    let bytes: Option<Vec<u8>> = bytes.iter().map(|it| u8::try_from(*it).ok()).collect();
    let bytes = bytes?;
    let four = <[u8; 4]>::try_from(bytes.as_slice()).map(IpAddr::from);
    four.or_else(|_| <[u8; 16]>::try_from(bytes.as_slice()).map(IpAddr::from)).ok()
}

fn route(row: &[u32], cells: &[Option<&Value>]) -> Option<String> {
    let mut name = row;
    let to = address(&mut name)?;
    let (prefix, rest) = name.split_first()?;
    let (policy, rest) = rest.split_first()?;
    name = rest.get(usize::try_from(*policy).ok()?..)?;
    let by = address(&mut name).map_or_else(String::new, |it| format!(" via {it}"));
    let interface = text(cells.first().copied().flatten())?;
    Some(format!("{to}/{prefix}{by} if {interface}"))
}

fn old_route(row: &[u32], cells: &[Option<&Value>]) -> Option<String> {
    let (to, mask) = (four(row.get(..4)?)?, four(row.get(4..8)?)?);
    let by = four(row.get(9..13)?)?;
    let interface = text(cells.first().copied().flatten())?;
    Some(format!("{to}/{} via {by} if {interface}", u32::from(mask).count_ones()))
}

fn lldp(row: &[u32], cells: &[Option<&Value>]) -> Option<String> {
    let [chassis, port, name] = cells else { return None };
    let of = |it: &Option<&Value>| text(*it).unwrap_or_default();
    let text = format!("port {} {} {} {}", row.get(1)?, of(name), of(chassis), of(port));
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}
