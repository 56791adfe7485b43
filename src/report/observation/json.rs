//! The summary as JSON: the facts themselves, in the shape in which evidence files have them.

use super::{Kind, Summary, What};
use serde_json::{Map, Value, json};

/// The version of the shape.
const VERSION: u32 = 1;

/// The summary for programs.
pub fn json(summary: &Summary<'_>) -> Value {
    let pieces = summary.pieces().map(|it| {
        json!({
            "id": it.id,
            "tap": it.tap,
            "source": it.source,
            "interfaces": it.interfaces,
            "first": it.first,
            "last": it.last,
            "clock": it.clock,
            "counts": it.counts,
        })
    });
    let spoken = summary.spoken.iter().map(|(what, (count, bytes))| match what {
        What::Spoken(it) => json!({"spoken": it, "conversations": count, "bytes": bytes}),
        What::Protocol(it) => {
            json!({"spoken": null, "protocol": it, "conversations": count, "bytes": bytes})
        }
        What::Unknown => json!({"spoken": null, "conversations": count, "bytes": bytes}),
    });
    let networks = summary.networks.sorted().into_iter().map(|((from, to), it)| {
        let services: Vec<_> = it.services.iter().collect();
        let services = services.iter().map(|it| json!({"service": &*it.0, "spoken": it.1}));
        json!({
            "from": from,
            "to": to,
            "conversations": it.conversations,
            "answered": it.answered,
            "bytes": it.bytes,
            "services": services.collect::<Vec<_>>(),
        })
    });
    let mut told = Map::new();
    for kind in Kind::ALL {
        let found = summary.told.get(&kind);
        let conversations: Vec<_> = summary.told_of(kind).collect();
        let count = found.map_or(0, |it| it.count);
        let mut of_kind = json!({"count": count, "conversations": conversations});
        if let (Kind::Tunnel, Some(it)) = (kind, of_kind.as_object_mut()) {
            let tunnels = found.map_or(0, |it| it.count - it.again);
            it.insert("tunnels".to_owned(), json!(tunnels));
        }
        told.insert(kind.key().to_owned(), of_kind);
    }
    json!({
        "version": VERSION,
        "pieces": pieces.collect::<Vec<_>>(),
        "hosts": summary.hosts,
        "conversations": summary.conversations,
        "told": told,
        "exits": summary.exits().collect::<Vec<_>>(),
        "roles": summary.roles().collect::<Vec<_>>(),
        "neighbours": summary.neighbours().collect::<Vec<_>>(),
        "spoken": spoken.collect::<Vec<_>>(),
        "networks": networks.collect::<Vec<_>>(),
    })
}
