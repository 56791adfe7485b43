//! `nat`, `global` and `static` with one way of writing each side, as PIX and ASA had them before 8.3
//! (*Cisco Security Appliance Command Line Configuration Guide* 7.2 and 8.2, applying NAT).

use super::repr::Repr;
use crate::config::coverage::Fate;
use crate::config::ios::entry::port;
use crate::config::ios::lists::What;
use crate::config::ios::parse::Command;
use crate::config::notes::Notes;
use crate::model::device::{
    Becomes, DeviceConfig, Match, Nat, NatKind, StructureKind, Transport, Verdict,
};
use crate::model::{AddressSet, RangeSet};
use crate::source::{Span, Spanned};

/// What these lines say.
#[derive(Clone, Debug, Default)]
pub(super) struct OldNat {
    fixed: Vec<Static>,
    sources: Vec<Source>,
    globals: Vec<Global>,
}

/// `static (real,mapped) …`
#[derive(Clone, Debug)]
struct Static {
    span: Span,
    real_side: String,
    mapped_side: String,
    /// `None` for the address of the interface.
    mapped: Option<AddressSet>,
    /// `None` where a list says which addresses.
    real: Option<AddressSet>,
    /// Protocol, mapped port, real port.
    service: Option<(u8, u16, u16)>,
    exact: bool,
}

/// `nat (real) ID …`
#[derive(Clone, Debug)]
struct Source {
    span: Span,
    side: String,
    id: u32,
    addresses: AddressSet,
    list: Option<Spanned<String>>,
    exact: bool,
}

/// `global (mapped) ID …`
#[derive(Clone, Debug)]
struct Global {
    span: Span,
    side: String,
    id: u32,
    /// `None` for the address of the interface.
    mapped: Option<AddressSet>,
}

fn side(word: &str) -> Option<String> {
    let name = word.strip_prefix('(')?.strip_suffix(')')?;
    (!name.contains(',')).then(|| name.to_owned())
}

impl OldNat {
    /// Whether nothing is written in this way.
    pub(super) fn is_empty(&self) -> bool {
        self.fixed.is_empty() && self.sources.is_empty() && self.globals.is_empty()
    }
}

impl OldNat {
    /// The mapped addresses at an interface that are not its own.
    pub(super) fn mapped_at<'o>(&'o self, side: &'o str) -> impl Iterator<Item = &'o AddressSet> {
        self.fixed
            .iter()
            .filter(move |it| it.mapped_side == side)
            .filter_map(|it| it.mapped.as_ref())
    }

    /// What the address of an interface itself is listened on for others: protocol and port, none
    /// for all.
    pub(super) fn at_interface<'o>(
        &'o self,
        side: &'o str,
    ) -> impl Iterator<Item = (Span, Option<(u8, u16)>)> {
        let here = move |it: &&Static| it.mapped_side == side && it.mapped.is_none();
        let ports = |it: &Static| it.service.map(|(protocol, mapped, _)| (protocol, mapped));
        self.fixed.iter().filter(here).map(move |it| (it.span, ports(it)))
    }
}

/// Limits of sessions and the like, which change no address.
fn only_limits(words: &[&str]) -> bool {
    words.iter().all(|word| {
        word.parse::<u32>().is_ok()
            || matches!(*word, "dns" | "tcp" | "udp" | "norandomseq" | "netmask" | "outside")
            || word.starts_with("255.")
    })
}

/// `nat (inside) 1 10.0.0.0 255.0.0.0`, `nat (inside) 0 access-list NONAT`
pub(super) fn source(repr: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let [_, at, id, rest @ ..] = command.words.as_slice() else { return Fate::Unrecognized };
    let (Some(side), Ok(id)) = (side(at), id.parse()) else { return Fate::Unrecognized };
    let mut source = Source {
        span: command.span(),
        side,
        id,
        addresses: AddressSet::any_v4(),
        list: None,
        exact: true,
    };
    match rest {
        ["access-list", list, more @ ..] => {
            notes.structures.refer(StructureKind::Filter, *list, command.span());
            source.list = Some(Spanned::new((*list).to_owned(), command.span()));
            source.exact = only_limits(more);
        }
        [address, mask, more @ ..] => {
            let Some(network) = repr.objects.masked(address, mask) else {
                return Fate::Unrecognized;
            };
            source.addresses = network.into();
            source.exact = only_limits(more);
        }
        _ => return Fate::Unrecognized,
    }
    let exact = source.exact;
    repr.old_nat.sources.push(source);
    if exact { Fate::Understood } else { Fate::Unrecognized }
}

/// `global (outside) 1 interface`, `global (outside) 1 192.0.2.3-192.0.2.9 netmask 255.255.255.0`
pub(super) fn global(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    let [_, at, id, mapped, rest @ ..] = command.words.as_slice() else {
        return Fate::Unrecognized;
    };
    let (Some(side), Ok(id)) = (side(at), id.parse()) else { return Fate::Unrecognized };
    let mapped = match *mapped {
        "interface" => None,
        word => match repr.objects.range(word) {
            Some(set) => Some(set),
            None => return Fate::Unrecognized,
        },
    };
    repr.old_nat.globals.push(Global { span: command.span(), side, id, mapped });
    if matches!(rest, [] | ["netmask", _]) { Fate::Understood } else { Fate::Unrecognized }
}

