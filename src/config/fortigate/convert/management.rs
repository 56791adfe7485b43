//! Who may change the device: administrators, `allowaccess`, SNMP, management from elsewhere; DHCP.

use super::super::super::numbers;
use super::super::objects::subnet;
use super::super::tree::Entry;
use super::{Reader, Vdom, place};
use crate::model::device::{
    Addressing, AddressingKind, CloudManagement, Management, ManagementKind, SecretKind,
};
use crate::model::{AddressSet, Service};
use crate::source::Span;

pub(super) fn read<'a, 't>(reader: &mut Reader<'a, 't, '_>, vdoms: &[Vdom<'a, 't>]) {
    let admins = administrators(reader);
    let ports = Ports::new(reader);
    let snmp = Snmp::new(reader);
    for row in reader.global.rows("system interface") {
        if let Some(setting) = row.setting("allowaccess") {
            let words: Vec<_> = row.values("allowaccess").iter().map(|it| it.text).collect();
            let it = Listens { span: setting.line.span(), sixth: false, interface: row.name() };
            it.services(reader, &words, &admins, &ports, &snmp);
            if words.iter().any(|word| !is_known(word)) {
                reader.unclear(Some(setting));
            }
        }
        if let Some(block) = row.block("ipv6")
            && let Some(setting) = block.setting("ip6-allowaccess")
        {
            let words: Vec<_> = block.values("ip6-allowaccess").iter().map(|it| it.text).collect();
            let it = Listens { span: setting.line.span(), sixth: true, interface: row.name() };
            it.services(reader, &words, &admins, &ports, &snmp);
            if words.iter().any(|word| !is_known(word)) {
                reader.unclear(Some(setting));
            }
        }
        for second in row.block("secondaryip").map(|it| it.children()).unwrap_or_default() {
            let Some(setting) = second.setting("allowaccess") else { continue };
            let words: Vec<_> = second.values("allowaccess").iter().map(|it| it.text).collect();
            let it = Listens { span: setting.line.span(), sixth: false, interface: row.name() };
            it.services(reader, &words, &admins, &ports, &snmp);
            if words.iter().any(|word| !OTHERS.contains(word)) {
                // That they listen at the second address alone is not among the facts.
                reader.unclear(Some(setting));
            }
        }
    }
    cloud(reader);
    for vdom in vdoms {
        dhcp(reader, vdom);
    }
}

/// From where administrators may log in.
struct Administrators {
    sources: AddressSet,
    /// Whether IPv4 is limited while IPv6 is not written.
    sixth_unwritten: bool,
}

fn administrators(reader: &mut Reader<'_, '_, '_>) -> Administrators {
    let rows = reader.global.rows("system admin");
    let (mut v4, mut v6) = (AddressSet::none(), AddressSet::none());
    for row in &rows {
        let (mut four, mut six) = (AddressSet::none(), AddressSet::none());
        for number in 1..=10 {
            let name = format!("trusthost{number}");
            let words = row.values(&name);
            match subnet(&words) {
                // `0.0.0.0 0.0.0.0` in one of them is an unused place when others are written.
                Some(network) if network.prefix() > 0 => four = four.union(&network.into()),
                Some(_) => {}
                None if words.is_empty() => {}
                None => reader.unclear(row.setting(&name)),
            }
            let name = format!("ip6-trusthost{number}");
            match row.text(&name).map(numbers::network) {
                Some(Some(network)) if network.prefix() > 0 => six = six.union(&network.into()),
                Some(None) => reader.unclear(row.setting(&name)),
                _ => {}
            }
        }
        v4 = v4.union(&if four.is_empty() { AddressSet::any_v4() } else { four });
        v6 = v6.union(&if six.is_empty() { AddressSet::any_v6() } else { six });
        password(reader, *row);
    }
    if rows.is_empty() {
        return Administrators { sources: AddressSet::any(), sixth_unwritten: false };
    }
    let sixth_unwritten = !v4.v4.is_all() && v6.v6.is_all();
    Administrators { sources: v4.union(&v6), sixth_unwritten }
}

