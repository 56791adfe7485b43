//! Who may open a session to the device itself, by its filters: certainly, or for all that is known.
//!
//! Two sets of sources are carried through the lines. From the certain one everything is taken
//! that a line might stop; from the possible one only what a line does stop. What lies between
//! them is undetermined: a line that was not understood neither permits nor denies.

use super::filter::{
    Applied, Family, Filter, FilterLine, Hook, States, Transport, Verdict, names_interface,
};
use super::{DeviceConfig, Interface};
use crate::model::address_set::AddressSet;
use crate::model::range_set::{Point, RangeSet};
use crate::model::service::{Protocol, Service};
use crate::source::Span;

/// The sources that reach a service of the device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Admission {
    /// These certainly get in, as far as filters decide it.
    pub certain: AddressSet,
    /// Nobody else gets in. What is not certain here depends on lines that were not understood.
    pub possible: AddressSet,
    /// The lines that let somebody in, in the order in which they are tried.
    pub permits: Vec<Span>,
    /// The lines that decide about it and were not understood.
    pub unclear: Vec<Span>,
    /// The lines that decide about it when the packets are of a kind that the question leaves open.
    pub partial: Vec<Span>,
    /// The lines that apply the filters which were asked. Empty: nothing filters.
    pub asked: Vec<Span>,
}

/// How many lines are kept of each kind.
const KEPT: usize = 4;
/// How deep lists may call lists before the answer is "unknown".
const DEPTH: usize = 16;
/// How often permitting and denying lines may alternate before the answer is "unknown".
const TURNS: usize = 2_000;

impl DeviceConfig {
    /// Who of `sources` may open a session from outside over an interface to a service of the device
    /// itself, by the filters that apply. What the service itself allows comes on top.
    pub fn admits(
        &self,
        interface: &Interface,
        service: Service,
        sources: &AddressSet,
    ) -> Admission {
        let mut walk = Walk {
            config: self,
            names: self.names_of(interface),
            own: self.reached_at(interface),
            service,
            turns: 0,
            told: Admission::default(),
        };
        // Nobody knocks over IPv6 where there is no IPv6 address.
        let mut sources = sources.clone();
        if walk.own.v4.is_empty() {
            sources.v4 = RangeSet::none();
        }
        if walk.own.v6.is_empty() {
            sources.v6 = RangeSet::none();
        }
        let mut flow = Flow { certain: sources.clone(), possible: sources };
        for hook in [Hook::In, Hook::Local] {
            flow = walk.hook(hook, flow);
        }
        Admission { certain: flow.certain, possible: flow.possible, ..walk.told }
    }

    /// Whether a name in a filter or a service means an interface: its own, that of its zone or of
    /// its bridge, perhaps with a wildcard.
    pub fn means(&self, name: &str, interface: &Interface) -> bool {
        self.names_of(interface).into_iter().any(|own| names_interface(name, own))
    }

    /// Every name by which filters may mean an interface: its own, its zones, its bridges.
    pub fn names_of<'a>(&'a self, interface: &'a Interface) -> Vec<&'a str> {
        let name = interface.name.value.as_str();
        let zones = self.zones.iter().filter(|it| it.interfaces.iter().any(|it| it.value == name));
        let bridges = self.bridges.iter().filter(|it| it.members.iter().any(|it| it.value == name));
        let zones = zones.map(|it| it.name.value.as_str());
        let bridges = bridges.map(|it| it.name.value.as_str());
        let own = interface.zone.iter().map(|it| it.value.as_str());
        std::iter::once(name).chain(own).chain(zones).chain(bridges).collect()
    }

    /// The addresses of the device that somebody outside can knock at. Behind a translation, any of
    /// its own: some devices translate before they filter.
    fn reached_at(&self, interface: &Interface) -> AddressSet {
        use super::Acquired as A;
        let name = interface.name.value.as_str();
        let translated =
            self.nat.iter().any(|it| it.interface.as_deref().is_none_or(|it| it == name));
        let fixed = |it: &Interface| {
            it.addresses.iter().map(|it| AddressSet::from(it.value.ip())).collect::<AddressSet>()
        };
        let mut own = match translated {
            true => self.interfaces.iter().map(fixed).collect(),
            false => fixed(interface),
        };
        for acquired in &interface.acquired {
            own = own.union(&match acquired.value {
                A::Dhcp | A::Ppp => AddressSet::any_v4(),
                A::Advertisement | A::Delegation => AddressSet::any_v6(),
            });
        }
        if own == AddressSet::none() { AddressSet::any() } else { own }
    }
}

/// Sources under way.
#[derive(Clone, Debug, Default)]
struct Flow {
    certain: AddressSet,
    possible: AddressSet,
}

impl Flow {
    fn join(&mut self, other: &Self) {
        self.certain = self.certain.union(&other.certain);
        self.possible = self.possible.union(&other.possible);
    }

    /// The part that is about some sources; nothing of it is certain when the line is not.
    fn about(&self, sources: &AddressSet, sure: bool) -> Self {
        let certain = match sure {
            true => self.certain.intersection(sources),
            false => AddressSet::none(),
        };
        Self { certain, possible: self.possible.intersection(sources) }
    }

