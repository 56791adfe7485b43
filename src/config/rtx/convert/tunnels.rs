//! Tunnels: `tunnel select` joined with policy and gateway, and lines over which numbers are called.

use super::access;
use super::interfaces::kind as interface_kind;
use crate::config::numbers;
use crate::config::rtx::repr::{
    Carrier, End, Gateway, Peer, PeerSetup, Policy, Router, TunnelSetup,
};
use crate::model::device::{
    DeviceConfig, Doubt, Ike, IkeVersion, InterfaceKind, Remote, Selector, Tunnel, TunnelKind,
};
use crate::model::words::Authentication;
use crate::model::{IpNetwork, network_of};
use crate::source::{Span, Spanned};
use crate::text;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

/// What encapsulates, by the word of `tunnel encapsulation`.
const KINDS: &[(&str, TunnelKind)] = &[
    ("ipsec", TunnelKind::Ipsec),
    ("ipsec-over-tcp", TunnelKind::Ipsec),
    ("ipip", TunnelKind::IpIp),
    ("gre", TunnelKind::Gre),
    ("pptp", TunnelKind::Pptp),
    ("l2tp", TunnelKind::L2tp),
    ("l2tpv3", TunnelKind::L2tpV3),
    ("l2tpv3-raw", TunnelKind::L2tpV3),
    ("ipudp", TunnelKind::DataConnect),
    ("map-e", TunnelKind::MapE),
];

/// Every tunnel, and every peer that is called by number. Of a server for people, the tunnel tells
/// how keys are agreed.
pub(super) fn tunnels(router: &Router, config: &mut DeviceConfig) {
    let served = access::served(router);
    let bridged: BTreeSet<&str> =
        router.bridges.values().flat_map(|it| &it.value).map(|it| it.value.as_str()).collect();
    for (number, setup) in &router.tunnels {
        let link = Link::new(router, *number, setup);
        link.doubts(config);
        if !link.is_empty() && (setup.policy.is_some() || !served.contains(number)) {
            link.put(config, &bridged);
        }
    }
    for (peer, setup) in &router.peers {
        dialled(router, peer, setup, config);
    }
}

/// A tunnel with everything that belongs to it.
pub(super) struct Link<'r> {
    router: &'r Router,
    number: u32,
    setup: &'r TunnelSetup,
    pub(super) policy: Option<&'r Policy>,
    pub(super) gateway: Option<&'r Gateway>,
}

impl<'r> Link<'r> {
    pub(super) fn new(router: &'r Router, number: u32, setup: &'r TunnelSetup) -> Self {
        let policy = setup.policy.as_ref().and_then(|it| router.policies.get(&it.value));
        let gateway = policy.and_then(|it| router.gateways.get(&it.gateway.value));
        Self { router, number, setup, policy, gateway }
    }

    /// Whether nothing but its number is known.
    fn is_empty(&self) -> bool {
        let setup = self.setup;
        setup.encapsulation.is_none() && setup.policy.is_none() && setup.remote.is_none()
    }

