//! Everything that was read from a configuration, one fact a line, for people to compare.

use sekisho::config::ConfigFile;
use sekisho::model::device::{
    Answers, Becomes, DeviceConfig, Family, Match, NextHop, Remote, States, Transport, Verdict,
};
use sekisho::model::{AddressSet, RangeSet, Vocabulary as _};
use sekisho::source::{SourceMap, Span};
use std::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Every place that the facts point at.
pub fn spans(read: &ConfigFile) -> Vec<Span> {
    let it = &read.config;
    let mut spans: Vec<Span> = read.coverage.unrecognized.clone();
    spans.extend(it.published.iter().map(|it| it.span));
    for interface in &it.interfaces {
        spans.push(interface.name.span);
        spans.extend(interface.addresses.iter().map(|it| it.span));
        spans.extend(interface.acquired.iter().map(|it| it.span));
        spans.extend(interface.outside);
    }
    spans.extend(it.bridges.iter().flat_map(|it| &it.members).map(|it| it.span));
    spans.extend(it.routes.iter().map(|it| it.span));
    spans.extend(it.peers.iter().map(|it| it.span));
    spans.extend(it.neighbours.iter().map(|it| it.span));
    spans.extend(it.filters.iter().flat_map(|it| &it.lines).map(|it| it.span));
    spans.extend(it.applied.iter().map(|it| it.span));
    spans.extend(it.nat.iter().map(|it| it.span));
    spans.extend(it.tunnels.iter().flat_map(|it| [it.span, it.remote.span]));
    spans.extend(it.remote_access.iter().map(|it| it.span));
    spans.extend(it.management.iter().map(|it| it.span));
    spans.extend(it.addressing.iter().map(|it| it.span));
    spans.extend(it.cloud.iter().map(|it| it.span));
    spans.extend(it.secrets.iter().map(|it| it.span));
    spans.extend(it.structures.undefined().iter().map(|it| it.span));
    spans.extend(it.structures.unused().iter().map(|it| it.span));
    spans.extend(it.doubts.iter().map(|it| it.span));
    spans.extend(read.remarks.iter().flat_map(|it| &it.labels).map(|it| it.span));
    spans
}

/// The facts of one file.
pub fn of(sources: &SourceMap, read: &ConfigFile) -> String {
    let mut out = Out { sources, text: String::new() };
    out.config(&read.config);
    let coverage = &read.coverage;
    let _ = write!(out.text, "lines: {} understood", coverage.understood);
    for (why, count) in coverage.reasons() {
        let _ = write!(out.text, ", {count} {}", why.key());
    }
    let _ = writeln!(out.text, ", {} unrecognized", coverage.unrecognized.len());
    for span in &coverage.unrecognized {
        out.line(*span, &format!("unrecognized: {}", sources.slice(*span).trim()));
    }
    for remark in &read.remarks {
        let _ = writeln!(out.text, "remark: {} {}", remark.code, remark.message.en);
    }
    out.text
}

struct Out<'s> {
    sources: &'s SourceMap,
    text: String,
}

