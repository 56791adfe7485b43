//! The channel between devices and zones: every route that climbs gets a vertical track of its
//! own, ordered so that few routes cross.

/// One route through the channel.
#[derive(Clone, Debug)]
pub(super) struct Run {
    /// Where it starts.
    pub(super) start: f32,
    /// Whether it starts at the right side (it comes from a relay).
    pub(super) from_right: bool,
    /// Where it ends, on the right side.
    pub(super) ends: Vec<f32>,
}

impl Run {
    fn span(&self) -> (f32, f32) {
        let all = self.ends.iter().copied().chain([self.start]);
        all.fold((f32::MAX, f32::MIN), |(low, high), y| (low.min(y), high.max(y)))
    }

    /// Whether it runs straight through.
    pub(super) fn is_straight(&self) -> bool {
        let (low, high) = self.span();
        !self.from_right && high - low < 0.05
    }

    /// What runs on the right of its track.
    fn right(&self) -> impl Iterator<Item = f32> {
        self.ends.iter().copied().chain(self.from_right.then_some(self.start))
    }
}

/// The track of each run, counted from the left, and how many tracks there are. Two runs share a
/// track only when they are well apart.
pub(super) fn tracks(runs: &[Run]) -> (Vec<usize>, usize) {
    let mut order: Vec<usize> = (0..runs.len()).filter(|at| !runs[*at].is_straight()).collect();
    // Those that go down leave room for those below by turning late, and the other way round.
    order.sort_by(|a, b| {
        let key = |run: &Run| {
            let mean = run.ends.iter().sum::<f32>() / run.ends.len().max(1) as f32;
            if mean > run.start { -run.start } else { run.start }
        };
        key(&runs[*a]).total_cmp(&key(&runs[*b])).then(a.cmp(b))
    });
    let mut pairs = vec![vec![0i32; runs.len()]; runs.len()];
    for a in 0..runs.len() {
        for b in 0..runs.len() {
            if a != b {
                pairs[a][b] = crossings(&runs[a], &runs[b]);
            }
        }
    }
    // Moving a run past its neighbours changes only the pairs with these, so that insertion is
    // cheap to judge.
    for _ in 0..6 {
        let mut gained = false;
        for at in 0..order.len() {
            let (mut best, mut place, mut change) = (0, at, 0);
            for to in (0..at).rev() {
                let (me, other) = (order[at], order[to]);
                change += pairs[me][other] - pairs[other][me];
                if change < best {
                    (best, place) = (change, to);
                }
            }
            change = 0;
            for to in at + 1..order.len() {
                let (me, other) = (order[at], order[to]);
                change += pairs[other][me] - pairs[me][other];
                if change < best {
                    (best, place) = (change, to);
                }
            }
            if place != at {
                let run = order.remove(at);
                order.insert(place, run);
                gained = true;
            }
        }
        if !gained {
            break;
        }
    }
    let mut track = vec![0; runs.len()];
    let mut count = 0;
    for (place, at) in order.iter().enumerate() {
        let (low, high) = runs[*at].span();
        let behind = order[..place].iter().filter(|other| {
            let (other_low, other_high) = runs[**other].span();
            low < other_high + 6.0 && other_low < high + 6.0
        });
        track[*at] = behind.map(|other| track[*other] + 1).max().unwrap_or(0);
        count = count.max(track[*at] + 1);
    }
    (track, count)
}

/// How often two runs cross when the track of `left` is left of that of `right`.
fn crossings(left: &Run, right: &Run) -> i32 {
    let within = |span: (f32, f32), y: f32| y > span.0 && y < span.1;
    let mut count = 0;
    if !right.from_right && !right.is_straight() && within(left.span(), right.start) {
        count += 1;
    }
    if !left.is_straight() {
        count += left.right().filter(|y| within(right.span(), *y)).count() as i32;
    }
    count
}

