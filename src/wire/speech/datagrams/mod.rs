//! What is spoken over UDP, one datagram at a time.

mod dhcp;
mod dhcpv6;
pub(super) mod dns;
mod following;
mod gateways;
pub(super) mod ike;
mod ipsec;
mod nbns;
pub(super) mod openvpn;
mod quic;
pub(super) mod remote;
mod services;
mod snmp;
mod tunnels;
mod wireguard;

pub use following::Place;
pub(super) use following::place;

use super::{Ends, Part, Said, ldap, sip};
use crate::wire::words::{Detail, Speech, Spoken};

/// Recognises one protocol. `ends.from` sent this.
type Recognise = fn(&Ends, &[u8]) -> Option<Said>;

/// Those with the strongest marks first; those that need a port as a sign last.
const PROTOCOLS: &[Recognise] = &[
    dns::recognise,
    dhcp::recognise,
    ike::datagram,
    quic::recognise,
    tunnels::dtls,
    services::stun,
    snmp::recognise,
    nbns::recognise,
    gateways::ssdp,
    sip::datagram,
    services::radius,
    ldap::kerberos_datagram,
    ldap::ldap_datagram,
    services::bacnet,
    services::tftp,
    services::sunrpc,
    tunnels::l2tp,
    tunnels::teredo,
    tunnels::tailscale,
    tunnels::softether,
    tunnels::zerotier,
    openvpn::recognise,
    remote::rdp,
    remote::rustdesk,
    services::syslog,
    services::ntp,
    services::ws_discovery,
    dhcpv6::recognise,
    gateways::nat_pmp,
    gateways::rip,
    gateways::hsrp,
    gateways::glbp,
    remote::teamviewer,
    remote::anydesk,
    ipsec::recognise,
];

pub(super) fn judge(ends: &Ends, payload: &[u8]) -> Said {
    PROTOCOLS.iter().find_map(|it| it(ends, payload)).unwrap_or_else(Said::unknown)
}

/// How NAT traversal over UDP is told.
const IN_UDP: &str = "UDP";

/// What a datagram says where IKE was spoken in UDP behind its marker, as [`is_keyed`] tells.
pub(super) fn beside_ike(payload: &[u8]) -> Option<Said> {
    ipsec::beside_ike(payload)
}

/// Whether IKE was spoken in UDP behind its marker: what comes there without it is ESP.
pub(super) fn is_keyed(said: &[Speech]) -> bool {
    let mut all = said.iter().filter(|it| it.spoken == Spoken::Ike);
    all.any(|it| {
        let over = it.details.get(&Detail::NatTraversal).into_iter().flatten();
        over.into_iter().any(|it| it.starts_with(IN_UDP))
    })
}

/// What the hello of a client of QUIC says, from the parts that were found so far.
pub(super) fn hello(parts: &[Part]) -> Said {
    quic::hello(parts)
}