impl Out<'_> {
    fn line(&mut self, span: Span, text: &str) {
        let line = self.sources.position(span).line;
        let _ = writeln!(self.text, "{line:>4}  {}", text.trim_end());
    }

    fn config(&mut self, it: &DeviceConfig) {
        for (what, value) in [
            ("hostname", &it.hostname),
            ("product", &it.product),
            ("version", &it.version),
            ("serial", &it.serial),
        ] {
            if let Some(value) = value {
                self.line(value.span, &format!("{what} {}", value.value));
            }
        }
        for name in &it.published {
            self.line(name.span, &format!("published as {}", name.value));
        }
        for interface in &it.interfaces {
            let mut text = format!("interface {} {}", interface.name.value, interface.kind.key());
            if !interface.enabled {
                text.push_str(" OFF");
            }
            for address in &interface.addresses {
                let _ = write!(text, " {}", address.value);
            }
            for acquired in &interface.acquired {
                let _ = write!(text, " by-{}", acquired.value.key());
            }
            if let Some(vlan) = interface.vlan {
                let _ = write!(text, " vlan={vlan}");
            }
            for (first, last) in &interface.trunk {
                let _ = write!(text, " trunk={first}-{last}");
            }
            for (what, value) in [
                ("over", interface.parent.as_ref()),
                ("zone", interface.zone.as_ref().map(|it| &it.value)),
                ("instance", interface.instance.as_ref()),
                ("mac", interface.mac.as_ref().map(|it| &it.value)),
            ] {
                if let Some(value) = value {
                    let _ = write!(text, " {what}={value}");
                }
            }
            if interface.outside.is_some() {
                text.push_str(" OUTSIDE");
            }
            if let Some(description) = &interface.description {
                let _ = write!(text, " \"{}\"", description.value);
            }
            self.line(interface.name.span, &text);
        }
        for bridge in &it.bridges {
            let members: Vec<_> = bridge.members.iter().map(|it| it.value.as_str()).collect();
            self.line(
                bridge.name.span,
                &format!("bridge {} = {}", bridge.name.value, members.join(" + ")),
            );
        }
        for zone in &it.zones {
            let members: Vec<_> = zone.interfaces.iter().map(|it| it.value.as_str()).collect();
            self.line(
                zone.name.span,
                &format!("zone {} = {}", zone.name.value, members.join(" + ")),
            );
        }
        for route in &it.routes {
            let via: Vec<_> = route
                .via
                .iter()
                .map(|hop| match hop {
                    NextHop::Address(address) => address.to_string(),
                    NextHop::Interface(name) => name.clone(),
                    NextHop::Over(address, name) => format!("{address}@{name}"),
                    NextHop::Instance(name) => format!("instance {name}"),
                    NextHop::Discard => "discard".to_owned(),
                    NextHop::Unknown(words) => format!("UNKNOWN {words}"),
                })
                .collect();
            let mut text = format!("route {} via {}", route.destination, via.join(" or "));
            if let Some(distance) = route.distance {
                let _ = write!(text, " distance={distance}");
            }
            if let Some(only) = &route.only {
                let _ = write!(text, " only={}", only.value);
            }
            if let Some(instance) = &route.instance {
                let _ = write!(text, " instance={instance}");
            }
            if !route.enabled {
                text.push_str(" OFF");
            }
            self.line(route.span, &text);
        }
        for peer in &it.peers {
            let number = |it: Option<u32>| it.map_or("?".to_owned(), |it| it.to_string());
            let off = if peer.enabled { "" } else { " OFF" };
            self.line(
                peer.span,
                &format!(
                    "{} {} as {} -> {}{off}",
                    peer.protocol,
                    peer.address,
                    number(peer.local_as),
                    number(peer.remote_as)
                ),
            );
        }
        for it in &it.neighbours {
            let mac = it.mac.as_deref().unwrap_or("?");
            let text = format!("neighbour {} {mac} on {} {}", it.address, it.interface, it.state);
            self.line(it.span, &text);
        }
        for filter in &it.filters {
            self.line(
                filter.name.span,
                &format!(
                    "filter {}{} otherwise {}",
                    filter.name.value,
                    match filter.family {
                        Family::Both => "",
                        Family::V4 => " of IPv4",
                        Family::V6 => " of IPv6",
                    },
                    verdict(&filter.otherwise)
                ),
            );
            for line in &filter.lines {
                let off = if line.enabled { "" } else { " OFF" };
                self.line(
                    line.span,
                    &format!(
                        "  {} {} {}{off}",
                        line.label,
                        verdict(&line.verdict),
                        matched(&line.when)
                    ),
                );
            }
        }
        for applied in &it.applied {
            let mut text = format!(
                "apply {} {:?} [{}]",
                applied.filter,
                applied.hook,
                applied.interfaces.join(" ")
            );
            if let Answers::To(lines) = &applied.answers {
                let lines: Vec<_> = lines.iter().map(matched).collect();
                let _ = write!(text, " answers to {}", lines.join(" | "));
            }
            self.line(applied.span, &text);
        }
        let _ = writeln!(
            self.text,
            "unfiltered {}{}",
            verdict(&it.unfiltered),
            if it.stateful { ", stateful" } else { "" }
        );
        for nat in &it.nat {
            let becomes = match &nat.becomes {
                Becomes::Interface => "interface".to_owned(),
                Becomes::Addresses(set) => addresses(set),
                Becomes::Unchanged => "unchanged".to_owned(),
                Becomes::Discarded => "nothing".to_owned(),
                Becomes::Unknown => "UNKNOWN".to_owned(),
            };
            let mut text = format!("nat {} {:?}", nat.label, nat.kind);
            if let Some(interface) = &nat.interface {
                let _ = write!(text, " on {interface}");
            }
            let _ = write!(text, " {} becomes {becomes}", matched(&nat.when));
            if let Some(ports) = &nat.ports {
                let _ = write!(text, " ports {}", numbers(ports));
            }
            if !nat.enabled {
                text.push_str(" OFF");
            }
            self.line(nat.span, &text);
        }
        for tunnel in &it.tunnels {
            let mut text = format!(
                "tunnel {} {} to {}",
                tunnel.name,
                tunnel.kind.key(),
                remote(&tunnel.remote.value)
            );
            if let Some(local) = &tunnel.local {
                let _ = write!(text, " from {}", local.value);
            }
            if let Some(interface) = &tunnel.interface {
                let _ = write!(text, " as {interface}");
            }
            for (flag, word) in [
                (tunnel.ipsec, " ipsec"),
                (tunnel.layer2, " LAYER2"),
                (tunnel.disabled.is_some(), " OFF"),
                (tunnel.initiates == Some(true), " initiates"),
                (tunnel.initiates == Some(false), " answers"),
            ] {
                text.push_str(if flag { word } else { "" });
            }
            for selector in &tunnel.selectors {
                let _ = write!(text, " [{} <-> {}]", selector.value.local, selector.value.remote);
            }
            if let Some(ike) = &tunnel.ike {
                if let Some(version) = &ike.version {
                    let _ = write!(text, " {}", version.value.key());
                }
                if ike.aggressive.is_some() {
                    text.push_str(" AGGRESSIVE");
                }
                for word in ike.encryption.iter().chain(&ike.hash) {
                    let _ = write!(text, " {}", word.value);
                }
                for group in &ike.groups {
                    let _ = write!(text, " dh{}", group.value);
                }
                for (what, id) in [("we", &ike.local_id), ("they", &ike.remote_id)] {
                    if let Some(id) = id {
                        let _ = write!(text, " {what}={}", id.value);
                    }
                }
            }
            for word in &tunnel.authentication {
                let _ = write!(text, " {}", word.key());
            }
            self.line(tunnel.span, &text);
        }
        for access in &it.remote_access {
            let mut text = format!("access {} {}", access.name, access.kind.key());
            for service in &access.services {
                let _ = write!(text, " {service}");
            }
            let _ = write!(
                text,
                " on [{}] from {}",
                access.interfaces.join(" "),
                addresses(&access.sources)
            );
            for pool in &access.pool {
                let _ = write!(text, " pool {}", pool.value);
            }
            for user in &access.users {
                let _ = write!(text, " user {}", user.value);
            }
            for word in &access.authentication {
                let _ = write!(text, " {}", word.key());
            }
            if !access.enabled {
                text.push_str(" OFF");
            }
            self.line(access.span, &text);
        }
        for it in &it.management {
            let mut text = format!(
                "manage {} {} on [{}] from {}",
                it.kind.key(),
                it.service,
                it.interfaces.join(" "),
                addresses(&it.sources)
            );
            if !it.exact {
                text.push_str(" INEXACT");
            }
            if !it.enabled {
                text.push_str(" OFF");
            }
            self.line(it.span, &text);
        }
        for it in &it.addressing {
            let on = it.interface.as_deref().unwrap_or("?");
            self.line(it.span, &format!("{} on {on} {}", it.kind.key(), addresses(&it.addresses)));
        }
        for it in &it.cloud {
            let off = if it.enabled { "" } else { " OFF" };
            self.line(it.span, &format!("cloud {}{off}", it.product));
        }
        for it in &it.secrets {
            let mut text = format!("secret {} of {:?}", it.kind.key(), it.owner);
            if it.digest.is_none() {
                text.push_str(" sealed");
            }
            if it.guessable {
                text.push_str(" GUESSABLE");
            }
            self.line(it.span, &text);
        }
        for it in it.structures.undefined() {
            self.line(it.span, &format!("undefined {} {}", it.kind.key(), it.name));
        }
        for it in it.structures.unused() {
            self.line(it.span, &format!("unused {} {}", it.kind.key(), it.name));
        }
        for it in &it.doubts {
            self.line(it.span, &format!("doubt: {}", it.why.en));
        }
    }
}

fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Permit => "permit".into(),
        Verdict::Deny => "deny".into(),
        Verdict::Call(name) => format!("call {name}"),
        Verdict::Goto(name) => format!("goto {name}"),
        Verdict::Return => "return".into(),
        Verdict::Continue => "continue".into(),
        Verdict::Unknown => "UNKNOWN".into(),
    }
}

fn remote(remote: &Remote) -> String {
    match remote {
        Remote::Address(address) => address.to_string(),
        Remote::Network(network) => network.to_string(),
        Remote::Name(name) => format!("name {name}"),
        Remote::Telephone(number) => format!("telephone {number}"),
        Remote::Any => "ANY".to_owned(),
        Remote::Unknown => "UNKNOWN".to_owned(),
    }
}

/// A set of packets, without the conditions that every packet satisfies.
pub fn matched(when: &Match) -> String {
    let mut parts = Vec::new();
    if !when.from.is_empty() {
        parts.push(format!("in={}", when.from.join(",")));
    }
    if !when.to.is_empty() {
        parts.push(format!("out={}", when.to.join(",")));
    }
    if !when.not_from.is_empty() {
        parts.push(format!("not-in={}", when.not_from.join(",")));
    }
    if !when.not_to.is_empty() {
        parts.push(format!("not-out={}", when.not_to.join(",")));
    }
    if !when.after.is_empty() {
        parts.push(format!("after={}", when.after.join(",")));
    }
    parts.push(format!("{} -> {}", addresses(&when.source), addresses(&when.destination)));
    parts.extend(when.transports.iter().filter(|it| !it.is_any()).map(transport));
    if when.states != States::ALL {
        let words = [
            (States::NEW, "new"),
            (States::ESTABLISHED, "established"),
            (States::RELATED, "related"),
            (States::INVALID, "invalid"),
        ];
        let words: Vec<_> =
            words.iter().filter(|(state, _)| when.states.includes(*state)).map(|it| it.1).collect();
        parts.push(format!("state={}", words.join("+")));
    }
    if when.sometimes {
        parts.push("SOMETIMES".to_owned());
    }
    if !when.is_exact() {
        parts.push("INEXACT".to_owned());
    }
    parts.join(" ")
}

