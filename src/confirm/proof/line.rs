//! The connection as it is declared, in words.

use super::paper::{Demarcation, Duty, Held, Line, Permitted};
use super::probed::named;
use crate::inventory::{Connection, Endpoint, Entry, Half, Holder, Inventory};
use crate::locale::Text;
use crate::model::words::Direction;
use crate::model::{EntityKind, EntityRef, Vocabulary as _};
use crate::source::Spanned;

pub(super) fn line(inventory: &Inventory, declared: &Entry<Connection>) -> Line {
    let of = |kind, id: &str| named(inventory, &EntityRef::new(kind, id));
    let numbers = inventory.connections.iter().zip(inventory.connection_numbers());
    let number = numbers.filter(|(it, _)| it.id.value == declared.id.value).map(|it| it.1).next();
    let circuit = declared.circuit.as_ref().map(|it| it.value.id());
    let entry = declared.at.as_ref().map(|it| {
        let owner = &it.value.owner;
        let known = inventory.devices.get(owner).is_some();
        of(if known { EntityKind::Device } else { EntityKind::System }, owner)
    });
    let through = declared.through.iter().map(|it| of(EntityKind::Device, it.value.id()));
    Line {
        connection: of(EntityKind::Connection, &declared.id.value),
        number: number.unwrap_or_default(),
        party: of(EntityKind::Party, declared.party.value.id()),
        purpose: declared.purpose.value.label(),
        transport: declared.transport.value.label(),
        circuit: circuit.map(|it| of(EntityKind::Circuit, it)),
        circuit_id: circuit
            .and_then(|it| inventory.circuits.get(it)?.circuit_id.as_ref())
            .map(|it| it.value.clone()),
        entry,
        through: through.collect(),
        permitted: permitted(inventory, declared),
    }
}

fn permitted(inventory: &Inventory, declared: &Connection) -> Vec<Permitted> {
    let end = |it: &Endpoint| match it {
        Endpoint::Any => Text::new("すべて（無制限）", "anywhere (unrestricted)"),
        Endpoint::Internet => Text::new("インターネット", "the internet"),
        Endpoint::Network(network) => Text::same(network.to_string()),
        Endpoint::Named(id) => {
            let kinds =
                [EntityKind::Zone, EntityKind::System, EntityKind::Party, EntityKind::Device];
            let things = kinds.map(|kind| EntityRef::new(kind, id));
            let known = things.iter().find(|it| inventory.name_of(it) != id.as_str());
            Text::same(known.map_or(id.as_str(), |it| inventory.name_of(it)))
        }
    };
    let one = |allow: &crate::inventory::Allow| Permitted {
        from: allow.from.as_ref().map(|it| end(&it.value)),
        to: end(&allow.to.value),
        services: allow.services.iter().map(|it| it.value.to_string()).collect(),
        via: allow
            .via
            .as_ref()
            .map(|it| named(inventory, &EntityRef::new(EntityKind::System, it.value.id()))),
        outbound: allow.direction.as_ref().is_some_and(|it| it.value == Direction::Outbound),
    };
    declared.allow.iter().map(one).collect()
}

/// Who answers for which half.
pub(super) fn demarcation(inventory: &Inventory, declared: &Connection) -> Demarcation {
    type Of = fn(&Half) -> &Option<Spanned<Holder>>;
    const DUTIES: &[(Text, Of)] = &[
        (Text::new("所有", "owns it"), |it| &it.owner),
        (Text::new("設置", "installed it"), |it| &it.installer),
        (Text::new("保守", "maintains it"), |it| &it.maintainer),
        (Text::new("設定の変更", "changes its configuration"), |it| &it.configuration),
        (Text::new("更新（パッチ）の適用", "applies updates"), |it| &it.patches),
        (Text::new("ログの保管・確認", "keeps and reviews logs"), |it| &it.logs),
        (Text::new("緊急時の遮断", "cuts it in an emergency"), |it| &it.cuts),
    ];
    let holder = |half: Option<&Half>, of: Of| {
        half.and_then(|it| of(it).as_ref()).map(|it| match &it.value {
            Holder::Hospital => Held { name: Text::new("病院", "the hospital"), party: None },
            Holder::Undefined => Held { name: Text::new("未定", "undefined"), party: None },
            Holder::Party(id) => {
                let party = EntityRef::new(EntityKind::Party, id);
                Held { name: Text::same(inventory.name_of(&party)), party: Some(party) }
            }
        })
    };
    let halves = declared.responsibility.as_ref();
    let (inside, outside) =
        (halves.and_then(|it| it.inside.as_ref()), halves.and_then(|it| it.outside.as_ref()));
    let duties = DUTIES.iter().map(|(duty, of)| Duty {
        duty: duty.clone(),
        inside: holder(inside, *of),
        outside: holder(outside, *of),
    });
    Demarcation {
        boundary: declared.demarcation.as_ref().map(|it| Text::same(it.value.clone())),
        duties: duties.collect(),
    }
}
