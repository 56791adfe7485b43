//! Who stands above whom: device groups on the left, zones on the right, so that few routes
//! cross. Only ranks count here, never heights: a system more or less moves nothing.

use super::Positions;
use super::content::{Content, Row, Target};
use std::collections::BTreeMap;

/// The order of the lanes.
#[derive(Clone, Debug, Default)]
pub(super) struct Order {
    /// Rows that share their outermost device, from top to bottom.
    pub(super) groups: Vec<Vec<usize>>,
    /// Indices of zones from top to bottom.
    pub(super) zones: Vec<usize>,
}

/// How many steps of [`cost`] a better order is worth: less than a second. Hospitals of a
/// hundred connections need far fewer; larger ones keep the best order found by then.
const PATIENCE: usize = 200_000_000;

/// `before` says on which sheet and how high the rows of the drawing before stood: these keep
/// their order, and new ones are put between them.
pub(super) fn order(
    content: &Content,
    keep: Option<&Positions>,
    before: Option<&BTreeMap<usize, (usize, f32)>>,
) -> Order {
    let reach = reach(content);
    let mut groups = group(content);
    let mut zones: Vec<usize> = (0..content.zones.len()).collect();
    let zone_name = |at: &usize| content.zones[*at].key.clone();
    let group_name = |group: &Vec<usize>| group_key(content, group);
    let kept_zones = keep.map_or(&[][..], |keep| &keep.zones);
    let kept_groups = keep.map_or(&[][..], |keep| &keep.devices);
    let fixed_zones = settle(&mut zones, kept_zones, zone_name);
    sort_groups(&mut groups, &zones, &reach);
    let fixed_groups = settle(&mut groups, kept_groups, group_name);
    let routes: usize = reach.iter().map(Vec::len).sum();
    let mut trials = PATIENCE / ((routes + 1) * (zones.len() + 4) + 4 * reach.len());
    for _ in 0..3 {
        let before = cost(&groups, &zones, &reach);
        improve(&mut zones, fixed_zones, &mut trials, |zones| cost(&groups, zones, &reach));
        if fixed_groups == 0 {
            sort_groups(&mut groups, &zones, &reach);
        }
        improve(&mut groups, fixed_groups, &mut trials, |groups| cost(groups, &zones, &reach));
        if cost(&groups, &zones, &reach) >= before {
            break;
        }
    }
    for group in &mut groups {
        let rank = ranks(&zones);
        group.sort_by_key(|row| {
            let row_data = &content.rows[*row];
            // The name of a zone stands above its systems.
            let inside = row_data.branches.iter().all(|it| matches!(it.target, Target::Cell(_)));
            (row_data.chain.clone(), mean(&reach[*row], &rank), inside, row_data.number)
        });
        if let Some(before) = before {
            *group = between(group, before);
        }
    }
    Order { groups, zones }
}

