//! By which change a packet gets through in one state and not in the other.

use super::{Shown, State};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef, vocabulary};
use crate::reach::Trace;
use crate::reach::device::Stage;
use crate::reach::exposure::{Basis, Decided};
use crate::reach::network::Entry;
use crate::source::{SourceMap, Span};
use crate::text;
use std::collections::{BTreeMap, BTreeSet};

vocabulary! {
    /// One of two states.
    Which("状態", "state") {
        Old = "old" ("旧", "old"),
        New = "new" ("新", "new"),
    }
}

vocabulary! {
    /// What kind of change it is.
    CauseKind("変化の原因", "kind of change") {
        Thing = "thing" ("対象そのものの追加・削除", "a thing that one state does not have"),
        Entry = "entry" ("入口の追加・削除", "a way in that one state does not have"),
        Permits = "permits" ("通す行", "a line that lets it through"),
        Blocks = "blocks" ("止める行", "a line that stops it"),
        Order = "order" ("行の順序など", "the order of lines, or the like"),
        Change = "change" ("それがなければ起きない変更", "a change without which it would not be so"),
        Several = "several" ("複数の変更", "several changes"),
        Unknown = "unknown" ("特定できない", "not found"),
    }
}

/// The change behind some shifts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// What kind of change.
    pub kind: CauseKind,
    /// The state that has it; the other has not.
    pub which: Which,
    /// The thing or device that it is about.
    pub about: Option<EntityRef>,
    /// In words.
    pub says: Text,
    /// The line, in the texts of that state.
    pub span: Option<Span>,
}

impl Cause {
    /// Whether something permits it that only the newer state has.
    pub(super) fn is_permission(&self) -> bool {
        let permits = [CauseKind::Permits, CauseKind::Thing, CauseKind::Entry];
        self.which == Which::New && permits.contains(&self.kind)
    }

    /// Whether it is no more than a guess: no line of one state tells it, or the line is of a device
    /// whose configuration only one of the states has looked at.
    pub(super) fn is_weak(&self, old: State<'_>, new: State<'_>) -> bool {
        let looked = |state: State<'_>, thing: &EntityRef| {
            state.reach.topology.joined().iter().any(|it| it.thing == *thing)
        };
        let device = |path: &EntityRef| {
            let paths = [old, new].into_iter().flat_map(|it| it.reach.topology.paths());
            paths.into_iter().find(|it| it.thing == *path).map(|it| it.device.clone())
        };
        match self.kind {
            CauseKind::Order | CauseKind::Unknown => true,
            CauseKind::Permits | CauseKind::Blocks => {
                self.about.as_ref().is_some_and(|it| looked(old, it) != looked(new, it))
            }
            CauseKind::Thing | CauseKind::Entry => {
                // What both states declare is not new: only how it comes in is.
                let declared = |state: State<'_>, thing: &EntityRef| {
                    state.reach.inventory.span_of(thing).is_some()
                };
                self.about.as_ref().is_some_and(|it| {
                    (declared(old, it) && declared(new, it))
                        || device(it).is_some_and(|it| looked(old, &it) != looked(new, &it))
                })
            }
            _ => false,
        }
    }
}

/// The lines of a state, by file and all together.
pub(super) struct Lines<'s> {
    of: BTreeMap<&'s str, BTreeSet<&'s str>>,
    all: BTreeSet<&'s str>,
}

impl<'s> Lines<'s> {
    pub(super) fn of(sources: &'s SourceMap) -> Self {
        let mut lines = Self { of: BTreeMap::new(), all: BTreeSet::new() };
        for id in sources.ids() {
            let file = sources.file(id);
            let own = lines.of.entry(file.name()).or_default();
            for line in file.text().lines().map(str::trim) {
                own.insert(line);
                lines.all.insert(line);
            }
        }
        lines
    }

    /// Whether this state has a line of the other: in the file of the same name if there is one.
    fn has(&self, sources: &SourceMap, span: Span) -> bool {
        let line = sources.line(span).trim();
        let file = self.of.get(sources.file(span.file).name());
        file.unwrap_or(&self.all).contains(line)
    }

    /// The first line under the one of a span, of the same block, that this state does not have.
    fn first_new_under(&self, sources: &SourceMap, span: Span) -> Option<Span> {
        let file = sources.file(span.file);
        let own = self.of.get(file.name()).unwrap_or(&self.all);
        let text = file.text();
        let depth = |line: &str| line.len() - line.trim_start().len();
        let start = usize::try_from(sources.shown(span).start).ok()?;
        let begin = text.get(..start)?.rfind('\n').map_or(0, |it| it + 1);
        let mut at = begin;
        let mut lines = text.get(begin..)?.split_inclusive('\n').map(|line| {
            let place = at;
            at += line.len();
            (place, line.trim_end())
        });
        let outer = depth(lines.next()?.1);
        let mut inner = lines.take_while(|(_, it)| it.is_empty() || depth(it) > outer);
        let (place, line) = inner.find(|(_, it)| !it.is_empty() && !own.contains(it.trim()))?;
        let byte = |at: usize| u32::try_from(at).ok();
        let (start, end) = (byte(place + depth(line))?, byte(place + line.len())?);
        Some(sources.unmasked(Span { file: span.file, start, end }))
    }

    /// Whether a file of another state has lines that this one does not have.
    fn differs(&self, sources: &SourceMap, span: Span) -> bool {
        let file = sources.file(span.file);
        let own = self.of.get(file.name()).unwrap_or(&self.all);
        file.text().lines().any(|line| !own.contains(line.trim()))
    }
}

