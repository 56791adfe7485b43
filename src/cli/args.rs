//! Flags as typed: parsed, inert. Help texts hold both languages, `日本語 / English`; the one of
//! the reader is shown.

use super::bundle;
use super::decide;
use super::diagram::Diagram;
use super::history;
use super::observe;
use super::options;
use super::outputs::Output;
use super::probe;
use super::question::{
    blast, coverage, cut, diff, exposure, isolation, paths, recertify, reconcile, spotcheck,
    waivers, what_if,
};
use crate::diagram::Paper;
use crate::finding::Severity;
use crate::locale::{Lang, Text};
use crate::model::Date;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "sekisho",
    version,
    about = "病院の外部接続を台帳から監査し、指摘事項と構成図を出力します / Audits a hospital's external connections: inventory in, findings and diagram out",
    disable_help_flag = true,
    disable_version_flag = true,
    disable_help_subcommand = true,
    max_term_width = 100
)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) shared: Shared,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What every command accepts.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "shared")]
pub(super) struct Shared {
    /// 表示の言語。既定は環境のロケール / language of the output; by default that of the locale
    #[arg(long, value_enum, value_name = "LANG", global = true)]
    pub(super) lang: Option<LangArg>,
    /// 途中経過と補足を表示しない / no progress and no remarks
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,
    /// この説明を表示する / print this help
    #[arg(long, short, action = ArgAction::Help, global = true)]
    help: Option<bool>,
    /// 版を表示する / print the version
    #[arg(long, short = 'V', action = ArgAction::Version)]
    version: Option<bool>,
}

/// A language as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum LangArg {
    Ja,
    En,
}

