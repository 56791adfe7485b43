//! What the engine is not told: it hears of a network in which something is missing or was not
//! understood, and the simulator forwards every packet in each network that this may mean. What is
//! certain arrives in every one of them, and whatever arrives in one of them is possible.

use super::agrees::{describe, first, try_all};
use super::random::{self, With};
use super::simulator::{Untold, simulate};
use super::world::{Got, Host, Key, Start, World, holds, points, said, span, spanned, zone};
use crate::support::random::Chance;
use sekisho::model::device::{
    Becomes, DeviceConfig, Match, NatKind, NextHop, RoutingPeer, TranslationOrder, Transport,
    Verdict,
};
use sekisho::model::{AddressSet, EntityKind, EntityRef, RangeSet};
use sekisho::reach::{Arrivals, Bound};

/// What the engine is told of a device, and what it may mean; told nothing at all, when there is no
/// configuration.
struct Planted {
    device: usize,
    told: Option<DeviceConfig>,
    meant: Vec<DeviceConfig>,
}

/// Makes something of a device unknown; none when it has no such thing.
type Plant = fn(&World, usize, &mut Chance) -> Option<Planted>;

/// Of which kinds something may be unknown.
const KINDS: &[(&str, Plant)] = &[
    ("the verdict of a line", verdict),
    ("a condition of a line", condition),
    ("the end of a list", end),
    ("a list", list),
    ("the default", default),
    ("the order of translations", order),
    ("what an address becomes", becomes),
    ("what is translated", translated),
    ("where a route leads", route),
    ("a route that was learnt", learnt),
    ("the configuration", withheld),
    ("which of equal routes is taken", equal),
];

fn config(world: &World, device: usize) -> DeviceConfig {
    world.devices[device].config.clone()
}

fn pick<'t, T>(chance: &mut Chance, of: &'t mut [T]) -> Option<&'t mut T> {
    let last = of.len().checked_sub(1)?;
    of.get_mut(chance.between(0, last))
}

/// The same configuration with each of some changes.
fn each<T>(
    config: &DeviceConfig,
    of: Vec<T>,
    change: impl Fn(&mut DeviceConfig, T),
) -> Vec<DeviceConfig> {
    let changed = |it| {
        let mut config = config.clone();
        change(&mut config, it);
        config
    };
    of.into_iter().map(changed).collect()
}

/// The position of a line of a list, as if all lists were one.
fn line(config: &DeviceConfig, chance: &mut Chance) -> Option<usize> {
    let count: usize = config.filters.iter().map(|it| it.lines.len()).sum();
    Some(chance.between(0, count.checked_sub(1)?))
}

fn nth(config: &mut DeviceConfig, at: usize) -> &mut sekisho::model::device::FilterLine {
    config.filters.iter_mut().flat_map(|it| &mut it.lines).nth(at).expect("a line")
}

/// Conditions that an extension which nobody understood may add.
fn narrower(when: &Match) -> Vec<Match> {
    let only = |transport: Transport| {
        let narrow = Match { transports: vec![transport], ..Match::any() };
        when.intersection(&narrow)
    };
    let never = Match { source: AddressSet::none(), ..when.clone() };
    let ports = |port| Transport::ports(6, RangeSet::one(port));
    let mut all = vec![when.clone(), never];
    all.extend([only(ports(80)), only(Transport::protocol(17))].into_iter().flatten());
    all
}

fn verdict(world: &World, device: usize, chance: &mut Chance) -> Option<Planted> {
    let config = config(world, device);
    let at = line(&config, chance)?;
    let mut told = config.clone();
    nth(&mut told, at).verdict = Verdict::Unknown;
    let verdicts = vec![Verdict::Permit, Verdict::Deny, Verdict::Continue, Verdict::Return];
    let meant = each(&config, verdicts, |it, verdict| nth(it, at).verdict = verdict);
    Some(Planted { device, told: Some(told), meant })
}

fn condition(world: &World, device: usize, chance: &mut Chance) -> Option<Planted> {
    let config = config(world, device);
    let at = line(&config, chance)?;
    let mut told = config.clone();
    nth(&mut told, at).when.not_understood.push(spanned(()).span);
    let whens = narrower(&nth(&mut config.clone(), at).when);
    let meant = each(&config, whens, |it, when| nth(it, at).when = when);
    Some(Planted { device, told: Some(told), meant })
}