/// An administrator without a password: the line that should set one is not there.
fn password(reader: &mut Reader<'_, '_, '_>, row: Entry<'_, '_>) {
    let elsewhere = row.enabled("remote-auth") || row.enabled("peer-auth");
    // A part of a configuration may leave out what it does not change.
    if !reader.whole || row.setting("password").is_some() || elsewhere {
        return;
    }
    let end = row.line().span().end;
    let nothing = Span { start: end, ..row.line().span() };
    reader.notes.secret_at(nothing, "", SecretKind::Password, row.name(), true);
}

/// The ports on which the device is managed.
struct Ports {
    https: u16,
    http: u16,
    ssh: u16,
    telnet: u16,
    /// HTTP only leads to HTTPS, which is the default.
    redirected: bool,
    telnet_off: bool,
}

impl Ports {
    fn new(reader: &mut Reader<'_, '_, '_>) -> Self {
        let block = reader.global.block("system global");
        let mut port = |name: &str, usual: u16| {
            let word = block.and_then(|it| it.text(name));
            word.map_or(usual, |word| {
                word.parse().unwrap_or_else(|_| {
                    reader.unclear(block.and_then(|it| it.setting(name)));
                    usual
                })
            })
        };
        Self {
            https: port("admin-sport", 443),
            http: port("admin-port", 80),
            ssh: port("admin-ssh-port", 22),
            telnet: port("admin-telnet-port", 23),
            redirected: !block.is_some_and(|it| it.is("admin-https-redirect", "disable")),
            telnet_off: block.is_some_and(|it| it.is("admin-telnet", "disable")),
        }
    }
}

/// SNMP: who may ask.
struct Snmp {
    enabled: bool,
    sources: AddressSet,
    exact: bool,
}

impl Snmp {
    fn new(reader: &mut Reader<'_, '_, '_>) -> Self {
        let sysinfo = reader.global.block("system snmp sysinfo");
        let agent = sysinfo.is_some_and(|it| it.enabled("status"));
        let (mut any, mut exact, mut sources) = (false, true, AddressSet::none());
        for row in reader.global.rows("system snmp community") {
            let asks = |name: &str| !row.is(name, "disable");
            if row.is("status", "disable") || !(asks("query-v1-status") || asks("query-v2c-status"))
            {
                continue;
            }
            any = true;
            let (hosts, hosts6) = (row.rows("hosts"), row.rows("hosts6"));
            for host in &hosts {
                match subnet(&host.values("ip")) {
                    Some(network) => sources = sources.union(&network.into()),
                    None => reader.unclear(host.setting("ip")),
                }
            }
            for host in &hosts6 {
                match host.text("ipv6").and_then(numbers::network) {
                    Some(network) => sources = sources.union(&network.into()),
                    None => reader.unclear(host.setting("ipv6")),
                }
            }
            if hosts.is_empty() && hosts6.is_empty() {
                // Whether a community without hosts answers everybody depends on the version.
                (sources, exact) = (AddressSet::any(), false);
            }
        }
        for row in reader.global.rows("system snmp user") {
            if !row.is("status", "disable") && !row.is("queries", "disable") {
                any = true;
                sources = AddressSet::any();
            }
        }
        Self { enabled: agent && any, sources, exact }
    }
}

/// Services that do not manage the device.
const OTHERS: &[&str] =
    &["ping", "probe-response", "radius-acct", "ftm", "fabric", "capwap", "speed-test", "scim"];

fn is_known(word: &str) -> bool {
    OTHERS.contains(&word) || matches!(word, "https" | "http" | "ssh" | "telnet" | "snmp" | "fgfm")
}

/// One line that opens services on an interface.
struct Listens<'t> {
    span: Span,
    sixth: bool,
    interface: &'t str,
}

