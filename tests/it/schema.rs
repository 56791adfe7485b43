//! The JSON Schema and the reader agree: what an editor accepts, the audit reads.
//!
//! They may differ in three ways only, because a regular expression on JSON cannot see them:
//! a range of ports that runs backwards, a number written in an unusual way (`1.0`, `0x10`),
//! and everything that needs more than one value (references, duplicates, overlaps).

use crate::support::{read, root, told};
use granit_parser::{Event, Parser, ScalarStyle};
use jsonschema::Validator;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Codes of mistakes that lie in one value or one mapping, which is what a schema can see.
const STRUCTURAL: [&str; 5] =
    ["unexpected-value", "missing-key", "unknown-key", "bad-id", "missing-space"];

fn validator() -> Validator {
    let schema = sekisho::inventory::schema::json_schema();
    jsonschema::draft202012::new(&schema).expect("the schema is a schema")
}

/// YAML as an editor's language server sees it: scalars by the core schema of YAML 1.2.
pub fn json(text: &str) -> Value {
    let mut stack: Vec<(Value, Option<String>, usize)> = Vec::new();
    let mut anchors: BTreeMap<usize, Value> = BTreeMap::new();
    let mut root = Value::Null;
    for event in Parser::new_from_str(text) {
        let (value, anchor) = match event.unwrap().0 {
            Event::Scalar(text, style, anchor, _) => (scalar(&text, style), anchor),
            Event::Alias(anchor) => (anchors[&anchor].clone(), 0),
            Event::SequenceStart(_, anchor, _) => {
                stack.push((Value::Array(Vec::new()), None, anchor));
                continue;
            }
            Event::MappingStart(_, anchor, _) => {
                stack.push((Value::Object(Map::new()), None, anchor));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let (value, _, anchor) = stack.pop().unwrap();
                (value, anchor)
            }
            _ => continue,
        };
        anchors.insert(anchor, value.clone());
        match stack.last_mut() {
            None => root = value,
            Some((Value::Array(items), ..)) => items.push(value),
            Some((Value::Object(pairs), key, _)) => match key.take() {
                None => {
                    *key = Some(match value {
                        Value::String(text) => text,
                        other => other.to_string(),
                    });
                }
                Some(name) => drop(pairs.insert(name, value)),
            },
            Some(_) => unreachable!(),
        }
    }
    root
}

fn scalar(text: &str, style: ScalarStyle) -> Value {
    if style != ScalarStyle::Plain {
        return Value::String(text.to_owned());
    }
    let number = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ if text.parse::<i64>().is_ok() => text.parse::<i64>().unwrap().into(),
        _ if number && text.parse::<f64>().is_ok() => text.parse::<f64>().unwrap().into(),
        _ => Value::String(text.to_owned()),
    }
}

/// Whether the reader finds nothing that a schema could see, and what it found.
fn accepted(text: &str) -> (bool, String) {
    let (sources, reading) = read(text);
    let codes = reading.diagnostics.iter().map(|it| it.code);
    let sound = !codes.clone().any(|code| STRUCTURAL.contains(&code));
    (sound, told(&sources, &reading))
}

/// Every key of the vocabulary that a schema could be wrong about, used once.
const COMPLETE: &str = include_str!("complete.yaml");

fn yaml_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            yaml_files(&path, found);
        } else if path.extension().is_some_and(|it| it == "yaml") && !path.ends_with("scope.yaml") {
            // A scope lies beside an inventory and has a schema of its own.
            found.push(path);
        }
    }
}

#[test]
fn both_accept_every_shipped_inventory() {
    let validator = validator();
    let mut files = Vec::new();
    yaml_files(&root().join("inventories"), &mut files);
    assert!(!files.is_empty());
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let (sound, told) = accepted(&text);
        assert!(sound, "{}: {told}", path.display());
        let errors: Vec<String> = validator
            .iter_errors(&json(&text))
            .map(|error| error.instance_path().to_string())
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
    }
}

#[test]
fn both_accept_the_complete_inventory() {
    let (sources, reading) = read(COMPLETE);
    assert!(reading.diagnostics.is_empty(), "{}", told(&sources, &reading));
    let errors: Vec<String> = validator()
        .iter_errors(&json(COMPLETE))
        .map(|error| error.instance_path().to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn the_complete_inventory_uses_every_key() {
    let schema = sekisho::inventory::schema::json_schema();
    let used = json(COMPLETE);
    let mut keys = Vec::new();
    fn collect(value: &Value, keys: &mut Vec<String>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| collect(item, keys)),
            Value::Object(pairs) => pairs.iter().for_each(|(key, value)| {
                keys.push(key.clone());
                collect(value, keys);
            }),
            _ => {}
        }
    }
    collect(&used, &mut keys);
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        for key in definition["properties"].as_object().unwrap().keys() {
            assert!(keys.contains(key), "{name}.{key} is not used");
        }
    }
}

