//! IPsec: first and second phases, dial-up servers.

use super::super::super::listing::Word;
use super::super::super::numbers;
use super::super::objects::subnet;
use super::super::tree::Entry;
use super::{Reader, Vdom, place};
use crate::model::device::{
    Ike, IkeVersion, Remote, RemoteAccess, Selector, StructureKind, Tunnel, TunnelKind,
};
use crate::model::words::Authentication;
use crate::model::{AddressSet, IpNetwork, Service};
use crate::source::Spanned;
use std::collections::BTreeMap;
use std::net::IpAddr;

pub(super) fn read<'a, 't>(reader: &mut Reader<'a, 't, '_>, vdom: &Vdom<'a, 't>) {
    for (first, second, routed) in [
        ("vpn ipsec phase1-interface", "vpn ipsec phase2-interface", true),
        ("vpn ipsec phase1", "vpn ipsec phase2", false),
    ] {
        let mut phases: BTreeMap<&str, Vec<Entry<'_, '_>>> = BTreeMap::new();
        for row in vdom.home.rows(second) {
            if let Some(name) = row.word("phase1name") {
                reader.refer(StructureKind::IkePeer, vdom, name);
                phases.entry(name.text).or_default().push(row);
            }
        }
        for row in vdom.home.rows(first) {
            let second = phases.remove(row.name()).unwrap_or_default();
            // Without a second phase nothing is carried.
            reader.define(StructureKind::IkePeer, vdom, row);
            tunnel(reader, vdom, row, &second, routed);
        }
    }
    for (table, routed) in [("vpn ipsec manualkey-interface", true), ("vpn ipsec manualkey", false)]
    {
        for row in vdom.home.rows(table) {
            manual(reader, vdom, row, routed);
        }
    }
}

/// A tunnel whose keys are written down. What it carries, policies say.
fn manual(reader: &mut Reader<'_, '_, '_>, vdom: &Vdom<'_, '_>, row: Entry<'_, '_>, routed: bool) {
    let mut ike = Ike::default();
    for (names, list) in [
        (["enc-alg", "encryption"], &mut ike.encryption),
        (["auth-alg", "authentication"], &mut ike.hash),
    ] {
        for word in names.iter().filter_map(|it| row.word(it)).filter(|it| it.text != "null") {
            match PARTS.iter().chain(HASHES).find(|(it, _)| *it == word.text) {
                Some((_, name)) => list.push(Spanned::new((*name).to_owned(), word.span)),
                None => reader.unclear(names.iter().find_map(|it| row.setting(it))),
            }
        }
    }
    if let Some(interface) = row.word("interface") {
        reader.interface_or_zone(vdom, interface);
    }
    let remote = remote(reader, row);
    reader.out.tunnels.push(Tunnel {
        span: place(row.line()),
        name: row.name().to_owned(),
        interface: routed.then(|| row.name().to_owned()),
        kind: TunnelKind::Ipsec,
        ipsec: true,
        layer2: false,
        disabled: reader.disabled(row.name()),
        local: row.word("interface").map(Word::owned),
        remote,
        selectors: Vec::new(),
        initiates: None,
        ike: Some(ike),
        authentication: vec![Authentication::PreSharedKey],
    });
}

