//! A hospital far larger than any: for measuring, and for what must stay bounded.

use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// An inventory of so many systems in so many zones (up to 250), with the devices, connections,
/// flows and backups that go with them. Valid; the same on every machine.
pub fn hospital(systems: usize, zones: usize) -> Value {
    let zone_of = |index: usize| format!("z{:03}", index % zones);
    let kinds = ["clinical", "department", "medical-device", "administrative", "facility"];
    let table = |count: usize, prefix: &str, record: &dyn Fn(usize) -> Value| -> Value {
        let entries = (0..count).map(|it| (format!("{prefix}{it}"), record(it)));
        Value::Object(entries.collect::<Map<_, _>>())
    };
    let all_zones: Map<String, Value> = (0..zones)
        .map(|it| {
            let zone = json!({
                "name": format!("区画{it}"),
                "kind": kinds[it % kinds.len()],
                "networks": [format!("10.{it}.0.0/16")],
            });
            (zone_of(it), zone)
        })
        .collect();
    let parties = table(20, "party", &|it| {
        json!({
            "name": format!("事業者{it}"),
            "kind": "vendor",
            "internet_exposed": "no",
            "networks": [format!("198.51.100.{}/28", it % 16 * 16)],
            "contacts": [{"name": "保守窓口", "phone": "000-0000-0000", "hours": "24h"}],
        })
    });
    let circuits = table(
        20,
        "line",
        &|it| json!({"name": format!("回線{it}"), "provider": "通信事業者", "kind": "ip-vpn"}),
    );
    let devices = table(20, "vpn", &|it| {
        json!({
            "name": format!("VPN装置{it}"),
            "kind": "vpn-gateway",
            "interfaces": {
                "wan": {"circuit": format!("line{it}")},
                "lan": {"zone": zone_of(it), "addresses": [format!("10.{}.255.1/16", it % zones)]},
            },
        })
    });
    let all_systems = table(systems, "s", &|it| {
        let at = it / zones;
        json!({
            "name": format!("サーバ{it}"),
            "kind": "other",
            "class": "server",
            "zone": zone_of(it),
            "addresses": [format!("10.{}.{}.{}", it % zones, at / 250, at % 250 + 1)],
            "os": {"name": "Linux"},
            "services": ["443/tcp", "22/tcp"],
            "vendor": format!("party{}", it % 20),
        })
    });
    let connections = table(60, "c", &|it| {
        json!({
            "name": format!("保守接続{it}"),
            "number": it + 1,
            "purpose": "remote-maintenance",
            "party": format!("party{}", it % 20),
            "circuit": format!("line{}", it % 20),
            "at": format!("vpn{}.wan", it % 20),
            "transport": "ip-vpn",
            "authentication": ["personal-account", "otp"],
            "sources": [format!("198.51.100.{}/28", it % 16 * 16)],
            "standing": false,
            "allow": [{"to": format!("s{}", it % systems), "services": ["443/tcp"]}],
        })
    });
    let flows: Vec<Value> = (0..zones * 2)
        .map(|it| {
            json!({
                "from": zone_of(it),
                "to": zone_of(it * 7 + 1 + it / zones),
                "services": ["443/tcp"],
            })
        })
        .collect();
    let backups = table(
        200,
        "b",
        &|it| json!({"of": [format!("s{}", it % systems)], "media": "tape", "offline": "offline-media"}),
    );
    json!({
        "schema": 1,
        "as_of": "2026-11-20",
        "organization": {"name": "巨大病院", "beds": 9999},
        "zones": all_zones,
        "parties": parties,
        "circuits": circuits,
        "devices": devices,
        "systems": all_systems,
        "connections": connections,
        "flows": flows,
        "backups": backups,
    })
}

/// The same as people write it.
pub fn yaml(value: &Value) -> String {
    let mut out = String::new();
    write(value, 0, &mut out);
    out
}

/// Sections and ids in block style, each record on one line, as people who keep many write it.
fn write(value: &Value, depth: usize, out: &mut String) {
    let Value::Object(fields) = value else {
        flow(value, out);
        out.push('\n');
        return;
    };
    for (key, value) in fields {
        let _ = write!(out, "{}{key}:", "  ".repeat(depth));
        if depth == 0 && value.as_object().is_some_and(|it| key != "organization" && !it.is_empty())
        {
            out.push('\n');
            write(value, 1, out);
        } else {
            out.push(' ');
            flow(value, out);
            out.push('\n');
        }
    }
}

fn flow(value: &Value, out: &mut String) {
    match value {
        Value::Object(fields) => {
            out.push('{');
            for (index, (key, value)) in fields.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                let _ = write!(out, "{key}: ");
                flow(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                flow(item, out);
            }
            out.push(']');
        }
        Value::String(text) => out.push_str(text),
        _ => {
            let _ = write!(out, "{value}");
        }
    }
}
