//! A proof of isolation as blocks: what stands on it, in which order, in one language. Text, page
//! and paper show the same blocks.

use super::drawing::drawing;
use super::rows::table as table_of_rows;
use super::sealed::{FINGERPRINT_OF, Sealed};
use super::view::WITHHELD;
use crate::confirm::proof::Standing;
use crate::confirm::proof::paper::{Held, JAPAN, Line, Named, NotLooked, Paper, Permitted, Run};
use crate::locale::{Lang, Text, one_line};
use crate::model::Vocabulary as _;
use crate::model::words::Verdict;
use crate::report::paper::{Block, Content, Ink, Table};
use crate::text;
use jiff::Timestamp;

/// Says things in one language.
#[derive(Clone, Copy)]
pub(super) struct Voice(pub(super) Lang);

impl Voice {
    /// A sentence, harmless and on one line.
    pub(super) fn say(self, text: &Text) -> String {
        one_line(text.get(self.0)).into_owned()
    }

    /// A name or another text that is the same in both languages.
    pub(super) fn name(self, name: &str) -> String {
        one_line(name).into_owned()
    }

    pub(super) fn list(self, all: &[Text]) -> Vec<String> {
        all.iter().map(|it| self.say(it)).collect()
    }

    pub(super) fn join(self, names: &[String]) -> String {
        names.join(if self.0 == Lang::Ja { "、" } else { ", " })
    }

    /// A moment as clocks in Japan show it.
    pub(super) fn time(self, at: Timestamp) -> String {
        at.to_zoned(JAPAN).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }
}

/// The ink of a verdict. Nothing is ever green.
pub(super) const fn ink(verdict: Verdict) -> Ink {
    match verdict {
        Verdict::Reachable => Ink::Alarm,
        Verdict::Undetermined => Ink::Doubt,
        Verdict::Isolated => Ink::Strong,
    }
}

const UNKNOWN: Text = Text::new("記載なし", "not stated");

pub(super) fn content(sealed: &Sealed, lang: Lang) -> Content {
    let voice = Voice(lang);
    let paper = &sealed.paper;
    let title = Text::new("分離確認書", "Proof of isolation");
    let hospital = paper.hospital.as_deref().unwrap_or("—");
    let (number, name) = (paper.line.number, &paper.line.connection.name);
    let subtitle = text!(
        "{hospital}　外部接続{number}「{name}」",
        "{hospital}: external connection {number}, {name}"
    );
    let printed = sealed.fingerprint();
    let foot = text!(
        "分離確認書　{hospital}　外部接続{number}　指紋 {printed}",
        "Proof of isolation, {hospital}, connection {number}, fingerprint {printed}"
    );
    let mut blocks = vec![Block::Verdict {
        ink: ink(paper.verdict),
        word: voice.say(&paper.verdict.label()),
        because: voice.list(&paper.because),
    }];
    blocks.extend(drawing(paper, voice).map(Block::Drawing));
    let mut section = |title: Text, block: Option<Block>| {
        if let Some(block) = block {
            blocks.push(Block::Section(voice.say(&title)));
            blocks.push(block);
        }
    };
    section(Text::new("対象", "What was tested"), Some(Block::Facts(facts(paper, voice))));
    section(
        Text::new("突合せ結果（設定と疎通確認）", "Result: configuration beside packets"),
        Some(Block::Table(tally(paper, voice))),
    );
    section(
        Text::new("通信ごとの結果（食い違いから順に）", "Tuple by tuple, differences first"),
        (!paper.rows.is_empty()).then(|| Block::Table(table_of_rows(paper, voice))),
    );
    for (at, run) in paper.runs.iter().enumerate() {
        let nth = at + 1;
        let title = text!("疎通確認の実施 {nth}", "Probes: run {nth}");
        section(title, Some(Block::Facts(conducted(run, paper.view.is_some(), voice))));
    }
    let list = |all: &[Text]| (!all.is_empty()).then(|| Block::List(voice.list(all)));
    section(Text::new("方法", "Method"), list(&paper.method));
    section(Text::new("前提", "Taken for granted"), Some(Block::List(assumed(paper, voice))));
    let unseen: Vec<Text> = paper.not_looked.iter().map(unseen).collect();
    section(Text::new("確認していないこと", "Not looked at"), list(&unseen));
    section(Text::new("責任分界", "Demarcation"), Some(Block::Table(demarcation(paper, voice))));
    section(Text::new("次回の確認", "The next proof"), Some(Block::List(next(paper, voice))));
    section(
        Text::new("もとにした資料", "Made from"),
        (!paper.sources.is_empty()).then(|| Block::Table(files(paper, voice))),
    );
    section(Text::new("署名", "Signatures"), Some(signatures(sealed, voice)));
    Content {
        title: voice.say(&title),
        subtitle: voice.say(&subtitle),
        foot: voice.say(&foot),
        framed: (voice.say(&Text::new("指紋", "fingerprint")), printed),
        blocks,
    }
}

