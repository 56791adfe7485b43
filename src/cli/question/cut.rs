//! `sekisho cut`: the fewest things to pull in an emergency.

use super::blast::{Counted, thing};
use super::{AnswerFormat, Case, Seen};
use crate::cli::Exit;
use crate::cli::console::{Console, Stop};
use crate::model::{EntityKind, EntityRef};
use crate::report::answer;
use crate::source::{Diagnostic, quoted};
use crate::text;
use std::path::PathBuf;

/// `sekisho cut`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "終了コード: 0 抜いた後に外部との経路が残らない（初めからない場合を含む）、1 抜けるものを抜いても残る、2 入力の誤り。 / Exit codes: 0 nothing external is left after the cut, or there was nothing, 1 something is left that cannot be cut, 2 wrong input."
)]
pub(in crate::cli) struct Cut {
    /// 台帳（ファイル、フォルダ、- は標準入力） / inventory: a file, a folder, or - for standard input
    #[arg(value_name = "INVENTORY")]
    inventory: PathBuf,
    /// 外部から切り離すシステムまたはゾーン。省略すると院内のすべて / systems or zones to cut off from the outside; everything inside when left out
    #[arg(value_name = "SYSTEM|ZONE")]
    targets: Vec<String>,
    #[command(flatten)]
    relays: Counted,
    /// 形式 / format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: AnswerFormat,
    #[command(flatten)]
    seen: Seen,
}

/// Asks and shows the answer.
pub(in crate::cli) fn run(args: &Cut, console: &Console) -> Result<Exit, Stop> {
    let case = Case::open(Some(&args.inventory), &args.seen, console)?;
    let reach = case.reach();
    let mut targets: Vec<EntityRef> = Vec::new();
    for typed in &args.targets {
        let target = thing(&reach, "SYSTEM|ZONE", typed)?;
        if !matches!(target.kind, EntityKind::System | EntityKind::Zone) {
            return Err(neither(typed).into());
        }
        targets.push(target);
    }
    let cut = reach.cut(&targets, args.relays.relays);
    let report = case.report(console);
    let shown = match args.format {
        AnswerFormat::Text => answer::cut::text(&report, &reach, &cut, console.layout()),
        AnswerFormat::Json => format!("{:#}\n", answer::cut::json(&report, &reach, &cut)),
    };
    console.print(shown.as_bytes())?;
    Ok(if cut.is_complete() { Exit::Clean } else { Exit::Findings })
}

fn neither(typed: &str) -> Diagnostic {
    let given = quoted(typed);
    Diagnostic::error(
        "not-a-target",
        text!(
            "「{given}」はシステムでもゾーンでもありません",
            "`{given}` is neither a system nor a zone"
        ),
    )
}
