//! `sekisho probe witness`.

use crate::cli::Exit;
use crate::cli::console::{Console, Stop};
use crate::source::Diagnostic;
use crate::text;
use std::path::PathBuf;

/// `sekisho probe witness`
#[derive(Debug, clap::Args)]
pub(super) struct Witness {
    /// 計画（sekisho probe plan -o が書いたファイル） / the plan that `sekisho probe plan -o` wrote
    #[arg(value_name = "PLAN")]
    plan: PathBuf,
}

/// Refuses: nothing is sent before all of the restraint stands.
pub(super) fn run(args: &Witness, _: &Console) -> Result<Exit, Stop> {
    let plan = args.plan.display();
    Err(Diagnostic::error(
        "not-yet",
        text!("まだ実行できません（{plan}）", "cannot be done yet ({plan})"),
    )
    .into())
}
