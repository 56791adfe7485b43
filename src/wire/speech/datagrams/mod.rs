//! What is spoken over UDP, one datagram at a time.

mod dhcp;
mod dhcpv6;
pub(super) mod dns;
mod gateways;
mod ike;
mod ipsec;
mod nbns;
pub(super) mod openvpn;
mod quic;
pub(super) mod remote;
mod services;
mod snmp;
mod tunnels;
mod wireguard;

use super::{Ends, Said, ldap, sip};

/// Recognises one protocol. `ends.from` sent this.
type Recognise = fn(&Ends, &[u8]) -> Option<Said>;

/// Those with the strongest marks first; those that need a port as a sign last.
const PROTOCOLS: &[Recognise] = &[
    dns::recognise,
    dhcp::recognise,
    ike::recognise,
    wireguard::recognise,
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
