//! The fewest nodes to take out of a directed graph so that nothing leads from one node to another.
//!
//! By Menger's theorem that is as many as there are ways that share none of these nodes. Both are
//! found by a flow in which each such node carries one unit: every node is split in two, and ways
//! are added one by one, the shortest first (Edmonds and Karp). What the flow does not let past is
//! the cut; of all smallest cuts the one nearest to the source.

use std::collections::VecDeque;

/// A directed graph of which some nodes can be taken out.
#[derive(Clone, Debug, Default)]
pub struct Web {
    removable: Vec<bool>,
    edges: Vec<(usize, usize)>,
}

/// The answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Separation {
    /// The nodes to take out, in order; of equal choices those nearest to the source.
    pub cut: Vec<usize>,
    /// As many ways from source to sink, of which no two share a removable node. All their nodes,
    /// in order.
    pub ways: Vec<Vec<usize>>,
}

impl Web {
    /// Adds a node; its position.
    pub fn node(&mut self, removable: bool) -> usize {
        self.removable.push(removable);
        self.removable.len() - 1
    }

    /// Adds an edge. One to or from a node that does not exist leads nowhere.
    pub fn edge(&mut self, from: usize, to: usize) {
        self.edges.push((from, to));
    }

    /// Separates the sink from the source, neither of which is taken out. `None` when there is a way
    /// on which no node can be.
    pub fn separate(&self, source: usize, sink: usize) -> Option<Separation> {
        let mut flow = Flow::new(self, source, sink);
        // A way without a removable node has no end of units; no more than all others can be.
        let most = self.removable.iter().filter(|it| **it).count();
        let mut units = 0;
        while flow.another(source, sink) {
            units += 1;
            if units > most {
                return None;
            }
        }
        let near = flow.reached(source * 2 + 1);
        let passed = |half: usize| near.get(half).copied().flatten().is_some();
        let inside = |node: &usize| passed(node * 2) && !passed(node * 2 + 1);
        let cut = (0..self.removable.len()).filter(|it| *it != source).filter(inside).collect();
        let ways = (0..units).map(|_| flow.way(source, sink)).collect();
        Some(Separation { cut, ways })
    }
}

/// One direction of an arc; the other stands beside it, at the position with the last bit turned.
#[derive(Clone, Copy)]
struct Arc {
    to: usize,
    left: usize,
}

/// Halves of nodes: where one comes in is twice its position, where one leaves is one more.
struct Flow {
    arcs: Vec<Arc>,
    leaving: Vec<Vec<usize>>,
}

/// More than there are units.
const PLENTY: usize = usize::MAX / 4;

impl Flow {
    fn new(web: &Web, source: usize, sink: usize) -> Self {
        let nodes = web.removable.len();
        let mut flow = Self { arcs: Vec::new(), leaving: vec![Vec::new(); nodes * 2] };
        for (node, removable) in web.removable.iter().enumerate() {
            let one = *removable && node != source && node != sink;
            flow.arc(node * 2, node * 2 + 1, if one { 1 } else { PLENTY });
        }
        for (from, to) in &web.edges {
            if *from < nodes && *to < nodes {
                flow.arc(from * 2 + 1, to * 2, PLENTY);
            }
        }
        flow
    }

    fn arc(&mut self, from: usize, to: usize, room: usize) {
        for (at, arc) in [(from, Arc { to, left: room }), (to, Arc { to: from, left: 0 })] {
            if let Some(leaving) = self.leaving.get_mut(at) {
                leaving.push(self.arcs.len());
            }
            self.arcs.push(arc);
        }
    }

    /// What can still be reached, each with the arc over which it was.
    fn reached(&self, start: usize) -> Vec<Option<usize>> {
        let mut came = vec![None; self.leaving.len()];
        let mut queue = VecDeque::from([start]);
        if let Some(came) = came.get_mut(start) {
            *came = Some(usize::MAX);
        }
        while let Some(at) = queue.pop_front() {
            for number in self.leaving.get(at).into_iter().flatten() {
                let Some(arc) = self.arcs.get(*number) else { continue };
                if let Some(came) = came.get_mut(arc.to).filter(|it| it.is_none() && arc.left > 0) {
                    *came = Some(*number);
                    queue.push_back(arc.to);
                }
            }
        }
        came
    }

    /// Sends one more unit, if there is a way.
    fn another(&mut self, source: usize, sink: usize) -> bool {
        let came = self.reached(source * 2 + 1);
        let mut at = sink * 2;
        while at != source * 2 + 1 {
            let Some(number) = came.get(at).copied().flatten() else { return false };
            let back = number ^ 1;
            if let Some(arc) = self.arcs.get_mut(number) {
                arc.left -= 1;
            }
            let Some(arc) = self.arcs.get_mut(back) else { return false };
            arc.left += 1;
            at = arc.to;
        }
        true
    }

    /// Takes one unit out of the flow again; the nodes that it passed.
    fn way(&mut self, source: usize, sink: usize) -> Vec<usize> {
        let mut nodes = vec![source];
        let mut at = source * 2 + 1;
        while at != sink * 2 {
            let mut leaving = self.leaving.get(at).into_iter().flatten();
            // An arc with an even number leads forward; what its other side has came over it.
            let carries = |number: &&usize| {
                number.is_multiple_of(2) && self.arcs.get(*number ^ 1).is_some_and(|it| it.left > 0)
            };
            let Some(number) = leaving.find(carries).copied() else { break };
            if let Some(back) = self.arcs.get_mut(number ^ 1) {
                back.left -= 1;
            }
            let Some(arc) = self.arcs.get_mut(number) else { break };
            arc.left += 1;
            at = arc.to;
            if at.is_multiple_of(2) {
                nodes.push(at / 2);
            }
        }
        nodes
    }
}
