//! The lists of a difference: the same for every format.

use super::{Changed, called};
use crate::change::{
    AttributeChange, Change, FindingChange, Nature, ReachChange, Source, Standing, TextChange,
    Unused, What, Words, first,
};
use crate::locale::{Text, shown};
use crate::model::{EntityKind, EntityRef, Vocabulary as _};
use crate::report::grouped::grouped;
use crate::text;

/// One list.
pub(super) struct List {
    /// What it is.
    pub(super) title: Text,
    /// What its columns are; relative widths in a table.
    pub(super) columns: Vec<(Text, u16)>,
    /// What it holds.
    pub(super) rows: Vec<Row>,
}

/// One row.
pub(super) struct Row {
    /// Its cells; several lines in one are several sentences.
    pub(super) cells: Vec<Vec<Text>>,
    /// Whether somebody still has to do something about it.
    pub(super) open: bool,
}

/// How many values of a cell are shown.
const FEW: usize = 12;

/// All lists that hold anything.
pub(super) fn all(it: &Changed<'_>) -> Vec<List> {
    let lists = [changes(it), texts(it), findings(it), causes(it), reach(it), unused(it)];
    lists.into_iter().filter(|it| !it.rows.is_empty()).collect()
}

fn changes(it: &Changed<'_>) -> List {
    let words = Words::new();
    let rows = it.difference.changes.iter().zip(1..).map(|(change, nth): (_, usize)| {
        let what: Vec<Text> = change.what.iter().map(|it| it.label()).collect();
        Row {
            cells: vec![
                vec![Text::same(nth.to_string())],
                vec![change.nature.label()],
                vec![Text::list(&what)],
                vec![change.kind.label()],
                vec![called(change)],
                details(it, change, &words),
                vec![reason(change)],
            ],
            open: change.is_unexplained(),
        }
    });
    List {
        title: Text::new("変更一覧（理由のないものが先）", "Changes, unexplained ones first"),
        columns: vec![
            (Text::new("番号", "no."), 5),
            (Text::new("性質", "nature"), 12),
            (Text::new("内容", "what"), 14),
            (Text::new("種類", "kind"), 14),
            (Text::new("対象", "thing"), 30),
            (Text::new("変わったこと", "what changed"), 60),
            (Text::new("理由・承認者", "why, approved by"), 26),
        ],
        rows: rows.collect(),
    }
}

fn texts(it: &Changed<'_>) -> List {
    let rows = it.difference.texts.iter().map(|change| {
        let file = change.new.as_ref().or(change.old.as_ref());
        let (name, thing) = (name(it, &change.thing), &change.thing);
        Row {
            cells: vec![
                vec![Text::same(file.map_or("", String::as_str))],
                vec![text!("{name}（{thing}）", "{name} ({thing})"; name)],
                text_changed(change),
            ],
            open: change.is_untold(),
        }
    });
    List {
        title: Text::new("中身の変わった設定ファイル", "Configuration files that changed"),
        columns: vec![
            (Text::new("ファイル", "file"), 40),
            (Text::new("機器", "device"), 30),
            (Text::new("変わったこと", "what changed"), 60),
        ],
        rows: rows.collect(),
    }
}

/// What is known about a text that changed, and the lines of which no change tells.
fn text_changed(it: &TextChange) -> Vec<Text> {
    let lines = it.lines.as_deref().unwrap_or_default();
    let what = match (&it.old, &it.new, it.compared) {
        (None, _, _) => Text::new("今回はじめて読みました", "it is read for the first time"),
        (_, None, _) => {
            Text::new("前回は読み、今回は読んでいません", "it was read before and is not now")
        }
        _ if it.is_silent() => Text::new(
            "コメント・空行・行の順序、またはフィルタの番号だけが変わっています",
            "only comments, blank lines or the order of lines differ, or the numbers of filters",
        ),
        (_, _, true) if lines.is_empty() => Text::new(
            "変わっています。違いは変更一覧にあります",
            "it changed; what differs is among the changes",
        ),
        (_, _, true) => Text::new(
            "変わっています。比較した項目の違いは変更一覧にあります。次の行は比較の対象にない項目です",
            "it changed; what differs of what is compared is among the changes; these lines are not compared",
        ),
        (_, _, false) => Text::new(
            "比較の対象にない行だけが変わっています（装置の利用者、監視、ログなど）",
            "it changed only in lines that are not compared (users of the device, monitoring, logs and the like)",
        ),
    };
    let (shown, more) = first(lines);
    let mut all = vec![what];
    all.extend(shown.iter().map(|it| {
        let sign = if it.added { '+' } else { '-' };
        Text::same(format!("{sign} {}: {}", it.line, it.text))
    }));
    if more > 0 {
        all.push(text!("ほか{more}行", "{more} more lines"));
    }
    all
}