fn end(world: &World, device: usize, chance: &mut Chance) -> Option<Planted> {
    let config = config(world, device);
    let at = chance.between(0, config.filters.len().checked_sub(1)?);
    let mut told = config.clone();
    told.filters[at].otherwise = Verdict::Unknown;
    let verdicts = vec![Verdict::Permit, Verdict::Deny];
    let meant = each(&config, verdicts, |it, verdict| it.filters[at].otherwise = verdict);
    Some(Planted { device, told: Some(told), meant })
}

/// A list is not there that is asked somewhere.
fn list(world: &World, device: usize, chance: &mut Chance) -> Option<Planted> {
    let config = config(world, device);
    let at = chance.between(0, config.filters.len().checked_sub(1)?);
    let mut told = config.clone();
    told.filters.remove(at);
    let mut meant = vec![config.clone()];
    let verdicts = vec![Verdict::Permit, Verdict::Deny];
    meant.extend(each(&config, verdicts, |it, verdict| {
        it.filters[at].lines.clear();
        it.filters[at].otherwise = verdict;
    }));
    Some(Planted { device, told: Some(told), meant })
}

fn default(world: &World, device: usize, _: &mut Chance) -> Option<Planted> {
    let config = config(world, device);
    let told = DeviceConfig { unfiltered: Verdict::Unknown, ..config.clone() };
    let verdicts = vec![Verdict::Permit, Verdict::Deny];
    let meant = each(&config, verdicts, |it, verdict| it.unfiltered = verdict);
    Some(Planted { device, told: Some(told), meant })
}

fn order(world: &World, device: usize, _: &mut Chance) -> Option<Planted> {
    use TranslationOrder as T;
    let config = config(world, device);
    let told = DeviceConfig { translates: T::Unknown, ..config.clone() };
    let orders = vec![T::OutsideFilters, T::AfterIncoming, T::AtInterfaces];
    let meant = each(&config, orders, |it, order| it.translates = order);
    Some(Planted { device, told: Some(told), meant })
}

/// Nobody knows what an address becomes.
fn becomes(world: &World, device: usize, chance: &mut Chance) -> Option<Planted> {
    let config = config(world, device);
    let at = chance.between(0, config.nat.len().checked_sub(1)?);
    let mut told = config.clone();
    told.nat[at].becomes = Becomes::Unknown;
    let mut results = vec![config.nat[at].becomes.clone(), Becomes::Unchanged];
    results.extend(world.hosts.iter().map(|it| Becomes::Addresses(it.address.into())));
    let meant = each(&config, results, |it, becomes| it.nat[at].becomes = becomes);
    Some(Planted { device, told: Some(told), meant })
}

/// Nobody knows what is translated.
fn translated(world: &World, device: usize, chance: &mut Chance) -> Option<Planted> {
    let config = config(world, device);
    let at = chance.between(0, config.nat.len().checked_sub(1)?);
    let mut told = config.clone();
    told.nat[at].when.not_understood.push(spanned(()).span);
    let whens = narrower(&config.nat[at].when);
    let meant = each(&config, whens, |it, when| it.nat[at].when = when);
    Some(Planted { device, told: Some(told), meant })
}

/// Everywhere that a line of a routing table may lead.
fn anywhere(world: &World, device: usize) -> Vec<NextHop> {
    let mut all = vec![NextHop::Discard];
    for (at, other) in world.devices.iter().enumerate().filter(|it| it.0 != device && !it.1.host) {
        for segment in other.on.iter().flatten() {
            if world.devices[device].on.contains(&Some(*segment)) {
                all.push(NextHop::Address(world.address(*segment, at + 1)));
            }
        }
    }
    all
}

fn route(world: &World, device: usize, chance: &mut Chance) -> Option<Planted> {
    let config = config(world, device);
    let at = chance.between(0, config.routes.len().checked_sub(1)?);
    let mut told = config.clone();
    told.routes[at].via = vec![NextHop::Unknown("?".to_owned())];
    let mut meant = vec![config.clone()];
    meant.extend(each(&config, anywhere(world, device), |it, via| it.routes[at].via = vec![via]));
    Some(Planted { device, told: Some(told), meant })
}

/// A route is learnt from a neighbour, and stands in no text.
fn learnt(world: &World, device: usize, chance: &mut Chance) -> Option<Planted> {
    let config = config(world, device);
    let plain = |it: &usize| config.routes[*it].only.is_none() && config.routes[*it].enabled;
    let mut plain: Vec<usize> = (0..config.routes.len()).filter(plain).collect();
    let at = *pick(chance, &mut plain)?;
    let mut told = config.clone();
    told.routes.remove(at);
    let address = world.address(0, 9);
    let (protocol, remote_as, local_as) = ("ospf", None, None);
    let span = spanned(()).span;
    let enabled = true;
    told.peers.push(RoutingPeer { span, protocol, address, remote_as, local_as, enabled });
    let mut meant = vec![config.clone(), told.clone()];
    meant.extend(each(&config, anywhere(world, device), |it, via| it.routes[at].via = vec![via]));
    Some(Planted { device, told: Some(told), meant })
}

