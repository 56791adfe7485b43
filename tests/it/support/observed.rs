//! Observations as people write them in examples: one fact a line, as in an evidence file, with
//! everything left out that does not matter.
//!
//! ```text
//! {"piece": {"first": "2026-11-01T00:00:00Z"}}
//! {"conversation": {"from": "10.30.0.9", "to": "198.51.100.7", "protocol": 17, "port": 51820}}
//! {"host": {"address": "10.30.0.9", "macs": ["00:11:22:00:00:09"]}}
//! ```
//!
//! What is left out: a week, answered, ten packets each way, begun by a SYN. The number of the
//! packet is the number of the line.

use sekisho::observation::Piece;
use serde_json::{Map, Value, json};

/// What a tap saw.
pub fn piece(tap: &str, text: &str) -> Result<Piece, String> {
    let mut piece = json!({
        "schema": 1, "tool": "example", "id": format!("{tap}-{:x}", hash(text)), "tap": tap,
        "source": {"kind": "file", "name": "", "bytes": 0},
        "first": "2026-11-09T00:00:00Z", "last": "2026-11-16T00:00:00Z",
        "counts": {"packets": 1000, "bytes": 100_000},
    });
    let lines = || text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    for (at, line) in lines() {
        let fact: Value =
            serde_json::from_str(line).map_err(|it| format!("evidence, line {}: {it}", at + 1))?;
        let fact = fact.as_object().ok_or("no object")?;
        for (kind, value) in fact {
            if kind == "piece" {
                lay(&mut piece, value);
                continue;
            }
            let list = if kind == "neighbour" { "neighbours" } else { &format!("{kind}s") };
            let mut whole = defaults(kind, value, &piece, at + 1);
            lay(&mut whole, value);
            let facts = piece.as_object_mut().unwrap().entry(list).or_insert_with(|| json!([]));
            facts.as_array_mut().unwrap().push(whole);
        }
    }
    serde_json::from_value(piece).map_err(|it| format!("evidence of {tap}: {it}"))
}

fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |it, byte| {
        (it ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// What is left out.
fn defaults(kind: &str, value: &Value, piece: &Value, line: usize) -> Value {
    let seen = json!({
        "first": piece["first"], "last": piece["last"], "packets": 20, "packet": line,
    });
    let answered = value["answered"] != json!(false);
    match kind {
        "conversation" => json!({
            "seen": seen, "guess": "syn", "answered": true, "sessions": 1,
            "forth": {"packets": 10, "bytes": 1000},
            "back": {"packets": if answered { 10 } else { 0 }, "bytes": 0},
        }),
        _ => json!({ "seen": seen }),
    }
}

/// Lays a value over another: objects are joined, everything else is replaced.
fn lay(under: &mut Value, over: &Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (key, value) in over {
                let at = under.entry(key).or_insert(Value::Object(Map::new()));
                lay(at, value);
            }
        }
        (under, over) => *under = over.clone(),
    }
}
