//! DHCP (RFC 2131, RFC 2132): who gives addresses, who got one, and what clients call themselves.
//!
//! Checked: operation, hardware type and length, the magic cookie and a kind of message (more than
//! 50 bits).

use super::super::bytes::Bytes;
use super::super::{Ends, Said};
use crate::wire::shared::SharedWords;
use crate::wire::words::{Detail, Learned, Mac, NamedBy, Role, Speech, Spoken, announced};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

const COOKIE: u32 = 0x6382_5363;

/// A message as far as it matters.
struct Message {
    from_server: bool,
    kind: u8,
    client: Ipv4Addr,
    yours: Ipv4Addr,
    relay: Ipv4Addr,
    mac: Option<Mac>,
    name: String,
    class: String,
    server: Option<Ipv4Addr>,
    wanted: Option<Ipv4Addr>,
    details: BTreeMap<String, BTreeSet<String>>,
}

const NONE: Ipv4Addr = Ipv4Addr::UNSPECIFIED;

fn message(payload: &[u8]) -> Option<Message> {
    let mut left = Bytes::new(payload);
    let operation = left.u8().filter(|it| (1..=2).contains(it))?;
    let (hardware, length) = (left.u8()?, left.u8()?);
    (hardware != 0 && length <= 16).then_some(())?;
    left.skip(9)?; // hops, transaction, seconds, flags
    let [client, yours, _, relay] =
        [left.array::<4>()?, left.array()?, left.array()?, left.array()?];
    let mac = Mac(left.array()?);
    let mut out = Message {
        from_server: operation == 2,
        kind: 0,
        client: client.into(),
        yours: yours.into(),
        relay: relay.into(),
        mac: (hardware == 1 && length == 6 && mac.is_station()).then_some(mac),
        name: String::new(),
        class: String::new(),
        server: None,
        wanted: None,
        details: BTreeMap::new(),
    };
    left.skip(10 + 64 + 128)?;
    (left.u32()? == COOKIE).then_some(())?;
    while let Some(code) = left.u8().filter(|it| *it != 255) {
        if code == 0 {
            continue;
        }
        let Some(value) = left.block8() else { break };
        out.option(code, value);
    }
    // BOOTP has no kind; its answers give addresses all the same.
    (out.kind <= 18).then_some(out)
}

impl Message {
    fn option(&mut self, code: u8, mut value: Bytes<'_>) {
        let words = match code {
            1 => "mask",
            3 => "gateway",
            6 => "dns",
            12 => {
                self.name = announced(value.rest());
                return;
            }
            50 => {
                self.wanted = value.array::<4>().map(Ipv4Addr::from);
                return;
            }
            53 => {
                self.kind = value.u8().unwrap_or(0);
                return;
            }
            54 => {
                self.server = value.array::<4>().map(Ipv4Addr::from);
                return;
            }
            60 => {
                self.class = announced(value.rest());
                return;
            }
            _ => return,
        };
        let values = self.details.entry(words.to_owned()).or_default();
        while let Some(address) = value.array::<4>()
            && values.len() < 8
        {
            values.insert(Ipv4Addr::from(address).to_string());
        }
    }
}

const KINDS: &[&str] =
    &["BOOTP", "DISCOVER", "OFFER", "REQUEST", "DECLINE", "ACK", "NAK", "RELEASE", "INFORM"];
const REQUEST: u8 = 3;
const ACK: u8 = 5;

/// Whether the head is that of a message that was cut before its cookie, between its ports.
fn is_cut(ends: &Ends, payload: &[u8]) -> bool {
    let ports = ends.has_port(67) && (ends.has_port(68) || ends.from_port == ends.to_port);
    let head = matches!(payload, [1 | 2, 1, 6, 0..=16, ..]);
    ports && head && (28..240).contains(&payload.len())
}

pub(super) fn recognise(ends: &Ends, payload: &[u8]) -> Option<Said> {
    if is_cut(ends, payload) {
        let is_request = payload.first() == Some(&1);
        return Some(Said::spoken(Spoken::Dhcp).asked(is_request).open());
    }
    let message = message(payload)?;
    let mut speech = Speech::of(Spoken::Dhcp);
    speech.note(Detail::Message, KINDS.get(usize::from(message.kind)).copied().unwrap_or("other"));
    speech.note(Detail::Software, &message.class);
    let mut said = Said::of(speech).asked(!message.from_server).open();
    if message.from_server {
        learn_server(ends, &message, &mut said);
    } else {
        learn_client(ends, &message, &mut said);
    }
    Some(said)
}

fn learn_server(ends: &Ends, message: &Message, said: &mut Said) {
    let server = message.server.filter(|it| *it != NONE).map(IpAddr::from);
    let relayed = server.is_some_and(|it| it != ends.from) && message.relay != NONE;
    if message.kind != 6 {
        // A refusal teaches no gateway, but an offer, an acknowledgement and BOOTP do.
        let role = Learned::Role {
            by: server.filter(|_| relayed),
            role: Role::DhcpServer,
            details: message.details.clone().into(),
            virtual_addresses: BTreeSet::new(),
        };
        said.learned.push(role);
    }
    if message.relay != NONE {
        said.learned.push(relay(message.relay));
    }
    let address = if message.yours == NONE { message.client } else { message.yours };
    if let (Some(mac), ACK | 0, true) = (message.mac, message.kind, address != NONE) {
        said.learned.push(Learned::Lease { address: address.into(), mac });
        name(address, message, said);
    }
}

fn learn_client(ends: &Ends, message: &Message, said: &mut Said) {
    if message.relay != NONE {
        said.learned.push(relay(message.relay));
    }
    // Whoever renews says which address is its own.
    let own = message.client;
    if own != NONE && (ends.from == IpAddr::from(own) || message.relay != NONE) {
        name(own, message, said);
        if let (Some(mac), REQUEST | 8) = (message.mac, message.kind) {
            said.learned.push(Learned::Lease { address: own.into(), mac });
        }
    } else if let (Some(wanted), REQUEST) = (message.wanted, message.kind) {
        // What was offered is asked for; the acknowledgement seldom repeats the name.
        name(wanted, message, said);
    }
}

fn name(address: Ipv4Addr, message: &Message, said: &mut Said) {
    if !message.name.is_empty() {
        let name = message.name.clone();
        said.learned.push(Learned::Name { address: address.into(), name, by: NamedBy::Dhcp });
    }
}

fn relay(address: Ipv4Addr) -> Learned {
    Learned::Role {
        by: Some(address.into()),
        role: Role::DhcpRelay,
        details: SharedWords::default(),
        virtual_addresses: BTreeSet::new(),
    }
}