impl From<LangArg> for Lang {
    fn from(lang: LangArg) -> Self {
        match lang {
            LangArg::Ja => Self::Ja,
            LangArg::En => Self::En,
        }
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// 台帳のひな形を書き出す / write an inventory to begin from
    Init(Init),
    /// 台帳を監査し、指摘事項と構成図を出力する / audit an inventory: findings and diagram
    Audit(Audit),
    /// 台帳の書き方に誤りがないか確かめる / check that an inventory is well formed
    Validate(Validate),
    /// 構成図だけを出力する / draw the diagram alone
    Diagram(Diagram),
    /// 機器の設定ファイルを読み、何が設定されているかを表示する / show what the configurations of devices say
    Config(Config),
    /// ある相手から別の相手へ何が届くかを、理由とともに調べる / what can pass from where to where, and why
    Paths(paths::Paths),
    /// 外部接続が、台帳で許可した通信だけに分離されているか確かめる / whether a connection reaches only what is declared
    Isolation(isolation::Isolation),
    /// 緊急遮断手順: 外部との経路を断つために抜く、最も少ない回線・ポートを求める / emergency cut plan: the fewest lines and ports to pull so that nothing external is left
    Cut(cut::Cut),
    /// 侵入されたとき、そこから次に届く範囲を調べる / what an intruder at one place reaches next
    Blast(blast::Blast),
    /// 接続や設定を変えたとしたら、外部から届く範囲がどう変わるかを調べる（何も書き換えない） / how the reach from outside would change if a connection or a setting did; nothing is written
    WhatIf(what_if::WhatIf),
    /// 外部の相手ごとに、どこへ何が届くかを一覧にする / what everybody outside reaches
    Exposure(exposure::Exposure),
    /// 新旧の台帳と設定を比べ、届く範囲の変化とその原因を示す / what changed between two states: reach, and by which change
    Diff(diff::Diff),
    /// 確認状況: どの接続・機器を、いつ、どの方法で、誰が最後に確認したか / when each connection and device was last confirmed, how and by whom
    Coverage(coverage::Coverage),
    /// 抜取確認: 公開の種から接続を抽選し、現地で見る手順と想定する結果の表を作る。記入済みの表の読取りも / draw connections by lot, with the steps and the expected result; read the filled sheet back
    Spotcheck(spotcheck::Spotcheck),
    /// 変更の理由と承認者、または指摘の例外承認を、台帳に加える YAML にする / a reason and an approver for a change, or the acceptance of a finding, as YAML for the inventory
    Decide(decide::Decide),
    /// 例外承認の一覧: 責任者、理由、代わりの対策、期限、当てはまる指摘と状態 / the register of waivers: owner, reason, compensating control, expiry, what each covers
    Waivers(waivers::Waivers),
    /// 年次再確認: 事業者ごとに確認を依頼する表を作る。返ってきた表の読取りも / lists of connections for every party to confirm; read back what they answer
    Recertify(recertify::Recertify),
    /// 両者の台帳の突合せ: 病院と事業者がそれぞれ書いた同じ接続を比べ、食い違いを示す / double entry: the hospital's and the vendor's declarations of the same lines, compared
    Reconcile(reconcile::Reconcile),
    /// 監査の履歴（時点記録）を見る、名前を付ける、受け渡す、整理する / the history of audits: list, show, tag, hand over, prune
    History(history::History),
    /// 証跡一式（台帳・設定・結果を1つにまとめ、誰でも確かめられるファイル）を作る、確かめる / evidence bundles: inventory, configurations and results in one file that anybody can check
    Bundle(bundle::BundleArgs),
    /// 受動観測: 保存済みのキャプチャや流れている通信から、実際に何がどこと通信しているかを調べる（何も送信しない） / passive observation: what really crosses the wire, from captures or live; nothing is sent
    Observe(observe::Observe),
    /// 疎通確認: 確認範囲指定書の範囲だけで、届くはずのものが届き、届かないはずのものが届かないことを確かめる / active checks inside a written scope: what must answer, and what must not be reached
    Probe(probe::Probe),
    /// ほかの資料から台帳の下書きを作る / draft an inventory from what exists
    Import(Import),
    /// 規則の一覧、または1つの規則の説明を表示する / list the rules, or explain one
    Explain(Explain),
    /// JSON Schemaを出力する（エディタの入力補完用） / print the JSON Schema, for completion in an editor
    Schema(Schema),
    /// シェルの補完スクリプトを出力する / print the completion script of a shell
    Completions(Completions),
    /// マニュアルページを出力する / print the manual page
    Man(Man),
    /// コマンドの説明を表示する / print the help of a command
    Help(Help),
}

/// `sekisho init`
#[derive(Debug, clap::Args)]
pub(super) struct Init {
    /// 書き出すフォルダ。すでにあるファイルは上書きしない / folder to write to; nothing is overwritten
    #[arg(value_name = "DIR", default_value = ".")]
    pub(super) folder: PathBuf,
    /// ひな形の代わりに、この例を書き出す / write this example instead of the starter
    #[arg(long, value_name = "NAME")]
    pub(super) example: Option<String>,
    /// 例の一覧を表示する / list the examples
    #[arg(long)]
    pub(super) list: bool,
}

/// `sekisho audit`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "構成図のPDFには、控えとして台帳そのものが添付されます。台帳を見せない相手には、添付のない sekisho diagram の図を渡してください（--without-findings、--view external、--view connection:番号）。 / The PDF of the diagram carries the inventory inside, as a record. For whom the inventory is not meant, make sheets that carry nothing with sekisho diagram (--without-findings, --view external, --view connection:NUMBER)."
)]
pub(super) struct Audit {
    /// 台帳（ファイル、フォルダ、- は標準入力） / inventory: a file, a folder, or - for standard input
    #[arg(value_name = "INVENTORY")]
    pub(super) inventory: PathBuf,
    /// 機器の設定など、台帳と突き合わせる資料（ファイルまたはフォルダ。複数指定できる） / evidence to compare with the inventory, such as configurations of devices: a file or a folder, several if need be
    #[arg(long, value_name = "PATH")]
    pub(super) evidence: Vec<PathBuf>,
    /// 結果を書き出すフォルダ。図の配置（positions.json）もここに保つ / folder for the results; it also keeps the layout of the drawing
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// 形式（カンマ区切り）。省略すると主な形式すべて / formats, separated by commas; the usual ones when left out
    #[arg(long, value_name = "FORMAT", value_delimiter = ',', value_parser = outputs())]
    pub(super) format: Vec<Output>,
    /// 前回の図の配置を使わず、配置し直す / ignore the layout of the previous drawing
    #[arg(long, requires = "out")]
    pub(super) fresh_layout: bool,
    /// 図面の用紙。省略すると内容に合わせる / paper of the drawing; chosen by the amount when left out
    #[arg(long, value_enum, value_name = "PAPER")]
    pub(super) paper: Option<PaperArg>,
    /// この重大度以上の指摘があれば終了コード1 / exit code 1 when a finding is this bad or worse
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "high")]
    pub(super) fail_on: FailOn,
    /// 結果を履歴に残す（台帳のそばの sekisho.history。設定の秘密情報は伏せて残す） / keep the result in the history: sekisho.history beside the inventory, with the secrets of configurations masked
    #[arg(long)]
    pub(super) keep: bool,
    /// 基準時点。履歴のこの時点記録（番号、タグ、日付、last）にすでにある指摘では終了コード1にしない / baseline: findings that this snapshot of the history has already (a number, a tag, a date, last) do not fail the run
    #[arg(long, value_name = "SNAPSHOT")]
    pub(super) baseline: Option<String>,
    /// 履歴のファイル、またはそれがあるフォルダ。省略すると台帳のそば / the history: a file or its folder; beside the inventory when left out
    #[arg(long, value_name = "PATH")]
    pub(super) history: Option<PathBuf>,
    #[command(flatten)]
    pub(super) day: Day,
}

