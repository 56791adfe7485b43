//! Interfaces, zones, SD-WAN zones.

use super::super::super::listing::Word;
use super::super::super::numbers;
use super::super::objects::subnet;
use super::super::tree::Entry;
use super::{Reader, Vdom, key, place};
use crate::model::device::{
    Acquired, Addressing, AddressingKind, Interface, InterfaceKind, StructureKind, Zone,
};
use crate::model::{AddressSet, IpNetwork};
use crate::source::Spanned;

const KINDS: &[(&str, InterfaceKind)] = &[
    ("physical", InterfaceKind::Ethernet),
    ("vlan", InterfaceKind::Vlan),
    ("emac-vlan", InterfaceKind::Ethernet),
    ("aggregate", InterfaceKind::Aggregate),
    ("redundant", InterfaceKind::Aggregate),
    ("tunnel", InterfaceKind::Tunnel),
    ("vxlan", InterfaceKind::Tunnel),
    ("geneve", InterfaceKind::Tunnel),
    ("ssl", InterfaceKind::Tunnel),
    ("loopback", InterfaceKind::Loopback),
    ("switch", InterfaceKind::Bridge),
    ("hard-switch", InterfaceKind::Bridge),
    ("vap-switch", InterfaceKind::Wireless),
    ("wl-mesh", InterfaceKind::Wireless),
    ("fext-wan", InterfaceKind::Mobile),
    ("vdom-link", InterfaceKind::Other),
];

pub(super) fn read<'a, 't>(reader: &mut Reader<'a, 't, '_>, vdoms: &[Vdom<'a, 't>]) {
    for vdom in vdoms {
        for phase1 in vdom.home.rows("vpn ipsec phase1-interface") {
            reader.tunnels.insert(phase1.name());
        }
    }
    for name in [
        "vpn ipsec manualkey-interface",
        "system gre-tunnel",
        "system ipip-tunnel",
        "system sit-tunnel",
        "system vxlan",
    ] {
        for place in vdoms.iter().map(|it| it.home).chain([reader.global]) {
            reader.tunnels.extend(place.rows(name).iter().map(|row| row.name()));
        }
    }
    for row in reader.global.rows("system interface") {
        if let Some(status) = row.word("status").filter(|word| word.text == "down") {
            reader.off.insert(row.name(), status.span);
        }
        interface(reader, row);
    }
    dialled(reader);
    for vdom in vdoms {
        zones(reader, vdom);
        sdwan(reader, vdom, "system sdwan");
        sdwan(reader, vdom, "system virtual-wan-link");
    }
    members(reader);
}

