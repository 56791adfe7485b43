//! Entities (zones, networks, hosts), applications, and the rules of firewall and NAT that name them.

use super::Reader;
use crate::config::alliedware::repr::{
    Application, Host, Network, Rule, Subnet, Translation, Zone,
};
use crate::config::listing::texts;
use crate::config::outline::Item;
use crate::config::{Word, numbers};
use crate::model::RangeSet;
use crate::model::device::{StructureKind, Transport};
use crate::source::Spanned;
use std::collections::BTreeMap;
use std::net::IpAddr;

impl<'t> Reader<'_, 't> {
    /// `zone NAME`
    pub(super) fn zone(&mut self, item: &Item<'t>, words: &[Word<'t>]) -> bool {
        let [name] = words else { return false };
        let span = item.line.span();
        self.notes.structures.define(StructureKind::Zone, name.text, span);
        let mut networks = BTreeMap::new();
        self.each(item, |reader, child, words| match words {
            [network, name] if network.text == "network" => {
                let read = reader.network(child);
                networks.insert(name.text, read);
                true
            }
            _ => false,
        });
        let zone = self.router.zones.entry(name.text);
        zone.or_insert_with(|| Zone { span, networks: BTreeMap::new() }).networks.extend(networks);
        true
    }

    /// `network NAME`
    fn network(&mut self, item: &Item<'t>) -> Network<'t> {
        let mut network = Network::default();
        let mut hosts = BTreeMap::new();
        self.each(item, |reader, child, words| match (texts(words).as_slice(), words) {
            (["ip" | "ipv6", "subnet", subnet, rest @ ..], _) => {
                let subnet = numbers::network(subnet);
                let interface = match (rest, words) {
                    (["interface", _], [.., word]) => {
                        reader.refer_interface(*word);
                        Some(word.owned())
                    }
                    _ => None,
                };
                network.subnets.extend(subnet.map(|network| Subnet { network, interface }));
                subnet.is_some() && matches!(rest, [] | ["interface", _])
            }
            (["host", name], _) => {
                let read = reader.host(child);
                hosts.insert(*name, read);
                true
            }
            (["exit" | "description", ..], _) => false,
            _ => {
                network.unread = Some(child.line.span());
                false
            }
        });
        network.hosts = hosts;
        network
    }

    /// `host NAME`
    fn host(&mut self, item: &Item<'t>) -> Host {
        let mut host = Host::default();
        self.each(item, |reader, child, words| match (texts(words).as_slice(), words) {
            (
                ["ip" | "ipv6", "address", "dynamic", kind @ ("interface" | "fqdn"), _],
                [.., word],
            ) => {
                if *kind == "interface" {
                    reader.refer_interface(*word);
                }
                host.elsewhere.push(word.owned());
                true
            }
            (["ip" | "ipv6", "address", address], _) if address.parse::<IpAddr>().is_ok() => {
                let address = address.parse::<IpAddr>();
                host.addresses =
                    address.iter().fold(host.addresses.clone(), |all, it| all.union(&(*it).into()));
                true
            }
            (["exit"], _) => true,
            // Where else it is, is not read.
            _ => {
                host.elsewhere.push(Spanned::new(String::new(), child.line.span()));
                false
            }
        });
        host
    }

    /// `application NAME`
    pub(super) fn application(&mut self, item: &Item<'t>, words: &[Word<'t>]) -> bool {
        let [name] = words else { return false };
        self.notes.structures.define(StructureKind::ServiceGroup, name.text, item.line.span());
        let mut protocols = Vec::new();
        let mut transport = Transport::any();
        let mut exact = true;
        self.each(item, |_, _, words| {
            let understood = match texts(words).as_slice() {
                ["protocol", protocol] => {
                    let number = numbers::protocol(protocol);
                    protocols.extend(number);
                    number.is_some()
                }
                ["sport", rest @ ..] => ports(rest).map(|it| transport.source_ports = it).is_some(),
                ["dport", rest @ ..] => {
                    ports(rest).map(|it| transport.destination_ports = it).is_some()
                }
                ["icmp-type", number] => {
                    number.parse().map(|it| transport.icmp_types = RangeSet::one(it)).is_ok()
                }
                _ => false,
            };
            exact &= understood;
            understood
        });
        let transports = if protocols.is_empty() {
            vec![transport]
        } else {
            let of = |number| Transport { protocols: RangeSet::one(number), ..transport.clone() };
            protocols.into_iter().map(of).collect()
        };
        self.router.applications.insert(name.text, Application { transports, exact });
        true
    }

    /// A line below `firewall`.
    pub(super) fn firewall(&mut self, item: &Item<'t>, words: &[Word<'t>]) -> bool {
        match texts(words).as_slice() {
            ["protect"] => {
                self.router.protect = Some(item.line.span());
                true
            }
            ["no", "protect"] => true,
            ["rule", ..] => match self.rule(item, words) {
                Some((rule, rest)) => {
                    let mut rule = rule;
                    for word in rest {
                        // Packets pass without a session too; logging changes nothing.
                        if !matches!(word.text, "log" | "no-state-enforcement") {
                            rule.not_understood.push(word.span);
                        }
                    }
                    let known = matches!(rule.action, "permit" | "deny" | "reject" | "log");
                    let understood = known && rule.not_understood.is_empty();
                    // Of two rules of one number no manual at hand says which one holds.
                    let (number, span) = (rule.number, rule.span);
                    let mut same = false;
                    for other in self.router.rules.iter_mut().filter(|it| it.number == number) {
                        same |= number != u32::MAX;
                        other.not_understood.extend(same.then_some(span));
                    }
                    rule.not_understood.extend(same.then_some(span));
                    self.router.rules.push(rule);
                    understood
                }
                None => {
                    self.undecided(item, words);
                    false
                }
            },
            ["no", "rule", number] => {
                let number = number.parse::<u32>().ok();
                self.router.rules.retain(|it| Some(it.number) != number);
                number.is_some()
            }
            ["move", "rule", from, "to", to] => {
                let (from, to) = (from.parse::<u32>().ok(), to.parse::<u32>().ok());
                let moved = self.router.rules.iter_mut().find(|it| Some(it.number) == from);
                moved.zip(to).map(|(rule, to)| rule.number = to).is_some()
            }
            ["exit"] => true,
            _ => {
                self.undecided(item, words);
                false
            }
        }
    }

    /// A line of a list of rules that is not read: nobody knows what it decides, nor before which.
    fn undecided(&mut self, item: &Item<'t>, words: &[Word<'t>]) {
        let Some(word) = words.first().copied() else { return };
        self.router.rules.push(Rule {
            span: item.line.span(),
            number: 0,
            action: "",
            application: word,
            from: None,
            to: None,
            not_understood: vec![item.line.span()],
        });
    }

    /// A line below `nat`.
    pub(super) fn nat(&mut self, item: &Item<'t>, words: &[Word<'t>]) -> bool {
        match texts(words).as_slice() {
            ["enable"] => {
                self.router.nat_on = true;
                true
            }
            ["no", "enable"] => true,
            ["rule", ..] => {
                let Some((rule, rest)) = self.rule(item, words) else { return false };
                let known = matches!(rule.action, "masq" | "portfwd" | "netmap");
                let mut translation =
                    Translation { rule, source: None, destination: None, port: None };
                let mut rest = rest.iter().copied();
                while let Some(word) = rest.next() {
                    match word.text {
                        "with" => {}
                        "src" => translation.source = self.entity(rest.next()),
                        "dst" => translation.destination = self.entity(rest.next()),
                        "dport" => {
                            translation.port = rest.next().and_then(|it| it.text.parse().ok());
                        }
                        _ => translation.rule.not_understood.push(word.span),
                    }
                }
                let understood = known && translation.rule.not_understood.is_empty();
                self.router.translations.push(translation);
                understood
            }
            _ => false,
        }
    }

    /// `rule [N] ACTION APP [from A] [to B]`, and what follows.
    fn rule<'w>(
        &mut self,
        item: &Item<'t>,
        words: &'w [Word<'t>],
    ) -> Option<(Rule<'t>, &'w [Word<'t>])> {
        let (number, rest) = match words {
            [_, number, rest @ ..] if number.text.parse::<u32>().is_ok() => {
                (number.text.parse().ok()?, rest)
            }
            [_, rest @ ..] => (u32::MAX, rest),
            [] => return None,
        };
        let [action, application, rest @ ..] = rest else { return None };
        let mut rule = Rule {
            span: item.line.span(),
            number,
            action: action.text,
            application: *application,
            from: None,
            to: None,
            not_understood: Vec::new(),
        };
        if !super::super::convert::is_builtin(application.text) {
            let name = application.text;
            self.notes.structures.refer(StructureKind::ServiceGroup, name, application.span);
        }
        let mut rest = rest;
        while let [key, value, after @ ..] = rest {
            match key.text {
                "from" => rule.from = self.entity(Some(*value)),
                "to" => rule.to = self.entity(Some(*value)),
                _ => break,
            }
            rest = after;
        }
        Some((rule, rest))
    }

    /// `zone`, `zone.network`, `zone.network.host`
    fn entity(&mut self, word: Option<Word<'t>>) -> Option<Word<'t>> {
        let word = word?;
        let zone = word.text.split('.').next().unwrap_or_default();
        self.notes.structures.refer(StructureKind::Zone, zone, word.span);
        Some(word)
    }
}

/// `any`, `80`, `80 to 90`
fn ports(words: &[&str]) -> Option<RangeSet<u16>> {
    match words {
        ["any"] => Some(RangeSet::all()),
        [port] => numbers::ports(port),
        [first, "to", last] => {
            let (first, last) = (numbers::port(first)?, numbers::port(last)?);
            (first <= last).then(|| RangeSet::range(first, last))
        }
        _ => None,
    }
}
