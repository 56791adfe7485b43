//! Where routes end at the boxes of a page: every route has a port of its own, except that many
//! connections through one relay share one way in and one way out.

use super::content::{Content, Target};
use super::placed::Page;
use std::collections::{BTreeMap, BTreeSet};

/// Distance between two ports of the same box.
pub(super) const PORT: f32 = 10.4;
/// Height of the line with the name of a zone.
const HEADER: f32 = 12.2;
/// From this many connections on, those that pass one device and one relay are drawn as one
/// trunk; their numbers stand where they fan out.
const BUNDLE: usize = 3;

/// Connections that pass the same devices and the same relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bundle {
    pub(super) relay: usize,
    pub(super) rows: Vec<usize>,
}

/// The bundles of a page, in the order of their first rows.
pub(super) fn bundles(content: &Content, rows: impl Iterator<Item = usize>) -> Vec<Bundle> {
    let mut groups: Vec<(usize, &[String], Vec<usize>)> = Vec::new();
    for row in rows {
        let data = &content.rows[row];
        let relays: BTreeSet<usize> = data.branches.iter().filter_map(|it| it.relay).collect();
        for relay in relays {
            let chain = data.chain.as_slice();
            match groups.iter_mut().find(|(at, it, _)| *at == relay && *it == chain) {
                Some((_, _, rows)) => rows.push(row),
                None => groups.push((relay, chain, vec![row])),
            }
        }
    }
    groups
        .into_iter()
        .filter(|(_, chain, rows)| !chain.is_empty() && rows.len() >= BUNDLE)
        .map(|(relay, _, rows)| Bundle { relay, rows })
        .collect()
}

/// One port of a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Port {
    /// A branch of a row ends here.
    End(usize, usize),
    /// A row goes on from this relay.
    Leave(usize, usize),
    /// A bundle arrives at its relay.
    BundleEnd(usize),
    /// A bundle goes on from its relay.
    BundleLeave(usize),
}

/// All ports of a page by box, from top to bottom.
#[derive(Clone, Debug, Default)]
pub(super) struct Ports {
    pub(super) bundles: Vec<Bundle>,
    pub(super) cells: BTreeMap<usize, Vec<Port>>,
    pub(super) zones: BTreeMap<usize, Vec<Port>>,
}

impl Ports {
    pub(super) fn of(content: &Content, page: &Page) -> Self {
        let mut ports = Self { bundles: bundles(content, page.rows()), ..Self::default() };
        for row in page.rows() {
            ports.row(content, row);
        }
        ports
    }

    fn row(&mut self, content: &Content, row: usize) {
        let mut left = BTreeSet::new();
        for (at, branch) in content.rows[row].branches.iter().enumerate() {
            let port = match self.bundle_into(row, branch.relay, branch.target) {
                Some(bundle) => Port::BundleEnd(bundle),
                None => Port::End(row, at),
            };
            let list = match branch.target {
                Target::Cell(cell) => self.cells.entry(cell).or_default(),
                Target::Zone(zone) => self.zones.entry(zone).or_default(),
            };
            if !list.contains(&port) {
                list.push(port);
            }
            if let Some(relay) = branch.relay.filter(|relay| left.insert(*relay)) {
                let port = match self.bundle(row, relay) {
                    Some(bundle) => Port::BundleLeave(bundle),
                    None => Port::Leave(row, relay),
                };
                let list = self.cells.entry(relay).or_default();
                if !list.contains(&port) {
                    list.push(port);
                }
            }
        }
    }

    /// The bundle that a row belongs to at a relay.
    pub(super) fn bundle(&self, row: usize, relay: usize) -> Option<usize> {
        self.bundles.iter().position(|it| it.relay == relay && it.rows.contains(&row))
    }

    /// The bundle with which a branch arrives at its relay.
    pub(super) fn bundle_into(&self, row: usize, from: Option<usize>, to: Target) -> Option<usize> {
        match (from, to) {
            (None, Target::Cell(cell)) => self.bundle(row, cell),
            _ => None,
        }
    }

    /// The height that the head of a zone needs.
    pub(super) fn header(&self, zone: usize) -> f32 {
        let ports = self.zones.get(&zone).map_or(0, Vec::len);
        HEADER.max(PORT * ports as f32 + 3.0)
    }

    /// The height that a cell needs.
    pub(super) fn cell(&self, cell: usize, base: f32) -> f32 {
        let ports = self.cells.get(&cell).map_or(0, Vec::len);
        base + PORT * ports.saturating_sub(1) as f32
    }
}
