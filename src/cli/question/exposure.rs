//! `sekisho exposure`: what everybody outside reaches.

use super::{Case, Seen, end};
use crate::cli::Exit;
use crate::cli::console::{Console, Stop};
use crate::model::EntityRef;
use crate::reach::Reach;
use crate::reach::ends::End;
use crate::reach::exposure::{Asked, Exposure as Reached};
use crate::report::answer::exposure;
use crate::report::exposure::spreadsheet;
use crate::source::{Diagnostic, quoted};
use crate::text;
use clap::ValueEnum;
use std::path::PathBuf;

/// `sekisho exposure`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "●は設定により届くもの、○は台帳の記載によれば届くもの、△は届かないとは言い切れないもの、?は機器の設定がなく判定できないものです。相手か対象を指定すると、通信の例とその根拠も表示します。 / ● is reached by configuration, ○ on the word of the inventory, △ is not ruled out, ? is not ruled out only because a device has no configuration. When somebody or something is named, an example and what it rests on are shown too."
)]
pub(in crate::cli) struct Exposure {
    /// 台帳（ファイル、フォルダ、- は標準入力）。--evidence があれば省略でき、設定だけをネットワークとみなす / inventory: a file, a folder, or - for standard input; with --evidence it may be left out, and the configurations alone are the network
    #[arg(value_name = "INVENTORY")]
    inventory: Option<PathBuf>,
    /// この相手だけ（識別子または名称、internet） / only this party: an id or a name, or internet
    #[arg(long, value_name = "PARTY")]
    of: Option<String>,
    /// この対象だけ（システム、機器、ゾーン、ほかの接続先の識別子または名称） / only this target: an id or a name of a system, a device, a zone, another party
    #[arg(long, value_name = "SYSTEM")]
    to: Option<String>,
    /// 形式 / format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: ExposureFormat,
    #[command(flatten)]
    seen: Seen,
}

/// How the matrix is shown.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum ExposureFormat {
    Text,
    Json,
    Csv,
}

/// Asks and shows the answer.
pub(in crate::cli) fn run(args: &Exposure, console: &Console) -> Result<Exit, Stop> {
    let case = Case::open(args.inventory.as_deref(), &args.seen, console)?;
    let reach = case.reach();
    let typed = |option, typed: &Option<String>| {
        typed.as_deref().map(|it| thing(&reach, option, it)).transpose()
    };
    let (of, to) = (typed("--of", &args.of)?, typed("--to", &args.to)?);
    let asked = Asked { of: of.as_ref(), to: to.as_ref() };
    let report = case.report(console);
    let part = Reached::part(&reach, asked);
    let shown = match args.format {
        ExposureFormat::Text => {
            exposure::text(&report, &reach, asked, &part, console.layout()).into_bytes()
        }
        ExposureFormat::Json => {
            format!("{:#}\n", exposure::json(&report, &reach, asked, &part)).into_bytes()
        }
        ExposureFormat::Csv => {
            let mut bytes = Vec::new();
            // A vector takes everything.
            let _ = spreadsheet(&report, &part, &mut bytes);
            bytes
        }
    };
    console.print(&shown)?;
    Ok(Exit::Clean)
}

/// The thing that was typed: an end that has a name of its own.
fn thing(reach: &Reach<'_>, option: &str, typed: &str) -> Result<EntityRef, Diagnostic> {
    match end(reach, option, typed)? {
        End::Thing(thing) => Ok(thing),
        End::Internet => Ok(reach.topology.internet()),
        _ => {
            let given = quoted(typed);
            Err(Diagnostic::error(
                "not-a-thing",
                text!(
                    "{option} には識別子または名称を書きます（「{given}」は使えません）",
                    "{option} takes an id or a name, not `{given}`"
                ),
            ))
        }
    }
}
