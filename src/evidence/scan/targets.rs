//! How far a scanner was told to look.

use super::Scan;
use crate::model::{IpNetwork, RangeSet};
use std::net::{IpAddr, Ipv4Addr};

/// An address as a number; those of IPv4 as IPv6 maps them.
fn position(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().into(),
        IpAddr::V6(address) => address.into(),
    }
}

/// The addresses among the words of a command line: `10.0.0.0/24`, `10.0.0.1-50`, `2001:db8::1`.
pub(super) fn of(command: &str) -> RangeSet<u128> {
    command.split_whitespace().filter_map(range).collect()
}

fn range(word: &str) -> Option<(u128, u128)> {
    if let Ok(network) = word.parse::<IpNetwork>() {
        let IpNetwork::V4(own) = network else {
            let IpNetwork::V6(own) = network else { return None };
            return Some((own.network().into(), position(last_v6(own).into())));
        };
        return Some((position(own.network().into()), position(own.broadcast().into())));
    }
    let (first, last) = word.split_once('-')?;
    let first: Ipv4Addr = first.parse().ok()?;
    let [a, b, c, _] = first.octets();
    let last = Ipv4Addr::new(a, b, c, last.parse().ok()?);
    (first <= last).then(|| (position(first.into()), position(last.into())))
}

fn last_v6(network: ipnetwork::Ipv6Network) -> std::net::Ipv6Addr {
    let host = 128 - u32::from(network.prefix());
    let rest = 1_u128.checked_shl(host).map_or(u128::MAX, |it| it - 1);
    (u128::from(network.network()) | rest).into()
}

impl Scan {
    /// Whether an address was asked for; none when the command line does not tell, because it names
    /// targets by name or in a file.
    pub fn asked_for(&self, address: IpAddr) -> Option<bool> {
        (!self.targets.is_empty()).then(|| self.targets.contains(position(address)))
    }
}
