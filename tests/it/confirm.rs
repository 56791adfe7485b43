//! What was confirmed: the coverage of a hospital, spot checks by lot, and sheets read back.

use crate::support::scene::{against, violations};
use crate::support::{audited, observed, read, told, year};
use sekisho::audit::{Assessment, audit};
use sekisho::confirm::coverage::{Coverage, Part, Share, Standing};
use sekisho::confirm::recertify;
use sekisho::confirm::sheet::{Column, THING, Table, day, spot_checks};
use sekisho::confirm::spotcheck::{Drawn, draw, lot};
use sekisho::confirm::yaml;
use sekisho::diagram::{self, Request};
use sekisho::evidence::EvidenceSet;
use sekisho::locale::Lang;
use sekisho::model::words::{Means, Outcome};
use sekisho::model::{EntityKind, EntityRef};

const HOSPITAL: &str = "
schema: 1
as_of: 2026-11-20
parties:
  fujimi: {name: 富士見, kind: vendor, checklist_received: 2026-06-01}
  toto: {name: 東都, kind: vendor}
connections:
  ehr: {name: 電子カルテ保守, number: 1, purpose: remote-maintenance, party: fujimi, transport: ipsec-ike, recertified: {on: 2026-10-01, by: 田中}}
  pacs: {name: 画像保守, number: 2, purpose: remote-maintenance, party: toto, transport: ssl-vpn-client, recertified: {on: 2025-10-01, by: 鈴木}}
  lab: {name: 検査保守, number: 3, purpose: remote-maintenance, party: toto, transport: ip-vpn}
  food: {name: 給食, number: 4, purpose: outsourcing, party: toto, transport: tls, recertified: {on: 2026-10-01, by: 中村}}
";

fn connection(id: &str) -> EntityRef {
    EntityRef::new(EntityKind::Connection, id)
}

fn with(more: &str) -> Assessment {
    audited(&format!("{HOSPITAL}{more}"))
}

/// A sheet of which the columns to be filled in are given, with the cells that were sent before them.
fn completed(filled: &str, sent: &[u8], columns: &[Column]) -> String {
    let sent = Table::read(std::str::from_utf8(sent).unwrap());
    let line = |line: &str| {
        let id = line.split(',').next().unwrap_or_default();
        let row = sent.rows().find(|it| it.get(&THING) == id);
        let cells = columns.iter().map(|it| match (id, &row) {
            ("識別子", _) => it.title().ja.into_owned(),
            (_, Some(row)) => format!("\"{}\"", row.get(it).replace('"', "\"\"")),
            (_, None) => String::new(),
        });
        let before: String = cells.map(|it| it + ",").collect();
        if id == "識別子" || id.starts_with("connections/") {
            before + line
        } else {
            line.into()
        }
    };
    filled.split_inclusive('\n').map(line).collect()
}

/// A filled list of the yearly recertification.
fn list(hospital: &Assessment, filled: &str) -> Table {
    let mut sent = Vec::new();
    let lists = recertify::lists(hospital);
    sekisho::report::confirm::recertification_csv(&lists, Lang::Ja, &mut sent).unwrap();
    Table::read(&completed(filled, &sent, &recertify::SENT))
}

/// A filled sheet of a spot check.
fn spot_check(drawn: &[Drawn], filled: &str) -> Table {
    let mut sent = Vec::new();
    sekisho::report::confirm::spotcheck_csv(drawn, Lang::Ja, &mut sent).unwrap();
    Table::read(&completed(filled, &sent, &Drawn::SENT))
}

fn standing(coverage: &Coverage, id: &str) -> Standing {
    coverage.get(&connection(id)).unwrap().standing
}

#[test]
fn a_year_makes_stale_and_silence_is_not_confirmation() {
    let coverage = Coverage::of(&with(""));
    let all = ["ehr", "pacs", "lab", "food"].map(|id| standing(&coverage, id));
    let expected = [Standing::Current, Standing::Stale, Standing::Unseen, Standing::Current];
    assert_eq!(all, expected);
    let share = coverage.share(EntityKind::Connection);
    assert_eq!(share, Share { confirmed: 2, all: 4 });
    assert_eq!(share.percent(), Some(50));
    // Nothing of nothing is no percentage, and almost everything is not everything.
    assert_eq!(Share { confirmed: 0, all: 0 }.percent(), None);
    assert_eq!(Share { confirmed: 199, all: 200 }.percent(), Some(99));
    assert_eq!(coverage.share(EntityKind::Party), Share { confirmed: 1, all: 2 });
}

