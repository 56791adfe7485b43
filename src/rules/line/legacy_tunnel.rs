//! A tunnel that does not protect.

use crate::evidence::Configured;
use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::device::{DeviceConfig, Remote, Tunnel, TunnelKind};
use crate::model::words::Transport;
use crate::model::{EntityKind, EntityRef, Vocabulary as _};
use crate::rules::authority::control;
use crate::rules::boundary::{accepted_at_entry, accepting};
use crate::rules::configured::{each, speaks_of};
use crate::rules::question::{crosses_internet, entry_devices, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Span;
use crate::text;
use std::net::IpAddr;

pub(super) static RULE: Rule = Rule {
    id: "legacy-tunnel",
    title: Text::new("保護の弱い旧式のトンネル", "an outdated tunnel that does not protect"),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑥"), control("13④")],
    remedy: Text::new(
        "IPsec+IKE など、暗号化と相手の認証を備えた方式に切り替えてください。",
        "Change to a tunnel that encrypts and authenticates, such as IPsec with IKE.",
    ),
    page: include_str!("legacy_tunnel.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    let mut configured = each(facts, |thing, it| of_config(facts, thing, it));
    for (device, report) in accepting(inventory, concerned, what) {
        // What is declared and configured is one tunnel.
        out.push(match configured.remove(&device) {
            Some(own) => report.absorb(own),
            None => report,
        });
    }
    for connection in &inventory.connections {
        let transport = &connection.transport;
        let told = accepted_at_entry(inventory, connection)
            || entry_devices(inventory, connection)
                .any(|it| speaks_of(facts, &thing(EntityKind::Device, it), transport.value));
        if concerned(transport.value) && crosses_internet(inventory, connection) && !told {
            let (name, label) = (&connection.name.value, transport.value.label());
            out.push(Report::new(
                thing(EntityKind::Connection, connection),
                text!(
                    "外部接続「{name}」は{label}でインターネットを通ります",
                    "the connection `{name}` crosses the internet by {label}"; label
                ),
                transport.span,
                what(),
            ));
        }
    }
    out.extend(configured.into_values());
}

fn concerned(transport: Transport) -> bool {
    matches!(transport, Transport::Pptp | Transport::L2tp | Transport::Gre)
}

/// The servers and tunnels of a configuration that do not protect what crosses the internet.
fn of_config(facts: &Facts<'_>, thing: &EntityRef, configured: &Configured) -> Option<Report> {
    let config = &configured.config;
    let servers = config.remote_access.iter().filter(|it| it.enabled);
    let servers = servers.filter(|it| matches!(it.kind, TunnelKind::Pptp | TunnelKind::L2tp));
    let servers = servers.map(|it| (it.kind, it.span));
    let tunnels = config.tunnels.iter().filter(|it| it.disabled.is_none() && is_bare(config, it));
    let tunnels = tunnels.map(|it| (it.kind, it.span));
    let found: Vec<(TunnelKind, Span)> = servers.chain(tunnels).collect();
    let mut kinds: Vec<TunnelKind> = found.iter().map(|(kind, _)| *kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let kinds = Text::list(&kinds.into_iter().map(TunnelKind::label).collect::<Vec<_>>());
    let name = facts.inventory.name_of(thing);
    let ((_, span), more) = found.split_first()?;
    let message = text!(
        "「{name}」に、インターネットで内容を守れない{kinds}が設定されています",
        "`{name}` is configured for {kinds}, which protects nothing on the internet"; kinds
    );
    let report = Report::new(thing.clone(), message, *span, what());
    Some(report.also_all(more.iter().map(|(_, span)| (*span, what()))))
}

/// Whether a tunnel protects nothing, and crosses the internet: its other end has a public address, or
/// none that is known. A tunnel to whom another one leads under IPsec may be carried by that.
fn is_bare(config: &DeviceConfig, tunnel: &Tunnel) -> bool {
    let carries = || {
        let mut others = config.tunnels.iter().filter(|it| it.ipsec && it.disabled.is_none());
        others.any(|it| it.remote.value == tunnel.remote.value)
    };
    let abroad = match &tunnel.remote.value {
        Remote::Address(address) => is_public(*address),
        // A name may be one of a carrier's closed network.
        Remote::Any | Remote::Name(_) | Remote::Network(_) => {
            matches!(tunnel.kind, TunnelKind::Pptp | TunnelKind::L2tp)
        }
        Remote::Telephone(_) | Remote::Unknown => false,
    };
    match tunnel.kind {
        TunnelKind::Pptp => abroad,
        TunnelKind::L2tp | TunnelKind::L2tpV3 | TunnelKind::Gre | TunnelKind::EtherIp => {
            !tunnel.ipsec && abroad && !carries()
        }
        _ => false,
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(it) => {
            let carrier = matches!(it.octets(), [100, second, ..] if second & 0xc0 == 64);
            !(it.is_private() || it.is_loopback() || it.is_link_local() || carrier)
        }
        // The closed network of a carrier speaks IPv6 with public addresses too.
        IpAddr::V6(_) => false,
    }
}

fn what() -> Text {
    text!("内容を守れない方式です", "this does not protect what it carries")
}
