//! What becomes of the addresses of one packet.

use super::filters::{Over, describes, is_called};
use sekisho::model::device::{Becomes, DeviceConfig, Interface, Nat, NatKind};
use sekisho::reach::packets::Packet;
use std::net::IpAddr;

fn own_address(interface: &Interface, packet: &Packet) -> Option<IpAddr> {
    let mut own = interface.addresses.iter().map(|it| it.value.ip());
    own.find(|it| it.is_ipv4() == packet.destination.is_ipv4())
}

fn single(becomes: &Becomes) -> Option<IpAddr> {
    let Becomes::Addresses(set) = becomes else { return None };
    let v4 = set.v4.ranges().first().map(|it| std::net::Ipv4Addr::from_bits(it.0).into());
    v4.or_else(|| set.v6.ranges().first().map(|it| std::net::Ipv6Addr::from_bits(it.0).into()))
}

/// Whether a device may answer on a link for an address that it translates to another.
pub(super) fn answers_for(config: &DeviceConfig, at: &Interface, wanted: IpAddr) -> bool {
    let networks: Vec<_> = at.addresses.iter().map(|it| it.value).collect();
    let is_called = |name: &String| is_called(config, Some(at), name);
    let about = |it: &&Nat| {
        let when = &it.when;
        let whole = networks.iter().all(|it| when.destination.includes(&(*it).into()));
        let becomes = matches!(it.becomes, Becomes::Addresses(_) | Becomes::Interface);
        it.enabled
            && it.kind != NatKind::Source
            && becomes
            && !it.at_interface
            && it.interface.as_ref().is_none_or(is_called)
            && (when.from.is_empty() || when.from.iter().any(is_called))
            && !when.not_from.iter().any(is_called)
            && when.destination.contains(wanted)
            && !whole
    };
    networks.iter().any(|it| it.contains(wanted)) && config.nat.iter().any(|it| about(&it))
}

/// The destination of what comes in: the first line that is about the packet decides.
pub(super) fn to_inside<'c>(
    config: &'c DeviceConfig,
    from: Option<&'c Interface>,
    mut packet: Packet,
) -> Option<(Packet, Option<&'c String>)> {
    let about = |it: &&Nat| {
        let at = it.interface.as_deref();
        let mine = || config.interfaces.iter().filter(|own| at == Some(own.name.value.as_str()));
        let own =
            || mine().flat_map(|own| &own.addresses).any(|it| it.value.ip() == packet.destination);
        it.enabled
            && it.kind != NatKind::Source
            && at.is_none_or(|name| is_called(config, from, name))
            && (!it.at_interface || own())
            && describes(config, &it.when, Over { from, ..Over::default() }, &packet)
    };
    let Some(nat) = config.nat.iter().find(about) else { return Some((packet, None)) };
    match nat.becomes {
        Becomes::Discarded => return None,
        Becomes::Unchanged => return Some((packet, Some(&nat.label))),
        Becomes::Interface => packet.destination = own_address(from?, &packet)?,
        Becomes::Addresses(_) => packet.destination = single(&nat.becomes)?,
        Becomes::Unknown => panic!("the simulator knows everything"),
    }
    if let Some((port, _)) = nat.ports.as_ref().and_then(|it| it.ranges().first())
        && matches!(packet.protocol, 6 | 17)
    {
        packet.destination_port = *port;
    }
    Some((packet, Some(&nat.label)))
}

/// The source of what leaves; nothing leaves by the address of an interface that has none.
pub(super) fn to_outside(
    config: &DeviceConfig,
    from: Option<&Interface>,
    at: usize,
    mut packet: Packet,
) -> Option<Packet> {
    let to = &config.interfaces[at];
    let about = |it: &&Nat| {
        let here = it.interface.as_deref().is_none_or(|name| is_called(config, Some(to), name));
        let described = || match it.kind {
            NatKind::Source => {
                let way = Over { from, to: Some(to), ..Over::default() };
                describes(config, &it.when, way, &packet)
            }
            NatKind::Static => single(&it.becomes) == Some(packet.source),
            NatKind::Destination => false,
        };
        it.enabled && here && described()
    };
    let Some(nat) = config.nat.iter().find(about) else { return Some(packet) };
    if nat.kind == NatKind::Source && nat.becomes == Becomes::Interface && to.addresses.is_empty() {
        return None;
    }
    let becomes = match nat.kind {
        NatKind::Static => single(&Becomes::Addresses(nat.when.destination.clone())),
        _ if nat.becomes == Becomes::Interface => own_address(to, &packet),
        _ => single(&nat.becomes),
    };
    if let Some(becomes) = becomes {
        packet.source = becomes;
    }
    Some(packet)
}