    /// 「コマンドリファレンス」 `tunnel encapsulation`: IPsec unless something else is said.
    fn word(&self) -> &'r str {
        self.setup.encapsulation.as_ref().map_or("ipsec", |it| &it.value)
    }

    pub(super) fn kind(&self) -> TunnelKind {
        let kind = KINDS.iter().find(|(word, _)| *word == self.word());
        match kind.map_or(TunnelKind::Other, |it| it.1) {
            TunnelKind::L2tp if self.setup.policy.is_some() => TunnelKind::L2tpIpsec,
            TunnelKind::IpIp => match self.setup.remote.as_ref().map(|it| &it.value) {
                Some(End::Address(IpAddr::V6(_))) => TunnelKind::FourInSix,
                _ => TunnelKind::IpIp,
            },
            kind => kind,
        }
    }

    fn is_ipsec(&self) -> bool {
        matches!(self.kind(), TunnelKind::Ipsec) || self.setup.policy.is_some()
    }

    pub(super) fn enabled(&self) -> bool {
        self.disabled().is_none()
    }

    fn begin(&self) -> Span {
        let nothing = Span { file: Default::default(), start: 0, end: 0 };
        self.setup.span.unwrap_or(nothing)
    }

    fn disabled(&self) -> Option<Span> {
        if !self.router.tunnels_on.is_on(&self.number) {
            return Some(self.router.tunnels_on.off_at(&self.number).unwrap_or(self.begin()));
        }
        self.router.ipsec_off.filter(|_| self.is_ipsec())
    }

    /// Words of a setting of the gateway.
    fn words(&self, what: &str) -> Option<&'r Spanned<Vec<Spanned<String>>>> {
        self.gateway?.words.get(what)
    }

    pub(super) fn first(&self, what: &str) -> Option<&'r Spanned<String>> {
        self.words(what)?.value.first()
    }

    /// The other end: that of the tunnel, else that of the gateway.
    pub(super) fn remote(&self) -> Spanned<Remote> {
        if let Some(end) = &self.setup.remote {
            return Spanned::new(remote(&end.value), end.span);
        }
        if let Some(word) = self.first("remote") {
            let end = match word.value.as_str() {
                "any" => Remote::Any,
                text => text.parse().map_or_else(|_| Remote::Name(text.into()), Remote::Address),
            };
            return Spanned::new(end, word.span);
        }
        // Named by telephone number (`tel`, `tel-key`).
        let name = self.words("remote name").map(|it| it.value.as_slice());
        match name {
            Some([number, kind, ..]) if kind.value.starts_with("tel") => {
                Spanned::new(Remote::Telephone(number.value.clone()), number.span)
            }
            _ => Spanned::new(Remote::Unknown, self.begin()),
        }
    }

    fn put(&self, config: &mut DeviceConfig, bridged: &BTreeSet<&str>) {
        let (kind, name) = (self.kind(), format!("tunnel{}", self.number));
        let local = self.words("local").map(|it| {
            let words: Vec<&str> = it.value.iter().map(|it| it.value.as_str()).collect();
            Spanned::new(words.join(" "), it.span)
        });
        let remote = self.remote();
        let tunnel = Tunnel {
            span: self.begin(),
            name: format!("tunnel {}", self.number),
            kind,
            ipsec: self.is_ipsec(),
            layer2: kind == TunnelKind::L2tpV3 || bridged.contains(name.as_str()),
            interface: Some(name),
            disabled: self.disabled(),
            local: self.setup.local.clone().or(local),
            initiates: self.initiates(&remote.value),
            remote,
            selectors: self.selector().into_iter().collect(),
            ike: self.ike(),
            authentication: self.authentication(),
        };
        let servers = &self.setup.servers;
        if servers.is_empty() {
            config.tunnels.push(tunnel);
            return;
        }
        for server in servers {
            let remote = Spanned::new(remote_of(server), server.span);
            config.tunnels.push(Tunnel { remote, ..tunnel.clone() });
        }
    }

    /// 「コマンドリファレンス」 `ipsec auto refresh`: who opens the exchange of keys.
    fn initiates(&self, remote: &Remote) -> Option<bool> {
        if *remote == Remote::Any {
            return Some(false);
        }
        if self.setup.always_on {
            return Some(true);
        }
        if !self.is_ipsec() {
            return None;
        }
        let single = self.first("refresh").map(|it| it.value == "on");
        match (self.router.auto_refresh.as_ref().map(|it| it.value), single) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), _) => Some(true),
            (None, _) => None,
        }
    }

    /// What crosses: the ids of the policy, else those of the gateway.
    fn selector(&self) -> Option<Spanned<Selector>> {
        let policy = self.policy?;
        let id = |what: &str| {
            let word = self.first(what)?;
            Some(Spanned::new(numbers::network(&word.value)?, word.span))
        };
        let local = policy.local.or_else(|| id("local id"));
        let remote = policy.remote.or_else(|| id("remote id"));
        let span = remote.as_ref().or(local.as_ref())?.span;
        let any = IpNetwork::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0).ok()?;
        let net = |it: Option<Spanned<IpNetwork>>| it.map_or(any, |it| network_of(it.value));
        Some(Spanned::new(Selector { local: net(local), remote: net(remote) }, span))
    }

    /// How keys are agreed. Defaults are those of 「コマンドリファレンス」 IPsec の設定 (`ipsec ike
    /// version`, `encryption`, `group`): version 1, `3des-cbc`, `modp1024`. With IKEv2 the router
    /// offers every cipher it knows, and only the first group.
    fn ike(&self) -> Option<Ike> {
        let (policy, gateway) = (self.policy?, self.gateway?);
        let version = match self.first("version") {
            Some(it) if it.value == "2" => Spanned::new(IkeVersion::Two, it.span),
            Some(it) => Spanned::new(IkeVersion::One, it.span),
            None => Spanned::new(IkeVersion::One, gateway.span),
        };
        let one = version.value == IkeVersion::One;
        let written = |what: &str| self.words(what).map_or(&[][..], |it| it.value.as_slice());
        let mut encryption: Vec<_> =
            written("encryption").iter().map(|it| named(it, CIPHERS)).collect();
        let group = |it: &Spanned<String>| Some(Spanned::new(numbers::group(&it.value)?, it.span));
        let most = if one { 2 } else { 1 };
        let mut groups: Vec<Spanned<u16>> =
            written("group").iter().take(most).filter_map(group).collect();
        if one && encryption.is_empty() {
            encryption.push(Spanned::new("3des".to_owned(), gateway.span));
        }
        if self.words("group").is_none() {
            groups.push(Spanned::new(2, gateway.span));
        }
        let mut hash: Vec<_> = written("hash").iter().map(|it| named(it, HASHES)).collect();
        // What protects the traffic stands in the policy.
        for word in policy.words.iter().skip(1) {
            let (cipher, digest) = (known(word, CIPHERS), known(word, HASHES));
            for (list, word) in [(&mut encryption, cipher), (&mut hash, digest)] {
                list.extend(word.filter(|it| !list.contains(it)));
            }
        }
        let (local, remote) = (self.first("local name"), self.first("remote name"));
        let unknown_peer = self.first("remote").is_some_and(|it| it.value == "any");
        let aggressive = local.or(remote.filter(|_| unknown_peer)).filter(|_| one);
        Some(Ike {
            version: Some(version),
            aggressive: aggressive.map(|it| it.span),
            encryption,
            hash,
            groups,
            local_id: local.cloned(),
            remote_id: remote.cloned(),
        })
    }

    pub(super) fn authentication(&self) -> Vec<Authentication> {
        let asked = |what: &str| self.first(what).is_some_and(|it| it.value == "on");
        let mut found = Vec::new();
        if self.words("key").is_some() || self.setup.password {
            found.push(Authentication::PreSharedKey);
        }
        if self.words("pki").is_some() {
            found.push(Authentication::MachineCertificate);
        }
        if asked("xauth") || asked("eap") || self.words("myname").is_some() {
            found.push(Authentication::Password);
        }
        found
    }

    /// What is written and probably does not work.
    fn doubts(&self, config: &mut DeviceConfig) {
        let over_ip = matches!(self.word(), "l2tp" | "l2tpv3") && self.enabled();
        let (Some(policy), true) = (&self.setup.policy, over_ip) else { return };
        let number = policy.value;
        let bound = self.router.transports.values().any(|it| {
            let template = |(first, last): &(u32, u32)| (*first..=*last).contains(&number);
            it.policy.value == number || it.templates.iter().any(template)
        });
        if !bound {
            config.doubts.push(Doubt {
                span: policy.span,
                why: text!(
                    "L2TP/IPsecのポリシー{number}に対応する「ipsec transport」がありません。宣言されていますが、おそらく動作していません",
                    "no `ipsec transport` for policy {number} of this L2TP/IPsec tunnel: declared, probably not working"
                ),
            });
        }
    }
}

