//! Reports: every format says the same, in both languages, whatever the names are.

mod data;
mod lists;
mod page;
mod terminal;

use crate::support::{read, root, today, told};
use sekisho::audit::{self, Assessment};
use sekisho::diagram::{self, Request};
use sekisho::finding::{Confidence, Finding, Location, Severity, Step, Waived};
use sekisho::locale::{Lang, Text, deceives};
use sekisho::model::{EntityKind, EntityRef};
use sekisho::report::{self, FORMATS, Format, Report, Tally};
use sekisho::source::{SourceMap, Span};
use serde_json::Value;
use std::io::{self, Write};

const BOTH: [Lang; 2] = [Lang::Ja, Lang::En];

/// A small hospital; the findings about it are made by hand, so that rules may come and go.
const SMALL: &str = r#"
as_of: 2026-11-20
revision: 第7版
organization: {name: 青葉市立病院, beds: 320, security_officer: {name: 佐藤 和子, phone: "0312345678"}}
zones:
  clinical: {name: 診療系, kind: clinical, networks: [10.10.0.0/16]}
parties:
  fujimi:
    name: 富士見メディカルシステムズ
    kind: vendor
    contacts: [{name: 保守窓口, phone: 03-0000-0001, hours: 9-18}, {name: 夜間窓口, phone: "+81-90-0000-0002"}]
circuits:
  flets-1: {name: フレッツ1, kind: ip-vpn, provider: 東和通信, circuit_id: "0012345", onu: 本館2F, phone: "0120000000"}
devices:
  vpn1:
    name: 保守用VPNルータ
    kind: vpn-gateway
    interfaces: {wan: {circuit: flets-1}, lan: {zone: clinical}}
    responsibility: {owner: hospital, installer: fujimi, maintainer: fujimi, patches: undefined}
systems:
  ehr-db: {name: 電子カルテDB, kind: ehr, class: server, zone: clinical, addresses: [10.10.1.10], services: [3389/tcp], vendor: fujimi}
connections:
  ehr-maintenance:
    name: 電子カルテ保守
    purpose: remote-maintenance
    party: fujimi
    circuit: flets-1
    at: vpn1.wan
    transport: ipsec-ike
    sources: [any]
    allow: [{to: ehr-db, services: [3389/tcp]}]
    demarcation: 院内側LANポートより内側は病院
waivers:
  - {rule: vpn-open-to-any-source, subject: systems/ehr-db, reason: 更新まで = 暫定, compensating: 接続時に立会い, owner: 情報課, approved_by: 院長, expires: 2027-03-31}
"#;