fn transport(it: &Transport) -> String {
    let protocol = match it.protocols.ranges() {
        [(1, 1)] => "icmp".to_owned(),
        [(6, 6)] => "tcp".to_owned(),
        [(17, 17)] => "udp".to_owned(),
        [(47, 47)] => "gre".to_owned(),
        [(50, 50)] => "esp".to_owned(),
        [(58, 58)] => "icmpv6".to_owned(),
        _ => format!("proto {}", numbers(&it.protocols)),
    };
    let mut text = protocol;
    if !it.source_ports.is_all() {
        let _ = write!(text, " from {}", numbers(&it.source_ports));
    }
    if !it.destination_ports.is_all() {
        let _ = write!(text, " {}", numbers(&it.destination_ports));
    }
    if !it.icmp_types.is_all() {
        let _ = write!(text, " type {}", numbers(&it.icmp_types));
    }
    text
}

fn numbers<T: sekisho::model::Point + std::fmt::Display>(set: &RangeSet<T>) -> String {
    if set.is_all() {
        return "any".to_owned();
    }
    let ranges = set.ranges().iter();
    let ranges: Vec<_> =
        ranges.map(|(a, b)| if a == b { a.to_string() } else { format!("{a}-{b}") }).collect();
    ranges.join(",")
}

/// A set of addresses as networks or ranges.
pub fn addresses(set: &AddressSet) -> String {
    if *set == AddressSet::any() {
        return "any".to_owned();
    }
    let mut parts = Vec::new();
    if set.v4.is_all() {
        parts.push("any4".to_owned());
    } else {
        parts.extend(set.v4.ranges().iter().map(|(a, b)| {
            range(u128::from(*a), u128::from(*b), 32, |it| Ipv4Addr::from(it as u32).to_string())
        }));
    }
    if set.v6.is_all() {
        parts.push("any6".to_owned());
    } else {
        parts.extend(
            set.v6
                .ranges()
                .iter()
                .map(|(a, b)| range(*a, *b, 128, |it| Ipv6Addr::from(it).to_string())),
        );
    }
    if parts.is_empty() { "none".to_owned() } else { parts.join(",") }
}

fn range(first: u128, last: u128, bits: u32, show: impl Fn(u128) -> String) -> String {
    let size = last - first;
    let free = (size + 1).trailing_zeros();
    if first == last {
        show(first)
    } else if size.wrapping_add(1).is_power_of_two() && first & size == 0 {
        format!("{}/{}", show(first), bits - free.min(bits))
    } else {
        format!("{}-{}", show(first), show(last))
    }
}
