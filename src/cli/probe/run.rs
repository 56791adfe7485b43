//! `sekisho probe run`: exactly what a plan says, and nothing else.
//!
//! Everything that can be refused is refused before a socket exists. The first run of a plan is
//! dry: it prints what would be sent, and its journal is the record of that. A notice for those who
//! watch the network is written before, a record of what was done after.

mod notice;
mod show;

use super::permission::Permission;
use crate::cli::Exit;
use crate::cli::args::Day;
use crate::cli::console::{Console, Stop, reason, unreadable};
use crate::cli::deliver::stop_when_interrupted;
use crate::cli::question::AnswerFormat;
use crate::evidence::capture::live::drop_privileges;
use crate::evidence::probe::Means;
use crate::evidence::probe::journal::{Keeper, load, of_scope, sent_today};
use crate::evidence::probe::run::{self as runner, Order, addresses};
use crate::locale::Text;
use crate::model::words::Verdict;
use crate::probe::Expectation;
use crate::probe::journal::{Head, Journal, Line, Watch};
use crate::probe::plan::Plan;
use crate::probe::restraint::Past;
use crate::probe::scope::Admission;
use crate::probe::verdict::{Ground, Judged, Reason, verdicts};
use crate::source::Diagnostic;
use crate::text;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// `sekisho probe run`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "計画ごとに最初の1回は何も送らず、送る内容をすべて表示します。もう一度同じ計画で実行すると送信します。止めるには Ctrl-C を押します。そこまでの記録は残り、--resume で続きから行えます。\n終了コード: 0 すべて台帳のとおり、1 届いてはならない先に届いた、2 断った・誤り、3 判定できないものがある、130 中断 / The first run of a plan sends nothing and prints everything that it would send; run it again to send. Ctrl-C ends it; what was done so far is kept, and --resume goes on.\nExit codes: 0 all as declared, 1 something is reached that must not be, 2 refused or wrong, 3 something is undetermined, 130 interrupted"
)]
pub(super) struct Run {
    /// 台帳（ファイル、フォルダ） / inventory: a file or a folder
    #[arg(value_name = "INVENTORY")]
    inventory: PathBuf,
    /// 確認範囲指定書 / the scope, the written permission
    #[arg(long, value_name = "FILE")]
    scope: PathBuf,
    /// 計画（sekisho probe plan -o が書いたファイル、またはそのハッシュ） / the plan: the file that `sekisho probe plan -o` wrote, or its hash
    #[arg(long, value_name = "PLAN")]
    plan: PathBuf,
    /// 計画を作ったときと同じ観測ファイルなど / the evidence with which the plan was made
    #[arg(long, value_name = "PATH")]
    evidence: Vec<PathBuf>,
    /// 記録を書くフォルダ / folder for the journal, the notice and the record
    #[arg(long, short, value_name = "FOLDER", default_value = ".")]
    output: PathBuf,
    /// 送らずに、送る内容だけを表示する / send nothing, only print what would be sent
    #[arg(long)]
    dry_run: bool,
    /// 中断した実行の続きを行う / go on with a run that was interrupted
    #[arg(long, value_name = "JOURNAL", conflicts_with = "dry_run")]
    resume: Option<PathBuf>,
    /// 立会い応答の記録（判定に加える） / journal of a witness, for the verdicts
    #[arg(long, value_name = "JOURNAL")]
    witness: Vec<PathBuf>,
    /// 形式 / format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: AnswerFormat,
    #[command(flatten)]
    day: Day,
}

