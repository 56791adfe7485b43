//! Services that show or change the router itself, and who may reach them.

use super::{Args, Table, Token, Understood, interface_name, number, on_off, spanned};
use crate::config::numbers;
use crate::config::rtx::repr::{Daemon, Hosts, Named, Router};
use crate::model::AddressSet;
use crate::source::Spanned;

pub(super) const TABLE: Table = &[
    ("telnetd service", |router, args| switch(router, args, Daemon::Telnet)),
    ("telnetd host", |router, args| hosts(router, args, Daemon::Telnet)),
    ("telnetd listen", |router, args| port(router, args, Daemon::Telnet)),
    ("sshd service", |router, args| switch(router, args, Daemon::Ssh)),
    ("sshd host key", |_, _| true),
    ("sshd host", |router, args| hosts(router, args, Daemon::Ssh)),
    ("sshd listen", |router, args| port(router, args, Daemon::Ssh)),
    ("sftpd host", |router, args| hosts(router, args, Daemon::Sftp)),
    ("tftp host", |router, args| hosts(router, args, Daemon::Tftp)),
    ("httpd service", |router, args| switch(router, args, Daemon::Http)),
    ("httpd host", |router, args| hosts(router, args, Daemon::Http)),
    ("httpd listen", |router, args| port(router, args, Daemon::Http)),
    ("snmp host", |router, args| hosts(router, args, Daemon::Snmp)),
    ("snmpv2c host", |router, args| hosts(router, args, Daemon::SnmpV2)),
    ("snmpv3 host", |router, args| hosts(router, args, Daemon::SnmpV3)),
    ("snmp community read-only", community),
    ("snmp community read-write", community),
    ("snmpv2c community read-only", community),
    ("snmpv2c community read-write", community),
    // Its secrets stand among those.
    ("snmpv3 usm user", |_, _| true),
    ("snmp sysname", |router, args| named(router, args, Named::Snmp)),
    ("lan-map sysname", |router, args| named(router, args, Named::LanMap)),
    ("console prompt", |router, args| named(router, args, Named::Prompt)),
    ("remote setup accept", remote_setup),
    ("upnp use", |router, args| switch(router, args, Daemon::Upnp)),
];

fn switch(router: &mut Router, args: &Args<'_, '_>, daemon: Daemon) -> Understood {
    let switch = args.word(0).and_then(|it| on_off(it)).filter(|_| !args.no());
    let service = router.services.entry(daemon).or_default();
    service.on = switch.map(|on| Spanned::new(on, args.span()));
    switch.is_some() || args.no()
}

fn port(router: &mut Router, args: &Args<'_, '_>, daemon: Daemon) -> Understood {
    let port = args.word(0).and_then(|it| it.parse().ok()).filter(|_| !args.no());
    let service = router.services.entry(daemon).or_default();
    service.port = port.map(|it| Spanned::new(it, args.span()));
    port.is_some() || args.no()
}

/// `any`, `none`, `lan`, interfaces, addresses, ranges.
fn of(router: &Router, words: &[Token<'_>]) -> Hosts {
    let mut hosts = Hosts { whole: true, ..Hosts::default() };
    let mut sets = Vec::new();
    for word in words.iter().flat_map(|it| it.split(',')) {
        match word {
            "any" => hosts.any = true,
            "none" => {}
            "lan" => hosts.all_lan = true,
            _ => match (interface_name(router, word), numbers::addresses(word)) {
                (Some(name), _) => hosts.interfaces.push(name),
                (None, Some(set)) => sets.push(set),
                (None, None) => hosts.whole = false,
            },
        }
    }
    hosts.addresses = sets.into_iter().collect::<AddressSet>();
    hosts
}

fn hosts(router: &mut Router, args: &Args<'_, '_>, daemon: Daemon) -> Understood {
    // SNMP: addresses, then its own words.
    let snmp = matches!(daemon, Daemon::Snmp | Daemon::SnmpV2 | Daemon::SnmpV3);
    let words = if snmp { args.rest.get(..1).unwrap_or_default() } else { args.rest };
    let hosts = of(router, words);
    let whole = hosts.whole && (!words.is_empty() || args.no());
    let place = args.span();
    let service = router.services.entry(daemon).or_default();
    match &mut service.hosts {
        _ if args.no() => service.hosts = None,
        // Each line of SNMP adds a host.
        Some(known) if snmp => {
            known.value.any |= hosts.any;
            known.value.interfaces.extend(hosts.interfaces);
            known.value.addresses = known.value.addresses.union(&hosts.addresses);
            known.value.whole &= hosts.whole;
        }
        _ => service.hosts = Some(Spanned::new(hosts, place)),
    }
    whole
}

/// The name is a secret and stands among those; a further word limits who may use it.
fn community(_: &mut Router, args: &Args<'_, '_>) -> Understood {
    args.no() || args.rest.len() <= 2
}

fn named(router: &mut Router, args: &Args<'_, '_>, kind: Named) -> Understood {
    router.names.remove(&kind);
    let Some(word) = args.word(0).filter(|_| !args.no()) else { return true };
    // `[RTX830] clinic`: what stands in brackets is a name only when nothing else is there.
    let bare = |it: String| match it.trim().strip_prefix('[').and_then(|it| it.split_once(']')) {
        Some((_, rest)) if !rest.trim().is_empty() => rest.trim().to_owned(),
        Some((inside, _)) => inside.to_owned(),
        None => it.trim().to_owned(),
    };
    let name = spanned(word).map(bare);
    if !name.value.is_empty() {
        router.names.insert(kind, name);
    }
    true
}

/// `remote setup accept any|none|NUMBER…`: settings over a telephone line.
fn remote_setup(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let numbers =
        args.rest.iter().filter(|it| it.starts_with(|c: char| c.is_ascii_digit())).count();
    let any = args.text(0) == "any";
    let hosts = Hosts { any, whole: true, ..Hosts::default() };
    let service = router.services.entry(Daemon::RemoteSetup).or_default();
    let on = !args.no() && (any || numbers > 0);
    service.on = Some(Spanned::new(on, args.span()));
    service.hosts = Some(Spanned::new(hosts, args.span()));
    args.no() || any || args.text(0) == "none" || number(args.text(0)).is_some()
}
