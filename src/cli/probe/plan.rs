//! `sekisho probe plan`: what will be asked, before anything is.

use super::permission::Permission;
use crate::cli::Exit;
use crate::cli::args::Day;
use crate::cli::console::{Console, Stop};
use crate::cli::deliver::{Delivery, Existing};
use crate::locale::Text;
use crate::probe::plan::page::Page;
use crate::probe::plan::{self, estimate, file};
use crate::probe::scope::{Admission, Pins, Scope, pin};
use crate::source::{Diagnostic, quoted};
use crate::text;
use clap::ValueEnum;
use jiff::Timestamp;
use std::net::{IpAddr, ToSocketAddrs as _};
use std::path::PathBuf;

/// `sekisho probe plan`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "何も送信しません（--resolve を付けたときの名前解決を除く）。確認範囲指定書の形式は sekisho schema --scope、例は sekisho init DIR --example general-hospital の scope.yaml にあります。 / Nothing is sent, but for resolving names with --resolve. `sekisho schema --scope` prints the form of a scope; scope.yaml in `sekisho init DIR --example general-hospital` is an example."
)]
pub(super) struct Plan {
    /// 台帳（ファイル、フォルダ、- は標準入力） / inventory: a file, a folder, or - for standard input
    #[arg(value_name = "INVENTORY")]
    inventory: PathBuf,
    /// 確認範囲指定書 / the scope, the written permission
    #[arg(long, value_name = "FILE")]
    scope: PathBuf,
    /// 確認する場所: 外部接続（その接続先側）またはゾーンの識別子・番号・名称 / where the tester stands: a connection (at the party's end) or a zone, by id, number or name
    #[arg(long, value_name = "CONNECTION|ZONE")]
    from: String,
    /// 確認する端末のアドレス。一部の接続元だけに許可した通信も判定できる / the tester's own address; permissions for some addresses alone can be compared then
    #[arg(long, value_name = "ADDRESS")]
    source: Option<IpAddr>,
    /// 観測ファイルや機器の設定（台帳にない機器を、観測されていれば確認できる） / evidence; what was seen and is not declared may be asked then
    #[arg(long, value_name = "PATH")]
    evidence: Vec<PathBuf>,
    /// 確認範囲指定書のホスト名を、ここで1回だけ調べて計画に固定する / resolve the host names of the scope once, and pin them in the plan
    #[arg(long)]
    resolve: bool,
    /// 以前の計画。ホスト名のアドレスが変わっていれば知らせる / an earlier plan; says when a host name stands for other addresses now
    #[arg(long, value_name = "PLAN")]
    earlier: Option<PathBuf>,
    /// 形式 / format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: Shape,
    /// 計画を書き出すファイル（JSON）。sekisho probe run に渡す / file for the plan (JSON), for `sekisho probe run`
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    day: Day,
}

/// How a plan is shown.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shape {
    Text,
    Json,
}

/// Makes a plan, and shows it.
pub(super) fn run(args: &Plan, console: &Console) -> Result<Exit, Stop> {
    let permission =
        Permission::read(&args.inventory, &args.scope, &args.evidence, &args.day, console)?;
    let (scope, inventory) = (&permission.scope, &permission.inventory);
    let from = permission.from(&args.from)?;
    let earlier = match &args.earlier {
        Some(path) => super::permission::plan(path)?.pins,
        None => Pins::default(),
    };
    let (pins, told) = pin(scope, &permission.classes, &earlier, |name| match args.resolve {
        true => resolve(name),
        false => Err(text!("--resolve を付けていません", "without --resolve")),
    });
    for it in &told {
        let code = "name";
        console.complain(&match it.is_grave() {
            true => Diagnostic::error(code, it.text()),
            false => Diagnostic::warning(code, it.text()),
        });
    }
    if told.iter().any(|it| it.is_grave()) {
        return Err(Stop::Told);
    }
    let admission = Admission { scope, classes: &permission.classes, pins: &pins };
    console.step(&text!("計画を作っています", "making the plan"));
    let Some(planned) = plan::plan(inventory, &admission, &from, args.source) else {
        return Err(Stop::Told);
    };
    let estimate = estimate(&planned.plan);
    let json = || format!("{:#}\n", file::json(&planned, &estimate));
    if let Some(path) = &args.output {
        // Only an earlier plan is written over.
        let is_plan = super::permission::plan(path).is_ok();
        let existing = if is_plan { Existing::Replace } else { Existing::Keep };
        let mut delivery = Delivery::new(existing);
        delivery.add(path, json().as_bytes())?;
        for file in delivery.finish()? {
            let file = file.display();
            console.remark(&text!("{file} を書きました", "wrote {file}"));
        }
    }
    let shown = match args.format {
        Shape::Json => json(),
        Shape::Text => Page {
            planned: &planned,
            scope,
            inventory,
            estimate: &estimate,
            lang: console.lang(),
            columns: console.columns(),
        }
        .text(),
    };
    console.print(shown.as_bytes())?;
    remark_late(scope, console);
    if planned.plan.questions.is_empty() {
        console.complain(&Diagnostic::warning(
            "nothing-to-ask",
            text!(
                "確認することがありません。確認範囲指定書の targets と、上の理由を見直してください",
                "there is nothing to ask; look at the targets of the scope and at the reasons above"
            ),
        ));
        return Ok(Exit::Undetermined);
    }
    Ok(Exit::Clean)
}

/// A plan can be made of a scope that is over, but nothing is sent by it any more.
fn remark_late(scope: &Scope, console: &Console) {
    let now = Timestamp::now();
    if scope.windows.last().is_none_or(|it| it.until <= now) {
        console.complain(&Diagnostic::warning(
            "scope-over",
            text!(
                "確認範囲指定書の日時はすべて過ぎているため、この計画では何も送信できません",
                "every window of the scope has passed: nothing can be sent by this plan"
            ),
        ));
    }
}

/// Asks the resolver of this machine, once.
fn resolve(name: &str) -> Result<Vec<IpAddr>, Text> {
    let found = (name, 0).to_socket_addrs().map_err(|error| {
        let why = quoted(&error.to_string());
        text!("名前を調べられません: {why}", "it cannot be resolved: {why}")
    })?;
    Ok(found.map(|it| it.ip()).collect())
}