/// There is no configuration: it may filter and translate as it does, or not at all, or stop all. But
/// it takes no address that another has.
fn withheld(world: &World, device: usize, _: &mut Chance) -> Option<Planted> {
    let mut config = config(world, device);
    config.nat.retain(|it| {
        let of_another = |host: &Host| it.when.destination.contains(host.address);
        it.kind == NatKind::Source || !world.hosts.iter().any(of_another)
    });
    let mut open = config.clone();
    (open.applied, open.nat) = (Vec::new(), Vec::new());
    open.unfiltered = Verdict::Permit;
    let mut untranslated = config.clone();
    untranslated.nat.clear();
    let mut shut = open.clone();
    shut.unfiltered = Verdict::Deny;
    Some(Planted { device, told: None, meant: vec![config, open, untranslated, shut] })
}

/// Several routes are equal, and the device takes one of them.
fn equal(world: &World, device: usize, chance: &mut Chance) -> Option<Planted> {
    let config = config(world, device);
    let plain = |it: &usize| {
        let route = &config.routes[*it];
        let others = config.routes.iter().filter(|it| it.destination == route.destination);
        let addressed = matches!(route.via[..], [NextHop::Address(_)]);
        route.only.is_none() && route.enabled && addressed && others.count() == 1
    };
    let mut plain: Vec<usize> = (0..config.routes.len()).filter(plain).collect();
    let at = *pick(chance, &mut plain)?;
    let own = |it: &NextHop| matches!(it, NextHop::Address(_));
    let mut others: Vec<NextHop> = anywhere(world, device).into_iter().filter(own).collect();
    let other = pick(chance, &mut others)?.clone();
    let mut told = config.clone();
    match chance.once_in(2) {
        true => told.routes[at].via.push(other.clone()),
        false => {
            let mut spans = 900_000;
            let mut route = told.routes[at].clone();
            (route.via, route.span) = (vec![other.clone()], span(&mut spans));
            told.routes.insert(at, route);
        }
    }
    let mut meant = vec![config.clone()];
    meant.extend(each(&config, vec![other], |it, via| it.routes[at].via = vec![via]));
    Some(Planted { device, told: Some(told), meant })
}

