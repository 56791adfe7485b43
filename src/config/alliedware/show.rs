//! What `show interface` and `show ip route` print: interfaces with addresses and state, routes.
//!
//! It is what the device did when somebody asked, and says nothing of filters and services.

use super::convert;
use crate::config::{Because, Line, Listing, Notes, Word, numbers};
use crate::model::device::{DeviceConfig, Interface, NextHop, Route, StructureKind};
use crate::source::Spanned;

/// Lines of an interface that say nothing about connections, by their first words.
const IGNORED: &[(&str, Because)] = &[
    ("Scope:", Because::Housekeeping),
    ("Thrash-limiting", Because::Housekeeping),
    ("Status ", Because::Housekeeping),
    ("index ", Because::Hardware),
    ("current duplex", Because::Hardware),
    ("configured duplex", Because::Hardware),
    ("<", Because::Hardware),
    ("Bandwidth ", Because::Performance),
    ("arp ageing", Because::Housekeeping),
    ("SNMP link-status", Because::Logging),
    ("Link-status trap", Because::Logging),
    ("input ", Because::Logging),
    ("output ", Because::Logging),
    ("Time since", Because::Logging),
    ("Router Advertisement is disabled", Because::Housekeeping),
    ("Router Advertisement default routes", Because::Housekeeping),
    ("Router Advertisement prefix info", Because::Housekeeping),
    ("Codes:", Because::Presentation),
    ("Gateway of last resort", Because::OtherOutput),
];

/// Whether a text is such an output and no configuration.
pub(super) fn is_output(listing: &Listing<'_>) -> bool {
    let interface = listing.begins_with(|text| {
        text.strip_prefix("Interface ").is_some_and(|name| is_interface(name.trim()))
    });
    let state = listing.begins_with(|text| text.trim_start().starts_with("Link is "));
    let route = listing.begins_with(|text| {
        let connected = text.split_once(" is directly connected, ");
        connected.is_some_and(|(_, name)| is_interface(name.split(',').next().unwrap_or_default()))
    });
    // Beside a configuration it says nothing new.
    let configuration = listing.begins_with(|text| {
        ["interface ", "hostname ", "service "].iter().any(|it| text.starts_with(it))
    });
    ((interface && state) || route) && !configuration
}

/// Names as this vendor writes them: in small letters, without a blank.
fn is_interface(name: &str) -> bool {
    super::read::is_interface(name) && !name.contains(' ')
}

/// Reads an output.
pub(super) fn read(listing: &Listing<'_>, notes: &mut Notes) -> DeviceConfig {
    let mut facts = DeviceConfig::default();
    // Of which routing instance the routes are that follow.
    let mut instance: Option<String> = None;
    for line in &listing.lines {
        let words = line.split();
        let understood = match words.as_slice() {
            [word, name] if line.indent() == 0 && word.text == "Interface" => {
                let structures = &mut notes.structures;
                structures.define_active(StructureKind::Interface, name.text, line.span());
                let kind = convert::kind(name.text);
                let name = Spanned::new(name.text.to_owned(), name.span);
                facts.interfaces.push(Interface::new(name, kind));
                true
            }
            [vrf, name] if vrf.text == "[VRF:" && name.text.ends_with(']') => {
                instance = Some(name.text.trim_end_matches(']').to_owned());
                true
            }
            words => {
                let of_interface = match facts.interfaces.last_mut() {
                    Some(interface) if line.indent() > 0 => about(interface, line, words),
                    _ => false,
                };
                of_interface || route(line, words, instance.as_ref(), &mut facts)
            }
        };
        let body = line.body();
        let ignored = IGNORED.iter().find(|(first, _)| body.starts_with(first));
        // The legend of a table of routes.
        let legend = facts.routes.is_empty() && body.contains(" - ");
        match ignored {
            _ if understood => notes.understood(line),
            Some((_, why)) => notes.ignored(line, *why),
            None if legend => notes.ignored(line, Because::Presentation),
            None => {}
        }
    }
    facts
}