fn tunnel(
    reader: &mut Reader<'_, '_, '_>,
    vdom: &Vdom<'_, '_>,
    row: Entry<'_, '_>,
    phases: &[Entry<'_, '_>],
    routed: bool,
) {
    let dialled = row.is("type", "dynamic");
    let remote = remote(reader, row);
    if let Some(interface) = row.word("interface") {
        reader.interface_or_zone(vdom, interface);
    }
    let real = |word: &Word<'_>| word.text != "0.0.0.0" && word.text != "::";
    let local = row.word("local-gw").filter(real).or_else(|| row.word("local-gw6").filter(real));
    let local = local.or_else(|| row.word("interface")).map(Word::owned);
    let mut selectors = Vec::new();
    for phase in phases {
        selectors.extend(selector(reader, vdom, *phase));
    }
    // One second phase that carries everything means that the others limit nothing.
    let everything = selectors.iter().any(Option::is_none);
    let selectors: Vec<_> =
        if everything { Vec::new() } else { selectors.into_iter().flatten().collect() };
    let passive = dialled || row.enabled("passive-mode");
    let opens = phases.iter().any(|it| it.enabled("auto-negotiate"));
    let initiates = if passive { Some(false) } else { opens.then_some(true) };
    let ike = ike(reader, row, phases);
    let (kind, layer2) = match row.text("encapsulation") {
        // Ethernet frames in VXLAN in IPsec.
        Some("vxlan") => (TunnelKind::Ipsec, true),
        Some("none" | "gre") | None => (TunnelKind::Ipsec, false),
        Some(_) => {
            reader.unclear(row.setting("encapsulation"));
            (TunnelKind::Ipsec, false)
        }
    };
    let l2tp = dialled
        && phases.iter().any(|it| it.enabled("l2tp") || it.is("encapsulation", "transport-mode"));
    let authentication = authentication(row);
    if dialled && !l2tp {
        access(reader, vdom, row, &authentication);
    }
    let disabled = reader.disabled(row.name());
    reader.out.tunnels.push(Tunnel {
        span: place(row.line()),
        name: row.name().to_owned(),
        interface: routed.then(|| row.name().to_owned()),
        kind: if l2tp { TunnelKind::L2tpIpsec } else { kind },
        ipsec: true,
        layer2,
        disabled,
        local,
        remote,
        selectors,
        initiates,
        ike: Some(ike),
        authentication,
    });
}

fn remote(reader: &mut Reader<'_, '_, '_>, row: Entry<'_, '_>) -> Spanned<Remote> {
    let missing = Spanned::new(Remote::Unknown, place(row.line()));
    match row.text("type").unwrap_or("static") {
        "dynamic" => {
            let span = row.word("type").map_or_else(|| place(row.line()), |word| word.span);
            reader.only_usual(row, &[("remote-gw-match", "any")]);
            Spanned::new(Remote::Any, span)
        }
        "ddns" => match row.word("remotegw-ddns") {
            Some(word) => Spanned::new(Remote::Name(word.text.to_owned()), word.span),
            None => missing,
        },
        "static" => {
            let name = if row.is("ip-version", "6") { "remote-gw6" } else { "remote-gw" };
            let Some(word) = row.word(name) else { return missing };
            match word.text.parse::<IpAddr>() {
                Ok(address) if !address.is_unspecified() => {
                    Spanned::new(Remote::Address(address), word.span)
                }
                _ => {
                    reader.unclear(row.setting(name));
                    missing
                }
            }
        }
        _ => {
            reader.unclear(row.setting("type"));
            missing
        }
    }
}

fn authentication(row: Entry<'_, '_>) -> Vec<Authentication> {
    let mut means = Vec::new();
    match row.text("authmethod") {
        Some("signature") => means.push(Authentication::MachineCertificate),
        Some("psk") | None if row.setting("psksecret").is_some() => {
            means.push(Authentication::PreSharedKey);
        }
        Some("psk") => means.push(Authentication::PreSharedKey),
        _ => {}
    }
    if asks_for_people(row) {
        means.push(Authentication::Password);
    }
    means
}

fn asks_for_people(row: Entry<'_, '_>) -> bool {
    let xauth = row.text("xauthtype").is_some_and(|it| !matches!(it, "disable" | "client"));
    xauth || row.enabled("eap") || row.text("usrgrp").is_some_and(|it| !it.is_empty())
}

