//! The notice before a run, for those who watch the network and for the vendor, and the record after
//! it: plain text in both languages, beside the journal.

use crate::model::Vocabulary as _;
use crate::model::words::Verdict;
use crate::probe::Expectation;
use crate::probe::journal::{Head, Journal};
use crate::probe::scope::ScopeFile;
use crate::probe::verdict::Judged;
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// Writes the notice.
pub(super) fn before(journal: &Path, head: &Head, scope: &ScopeFile) -> io::Result<()> {
    let path = journal.with_extension("notice.txt");
    if path.exists() {
        return Ok(()); // of the part of the run before
    }
    fs::write(
        path,
        "疎通確認のお知らせ / Notice of active network checks\n\n".to_owned() + &who(head, scope),
    )
}

/// Who, when, from where, by whose permission, whom to call.
fn who(head: &Head, scope: &ScopeFile) -> String {
    let addresses: Vec<String> = head.addresses.iter().map(ToString::to_string).collect();
    let party = head.party.as_deref().map(|it| format!(" ({it})")).unwrap_or_default();
    let rows = [
        ("実施者 / tester", format!("{}{party}", head.tester)),
        ("承認者 / approver", head.approver.clone()),
        ("連絡先 / telephone", scope.telephone.value.clone()),
        ("開始 / started", head.started.to_string()),
        ("実施場所 / from", head.from.to_string()),
        ("接続元 / source addresses", addresses.join(", ")),
        ("端末 / machine", head.host.clone()),
        ("件数 / questions", head.questions.to_string()),
        ("速さの上限 / at most", format!("{}/s", head.limits.rate)),
        ("指定書 / scope (SHA-256)", head.scope.clone()),
        ("計画 / plan (SHA-256)", head.plan.clone()),
    ];
    let mut out = String::new();
    for (label, value) in rows {
        let _ = writeln!(out, "{label}: {value}");
    }
    out
}

/// Writes what was done, after every part of a run.
pub(super) fn after(
    journal: &Path,
    ran: &Journal,
    judged: &[Judged],
    scope: &ScopeFile,
) -> io::Result<()> {
    let mut text = "疎通確認の実施記録 / Record of active network checks\n\n".to_owned()
        + &who(&ran.head, scope);
    let ended = ran.end.map_or("途中で終了 / not complete".to_owned(), |it| it.to_string());
    let _ = writeln!(text, "終了 / ended: {ended}");
    let _ = writeln!(text, "送信回数 / attempts sent: {}", ran.sent);
    for (at, host, reason) in &ran.stopped {
        let host = host.map(|it| it.to_string()).unwrap_or_default();
        let _ = writeln!(text, "停止 / stopped: {at} {host} {reason}");
    }
    for verdict in Verdict::ALL {
        let label = verdict.label();
        let negative = judged.iter().filter(|it| it.question.expect == Expectation::NoAnswer);
        let count = negative.filter(|it| it.verdict == *verdict).count();
        let _ = writeln!(text, "{} / {}: {count}", label.ja, label.en);
    }
    let mut file = OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(true)
        .open(journal.with_extension("record.txt"))?;
    file.write_all(text.as_bytes())
}
