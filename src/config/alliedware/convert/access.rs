//! SNMP, and addresses that are handed out.

use crate::config::alliedware::repr::Router;
use crate::model::device::{
    Addressing, AddressingKind, DeviceConfig, Management, ManagementKind, Verdict,
};
use crate::model::{AddressSet, Service, network_of};

/// SNMP: whoever knows a community, from where its list permits.
pub(super) fn management(router: &Router<'_>, facts: &mut DeviceConfig) {
    let Some(span) = router.snmp else { return };
    let mut sources = AddressSet::none();
    let mut exact = true;
    for list in &router.communities {
        let list = list.map(|it| router.lists.get(it.text));
        match list {
            None => sources = AddressSet::any(),
            Some(None) => {
                sources = AddressSet::any();
                exact = false;
            }
            Some(Some(list)) => {
                let mut left = AddressSet::any_v4();
                for line in &list.lines {
                    exact &= line.when.is_exact();
                    if line.verdict == Verdict::Permit {
                        sources = sources.union(&line.when.source.intersection(&left));
                    }
                    left = left.difference(&line.when.source);
                }
            }
        }
    }
    facts.management.push(Management {
        span,
        kind: ManagementKind::Snmp,
        service: Service::udp(161),
        enabled: true,
        interfaces: Vec::new(),
        sources,
        exact,
    });
}

/// DHCP, relays and router advertisements.
pub(super) fn addressing(router: &Router<'_>, facts: &mut DeviceConfig) {
    for pool in router.pools.iter().filter(|_| router.dhcp_on) {
        let network = pool.network.map(network_of);
        let serves = |it: &&crate::config::alliedware::repr::Port<'_>| {
            it.addresses.iter().any(|it| Some(network_of(it.value)) == network)
        };
        let addresses = match pool.ranges.is_empty() {
            true => network.map(AddressSet::from).unwrap_or_default(),
            false => pool.ranges.clone(),
        };
        facts.addressing.push(Addressing {
            span: pool.span,
            kind: AddressingKind::DhcpServer,
            interface: router.ports.iter().find(serves).map(|it| it.name.clone()),
            addresses,
        });
    }
    for port in router.ports.iter().filter(|it| it.off.is_none()) {
        let interface = Some(port.name.clone());
        facts.addressing.extend(port.relays.iter().map(|it| Addressing {
            span: it.span,
            kind: AddressingKind::DhcpRelay,
            interface: interface.clone(),
            addresses: it.value.into(),
        }));
        facts.addressing.extend(port.advertises.map(|span| {
            Addressing {
                span,
                kind: AddressingKind::RouterAdvertisement,
                interface: interface.clone(),
                addresses: port
                    .addresses
                    .iter()
                    .filter(|it| it.value.is_ipv6())
                    .map(|it| network_of(it.value))
                    .collect(),
            }
        }));
    }
}
