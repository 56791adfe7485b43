//! Arithmetic on networks that `ipnetwork` does not have.

use ipnetwork::IpNetwork;

/// Whether `inner` lies wholly in `outer`. Host bits are ignored; families never mix.
pub fn contains(outer: IpNetwork, inner: IpNetwork) -> bool {
    match (outer, inner) {
        (IpNetwork::V4(_), IpNetwork::V4(_)) | (IpNetwork::V6(_), IpNetwork::V6(_)) => {
            outer.prefix() <= inner.prefix() && outer.contains(inner.network())
        }
        _ => false,
    }
}

/// Whether two networks have an address in common.
pub fn overlap(a: IpNetwork, b: IpNetwork) -> bool {
    contains(a, b) || contains(b, a)
}

/// Whether this is the whole address space of its family (`0.0.0.0/0`, `::/0`).
pub fn is_any(network: IpNetwork) -> bool {
    network.prefix() == 0
}

/// The network an interface address stands in: host bits cleared.
pub fn network_of(address: IpNetwork) -> IpNetwork {
    IpNetwork::new(address.network(), address.prefix()).unwrap_or(address)
}
