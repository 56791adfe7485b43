//! `sekisho recertify`: for every party the list of its connections to confirm; and what came back.

use super::spotcheck::{SheetFormat, complain, table};
use super::{Case, Seen};
use crate::cli::Exit;
use crate::cli::console::{Console, Stop};
use crate::confirm::{recertify, yaml};
use crate::report::Report;
use crate::report::confirm;
use crate::source::{Diagnostic, closest, quoted};
use crate::text;
use std::path::PathBuf;

/// `sekisho recertify`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "--read は返ってきた表（CSV。複数可）を読み、確認できた接続を台帳に加える YAML で表示し、回答なし・不要・変更ありを知らせます。終了コード: 0 すべて確認できた、1 残りがある、2 入力の誤り。 / --read reads the sheets that came back (CSV, several if need be), prints what was confirmed as YAML to add to the inventory, and names what nobody answered, what is not needed any more and what changed. Exit codes: 0 all confirmed, 1 something is open, 2 wrong input."
)]
pub(in crate::cli) struct Recertify {
    /// 台帳（ファイル、フォルダ、- は標準入力） / inventory: a file, a folder, or - for standard input
    #[arg(value_name = "INVENTORY")]
    inventory: PathBuf,
    /// この事業者だけ（識別子） / only this party, by id
    #[arg(long, value_name = "PARTY")]
    of: Option<String>,
    /// 期限の過ぎた（1年以内に再確認していない）接続だけ / only connections that were not recertified within a year
    #[arg(long)]
    due: bool,
    /// 形式。csv は表計算ソフトで記入できる / format; csv is to be filled in with a spreadsheet
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "csv")]
    format: SheetFormat,
    /// 返ってきた表（CSV）を読む / read sheets that came back
    #[arg(long, value_name = "FILE")]
    read: Vec<PathBuf>,
    #[command(flatten)]
    seen: Seen,
}

/// Writes the lists, or reads them back.
pub(in crate::cli) fn run(args: &Recertify, console: &Console) -> Result<Exit, Stop> {
    let case = Case::open(Some(&args.inventory), &args.seen, console)?;
    let report = case.report(console);
    if let Some(of) = &args.of {
        known(of, &report)?;
    }
    if !args.read.is_empty() {
        if args.of.is_some() || args.due {
            return Err(Diagnostic::error(
                "read-all",
                text!(
                    "--read は --of や --due と一緒には使えません",
                    "--read does not go with --of or --due"
                ),
            )
            .help(text!(
                "返ってきた表は、すべての接続と突き合わせます。--of と --due を外してください",
                "sheets that came back are compared with every connection: leave --of and --due out"
            ))
            .into());
        }
        let tables = args.read.iter().map(|it| table(it)).collect::<Result<Vec<_>, _>>()?;
        let returned = recertify::read(report.assessment, &tables);
        console.print(yaml(&returned.confirmed).as_bytes())?;
        return Ok(complain(&confirm::returned(&report, &returned), console));
    }
    let mut lists = recertify::lists(report.assessment);
    lists.retain(|it| args.of.as_ref().is_none_or(|of| *of == it.party.id));
    for list in &mut lists {
        list.items.retain(|it| it.due || !args.due);
    }
    lists.retain(|it| !it.items.is_empty());
    let mut shown = Vec::new();
    match args.format {
        SheetFormat::Markdown => {
            shown.extend(confirm::recertification_markdown(&lists, console.lang()).into_bytes());
        }
        // Writing to memory cannot fail.
        SheetFormat::Csv => drop(confirm::recertification_csv(&lists, console.lang(), &mut shown)),
    }
    console.print(&shown)?;
    Ok(Exit::Clean)
}

/// Refuses a party that the inventory does not have: an empty list would say that nothing is due.
fn known(of: &str, report: &Report<'_>) -> Result<(), Diagnostic> {
    let parties = &report.assessment.inventory.parties;
    if parties.iter().any(|it| it.id.value == of) {
        return Ok(());
    }
    let given = quoted(of);
    let problem = Diagnostic::error(
        "unknown-party",
        text!("「{given}」という事業者は台帳にありません", "the inventory has no party `{given}`"),
    );
    let ids: Vec<&str> = parties.iter().map(|it| it.id.value.as_str()).collect();
    let named = parties.iter().find(|it| it.name.value == of).map(|it| it.id.value.as_str());
    Err(match named.or_else(|| closest(of, ids.iter().copied())) {
        Some(near) => problem.help(text!("「{near}」ではありませんか", "did you mean `{near}`?")),
        None => {
            let all = ids.join(", ");
            problem.help(text!("事業者の識別子: {all}", "the parties: {all}"))
        }
    })
}
