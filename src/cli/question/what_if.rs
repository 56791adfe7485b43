//! `sekisho what-if`: what would be different. Nothing on disk is changed.

use super::blast::thing;
use super::{AnswerFormat, Case, Seen};
use crate::audit::audit_with;
use crate::cli::Exit;
use crate::cli::collect::MOST;
use crate::cli::console::{Console, Stop};
use crate::cli::gather::gather_raw;
use crate::evidence::{EvidenceSet, Named};
use crate::inventory::Endpoint;
use crate::locale::Text;
use crate::model::{AddressSet, EntityKind, EntityRef, Service};
use crate::reach::Reach;
use crate::reach::cut::Pull;
use crate::reach::exposure::Exposure;
use crate::reach::what_if::{FrontLine, changes, in_front};
use crate::report::answer::{self, what_if::Outcome};
use crate::source::{Diagnostic, quoted};
use crate::text;
use std::path::{Path, PathBuf};

/// `sekisho what-if`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "終了コード: 0 新たに届くものはない、1 新たに確実に届くものがある、3 新たに届かないと言い切れないものがある（判定不能）、2 入力の誤り。 / Exit codes: 0 nothing is newly reached, 1 something certainly is, 3 something can no longer be ruled out (undetermined), 2 wrong input."
)]
pub(in crate::cli) struct WhatIf {
    /// 台帳（ファイル、フォルダ、- は標準入力） / inventory: a file, a folder, or - for standard input
    #[arg(value_name = "INVENTORY")]
    inventory: PathBuf,
    /// 取り外すもの: 外部接続、回線、機器、または 機器.インタフェース（複数指定できる） / what is taken away: a connection, circuit, device, or device.interface; several if need be
    #[arg(long, value_name = "THING")]
    without: Vec<String>,
    /// 機器のフィルタの先頭に加える拒否。例: "fw: from any to ehr 3389/tcp" / a denial in front of a device's filters, such as "fw: from any to ehr 3389/tcp"
    #[arg(long, value_name = "LINE")]
    deny: Vec<String>,
    /// 機器のフィルタの先頭に加える許可。書き方は --deny と同じ / a permission in front of a device's filters, written like --deny
    #[arg(long, value_name = "LINE")]
    permit: Vec<String>,
    /// 機器の設定を、このファイルのものに替える / another configuration of a device
    #[arg(long, value_name = "DEVICE=FILE")]
    config: Vec<String>,
    /// 形式 / format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: AnswerFormat,
    #[command(flatten)]
    seen: Seen,
}

/// Asks twice and shows the difference.
pub(in crate::cli) fn run(args: &WhatIf, console: &Console) -> Result<Exit, Stop> {
    let mut case = Case::open(Some(&args.inventory), &args.seen, console)?;
    let mut asked = Vec::new();
    let evidence = changed(&mut case, args, &mut asked)?;
    let inventory = case.facts.inventory.clone();
    let after = audit_with(inventory, evidence, case.facts.as_of, std::iter::empty());
    let before = case.reach();
    let mut reach = Reach::new(&after.inventory, &after.evidence, &after.topology);
    let (mut gone, mut ports) = (Vec::new(), Vec::new());
    for typed in &args.without {
        taken(&reach, typed, &mut gone, &mut ports)?;
        let typed = quoted(typed);
        asked.push(text!("「{typed}」を取り外す", "without `{typed}`"));
    }
    if !args.without.is_empty() {
        reach = reach.without_things(&gone, &ports);
    }
    if asked.is_empty() {
        return Err(nothing().into());
    }
    let changes = changes(&Exposure::new(&before), &Exposure::new(&reach));
    let shown = match args.format {
        AnswerFormat::Text => {
            answer::what_if::text(&case.report(console), &asked, &changes, console.layout())
        }
        AnswerFormat::Json => format!("{:#}\n", answer::what_if::json(&asked, &changes)),
    };
    console.print(shown.as_bytes())?;
    Ok(match Outcome::of(&changes) {
        Outcome::None | Outcome::Less => Exit::Clean,
        Outcome::More => Exit::Findings,
        Outcome::Undetermined => Exit::Undetermined,
    })
}

/// What is taken away.
fn taken(
    reach: &Reach<'_>,
    typed: &str,
    gone: &mut Vec<EntityRef>,
    ports: &mut Vec<Pull>,
) -> Result<(), Diagnostic> {
    let circuit = typed.strip_prefix("circuits/").unwrap_or(typed);
    if reach.inventory.circuits.declares(circuit) {
        gone.push(EntityRef::new(EntityKind::Circuit, circuit));
        return Ok(());
    }
    if let Some((owner, name)) = typed.split_once('.') {
        let found = reach.ports_called(owner, name);
        if !found.is_empty() {
            ports.extend(found);
            return Ok(());
        }
    }
    let thing = thing(reach, "--without", typed)?;
    let kinds = [EntityKind::Connection, EntityKind::Device, EntityKind::Path, EntityKind::Party];
    if !kinds.contains(&thing.kind) {
        let given = quoted(typed);
        return Err(Diagnostic::error(
            "not-removable",
            text!(
                "--without の「{given}」は、外部接続でも回線でも機器でもありません",
                "--without: `{given}` is no connection, circuit or device"
            ),
        ));
    }
    gone.push(thing);
    Ok(())
}

