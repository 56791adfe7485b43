//! What a drawing was compared with: configurations, traffic at taps, and answers to probes.

use crate::audit::Assessment;
use crate::locale::{Lang, Text};
use crate::text;
use jiff::Timestamp;

/// The head of the summary: what the inventory was compared with.
pub(super) fn compared(assessment: &Assessment) -> Text {
    let evidence = looked_at(assessment);
    let devices = assessment.evidence.devices.len();
    let taps = assessment.topology.observed().taps.len();
    match assessment.topology.probed().runs.len() {
        0 => evidence,
        runs if devices == 0 && taps == 0 => text!(
            "監査結果の要約（疎通確認{runs}回と照合。設定・通信との照合なし）",
            "Summary (compared with {runs} run(s) of probes; configurations and traffic not looked at)"
        ),
        runs => text!(
            "{evidence}＋疎通確認{runs}回",
            "{evidence} + {runs} run(s) of probes"; evidence
        ),
    }
}

fn looked_at(assessment: &Assessment) -> Text {
    let devices = assessment.evidence.devices.len();
    let taps = assessment.topology.observed().taps.len();
    if devices == 0 && taps == 0 {
        return Text::new(
            "監査結果の要約（台帳のみ。設定・実測との照合なし）",
            "Summary (declared facts only)",
        );
    }
    if devices == 0 {
        return text!(
            "監査結果の要約（観測点{taps}か所の通信と照合。設定との照合なし）",
            "Summary (compared with the traffic at {taps} tap(s); configurations not looked at)"
        );
    }
    let coverages = assessment.evidence.devices.iter().flat_map(|it| &it.files);
    let (understood, unknown) = coverages.fold((0, 0), |(understood, unknown), file| {
        (understood + file.coverage.understood, unknown + file.coverage.unrecognized.len())
    });
    let percent = (understood * 100_usize).checked_div(understood + unknown).unwrap_or(100);
    match taps {
        0 => text!(
            "監査結果の要約（機器{devices}台の設定と照合、理解率{percent}%。実測なし）",
            "Summary (compared with {devices} configuration(s), {percent}% understood; traffic not looked at)"
        ),
        _ => text!(
            "監査結果の要約（機器{devices}台の設定〔理解率{percent}%〕、観測点{taps}か所の通信と照合）",
            "Summary (compared with {devices} configuration(s), {percent}% understood, and {taps} tap(s))"
        ),
    }
}

/// What a thick line means: how it was confirmed.
pub(super) fn confirmed(assessment: &Assessment) -> Text {
    let watched = !assessment.topology.observed().is_empty();
    match (watched, assessment.topology.probed().is_empty()) {
        (true, true) => Text::new("太線：設定か観測で確認", "thick: configured or seen"),
        (false, true) => Text::new("太線：機器の設定と一致", "thick: as configured"),
        (true, false) => {
            Text::new("太線：設定・観測・疎通で確認", "thick: configured, seen, probed")
        }
        (false, false) => Text::new("太線：設定か疎通で確認", "thick: configured or probed"),
    }
}

/// For the title block: `2026-11-02～2026-11-16 コアスイッチ ほか1か所`.
pub(super) fn of(assessment: &Assessment, lang: Lang) -> Option<String> {
    let taps = &assessment.topology.observed().taps;
    let first = taps.first()?;
    let from = taps.iter().filter_map(|it| it.from).min();
    let to = taps.iter().filter_map(|it| it.to).max();
    let declared = assessment.inventory.taps.get(&first.name);
    let name = declared.map_or(first.name.as_str(), |it| it.name.value.as_str());
    let period = match (from, to) {
        (Some(from), Some(to)) => format!("{}～{}　", day(from), day(to)),
        _ => String::new(),
    };
    let more = match taps.len() - 1 {
        0 => Text::default(),
        more => text!(" ほか{more}か所", " and {more} more"),
    };
    Some(format!("{period}{name}{}", more.get(lang)))
}

/// The day in Japan.
fn day(at: Timestamp) -> jiff::civil::Date {
    at.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(9))).date()
}
