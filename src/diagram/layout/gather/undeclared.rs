//! Ways in and out that devices are configured for and nobody declared: rows of their own, from
//! whoever stands at the other end to what they open inside.

use super::{Gatherer, short};
use crate::diagram::layout::content::{Branch, Mark, PartyBox, Row, Target};
use crate::diagram::layout::style::Carriage;
use crate::locale::Text;
use crate::model::device::{Remote, TunnelKind};
use crate::model::{EntityKind, IpNetwork, Service, Vocabulary};
use crate::text;
use crate::topology::{Corroboration, ExternalPath, PathKind};

/// A path opens so many single systems at most; more are drawn as their zones.
const MOST_SYSTEMS: usize = 4;

impl Gatherer<'_> {
    /// A row for every undeclared path that takes effect. Paths of one device that are alike and
    /// lead to the same other end share one.
    pub(super) fn undeclared(&mut self) {
        if self.one.is_some() {
            return;
        }
        let paths = self.assessment.topology.paths().iter();
        let shown =
            |it: &&ExternalPath| it.enabled && it.corroboration == Corroboration::Undeclared;
        let mut groups: Vec<Vec<&ExternalPath>> = Vec::new();
        for path in paths.filter(shown) {
            let alike = |group: &&mut Vec<&ExternalPath>| {
                group.first().is_some_and(|first| {
                    (&first.device, first.kind, &first.remote)
                        == (&path.device, path.kind, &path.remote)
                })
            };
            match groups.iter_mut().find(alike) {
                Some(group) => group.push(path),
                None => groups.push(vec![path]),
            }
        }
        for group in groups {
            self.undeclared_row(&group);
        }
    }

    fn undeclared_row(&mut self, group: &[&ExternalPath]) {
        let Some(first) = group.first() else { return };
        let more = group.len() - 1;
        let name = short(&self.say(&first.name));
        let about = match more {
            0 => name,
            _ => self.say(&text!("{name} ほか{more}件", "{name} and {more} more")),
        };
        self.any_device(&first.device);
        let row = self.content.rows.len();
        let marks = group.iter().map(|path| self.mark(&path.thing));
        let mark = marks.fold(Mark::default(), Mark::with);
        self.content.rows.push(Row {
            alike: group.iter().skip(1).map(|it| it.thing.clone()).collect(),
            thing: first.thing.clone(),
            number: None,
            party: Some(PartyBox {
                thing: first.thing.clone(),
                name: self.other_end(first),
                about,
            }),
            circuit: String::new(),
            line: None,
            transport: self.say(&carried(first)),
            carriage: self.carriage(first),
            state: Corroboration::Undeclared,
            chain: vec![first.device.id.clone()],
            branches: Vec::new(),
            demarcated: true,
            mark,
            party_mark: Mark::default(),
        });
        for path in group {
            self.opened(row, path);
        }
    }

    /// Who stands at the other end, in a few words.
    fn other_end(&self, path: &ExternalPath) -> String {
        let nobody = match path.kind {
            PathKind::Cloud => Text::new("製造者のクラウド", "the maker's cloud"),
            PathKind::DialIn => Text::new("電話回線の相手", "whoever dials"),
            PathKind::Bridge | PathKind::Routing => Text::new("相手不明", "unknown"),
            _ => Text::new("インターネット（不特定）", "the internet (anybody)"),
        };
        match &path.remote {
            Some(Remote::Address(address)) => {
                let owner = self.owner_of((*address).into());
                owner.map_or_else(|| address.to_string(), |owner| format!("{owner} {address}"))
            }
            Some(Remote::Network(network)) => network.to_string(),
            Some(Remote::Name(name)) => name.clone(),
            Some(Remote::Telephone(number)) => number.clone(),
            Some(Remote::Any) => self.say(&Text::new("不特定の相手", "anybody")),
            // What was seen has ends, even if there are many.
            Some(Remote::Unknown) | None if path.kind.is_observed() => self.far_ends(path),
            Some(Remote::Unknown) | None => self.say(&nobody),
        }
    }

    /// The ends of a way that was seen: the first, and how many more.
    fn far_ends(&self, path: &ExternalPath) -> String {
        let mut ends = path.beyond.notations();
        let first = ends.next().unwrap_or_default();
        match ends.count() {
            0 => first,
            more => self.say(&text!("{first} ほか{more}件", "{first} and {more} more")),
        }
    }

    /// The party whose declared networks hold an address.
    fn owner_of(&self, address: IpNetwork) -> Option<&str> {
        let parties = self.inventory.parties.iter();
        let mut of = parties.filter(|party| {
            party.networks.iter().any(|it| crate::model::contains(it.value, address))
        });
        of.next().map(|party| party.name.value.as_str())
    }

    /// What protects the path; a tunnel of any kind may run inside IPsec.
    fn carriage(&self, path: &ExternalPath) -> Carriage {
        let tunnels = self.assessment.evidence.devices.iter().flat_map(|it| &it.config.tunnels);
        let mut ours = tunnels.filter(|it| it.span == path.span);
        match path.encapsulation {
            _ if ours.any(|it| it.ipsec) => Carriage::Encrypted,
            Some(
                TunnelKind::Ipsec
                | TunnelKind::L2tpIpsec
                | TunnelKind::WireGuard
                | TunnelKind::OpenVpn
                | TunnelKind::SslVpn
                | TunnelKind::Sstp,
            ) => Carriage::Encrypted,
            // The box was seen, and who uses it; what it carries differs from talk to talk.
            None if path.kind.is_observed() => Carriage::Unknown,
            _ => Carriage::Open,
        }
    }

    /// What a path opens, as branches of its row.
    fn opened(&mut self, row: usize, path: &ExternalPath) {
        if matches!(
            path.kind,
            PathKind::Cloud | PathKind::Line | PathKind::Mobile | PathKind::Routing
        ) {
            return;
        }
        let label = self.services(&path.services, Service::brief);
        let labels = [self.services(&path.services, Service::described), label.clone(), label];
        let (systems, zones): (Vec<_>, Vec<_>) =
            path.exposes.iter().partition(|it| it.kind == EntityKind::System);
        let mut targets: Vec<Target> = zones.into_iter().filter_map(|it| self.target(it)).collect();
        if systems.len() <= MOST_SYSTEMS {
            targets.extend(systems.into_iter().filter_map(|it| self.target(it)));
        } else {
            let cells: Vec<Target> = systems.into_iter().filter_map(|it| self.target(it)).collect();
            targets.extend(cells.into_iter().map(|it| match it {
                Target::Cell(at) => Target::Zone(self.content.cells[at].zone),
                zone => zone,
            }));
        }
        // Of these it was seen that the inside begins.
        let outbound = matches!(
            path.kind,
            PathKind::ObservedExit | PathKind::ObservedRemoteControl | PathKind::ObservedPeer
        );
        for target in targets {
            let known = self.content.rows[row].branches.iter().any(|it| it.target == target);
            if !known {
                let labels = labels.clone();
                let branch = Branch { relay: None, target, labels, outbound };
                self.content.rows[row].branches.push(branch);
            }
        }
    }
}

/// How it is carried, in very few words.
fn carried(path: &ExternalPath) -> Text {
    match (path.encapsulation, path.kind) {
        (Some(kind), _) => kind.label(),
        (None, kind) if kind.is_observed() => Text::new("観測のみ", "seen"),
        (None, PathKind::Gateway) => Text::new("院内経由", "inside host"),
        (None, kind) => kind.label(),
    }
}