#[test]
fn what_was_recorded_counts_and_a_difference_stays_until_it_is_gone() {
    let more = "confirmations:
  - {thing: connections/lab, on: 2026-11-01, by: 監査室}
  - {thing: connections/pacs, on: 2026-11-01, by: 監査室, result: not-done}
  - {thing: connections/food, on: 2026-11-02, by: 監査室, how: spot-check, result: different, note: 名札が違う}
  - {thing: connections/ehr, on: 2027-01-01, by: 監査室, result: different}
";
    let coverage = Coverage::of(&with(more));
    assert_eq!(standing(&coverage, "lab"), Standing::Current);
    let last = coverage.get(&connection("lab")).unwrap().last.clone().unwrap();
    assert_eq!((last.how, last.by.as_str()), (Means::SpotCheck, "監査室"));
    assert_eq!(standing(&coverage, "pacs"), Standing::Stale, "what was not done confirms nothing");
    assert_eq!(standing(&coverage, "food"), Standing::Different);
    assert_eq!(standing(&coverage, "ehr"), Standing::Current, "the future is not known yet");
    let mended = format!("{more}  - {{thing: connections/food, on: 2026-11-10, by: 監査室}}\n");
    assert_eq!(standing(&Coverage::of(&with(&mended)), "food"), Standing::Current);
}

/// Judges an inventory with configurations and with what was seen.
fn looked_at(inventory: &str, configs: &[(&str, &str)], seen: &str) -> Assessment {
    let (mut sources, reading) = read(inventory);
    assert!(reading.is_sound(), "{}", told(&sources, &reading));
    let mut evidence = EvidenceSet::default();
    for (name, text) in configs {
        evidence.add(&mut sources, name, text.as_bytes(), None, None);
    }
    if !seen.is_empty() {
        evidence.observe(&mut sources, observed::piece("mirror", seen).unwrap());
    }
    audit(reading.inventory, evidence, "2026-11-20".parse().unwrap())
}

const SHOWN: &str = "
zones: {his: {name: 診療系, kind: clinical, networks: [10.10.0.0/16], vlan: [10]}}
devices:
  gw: {name: 保守用ルータ, kind: router, interfaces: {lan1: {zone: his, addresses: [10.10.254.1/16]}}}
systems:
  pc: {name: 電子カルテ端末, kind: terminals, class: terminal, zone: his, addresses: [10.10.20.0/24], count: 150}
  two: {name: 検査端末, kind: terminals, class: terminal, zone: his, addresses: [10.10.30.1, 10.10.30.2], count: 2}
";

#[test]
fn a_configuration_confirms_on_the_day_on_which_it_was_taken_or_on_none() {
    let gateway = EntityRef::new(EntityKind::Device, "gw");
    let config = "ip lan1 address 10.10.254.1/16\nip route default gateway 10.10.254.2\nip lan1 secure filter in 1\nip filter 1 pass * *\n";
    let stands = |head: &str| {
        let text = format!("{head}{config}");
        let coverage = Coverage::of(&looked_at(SHOWN, &[("gw.txt", &text)], ""));
        let it = coverage.get(&gateway).unwrap();
        (it.standing, it.last.as_ref().unwrap().on)
    };
    let model = "# RTX830 Rev.15.02.30\n";
    assert_eq!(stands(model), (Standing::Undated, None));
    let taken = |day: &str| stands(&format!("{model}# Reporting Date: {day}\n"));
    assert_eq!(taken("Oct 5 10:00:00 2026"), (Standing::Current, day("2026-10-05")));
    assert_eq!(taken("Oct 5 10:00:00 2025"), (Standing::Stale, day("2025-10-05")));
    assert_eq!(taken("13 Foo 2026"), (Standing::Undated, None));
}

