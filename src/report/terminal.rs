//! For people at a terminal, and for a text file beside the others.

use super::excerpt::{excerpt, window};
use super::summary::{Tally, next_steps, since};
use super::{Format, Report, looked, observed, probed};
use crate::finding::{Confidence, Finding, Reference, Severity, Step};
use crate::locale::{Lang, Text, display_width, pad_to, wrap};
use crate::model::Vocabulary;
use crate::rules;
use crate::text;
use std::io::{self, Write};

/// Plain text, 100 columns wide, without colour.
pub(super) static FORMAT: Format = Format {
    id: "terminal",
    extension: "txt",
    file_name: "findings.txt",
    title: Text::new("画面表示（テキスト）", "text for a terminal"),
    write: |report, sink| write(report, Style::default(), sink),
};

/// How the text is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Columns of the terminal. Lines are broken to fit; below 40 they are laid out for 40.
    pub columns: usize,
    /// Whether to write colour escapes; only for a terminal.
    pub colour: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { columns: 100, colour: false }
    }
}

/// How many exposed things are named.
const NAMED: usize = 5;
/// How many unrecognized lines of a file are shown.
const SHOWN: usize = 5;
/// How far everything below the title of a finding is indented.
const INDENT: &str = "    ";

/// Writes the findings by severity, then what is accepted, what to do next, and the tally as
/// the last line. Errors are those of the sink.
pub fn write(report: &Report<'_>, style: Style, sink: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { report, columns: style.columns.max(40), colour: style.colour, sink };
    page.heading()?;
    for severity in Severity::ALL.iter().copied() {
        let findings: Vec<_> = report.open().filter(|it| it.severity == severity).collect();
        if !findings.is_empty() {
            page.section(&severity.label(), findings.len())?;
        }
        for finding in findings {
            page.finding(finding)?;
        }
    }
    page.waived()?;
    page.looked()?;
    page.reach()?;
    page.todo()?;
    let tally = Tally::of(report.assessment).line();
    page.paragraph("", &report.say(&tally), Ink::Strong)
}

/// What a text is drawn with, where colour is asked for.
#[derive(Clone, Copy)]
enum Ink {
    Plain,
    Strong,
    Severity(Severity),
}

impl Ink {
    /// The parameters of the SGR escape.
    fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Strong => "1",
            Self::Severity(Severity::Critical) => "1;31",
            Self::Severity(Severity::High) => "31",
            Self::Severity(Severity::Medium) => "33",
            Self::Severity(Severity::Low) => "36",
            Self::Severity(Severity::Info) => "34",
        }
    }
}

struct Page<'p, 'r> {
    report: &'p Report<'r>,
    columns: usize,
    colour: bool,
    sink: &'p mut dyn Write,
}

