//! Networks that were renumbered as a whole.

use crate::change::record::{Source, Thing};
use crate::model::{EntityKind, IpNetwork};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Networks of zones that were renumbered as a whole: what was at an address of one is at the same
/// place of the other.
#[derive(Debug, Default)]
pub(in crate::change) struct Moved(Vec<Shift>);

/// One network.
#[derive(Debug)]
struct Shift {
    /// The zone, by its newer id.
    zone: String,
    old: IpNetwork,
    new: IpNetwork,
}

impl Moved {
    /// Among pairs of things: a zone lost one network of a length and got another one of it.
    pub(in crate::change) fn among<'t>(all: impl Iterator<Item = (&'t Thing, &'t Thing)>) -> Self {
        let zones = all.filter(|(_, new)| new.kind == EntityKind::Zone);
        let moved = zones.flat_map(|(old, new)| {
            let (before, after) = (networks(old), networks(new));
            let lost = before.iter().filter(|it| !after.contains(it)).copied();
            let got: Vec<_> = after.iter().filter(|it| !before.contains(it)).copied().collect();
            let shifts = lost.filter_map(|old| {
                let alike =
                    |it: &&IpNetwork| it.is_ipv4() == old.is_ipv4() && it.prefix() == old.prefix();
                let mut alike = got.iter().filter(alike);
                let only = alike.next().copied()?;
                let zone = new.id.clone();
                alike.next().is_none().then_some(Shift { zone, old, new: only })
            });
            shifts.collect::<Vec<_>>()
        });
        Self(moved.collect())
    }

    /// Whether nothing moved as a whole.
    pub(in crate::change) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where an address (or a part) of a moved network is now.
    pub(super) fn address(&self, text: &str) -> Option<String> {
        self.shifted(text).map(|(_, address)| address)
    }

    /// The zone with which all of these addresses moved to those, each to the same place.
    pub(in crate::change) fn zone(&self, old: &[String], new: &[String]) -> Option<String> {
        let mut zone = None;
        let mut expected = Vec::new();
        for text in old {
            let (shift, address) = self.shifted(text)?;
            zone = Some(shift.zone.clone());
            expected.push(address);
        }
        expected.sort();
        let mut new = new.to_vec();
        new.sort();
        (expected == new).then_some(zone).flatten()
    }

    fn shifted(&self, text: &str) -> Option<(&Shift, String)> {
        if self.is_empty() {
            return None;
        }
        let whole: IpNetwork = text.parse().ok()?;
        let shift = self.0.iter().find(|it| {
            it.old.is_ipv4() == whole.is_ipv4()
                && whole.prefix() >= it.old.prefix()
                && it.old.contains(whole.ip())
        })?;
        let address: IpAddr = match (whole, shift.old, shift.new) {
            (IpNetwork::V4(it), IpNetwork::V4(old), IpNetwork::V4(new)) => {
                let host = it.ip().to_bits() & !old.mask().to_bits();
                Ipv4Addr::from_bits(new.network().to_bits() | host).into()
            }
            (IpNetwork::V6(it), IpNetwork::V6(old), IpNetwork::V6(new)) => {
                let host = it.ip().to_bits() & !old.mask().to_bits();
                Ipv6Addr::from_bits(new.network().to_bits() | host).into()
            }
            _ => return None,
        };
        let prefix = text.split_once('/').map_or(String::new(), |(_, it)| format!("/{it}"));
        Some((shift, format!("{address}{prefix}")))
    }
}

fn networks(zone: &Thing) -> Vec<IpNetwork> {
    let said = zone.says(Source::Declared, "networks");
    said.iter().filter_map(|it| it.parse().ok()).collect()
}
