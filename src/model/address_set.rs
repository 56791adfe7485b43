//! Sets of addresses of both families, and sets of IP protocols and ports.

use super::network::network_of;
use super::range_set::RangeSet;
use ipnetwork::IpNetwork;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A set of IPv4 and IPv6 addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressSet {
    /// Its IPv4 addresses, as numbers in network order.
    pub v4: RangeSet<u32>,
    /// Its IPv6 addresses.
    pub v6: RangeSet<u128>,
}

impl AddressSet {
    /// No address.
    pub fn none() -> Self {
        Self::default()
    }

    /// Every address of both families.
    pub fn any() -> Self {
        Self { v4: RangeSet::all(), v6: RangeSet::all() }
    }

    /// Every IPv4 address.
    pub fn any_v4() -> Self {
        Self { v4: RangeSet::all(), v6: RangeSet::none() }
    }

    /// Every IPv6 address.
    pub fn any_v6() -> Self {
        Self { v4: RangeSet::none(), v6: RangeSet::all() }
    }

    /// From one address to another of the same family, both included; none otherwise.
    pub fn range(first: IpAddr, last: IpAddr) -> Self {
        match (first, last) {
            (IpAddr::V4(a), IpAddr::V4(b)) => {
                Self { v4: RangeSet::range(a.to_bits(), b.to_bits()), v6: RangeSet::none() }
            }
            (IpAddr::V6(a), IpAddr::V6(b)) => {
                Self { v4: RangeSet::none(), v6: RangeSet::range(a.to_bits(), b.to_bits()) }
            }
            _ => Self::none(),
        }
    }

    /// IPv4 addresses that agree with one in the bits that are 0 in a wildcard mask, as access
    /// lists of IOS write them (`10.0.0.0 0.255.0.255`). `None` when the mask has more than
    /// 16 scattered bits, which would be too many ranges.
    pub fn wildcard(address: std::net::Ipv4Addr, wildcard: std::net::Ipv4Addr) -> Option<Self> {
        let (address, free) = (address.to_bits(), wildcard.to_bits());
        let block = free.trailing_ones();
        let scattered = if block >= 32 { 0 } else { free >> block << block };
        if scattered.count_ones() > 16 {
            return None;
        }
        let base = address & !free;
        let low = if block >= 32 { u32::MAX } else { (1_u32 << block) - 1 };
        let mut ranges = Vec::new();
        let mut part = 0_u32;
        loop {
            ranges.push((base | part, base | part | low));
            // The next subset of the scattered bits.
            part = part.wrapping_sub(scattered) & scattered;
            if part == 0 {
                break;
            }
        }
        Some(Self { v4: RangeSet::of(ranges), v6: RangeSet::none() })
    }

    /// Its ranges in the shortest notation each: a network, an address, else `first-last`; IPv4
    /// first.
    pub fn notations(&self) -> impl Iterator<Item = String> {
        let v4 = self.v4.ranges().iter().map(|(first, last)| {
            let address = |bits: u32| Ipv4Addr::from_bits(bits).to_string();
            let ends = (address(*first), address(*last));
            notation(u128::from(*first), u128::from(*last), 32, ends)
        });
        let v6 = self.v6.ranges().iter().map(|(first, last)| {
            let address = |bits: u128| Ipv6Addr::from_bits(bits).to_string();
            notation(*first, *last, 128, (address(*first), address(*last)))
        });
        v4.chain(v6)
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.v4.is_empty() && self.v6.is_empty()
    }

    /// Whether it holds every address of a family: what "from anywhere" means.
    pub fn is_any(&self) -> bool {
        self.v4.is_all() || self.v6.is_all()
    }

    /// Whether it holds an address.
    pub fn contains(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(it) => self.v4.contains(it.to_bits()),
            IpAddr::V6(it) => self.v6.contains(it.to_bits()),
        }
    }

    /// Everything in either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self { v4: self.v4.union(&other.v4), v6: self.v6.union(&other.v6) }
    }

    /// Everything in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self { v4: self.v4.intersection(&other.v4), v6: self.v6.intersection(&other.v6) }
    }

    /// Everything in this one that is not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        Self { v4: self.v4.difference(&other.v4), v6: self.v6.difference(&other.v6) }
    }

    /// Every address of both families that is not in it.
    #[must_use]
    pub fn complement(&self) -> Self {
        Self { v4: self.v4.complement(), v6: self.v6.complement() }
    }

    /// Whether everything of the other is in this one.
    pub fn includes(&self, other: &Self) -> bool {
        self.v4.includes(&other.v4) && self.v6.includes(&other.v6)
    }

    /// Whether the two have an address in common.
    pub fn meets(&self, other: &Self) -> bool {
        self.v4.meets(&other.v4) || self.v6.meets(&other.v6)
    }
}