fn outputs() -> impl TypedValueParser<Value = Output> {
    PossibleValuesParser::new(Output::all().map(Output::id))
        .try_map(|id| Output::find(&id).ok_or("no such format"))
}

/// From which severity on an audit fails.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum FailOn {
    Critical,
    High,
    Medium,
    Low,
    Info,
    Never,
}

impl FailOn {
    /// The severity; none when an audit never fails.
    pub(super) fn threshold(self) -> Option<Severity> {
        match self {
            Self::Critical => Some(Severity::Critical),
            Self::High => Some(Severity::High),
            Self::Medium => Some(Severity::Medium),
            Self::Low => Some(Severity::Low),
            Self::Info => Some(Severity::Info),
            Self::Never => None,
        }
    }
}

/// `sekisho validate`
#[derive(Debug, clap::Args)]
pub(super) struct Validate {
    /// 台帳（ファイル、フォルダ、- は標準入力）。複数のときは1つずつ確かめる / inventory: a file, a folder, or - for standard input; several are checked one by one
    #[arg(value_name = "INVENTORY", required = true)]
    pub(super) inventories: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) day: Day,
}

/// A paper as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum PaperArg {
    A4,
    A3,
}

impl From<PaperArg> for Paper {
    fn from(paper: PaperArg) -> Self {
        match paper {
            PaperArg::A4 => Self::A4,
            PaperArg::A3 => Self::A3,
        }
    }
}

/// `sekisho config`
#[derive(Debug, clap::Args)]
pub(super) struct Config {
    /// 機器の設定ファイル、またはそのフォルダ / configurations of devices, or folders of them
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<PathBuf>,
    /// 形式 / format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "terminal")]
    pub(super) format: ConfigFormat,
}

/// How configurations are shown.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ConfigFormat {
    Terminal,
    Json,
}

/// `sekisho import`
#[derive(Debug, clap::Args)]
pub(super) struct Import {
    #[command(subcommand)]
    pub(super) from: ImportFrom,
}

/// From what to draft.
#[derive(Debug, Subcommand)]
pub(super) enum ImportFrom {
    /// 機器の設定ファイルから下書きを作る / from configurations of devices
    Config(ImportConfig),
}