/// Somebody outside and what he reaches, as one state calls them.
type Ends<'e> = (&'e EntityRef, &'e EntityRef);

/// The cause of a shift. `here` is the state in which packets get through, `lines` are those of the
/// other one. Beside the packet that is shown stands what the other state calls the way it comes in.
pub(super) fn find(
    here: State<'_>,
    there: State<'_>,
    lines: &Lines<'_>,
    which: Which,
    ((who, to), others): (Ends<'_>, Ends<'_>),
    shown: Option<(&Shown, &EntityRef)>,
) -> Cause {
    let cause = |kind, about: Option<&EntityRef>, says, span| Cause {
        kind,
        which,
        about: about.cloned(),
        says,
        span,
    };
    for (thing, other) in [(who, others.0), (to, others.1)] {
        if is_there(here, thing) && !is_there(there, other) {
            let span = declared(here, thing);
            let says =
                text!("この対象がもう一方の状態にはない", "the other state does not have it");
            return cause(CauseKind::Thing, Some(thing), says, span);
        }
    }
    let Some((shown, way_in)) = shown else {
        return cause(CauseKind::Unknown, None, unknown(), None);
    };
    let by = &shown.sample.by;
    let Some(entry) = entry(here, by, who) else {
        return cause(CauseKind::Unknown, None, unknown(), None);
    };
    let way_in = if by == who { others.0 } else { way_in };
    let Some(other) = self::entry(there, way_in, others.0) else {
        let says =
            text!("この入口がもう一方の状態にはない", "the other state does not have this way in");
        return cause(CauseKind::Entry, Some(by), says, Some(entry.span));
    };
    let basis = shown.basis();
    let new = basis.decided.iter().filter_map(|it| Some((it, it.span?)));
    if let Some((it, span)) = new.clone().find(|(_, span)| !lines.has(here.sources, *span)) {
        return cause(CauseKind::Permits, it.at.as_ref(), it.says.clone(), Some(span));
    }
    // Nothing that lets it through is new: what stops it in the other state?
    let ways = there.reach.trace(other, &shown.sample.packet);
    // Its line is as it was and what stands under it is not, such as the host that it leads to.
    let translated = translation(&basis.decided, &ways).and_then(|it| Some((it, it.span?)));
    if let Some((it, span)) = translated.filter(|(_, span)| lines.differs(here.sources, *span)) {
        let line = lines.first_new_under(here.sources, span).unwrap_or(span);
        return cause(CauseKind::Permits, it.at.as_ref(), it.says.clone(), Some(line));
    }
    let Some((at, says, span)) = ways.iter().find(|it| !it.end.arrives()).and_then(stopped) else {
        return cause(CauseKind::Unknown, None, unknown(), None);
    };
    let own = Lines::of(here.sources);
    let known = span.is_some_and(|it| own.has(there.sources, it));
    let kind = if known || span.is_none() { CauseKind::Order } else { CauseKind::Blocks };
    let which = match which {
        Which::Old => Which::New,
        Which::New => Which::Old,
    };
    Cause { kind, which, about: at, says, span }
}

/// The translation at which the way of a packet parts from every way that it takes in the other state.
fn translation<'b>(decided: &'b [Decided], ways: &[Trace]) -> Option<&'b Decided> {
    let common = |way: &Trace| {
        let other = Basis::of(way).decided;
        decided.iter().zip(&other).take_while(|(one, other)| one.says == other.says).count()
    };
    let parts = ways.iter().map(common).max()?;
    decided.get(parts).filter(|it| it.stage == Stage::Translation)
}

fn unknown() -> Text {
    Text::new("どの行の変更によるかは特定できない", "no single line was found")
}

/// Where a way ends that does not arrive, and the last line that decided there.
fn stopped(way: &Trace) -> Option<(Option<EntityRef>, Text, Option<Span>)> {
    let hop = way.hops.iter().rfind(|it| !it.events.is_empty())?;
    let event = hop.events.last()?;
    Some((hop.thing.clone(), event.says.clone(), event.span))
}

/// Over what somebody comes in.
fn entry<'s>(state: State<'s>, by: &EntityRef, who: &EntityRef) -> Option<&'s Entry> {
    let entries = state.reach.network.entries.iter().filter(|it| it.by == *by);
    entries.clone().find(|it| it.from == *who).or_else(|| entries.clone().next())
}

/// Whether a state knows a thing.
fn is_there(state: State<'_>, thing: &EntityRef) -> bool {
    let paths = state.reach.topology.paths();
    declared(state, thing).is_some()
        || *thing == state.reach.topology.internet()
        || paths.iter().any(|it| it.thing == *thing || it.device == *thing)
}

/// Where a thing is declared.
fn declared(state: State<'_>, thing: &EntityRef) -> Option<Span> {
    let it = state.reach.inventory;
    let id = &thing.id;
    match thing.kind {
        EntityKind::Party => it.parties.get(id).map(|it| it.id.span),
        EntityKind::System => it.systems.get(id).map(|it| it.id.span),
        EntityKind::Device => it.devices.get(id).map(|it| it.id.span),
        EntityKind::Zone => it.zones.get(id).map(|it| it.id.span),
        EntityKind::Path => {
            state.reach.topology.paths().iter().find(|it| it.thing == *thing).map(|it| it.span)
        }
        _ => None,
    }
}
