//! From the declaration to questions: what must answer, what must not, and what is left out.

use super::hosts::{Host, hosts};
use super::vantage::{Permit, View, single};
use super::{Gap, LeftOut, Plan, Planned, order, ports};
use crate::inventory::Inventory;
use crate::model::{EntityKind, EntityRef, IpNetwork, Protocol, Service};
use crate::probe::scope::{Admission, Place, Refusal};
use crate::probe::{Expectation, Kind, Question};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// So many customary ports of a host are tried, beside what it is declared to offer.
const CUSTOMARY: usize = 6;

/// Derives everything that is asked from a place: a connection (at the party's end) or a zone.
/// `source` is the tester's own address, when it is known; permissions for some addresses alone can
/// be compared only then. `None` when the inventory has no such place.
pub fn plan(
    inventory: &Inventory,
    admission: &Admission<'_>,
    from: &EntityRef,
    source: Option<IpAddr>,
) -> Option<Planned> {
    let view = View::new(inventory, from, source)?;
    let mut work = Work { admission, from, asked: BTreeMap::new(), gaps: BTreeMap::new() };
    let all = hosts(inventory, admission);
    let mut things: BTreeMap<IpAddr, Vec<&Host<'_>>> = BTreeMap::new();
    all.iter().for_each(|it| things.entry(it.to).or_default().push(it));
    for host in &all {
        let beside = things.get(&host.to).map_or(&[][..], Vec::as_slice);
        work.host(&view, host, beside);
    }
    work.groups(inventory);
    work.names();
    let scope = admission.scope;
    let plan = Plan {
        scope: scope.hash.clone(),
        from: from.clone(),
        source,
        limits: scope.limits,
        windows: scope.windows.clone(),
        pins: admission.pins.clone(),
        questions: order::spread(work.asked.into_values().collect()),
    };
    let left_out = work.gaps.into_iter();
    let left_out =
        left_out.map(|((gap, thing, to), services)| LeftOut { gap, thing, to, services });
    Some(Planned { plan, left_out: left_out.collect() })
}

/// What has been derived so far.
struct Work<'a> {
    admission: &'a Admission<'a>,
    from: &'a EntityRef,
    asked: BTreeMap<(IpAddr, u16, Kind), Question>,
    gaps: BTreeMap<(Gap, Option<EntityRef>, Option<IpNetwork>), BTreeSet<Service>>,
}

