//! What was looked at: the configurations that were read, how much of each was understood, and
//! what nobody could read. "Not looked at" is not "not there", so this belongs to every result.

use super::Report;
use super::summary::plural;
use crate::config::{ConfigFile, Coverage};
use crate::finding::Confidence;
use crate::locale::Text;
use crate::model::{EntityRef, Vocabulary};
use crate::source::Span;
use crate::text;
use crate::topology::{Corroboration, ExternalPath, JoinedBy, PathKind};

/// One file of a device.
pub(super) struct Looked<'a> {
    /// The device.
    pub(super) thing: &'a EntityRef,
    /// How the file was joined with it.
    pub(super) by: JoinedBy,
    /// The file.
    pub(super) file: &'a ConfigFile,
    /// Its name.
    pub(super) name: &'a str,
}

impl Looked<'_> {
    pub(super) fn coverage(&self) -> &Coverage {
        &self.file.coverage
    }

    pub(super) fn lines(&self) -> Text {
        lines(self.coverage())
    }
}

/// `48行: 理解 40、対象外 6、不明 2（理解率 95%）`
pub(super) fn lines(coverage: &Coverage) -> Text {
    let (all, understood) = (coverage.lines(), coverage.understood);
    let ignored: usize = coverage.ignored.values().sum();
    let (unknown, percent) = (coverage.unrecognized.len(), coverage.percent());
    let s = plural(all);
    text!(
        "{all}行: 理解 {understood}、対象外 {ignored}、不明 {unknown}（対象外を除く理解率 {percent}%）",
        "{all} line{s}: {understood} understood, {ignored} ignored, {unknown} unknown ({percent}% of what is not ignored)"
    )
}

/// How a configuration was joined with its device.
pub(super) fn joined(by: JoinedBy) -> Text {
    match by {
        JoinedBy::Named => Text::new("台帳の指定", "named by the inventory"),
        JoinedBy::Serial => Text::new("製造番号・MACが一致", "same serial number or MAC"),
        JoinedBy::Address(ip) => text!("アドレス {ip} が一致", "same address {ip}"),
        JoinedBy::Nothing => Text::new("台帳に該当なし", "not in the inventory"),
    }
}

impl<'a> Report<'a> {
    /// Whether anything beside the inventory was given.
    pub(super) fn has_evidence(&self) -> bool {
        let evidence = &self.assessment.evidence;
        let probed = self.assessment.topology.probed();
        !evidence.devices.is_empty()
            || !evidence.unread.is_empty()
            || !self.taps().is_empty()
            || !probed.is_empty()
            || !probed.dry.is_empty()
    }

    /// Every file that was read, in the order in which it was given.
    pub(super) fn looked(&self) -> Vec<Looked<'a>> {
        let (assessment, sources) = (self.assessment, self.sources);
        let joined = assessment.topology.joined().iter();
        joined
            .filter_map(|it| Some((it, assessment.evidence.devices.get(it.configured)?)))
            .flat_map(|(it, configured)| {
                configured.files.iter().map(move |file| Looked {
                    thing: &it.thing,
                    by: it.by,
                    file,
                    name: sources.file(file.file).name(),
                })
            })
            .collect()
    }

    /// Every way in or out that devices are configured for: undeclared ones first.
    pub(super) fn paths(&self) -> Vec<&'a ExternalPath> {
        let mut paths: Vec<&ExternalPath> = self.assessment.topology.paths().iter().collect();
        paths.sort_by_key(|path| match path.corroboration {
            Corroboration::Undeclared => 0,
            Corroboration::Conflicting => 1,
            _ => 2,
        });
        paths
    }

    /// A line of a file, for a list.
    pub(super) fn quoted_line(&self, span: Span) -> (String, String) {
        let place = self.say(&Text::same(self.sources.place(span)));
        (place, self.say(&Text::same(self.sources.slice(span).trim().to_owned())))
    }

    /// What is looked at in a sentence, for the head of a result.
    pub(super) fn basis(&self) -> Text {
        let basis = self.compared();
        match self.runs().len() {
            0 => basis,
            runs => text!(
                "{basis}疎通確認{runs}回の応答も使っています（確認した場所と日時は「疎通確認」にあります）。",
                "{basis} The answers to {runs} run(s) of probes count too; where and when is told with them.";
                basis
            ),
        }
    }

    /// The inventory, configurations and traffic.
    fn compared(&self) -> Text {
        let devices = self.assessment.evidence.devices.len();
        if let [first, ..] = self.taps() {
            let taps = self.taps();
            let from = taps.iter().filter_map(|it| it.from).min().or(first.from);
            let to = taps.iter().filter_map(|it| it.to).max();
            let (period, count) = (super::observed::period(from, to), taps.len().to_string());
            let (count, devices) = (Text::same(count), Text::same(devices.to_string()));
            return text!(
                "台帳、機器{devices}台の設定、観測点{count}か所の通信（{period}）から判断しています。観測点から見えない通信は確認していません。",
                "Judged from the inventory, the configurations of {devices} device(s) and the traffic at {count} tap(s) ({period}); what no tap shows was not looked at.";
                devices, count, period
            );
        }
        if devices == 0 && !self.runs().is_empty() {
            return Text::new(
                "台帳に書かれた事実から判断しており、機器の設定と普段の通信は確認していません。",
                "Judged from declared facts; configurations and traffic were not looked at.",
            );
        }
        if devices == 0 {
            return Text::new(
                "台帳に書かれた事実だけから判断しており、実際の機器や通信は確認していません。",
                "Judged from declared facts alone; devices and traffic were not looked at.",
            );
        }
        let s = plural(devices);
        text!(
            "台帳と機器{devices}台の設定から判断しています。実際の通信は確認していません。",
            "Judged from the inventory and the configurations of {devices} device{s}; traffic was not looked at."
        )
    }
}

/// What the inventory says of a path, in a word.
pub(super) fn state(path: &ExternalPath) -> Text {
    match path.corroboration {
        Corroboration::Confirmed
            if path.kind == PathKind::Tunnel && path.confidence != Confidence::High =>
        {
            Text::new("要確認", "to be confirmed")
        }
        Corroboration::Confirmed => Text::new("一致", "confirmed"),
        Corroboration::Conflicting => Text::new("不一致", "conflicting"),
        Corroboration::Undeclared => Text::new("台帳未記載", "undeclared"),
        Corroboration::NotSeen | Corroboration::NotLooked => Text::new("未確認", "not confirmed"),
    }
}

/// What the list of paths is called.
pub(super) fn paths_title(report: &Report<'_>) -> Text {
    match report.taps().is_empty() {
        true => Text::new("設定されている外部との経路", "Configured ways in and out"),
        false => Text::new(
            "外部との経路（設定されているものと観測されたもの）",
            "Ways in and out, configured or seen",
        ),
    }
}

/// The kind of a path and whether it is switched on.
pub(super) fn kind(path: &ExternalPath) -> Text {
    let kind = path.kind.label();
    match path.enabled {
        true => kind,
        false => text!("{kind}（無効）", "{kind} (off)"; kind),
    }
}