/// The rows of before in their old order; each new one behind the row that it follows.
fn between(sorted: &[usize], before: &BTreeMap<usize, (usize, f32)>) -> Vec<usize> {
    let place = |row: &usize| before.get(row).copied();
    let mut kept: Vec<usize> = sorted.iter().copied().filter(|it| place(it).is_some()).collect();
    kept.sort_by(|a, b| {
        let (a, b) = (place(a).unwrap_or_default(), place(b).unwrap_or_default());
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    let mut ahead: Option<usize> = None;
    for row in sorted {
        if place(row).is_none() {
            let at = ahead.and_then(|ahead| kept.iter().position(|it| *it == ahead));
            kept.insert(at.map_or(0, |it| it + 1), *row);
        }
        ahead = Some(*row);
    }
    kept
}

/// The name of a row.
pub(super) fn row_key(row: &Row) -> String {
    row.thing.to_string()
}

/// The name of a group in [`Positions`]: its outermost device, or its connection.
pub(super) fn group_key(content: &Content, group: &[usize]) -> String {
    group.first().map_or_else(String::new, |row| {
        let row = &content.rows[*row];
        row.chain.first().cloned().unwrap_or_else(|| row.thing.to_string())
    })
}

/// The zones that each row reaches.
fn reach(content: &Content) -> Vec<Vec<usize>> {
    let zone = |target: Target| match target {
        Target::Cell(cell) => content.cells[cell].zone,
        Target::Zone(zone) => zone,
    };
    let rows = content.rows.iter().map(|row| {
        let mut zones: Vec<usize> = row.branches.iter().map(|it| zone(it.target)).collect();
        zones
            .extend(row.branches.iter().filter_map(|it| it.relay).map(|it| content.cells[it].zone));
        zones.sort_unstable();
        zones.dedup();
        zones
    });
    rows.collect()
}

fn group(content: &Content) -> Vec<Vec<usize>> {
    let mut groups: Vec<(Option<&str>, Vec<usize>)> = Vec::new();
    for (at, row) in content.rows.iter().enumerate() {
        let outermost = row.chain.first().map(String::as_str);
        match groups.iter_mut().find(|(device, _)| device.is_some() && *device == outermost) {
            Some((_, rows)) => rows.push(at),
            None => groups.push((outermost, vec![at])),
        }
    }
    groups.into_iter().map(|(_, rows)| rows).collect()
}

/// Puts what has a kept place first, in the kept order, and returns how many there are.
fn settle<T>(items: &mut [T], kept: &[String], name: impl Fn(&T) -> String) -> usize {
    let place = |item: &T| {
        let name = name(item);
        kept.iter().position(|it| *it == name).unwrap_or(usize::MAX)
    };
    items.sort_by_key(place);
    items.iter().filter(|item| place(item) != usize::MAX).count()
}

fn ranks(order: &[usize]) -> Vec<usize> {
    let mut ranks = vec![0; order.len()];
    for (rank, at) in order.iter().enumerate() {
        ranks[*at] = rank;
    }
    ranks
}

/// The mean rank in hundredths.
fn mean(zones: &[usize], rank: &[usize]) -> usize {
    match zones.len() {
        0 => usize::MAX / 2,
        n => zones.iter().map(|zone| rank[*zone] * 100).sum::<usize>() / n,
    }
}

fn sort_groups(groups: &mut [Vec<usize>], zones: &[usize], reach: &[Vec<usize>]) {
    let rank = ranks(zones);
    groups.sort_by_key(|group| {
        let all: Vec<usize> = group.iter().flat_map(|row| reach[*row].iter().copied()).collect();
        mean(&all, &rank)
    });
}

/// Crossings of routes, and as a tie-break how far they climb.
fn cost(groups: &[Vec<usize>], zones: &[usize], reach: &[Vec<usize>]) -> usize {
    let rank = ranks(zones);
    let rows = reach.len().max(1);
    let mut seen = vec![0usize; zones.len()];
    let (mut crossings, mut climb) = (0, 0);
    for group in groups {
        // Rows of one group are sorted later; within a group they do not count as crossing.
        for row in group {
            for zone in &reach[*row] {
                crossings += seen[rank[*zone] + 1..].iter().sum::<usize>();
            }
        }
        for row in group {
            for zone in &reach[*row] {
                seen[rank[*zone]] += 1;
            }
        }
    }
    for (at, row) in groups.iter().flatten().enumerate() {
        for zone in &reach[*row] {
            climb += (at * zones.len()).abs_diff(rank[*zone] * rows);
        }
    }
    crossings * 10_000 + climb
}

/// Moves single items to better places until nothing gains or the trials are used up. The first
/// `fixed` items keep their order among themselves; the others may go anywhere.
fn improve<T>(items: &mut [T], fixed: usize, trials: &mut usize, cost: impl Fn(&[T]) -> usize) {
    if items.len() < 2 || fixed >= items.len() {
        return;
    }
    let mut best = cost(items);
    // Newcomers beside kept items are each moved once, to where they cost least.
    if fixed > 0 {
        for from in fixed..items.len() {
            let mut place = (cost(items), usize::MAX - from);
            for to in 0..from {
                if *trials == 0 {
                    return;
                }
                *trials -= 1;
                shift(items, from, to);
                place = place.min((cost(items), usize::MAX - to));
                shift(items, to, from);
            }
            shift(items, from, usize::MAX - place.1);
        }
        return;
    }
    for _ in 0..4 {
        let mut gained = false;
        for from in 0..items.len() {
            for to in 0..items.len() {
                if from == to {
                    continue;
                }
                if *trials == 0 {
                    return;
                }
                *trials -= 1;
                shift(items, from, to);
                let now = cost(items);
                if now < best {
                    best = now;
                    gained = true;
                } else {
                    shift(items, to, from);
                }
            }
        }
        if !gained {
            break;
        }
    }
}

/// Moves one item to another place; those between close up.
fn shift<T>(items: &mut [T], from: usize, to: usize) {
    if from < to {
        items[from..=to].rotate_left(1);
    } else {
        items[to..=from].rotate_right(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many pairs stand in the wrong order.
    fn disorder(items: &[u32]) -> usize {
        let pairs = items.iter().enumerate();
        pairs.map(|(at, one)| items[at..].iter().filter(|other| *other < one).count()).sum()
    }

    #[test]
    fn items_move_to_better_places_while_trials_last() {
        let (mut items, mut trials) = ([3, 1, 4, 0, 2], usize::MAX);
        improve(&mut items, 0, &mut trials, disorder);
        assert_eq!(items, [0, 1, 2, 3, 4]);
        let (mut items, mut trials) = ([3, 1, 4, 0, 2], 1);
        improve(&mut items, 0, &mut trials, disorder);
        assert_eq!((items, trials), ([1, 3, 4, 0, 2], 0));
    }

    #[test]
    fn newcomers_go_where_they_cost_least_and_the_kept_stay_in_order() {
        let (mut items, mut trials) = ([5, 1, 3, 0], usize::MAX);
        improve(&mut items, 2, &mut trials, disorder);
        let kept: Vec<_> = items.iter().filter(|it| [5, 1].contains(*it)).collect();
        assert_eq!(kept, [&5, &1]);
        let (mut items, mut trials) = ([2, 4, 3], 0);
        improve(&mut items, 2, &mut trials, disorder);
        assert_eq!(items, [2, 4, 3]);
    }
}