impl Page<'_, '_> {
    fn ink(&self, text: &str, ink: Ink) -> String {
        match ink.code() {
            "" => text.to_owned(),
            _ if !self.colour || text.is_empty() => text.to_owned(),
            code => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }

    /// A text broken to the width; following lines are indented by the width of `lead`.
    fn paragraph(&mut self, lead: &str, text: &str, ink: Ink) -> io::Result<()> {
        let indent = display_width(lead);
        let mut lead = lead.to_owned();
        for line in wrap(text, self.columns.saturating_sub(indent).max(10)) {
            let line = self.ink(&line, ink);
            writeln!(self.sink, "{lead}{line}")?;
            lead = " ".repeat(indent);
        }
        Ok(())
    }

    /// A labelled paragraph of a finding.
    fn field(&mut self, label: &Text, text: &str) -> io::Result<()> {
        let lead = match self.report.lang {
            Lang::Ja => pad_to(&label.ja, 6),
            Lang::En => pad_to(&label.en, 9),
        };
        self.paragraph(&format!("{INDENT}{lead}"), text, Ink::Plain)
    }

    fn heading(&mut self) -> io::Result<()> {
        let inventory = &self.report.assessment.inventory;
        let mut parts =
            vec![self.report.say(&Text::new(
                "関所 外部接続の監査結果",
                "Sekisho: audit of external connections",
            ))];
        if let Some(organization) = &inventory.organization {
            parts.push(self.report.say(&Text::same(&*organization.name.value)));
        }
        if let Some(revision) = &inventory.revision {
            parts.push(self.report.say(&Text::same(&*revision.value)));
        }
        self.paragraph("", &parts.join("  "), Ink::Strong)?;
        writeln!(self.sink)
    }

    /// A line across the page with what follows and how many.
    fn section(&mut self, label: &Text, count: usize) -> io::Result<()> {
        let title = text!("{label} {count}件", "{label}: {count}"; label);
        let title = self.report.say(&title);
        let rule = "-".repeat(self.columns.saturating_sub(display_width(&title) + 4));
        let line = self.ink(&format!("-- {title} {rule}"), Ink::Strong);
        writeln!(self.sink, "{line}\n")
    }

    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        let report = self.report;
        let mark = pad_to(finding.severity.mark(), INDENT.len());
        let (title, rule) = (report.title(finding), finding.rule);
        let heading = if title == rule { title } else { format!("{title} [{rule}]") };
        let mark = self.ink(&mark, Ink::Severity(finding.severity));
        for (index, line) in wrap(&heading, self.columns - INDENT.len()).iter().enumerate() {
            let lead = if index == 0 { &*mark } else { INDENT };
            let line = self.ink(line, Ink::Strong);
            writeln!(self.sink, "{lead}{line}")?;
        }
        self.subject(finding)?;
        if let Some(since) = since(finding, report.assessment.as_of) {
            self.paragraph(INDENT, &report.say(&since), Ink::Plain)?;
        }
        self.place(finding)?;
        self.field(&Text::new("理由", "why"), &report.say(&finding.message))?;
        self.witness(&finding.witness)?;
        if !finding.exposes.is_empty() {
            let names = report.few(&finding.exposes, NAMED);
            self.field(&Text::new("影響", "exposes"), &names)?;
        }
        self.field(&Text::new("対処", "remedy"), &report.say(&finding.remedy))?;
        let references = rules::find(finding.rule).map_or(&[][..], |rule| rule.references);
        self.basis(references)?;
        writeln!(self.sink)
    }

    /// The items it answers to, as many on a line as fit; none is broken.
    fn basis(&mut self, references: &[Reference]) -> io::Result<()> {
        let mut label = Text::new("根拠", "basis");
        let mut line = String::new();
        for item in references.iter().map(ToString::to_string) {
            let longer = if line.is_empty() { item.clone() } else { format!("{line} / {item}") };
            if line.is_empty() || display_width(&longer) + 14 <= self.columns {
                line = longer;
            } else {
                self.field(&label, &line)?;
                label = Text::default();
                line = item;
            }
        }
        if line.is_empty() {
            return Ok(());
        }
        self.field(&label, &line)
    }

    /// What it is about, by name and by id.
    fn subject(&mut self, finding: &Finding) -> io::Result<()> {
        let report = self.report;
        let mut subject = report.subject(&finding.subject);
        subject.push_str(&format!(" ({})", finding.subject));
        for other in &finding.distinct {
            subject.push_str(&format!(" + {} ({other})", report.subject(other)));
        }
        if finding.confidence != Confidence::High {
            let confidence = finding.confidence.label();
            let about = text!("確度: {confidence}", "confidence: {confidence}"; confidence);
            subject.push_str("  ");
            subject.push_str(&report.say(&about));
        }
        self.paragraph(INDENT, &subject, Ink::Plain)
    }

