//! What differs between two reports of a port scanner, for people and for programs.

use super::VERSION;
use crate::change::scan::{Seen, Turn};
use crate::evidence::scan::Scan;
use crate::locale::{Lang, Text, one_line};
use crate::model::Vocabulary as _;
use crate::text;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Two reports and what differs.
#[derive(Clone, Copy, Debug)]
pub struct Scans<'a> {
    /// The older one.
    pub old: &'a Scan,
    /// The newer one.
    pub new: &'a Scan,
    /// What differs.
    pub seen: &'a [Seen],
}

impl Scans<'_> {
    /// For people: a tally, then a line a change.
    pub fn text(&self, lang: Lang) -> String {
        let mut page = String::new();
        let mut add = |text: &Text| {
            page.push_str(&one_line(text.get(lang)));
            page.push('\n');
        };
        add(&Text::new("ポートの確認結果の比較（Nmap）", "Comparison of two port reports (Nmap)"));
        for (label, scan) in
            [(Text::new("前回", "before"), self.old), (Text::new("今回", "now"), self.new)]
        {
            let hosts = scan.hosts.len();
            let asked: usize = scan
                .asked
                .values()
                .flat_map(|it| it.ranges())
                .map(|(first, last)| usize::from(*last) - usize::from(*first) + 1)
                .sum();
            let cut = match scan.complete {
                true => Text::default(),
                false => Text::new(
                    "（途中で終わっているため、残りは確認していません）",
                    " (it was cut off or ended in an error, and the rest was not looked at)",
                ),
            };
            add(&text!(
                "{label}: 応答したホスト {hosts}台、確認したポート {asked}個{cut}",
                "{label}: {hosts} hosts answered, {asked} ports asked for{cut}"; label, cut
            ));
        }
        let scope = self.seen.iter().filter(|it| it.scope.is_some()).count();
        let real = self.seen.len() - scope;
        add(&text!(
            "実際の変化 {real}件、確認範囲の変更 {scope}件",
            "changes of reality: {real}, changes of scope: {scope}"
        ));
        for it in self.seen {
            let _ = writeln!(page, "{}", one_line(line(it).get(lang)));
        }
        page
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let seen = self.seen.iter().map(|it| {
            json!({
                "turn": it.turn.key(),
                "host": it.host.to_string(),
                "port": it.port.as_ref().map(|(protocol, port)| format!("{port}/{protocol}")),
                "was": it.was,
                "is": it.is,
                "nature": if it.scope.is_some() { "scope" } else { "observed" },
                "why": it.scope.as_ref().map(|it| json!({"ja": it.ja, "en": it.en})),
            })
        });
        json!({"schema_version": VERSION, "changes": seen.collect::<Value>()})
    }
}

fn line(it: &Seen) -> Text {
    let (host, turn) = (it.host, it.turn.label());
    let port = it.port.as_ref().map(|(protocol, port)| format!(" {port}/{protocol}"));
    let port = port.unwrap_or_default();
    let values = match (it.was.as_str(), it.is.as_str()) {
        ("", "") => String::new(),
        ("", is) => format!(": {is}"),
        (was, "") => format!(": {was}"),
        (was, is) => format!(": {was} → {is}"),
    };
    let mark = if it.scope.is_some() {
        '?'
    } else if matches!(it.turn, Turn::HostNew | Turn::Opened) {
        '+'
    } else {
        ' '
    };
    let said =
        text!("{mark} {host}{port}  {turn}{values}", "{mark} {host}{port}  {turn}{values}"; turn);
    match &it.scope {
        Some(why) => {
            text!("{said}（確認範囲の変更: {why}）", "{said} (scope change: {why})"; said, why)
        }
        None => said,
    }
}
