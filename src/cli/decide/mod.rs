//! `sekisho decide`: who decided what, for the inventory. It is printed, or added to a file that is
//! named; no other file is touched.

mod append;
mod doubts;

use doubts::{ahead, far, long, twice};

use super::Exit;
use super::args::{Day, date, written};
use super::collect::collect;
use super::console::{Console, Stop, reason, unreadable};
use super::deliver::{Delivery, Existing};
use super::gather::gather;
use super::load::load_sound;
use super::state::{Around, resolve};
use crate::audit::audit;
use crate::change::What;
use crate::inventory;
use crate::model::{Date, EntityRef, Vocabulary as _};
use crate::rules;
use crate::source::{Diagnostic, closest, quoted};
use crate::text;
use std::fs::File;
use std::path::{Path, PathBuf};

/// `sekisho decide`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "-o を付けなければ、台帳に加える YAML を表示するだけです。-o FILE を付けると、その最後に1件を加えます（ほかの行は変えません）。 / Without -o the YAML for the inventory is only printed; with -o FILE one entry is added at its end, and no other line changes."
)]
pub(in crate::cli) struct Decide {
    /// 台帳（ファイルまたはフォルダ） / inventory: a file or a folder
    #[arg(value_name = "INVENTORY")]
    inventory: PathBuf,
    /// 対象（例: devices/vpn1） / what it is about, such as devices/vpn1
    #[arg(long, value_name = "THING")]
    thing: String,
    /// どの変化か（省略すると、その対象のすべての変化）: added、removed、renumbered など / which change (every one of the thing when left out): added, removed, renumbered …
    #[arg(long, value_name = "CHANGE", conflicts_with = "rule", value_parser = what)]
    what: Option<What>,
    /// 変更ではなく、この規則の指摘を期限付きで受け入れる / not a change: a finding of this rule is accepted for a time
    #[arg(long, value_name = "RULE", requires = "expires")]
    rule: Option<String>,
    /// いつまで受け入れるか / until when it is accepted
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date, requires = "rule")]
    expires: Option<Date>,
    /// 代わりの対策 / what is done instead
    #[arg(long, value_name = "TEXT", requires = "rule")]
    compensating: Option<String>,
    /// 是正まで責任を持つ人 / who answers for it until it is mended
    #[arg(long, value_name = "WHO", requires = "rule")]
    owner: Option<String>,
    /// 理由 / why
    #[arg(long, value_name = "TEXT", value_parser = written)]
    reason: String,
    /// 承認者 / who approved it
    #[arg(long, value_name = "WHO", value_parser = written)]
    approved_by: String,
    /// 変更した日。省略すると基準日 / the day of the change; the day that is judged when left out
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date, conflicts_with = "rule")]
    on: Option<Date>,
    /// 前回の状態。今はない対象を挙げるとき / the state before, for a thing that is gone
    #[arg(long, value_name = "OLD", conflicts_with = "rule")]
    since: Option<String>,
    /// 1件を加えるファイル（例: changes.yaml、waivers.yaml）。なければ作る / the file to which one entry is added, such as changes.yaml or waivers.yaml; made when it is not there
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// 機器の設定など、台帳と突き合わせる資料（複数指定できる） / evidence such as configurations of devices; several if need be
    #[arg(long, value_name = "PATH")]
    evidence: Vec<PathBuf>,
    #[command(flatten)]
    day: Day,
}

fn what(text: &str) -> Result<What, String> {
    let words = || What::ALL.iter().map(|it| it.key()).collect::<Vec<_>>().join(", ");
    What::from_key(text).ok_or_else(|| format!("使える語 / one of: {}", words()))
}

