//! What is spoken over UDP, one datagram at a time.

mod dhcp;
mod dns;
mod ike;
mod ipsec;
pub(super) mod openvpn;
mod wireguard;

use super::{Ends, Said};

/// Recognises one protocol. `ends.from` sent this.
type Recognise = fn(&Ends, &[u8]) -> Option<Said>;

/// Those with the strongest marks first; those that need a port as a sign last.
const PROTOCOLS: &[Recognise] = &[
    dns::recognise,
    dhcp::recognise,
    ike::recognise,
    wireguard::recognise,
    openvpn::recognise,
    ipsec::recognise,
];

pub(super) fn judge(ends: &Ends, payload: &[u8]) -> Said {
    PROTOCOLS.iter().find_map(|it| it(ends, payload)).unwrap_or_else(Said::unknown)
}
