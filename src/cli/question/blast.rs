//! `sekisho blast`: what an intruder reaches next.

use super::{AnswerFormat, Case, Seen, end};
use crate::cli::Exit;
use crate::cli::console::{Console, Stop};
use crate::model::{EntityRef, Vocabulary as _};
use crate::reach::Reach;
use crate::reach::ends::End;
use crate::reach::relay::Relays;
use crate::report::answer;
use crate::source::{Diagnostic, quoted};
use crate::text;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::path::PathBuf;

/// `sekisho blast`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "終了コード: 0 届くシステムはない、1 確実に届くシステムがある、3 届かないとは言い切れない（判定不能）、2 入力の誤り。 / Exit codes: 0 no system is reached, 1 some certainly are, 3 some cannot be ruled out (undetermined), 2 wrong input."
)]
pub(in crate::cli) struct Blast {
    /// 台帳（ファイル、フォルダ、- は標準入力） / inventory: a file, a folder, or - for standard input
    #[arg(value_name = "INVENTORY")]
    inventory: PathBuf,
    /// 侵入されたとみなす対象: システム、機器、ゾーン、事業者、外部接続の識別子または名称、internet / where the intruder is: the id or name of a system, device, zone, party or connection, or internet
    #[arg(value_name = "START")]
    start: String,
    #[command(flatten)]
    relays: Counted,
    /// 何手先まで調べるか / how many steps ahead
    #[arg(long, value_name = "N", default_value = "16", value_parser = clap::value_parser!(u8).range(1..))]
    hops: u8,
    /// 形式 / format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: AnswerFormat,
    #[command(flatten)]
    seen: Seen,
}

/// Which relays count.
#[derive(Debug, clap::Args)]
pub(super) struct Counted {
    /// 数に入れる中継: none（数えない）、sessions（中継サーバ・遠隔操作・ファイル共有）、management（機器の管理接続）、all（すべて） / relays that count: none, sessions (relay servers, remote sessions, file services), management (of devices), all
    #[arg(long, value_name = "RELAYS", default_value = "all", value_parser = relays())]
    pub(super) relays: Relays,
}

fn relays() -> impl TypedValueParser<Value = Relays> {
    PossibleValuesParser::new(Relays::ALL.iter().map(|it| it.key()))
        .try_map(|key| Relays::from_key(&key).ok_or("no such word"))
}

/// Asks and shows the answer.
pub(in crate::cli) fn run(args: &Blast, console: &Console) -> Result<Exit, Stop> {
    let case = Case::open(Some(&args.inventory), &args.seen, console)?;
    let reach = case.reach();
    let start = thing(&reach, "START", &args.start)?;
    let blast = reach.blast(&start, args.relays.relays, usize::from(args.hops));
    let report = case.report(console);
    let shown = match args.format {
        AnswerFormat::Text => answer::blast::text(&report, &reach, &blast, console.layout()),
        AnswerFormat::Json => format!("{:#}\n", answer::blast::json(&report, &reach, &blast)),
    };
    console.print(shown.as_bytes())?;
    Ok(answer::blast::verdict(&blast).into())
}

/// A thing that was typed: an id or a name, or `internet`.
pub(super) fn thing(reach: &Reach<'_>, option: &str, typed: &str) -> Result<EntityRef, Diagnostic> {
    match end(reach, option, typed)? {
        End::Thing(thing) => Ok(thing),
        End::Internet => Ok(reach.topology.internet()),
        _ => {
            let given = quoted(typed);
            Err(Diagnostic::error(
                "not-a-thing",
                text!(
                    "{option} の「{given}」は、台帳の対象ではありません",
                    "{option}: `{given}` is no thing of the inventory"
                ),
            )
            .help(text!(
                "システム、機器、ゾーン、事業者、外部接続の識別子または名称を書いてください",
                "write the id or name of a system, device, zone, party or connection"
            )))
        }
    }
}