impl Work<'_> {
    /// Everything that is asked of one host. `beside` is whatever else is declared at its address:
    /// what one of them may be reached at is no secret of the other.
    fn host(&mut self, view: &View<'_>, host: &Host<'_>, beside: &[&Host<'_>]) {
        let declared = host.services.iter().copied().chain(view.named(host));
        let declared: BTreeSet<Service> = declared.filter(|it| single(*it)).collect();
        // Why not a single question of a host is permitted; told once, not for every port.
        let whole = self.wholly_refused(host, &declared);
        if let Some(refusal) = whole {
            return self.leave(Gap::Refused(refusal.reason), host, None);
        }
        let customary = host.customary.iter().map(|it| Service::tcp(*it));
        let customary = customary.filter(|it| !declared.contains(it));
        let customary = customary.filter(|it| self.reaching(host, *it).is_ok());
        let customary: BTreeSet<Service> = customary.take(CUSTOMARY).collect();
        let echo = Service::of(1, 0);
        let echo = (self.reaching(host, echo).is_ok() && !declared.contains(&echo)).then_some(echo);
        let mut traced = false;
        for service in declared.iter().copied().chain(customary).chain(echo) {
            let permits = beside.iter().map(|it| view.permit(it, service));
            let expect = match permits.max().unwrap_or(Permit::Unsaid) {
                Permit::No => Expectation::NoAnswer,
                Permit::Must => Expectation::Answers,
                Permit::Depends => {
                    self.leave(Gap::Depends, host, Some(service));
                    continue;
                }
                Permit::Unsaid => {
                    self.leave(Gap::Unsaid, host, Some(service));
                    continue;
                }
                Permit::May => continue,
            };
            match self.reaching(host, service) {
                Ok(kind) => self.ask(host, service, kind, expect),
                Err(gap) => {
                    self.leave(gap, host, Some(service));
                    continue;
                }
            }
            if expect == Expectation::Answers {
                self.more(host, service);
            }
            if !traced {
                traced = self.trace(host, service, expect);
            }
        }
        if view.beside(host) {
            self.neighbour(host);
        }
    }

    /// The question for a service in a kind.
    fn question(
        &self,
        host: &Host<'_>,
        service: Service,
        kind: Kind,
        expect: Expectation,
    ) -> Question {
        let port = match service {
            Service::Ports { protocol: Protocol::Tcp | Protocol::Udp, first, .. }
                if kind.service(1) != kind.service(2) =>
            {
                first
            }
            _ => 0,
        };
        Question { to: host.to, port, kind, expect, target: host.thing.clone() }
    }

    fn permitted(&self, question: &Question) -> Result<(), Refusal> {
        self.admission.permits(question, self.from)
    }

    /// The gentlest permitted way to find out whether a service answers.
    fn reaching(&self, host: &Host<'_>, service: Service) -> Result<Kind, Gap> {
        let kinds = ports::REACHING.iter().filter(|it| ports::suits(**it, service));
        let mut gap = Gap::NoQuestion;
        for (at, kind) in kinds.enumerate() {
            match self.permitted(&self.question(host, service, *kind, Expectation::Answers)) {
                Ok(()) => return Ok(*kind),
                Err(refusal) if at == 0 => gap = Gap::Refused(refusal.reason),
                Err(_) => {}
            }
        }
        Err(gap)
    }

    /// Why nothing at all is permitted at a host, if that has one reason: its address, or what
    /// stands there. A wish for a port or a kind is no such reason.
    fn wholly_refused(&self, host: &Host<'_>, declared: &BTreeSet<Service>) -> Option<Refusal> {
        use crate::probe::scope::Reason;
        let customary = host.customary.iter().map(|it| Service::tcp(*it));
        let all = declared.iter().copied().chain(customary).chain([Service::of(1, 0)]);
        let mut first = None;
        for service in all {
            for kind in ports::REACHING.iter().filter(|it| ports::suits(**it, service)) {
                let question = self.question(host, service, *kind, Expectation::Answers);
                match self.permitted(&question) {
                    Ok(()) => return None,
                    Err(it) => match it.reason {
                        Reason::Port | Reason::Kind | Reason::PrinterPort | Reason::Malformed => {
                            return None;
                        }
                        _ => first = first.or(Some(it)),
                    },
                }
            }
        }
        first
    }

    fn ask(&mut self, host: &Host<'_>, service: Service, kind: Kind, expect: Expectation) {
        let question = self.question(host, service, kind, expect);
        self.asked.entry((question.to, question.port, kind)).or_insert(question);
    }

    /// What the scope asks for beyond an answer.
    fn more(&mut self, host: &Host<'_>, service: Service) {
        for kind in ports::ASKING.iter().copied().filter(|it| ports::suits(*it, service)) {
            let question = self.question(host, service, kind, Expectation::Answers);
            if self.permitted(&question).is_ok() {
                self.ask(host, service, kind, Expectation::Answers);
            }
        }
    }

    /// One trace to a host, where the scope asks for it.
    fn trace(&mut self, host: &Host<'_>, service: Service, expect: Expectation) -> bool {
        for kind in [Kind::TraceTcp, Kind::TraceIcmp] {
            let fits = ports::suits(kind, service);
            let question = self.question(host, service, kind, expect);
            if fits && self.permitted(&question).is_ok() {
                self.ask(host, service, kind, expect);
                return true;
            }
        }
        false
    }

    fn neighbour(&mut self, host: &Host<'_>) {
        let question = self.question(host, Service::Any, Kind::Neighbour, Expectation::Answers);
        if self.permitted(&question).is_ok() {
            self.ask(host, Service::Any, Kind::Neighbour, Expectation::Answers);
        }
    }

    fn leave(&mut self, gap: Gap, host: &Host<'_>, service: Option<Service>) {
        let key = (gap, Some(host.thing.clone()), Some(host.to.into()));
        self.gaps.entry(key).or_default().extend(service);
    }

    /// Entries that stand for many, of which the scope names none.
    fn groups(&mut self, inventory: &Inventory) {
        use crate::probe::scope::{Reason, is_single};
        for system in &inventory.systems {
            let whole = |it: &IpNetwork| !is_single(*it) && it.ip() == it.network();
            let addresses = system.attachments().flat_map(|it| it.addresses);
            let group = addresses.map(|it| it.value).find(whole);
            let thing = EntityRef::new(EntityKind::System, &system.id.value);
            let asked = self.asked.values().any(|it| it.target == thing);
            if let Some(network) = group.filter(|_| !asked) {
                let gap = Gap::Refused(Reason::Group);
                let key = (gap, Some(thing), Some(network));
                self.gaps.entry(key).or_default();
            }
        }
    }

    /// Names that nobody resolved.
    fn names(&mut self) {
        let places = self.admission.scope.file.targets.iter().flat_map(|it| it.to.iter());
        for place in places {
            if let Place::Name(name) = &place.value
                && !self.admission.pins.0.contains_key(name)
            {
                self.gaps.entry((Gap::Unresolved, None, None)).or_default();
            }
        }
    }
}