#[test]
fn one_terminal_that_was_seen_confirms_no_other() {
    let seen = r#"{"conversation": {"from": "10.10.20.7", "to": "10.10.30.1", "protocol": 6, "port": 443}}
{"conversation": {"from": "10.10.20.9", "to": "10.10.30.2", "protocol": 6, "port": 443}}
"#;
    let assessment = looked_at(SHOWN, &[], seen);
    let coverage = Coverage::of(&assessment);
    let of = |id: &str| coverage.get(&EntityRef::new(EntityKind::System, id)).unwrap();
    assert_eq!(of("pc").standing, Standing::Partly);
    let last = of("pc").last.as_ref().unwrap();
    assert_eq!(last.part, Some(Part { confirmed: 2, all: Some(150) }));
    assert_eq!(last.found(), "in-part");
    assert!(sekisho::report::confirm::told(last).ja.contains("150台のうち2台"), "{:?}", last);
    assert_eq!(of("two").standing, Standing::Current, "both were seen");
}

#[test]
fn where_a_finding_stands_nothing_is_as_expected() {
    let zone = EntityRef::new(EntityKind::Zone, "his");
    let host = |vlan: u16| {
        let seen = format!(
            "{{\"host\": {{\"address\": \"10.10.30.1\", \"vlans\": [{vlan}], \"macs\": [\"00:11:22:00:00:09\"]}}}}\n{{\"conversation\": {{\"from\": \"10.10.30.1\", \"to\": \"10.10.30.2\", \"protocol\": 6, \"port\": 443}}}}\n"
        );
        let coverage = Coverage::of(&looked_at(SHOWN, &[], &seen));
        coverage.get(&zone).unwrap().last.as_ref().unwrap().found()
    };
    assert_eq!(host(10), "as-expected");
    assert_eq!(host(11), "findings");
}

#[test]
fn lots_are_what_everybody_computes() {
    // printf '%s' 'seed:connections/ehr' | sha256sum
    let expected = "04964f835b7ad29133acced571ed4bc69e93b19f9e8500d14749c916659cad56";
    assert_eq!(lot("seed", &connection("ehr")), expected);
    let hospital = with("");
    let drawn = draw(&hospital, "seed", 2);
    let mut lots: Vec<String> =
        ["ehr", "pacs", "lab", "food"].iter().map(|id| lot("seed", &connection(id))).collect();
    lots.sort();
    let drawn: Vec<String> = drawn.into_iter().map(|it| it.lot).collect();
    assert_eq!(drawn, lots[..2]);
    assert_eq!(draw(&hospital, "seed", 99).len(), 4);
}

#[test]
fn a_filled_sheet_becomes_confirmations_and_what_is_open_is_named() {
    let sheet = "\u{FEFF}抜取確認,,,,\r\n識別子,実施日,実施者,結果,備考\r\n\
        connections/ehr,2026/11/21,監査室,想定どおり,\r\n\
        connections/lab,2026年11月21日,監査室,相違あり,\"名札が\"\"違う\"\"\n裏の線も\"\r\n\
        connections/pacs,,,,\r\n\
        connections/food,2026-11-21,監査室,たぶん,\r\n\
        connections/nobody,2026-11-21,監査室,想定どおり,\r\n";
    let hospital = with("");
    let drawn = draw(&hospital, "seed", 4);
    let (answers, problems) =
        spot_checks(&spot_check(&drawn, sheet), day("2026-11-21").unwrap(), &drawn);
    let results: Vec<_> = answers.iter().map(|it| (it.thing.id.as_str(), it.result)).collect();
    assert_eq!(results, [("ehr", Outcome::AsExpected), ("lab", Outcome::Different)]);
    assert_eq!(problems.iter().map(|it| it.line).collect::<Vec<_>>(), [4, 6, 7, 8], "{problems:?}");
    // What is printed is an inventory file, and means the same there.
    let later = HOSPITAL.replace("as_of: 2026-11-20", "as_of: 2026-11-30");
    let read = audited(&format!("{later}{}", yaml(&answers)));
    assert_eq!(standing(&Coverage::of(&read), "lab"), Standing::Different);
    assert_eq!(read.inventory.confirmations.len(), 2);
    // What lies ahead of the day that is judged, or too long ago, was not done then.
    for (today, taken) in [("2026-11-20", 0), ("2027-11-21", 2), ("2027-11-22", 0)] {
        let (answers, _) = spot_checks(&spot_check(&drawn, sheet), day(today).unwrap(), &drawn);
        assert_eq!(answers.len(), taken, "{today}");
    }
    assert_eq!(yaml(&[]), "");
}