/// Positions with at least the given distances between neighbours that are closest to what is
/// wished (least squares, in order): isotonic regression by pooling adjacent violators.
/// `apart[i]` is the distance between `i - 1` and `i`; `apart[0]` is ignored.
pub(super) fn spread(wished: &[f32], apart: &[f32], low: f32, high: f32) -> Vec<f32> {
    let mut offset = vec![0.0f32; wished.len()];
    for at in 1..wished.len() {
        offset[at] = offset[at - 1] + apart[at];
    }
    let mut blocks: Vec<(f32, usize)> = Vec::new();
    for (wish, offset) in wished.iter().zip(&offset) {
        let mut block = (wish - offset, 1usize);
        while let Some((mean, count)) = blocks.last().copied().filter(|(mean, _)| *mean > block.0) {
            let total = count + block.1;
            block = ((mean * count as f32 + block.0 * block.1 as f32) / total as f32, total);
            blocks.pop();
        }
        blocks.push(block);
    }
    let last = offset.last().copied().unwrap_or(0.0);
    let bases = blocks.iter().flat_map(|(mean, count)| std::iter::repeat_n(*mean, *count));
    bases.zip(&offset).map(|(base, offset)| base.min(high - last).max(low) + offset).collect()
}

/// Where something would like to stand, and how much that counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    pub(super) at: f32,
    pub(super) weight: f32,
}

/// The same as [`spread`], but as much as can stays exactly where it wishes to be: the sum of all
/// distances from the wishes is least (isotonic regression by medians), so that a newcomer moves
/// the few on one side rather than everybody a little.
pub(super) fn settle(wished: &[Wish], apart: &[f32], low: f32, high: f32) -> Vec<f32> {
    let mut offset = Vec::with_capacity(wished.len());
    let mut sum = 0.0;
    for (at, apart) in (0..wished.len()).zip(apart.iter().chain(std::iter::repeat(&0.0))) {
        sum += if at == 0 { 0.0 } else { *apart };
        offset.push(sum);
    }
    let last = offset.last().copied().unwrap_or(0.0);
    let mut blocks: Vec<(f32, Vec<Wish>)> = Vec::new();
    for (wish, offset) in wished.iter().zip(&offset) {
        let at = (wish.at - offset).clamp(low, (high - last).max(low));
        let mut block = (at, vec![Wish { at, ..*wish }]);
        while let Some((_, members)) = blocks.pop_if(|(median, _)| *median > block.0) {
            block.1.extend(members);
            block.0 = median(&mut block.1);
        }
        blocks.push(block);
    }
    let bases =
        blocks.iter().flat_map(|(median, members)| std::iter::repeat_n(*median, members.len()));
    bases.zip(&offset).map(|(base, offset)| base + offset).collect()
}

/// The lower weighted median.
fn median(wishes: &mut [Wish]) -> f32 {
    wishes.sort_by(|a, b| a.at.total_cmp(&b.at));
    let half = wishes.iter().map(|it| it.weight).sum::<f32>() / 2.0;
    let mut sum = 0.0;
    let middle = wishes.iter().find(|it| {
        sum += it.weight;
        sum >= half
    });
    middle.map_or(0.0, |it| it.at)
}

#[cfg(test)]
mod tests {
    use super::{Run, Wish, settle, spread, tracks};

    #[test]
    fn a_newcomer_moves_those_on_one_side() {
        let wish = |at, weight| Wish { at, weight };
        let placed = settle(
            &[wish(10.0, 1.0), wish(18.0, 1.0), wish(19.0, 0.01), wish(26.0, 1.0), wish(60.0, 1.0)],
            &[0.0, 8.0, 8.0, 8.0, 8.0],
            0.0,
            100.0,
        );
        assert_eq!(placed, vec![10.0, 18.0, 26.0, 34.0, 60.0]);
    }

    #[test]
    fn spread_keeps_distances_and_order() {
        let placed = spread(&[10.0, 10.0, 50.0], &[0.0, 8.0, 8.0], 0.0, 100.0);
        assert_eq!(placed, vec![6.0, 14.0, 50.0]);
    }

    #[test]
    fn parallel_routes_do_not_cross() {
        let run = |start, end| Run { start, from_right: false, ends: vec![end] };
        let (track, count) = tracks(&[run(10.0, 40.0), run(20.0, 50.0), run(30.0, 60.0)]);
        assert_eq!(count, 3);
        assert!(track[0] > track[1] && track[1] > track[2], "{track:?}");
    }
}