/// Writes the entry.
pub(super) fn run(args: &Decide, console: &Console) -> Result<Exit, Stop> {
    let mut loaded = load_sound(&args.inventory, &args.day, console)?;
    let evidence = collect(&args.inventory, &args.evidence, &mut loaded, console)?;
    let judged = audit(loaded.inventory, evidence, loaded.as_of);
    let mut known = judged.inventory.declared();
    known.extend(judged.topology.paths().iter().map(|it| it.thing.clone()));
    if let Some(since) = &args.since {
        let around = Around { evidence: &[], day: &Day { as_of: None }, history: &args.inventory };
        let old = resolve(since, around, console)?;
        known.extend(old.record.things.iter().map(|it| it.thing()));
    }
    let thing = meant(&args.thing, &known)?;
    let pairs = match &args.rule {
        None => {
            let on = args.on.unwrap_or(judged.as_of);
            if on > judged.as_of {
                console.complain(&ahead(on, judged.as_of));
            }
            let on = on.to_string();
            let what = args.what.map(|it| it.key().to_owned());
            vec![("on", Some(on)), ("thing", Some(thing.to_string())), ("what", what)]
        }
        Some(rule) => {
            let found = judged.findings.iter().filter(|it| it.subject == thing);
            let found: Vec<&str> = found.map(|it| it.rule).collect();
            if !found.contains(&rule.as_str()) {
                return Err(not_found(rule, &thing, &found).into());
            }
            if args.expires.is_some_and(|it| it < judged.as_of) {
                return Err(Diagnostic::error(
                    "already-expired",
                    text!(
                        "期限が基準日より前です",
                        "it would have run out before the day that is judged"
                    ),
                )
                .into());
            }
            if let Some(until) = args.expires.filter(|it| *it > far(judged.as_of)) {
                console.complain(&long(until, judged.as_of));
            }
            vec![("rule", Some(rule.clone())), ("subject", Some(thing.to_string()))]
        }
    };
    let words = [
        ("reason", Some(&args.reason)),
        ("compensating", args.compensating.as_ref()),
        ("owner", args.owner.as_ref()),
        ("approved_by", Some(&args.approved_by)),
    ];
    let plain = pairs.into_iter().filter_map(|(key, it)| Some(format!("{key}: {}", it?)));
    let words = words.into_iter().filter_map(|(key, it)| Some(format!("{key}: {}", scalar(it?))));
    let until = args.expires.map(|it| format!("expires: {it}"));
    let fields: Vec<String> = plain.chain(words).chain(until).collect();
    let entry = format!("{{{}}}", fields.join(", "));
    let section = if args.rule.is_some() { "waivers" } else { "changes" };
    if let Some(there) = twice(&entry, &args.inventory) {
        console.complain(&there);
    }
    match &args.output {
        None => console.print(format!("{section}:\n  - {entry}\n").as_bytes())?,
        Some(file) => {
            let _turn = turn(file);
            let before = decided(&args.inventory, judged.as_of);
            add(file, section, &entry, judged.as_of, console)?;
            if decided(&args.inventory, judged.as_of) == before {
                console.complain(&outside(file, &args.inventory));
            }
        }
    }
    Ok(Exit::Clean)
}

/// A text as a double-quoted YAML scalar: JSON's strings are YAML's.
fn scalar(text: &str) -> String {
    serde_json::Value::from(crate::locale::one_line(text).into_owned()).to_string()
}

/// The thing that is meant, by its kind and id or by its bare id.
fn meant(typed: &str, known: &[EntityRef]) -> Result<EntityRef, Diagnostic> {
    let mut found: Vec<&EntityRef> =
        known.iter().filter(|it| it.to_string() == typed || it.id == typed).collect();
    found.sort();
    found.dedup();
    let given = quoted(typed);
    match found.as_slice() {
        [one] => Ok((*one).clone()),
        [] => {
            let problem = Diagnostic::error(
                "unknown-thing",
                text!("「{given}」という対象は台帳にありません", "the inventory has no `{given}`"),
            );
            let names: Vec<String> =
                known.iter().flat_map(|it| [it.to_string(), it.id.clone()]).collect();
            Err(problem.help(match closest(typed, names.iter().map(String::as_str)) {
                Some(near) => text!(
                    "「{near}」ではありませんか。なくなったものであれば、前回の状態を --since で指定してください",
                    "did you mean `{near}`? If it is gone, name the state before with --since"
                ),
                None => text!(
                    "なくなったものであれば、前回の状態を --since で指定してください",
                    "if it is gone, name the state before with --since"
                ),
            }))
        }
        several => {
            let names: Vec<String> = several.iter().map(ToString::to_string).collect();
            let names = names.join(", ");
            Err(Diagnostic::error(
                "ambiguous-thing",
                text!("「{given}」は複数あります: {names}", "`{given}` is several things: {names}"),
            ))
        }
    }
}

