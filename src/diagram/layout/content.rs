//! What there is to draw, in the terms of the drawing: rows, boxes, branches. Nothing has a place
//! yet.

use super::style::{Carriage, LEAST, Look};
use crate::diagram::{View, font};
use crate::finding::Severity;
use crate::locale::{Lang, Text};
use crate::model::EntityRef;
use crate::model::words::ZoneKind;
use crate::topology::Corroboration;
use std::collections::{BTreeMap, BTreeSet};

/// What a special view says about a box: how it looks, and the words of the chip in it.
#[derive(Clone, Debug)]
pub(super) struct Note {
    pub(super) look: Look,
    /// The fullest first; the first that fits is written, the last in any case.
    pub(super) words: Vec<String>,
}

impl Note {
    /// The fullest words that fit, and the width of their chip.
    pub(super) fn fitting(&self, room: f32) -> Option<(&str, f32)> {
        let wide = |text: &str| font::width(text, LEAST, true) + 4.0;
        let fits = self.words.iter().find(|it| wide(it) <= room);
        fits.or(self.words.last()).map(|it| (it.as_str(), wide(it)))
    }

    /// The briefest words that name every change, not the first of them alone.
    pub(super) fn brief(&self) -> &str {
        let all = self.words.iter().rev().find(|it| !it.ends_with('+'));
        all.or(self.words.last()).map_or("", String::as_str)
    }

    /// What became of two things that one box stands for; it looks like the first.
    pub(super) fn and(self, other: &Self) -> Self {
        let (own, theirs) = (self.brief().to_owned(), other.brief());
        // A ghost of which the list says nothing has no number.
        if !theirs.ends_with(|it: char| it.is_ascii_digit()) {
            return self;
        }
        let sign = own.split(|it: char| it.is_ascii_digit()).next().unwrap_or_default();
        let beside = |own: &str| match theirs.strip_prefix(sign) {
            Some(numbers) if own.ends_with(|it: char| it.is_ascii_digit()) => {
                format!("{own},{numbers}")
            }
            _ => format!("{own} {}", theirs.trim_end()),
        };
        let first = own.split(',').next().unwrap_or(&own);
        let mut words: Vec<String> =
            self.words.iter().filter(|it| !it.ends_with('+')).map(|it| beside(it)).collect();
        words.push(format!("{first}+"));
        Self { look: self.look, words }
    }
}

/// How many findings a thing has.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mark {
    pub(super) worst: Option<Severity>,
    pub(super) open: usize,
    pub(super) waived: usize,
}

impl Mark {
    /// Both together.
    pub(super) fn with(self, other: Self) -> Self {
        Self {
            worst: self.worst.into_iter().chain(other.worst).min(),
            open: self.open + other.open,
            waived: self.waived + other.waived,
        }
    }
}

/// A zone and the cells in it.
#[derive(Clone, Debug)]
pub(super) struct ZoneBox {
    pub(super) key: String,
    pub(super) thing: Option<EntityRef>,
    pub(super) name: String,
    /// Networks and VLANs: in full, the first network with a count, the first network alone.
    pub(super) networks: Vec<String>,
    pub(super) kind: ZoneKind,
    /// Whether a core switch or internal firewall stands in it.
    pub(super) tied: bool,
    /// Which devices of the backbone it is tied to.
    pub(super) ties: BTreeSet<usize>,
    /// What may leave it, one line a destination.
    pub(super) flows: Vec<String>,
    /// How many lines these take in the lane of flows, on A3 and on A4.
    pub(super) flow_lines: [usize; 2],
    pub(super) cells: Vec<usize>,
    pub(super) mark: Mark,
}

/// A box inside a zone: a system, an internal device, or a count of what is not shown.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) key: String,
    pub(super) thing: Option<EntityRef>,
    pub(super) name: String,
    pub(super) sub: String,
    pub(super) zone: usize,
    /// Whether a connection ends here.
    pub(super) front: bool,
    /// Whether the same host has a box in another zone.
    pub(super) twin: bool,
    /// Whether the host stands on several networks, drawn or not.
    pub(super) multi: bool,
    /// Whether it was seen and is in no ledger.
    pub(super) stranger: bool,
    pub(super) mark: Mark,
}

