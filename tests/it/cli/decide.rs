//! `decide` and `waivers`: who decided what, written where a person keeps it and nowhere else.

use super::Desk;

const LEDGER: &str = "schema: 1
as_of: 2026-11-20
organization: {name: 青葉市立病院}
zones:
  clinical: {name: 診療系, kind: clinical, networks: [10.10.0.0/16]}
systems:
  ehr: {name: 電子カルテ, kind: ehr, class: server, zone: clinical, addresses: [10.10.1.10]}
parties:
  fujimi: {name: 富士見, kind: vendor, networks: [198.51.100.0/28], internet_exposed: no}
connections:
  maintenance: {name: 保守, purpose: remote-maintenance, party: fujimi, transport: ipsec-ike, allow: [{to: ehr, services: [3389/tcp]}]}
";

const REASON: [&str; 4] = ["--reason", "計画した \"更新\": 済", "--approved-by", "院長"];

fn decide(desk: &Desk, args: &[&str]) -> super::Ran {
    desk.run(&[&["--lang", "en", "decide", "ledger"], args, &REASON[..]].concat())
}

fn text(desk: &Desk, name: &str) -> String {
    std::fs::read_to_string(desk.path(name)).unwrap()
}

#[test]
fn a_decision_is_printed_or_added_where_it_was_asked_for() {
    let desk = Desk::new();
    desk.put("old/a.yaml", LEDGER.replace("[10.10.1.10]", "[10.10.1.9]").replace("2026", "2025"));
    desk.put("ledger/a.yaml", LEDGER);
    let files = desk.files();
    decide(&desk, &["--thing", "ehr", "--what", "renumbered"]).ends(0).prints(
        "changes:\n  - {on: 2026-11-20, thing: systems/ehr, what: renumbered, reason: \"計画した",
    );
    assert_eq!(desk.files(), files, "nothing was written");
    let diff = |code| {
        let ran = desk.run(&["diff", "old", "ledger", "--fail-on", "unexplained"]);
        assert_eq!(ran.code == 1, code, "{}", ran.out);
    };
    diff(true);
    decide(&desk, &["--thing", "systems/ehr", "-o", "ledger/changes.yaml"]).ends(0);
    diff(false);
    // Another one, behind what a person wrote by hand.
    desk.put(
        "ledger/changes.yaml",
        "# 理由の控え\nchanges:\n    - {thing: ehr, reason: a, approved_by: b}  # 済\n",
    );
    decide(&desk, &["--thing", "fujimi", "-o", "ledger/changes.yaml"]).ends(0);
    let kept = text(&desk, "ledger/changes.yaml");
    assert!(kept.starts_with("# 理由の控え\nchanges:\n    - {thing: ehr, reason: a, approved_by: b}  # 済\n    - {on:"), "{kept}");
    desk.run(&["validate", "ledger"]).ends(0);
    // What could change something else is left alone.
    for other in [
        "changes: [{thing: ehr, reason: a, approved_by: b}]\n",
        "changes:\n  - {thing: ehr, reason: a, approved_by: b}\nwaivers: []\n",
    ] {
        desk.put("ledger/changes.yaml", other);
        decide(&desk, &["--thing", "ehr", "-o", "ledger/changes.yaml"]).ends(2).tells("by hand");
        assert_eq!(text(&desk, "ledger/changes.yaml"), other);
    }
    decide(&desk, &["--thing", "ehrr"]).ends(2).tells("did you mean `ehr`?").tells("--since");
    let ahead = decide(&desk, &["--thing", "ehr", "--on", "2027-01-01"]);
    ahead.ends(0).tells("2027-01-01, lies after the day that is judged (2026-11-20)");
    assert!(!decide(&desk, &["--thing", "ehr"]).ends(0).err.contains("lies after"));
    decide(&desk, &["--thing", "gone-long-ago-thing"]).ends(2).tells("--since");
    desk.put("before.yaml", LEDGER.replace("ehr:", "gone:").replace("to: ehr", "to: gone"));
    decide(&desk, &["--thing", "gone", "--since", "before.yaml"]).ends(0).prints("systems/gone");
}

#[test]
fn however_many_decide_at_once_every_decision_is_kept() {
    let desk = Desk::new();
    desk.put("ledger/a.yaml", LEDGER);
    std::thread::scope(|all| {
        for _ in 0..6 {
            all.spawn(|| {
                decide(&desk, &["--thing", "ehr", "-o", "ledger/changes.yaml"]).ends(0);
            });
        }
    });
    assert_eq!(text(&desk, "ledger/changes.yaml").matches("systems/ehr").count(), 6);
}

#[test]
fn a_decision_says_why_and_whether_the_inventory_knows_it() {
    let desk = Desk::new();
    desk.put("ledger/a.yaml", LEDGER);
    let empty = |reason: &str, by: &str| {
        let words = ["--lang", "en", "decide", "ledger", "--thing", "ehr"];
        desk.run(&[&words[..], &["--reason", reason, "--approved-by", by]].concat())
    };
    empty("", "院長").ends(2).tells("--reason").tells("empty");
    empty("更新", " ").ends(2).tells("--approved-by").tells("empty");
    let alone = ["--lang", "en", "decide", "ledger/a.yaml", "--thing", "ehr", "-o"];
    let add = |file: &str| desk.run(&[&alone[..], &[file], &REASON[..]].concat());
    add("ledger/changes.yaml").ends(0).tells("does not count yet");
    assert!(!add("ledger/a.yaml").ends(0).err.contains("does not count"));
    let whole = decide(&desk, &["--thing", "ehr", "-o", "ledger/changes.yaml"]);
    assert!(!whole.ends(0).err.contains("does not count"));
}

