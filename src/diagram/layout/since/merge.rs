//! What was drawn before joins what is drawn now.

use crate::diagram::layout::content::{Branch, Cell, Content, Mark, Row, Target};
use crate::diagram::layout::order::row_key;
use crate::diagram::layout::paint::{circuit_key, party_key};
use crate::diagram::layout::style::Look;
use crate::diagram::since::{Since, Turn};
use crate::model::{EntityKind, EntityRef};
use crate::topology::ExternalPath;
use std::collections::{BTreeMap, BTreeSet};

/// Both contents as one.
#[derive(Clone, Debug, Default)]
pub(in crate::diagram::layout) struct Merged {
    pub(in crate::diagram::layout) content: Content,
    /// Keys of boxes that stand only for what was.
    pub(super) ghosts: BTreeSet<String>,
    /// What zones, cells and rows of the drawing before are called here.
    pub(super) keys: BTreeMap<String, String>,
    /// Rows that stand only for what was.
    pub(super) gone: BTreeSet<usize>,
    /// Rows of lines that were there before, and that one of the two ledgers does not have: what the
    /// ledger that has them calls them.
    pub(super) listed: BTreeMap<usize, EntityRef>,
}

/// Joins both. What is in both is drawn as it is now. `paths` are what devices are configured for now.
pub(in crate::diagram::layout) fn merge(
    new: Content,
    old: &Content,
    since: &Since<'_>,
    paths: &[ExternalPath],
) -> Merged {
    let mut merger = Merger {
        merged: Merged { content: new, ..Merged::default() },
        old,
        since,
        paths,
        zones: Vec::new(),
        cells: Vec::new(),
    };
    merger.zones();
    merger.cells();
    merger.devices();
    merger.rows();
    merger.merged
}

struct Merger<'m> {
    merged: Merged,
    old: &'m Content,
    since: &'m Since<'m>,
    /// What devices are configured for now.
    paths: &'m [ExternalPath],
    /// Where the zones and cells of before are now.
    zones: Vec<usize>,
    cells: Vec<usize>,
}

