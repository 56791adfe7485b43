//! `sekisho diff`: what changed between two states, and by what.

use super::AnswerFormat;
use crate::cli::Exit;
use crate::cli::args::Day;
use crate::cli::console::{Console, Stop};
use crate::cli::state::{Around, resolve};
use crate::reach::difference::{Difference, State, Turn};
use crate::report::answer::difference::{self, States};
use std::path::PathBuf;

/// `sekisho diff`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "終了コード: 0 届く範囲は広がっていない、1 届かなかったものに確実に届くようになった、3 広がったかどうか言い切れない変化だけがある、2 入力の誤り。 / Exit codes: 0 reach did not grow, 1 something that was ruled out is certainly reached now, 3 there are only changes of which nobody can tell whether it grew, 2 wrong input."
)]
pub(in crate::cli) struct Diff {
    /// 旧: 台帳（ファイルまたはフォルダ）、設定のフォルダ、時点記録（#12、タグ、2025-11、last）、git:リビジョン[:パス] / the older state: an inventory (file or folder), a folder of configurations, a snapshot (#12, a tag, 2025-11, last), git:REVISION[:PATH]
    #[arg(value_name = "OLD")]
    old: String,
    /// 新: 同じく / the newer state, likewise
    #[arg(value_name = "NEW")]
    new: String,
    /// 旧の台帳と突き合わせる資料（機器の設定など。複数指定できる） / evidence for the older one, such as configurations of devices; several if need be
    #[arg(long, value_name = "PATH")]
    evidence_old: Vec<PathBuf>,
    /// 新の台帳と突き合わせる資料（機器の設定など。複数指定できる） / evidence for the newer one, such as configurations of devices; several if need be
    #[arg(long, value_name = "PATH")]
    evidence_new: Vec<PathBuf>,
    /// 履歴のファイル、台帳、またはそのフォルダ / the history, the inventory beside it, or their folder
    #[arg(long, value_name = "PATH", default_value = ".")]
    history: PathBuf,
    /// 形式 / format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: AnswerFormat,
    #[command(flatten)]
    day: Day,
}

/// Asks and shows the answer.
pub(in crate::cli) fn run(args: &Diff, console: &Console) -> Result<Exit, Stop> {
    let side = |typed: &str, evidence: &[PathBuf]| {
        let around = Around { evidence, day: &args.day, history: &args.history };
        resolve(typed, around, console)
    };
    let (old, new) = (side(&args.old, &args.evidence_old)?, side(&args.new, &args.evidence_new)?);
    let (old_reach, new_reach) = (old.reach(), new.reach());
    let lang = console.lang();
    let (old_report, new_report) = (old.report(lang), new.report(lang));
    let difference = Difference::between(
        State {
            reach: &old_reach,
            exposure: old_report.assessment.exposure(),
            sources: old_report.sources,
        },
        State {
            reach: &new_reach,
            exposure: new_report.assessment.exposure(),
            sources: new_report.sources,
        },
    );
    let states = States { old: &old_report, new: &new_report };
    let shown = match args.format {
        AnswerFormat::Text => difference::text(states, &difference, console.layout()),
        AnswerFormat::Json => format!("{:#}\n", difference::json(states, &difference)),
    };
    console.print(shown.as_bytes())?;
    Ok(match () {
        () if difference.has(&[Turn::Opened]) => Exit::Findings,
        () if difference.has(&[Turn::Confirmed, Turn::MayHaveOpened]) => Exit::Undetermined,
        () => Exit::Clean,
    })
}
