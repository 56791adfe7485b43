//! OpenVPN over TCP, on any port: every packet of the datagram form behind its length.
//!
//! Checked: the length of the first packet, which must be a reset (see [`openvpn::packet`]). A
//! reset of a client proves who began. In the middle of a session: four packets of data in a row
//! whose lengths lead from one to the next, all of one kind and for one peer, all enciphered.

use super::super::Said;
use super::super::Side;
use super::super::bytes::{Bytes, looks_enciphered};
use super::super::datagrams::openvpn::{self, Reset};
use super::Talk;
use crate::wire::words::{Speech, Spoken};

/// How many packets of data in a row are no chance.
const ROW: usize = 4;

pub(super) fn recognise(talk: &Talk<'_>) -> Option<Said> {
    if is_row(talk.client) || is_row(talk.server) {
        return Some(Said::of(Speech::of(Spoken::OpenVpn)));
    }
    let mut from_client = first(talk.client);
    let from_server = first(talk.server);
    let by_client = matches!(&from_client, Some(it) if it.reset == Some(Reset::Client));
    let by_server = matches!(&from_server, Some(it) if it.reset == Some(Reset::Server));
    if !by_client && !by_server {
        return None;
    }
    if !by_client {
        from_client = None;
    }
    let mut said = Said::default().begun_by(Side::From);
    let both = from_client.into_iter().chain(from_server.filter(|_| by_server));
    for packet in both {
        openvpn::describe(&packet, &mut said);
    }
    openvpn::fold(&mut said);
    said.open = !(by_client && by_server);
    Some(said)
}

fn first(bytes: &[u8]) -> Option<openvpn::Packet> {
    let packet = Bytes::new(bytes).block16()?;
    openvpn::packet(packet.rest())
}

/// Whether this is a row of packets of data, version 2: kind and peer are the same in all.
fn is_row(bytes: &[u8]) -> bool {
    let mut left = Bytes::new(bytes);
    let mut head = None;
    for _ in 0..ROW {
        let Some(mut packet) = left.block16().filter(|it| it.len() >= 24) else { return false };
        let Some(start) = packet.u32().filter(|it| it >> 27 == 9) else { return false };
        if *head.get_or_insert(start) != start || !looks_enciphered(packet.rest()) {
            return false;
        }
    }
    true
}