fn not_found(rule: &str, thing: &EntityRef, found: &[&str]) -> Diagnostic {
    let given = quoted(rule);
    let problem = match rules::find(rule) {
        None => Diagnostic::error(
            "unknown-rule",
            text!("「{given}」という規則はありません", "there is no rule `{given}`"),
        ),
        Some(_) => Diagnostic::error(
            "no-such-finding",
            text!(
                "{thing} に {given} の指摘はありません。受け入れるものがありません",
                "{thing} has no finding of {given}: there is nothing to accept"
            ),
        ),
    };
    match found {
        [] => problem,
        found => {
            let found = found.join(", ");
            problem.help(text!("この対象の指摘: {found}", "its findings: {found}"))
        }
    }
}

/// The turn to add to a file, until it is dropped: of two that add at once, the second reads what
/// the first has written. The file is replaced as a whole, so its folder is what is locked. None
/// where folders cannot be locked.
fn turn(file: &Path) -> Option<File> {
    let parent = file.parent().filter(|it| !it.as_os_str().is_empty());
    let folder = parent.unwrap_or(Path::new("."));
    let folder = File::open(folder.ancestors().find(|it| it.is_dir())?).ok()?;
    folder.lock().ok().map(|()| folder)
}

/// How many decisions an inventory holds as it is now.
fn decided(inventory: &Path, as_of: Date) -> usize {
    let now = gather(inventory);
    let it = inventory::read_as_of(&now.sources, &now.files, Some(as_of), as_of).inventory;
    it.changes.len() + it.waivers.len()
}

/// The entry is written, and the inventory does not know it.
fn outside(file: &Path, inventory: &Path) -> Diagnostic {
    let (name, inventory) = (file.display(), inventory.display());
    Diagnostic::warning(
        "outside-inventory",
        text!(
            "{name} は台帳「{inventory}」に含まれないため、この1件はまだ効きません",
            "{name} is no part of the inventory `{inventory}`: this entry does not count yet"
        ),
    )
    .help(text!(
        "台帳をフォルダにしてその中に置くか、台帳のファイルを -o で指定してください",
        "put it into the folder of the inventory, or name a file of the inventory with -o"
    ))
}

/// Adds the entry, whole or not at all.
fn add(
    file: &Path,
    section: &str,
    entry: &str,
    as_of: Date,
    console: &Console,
) -> Result<(), Stop> {
    let name = file.display();
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(unreadable(&name, &reason(&error)).into()),
    };
    let Some(whole) = append::appended(&text, section, entry, as_of) else {
        return Err(Diagnostic::error(
            "not-appended",
            text!(
                "「{name}」の最後に加えると、ほかの記載が変わるおそれがあるため、何も書いていません",
                "adding to the end of `{name}` might change something else in it; nothing was written"
            ),
        )
        .help(text!(
            "{section} に手で加えてください: - {entry}",
            "add it to `{section}` by hand: - {entry}"
        ))
        .into());
    };
    let mut delivery = Delivery::new(Existing::Replace);
    delivery.add(file, whole.as_bytes())?;
    delivery.finish()?;
    console.remark(&text!("{name} に1件を加えました", "added one entry to {name}"));
    Ok(())
}