/// An address of `0.0.0.0 0.0.0.0` is none.
fn fixed(words: &[Word<'_>]) -> Option<Option<Spanned<IpNetwork>>> {
    let span = words.first()?.span;
    let network = subnet(words)?;
    Some((!network.ip().is_unspecified()).then(|| Spanned::new(network, span)))
}

fn interface(reader: &mut Reader<'_, '_, '_>, row: Entry<'_, '_>) {
    let name = key(row);
    reader.notes.structures.define_active(StructureKind::Interface, row.name(), place(row.line()));
    let kind = match (row.text("type"), row.word("vlanid")) {
        (Some(word), _) => KINDS.iter().find(|(it, _)| *it == word).map(|(_, kind)| *kind),
        (None, Some(_)) => Some(InterfaceKind::Vlan),
        (None, None) if reader.tunnels.contains(row.name()) => Some(InterfaceKind::Tunnel),
        (None, None) if row.name().starts_with("ssl.") => Some(InterfaceKind::Tunnel),
        (None, None) if row.name() == "modem" || row.name() == "wwan" => {
            Some(InterfaceKind::Mobile)
        }
        (None, None) => Some(InterfaceKind::Ethernet),
    };
    if kind.is_none() {
        reader.unclear(row.setting("type"));
    }
    let mut it = Interface::new(name, kind.unwrap_or(InterfaceKind::Other));
    // `up` is the default.
    it.enabled = !row.is("status", "down");
    let alias = row.word("alias").filter(|word| !word.text.is_empty());
    it.description = alias.or_else(|| row.word("description")).map(Word::owned);
    it.instance = row.text("vdom").filter(|vdom| *vdom != "root").map(str::to_owned);
    match row.word("vlanid").map(|word| word.text.parse::<u16>()) {
        Some(Ok(0)) | None => {}
        Some(Ok(vlan)) => it.vlan = Some(vlan),
        Some(Err(_)) => reader.unclear(row.setting("vlanid")),
    }
    it.parent = row.text("interface").map(str::to_owned);
    if let Some(mac) = row.word("macaddr").filter(|word| word.text != "00:00:00:00:00:00") {
        it.mac = Some(Spanned::new(mac.text.to_lowercase(), mac.span));
    }
    addresses(reader, row, &mut it);
    ipv6(reader, row, &mut it);
    match row.word("role").map(|word| (word.text, word.span)) {
        Some(("wan", span)) => it.outside = Some(span),
        Some(("lan" | "dmz" | "undefined", _)) | None => {}
        Some(_) => reader.unclear(row.setting("role")),
    }
    relay(reader, row);
    reader.only_usual(
        row,
        &[
            ("security-mode", "none"),
            ("l2tp-client", "disable"),
            ("pptp-client", "disable"),
            ("explicit-web-proxy", "disable"),
            ("explicit-ftp-proxy", "disable"),
            ("dedicated-to", "none"),
            ("vlan-protocol", "8021q"),
            ("vrf", "0"),
            ("fortilink", "disable"),
            ("management-ip", "0.0.0.0"),
            ("fail-detect", "disable"),
            ("l2forward", "disable"),
            ("vlanforward", "disable"),
        ],
    );
    if let Some(setting) = row.setting("ike-saml-server") {
        reader.unclear(Some(setting));
    }
    reader.out.interfaces.push(it);
}

fn addresses(reader: &mut Reader<'_, '_, '_>, row: Entry<'_, '_>, it: &mut Interface) {
    match (row.word("mode"), fixed(&row.values("ip"))) {
        (Some(mode), _) if matches!(mode.text, "dhcp" | "pppoe") => {
            let (acquired, kind) = match mode.text {
                "dhcp" => (Acquired::Dhcp, it.kind),
                _ => (Acquired::Ppp, InterfaceKind::Pppoe),
            };
            it.kind = kind;
            it.acquired.push(Spanned::new(acquired, mode.span));
            if kind == InterfaceKind::Pppoe {
                it.outside = Some(mode.span);
            }
        }
        (Some(mode), _) if mode.text != "static" => reader.unclear(row.setting("mode")),
        (_, Some(address)) => it.addresses.extend(address),
        (_, None) => reader.unclear(row.setting("ip")),
    }
    if let Some(words) = Some(row.values("remote-ip")).filter(|words| !words.is_empty()) {
        // The other end of a numbered tunnel: the local address has a mask of 32 bits then.
        match subnet(&words) {
            Some(remote) => {
                let local = it.addresses.first_mut().filter(|it| it.value.prefix() == 32);
                if let (Some(local), true) = (local, remote.prefix() < 32)
                    && let Ok(wider) = IpNetwork::new(local.value.ip(), remote.prefix())
                    && wider.contains(remote.ip())
                {
                    local.value = wider;
                }
            }
            None => reader.unclear(row.setting("remote-ip")),
        }
    }
    let secondary = row.block("secondaryip").map(|it| it.children()).unwrap_or_default();
    for row in secondary {
        match fixed(&row.values("ip")) {
            Some(address) => it.addresses.extend(address),
            None => reader.unclear(row.setting("ip")),
        }
    }
    for group in row.block("vrrp").map(|it| it.children()).unwrap_or_default() {
        // A virtual address is not one of the interface.
        reader.unclear(group.setting("vrip"));
    }
}

fn ipv6(reader: &mut Reader<'_, '_, '_>, row: Entry<'_, '_>, it: &mut Interface) {
    let Some(block) = row.block("ipv6") else { return };
    let extra = block.rows("ip6-extra-addr");
    let words = block.word("ip6-address").into_iter();
    for word in words {
        match numbers::network(word.text) {
            Some(network) if network.ip().is_unspecified() => {}
            Some(network) => it.addresses.push(Spanned::new(network, word.span)),
            None => reader.unclear(block.setting("ip6-address")),
        }
    }
    for entry in extra {
        match numbers::network(entry.name()) {
            Some(network) => it.addresses.push(Spanned::new(network, key(entry).span)),
            None => reader.notes.unrecognized(entry.line()),
        }
    }
    if let Some(mode) = block.word("ip6-mode") {
        let acquired = match mode.text {
            "static" => None,
            "dhcp" => Some(Acquired::Dhcp),
            "pppoe" => Some(Acquired::Ppp),
            "delegated" => Some(Acquired::Delegation),
            _ => {
                reader.unclear(block.setting("ip6-mode"));
                None
            }
        };
        it.acquired.extend(acquired.map(|it| Spanned::new(it, mode.span)));
    }
    if let Some(word) = block.word("autoconf").filter(|word| word.text == "enable") {
        it.acquired.push(Spanned::new(Acquired::Advertisement, word.span));
    }
    if let Some(setting) = block.setting("ip6-send-adv").filter(|_| block.enabled("ip6-send-adv")) {
        let prefixes = block.rows("ip6-prefix-list");
        reader.out.addressing.push(Addressing {
            span: setting.line.span(),
            kind: AddressingKind::RouterAdvertisement,
            interface: Some(row.name().to_owned()),
            addresses: prefixes.iter().filter_map(|it| numbers::network(it.name())).collect(),
        });
    }
    reader.only_usual(block, &[("dhcp6-relay-service", "disable")]);
}

fn relay(reader: &mut Reader<'_, '_, '_>, row: Entry<'_, '_>) {
    if !row.enabled("dhcp-relay-service") {
        return;
    }
    let servers: Vec<_> = row.values("dhcp-relay-ip");
    let known: Vec<_> = servers.iter().filter_map(|it| numbers::addresses(it.text)).collect();
    if known.len() != servers.len() {
        reader.unclear(row.setting("dhcp-relay-ip"));
    }
    if let Some(setting) = row.setting("dhcp-relay-service") {
        reader.out.addressing.push(Addressing {
            span: setting.line.span(),
            kind: AddressingKind::DhcpRelay,
            interface: Some(row.name().to_owned()),
            addresses: known.into_iter().collect::<AddressSet>(),
        });
    }
}

/// PPPoE sessions over an interface, mobile and telephone modems.
fn dialled(reader: &mut Reader<'_, '_, '_>) {
    for row in reader.global.rows("system pppoe-interface") {
        let name = place(row.line());
        let known = reader.out.interfaces.iter_mut().find(|it| it.name.value == row.name());
        let mut fresh = Interface::new(key(row), InterfaceKind::Pppoe);
        let is_new = known.is_none();
        let it = known.unwrap_or(&mut fresh);
        it.kind = InterfaceKind::Pppoe;
        it.parent = row.text("device").map(str::to_owned);
        it.outside = Some(name);
        it.acquired.push(Spanned::new(Acquired::Ppp, name));
        if is_new {
            reader.out.interfaces.push(fresh);
            reader.notes.structures.define_active(StructureKind::Interface, row.name(), name);
        }
    }
    let modems = [
        ("system lte-modem", "wwan", InterfaceKind::Mobile),
        ("system modem", "modem", InterfaceKind::Isdn),
    ];
    for (block, usual, kind) in modems {
        let Some(block) = reader.global.block(block) else { continue };
        let Some(status) = block.setting("status") else { continue };
        let name = block.text("interface").unwrap_or(usual);
        let span = status.line.span();
        let known = reader.out.interfaces.iter_mut().find(|it| it.name.value == name);
        let mut fresh = Interface::new(Spanned::new(name.to_owned(), span), kind);
        let is_new = known.is_none();
        let it = known.unwrap_or(&mut fresh);
        it.kind = kind;
        it.enabled = it.enabled && block.enabled("status");
        it.outside = Some(span);
        if is_new {
            reader.out.interfaces.push(fresh);
        }
    }
}

fn zones(reader: &mut Reader<'_, '_, '_>, vdom: &Vdom<'_, '_>) {
    for row in vdom.home.rows("system zone") {
        reader.define(StructureKind::Zone, vdom, row);
        let members = row.values("interface");
        for member in &members {
            reader.interface(*member);
        }
        reader.out.zones.push(Zone {
            name: key(row),
            interfaces: members.into_iter().map(Word::owned).collect(),
        });
    }
}

/// SD-WAN: members belong to zones; without one to `virtual-wan-link`, which needs no definition.
fn sdwan(reader: &mut Reader<'_, '_, '_>, vdom: &Vdom<'_, '_>, name: &'static str) {
    let Some(block) = vdom.home.block(name) else { return };
    for zone in block.rows("zone") {
        reader.define_active(StructureKind::Zone, vdom, zone);
        reader.out.zones.push(Zone { name: key(zone), interfaces: Vec::new() });
    }
    for member in block.rows("members") {
        let Some(interface) = member.word("interface") else { continue };
        reader.interface(interface);
        let zone = member.word("zone");
        let title = zone.map_or("virtual-wan-link", |word| word.text);
        let span = zone.map_or_else(|| place(block.line()), |word| word.span);
        let known = reader.out.zones.iter().position(|it| it.name.value == title);
        let at = known.unwrap_or_else(|| {
            let name = Spanned::new(title.to_owned(), span);
            reader.out.zones.push(Zone { name, interfaces: Vec::new() });
            reader.out.zones.len() - 1
        });
        if let Some(zone) = reader.out.zones.get_mut(at) {
            zone.interfaces.push(interface.owned());
        }
    }
}

/// What an interface belongs to: the zone it is in, the aggregate or switch it is a member of.
fn members(reader: &mut Reader<'_, '_, '_>) {
    use std::collections::BTreeMap;
    let mut zone_of: BTreeMap<&str, Spanned<String>> = BTreeMap::new();
    for zone in &reader.out.zones {
        for member in &zone.interfaces {
            let name = Spanned::new(zone.name.value.clone(), member.span);
            zone_of.entry(&member.value).or_insert(name);
        }
    }
    let mut carrier: BTreeMap<String, String> = BTreeMap::new();
    for row in reader.global.rows("system interface") {
        for member in row.values("member") {
            carrier.insert(member.text.to_owned(), row.name().to_owned());
        }
    }
    for interface in &mut reader.out.interfaces {
        interface.zone = zone_of.get(interface.name.value.as_str()).cloned();
        if interface.parent.is_none() {
            interface.parent = carrier.remove(&interface.name.value);
        }
    }
}

impl Reader<'_, '_, '_> {
    /// An interface is named. Hardware has interfaces that a part of a configuration does not show.
    pub(super) fn interface(&mut self, word: Word<'_>) {
        if self.whole && word.text != "any" {
            self.notes.structures.refer(StructureKind::Interface, word.text, word.span);
        }
    }
}
