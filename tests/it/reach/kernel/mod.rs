//! The kernel of Linux as a judge of reach: random rule sets of iptables and nftables are loaded in
//! network namespaces, packets are sent, and where they arrive is compared with what the engine
//! reads out of `iptables-save`, `nft list ruleset` and `ip -j`.
//!
//! ```text
//!  hosts 0 ──wan──┐
//!  hosts 1 ──lan──┤ gate   three networks, two addresses of IPv4 and two of IPv6 on each
//!  hosts 2 ──dmz──┘
//! ```
//!
//! Needs `setpriv` and `unshare` (util-linux), `ip`, `nft`, `iptables` and namespaces, as root or in a user
//! namespace. Without them the test says so and passes; `SEKISHO_MUST_RUN_KERNEL=1` makes it fail.
//! `SEKISHO_KERNEL_SETS=500` asks for more rule sets, `SEKISHO_KERNEL_FIRST=17` begins elsewhere,
//! and `SEKISHO_KERNEL_SHOW=1` shows them.

mod compare;
mod hospital;
mod iptables;
mod lab;
mod nft;
mod probes;
mod rules;

use crate::support::namespaces::{self, INSIDE};

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().and_then(|it| it.parse().ok()).unwrap_or(usual)
}

/// What must be possible beside namespaces.
const NEEDED: &str = "iptables --version | grep -q nf_tables || { echo 'iptables is not based on nftables' >&2; exit 1; }
for it in 'iptables -w -t nat -S' 'ip6tables -w -t nat -S'; do
    ip netns exec try $it
done";

fn in_namespaces(test: &str) {
    namespaces::inside(&format!("reach::kernel::{test}"), NEEDED);
}

#[test]
fn packets_arrive_in_namespaces_where_the_engine_says() {
    in_namespaces("inside");
}

#[test]
fn a_hospital_in_namespaces_is_told_as_packets_find_it() {
    in_namespaces("inside_hospital");
}

#[test]
#[ignore = "run by the test above, in namespaces of its own"]
fn inside_hospital() {
    if std::env::var_os(INSIDE).is_none() {
        return;
    }
    lab::enter();
    let it = hospital::all();
    eprintln!(
        "a hospital and its faults: {} sent, {} arrived, {} times something withheld",
        it.sent, it.arrived, it.withheld
    );
    let (count, first) = (it.wrong.len(), it.wrong.iter().take(60).collect::<Vec<_>>());
    assert!(it.wrong.is_empty(), "{count} contradictions: {first:#?}");
}

#[test]
#[ignore = "run by the test above, in namespaces of its own"]
fn inside() {
    if std::env::var_os(INSIDE).is_none() {
        return;
    }
    lab::enter();
    let (first, count) = (number("SEKISHO_KERNEL_FIRST", 0), number("SEKISHO_KERNEL_SETS", 48));
    let lanes = 2;
    let lane = |lane: u64| {
        let seeds = (first..first + count).filter(move |it| it % lanes == lane);
        seeds.map(|seed| compare::compare(&lab::Lab::new(lane), seed)).collect::<Vec<_>>()
    };
    let all: Vec<compare::Outcome> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..lanes).map(|it| scope.spawn(move || lane(it))).collect();
        all.into_iter().flat_map(|it| it.join().unwrap()).collect()
    });
    let sum = |of: fn(&compare::Outcome) -> usize| all.iter().map(of).sum::<usize>();
    let (sent, arrived, doubtful) =
        (sum(|it| it.sent), sum(|it| it.arrived), sum(|it| it.doubtful));
    eprintln!("{count} rule sets: {sent} sent, {arrived} arrived, {doubtful} undetermined");
    let wrong: Vec<&String> = all.iter().flat_map(|it| it.wrong.iter().take(6)).collect();
    let sets = all.iter().filter(|it| !it.wrong.is_empty()).count();
    assert!(wrong.is_empty(), "{sets} of {count} rule sets: {wrong:#?}");
    // A judge who sees nothing arrive, or everything, judges nothing.
    assert!(arrived * 10 > sent && arrived * 10 < sent * 9, "{arrived} of {sent} arrived");
    // Two chains that translate the same packets leave a doubt; nothing else does.
    assert!(doubtful * 100 < sent, "{doubtful} of {sent} are undetermined");
}

#[test]
#[ignore = "run by the test above for every host"]
fn send() {
    if std::env::var_os(INSIDE).is_some() {
        probes::send_plan();
    }
}