/// `static (inside,outside) tcp interface www 10.0.0.5 8080 netmask 255.255.255.255`,
/// `static (inside,outside) 192.0.2.5 10.0.0.5 netmask 255.255.255.255`
pub(super) fn fixed(repr: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let [_, sides, rest @ ..] = command.words.as_slice() else { return Fate::Unrecognized };
    let Some((real_side, mapped_side)) = super::nat::sides(sides) else {
        return Fate::Unrecognized;
    };
    let (protocol, rest) = match rest {
        ["tcp", rest @ ..] => (Some(6), rest),
        ["udp", rest @ ..] => (Some(17), rest),
        _ => (None, rest),
    };
    let (mapped, rest) = match rest {
        ["interface", rest @ ..] => (None, rest),
        [word, rest @ ..] => match repr.objects.address(word) {
            Some(address) => (Some(address), rest),
            None => return Fate::Unrecognized,
        },
        [] => return Fate::Unrecognized,
    };
    let (mapped_port, rest) = match (protocol, rest) {
        (Some(_), [word, rest @ ..]) => (port(word), rest),
        _ => (None, rest),
    };
    let mut it = Static {
        span: command.span(),
        real_side,
        mapped_side,
        mapped: mapped.map(AddressSet::from),
        real: None,
        service: None,
        exact: true,
    };
    let rest = match rest {
        ["access-list", list, more @ ..] => {
            notes.structures.refer(StructureKind::Filter, *list, command.span());
            it.exact = false;
            more
        }
        [real, more @ ..] => {
            let Some(address) = repr.objects.address(real) else { return Fate::Unrecognized };
            let more = match (protocol, more) {
                (Some(protocol), [word, more @ ..]) => {
                    it.service = mapped_port.zip(port(word)).map(|(out, own)| (protocol, out, own));
                    it.exact = it.service.is_some();
                    more
                }
                _ => more,
            };
            it.real = Some(address.into());
            // The mask makes networks of both addresses.
            if let ["netmask", mask, ..] = more {
                let network = |at: std::net::IpAddr| repr.objects.masked(&at.to_string(), mask);
                it.real = network(address).map(AddressSet::from);
                it.exact &= it.real.is_some();
                if let Some(mapped) = mapped {
                    it.mapped = network(mapped).map(AddressSet::from);
                    it.exact &= it.mapped.is_some();
                }
            }
            more
        }
        [] => return Fate::Unrecognized,
    };
    it.exact &= only_limits(rest);
    let exact = it.exact;
    repr.old_nat.fixed.push(it);
    if exact { Fate::Understood } else { Fate::Unrecognized }
}

/// Translations as facts: exemptions, static ones, those by list, the others.
pub(super) fn translations(repr: &Repr, config: &mut DeviceConfig) {
    let old = &repr.old_nat;
    let of = |wanted: fn(&Source) -> bool| old.sources.iter().filter(move |it| wanted(it));
    for source in of(|it| it.id == 0) {
        config.nat.extend(packets(repr, source).into_iter().map(|when| Nat {
            becomes: Becomes::Unchanged,
            ..nat(source.span, NatKind::Source, None, when)
        }));
    }
    config.nat.extend(old.fixed.iter().map(of_static));
    let listed = of(|it| it.id != 0 && it.list.is_some());
    for source in listed.chain(of(|it| it.id != 0 && it.list.is_none())) {
        for global in old.globals.iter().filter(|it| it.id == source.id) {
            for when in packets(repr, source) {
                let becomes = global.mapped.clone().map_or(Becomes::Interface, Becomes::Addresses);
                let when = Match { to: vec![global.side.clone()], ..when };
                let side = Some(global.side.clone());
                config.nat.push(Nat { becomes, ..nat(global.span, NatKind::Source, side, when) });
            }
        }
    }
}

fn nat(span: Span, kind: NatKind, interface: Option<String>, when: Match) -> Nat {
    Nat {
        span,
        label: String::new(),
        kind,
        interface,
        when,
        at_interface: false,
        becomes: Becomes::Unknown,
        ports: None,
        enabled: true,
    }
}

/// The packets whose source changes.
fn packets(repr: &Repr, source: &Source) -> Vec<Match> {
    let from = vec![source.side.clone()];
    let mut when = Match { from: from.clone(), source: source.addresses.clone(), ..Match::any() };
    let list = source.list.as_ref().map(|it| repr.lists.get(&it.value));
    if !source.exact || list.is_some_and(|it| it.is_none()) {
        when.not_understood.push(source.span);
    }
    let Some(Some(list)) = list else { return vec![when] };
    let entries = list.lines.iter().filter_map(|line| match &line.what {
        What::Entry(entry) if entry.verdict == Verdict::Permit => Some(Match {
            from: from.clone(),
            // All entries count, also those that are inactive or have a schedule.
            ..entry.when.clone()
        }),
        _ => None,
    });
    entries.collect()
}

fn of_static(it: &Static) -> Nat {
    let side = Some(it.mapped_side.clone());
    let mut when = Match::any();
    if !it.exact {
        when.not_understood.push(it.span);
    }
    if it.real.is_some() && it.real == it.mapped && it.service.is_none() {
        // The same before and after.
        when.source = it.real.clone().unwrap_or_default();
        when.from = vec![it.real_side.clone()];
        when.to = vec![it.mapped_side.clone()];
        return Nat { becomes: Becomes::Unchanged, ..nat(it.span, NatKind::Static, side, when) };
    }
    when.from = vec![it.mapped_side.clone()];
    when.destination = it.mapped.clone().unwrap_or_else(AddressSet::any);
    let mut kind = NatKind::Static;
    let mut ports = None;
    if let Some((protocol, mapped, real)) = it.service {
        when.transports = vec![Transport::ports(protocol, RangeSet::one(mapped))];
        ports = (mapped != real).then(|| RangeSet::one(real));
        kind = NatKind::Destination;
    }
    let becomes = it.real.clone().map_or(Becomes::Unknown, Becomes::Addresses);
    let at_interface = it.mapped.is_none();
    Nat { becomes, ports, at_interface, ..nat(it.span, kind, side, when) }
}