/// Runs a plan, dry or not.
pub(super) fn run(args: &Run, console: &Console) -> Result<Exit, Stop> {
    let permission =
        Permission::read(&args.inventory, &args.scope, &args.evidence, &args.day, console)?;
    let plan = permission.planned(&args.plan)?;
    let admission =
        Admission { scope: &permission.scope, classes: &permission.classes, pins: &plan.pins };
    admit(&plan, &admission)?;
    let ground = Ground::new(&permission.inventory, None);
    let watches = watches(&args.witness)?;
    let known = of_scope(&args.output, &plan.scope);
    let resumed = args.resume.as_ref().map(|it| journal(it, &plan)).transpose()?;
    let rehearsed = known.iter().any(|it| it.head.dry && it.head.plan == plan.hash());
    let dry = args.dry_run || (resumed.is_none() && !rehearsed);
    let dry_alone = args.dry_run;
    // Held until this run is over.
    let _only = if dry { None } else { Some(alone(&args.scope)?) };
    if !dry {
        timely(&admission)?;
        stands(&plan, &ground, &addresses(&plan))?;
    }
    fs::create_dir_all(&args.output).map_err(|error| unwritable(&args.output, &error))?;
    let means = match dry {
        true => None,
        false => Some(open(&plan, &args.output)?),
    };
    let now = Timestamp::now();
    let head = head(&permission, &plan, now, dry);
    let path = args.resume.clone().unwrap_or_else(|| place(&args.output, &head));
    let keeper = match resumed {
        None => begin(&path, &head),
        Some(_) => {
            Keeper::resume(&path).and_then(|it| it.add(&[Line::Resumed { at: now }]).map(|()| it))
        }
    }
    .map_err(|error| unwritable(&path, &error))?;
    let Some(means) = means else {
        return rehearse(&plan, &keeper, &path, dry_alone, console);
    };
    let contact = &permission.scope.file;
    notice::before(&path, &head, contact).map_err(|error| unwritable(&path, &error))?;
    let spent = sent_today(&known, now);
    let past = match &resumed {
        Some(journal) => Past::of(journal, spent, &ground),
        None => Past { day: spent, ..Past::default() },
    };
    let stop = stop_when_interrupted();
    let (total, begun) = (plan.questions.len(), Instant::now());
    let mut answered: BTreeSet<u32> = past.settled.clone();
    let mut shown = begun;
    let mut watch = |line: &Line| {
        if let Line::Answered(it) = line {
            answered.insert(it.number);
        }
        if let Line::Stopped { host, reason, .. } = line {
            console.remark(&show::stopped(*host, reason));
        }
        if shown.elapsed() > Duration::from_millis(200) {
            shown = Instant::now();
            let (done, seconds) = (answered.len(), begun.elapsed().as_secs());
            console.step(&text!(
                "確認しています {done}/{total}（{seconds}秒）。止めるには Ctrl-C",
                "asking {done}/{total} ({seconds} s); Ctrl-C ends it"
            ));
        }
    };
    let from = plan.from.clone();
    let gate = |question: &_, at| {
        admission.admit(question, &from, at).map_err(|it| it.text().en.into_owned())
    };
    let seed = u64::try_from(now.as_nanosecond().unsigned_abs() & u128::from(u64::MAX))
        .unwrap_or_default();
    let order =
        Order { plan: &plan, past, keeper, means, gate: &gate, stop, seed, watch: &mut watch };
    let ended = runner::run(order);
    console.settle();
    ended.map_err(|error| unwritable(&path, &error))?;
    let ran = journal(&path, &plan)?;
    let judged = complete(&plan, verdicts(std::slice::from_ref(&ran), &watches, &ground));
    notice::after(&path, &ran, &judged, contact).map_err(|error| unwritable(&path, &error))?;
    let file = path.display();
    console.remark(&text!("{file} に記録しました", "recorded in {file}"));
    let answer = match args.format {
        AnswerFormat::Text => show::table(&ran, &judged, console),
        AnswerFormat::Json => format!("{:#}\n", show::json(&ran, &judged, &path)),
    };
    console.print(answer.as_bytes())?;
    Ok(if stop.load(Ordering::SeqCst) { Exit::Interrupted } else { exit(&judged) })
}

/// What the verdicts come to.
fn exit(judged: &[Judged]) -> Exit {
    let negative = |it: &&Judged| it.question.expect == Expectation::NoAnswer;
    let reached = judged.iter().filter(negative).any(|it| it.verdict == Verdict::Reachable)
        || judged.iter().any(|it| it.reason == Reason::AnsweredStranger);
    let as_declared = judged.iter().all(|it| match it.question.expect {
        Expectation::NoAnswer => it.verdict == Verdict::Isolated,
        Expectation::Answers | Expectation::Control => it.verdict == Verdict::Reachable,
    });
    match (reached, as_declared) {
        (true, _) => Exit::Findings,
        (false, true) => Exit::Clean,
        (false, false) => Exit::Undetermined,
    }
}

/// Adds the questions that were never asked, so that none is missing.
fn complete(plan: &Plan, mut judged: Vec<Judged>) -> Vec<Judged> {
    let asked: BTreeSet<_> = judged.iter().map(|it| it.question.clone()).collect();
    let missing = plan.questions.iter().filter(|it| !asked.contains(it));
    judged.extend(missing.map(|it| Judged::never(&plan.from, it)));
    judged
}

