//! What goes on which sheet. One sheet when everything fits; else rows are dealt out in order,
//! with the systems that they reach, then the other systems of each zone, where there is room.
//! Few sheets are filled evenly, so that the last does not carry one row alone.

use super::content::{Branch, Content, Target};
use super::lanes::Sheet;
use super::order::Order;
use super::place::needed;
use super::placed::Page;
use super::since::PageAnchors;
use std::collections::BTreeSet;

/// Deals everything out. Every row, zone and cell stands on at least one page.
pub(super) fn paginate(
    content: &Content,
    order: &Order,
    sheet: Sheet,
    before: Option<&[PageAnchors]>,
) -> Vec<Page> {
    let room = sheet.body().h;
    let everything = Page {
        groups: order.groups.clone(),
        zones: order.zones.iter().map(|zone| (*zone, content.zones[*zone].cells.clone())).collect(),
    };
    if needed(content, &everything, sheet) <= room {
        return vec![everything];
    }
    let deal = |room: f32| {
        let (pages, shown) = (Vec::new(), BTreeSet::new());
        Dealer { content, order, sheet, room, pages, shown }.deal(before.unwrap_or_default())
    };
    let mut pages = deal(room);
    // Where everything stood before, it stays; of many sheets one may be nearly empty.
    if before.is_some() || pages.len() > EVENLY {
        return pages;
    }
    let (mut low, mut high) = (0.5, 1.0);
    for _ in 0..HALVINGS {
        let middle = (low + high) / 2.0;
        let evener = deal(room * middle);
        // Nor may a device that stood on one sheet come to stand on two.
        if evener.len() <= pages.len() && devices(&evener) <= devices(&pages) {
            (high, pages) = (middle, evener);
        } else {
            low = middle;
        }
    }
    pages
}

/// How many boxes of devices there are, one that stands on two sheets counted twice.
fn devices(pages: &[Page]) -> usize {
    pages.iter().map(|it| it.groups.len()).sum()
}

/// So many sheets are filled evenly.
const EVENLY: usize = 4;

/// So often the height that rows may take on each of them is halved: to a sixteenth of a half.
const HALVINGS: usize = 4;

struct Dealer<'a> {
    content: &'a Content,
    order: &'a Order,
    sheet: Sheet,
    /// The height that rows and what they reach may take on a sheet; never more than it has.
    room: f32,
    pages: Vec<Page>,
    /// Cells that stand on some page.
    shown: BTreeSet<usize>,
}

