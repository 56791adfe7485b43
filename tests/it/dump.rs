use crate::support;
use sekisho::model::EntityKind;
use sekisho::reach::{Bound, Reach, packets::PacketSet};
#[test]
fn dump() {
    for (name, mut sources, reading) in support::shipped() {
        if let Ok(only) = std::env::var("ONLY")
            && !name.contains(&only)
        {
            continue;
        }
        let evidence = support::evidence(&name, &mut sources, &reading);
        let inventory = &reading.inventory;
        let topology = sekisho::topology::build(inventory, &evidence);
        let t = std::time::Instant::now();
        let reach = Reach::new(inventory, &evidence, &topology);
        println!(
            "== {name}: {} places {} nodes {} entries prepared {:?}",
            reach.network.places.len(),
            reach.network.nodes.len(),
            reach.network.entries.len(),
            t.elapsed()
        );
        for n in &reach.network.nodes {
            println!(
                "node {} {:?}",
                n.thing,
                n.ports
                    .iter()
                    .map(|p| format!("{}@{:?}", p.name, reach.network.places[p.place].kind))
                    .collect::<Vec<_>>()
            );
            for t in &n.tunnels {
                println!("   tunnel {} if {:?} far {:?}", t.name, t.interface, t.far)
            }
        }
        for e in &reach.network.entries {
            let t = std::time::Instant::now();
            let both = reach.both([e], &PacketSet::any());
            println!(
                "ENTRY {} by {} {:?} over {:?} node {} src {}  [{:?}]",
                e.from,
                e.by,
                e.kind,
                e.over,
                reach.network.nodes[e.node].thing,
                e.sources.to_string().chars().take(80).collect::<String>(),
                t.elapsed()
            );
            for (what, a) in [("certain", &both.certain), ("possible", &both.possible)] {
                let s: Vec<String> =
                    a.at.iter()
                        .filter(|(t, _)| t.kind != EntityKind::Zone)
                        .map(|(t, p)| {
                            format!(
                                "{}({} cubes, {:?})",
                                t,
                                p.v4().count() + p.v6().count(),
                                p.sample().map(|x| x.service().to_string())
                            )
                        })
                        .collect();
                println!("   {what}: {}", s.join(" ").chars().take(1500).collect::<String>());
            }
            for a in both.possible.assumptions.iter() {
                println!("      . {}", a.says.ja)
            }
            let own = PacketSet::sessions(&e.sources, &e.destinations, &[]);
            if let Some(p) = both
                .certain
                .at
                .iter()
                .filter(|(t, _)| t.kind == EntityKind::System)
                .find_map(|(_, p)| p.intersection(&own).sample())
            {
                for t in reach.trace(e, &p).iter().take(2) {
                    println!(
                        "   trace {:?} -> {:?} {:?} certain {}",
                        p,
                        t.end,
                        t.at.as_ref().map(|x| x.to_string()),
                        t.certain
                    );
                    for h in &t.hops {
                        println!(
                            "      {} {}",
                            h.name.ja,
                            h.events
                                .iter()
                                .map(|e| e.says.ja.to_string())
                                .collect::<Vec<_>>()
                                .join(" / ")
                        )
                    }
                }
            }
        }
        let _ = Bound::Certain;
    }
}
