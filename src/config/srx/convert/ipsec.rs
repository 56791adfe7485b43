//! IKE and IPsec: gateways and VPNs; remote access.

use super::super::super::listing::Word;
use super::super::super::numbers;
use super::super::tree::Entry;
use super::{Reader, place};
use crate::model::device::{
    Ike, IkeVersion, Remote, RemoteAccess, Selector, StructureKind, Tunnel, TunnelKind,
};
use crate::model::words::Authentication;
use crate::model::{AddressSet, IpNetwork, Service, network_of};
use crate::source::Spanned;

pub(super) fn read(reader: &mut Reader<'_, '_, '_>) {
    let Some(security) = reader.root.get("security") else { return };
    names(reader, security);
    let vpns = security.get("ipsec").map(|it| it.list_all("vpn")).unwrap_or_default();
    for vpn in &vpns {
        tunnel(reader, security, *vpn);
    }
    access(reader, security, &vpns);
}

fn names(reader: &mut Reader<'_, '_, '_>, security: Entry<'_, '_>) {
    use StructureKind::{IkePeer, IpsecPolicy, Proposal};
    let define =
        |reader: &mut Reader<'_, '_, '_>, phase: &'static str, word: &'static str, kind| {
            for it in security.get(phase).map(|it| it.list(word)).unwrap_or_default() {
                let name = format!("{phase} {}", it.text());
                reader.notes.structures.define(kind, name, place(it));
            }
        };
    define(reader, "ike", "proposal", Proposal);
    define(reader, "ipsec", "proposal", Proposal);
    define(reader, "ike", "policy", IpsecPolicy);
    define(reader, "ipsec", "policy", IpsecPolicy);
    define(reader, "ike", "gateway", IkePeer);
    for phase in ["ike", "ipsec"] {
        for policy in security.get(phase).map(|it| it.list("policy")).unwrap_or_default() {
            for proposal in policy.list("proposals") {
                if proposal.text() != "standard" {
                    let name = format!("{phase} {}", proposal.text());
                    reader.notes.structures.refer(Proposal, name, place(proposal));
                }
            }
        }
    }
    for gateway in security.get("ike").map(|it| it.list("gateway")).unwrap_or_default() {
        if let Some(policy) = gateway.value("ike-policy") {
            let name = format!("ike {}", policy.text);
            reader.notes.structures.refer(IpsecPolicy, name, policy.span);
        }
    }
}

fn tunnel(reader: &mut Reader<'_, '_, '_>, security: Entry<'_, '_>, vpn: Entry<'_, '_>) {
    let ike_block = vpn.get("ike");
    let gateway_name = ike_block.and_then(|it| it.value("gateway"));
    let policy_name = ike_block.and_then(|it| it.value("ipsec-policy"));
    for (word, kind, phase) in [
        (gateway_name, StructureKind::IkePeer, "ike"),
        (policy_name, StructureKind::IpsecPolicy, "ipsec"),
    ] {
        if let Some(word) = word {
            reader.notes.structures.refer(kind, format!("{phase} {}", word.text), word.span);
        }
    }
    let ike = security.get("ike");
    let gateway = gateway_name.and_then(|word| ike?.get("gateway")?.child(word.text));
    let ike_policy = gateway
        .and_then(|it| it.value("ike-policy"))
        .and_then(|word| ike?.get("policy")?.child(word.text));
    let ipsec = security.get("ipsec");
    let policy = policy_name.and_then(|word| ipsec?.get("policy")?.child(word.text));
    let bound = vpn.value("bind-interface");
    let off = if vpn.inactive() {
        Some(place(vpn))
    } else {
        gateway.filter(Entry::inactive).map(place).or_else(|| {
            let name = bound.map(|word| super::interfaces::unit_name(word.text))?;
            let interface = reader.out.interfaces.iter().find(|it| it.name.value == name)?;
            (!interface.enabled).then_some(interface.name.span)
        })
    };
    let keys = keys(reader, gateway, ike_policy, policy);
    let authentication = authentication(gateway, ike_policy, ike);
    let selectors = selectors(reader, vpn);
    let dynamic = gateway.is_some_and(|it| it.get("dynamic").is_some());
    let initiates = match vpn.value("establish-tunnels").map(|word| word.text) {
        _ if dynamic => Some(false),
        Some("immediately") => Some(true),
        Some("responder-only" | "responder-only-no-rekey") => Some(false),
        _ => None,
    };
    let local = gateway
        .and_then(|it| it.value("local-address").or_else(|| it.value("external-interface")))
        .map(Word::owned);
    for remote in remotes(reader, gateway, vpn) {
        reader.out.tunnels.push(Tunnel {
            span: place(vpn),
            name: vpn.text().to_owned(),
            interface: bound.map(|word| super::interfaces::unit_name(word.text)),
            kind: TunnelKind::Ipsec,
            ipsec: true,
            layer2: false,
            disabled: off,
            local: local.clone(),
            remote,
            selectors: selectors.clone(),
            initiates,
            ike: Some(keys.clone()),
            authentication: authentication.clone(),
        });
    }
}

