//! Address translation.

use super::{doubt, off};
use crate::config::ix::repr::{ListName, Port, Router};
use crate::model::AddressSet;
use crate::model::device::{Becomes, DeviceConfig, Match, Nat, NatKind, States, Verdict};
use crate::source::Span;
use crate::text;

/// Of every interface: what is fixed first, then what is translated by ports. Whether filters see
/// addresses before or after that, no manual at hand says: the order stays unknown.
pub(super) fn nat(router: &Router<'_>, facts: &mut DeviceConfig) {
    for port in &router.interfaces {
        let works = off(port, router).is_none();
        for translation in &port.translations {
            let on = if translation.napt { port.napt_on.is_some() } else { port.nat_on };
            let mut nat = translation.nat.clone();
            nat.enabled = works && on;
            if let Some(other) = translation.to {
                nat.becomes = addresses_of(other.text, router);
            }
            if works && !on {
                let switch = if translation.napt { "ip napt enable" } else { "ip nat enable" };
                doubt(
                    facts,
                    nat.span,
                    text!(
                        "このインタフェースに{switch}がないため、変換は働きません",
                        "without {switch} on this interface nothing is translated"
                    ),
                );
            }
            facts.nat.push(nat);
        }
        if let Some(span) = port.napt_on {
            facts.nat.push(Nat { enabled: works, ..unexpected(port, span) });
            facts
                .nat
                .extend(masquerade(port, span, router).map(|nat| Nat { enabled: works, ..nat }));
        }
    }
}

/// The fixed addresses of an interface.
fn addresses_of(name: &str, router: &Router<'_>) -> Becomes {
    let port = router.places.get(name).and_then(|it| router.interfaces.get(*it));
    let addresses = port.into_iter().flat_map(|it| &it.addresses).filter(|it| it.value.is_ipv4());
    let set: AddressSet = addresses.map(|it| AddressSet::from(it.value.ip())).collect();
    if set.is_empty() { Becomes::Unknown } else { Becomes::Addresses(set) }
}

/// What nobody inside has asked for and no line translates: whether NAPT lets it come in as it is, no
/// manual at hand says.
fn unexpected(port: &Port<'_>, span: Span) -> Nat {
    Nat {
        span,
        label: String::new(),
        kind: NatKind::Destination,
        interface: Some(port.name.text.to_owned()),
        when: Match {
            source: AddressSet::any_v4(),
            destination: AddressSet::any_v4(),
            states: States::NEW,
            not_understood: vec![span],
            ..Match::any()
        },
        at_interface: false,
        becomes: Becomes::Discarded,
        ports: None,
        enabled: true,
    }
}

/// `ip napt enable`: everything that leaves, or what the inside lists permit.
fn masquerade<'r>(
    port: &'r Port<'_>,
    span: Span,
    router: &'r Router<'_>,
) -> impl Iterator<Item = Nat> + 'r {
    let nat = move |span: Span, label: &str, when: Match, becomes: Becomes| Nat {
        span,
        label: label.to_owned(),
        kind: NatKind::Source,
        interface: Some(port.name.text.to_owned()),
        when,
        at_interface: false,
        becomes,
        ports: None,
        enabled: true,
    };
    let v4 = || Match {
        source: AddressSet::any_v4(),
        destination: AddressSet::any_v4(),
        ..Match::any()
    };
    let everything = port.napt_inside.is_empty().then(|| nat(span, "", v4(), Becomes::Interface));
    let chosen = port.napt_inside.iter().flat_map(move |word| {
        let list = router.lists.get(&ListName { v6: false, name: word.text });
        let lines = list.map(|it| it.lines.as_slice()).unwrap_or_default();
        let unknown = list.is_none().then(|| {
            let when = Match { not_understood: vec![word.span], ..v4() };
            nat(word.span, word.text, when, Becomes::Interface)
        });
        let known = lines.iter().map(move |line| {
            let becomes = match line.verdict {
                Verdict::Permit => Becomes::Interface,
                Verdict::Deny => Becomes::Unchanged,
                _ => Becomes::Unknown,
            };
            nat(line.span, &format!("{} {}", word.text, line.label), line.when.clone(), becomes)
        });
        known.chain(unknown)
    });
    everything.into_iter().chain(chosen)
}