    /// `file:line:column` and the source line with its mark; further places by name only.
    fn place(&mut self, finding: &Finding) -> io::Result<()> {
        let report = self.report;
        for (index, location) in finding.locations.iter().enumerate() {
            let place = report.say(&Text::same(report.sources.place(location.span)));
            let says = report.say(&location.text);
            self.paragraph(&format!("{INDENT}--> "), &format!("{place}  {says}"), Ink::Plain)?;
            if index > 0 {
                continue;
            }
            for line in excerpt(report.sources, location.span, 0) {
                let number = line.number.to_string();
                let gutter = " ".repeat(number.len());
                let room = self.columns.saturating_sub(INDENT.len() + number.len() + 4);
                let line = window(line, room.max(20));
                let (before, marked, after) = (&line.before, &line.marked, &line.after);
                writeln!(self.sink, "{INDENT} {number} | {before}{marked}{after}")?;
                let pad = " ".repeat(display_width(before));
                let carets = "^".repeat(display_width(marked).max(1));
                let carets = self.ink(&carets, Ink::Severity(finding.severity));
                writeln!(self.sink, "{INDENT} {gutter} | {pad}{carets}")?;
            }
        }
        Ok(())
    }

    /// The path from the outside in, a line a step.
    fn witness(&mut self, steps: &[Step]) -> io::Result<()> {
        let report = self.report;
        for (index, step) in steps.iter().enumerate() {
            let label = if index == 0 { Text::new("経路", "path") } else { Text::default() };
            let (name, by) = (report.name(&step.thing), report.say(&step.by));
            let mut line = format!("{}. {name}", index + 1);
            if !by.is_empty() {
                line.push_str(&format!(" <- {by}"));
            }
            if let Some(span) = step.span {
                let place = report.sources.place(span);
                line.push_str(&report.say(&Text::same(format!(" ({place})"))));
            }
            self.field(&label, &line)?;
        }
        Ok(())
    }

    /// What somebody accepted, with until when.
    fn waived(&mut self) -> io::Result<()> {
        let report = self.report;
        let findings: Vec<_> = report.waived().collect();
        if findings.is_empty() {
            return Ok(());
        }
        self.section(&Text::new("例外承認（期限付）", "accepted for a time"), findings.len())?;
        for finding in findings {
            let Some(waived) = &finding.waived else {
                continue;
            };
            let severity = report.say(&finding.severity.label());
            let (title, rule) = (report.title(finding), finding.rule);
            self.paragraph("  * ", &format!("{title} [{rule}] {severity}"), Ink::Strong)?;
            self.subject(finding)?;
            self.field(&Text::new("理由", "reason"), &report.say(&Text::same(&*waived.reason)))?;
            if let Some(instead) = &waived.compensating {
                let instead = report.say(&Text::same(&**instead));
                self.field(&Text::new("代替", "instead"), &instead)?;
            }
            let (by, until) = (&waived.approved_by, waived.expires);
            let approval = text!("{by}　{until} まで", "{by}, until {until}");
            self.field(&Text::new("承認", "approved"), &report.say(&approval))?;
            writeln!(self.sink)?;
        }
        Ok(())
    }

    /// What was looked at, file by file, and what could not be read.
    fn looked(&mut self) -> io::Result<()> {
        let report = self.report;
        if !report.has_evidence() {
            return Ok(());
        }
        self.watched()?;
        self.probed()?;
        let looked = report.looked();
        if looked.is_empty() && report.assessment.evidence.unread.is_empty() {
            return Ok(());
        }
        self.section(&Text::new("確認した機器の設定", "configurations looked at"), looked.len())?;
        for it in &looked {
            let (name, format) = (report.name(it.thing), report.say(&it.file.format.name));
            self.paragraph("  * ", &format!("{name}  {}  {format}", it.name), Ink::Strong)?;
            let (lines, by) = (it.lines(), looked::joined(it.by));
            let line = text!("{lines}　{by}", "{lines}; {by}"; lines, by);
            self.paragraph(INDENT, &report.say(&line), Ink::Plain)?;
            for remark in &it.file.remarks {
                self.paragraph(INDENT, &report.say(&remark.message), Ink::Plain)?;
            }
            let unknown = &it.coverage().unrecognized;
            for span in unknown.iter().take(SHOWN) {
                let (place, line) = report.quoted_line(*span);
                self.paragraph(&format!("{INDENT}? "), &format!("{place}  {line}"), Ink::Plain)?;
            }
            if unknown.len() > SHOWN {
                let more = unknown.len() - SHOWN;
                let more = text!(
                    "ほか{more}行（全行はHTMLとJSONにあります）",
                    "{more} more (all of them are in HTML and JSON)"
                );
                self.paragraph(&format!("{INDENT}? "), &report.say(&more), Ink::Plain)?;
            }
        }
        for it in &report.assessment.evidence.unread {
            let unread = text!("読めませんでした", "not read");
            let line = format!("{}  {}", report.say(&unread), report.say(&it.why.message));
            self.paragraph("  ! ", &line, Ink::Strong)?;
        }
        writeln!(self.sink)
    }