fn remote(end: &End) -> Remote {
    match end {
        End::Address(address) => Remote::Address(*address),
        End::Name(name) => Remote::Name(name.clone()),
        End::Telephone(number) => Remote::Telephone(number.clone()),
    }
}

fn remote_of(end: &Spanned<End>) -> Remote {
    remote(&end.value)
}

/// Words of the product for ciphers and hashes.
const CIPHERS: &[(&str, &str)] = &[
    ("des-cbc", "des"),
    ("3des-cbc", "3des"),
    ("aes-cbc", "aes-128"),
    ("aes128-cbc", "aes-128"),
    ("aes256-cbc", "aes-256"),
    ("aes-cbc-256", "aes-256"),
    ("null", "null"),
];
const HASHES: &[(&str, &str)] = &[
    ("md5", "md5"),
    ("sha", "sha1"),
    ("sha256", "sha256"),
    ("sha384", "sha384"),
    ("sha512", "sha512"),
    ("md5-hmac", "md5"),
    ("sha-hmac", "sha1"),
    ("sha256-hmac", "sha256"),
    ("sha384-hmac", "sha384"),
    ("sha512-hmac", "sha512"),
];

/// A word of a table.
fn known(word: &Spanned<String>, table: &[(&str, &str)]) -> Option<Spanned<String>> {
    let (_, name) = table.iter().find(|(it, _)| *it == word.value)?;
    Some(Spanned::new((*name).to_owned(), word.span))
}

