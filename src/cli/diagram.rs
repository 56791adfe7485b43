//! `sekisho diagram`: the drawing alone, for whoever may see it.

use super::Exit;
use super::args::{Day, PaperArg};
use super::collect::collect;
use super::console::{Console, Stop};
use super::deliver::{Delivery, Existing};
use super::load::load_sound;
use super::pictures::{Picture, Subject};
use super::question::{connection, end};
use super::state::{Around, State, resolve};
use crate::audit::{self, Assessment};
use crate::change::{Difference, Record};
use crate::diagram::lit::Lit;
use crate::diagram::since::Since;
use crate::diagram::{self, Request, View};
use crate::inventory::Inventory;
use crate::locale::Text;
use crate::reach::Reach;
use crate::reach::ends::End;
use crate::source::{Diagnostic, closest, quoted};
use crate::text;
use std::path::{Path, PathBuf};

/// `sekisho diagram`
#[derive(Debug, clap::Args)]
pub(super) struct Diagram {
    /// 台帳（ファイル、フォルダ、- は標準入力） / inventory: a file, a folder, or - for standard input
    #[arg(value_name = "INVENTORY")]
    pub(super) inventory: PathBuf,
    /// 機器の設定など、台帳と突き合わせる資料（ファイルまたはフォルダ。複数指定できる） / evidence to compare with the inventory, such as configurations of devices: a file or a folder, several if need be
    #[arg(long, value_name = "PATH")]
    pub(super) evidence: Vec<PathBuf>,
    /// 出力するファイル。形式は拡張子で決まる / file to write; its ending chooses the format
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: PathBuf,
    /// 図の種類: whole（全体構成図。PDFに台帳を添付）、external（外部接続図）、connection:番号 または connection:ID（1つの外部接続） / what is shown: whole (its PDF carries the inventory), external, connection:NUMBER or connection:ID
    #[arg(long, value_name = "VIEW", default_value = "whole", value_parser = shown)]
    pub(super) view: Shown,
    /// 到達範囲を図に重ねる: 外部接続・事業者・経路なら届く範囲、システム・ゾーン・機器なら届く外部の相手（識別子、名称、外部接続の番号、internet） / light up reach on the drawing: what a connection, a party or a path reaches, or who reaches a system, a zone or a device (id, name, number of a connection, internet)
    #[arg(long, value_name = "THING", conflicts_with = "view")]
    pub(super) reach: Option<String>,
    /// 前回からの差分を描く: 前回の台帳（ファイルまたはフォルダ）、時点記録（#12、タグ、2025-11、last）、git:リビジョン[:パス]。新設は太枠、廃止は破線の影、変更は札で示し、変更一覧の番号を付ける / draw the difference since last time: the inventory of then (a file or a folder), a snapshot (#12, a tag, 2025-11, last), git:REVISION[:PATH]. New is bold, gone is a dashed ghost, changed has a chip, with the numbers of the list of changes
    #[arg(long, value_name = "OLD", conflicts_with_all = ["view", "reach"])]
    pub(super) since: Option<String>,
    /// 履歴のファイル、またはそれがあるフォルダ（--since が時点記録のとき）。省略すると台帳のそば / the history of the snapshot that --since names: a file or its folder; beside the inventory when left out
    #[arg(long, value_name = "PATH", requires = "since")]
    pub(super) history: Option<PathBuf>,
    /// 用紙。省略すると内容に合わせる / paper; chosen by the amount when left out
    #[arg(long, value_enum, value_name = "PAPER")]
    pub(super) paper: Option<PaperArg>,
    /// 配布用: 指摘事項を描かず、PDFに台帳を添付しない / for handing out: no findings drawn, no inventory in the PDF
    #[arg(long)]
    pub(super) without_findings: bool,
    #[command(flatten)]
    pub(super) day: Day,
}