/// What is changed, into what, and whether it stays acceptable.
const CHANGES: &[(&str, &str, bool)] = &[
    // A required key is missing, or misspelt, or stands where it has no business.
    ("schema: 1", "schema: 2", false),
    ("schema: 1", "schema: '1'", true),
    ("schema: 1", "schema: one", false),
    ("schema: 1", "shcema: 1", false),
    ("name: 青葉市立病院, ", "", false),
    ("beds: 320", "bed: 320", false),
    ("beds: 320", "beds: '320'", true),
    ("beds: 320", "beds: -1", false),
    ("beds: 320", "beds: 3.5", false),
    ("beds: 320", "beds: many", false),
    ("beds: 320", "beds: [320]", false),
    ("beds: 320", "beds: 12345678901", false),
    ("beds: 320", "beds:", true),
    ("name: 青葉市立病院", "name: ''", false),
    ("name: 青葉市立病院", "name: '　'", false),
    ("name: 青葉市立病院", "name:", false),
    ("name: 青葉市立病院", "name: 2026", true),
    ("name: 青葉市立病院", "name: true", true),
    ("name: 青葉市立病院", "name: {a: b}", false),
    ("name: 青葉市立病院", "name: [a]", false),
    // Tables and their ids.
    ("  clinical: {", "  診療: {", false),
    ("  clinical: {", "  -clinical: {", false),
    ("  clinical: {", "  12: {", true),
    ("  clinical: {", "  a b: {", false),
    ("guest: {name: 患者Wi-Fi, kind: guest, networks: []}", "guest:", false),
    ("guest: {name: 患者Wi-Fi, kind: guest, networks: []}", "guest: Wi-Fi", false),
    ("guest: {name: 患者Wi-Fi, kind: guest, networks: []}", "guest: [a]", false),
    // Words of closed lists.
    ("kind: clinical", "kind: clinicall", false),
    ("kind: clinical", "kind: Clinical", false),
    ("kind: clinical", "kind: 診療系", false),
    ("kind: clinical", "kind:", false),
    ("kind: clinical", "kind: [clinical]", false),
    ("kind: clinical, ", "", false),
    ("authentication: [pre-shared-key, otp]", "authentication: otp", true),
    ("authentication: [pre-shared-key, otp]", "authentication: [otp, pin]", false),
    ("authentication: [pre-shared-key, otp]", "authentication: [otp, null]", false),
    ("authentication: [pre-shared-key, otp]", "authentication: [[otp]]", false),
    ("authentication: [pre-shared-key, otp]", "authentication: {otp: yes}", false),
    ("authentication: [pre-shared-key, otp]", "authentication:", true),
    // Yes, no, unknown; true, false.
    ("standing: false", "standing: no", true),
    ("standing: false", "standing: 'false'", true),
    ("standing: false", "standing: never", false),
    ("standing: false", "standing: 0", false),
    ("internet_exposed: unknown", "internet_exposed: maybe", false),
    ("internet_exposed: unknown", "internet_exposed: yes", true),
    ("internet_exposed: unknown", "internet_exposed: true", false),
    // Dates.
    ("as_of: 2026-11-20", "as_of: 2026-02-30", false),
    ("as_of: 2026-11-20", "as_of: 2026-02-29", false),
    ("as_of: 2026-11-20", "as_of: 2028-02-29", true),
    ("as_of: 2026-11-20", "as_of: 2100-02-29", false),
    ("as_of: 2026-11-20", "as_of: 2000-02-29", true),
    ("as_of: 2026-11-20", "as_of: 2026-13-01", false),
    ("as_of: 2026-11-20", "as_of: 2026-11-31", false),
    ("as_of: 2026-11-20", "as_of: 2026-1-5", false),
    ("as_of: 2026-11-20", "as_of: 2026/11/20", false),
    ("as_of: 2026-11-20", "as_of: 20261120", false),
    ("as_of: 2026-11-20", "as_of: 令和8年", false),
    ("as_of: 2026-11-20", "as_of: 2026-11-20T00:00:00Z", false),
    // Addresses.
    ("addresses: [10.10.1.10]", "addresses: 10.10.1.10", true),
    ("addresses: [10.10.1.10]", "addresses: [999.1.1.1]", false),
    ("addresses: [10.10.1.10]", "addresses: [10.10.1]", false),
    ("addresses: [10.10.1.10]", "addresses: [10.10]", false),
    ("addresses: [10.10.1.10]", "addresses: [10.10.1.010]", false),
    ("addresses: [10.10.1.10]", "addresses: [10.10.1.10/33]", false),
    ("addresses: [10.10.1.10]", "addresses: [10.10.1.10/08]", false),
    ("addresses: [10.10.1.10]", "addresses: [10.10.1.10/255.255.0.0]", false),
    ("addresses: [10.10.1.10]", "addresses: [10.10.1.10/]", false),
    ("addresses: [10.10.1.10]", "addresses: [ehr-db]", false),
    ("addresses: [10.10.1.10]", "addresses: ['fd00:10::1']", true),
    ("addresses: [10.10.1.10]", "addresses: ['fd00:10::1/128']", true),
    ("addresses: [10.10.1.10]", "addresses: ['fd00:10::1/129']", false),
    ("addresses: [10.10.1.10]", "addresses: ['fd00::10::1']", false),
    ("addresses: [10.10.1.10]", "addresses: ['1:2:3:4:5:6:7:8']", true),
    ("addresses: [10.10.1.10]", "addresses: ['1:2:3:4:5:6:7::8']", false),
    ("addresses: [10.10.1.10]", "addresses: ['1:2:3:4:5:6:7::']", true),
    ("addresses: [10.10.1.10]", "addresses: ['::2:3:4:5:6:7:8']", true),
    ("addresses: [10.10.1.10]", "addresses: ['::ffff:10.10.1.10']", true),
    ("addresses: [10.10.1.10]", "addresses: ['1:2:3:4:5:6:7:10.0.0.1']", false),
    ("addresses: [10.10.1.10]", "addresses: ['1:2:3:4:5:6:10.0.0.1']", true),
    ("addresses: [10.10.1.10]", "addresses: ['12345::']", false),
    ("addresses: [10.10.1.10]", "addresses: ['fe80::1%eth0']", false),
    // Services.
    ("services: [1521/tcp]", "services: 1521/tcp", true),
    ("services: [1521/tcp]", "services: [1521]", false),
    ("services: [1521/tcp]", "services: [65535/tcp]", true),
    ("services: [1521/tcp]", "services: [65536/tcp]", false),
    ("services: [1521/tcp]", "services: [99999/udp]", false),
    ("services: [1521/tcp]", "services: [1521/TCP]", false),
    ("services: [1521/tcp]", "services: [01521/tcp]", false),
    ("services: [1521/tcp]", "services: [tcp/1521]", false),
    ("services: [1521/tcp]", "services: [1000-2000/udp]", true),
    ("services: [1521/tcp]", "services: [1000-/udp]", false),
    ("services: [1521/tcp]", "services: [rdp]", false),
    ("services: [1521/tcp]", "services: [esp, any]", true),
    // References, ends, entries, subjects.
    ("zone: clinical, addresses", "zone: [clinical], addresses", false),
    ("zone: clinical, addresses", "zone: 診療, addresses", false),
    ("at: vpn1.wan", "at: vpn1", true),
    ("at: vpn1.wan", "at: vpn1.wan.x", false),
    ("at: vpn1.wan", "at: {device: vpn1}", false),
    ("{from: 198.51.100.0/28,", "{from: 998.51.100.0/28,", false),
    ("{from: 198.51.100.0/28,", "{from: any,", true),
    ("{from: 198.51.100.0/28,", "{frm: any,", false),
    ("owner: hospital", "owner: 病院", false),
    ("subject: connections/ehr-maintenance", "subject: connection/ehr-maintenance", false),
    ("subject: connections/ehr-maintenance", "subject: ehr-maintenance", true),
    ("subject: connections/ehr-maintenance", "subject: connections/", false),
    ("expires: 2027-03-31", "expires:", false),
    // A list where one is expected, and where none is.
    ("flows:\n  - ", "flows:\n    ", true),
    ("contract: {", "contract: [{ref: a}, {", false),
];