/// A device in the lane of entries.
#[derive(Clone, Debug)]
pub(super) struct DeviceBox {
    pub(super) thing: EntityRef,
    pub(super) name: String,
    /// Model, and software with its version.
    pub(super) about: Vec<String>,
    /// Its addresses, one a line, outside first.
    pub(super) addresses: Vec<String>,
    /// The first address on each side.
    pub(super) brief: Vec<String>,
    /// Who owns it, when that is not the hospital.
    pub(super) foreign: Option<String>,
    /// How far the sources agree that it is there.
    pub(super) state: Corroboration,
    pub(super) mark: Mark,
}

/// The other end.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PartyBox {
    pub(super) thing: EntityRef,
    pub(super) name: String,
    pub(super) about: String,
}

/// Where a branch ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    Cell(usize),
    Zone(usize),
}

/// One permitted way of a connection, from its entry or from a relay.
#[derive(Clone, Debug)]
pub(super) struct Branch {
    pub(super) relay: Option<usize>,
    pub(super) target: Target,
    /// The services in words: in full, in brief, and only the first; the first that fits is
    /// written.
    pub(super) labels: [String; 3],
    /// Whether sessions are opened from inside.
    pub(super) outbound: bool,
}

/// A connection, or a device at the boundary that no connection uses.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) thing: EntityRef,
    /// Other undeclared paths that share the row.
    pub(super) alike: Vec<EntityRef>,
    pub(super) number: Option<u32>,
    pub(super) party: Option<PartyBox>,
    pub(super) circuit: String,
    /// The circuit it uses.
    pub(super) line: Option<EntityRef>,
    pub(super) transport: String,
    pub(super) carriage: Carriage,
    pub(super) state: Corroboration,
    /// The devices it passes, from the outside in.
    pub(super) chain: Vec<String>,
    pub(super) branches: Vec<Branch>,
    /// Whether the boundary of duty is written down.
    pub(super) demarcated: bool,
    pub(super) mark: Mark,
    pub(super) party_mark: Mark,
}

impl Row {
    /// What stands in its round badges: its number; for a path that nobody declared a mark.
    pub(super) fn badge(&self) -> Option<String> {
        let undeclared = || (self.state == Corroboration::Undeclared).then(|| "!".to_owned());
        self.number.map(|number| number.to_string()).or_else(undeclared)
    }
}

/// Everything that is to be drawn.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    /// Whether anybody watched: then a connection that nobody could see is told from one that
    /// nobody declared more of.
    pub(super) watched: bool,
    /// What answered a probe, or carried an answer.
    pub(super) probed: BTreeMap<EntityRef, bool>,
    pub(super) zones: Vec<ZoneBox>,
    pub(super) cells: Vec<Cell>,
    pub(super) rows: Vec<Row>,
    pub(super) devices: BTreeMap<String, DeviceBox>,
    /// The core switch and internal firewalls: key, name, thing.
    pub(super) backbone: Vec<(EntityRef, String)>,
    /// What a special view says, by the key of a zone, a cell, a party or a pill, and by the thing
    /// of a device.
    pub(super) notes: BTreeMap<String, Note>,
    /// How lines look that do not look as usual: by row and, behind its devices, by branch.
    pub(super) lines: BTreeMap<(usize, Option<usize>), Look>,
}

impl Content {
    /// How the line of a row looks, or that of one of its branches.
    pub(super) fn line(&self, row: usize, branch: Option<usize>) -> Option<Look> {
        let whole = || self.lines.get(&(row, None));
        self.lines.get(&(row, branch)).or_else(whole).copied()
    }