impl Listens<'_> {
    fn services(
        &self,
        reader: &mut Reader<'_, '_, '_>,
        words: &[&str],
        admins: &Administrators,
        ports: &Ports,
        snmp: &Snmp,
    ) {
        let family = if self.sixth { AddressSet::any_v6() } else { AddressSet::any_v4() };
        // What a limit of IPv4 alone means for IPv6 the manual does not say.
        let unsure = self.sixth && admins.sixth_unwritten;
        let here = |set: &AddressSet| set.intersection(&family);
        for word in words {
            let (kind, service, enabled, sources, exact) = match *word {
                "https" => (
                    ManagementKind::Https,
                    Service::tcp(ports.https),
                    true,
                    here(&admins.sources),
                    !unsure,
                ),
                "http" => (
                    ManagementKind::Http,
                    Service::tcp(ports.http),
                    !ports.redirected,
                    here(&admins.sources),
                    !unsure,
                ),
                "ssh" => (
                    ManagementKind::Ssh,
                    Service::tcp(ports.ssh),
                    true,
                    here(&admins.sources),
                    !unsure,
                ),
                "telnet" => (
                    ManagementKind::Telnet,
                    Service::tcp(ports.telnet),
                    !ports.telnet_off,
                    here(&admins.sources),
                    !unsure,
                ),
                "snmp" => (
                    ManagementKind::Snmp,
                    Service::udp(161),
                    snmp.enabled,
                    here(&snmp.sources),
                    snmp.exact,
                ),
                // FortiManager reaches the device here.
                "fgfm" => (ManagementKind::Other, Service::tcp(541), true, family.clone(), true),
                _ => continue,
            };
            reader.out.management.push(Management {
                span: self.span,
                kind,
                service,
                enabled,
                interfaces: vec![self.interface.to_owned()],
                sources,
                exact,
            });
        }
    }
}

fn cloud(reader: &mut Reader<'_, '_, '_>) {
    if let Some(block) = reader.global.block("system central-management")
        && let Some(setting) = block.setting("type")
    {
        let product = match block.text("type") {
            Some("fortiguard") => Some("FortiGate Cloud"),
            Some("fortimanager") => Some("FortiManager"),
            Some("none") => None,
            _ => {
                reader.unclear(Some(setting));
                None
            }
        };
        reader.out.cloud.extend(product.map(|product| CloudManagement {
            span: setting.line.span(),
            product: product.to_owned(),
            enabled: true,
        }));
    }
    if let Some(block) = reader.global.block("system fortiguard")
        && let Some(setting) = block.setting("auto-join-forticloud")
    {
        reader.out.cloud.push(CloudManagement {
            span: setting.line.span(),
            product: "FortiGate Cloud".to_owned(),
            enabled: block.enabled("auto-join-forticloud"),
        });
    }
}

fn dhcp(reader: &mut Reader<'_, '_, '_>, vdom: &Vdom<'_, '_>) {
    for (table, kind) in [
        ("system dhcp server", AddressingKind::DhcpServer),
        ("system dhcp6 server", AddressingKind::Dhcpv6Server),
    ] {
        for row in vdom.home.rows(table) {
            if row.is("status", "disable") {
                continue;
            }
            let mut addresses = AddressSet::none();
            for range in row.rows("ip-range") {
                let both = range.text("start-ip").zip(range.text("end-ip"));
                let set = both.and_then(|(a, b)| numbers::addresses(&format!("{a}-{b}")));
                match set {
                    Some(set) => addresses = addresses.union(&set),
                    None => reader.unclear(range.setting("start-ip")),
                }
            }
            if let Some(interface) = row.word("interface") {
                reader.interface_or_zone(vdom, interface);
            }
            reader.only_usual(row, &[("server-type", "regular")]);
            reader.out.addressing.push(Addressing {
                span: place(row.line()),
                kind,
                interface: row.text("interface").map(str::to_owned),
                addresses,
            });
        }
    }
}