/// A named thing, with its id.
pub(super) fn called(it: &Named, voice: Voice) -> String {
    let (name, id) = (&it.name, &it.thing.id);
    match name == id {
        true => voice.name(name),
        false => voice.say(&text!("{name}（{id}）", "{name} ({id})")),
    }
}

fn facts(paper: &Paper, voice: Voice) -> Vec<(String, String)> {
    let line = &paper.line;
    let unknown = || voice.say(&UNKNOWN);
    let mut facts: Vec<(Text, String)> = Vec::new();
    let number = line.number;
    let connection = called(&line.connection, voice);
    facts.push((
        Text::new("外部接続", "connection"),
        voice.say(&text!("{number}　{connection}", "{number}: {connection}")),
    ));
    facts.push((Text::new("接続先（事業者）", "party"), called(&line.party, voice)));
    facts.push((Text::new("目的", "purpose"), voice.say(&line.purpose)));
    facts.push((Text::new("接続方式・回線", "transport, circuit"), carried(line, voice)));
    let entry = line.entry.as_ref().map(|it| called(it, voice));
    let through: Vec<String> = line.through.iter().map(|it| called(it, voice)).collect();
    let ways: Vec<String> = entry.into_iter().chain(through).collect();
    let ways = if ways.is_empty() { unknown() } else { ways.join(" → ") };
    facts.push((Text::new("外部接続点・経由する機器", "entry, devices passed"), ways));
    let permitted: Vec<String> = line.permitted.iter().map(|it| permission(it, voice)).collect();
    let permitted = match permitted.is_empty() {
        true => voice.say(&Text::new("許可する通信の記載なし", "no permission declared")),
        false => permitted.join(voice.say(&Text::new("／", "; ")).as_str()),
    };
    facts.push((Text::new("台帳で許可した通信", "declared permissions"), permitted));
    let revision = paper.revision.as_deref().map_or_else(unknown, |it| voice.name(it));
    facts.push((Text::new("台帳の版", "inventory"), revision));
    facts.push((Text::new("判定の基準日", "judged as of"), paper.as_of.to_string()));
    facts.push((Text::new("次回の期限", "next due"), paper.due.to_string()));
    if let Some(view) = &paper.view {
        let party = called(&view.party, voice);
        let of = view.of.chars().take(16).collect::<String>();
        facts.push((
            Text::new("この写し", "this copy"),
            voice.say(&text!(
                "{party} あて。ほかの名称・アドレスは仮のものに置き換えてあります（原本のハッシュ値 {of}…）",
                "for {party}; other names and addresses are replaced (digest of the original: {of}…)"
            )),
        ));
    }
    facts.into_iter().map(|(label, says)| (voice.say(&label), says)).collect()
}

fn carried(line: &Line, voice: Voice) -> String {
    let transport = voice.say(&line.transport);
    let circuit = line.circuit.as_ref().map(|it| called(it, voice));
    let id = line
        .circuit_id
        .as_deref()
        .map(|it| voice.say(&text!("回線番号 {it}", "circuit number {it}")));
    let all: Vec<String> = [Some(transport), circuit, id].into_iter().flatten().collect();
    voice.join(&all)
}

fn permission(it: &Permitted, voice: Voice) -> String {
    let services = match it.services.is_empty() {
        true => voice.say(&Text::new("すべてのサービス", "every service")),
        false => voice.join(&it.services),
    };
    let to = voice.say(&it.to);
    let via = it.via.as_ref().map(|it| voice.name(&it.name));
    let via = via.map(|via| text!("（{via} 経由）", " (via {via})")).unwrap_or_default();
    voice.say(&match it.outbound {
        true => text!("院内から → {to} {services}", "from inside to {to}: {services}"),
        false => text!("{to}{via} {services}", "{to}{via}: {services}"; via),
    })
}

/// How many tuples stand how, and what each word means.
fn tally(paper: &Paper, voice: Voice) -> Table {
    let head = [
        (Text::new("突合せ", "comparison"), 0.7),
        (Text::new("件数", "tuples"), 0.12),
        (Text::new("うち疎通確認", "probed"), 0.18),
    ];
    let rows = Standing::ALL.iter().filter_map(|standing| {
        let here = || paper.rows.iter().filter(|it| it.standing == *standing);
        let count = here().count();
        let probed = here().filter(|it| it.packets.is_some()).count();
        let ink = match standing {
            Standing::Contradicted | Standing::Beyond => Ink::Alarm,
            Standing::Agrees => Ink::Plain,
            _ => Ink::Doubt,
        };
        (count > 0).then(|| {
            vec![
                vec![(ink, voice.say(&standing.label()))],
                vec![(Ink::Plain, count.to_string())],
                vec![(Ink::Plain, probed.to_string())],
            ]
        })
    });
    Table { head: heads(&head, voice), rows: rows.collect() }
}

