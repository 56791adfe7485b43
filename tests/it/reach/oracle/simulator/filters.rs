//! What filters say of one packet.

use sekisho::model::device::{
    DeviceConfig, Family, Filter, FilterLine, Hook, Interface, Match, Verdict,
};
use sekisho::reach::packets::Packet;

/// Which way a packet takes through a device.
#[derive(Clone, Copy, Default)]
pub(super) struct Over<'c> {
    /// Over which interface it came in.
    pub from: Option<&'c Interface>,
    /// Over which it leaves, once that is decided.
    pub to: Option<&'c Interface>,
    /// The line that translated its destination.
    pub after: Option<&'c String>,
}

/// Whether every filter at a hook that speaks of a packet lets it pass.
pub(super) fn filtered(
    config: &DeviceConfig,
    hook: Hook,
    way: Over<'_>,
    packet: &Packet,
    spoken: &mut bool,
) -> bool {
    let side = match hook {
        Hook::In | Hook::Local => way.from,
        Hook::Out | Hook::Own => way.to,
        Hook::Forward | Hook::Selection => None,
    };
    let mut passes = true;
    for applied in config.applied.iter().filter(|it| it.hook == hook) {
        let here = applied.interfaces.is_empty()
            || applied.interfaces.iter().any(|it| is_called(config, side, it));
        let filter = config.filters.iter().find(|it| it.name.value == applied.filter);
        let Some(filter) = filter.filter(|it| here && speaks_of(it, packet)) else { continue };
        *spoken = true;
        passes &= permits(config, filter, way, packet);
    }
    passes
}

fn speaks_of(filter: &Filter, packet: &Packet) -> bool {
    match filter.family {
        Family::Both => true,
        Family::V4 => packet.destination.is_ipv4(),
        Family::V6 => packet.destination.is_ipv6(),
    }
}

/// Whether a pattern names an interface: itself, a zone that it is in, a bridge that it is of.
pub(super) fn is_called(
    config: &DeviceConfig,
    interface: Option<&Interface>,
    pattern: &str,
) -> bool {
    let Some(interface) = interface else { return false };
    let own = &interface.name.value;
    let mut names = vec![own.clone()];
    names.extend(interface.zone.iter().map(|it| it.value.clone()));
    for zone in config.zones.iter().filter(|it| it.interfaces.iter().any(|it| it.value == *own)) {
        names.push(zone.name.value.clone());
    }
    for bridge in config.bridges.iter().filter(|it| it.members.iter().any(|it| it.value == *own)) {
        names.push(bridge.name.value.clone());
    }
    match pattern.strip_suffix('*').or(pattern.strip_suffix('+')) {
        Some(start) => names.iter().any(|it| it.starts_with(start)),
        None => names.iter().any(|it| it == pattern),
    }
}

/// What a list says of a packet, asked by its hook: its own last word is `otherwise`.
pub(super) fn permits(
    config: &DeviceConfig,
    filter: &Filter,
    way: Over<'_>,
    packet: &Packet,
) -> bool {
    let said = walk(config, filter, way, packet).unwrap_or_else(|| filter.otherwise.clone());
    assert!(matches!(said, Verdict::Permit | Verdict::Deny), "{said:?}");
    said == Verdict::Permit
}

/// The verdict of the lines of a list; none when the packet goes back to whoever asked it.
fn walk(config: &DeviceConfig, filter: &Filter, way: Over<'_>, packet: &Packet) -> Option<Verdict> {
    let list = |name: &String| {
        let list = config.filters.iter().find(|it| it.name.value == *name).expect("a defined list");
        speaks_of(list, packet).then(|| asked(config, list, way, packet)).flatten()
    };
    for line in filter.lines.iter().filter(|it| holds(config, it, way, packet)) {
        match &line.verdict {
            Verdict::Permit | Verdict::Deny => return Some(line.verdict.clone()),
            Verdict::Call(name) => {
                if let Some(said) = list(name) {
                    return Some(said);
                }
            }
            Verdict::Goto(name) => return list(name),
            Verdict::Return => return None,
            Verdict::Continue => {}
            Verdict::Unknown => panic!("the simulator knows everything"),
        }
    }
    None
}

/// The verdict of a list that another one asks: its end decides too, unless it was left before.
fn asked(config: &DeviceConfig, list: &Filter, way: Over<'_>, packet: &Packet) -> Option<Verdict> {
    let leaves = |it: &&FilterLine| {
        matches!(it.verdict, Verdict::Return | Verdict::Goto(_)) && holds(config, it, way, packet)
    };
    let said = walk(config, list, way, packet);
    let ended = list.lines.iter().find(leaves).is_none();
    match list.otherwise {
        Verdict::Permit | Verdict::Deny if ended => said.or_else(|| Some(list.otherwise.clone())),
        _ => said,
    }
}

fn holds(config: &DeviceConfig, line: &FilterLine, way: Over<'_>, packet: &Packet) -> bool {
    line.enabled && describes(config, &line.when, way, packet)
}

/// Whether a packet is one of those that are described.
pub(super) fn describes(
    config: &DeviceConfig,
    when: &Match,
    way: Over<'_>,
    packet: &Packet,
) -> bool {
    assert!(when.not_understood.is_empty() && !when.sometimes, "the simulator knows everything");
    let among = |these: &[String], not: &[String], interface| {
        (these.is_empty() || these.iter().any(|it| is_called(config, interface, it)))
            && !not.iter().any(|it| is_called(config, interface, it))
    };
    let transport = when.transports.iter().any(|it| {
        let ports = matches!(packet.protocol, 6 | 17);
        let icmp = matches!(packet.protocol, 1 | 58);
        it.protocols.contains(packet.protocol)
            && (!ports || it.source_ports.contains(packet.source_port))
            && (!ports || it.destination_ports.contains(packet.destination_port))
            && (!icmp || it.icmp_types.contains(packet.icmp_type))
    });
    among(&when.from, &when.not_from, way.from)
        && among(&when.to, &when.not_to, way.to)
        && (when.after.is_empty() || way.after.is_some_and(|it| when.after.contains(it)))
        && when.source.contains(packet.source)
        && when.destination.contains(packet.destination)
        && when.states.includes(packet.state)
        && transport
}