/// `sekisho import config`
#[derive(Debug, clap::Args)]
pub(super) struct ImportConfig {
    /// 機器の設定ファイル、またはそのフォルダ / configurations of devices, or folders of them
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<PathBuf>,
    /// 書き出すファイル。省略すると標準出力。すでにあるファイルは上書きしない / file to write; standard output when left out; nothing is overwritten
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// この台帳にまだないものだけを書く。-o を省略すると、台帳と同じフォルダに新しいファイルを作る / only what this inventory does not have; without -o a new file is made beside it
    #[arg(long, value_name = "INVENTORY")]
    pub(super) into: Option<PathBuf>,
}

/// `sekisho explain`
#[derive(Debug, clap::Args)]
pub(super) struct Explain {
    /// 規則の識別子、または名前の一部。省略すると一覧 / id of a rule or a part of its title; a list when left out
    #[arg(value_name = "RULE")]
    pub(super) id: Option<String>,
}

/// `sekisho schema`
#[derive(Debug, clap::Args)]
pub(super) struct Schema {
    /// 台帳の代わりに、JSON形式の報告のスキーマを出力する / that of the JSON report instead of the inventory
    #[arg(long)]
    pub(super) report: bool,
    /// 台帳の代わりに、paths、isolation、diff、coverage などのJSON形式の答えのスキーマを出力する / that of the JSON answers of `paths`, `isolation`, `diff`, `coverage` and the like instead of the inventory
    #[arg(long, conflicts_with = "report")]
    pub(super) answer: bool,
    /// 台帳の代わりに、時点記録のスキーマを出力する / that of records, one state of everything, instead of the inventory
    #[arg(long, conflicts_with_all = ["report", "answer"])]
    pub(super) record: bool,
    /// 台帳の代わりに、証跡ファイル（sekisho observe が書く）の形式の説明を出力する / the description of evidence files, which `sekisho observe` writes, instead of the inventory
    #[arg(long, conflicts_with_all = ["report", "answer", "record"])]
    pub(super) evidence: bool,
    /// 台帳の代わりに、確認範囲指定書（疎通確認の許可書）のスキーマを出力する / that of a scope, the written permission for probes, instead of the inventory
    #[arg(long, conflicts_with_all = ["report", "answer", "record", "evidence"])]
    pub(super) scope: bool,
    /// 台帳の代わりに、疎通確認の計画（sekisho probe plan が書く）のスキーマを出力する / that of a plan of probes, which `sekisho probe plan` writes, instead of the inventory
    #[arg(long, conflicts_with_all = ["report", "answer", "record", "evidence", "scope"])]
    pub(super) plan: bool,
}

/// `sekisho completions`
#[derive(Debug, clap::Args)]
pub(super) struct Completions {
    /// シェル / the shell
    #[arg(value_name = "SHELL")]
    pub(super) shell: clap_complete::Shell,
}

/// `sekisho man`
#[derive(Debug, clap::Args)]
pub(super) struct Man {
    /// 全コマンドのページをこのフォルダに書く / write the pages of all commands to this folder
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
}

/// `sekisho help`
#[derive(Debug, clap::Args)]
pub(super) struct Help {
    /// コマンド。省略すると全体の説明 / the command; the help of all when left out
    #[arg(value_name = "COMMAND")]
    pub(super) command: Option<String>,
}

/// The day to judge.
#[derive(Debug, clap::Args)]
pub(super) struct Day {
    /// 基準日。台帳の as_of より優先する / the day to judge; wins over the inventory's as_of
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub(super) as_of: Option<Date>,
}

pub(super) fn date(text: &str) -> Result<Date, String> {
    text.parse::<Date>()
        .map_err(|_| "年月日は 2026-11-20 の形で書きます / write the date as 2026-11-20".to_owned())
}

/// A text that says something.
pub(super) fn written(text: &str) -> Result<String, String> {
    let text = text.trim();
    let empty = || "空です。内容を書いてください / it is empty: say something".to_owned();
    Some(text.to_owned()).filter(|it| !it.is_empty()).ok_or_else(empty)
}

