//! Servers that let people in: SSL-VPN, L2TP, PPTP; and who the people are.

use super::super::super::listing::Word;
use super::super::super::numbers;
use super::super::tree::Entry;
use super::ipsec::networks;
use super::{Reader, Vdom, place};
use crate::model::device::{RemoteAccess, StructureKind, TunnelKind};
use crate::model::words::Authentication;
use crate::model::{AddressSet, Service};
use crate::source::Spanned;

pub(super) fn read<'a, 't>(reader: &mut Reader<'a, 't, '_>, vdom: &Vdom<'a, 't>) {
    ssl(reader, vdom);
    for (table, kind) in [("vpn l2tp", TunnelKind::L2tp), ("vpn pptp", TunnelKind::Pptp)] {
        if let Some(block) = vdom.home.block(table) {
            dialled(reader, vdom, block, kind);
        }
    }
    for row in vdom.home.rows("user local") {
        // A user whom no group holds may still stand in a policy.
        reader.define_active(StructureKind::User, vdom, row);
    }
}

/// The SSL-VPN server. It serves only when an interface is named, whatever `status` says.
fn ssl(reader: &mut Reader<'_, '_, '_>, vdom: &Vdom<'_, '_>) {
    let Some(block) = vdom.home.block("vpn ssl settings") else { return };
    let interfaces = block.values("source-interface");
    for word in &interfaces {
        reader.interface_or_zone(vdom, *word);
    }
    let off = block.is("status", "disable") || block.is("sslvpn-enable", "disable");
    let enabled = !off && !interfaces.is_empty();
    if interfaces.is_empty() && block.setting("status").is_none() {
        return;
    }
    let rules = block.rows("authentication-rule");
    let mut groups: Vec<Word<'_>> = Vec::new();
    let mut named: Vec<Word<'_>> = Vec::new();
    let mut portals: Vec<&str> = block.text("default-portal").into_iter().collect();
    for rule in &rules {
        groups.extend(rule.values("groups"));
        named.extend(rule.values("users"));
        portals.extend(rule.text("portal"));
        for narrowing in ["source-interface", "source-address", "client-cert", "realm"] {
            let usual =
                rule.text(narrowing).is_none_or(|it| it == "any" || it == "all" || it == "disable");
            if !usual {
                reader.unclear(rule.setting(narrowing));
            }
        }
    }
    for group in &groups {
        if vdom.home.block("user group").is_some() {
            reader.refer(StructureKind::User, vdom, *group);
        }
    }
    let mut users: Vec<_> = named.iter().copied().map(Word::owned).collect();
    users.extend(reader.people(vdom, &groups));
    let mut pools = block.values("tunnel-ip-pools");
    for row in vdom.home.rows("vpn ssl web portal") {
        if portals.contains(&row.name()) {
            pools.extend(row.values("ip-pools"));
        }
    }
    let port = match block.word("port").map(|word| word.text.parse::<u16>()) {
        Some(Ok(port)) => port,
        Some(Err(_)) => {
            reader.unclear(block.setting("port"));
            443
        }
        None => 443,
    };
    let sources = sources(reader, vdom, block);
    let mut authentication = vec![Authentication::Password];
    if block.enabled("reqclientcert") {
        authentication.push(Authentication::ClientCertificate);
    }
    if two_factor(vdom, &groups, &named) {
        authentication.push(Authentication::Otp);
    }
    let span = block
        .setting("source-interface")
        .or_else(|| block.setting("status"))
        .map_or_else(|| place(block.line()), |it| it.line.span());
    let interfaces: Vec<_> = interfaces.iter().map(|word| word.text).collect();
    let everywhere = interfaces.contains(&"any");
    let pool = pool(reader, vdom, &pools);
    reader.out.remote_access.push(RemoteAccess {
        span,
        name: vdom.named("ssl.root"),
        kind: TunnelKind::SslVpn,
        enabled,
        interfaces: interfaces.into_iter().filter(|_| !everywhere).map(str::to_owned).collect(),
        services: vec![Service::tcp(port)],
        sources,
        pool,
        users,
        authentication,
    });
}

