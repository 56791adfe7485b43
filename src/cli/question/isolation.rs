//! `sekisho isolation`: does a connection reach only what is declared?

use super::proof::{self, Proof};
use super::{AnswerFormat, Case, Seen, connection};
use crate::cli::Exit;
use crate::cli::console::{Console, Stop};
use crate::reach::paths::Verdict;
use crate::report::answer;
use crate::text;
use std::path::PathBuf;

/// `sekisho isolation`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "疎通確認の記録（probe run のジャーナル）を --evidence に加えるか、-o を付けると、設定と疎通確認を突き合わせた分離確認書を作ります。終了コード: 0 分離確認済、1 到達可能（許可を超えて届く）、3 判定不能、2 入力の誤り。すべての外部接続を確かめたときは、到達可能があれば1、なければ判定不能があれば3。 / A journal of `probe run` among --evidence, or -o, makes a proof of isolation: configuration beside packets. Exit codes: 0 isolated, 1 reachable beyond the declaration, 3 undetermined, 2 wrong input. For all connections: 1 when any is reachable, else 3 when any is undetermined."
)]
pub(in crate::cli) struct Isolation {
    /// 台帳（ファイル、フォルダ、- は標準入力） / inventory: a file, a folder, or - for standard input
    #[arg(value_name = "INVENTORY")]
    pub(super) inventory: PathBuf,
    /// 外部接続の識別子、番号または名称。省略すると、すべての外部接続を一覧にする / id, number or name of a connection; a table of all when left out
    #[arg(value_name = "CONNECTION")]
    pub(super) connection: Option<String>,
    /// 形式 / format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    pub(super) format: AnswerFormat,
    #[command(flatten)]
    seen: Seen,
    #[command(flatten)]
    pub(super) proof: Proof,
}

/// Asks about one connection, or about all, and shows the answer.
pub(in crate::cli) fn run(args: &Isolation, console: &Console) -> Result<Exit, Stop> {
    let case = Case::open(Some(&args.inventory), &args.seen, console)?;
    let probed = !case.facts.evidence.probes.is_empty();
    if args.proof.is_asked() || probed && args.connection.is_some() {
        return proof::run(args, &case, console);
    }
    let reach = case.reach();
    let report = case.report(console);
    let one = args.connection.as_deref();
    let one = one.map(|it| connection(reach.inventory, it)).transpose()?;
    let answers = match &one {
        Some(connection) => reach.isolation(connection).into_iter().collect(),
        None => reach.isolations(),
    };
    let shown = match (args.format, one, answers.as_slice()) {
        (AnswerFormat::Json, ..) => format!("{:#}\n", answer::isolation::json(&report, &answers)),
        (AnswerFormat::Text, Some(_), [only]) => {
            answer::isolation::text(&report, only, console.layout())
        }
        (AnswerFormat::Text, ..) => answer::isolation::table(&report, &answers, console.layout()),
    };
    console.print(shown.as_bytes())?;
    let any = |verdict| answers.iter().any(|it| it.verdict() == verdict);
    let worst = [Verdict::Reachable, Verdict::Undetermined].into_iter().find(|it| any(*it));
    if answers.is_empty() {
        let nothing = text!(
            "台帳に外部接続がないため、何も判定していません",
            "the inventory has no connection, so nothing was judged"
        );
        console.remark(&nothing);
        return Ok(Verdict::Undetermined.into());
    }
    Ok(worst.unwrap_or(Verdict::Isolated).into())
}
