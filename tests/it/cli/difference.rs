//! `sekisho diff` and `diagram --since`: every format, every way to name a state, and what is said of
//! reasons that explain nothing.

use super::{Desk, Ran, SOUND};
use serde_json::Value;

/// A vendor's way in, that the state before does not have.
const MORE: &str = "
parties:
  fujimi: {name: 富士見, kind: vendor, networks: [198.51.100.0/28], internet_exposed: no}
circuits:
  flets: {name: フレッツ, kind: internet, provider: 通信会社}
devices:
  vpn1: {name: 保守用ルータ, kind: vpn-gateway, interfaces: {wan: {circuit: flets}, lan: {zone: clinical}}}
connections:
  maintenance: {name: 保守, purpose: remote-maintenance, party: fujimi, transport: ipsec-ike, at: vpn1.wan,
    allow: [{to: ehr, services: [3389/tcp]}]}
";

fn pair() -> Desk {
    let desk = Desk::new();
    desk.put("old.yaml", SOUND.replace("as_of: 2026", "as_of: 2025"));
    desk.put("new.yaml", format!("{SOUND}{MORE}"));
    desk
}

fn bytes(desk: &Desk, name: &str) -> Vec<u8> {
    std::fs::read(desk.path(name)).unwrap()
}

#[test]
fn the_ending_of_the_file_chooses_the_format() {
    let desk = pair();
    let diff = |more: &[&str]| desk.run(&[&["diff", "old.yaml", "new.yaml"], more].concat());
    for name in ["a.txt", "a.json", "a.md", "a.html", "a.xlsx", "A.HTML"] {
        diff(&["-o", name]).ends(1).prints_nothing();
    }
    let text = |name: &str| String::from_utf8(bytes(&desk, name)).unwrap();
    assert!(text("a.txt").starts_with("関所 年次差分"));
    assert_eq!(serde_json::from_str::<Value>(&text("a.json")).unwrap()["reach"]["opened"], true);
    assert!(text("a.md").starts_with("# 年次差分"));
    assert!(text("a.html").starts_with("<!DOCTYPE html>"));
    assert_eq!(text("a.html"), text("A.HTML"));
    assert!(bytes(&desk, "a.xlsx").starts_with(b"PK\x03\x04"));
    // What is asked for by name wins, and without a file it is for the terminal.
    diff(&["-o", "b.html", "--format", "json"]).ends(1);
    assert_eq!(text("b.html"), text("a.json"));
    diff(&[]).ends(1).prints("関所 年次差分");
    diff(&["-o", "c.docx"]).ends(2).tells("拡張子").tells("txt, json, md, html, xlsx");
    diff(&["-o", "c"]).ends(2).tells("--format");
    assert!(!desk.path("c.docx").exists() && !desk.path("c").exists());
}

#[test]
fn every_format_tells_what_changed_by_what_reach_grew_and_which_reasons_fit_nothing() {
    let desk = pair();
    let reasons = "changes:
  - {on: 2026-06-01, thing: connections/maintenance, reason: 保守契約の開始, approved_by: 院長}
  - {on: 2024-06-01, thing: devices/vpn1, reason: 古い理由, approved_by: 院長}
  - {thing: circuits/fletz, reason: つづり違い, approved_by: 院長}
";
    desk.put("new.yaml", format!("{SOUND}{MORE}{reasons}"));
    for (format, lang) in [("text", "ja"), ("markdown", "ja"), ("html", "ja"), ("text", "en")] {
        let mut ran =
            desk.run(&["--lang", lang, "diff", "old.yaml", "new.yaml", "--format", format]);
        // A terminal breaks lines anywhere.
        let plain = |text: &str| text.replace("&#x2f;", "/").replace(char::is_whitespace, "");
        ran.out = plain(&ran.out);
        let said =
            ["保守契約の開始", "古い理由", "つづり違い", "circuits/flets", "富士見", "電子カルテ"];
        for it in said {
            ran.ends(1).prints(&plain(it));
        }
        let why = match lang {
            "ja" => ["前回の基準日（2025-11-20）より前", "ではありませんか"],
            _ => ["of a day before the older state", "did you mean `circuits/flets`?"],
        };
        for it in why {
            ran.prints(&plain(it));
        }
    }
    let ran = desk.run(&["diff", "old.yaml", "new.yaml", "--format", "json"]);
    let json: Value = serde_json::from_str(&ran.out).unwrap();
    let unused = json["unused_reasons"].as_array().unwrap();
    assert_eq!(unused.len(), 2);
    assert!(unused.iter().all(|it| it["why"]["ja"].is_string()));
    let schema = sekisho::report::answer::difference::schema().unwrap();
    assert!(jsonschema::is_valid(&schema, &json), "{:?}", jsonschema::validate(&schema, &json));
}

