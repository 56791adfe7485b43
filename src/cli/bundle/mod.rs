//! `sekisho bundle`: the evidence bundle (証跡一式), one file that others can check.

mod create;
mod keys;
mod proof;
mod redact;
mod show;
mod verify;

pub(super) use keys::signer;

use super::Exit;
use super::args::Day;
use super::bounded::bounded;
use super::console::{Console, Stop, reason, unreadable};
use crate::audit::{self, Assessment};
use crate::change::Record;
use crate::history::bundle::{Bundle, BundleRole};
use crate::history::{Material, Texts};
use crate::locale::{Lang, Text};
use crate::model::Date;
use crate::report::{self, Report};
use crate::source::{Diagnostic, Level, SourceMap};
use crate::text;
use clap::{Subcommand, ValueEnum};
use std::path::{Path, PathBuf};

/// The largest bundle that is read.
const MOST: u64 = 2 * 1024 * 1024 * 1024;

/// `sekisho bundle`
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct BundleArgs {
    #[command(subcommand)]
    what: What,
}

/// What to do.
#[derive(Debug, Subcommand)]
enum What {
    /// 台帳、設定（秘密情報は伏せる）、結果を1つのファイルにまとめ、署名する / put inventory, configurations (secrets masked) and results into one file, and sign it
    Create(Create),
    /// 中身、署名、連鎖を確かめ、結果を計算し直して1バイトも違わないか比べる。分離確認書（JSON）は中身、指紋、署名を確かめる / check contents, signatures and chain, compute the results again and compare every byte; of a proof of isolation (JSON): contents, fingerprint, signatures
    Verify(Verify),
    /// 何が入っているかを見る / show what is in it
    Show(Show),
    /// 共有用に、名前・電話番号・アドレスなどを別のものに置き換える（構造とポートは残る） / for sharing: other names, telephone numbers and addresses; structure and ports stay
    Redact(Redact),
    /// 証跡一式または分離確認書（JSON）に署名を加える / add a signature to a bundle or to a proof of isolation (JSON)
    Sign(Sign),
    /// 署名の鍵を作る / make a key for signatures
    Keygen(Keygen),
}

#[derive(Debug, clap::Args)]
struct Create {
    /// 台帳（ファイルまたはフォルダ） / inventory: a file or a folder
    #[arg(value_name = "INVENTORY")]
    inventory: PathBuf,
    /// 機器の設定など、台帳と突き合わせる資料（ファイルまたはフォルダ。複数指定できる） / evidence to compare with the inventory, such as configurations of devices: a file or a folder, several if need be
    #[arg(long, value_name = "PATH")]
    evidence: Vec<PathBuf>,
    /// 書き出すファイル（.zip）。すでにあるファイルは上書きしない / file to write (.zip); nothing is overwritten
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// 前の証跡一式（これにつなげる） / the bundle before this one, which it is to follow
    #[arg(long, value_name = "FILE")]
    previous: Option<PathBuf>,
    #[command(flatten)]
    signer: Signer,
    #[command(flatten)]
    day: Day,
}

/// Who signs.
#[derive(Debug, clap::Args)]
pub(super) struct Signer {
    /// 署名に使う鍵のファイル（bundle keygen で作る） / the key to sign with, made by `bundle keygen`
    #[arg(long, value_name = "FILE", requires = "name")]
    key: Option<PathBuf>,
    /// 署名する人の名前 / the name of who signs
    #[arg(long = "as", value_name = "NAME", requires = "key")]
    name: Option<String>,
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "終了コード: 0 すべて一致、1 改ざん・欠落・不一致がある（最初の1つを示す）、2 読めない。ファイルを古い順に複数並べると、連鎖も確かめます。署名が取り除かれたことは、--signer を指定したときだけ分かります。 / Exit codes: 0 everything agrees, 1 something was altered, is missing or differs (the first is named), 2 it cannot be read. Several files, oldest first, are checked as a chain. That a signature was taken away is noticed only with --signer."
)]
struct Verify {
    /// 証跡一式のファイル（複数なら古い順） / the bundle; several are given oldest first
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// この公開鍵の署名があることも確かめる（複数指定できる） / demand a signature of this public key; several if need be
    #[arg(long, value_name = "FILE")]
    signer: Vec<PathBuf>,
}