/// The other ends of a gateway: several addresses are backups of one another.
fn remotes(
    reader: &mut Reader<'_, '_, '_>,
    gateway: Option<Entry<'_, '_>>,
    vpn: Entry<'_, '_>,
) -> Vec<Spanned<Remote>> {
    let Some(gateway) = gateway else { return vec![Spanned::new(Remote::Unknown, place(vpn))] };
    if let Some(dynamic) = gateway.get("dynamic") {
        return vec![Spanned::new(
            Remote::Any,
            dynamic.children().next().map_or_else(|| place(dynamic), place),
        )];
    }
    let all: Vec<_> = gateway
        .list("address")
        .iter()
        .filter_map(|it| it.node())
        .map(|node| {
            let word: Word<'_> = node.word;
            let remote = match word.text.parse() {
                Ok(address) => Remote::Address(address),
                Err(_) => Remote::Name(word.text.to_owned()),
            };
            Spanned::new(remote, word.span)
        })
        .collect();
    if all.is_empty() {
        reader.unclear(gateway);
        return vec![Spanned::new(Remote::Unknown, place(gateway))];
    }
    all
}

fn selectors(reader: &mut Reader<'_, '_, '_>, vpn: Entry<'_, '_>) -> Vec<Spanned<Selector>> {
    let mut all = Vec::new();
    let identity = vpn.at(&["ike", "proxy-identity"]);
    let pairs = identity
        .into_iter()
        .map(|it| (it, "local", "remote"))
        .chain(vpn.list("traffic-selector").into_iter().map(|it| (it, "local-ip", "remote-ip")));
    for (entry, local, remote) in pairs {
        let network = |word: &'static str| -> Option<IpNetwork> {
            numbers::network(entry.value(word)?.text).map(network_of)
        };
        match (network(local), network(remote)) {
            (Some(local), Some(remote)) if local.prefix() == 0 && remote.prefix() == 0 => {}
            (Some(local), Some(remote)) => {
                all.push(Spanned::new(Selector { local, remote }, place(entry)));
            }
            _ => reader.unclear(entry.children().next().unwrap_or(entry)),
        }
    }
    all
}

/// Ciphers as Junos names them.
const CIPHERS: &[(&str, &str)] = &[
    ("des-cbc", "des"),
    ("3des-cbc", "3des"),
    ("aes-128-cbc", "aes-128"),
    ("aes-192-cbc", "aes-192"),
    ("aes-256-cbc", "aes-256"),
    ("aes-128-gcm", "aes-128-gcm"),
    ("aes-192-gcm", "aes-192-gcm"),
    ("aes-256-gcm", "aes-256-gcm"),
];
const HASHES: &[(&str, &str)] = &[
    ("md5", "md5"),
    ("sha1", "sha1"),
    ("sha-256", "sha256"),
    ("sha-384", "sha384"),
    ("sha-512", "sha512"),
    ("hmac-md5-96", "md5"),
    ("hmac-sha1-96", "sha1"),
    ("hmac-sha-256-128", "sha256"),
    ("hmac-sha-256-96", "sha256"),
    ("hmac-sha-384", "sha384"),
    ("hmac-sha-512", "sha512"),
];

