//! Data for programs follows its schemas.

use super::{SMALL, assess, each_report, find, format, written};
use crate::support::root;
use sekisho::locale::Lang;
use sekisho::report::{self, Report};
use serde_json::Value;

#[test]
fn json_follows_its_schema_and_the_schema_notices() {
    let schema = report::json::schema().unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    each_report(|name, report| {
        let mut value: Value = serde_json::from_str(&written(format("json"), report)).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(&value)
            .map(|it| format!("{} {it}", it.instance_path()))
            .collect();
        assert_eq!(errors, [""; 0], "{name}");
        value["surprise"] = Value::Null;
        assert!(!validator.is_valid(&value));
    });
    // What the schema requires is what is written: no field can be dropped unnoticed.
    let (sources, mut assessment) = assess(SMALL);
    find(&sources, &mut assessment);
    let report =
        Report { assessment: &assessment, sources: &sources, drawing: None, lang: Lang::Ja };
    let value: Value = serde_json::from_str(&written(format("json"), &report)).unwrap();
    for (pointer, definition) in [
        ("", &schema),
        ("/findings/0", &schema["$defs"]["finding"]),
        ("/inventory/connections/0", &schema["$defs"]["connection"]),
        ("/inventory/parties/0", &schema["$defs"]["party"]),
        ("/exposure", &schema["properties"]["exposure"]),
    ] {
        let written: Vec<_> =
            value.pointer(pointer).unwrap().as_object().unwrap().keys().cloned().collect();
        assert_eq!(Value::from(written), definition["required"], "{pointer}");
    }
    assert_eq!(value["findings"][0]["locations"][0]["line"], 30);
    assert_eq!(value["findings"][0]["locations"][0]["column"], 14);
}

#[test]
fn sarif_follows_the_published_schema() {
    let text =
        std::fs::read_to_string(root().join("tests/it/data/sarif-schema-2.1.0.json")).unwrap();
    // The published pattern of `language` has a stray bracket that strict engines refuse.
    let text = text.replace("[a-zA-Z]{2}]?$", r"[a-zA-Z]{2}\\]?$");
    let schema: Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    each_report(|name, report| {
        let mut log: Value = serde_json::from_str(&written(format("sarif"), report)).unwrap();
        let errors: Vec<_> =
            validator.iter_errors(&log).map(|it| format!("{} {it}", it.instance_path())).collect();
        assert_eq!(errors, [""; 0], "{name}");
        for result in log["runs"][0]["results"].as_array().unwrap() {
            if let Some(index) = result["ruleIndex"].as_u64() {
                let rule = &log["runs"][0]["tool"]["driver"]["rules"][index as usize];
                assert_eq!(rule["id"], result["ruleId"]);
                assert!(rule["help"]["markdown"].as_str().unwrap().starts_with("# "));
            }
        }
        log["runs"][0]["results"] = Value::from("none");
        assert!(!validator.is_valid(&log), "the schema notices");
    });
}

#[test]
fn sarif_points_at_characters_of_a_relative_file() {
    let (sources, mut assessment) = assess(SMALL);
    find(&sources, &mut assessment);
    let report =
        Report { assessment: &assessment, sources: &sources, drawing: None, lang: Lang::Ja };
    let log: Value = serde_json::from_str(&written(format("sarif"), &report)).unwrap();
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let place = &run["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "inventory.yaml");
    let region = &place["region"];
    assert_eq!(
        (region["startLine"].as_u64(), region["startColumn"].as_u64()),
        (Some(30), Some(14))
    );
    assert_eq!(region["endColumn"], 19);
    assert!(run["results"][0]["codeFlows"][0]["threadFlows"][0]["locations"][0]["location"]["physicalLocation"].is_object());
    assert_eq!(run["results"][2]["suppressions"][0]["kind"], "external");
}

#[test]
fn the_answer_about_exposure_follows_its_schema() {
    use sekisho::audit::Assessment;
    use sekisho::reach::Reach;
    use sekisho::reach::exposure::Asked;
    use sekisho::report::answer::exposure::{json, schema};
    let validator = jsonschema::validator_for(&schema().unwrap()).unwrap();
    let all = jsonschema::validator_for(&report::answer::schema().unwrap()).unwrap();
    each_report(|name, report| {
        let exposure = report.assessment.exposure();
        let Assessment { inventory, evidence, topology, .. } = report.assessment;
        let reach = Reach::new(inventory, evidence, topology);
        let mut value = json(report, &reach, Asked::default(), exposure);
        let errors: Vec<_> = validator
            .iter_errors(&value)
            .map(|it| format!("{} {it}", it.instance_path()))
            .collect();
        assert_eq!(errors, [""; 0], "{name}");
        assert!(all.is_valid(&value), "{name}");
        assert_eq!(value["outsiders"].as_array().unwrap().len(), exposure.outsiders.len());
        value["surprise"] = Value::Null;
        assert!(!validator.is_valid(&value));
    });
}
