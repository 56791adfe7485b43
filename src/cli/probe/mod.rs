//! `sekisho probe`: active checks (疎通確認) inside a written scope.
//!
//! A plan asks nothing of the network; a run does exactly a plan; the witness stands at the
//! inside end. A build without the feature `probe` has the plan alone.

mod permission;
mod plan;
#[cfg(feature = "probe")]
mod run;
#[cfg(feature = "probe")]
mod witness;

use super::Exit;
use super::console::{Console, Stop};
use clap::Subcommand;

/// `sekisho probe`
#[derive(Debug, clap::Args)]
pub(super) struct Probe {
    #[command(subcommand)]
    step: Step,
}

/// What of it.
#[derive(Debug, Subcommand)]
enum Step {
    /// 疎通確認の計画を作る（何も送信しない） / derive what will be asked; nothing is sent
    Plan(plan::Plan),
    /// 計画のとおりに確認する。確認範囲指定書ごとに最初の1回は送信しない / ask exactly what a plan says; the first run of a scope sends nothing
    #[cfg(feature = "probe")]
    Run(run::Run),
    /// 立会い応答: 内側の端で、届いたものを記録する / stand at the inside end and write down what arrives
    #[cfg(feature = "probe")]
    Witness(witness::Witness),
}

/// Plans, asks or stands witness.
pub(super) fn run(args: &Probe, console: &Console) -> Result<Exit, Stop> {
    match &args.step {
        Step::Plan(args) => plan::run(args, console),
        #[cfg(feature = "probe")]
        Step::Run(args) => run::run(args, console),
        #[cfg(feature = "probe")]
        Step::Witness(args) => witness::run(args, console),
    }
}
