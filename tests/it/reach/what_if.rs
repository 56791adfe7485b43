//! What would be different.

use super::blast::{shipped, written};
use sekisho::model::{EntityKind, EntityRef, Service};
use sekisho::reach::Reach;
use sekisho::reach::exposure::{Certainty, Exposure};
use sekisho::reach::what_if::{Change, FrontLine, changes, in_front};
use sekisho::topology;

fn circuit(id: &str) -> EntityRef {
    EntityRef::new(EntityKind::Circuit, id)
}

/// What is different without a thing.
fn without(reach: &Reach<'_>, gone: &EntityRef) -> Vec<Change> {
    let after = reach.without_things(std::slice::from_ref(gone), &[]);
    changes(&Exposure::new(reach), &Exposure::new(&after))
}

#[test]
fn without_its_line_nobody_reaches_anything_and_nothing_appears() {
    for (name, line) in [("osaka-2022", "meal-line"), ("musashikosugi-2026", "vital-line")] {
        let changes = shipped(name, |it| without(it, &circuit(line)));
        assert!(!changes.is_empty(), "{name}");
        assert!(changes.iter().all(|it| it.after.is_none()), "{name}: {changes:#?}");
    }
}

#[test]
fn without_a_connection_only_its_party_loses_and_without_nothing_nothing_changes() {
    shipped("osaka-2022", |reach| {
        let gone = EntityRef::new(EntityKind::Connection, "meal");
        let changes = without(reach, &gone);
        let served = |it: &Change| it.to.id == "meal-srv" && it.from.id == "caterer";
        assert!(changes.iter().any(served), "{changes:#?}");
        assert_eq!(without(reach, &circuit("no-such-line")), []);
    });
    let port = shipped("osaka-2022", |it| it.ports_called("meal-router", "lan"));
    assert_eq!(port.len(), 1);
    assert!(written("schema: 1\n", |it| it.ports_called("meal-router", "lan")).is_empty());
}

#[test]
fn a_line_in_front_of_the_filters_denies_and_permits() {
    let name = "general-hospital";
    let (_, mut sources, reading) =
        crate::support::shipped().into_iter().find(|it| it.0 == name).unwrap();
    let evidence = crate::support::evidence(name, &mut sources, &reading);
    let inventory = &reading.inventory;
    let graph = topology::build(inventory, &evidence);
    let reach = Reach::new(inventory, &evidence, &graph);
    let jump = EntityRef::new(EntityKind::System, "jump");
    let fujimi = EntityRef::new(EntityKind::Party, "fujimi");
    let asked = |permits: bool, service: Service| {
        let mut changed = evidence.clone();
        for device in &mut changed.devices {
            let line = FrontLine {
                permits,
                from: reach.network.book.of(&fujimi),
                to: reach.network.book.of(&jump),
                services: vec![service],
            };
            in_front(&mut device.config, &line);
        }
        let graph = topology::build(inventory, &changed);
        let after = Reach::new(inventory, &changed, &graph);
        let all = changes(&Exposure::new(&reach), &Exposure::new(&after));
        let own = |it: &Change| it.from == fujimi && it.to == jump;
        all.into_iter().filter(own).collect::<Vec<_>>()
    };
    let denied = asked(false, Service::tcp(3389));
    assert!(
        denied.iter().any(|it| it.before == Some(Certainty::Configured) && it.after.is_none()),
        "{denied:#?}"
    );
    let permitted = asked(true, Service::tcp(8443));
    assert!(
        permitted.iter().all(|it| it.after <= Some(Certainty::Configured) && it.after.is_some()),
        "{permitted:#?}"
    );
    assert!(!permitted.is_empty(), "the port was not open before");
}
