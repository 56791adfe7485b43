//! OpenVPN over TCP, on any port: every packet of the datagram form behind its length.
//!
//! Checked: the length of the first packet, which must be a reset (see [`openvpn::packet`]). A
//! reset of a client proves who began.

use super::super::Said;
use super::super::Side;
use super::super::bytes::Bytes;
use super::super::datagrams::openvpn::{self, Reset};
use super::Talk;

pub(super) fn recognise(talk: &Talk<'_>) -> Option<Said> {
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
