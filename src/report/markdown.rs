//! For a wiki, a ticket or a mail: GitHub-flavoured Markdown.

use super::excerpt::excerpt;
use super::summary::{Tally, next_steps, since};
use super::{Format, Report, connections, exposure, looked, observed, parties, probed, waivers};
use crate::finding::Finding;
use crate::locale::Text;
use crate::model::{EntityRef, Vocabulary};
use crate::rules;
use crate::text;
use std::io::{self, Write};

/// A page of text with tables.
pub(super) static FORMAT: Format = Format {
    id: "markdown",
    extension: "md",
    file_name: "report.md",
    title: Text::new("Markdown（Wiki・メール用）", "Markdown for a wiki or mail"),
    write: |report, sink| {
        let mut page = Page { report, sink };
        page.head()?;
        page.overview()?;
        page.details()?;
        page.waived()?;
        page.looked()?;
        page.connections()?;
        page.reach()?;
        page.parties()
    },
};

/// How many exposed things are named.
const NAMED: usize = 8;

struct Page<'p, 'r> {
    report: &'p Report<'r>,
    sink: &'p mut dyn Write,
}

impl Page<'_, '_> {
    fn say(&self, text: &Text) -> String {
        escape(&self.report.say(text))
    }

    fn heading(&mut self, text: &Text) -> io::Result<()> {
        let title = self.say(text);
        writeln!(self.sink, "## {title}\n")
    }

    fn row(&mut self, cells: &[String]) -> io::Result<()> {
        writeln!(self.sink, "| {} |", cells.join(" | "))
    }

    fn table(&mut self, titles: &[String], rows: &[Vec<String>]) -> io::Result<()> {
        self.row(titles)?;
        self.row(&vec!["---".to_owned(); titles.len()])?;
        for row in rows {
            self.row(row)?;
        }
        writeln!(self.sink)
    }

    fn head(&mut self) -> io::Result<()> {
        let inventory = &self.report.assessment.inventory;
        let mut title = self.say(&Text::new("外部接続の監査結果", "Audit of external connections"));
        if let Some(organization) = &inventory.organization {
            title = format!("{}: {title}", self.say(&Text::same(&*organization.name.value)));
        }
        writeln!(self.sink, "# {title}\n")?;
        let tally = self.say(&Tally::of(self.report.assessment).line());
        writeln!(self.sink, "**{tally}**\n")?;
        if let Some(revision) = &inventory.revision {
            let revision = revision.value.as_str();
            let revision = self.say(&text!("台帳の版: {revision}", "revision: {revision}"));
            writeln!(self.sink, "{revision}\n")?;
        }
        let steps = next_steps(self.report.assessment, 3);
        if !steps.is_empty() {
            let count = steps.len();
            self.heading(&text!("次にすること{count}つ", "Do this next"))?;
        }
        for (index, step) in steps.iter().enumerate() {
            let subjects: Vec<_> = step.findings.iter().map(|it| it.subject.clone()).collect();
            let (remedy, subjects) = (self.say(step.remedy), self.few(&subjects, 3));
            writeln!(self.sink, "{}. {remedy} ({subjects})", index + 1)?;
        }
        if !steps.is_empty() {
            writeln!(self.sink)?;
        }
        Ok(())
    }

    fn few(&self, things: &[EntityRef], count: usize) -> String {
        escape(&self.report.few(things, count))
    }

    /// Every open finding in one table.
    fn overview(&mut self) -> io::Result<()> {
        self.heading(&Text::new("指摘事項", "Findings"))?;
        let report = self.report;
        let rows: Vec<Vec<String>> = report
            .open()
            .map(|finding| {
                vec![
                    self.say(&finding.severity.label()),
                    escape(&report.title(finding)),
                    escape(&report.subject(&finding.subject)),
                    self.place(finding),
                    format!("`{}`", finding.fingerprint()),
                ]
            })
            .collect();
        if rows.is_empty() {
            let none = self.say(&Text::new(
                "台帳に書かれた事実の範囲では、指摘事項はありません。",
                "Within what the inventory declares there are no findings.",
            ));
            return writeln!(self.sink, "{none}\n");
        }
        let titles = [
            Text::new("重大度", "severity"),
            Text::new("指摘", "finding"),
            Text::new("対象", "subject"),
            Text::new("場所", "place"),
            Text::new("識別", "fingerprint"),
        ];
        self.table(&titles.map(|it| self.say(&it)), &rows)
    }

