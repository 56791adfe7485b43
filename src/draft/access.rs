//! Management and remote access of a device, and who may come, as an inventory writes it.

use super::Work;
use super::sheet::{list, quoted};
use crate::model::device::{DeviceConfig, Management, TunnelKind};
use crate::model::words::Authentication;
use crate::model::{AddressSet, IpNetwork, Service, Vocabulary as _};
use crate::text;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How many networks a list of sources may hold: a longer one is for nobody to confirm.
const MOST: usize = 64;

/// Management services that are switched on, and who may reach them where that is certain.
pub(super) fn management(
    work: &Work<'_>,
    config: &DeviceConfig,
    lines: &BTreeSet<String>,
) -> Vec<String> {
    let on: Vec<&Management> = config.management.iter().filter(|it| it.enabled).collect();
    let mut services: Vec<String> = Vec::new();
    let mut from = AddressSet::none();
    let mut certain = !on.is_empty();
    for it in &on {
        let service = it.service.to_string();
        if !services.contains(&service) {
            services.push(service);
        }
        from = from.union(&it.sources);
        certain &= it.exact && (!it.sources.is_any() || is_open(config, it, lines));
    }
    let from = if certain { sources(&from) } else { None };
    let mut fields = Vec::new();
    if from.is_none() && !on.is_empty() {
        let unknown = work.say(&text!(
            "要確認: 管理接続の接続元（from）は、フィルタなどもあり設定だけでは決められません",
            "to be confirmed: who may reach the management (`from`); filters and the like decide it, too"
        ));
        fields.push(format!("# {unknown}"));
    }
    let parts: Vec<String> = list("services", services)
        .into_iter()
        .chain(from.and_then(|it| list("from", it)))
        .collect();
    if !parts.is_empty() {
        fields.push(format!("management: {{{}}}", parts.join(", ")));
    }
    fields
}

/// Whether a service that limits nobody is open to everybody outside: no filter is before it where
/// the device faces outside.
fn is_open(config: &DeviceConfig, service: &Management, lines: &BTreeSet<String>) -> bool {
    if config.applied.is_empty() && lines.is_empty() {
        return true;
    }
    let mut outside = config.interfaces.iter().filter(|it| lines.contains(&it.name.value));
    outside.any(|interface| {
        let answers = service.interfaces.is_empty()
            || service.interfaces.iter().any(|it| config.means(it, interface));
        answers && config.admits(interface, service.service, &service.sources).certain.is_any()
    })
}

/// Sources as an inventory names them: everybody, or exactly these networks. `None` for too many,
/// and for none, which an inventory cannot say.
pub(super) fn sources(set: &AddressSet) -> Option<Vec<String>> {
    if set.is_any() {
        return Some(vec!["any".to_owned()]);
    }
    let networks = networks(set)?;
    let written = networks.iter().map(|it| quoted(&it.to_string())).collect::<Vec<_>>();
    (!written.is_empty()).then_some(written)
}

/// The networks that are together a set; `None` when there are too many.
fn networks(set: &AddressSet) -> Option<Vec<IpNetwork>> {
    let mut networks = Vec::new();
    for (first, last) in set.v4.ranges() {
        let address = |bits: u128| IpAddr::V4(Ipv4Addr::from_bits(bits as u32));
        split((*first).into(), (*last).into(), 32, &address, &mut networks)?;
    }
    for (first, last) in set.v6.ranges() {
        let address = |bits: u128| IpAddr::V6(Ipv6Addr::from_bits(bits));
        split(*first, *last, 128, &address, &mut networks)?;
    }
    Some(networks)
}

/// Adds the largest networks that a range consists of.
fn split(
    first: u128,
    last: u128,
    width: u32,
    address: &dyn Fn(u128) -> IpAddr,
    networks: &mut Vec<IpNetwork>,
) -> Option<()> {
    let mut first = first;
    loop {
        if networks.len() >= MOST {
            return None;
        }
        let aligned = first.trailing_zeros().min(width);
        let fitting = last.checked_sub(first)?.checked_add(1).map_or(width, u128::ilog2);
        let bits = aligned.min(fitting);
        networks.push(IpNetwork::new(address(first), (width - bits) as u8).ok()?);
        let next = 1_u128.checked_shl(bits).and_then(|size| first.checked_add(size));
        match next {
            Some(next) if next <= last => first = next,
            _ => return Some(()),
        }
    }
}

pub(super) fn remote_access(config: &DeviceConfig) -> Vec<String> {
    let mut fields = Vec::new();
    for access in &config.remote_access {
        let transport = super::connections::transport(access.kind, false);
        let mut parts = vec![format!("transport: {}", transport.key())];
        parts.extend(list("services", access.services.iter().map(Service::to_string)));
        parts.extend(sources(&access.sources).and_then(|it| list("from", it)));
        let proofs = proofs(access.kind, &access.authentication);
        parts.extend(list("authentication", proofs.map(|it| it.key().to_owned())));
        if !access.enabled {
            parts.push("enabled: false".to_owned());
        }
        fields.push(format!("  - {{{}}}", parts.join(", ")));
    }
    fields
}

/// How users or ends prove who they are. A key of IPsec is no proof to a PPTP server, which has no
/// IPsec (RFC 2637).
pub(super) fn proofs(
    kind: TunnelKind,
    all: &[Authentication],
) -> impl Iterator<Item = Authentication> {
    let fits =
        move |it: &Authentication| kind != TunnelKind::Pptp || *it != Authentication::PreSharedKey;
    all.iter().copied().filter(fits)
}