#[test]
fn only_what_was_drawn_is_an_answer_of_a_spot_check() {
    let hospital = with("");
    let drawn = draw(&hospital, "seed", 2);
    let row = |it: &EntityRef, lot: &str| format!("{it},2026-11-20,監査室,想定どおり,{lot}\n");
    let sheet = |rows: &[String]| {
        let text = format!("識別子,実施日,実施者,結果,抽選値\n{}", rows.concat());
        let (answers, problems) = spot_checks(&spot_check(&drawn, &text), hospital.as_of, &drawn);
        (answers.len(), problems.len())
    };
    let rows: Vec<String> = drawn.iter().map(|it| row(&it.thing, &it.lot)).collect();
    let (first, second) = (rows[0].clone(), rows[1].clone());
    assert_eq!(sheet(&rows), (2, 0));
    assert_eq!(sheet(std::slice::from_ref(&first)), (1, 1), "one has no row");
    assert_eq!(sheet(&[first.clone(), first.clone(), second.clone()]), (1, 2), "twice");
    assert_eq!(sheet(&[first, row(&drawn[1].thing, &drawn[0].lot)]), (1, 1), "another lot");
    let other = ["ehr", "pacs", "lab", "food"].map(connection);
    let other = other.into_iter().find(|it| drawn.iter().all(|drawn| drawn.thing != *it)).unwrap();
    let own = lot("seed", &other);
    assert_eq!(sheet(&[rows[0].clone(), second, row(&other, &own)]), (2, 1), "not drawn");
    let differs = rows.concat().replacen("想定どおり", "相違あり", 1);
    assert_eq!(sheet(&[differs]), (2, 1), "it stands in the record, and is told");
}

#[test]
fn days_are_read_as_people_write_them_or_not_at_all() {
    let read = |cell: &str| day(cell).map(|it| it.to_string());
    for cell in [
        "2026-11-10",
        "2026/11/10 0:00",
        "2026年11月10日",
        "令和8年11月10日",
        "令和８年１１月１０日",
        "R8.11.10",
        "r8/11/10",
        "平成38年11月10日",
    ] {
        assert_eq!(read(cell).as_deref(), Some("2026-11-10"), "{cell}");
    }
    assert_eq!(read("H31.4.1").as_deref(), Some("2019-04-01"));
    assert_eq!(read("令和元年5月1日").as_deref(), Some("2019-05-01"));
    for cell in ["", "2026/13/01", "8.11.10", "0008-11-10", "11/10/2026", "46336", "明治8年1月1日"]
    {
        assert_eq!(read(cell), None, "{cell}");
    }
}

#[test]
fn an_answer_of_another_time_confirms_nothing_and_is_told_with_its_cell() {
    let hospital = with("");
    for cell in ["2019-01-05", "2031-01-05", "H31.4.1", "2026-11-21", "8-11-10"] {
        let sheet = format!(
            "識別子,今も必要か,変更の有無,実施日,実施者\nconnections/ehr,はい,なし,{cell},田中\n"
        );
        let returned = recertify::read(&hospital, &[list(&hospital, &sheet)]);
        assert_eq!((returned.confirmed.len(), returned.problems.len()), (0, 1), "{cell}");
        assert!(returned.problems[0].says.ja.contains(&format!("「{cell}」")), "{cell}");
    }
    // Year 8 in the ledger itself.
    let ledger = format!(
        "{HOSPITAL}confirmations: [{{thing: connections/ehr, on: 0008-11-10, by: 田中}}]\n"
    );
    assert!(!read(&ledger).1.is_sound());
}