pub(super) fn heads(head: &[(Text, f32)], voice: Voice) -> Vec<(String, f32)> {
    head.iter().map(|(title, share)| (voice.say(title), *share)).collect()
}

/// Who tested, when, from where, by what permission.
fn conducted(run: &Run, is_copy: bool, voice: Voice) -> Vec<(String, String)> {
    let name = |it: &str| voice.name(it);
    let ended = run.ended.map_or_else(|| voice.say(&UNKNOWN), |it| voice.time(it));
    let started = voice.time(run.started);
    let works_for = match &run.party {
        Some(party) => called(party, voice),
        None => voice.say(&Text::new("病院", "the hospital")),
    };
    let (tester, rate, host_rate) = (name(&run.tester), run.limits.rate, run.limits.host_rate);
    let addresses: Vec<String> = run.addresses.iter().map(ToString::to_string).collect();
    let (host, addresses) = (name(&run.host), voice.join(&addresses));
    let approver = name(&run.approver);
    let missing = || voice.say(&if is_copy { WITHHELD } else { UNKNOWN });
    let telephone = run.telephone.as_deref().map_or_else(missing, name);
    let (asked, planned) = (run.answered, run.questions);
    let mut facts = vec![
        (
            Text::new("実施日時（日本時間）", "when (Japan)"),
            voice.say(&text!("{started} から {ended}", "{started} to {ended}")),
        ),
        (
            Text::new("実施者", "tester"),
            voice.say(&text!("{tester}（{works_for}）", "{tester} ({works_for})")),
        ),
        (Text::new("独立性", "independence"), voice.say(&run.independence.label())),
        (
            Text::new("実施した場所", "from"),
            voice.say(&text!("接続先側の端末 {host}（{addresses}）", "{host} at the party's end ({addresses})")),
        ),
        (
            Text::new("承認者・連絡先", "approver, telephone"),
            voice.say(&text!("{approver}　電話 {telephone}", "{approver}, telephone {telephone}")),
        ),
        (Text::new("確認範囲指定書", "scope"), hash(&run.scope)),
        (Text::new("計画", "plan"), hash(&run.plan)),
        (
            Text::new("件数・速さ", "questions, pace"),
            voice.say(&text!(
                "計画 {planned}件のうち {asked}件を確認。毎秒 {rate}件まで（1台あたり {host_rate}件まで）",
                "{asked} of {planned} asked; at most {rate} a second, {host_rate} to one host"
            )),
        ),
    ];
    let remarks = remarks(run);
    if !remarks.is_empty() {
        let all = voice.list(&remarks).join(" ");
        facts.push((Text::new("実施中のできごと", "what happened"), all));
    }
    facts.into_iter().map(|(label, says)| (voice.say(&label), says)).collect()
}

/// What stopped a host or the run, and what was not done.
fn remarks(run: &Run) -> Vec<Text> {
    let mut all = Vec::new();
    if run.ended.is_none() {
        all.push(Text::new("最後まで行われていません。", "The run did not come to its end."));
    }
    let unasked = run.questions.saturating_sub(run.answered);
    if unasked > 0 {
        all.push(text!(
            "計画のうち{unasked}件は確認していません。",
            "{unasked} question(s) of the plan were not asked."
        ));
    }
    all.extend(run.stopped.iter().map(|it| {
        let why = &it.why;
        match it.host {
            Some(host) => text!(
                "{host} の確認を途中でやめました（{why}）。",
                "{host} was not asked any more ({why})."; why
            ),
            None => text!("途中で打ち切りました（{why}）。", "The run was stopped ({why})."; why),
        }
    }));
    all
}

fn hash(digits: &str) -> String {
    format!("SHA-256 {}", one_line(digits))
}

fn assumed(paper: &Paper, voice: Voice) -> Vec<String> {
    let mut all: Vec<(Text, Text, Vec<String>)> = Vec::new();
    for it in &paper.assumptions {
        let about = it.about.as_ref().map(|it| voice.name(&it.name));
        match all.iter_mut().find(|(kind, says, _)| (kind, says) == (&it.kind, &it.says)) {
            Some((.., things)) => things.extend(about.filter(|it| !things.contains(it))),
            None => all.push((it.kind.clone(), it.says.clone(), about.into_iter().collect())),
        }
    }
    let line = |(kind, says, about): &(Text, Text, Vec<String>)| {
        let about = voice.join(about);
        voice.say(&match about.is_empty() {
            true => says.clone(),
            false => text!("{kind}: {says}（{about}）", "{kind}: {says} ({about})"; kind, says),
        })
    };
    all.iter().map(line).collect()
}

