//! How a run is shown.

use crate::cli::console::Console;
use crate::locale::{Text, display_width, pad_to};
use crate::model::Vocabulary as _;
use crate::model::words::Verdict;
use crate::probe::journal::Journal;
use crate::probe::plan::Plan;
use crate::probe::restraint::StopReason;
use crate::probe::verdict::{ASSUMPTIONS, Judged};
use crate::probe::{Expectation, Question};
use crate::text;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::net::IpAddr;
use std::path::Path;

/// `192.0.2.1 443/tcp`
fn tuple(question: &Question) -> String {
    let service = question.service().map(|it| it.to_string()).unwrap_or_default();
    format!("{} {service}", question.to)
}

/// Why nothing more is asked.
pub(super) fn stopped(host: Option<IpAddr>, reason: &str) -> Text {
    let why = StopReason::from_key(reason)
        .map_or_else(|| Text::same(reason.to_owned()), StopReason::label);
    match host {
        Some(host) => text!(
            "{host} への確認を止めました: {why}。機器の様子を見てください",
            "{host} is not asked any more: {why}; please look at the device"; why
        ),
        None => text!("確認を止めました: {why}", "the run was stopped: {why}"; why),
    }
}

/// Everything that would be sent.
pub(super) fn rehearsal(plan: &Plan, console: &Console) -> String {
    let lang = console.lang();
    let rows = plan.questions.iter().map(|it| {
        let target = it.target.to_string();
        [
            tuple(it),
            it.kind.label().get(lang).to_owned(),
            it.expect.label().get(lang).to_owned(),
            target,
        ]
    });
    let count = plan.questions.len();
    let (hash, limits) = (plan.hash(), plan.limits);
    let head = text!(
        "予行: {count}件を確認します（計画 {hash}）",
        "rehearsal: {count} questions (plan {hash})"
    );
    let (rate, host_rate, retries) = (limits.rate, limits.host_rate, limits.retries);
    let how = text!(
        "全体で毎秒{rate}件まで、1台に毎秒{host_rate}件まで、応答がなければ{retries}回だけ繰り返し、対照を合間に確認します",
        "at most {rate} a second, {host_rate} a second to one host, repeated {retries} time(s) when silent, with controls in between"
    );
    let mut out = format!("{}\n{}\n", head.get(lang), how.get(lang));
    columns(&mut out, rows);
    out
}

/// The verdicts, what is not as declared first.
pub(super) fn table(ran: &Journal, judged: &[Judged], console: &Console) -> String {
    let lang = console.lang();
    let mut inorder: Vec<&Judged> = judged.iter().collect();
    inorder.sort_by_key(|it| weight(it));
    let rows = inorder.iter().map(|it| {
        let outcome = it.telling().map_or_else(String::new, |it| match it.by {
            Some(by) => format!("{} ({by})", it.outcome.label().get(lang)),
            None => it.outcome.label().get(lang).to_owned(),
        });
        let label = |text: Text| text.get(lang).to_owned();
        [
            label(it.verdict.label()),
            tuple(&it.question),
            it.question.target.to_string(),
            label(it.question.expect.label()),
            outcome,
            label(it.reason.label()),
        ]
    });
    let mut out = String::new();
    columns(&mut out, rows);
    let count = |verdict| {
        let negative = judged.iter().filter(|it| it.question.expect == Expectation::NoAnswer);
        negative.filter(|it| it.verdict == verdict).count()
    };
    let (isolated, reachable, undetermined) =
        (count(Verdict::Isolated), count(Verdict::Reachable), count(Verdict::Undetermined));
    let expected = judged.iter().filter(|it| it.question.expect != Expectation::NoAnswer);
    let answering = expected.clone().filter(|it| it.verdict == Verdict::Reachable).count();
    let expected = expected.count();
    let summary = text!(
        "届かないはずの先: 分離確認済{isolated}、到達可能{reachable}、判定不能{undetermined}。応答するはずの先: {expected}件中{answering}件が応答",
        "must not be reached: {isolated} isolated, {reachable} reachable, {undetermined} undetermined; must answer: {answering} of {expected} answered"
    );
    let _ = writeln!(out, "\n{}", summary.get(lang));
    if isolated > 0 {
        let _ = writeln!(out, "{}", text!("前提:", "taken for granted:").get(lang));
        for it in &ASSUMPTIONS {
            let _ = writeln!(out, "  {}", it.get(lang));
        }
    }
    if ran.end.is_none() {
        let open = text!(
            "途中で終わっています。--resume で続きを行えます",
            "it has not come to its end; --resume goes on"
        );
        let _ = writeln!(out, "{}", open.get(lang));
    }
    out
}

const fn weight(it: &Judged) -> u8 {
    match (it.question.expect, it.verdict) {
        (Expectation::NoAnswer, Verdict::Reachable) => 0,
        (Expectation::NoAnswer, Verdict::Undetermined) => 2,
        (Expectation::NoAnswer, Verdict::Isolated) => 3,
        (_, Verdict::Reachable) => 4,
        _ => 1,
    }
}

fn columns<const N: usize>(out: &mut String, rows: impl Iterator<Item = [String; N]>) {
    let rows: Vec<[String; N]> = rows.collect();
    let mut widths = [0; N];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(display_width(cell));
        }
    }
    for row in &rows {
        let padded: Vec<String> =
            row.iter().zip(widths).map(|(cell, width)| pad_to(cell, width)).collect();
        let _ = writeln!(out, "{}", padded.join("  ").trim_end());
    }
}

/// The same for programs.
pub(super) fn json(ran: &Journal, judged: &[Judged], path: &Path) -> Value {
    let tuples = judged.iter().map(|it| {
        let answer = it.telling();
        json!({
            "target": it.question.target.to_string(),
            "to": it.question.to,
            "port": it.question.port,
            "kind": it.question.kind,
            "expect": it.question.expect,
            "outcome": answer.map(|it| it.outcome),
            "by": answer.and_then(|it| it.by),
            "attempts": it.answers.len(),
            "verdict": it.verdict,
            "reason": it.reason,
            "control": it.control.map(|(number, at)| json!({ "number": number, "at": at })),
        })
    });
    let stopped = ran
        .stopped
        .iter()
        .map(|(at, host, reason)| json!({ "at": at, "host": host, "reason": reason }));
    json!({
        "sekisho": "probe-verdicts",
        "schema": 1,
        "journal": path.file_name().map(|it| it.to_string_lossy()),
        "plan": ran.head.plan,
        "scope": ran.head.scope,
        "from": ran.head.from.to_string(),
        "started": ran.head.started,
        "ended": ran.end,
        "sent": ran.sent,
        "stopped": stopped.collect::<Vec<_>>(),
        "tuples": tuples.collect::<Vec<_>>(),
    })
}