/// Parses the command line of this process, with help in the reader's language.
pub(super) fn parse() -> Result<Args, clap::Error> {
    let typed: Vec<OsString> = std::env::args_os().collect();
    let matches = command(asked_language(&typed)).try_get_matches_from(typed)?;
    Args::from_arg_matches(&matches)
}

/// The help of a command, or of all, in one language.
pub(super) fn help(named: Option<&str>, lang: Lang) -> clap::Error {
    let words = ["sekisho"].into_iter().chain(named).chain(["--help"]);
    match command(lang).try_get_matches_from(words) {
        Err(help) => help,
        // Nothing parses with `--help`.
        Ok(_) => command(lang).error(clap::error::ErrorKind::DisplayHelp, ""),
    }
}

/// The definition of the command line in one language.
pub(super) fn command(lang: Lang) -> clap::Command {
    in_language(Args::command(), lang)
}

/// The language, before anything has been parsed: help must already speak it.
pub(super) fn asked_language(typed: &[OsString]) -> Lang {
    let mut words = typed.iter().filter_map(|word| word.to_str()).peekable();
    while let Some(word) = words.next() {
        let value = match word.strip_prefix("--lang") {
            Some("") => words.peek().copied(),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        };
        match value {
            Some("ja") => return Lang::Ja,
            Some("en") => return Lang::En,
            _ => {}
        }
    }
    options::language_of_environment()
}

static USAGE: Text = Text::new("使い方", "Usage");
static COMMANDS: Text = Text::new("コマンド", "Commands");
static ARGUMENTS: Text = Text::new("引数", "Arguments");
static CHOICES: Text = Text::new("オプション", "Options");
static SHARED: Text = Text::new("共通のオプション", "Options of every command");

/// One language of a text that holds both.
pub(super) fn half(both: &str, lang: Lang) -> String {
    let half = match (both.split_once(" / "), lang) {
        (Some((ja, _)), Lang::Ja) => ja,
        (Some((_, en)), Lang::En) => en,
        (None, _) => both,
    };
    half.to_owned()
}

/// Keeps one language of every help text.
fn in_language(command: clap::Command, lang: Lang) -> clap::Command {
    let about = command.get_about().map(|it| half(&it.to_string(), lang));
    let after = command.get_after_help().map(|it| half(&it.to_string(), lang));
    let usage = USAGE.get(lang);
    let mut command = command
        .help_template(format!(
            "{{about-with-newline}}\n{usage}: {{usage}}\n\n{{all-args}}{{after-help}}"
        ))
        .subcommand_help_heading(COMMANDS.get(lang))
        .mut_args(|arg| {
            let heading = match arg.get_help_heading() {
                Some(_) => &SHARED,
                None if arg.is_positional() => &ARGUMENTS,
                None => &CHOICES,
            };
            let help = arg.get_help().map(|it| half(&it.to_string(), lang)).unwrap_or_default();
            let valued = arg.get_action().takes_values();
            let help = match valued {
                true => format!("{help}{}", accepted(&arg, lang)),
                false => help,
            };
            arg.help(help)
                .help_heading(heading.get(lang))
                .hide_possible_values(valued)
                .hide_default_value(valued)
        })
        .mut_subcommands(|inner| in_language(inner, lang));
    if let Some(about) = about {
        command = command.about(about);
    }
    if let Some(after) = after {
        command = command.after_help(after);
    }
    command
}

/// The words that an argument takes and its default, for its help.
fn accepted(arg: &clap::Arg, lang: Lang) -> String {
    let words = arg.get_possible_values();
    let words: Vec<_> = words.iter().map(|it| it.get_name()).collect();
    let default = arg.get_default_values().first();
    let mut notes = Vec::new();
    if !words.is_empty() {
        notes.push(words.join(", "));
    }
    if let Some(default) = default {
        let default = default.to_string_lossy();
        let note = crate::text!("既定: {default}", "default: {default}");
        notes.push(note.get(lang).to_owned());
    }
    match notes.as_slice() {
        [] => String::new(),
        _ => format!(" [{}]", notes.join("; ")),
    }
}
