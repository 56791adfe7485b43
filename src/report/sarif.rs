//! SARIF 2.1.0 (OASIS, errata 01): for editors and code-hosting sites that show findings at lines.

use super::{Format, Report, json};
use crate::finding::{Finding, Severity, Step};
use crate::locale::{Lang, Text};
use crate::model::Vocabulary;
use crate::rules::{self, Rule};
use crate::source::Span;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io;

/// Findings at the lines of the inventory.
pub(super) static FORMAT: Format = Format {
    id: "sarif",
    extension: "sarif",
    file_name: "findings.sarif",
    title: Text::new(
        "SARIF 2.1.0（エディタ・コード管理用）",
        "SARIF 2.1.0 for editors and code hosts",
    ),
    write: |report, sink| {
        let mut log = log(report);
        json::neutralise(&mut log);
        serde_json::to_writer_pretty(&mut *sink, &log).map_err(io::Error::from)?;
        sink.write_all(b"\n")
    },
};

fn log(report: &Report<'_>) -> Value {
    let other = match report.lang {
        Lang::Ja => Lang::En,
        Lang::En => Lang::Ja,
    };
    let results: Vec<_> = report.assessment.findings.iter().map(|it| result(report, it)).collect();
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "Sekisho",
                    "version": env!("CARGO_PKG_VERSION"),
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "language": report.lang.tag(),
                    "shortDescription": {"text": report.say(&Text::new(
                        "病院の外部接続の監査", "audit of a hospital's external connections"))},
                    "rules": rules::all().map(|it| rule(it, report.lang)).collect::<Vec<_>>(),
                },
            },
            "language": report.lang.tag(),
            // Columns count characters, not UTF-16 units.
            "columnKind": "unicodeCodePoints",
            "results": results,
            "properties": {
                "asOf": report.assessment.as_of.to_string(),
                "otherLanguage": other.tag(),
            },
        }],
    })
}

/// A rule in one language, with the other language beside it.
fn rule(rule: &Rule, lang: Lang) -> Value {
    let help = format!("{}\n\n{}", rule.title.get(lang), rule.remedy.get(lang));
    let references: Vec<_> = rule.references.iter().map(ToString::to_string).collect();
    json!({
        "id": rule.id,
        "shortDescription": {"text": rule.title.get(lang)},
        "fullDescription": {"text": help},
        "help": {"text": help, "markdown": rule.page},
        "defaultConfiguration": {"level": level(rule.severity), "rank": rank(rule.severity)},
        "messageStrings": {
            "title-ja": {"text": rule.title.ja},
            "title-en": {"text": rule.title.en},
            "remedy-ja": {"text": rule.remedy.ja},
            "remedy-en": {"text": rule.remedy.en},
        },
        "properties": {
            "tags": ["security"],
            "precision": match rule.confidence.key() { "high" => "high", "medium" => "medium", _ => "low" },
            "security-severity": score(rule.severity),
            "references": references,
        },
    })
}

fn result(report: &Report<'_>, finding: &Finding) -> Value {
    let mut locations = finding.locations.iter().enumerate().map(|(index, it)| {
        let mut place = location(report, it.span);
        place["id"] = json!(index);
        let says = it.text.get(report.lang);
        if !says.is_empty() {
            place["message"] = json!({"text": says});
        }
        place
    });
    let mut first = locations.next().unwrap_or_else(|| json!({}));
    first["logicalLocations"] = json!([{
        "name": report.name(&finding.subject),
        "fullyQualifiedName": finding.subject.to_string(),
        "kind": finding.subject.kind.key(),
    }]);
    let message = |lang| {
        let (message, remedy) = (finding.message.get(lang), finding.remedy.get(lang));
        let stop = match lang {
            _ if message.ends_with(['。', '.']) => "",
            Lang::Ja => "。",
            Lang::En => ".",
        };
        format!("{message}{stop} {remedy}")
    };
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "rank": rank(finding.severity),
        "message": {"text": message(report.lang)},
        "locations": [first],
        "relatedLocations": locations.collect::<Vec<_>>(),
        "partialFingerprints": {"sekisho/v1": finding.fingerprint().as_str()},
        "properties": {
            "severity": finding.severity.key(),
            "confidence": finding.confidence.key(),
            "messageJa": message(Lang::Ja),
            "messageEn": message(Lang::En),
            "exposes": finding.exposes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        },
    });
    if let Some(index) = rules::all().position(|it| it.id == finding.rule) {
        result["ruleIndex"] = json!(index);
    }
    if let Some(since) = finding.since {
        // SARIF 2.1.0, 3.27.24: how it stands against earlier runs.
        let is_new = since.on == report.assessment.as_of && !finding.known;
        result["baselineState"] = json!(if is_new { "new" } else { "unchanged" });
        result["properties"]["since"] = json!(since.on.to_string());
        result["properties"]["reopened"] = json!(since.reopened);
    }
    if !finding.witness.is_empty() {
        let steps: Vec<_> = finding.witness.iter().map(|it| step(report, it)).collect();
        result["codeFlows"] = json!([{"threadFlows": [{"locations": steps}]}]);
    }
    if let Some(waived) = &finding.waived {
        let (reason, by, until) = (&waived.reason, &waived.approved_by, waived.expires);
        let mut justification = reason.clone();
        if let Some(instead) = &waived.compensating {
            let _ = write!(justification, " / {instead}");
        }
        result["suppressions"] = json!([{
            "kind": "external",
            "status": "accepted",
            "justification": justification,
            "location": location(report, waived.span),
            "properties": {"approvedBy": by, "expires": until.to_string()},
        }]);
    }
    result
}

fn step(report: &Report<'_>, step: &Step) -> Value {
    let mut place = step.span.map_or_else(|| json!({}), |span| location(report, span));
    let (name, by) = (report.name(&step.thing), step.by.get(report.lang));
    place["message"] = json!({"text": format!("{name}: {by}")});
    json!({"location": place, "importance": "important"})
}

fn location(report: &Report<'_>, span: Span) -> Value {
    let sources = report.sources;
    let start = sources.position(span);
    let end = sources.position(Span { start: span.end, ..span });
    json!({
        "physicalLocation": {
            "artifactLocation": {"uri": uri(sources.file(span.file).name())},
            "region": {
                "startLine": start.line,
                "startColumn": start.column,
                "endLine": end.line,
                "endColumn": end.column,
                "snippet": {"text": sources.slice(span)},
            },
        },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// 0 to 100, as SARIF wants it.
fn rank(severity: Severity) -> f32 {
    match severity {
        Severity::Critical => 95.0,
        Severity::High => 75.0,
        Severity::Medium => 50.0,
        Severity::Low => 25.0,
        Severity::Info => 5.0,
    }
}

/// The middle of the CVSS band of the same name; code hosts sort by it.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
        Severity::Info => "0.0",
    }
}

/// A file name as a relative reference (RFC 3986): unreserved characters and `/` stay, `\`
/// becomes `/`.
fn uri(name: &str) -> String {
    let mut uri = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            b'\\' => uri.push('/'),
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}
