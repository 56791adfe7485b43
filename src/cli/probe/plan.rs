//! `sekisho probe plan`: what will be asked, before anything is.

use crate::cli::Exit;
use crate::cli::console::{Console, Stop};
use crate::source::Diagnostic;
use crate::text;
use std::path::PathBuf;

/// `sekisho probe plan`
#[derive(Debug, clap::Args)]
pub(super) struct Plan {
    /// 台帳（ファイル、フォルダ） / inventory: a file or a folder
    #[arg(value_name = "INVENTORY")]
    inventory: PathBuf,
}

/// Makes a plan.
pub(super) fn run(args: &Plan, _: &Console) -> Result<Exit, Stop> {
    let inventory = args.inventory.display();
    Err(Diagnostic::error(
        "no-scope",
        text!("確認範囲指定書がありません（{inventory}）", "there is no scope ({inventory})"),
    )
    .into())
}
