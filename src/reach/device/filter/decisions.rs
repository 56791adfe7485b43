//! Which line decides about one packet.

use super::{Between, DEPTH, Machine};
use crate::model::device::{Family, Filter, FilterLine, Hook, Match, Verdict};
use crate::reach::packets::{Packet, PacketSet};
use crate::source::Span;

/// So many lines are looked at for one packet: lists may call each other over and over.
const STEPS: usize = 200_000;

/// Which line decided about one packet, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whether the packet passes; `None` when the line was not understood.
    pub passes: Option<bool>,
    /// The filter, by name.
    pub filter: String,
    /// What the device calls the line; empty for the end of the list.
    pub label: String,
    /// The line; the name of the list for its end.
    pub span: Span,
}

impl Machine<'_> {
    /// The decisions of the filters of a hook about a packet, given as a set with one element: the
    /// line in each applied filter that decides. The packet certainly passes when all of them pass, and certainly does not when the
    /// last one does not; otherwise nobody knows, because of the first that was not understood.
    pub fn decisions(
        &self,
        hook: Hook,
        between: &Between<'_>,
        packet: &PacketSet,
    ) -> Vec<Decision> {
        let mut all = Vec::new();
        let Some(packet) = &packet.sample() else { return all };
        // The line that perhaps lets the packet pass whatever later filters say.
        let mut settled: Option<Decision> = None;
        for applied in self.applied(hook, between) {
            let Some(filter) = self.config.filter(&applied.filter) else {
                let (filter, label) = (applied.filter.clone(), String::new());
                all.push(Decision { passes: None, filter, label, span: applied.span });
                continue;
            };
            if !is_of(filter.family, packet) {
                continue;
            }
            let mut trial = Trial::new(self, between, packet);
            let mut falls = trial.list(filter, DEPTH);
            let hands_on = matches!(filter.otherwise, Verdict::Continue | Verdict::Return);
            if falls && !hands_on {
                // To return from a list that nobody called is to come to its end.
                if trial.end(filter, DEPTH) {
                    trial.unknown(of_end(filter));
                }
                falls = false;
            }
            let Trial { permits, denies, doubt, .. } = trial;
            let told = |line: Option<Decision>, passes| line.map(|it| Decision { passes, ..it });
            let decision = match (&permits, &denies) {
                (None, None) => Some(Decision { passes: Some(true), ..of_end(filter) }),
                (Some(_), None) if falls => None,
                (Some(_), None) => told(permits.clone(), Some(true)),
                (None, Some(_)) if !falls => told(denies, settled.is_none().then_some(false)),
                _ => told(doubt.clone().or(denies), None),
            };
            let ends = decision.as_ref().is_some_and(|it| it.passes == Some(false))
                || hands_on && !falls && permits.is_some();
            all.extend(decision);
            if ends {
                break;
            }
            if hands_on && permits.is_some() {
                settled = settled.or(doubt);
            }
        }
        all
    }
}

/// One packet on its way through the lines of a filter, with everything that may become of it.
struct Trial<'t> {
    machine: &'t Machine<'t>,
    between: &'t Between<'t>,
    packet: &'t Packet,
    steps: usize,
    /// The last line by which it may pass.
    permits: Option<Decision>,
    /// The last line by which it may be stopped.
    denies: Option<Decision>,
    /// The first line of which it is not known whether it is about the packet, or what it does.
    doubt: Option<Decision>,
}

impl<'t> Trial<'t> {
    fn new(machine: &'t Machine<'_>, between: &'t Between<'_>, packet: &'t Packet) -> Self {
        let (permits, denies, doubt) = (None, None, None);
        Self { machine, between, packet, steps: STEPS, permits, denies, doubt }
    }

    /// Tries the lines of a list; whether the packet may come back to whoever asked.
    fn list(&mut self, filter: &Filter, depth: usize) -> bool {
        if !is_of(filter.family, self.packet) {
            return true;
        }
        let mut returns = false;
        for line in filter.lines.iter().filter(|it| it.enabled) {
            let when = &line.when;
            if !self.between.concerns(when) || !describes(when, self.packet) {
                continue;
            }
            let Some(steps) = self.steps.checked_sub(1) else {
                self.unknown(of_line(filter, line));
                return true;
            };
            self.steps = steps;
            let certain = when.is_certain();
            let some = when.is_exact() && when.sometimes;
            match &line.verdict {
                Verdict::Continue => continue,
                Verdict::Deny if some => continue,
                _ if certain => {}
                _ => self.doubt(of_line(filter, line)),
            }
            match &line.verdict {
                Verdict::Continue => {}
                Verdict::Permit => self.permits = Some(of_line(filter, line)),
                Verdict::Deny => self.denies = Some(of_line(filter, line)),
                Verdict::Return => returns = true,
                Verdict::Unknown => self.unknown(of_line(filter, line)),
                Verdict::Call(name) | Verdict::Goto(name) => {
                    let denies = some.then(|| self.denies.clone());
                    let back = self.called(name, of_line(filter, line), depth);
                    if let Some(denies) = denies {
                        self.denies = denies;
                    }
                    let calls = matches!(line.verdict, Verdict::Call(_));
                    returns |= back && !calls;
                    if back && calls {
                        continue;
                    }
                }
            }
            if certain {
                return returns;
            }
        }
        self.end(filter, depth) || returns
    }

    /// What the end of a list says; whether it leaves the packet to whoever asked.
    fn end(&mut self, filter: &Filter, depth: usize) -> bool {
        match &filter.otherwise {
            Verdict::Return | Verdict::Continue => return true,
            Verdict::Permit => self.permits = Some(of_end(filter)),
            Verdict::Deny => self.denies = Some(of_end(filter)),
            Verdict::Unknown => self.unknown(of_end(filter)),
            Verdict::Call(name) | Verdict::Goto(name) => {
                return self.called(name, of_end(filter), depth);
            }
        }
        false
    }

    /// Tries a list that a line, or the end of a list, names; whether the packet may come back.
    fn called(&mut self, name: &str, by: Decision, depth: usize) -> bool {
        match self.machine.config.filter(name).zip(depth.checked_sub(1)) {
            Some((called, depth)) => self.list(called, depth),
            None => {
                self.unknown(by);
                true
            }
        }
    }

    fn unknown(&mut self, line: Decision) {
        self.permits = Some(line.clone());
        self.denies = Some(line.clone());
        self.doubt(line);
    }

    fn doubt(&mut self, line: Decision) {
        self.doubt.get_or_insert(line);
    }
}

fn of_line(filter: &Filter, line: &FilterLine) -> Decision {
    let (filter, label) = (filter.name.value.clone(), line.label.clone());
    Decision { passes: None, filter, label, span: line.span }
}

fn of_end(filter: &Filter) -> Decision {
    let (span, filter) = (filter.name.span, filter.name.value.clone());
    Decision { passes: None, filter, label: String::new(), span }
}

fn is_of(family: Family, packet: &Packet) -> bool {
    match family {
        Family::Both => true,
        Family::V4 => packet.source.is_ipv4(),
        Family::V6 => packet.source.is_ipv6(),
    }
}

/// Whether a packet is one of those that a match describes, whatever interfaces it names.
fn describes(when: &Match, packet: &Packet) -> bool {
    when.source.contains(packet.source)
        && when.destination.contains(packet.destination)
        && when.states.includes(packet.state)
        && when.transports.iter().any(|it| {
            it.protocols.contains(packet.protocol)
                && it.source_ports.contains(packet.source_port)
                && it.destination_ports.contains(packet.destination_port)
                && it.icmp_types.contains(packet.icmp_type)
        })
}