/// A view as typed.
#[derive(Clone, Debug)]
pub(super) enum Shown {
    Whole,
    External,
    Connection(String),
}

fn shown(text: &str) -> Result<Shown, String> {
    match (text, text.strip_prefix("connection:")) {
        ("whole", _) => Ok(Shown::Whole),
        ("external", _) => Ok(Shown::External),
        (_, Some(id)) if !id.is_empty() => Ok(Shown::Connection(id.to_owned())),
        _ => Err("使える値: whole、external、connection:番号 / one of whole, external, connection:NUMBER"
            .to_owned()),
    }
}

/// Reads, judges and draws: findings are part of the drawing.
pub(super) fn run(args: &Diagram, console: &Console) -> Result<Exit, Stop> {
    let picture = Picture::of(&args.output).ok_or_else(|| unknown_format(&args.output))?;
    if picture == Picture::Dot && !matches!(args.view, Shown::Whole) {
        return Err(whole_only().into());
    }
    if picture == Picture::Dot && (args.reach.is_some() || args.since.is_some()) {
        return Err(not_lit().into());
    }
    let mut loaded = load_sound(&args.inventory, &args.day, console)?;
    let evidence = collect(&args.inventory, &args.evidence, &mut loaded, console)?;
    let view = view(&args.view, &loaded.inventory)?;
    console.step(&text!("作図しています", "drawing"));
    let mut assessment = audit::audit(loaded.inventory, evidence, loaded.as_of);
    if args.without_findings {
        assessment.findings.clear();
    }
    let lit = args.reach.as_deref().map(|it| lit(&assessment, it, console)).transpose()?;
    let before = args.since.as_deref().map(|it| before(it, args, console)).transpose()?;
    let difference = before.as_ref().map(|old| {
        let new = Record::of(&assessment, &loaded.sources);
        Difference::between(&old.record, &new, &old.earlier)
    });
    let since = before
        .as_ref()
        .zip(difference.as_ref())
        .map(|(old, difference)| Since::of(&old.assessment, &assessment, difference));
    let drawing = diagram::draw(
        &assessment,
        &Request {
            view: view.clone(),
            paper: args.paper.map(Into::into),
            lang: console.lang(),
            hide_findings: args.without_findings,
            lit: lit.as_ref(),
            since: since.as_ref(),
            ..Request::default()
        },
    );
    let subject = Subject {
        assessment: &assessment,
        drawing: &drawing,
        lang: console.lang(),
        attached: (view == View::Whole
            && !args.without_findings
            && lit.is_none()
            && since.is_none())
        .then_some((&loaded.sources, loaded.files.as_slice())),
    };
    let mut delivery = Delivery::new(Existing::Replace).sparing(&args.inventory);
    for (file, bytes) in picture.files(&subject, &args.output)? {
        delivery.add(&file, &bytes)?;
    }
    for file in delivery.finish()? {
        let file = file.display();
        console.remark(&text!("{file} を書きました", "wrote {file}"));
    }
    Ok(Exit::Clean)
}

/// The state before, as of its own day.
fn before(typed: &str, args: &Diagram, console: &Console) -> Result<State, Stop> {
    let history = args.history.as_deref().unwrap_or(&args.inventory);
    let around = Around { evidence: &[], day: &Day { as_of: None }, history };
    resolve(typed, around, console)
}

/// The ways to light up: seen by whom was named.
fn lit(assessment: &Assessment, named: &str, console: &Console) -> Result<Lit, Diagnostic> {
    console.step(&text!("経路を計算しています", "following packets"));
    let Assessment { inventory, evidence, topology, .. } = assessment;
    let reach = Reach::new(inventory, evidence, topology);
    let numbered = named.parse::<u32>().ok().and_then(|_| connection(inventory, named).ok());
    let subject = match numbered {
        Some(connection) => connection,
        None => match end(&reach, "--reach", named)? {
            End::Thing(thing) => thing,
            End::Internet => topology.internet(),
            End::Port(node, _) => match reach.network.nodes.get(node) {
                Some(node) => node.thing.clone(),
                None => return Err(not_a_thing(named)),
            },
            End::Outside | End::Any | End::Network(_) => return Err(not_a_thing(named)),
        },
    };
    Ok(Lit::of(&reach, &subject))
}