#[test]
fn a_finding_that_came_back_is_called_so_between_two_snapshots() {
    let desk = Desk::new();
    let with = format!("{SOUND}{MORE}");
    for (day, text) in [
        ("2023-11-20", &with),
        ("2024-11-20", &SOUND.to_owned()),
        ("2025-11-20", &SOUND.to_owned()),
        ("2026-11-20", &with),
        ("2026-12-20", &with),
    ] {
        desk.put("ledger/a.yaml", text);
        let keep = ["audit", "ledger", "--keep", "--fail-on", "never", "--as-of", day];
        desk.run(&keep).ends(0);
    }
    let standings = |ran: Ran| -> Vec<(String, String)> {
        let json: Value = serde_json::from_str(&ran.out).unwrap();
        let all = json["findings"].as_array().unwrap().iter();
        let pair = |it: &Value| {
            let text = |key: &str| it[key].as_str().unwrap().to_owned();
            (text("standing"), text("since"))
        };
        all.filter(|it| it["found"]["subject"] == "connections/maintenance").map(pair).collect()
    };
    let diff = |old: &str, new: &str| {
        standings(desk.run(&["diff", old, new, "--history", "ledger", "--format", "json"]))
    };
    let came = diff("#3", "#4");
    assert!(!came.is_empty());
    assert!(came.iter().all(|it| *it == ("reopened".into(), "2026-11-20".into())), "{came:?}");
    let stands = diff("#4", "#5");
    assert!(
        stands.iter().all(|it| *it == ("still-open".into(), "2026-11-20".into())),
        "{stands:?}"
    );
    // It is found beside the inventory that is compared with, and a pruned past is not forgotten.
    let came = standings(desk.run(&["diff", "#3", "ledger", "--format", "json"]));
    assert!(came.iter().all(|it| it.0 == "reopened"), "{came:?}");
    desk.run(&["history", "prune", "ledger", "--before", "2025-01-01", "--yes"]).ends(0);
    assert!(diff("#3", "#4").iter().all(|it| it.0 == "reopened"));
}

#[test]
fn a_drawing_of_what_changed_names_the_state_before_like_diff() {
    let desk = Desk::new();
    desk.put("ledger/a.yaml", SOUND.replace("as_of: 2026", "as_of: 2025"));
    desk.run(&["audit", "ledger", "--keep", "--fail-on", "never"]).ends(0);
    desk.run(&["history", "tag", "last", "annual", "--history", "ledger"]).ends(0);
    desk.put("old.yaml", SOUND.replace("as_of: 2026", "as_of: 2025"));
    desk.put("ledger/a.yaml", format!("{SOUND}{MORE}"));
    let draw = |since: &str, to: &str| {
        desk.run(&["diagram", "ledger", "--since", since, "-o", to, "--paper", "a3"])
    };
    draw("old.yaml", "file.svg").ends(0);
    for since in ["#1", "annual", "2025-11", "2025", "last"] {
        draw(since, "kept.svg").ends(0);
        assert_eq!(bytes(&desk, "file.svg"), bytes(&desk, "kept.svg"), "{since}");
    }
    let away = ["diagram", "ledger", "--since", "#1", "--history", "elsewhere", "-o", "x.svg"];
    desk.run(&away).ends(2).tells("elsewhere");
    draw("#7", "x.svg").ends(2).tells("#1 まで");
    // What is new is told in words, not by an empty cell.
    let drawn = String::from_utf8(bytes(&desk, "file.svg")).unwrap();
    assert!(drawn.contains("IPsec"), "the transport of the new connection in words");
}

#[test]
fn moments_are_those_of_the_wall_clock_and_say_of_which() {
    let desk = Desk::new();
    desk.put("a.yaml", SOUND);
    desk.run(&["audit", "a.yaml", "--keep", "--fail-on", "never"]).ends(0);
    let list = |zone: &str| {
        let mut command = desk.command(&["history", "list", "a.yaml"]);
        super::ran(command.env("TZ", zone).output().unwrap())
    };
    list("JST-9").ends(0).prints("(UTC+09:00)");
    list("NST+3:30").ends(0).prints("(UTC-03:30)");
    list("UTC0").ends(0).prints("(UTC)");
}