/// A word of a table, else as written.
fn named(word: &Spanned<String>, table: &[(&str, &str)]) -> Spanned<String> {
    known(word, table).unwrap_or_else(|| word.clone())
}

/// A peer that is called, or calls, by telephone.
fn dialled(router: &Router, peer: &Peer, setup: &PeerSetup, config: &mut DeviceConfig) {
    let (Peer::Number(number), Some(carrier)) = (peer, &setup.carrier) else { return };
    let Carrier::Bound(lines) = &carrier.value else { return };
    if !lines.iter().any(|it| interface_kind(&it.value) == InterfaceKind::Isdn) {
        return;
    }
    let mut ends: Vec<Spanned<Remote>> = Vec::new();
    for number in setup.calls.iter().chain(&setup.callers) {
        // What follows the slash is a sub-address behind the same number.
        let called = number.value.split('/').next().unwrap_or_default().to_owned();
        let end = Spanned::new(Remote::Telephone(called), number.span);
        if !ends.iter().any(|it| it.value == end.value) {
            ends.push(end);
        }
    }
    if ends.is_empty() {
        ends.push(Spanned::new(Remote::Unknown, carrier.span));
    }
    let off = router.on.off_at(peer).or(setup.span).unwrap_or(carrier.span);
    let calls = setup.may_call.as_ref().map(|it| it.value);
    let mut authentication = Vec::new();
    authentication.extend(setup.request.as_ref().map(|_| Authentication::Password));
    authentication.extend((!setup.callers.is_empty()).then_some(Authentication::CallerId));
    for remote in ends {
        config.tunnels.push(Tunnel {
            span: carrier.span,
            name: format!("pp {number}"),
            interface: Some(peer.interface()),
            kind: TunnelKind::DialUp,
            ipsec: false,
            layer2: false,
            disabled: (!router.on.is_on(peer)).then_some(off),
            local: lines.first().cloned(),
            remote,
            selectors: Vec::new(),
            initiates: if setup.calls.is_empty() { Some(false) } else { calls },
            ike: None,
            authentication: authentication.clone(),
        });
    }
}
