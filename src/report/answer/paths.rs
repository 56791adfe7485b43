//! The answer to `sekisho paths`.

use super::VERSION;
use super::page::{Ink, Marks, Page};
use crate::locale::Text;
use crate::model::{Service, Vocabulary as _};
use crate::reach::ends::End;
use crate::reach::paths::{Class, Paths, Question, Verdict};
use crate::report::Report;
use crate::report::json::neutralise;
use crate::report::terminal::Style;
use crate::text;
use serde_json::{Value, json};

/// What was typed, for what has no name of its own.
#[derive(Clone, Copy, Debug)]
pub struct Typed<'a> {
    /// After `--from`.
    pub from: &'a str,
    /// After `--to`.
    pub to: &'a str,
    /// After `--at`.
    pub at: Option<&'a str>,
}

/// The answer for people.
pub fn text(
    report: &Report<'_>,
    question: &Question,
    typed: Typed<'_>,
    answer: &Paths,
    style: Style,
) -> String {
    let mut page = Page::new(report, style);
    page.heading(&Text::new("関所 到達経路の確認", "Sekisho: what can pass"));
    let (from, to) = (
        report.end_of_question(&question.from, typed.from),
        report.end_of_question(&question.to, typed.to),
    );
    if typed.at.is_some() || matches!(question.from, End::Network(_) | End::Port(..)) {
        page.sender = Some(from.clone());
    }
    page.field(&Text::new("通信元", "from"), &from);
    page.field(&Text::new("通信先", "to"), &to);
    let services = page.say(&asked(&question.services));
    page.field(&Text::new("サービス", "services"), &services);
    if let Some(at) = typed.at {
        page.field(&Text::new("入口", "coming in"), at);
    }
    page.blank();
    page.verdict(answer.verdict(), &because(answer));
    if answer.any_of {
        let note = page.say(&Text::new(
            "どのインタフェースから入ってくるか分からないため、どこから入った場合にも通るものだけを「確実に通る」としています。--at 機器.インタフェース で指定できます。",
            "Nobody knows over which interface this comes in, so only what passes over every one counts as certain. --at device.interface says which.",
        ));
        page.paragraph("", &note, Ink::Plain);
        page.blank();
    }
    let (certain, possible): (Vec<&Class>, Vec<&Class>) =
        answer.classes.iter().partition(|it| it.certain);
    if !certain.is_empty() {
        page.section(&Text::new("確実に通る通信", "what certainly passes"), certain.len());
        page.classes(&certain, Marks::Asked);
    }
    if !possible.is_empty() {
        let title = Text::new("通るかどうか言い切れない通信", "what may pass");
        page.section(&title, possible.len());
        page.classes(&possible, Marks::Asked);
    }
    if !answer.refusals.is_empty() {
        page.section(&Text::new("何が止めているか", "what blocks it"), answer.refusals.len());
        answer.refusals.iter().for_each(|it| page.refusal(it));
    }
    page.assumptions(&answer.assumptions, &answer.unread);
    page.done()
}

fn asked(services: &[Service]) -> Text {
    match services {
        [] => Text::new("すべて", "any"),
        services => {
            let words: Vec<Text> = services.iter().map(|it| Text::same(it.to_string())).collect();
            Text::list(&words)
        }
    }
}

/// The verdict in a sentence.
fn because(answer: &Paths) -> Text {
    let certain = answer.classes.iter().filter(|it| it.certain).count();
    let possible = answer.classes.len() - certain;
    let unread = answer.unread.len();
    match answer.verdict() {
        Verdict::Reachable if possible > 0 => text!(
            "確実に通る通信が{certain}件あります。ほかに、通るかどうか言い切れない通信が{possible}件あります。",
            "{certain} kind(s) of traffic certainly pass, and {possible} more may."
        ),
        Verdict::Reachable => text!(
            "確実に通る通信が{certain}件あります。",
            "{certain} kind(s) of traffic certainly pass."
        ),
        Verdict::Undetermined if answer.no_start => Text::new(
            "この通信元がどこから入ってくるのか、台帳にも設定にもありません。",
            "Neither the inventory nor a configuration says where this comes in.",
        ),
        Verdict::Undetermined if answer.no_goal => Text::new(
            "通信先のアドレスが台帳にも設定にもないため、判定できません。",
            "Neither the inventory nor a configuration has an address of the destination.",
        ),
        Verdict::Undetermined if possible > 0 => text!(
            "確実に通る通信はありませんが、通らないとも言い切れない通信が{possible}件あります。",
            "Nothing certainly passes, but {possible} kind(s) of traffic cannot be ruled out."
        ),
        Verdict::Undetermined if unread == 0 => Text::new(
            "通る通信は見つかりませんが、通信先への経路か、通信先そのものが、台帳にも設定にも書かれていないだけなので、通らないとは言い切れません。",
            "Nothing passes as far as is written, but only because the way to the destination, or the destination itself, is not written down, so it cannot be ruled out.",
        ),
        Verdict::Undetermined => text!(
            "読み取れた限りでは通る通信はありませんが、途中の機器{unread}台に読み取れない設定行があります。",
            "Nothing passes as far as was read, but {unread} device(s) on the way have lines that were not read."
        ),
        Verdict::Isolated => Text::new(
            "通る通信はないと判断します（前提は下のとおり）。",
            "Nothing passes, on the assumptions below.",
        ),
    }
}

/// The answer for programs.
pub fn json(report: &Report<'_>, question: &Question, typed: Typed<'_>, answer: &Paths) -> Value {
    let mut value = json!({
        "schema_version": VERSION,
        "question": {
            "kind": "paths",
            "from": typed.from,
            "to": typed.to,
            "services": question.services.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "at": typed.at,
        },
        "verdict": answer.verdict().key(),
        "classes": answer.classes.iter().map(|it| report.class(it)).collect::<Vec<_>>(),
        "refusals": answer.refusals.iter().map(|it| report.refusal(it)).collect::<Vec<_>>(),
        "no_start": answer.no_start,
        "astray": answer.astray,
        "no_goal": answer.no_goal,
        "any_interface": answer.any_of,
        "assumptions": report.granted(&answer.assumptions),
        "unread": report.unread(&answer.unread),
    });
    neutralise(&mut value);
    value
}