#[test]
fn what_a_scanner_did_not_look_at_before_is_undecided() {
    let report = |ports: &str, open: &[u16]| {
        let open: String = open
            .iter()
            .map(|it| {
                format!("<port protocol=\"tcp\" portid=\"{it}\"><state state=\"open\"/></port>")
            })
            .collect();
        format!(
            "<?xml version=\"1.0\"?><nmaprun args=\"nmap -p {ports} -oX - 192.0.2.1\" start=\"1763596800\">\
             <scaninfo type=\"connect\" protocol=\"tcp\" numservices=\"1\" services=\"{ports}\"/>\
             <host><status state=\"up\"/><address addr=\"192.0.2.1\" addrtype=\"ipv4\"/>\
             <ports><extraports state=\"closed\" count=\"1\"/>{open}</ports></host>\
             <runstats><finished exit=\"success\"/></runstats></nmaprun>\n"
        )
    };
    let desk = Desk::new();
    desk.put("narrow.xml", report("22", &[22])).put("closed.xml", report("22,80", &[22]));
    desk.put("open.xml", report("22,80", &[22, 80]));
    // As PowerShell writes it.
    let wide: Vec<u8> = std::iter::once(0xfeff)
        .chain(report("22,80", &[22, 80]).encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    std::fs::write(desk.path("wide.xml"), wide).unwrap();
    desk.run(&["diff", "closed.xml", "open.xml"]).ends(1);
    desk.run(&["diff", "narrow.xml", "open.xml"]).ends(3);
    // What was open and was not asked for this time is not said to be closed.
    let unasked = desk.run(&["--lang", "en", "diff", "open.xml", "narrow.xml"]);
    unasked.ends(3).prints("80/tcp  not asked this time: open");
    assert!(!unasked.out.contains("closed"), "{}", unasked.out);
    desk.run(&["diff", "open.xml", "closed.xml"]).ends(0);
    desk.run(&["diff", "closed.xml", "wide.xml"]).ends(1);
    desk.run(&["diff", "open.xml", "wide.xml"]).ends(0);
    // What was cut off may hold anything from there on.
    let cut = report("22,80", &[22]);
    desk.put("cut.xml", cut.split("<host>").next().unwrap_or_default());
    desk.run(&["diff", "closed.xml", "cut.xml"]).ends(3).prints("途中で終わっている");
    desk.put("unclear.xml", cut.replace("state=\"open\"", "state=\"open|filtered\""));
    desk.run(&["diff", "closed.xml", "unclear.xml"]).ends(3).prints("言い切れなくなった");
}

#[test]
fn who_got_another_id_reaches_nothing_new() {
    let desk = Desk::new();
    let all = format!("{SOUND}{MORE}");
    desk.put("old.yaml", &all);
    for (old, new) in [("fujimi", "fujimi-ms"), ("vpn1", "gate-7"), ("ehr", "ehr-one")] {
        let renamed = all
            .replace(&format!("{old}:"), &format!("{new}:"))
            .replace(&format!("party: {old},"), &format!("party: {new},"))
            .replace(&format!("at: {old}."), &format!("at: {new}."))
            .replace(&format!("to: {old},"), &format!("to: {new},"));
        assert_ne!(renamed, all, "{old}");
        desk.put("new.yaml", renamed);
        let ran = desk.run(&["diff", "old.yaml", "new.yaml", "--format", "json"]);
        let json: Value = serde_json::from_str(&ran.ends(0).out).unwrap();
        assert_eq!(json["reach"]["opened"], false, "{old}: {json:#}");
    }
}

#[test]
fn a_new_permission_is_growth_whatever_nobody_could_tell_before_and_its_example_is_for_it() {
    let desk = Desk::new();
    let with = |services: &str| format!("{SOUND}{MORE}").replace("[3389/tcp]", services);
    desk.put("old.yaml", with("[22/tcp]")).put("new.yaml", with("[22/tcp, 4000/tcp]"));
    let diff = |old: &str, new: &str| desk.run(&["--lang", "en", "diff", old, new]);
    let ran = diff("old.yaml", "new.yaml");
    ran.ends(1).prints("4000/tcp was undetermined and is reachable");
    let examples: Vec<_> = ran.out.lines().filter(|it| it.contains("example  ")).collect();
    assert!(
        !examples.is_empty() && examples.iter().all(|it| it.contains(" 4000/tcp")),
        "{}",
        ran.out
    );
    diff("new.yaml", "old.yaml").ends(0);
    let ran = desk.run(&["diff", "old.yaml", "new.yaml", "--format", "json"]);
    let reach = &serde_json::from_str::<Value>(&ran.ends(1).out).unwrap()["reach"];
    assert_eq!((&reach["opened"], &reach["granted"]), (&false.into(), &true.into()));
}

#[test]
fn the_causes_of_what_is_reached_name_a_renamed_connection_as_it_is_called_now() {
    let desk = Desk::new();
    let numbered = MORE.replace("{name: 保守,", "{name: 保守, number: 7,");
    let renamed = numbered
        .replace("  maintenance: {name: 保守,", "  support: {name: 新保守,")
        .replace("[3389/tcp]", "[22/tcp]");
    let pin = "same: [{kind: connections, old: maintenance, new: support, reason: 改称}]\n";
    desk.put("old.yaml", format!("{SOUND}{numbered}"));
    desk.put("new.yaml", format!("{SOUND}{renamed}{pin}"));
    for (old, new, turn) in
        [("old.yaml", "new.yaml", "22/tcp"), ("new.yaml", "new.yaml", "did not change")]
    {
        let ran = desk.run(&["--lang", "en", "diff", old, new]);
        let (_, reach) = ran.out.split_once("Change of reach").unwrap();
        assert!(reach.contains(turn), "{}", ran.out);
        assert!(!reach.contains("was added") && !reach.contains("is gone"), "{reach}");
        assert!(!reach.contains("`保守`") && !reach.contains("connections/maintenance"), "{reach}");
    }
}