/// Refuses a plan that the scope does not permit as a whole.
fn admit(plan: &Plan, admission: &Admission<'_>) -> Result<(), Diagnostic> {
    let scope = admission.scope;
    let refuse = |what: Text| {
        let problem = Diagnostic::error("refused", what);
        Err(problem.help(text!(
            "何も送信していません。計画を作り直してください（sekisho probe plan）",
            "nothing was sent; make the plan again (sekisho probe plan)"
        )))
    };
    if plan.scope != scope.hash {
        return refuse(text!(
            "計画は、この確認範囲指定書から作られたものではありません（ハッシュが合いません）",
            "the plan was not made from this scope (the hash differs)"
        ));
    }
    let within = |it: &crate::probe::Window| {
        scope.windows.iter().any(|of| of.from <= it.from && it.until <= of.until)
    };
    if plan.limits != scope.limits || !plan.windows.iter().all(within) {
        return refuse(text!(
            "計画の上限または日時が、確認範囲指定書と違います",
            "limits or windows of the plan are not those of the scope"
        ));
    }
    for question in &plan.questions {
        if let Err(refusal) = admission.permits(question, &plan.from) {
            let (to, port, why) = (question.to, question.port, refusal.text());
            return refuse(text!(
                "{to} ポート{port} への確認は許可されていません: {why}",
                "{to} port {port} may not be asked: {why}"; why
            ));
        }
    }
    Ok(())
}

/// Refuses to ask from an address that the line is not permitted to, or that the plan was not made for.
fn stands(plan: &Plan, ground: &Ground, addresses: &[IpAddr]) -> Result<(), Diagnostic> {
    let as_planned =
        |it: IpAddr| plan.source.is_none_or(|own| own == it || own.is_ipv4() != it.is_ipv4());
    let permitted =
        |it: IpAddr| ground.permits(&plan.from, it) || ground.may_be_translated(&plan.from, it);
    let other = addresses.iter().find(|it| !permitted(**it) || !as_planned(**it));
    let Some(other) = other else { return Ok(()) };
    let problem = Diagnostic::error(
        "refused",
        text!(
            "この端末は {other} から送信しますが、許可された接続元（台帳の sources、計画の --source）にありません",
            "this machine would send from {other}, which is not among the permitted sources (`sources` of the connection, `--source` of the plan)"
        ),
    );
    Err(problem.help(text!(
        "何も送信していません。許可されたアドレスの端末から実行してください",
        "nothing was sent; run it on a machine with a permitted address"
    )))
}

/// Holds the scope as long as the file is open. Budgets and rates are those of all its runs, so two at
/// once would send twice what it permits.
fn alone(scope: &Path) -> Result<fs::File, Diagnostic> {
    let name = scope.display().to_string();
    let file = fs::File::open(scope).map_err(|error| unreadable(&name, &reason(&error)))?;
    match file.try_lock() {
        Err(fs::TryLockError::WouldBlock) => {
            let problem = Diagnostic::error(
                "refused",
                text!(
                    "「{name}」による別の疎通確認が実行中です。同時には行えません",
                    "another run with `{name}` is under way; two at once are not permitted"
                ),
            );
            Err(problem.help(text!(
                "何も送信していません。終わるのを待つか、止めてから実行してください",
                "nothing was sent; wait for its end, or stop it"
            )))
        }
        // Where files cannot be locked there is nobody to wait for.
        Err(fs::TryLockError::Error(_)) | Ok(()) => Ok(file),
    }
}

/// Refuses outside the windows.
fn timely(admission: &Admission<'_>) -> Result<(), Diagnostic> {
    admission.timely(Timestamp::now()).map_err(|refusal| {
        let why = refusal.text();
        let problem = Diagnostic::error(
            "refused",
            text!("今は送信できません: {why}", "nothing may be sent now: {why}"; why),
        );
        let next = admission.scope.windows.iter().find(|it| it.from > Timestamp::now());
        match next {
            Some(next) => {
                let from = next.from;
                problem.help(text!(
                    "次に許可された日時は {from} からです",
                    "the next window opens at {from}"
                ))
            }
            None => problem,
        }
    })
}

