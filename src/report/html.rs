//! One page that opens from a USB stick: no request leaves it, no script is in it, and it prints
//! on A4. The template `page.html` holds the layout; this file hands it words and facts.

use super::excerpt::{Line, excerpt};
use super::summary::{Tally, next_steps, since};
use super::{
    Format, Report, connections, exposure, json, looked, observed, parties, probed, prose, waivers,
};
use crate::diagram::svg;
use crate::finding::{Confidence, Finding, Severity};
use crate::inventory::System;
use crate::locale::{Text, deceives};
use crate::model::{EntityKind, EntityRef, Vocabulary};
use crate::rules::{self, Rule};
use crate::text;
use crate::topology::Corroboration;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::io;

/// A page for a browser and for paper.
pub(super) static FORMAT: Format = Format {
    id: "html",
    extension: "html",
    file_name: "report.html",
    title: Text::new("HTML（図面つき報告書）", "HTML report with the drawing"),
    write: |report, sink| {
        let mut environment = Environment::new();
        // Sentences of rules mark keys of the inventory as `code`.
        environment
            .add_filter("prose", |text: String| Value::from_safe_string(prose::inline(&text)));
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        environment.set_syntax(syntax.map_err(io::Error::other)?);
        let page = environment
            .render_str(include_str!("page.html"), context(report))
            .map_err(io::Error::other)?;
        sink.write_all(page.as_bytes())
    },
};

/// How many exposed things are named.
const NAMED: usize = 12;
/// How many lines of a file that were not understood are listed.
const LISTED: usize = 300;