fn keys(
    reader: &mut Reader<'_, '_, '_>,
    gateway: Option<Entry<'_, '_>>,
    ike_policy: Option<Entry<'_, '_>>,
    ipsec_policy: Option<Entry<'_, '_>>,
) -> Ike {
    let mut it = Ike::default();
    if let Some(gateway) = gateway {
        it.version = match gateway.value("version") {
            // IKEv1 is the default.
            None => Some(Spanned::new(IkeVersion::One, place(gateway))),
            Some(word) => match word.text {
                "v1-only" => Some(Spanned::new(IkeVersion::One, word.span)),
                "v2-only" => Some(Spanned::new(IkeVersion::Two, word.span)),
                _ => {
                    reader.unclear(gateway);
                    None
                }
            },
        };
        let id = |word: &'static str| {
            let kind = gateway.get(word)?.children().next()?;
            kind.children().next().and_then(|it| it.node()).map(|node| node.word.owned())
        };
        it.local_id = id("local-identity");
        it.remote_id = id("remote-identity").or_else(|| {
            let dynamic = gateway.get("dynamic")?;
            let names = ["hostname", "user-at-hostname", "inet"];
            names.iter().find_map(|word| dynamic.value(word)).map(Word::owned)
        });
    }
    let one = it.version.as_ref().is_some_and(|it| it.value == IkeVersion::One);
    let mode = ike_policy.and_then(|it| it.value("mode"));
    it.aggressive = mode.filter(|word| word.text == "aggressive" && one).map(|word| word.span);
    for (phase, policy) in [("ike", ike_policy), ("ipsec", ipsec_policy)] {
        let Some(policy) = policy else { continue };
        if let Some(set) = policy.get("proposal-set") {
            let word = set.children().next().and_then(|it| it.node()).map(|node| node.word);
            let known =
                SETS.iter().find(|it| (it.0, Some(it.1)) == (phase, word.map(|it| it.text)));
            match (word, known) {
                (Some(word), Some((_, _, ciphers, hashes, groups))) => {
                    ciphers.iter().for_each(|name| add(&mut it.encryption, name, word));
                    hashes.iter().for_each(|name| add(&mut it.hash, name, word));
                    let new =
                        groups.iter().filter(|new| !it.groups.iter().any(|it| it.value == **new));
                    let new: Vec<_> = new.map(|new| Spanned::new(*new, word.span)).collect();
                    it.groups.extend(new);
                }
                _ => reader.unclear(set.children().next().unwrap_or(set)),
            }
        }
        let all = reader.root.at(&["security", phase, "proposal"]);
        for name in policy.list("proposals") {
            let Some(proposal) = all.and_then(|it| it.child(name.text())) else { continue };
            offers(reader, proposal, &mut it);
        }
        if let Some(word) = policy.get("perfect-forward-secrecy").and_then(|it| it.value("keys")) {
            group(&mut it, word, reader, policy);
        }
    }
    it
}

/// A set that comes with the product: phase, name, ciphers, hashes, groups.
type ProposalSet =
    (&'static str, &'static str, &'static [&'static str], &'static [&'static str], &'static [u16]);

/// Junos OS VPN User Guide, `proposal-set` of IKE and of IPsec. Those of Suite B and PRIME are left out.
const SETS: &[ProposalSet] = &[
    ("ike", "basic", &["des"], &["sha1", "md5"], &[1]),
    ("ike", "compatible", &["3des", "des"], &["sha1", "md5"], &[2]),
    ("ike", "standard", &["3des", "aes-128"], &["sha1"], &[2]),
    ("ipsec", "basic", &["des"], &["sha1", "md5"], &[]),
    ("ipsec", "compatible", &["3des", "des"], &["sha1", "md5"], &[]),
    ("ipsec", "standard", &["3des", "aes-128"], &["sha1"], &[2]),
];

/// What one proposal offers.
fn offers(reader: &mut Reader<'_, '_, '_>, proposal: Entry<'_, '_>, it: &mut Ike) {
    if let Some(word) = proposal.value("encryption-algorithm") {
        match CIPHERS.iter().find(|(name, _)| *name == word.text) {
            Some((_, cipher)) => add(&mut it.encryption, cipher, word),
            None => reader.unclear(proposal),
        }
    }
    if let Some(word) = proposal.value("authentication-algorithm") {
        match HASHES.iter().find(|(name, _)| *name == word.text) {
            Some((_, hash)) => add(&mut it.hash, hash, word),
            None => reader.unclear(proposal),
        }
    }
    if let Some(word) = proposal.value("dh-group") {
        group(it, word, reader, proposal);
    }
}

fn add(list: &mut Vec<Spanned<String>>, name: &str, word: Word<'_>) {
    if !list.iter().any(|it| it.value == name) {
        list.push(Spanned::new(name.to_owned(), word.span));
    }
}

fn group(it: &mut Ike, word: Word<'_>, reader: &mut Reader<'_, '_, '_>, entry: Entry<'_, '_>) {
    match numbers::group(word.text) {
        Some(group) if it.groups.iter().any(|it| it.value == group) => {}
        Some(group) => it.groups.push(Spanned::new(group, word.span)),
        None => reader.unclear(entry),
    }
}