    /// What is left after a line about some sources.
    fn without(&mut self, sources: &AddressSet, sure: bool) {
        self.certain = self.certain.difference(sources);
        if sure {
            self.possible = self.possible.difference(sources);
        }
    }

    fn is_empty(&self) -> bool {
        self.possible == AddressSet::none()
    }

    /// The part of which a filter speaks, and the part that passes it by.
    fn split(self, family: Family) -> (Self, Self) {
        let (ours, others) = match family {
            Family::Both => return (self, Self::default()),
            Family::V4 => (AddressSet::any_v4(), AddressSet::any_v6()),
            Family::V6 => (AddressSet::any_v6(), AddressSet::any_v4()),
        };
        let part = |set: &AddressSet| Self {
            certain: self.certain.intersection(set),
            possible: self.possible.intersection(set),
        };
        (part(&ours), part(&others))
    }
}

/// What became of sources in a list.
#[derive(Default)]
struct Outcome {
    /// They pass.
    permitted: Flow,
    /// The calling list, or the next one, goes on with them.
    returned: Flow,
}

struct Walk<'a> {
    config: &'a DeviceConfig,
    names: Vec<&'a str>,
    own: AddressSet,
    service: Service,
    turns: usize,
    told: Admission,
}

impl<'a> Walk<'a> {
    /// Every filter of a hook in turn. One that leaves packets undecided hands them to the next.
    fn hook(&mut self, hook: Hook, mut flow: Flow) -> Flow {
        let config = self.config;
        let mut settled = Flow::default();
        for applied in config.applied.iter().filter(|it| it.hook == hook) {
            if !self.is_here(applied) {
                continue;
            }
            keep(&mut self.told.asked, applied.span);
            let Some(filter) = config.filter(&applied.filter) else {
                // A list that does not exist: devices differ in what they do then.
                keep(&mut self.told.unclear, applied.span);
                flow.certain = AddressSet::none();
                continue;
            };
            let (ours, others) = flow.split(filter.family);
            let Outcome { mut permitted, returned } = self.list(filter, ours, hook, DEPTH);
            if matches!(filter.otherwise, Verdict::Continue | Verdict::Return) {
                settled.join(&permitted);
                flow = returned;
            } else {
                // To return from a list that nobody called is to come to its end.
                let mut end = Outcome::default();
                self.end(filter, returned, &mut end);
                permitted.join(&end.permitted);
                flow = permitted;
            }
            flow.join(&others);
        }
        flow.join(&settled);
        flow
    }

    fn is_here(&self, applied: &Applied) -> bool {
        let here = |pattern: &String| self.names.iter().any(|it| names_interface(pattern, it));
        applied.interfaces.is_empty() || applied.interfaces.iter().any(here)
    }

    fn list(&mut self, filter: &'a Filter, arriving: Flow, hook: Hook, depth: usize) -> Outcome {
        let mut left = arriving;
        let mut out = Outcome::default();
        let mut run = Run::default();
        for line in filter.lines.iter().filter(|it| it.enabled) {
            let Some(sure) = self.concerns(line, hook) else {
                continue;
            };
            match &line.verdict {
                Verdict::Continue => {}
                Verdict::Call(name) | Verdict::Goto(name) => {
                    self.close(&mut run, &mut left, &mut out);
                    let about = left.about(&line.when.source, sure);
                    let called = self.config.filter(name).filter(|_| depth > 0);
                    let inner = match called {
                        Some(list) if !about.is_empty() => self.list(list, about, hook, depth - 1),
                        Some(_) => continue,
                        None => {
                            keep(&mut self.told.unclear, line.span);
                            let possible = about.possible;
                            let permitted = Flow { certain: AddressSet::none(), possible };
                            Outcome { returned: permitted.clone(), permitted }
                        }
                    };
                    left.without(&line.when.source, sure);
                    out.permitted.join(&inner.permitted);
                    match line.verdict {
                        Verdict::Goto(_) => out.returned.join(&inner.returned),
                        _ => left.join(&inner.returned),
                    }
                }
                verdict => {
                    if !run.is_of(verdict, sure) {
                        self.close(&mut run, &mut left, &mut out);
                        run.verdict = Some((verdict, sure));
                    }
                    run.lines.push(line);
                }
            }
            if left.is_empty() {
                break;
            }
            if self.turns > TURNS {
                keep(&mut self.told.unclear, line.span);
                left.certain = AddressSet::none();
                out.permitted.join(&left);
                return out;
            }
        }
        self.close(&mut run, &mut left, &mut out);
        self.end(filter, left, &mut out);
        out
    }

    /// What happens at the end of a list.
    fn end(&mut self, filter: &Filter, mut left: Flow, out: &mut Outcome) {
        match filter.otherwise {
            Verdict::Permit => out.permitted.join(&left),
            Verdict::Deny => {}
            Verdict::Return | Verdict::Continue => out.returned.join(&left),
            Verdict::Unknown | Verdict::Call(_) | Verdict::Goto(_) => {
                if !left.is_empty() {
                    keep(&mut self.told.unclear, filter.name.span);
                }
                left.certain = AddressSet::none();
                out.permitted.join(&left);
            }
        }
    }

