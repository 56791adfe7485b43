//! Directives → what the process does.

use super::idle;
use super::parse::{Directive, Inline, Item};
use super::repr::{Carrier, Certificates, Setup};
use crate::config::coverage::Because;
use crate::config::listing::{Listing, Word};
use crate::config::notes::Notes;
use crate::config::numbers;
use crate::model::device::{Management, ManagementKind, NextHop, Remote, Route, SecretKind};
use crate::model::words::Authentication;
use crate::model::{AddressSet, IpNetwork, Service, network_of};
use crate::source::{Span, Spanned};
use crate::text;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Directives that stand in a file for one client only, or in none but there.
const OF_CLIENT_FILES: &[&str] = &["iroute", "iroute-ipv6", "ifconfig-push", "ifconfig-ipv6-push"];

pub(super) fn read(items: &[Item<'_>], listing: &Listing<'_>, notes: &mut Notes) -> Setup {
    let begin = listing.lines.first().map_or_else(|| listing.end(), |it| it.span());
    let mut setup = Setup::new(name(listing.name), begin);
    // What a route may name stands anywhere in the text.
    setup.device = items.iter().find_map(|item| match item {
        Item::Directive(it) if it.name == "dev" => {
            it.arguments.first().map(|it| Spanned::new(it.text.to_owned(), it.span))
        }
        _ => None,
    });
    let mut inline_proof = false;
    for item in items {
        match item {
            Item::Directive(directive) => {
                match understand(directive, &mut setup) {
                    Fate::Understood => notes.understood(&directive.line),
                    Fate::Ignored(why) => notes.ignored(&directive.line, why),
                    Fate::Open => {}
                }
                let client_file = OF_CLIENT_FILES.contains(&directive.name)
                    || matches!(directive.name, "push" | "disable" | "push-reset");
                setup.is_process |= !client_file;
            }
            Item::Inline(inline) => {
                setup.is_process = true;
                inline_proof |= matches!(inline.name, "cert" | "key" | "pkcs12");
                embedded(inline, &mut setup, notes);
            }
        }
    }
    if inline_proof {
        certificate(&mut setup);
    }
    setup
}

/// `client.ovpn` and `server.conf` are known by their names.
fn name(file: &str) -> String {
    let base = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = base.rsplit_once('.').map_or(base, |(stem, _)| stem);
    if stem.is_empty() { "openvpn".to_owned() } else { stem.to_owned() }
}

/// What became of a directive.
enum Fate {
    Understood,
    Ignored(Because),
    Open,
}

fn understood(known: bool) -> Fate {
    if known { Fate::Understood } else { Fate::Open }
}

fn understand(directive: &Directive<'_>, setup: &mut Setup) -> Fate {
    let Directive { line, name, arguments } = directive;
    let first = arguments.first().copied();
    let word = |nth: usize| arguments.get(nth).map_or("", |it| it.text);
    let here = line.span();
    match *name {
        "server" => {
            setup.server.get_or_insert(here);
            let network = numbers::masked(word(0), word(1));
            pool_of_server(network, here, setup);
            understood(network.is_some())
        }
        "server-ipv6" => {
            setup.server.get_or_insert(here);
            let network = numbers::network(word(0));
            pool_of_server(network, here, setup);
            understood(network.is_some())
        }
        "server-bridge" => {
            setup.server.get_or_insert(here);
            let pool = range(word(2), word(3));
            setup.pool.extend(pool.iter().map(|it| Spanned::new(*it, here)));
            understood(arguments.is_empty() || word(0) == "nogw" || !pool.is_empty())
        }
        "mode" => {
            if word(0) == "server" {
                setup.server.get_or_insert(here);
            }
            understood(matches!(word(0), "server" | "p2p"))
        }
        "ifconfig-pool" => {
            let pool = range(word(0), word(1));
            setup.pool.extend(pool.iter().map(|it| Spanned::new(*it, here)));
            understood(!pool.is_empty())
        }
        "ifconfig-ipv6-pool" => {
            let pool = numbers::network(word(0));
            setup.pool.extend(pool.map(|it| Spanned::new(network_of(it), here)));
            understood(pool.is_some())
        }
        "client" | "tls-client" | "pull" | "nobind" | "bind" => Fate::Understood,
        "tls-server" => {
            setup.waits = true;
            Fate::Understood
        }
        "dev" => {
            setup.tap |= word(0).starts_with("tap");
            understood(["tun", "tap", "null"].iter().any(|it| word(0).starts_with(it)))
        }
        "dev-type" => {
            setup.tap = word(0) == "tap";
            understood(matches!(word(0), "tun" | "tap"))
        }
        "dev-node" => Fate::Ignored(Because::Hardware),
        "proto" => understood(protocol(word(0), setup)),
        "port" | "lport" => {
            let port = numbers::port(word(0)).filter(|it| *it != 0);
            setup.port = port.unwrap_or(setup.port);
            understood(port.is_some() || word(0) == "0")
        }
        "rport" => understood(numbers::port(word(0)).is_some()),
        "local" => {
            setup.local = first.map(|it| Spanned::new(it.text.to_owned(), it.span));
            understood(first.is_some())
        }
        "remote" => {
            let remote = first.and_then(|it| Some(Spanned::new(end(it.text)?, it.span)));
            let protocol = arguments.get(2).is_none_or(|it| carrier(it.text).is_some());
            let port = arguments.get(1).is_none_or(|it| numbers::port(it.text).is_some());
            let known = remote.is_some() && protocol && port;
            setup
                .remotes
                .extend(remote.or_else(|| first.map(|it| Spanned::new(Remote::Unknown, it.span))));
            understood(known)
        }
        "ifconfig" => {
            // The second word is a mask, or the address of the other end.
            let address = numbers::masked(word(0), word(1))
                .filter(|it| it.prefix() > 0)
                .or_else(|| numbers::network(word(0)));
            setup.addresses.extend(address.map(|it| Spanned::new(it, here)));
            understood(address.is_some())
        }
        "ifconfig-ipv6" => {
            let address = numbers::network(word(0));
            setup.addresses.extend(address.map(|it| Spanned::new(it, here)));
            understood(address.is_some())
        }
        "route" | "route-ipv6" => understood(route(directive, setup)),
        "redirect-gateway" | "redirect-private" => {
            let everything = default_route(here, setup);
            if *name == "redirect-gateway" {
                setup.routes.push(everything);
            }
            Fate::Understood
        }
        "iroute" | "iroute-ipv6" => {
            let network = match arguments.get(1) {
                Some(mask) => numbers::masked(word(0), mask.text),
                None => numbers::network(word(0)),
            };
            setup.behind.extend(network.map(|it| Spanned::new(network_of(it), here)));
            understood(network.is_some())
        }
        "disable" => {
            setup.kept_out = Some(here);
            Fate::Understood
        }
        "push" | "ifconfig-push" | "ifconfig-ipv6-push" => Fate::Ignored(Because::Housekeeping),
        "secret" => {
            add(&mut setup.proofs, Authentication::PreSharedKey);
            setup.certificates = Certificates::None;
            Fate::Understood
        }
        "cert" | "pkcs12" | "pkcs11-id" => {
            certificate(setup);
            Fate::Understood
        }
        "tls-auth" | "tls-crypt" | "tls-crypt-v2" => Fate::Ignored(Because::KeyMaterial),
        "auth-user-pass" | "auth-user-pass-verify" | "auth-user-pass-optional" => {
            // A value that is no file name is rare, and a secret.
            add(&mut setup.proofs, Authentication::Password);
            understood(*name != "auth-user-pass-optional")
        }
        "plugin" => understood(plugin(arguments, setup)),
        "askpass" => Fate::Ignored(Because::KeyMaterial),
        "verify-client-cert" => {
            let use_of = match word(0) {
                "none" => Some(Certificates::None),
                "optional" => Some(Certificates::Optional),
                "require" | "" => Some(Certificates::Required),
                _ => None,
            };
            setup.certificates = use_of.unwrap_or(setup.certificates);
            understood(use_of.is_some())
        }
        "client-cert-not-required" => {
            setup.certificates = Certificates::None;
            Fate::Understood
        }
        "duplicate-cn" => {
            add(&mut setup.proofs, Authentication::SharedAccount);
            Fate::Understood
        }
        "cipher" | "ncp-ciphers" | "data-ciphers" | "data-ciphers-fallback" | "auth"
            if idle::is_sound(word(0)) =>
        {
            Fate::Ignored(Because::Housekeeping)
        }
        "management" => understood(management(directive, setup)),
        "client-config-dir" | "ccd-exclusive" => Fate::Ignored(Because::Housekeeping),
        _ => idle::why(name).map_or(Fate::Open, Fate::Ignored),
    }
}

fn add(proofs: &mut Vec<Authentication>, proof: Authentication) {
    if !proofs.contains(&proof) {
        proofs.push(proof);
    }
}

fn certificate(setup: &mut Setup) {
    add(&mut setup.proofs, Authentication::MachineCertificate);
}

/// The server takes the first address of its network for itself.
fn pool_of_server(network: Option<IpNetwork>, here: Span, setup: &mut Setup) {
    let Some(network) = network.map(network_of) else { return };
    setup.pool.push(Spanned::new(network, here));
    let first = match network.network() {
        IpAddr::V4(it) => IpAddr::V4(Ipv4Addr::from_bits(it.to_bits().saturating_add(1))),
        IpAddr::V6(it) => IpAddr::V6(Ipv6Addr::from_bits(it.to_bits().saturating_add(1))),
    };
    let own = IpNetwork::new(first, network.prefix()).ok();
    setup.addresses.extend(own.map(|it| Spanned::new(it, here)));
}

/// The networks of a range of addresses.
fn range(first: &str, last: &str) -> Vec<IpNetwork> {
    match (first.parse(), last.parse()) {
        (Ok(first), Ok(last)) => numbers::networks(first, last),
        _ => Vec::new(),
    }
}

fn carrier(word: &str) -> Option<Carrier> {
    match word.trim_end_matches("-client").trim_end_matches("-server") {
        "udp" | "udp4" | "udp6" => Some(Carrier::Udp),
        "tcp" | "tcp4" | "tcp6" => Some(Carrier::Tcp),
        _ => None,
    }
}

fn protocol(word: &str, setup: &mut Setup) -> bool {
    setup.waits |= word.ends_with("-server");
    let carrier = carrier(word);
    setup.protocol = carrier.unwrap_or(setup.protocol);
    carrier.is_some()
}

fn end(word: &str) -> Option<Remote> {
    if let Ok(address) = word.parse() {
        return Some(Remote::Address(address));
    }
    let letter = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_');
    (!word.is_empty() && word.chars().all(letter)).then(|| Remote::Name(word.to_owned()))
}

/// `route NETWORK [MASK [GATEWAY [METRIC]]]`, `route-ipv6 NETWORK/LENGTH [GATEWAY [METRIC]]`.
fn route(directive: &Directive<'_>, setup: &mut Setup) -> bool {
    let word = |nth: usize| directive.arguments.get(nth).map(|it| it.text);
    let (network, rest) = if directive.name == "route-ipv6" {
        (word(0).and_then(numbers::network), 1)
    } else {
        let mask = word(1).filter(|it| *it != "default").unwrap_or("255.255.255.255");
        (word(0).and_then(|it| numbers::masked(it, mask)), 2)
    };
    let Some(network) = network else { return false };
    let mut known = true;
    let via = match word(rest) {
        None | Some("vpn_gateway" | "default") => NextHop::Interface(device(setup)),
        Some(other) => match other.parse() {
            Ok(address) => NextHop::Over(address, device(setup)),
            Err(_) => {
                known = false;
                NextHop::Unknown(other.to_owned())
            }
        },
    };
    setup.routes.push(Route {
        span: directive.line.span(),
        destination: network_of(network),
        via: vec![via],
        distance: word(rest + 1).and_then(|it| it.parse().ok()),
        enabled: true,
        only: None,
        from: Vec::new(),
        instance: None,
    });
    known
}

fn device(setup: &Setup) -> String {
    setup.device.as_ref().map_or_else(|| "tun".to_owned(), |it| it.value.clone())
}

fn default_route(here: Span, setup: &Setup) -> Route {
    let everything = IpNetwork::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
    let host = IpNetwork::from(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    Route {
        span: here,
        destination: everything.unwrap_or(host),
        via: vec![NextHop::Interface(device(setup))],
        distance: None,
        enabled: true,
        only: None,
        from: Vec::new(),
        instance: None,
    }
}

/// Plugins by what they ask for.
fn plugin(arguments: &[Word<'_>], setup: &mut Setup) -> bool {
    const ASKING: &[(&str, Authentication)] = &[
        ("pam", Authentication::Password),
        ("ldap", Authentication::Password),
        ("radius", Authentication::Password),
        ("otp", Authentication::Otp),
        ("duo", Authentication::Otp),
    ];
    let file = arguments.first().map_or("", |it| it.rsplit('/').next().unwrap_or_default());
    let found = ASKING.iter().find(|(word, _)| file.to_ascii_lowercase().contains(word));
    if let Some((_, proof)) = found {
        add(&mut setup.proofs, *proof);
    }
    found.is_some()
}

/// `management ADDRESS PORT [FILE]`, `management PATH unix`.
fn management(directive: &Directive<'_>, setup: &mut Setup) -> bool {
    let word = |nth: usize| directive.arguments.get(nth).map_or("", |it| it.text);
    if word(1) == "unix" {
        // A socket that only programs of the host itself can open.
        return true;
    }
    let Some(port) = numbers::port(word(1)) else { return false };
    let local = |text: &str| text.parse::<IpAddr>().is_ok_and(|it| it.is_loopback());
    let (sources, interfaces) = match word(0) {
        "localhost" => (loopback(), Vec::new()),
        "tunnel" => (AddressSet::any(), vec![device(setup)]),
        address if local(address) => (loopback(), Vec::new()),
        _ => (AddressSet::any(), Vec::new()),
    };
    setup.management.push(Management {
        span: directive.line.span(),
        kind: ManagementKind::Other,
        service: Service::tcp(port),
        enabled: true,
        interfaces,
        sources,
        exact: word(0) == "tunnel" || word(0).parse::<IpAddr>().is_ok() || word(0) == "localhost",
    });
    true
}

fn loopback() -> AddressSet {
    let first = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0));
    let last = IpAddr::V4(Ipv4Addr::new(127, 255, 255, 255));
    AddressSet::range(first, last).union(&IpAddr::V6(Ipv6Addr::LOCALHOST).into())
}

/// Inline files that are secret, and what they are.
const SECRET_FILES: &[(&str, SecretKind)] = &[
    ("key", SecretKind::PrivateKey),
    ("pkcs12", SecretKind::PrivateKey),
    ("secret", SecretKind::PreSharedKey),
    ("tls-auth", SecretKind::PreSharedKey),
    ("tls-crypt", SecretKind::PreSharedKey),
    ("tls-crypt-v2", SecretKind::PreSharedKey),
    ("auth-user-pass", SecretKind::Password),
    ("http-proxy-user-pass", SecretKind::Password),
];
const PUBLIC_FILES: &[&str] =
    &["ca", "cert", "dh", "extra-certs", "crl-verify", "peer-fingerprint", "verify-hash"];

fn embedded(inline: &Inline<'_>, setup: &mut Setup, notes: &mut Notes) {
    let kind = SECRET_FILES.iter().find(|(name, _)| *name == inline.name).map(|(_, kind)| *kind);
    let body = match inline.body.split_last() {
        Some((_, before)) if inline.closed => before,
        _ => inline.body.as_slice(),
    };
    if let Some(kind) = kind {
        secret(body, kind, &setup.name, notes);
    }
    match inline.name {
        "secret" => {
            add(&mut setup.proofs, Authentication::PreSharedKey);
            setup.certificates = Certificates::None;
        }
        "auth-user-pass" => add(&mut setup.proofs, Authentication::Password),
        _ => {}
    }
    if kind.is_some() || PUBLIC_FILES.contains(&inline.name) {
        notes.understood(&inline.open);
        for line in &inline.body {
            notes.ignored(line, Because::KeyMaterial);
        }
    }
    if !inline.closed {
        let name = inline.name;
        notes.truncated(
            inline.open.span(),
            text!("<{name}> を閉じる行がありません", "nothing closes <{name}>"),
        );
    }
}

/// A secret of several lines: one, masked from its first line to its last. Of a name with a
/// password only the password.
fn secret(
    body: &[crate::config::listing::Line<'_>],
    kind: SecretKind,
    owner: &str,
    notes: &mut Notes,
) {
    let plain = |text: &str| !text.starts_with("-----") && !text.starts_with('#');
    let mut lines: Vec<Word<'_>> =
        body.iter().filter(|it| plain(it.body())).map(|it| it.whole()).collect();
    if kind == SecretKind::Password && !lines.is_empty() {
        lines.remove(0);
    }
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else { return };
    let span = Span { end: last.span.end, ..first.span };
    let value: String = lines.iter().map(|it| it.text).collect();
    notes.secret_at(span, &value, kind, owner, true);
}
