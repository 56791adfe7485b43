//! Layer 2: switches, wire pairs, transparent mode, and tunnels that are not IPsec.

use super::super::super::numbers;
use super::super::tree::Entry;
use super::{Reader, Vdom, key, place};
use crate::config::Word;
use crate::model::device::{Bridge, InterfaceKind, Remote, Tunnel, TunnelKind};
use crate::source::Spanned;

pub(super) fn read<'a, 't>(reader: &mut Reader<'a, 't, '_>, vdoms: &[Vdom<'a, 't>]) {
    let mut homes = vec![reader.global];
    if !vdoms.iter().any(|it| it.name.is_none() && !it.several) {
        homes.extend(vdoms.iter().map(|it| it.home));
    }
    for home in homes {
        for table in ["system switch-interface", "system virtual-wire-pair"] {
            for row in home.rows(table) {
                let members = row.values("member");
                for member in &members {
                    reader.interface(*member);
                }
                let members = members.into_iter().map(Word::owned).collect();
                reader.out.bridges.push(Bridge { name: key(row), members });
            }
        }
        for row in home.rows("system virtual-switch") {
            let ports = row.rows("port");
            let members = ports.into_iter().map(key).collect();
            reader.out.bridges.push(Bridge { name: key(row), members });
        }
        for (table, kind) in [
            ("system gre-tunnel", TunnelKind::Gre),
            ("system ipip-tunnel", TunnelKind::IpIp),
            ("system sit-tunnel", TunnelKind::SixInFour),
        ] {
            for row in home.rows(table) {
                let remote = match kind {
                    TunnelKind::SixInFour => "destination",
                    _ if row.is("ip-version", "6") => "remote-gw6",
                    _ => "remote-gw",
                };
                tunnel(reader, row, kind, remote, row.word(remote).map(|word| word.text));
            }
        }
        for row in home.rows("system vxlan") {
            let field = if row.text("ip-version").is_some_and(|it| it.starts_with("ipv6")) {
                "remote-ip6"
            } else {
                "remote-ip"
            };
            let remotes = row.values(field);
            if remotes.is_empty() {
                tunnel(reader, row, TunnelKind::Vxlan, field, None);
            }
            for remote in remotes {
                tunnel(reader, row, TunnelKind::Vxlan, field, Some(remote.text));
            }
        }
    }
    for vdom in vdoms {
        transparent(reader, vdom);
    }
}

fn tunnel(
    reader: &mut Reader<'_, '_, '_>,
    row: Entry<'_, '_>,
    kind: TunnelKind,
    field: &str,
    remote: Option<&str>,
) {
    let span = row.word(field).map_or_else(|| place(row.line()), |word| word.span);
    let who = match remote.map(str::parse) {
        Some(Ok(address)) => Remote::Address(address),
        Some(Err(_)) => {
            reader.unclear(row.setting(field));
            Remote::Unknown
        }
        None => Remote::Unknown,
    };
    if let Some(interface) = row.word("interface") {
        reader.interface(interface);
    }
    let local = ["local-gw", "local-gw6", "source", "interface"]
        .iter()
        .find_map(|it| row.word(it).filter(|it| it.text != "0.0.0.0" && it.text != "::"));
    let disabled = reader.disabled(row.name());
    reader.out.tunnels.push(Tunnel {
        span: place(row.line()),
        name: row.name().to_owned(),
        interface: Some(row.name().to_owned()),
        kind,
        ipsec: false,
        layer2: kind == TunnelKind::Vxlan,
        disabled,
        local: local.map(Word::owned),
        remote: Spanned::new(who, span),
        selectors: Vec::new(),
        initiates: None,
        ike: None,
        authentication: Vec::new(),
    });
}

impl Reader<'_, '_, '_> {
    /// Where an interface of this name is switched off.
    pub(super) fn disabled(&self, name: &str) -> Option<crate::source::Span> {
        self.off.get(name).copied()
    }
}

/// In transparent mode the interfaces of a VDOM are one switch.
fn transparent(reader: &mut Reader<'_, '_, '_>, vdom: &Vdom<'_, '_>) {
    let Some(settings) = vdom.home.block("system settings") else { return };
    reader.only_usual(
        settings,
        &[
            ("status", "enable"),
            ("ngfw-mode", "profile-based"),
            ("ike-port", "500"),
            ("consolidated-firewall-mode", "disable"),
        ],
    );
    let Some(word) = settings.word("opmode").filter(|word| word.text == "transparent") else {
        return;
    };
    let instance = vdom.instance();
    let ours = reader.out.interfaces.iter().filter(|it| {
        it.instance == instance
            && !matches!(it.kind, InterfaceKind::Tunnel | InterfaceKind::Loopback)
    });
    let members = ours.map(|it| it.name.clone()).collect();
    let name = Spanned::new(vdom.named("transparent"), word.span);
    reader.out.bridges.push(Bridge { name, members });
    if let Some(address) = settings.word("manageip") {
        let network = match settings.values("manageip").as_slice() {
            [one] => numbers::network(one.text),
            words => super::super::objects::subnet(words),
        };
        match network {
            Some(network) => {
                let mut it = crate::model::device::Interface::new(
                    Spanned::new(vdom.named("manageip"), address.span),
                    InterfaceKind::Other,
                );
                it.addresses.push(Spanned::new(network, address.span));
                it.instance = vdom.instance();
                reader.out.interfaces.push(it);
            }
            None => reader.unclear(settings.setting("manageip")),
        }
    }
}