fn sources(
    reader: &mut Reader<'_, '_, '_>,
    vdom: &Vdom<'_, '_>,
    block: Entry<'_, '_>,
) -> AddressSet {
    let words = block.values("source-address");
    if words.is_empty() {
        return AddressSet::any();
    }
    let sets: Vec<_> = words.iter().map(|word| vdom.objects.address(word.text)).collect();
    let exact = sets.iter().all(|it| it.as_ref().is_some_and(|it| it.exact));
    if !exact {
        // At most anybody.
        reader.unclear(block.setting("source-address"));
        return AddressSet::any();
    }
    let set: AddressSet = sets.into_iter().flatten().map(|it| it.set).collect();
    match block.enabled("source-address-negate") {
        true => AddressSet::any_v4().difference(&set),
        false => set,
    }
}

fn pool(
    reader: &mut Reader<'_, '_, '_>,
    vdom: &Vdom<'_, '_>,
    names: &[Word<'_>],
) -> Vec<Spanned<crate::model::IpNetwork>> {
    let mut pool: Vec<Spanned<_>> = Vec::new();
    for name in names {
        let shown = vdom.home.block("firewall address").is_some();
        if shown && !super::super::services::is_predefined_address(name.text) {
            reader.refer(StructureKind::AddressGroup, vdom, *name);
        }
        let known = vdom.objects.address(name.text).filter(|it| it.exact);
        for network in known.map(|it| networks(&it.set)).unwrap_or_default() {
            let network = Spanned::new(network, name.span);
            if !pool.contains(&network) {
                pool.push(network);
            }
        }
    }
    pool
}

/// L2TP and PPTP.
fn dialled(
    reader: &mut Reader<'_, '_, '_>,
    vdom: &Vdom<'_, '_>,
    block: Entry<'_, '_>,
    kind: TunnelKind,
) {
    let Some(status) = block.setting("status") else { return };
    let protected = reader.out.tunnels.iter().any(|it| it.kind == TunnelKind::L2tpIpsec);
    let (kind, services) = match kind {
        TunnelKind::L2tp if protected => {
            (TunnelKind::L2tpIpsec, vec![Service::udp(500), Service::udp(4500), Service::udp(1701)])
        }
        TunnelKind::L2tp => (kind, vec![Service::udp(1701)]),
        _ => (kind, vec![Service::tcp(1723)]),
    };
    let groups: Vec<_> = block.word("usrgrp").into_iter().collect();
    let users = reader.people(vdom, &groups);
    let range = block.word("sip").zip(block.word("eip"));
    let set = range.and_then(|(first, last)| {
        numbers::addresses(&format!("{}-{}", first.text, last.text)).map(|set| (set, first.span))
    });
    let pool = set
        .map(|(set, span)| networks(&set).into_iter().map(|it| Spanned::new(it, span)).collect());
    reader.out.remote_access.push(RemoteAccess {
        span: status.line.span(),
        name: vdom.named(block.name()),
        kind,
        enabled: block.enabled("status"),
        interfaces: Vec::new(),
        services,
        sources: AddressSet::any(),
        pool: pool.unwrap_or_default(),
        users,
        authentication: vec![Authentication::Password],
    });
}

/// Whether everybody who may come in needs a second factor: all are local users who have one.
fn two_factor(vdom: &Vdom<'_, '_>, groups: &[Word<'_>], named: &[Word<'_>]) -> bool {
    let table = vdom.home.block("user group");
    let mut names: Vec<&str> = named.iter().map(|word| word.text).collect();
    for group in groups {
        let row =
            table.and_then(|it| it.children().into_iter().find(|row| row.name() == group.text));
        let Some(row) = row else { return false };
        names.extend(row.values("member").iter().map(|word| word.text));
    }
    let users = vdom.home.rows("user local");
    let secured = |name: &&str| {
        let row = users.iter().find(|row| *row.name() == **name);
        row.is_some_and(|row| row.text("two-factor").is_some_and(|it| it != "disable"))
    };
    !names.is_empty() && names.iter().all(secured)
}

impl Reader<'_, '_, '_> {
    /// The local users in groups.
    pub(super) fn people(
        &mut self,
        vdom: &Vdom<'_, '_>,
        groups: &[Word<'_>],
    ) -> Vec<Spanned<String>> {
        let Some(table) = vdom.home.block("user group") else { return Vec::new() };
        let local = vdom.home.block("user local");
        let mut users: Vec<Spanned<String>> = Vec::new();
        for group in groups {
            let row = table.children().into_iter().find(|row| row.name() == group.text);
            for member in row.map(|row| row.values("member")).unwrap_or_default() {
                let is_user = local.is_some_and(|it| it.has(member.text));
                if is_user && !users.iter().any(|it| it.value == member.text) {
                    users.push(member.owned());
                }
            }
        }
        users
    }
}
