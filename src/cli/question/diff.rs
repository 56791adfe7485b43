//! `sekisho diff`: what changed between two states, who approved it, and by what reach grew.

use super::scans;
use crate::change::{self, FindingChange, Read};
use crate::cli::Exit;
use crate::cli::args::Day;
use crate::cli::console::{Console, Stop};
use crate::cli::deliver::{Delivery, Existing};
use crate::cli::history::place;
use crate::cli::state::{self, Around, resolve};
use crate::reach::difference::{Difference, State, Turn};
use crate::report::answer::difference::{self, States};
use crate::report::change::Changed;
use crate::source::Diagnostic;
use crate::text;
use clap::ValueEnum;
use std::path::{Path, PathBuf};

/// `sekisho diff`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "変更の理由と承認者は、台帳の changes に書きます（例: changes.yaml）。名前もアドレスも変えた対象は same で対応を示せます。\n終了コード: 0 届く範囲は広がっていない、1 届かなかったもの（判定不能だったものを含む）に、加わった許可によって確実に届くようになった（または --fail-on に当てはまる）、3 広がったかどうか言い切れない変化だけがある（比較の対象にない行が変わった設定ファイルを含む。コメントだけの違いは含まない）、2 入力の誤り。 / Reasons and approvers stand under `changes` of the inventory; what got another id can be named under `same`.\nExit codes: 0 reach did not grow, 1 something that was ruled out is certainly reached now, or something undetermined is by a permission that is new (or --fail-on is met), 3 there are only changes of which nobody can tell whether it grew, also configuration files that changed in lines that are not compared (comments apart), 2 wrong input."
)]
pub(in crate::cli) struct Diff {
    /// 旧: 台帳（ファイルまたはフォルダ）、設定のフォルダ、証跡一式（ZIP）、時点記録（#12、タグ、2025-11、last）、git:リビジョン[:パス]、ポートの確認結果（Nmap の XML） / the older state: an inventory (file or folder), a folder of configurations, an evidence bundle (ZIP), a snapshot (#12, a tag, 2025-11, last), git:REVISION[:PATH], or a port report (XML of Nmap)
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
    /// 履歴のファイル、台帳、またはそのフォルダ。省略すると、OLD・NEW の台帳のそば / the history, the inventory beside it, or their folder; beside the inventory of OLD or NEW when left out
    #[arg(long, value_name = "PATH")]
    history: Option<PathBuf>,
    /// 形式。省略すると出力先の拡張子で決まり、出力先もなければ text / format; when left out the ending of the output chooses it, and without an output it is text
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Shape>,
    /// 出力先のファイル（省略時は標準出力）。拡張子 txt、json、md、html、xlsx / the file to write, ending in txt, json, md, html or xlsx; standard output when left out
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// 終了コードを1にする条件を加える（複数指定できる） / what else makes the exit code 1; several if need be
    #[arg(long, value_enum, value_name = "WHAT")]
    fail_on: Vec<FailOn>,
    #[command(flatten)]
    day: Day,
}

/// How the difference is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Shape {
    Text,
    Json,
    Markdown,
    Html,
    Xlsx,
}

impl Shape {
    /// The ending of a file, and the format that it asks for.
    const BY_ENDING: &'static [(&'static str, Self)] = &[
        ("txt", Self::Text),
        ("json", Self::Json),
        ("md", Self::Markdown),
        ("html", Self::Html),
        ("xlsx", Self::Xlsx),
    ];

    /// What was asked for by name, else what the ending of the file asks for.
    fn asked(named: Option<Self>, output: Option<&Path>) -> Result<Self, Diagnostic> {
        match (named, output) {
            (Some(named), _) => Ok(named),
            (None, None) => Ok(Self::Text),
            (None, Some(file)) => Self::of(file).ok_or_else(|| {
                let known: Vec<_> = Self::BY_ENDING.iter().map(|(ending, _)| *ending).collect();
                unknown_format(file, &known.join(", "))
            }),
        }
    }

    fn of(file: &Path) -> Option<Self> {
        let ending = file.extension()?.to_str()?.to_ascii_lowercase();
        Self::BY_ENDING.iter().find(|(known, _)| *known == ending).map(|(_, shape)| *shape)
    }
}

/// What else fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// 理由と承認者の書かれていない変更がある / there is a change that nobody explained
    Unexplained,
    /// 新規または再発の指摘、開いている対象が増えた指摘がある / a finding is new or reopened, or what it is about opens more
    Findings,
}

