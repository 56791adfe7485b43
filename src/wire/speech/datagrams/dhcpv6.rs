//! DHCPv6 (RFC 8415) between its ports: who gives addresses, and to whom.
//!
//! Checked: a kind, options that are read exactly to the end, an identifier of client or server,
//! and the ports 546 and 547.

use super::super::bytes::Bytes;
use super::super::{Ends, Said};
use crate::wire::words::{Detail, Learned, Mac, NamedBy, Role, Speech, Spoken, announced};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv6Addr};

#[derive(Default)]
struct Options {
    identified: bool,
    mac: Option<Mac>,
    addresses: Vec<Ipv6Addr>,
    name: String,
    details: BTreeMap<String, BTreeSet<String>>,
}

const KINDS: &[&str] = &[
    "",
    "SOLICIT",
    "ADVERTISE",
    "REQUEST",
    "CONFIRM",
    "RENEW",
    "REBIND",
    "REPLY",
    "RELEASE",
    "DECLINE",
    "RECONFIGURE",
    "INFORMATION-REQUEST",
    "RELAY-FORW",
    "RELAY-REPL",
];
const REPLY: u8 = 7;

pub(super) fn recognise(ends: &Ends, payload: &[u8]) -> Option<Said> {
    (ends.has_port(546) || ends.has_port(547)).then_some(())?;
    let mut left = Bytes::new(payload);
    let kind = left.u8().filter(|it| (1..=13).contains(it))?;
    let is_relay = kind >= 12;
    left.skip(if is_relay { 33 } else { 3 })?;
    let mut options = Options::default();
    options.read(left)?;
    options.identified.then_some(())?;
    let name = KINDS.get(usize::from(kind)).copied().unwrap_or_default();
    let mut said = Said::of(Speech::of(Spoken::Dhcpv6).with(Detail::Message, name)).open();
    let from_server = matches!(kind, 2 | REPLY | 10 | 13);
    if matches!(kind, 2 | REPLY) {
        let details = std::mem::take(&mut options.details).into();
        let virtual_addresses = BTreeSet::new();
        said.learned.push(Learned::Role {
            by: None,
            role: Role::Dhcpv6Server,
            details,
            virtual_addresses,
        });
    }
    if kind == REPLY {
        for address in options.addresses.iter().map(|it| IpAddr::from(*it)) {
            said.learned.extend(options.mac.map(|mac| Learned::Lease { address, mac }));
            if !options.name.is_empty() {
                let name = options.name.clone();
                said.learned.push(Learned::Name { address, name, by: NamedBy::Dhcp });
            }
        }
    }
    Some(said.asked(!from_server))
}

impl Options {
    fn read(&mut self, mut left: Bytes<'_>) -> Option<()> {
        while !left.is_empty() {
            let code = left.u16().filter(|it| (1..=200).contains(it))?;
            let body = left.block16()?;
            self.option(code, body);
        }
        Some(())
    }

    fn option(&mut self, code: u16, mut body: Bytes<'_>) -> Option<()> {
        match code {
            1 | 2 | 9 => {
                self.identified = true;
                if code == 1 {
                    self.mac = hardware(body);
                }
            }
            3 => {
                body.skip(12)?;
                while let (Some(kind), Some(mut inner)) = (body.u16(), body.block16()) {
                    if kind == 5 && self.addresses.len() < 8 {
                        self.addresses.push(inner.array::<16>()?.into());
                    }
                }
            }
            23 => {
                let values = self.details.entry("dns".to_owned()).or_default();
                while let Some(address) = body.array::<16>().filter(|_| values.len() < 8) {
                    values.insert(Ipv6Addr::from(address).to_string());
                }
            }
            39 => {
                body.u8()?;
                let mut labels = Vec::new();
                while let Some(label) = body.block8().filter(|it| !it.is_empty()) {
                    labels.push(announced(label.rest()));
                }
                self.name = announced(labels.join(".").as_bytes());
            }
            _ => {}
        }
        Some(())
    }
}

/// The hardware address in a DUID of type 1 or 3 (§11.2, §11.4).
fn hardware(mut duid: Bytes<'_>) -> Option<Mac> {
    let kind = duid.u16()?;
    (duid.u16()? == 1).then_some(())?;
    if kind == 1 {
        duid.u32()?;
    }
    matches!(kind, 1 | 3).then_some(())?;
    duid.array().map(Mac).filter(|it| it.is_station())
}
