//! `paths` on a small hospital: how packets end, each way once, with the line that decided.

use super::network::asked;
use sekisho::model::{AddressSet, EntityKind, EntityRef, Service};
use sekisho::reach::ends::End;
use sekisho::reach::packets::Packet;
use sekisho::reach::paths::{Cause, Paths, Question, Verdict};
use sekisho::reach::{Disposition, Reach, Trace};

/// A line to a vendor, a filter on either side of the router, and a network that nobody declared.
pub const HOSPITAL: &str = "
schema: 1
zones:
  a: {name: A, kind: clinical, networks: [10.1.0.0/24]}
  far: {name: F, kind: clinical, networks: [10.2.0.0/24]}
parties: {v: {name: V, kind: vendor, networks: [203.0.113.128/28]}}
circuits: {line: {kind: ip-vpn}}
devices:
  gate:
    name: gate
    kind: router
    interfaces: {wan: {circuit: line, addresses: [192.0.2.2/30]}, lan: {zone: a, addresses: [10.1.0.1/24]}}
systems:
  s: {name: s, kind: ehr, class: server, zone: a, addresses: [10.1.0.5]}
  t: {name: t, kind: ehr, class: server, zone: far, addresses: [10.2.0.5]}
connections:
  c: {name: c, party: v, purpose: remote-maintenance, circuit: line, at: gate.wan, transport: ip-vpn,
      allow: [{to: s, services: [22/tcp]}]}
";

pub const GATE: &str = "version 15.7
hostname gate
!
interface GigabitEthernet0/0
 ip address 192.0.2.2 255.255.255.252
 ip access-group from-vendor in
!
interface GigabitEthernet0/1
 ip address 10.1.0.1 255.255.255.0
 ip access-group to-clinical out
!
interface GigabitEthernet0/2
 ip address 10.99.0.1 255.255.255.0
!
ip route 203.0.113.128 255.255.255.240 192.0.2.1
!
ip access-list extended from-vendor
 permit tcp any host 10.1.0.5 eq 22
 permit tcp any host 10.1.0.5 eq smtp
!
ip access-list extended to-clinical
 deny tcp any any eq smtp
 permit ip any any
!
end
";

/// The gate with more lines that let the vendor in.
pub fn letting(lines: &str) -> String {
    let last = " permit tcp any host 10.1.0.5 eq smtp\n";
    assert!(GATE.contains(last));
    GATE.replace(last, &format!("{last}{lines}"))
}

fn thing(kind: EntityKind, id: &str) -> End {
    End::Thing(EntityRef::new(kind, id))
}

fn paths(reach: &Reach<'_>, from: End, to: End, services: &[Service]) -> Paths {
    reach.paths(&Question { from, to, services: services.to_vec(), at: None })
}

fn vendor() -> End {
    thing(EntityKind::Party, "v")
}

/// How the packets end that the vendor sends to an address.
fn ends(gate: &str, to: &str, port: u16) -> Vec<Trace> {
    asked(HOSPITAL, &[("gate", gate)], |reach| {
        let party = EntityRef::new(EntityKind::Party, "v");
        let packet = Packet::tcp("203.0.113.130".parse().unwrap(), to.parse().unwrap(), port);
        let entries = reach.entries_of(&party);
        entries.into_iter().flat_map(|it| reach.trace(it, &packet)).collect()
    })
}

/// Whether a way ends like this, and the last line that it names is this one.
fn ends_so(gate: &str, ways: &[Trace], end: Disposition, line: &str) -> bool {
    ways.iter().any(|way| {
        let mut events = way.hops.iter().flat_map(|it| &it.events).filter_map(|it| it.span);
        let last = events.next_back().and_then(|it| gate.get(it.start as usize..it.end as usize));
        way.end == end && (line.is_empty() || last.is_some_and(|it| it.contains(line)))
    })
}

#[test]
fn every_end_that_a_packet_can_have() {
    use Disposition as D;
    let wide = letting(
        " permit tcp any any eq www\n permit tcp any host 192.0.2.2 eq telnet\n permit tcp any any eq 99\n",
    );
    for (gate, to, port, end, line) in [
        (GATE, "10.1.0.5", 22, D::Accepted, ""),
        (GATE, "10.1.0.5", 80, D::DeniedIn, "from-vendor"),
        (GATE, "10.1.0.5", 25, D::DeniedOut, "deny tcp any any eq smtp"),
        (&wide, "10.1.0.77", 80, D::Delivered, ""),
        (&wide, "10.99.0.77", 80, D::Delivered, ""),
        (&wide, "192.0.2.2", 23, D::Accepted, ""),
        (&wide, "10.77.0.1", 80, D::NoRoute, ""),
        (
            &wide.replace("ip route", "ip route 10.2.0.0 255.255.255.0 10.1.0.254\nip route"),
            "10.2.0.5",
            80,
            D::NeighbourUnreachable,
            "",
        ),
        (
            &wide.replace("ip route", "ip route 10.2.0.0 255.255.255.0 Null0\nip route"),
            "10.2.0.5",
            80,
            D::Discarded,
            "",
        ),
    ] {
        let ways = ends(gate, to, port);
        assert!(ends_so(gate, &ways, end, line), "{to} {port}, {end:?}: {ways:#?}");
    }
}