/// A network of a seed with one or two things in it that nobody knows.
fn plant(seed: u64) -> (World, Vec<(&'static str, Planted)>) {
    let mut chance = Chance(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ 0x0b5c);
    let with = With { translations: chance.once_in(2), chosen_routes: false };
    let world = random::world(seed, with);
    let mut all: Vec<(&str, Planted)> = Vec::new();
    for _ in 0..8 {
        let device = chance.between(0, world.devices.len() - 1);
        let (what, kind) = KINDS[chance.between(0, KINDS.len() - 1)];
        if all.len() < 2 && all.iter().all(|it| it.1.device != device) {
            all.extend(kind(&world, device, &mut chance).map(|it| (what, it)));
        }
    }
    (world, all)
}

/// Every world that the plants may mean.
fn worlds(world: &World, planted: &[(&str, Planted)]) -> Vec<World> {
    let mut all = vec![world.clone()];
    for (_, plant) in planted {
        let change = |world: World| {
            plant.meant.iter().map(move |config| {
                let mut world = world.clone();
                world.devices[plant.device].config = config.clone();
                world
            })
        };
        all = all.into_iter().flat_map(change).collect();
    }
    all
}

/// Every packet of which the engine says too much or too little.
fn differences(seed: u64) -> Vec<String> {
    let (world, planted) = plant(seed);
    let mut told: Vec<_> = world.devices.iter().map(|it| Some(it.config.clone())).collect();
    for (_, it) in &planted {
        told[it.device] = it.told.clone();
    }
    let unknown: Vec<String> = planted
        .iter()
        .map(|(what, it)| format!("{what} of {}", world.devices[it.device].id))
        .collect();
    let asked = world.read_some(told);
    let reach = asked.reach();
    let worlds = worlds(&world, &planted);
    let mut wrong = Vec::new();
    for start in world.starts() {
        let packets = world.packets(start);
        let certain = said(&world, &reach, start, &packets, Bound::Certain);
        let possible = said(&world, &reach, start, &packets, Bound::Possible);
        // Who stands there takes what comes, as far as anybody knows; what he filters is his own.
        let blind = |thing: &EntityRef| {
            planted
                .iter()
                .any(|(_, it)| it.told.is_none() && world.devices[it.device].id == thing.id)
        };
        let mut surely = if certain.on_word { Got::new() } else { points(&certain) };
        // Where the far end of a tunnel was withheld, it leads to somebody without a name.
        surely.retain(|it| !blind(&it.0) && it.0.kind != EntityKind::Path);
        // It gets to an address that nobody declared.
        let unclaimed = |it: &(EntityRef, Key)| {
            let at = [(it.0.clone(), possible.undeclared.values().cloned().collect())];
            let undeclared = Arrivals { at: at.into_iter().collect(), ..Arrivals::default() };
            blind(&it.0) && holds(&undeclared, it)
        };
        for (nth, meant) in worlds.iter().enumerate() {
            for untold in Untold::ALL {
                let truth: Got =
                    packets.iter().flat_map(|it| simulate(meant, start, it, untold)).collect();
                let mut tell = |what: &str, it: &(EntityRef, Key)| {
                    wrong.push(format!(
                        "{unknown:?}, world {nth}: {what}: {start:?} {} {:?}",
                        it.0, it.1
                    ));
                };
                surely.difference(&truth).for_each(|it| tell("certain, but does not arrive", it));
                // A host needs no network to get to itself.
                let itself = |it: &(EntityRef, Key)| blind(&it.0) && it.1.0 == it.1.1;
                let missing = truth
                    .iter()
                    .filter(|it| !holds(&possible, it) && !unclaimed(it) && !itself(it));
                missing.for_each(|it| tell("arrives, but is not possible", it));
            }
        }
    }
    wrong
}

#[test]
fn the_truth_lies_between_whatever_the_unknown_turns_out_to_be() {
    try_all(200, differences);
}

#[test]
fn something_is_unknown_in_most_of_these_networks_and_it_matters() {
    let tried = || (0..100).map(plant);
    let unknown = tried().filter(|(_, planted)| !planted.is_empty()).count();
    assert!(unknown > 90, "{unknown} of 100");
    let withheld = tried().filter(|(_, it)| it.iter().any(|it| it.1.told.is_none())).count();
    assert!(withheld > 5, "{withheld} of 100 without a configuration");
}

/// For a person: `SEKISHO_ORACLE_FIRST=12 cargo test --test it oracle::unknown::show -- --ignored --nocapture`.
#[test]
#[ignore = "shows one network; for looking into a difference"]
fn show() {
    let (world, planted) = plant(first());
    describe(&world);
    for (what, it) in &planted {
        eprintln!("{what} of {}: {} meanings", world.devices[it.device].id, it.meant.len());
    }
    let mut told: Vec<_> = world.devices.iter().map(|it| Some(it.config.clone())).collect();
    for (_, it) in &planted {
        told[it.device] = it.told.clone();
    }
    let asked = world.read_some(told);
    let reach = asked.reach();
    for start in world.starts() {
        let possible = said(&world, &reach, start, &world.packets(start), Bound::Possible);
        for (thing, packets) in &possible.at {
            eprintln!(
                "{start:?}: perhaps at {thing}: {} > {}",
                packets.sources(),
                packets.destinations()
            );
        }
        for (thing, packets) in &possible.undeclared {
            eprintln!("{start:?}: to nobody at {thing}: {}", packets.destinations());
        }
        let wanted = std::env::var("SEKISHO_ORACLE_TO").ok();
        let Some(to) = wanted.and_then(|it| it.parse::<std::net::IpAddr>().ok()) else { continue };
        for packet in world.packets(start).iter().filter(|it| it.destination == to) {
            let truth = simulate(&world, start, packet, Untold::ALL[0]);
            eprintln!("{packet:?}: truth {truth:?}");
            let ways = match start {
                Start::Segment(at) => {
                    let place = reach.network.zone(&zone(at)).expect("a declared zone");
                    reach.trace_from(place, packet)
                }
                Start::Party(at) => {
                    let party = EntityRef::new(EntityKind::Party, &world.parties[at].id);
                    let entries = reach.entries_of(&party);
                    entries.iter().flat_map(|it| reach.trace(it, packet)).collect()
                }
            };
            for way in ways {
                let hops: Vec<String> = way.hops.iter().map(|it| it.name.ja.to_string()).collect();
                eprintln!("  {hops:?} {:?} {:?}", way.end, way.at);
            }
        }
    }
    differences(first()).iter().take(40).for_each(|it| eprintln!("{it}"));
}
