//! Every command does what its help says.

use super::{Desk, SOUND, japanese};
use crate::support::{large, root};

#[test]
fn validate_counts_what_it_read() {
    let desk = Desk::new();
    desk.put("a.yaml", SOUND).put("b.yaml", "zones: {b: {name: 1}}\n");
    let ran = desk.run(&["--lang", "en", "validate", "a.yaml", "b.yaml"]);
    ran.ends(2).prints("a.yaml: no mistakes (1 zones, 1 systems").prints("b.yaml: ");
    desk.run(&["validate", "a.yaml"]).ends(0).tells_nothing();
}

#[test]
fn explain_lists_every_rule_and_shows_every_page() {
    let desk = Desk::new();
    let list = desk.run(&["explain"]);
    list.ends(0).tells_nothing();
    for rule in sekisho::rules::all() {
        list.prints(rule.id).prints(&rule.title.ja);
        let page = desk.run(&["explain", rule.id]);
        page.ends(0).prints(&format!("# {}\n", rule.title.ja));
        assert!(!page.out.contains("In English"), "{}: two languages", rule.id);
        let english = desk.run(&["--lang", "en", "explain", rule.id]);
        english.ends(0).prints(&format!("# {}\n\n", rule.title.en));
        assert!(english.out.lines().count() > 4, "{}: no English part", rule.id);
        assert!(!japanese(&english.out), "{}: not English alone: {}", rule.id, english.out);
    }
    list.prints("既定");
    let id = sekisho::rules::all().next().unwrap().id;
    let slip = &id[..id.len() - 1];
    desk.run(&["explain", slip]).ends(2).tells(id);
    desk.run(&["explain", "remote-desktop"]).ends(2).tells("direct-remote-desktop");
    desk.run(&["explain", "中継を経ない"]).ends(0).prints("# 中継を経ない遠隔操作\n");
    let several = desk.run(&["explain", "バックアップ"]);
    several.ends(0).prints("backup-missing").prints("backup-not-offline");
    assert!(!several.out.contains("legacy-tunnel"), "{}", several.out);
    let waiver = "waivers: [{rule: 単要素認証のリモート接続, subject: ehr, reason: x, \
                  approved_by: y, expires: 2027-03-31}]\n";
    desk.put("named.yaml", format!("{SOUND}{waiver}"));
    desk.run(&["validate", "named.yaml"]).ends(2).prints("single-factor-remote-access");
}

#[test]
fn help_is_a_command_too() {
    let desk = Desk::new();
    for (asked, page) in
        [(&["help"][..], &["--help"][..]), (&["help", "audit"], &["audit", "--help"])]
    {
        let help = desk.run(asked);
        help.ends(0).tells_nothing();
        assert_eq!(help, desk.run(page));
    }
    desk.run(&["help", "adit"]).ends(2).tells("「audit」ではありませんか");
}

#[test]
fn a_connection_is_drawn_by_its_number_and_unknown_ones_are_listed() {
    let desk = Desk::new();
    desk.run(&["init", "new", "--example", "general-hospital"]).ends(0);
    let draw = |view: &str, file: &str| desk.run(&["diagram", "new", "--view", view, "-o", file]);
    draw("connection:1", "number.svg").ends(0);
    let listed = draw("connection:99", "no.svg");
    listed.ends(2).tells("この台帳の外部接続").tells("catering");
    let id = listed.err.split("外部接続: 1 ").nth(1).and_then(|it| it.split('（').next()).unwrap();
    draw(&format!("connection:{id}"), "id.svg").ends(0);
    let read = |file| std::fs::read(desk.path(file)).unwrap();
    assert_eq!(read("number.svg"), read("id.svg"));
    draw("connection:caterin", "no.svg").ends(2).tells("「catering」ではありませんか");
}

#[test]
fn schema_is_the_schema() {
    let desk = Desk::new();
    let printed: serde_json::Value =
        serde_json::from_str(&desk.run(&["schema"]).ends(0).out).unwrap();
    assert_eq!(printed, sekisho::inventory::schema::json_schema());
}

#[test]
fn completions_know_every_command() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = desk.run(&["completions", shell]);
        ran.ends(0).tells_nothing().prints("as-of").prints("validate").prints("diagram");
    }
    desk.run(&["completions", "cmd"]).ends(2);
}

#[test]
fn manual_pages() {
    let desk = Desk::new();
    desk.run(&["man"]).ends(0).prints(".TH sekisho 1");
    desk.run(&["man", "--out", "man"]).ends(0).prints_nothing();
    let pages = desk.files();
    for page in ["man/sekisho.1", "man/sekisho-audit.1", "man/sekisho-init.1"] {
        assert!(pages.iter().any(|it| it == page), "{pages:?}");
    }
}

#[test]
fn init_ships_what_lies_in_inventories() {
    let desk = Desk::new();
    let mut shipped: Vec<String> = std::fs::read_dir(root().join("inventories"))
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .map(|name| name.trim_end_matches(".yaml").to_owned())
        .collect();
    shipped.sort();
    let list = desk.run(&["init", "--list"]);
    let mut listed: Vec<&str> =
        list.ends(0).out.lines().map(|it| it.split(' ').next().unwrap()).collect();
    listed.sort();
    assert_eq!(listed, shipped, "src/cli/examples.rs and inventories/ differ");
    for name in shipped {
        desk.run(&["init", &name, "--example", &name]).ends(0).prints_nothing();
        desk.run(&["validate", &name]).ends(0);
        let folder = root().join("inventories").join(&name);
        if folder.is_dir() {
            let count = |path| std::fs::read_dir(path).unwrap().count();
            assert_eq!(count(desk.path(&name)), count(folder) + 1, "{name}: files and the schema");
        }
    }
}

#[test]
fn init_never_overwrites() {
    let desk = Desk::new();
    desk.put("new/zones.yaml", "mine");
    let ran = desk.run(&["init", "new", "--example", "general-hospital"]);
    ran.ends(2).tells("zones.yaml").prints_nothing();
    assert_eq!(desk.files(), ["new/zones.yaml"], "something else was written");
    assert_eq!(std::fs::read(desk.path("new/zones.yaml")).unwrap(), b"mine");
    desk.run(&["init", "new", "--example", "genral-hospital"]).ends(2).tells("general-hospital");
}

#[test]
fn an_inventory_far_larger_than_any_hospital() {
    let desk = Desk::new();
    let hospital = large::hospital(3_000, 60);
    desk.put("large.yaml", large::yaml(&hospital));
    desk.put("large.json.yaml", hospital.to_string());
    let ran = desk.run(&["validate", "large.yaml", "large.json.yaml"]);
    ran.ends(0).prints("ゾーン 60、システム 3000");
}