/// Asks and shows the answer.
pub(in crate::cli) fn run(args: &Diff, console: &Console) -> Result<Exit, Stop> {
    let shape = Shape::asked(args.format, args.output.as_deref())?;
    if let Some(pair) = scans::pair(&args.old, &args.new)? {
        let (shown, exit) = scans::run(&pair, shape, console)?;
        deliver(args, &shown, console)?;
        return Ok(exit);
    }
    let history = args.history.as_deref();
    let history = history.unwrap_or_else(|| beside(&[&args.new, &args.old]));
    let side = |typed: &str, evidence: &[PathBuf]| {
        resolve(typed, Around { evidence, day: &args.day, history }, console)
    };
    let (old, new) = (side(&args.old, &args.evidence_old)?, side(&args.new, &args.evidence_new)?);
    let (old_reach, new_reach) = (old.reach(), new.reach());
    let lang = console.lang();
    let (old_report, new_report) = (old.report(lang), new.report(lang));
    let mut changes = change::Difference::between(&old.record, &new.record, &old.earlier);
    changes.tell_lines(read(&old), read(&new));
    let by_cause = Difference::between(
        State {
            reach: &old_reach,
            evidence: &old.assessment.evidence,
            exposure: old_report.assessment.exposure(),
            sources: old_report.sources,
        },
        State {
            reach: &new_reach,
            evidence: &new.assessment.evidence,
            exposure: new_report.assessment.exposure(),
            sources: new_report.sources,
        },
        |it| changes.renames.thing(it),
    );
    let states = States { old: &old_report, new: &new_report };
    let causes = difference::causes(states, &by_cause);
    let causes = if shape == Shape::Text { &[][..] } else { &causes };
    let (older, newer) = (&old.record, &new.record);
    let changed = Changed {
        called: [&old.name, &new.name],
        old: older,
        new: newer,
        difference: &changes,
        causes,
        lang,
    };
    let shown = match shape {
        Shape::Text => {
            let reach = difference::text(states, &by_cause, console.layout());
            format!("{}\n{reach}", changed.text(console.layout())).into_bytes()
        }
        Shape::Json => {
            format!("{:#}\n", difference::json(states, &by_cause, &changes)).into_bytes()
        }
        Shape::Markdown => changed.markdown().into_bytes(),
        Shape::Html => changed.html().map_err(|why| not_made(&why.to_string()))?.into_bytes(),
        Shape::Xlsx => changed.xlsx().map_err(|why| not_made(&why.to_string()))?,
    };
    deliver(args, &shown, console)?;
    let fails = args.fail_on.iter().any(|it| match it {
        FailOn::Unexplained => changes.unexplained().next().is_some(),
        FailOn::Findings => changes.findings.iter().any(FindingChange::is_new),
    });
    Ok(match () {
        // Shown, and said to be altered: that must not pass for a comparison of what was kept.
        () if old.altered || new.altered => Exit::Wrong,
        () if fails || by_cause.granted || by_cause.has(&[Turn::Opened]) => Exit::Findings,
        () if by_cause.has(&[Turn::Confirmed, Turn::MayHaveOpened]) => Exit::Undetermined,
        () if changes.untold().next().is_some() => Exit::Undetermined,
        () => Exit::Clean,
    })
}

/// The configurations of a state, to be compared line by line.
fn read(state: &state::State) -> Read<'_> {
    Read { assessment: &state.assessment, sources: &state.sources }
}

/// To the file that was named, whole or not at all; else to standard output.
fn deliver(args: &Diff, shown: &[u8], console: &Console) -> Result<(), Stop> {
    let Some(file) = &args.output else { return console.print(shown) };
    let mut delivery = Delivery::new(Existing::Replace).sparing(Path::new(&args.new));
    delivery.add(file, shown)?;
    delivery.finish()?;
    Ok(())
}

/// Where the history is when nobody said so: beside the first state that is a file or folder and
/// has one there, else here.
pub(in crate::cli) fn beside<'a>(typed: &[&'a str]) -> &'a Path {
    let mut paths = typed.iter().map(|it| Path::new(*it));
    paths.find(|it| it.exists() && place(it).is_file()).unwrap_or(Path::new("."))
}

/// The ending of a file that is to be written is none of those known.
pub(super) fn unknown_format(file: &Path, known: &str) -> Diagnostic {
    let name = file.display();
    Diagnostic::error(
        "unknown-format",
        text!("「{name}」の拡張子から形式が分かりません", "the ending of `{name}` names no format"),
    )
    .help(text!(
        "使える拡張子: {known}。ほかの名前のファイルには --format も付けてください",
        "known endings: {known}; for another name, add --format"
    ))
}

fn not_made(why: &str) -> Diagnostic {
    Diagnostic::error("not-made", text!("出力を作れません: {why}", "not made: {why}"))
}
