//! Whatever is changed in the file is noticed, and named.

use super::{Case, SOUND};
use crate::cli::Desk;
use sekisho::history::bundle::PrivateKey;
use sekisho::report::proof::Sealed;
use serde_json::Value;

fn signed() -> Sealed {
    let mut sealed = Sealed::new(Case::hospital("ehr-maintenance").paper(SOUND));
    for (name, day) in [("青葉台市立総合病院 医療情報室", "20"), ("富士見 保守部", "21")]
    {
        let key = PrivateKey::generate().unwrap();
        sealed.sign(&key, name, &format!("2026-11-{day}T00:00:00Z"));
    }
    sealed
}

/// Every value below a place, by the way to it.
fn places(value: &Value, at: String, all: &mut Vec<String>) {
    all.push(at.clone());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(key, it)| places(it, format!("{at}/{key}"), all));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, it)| places(it, format!("{at}/{n}"), all));
        }
        _ => {}
    }
}

/// Another value of the same kind, where there is one.
fn other(value: &Value) -> Value {
    match value {
        Value::Null => "x".into(),
        Value::Bool(it) => (!it).into(),
        Value::Number(it) => (it.as_u64().unwrap() + 1).into(),
        Value::String(it) => match it.chars().next() {
            Some(first) if first.is_ascii_hexdigit() => {
                let flipped = if first == '1' { '2' } else { '1' };
                format!("{flipped}{}", &it[1..]).into()
            }
            _ => format!("{it}。").into(),
        },
        Value::Array(items) => items.iter().skip(1).cloned().collect(),
        Value::Object(fields) => {
            let mut fields = fields.clone();
            fields.retain(|key, _| Some(key) != value.as_object().unwrap().keys().next());
            fields.into()
        }
    }
}

fn bytes(value: &Value) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).unwrap();
    bytes.push(b'\n');
    bytes
}

#[test]
fn every_field_is_guarded() {
    let sealed = signed();
    let file = sealed.to_json();
    assert_eq!(Sealed::open(&file).unwrap(), sealed);
    let value: Value = serde_json::from_slice(&file).unwrap();
    let mut all = Vec::new();
    places(&value, String::new(), &mut all);
    assert!(all.len() > 300, "{} places", all.len());
    for place in all {
        let mut changed = value.clone();
        let at = changed.pointer_mut(&place).unwrap();
        let then = other(at);
        // That a signature was taken away is noticed by whoever insists on it, and on nobody else's behalf.
        if then == *at || place == "/signatures" {
            continue;
        }
        *at = then;
        let opened = Sealed::open(&bytes(&changed));
        let why = opened.err().unwrap_or_else(|| panic!("{place} was changed, and nobody noticed"));
        // A change of what the paper says is named by its part, unless it is no longer a paper.
        let part = place.strip_prefix("/paper/").and_then(|it| it.split('/').next());
        let unreadable = why.en.starts_with("it cannot be read");
        if let Some(part) = part {
            assert!(unreadable || why.en.contains(&format!("`{part}")), "{place}: {}", why.en);
        }
    }
}

#[test]
fn whoever_changes_all_digests_breaks_the_signatures() {
    let sealed = signed();
    let mut forged = sealed.clone();
    forged.paper.rows.pop();
    let why = Sealed::open(&forged.to_json()).expect_err("forged");
    assert!(why.en.contains("signature of"), "{}", why.en);
    // A signature of a bundle is none of a proof, even over the same digest.
    let key = PrivateKey::generate().unwrap();
    let mut other = Sealed::new(sealed.paper);
    let bundle = sekisho::history::bundle::Signed::Bundle;
    other.signatures.push(key.sign(bundle, other.digest(), "x", "2026-11-20T00:00:00Z"));
    assert!(Sealed::open(&other.to_json()).is_err());
}

#[test]
fn nothing_can_be_added() {
    let file = signed().to_json();
    let text = String::from_utf8(file.clone()).unwrap();
    let added = [
        text.replacen('{', "{\n  \"more\": 1,", 1),
        text.replacen("\"paper\": {", "\"paper\": {\n    \"more\": 1,", 1),
        text.replacen("\"verdict\"", "\"verdict\": \"reachable\", \"verdict\"", 1),
        format!("{text} "),
        text.replace('\n', "\r\n"),
    ];
    for it in added {
        assert_ne!(it.as_bytes(), file, "tests nothing");
        assert!(Sealed::open(it.as_bytes()).is_err(), "{}", &it[..200]);
    }
}

#[test]
fn both_sides_sign_and_check_without_a_network() {
    let desk = Desk::new();
    let from = crate::support::root().join("inventories/general-hospital");
    let from = from.to_string_lossy();
    let make =
        ["isolation", &from, "ehr-maintenance", "-o", "p.json", "-o", "p.pdf", "-o", "p.html"];
    desk.run(&make).ends(3);
    for side in ["hospital", "vendor"] {
        desk.run(&["bundle", "keygen", "-o", side]).ends(0);
        desk.run(&["bundle", "sign", "p.json", "--key", side, "--as", side]).ends(0);
    }
    let insist = ["--signer", "hospital.pub", "--signer", "vendor.pub"];
    let verify = ["--lang", "en", "bundle", "verify", "p.json"];
    let ran = desk.run(&[&verify[..], &insist].concat());
    ran.ends(0);
    let sealed = Sealed::open(&std::fs::read(desk.path("p.json")).unwrap()).unwrap();
    assert_eq!(sealed.signatures.len(), 2);
    ran.prints(&sealed.fingerprint());
    // The paper is made again from the file alone, with both signatures.
    desk.run(&["bundle", "show", "p.json", "-o", "signed.html"]).ends(0);
    let page = std::fs::read_to_string(desk.path("signed.html")).unwrap();
    assert!(page.contains("hospital") && page.contains("vendor"));
    // One who is insisted on and did not sign.
    desk.run(&["bundle", "keygen", "-o", "third"]).ends(0);
    desk.run(&[&verify[..], &["--signer", "third.pub"]].concat()).ends(1);
    let text = std::fs::read_to_string(desk.path("p.json")).unwrap();
    desk.put("p.json", text.replacen("ehr-maintenance", "ehr-maintenancf", 1));
    desk.run(&verify).ends(1).tells("`line` was altered");
}