    /// Marks what connections end at, folds or drops what the view does not show, and gives
    /// every zone the list of its cells.
    pub(super) fn settle(&mut self, view: &View, lang: Lang) {
        let fold = *view != View::Whole;
        let one = matches!(view, View::Connection(_));
        let mut touched = BTreeSet::new();
        for branch in self.rows.iter().flat_map(|row| &row.branches) {
            match branch.target {
                Target::Cell(cell) => self.cells[cell].front = true,
                Target::Zone(zone) => drop(touched.insert(zone)),
            }
            if let Some(relay) = branch.relay {
                self.cells[relay].front = true;
            }
        }
        let mut folded = vec![0usize; self.zones.len()];
        for at in 0..self.cells.len() {
            let Cell { zone, front, .. } = self.cells[at];
            if front {
                touched.insert(zone);
            }
            let beside_front = self.cells[at].twin
                && self.cells.iter().any(|it| it.front && it.thing == self.cells[at].thing);
            if front || beside_front || !fold {
                self.zones[zone].cells.push(at);
            } else {
                folded[zone] += 1;
            }
        }
        for (zone, count) in folded.into_iter().enumerate() {
            if count > 0 && !one && touched.contains(&zone) {
                let name = crate::text!("ほか {count} システム", "{count} more systems");
                self.cells.push(Cell {
                    key: format!("more@{}", self.zones[zone].key),
                    thing: None,
                    name: name.get(lang).to_owned(),
                    sub: Text::new("（全体構成図を参照）", "(see the whole diagram)")
                        .get(lang)
                        .to_owned(),
                    zone,
                    front: false,
                    twin: false,
                    multi: false,
                    stranger: false,
                    mark: Mark::default(),
                });
                self.zones[zone].cells.push(self.cells.len() - 1);
            }
        }
        if fold {
            // Partial views are about connections: zones that none touches are left out.
            self.keep_zones(|zone| touched.contains(&zone));
            self.backbone.clear();
            for zone in &mut self.zones {
                zone.tied = false;
                zone.flows.clear();
                zone.flow_lines = [0; 2];
            }
        } else {
            // Places that exist only for things without a zone vanish when nothing is in them.
            let filled: BTreeSet<usize> = self.cells.iter().map(|cell| cell.zone).collect();
            let real: Vec<bool> = self.zones.iter().map(|zone| zone.thing.is_some()).collect();
            self.keep_zones(|zone| real[zone] || filled.contains(&zone));
        }
    }

    fn keep_zones(&mut self, keep: impl Fn(usize) -> bool) {
        let mut renumbered = BTreeMap::new();
        let mut at = 0;
        self.zones.retain(|_| {
            let kept = keep(at);
            if kept {
                renumbered.insert(at, renumbered.len());
            }
            at += 1;
            kept
        });
        for cell in &mut self.cells {
            cell.zone = renumbered.get(&cell.zone).copied().unwrap_or(0);
        }
        for branch in self.rows.iter_mut().flat_map(|row| &mut row.branches) {
            if let Target::Zone(zone) = &mut branch.target {
                *zone = renumbered.get(zone).copied().unwrap_or(0);
            }
        }
    }

    /// Everything that the drawing shows.
    pub(super) fn things(&self) -> impl Iterator<Item = &EntityRef> {
        let boxes = self.zones.iter().flat_map(|zone| &zone.cells).map(|cell| &self.cells[*cell]);
        let rows = self.rows.iter();
        rows.clone()
            .map(|row| &row.thing)
            .chain(rows.clone().filter_map(|row| row.party.as_ref()).map(|party| &party.thing))
            .chain(rows.filter_map(|row| row.line.as_ref()))
            .chain(self.devices.values().map(|device| &device.thing))
            .chain(boxes.filter_map(|cell| cell.thing.as_ref()))
    }

    /// The least height of the bar of the backbone: room for the names of its devices.
    pub(super) fn backbone_height(&self) -> f32 {
        let names = self.backbone.iter().map(|(_, name)| name.chars().count());
        let longest = names.max().unwrap_or(0) as f32;
        (longest * 11.0 + 16.0).clamp(44.0, 120.0) * self.backbone.len() as f32
    }
}