#[test]
fn who_goes_out_over_the_line_exits_to_the_party() {
    asked(HOSPITAL, &[("gate", GATE)], |reach| {
        let out = paths(reach, thing(EntityKind::Zone, "a"), vendor(), &[]);
        assert_eq!(out.verdict(), Verdict::Reachable);
        assert!(
            out.classes.iter().any(|it| it.certain && it.end == Disposition::Exits),
            "{out:#?}"
        );
    });
}

#[test]
fn reachable_isolated_and_undetermined() {
    let s = || thing(EntityKind::System, "s");
    let verdict = |gate: &str, to: End, port| {
        asked(HOSPITAL, &[("gate", gate)], |reach| {
            paths(reach, vendor(), to.clone(), &[Service::tcp(port)]).verdict()
        })
    };
    assert_eq!(verdict(GATE, s(), 22), Verdict::Reachable);
    assert_eq!(verdict(GATE, s(), 3389), Verdict::Isolated);
    let garbled = letting(" permit tcp any host 10.1.0.5 eq zzqx\n");
    assert_eq!(verdict(&garbled, s(), 3389), Verdict::Undetermined);
    // Nobody declared who is there, so nobody can say that it is nobody.
    let wide = letting(" permit tcp any any eq 3389\n");
    let network = End::Network("10.99.0.128/25".parse().unwrap());
    assert_eq!(verdict(&wide, network.clone(), 3389), Verdict::Undetermined);
    assert_eq!(verdict(GATE, network, 3389), Verdict::Isolated);
}

#[test]
fn without_a_configuration_nobody_knows() {
    asked(HOSPITAL, &[], |reach| {
        let s = thing(EntityKind::System, "s");
        let all = paths(reach, vendor(), s.clone(), &[Service::tcp(3389)]);
        assert_eq!(all.verdict(), Verdict::Undetermined, "{all:#?}");
        let party = EntityRef::new(EntityKind::Party, "v");
        let packet =
            Packet::tcp("203.0.113.130".parse().unwrap(), "10.1.0.5".parse().unwrap(), 3389);
        let entries = reach.entries_of(&party);
        let ways: Vec<Trace> =
            entries.into_iter().flat_map(|it| reach.trace(it, &packet)).collect();
        assert!(ways.iter().all(|it| !it.certain || !it.end.arrives()), "{ways:#?}");
        // What is declared counts on the word of the inventory.
        assert_eq!(paths(reach, vendor(), s, &[Service::tcp(22)]).verdict(), Verdict::Reachable);
    });
}

#[test]
fn what_blocks_is_named_with_its_line() {
    asked(HOSPITAL, &[("gate", GATE)], |reach| {
        let s = thing(EntityKind::System, "s");
        let all = paths(reach, vendor(), s, &[Service::tcp(25)]);
        let [refusal] = &all.refusals[..] else { panic!("{all:#?}") };
        let Cause::Stopped(way) = &refusal.cause else { panic!("{refusal:#?}") };
        let last = way.hops.iter().flat_map(|it| &it.events).filter_map(|it| it.span).next_back();
        let last = last.and_then(|it| GATE.get(it.start as usize..it.end as usize));
        assert!(last.is_some_and(|it| it.contains("deny tcp any any eq smtp")), "{last:?}");
    });
}

#[test]
fn of_equal_routes_only_what_passes_over_each_is_certain() {
    // Over the second router nothing gets to the other network: it has no route there.
    let two = |second: &str| {
        format!(
            "{}ip route 10.2.0.0 255.255.255.0 10.1.0.2\nip route 10.2.0.0 255.255.255.0 {second}\nend\n",
            letting(" permit tcp any any eq www\n").replace("end\n", "")
        )
    };
    let inner = "version 15.7\nhostname inner\n!\ninterface GigabitEthernet0/0\n ip address 10.1.0.2 255.255.255.0\n!\n\
                 interface GigabitEthernet0/1\n ip address 10.2.0.1 255.255.255.0\n!\nend\n";
    let hospital = HOSPITAL.replace(
        "systems:\n",
        "  inner: {name: inner, kind: router}\n  dead: {name: dead, kind: router}\nsystems:\n",
    );
    let dead = "version 15.7\nhostname dead\n!\ninterface GigabitEthernet0/0\n ip address 10.1.0.3 255.255.255.0\n!\nend\n";
    let certain = |gate: String| {
        asked(&hospital, &[("gate", &gate), ("inner", inner), ("dead", dead)], |reach| {
            let t = thing(EntityKind::System, "t");
            let all = paths(reach, vendor(), t, &[Service::tcp(80)]);
            assert!(!all.classes.is_empty(), "{all:#?}");
            let sure = all.classes.iter().any(|it| it.certain);
            let told = all.classes.iter().filter_map(|it| it.trace.as_ref());
            assert!(
                told.clone().count() > 0 && told.clone().all(|it| it.certain == sure),
                "{all:#?}"
            );
            sure
        })
    };
    assert!(!certain(two("10.1.0.3")));
    assert!(certain(two("10.1.0.2")));
}

#[test]
fn the_addresses_of_the_vendor_are_his() {
    asked(HOSPITAL, &[("gate", GATE)], |reach| {
        let own: AddressSet =
            "203.0.113.128/28".parse::<sekisho::model::IpNetwork>().unwrap().into();
        assert_eq!(reach.addresses(&vendor()), own);
    });
}