/// The evidence with other configurations and lines in front of filters.
fn changed(
    case: &mut Case,
    args: &WhatIf,
    asked: &mut Vec<Text>,
) -> Result<EvidenceSet, Diagnostic> {
    let mut evidence = case.facts.evidence.clone();
    for typed in &args.config {
        let (device, file) = typed.split_once('=').ok_or_else(|| misshapen("--config", typed))?;
        replaced(case, device, Path::new(file), &mut evidence)?;
        let (device, file) = (quoted(device), quoted(file));
        asked.push(text!(
            "「{device}」の設定を {file} に替える",
            "the configuration of `{device}` is {file}"
        ));
    }
    let lines =
        args.deny.iter().map(|it| (it, false)).chain(args.permit.iter().map(|it| (it, true)));
    for (typed, permits) in lines {
        let option = if permits { "--permit" } else { "--deny" };
        let wrong = || misshapen(option, typed);
        let (device, line) = typed.split_once(':').ok_or_else(wrong)?;
        let words: Vec<&str> = line.split_whitespace().collect();
        let ["from", from, "to", to, services @ ..] = words.as_slice() else { return Err(wrong()) };
        let reach = case.reach();
        let line = FrontLine {
            permits,
            from: addresses(&reach, option, from)?,
            to: addresses(&reach, option, to)?,
            services: services
                .iter()
                .map(|it| it.parse::<Service>().map_err(|_| wrong()))
                .collect::<Result<_, _>>()?,
        };
        let device = thing(&reach, option, device.trim())?;
        let name = device.id.clone();
        drop(reach);
        let position = position(case, &evidence, &device);
        let Some(configured) = position.and_then(|at| evidence.devices.get_mut(at)) else {
            return Err(unconfigured(option, &name));
        };
        in_front(&mut configured.config, &line);
        let typed = quoted(typed);
        asked.push(match permits {
            true => text!("許可を加える: {typed}", "permit {typed}"),
            false => text!("拒否を加える: {typed}", "deny {typed}"),
        });
    }
    Ok(evidence)
}

/// Where the configuration of a device stands in the evidence.
fn position(case: &Case, evidence: &EvidenceSet, device: &EntityRef) -> Option<usize> {
    let named = |it: &crate::evidence::Configured| {
        it.named.as_ref().is_some_and(|it| it.device == device.id)
    };
    let by_name = evidence.devices.iter().position(named);
    let joined = || case.facts.topology.joined().iter().find(|it| it.thing == *device);
    by_name.or_else(|| joined().map(|it| it.configured))
}

/// Another file takes the place of what was read of a device.
fn replaced(
    case: &mut Case,
    device: &str,
    file: &Path,
    evidence: &mut EvidenceSet,
) -> Result<(), Diagnostic> {
    let declared = case.facts.inventory.devices.get(device).map(|it| it.id.span);
    let Some(span) = declared else {
        let given = quoted(device);
        return Err(Diagnostic::error(
            "unknown-device",
            text!("--config の機器「{given}」は台帳にありません", "--config: no device `{given}`"),
        ));
    };
    let shown = file.display().to_string();
    let raw = gather_raw(file, &shown, MOST);
    if let Some(problem) = raw.problems.into_iter().next() {
        return Err(problem);
    }
    let thing = EntityRef::new(EntityKind::Device, device);
    if let Some(at) = position(case, evidence, &thing) {
        // The others keep their positions: those are how the graph names them.
        if let Some(configured) = evidence.devices.get_mut(at) {
            configured.config = Default::default();
            configured.files.clear();
            configured.named = Some(Named { device: device.to_owned(), span });
        }
    }
    for (name, bytes) in raw.found {
        let named = Named { device: device.to_owned(), span };
        evidence.add(&mut case.sources, &name, &bytes, Some(named), None);
    }
    match evidence.unread.iter().find(|it| it.name == shown) {
        Some(unread) => Err(unread.why.clone()),
        None => Ok(()),
    }
}

/// The addresses of an end of a line.
fn addresses(reach: &Reach<'_>, option: &str, typed: &str) -> Result<AddressSet, Diagnostic> {
    let end = match typed {
        "any" => Endpoint::Any,
        "internet" => Endpoint::Internet,
        _ => match typed.parse() {
            Ok(network) => Endpoint::Network(network),
            Err(_) => match typed.parse::<std::net::IpAddr>() {
                Ok(address) => return Ok(address.into()),
                Err(_) => Endpoint::Named(thing(reach, option, typed)?.id),
            },
        },
    };
    Ok(reach.network.book.end(&end))
}

fn misshapen(option: &str, typed: &str) -> Diagnostic {
    let given = quoted(typed);
    let problem = Diagnostic::error(
        "misshapen",
        text!("{option} の「{given}」を読み取れません", "{option}: cannot read `{given}`"),
    );
    problem.help(match option {
        "--config" => text!("「機器=ファイル」の形で書きます", "write DEVICE=FILE"),
        _ => text!(
            "「機器: from 通信元 to 通信先 サービス」の形で書きます（例: fw: from any to ehr 3389/tcp）",
            "write DEVICE: from X to Y SERVICE, such as fw: from any to ehr 3389/tcp"
        ),
    })
}

fn unconfigured(option: &str, device: &str) -> Diagnostic {
    Diagnostic::error(
        "no-configuration",
        text!(
            "{option}: 「{device}」の設定ファイルが無いため、フィルタの行を加えた結果は計算できません",
            "{option}: there is no configuration of `{device}`, so a line in front of its filters cannot be judged"
        ),
    )
    .help(text!(
        "設定ファイルを台帳の config か --evidence で指定してください",
        "name its configuration in the inventory (config) or with --evidence"
    ))
}

fn nothing() -> Diagnostic {
    Diagnostic::error(
        "no-change",
        text!("何を変えるかが指定されていません", "nothing to change was given"),
    )
    .help(text!(
        "--without、--deny、--permit、--config のどれかを指定してください",
        "give --without, --deny, --permit or --config"
    ))
}