#[derive(Debug, clap::Args)]
struct Show {
    /// 証跡一式のファイル / the bundle
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// 形式 / format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: Shape,
    /// 分離確認書（JSON）を書き出すファイル（.pdf、.html、.txt） / of a proof of isolation (JSON): a file to write it to (.pdf, .html, .txt)
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shape {
    Text,
    Json,
}

#[derive(Debug, clap::Args)]
struct Redact {
    /// 証跡一式のファイル / the bundle
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// 書き出すファイル（.zip）。すでにあるファイルは上書きしない / file to write (.zip); nothing is overwritten
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    signer: Signer,
}

#[derive(Debug, clap::Args)]
struct Sign {
    /// 証跡一式のファイル / the bundle
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    signer: Signer,
}

#[derive(Debug, clap::Args)]
struct Keygen {
    /// 鍵を書くファイル。公開鍵は「ファイル名.pub」に書く / file for the key; the public key goes to FILE.pub
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

/// Does what was asked for.
pub(in crate::cli) fn run(args: &BundleArgs, console: &Console) -> Result<Exit, Stop> {
    match &args.what {
        What::Create(args) => create::run(args, console),
        What::Verify(args) => verify::run(args, console),
        What::Show(args) => show::run(args, console),
        What::Redact(args) => redact::run(args, console),
        What::Sign(args) => keys::sign(args, console),
        What::Keygen(args) => keys::keygen(args, console),
    }
}

/// The bytes of a file of bounded size.
fn read(file: &Path) -> Result<Vec<u8>, Diagnostic> {
    bounded(file, MOST).map_err(|error| unreadable(file.display(), &reason(&error)))
}

/// A bundle whose structure, digests and signatures hold.
pub(super) fn open(file: &Path) -> Result<Bundle, Diagnostic> {
    Bundle::open(&read(file)?).map_err(|why| not_sound(file, &why))
}

/// What is wrong with a bundle.
fn not_sound(file: &Path, why: &Text) -> Diagnostic {
    let name = file.display();
    Diagnostic::error(
        "bundle-not-sound",
        text!("証跡一式「{name}」: {why}", "the bundle `{name}`: {why}"; why),
    )
}

/// The results of an audit as a bundle holds them: the same assessment, the same bytes.
fn results(
    assessment: &Assessment,
    sources: &SourceMap,
) -> Result<Vec<(BundleRole, String, Vec<u8>)>, Diagnostic> {
    let not_made = |name: &str, error: &dyn std::fmt::Display| {
        Diagnostic::error(
            "not-made",
            text!("{name} を作れませんでした: {error}", "{name} could not be made: {error}"),
        )
    };
    let record = serde_json::to_vec_pretty(&Record::of(assessment, sources));
    let record = record.map_err(|error| not_made("record.json", &error))?;
    let mut results = vec![(BundleRole::Record, "record.json".to_owned(), record)];
    let reports = [
        ("findings.json", "json", Lang::Ja),
        ("findings.ja.txt", "terminal", Lang::Ja),
        ("findings.en.txt", "terminal", Lang::En),
    ];
    for (name, format, lang) in reports {
        let report = Report { assessment, sources, drawing: None, lang };
        let mut bytes = Vec::new();
        if let Some(format) = report::find(format) {
            (format.write)(&report, &mut bytes).map_err(|error| not_made(name, &error))?;
        }
        results.push((BundleRole::Report, name.to_owned(), bytes));
    }
    Ok(results)
}

/// Computes everything again from what a bundle holds.
fn again(
    material: &Material,
    texts: &Texts,
    as_of: Date,
) -> Result<Vec<(BundleRole, String, Vec<u8>)>, Diagnostic> {
    let again = material.replay(texts, as_of)?;
    if !again.reading.is_sound() {
        let first = again.reading.diagnostics.iter().find(|it| it.level == Level::Error);
        let why = first.map(|it| it.message.clone()).unwrap_or_default();
        let at = first.and_then(|it| it.span()).map(|it| again.sources.place(it));
        let at = at.unwrap_or_default();
        return Err(Diagnostic::error(
            "bundle-not-judged",
            text!(
                "台帳を、この版の sekisho では読めません（{at}: {why}）",
                "this version of sekisho cannot read the inventory in it ({at}: {why})"; why
            ),
        ));
    }
    let assessment = audit::audit(again.reading.inventory, again.evidence, as_of);
    results(&assessment, &again.sources)
}