/// What changed in it, and what is known about that.
fn details(it: &Changed<'_>, change: &Change, words: &Words) -> Vec<Text> {
    let value = |attribute: &AttributeChange, value: &String| {
        let called = |thing: &EntityRef| {
            let found = it.new.find(thing).or_else(|| it.old.find(thing));
            found.map(|found| it.say(&found.name))
        };
        words.value(change.kind, &attribute.key, value, called)
    };
    let mut all: Vec<Text> = change.attributes.iter().map(|it| attribute(it, value)).collect();
    all.extend(accepted(it, change));
    if let Some(identity) = &change.identity {
        let (reason, confidence) = (&identity.reason, identity.confidence.label());
        all.push(text!(
            "同一とみなした理由: {reason}（{confidence}）",
            "taken for one: {reason} ({confidence})"; reason, confidence
        ));
    }
    all.extend(change.note.clone());
    if !change.along.is_empty() {
        let (names, count) = (few_names(it, &change.along), change.along.len());
        all.push(
            text!("これに伴うもの {count}件: {names}", "along with it: {count} ({names})"; names),
        );
    }
    all
}

/// Why, until when and by whom a finding is accepted, of a waiver that only one state has.
fn accepted(it: &Changed<'_>, change: &Change) -> Option<Text> {
    let record = match (change.kind, change.main()) {
        (EntityKind::Waiver, What::Added) => it.new,
        (EntityKind::Waiver, What::Removed) => it.old,
        _ => return None,
    };
    let waiver = record.find(&change.thing())?;
    let said = |key: &str| waiver.says(Source::Declared, key).join(", ");
    let (reason, until, by) = (said("reason"), said("expires"), said("approved_by"));
    Some(text!(
        "理由: {reason}、期限: {until}、承認者: {by}",
        "reason: {reason}; until: {until}; approved by: {by}"
    ))
}

fn few_names<'t>(
    it: &Changed<'_>,
    things: impl IntoIterator<Item = &'t EntityRef, IntoIter: ExactSizeIterator>,
) -> Text {
    let things = things.into_iter();
    let count = things.len();
    let mut names: Vec<Text> = things.take(shown(count, 6)).map(|thing| name(it, thing)).collect();
    let more = count.saturating_sub(names.len());
    if more > 0 {
        names.push(text!("ほか{more}件", "{more} more"));
    }
    Text::list(&names)
}

/// A thing by its name in either record.
fn name(it: &Changed<'_>, thing: &EntityRef) -> Text {
    let found = it.new.find(thing).or_else(|| it.old.find(thing));
    found.map_or_else(|| Text::same(thing.to_string()), |it| it.name.clone())
}

/// `アドレス: 10.10.1.10 → 10.10.1.11`; of sets what is gone and what is new.
fn attribute(it: &AttributeChange, value: impl Fn(&AttributeChange, &String) -> Text) -> Text {
    let label = &it.label;
    // The order of lines stands in records as a digest.
    if it.key.starts_with("filter-order.") {
        return text!("{label}: 変わった", "{label}: changed"; label);
    }
    let said = |all: &[String]| few(all.iter().map(|one| value(it, one)));
    let (old, new) = (said(&it.old), said(&it.new));
    match (it.old.is_empty(), it.new.is_empty()) {
        (false, false) => {
            text!("{label}: {old} → {new}", "{label}: {old} → {new}"; label, old, new)
        }
        (true, _) => text!("{label}: ＋ {new}", "{label}: + {new}"; label, new),
        (_, true) => text!("{label}: － {old}", "{label}: - {old}"; label, old),
    }
}

fn few(values: impl ExactSizeIterator<Item = Text>) -> Text {
    let count = values.len();
    let mut first: Vec<Text> = values.take(shown(count, FEW)).collect();
    let more = count.saturating_sub(first.len());
    if more > 0 {
        first.push(text!("ほか{more}", "{more} more"));
    }
    Text::list(&first)
}

/// Why, and who approved it; that nobody said so.
fn reason(change: &Change) -> Text {
    match &change.explained {
        Some(it) => {
            let (reason, by) = (&it.reason, &it.approved_by);
            match it.on {
                Some(on) => text!("{reason}（{on} {by}）", "{reason} ({on}, {by})"),
                None => text!("{reason}（{by}）", "{reason} ({by})"),
            }
        }
        None if change.follows => Text::new("（台帳の変更に伴う）", "(follows from the ledger)"),
        None if change.nature == Nature::Scope => Text::new("（確認範囲の変更）", "(scope change)"),
        None => {
            let rule = change.rule().map_or("", |it| it.id);
            text!("記載なし（{rule}）", "not stated ({rule})")
        }
    }
}