impl Dealer<'_> {
    fn deal(mut self, before: &[PageAnchors]) -> Vec<Page> {
        self.keep(before);
        for group in &self.order.groups {
            let new: Vec<usize> = group.iter().copied().filter(|it| !self.dealt(*it)).collect();
            if new.len() == group.len() {
                self.group(&new);
            } else {
                self.join(group, &new);
            }
        }
        // The other systems may take what is left of each sheet.
        self.room = self.sheet.body().h;
        self.rest();
        self.pages
    }

    fn dealt(&self, row: usize) -> bool {
        self.pages.iter().any(|page| page.rows().any(|it| it == row))
    }

    /// Puts everything on the sheet where it stood before, as far as there is room.
    fn keep(&mut self, before: &[PageAnchors]) {
        let parts =
            |row: usize| before.iter().filter(|it| it.page.rows().any(|it| it == row)).count();
        for anchors in before {
            let mut page = anchors.page.clone();
            // What a row reaches that stands on several sheets is dealt out over these.
            for row in anchors.page.rows().filter(|it| parts(*it) == 1) {
                page = self.with_branches(page, row, |_| ());
            }
            // Systems that no connection reaches go first when it has become too much.
            while !self.fits(&page) {
                let front = |cell: &usize| self.content.cells.get(*cell).is_some_and(|it| it.front);
                let largest = page.zones.iter_mut().max_by_key(|(_, it)| it.len());
                let Some(cells) = largest.map(|(_, cells)| cells) else { break };
                let Some(last) = cells.iter().rposition(|it| !front(it)) else { break };
                cells.remove(last);
            }
            // What has become too much even so is dealt out anew.
            if self.fits(&page) {
                page.zones
                    .sort_by_key(|(zone, _)| self.order.zones.iter().position(|it| it == zone));
                self.note(&page);
                self.pages.push(page);
            }
        }
        let several: BTreeSet<usize> = before.iter().flat_map(|it| it.page.rows()).collect();
        for row in several.into_iter().filter(|it| parts(*it) > 1) {
            if self.dealt(row) {
                self.complete(row);
            }
        }
    }

    /// Puts what a row reaches and no sheet of it shows where there is room.
    fn complete(&mut self, row: usize) {
        let content = self.content;
        for branch in content.rows.get(row).iter().flat_map(|it| &it.branches) {
            let own = |page: &Page| page.rows().any(|it| it == row);
            let shows = |page: &Page| own(page) && self.with_branch(page, branch) == *page;
            if self.pages.iter().any(shows) {
                continue;
            }
            let grown = self.pages.iter().enumerate().filter(|(_, page)| own(page));
            let mut grown = grown.map(|(at, page)| (at, self.with_branch(page, branch)));
            match grown.find(|(_, page)| self.fits(page)) {
                Some((at, page)) => {
                    self.note(&page);
                    if let Some(place) = self.pages.get_mut(at) {
                        *place = page;
                    }
                }
                None => {
                    let blank = Page { groups: vec![vec![row]], ..Page::default() };
                    let page = self.with_branch(&blank, branch);
                    self.note(&page);
                    self.pages.push(page);
                }
            }
        }
    }

    /// Puts new rows beside the others of their group, where there is room.
    fn join(&mut self, group: &[usize], new: &[usize]) {
        for row in new {
            let theirs = |page: &Page| page.rows().any(|it| group.contains(&it));
            let pages: Vec<usize> = (0..self.pages.len())
                .filter(|at| self.pages.get(*at).is_some_and(theirs))
                .collect();
            let grown = pages.into_iter().find_map(|at| {
                let page = self.with_branches(self.pages.get(at)?.clone(), *row, |page| {
                    let own =
                        page.groups.iter_mut().find(|it| it.iter().any(|it| group.contains(it)));
                    if let Some(own) = own {
                        own.push(*row);
                        own.sort_by_key(|row| group.iter().position(|it| it == row));
                    }
                });
                self.fits(&page).then_some((at, page))
            });
            match grown {
                Some((at, page)) => {
                    self.note(&page);
                    if let Some(place) = self.pages.get_mut(at) {
                        *place = page;
                    }
                }
                None => self.group(&[*row]),
            }
        }
    }

    /// A page after some step, with everything that a row reaches.
    fn with_branches(&self, mut page: Page, row: usize, step: impl Fn(&mut Page)) -> Page {
        step(&mut page);
        for branch in self.content.rows.get(row).iter().flat_map(|it| &it.branches) {
            page = self.with_branch(&page, branch);
        }
        page
    }

    fn fits(&self, page: &Page) -> bool {
        needed(self.content, page, self.sheet) <= self.room
    }

    /// Puts a group on the last page when it fits there whole, else on a new one; a group that
    /// is too large for any page is dealt row by row.
    fn group(&mut self, group: &[usize]) {
        let on_last = self.pages.last().map(|page| self.with_rows(page, group, false));
        if let Some(page) = on_last.filter(|page| self.fits(page)) {
            self.replace_last(page);
            return;
        }
        let fresh = self.with_rows(&Page::default(), group, false);
        if self.fits(&fresh) {
            self.note(&fresh);
            self.pages.push(fresh);
            return;
        }
        let mut continues = false;
        for row in group {
            let grown = self.pages.last().map(|page| self.with_rows(page, &[*row], continues));
            match grown.filter(|page| self.fits(page)) {
                Some(page) => self.replace_last(page),
                None => self.row(*row),
            }
            continues = true;
        }
    }

    /// Puts one row on a page of its own; when it reaches more than a page holds, on several,
    /// each with some of its ways.
    fn row(&mut self, row: usize) {
        let alone = self.with_rows(&Page::default(), &[row], false);
        if self.fits(&alone) {
            self.note(&alone);
            self.pages.push(alone);
            return;
        }
        let blank = || Page { groups: vec![vec![row]], ..Page::default() };
        let mut page = blank();
        let mut started = false;
        for branch in &self.content.rows[row].branches {
            let grown = self.with_branch(&page, branch);
            if started && !self.fits(&grown) {
                self.note(&page);
                self.pages.push(std::mem::replace(&mut page, self.with_branch(&blank(), branch)));
            } else {
                page = grown;
            }
            started = true;
        }
        self.note(&page);
        self.pages.push(page);
    }

    fn replace_last(&mut self, page: Page) {
        self.note(&page);
        self.pages.pop();
        self.pages.push(page);
    }

    fn note(&mut self, page: &Page) {
        self.shown.extend(page.zones.iter().flat_map(|(_, cells)| cells));
    }

    /// The page with some more rows and everything that these reach.
    fn with_rows(&self, page: &Page, rows: &[usize], continues: bool) -> Page {
        let mut page = page.clone();
        match page.groups.last_mut().filter(|_| continues) {
            Some(group) => group.extend_from_slice(rows),
            None => page.groups.push(rows.to_vec()),
        }
        for row in rows {
            for branch in &self.content.rows[*row].branches {
                page = self.with_branch(&page, branch);
            }
        }
        page
    }

    /// The page with what one way reaches.
    fn with_branch(&self, page: &Page, branch: &Branch) -> Page {
        let mut page = page.clone();
        match branch.target {
            Target::Cell(cell) => self.add(&mut page, cell),
            Target::Zone(zone) => drop(self.zone(&mut page, zone)),
        }
        if let Some(relay) = branch.relay {
            self.add(&mut page, relay);
        }
        page
    }

    fn add(&self, page: &mut Page, cell: usize) {
        let at = self.zone(page, self.content.cells[cell].zone);
        let cells = &mut page.zones[at].1;
        if !cells.contains(&cell) {
            cells.push(cell);
            cells.sort_unstable();
        }
    }

    /// The place of a zone on the page, which it gets in the order of all zones.
    fn zone(&self, page: &mut Page, zone: usize) -> usize {
        if let Some(at) = page.zones.iter().position(|(it, _)| *it == zone) {
            return at;
        }
        let rank = |zone: usize| self.order.zones.iter().position(|it| *it == zone);
        let at = page.zones.partition_point(|(it, _)| rank(*it) < rank(zone));
        page.zones.insert(at, (zone, Vec::new()));
        at
    }

    /// The systems that no connection reaches: beside those of their zone where there is room,
    /// else wherever there is room, else on sheets of their own.
    fn rest(&mut self) {
        for zone in self.order.zones.clone() {
            let mut waiting: Vec<usize> = self.content.zones[zone]
                .cells
                .iter()
                .copied()
                .filter(|cell| !self.shown.contains(cell))
                .collect();
            let on_some =
                self.pages.iter().any(|page| page.zones.iter().any(|(it, _)| *it == zone));
            if waiting.is_empty() && on_some {
                continue;
            }
            for at in 0..self.pages.len() {
                let has = self.pages[at].zones.iter().any(|(it, _)| *it == zone);
                if has || !on_some {
                    waiting = self.fill(at, zone, waiting);
                }
                if waiting.is_empty()
                    && self.pages.iter().any(|page| page.zones.iter().any(|(it, _)| *it == zone))
                {
                    break;
                }
            }
            for at in 0..self.pages.len() {
                if !waiting.is_empty() {
                    waiting = self.fill(at, zone, waiting);
                }
            }
            while !waiting.is_empty() {
                let before = waiting.len();
                let last = self.pages.len().wrapping_sub(1);
                if self.pages.last().is_some_and(|page| page.groups.is_empty()) {
                    waiting = self.fill(last, zone, waiting);
                }
                if !waiting.is_empty() {
                    self.pages.push(Page::default());
                    waiting = self.fill(self.pages.len() - 1, zone, waiting);
                }
                if waiting.len() == before {
                    // Not even one cell fits on an empty page: show them all the same.
                    let at = self.pages.len() - 1;
                    let place = self.zone_on(at, zone);
                    self.pages[at].zones[place].1.append(&mut waiting);
                }
            }
        }
    }

    fn zone_on(&mut self, at: usize, zone: usize) -> usize {
        let mut page = std::mem::take(&mut self.pages[at]);
        let place = self.zone(&mut page, zone);
        self.pages[at] = page;
        place
    }

    /// Adds as many cells of a zone to a page as fit and returns the others. Found by halving,
    /// as the height of a page never falls when a cell is added.
    fn fill(&mut self, at: usize, zone: usize, waiting: Vec<usize>) -> Vec<usize> {
        let with = |count: usize| {
            let mut page = self.pages[at].clone();
            let place = self.zone(&mut page, zone);
            let cells = &mut page.zones[place].1;
            cells.extend_from_slice(&waiting[..count]);
            cells.sort_unstable();
            page
        };
        let (mut low, mut high) = (0, waiting.len());
        if !self.fits(&with(0)) {
            return waiting;
        }
        while low < high {
            let middle = (low + high).div_ceil(2);
            if self.fits(&with(middle)) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        let page = with(low);
        if low > 0 || waiting.is_empty() {
            self.pages[at] = page;
        }
        self.shown.extend(&waiting[..low]);
        waiting[low..].to_vec()
    }
}