/// A dial-up server that gives addresses or asks for people lets clients in.
fn access(
    reader: &mut Reader<'_, '_, '_>,
    vdom: &Vdom<'_, '_>,
    row: Entry<'_, '_>,
    authentication: &[Authentication],
) {
    // A hub that gives addresses to its branches (ADVPN) serves devices.
    let clients = row.enabled("mode-cfg") && !row.enabled("auto-discovery-sender");
    if !(asks_for_people(row) || clients) {
        return;
    }
    let mut pool = Vec::new();
    if let (Some(first), Some(last)) = (row.word("ipv4-start-ip"), row.word("ipv4-end-ip")) {
        let set = numbers::addresses(&format!("{}-{}", first.text, last.text));
        let networks = set.map(|set| networks(&set)).unwrap_or_default();
        pool.extend(networks.into_iter().map(|it| Spanned::new(it, first.span)));
    }
    let named = row.word("ipv4-name").filter(|word| !word.text.is_empty());
    if let Some(name) = named.filter(|_| vdom.home.block("firewall address").is_some()) {
        reader.refer(StructureKind::AddressGroup, vdom, name);
    }
    if let Some(name) = named
        && let Some(known) = vdom.objects.address(name.text).filter(|it| it.exact)
    {
        pool.extend(networks(&known.set).into_iter().map(|it| Spanned::new(it, name.span)));
    }
    let groups: Vec<_> = ["authusrgrp", "usrgrp"].iter().filter_map(|it| row.word(it)).collect();
    for group in groups.iter().filter(|it| !it.text.is_empty()) {
        if vdom.home.block("user group").is_some() {
            reader.refer(StructureKind::User, vdom, *group);
        }
    }
    let users = reader.people(vdom, &groups);
    let interface = row.word("interface").map(|word| word.text.to_owned());
    reader.out.remote_access.push(RemoteAccess {
        span: place(row.line()),
        name: row.name().to_owned(),
        kind: TunnelKind::Ipsec,
        enabled: reader.disabled(row.name()).is_none(),
        interfaces: interface.into_iter().collect(),
        services: vec![Service::udp(500), Service::udp(4500)],
        sources: AddressSet::any(),
        pool,
        users,
        authentication: authentication.to_vec(),
    });
}

/// Ciphers and hashes by the parts of a proposal's name.
const PARTS: &[(&str, &str)] = &[
    ("null", "null"),
    ("des", "des"),
    ("3des", "3des"),
    ("aes128", "aes-128"),
    ("aes192", "aes-192"),
    ("aes256", "aes-256"),
    ("aes128gcm", "aes-128-gcm"),
    ("aes256gcm", "aes-256-gcm"),
    ("chacha20poly1305", "chacha20-poly1305"),
    ("aria128", "aria-128"),
    ("aria192", "aria-192"),
    ("aria256", "aria-256"),
    ("seed", "seed"),
];
const HASHES: &[(&str, &str)] = &[
    ("md5", "md5"),
    ("sha1", "sha1"),
    ("sha256", "sha256"),
    ("sha384", "sha384"),
    ("sha512", "sha512"),
    ("prfsha1", "sha1"),
    ("prfsha256", "sha256"),
    ("prfsha384", "sha384"),
    ("prfsha512", "sha512"),
    ("null", ""),
];

fn ike(reader: &mut Reader<'_, '_, '_>, row: Entry<'_, '_>, phases: &[Entry<'_, '_>]) -> Ike {
    let mut ike = Ike::default();
    let begins = place(row.line());
    // IKEv1 is the default.
    ike.version = match row.word("ike-version") {
        None => Some(Spanned::new(IkeVersion::One, begins)),
        Some(word) => match word.text {
            "1" => Some(Spanned::new(IkeVersion::One, word.span)),
            "2" => Some(Spanned::new(IkeVersion::Two, word.span)),
            _ => {
                reader.unclear(row.setting("ike-version"));
                None
            }
        },
    };
    let one = ike.version.as_ref().is_some_and(|it| it.value == IkeVersion::One);
    ike.aggressive =
        row.word("mode").filter(|word| word.text == "aggressive" && one).map(|it| it.span);
    for entry in std::iter::once(&row).chain(phases) {
        for word in entry.values("proposal") {
            let (cipher, hash) = word.text.split_once('-').unwrap_or((word.text, "null"));
            let cipher = PARTS.iter().find(|(it, _)| *it == cipher);
            let hash = HASHES.iter().find(|(it, _)| *it == hash);
            let (Some((_, cipher)), Some((_, hash))) = (cipher, hash) else {
                reader.unclear(entry.setting("proposal"));
                continue;
            };
            for (list, name) in [(&mut ike.encryption, cipher), (&mut ike.hash, hash)] {
                if !name.is_empty() && !list.iter().any(|it| it.value == *name) {
                    list.push(Spanned::new((*name).to_owned(), word.span));
                }
            }
        }
        if entry.is("pfs", "disable") {
            continue;
        }
        for word in entry.values("dhgrp") {
            match word.text.parse::<u16>() {
                Ok(group) if ike.groups.iter().any(|it| it.value == group) => {}
                Ok(group) => ike.groups.push(Spanned::new(group, word.span)),
                Err(_) => reader.unclear(entry.setting("dhgrp")),
            }
        }
    }
    let named = |name: &str| row.word(name).filter(|word| !word.text.is_empty()).map(Word::owned);
    ike.local_id = named("localid");
    ike.remote_id = named("peerid");
    ike
}

