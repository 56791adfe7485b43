//! What an intruder reaches next.

use crate::support;
use sekisho::inventory::Inventory;
use sekisho::model::{EntityKind, EntityRef};
use sekisho::reach::Reach;
use sekisho::reach::blast::Blast;
use sekisho::reach::relay::{self, Grade, RelayKind, Relays};
use sekisho::topology;

/// Asks a shipped inventory, with the configurations that it names.
pub fn shipped<T>(name: &str, ask: impl FnOnce(&Reach<'_>) -> T) -> T {
    let (_, mut sources, reading) =
        support::shipped().into_iter().find(|it| it.0 == name).expect("it is shipped");
    let evidence = support::evidence(name, &mut sources, &reading);
    asked(&reading.inventory, evidence, ask)
}

/// Asks an inventory as text.
pub fn written<T>(text: &str, ask: impl FnOnce(&Reach<'_>) -> T) -> T {
    let (sources, reading) = support::read(text);
    assert!(reading.is_sound(), "{}", support::told(&sources, &reading));
    asked(&reading.inventory, Default::default(), ask)
}

fn asked<T>(
    inventory: &Inventory,
    evidence: sekisho::evidence::EvidenceSet,
    ask: impl FnOnce(&Reach<'_>) -> T,
) -> T {
    let topology = topology::build(inventory, &evidence);
    ask(&Reach::new(inventory, &evidence, &topology))
}

fn party(id: &str) -> EntityRef {
    EntityRef::new(EntityKind::Party, id)
}

fn system(id: &str) -> EntityRef {
    EntityRef::new(EntityKind::System, id)
}

/// After how many steps a system is reached in any case, and over whom.
fn certainly<'b>(blast: &'b Blast, id: &str) -> Option<(usize, Vec<&'b str>)> {
    let reached = blast.reached.iter().find(|it| it.certain && it.thing == system(id))?;
    Some((reached.hops, reached.way.iter().map(|it| it.from.id.as_str()).collect()))
}

fn is_possible(blast: &Blast, id: &str) -> bool {
    blast.reached.iter().any(|it| it.thing == system(id))
}

#[test]
fn osaka_the_caterer_reaches_the_records_over_the_meal_server_with_shared_credentials() {
    let blast = shipped("osaka-2022", |it| it.blast(&party("caterer"), Relays::All, 9));
    assert_eq!(certainly(&blast, "meal-srv"), Some((1, vec!["caterer"])));
    assert_eq!(certainly(&blast, "ehr-srv"), Some((2, vec!["caterer", "meal-srv"])));
    let ehr = blast.reached.iter().find(|it| it.thing == system("ehr-srv")).unwrap();
    assert_eq!(ehr.grade, Some(Grade::Likely));
    let shared = ehr.way.iter().map(|it| it.credentials.as_ref().map(|it| it.id.as_str()));
    assert_eq!(shared.collect::<Vec<_>>(), [Some("cg-common"), Some("cg-common")]);
    let alone = shipped("osaka-2022", |it| it.blast(&party("caterer"), Relays::None, 9));
    assert_eq!(certainly(&alone, "ehr-srv"), None);
}

#[test]
fn musashikosugi_the_maintained_monitors_lead_to_the_nurse_call() {
    let blast =
        shipped("musashikosugi-2026", |it| it.blast(&party("vital-vendor"), Relays::All, 9));
    assert_eq!(certainly(&blast, "nursecall-srv"), Some((2, vec!["vital-vendor", "vital-srv"])));
    let near = shipped("musashikosugi-2026", |it| it.blast(&party("vital-vendor"), Relays::All, 1));
    assert_eq!(certainly(&near, "nursecall-srv"), None);
    assert_eq!(certainly(&near, "ehr"), None, "nobody outside has an address of the inside");
}

#[test]
fn handa_whoever_has_an_account_reaches_everything_behind_the_device() {
    let ask = |relays| shipped("handa-2021", |it| it.blast(&party("web-sites"), relays, 9));
    let let_in = Some((1, vec!["web-sites"]));
    assert_eq!(certainly(&ask(Relays::All), "backup-srv"), let_in);
    assert_eq!(certainly(&ask(Relays::None), "backup-srv"), let_in);
}

const WARD: &str = "
schema: 1
zones:
  a: {name: A, kind: clinical, networks: [10.1.0.0/16]}
  b: {name: B, kind: clinical, networks: [10.2.0.0/16]}
parties: {v: {name: V, kind: vendor, networks: [198.51.100.0/28], internet_exposed: no}}
circuits: {line: {kind: ip-vpn}}
devices:
  gate:
    name: gate
    kind: router
    interfaces: {wan: {circuit: line}, lan: {zone: a, addresses: [10.1.0.1/16]}}
    management: {services: [22/tcp], from: [10.1.0.9]}
systems:
  target: {name: target, kind: ehr, class: server, zone: a, addresses: [10.1.0.5], services: [SERVICES]}
  twin:
    {name: twin, kind: other, class: server, zone: a, addresses: [10.1.0.6], services: [443/tcp],
     interfaces: {second: {zone: b, addresses: [10.2.0.6], forwarding: no}}}
  far: {name: far, kind: other, class: server, zone: b, addresses: [10.2.0.7], services: [443/tcp]}
connections:
  c: {name: c, purpose: remote-maintenance, party: v, circuit: line, at: gate.wan, transport: ip-vpn,
      sources: [v], allow: [{to: target, services: [SERVICES]}]}
";

#[test]
fn a_host_without_sessions_is_no_certain_relay_and_several_networks_are_a_weak_one() {
    let ask = |services: &str| {
        written(&WARD.replace("SERVICES", services), |it| it.blast(&party("v"), Relays::All, 9))
    };
    let sessions = ask("3389/tcp");
    assert_eq!(certainly(&sessions, "twin"), Some((2, vec!["v", "target"])));
    assert_eq!(certainly(&sessions, "far"), None);
    let far = sessions.reached.iter().find(|it| it.thing == system("far")).unwrap();
    assert!(!far.certain, "a host on several networks need not pass anything on");
    let plain = ask("443/tcp");
    assert_eq!(certainly(&plain, "target"), Some((1, vec!["v"])));
    assert_eq!(certainly(&plain, "twin"), None);
    assert!(is_possible(&plain, "twin"), "nobody knows what the gate lets through");
}

#[test]
fn files_lead_to_those_who_fetch_them() {
    let text = "
schema: 1
zones: {a: {name: A, kind: clinical, networks: [10.1.0.0/16]}}
systems:
  share: {name: share, kind: file-server, class: server, zone: a, addresses: [10.1.0.5], services: [445/tcp]}
  pc: {name: pc, kind: terminals, class: terminal, zone: a, addresses: [10.1.0.6], services: [443/tcp]}
";
    let files = written(text, |it| relay::relays(it, Relays::Sessions));
    let [files] = files.as_slice() else { panic!("{files:?}") };
    assert_eq!((files.kind, files.grade), (RelayKind::Files, Grade::Weak));
    let others = files.stands.iter().filter(|it| it.thing != files.thing);
    assert_eq!(others.map(|it| it.thing.id.as_str()).collect::<Vec<_>>(), ["pc"]);
    assert!(files.certain.is_empty());
}

#[test]
fn whoever_shares_files_is_held_by_the_others_and_not_by_himself() {
    let text = |services: &str| {
        format!(
            "
schema: 1
zones:
  a: {{name: A, kind: clinical, networks: [10.1.0.0/16]}}
  b: {{name: B, kind: clinical, networks: [10.2.0.0/16]}}
systems:
  one: {{name: one, kind: other, class: server, zone: a, addresses: [10.1.0.5], services: [445/tcp]}}
  two:
    {{name: two, kind: other, class: server, zone: a, addresses: [10.1.0.6], services: [{services}],
     interfaces: {{second: {{zone: b, addresses: [10.2.0.6], forwarding: no}}}}}}
  far: {{name: far, kind: other, class: server, zone: b, addresses: [10.2.0.7], services: [80/tcp]}}
"
        )
    };
    let far = |services: &str| {
        written(&text(services), |it| {
            let blast = it.blast(&system("one"), Relays::Sessions, 9);
            blast.reached.iter().find(|it| it.thing == system("far")).map(|it| it.hops)
        })
    };
    assert_eq!(far("445/tcp"), Some(2), "two opens what one left there");
}