fn findings(it: &Changed<'_>) -> List {
    let rows = it.difference.findings.iter().map(|change| {
        let FindingChange { standing, since, opens, found } = change;
        let subject = if matches!(standing, Standing::Fixed | Standing::NoLongerSeen) {
            it.old.find(&found.subject).map(|it| it.name.clone())
        } else {
            Some(name(it, &found.subject))
        };
        let subject = subject.unwrap_or_else(|| Text::same(found.subject.to_string()));
        let thing = found.subject.to_string();
        let opens = opens.iter().map(|opened| match opened.parse() {
            Ok(thing) => name(it, &thing),
            Err(_) => Text::same(opened.as_str()),
        });
        let opens = few(opens);
        let also = (!change.opens.is_empty())
            .then(|| text!("新たに開いている対象: {opens}", "now also opens: {opens}"; opens));
        Row {
            cells: vec![
                vec![standing.label()],
                vec![found.severity.label()],
                std::iter::once(found.title.clone()).chain(also).collect(),
                vec![text!("{subject}（{thing}）", "{subject} ({thing})"; subject)],
                vec![Text::same(since.to_string())],
                vec![Text::same(found.rule.as_str())],
            ],
            open: change.is_new(),
        }
    });
    List {
        title: Text::new("指摘事項の推移", "Findings since then"),
        columns: vec![
            (Text::new("推移", "standing"), 16),
            (Text::new("重大度", "severity"), 8),
            (Text::new("指摘", "finding"), 44),
            (Text::new("対象", "subject"), 34),
            (Text::new("いつから", "since"), 12),
            (Text::new("規則", "rule"), 28),
        ],
        rows: rows.collect(),
    }
}

fn reach(it: &Changed<'_>) -> List {
    let services = |mark: &str, all: &[String]| {
        let few = few(all.iter().map(|it| Text::same(it.as_str())));
        let mark = Text::same(mark);
        (!all.is_empty()).then(|| text!("{mark} {few}", "{mark} {few}"; mark, few))
    };
    let alike = |a: &ReachChange, b: &ReachChange| {
        (a.was, a.is, &a.opened, &a.closed) == (b.was, b.is, &b.opened, &b.closed)
    };
    let rows = grouped(&it.difference.reach, |it| (&it.party, &it.thing), alike);
    let rows = rows.into_iter().map(|(parties, things, change)| {
        let certainty = |it: Option<crate::reach::exposure::Certainty>| {
            it.map_or_else(|| Text::new("届かない", "not reached"), |it| it.label())
        };
        let (was, is) = (certainty(change.was), certainty(change.is));
        let mut what: Vec<Text> = services("+", &change.opened).into_iter().collect();
        what.extend(services("-", &change.closed));
        if change.scope {
            what.push(Text::new(
                "設定を確認した機器が前回と違うため、それだけの理由かもしれません",
                "perhaps only because other configurations were looked at",
            ));
        }
        Row {
            cells: vec![
                vec![few_names(it, parties)],
                vec![few_names(it, things)],
                vec![text!("{was} → {is}", "{was} → {is}"; was, is)],
                what,
            ],
            open: change.is_more() && !change.scope,
        }
    });
    List {
        title: Text::new("外部から届く範囲の変化", "What the outside reaches"),
        columns: vec![
            (Text::new("接続元", "from"), 26),
            (Text::new("対象", "to"), 30),
            (Text::new("確かさ", "certainty"), 40),
            (
                Text::new(
                    "サービス（＋届くようになった、－届かなくなった）",
                    "services (+ reached now, - no longer)",
                ),
                50,
            ),
        ],
        rows: rows.collect(),
    }
}

fn causes(it: &Changed<'_>) -> List {
    let rows = it.causes.iter().zip(1..).map(|(cause, nth): (_, usize)| Row {
        cells: vec![
            vec![Text::same(nth.to_string())],
            std::iter::once(&cause.says).chain(&cause.place).cloned().collect(),
            cause.shifts.clone(),
        ],
        open: cause.more,
    });
    List {
        title: Text::new("届く範囲が変わった原因", "By what reach changed"),
        columns: vec![
            (Text::new("番号", "no."), 5),
            (Text::new("原因", "cause"), 56),
            (Text::new("変わった範囲", "what changed"), 100),
        ],
        rows: rows.collect(),
    }
}

fn unused(it: &Changed<'_>) -> List {
    let rows = it.difference.unused.iter().map(|Unused { decision, why }| Row {
        cells: vec![
            vec![Text::same(decision.thing.as_str())],
            vec![why.clone()],
            vec![decision.on.map_or_else(|| Text::same("—"), |on| Text::same(on.to_string()))],
            vec![Text::same(decision.reason.as_str())],
            vec![Text::same(decision.approved_by.as_str())],
        ],
        open: true,
    });
    List {
        title: Text::new("該当する変化がない変更理由", "Reasons that explain no change"),
        columns: vec![
            (Text::new("対象", "thing"), 30),
            (Text::new("使われない訳", "why it is not used"), 44),
            (Text::new("変更日", "when"), 12),
            (Text::new("理由", "reason"), 50),
            (Text::new("承認者", "approved by"), 24),
        ],
        rows: rows.collect(),
    }
}
