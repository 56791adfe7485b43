//! Commands that `wg-quick` runs: translations by iptables become facts, everything else stays
//! visible as unrecognized.

use crate::config::listing::Word;
use crate::config::numbers;
use crate::model::device::{Becomes, Match, Nat, NatKind, Transport};
use crate::model::{AddressSet, RangeSet};

/// Reads the commands of a `PostUp`. Whether all of them were understood.
pub(super) fn up(value: Word<'_>, link: &str, into: &mut Vec<Nat>) -> bool {
    let mut all = true;
    for command in commands(value) {
        match translation(command, link) {
            Some(nat) => into.push(nat),
            None => all = false,
        }
    }
    all
}

/// Whether the commands of a `PostDown` do nothing but take lines out of iptables.
pub(super) fn only_undoes(value: Word<'_>) -> bool {
    commands(value).all(|command| {
        let mut words = command.split_whitespace();
        is_iptables(words.next().unwrap_or_default())
            && words.any(|it| matches!(it, "-D" | "--delete"))
            && !command.text.contains(['|', '>', '<', '`', '$', '&'])
    })
}

fn commands(value: Word<'_>) -> impl Iterator<Item = Word<'_>> {
    // Both parts of `&&` are separate commands.
    value.parts(';').flat_map(|it| it.parts('&'))
}

fn is_iptables(program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    matches!(name, "iptables" | "ip6tables")
}

/// One line of the table `nat`, when every word of it is understood.
fn translation(command: Word<'_>, link: &str) -> Option<Nat> {
    let mut words = command.parts(' ');
    let program = words.next()?;
    if !is_iptables(program.text) {
        return None;
    }
    let six = program.text.ends_with("ip6tables");
    let mut when = Match::any();
    let family = if six { AddressSet::any_v6() } else { AddressSet::any_v4() };
    (when.source, when.destination) = (family.clone(), family);
    let (mut table, mut chain, mut target, mut to) = ("filter", "", "", None);
    let (mut protocol, mut port) = (None, None);
    while let Some(word) = words.next() {
        let mut value = || words.next().map(|it| it.text);
        match word.text {
            "-t" | "--table" => table = value()?,
            "-A" | "--append" | "-I" | "--insert" => chain = value()?,
            "-i" | "--in-interface" => when.from.push(value()?.replace("%i", link)),
            "-o" | "--out-interface" => when.to.push(value()?.replace("%i", link)),
            "-s" | "--source" => when.source = numbers::addresses(value()?)?,
            "-d" | "--destination" => when.destination = numbers::addresses(value()?)?,
            "-p" | "--protocol" => protocol = Some(numbers::protocol(value()?)?),
            "--dport" => port = Some(numbers::ports(&value()?.replace(':', "-"))?),
            "-m" if matches!(value()?, "tcp" | "udp") => {}
            "-j" | "--jump" => target = value()?,
            "--to-destination" | "--to-source" | "--to" => to = Some(value()?),
            _ => return None,
        }
    }
    when.transports = match (protocol, port) {
        (None, None) => when.transports,
        (Some(protocol), None) => vec![Transport::protocol(protocol)],
        (Some(protocol @ (6 | 17)), Some(port)) => vec![Transport::ports(protocol, port)],
        _ => return None,
    };
    let (kind, becomes, ports) = match (table, chain, target, to) {
        ("nat", "POSTROUTING", "MASQUERADE", None) => (NatKind::Source, Becomes::Interface, None),
        ("nat", "POSTROUTING", "SNAT", Some(to)) => {
            (NatKind::Source, Becomes::Addresses(numbers::addresses(to)?), None)
        }
        ("nat", "PREROUTING", "DNAT", Some(to)) => {
            let (address, ports) = new_destination(to)?;
            (NatKind::Destination, Becomes::Addresses(address), ports)
        }
        _ => return None,
    };
    let interfaces = if kind == NatKind::Source { &when.to } else { &when.from };
    Some(Nat {
        span: command.span,
        label: format!("{} {chain}", program.text),
        kind,
        interface: interfaces.first().cloned(),
        when,
        at_interface: false,
        becomes,
        ports,
        enabled: true,
    })
}

/// `10.0.0.2`, `10.0.0.2:8080`, `[2001:db8::2]:8080`.
fn new_destination(to: &str) -> Option<(AddressSet, Option<RangeSet<u16>>)> {
    if let Some(address) = numbers::addresses(to) {
        return Some((address, None));
    }
    let (address, port) = to.rsplit_once(':')?;
    let bare = address.trim_start_matches('[').trim_end_matches(']');
    Some((numbers::addresses(bare)?, Some(numbers::ports(port)?)))
}
