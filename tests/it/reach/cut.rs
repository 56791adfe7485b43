//! The fewest things to pull, and the proof that there are no fewer.

use super::blast::{shipped, written};
use crate::support::random::Chance;
use sekisho::inventory::Holder;
use sekisho::model::{EntityKind, EntityRef};
use sekisho::reach::cut::{Cut, Web};
use sekisho::reach::relay::Relays;

/// A graph small enough to try everything.
struct Small {
    removable: Vec<bool>,
    edges: Vec<(usize, usize)>,
}

impl Small {
    fn any(random: &mut Chance) -> Self {
        let nodes = random.between(2, 9);
        let removable = (0..nodes).map(|at| at > 1 && !random.once_in(4)).collect();
        let edges = (0..random.between(0, 24))
            .map(|_| (random.between(0, nodes - 1), random.between(0, nodes - 1)));
        Self { removable, edges: edges.collect() }
    }

    /// Whether anything leads from the first node to the second without some nodes.
    fn leads(&self, without: usize) -> bool {
        let mut reached = vec![false; self.removable.len()];
        reached[0] = true;
        loop {
            let next = self
                .edges
                .iter()
                .find(|(from, to)| reached[*from] && !reached[*to] && without & (1 << to) == 0);
            match next {
                Some((_, to)) => reached[*to] = true,
                None => return reached[1],
            }
        }
    }

    /// The smallest number of nodes that separates, by trying every set.
    fn fewest(&self) -> Option<usize> {
        let sets = 0..1usize << self.removable.len();
        let allowed = |set: &usize| {
            (0..self.removable.len()).all(|at| set & (1 << at) == 0 || self.removable[at])
        };
        sets.filter(allowed).filter(|it| !self.leads(*it)).map(|it| it.count_ones() as usize).min()
    }
}

#[test]
fn the_flow_finds_the_smallest_cut_and_as_many_ways_apart() {
    let mut random = Chance(20_261_121);
    let (mut cut_some, mut uncuttable) = (0, 0);
    for _ in 0..4000 {
        let small = Small::any(&mut random);
        let mut web = Web::default();
        for removable in &small.removable {
            web.node(*removable);
        }
        for (from, to) in &small.edges {
            web.edge(*from, *to);
        }
        let found = web.separate(0, 1);
        assert_eq!(found.as_ref().map(|it| it.cut.len()), small.fewest(), "{:?}", small.edges);
        let Some(found) = found else {
            uncuttable += 1;
            continue;
        };
        let set = found.cut.iter().fold(0, |set, at| set | 1 << at);
        assert!(!small.leads(set), "the cut separates");
        assert_eq!(found.ways.len(), found.cut.len());
        let mut used: Vec<&usize> = Vec::new();
        for way in &found.ways {
            assert_eq!((way.first(), way.last()), (Some(&0), Some(&1)));
            assert!(way.windows(2).all(|it| small.edges.contains(&(it[0], it[1]))), "{way:?}");
            used.extend(way.iter().filter(|it| small.removable[**it]));
        }
        let before = used.len();
        used.sort();
        used.dedup();
        assert_eq!(used.len(), before, "no two ways share a node");
        cut_some += usize::from(!found.cut.is_empty());
    }
    assert!(cut_some > 500 && uncuttable > 100, "{cut_some} {uncuttable}");
}

/// What is pulled, as `thing` or `thing.interface`.
fn pulled(cut: &Cut) -> Vec<String> {
    let name = |it: &sekisho::reach::cut::Pulled| match &it.port {
        Some(port) => format!("{}.{port}", it.thing.id),
        None => it.thing.id.clone(),
    };
    cut.steps.iter().map(name).collect()
}

/// A shipped inventory, everything inside.
fn of(name: &str) -> Cut {
    shipped(name, |it| it.cut(&[], Relays::All))
}

#[test]
fn the_lines_of_the_incidents_are_pulled_and_it_is_proved() {
    for (name, lines) in [
        ("osaka-2022", &["meal-line"][..]),
        ("handa-2021", &["maintenance-line", "web-line"]),
        ("musashikosugi-2026", &["vital-line"]),
        ("kokubu-2024", &["image-line"]),
    ] {
        let cut = of(name);
        assert_eq!(pulled(&cut), lines, "{name}");
        assert!(cut.is_complete() && cut.is_smallest(), "{name}: {:?}", cut.proof);
    }
    let osaka = of("osaka-2022");
    let lost = |it: &[EntityRef]| it.iter().map(|it| it.id.clone()).collect::<Vec<_>>();
    assert_eq!(lost(&osaka.losses.connections), ["meal"]);
    assert_eq!(lost(&osaka.losses.systems), ["meal-srv"]);
    let undefined = osaka.steps.iter().all(|it| it.cuts == [Holder::Undefined]);
    assert!(undefined, "nobody was to cut it: {:?}", osaka.steps);
}

#[test]
fn a_part_is_cut_off_where_fewest_cables_are() {
    let zone = EntityRef::new(EntityKind::Zone, "ehr");
    let cut = shipped("osaka-2022", |it| it.cut(std::slice::from_ref(&zone), Relays::All));
    assert_eq!(pulled(&cut), ["meal-line"], "one cable in any case: the one furthest outside");
    assert!(cut.is_smallest(), "{:?}", cut.proof);
}

/// Two lines at one device with one cable inside.
const TWO: &str = "
schema: 1
zones: {a: {name: A, kind: clinical, networks: [10.1.0.0/16]}}
parties: {v: {name: V, kind: vendor}, w: {name: W, kind: vendor}}
circuits: {one: {kind: ip-vpn}, two: {kind: ip-vpn}}
devices:
  gate:
    name: gate
    kind: router
    location: here
    interfaces: {wan1: {circuit: one}, wan2: {circuit: two}, lan: {zone: a, addresses: [10.1.0.1/16]}}
    responsibility: {cuts: hospital}
systems: {s: {name: s, kind: ehr, class: server, zone: a, addresses: [10.1.0.5]}}
connections:
  c: {name: c, purpose: remote-maintenance, party: v, circuit: one, at: gate.wan1, transport: ip-vpn, allow: [{to: s}]}
  d: {name: d, purpose: remote-maintenance, party: w, circuit: two, at: gate.wan2, transport: ip-vpn, allow: [{to: s}]}
";

#[test]
fn one_cable_inside_is_less_than_two_lines() {
    let cut = written(TWO, |it| it.cut(&[], Relays::None));
    assert_eq!(pulled(&cut), ["gate.lan"]);
    assert!(cut.is_complete() && cut.is_smallest(), "{:?}", cut.proof);
    let step = &cut.steps[0];
    assert_eq!(
        (step.location.as_deref(), step.cuts.as_slice()),
        (Some("here"), &[Holder::Hospital][..])
    );
    let lost: Vec<_> = cut.losses.connections.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(lost, ["c", "d"], "what comes in over the device no longer gets anywhere");
}

#[test]
fn where_nothing_comes_in_there_is_nothing_to_pull() {
    let text = "
schema: 1
zones: {a: {name: A, kind: clinical, networks: [10.1.0.0/16]}}
systems: {s: {name: s, kind: ehr, class: server, zone: a, addresses: [10.1.0.5]}}
";
    assert!(written(text, |it| it.cut(&[], Relays::All)).is_needless());
}