    /// What was watched, tap by tap.
    fn watched(&mut self) -> io::Result<()> {
        let report = self.report;
        let taps = report.taps();
        if taps.is_empty() {
            return Ok(());
        }
        self.section(&Text::new("観測した通信", "traffic looked at"), taps.len())?;
        for tap in taps {
            let (name, period) = (report.tap(tap), observed::period(tap.from, tap.to));
            let line = text!("{name}  {period}", "{name}  {period}"; name, period);
            self.paragraph("  * ", &report.say(&line), Ink::Strong)?;
            self.paragraph(INDENT, &report.say(&observed::amount(tap)), Ink::Plain)?;
            self.paragraph(INDENT, &report.say(&observed::sight(report, tap)), Ink::Plain)?;
        }
        writeln!(self.sink)
    }

    /// What was probed, run by run.
    fn probed(&mut self) -> io::Result<()> {
        let report = self.report;
        let (runs, dry) = (report.runs(), probed::dry(report));
        if runs.is_empty() && dry.is_none() {
            return Ok(());
        }
        self.section(&Text::new("疎通確認", "probes"), runs.len())?;
        for (at, run) in runs.iter().enumerate() {
            let (place, when) = (probed::place(report, run), probed::when(run));
            let line = text!("{place}  {when}", "{place}  {when}"; place, when);
            self.paragraph("  * ", &report.say(&line), Ink::Strong)?;
            let amount = probed::amount(run, report.proved(at));
            self.paragraph(INDENT, &report.say(&amount), Ink::Plain)?;
            self.paragraph(INDENT, &probed::by(report, run), Ink::Plain)?;
        }
        if let Some(dry) = dry {
            self.paragraph("  ", &report.say(&dry), Ink::Plain)?;
        }
        writeln!(self.sink)
    }

    /// How far those outside get, in numbers.
    fn reach(&mut self) -> io::Result<()> {
        let report = self.report;
        let numbers = report.exposed();
        if numbers.outsiders == 0 {
            return Ok(());
        }
        let title = text!("外部からの到達範囲", "What everybody outside reaches");
        self.paragraph("", &report.say(&title), Ink::Strong)?;
        self.paragraph("  ", &report.say(&numbers.line()), Ink::Plain)?;
        writeln!(self.sink)
    }

    /// The three things to do first.
    fn todo(&mut self) -> io::Result<()> {
        let report = self.report;
        let steps = next_steps(report.assessment, 3);
        if steps.is_empty() {
            return Ok(());
        }
        let count = steps.len();
        let title = text!("次にすること{count}つ", "Do this next");
        self.paragraph("", &report.say(&title), Ink::Strong)?;
        for (index, step) in steps.iter().enumerate() {
            let lead = format!("  {}. ", index + 1);
            let subjects: Vec<_> = step.findings.iter().map(|it| it.subject.clone()).collect();
            let (remedy, subjects) = (report.say(step.remedy), report.few(&subjects, 3));
            let line = match report.lang {
                Lang::Ja => format!("{remedy}（{subjects}）"),
                Lang::En => format!("{remedy} ({subjects})"),
            };
            self.paragraph(&lead, &line, Ink::Plain)?;
        }
        writeln!(self.sink)
    }
}
