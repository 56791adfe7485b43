//! Records hold everything, survive being written and read, and are the same for the same input.

use crate::support::{evidence, root, shipped, today};
use sekisho::audit;
use sekisho::change::{Record, Source};
use sekisho::inventory::{self, Inventory};
use sekisho::model::{EntityKind, EntityRef, Vocabulary as _};
use sekisho::source::SourceMap;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// The record of every shipped inventory that is sound, with its configurations.
pub(super) fn records() -> &'static [(String, Record)] {
    static RECORDS: OnceLock<Vec<(String, Record)>> = OnceLock::new();
    RECORDS.get_or_init(|| made(|_| true))
}

fn made(chosen: impl Fn(&str) -> bool) -> Vec<(String, Record)> {
    let all = shipped().into_iter().filter(|(_, _, reading)| reading.is_sound());
    all.filter(|(name, ..)| chosen(name))
        .map(|(name, mut sources, reading)| {
            let evidence = evidence(&name, &mut sources, &reading);
            let day = reading.inventory.as_of.as_ref().map_or(today(), |it| it.value);
            let assessment = audit::audit(reading.inventory, evidence, day);
            (name, Record::of(&assessment, &sources))
        })
        .collect()
}

fn complete() -> Record {
    let mut sources = SourceMap::new();
    let text = std::fs::read_to_string(root().join("tests/it/complete.yaml")).unwrap();
    let file = sources.add("complete.yaml", text);
    let reading = inventory::read(&sources, &[file], today());
    Record::of(&audit::audit(reading.inventory, Default::default(), today()), &sources)
}

#[test]
fn every_field_of_the_schema_has_a_name_and_every_field_that_is_written_is_in_the_record() {
    // The keys as the JSON Schema has them, found without the code that names fields.
    let schema = inventory::schema::json_schema();
    let mut expected = BTreeSet::new();
    let root = schema["$defs"]["Inventory"]["properties"].as_object().unwrap();
    for (kind, property) in root {
        if EntityKind::from_key(kind).is_some() {
            let record = only_record(&property["anyOf"][0], &schema);
            walk(kind, &record, &schema, &mut expected);
        }
    }
    let named: BTreeSet<String> = Inventory::field_names().into_iter().map(|it| it.key).collect();
    assert_eq!(named, expected);
    // `complete.yaml` has every key there is; those of records that stand in several places once.
    let shared = ["contact", "logs", "inside", "outside", "mds_sds"];
    let used: BTreeSet<String> = complete().fields.into_keys().collect();
    let missing: Vec<&String> = expected
        .iter()
        .filter(|it| !used.contains(*it) && !it.split('.').any(|part| shared.contains(&part)))
        .collect();
    assert_eq!(missing, Vec::<&String>::new());
}

/// The name of the record that a property holds: itself, in a table or in a list.
fn only_record(property: &Value, schema: &Value) -> String {
    let text = property.to_string();
    let start = text.find("#/$defs/").expect("a record") + "#/$defs/".len();
    let name: String = text[start..].chars().take_while(|it| it.is_alphanumeric()).collect();
    assert!(schema["$defs"][&name].is_object(), "{name}");
    name
}

fn walk(key: &str, record: &str, schema: &Value, out: &mut BTreeSet<String>) {
    for (field, property) in schema["$defs"][record]["properties"].as_object().unwrap() {
        let key = format!("{key}.{field}");
        out.insert(key.clone());
        let held = &property["anyOf"][0];
        if let Some(name) = held["$ref"].as_str() {
            walk(&key, name.trim_start_matches("#/$defs/"), schema, out);
        } else if held["propertyNames"].is_object() {
            walk(&format!("{key}.*"), &only_record(held, schema), schema, out);
        }
    }
}

#[test]
fn what_is_declared_and_configured_stands_in_the_record_as_it_is() {
    let record = complete();
    let says = |thing: &str, key: &str| {
        let thing: EntityRef = thing.parse().unwrap();
        record.find(&thing).unwrap().says(Source::Declared, key).join(" | ")
    };
    assert_eq!(says("connections/ehr-maintenance", "party"), "parties/fujimi");
    assert_eq!(says("connections/ehr-maintenance", "at"), "devices/vpn1.wan");
    assert_eq!(says("connections/ehr-maintenance", "authentication"), "otp | pre-shared-key");
    assert_eq!(
        says("connections/ehr-maintenance", "allow"),
        "{from: 198.51.100.0/28, to: systems/ehr-db, services: 3389/tcp, via: systems/relay, direction: inbound, note: 例}"
    );
    assert_eq!(says("connections/ehr-maintenance", "responsibility.inside.owner"), "hospital");
    assert_eq!(says("waivers/1", "subject"), "connections/ehr-maintenance");
    assert_eq!(says("flows/1", "from"), "zones/clinical");
    assert_eq!(record.decisions[0].thing, "devices/old-router");
    assert_eq!((record.pins[0].old.as_str(), record.pins[0].new.as_str()), ("ehr-db-1", "ehr-db"));
    let label = record.label(EntityKind::Connection, "responsibility.inside.owner");
    assert_eq!(label.ja, "責任分担 › 院内側 › 所有者");
    let label = record.label(EntityKind::Device, "interfaces.wan.addresses");
    assert_eq!(label.ja, "インタフェース wan › アドレス");
    assert_eq!(record.label(EntityKind::Device, "nothing.eth0.10").ja, "nothing.eth0.10");
}

#[test]
fn a_record_survives_being_kept_and_fits_its_schema() {
    let schema = sekisho::change::record::schema().unwrap();
    let judge = jsonschema::draft202012::new(&schema).unwrap();
    let complete = [("complete".to_owned(), complete())];
    for (name, record) in records().iter().chain(&complete) {
        let kept = serde_json::to_string_pretty(&record).unwrap();
        let value: Value = serde_json::from_str(&kept).unwrap();
        let wrong: Vec<String> = judge.iter_errors(&value).map(|it| it.to_string()).collect();
        assert_eq!(wrong, Vec::<String>::new(), "{name}");
        let again: Record = serde_json::from_str(&kept).unwrap();
        assert_eq!(&again, record, "{name}");
        assert!(!kept.contains(root().to_str().unwrap()), "{name}: a path of this machine");
    }
    assert!(!judge.is_valid(&serde_json::json!({"schema": 1})));
}

#[test]
fn the_same_input_gives_the_same_record_and_configurations_are_in_it() {
    // Drawing up the largest one twice would take a minute.
    let again = made(|name| name != "general-hospital");
    let known = records().iter().filter(|(name, _)| name != "general-hospital");
    assert!(!again.is_empty() && again.iter().eq(known));
    let (_, record) = records().iter().find(|(name, _)| name == "general-hospital").unwrap();
    assert!(record.looked.len() > 2 && record.looked.iter().all(|it| it.sha256.len() == 64));
    let paths = record.things.iter().filter(|it| it.kind == EntityKind::Path);
    assert!(paths.count() > 2);
    let configured = record.things.iter().flat_map(|it| &it.attributes);
    let configured = configured.filter(|it| it.source == Source::Configured);
    let keys: BTreeSet<&str> = configured.map(|it| it.key.split('.').next().unwrap()).collect();
    for key in ["filters", "nat", "tunnels", "routes", "ports", "administration", "remote"] {
        assert!(keys.contains(key), "{key} is in no record: {keys:?}");
    }
    assert!(!record.exposed.is_empty() && !record.findings.is_empty() && !record.rules.is_empty());
    assert!(record.findings.iter().any(|it| !it.shown_in.is_empty()));
}
