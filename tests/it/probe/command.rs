//! `sekisho probe plan` as people run it.

use crate::cli::{Desk, Ran};
use serde_json::Value;

const PLAN: [&str; 8] =
    ["--lang", "en", "probe", "plan", "hospital", "--scope", "hospital/scope.yaml", "--from"];

fn desk() -> Desk {
    let desk = Desk::new();
    desk.run(&["init", "hospital", "--example", "general-hospital"]).ends(0);
    desk
}

fn plan(desk: &Desk, more: &[&str]) -> Ran {
    let words: Vec<&str> = PLAN.iter().chain(more).copied().collect();
    desk.run(&words)
}

#[test]
fn a_plan_is_shown_and_written_and_only_a_plan_is_written_over() {
    let desk = desk();
    let shown = plan(&desk, &["lab-outsourcing", "-o", "plan.json"]);
    shown.ends(0).prints("nothing has been sent").prints("172.20.0.11").tells("wrote plan.json");
    let written = std::fs::read_to_string(desk.path("plan.json")).unwrap();
    let json: Value = serde_json::from_str(&written).unwrap();
    shown.prints(json["hash"].as_str().unwrap());
    // By number and by name it is the same, to the byte.
    for from in ["7", "外注検査 依頼・結果", "connections/lab-outsourcing"] {
        let again = plan(&desk, &[from, "--format", "json", "-o", "plan.json"]);
        assert_eq!(again.ends(0).out, written, "{from}");
    }
    let before = std::fs::read(desk.path("hospital/scope.yaml")).unwrap();
    plan(&desk, &["7", "-o", "hospital/scope.yaml"]).ends(2).tells("scope.yaml");
    assert_eq!(std::fs::read(desk.path("hospital/scope.yaml")).unwrap(), before);
    plan(&desk, &["7", "--earlier", "plan.json"]).ends(0);
    desk.put("plan.json", written.replace("172.20.0.11", "172.20.0.99"));
    plan(&desk, &["7", "--earlier", "plan.json"]).ends(2).tells("changed");
}

#[test]
fn without_a_sound_scope_there_is_no_plan() {
    let desk = desk();
    desk.run(&["probe", "plan", "hospital", "--from", "7"]).ends(2).tells("--scope");
    let text = std::fs::read_to_string(desk.path("hospital/scope.yaml")).unwrap();
    let wrong = text.replace("telephone", "telefone").replace("22:00-05:00", "nights");
    desk.put("hospital/scope.yaml", wrong);
    let ran = plan(&desk, &["7", "-o", "plan.json"]);
    ran.ends(2).prints_nothing().tells("`telephone`").tells("nights").tells("nothing is permitted");
    assert!(!desk.path("plan.json").exists());
    // It lies beside the inventory, and is none.
    desk.run(&["validate", "hospital"]).ends(0);
    desk.put("hospital/scope.yaml", text);
    plan(&desk, &["lab-outsorcing"]).ends(2).tells("lab-outsourcing");
    plan(&desk, &["fujimi"]).ends(2).tells("fujimi");
    desk.run(&["probe", "plan", "hospital", "--scope", "none.yaml", "--from", "7"]).ends(2);
}

#[test]
fn from_where_the_scope_does_not_permit_nothing_is_planned() {
    let desk = desk();
    let ran = plan(&desk, &["ehr-maintenance"]);
    ran.ends(3).prints("from where the scope does not permit").tells("nothing to ask");
}

#[test]
fn names_are_resolved_only_when_asked_for() {
    let desk = desk();
    let text = std::fs::read_to_string(desk.path("hospital/scope.yaml")).unwrap();
    let named = text.replace("to: [172.20.0.6]", "to: [172.20.0.6, dns.hospital.example]");
    desk.put("hospital/scope.yaml", named);
    let ran = plan(&desk, &["7"]);
    ran.ends(0).tells("dns.hospital.example").prints("--resolve");
}