/// A range of addresses in the shortest notation.
fn notation(first: u128, last: u128, bits: u32, ends: (String, String)) -> String {
    let (start, end) = ends;
    let size = last - first;
    let free = size.trailing_ones();
    let aligned = size.checked_add(1).is_none_or(u128::is_power_of_two) && first & size == 0;
    match (size, aligned) {
        (0, _) => start,
        (_, true) => format!("{start}/{}", bits - free.min(bits)),
        _ => format!("{start}-{end}"),
    }
}

/// `any`, or the ranges with commas between them.
impl fmt::Display for AddressSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::any() {
            return f.write_str("any");
        }
        for (nth, range) in self.notations().enumerate() {
            let comma = if nth == 0 { "" } else { ", " };
            write!(f, "{comma}{range}")?;
        }
        Ok(())
    }
}

/// The addresses of a network; host bits are ignored.
impl From<IpNetwork> for AddressSet {
    fn from(network: IpNetwork) -> Self {
        let network = network_of(network);
        Self::range(network.network(), network.broadcast())
    }
}

impl From<IpAddr> for AddressSet {
    fn from(address: IpAddr) -> Self {
        Self::range(address, address)
    }
}

impl FromIterator<Self> for AddressSet {
    fn from_iter<I: IntoIterator<Item = Self>>(sets: I) -> Self {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for set in sets {
            v4.extend_from_slice(set.v4.ranges());
            v6.extend_from_slice(set.v6.ranges());
        }
        Self { v4: RangeSet::of(v4), v6: RangeSet::of(v6) }
    }
}

impl FromIterator<IpNetwork> for AddressSet {
    fn from_iter<I: IntoIterator<Item = IpNetwork>>(networks: I) -> Self {
        networks.into_iter().map(Self::from).collect()
    }
}

#[cfg(test)]
#[expect(clippy::expect_used, reason = "a test that cannot parse its own words shall fail")]
mod tests {
    use super::AddressSet;
    use std::net::Ipv4Addr;

    #[test]
    fn ranges_are_written_in_the_shortest_way() {
        let range = |a: &str, b: &str| {
            AddressSet::range(a.parse().expect("an address"), b.parse().expect("an address"))
        };
        for (set, shown) in [
            (AddressSet::any(), "any"),
            (AddressSet::none(), ""),
            (AddressSet::any_v4(), "0.0.0.0/0"),
            (AddressSet::any_v6(), "::/0"),
            (range("192.0.2.7", "192.0.2.7"), "192.0.2.7"),
            (range("192.0.2.0", "192.0.2.127"), "192.0.2.0/25"),
            (range("192.0.2.1", "192.0.2.128"), "192.0.2.1-192.0.2.128"),
            (range("2001:db8::", "2001:db8::ffff"), "2001:db8::/112"),
        ] {
            assert_eq!(set.to_string(), shown);
        }
    }

    #[test]
    fn a_wildcard_frees_exactly_its_bits() {
        let set = AddressSet::wildcard(Ipv4Addr::new(10, 0, 0, 1), Ipv4Addr::new(0, 5, 0, 255));
        let set = set.expect("few bits");
        for (address, inside) in [
            ([10, 0, 0, 7], true),
            ([10, 1, 0, 7], true),
            ([10, 4, 0, 0], true),
            ([10, 5, 0, 255], true),
            ([10, 2, 0, 7], false),
            ([10, 0, 1, 7], false),
        ] {
            assert_eq!(set.contains(Ipv4Addr::from(address).into()), inside, "{address:?}");
        }
        let everything = AddressSet::wildcard(Ipv4Addr::UNSPECIFIED, Ipv4Addr::BROADCAST);
        assert_eq!(everything, Some(AddressSet::any_v4()));
    }
}