/// The same with names that were written to deceive.
fn hostile() -> String {
    SMALL
        .replace(
            "name: 青葉市立病院",
            r#"name: "青葉\e[31m<script>alert(1)</script>\u202Eevil | *x* `y` \u2066""#,
        )
        .replace("name: 電子カルテ保守", r#"name: "=HYPERLINK(\"http://evil.example\")\u202E""#)
        .replace("name: 富士見メディカルシステムズ", r#"name: "+cmd|' /C calc'!A0\u009B2J""#)
        .replace("name: 電子カルテDB", r#"name: "<img src=x onerror=alert(1)>\n## 見出し\tb""#)
        .replace("name: 保守窓口", r#"name: "@SUM(1,2)\a""#)
        .replace("owner: 情報課", r#"owner: "=1+1\u202E""#)
}

fn assess(text: &str) -> (SourceMap, Assessment) {
    let (sources, reading) = read(text);
    assert!(reading.is_sound(), "{}", told(&sources, &reading));
    let assessment =
        audit::audit_with(reading.inventory, Default::default(), today(), std::iter::empty());
    (sources, assessment)
}

fn thing(kind: EntityKind, id: &str) -> EntityRef {
    EntityRef::new(kind, id)
}

/// Where a piece of the only file stands.
fn span(sources: &SourceMap, piece: &str) -> Span {
    let file = sources.ids().next().unwrap();
    let start = sources.file(file).text().find(piece).unwrap() as u32;
    Span { file, start, end: start + piece.len() as u32 }
}

/// One finding of every severity, with and without everything that a finding may have.
fn find(sources: &SourceMap, assessment: &mut Assessment) {
    let connection = thing(EntityKind::Connection, "ehr-maintenance");
    let system = thing(EntityKind::System, "ehr-db");
    let base = Finding {
        rule: "vpn-open-to-any-source",
        severity: Severity::Critical,
        confidence: Confidence::High,
        subject: connection.clone(),
        distinct: Vec::new(),
        message: Text::new(
            "外部接続「電子カルテ保守」は、どのアドレスからの接続も受け付けます。漏えいした認証情報があれば、誰でもこの入口を試すことができます。",
            "The external connection answers every source address, so that anybody can try leaked credentials on it.",
        ),
        locations: vec![Location {
            span: span(sources, "[any]"),
            text: Text::new("接続元が無制限です", "unrestricted"),
        }],
        witness: vec![Step {
            thing: system.clone(),
            by: Text::new("外部接続で許可", "permitted by the connection"),
            span: Some(span(sources, "to: ehr-db")),
        }],
        exposes: vec![system.clone(); 9],
        remedy: Text::new(
            "接続元を事業者のアドレスに限ってください。",
            "Permit the addresses of the party only.",
        ),
        waived: None,
        since: None,
        known: false,
    };
    let other = Finding {
        subject: thing(EntityKind::Device, "vpn1"),
        severity: Severity::High,
        confidence: Confidence::Low,
        distinct: vec![connection.clone()],
        locations: vec![
            Location { span: span(sources, "patches: undefined"), text: Text::default() },
            Location {
                span: span(sources, "vpn1"), text: Text::new("この機器", "this device")
            },
        ],
        witness: Vec::new(),
        exposes: Vec::new(),
        ..base.clone()
    };
    let of = |severity, id| Finding {
        severity,
        subject: thing(EntityKind::Zone, id),
        remedy: Text::new("台帳を確認してください。", "Check the inventory."),
        rule: "not-in-any-pack",
        ..base.clone()
    };
    let waived = Finding {
        subject: system,
        severity: Severity::High,
        waived: Some(Waived {
            reason: "更新まで = 暫定".into(),
            compensating: Some("接続時に立会い".into()),
            approved_by: "院長".into(),
            expires: jiff::civil::date(2027, 3, 31),
            span: span(sources, "ehr-db"),
        }),
        ..base.clone()
    };
    let rest = [of(Severity::Medium, "clinical"), of(Severity::Low, "b"), of(Severity::Info, "c")];
    assessment.findings = vec![base, other, waived];
    assessment.findings.extend(rest);
}

/// One format as bytes.
fn written(format: &Format, report: &Report<'_>) -> String {
    let mut bytes = Vec::new();
    (format.write)(report, &mut bytes).unwrap_or_else(|error| panic!("{}: {error}", format.id));
    String::from_utf8(bytes).unwrap()
}

/// Calls with every report that the tests look at: small, hostile, without findings, shipped.
fn each_report(mut look: impl FnMut(&str, &Report<'_>)) {
    for (name, text) in [("small", SMALL.to_owned()), ("hostile", hostile())] {
        let (sources, mut assessment) = assess(&text);
        find(&sources, &mut assessment);
        for lang in BOTH {
            let drawing = diagram::draw(&assessment, &Request { lang, ..Request::default() });
            let drawing = Some(&drawing);
            look(name, &Report { assessment: &assessment, sources: &sources, drawing, lang });
        }
    }
    let (sources, assessment) = assess("organization: {name: 何もない診療所}");
    for lang in BOTH {
        look("empty", &Report { assessment: &assessment, sources: &sources, drawing: None, lang });
    }
    let mut sources = SourceMap::new();
    let mut files: Vec<_> = std::fs::read_dir(root().join("inventories/general-hospital"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|it| it.is_file())
        .collect();
    files.sort();
    let files: Vec<_> = files
        .iter()
        .map(|it| {
            sources.add(
                it.file_name().unwrap().to_string_lossy(),
                std::fs::read_to_string(it).unwrap(),
            )
        })
        .collect();
    let reading = sekisho::inventory::read(&sources, &files, today());
    let evidence = crate::support::evidence("general-hospital", &mut sources, &reading);
    let assessment = audit::audit(reading.inventory, evidence, today());
    for lang in BOTH {
        look(
            "flagship",
            &Report { assessment: &assessment, sources: &sources, drawing: None, lang },
        );
    }
}

fn format(id: &str) -> &'static Format {
    report::find(id).unwrap()
}

#[test]
fn every_format_of_findings_mentions_every_finding_and_the_same_counts() {
    each_report(|name, report| {
        let tally = Tally::of(report.assessment);
        for format in FORMATS
            .iter()
            .filter(|it| !["connections", "parties", "exposure", "waivers"].contains(&it.id))
        {
            let text = written(format, report);
            for finding in &report.assessment.findings {
                // The page escapes more than it must.
                let text = text.replace("&#x2f;", "/");
                // The terminal is for people: it names the rule and the subject.
                let mentioned = match format.id {
                    "terminal" => {
                        text.contains(&format!("({})", finding.subject))
                            && text.contains(finding.rule)
                    }
                    _ => text.contains(finding.fingerprint().as_str()),
                };
                assert!(mentioned, "{name} {}: {}", format.id, finding.fingerprint());
            }
            let counts = match format.id {
                "json" => {
                    let value: Value = serde_json::from_str(&text).unwrap();
                    value["tally"]["open"] == tally.total()
                        && value["tally"]["waived"] == tally.waived
                }
                "sarif" => {
                    let value: Value = serde_json::from_str(&text).unwrap();
                    let results = value["runs"][0]["results"].as_array().unwrap();
                    let waived = results.iter().filter(|it| it["suppressions"].is_array()).count();
                    (results.len() - waived, waived) == (tally.total(), tally.waived)
                }
                // Lines may be broken anywhere between words.
                _ => solid(&text).contains(&solid(tally.line().get(report.lang))),
            };
            assert!(counts, "{name} {}: counts differ from {tally:?}", format.id);
        }
    });
}

/// A text without blanks.
fn solid(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn the_tally_says_what_was_found_in_one_line() {
    let (sources, mut assessment) = assess(SMALL);
    find(&sources, &mut assessment);
    let line = Tally::of(&assessment).line();
    assert_eq!(
        line.ja,
        "指摘 5件（緊急 1・高 1・中 1・低 1・参考 1）　例外承認 1件　外部接続 1件　基準日 2026-11-20"
    );
    assert_eq!(
        line.en,
        "5 findings (1 critical, 1 high, 1 medium, 1 low, 1 info), 1 waived, 1 connection, as of 2026-11-20"
    );
}

#[test]
fn the_same_assessment_gives_the_same_bytes() {
    let mut first = Vec::new();
    each_report(|_, report| first.extend(FORMATS.iter().map(|it| written(it, report))));
    let mut second = first.iter();
    each_report(|name, report| {
        for format in FORMATS {
            assert_eq!(second.next(), Some(&written(format, report)), "{name} {}", format.id);
        }
    });
}

#[test]
fn no_format_passes_on_what_commands_a_terminal_or_turns_the_text() {
    each_report(|name, report| {
        for format in FORMATS {
            let text = written(format, report);
            let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text).replace("\r\n", "\n");
            let found = text.chars().find(|c| deceives(*c));
            assert_eq!(found, None, "{name} {}", format.id);
            if name == "hostile" {
                assert!(text.contains("U+"), "{}: the character itself is told", format.id);
            }
        }
    });
}

/// Takes a few bytes, then fails like a full disk.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        if taken == 0 && !bytes.is_empty() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(taken)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_format_that_fails_says_so_and_the_others_are_written_all_the_same() {
    let (sources, mut assessment) = assess(SMALL);
    find(&sources, &mut assessment);
    let report =
        Report { assessment: &assessment, sources: &sources, drawing: None, lang: Lang::Ja };
    for failing in FORMATS {
        for format in FORMATS {
            if format.id == failing.id {
                let error = (format.write)(&report, &mut Full(100)).unwrap_err();
                assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{}", format.id);
            } else {
                assert!(!written(format, &report).is_empty());
            }
        }
    }
}

#[test]
fn formats_have_names_and_files_of_their_own() {
    for (index, format) in FORMATS.iter().enumerate() {
        assert!(format.file_name.ends_with(&format!(".{}", format.extension)), "{}", format.id);
        for other in &FORMATS[..index] {
            assert!(other.id != format.id && other.file_name != format.file_name, "{}", format.id);
        }
    }
}