#[test]
fn recertification_lists_come_back_with_what_is_open() {
    let hospital = with("");
    let lists = recertify::lists(&hospital);
    let due: Vec<_> =
        lists.iter().flat_map(|it| &it.items).filter(|it| it.due).map(|it| it.number).collect();
    assert_eq!(due, [2, 3]);
    let sheet = "識別子,今も必要か,変更の有無,実施日,実施者,備考\n\
        connections/ehr,はい,なし,2026-11-20,富士見 山田,\n\
        connections/pacs,いいえ,,2026-11-20,東都,撤去済み\n\
        connections/lab,はい,あり,2026-11-20,東都,接続元が変わった\n\
        connections/food,,,,,\n";
    let returned = recertify::read(&hospital, &[list(&hospital, sheet)]);
    let ids =
        |all: &[(EntityRef, String)]| all.iter().map(|it| it.0.id.clone()).collect::<Vec<_>>();
    assert_eq!(returned.confirmed.len(), 1);
    assert_eq!(returned.confirmed[0].how, Means::Recertification);
    assert_eq!(ids(&returned.unneeded), ["pacs"]);
    assert_eq!(ids(&returned.changed), ["lab"]);
    assert_eq!(returned.unanswered, [connection("food")]);
    assert_eq!(returned.problems, []);
    // Needed, and nothing said of changes: that is no answer to the second question.
    let half = sheet.replace("connections/ehr,はい,なし", "connections/ehr,はい,");
    let returned = recertify::read(&hospital, &[list(&hospital, &half)]);
    assert_eq!((returned.confirmed.len(), returned.problems.len()), (0, 1));
}

#[test]
fn a_list_that_was_altered_or_answered_twice_confirms_nothing() {
    let hospital = with("");
    let lists = recertify::lists(&hospital);
    let mut sheet = Vec::new();
    sekisho::report::confirm::recertification_csv(&lists, Lang::Ja, &mut sheet).unwrap();
    let sheet = String::from_utf8(sheet).unwrap();
    // 識別子 … 今も必要か, 変更の有無, 実施日, 実施者, 備考
    let filled = sheet.replace(",,,,,\r\n", ",はい,なし,2026-11-20,田中,\r\n");
    let returned = |sheet: &str| recertify::read(&hospital, &[Table::read(sheet)]);
    let whole = returned(&filled);
    assert_eq!((whole.confirmed.len(), &whole.problems), (4, &Vec::new()), "{filled}");
    for (was, is, column) in [
        ("IPsec", "電話", "接続方式"),
        ("電子カルテ保守", "別の保守", "名称"),
        ("リモート保守", "", "目的"),
        ("富士見", "別の会社", "事業者・接続先"),
        (",1,connections/ehr", "山田,1,connections/ehr", "送付先"),
        ("2026-10-01 田中", "2026-11-01 田中", "前回の再確認"),
    ] {
        let altered = filled.replacen(was, is, 1);
        assert_ne!(altered, filled, "{was}");
        let it = returned(&altered);
        assert_eq!((it.confirmed.len(), it.problems.len()), (3, 1), "{column}");
        assert!(it.problems[0].says.ja.contains(column), "{:?}", it.problems);
        assert_eq!(it.unanswered, []);
    }
    // A column that was deleted was not seen by whoever answered.
    for column in recertify::SENT {
        let title = column.title().ja;
        let less = returned(&filled.replacen(&*title, "別の列", 1));
        assert_eq!((less.confirmed.len(), less.problems.len()), (0, 1), "{title}");
        assert!(less.problems[0].says.ja.contains(&*title), "{:?}", less.problems);
    }
    let row = filled.lines().find(|it| it.contains("connections/ehr")).unwrap();
    let twice = returned(&format!("{filled}{row}\r\n"));
    assert_eq!((twice.confirmed.len(), twice.problems.len()), (3, 2));
    let files = [Table::read(&filled), Table::read(&filled)];
    assert_eq!(recertify::read(&hospital, &files).confirmed, []);
}