    /// Lets a run of lines with the same verdict take effect: among them order does not matter.
    fn close(&mut self, run: &mut Run<'a>, left: &mut Flow, out: &mut Outcome) {
        let Run { verdict, lines } = std::mem::take(run);
        let Some((verdict, sure)) = verdict else {
            return;
        };
        self.turns += 1;
        let sources: AddressSet = lines.iter().map(|it| it.when.source.clone()).collect();
        let about = left.about(&sources, sure);
        if about.is_empty() {
            return;
        }
        let decides = lines.iter().filter(|it| it.when.source.meets(&left.possible));
        let spans: Vec<Span> = decides.take(KEPT).map(|it| it.span).collect();
        let unknown = *verdict == Verdict::Unknown;
        if unknown || !sure {
            let vague = unknown || lines.iter().any(|it| !it.when.is_exact());
            let told = if vague { &mut self.told.unclear } else { &mut self.told.partial };
            spans.iter().for_each(|it| keep(told, *it));
        }
        match verdict {
            Verdict::Permit => {
                if sure {
                    spans.iter().for_each(|it| keep(&mut self.told.permits, *it));
                }
                out.permitted.join(&about);
            }
            Verdict::Return => out.returned.join(&about),
            Verdict::Unknown => {
                out.permitted.join(&Flow { certain: AddressSet::none(), ..about });
            }
            _ => {}
        }
        // Of a verdict that is not known, it is not known either whether later lines are asked.
        left.without(&sources, sure && !unknown);
    }

    /// Whether a line is about sessions to the service, and whether about all of them.
    fn concerns(&self, line: &FilterLine, hook: Hook) -> Option<bool> {
        let when = &line.when;
        let among = |patterns: &[String]| {
            patterns.iter().any(|it| self.names.iter().any(|name| names_interface(it, name)))
        };
        let elsewhere = !when.from.is_empty() && !among(&when.from)
            || among(&when.not_from)
            // What comes in and leaves again is not for the device itself.
            || hook == Hook::In && !when.to.is_empty();
        if elsewhere || !when.states.includes(States::NEW) || !when.destination.meets(&self.own) {
            return None;
        }
        let spoken = when.transports.iter().filter_map(|it| speaks_of(it, self.service));
        let sure = spoken.fold(None, |sure, it| Some(sure.unwrap_or(false) || it))?;
        // It is known that others of the packets that it stops go on (with another source port, say):
        // the session comes in all the same.
        if line.verdict == Verdict::Deny && when.is_exact() && (when.sometimes || !sure) {
            return None;
        }
        Some(sure && when.is_certain() && when.destination.includes(&self.own))
    }
}

/// Lines with one verdict and one certainty, not yet in effect.
#[derive(Default)]
struct Run<'a> {
    verdict: Option<(&'a Verdict, bool)>,
    lines: Vec<&'a FilterLine>,
}

impl Run<'_> {
    fn is_of(&self, verdict: &Verdict, sure: bool) -> bool {
        self.verdict.is_some_and(|(own, certain)| own == verdict && certain == sure)
    }
}

fn keep(spans: &mut Vec<Span>, span: Span) {
    if spans.len() < KEPT && !spans.contains(&span) {
        spans.push(span);
    }
}

/// Whether a transport is about a service: about all of it, or only some of its packets.
fn speaks_of(transport: &Transport, service: Service) -> Option<bool> {
    let Service::Ports { protocol, first, last } = service else {
        return Some(transport.is_any());
    };
    let numbers: &[u8] = match protocol {
        Protocol::Tcp => &[6],
        Protocol::Udp => &[17],
        Protocol::Icmp => &[1, 58],
        Protocol::Esp => &[50],
        Protocol::Ah => &[51],
        Protocol::Gre => &[47],
    };
    let ports = RangeSet::range(first, last);
    let named = numbers.iter().filter(|it| transport.protocols.contains(**it)).count();
    if named == 0 || !transport.destination_ports.meets(&ports) {
        return None;
    }
    Some(
        named == numbers.len()
            && transport.destination_ports.includes(&ports)
            && transport.source_ports.is_all()
            && transport.icmp_types.is_all(),
    )
}

impl AddressSet {
    /// Whether it stands for "anybody": at least half of all IPv4 addresses, or of the IPv6 addresses
    /// in use (`2000::/3`). A list of exceptions, such as private addresses, is no limit.
    pub fn is_anybody(&self) -> bool {
        let global = RangeSet::range(0x2000_u128 << 112, (0x4000_u128 << 112) - 1);
        let v6 = self.v6.intersection(&global);
        covers_half(&self.v4, 1 << 32) || covers_half(&v6, 1 << 125)
    }
}

/// Whether a set holds at least half of so many numbers.
fn covers_half<T: Point + Into<u128>>(set: &RangeSet<T>, of: u128) -> bool {
    let counts = set.ranges().iter().map(|(first, last)| (*last).into() - (*first).into());
    counts.fold(0_u128, |sum, it| sum.saturating_add(it).saturating_add(1)) >= of / 2
}
