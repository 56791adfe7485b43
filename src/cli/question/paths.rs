//! `sekisho paths`: what can pass from one end to another, and why.

use super::{AnswerFormat, Case, Seen, end, port, service};
use crate::cli::Exit;
use crate::cli::console::{Console, Stop};
use crate::model::Service;
use crate::reach::paths::Question;
use crate::report::answer::{self, paths::Typed};
use std::path::PathBuf;

/// `sekisho paths`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "終了コード: 0 通る通信はない（分離確認済）、1 確実に通る通信がある（到達可能）、3 どちらとも言い切れない（判定不能）、2 入力の誤り。 / Exit codes: 0 nothing passes (isolated), 1 something certainly passes (reachable), 3 neither can be said (undetermined), 2 wrong input."
)]
pub(in crate::cli) struct Paths {
    /// 台帳（ファイル、フォルダ、- は標準入力）。--evidence があれば省略でき、設定だけをネットワークとみなす / inventory: a file, a folder, or - for standard input; with --evidence it may be left out, and the configurations alone are the network
    #[arg(value_name = "INVENTORY")]
    inventory: Option<PathBuf>,
    /// 通信元: 識別子または名称、internet、outside（すべての外部）、any（すべて）、アドレス、ネットワーク、機器.インタフェース / from where: an id or a name, internet, outside (every party), any, an address, a network, device.interface
    #[arg(long, value_name = "END")]
    from: String,
    /// 通信先。書き方は --from と同じ / to where; written like --from
    #[arg(long, value_name = "END")]
    to: String,
    /// サービス（例: 3389/tcp。複数指定できる）。省略するとすべて / a service such as 3389/tcp, several if need be; any when left out
    #[arg(long, value_name = "SERVICE", value_parser = service)]
    service: Vec<Service>,
    /// 通信元のパケットが入ってくるインタフェース（機器.インタフェース） / the interface over which these packets come in: device.interface
    #[arg(long, value_name = "DEVICE.INTERFACE")]
    at: Option<String>,
    /// 形式 / format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: AnswerFormat,
    #[command(flatten)]
    seen: Seen,
}

/// Asks and shows the answer.
pub(in crate::cli) fn run(args: &Paths, console: &Console) -> Result<Exit, Stop> {
    let case = Case::open(args.inventory.as_deref(), &args.seen, console)?;
    let reach = case.reach();
    let question = Question {
        from: end(&reach, "--from", &args.from)?,
        to: end(&reach, "--to", &args.to)?,
        services: args.service.clone(),
        at: args.at.as_deref().map(|it| port(&reach, "--at", it)).transpose()?,
    };
    let typed = Typed { from: &args.from, to: &args.to, at: args.at.as_deref() };
    let paths = reach.paths(&question);
    let report = case.report(console);
    let shown = match args.format {
        AnswerFormat::Text => {
            answer::paths::text(&report, &question, typed, &paths, console.layout())
        }
        AnswerFormat::Json => {
            format!("{:#}\n", answer::paths::json(&report, &question, typed, &paths))
        }
    };
    console.print(shown.as_bytes())?;
    Ok(paths.verdict().into())
}