fn unseen(it: &NotLooked) -> Text {
    let says = &it.says;
    let names: Vec<Text> = it.of.iter().map(|it| Text::same(&*it.name)).collect();
    let names = Text::list(&names);
    match it.of.is_empty() {
        true => says.clone(),
        false => text!("{says}: {names}", "{says}: {names}"; says, names),
    }
}

fn demarcation(paper: &Paper, voice: Voice) -> Table {
    let head = [
        (Text::new("役割", "duty"), 0.34),
        (Text::new("院内側", "the hospital's half"), 0.33),
        (Text::new("接続先側", "the party's half"), 0.33),
    ];
    let boundary = voice.say(paper.demarcation.boundary.as_ref().unwrap_or(&UNKNOWN));
    let mut rows = vec![vec![
        vec![(Ink::Strong, voice.say(&Text::new("責任分界点", "boundary")))],
        vec![(Ink::Strong, boundary)],
        Vec::new(),
    ]];
    let holder = |it: &Option<Held>| match it {
        Some(it) => vec![(Ink::Plain, voice.say(&it.name))],
        None => vec![(Ink::Doubt, voice.say(&UNKNOWN))],
    };
    rows.extend(paper.demarcation.duties.iter().map(|it| {
        vec![vec![(Ink::Plain, voice.say(&it.duty))], holder(&it.inside), holder(&it.outside)]
    }));
    Table { head: heads(&head, voice), rows }
}

fn next(paper: &Paper, voice: Voice) -> Vec<String> {
    let due = paper.due;
    let mut all = vec![voice.say(&text!(
        "期限: {due}（1年以内）。次のどれかがあったときは、期限を待たずにやり直します。",
        "Due by {due} (within a year), and at once after any of these:"
    ))];
    all.extend(voice.list(&paper.triggers));
    all
}

fn files(paper: &Paper, voice: Voice) -> Table {
    let head = [
        (Text::new("種類", "what"), 0.15),
        (Text::new("名前", "name"), 0.25),
        (Text::new("SHA-256", "SHA-256"), 0.6),
    ];
    let rows = paper.sources.iter().map(|it| {
        vec![
            vec![(Ink::Plain, voice.say(&it.role))],
            vec![(Ink::Plain, voice.name(&it.name))],
            vec![(Ink::Soft, voice.name(&it.sha256))],
        ]
    });
    Table { head: heads(&head, voice), rows: rows.collect() }
}

fn signatures(sealed: &Sealed, voice: Voice) -> Block {
    let paper = &sealed.paper;
    let hospital = paper.hospital.clone().unwrap_or_else(|| voice.say(&UNKNOWN));
    let party = &paper.line.party.name;
    let sides = vec![
        voice.say(&text!("病院: {hospital}", "hospital: {hospital}")),
        voice.say(&text!("接続先: {party}", "party: {party}")),
    ];
    let mut seal: Vec<String> = sealed
        .signatures
        .iter()
        .map(|it| {
            let (name, key) = (&it.name, it.public_key.chars().take(16).collect::<String>());
            let at =
                it.signed_at.parse().map_or_else(|_| it.signed_at.clone(), |at| voice.time(at));
            voice.say(&text!(
                "電子署名: {name}　{at}（日本時間）　公開鍵 {key}…",
                "signed: {name}, {at} (Japan), public key {key}…"
            ))
        })
        .collect();
    if seal.is_empty() {
        seal.push(voice.say(&Text::new("電子署名はまだありません。", "Nobody has signed yet.")));
    }
    let (fingerprint, digest) = (sealed.fingerprint(), sealed.digest());
    seal.push(voice.say(&text!(
        "指紋 {fingerprint}（{FINGERPRINT_OF}）　全桁 {digest}",
        "fingerprint {fingerprint} ({FINGERPRINT_OF}), all digits {digest}"
    )));
    seal.push(voice.say(&Text::new(
        "確かめ方: この確認書のJSONファイルについて「sekisho bundle verify ファイル」を実行し、同じ指紋が表示されることを見ます。",
        "To check: run `sekisho bundle verify FILE` on the JSON file of this proof and compare the fingerprint.",
    )));
    let blanks = [
        Text::new("日付", "date"),
        Text::new("部署・氏名", "section, name"),
        Text::new("署名・押印", "signature, seal"),
    ];
    Block::Signatures { sides, blanks: voice.list(&blanks), seal }
}