#[test]
fn what_was_only_seen_may_be_asked_with_the_consent_of_its_owner() {
    let desk = desk();
    let text = std::fs::read_to_string(desk.path("hospital/scope.yaml")).unwrap();
    // The shipped observation shows it, and the ledger does not.
    let stranger = "10.30.200.254";
    let consent = format!("consents:\n  - {{system: {stranger}, by: X, on: 2026-11-17}}\n");
    let scope = text
        .replace("to: [192.168.11.20]", &format!("to: [192.168.11.20, {stranger}]"))
        .replace("consents:\n", &consent);
    desk.put("hospital/scope.yaml", scope.as_str());
    let asked = |more: &[&str]| {
        let words: Vec<&str> = ["7", "--format", "json"].iter().chain(more).copied().collect();
        let ran = plan(&desk, &words);
        ran.ends(0).out.contains(&format!(r#""to": "{stranger}""#))
    };
    assert!(!asked(&[]), "it was not seen");
    assert!(asked(&["--evidence", "hospital/evidence"]));
    desk.put("hospital/scope.yaml", scope.replace(&consent, "consents:\n"));
    assert!(!asked(&["--evidence", "hospital/evidence"]), "nobody consented");
}

#[test]
fn a_run_is_rehearsed_first_and_refused_in_words_beside_another_and_out_of_time() {
    let desk = desk();
    plan(&desk, &["7", "-o", "plan.json"]).ends(0);
    let json: Value =
        serde_json::from_str(&std::fs::read_to_string(desk.path("plan.json")).unwrap()).unwrap();
    let hash = json["hash"].as_str().unwrap();
    let run = |by: &str| {
        let words = ["--lang", "en", "probe", "run", "hospital", "--scope", "hospital/scope.yaml"];
        desk.run(&[&words[..], &["--plan", by, "-o", "runs"]].concat())
    };
    // By its hash it is the same plan; of another nobody knows.
    run(&hash.replace(char::is_numeric, "0")).ends(2).tells("no plan with this hash");
    run(hash).ends(0).prints("rehearsal").prints(hash).tells("nothing was sent");
    assert!(desk.files().iter().any(|it| it.contains("runs/") && it.contains("-dry")));
    // While another holds the scope.
    let scope = std::fs::File::open(desk.path("hospital/scope.yaml")).unwrap();
    scope.lock().unwrap();
    run("plan.json").ends(2).prints_nothing().tells("two at once");
    drop(scope);
    // The example's nights are in the past or to come.
    let permitted = std::fs::read_to_string(desk.path("hospital/scope.yaml")).unwrap();
    let past = permitted.replace("2026-", "2020-");
    assert_ne!(past, permitted);
    desk.put("hospital/scope.yaml", past);
    run("plan.json").ends(2).prints_nothing();
    let journals = desk.files().into_iter().filter(|it| it.ends_with(".jsonl"));
    assert_eq!(journals.filter(|it| it.contains("runs/")).count(), 1, "only the rehearsal");
}

#[test]
fn a_witness_says_where_it_cannot_listen() {
    let desk = Desk::new();
    let witness = |at: &str| {
        desk.run(&["--lang", "en", "probe", "witness", "--listen", at, "-o", "witness.jsonl"])
    };
    witness("443").ends(2).tells("443/tcp");
    witness("0/tcp").ends(2);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let at = format!("{}/tcp", taken.local_addr().unwrap());
    witness(&at).ends(2).tells("cannot listen");
    assert!(!desk.path("witness.jsonl").exists());
}

#[test]
fn help_speaks_one_language() {
    let desk = Desk::new();
    let en = desk.run(&["--lang", "en", "probe", "plan", "--help"]);
    assert!(!en.ends(0).out.contains("指定書"), "{}", en.out);
    desk.run(&["--lang", "ja", "probe", "plan", "--help"]).ends(0).prints("確認範囲指定書");
}

#[test]
fn the_schemas_are_printed() {
    let desk = Desk::new();
    let scope: Value = serde_json::from_str(&desk.run(&["schema", "--scope"]).ends(0).out).unwrap();
    assert_eq!(scope, sekisho::probe::scope::json_schema());
    let plan: Value = serde_json::from_str(&desk.run(&["schema", "--plan"]).ends(0).out).unwrap();
    assert_eq!(plan, sekisho::probe::plan::file::json_schema().unwrap());
}