/// Opens what needs privilege, and gives the privilege up.
fn open(plan: &Plan, folder: &Path) -> Result<Means, Diagnostic> {
    let kinds: BTreeSet<_> = plan.questions.iter().map(|it| it.kind).collect();
    let kinds: Vec<_> = kinds.into_iter().collect();
    let failed = |why: String| {
        Diagnostic::error(
            "no-means",
            text!("送信の準備ができません: {why}", "cannot prepare to send: {why}"),
        )
    };
    let means = Means::open(&kinds).map_err(failed)?;
    drop_privileges(folder).map_err(|error| failed(error.to_string()))?;
    Ok(means)
}

fn head(permission: &Permission, plan: &Plan, started: Timestamp, dry: bool) -> Head {
    let file = &permission.scope.file;
    let tester = &file.tester;
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    Head {
        scope: plan.scope.clone(),
        plan: plan.hash(),
        from: plan.from.clone(),
        tester: tester.name.value.clone(),
        party: tester.party.as_ref().map(|it| it.value.to_string()),
        approver: file.approver.name.value.clone(),
        host: host.trim().to_owned(),
        addresses: addresses(plan),
        limits: plan.limits,
        questions: u32::try_from(plan.questions.len()).unwrap_or(u32::MAX),
        started,
        dry,
    }
}

/// `probe-line1-20261122-220000.jsonl`
fn place(folder: &Path, head: &Head) -> PathBuf {
    let at = head.started.strftime("%Y%m%d-%H%M%S");
    let dry = if head.dry { "-dry" } else { "" };
    let from = &head.from.id;
    folder.join(format!("probe-{from}-{at}{dry}.jsonl"))
}

fn begin(path: &Path, head: &Head) -> io::Result<Keeper> {
    let keeper = Keeper::begin(path)?;
    keeper.add(&[Line::Run(head.clone())])?;
    keeper.flush()?;
    Ok(keeper)
}

/// Prints everything that would be sent.
fn rehearse(
    plan: &Plan,
    keeper: &Keeper,
    path: &Path,
    alone: bool,
    console: &Console,
) -> Result<Exit, Stop> {
    console.print(show::rehearsal(plan, console).as_bytes())?;
    let ended = keeper.add(&[Line::End { at: Timestamp::now(), answered: 0 }]);
    ended.and_then(|()| keeper.flush()).map_err(|error| unwritable(path, &error))?;
    let file = path.display();
    console.summarize(&text!(
        "何も送信していません。{file} に予行の記録を残しました",
        "nothing was sent; {file} is the record of the rehearsal"
    ));
    if !alone {
        console.summarize(&text!(
            "この計画の最初の実行だったため予行としました。同じコマンドをもう一度実行すると送信します",
            "it was the first run of this plan and so a rehearsal; the same command sends when it is run again"
        ));
    }
    Ok(Exit::Clean)
}

/// The run in a journal, which must be one of this plan.
fn journal(path: &Path, plan: &Plan) -> Result<Journal, Diagnostic> {
    let name = path.display().to_string();
    let journals = load(path).map_err(|error| unreadable(&name, &reason(&error)))?;
    let wrong = |why: Text| {
        Diagnostic::error("wrong-journal", text!("「{name}」: {why}", "`{name}`: {why}"; why))
    };
    if let Some((line, why)) = journals.wrong.into_iter().next() {
        return Err(wrong(text!("{line}行目: {why}", "line {line}: {why}"; why)));
    }
    let mut runs = journals.runs;
    match (runs.pop(), runs.is_empty()) {
        (Some(run), true) if !run.head.dry && run.head.plan == plan.hash() => Ok(run),
        _ => Err(wrong(Text::new(
            "この計画の実行の記録ではありません",
            "it is no journal of a run of this plan",
        ))),
    }
}

fn watches(paths: &[PathBuf]) -> Result<Vec<Watch>, Diagnostic> {
    let mut all = Vec::new();
    for path in paths {
        let name = path.display();
        let read = load(path).map_err(|error| unreadable(&name, &reason(&error)))?;
        all.extend(read.watches);
    }
    Ok(all)
}

fn unwritable(path: &Path, error: &io::Error) -> Diagnostic {
    let (name, why) = (path.display(), reason(error));
    Diagnostic::error(
        "unwritable",
        text!("「{name}」に書けません: {why}", "cannot write `{name}`: {why}"; why),
    )
}