fn not_a_thing(named: &str) -> Diagnostic {
    let named = quoted(named);
    Diagnostic::error(
        "not-a-thing",
        text!("「{named}」は、図に重ねられる1つの対象ではありません", "`{named}` is not one thing to light up"),
    )
    .help(text!(
        "外部接続、事業者、システム、ゾーン、機器の識別子を1つ書いてください。アドレスへの到達は sekisho paths で調べられます",
        "name one connection, party, system, zone or device; sekisho paths answers for addresses"
    ))
}

fn not_lit() -> Diagnostic {
    Diagnostic::error(
        "not-lit",
        text!(
            "DOT形式には到達範囲も差分も描けません。svg、png、pdf、drawio を使ってください",
            "DOT shows neither reach nor a difference; use svg, png, pdf or drawio"
        ),
    )
}

/// The view that was asked for; a connection must be declared.
fn view(shown: &Shown, inventory: &Inventory) -> Result<View, Diagnostic> {
    let id = match shown {
        Shown::Whole => return Ok(View::Whole),
        Shown::External => return Ok(View::External),
        Shown::Connection(id) => id,
    };
    if inventory.connections.get(id).is_some() {
        return Ok(View::Connection(id.clone()));
    }
    // The number on drawings and lists.
    let numbers = inventory.connection_numbers();
    let numbered = || numbers.iter().zip(inventory.connections.iter());
    let number = id.parse().ok();
    if let Some((_, connection)) = numbered().find(|(it, _)| Some(**it) == number) {
        return Ok(View::Connection(connection.id.value.clone()));
    }
    let problem = Diagnostic::error(
        "unknown-connection",
        text!("台帳に「{id}」という外部接続はありません", "the inventory has no connection `{id}`"),
    );
    let ids = inventory.connections.iter().map(|it| it.id.value.as_str());
    if let Some(word) = closest(id, ids) {
        return Err(problem.help(text!("「{word}」ではありませんか", "did you mean `{word}`?")));
    }
    let mut known: Vec<_> = numbered().collect();
    known.sort_by_key(|(number, _)| **number);
    let more = known.len().saturating_sub(MOST_LISTED);
    let mut listed: Vec<Text> = known
        .into_iter()
        .take(MOST_LISTED)
        .map(|(number, it)| {
            let (id, name) = (&it.id.value, quoted(&it.name.value));
            text!("{number} {id}（{name}）", "{number} {id} ({name})")
        })
        .collect();
    if more > 0 {
        listed.push(text!("ほか{more}件", "{more} more"));
    }
    if listed.is_empty() {
        return Err(problem);
    }
    let known = Text::list(&listed);
    Err(problem.help(text!("この台帳の外部接続: {known}", "its connections: {known}"; known)))
}

/// So many connections are listed to choose from.
const MOST_LISTED: usize = 40;

fn whole_only() -> Diagnostic {
    Diagnostic::error(
        "whole-only",
        text!(
            "DOT形式は全体の構成だけを書き出せます。--view を外してください",
            "DOT holds the whole graph; leave --view out"
        ),
    )
}

pub(super) fn unknown_format(file: &Path) -> Diagnostic {
    let name = file.display();
    let known: Vec<_> = Picture::ALL.iter().map(|it| it.extension()).collect();
    let known = known.join(", ");
    Diagnostic::error(
        "unknown-format",
        text!(
            "「{name}」の拡張子から図面の形式が分かりません",
            "the ending of `{name}` names no format of drawings"
        ),
    )
    .help(text!("使える拡張子: {known}", "known endings: {known}"))
}