#[test]
fn both_agree_on_every_change() {
    let validator = validator();
    assert!(CHANGES.len() >= 60);
    for (from, to, expected) in CHANGES {
        assert!(COMPLETE.contains(from), "nothing to change: {from}");
        let mut text = COMPLETE.replacen(from, to, 1);
        if *from == "contract: {" {
            // Closes the list that the change opens.
            text = text.replacen("until: 2027-06-30}", "until: 2027-06-30}]", 1);
        }
        let (reader, told) = accepted(&text);
        let schema = validator.is_valid(&json(&text));
        assert_eq!(reader, *expected, "the reader: {from} -> {to}\n{told}");
        assert_eq!(schema, *expected, "the schema: {from} -> {to}");
    }
}

#[test]
fn both_agree_on_how_long_a_text_may_be() {
    let validator = validator();
    for (length, expected) in [(2000, true), (2001, false)] {
        let text = COMPLETE.replacen("青葉市立病院", &"院".repeat(length), 1);
        assert_eq!(accepted(&text).0, expected, "the reader: {length}");
        assert_eq!(validator.is_valid(&json(&text)), expected, "the schema: {length}");
    }
}

#[test]
fn an_editor_completes_words_with_their_meaning_in_both_languages() {
    let schema = sekisho::inventory::schema::json_schema();
    let words = &schema["$defs"]["Zone"]["properties"]["kind"]["anyOf"][0]["oneOf"];
    let first = &words[0];
    assert_eq!(first["const"], "clinical");
    assert_eq!(first["description"], "診療系\n\nclinical");
    let described = schema["$defs"]["Zone"]["properties"]["networks"]["description"].as_str();
    assert!(described.unwrap().contains("ネットワーク"), "{described:?}");
}
