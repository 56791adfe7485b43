//! Where a device sends packets: its own addresses, policy routes, then the longest prefix.
//!
//! Ways of one line, and lines of one distance, are all taken, as any of them may be in use; what is
//! certain is then what arrives whichever the device chooses (`flow/equal.rs`). What takes over when a better line is gone is possible only. A line of which nobody knows
//! whether it takes effect leads its packets away possibly, and for certain nowhere.

mod prefixes;
mod table;

use super::nat::among;
use super::{Between, Machine};
use crate::model::device::{Acquired, Becomes, Interface};
use crate::model::{AddressSet, RangeSet};
use crate::reach::doubt::{AssumptionKind, Assumptions, Bound};
use crate::reach::packets::PacketSet;
use crate::source::{Span, Spanned};
use crate::text;
use prefixes::Prefixes;
use std::collections::BTreeMap;
use std::net::IpAddr;
pub(super) use table::Table;
use table::{Entry, Line, To, Tree};

/// How often one routing instance may hand over to another.
const DEPTH: usize = 8;
/// Of more networks than this the parts are not told apart by line, only by where they lead.
const MANY: usize = 64;
/// Of more own addresses than this, too.
const FEW: usize = 8;

/// Where to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// To the device itself.
    Own,
    /// Out of the interface at this position, to this neighbour; to the destination itself when
    /// there is none.
    Out(usize, Option<IpAddr>),
    /// Nowhere: the line that throws it away.
    Discard,
    /// No line says where.
    None,
    /// A line says where, and it was not understood.
    Unknown,
}

/// Packets on one way.
#[derive(Clone, Debug)]
pub(in crate::reach) struct Routed {
    /// Which.
    pub packets: PacketSet,
    /// Where to.
    pub way: Way,
    /// The line that says so; `None` where no line does, or very many.
    pub span: Option<Span>,
}

/// One question to the tables.
struct Lookup<'l, 'm> {
    machine: &'l Machine<'m>,
    between: &'l Between<'l>,
    bound: Bound,
    assumptions: &'l mut Assumptions,
    all: Vec<Routed>,
}

impl Machine<'_> {
    /// Where packets go that came in over an interface; from the device itself when there is none.
    pub(super) fn routed(
        &self,
        over: Option<usize>,
        packets: PacketSet,
        bound: Bound,
        assumptions: &mut Assumptions,
    ) -> Vec<Routed> {
        let from = over.and_then(|at| self.config.interfaces.get(at));
        let instance = from.and_then(|it| it.instance.clone());
        let between = Between::arriving(self.names(over));
        let mut lookup =
            Lookup { machine: self, between: &between, bound, assumptions, all: Vec::new() };
        let left = match self.table.trees.get(&instance) {
            Some(tree) => lookup.own(tree, packets),
            None => packets,
        };
        let given = lookup.given(from, &instance, &left);
        let left = lookup.policies(&instance, left);
        if bound == Bound::Possible {
            lookup.prefixed(&instance, &left);
            for stray in &self.table.strays {
                lookup.stray(stray, &left);
            }
        }
        lookup.tree(&instance, left, DEPTH);
        lookup.all.extend(given);
        lookup.all
    }

    /// Every address of the device that is written down.
    pub(in crate::reach) fn addresses(&self) -> AddressSet {
        let interfaces = self.config.interfaces.iter().filter(|it| it.enabled);
        interfaces.flat_map(|it| &it.addresses).map(|it| AddressSet::from(it.value.ip())).collect()
    }
}

impl Lookup<'_, '_> {
    fn possible(&self) -> bool {
        self.bound == Bound::Possible
    }

    fn push(&mut self, packets: PacketSet, way: Way, span: Option<Span>) {
        if packets.is_empty() {
            return;
        }
        match self.all.iter_mut().find(|it| it.way == way && it.span == span) {
            Some(known) => known.packets.extend(&packets),
            None => self.all.push(Routed { packets, way, span }),
        }
    }

    fn assume(&mut self, kind: AssumptionKind, span: Option<Span>, says: crate::locale::Text) {
        self.assumptions.add(kind, Some(&self.machine.thing), span, says);
    }