/// Everything that the template shows. What comes from the inventory is harmless text and is
/// escaped by the template; only pages of rules and drawings, which are ours, go in as markup.
fn context(report: &Report<'_>) -> Value {
    let mut facts = json!({
        "lang": report.lang.tag(),
        "words": words(report),
        "title": title_block(report),
        "counts": counts(report),
        "todo": todo(report),
        "groups": groups(report),
        "waived": waived(report),
        "connections": list_of_connections(report),
        "reach": exposure::page(report),
        "parties": list_of_parties(report),
        "zones": zones(report),
        "looked": looked_at(report),
        "unread": report.assessment.evidence.unread.iter().map(|it| report.say(&it.why.message)).collect::<Vec<_>>(),
        "paths": paths(report),
        "taps": taps(report),
        "probes": probed::page(report),
        "rules": spoken(report).map(|rule| json!({
            "id": rule.id,
            "title": report.say(&rule.title),
            "references": rule.references.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    });
    json::neutralise(&mut facts);
    let pages: BTreeMap<_, _> = spoken(report)
        .map(|rule| {
            (
                rule.id,
                Value::from_safe_string(prose::html(
                    &prose::for_readers(rule.page, report.lang),
                    3,
                )),
            )
        })
        .collect();
    let scenes = report.drawing.map_or(&[][..], |drawing| drawing.sheets.as_slice());
    let sheets: Vec<_> = scenes
        .iter()
        .map(|scene| Value::from_safe_string(legible(&svg::write(scene, false))))
        .collect();
    let font = if scenes.is_empty() { String::new() } else { svg::font_css(scenes) };
    minijinja::context! {
        pages,
        sheets,
        font => Value::from_safe_string(font),
        ..Value::from(Serde(facts))
    }
}

/// A drawing cannot hold the visible number of a deceiving character; it gets the replacement sign.
fn legible(svg: &str) -> String {
    svg.chars().map(|c| if deceives(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// The rules that have findings, waived ones too, in the order of the packs.
fn spoken<'r>(report: &'r Report<'_>) -> impl Iterator<Item = &'static Rule> + use<'r> {
    let findings = &report.assessment.findings;
    rules::all().filter(|rule| findings.iter().any(|it| it.rule == rule.id))
}

/// The words of the page that are ours.
fn words(report: &Report<'_>) -> Json {
    let version = env!("CARGO_PKG_VERSION");
    let words: Map<_, _> = [
        ("heading", Text::new("外部接続 監査報告書", "Audit of external connections")),
        ("contents", Text::new("目次", "Contents")),
        ("summary", Text::new("概要", "Summary")),
        ("todo", Text::new("次にすること", "Do this next")),
        ("drawing", Text::new("全体構成図", "Configuration diagram")),
        ("enlarge", Text::new("図を拡大する", "enlarge the drawing")),
        ("findings", Text::new("指摘事項", "Findings")),
        (
            "none",
            Text::new(
                "台帳に書かれた事実の範囲では、指摘事項はありません。",
                "Within what the inventory declares there are no findings.",
            ),
        ),
        ("connections", Text::new("外部接続一覧", "External connections")),
        ("reach", Text::new("到達範囲一覧", "What everybody outside reaches")),
        ("target", Text::new("対象", "Target")),
        ("parties", Text::new("関係者一覧", "Related parties")),
        ("systems", Text::new("システム一覧", "Systems")),
        ("waived", Text::new("例外承認一覧（期限付）", "Register of waivers")),
        ("rules", Text::new("付録　指摘した規則の説明", "Appendix: the rules applied")),
        ("witness", Text::new("成立する経路", "Path")),
        ("exposes", Text::new("影響範囲", "Exposes")),
        ("remedy", Text::new("対処", "Remedy")),
        ("since", Text::new("いつから", "Since")),
        ("basis", Text::new("根拠", "Basis")),
        ("also", Text::new("関連箇所", "See also")),
        ("explained", Text::new("説明", "Explained")),
        ("party", Text::new("関係者", "Party")),
        ("kind", Text::new("種別", "Kind")),
        ("roles", Text::new("役割（対象）", "Roles")),
        ("contacts", Text::new("連絡先", "Contacts")),
        ("system", Text::new("システム", "System")),
        ("addresses", Text::new("アドレス", "Addresses")),
        ("criticality", Text::new("重要度", "Criticality")),
        ("vendor", Text::new("保守する事業者", "Maintained by")),
        ("severity", Text::new("重大度", "Severity")),
        ("place", Text::new("場所", "Place")),
        ("finding", Text::new("指摘", "Finding")),
        ("subject", Text::new("対象", "Subject")),
        ("reason", Text::new("理由", "Reason")),
        ("instead", Text::new("代わりの対策", "Instead")),
        ("approved", Text::new("承認者", "Approved by")),
        ("until", Text::new("期限", "Until")),
        ("owner", Text::new("責任者", "Owner")),
        ("standing", Text::new("状態", "Standing")),
        ("covers", Text::new("当てはまる指摘", "Findings covered")),
        ("looked", Text::new("確認した機器の設定", "Configurations looked at")),
        ("paths", looked::paths_title(report)),
        ("taps", Text::new("観測した通信", "Traffic looked at")),
        ("probes", Text::new("疎通確認", "Probes")),
        ("from", Text::new("確認した場所", "From")),
        ("by", Text::new("確認者", "By")),
        ("proved", Text::new("結果", "Result")),
        ("tap", Text::new("観測点", "tap")),
        ("period", Text::new("期間", "period")),
        ("amount", Text::new("量", "amount")),
        ("sight", Text::new("観測範囲", "coverage")),
        ("device", Text::new("機器", "Device")),
        ("file", Text::new("ファイル", "File")),
        ("format", Text::new("形式", "Format")),
        ("lines", Text::new("行の内訳", "Lines")),
        ("joined", Text::new("台帳との対応", "Joined by")),
        ("state", Text::new("台帳との照合", "State")),
        ("path", Text::new("経路", "Path")),
        ("declared", Text::new("台帳の記載", "Declared as")),
        ("unrecognized", Text::new("意味の分からなかった行", "Lines that were not understood")),
        ("unread", Text::new("読めなかったもの", "Not read")),
        ("made", {
            let basis = report.basis();
            text!(
                "関所（sekisho）{version} が作成しました。{basis}",
                "Made by sekisho {version}. {basis}"; basis
            )
        }),
    ]
    .into_iter()
    .map(|(key, text)| (key.to_owned(), Json::from(report.say(&text))))
    .collect();
    words.into()
}

/// What a reader must know of the sheet: label and value. Empty values are boxes to sign in.
fn title_block(report: &Report<'_>) -> Json {
    let inventory = &report.assessment.inventory;
    let organization = inventory.organization.as_ref();
    let beds = organization.and_then(|it| it.beds.as_ref()).map(|it| it.value);
    let beds = beds.map_or_else(Text::default, |beds| text!("{beds}床", "{beds}"));
    let name = organization.map_or("", |it| it.name.value.as_str());
    let revision = inventory.revision.as_ref().map_or("", |it| it.value.as_str());
    let rows: Vec<_> = [
        (Text::new("施設", "organization"), Text::same(name)),
        (Text::new("病床数", "beds"), beds),
        (Text::new("台帳の版", "revision"), Text::same(revision)),
        (Text::new("基準日", "as of"), Text::same(report.assessment.as_of.to_string())),
    ]
    .iter()
    .map(|(label, value)| json!({"label": report.say(label), "value": report.say(value)}))
    .collect();
    let signed: Vec<_> = [
        Text::new("作成", "prepared"),
        Text::new("確認", "checked"),
        Text::new("承認", "approved"),
    ]
    .iter()
    .map(|it| report.say(it))
    .collect();
    json!({"name": report.say(&Text::same(name)), "rows": rows, "signed": signed})
}

fn severity(report: &Report<'_>, severity: Severity) -> Json {
    json!({"key": severity.key(), "label": report.say(&severity.label())})
}

fn counts(report: &Report<'_>) -> Json {
    let tally = Tally::of(report.assessment);
    let inventory = &report.assessment.inventory;
    let open: Vec<_> = tally
        .open
        .iter()
        .map(|(it, count)| json!({"severity": severity(report, *it), "count": count}))
        .collect();
    let rest: Vec<_> = [
        (Text::new("例外承認", "waived"), tally.waived),
        (Text::new("外部接続", "connections"), tally.connections),
        (Text::new("事業者・接続先", "parties"), inventory.parties.len()),
        (Text::new("ゾーン", "zones"), inventory.zones.len()),
        (Text::new("システム", "systems"), inventory.systems.len()),
    ]
    .iter()
    .map(|(label, count)| json!({"label": report.say(label), "count": count}))
    .collect();
    json!({"line": report.say(&tally.line()), "open": open, "rest": rest})
}

/// The anchor of a finding: its place among the open ones.
fn anchor(report: &Report<'_>, finding: &Finding) -> String {
    let place = report.open().position(|it| std::ptr::eq(it, finding));
    place.map_or_else(String::new, |place| format!("finding-{}", place + 1))
}

fn todo(report: &Report<'_>) -> Json {
    next_steps(report.assessment, 3)
        .iter()
        .filter_map(|step| {
            let first = step.findings.first()?;
            let subjects: Vec<_> = step.findings.iter().map(|it| it.subject.clone()).collect();
            Some(json!({
                "severity": severity(report, first.severity),
                "remedy": report.say(step.remedy),
                "subjects": report.few(&subjects, 3),
                "title": report.title(first),
                "anchor": anchor(report, first),
            }))
        })
        .collect()
}

/// Open findings by severity, worst first.
fn groups(report: &Report<'_>) -> Json {
    let mut number = 0;
    let mut groups: Vec<(Severity, Vec<Json>)> = Vec::new();
    for it in report.open() {
        number += 1;
        let shown = finding(report, number, it);
        match groups.last_mut() {
            Some((last, findings)) if *last == it.severity => findings.push(shown),
            _ => groups.push((it.severity, vec![shown])),
        }
    }
    groups
        .into_iter()
        .map(|(it, findings)| json!({"severity": severity(report, it), "findings": findings}))
        .collect()
}

fn finding(report: &Report<'_>, number: usize, finding: &Finding) -> Json {
    let mut places = finding.locations.iter().map(|it| {
        json!({
            "place": report.sources.place(it.span),
            "text": report.say(&it.text),
            "lines": excerpt(report.sources, it.span, 1).iter().map(line).collect::<Vec<_>>(),
        })
    });
    let first = places.next();
    let confidence = finding.confidence.label();
    let confidence = match finding.confidence {
        Confidence::High => Text::default(),
        _ => text!("確度：{confidence}", "confidence: {confidence}"; confidence),
    };
    let rule = rules::find(finding.rule);
    json!({
        "number": number,
        "severity": severity(report, finding.severity),
        "confidence": report.say(&confidence),
        "title": report.title(finding),
        "rule": finding.rule,
        "explained": rule.is_some(),
        "subject": report.subject(&finding.subject),
        "distinct": finding.distinct.iter().map(|it| report.subject(it)).collect::<Vec<_>>(),
        "fingerprint": finding.fingerprint().as_str(),
        "message": report.say(&finding.message),
        "first": first,
        "also": places.collect::<Vec<_>>(),
        "witness": finding.witness.iter().map(|step| json!({
            "name": report.name(&step.thing),
            "kind": report.say(&step.thing.kind.label()),
            "by": report.say(&step.by),
            "place": step.span.map(|span| report.sources.place(span)),
        })).collect::<Vec<_>>(),
        "exposes": report.few(&finding.exposes, NAMED),
        "exposed": finding.exposes.len(),
        "remedy": report.say(&finding.remedy),
        "since": since(finding, report.assessment.as_of).map(|it| report.say(&it)),
        "references": rule
            .map_or(&[][..], |rule| rule.references)
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
    })
}

fn line(line: &Line) -> Json {
    json!({"number": line.number, "before": line.before, "marked": line.marked, "after": line.after})
}

/// The register of waivers.
fn waived(report: &Report<'_>) -> Json {
    let row = |row: &waivers::Row<'_>| {
        let it = waivers::cells(report, row);
        json!({
            "number": it.number,
            "standing": it.standing,
            "open": row.standing != waivers::Standing::InForce,
            "title": it.finding,
            "rule": it.rule,
            "subject": it.subject,
            "id": it.id,
            "owner": it.owner,
            "reason": it.reason,
            "instead": it.instead,
            "by": it.approved,
            "until": it.until,
            "findings": it.findings,
            "place": it.place,
        })
    };
    waivers::rows(report).iter().map(row).collect()
}

/// The short list: columns of one group share a cell, a line each.
fn list_of_connections(report: &Report<'_>) -> Json {
    let mut groups: BTreeMap<u8, Vec<&connections::Column>> = BTreeMap::new();
    for column in connections::brief() {
        groups.entry(column.group).or_default().push(column);
    }
    let titles: Vec<Vec<_>> = groups
        .values()
        .map(|columns| columns.iter().map(|it| report.say(&it.title)).collect())
        .collect();
    let rows: Vec<Vec<Json>> = connections::rows(report)
        .iter()
        .map(|row| {
            let cells = groups.values().map(|columns| {
                let lines = columns.iter().enumerate().map(|(index, column)| {
                    let label = if index == 0 { String::new() } else { report.say(&column.title) };
                    json!({"label": label, "text": (column.cell)(row)})
                });
                lines.collect()
            });
            cells.collect()
        })
        .collect();
    json!({"titles": titles, "rows": rows})
}

fn list_of_parties(report: &Report<'_>) -> Json {
    parties::related(report)
        .iter()
        .map(|party| {
            json!({
                "name": party.name,
                "kind": party.kind,
                "roles": party.brief(report),
                "contacts": party.contacts.iter().map(parties::Person::parts).collect::<Vec<_>>(),
            })
        })
        .collect()
}

/// What was looked at, file by file.
fn looked_at(report: &Report<'_>) -> Json {
    report
        .looked()
        .iter()
        .map(|it| {
            let unknown = &it.coverage().unrecognized;
            let more = unknown.len().saturating_sub(LISTED);
            let more = (more > 0).then(|| {
                report.say(&text!("ほか{more}行（全行はJSONにあります）", "{more} more (all of them are in JSON)"))
            });
            let unrecognized = unknown.iter().take(LISTED).map(|span| {
                let (place, line) = report.quoted_line(*span);
                json!({"place": place, "line": line})
            });
            json!({
                "device": report.name(it.thing),
                "file": it.name,
                "format": report.say(&it.file.format.name),
                "lines": report.say(&it.lines()),
                "joined": report.say(&looked::joined(it.by)),
                "remarks": it.file.remarks.iter().map(|it| report.say(&it.message)).collect::<Vec<_>>(),
                "unrecognized": unrecognized.collect::<Vec<_>>(),
                "more": more,
            })
        })
        .collect()
}

/// What was watched, tap by tap.
fn taps(report: &Report<'_>) -> Json {
    let taps = report.taps().iter();
    taps.map(|tap| {
        json!({
            "name": report.say(&report.tap(tap)),
            "period": report.say(&observed::period(tap.from, tap.to)),
            "amount": report.say(&observed::amount(tap)),
            "sight": report.say(&observed::sight(report, tap)),
        })
    })
    .collect()
}

/// The ways in and out that devices are configured for, or that were seen.
fn paths(report: &Report<'_>) -> Json {
    report
        .paths()
        .iter()
        .map(|path| {
            let declared = path.declared.as_ref();
            json!({
                "state": report.say(&looked::state(path)),
                "alarm": path.corroboration >= Corroboration::Undeclared,
                "kind": report.say(&looked::kind(path)),
                "name": report.name(&path.thing),
                "declared": declared.map_or_else(String::new, |(it, _)| report.subject(it)),
                "place": report.sources.place(path.span),
            })
        })
        .collect()
}

/// The systems of every zone. A host on several networks stands in each of them.
fn zones(report: &Report<'_>) -> Json {
    let inventory = &report.assessment.inventory;
    let mut inside: BTreeMap<&str, Vec<Json>> = BTreeMap::new();
    let mut nowhere = Vec::new();
    for it in &inventory.systems {
        let shown = system(report, &it.id.value, it);
        let zones = it.zones();
        if zones.is_empty() {
            nowhere.push(shown.clone());
        }
        for zone in zones {
            inside.entry(zone).or_default().push(shown.clone());
        }
    }
    let mut zones: Vec<_> = inventory
        .zones
        .iter()
        .map(|zone| {
            let networks: Vec<_> = zone.networks.iter().map(ToString::to_string).collect();
            json!({
                "name": zone.name.value,
                "kind": report.say(&zone.kind.value.label()),
                "networks": report.join(&networks),
                "systems": inside.remove(zone.id.value.as_str()).unwrap_or_default(),
            })
        })
        .collect();
    if !nowhere.is_empty() {
        let name = report.say(&Text::new("ゾーンの記載なし", "no zone declared"));
        zones.push(json!({"name": name, "kind": "", "networks": "", "systems": nowhere}));
    }
    zones.into()
}

fn system(report: &Report<'_>, id: &str, system: &System) -> Json {
    let addresses: Vec<_> = system.addresses.iter().map(|it| plain(&it.to_string())).collect();
    let count = system.count.as_ref().map(|it| it.value);
    json!({
        "name": report.name(&EntityRef::new(EntityKind::System, id)),
        "count": count.map(|count| report.say(&text!("{count}台", "× {count}"))),
        "kind": report.say(&system.kind.value.label()),
        "addresses": report.join(&addresses),
        "several": system.zones().len() > 1,
        "criticality": system.criticality.as_ref().map(|it| report.say(&it.value.label())),
        "vendor": system.vendor.as_ref().map(|it| report.name(&EntityRef::new(EntityKind::Party, it.value.id()))),
    })
}

/// An address without the prefix length of a single address.
fn plain(address: &str) -> String {
    let single = address.strip_suffix("/32").or_else(|| address.strip_suffix("/128"));
    single.unwrap_or(address).to_owned()
}