    fn place(&self, finding: &Finding) -> String {
        finding.locations.first().map_or_else(String::new, |it| {
            self.say(&Text::same(self.report.sources.place(it.span)))
        })
    }

    fn details(&mut self) -> io::Result<()> {
        let report = self.report;
        for (index, finding) in report.open().enumerate() {
            if index == 0 {
                self.heading(&Text::new("指摘事項の詳細", "Findings in detail"))?;
            }
            self.detail(index + 1, finding)?;
        }
        Ok(())
    }

    fn detail(&mut self, number: usize, finding: &Finding) -> io::Result<()> {
        let report = self.report;
        let severity = self.say(&finding.severity.label());
        let (title, mark) = (escape(&report.title(finding)), finding.severity.mark());
        let subject = escape(&report.subject(&finding.subject));
        writeln!(self.sink, "### {number}. {mark} {severity}: {title}\n")?;
        writeln!(self.sink, "{subject} `{}`\n", finding.fingerprint())?;
        let message = self.say(&finding.message);
        writeln!(self.sink, "{message}\n")?;
        if let Some(location) = finding.locations.first() {
            let place = self.place(finding);
            writeln!(self.sink, "{place}\n")?;
            for line in excerpt(report.sources, location.span, 0) {
                let text = format!("{}{}{}", line.before, line.marked, line.after);
                let fence = fence(&text);
                writeln!(self.sink, "{fence}text\n{}\n{fence}\n", text.trim())?;
            }
        }
        for (index, step) in finding.witness.iter().enumerate() {
            let (name, by) = (escape(&report.name(&step.thing)), self.say(&step.by));
            writeln!(self.sink, "{}. {name} ← {by}", index + 1)?;
        }
        if !finding.witness.is_empty() {
            writeln!(self.sink)?;
        }
        if !finding.exposes.is_empty() {
            let names = self.few(&finding.exposes, NAMED);
            self.item(&Text::new("影響", "exposes"), &names)?;
        }
        if let Some(since) = since(finding, report.assessment.as_of) {
            let since = self.say(&since);
            self.item(&Text::new("いつから", "since"), &since)?;
        }
        let remedy = self.say(&finding.remedy);
        self.item(&Text::new("対処", "remedy"), &remedy)?;
        let references = rules::find(finding.rule).map_or(&[][..], |rule| rule.references);
        if !references.is_empty() {
            let items: Vec<_> = references.iter().map(|it| escape(&it.to_string())).collect();
            self.item(&Text::new("根拠", "basis"), &items.join(" / "))?;
        }
        writeln!(self.sink)
    }

    fn item(&mut self, label: &Text, text: &str) -> io::Result<()> {
        let label = self.say(label);
        writeln!(self.sink, "- **{label}**: {text}")
    }

    fn waived(&mut self) -> io::Result<()> {
        let report = self.report;
        let rows = waivers::rows(report);
        if rows.is_empty() {
            return Ok(());
        }
        let rows: Vec<Vec<String>> = rows
            .iter()
            .map(|row| {
                let it = waivers::cells(report, row);
                let said = [it.standing, it.finding, it.subject, it.owner, it.reason, it.instead];
                let mut cells: Vec<String> = said.iter().map(|it| escape(it)).collect();
                cells.extend([escape(&it.approved), it.until]);
                cells.push(escape(&report.join(&it.findings)));
                cells
            })
            .collect();
        self.heading(&Text::new("例外承認一覧（期限付）", "Register of waivers"))?;
        let titles = [
            Text::new("状態", "standing"),
            Text::new("指摘", "finding"),
            Text::new("対象", "subject"),
            Text::new("責任者", "owner"),
            Text::new("理由", "reason"),
            Text::new("代わりの対策", "done instead"),
            Text::new("承認者", "approved by"),
            Text::new("期限", "until"),
            Text::new("当てはまる指摘", "findings covered"),
        ];
        self.table(&titles.map(|it| self.say(&it)), &rows)
    }