impl Merger<'_> {
    /// What a thing is called now; under its old name when it is gone.
    fn now(&self, old: &EntityRef) -> EntityRef {
        self.since.now(old).unwrap_or_else(|| old.clone())
    }

    fn zones(&mut self) {
        for zone in &self.old.zones {
            let known = match &zone.thing {
                Some(thing) => {
                    let now = self.now(thing);
                    self.merged.content.zones.iter().position(|it| it.thing.as_ref() == Some(&now))
                }
                None => self.merged.content.zones.iter().position(|it| it.key == zone.key),
            };
            let at = known.unwrap_or_else(|| {
                let mut ghost = zone.clone();
                ghost.key = ghost_key(&zone.key);
                ghost.tied = false;
                ghost.ties.clear();
                ghost.flows.clear();
                ghost.flow_lines = [0; 2];
                ghost.mark = Mark::default();
                self.merged.ghosts.insert(ghost.key.clone());
                self.merged.content.zones.push(ghost);
                self.merged.content.zones.len() - 1
            });
            let key = self.merged.content.zones.get(at).map(|it| it.key.clone());
            self.merged.keys.insert(zone.key.clone(), key.unwrap_or_default());
            self.zones.push(at);
        }
    }

    fn cells(&mut self) {
        for cell in &self.old.cells {
            let zone = self.zones.get(cell.zone).copied().unwrap_or(0);
            let at = self.living(cell, zone).unwrap_or_else(|| {
                let ghost = Cell {
                    key: ghost_key(&cell.key),
                    zone,
                    front: false,
                    twin: false,
                    mark: Mark::default(),
                    ..cell.clone()
                };
                self.merged.ghosts.insert(ghost.key.clone());
                self.merged.content.cells.push(ghost);
                self.merged.content.cells.len() - 1
            });
            let key = self.merged.content.cells.get(at).map(|it| it.key.clone());
            self.merged.keys.insert(cell.key.clone(), key.unwrap_or_default());
            self.cells.push(at);
        }
    }

    /// The cell of today that stands for one of before: in the same zone, or wherever its zone went
    /// with it. What left a zone for another that was there before leaves a ghost.
    fn living(&self, cell: &Cell, zone: usize) -> Option<usize> {
        let now = self.now(cell.thing.as_ref()?);
        let boxes = || {
            let all = self.merged.content.cells.iter().enumerate();
            all.filter(|(_, it)| it.thing.as_ref() == Some(&now))
        };
        let here = boxes().find(|(_, it)| it.zone == zone);
        let fresh = |it: &Cell| !self.zones.contains(&it.zone);
        here.or_else(|| boxes().find(|(_, it)| fresh(it))).map(|(at, _)| at)
    }

    fn devices(&mut self) {
        for (id, device) in &self.old.devices {
            let now = self.now(&device.thing);
            self.merged.keys.insert(id.clone(), now.id.clone());
            if self.merged.content.devices.contains_key(&now.id) {
                continue;
            }
            self.merged.keys.insert(id.clone(), id.clone());
            let mut ghost = device.clone();
            ghost.mark = Mark::default();
            // A device that only stands elsewhere now is no ghost, but its place here is.
            self.merged.ghosts.insert(ghost.thing.to_string());
            self.merged.content.devices.insert(id.clone(), ghost);
        }
    }

    fn rows(&mut self) {
        // A device that lost its last connection says so by the ghost of that.
        let lost: BTreeSet<String> = self
            .old
            .rows
            .iter()
            .filter(|row| row.party.is_some() && self.since.now(&row.thing).is_none())
            .flat_map(|row| &row.chain)
            .map(|id| self.now(&EntityRef::new(EntityKind::Device, id)).id)
            .collect();
        self.merged
            .content
            .rows
            .retain(|row| row.party.is_some() || !row.chain.iter().any(|it| lost.contains(it)));
        for row in &self.old.rows {
            let now = self.now(&row.thing);
            let rows = &self.merged.content.rows;
            let same = rows.iter().position(|it| it.thing == now || it.alike.contains(&now));
            // The row of a device without a connection tells nothing once it has one.
            let idle = row.thing.kind == EntityKind::Device && {
                let id = self.now(&row.thing).id;
                rows.iter().any(|it| it.chain.contains(&id))
            };
            match same {
                Some(at) => self.branches(row, at),
                None if idle || self.listed(row) => {}
                None => self.ghost(row),
            }
        }
    }

    /// Whether a row of before is the same line as one of now, which somebody has declared since, or
    /// which is left when its declaration is gone. What it leads to is not compared: what a ledger
    /// permits and what a configuration opens are two statements.
    fn listed(&mut self, row: &Row) -> bool {
        let ways = |paths: &[ExternalPath], thing: &EntityRef| -> Vec<EntityRef> {
            let of = |it: &&ExternalPath| it.declared.as_ref().is_some_and(|(it, _)| it == thing);
            paths.iter().filter(of).map(|it| it.thing.clone()).collect()
        };
        let own = |row: &Row| -> Vec<EntityRef> {
            std::iter::once(&row.thing).chain(&row.alike).cloned().collect()
        };
        let same = |before: &[EntityRef], now: &[EntityRef]| {
            before.iter().any(|it| now.contains(&self.now(it)))
        };
        let is_path = |row: &Row| row.thing.kind == EntityKind::Path;
        let found = self.merged.content.rows.iter().enumerate().find_map(|(at, it)| {
            let (is, listed) = match (is_path(row), is_path(it)) {
                (true, false) => (same(&own(row), &ways(self.paths, &it.thing)), &it.thing),
                (true, true) => (same(&own(row), &own(it)), &it.thing),
                (false, true) => {
                    let before = ways(self.since.old.topology.paths(), &row.thing);
                    (same(&before, &own(it)), &row.thing)
                }
                (false, false) => return None,
            };
            is.then(|| (at, row_key(it), listed.clone(), is_path(row) && is_path(it)))
        });
        let Some((at, key, listed, neither)) = found else { return false };
        self.merged.keys.insert(row_key(row), key);
        if !neither {
            self.merged.listed.insert(at, listed);
        }
        true
    }

    fn target(&self, target: Target) -> Option<Target> {
        match target {
            Target::Cell(cell) => self.cells.get(cell).copied().map(Target::Cell),
            Target::Zone(zone) => self.zones.get(zone).copied().map(Target::Zone),
        }
    }

    fn branch(&self, branch: &Branch) -> Option<Branch> {
        let relay = match branch.relay {
            Some(relay) => Some(self.cells.get(relay).copied()?),
            None => None,
        };
        Some(Branch { relay, target: self.target(branch.target)?, ..branch.clone() })
    }

    /// What happened to a row that is more than that somebody looked elsewhere; `gone` as in
    /// [`Since::told`].
    fn worst(&self, row: &Row, gone: bool) -> Option<Turn> {
        let own = std::iter::once(&row.thing).chain(&row.alike);
        own.flat_map(|it| self.since.told(it, gone)).map(|(_, it)| it.turn).min()
    }

    /// The ways of a connection that is still there: those that are gone, and those that are new.
    fn branches(&mut self, row: &Row, at: usize) {
        let before: Vec<Branch> = row.branches.iter().filter_map(|it| self.branch(it)).collect();
        let Some(now) = self.merged.content.rows.get(at) else { return };
        self.merged.keys.insert(row_key(row), row_key(now));
        let alike = |a: &Branch, b: &Branch| {
            (a.relay, a.target, a.outbound) == (b.relay, b.target, b.outbound)
        };
        let unknown: Vec<usize> = (0..now.branches.len())
            .filter(|it| {
                let branch = now.branches.get(*it);
                branch.is_some_and(|one| !before.iter().any(|other| alike(one, other)))
            })
            .collect();
        let gone: Vec<Branch> = before
            .into_iter()
            .filter(|it| !now.branches.iter().any(|other| alike(it, other)))
            .collect();
        let (come, left) = match self.worst(now, false) {
            Some(Turn::Scope) => (Look::Scope, Look::Unlooked),
            _ => (Look::New, Look::Gone),
        };
        for branch in unknown {
            self.merged.content.lines.insert((at, Some(branch)), come);
        }
        let Some(now) = self.merged.content.rows.get_mut(at) else { return };
        for branch in gone {
            self.merged.content.lines.insert((at, Some(now.branches.len())), left);
            now.branches.push(branch);
        }
    }

    /// A row that stands for what was.
    fn ghost(&mut self, row: &Row) {
        let chain = row.chain.iter().map(|id| {
            let now = self.now(&EntityRef::new(EntityKind::Device, id)).id;
            let known = |id: &String| self.merged.content.devices.contains_key(id);
            if known(&now) { now } else { id.clone() }
        });
        let ghost = Row {
            chain: chain.collect(),
            branches: row.branches.iter().filter_map(|it| self.branch(it)).collect(),
            mark: Mark::default(),
            party_mark: Mark::default(),
            ..row.clone()
        };
        let at = self.merged.content.rows.len();
        self.merged.keys.insert(row_key(row), row_key(&ghost));
        self.merged.ghosts.insert(circuit_key(&ghost));
        // The box of the party stands for this line alone; its other lines have their own.
        self.merged.ghosts.extend(party_key(&ghost));
        self.merged.gone.insert(at);
        // What nobody looked at this time is not gone.
        let unlooked = self.worst(row, true) == Some(Turn::Scope);
        let look = if unlooked { Look::Unlooked } else { Look::Gone };
        self.merged.content.lines.insert((at, None), look);
        self.merged.content.rows.push(ghost);
    }
}

/// What stands only for what was has keys of its own: another thing may have its id today.
fn ghost_key(key: &str) -> String {
    format!("before:{key}")
}