    /// Takes what is for the device itself.
    fn own(&mut self, tree: &Tree, packets: PacketSet) -> PacketSet {
        let own = packets.to(&tree.own);
        if own.is_empty() {
            return packets;
        }
        let destinations = own.destinations();
        let meant = tree.owned.iter().filter(|(address, _)| destinations.contains(*address));
        let meant: Vec<_> = meant.take(FEW + 1).collect();
        match meant.len() > FEW {
            true => self.push(own.clone(), Way::Own, None),
            false => {
                for (address, span) in meant {
                    self.push(own.to(&(*address).into()), Way::Own, Some(*span));
                }
            }
        }
        packets.difference(&own)
    }

    /// Packets for an address that the line of an interface gives to the device: for certain from
    /// those who are on that line, as they know it.
    fn given(
        &mut self,
        from: Option<&Interface>,
        instance: &Option<String>,
        packets: &PacketSet,
    ) -> Vec<Routed> {
        let machine = self.machine;
        let mut all = Vec::new();
        let interfaces = machine.config.interfaces.iter().filter(|it| it.enabled);
        for interface in interfaces.filter(|it| it.instance == *instance) {
            let Some(span) = interface.acquired.first().map(|it| it.span) else { continue };
            let here = from.is_some_and(|it| it.name.value == interface.name.value);
            if !here && !self.possible() {
                continue;
            }
            let mut mine = packets.to(&machine.addresses_of(interface).given);
            if here && !mine.is_empty() {
                mine = machine.untranslated(interface, self.between, mine, self.bound);
                let says = text!(
                    "このインタフェースのアドレスは回線から割り当てられるため、相手はそれを知っているものとしています",
                    "the address of this interface is given by the line, so the sender is taken to know it"
                );
                self.assume(AssumptionKind::Sources, Some(span), says);
            }
            if !mine.is_empty() {
                all.push(Routed { packets: mine, way: Way::Own, span: Some(span) });
            }
        }
        all
    }

    /// Lines that are asked before the table. Gives back what none of them leads away.
    fn policies(&mut self, instance: &Option<String>, packets: PacketSet) -> PacketSet {
        let mut left = packets;
        let machine = self.machine;
        for policy in machine.table.policies.iter().filter(|it| it.instance == *instance) {
            if !among(&policy.from, &[], &self.between.from) {
                continue;
            }
            let here = left.to(&policy.destination);
            if !here.is_empty() {
                let gone = self.line(&policy.line, &here, false, DEPTH);
                left = left.difference(&gone);
            }
        }
        left
    }

    /// A table that rules may choose which are not written here.
    fn stray(&mut self, instance: &Option<String>, packets: &PacketSet) {
        let Some(tree) = self.machine.table.trees.get(instance) else { return };
        let destinations = packets.destinations();
        let v4 = parts(&tree.v4, &destinations.v4, |v4| AddressSet { v4, ..Default::default() });
        let v6 = parts(&tree.v6, &destinations.v6, |v6| AddressSet { v6, ..Default::default() });
        for (part, entry, _) in v4.iter().chain(&v6) {
            let here = packets.to(part);
            for line in entry.iter().flat_map(|it| &it.lines) {
                self.line(line, &here, false, DEPTH);
                let says = text!(
                    "どの通信がこの経路表を使うかは設定から分かりません",
                    "which packets use this table cannot be told from the configuration"
                );
                let span = line.hops.first().map(|it| it.span);
                self.assume(AssumptionKind::Route, span, says);
            }
        }
    }

    /// What the table of an instance says.
    fn tree(&mut self, instance: &Option<String>, packets: PacketSet, depth: usize) {
        let Some(tree) = self.machine.table.trees.get(instance) else {
            return self.nowhere(instance, packets);
        };
        let mut left = self.own(tree, packets);
        let destinations = left.destinations();
        let v4 = parts(&tree.v4, &destinations.v4, |v4| AddressSet { v4, ..Default::default() });
        let v6 = parts(&tree.v6, &destinations.v6, |v6| AddressSet { v6, ..Default::default() });
        let many = v4.len() + v6.len() > MANY;
        for (part, chain, _) in if many { alike(v4, v6) } else { [v4, v6].concat() } {
            let mut here = left.to(&part);
            left = left.difference(&here);
            for entry in chain {
                if here.is_empty() {
                    break;
                }
                here = self.entry(entry, here, many, depth);
            }
            left.extend(&here);
        }
        self.nowhere(instance, left);
    }