#[test]
fn a_finding_is_accepted_only_when_it_is_there_and_stands_in_the_register() {
    let desk = Desk::new();
    desk.put("ledger/a.yaml", LEDGER);
    let accept = |rule: &str, until: &str, more: &[&str]| {
        decide(
            &desk,
            &[&["--thing", "connections/maintenance", "--rule", rule, "--expires", until], more]
                .concat(),
        )
    };
    accept(
        "demarcation-undefined",
        "2027-03-31",
        &["-o", "ledger/waivers.yaml", "--owner", "医療情報室 田中"],
    )
    .ends(0);
    let twice = accept("demarcation-undefined", "2027-03-31", &["--owner", "医療情報室 田中"]);
    twice.ends(0).tells("exactly this entry already").tells("waivers.yaml");
    let long = accept("demarcation-undefined", "2099-12-31", &[]);
    long.ends(0).tells("accepted until 2099-12-31, more than 1 year").tells("2027-11-20");
    assert!(!long.err.contains("already"), "{}", long.err);
    accept("no-such-rule", "2027-03-31", &[]).ends(2).tells("no rule");
    accept("weak-ike", "2027-03-31", &[]).ends(2).tells("nothing to accept");
    accept("responsibility-undefined", "2025-03-31", &[]).ends(2).tells("run out");
    decide(&desk, &["--thing", "ehr", "--rule", "demarcation-undefined"])
        .ends(2)
        .tells("--expires");
    let register = |day: &str| desk.run(&["--lang", "en", "waivers", "ledger", "--as-of", day]);
    register("2026-11-20")
        .ends(0)
        .prints("[in force]")
        .prints("医療情報室 田中")
        .prints("findings covered: 1");
    register("2027-03-01").ends(1).prints("[expires soon]");
    register("2027-04-01").ends(1).prints("[expired]");
    desk.put(
        "ledger/a.yaml",
        LEDGER.replace("transport: ipsec-ike", "transport: ipsec-ike, demarcation: LAN側ポート"),
    );
    register("2026-11-20").ends(1).prints("[covers nothing]").tells("1 need a look");
    desk.run(&["waivers", "ledger", "--format", "csv"]).ends(1).prints("番号,状態");
    desk.run(&["waivers", "ledger", "--format", "json"]).ends(1).prints("\"standing\": \"unused\"");
    desk.run(&["waivers", "ledger", "-o", "register.pdf"]).ends(1).tells("見直しの要るもの 1件");
    assert!(std::fs::read(desk.path("register.pdf")).unwrap().starts_with(b"%PDF-"));
    desk.run(&["waivers", "ledger", "-o", "register.csv"]).ends(1);
    let list = std::fs::read_to_string(desk.path("register.csv")).unwrap();
    assert!(list.contains("番号,状態"), "{list}");
    desk.run(&["waivers", "ledger", "-o", "register.doc"]).ends(2).tells("pdf");
}

#[test]
fn what_came_back_from_the_yearly_recertification_counts() {
    let desk = Desk::new();
    let stale = |more: &str| {
        desk.put("ledger/a.yaml", format!("{LEDGER}{more}"));
        let ran = desk.run(&["audit", "ledger", "--format", "json", "--fail-on", "never"]);
        ran.ends(0).out.contains("\"rule\": \"recertification-stale\"")
    };
    let confirmed = |on: &str, how: &str, result: &str| {
        format!(
            "confirmations:\n  - {{thing: connections/maintenance, on: {on}, by: 田中, how: {how}, result: {result}}}\n"
        )
    };
    assert!(stale(""));
    assert!(!stale(&confirmed("2026-10-01", "recertification", "as-expected")));
    assert!(stale(&confirmed("2025-10-01", "recertification", "as-expected")), "a year ago");
    assert!(stale(&confirmed("2026-10-01", "spot-check", "as-expected")), "nobody was asked");
    assert!(stale(&confirmed("2026-10-01", "recertification", "different")));
}

#[test]
fn a_list_is_asked_of_a_party_that_is_there_and_read_back_whole() {
    let desk = Desk::new();
    desk.put("a.yaml", LEDGER);
    let ask = |args: &[&str]| desk.run(&[&["--lang", "en", "recertify", "a.yaml"], args].concat());
    ask(&["--of", "fujimi"]).ends(0).prints("connections/maintenance");
    ask(&["--of", "fujimmi"]).ends(2).tells("no party `fujimmi`").tells("did you mean `fujimi`?");
    ask(&["--of", "富士見"]).ends(2).tells("did you mean `fujimi`?");
    ask(&["--of", "nope-at-all"]).ends(2).tells("the parties: fujimi");
    desk.put("list.csv", &ask(&[]).ends(0).out);
    ask(&["--read", "list.csv", "--of", "fujimi"]).ends(2).tells("does not go with --of");
    desk.run(&["recertify", "a.yaml", "--read", "list.csv", "--due"])
        .ends(2)
        .tells("一緒には使えません");
}