    /// What was looked at, and the ways in and out that it shows.
    fn looked(&mut self) -> io::Result<()> {
        let report = self.report;
        if !report.has_evidence() {
            return Ok(());
        }
        self.watched()?;
        self.probed()?;
        self.configurations()?;
        self.paths()
    }

    /// What was read, file by file.
    fn configurations(&mut self) -> io::Result<()> {
        let report = self.report;
        let evidence = &report.assessment.evidence;
        if evidence.devices.is_empty() && evidence.unread.is_empty() {
            return Ok(());
        }
        self.heading(&Text::new("確認した機器の設定", "Configurations looked at"))?;
        let titles = [
            Text::new("機器", "device"),
            Text::new("ファイル", "file"),
            Text::new("形式", "format"),
            Text::new("行", "lines"),
            Text::new("台帳との対応", "joined by"),
        ];
        let rows: Vec<Vec<String>> = report
            .looked()
            .iter()
            .map(|it| {
                vec![
                    escape(&report.name(it.thing)),
                    self.say(&Text::same(it.name)),
                    self.say(&it.file.format.name),
                    self.say(&it.lines()),
                    self.say(&looked::joined(it.by)),
                ]
            })
            .collect();
        self.table(&titles.map(|it| self.say(&it)), &rows)?;
        for it in &report.assessment.evidence.unread {
            let why = self.say(&it.why.message);
            self.item(&Text::new("読めませんでした", "not read"), &why)?;
        }
        if !report.assessment.evidence.unread.is_empty() {
            writeln!(self.sink)?;
        }
        Ok(())
    }

    /// Every way in and out that is configured or was seen.
    fn paths(&mut self) -> io::Result<()> {
        let report = self.report;
        let rows: Vec<Vec<String>> = report
            .paths()
            .iter()
            .map(|path| {
                let declared = path.declared.as_ref();
                vec![
                    self.say(&looked::state(path)),
                    self.say(&looked::kind(path)),
                    escape(&report.name(&path.thing)),
                    declared.map_or_else(String::new, |(it, _)| escape(&report.subject(it))),
                    self.say(&Text::same(report.sources.place(path.span))),
                ]
            })
            .collect();
        if rows.is_empty() {
            return Ok(());
        }
        self.heading(&looked::paths_title(report))?;
        let titles = [
            Text::new("台帳との照合", "state"),
            Text::new("種類", "kind"),
            Text::new("経路", "path"),
            Text::new("台帳の記載", "declared as"),
            Text::new("場所", "place"),
        ];
        self.table(&titles.map(|it| self.say(&it)), &rows)
    }

    /// What was probed, run by run.
    fn probed(&mut self) -> io::Result<()> {
        let report = self.report;
        let rows = report.runs().iter().enumerate().map(|(at, run)| {
            vec![
                escape(&report.say(&probed::place(report, run))),
                report.say(&probed::when(run)),
                escape(&probed::by(report, run)),
                report.say(&probed::amount(run, report.proved(at))),
            ]
        });
        let rows: Vec<Vec<String>> = rows.collect();
        let dry = probed::dry(report);
        if rows.is_empty() && dry.is_none() {
            return Ok(());
        }
        self.heading(&Text::new("疎通確認", "Probes"))?;
        let titles = [
            Text::new("確認した場所", "from"),
            Text::new("日時", "when"),
            Text::new("確認者", "by"),
            Text::new("結果", "result"),
        ];
        if !rows.is_empty() {
            self.table(&titles.map(|it| self.say(&it)), &rows)?;
        }
        if let Some(dry) = dry {
            writeln!(self.sink, "{}\n", self.say(&dry))?;
        }
        Ok(())
    }

