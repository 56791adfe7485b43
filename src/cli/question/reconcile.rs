//! `sekisho reconcile HOSPITAL VENDOR`: the two declarations of the same lines, compared.

use super::AnswerFormat;
use crate::cli::Exit;
use crate::cli::args::Day;
use crate::cli::console::{Console, Stop};
use crate::cli::load::load_sound;
use crate::confirm::reconcile::reconcile;
use crate::report::reconcile::{Side, json, text};
use crate::source::{Diagnostic, quoted};
use crate::text;
use std::path::PathBuf;

/// `sekisho reconcile`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "回線番号、終端装置と接続元のアドレス、識別子、名称の順に、両者の台帳の外部接続を対応づけ、食い違いと片方だけの接続を示します。終了コード: 0 食い違いなし、1 食い違いがある、2 入力の誤り。 / Lines are paired by circuit number, addresses of the ends, id and name, in this order. Exit codes: 0 no difference, 1 differences, 2 wrong input."
)]
pub(in crate::cli) struct Reconcile {
    /// 病院の台帳（ファイルまたはフォルダ） / the hospital's inventory: a file or a folder
    #[arg(value_name = "HOSPITAL")]
    hospital: PathBuf,
    /// 事業者の台帳。病院の台帳と同じ書き方で、自社の接続だけを書いたもの / the vendor's inventory, written alike, of its own lines
    #[arg(value_name = "VENDOR")]
    vendor: PathBuf,
    /// 病院の台帳での、この事業者の識別子。省略すると、対応した接続と名称から決める / the party that the vendor is in the hospital's inventory; told by lines and names when left out
    #[arg(long, value_name = "PARTY")]
    party: Option<String>,
    /// 形式 / format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: AnswerFormat,
}

/// Compares and shows.
pub(in crate::cli) fn run(args: &Reconcile, console: &Console) -> Result<Exit, Stop> {
    let day = Day { as_of: None };
    let ours = load_sound(&args.hospital, &day, console)?;
    let theirs = load_sound(&args.vendor, &day, console)?;
    if let Some(party) = args.party.as_deref()
        && ours.inventory.parties.get(party).is_none()
    {
        let given = quoted(party);
        return Err(Diagnostic::error(
            "unknown-party",
            text!(
                "病院の台帳に「{given}」という事業者はありません",
                "the hospital's inventory has no party `{given}`"
            ),
        )
        .into());
    }
    let all = reconcile(&ours.inventory, &theirs.inventory, args.party.as_deref());
    let hospital = Side { inventory: &ours.inventory, sources: &ours.sources };
    let vendor = Side { inventory: &theirs.inventory, sources: &theirs.sources };
    let shown = match args.format {
        AnswerFormat::Text => text(&all, hospital, vendor, console.lang(), console.layout()),
        AnswerFormat::Json => format!("{:#}\n", json(&all, hospital, vendor)),
    };
    console.print(shown.as_bytes())?;
    Ok(if all.agrees() { Exit::Clean } else { Exit::Findings })
}