/// What a line says about an interface.
fn about(interface: &mut Interface, line: &Line<'_>, words: &[Word<'_>]) -> bool {
    let texts: Vec<&str> = words.iter().map(|it| it.text).collect();
    match texts.as_slice() {
        ["Link", "is", _, "administrative", "state", "is", state, ..] => {
            interface.enabled = *state == "UP";
            matches!(*state, "UP" | "DOWN")
        }
        ["IPv4" | "IPv6", "address", address, rest @ ..] => {
            let address = address.contains('/').then(|| address.parse().ok()).flatten();
            interface.addresses.extend(address.map(|it| Spanned::new(it, line.span())));
            address.is_some() && matches!(rest, [] | ["broadcast" | "pointopoint", _])
        }
        ["Description:", ..] => {
            let text = line.body().strip_prefix("Description:").unwrap_or_default().trim();
            interface.description = Some(Spanned::new(text.to_owned(), line.span()));
            true
        }
        ["Hardware", "is", _, "address", "is", address] => {
            interface.mac = mac(address).map(|it| Spanned::new(it, line.span()));
            interface.mac.is_some()
        }
        ["Hardware", "is", _] | ["VRF", "Binding:", "Not", "bound"] => true,
        ["VRF", "Binding:", "Associated", "with", name] => {
            interface.instance = Some((*name).to_owned());
            true
        }
        _ => false,
    }
}

/// `001a.eb95.4e20` as `00:1a:eb:95:4e:20`.
fn mac(text: &str) -> Option<String> {
    let digits: Vec<char> = text.chars().filter(|it| *it != '.').collect();
    let sound = digits.len() == 12 && digits.iter().all(char::is_ascii_hexdigit);
    let pairs: Vec<String> =
        digits.chunks(2).map(|pair| pair.iter().collect::<String>().to_lowercase()).collect();
    sound.then(|| pairs.join(":"))
}

/// `S*  0.0.0.0/0 [1/0] via 192.0.2.1, vlan10`, `C  192.0.2.0/24 is directly connected, vlan10`,
/// and further ways to the network of the line above.
fn route(
    line: &Line<'_>,
    words: &[Word<'_>],
    instance: Option<&String>,
    facts: &mut DeviceConfig,
) -> bool {
    let at = words.iter().position(|it| it.text.contains('/') && !it.text.starts_with('['));
    let (destination, rest) = match at {
        Some(at) => {
            let coded = at > 0 && words.iter().take(at).all(|it| it.text.len() <= 3);
            let network = words.get(at).and_then(|it| numbers::network(it.text));
            if !coded || network.is_none() {
                return false;
            }
            (network, words.get(at + 1..).unwrap_or_default())
        }
        None => (None, words),
    };
    let texts: Vec<&str> = rest.iter().map(|it| it.text.trim_end_matches(',')).collect();
    let (hop, cost) = match texts.as_slice() {
        ["is", "directly", "connected", interface, ..] if is_interface(interface) => {
            (NextHop::Interface((*interface).to_owned()), None)
        }
        [cost, "via", address, interface, ..] if is_interface(interface) => {
            let Ok(address) = address.parse() else { return false };
            (NextHop::Over(address, (*interface).to_owned()), Some(*cost))
        }
        _ => return false,
    };
    let cost = cost.and_then(|it| it.trim_start_matches('[').split('/').next()?.parse().ok());
    match (destination, facts.routes.last_mut()) {
        (Some(destination), _) => facts.routes.push(Route {
            span: line.span(),
            destination,
            via: vec![hop],
            distance: cost,
            enabled: true,
            only: None,
            from: Vec::new(),
            instance: instance.cloned(),
        }),
        (None, Some(known)) => known.via.push(hop),
        (None, None) => return false,
    }
    true
}