    /// What was watched, tap by tap.
    fn watched(&mut self) -> io::Result<()> {
        let report = self.report;
        let rows = report.taps().iter().map(|tap| {
            vec![
                escape(&report.say(&report.tap(tap))),
                report.say(&observed::period(tap.from, tap.to)),
                report.say(&observed::amount(tap)),
                escape(&report.say(&observed::sight(report, tap))),
            ]
        });
        let rows: Vec<Vec<String>> = rows.collect();
        if rows.is_empty() {
            return Ok(());
        }
        self.heading(&Text::new("観測した通信", "Traffic looked at"))?;
        let titles = [
            Text::new("観測点", "tap"),
            Text::new("期間", "period"),
            Text::new("量", "amount"),
            Text::new("観測範囲", "coverage"),
        ];
        self.table(&titles.map(|it| self.say(&it)), &rows)
    }

    fn connections(&mut self) -> io::Result<()> {
        self.heading(&Text::new("外部接続一覧", "External connections"))?;
        let titles: Vec<_> = connections::brief().map(|it| self.say(&it.title)).collect();
        let rows: Vec<_> = connections::rows(self.report)
            .iter()
            .map(|row| connections::brief().map(|it| escape(&(it.cell)(row))).collect())
            .collect();
        self.table(&titles, &rows)
    }

    /// What everybody outside reaches, a row for each of them.
    fn reach(&mut self) -> io::Result<()> {
        let sheet = exposure::Sheet::of(self.report);
        if sheet.columns.is_empty() {
            return Ok(());
        }
        self.heading(&Text::new("到達範囲一覧", "What everybody outside reaches"))?;
        let line = self.say(&self.report.exposed().line());
        writeln!(self.sink, "{line}\n")?;
        for line in sheet.legend(true) {
            writeln!(self.sink, "- {}", escape(&line))?;
        }
        writeln!(self.sink)?;
        let titles = [
            Text::new("相手", "outside"),
            Text::new("届く範囲", "reaches"),
            Text::new("判定不能", "undetermined"),
            Text::new(
                "機器の設定がなく判定できない",
                "cannot be told: device without configuration",
            ),
        ];
        let rows: Vec<Vec<String>> = sheet
            .columns
            .iter()
            .map(|it| {
                let [sure, open, blind] = sheet.brief(it);
                vec![escape(&sheet.head(it)), escape(&sure), escape(&open), escape(&blind)]
            })
            .collect();
        self.table(&titles.map(|it| self.say(&it)), &rows)
    }

    fn parties(&mut self) -> io::Result<()> {
        self.heading(&Text::new("関係者一覧", "Related parties"))?;
        let titles = [
            Text::new("関係者", "party"),
            Text::new("種別", "kind"),
            Text::new("役割（対象）", "roles"),
            Text::new("連絡先", "contacts"),
        ];
        let rows: Vec<Vec<String>> = parties::related(self.report)
            .iter()
            .map(|party| {
                let roles = party.brief(self.report);
                let contacts: Vec<_> =
                    party.contacts.iter().map(|it| it.parts().join(" ")).collect();
                vec![
                    escape(&party.name),
                    escape(&party.kind),
                    escape(&roles.join(" / ")),
                    escape(&contacts.join(" / ")),
                ]
            })
            .collect();
        self.table(&titles.map(|it| self.say(&it)), &rows)
    }
}

/// Text that is shown as it is: no markup, no HTML, no end of the table cell.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' => {
                escaped.push('\\');
                escaped.push(c);
            }
            _ => escaped.push(c),
        }
    }
    escaped
}

/// A fence that the text cannot close.
fn fence(text: &str) -> String {
    let mut fence = "```".to_owned();
    while text.contains(&fence) {
        fence.push('`');
    }
    fence
}