fn authentication(
    gateway: Option<Entry<'_, '_>>,
    policy: Option<Entry<'_, '_>>,
    ike: Option<Entry<'_, '_>>,
) -> Vec<Authentication> {
    let mut means = Vec::new();
    if let Some(policy) = policy {
        if policy.get("pre-shared-key").is_some() {
            means.push(Authentication::PreSharedKey);
        }
        let signed = policy.list("proposals").iter().any(|name| {
            let all = ike.and_then(|it| it.get("proposal"));
            let proposal = all.and_then(|it| it.child(name.text()));
            let method = proposal.and_then(|it| it.value("authentication-method"));
            method.is_some_and(|word| word.text.contains("signatures"))
        });
        if signed || policy.get("certificate").is_some() {
            means.push(Authentication::MachineCertificate);
        }
    }
    if gateway.is_some_and(|it| it.get("xauth").is_some() || it.get("aaa").is_some()) {
        means.push(Authentication::Password);
    }
    means
}

/// Juniper Secure Connect, dynamic VPN, and gateways that ask people who they are.
fn access(reader: &mut Reader<'_, '_, '_>, security: Entry<'_, '_>, vpns: &[Entry<'_, '_>]) {
    let mut servers = Vec::new();
    if let Some(block) = security.child("remote-access") {
        for profile in block.list_all("profile") {
            let off = block.inactive() || profile.inactive();
            servers.push((
                profile,
                profile.value("ipsec-vpn"),
                profile.value("access-profile"),
                off,
                true,
            ));
        }
    }
    if let Some(block) = security.child("dynamic-vpn") {
        let access = block.value("access-profile");
        for client in block.list_all("clients") {
            let off = block.inactive() || client.inactive();
            servers.push((client, client.value("ipsec-vpn"), access, off, true));
        }
    }
    let told: Vec<&str> = servers.iter().filter_map(|it| it.1).map(|word| word.text).collect();
    for vpn in vpns.iter().filter(|vpn| !told.contains(&vpn.text())) {
        let Some(gateway) = gateway_of(security, vpn.text()) else { continue };
        let asks = gateway.get("xauth").or_else(|| gateway.get("aaa"));
        if let (Some(asks), Some(_)) = (asks, gateway.get("dynamic")) {
            servers.push((*vpn, None, asks.value("access-profile"), vpn.inactive(), false));
        }
    }
    for (entry, vpn, profile, off, web) in servers {
        let name = vpn.map_or_else(|| entry.text(), |word| word.text);
        let gateway = gateway_of(security, name);
        let external = gateway.and_then(|it| it.value("external-interface"));
        let profile =
            profile.and_then(|word| reader.root.get("access")?.get("profile")?.child(word.text));
        let mut users: Vec<_> = profile
            .map(|it| it.list("client"))
            .unwrap_or_default()
            .iter()
            .map(|it| super::named(*it))
            .collect();
        for user in entry.list("user") {
            if !users.iter().any(|it| it.value == user.text()) {
                users.push(super::named(user));
            }
        }
        let mut services = vec![Service::udp(500), Service::udp(4500)];
        if web {
            services.push(Service::tcp(443));
        }
        reader.out.remote_access.push(RemoteAccess {
            span: place(entry),
            name: entry.text().to_owned(),
            kind: TunnelKind::Ipsec,
            enabled: !off,
            interfaces: external
                .map(|word| super::interfaces::unit_name(word.text))
                .into_iter()
                .collect(),
            services,
            sources: AddressSet::any(),
            pool: pool(reader, profile),
            users,
            authentication: vec![Authentication::Password],
        });
    }
}

fn gateway_of<'a, 't>(security: Entry<'a, 't>, vpn: &str) -> Option<Entry<'a, 't>> {
    let vpn = security.get("ipsec")?.get("vpn")?.child(vpn)?;
    let name = vpn.get("ike")?.value("gateway")?;
    security.get("ike")?.get("gateway")?.child(name.text)
}

fn pool(reader: &Reader<'_, '_, '_>, profile: Option<Entry<'_, '_>>) -> Vec<Spanned<IpNetwork>> {
    let name = profile.and_then(|it| it.get("address-assignment")).and_then(|it| it.value("pool"));
    let found = name.and_then(|word| {
        let pool = reader.root.at(&["access", "address-assignment", "pool"])?.child(word.text)?;
        let network = pool.at(&["family", "inet"])?.value("network")?;
        Some(Spanned::new(network_of(numbers::network(network.text)?), network.span))
    });
    found.into_iter().collect()
}