/// What a second phase carries: `None` for everything.
fn selector(
    reader: &mut Reader<'_, '_, '_>,
    vdom: &Vdom<'_, '_>,
    row: Entry<'_, '_>,
) -> Vec<Option<Spanned<Selector>>> {
    let local = side(reader, vdom, row, "src");
    let remote = side(reader, vdom, row, "dst");
    reader.only_usual(row, &[("protocol", "0"), ("src-port", "0"), ("dst-port", "0")]);
    let (Some(local), Some(remote)) = (local, remote) else { return Vec::new() };
    let mut all = Vec::new();
    for ours in &local {
        for theirs in remote.iter().filter(|it| it.is_ipv4() == ours.is_ipv4()) {
            let everything = ours.prefix() == 0 && theirs.prefix() == 0;
            let selector = Selector { local: *ours, remote: *theirs };
            all.push((!everything).then(|| Spanned::new(selector, place(row.line()))));
        }
    }
    all
}

/// One side of a second phase; `None` when it is not understood.
fn side(
    reader: &mut Reader<'_, '_, '_>,
    vdom: &Vdom<'_, '_>,
    row: Entry<'_, '_>,
    which: &str,
) -> Option<Vec<IpNetwork>> {
    let name = |end: &str| format!("{which}-{end}");
    let mut setting = name("subnet");
    let kind = row.text(&name("addr-type")).unwrap_or("subnet");
    let known = match kind {
        "subnet" => match row.values(&setting).as_slice() {
            [] => Some(vec!["0.0.0.0/0".parse().ok()?]),
            words => subnet(words).map(|it| vec![crate::model::network_of(it)]),
        },
        "subnet6" => {
            setting = name("subnet6");
            let word = row.text(&setting).unwrap_or("::/0");
            numbers::network(word).map(|it| vec![crate::model::network_of(it)])
        }
        "range" | "ip" => {
            setting = name("start-ip");
            let first = row.text(&setting);
            let last = row.text(&name("end-ip")).filter(|_| kind == "range").or(first);
            let both = first.zip(last).map(|(first, last)| format!("{first}-{last}"));
            both.and_then(|it| numbers::addresses(&it)).map(|set| networks(&set))
        }
        "name" => {
            setting = name("name");
            let set = row.word(&setting).and_then(|word| vdom.objects.address(word.text));
            if let Some(word) = row.word(&setting)
                && vdom.home.block("firewall address").is_some()
                && !super::super::services::is_predefined_address(word.text)
            {
                reader.refer(StructureKind::AddressGroup, vdom, word);
            }
            set.filter(|it| it.exact).map(|it| networks(&it.set))
        }
        _ => {
            setting = name("addr-type");
            None
        }
    };
    if known.is_none() {
        reader.unclear(row.setting(&setting));
    }
    known
}

/// A set as networks, smallest address first. A set of very many networks gives the first of them.
pub(super) fn networks(set: &AddressSet) -> Vec<IpNetwork> {
    const MOST: usize = 256;
    let mut all = Vec::new();
    for (first, last) in set.v4.ranges() {
        split(u128::from(*first), u128::from(*last), 32, MOST, &mut all);
    }
    for (first, last) in set.v6.ranges() {
        split(*first, *last, 128, MOST, &mut all);
    }
    all
}

fn split(mut first: u128, last: u128, bits: u32, most: usize, all: &mut Vec<IpNetwork>) {
    while first <= last && all.len() < most {
        let aligned = first.trailing_zeros().min(bits);
        // The largest block that begins here and ends in the range.
        let room = (last - first).checked_add(1).map_or(bits, |size| size.ilog2());
        let free = aligned.min(room);
        let address = match bits {
            32 => IpAddr::V4(std::net::Ipv4Addr::from_bits(first as u32)),
            _ => IpAddr::V6(std::net::Ipv6Addr::from_bits(first)),
        };
        all.extend(IpNetwork::new(address, (bits - free) as u8));
        let Some(next) = 1_u128.checked_shl(free).and_then(|size| first.checked_add(size)) else {
            break;
        };
        first = next;
    }
}