    /// What the lines of a network do with packets. Gives back what goes on to the next larger one.
    fn entry(&mut self, entry: &Entry, packets: PacketSet, many: bool, depth: usize) -> PacketSet {
        let mut here = packets;
        let mut taken: Option<&Line> = None;
        // A neighbour may have told of a smaller network in it that lies elsewhere.
        if !entry.settled && self.learnt(&here) && !self.possible() {
            return PacketSet::none();
        }
        for line in &entry.lines {
            if let Some(better) = taken {
                self.backup(line, better, &here, depth);
                continue;
            }
            let gone = self.line(line, &here, many, depth);
            let settled = line.only.is_none() && line.hops.iter().any(|it| it.sure);
            if settled && self.possible() {
                taken = Some(line);
            } else {
                here = here.difference(&gone);
            }
        }
        match taken {
            Some(_) => PacketSet::none(),
            None => here,
        }
    }

    /// What a line does with packets. Gives back those that it leads away or, for certain, might.
    fn line(&mut self, line: &Line, packets: &PacketSet, many: bool, depth: usize) -> PacketSet {
        let (chosen, gone) = match &line.only {
            None => (packets.clone(), packets.clone()),
            Some(filter) => self.chosen(filter, packets),
        };
        let possible = self.possible();
        if let Some(first) = line.hops.first().filter(|_| !chosen.is_empty() && line.ways() > 1) {
            let says = text!(
                "優先度の等しい経路が複数あり、どれを使うかは機器が決めます。確実とするのは、どれを使っても届く通信だけです",
                "there are equal routes, and the device takes one of them: certain is only what arrives by each"
            );
            self.assume(AssumptionKind::EqualRoutes, Some(first.span), says);
        }
        for hop in line.hops.iter().filter(|it| it.sure || possible) {
            match (&hop.to, depth.checked_sub(1)) {
                (To::Way(way), _) => {
                    self.push(chosen.clone(), way.clone(), (!many).then_some(hop.span));
                }
                (To::Instance(instance), Some(depth)) => {
                    self.tree(instance, chosen.clone(), depth);
                }
                (To::Instance(_), None) => {
                    self.push(chosen.clone(), Way::Unknown, Some(hop.span));
                }
            }
        }
        let unsure = line.hops.iter().find(|it| !it.sure).filter(|_| !chosen.is_empty());
        if let Some(hop) = unsure {
            let says = text!(
                "この経路が有効になるかどうかは設定だけでは分かりません",
                "whether this route takes effect cannot be told from the configuration alone"
            );
            self.assume(AssumptionKind::Route, Some(hop.span), says);
        }
        let settled = line.hops.iter().any(|it| it.sure);
        if settled || !self.possible() { gone } else { PacketSet::none() }
    }

    /// A line that takes over when a better one is gone.
    fn backup(&mut self, line: &Line, better: &Line, packets: &PacketSet, depth: usize) {
        let other = |to: &To| better.hops.iter().all(|it| it.to != *to);
        let Some(hop) = line.hops.iter().find(|it| other(&it.to)) else { return };
        if !packets.is_empty() {
            self.line(line, packets, false, depth);
            let says = text!(
                "予備経路に切り替わった場合も含みます",
                "this includes the case that a backup route has taken over"
            );
            self.assume(AssumptionKind::Backup, Some(hop.span), says);
        }
    }

    /// Networks of which a line gives the prefix: nobody knows which, so any may be there.
    fn prefixed(&mut self, instance: &Option<String>, packets: &PacketSet) {
        let global = AddressSet::any_v6().difference(&crate::topology::not_public());
        let there = packets.to(&global);
        if there.is_empty() {
            return;
        }
        let interfaces = self.machine.config.interfaces.iter().enumerate();
        let ours = interfaces.filter(|(_, it)| it.enabled && it.instance == *instance);
        for (at, interface) in ours {
            let given = |it: &&Spanned<Acquired>| {
                matches!(it.value, Acquired::Advertisement | Acquired::Delegation)
            };
            let Some(given) = interface.acquired.iter().find(given) else { continue };
            let says = text!(
                "回線から与えられるIPv6のプレフィックスは、設定からは分かりません",
                "the configuration does not tell which prefix of IPv6 the line gives"
            );
            self.assume(AssumptionKind::Route, Some(given.span), says);
            self.push(there.clone(), Way::Out(at, None), Some(given.span));
        }
    }