#[test]
fn the_map_violates_nothing() {
    let hospital = year::hospital(
        str::to_owned,
        "confirmations:
  - {thing: systems/pacs, on: 2026-11-01, by: 監査室}
  - {thing: systems/ris, on: 2024-11-01, by: 監査室}
  - {thing: zones/dmz, on: 2026-11-01, by: 監査室, how: capture, result: different}
  - {thing: devices/vpn1, on: 2026-11-01, by: 監査室, how: probe}
",
    );
    let coverage = Coverage::of(&hospital);
    for lang in [Lang::Ja, Lang::En] {
        let request = Request { lang, coverage: Some(&coverage), ..Request::default() };
        let drawing = diagram::draw(&hospital, &request);
        for sheet in &drawing.sheets {
            assert_eq!(violations(sheet), Vec::<String>::new());
        }
        assert_eq!(against(&hospital.inventory, &drawing.sheets), Vec::<String>::new());
    }
}

#[test]
fn a_sheet_of_a_spot_check_that_was_altered_is_refused_by_its_cell() {
    let hospital = with("");
    let drawn = draw(&hospital, "seed", 4);
    for lang in [Lang::Ja, Lang::En] {
        let mut sheet = Vec::new();
        sekisho::report::confirm::spotcheck_csv(&drawn, lang, &mut sheet).unwrap();
        let sheet = String::from_utf8(sheet).unwrap();
        // … 実施日, 実施者, 結果, 備考, 抽選値
        let filled: String = sheet
            .lines()
            .map(|line| {
                let (rest, lot) = line.rsplit_once(",,,,,").unwrap_or((line, ""));
                match lot {
                    "" => format!("{line}\n"),
                    lot => format!("{rest},2026-11-20,監査室,想定どおり,,{lot}\n"),
                }
            })
            .collect();
        let taken = |sheet: &str| spot_checks(&Table::read(sheet), hospital.as_of, &drawn);
        let (answers, problems) = taken(&filled);
        assert_eq!((answers.len(), &problems), (4, &Vec::new()), "{filled}");
        let it = drawn.iter().find(|it| it.thing.id == "ehr").unwrap();
        let say = |text: &sekisho::locale::Text| text.get(lang).to_owned();
        for (column, cell) in Drawn::SENT.iter().zip(it.sent()) {
            let (was, title) = (say(&cell), say(&column.title()));
            let (answers, problems) = taken(&filled.replacen(&title, "x", 1));
            assert_eq!((answers.len(), problems.len()), (0, 1), "{title}: {problems:?}");
            assert!(say(&problems[0].says).contains(&title), "{title}: {problems:?}");
            let row = filled.lines().find(|line| line.contains("connections/ehr")).unwrap();
            let quote = row.replace('"', "");
            assert!(quote.contains(&was.replace('"', "")), "{title}: {was} in {row}");
            let other = row.replacen(&was, "9", 1);
            assert_ne!(other, row, "{title}");
            // The first column is a number, and the first thing in the row.
            let (answers, problems) = taken(&filled.replace(row, &other));
            assert_eq!((answers.len(), problems.len()), (3, 1), "{title}: {problems:?}");
            assert!(say(&problems[0].says).contains(&title), "{title}: {problems:?}");
        }
    }
}

#[test]
fn a_list_names_what_is_permitted_with_its_direction_and_each_once() {
    let hospital = audited(
        "
schema: 1
as_of: 2026-11-20
zones: {clinical: {name: 診療系, kind: clinical, networks: [10.10.0.0/16]}}
systems: {ehr: {name: 電子カルテ, kind: ehr, class: server, zone: clinical, addresses: [10.10.0.1]}}
parties: {fujimi: {name: 富士見, kind: vendor}}
connections:
  one:
    name: 保守
    number: 1
    purpose: remote-maintenance
    party: fujimi
    transport: ipsec-ike
    allow:
      - {to: ehr, services: [443/tcp]}
      - {to: ehr, services: [443/tcp]}
      - {to: fujimi, services: [22/tcp], direction: outbound}
",
    );
    let lists = recertify::lists(&hospital);
    let permitted = &lists[0].items[0].permitted;
    assert_eq!(permitted.en.matches("電子カルテ").count(), 1, "{permitted:?}");
    assert!(permitted.en.contains("from inside to 富士見"), "{permitted:?}");
}