    /// Packets that no line speaks of.
    fn nowhere(&mut self, instance: &Option<String>, packets: PacketSet) {
        if packets.is_empty() {
            return;
        }
        if self.possible() {
            self.learnt(&packets);
            let config = self.machine.config;
            let interfaces = config.interfaces.iter().enumerate();
            let ours = interfaces.filter(|(_, it)| it.enabled && it.instance == *instance);
            for (at, interface) in ours {
                for acquired in &interface.acquired {
                    let family = match acquired.value {
                        Acquired::Dhcp => AddressSet::any_v4(),
                        Acquired::Advertisement => AddressSet::any_v6(),
                        Acquired::Ppp | Acquired::Delegation => continue,
                    };
                    let there = packets.to(&family);
                    if !there.is_empty() {
                        let says = text!(
                            "アドレスとともに経路も得ているかもしれません",
                            "with its address it may have got a route too"
                        );
                        self.assume(AssumptionKind::Route, Some(acquired.span), says);
                        self.push(there, Way::Out(at, None), Some(acquired.span));
                    }
                }
            }
        }
        self.push(packets, Way::None, None);
    }

    /// What neighbours may have told: where nothing better is written, packets may go anywhere.
    /// Whether there are neighbours who could.
    fn learnt(&mut self, packets: &PacketSet) -> bool {
        let config = self.machine.config;
        let Some(peer) = config.peers.iter().find(|it| it.enabled).filter(|_| !packets.is_empty())
        else {
            return false;
        };
        let says = text!(
            "動的経路制御を使っているため、経路は設定だけでは分かりません",
            "it exchanges routes with neighbours, so the configuration alone does not tell the route"
        );
        self.assume(AssumptionKind::Route, Some(peer.span), says);
        if self.possible() {
            self.push(packets.clone(), Way::Unknown, Some(peer.span));
        }
        true
    }

    /// The packets that the filter of a route chooses, and those that it leads away: possibly chosen
    /// and certainly gone, or certainly chosen and possibly gone.
    fn chosen(&mut self, filter: &str, packets: &PacketSet) -> (PacketSet, PacketSet) {
        let (most, least) = self.machine.chosen(filter, self.between, packets, self.assumptions);
        if self.possible() { (most, least) } else { (least, most) }
    }
}

impl Machine<'_> {
    /// The packets for the very address of an interface that no translation changes.
    fn untranslated(
        &self,
        interface: &Interface,
        between: &Between<'_>,
        packets: PacketSet,
        bound: Bound,
    ) -> PacketSet {
        let mut nothing = Assumptions::default();
        let parts = self.meant(interface, between, packets, bound, &mut nothing);
        let stays = |nat: &crate::model::device::Nat| nat.becomes == Becomes::Unchanged;
        parts.into_iter().filter(|(_, nat)| nat.is_none_or(stays)).map(|it| it.0).collect()
    }
}

/// A part of the destinations, the networks around it from the smallest on, and its shape.
type Part<'t> = (AddressSet, Vec<&'t Entry>, usize);

fn parts<'t, T: crate::model::Point>(
    (prefixes, entries): &'t (Prefixes<T>, Vec<Entry>),
    destinations: &RangeSet<T>,
    set: impl Fn(RangeSet<T>) -> AddressSet,
) -> Vec<Part<'t>> {
    let smallest = prefixes.smallest(destinations).into_iter();
    let part = |(network, ranges): (usize, RangeSet<T>)| {
        let around = std::iter::successors(Some(network), |it| prefixes.around(*it));
        let chain: Vec<&Entry> = around.filter_map(|it| entries.get(it)).collect();
        let shape = chain.first().map_or(0, |it| it.shape);
        (set(ranges), chain, shape)
    };
    smallest.map(part).collect()
}

/// Parts that lead to the same ways become one.
fn alike<'t>(v4: Vec<Part<'t>>, v6: Vec<Part<'t>>) -> Vec<Part<'t>> {
    let mut all: BTreeMap<usize, (Vec<AddressSet>, Vec<&'t Entry>)> = BTreeMap::new();
    for (part, chain, shape) in [v4, v6].concat() {
        all.entry(shape).or_insert_with(|| (Vec::new(), chain)).0.push(part);
    }
    let joined = |(shape, (parts, chain)): (usize, (Vec<AddressSet>, Vec<&'t Entry>))| {
        (parts.into_iter().collect(), chain, shape)
    };
    all.into_iter().map(joined).collect()
}
