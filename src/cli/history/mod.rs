//! `sekisho history`: the snapshots that `audit --keep` keeps.

mod carry;
mod list;
pub(super) mod past;
mod place;
mod prune;
mod show;

pub(super) use past::{local, now};
pub(super) use place::place;

use super::Exit;
use super::console::{Console, Stop};
use crate::history::{Access, Altered, Store};
use crate::locale::Text;
use crate::source::Diagnostic;
use crate::text;
use clap::{Subcommand, ValueEnum};
use std::path::PathBuf;

/// `sekisho history`
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct History {
    #[command(subcommand)]
    what: What,
}

/// What to do with it.
#[derive(Debug, Subcommand)]
enum What {
    /// 時点記録の一覧 / list the snapshots
    List(List),
    /// 1つの時点記録の内容を見る / show one snapshot
    Show(Show),
    /// 時点記録に名前（タグ）を付ける / give a snapshot a name
    Tag(Tag),
    /// 時点記録をファイルに書き出す / write snapshots to a file
    Export(Export),
    /// 書き出した時点記録を取り込む / take in snapshots that were exported
    Import(Import),
    /// 古い時点記録の内容を消す。日付、指摘の一覧、ハッシュ値の連鎖は残る / remove the contents of old snapshots; their dates, findings and the chain of digests stay
    Prune(Prune),
    /// すべての内容とハッシュ値の連鎖が、保存した時のままか確かめる / check that everything, and the chain of digests, is as it was kept
    Check(Check),
}

/// Where the history is.
#[derive(Debug, clap::Args)]
struct Where {
    /// 履歴のファイル、台帳、またはそのフォルダ / the history, the inventory beside it, or their folder
    #[arg(long, value_name = "PATH", default_value = ".")]
    history: PathBuf,
}

/// Where the history is, for commands that name nothing else.
#[derive(Debug, clap::Args)]
struct There {
    /// 履歴のファイル、台帳、またはそのフォルダ / the history, the inventory beside it, or their folder
    #[arg(value_name = "PATH", conflicts_with = "history")]
    path: Option<PathBuf>,
    #[command(flatten)]
    place: Where,
}

impl There {
    fn open(&self, access: Access) -> Result<Store, Stop> {
        let named = self.path.as_deref().unwrap_or(&self.place.history);
        Ok(Store::open(&place(named), access)?)
    }
}

/// Says what something else altered in a history that is read, and hands it back. What is in it is
/// shown all the same: whoever looks into it needs that more than ever.
pub(in crate::cli) fn doubt(
    store: &Store,
    console: &Console,
) -> Result<Option<Altered>, Diagnostic> {
    let altered = store.altered()?;
    if let Some(altered) = &altered {
        console.complain(&altered.told(store.path()));
    }
    Ok(altered)
}

/// What a run came to that showed a history: one that was altered must not pass for a sound one.
fn ended(altered: &Option<Altered>) -> Exit {
    if altered.is_some() { Exit::Wrong } else { Exit::Clean }
}

impl Where {
    fn open(&self, access: Access) -> Result<Store, Stop> {
        Ok(Store::open(&place(&self.history), access)?)
    }
}

/// How it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shape {
    Text,
    Json,
}

#[derive(Debug, clap::Args)]
struct List {
    #[command(flatten)]
    place: There,
    /// 形式 / format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: Shape,
}

#[derive(Debug, clap::Args)]
struct Show {
    /// 時点記録: 番号（#12）、タグ、日付（2025-11-20、2025-11、2025）、last / the snapshot: a number (#12), a tag, a date (2025-11-20, 2025-11, 2025) or last
    #[arg(value_name = "SNAPSHOT", default_value = "last")]
    snapshot: String,
    /// 保存したこのファイルの中身を表示する / print this file as it was kept
    #[arg(long, value_name = "NAME", conflicts_with = "format")]
    file: Option<String>,
    #[command(flatten)]
    place: Where,
    /// 形式 / format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: Shape,
}

#[derive(Debug, clap::Args)]
struct Tag {
    /// 時点記録: 番号（#12）、日付、last など / the snapshot: a number (#12), a date, last
    #[arg(value_name = "SNAPSHOT", required_unless_present = "remove")]
    snapshot: Option<String>,
    /// 付ける名前 / the name
    #[arg(value_name = "NAME", required_unless_present = "remove")]
    name: Option<String>,
    /// 別の時点記録に付いている名前を、こちらへ移す / take the name from the snapshot that has it
    #[arg(long = "move", conflicts_with = "remove")]
    moving: bool,
    /// この名前を外す / take this name away
    #[arg(long, value_name = "NAME", conflicts_with_all = ["snapshot", "name"])]
    remove: Option<String>,
    #[command(flatten)]
    place: Where,
}

#[derive(Debug, clap::Args)]
struct Export {
    /// 書き出す時点記録（省略するとすべて） / the snapshots; all of them when left out
    #[arg(value_name = "SNAPSHOT")]
    snapshots: Vec<String>,
    /// 書き出すファイル。すでにあるファイルは上書きしない / file to write; nothing is overwritten
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    place: Where,
}

#[derive(Debug, clap::Args)]
struct Import {
    /// history export で書き出したファイル / a file that `history export` wrote
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// 別の施設の時点記録でも取り込む（施設名を変えたときなど） / take them in although they are of another organization, as when its name was changed
    #[arg(long)]
    other_organization: bool,
    /// 書き出した時に書き換えられていた履歴のものでも取り込む / take them in although the history that they come from had been altered
    #[arg(long)]
    from_altered: bool,
    #[command(flatten)]
    place: Where,
}

#[derive(Debug, clap::Args)]
struct Prune {
    /// この日より前を基準日とする時点記録 / snapshots that were judged before this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = super::args::date)]
    before: Option<crate::model::Date>,
    /// 日付によらず、タグの付いていないもの（最新の1件は残す） / those without a tag, whatever their day; the newest one stays
    #[arg(long)]
    untagged: bool,
    /// タグの付いたものも消す。付けなければ、タグの付いたものは残る / those with a tag, too; they stay otherwise
    #[arg(long, conflicts_with = "untagged")]
    with_tagged: bool,
    /// 実際に消す。付けなければ、何が消えるかを表示するだけ / do it; without this, only what would go is shown
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    place: There,
}

#[derive(Debug, clap::Args)]
struct Check {
    #[command(flatten)]
    place: There,
}

/// Does what was asked for.
pub(in crate::cli) fn run(args: &History, console: &Console) -> Result<Exit, Stop> {
    match &args.what {
        What::List(args) => list::run(args, console),
        What::Show(args) => show::run(args, console),
        What::Tag(args) => tag(args, console),
        What::Export(args) => carry::export(args, console),
        What::Import(args) => carry::import(args, console),
        What::Prune(args) => prune::run(args, console),
        What::Check(args) => check(args, console),
    }
}

fn tag(args: &Tag, console: &Console) -> Result<Exit, Stop> {
    let mut store = args.place.open(Access::Write)?;
    if let Some(name) = &args.remove {
        if !store.untag(name)? {
            return Err(store.find(name).err().map_or(Stop::Told, Stop::from));
        }
        return Ok(Exit::Clean);
    }
    let (snapshot, name) = (args.snapshot.as_deref(), args.name.as_deref());
    let snapshot = store.find(snapshot.unwrap_or_default())?;
    let name = name.unwrap_or_default();
    let number = snapshot.number;
    let before = match args.moving {
        true => store.move_tag(&snapshot, name)?,
        false => store.tag(&snapshot, name).map(|()| None)?,
    };
    if let Some(before) = before {
        console.remark(&text!(
            "「{name}」を #{before} から #{number} に移しました",
            "moved `{name}` from #{before} to #{number}"
        ));
        return Ok(Exit::Clean);
    }
    console.remark(&text!("#{number} に「{name}」と付けました", "#{number} is now also `{name}`"));
    Ok(Exit::Clean)
}

fn check(args: &Check, console: &Console) -> Result<Exit, Stop> {
    let store = args.place.open(Access::Read)?;
    let count = store.check()?;
    let snapshots = store.snapshots()?;
    let last = snapshots.last().map(|it| it.digest.to_string()).unwrap_or_default();
    let pruned = match snapshots.iter().filter(|it| it.pruned.is_some()).count() {
        0 => Text::default(),
        pruned => text!(
            "（うち{pruned}件は内容を整理済で、日付、指摘の一覧、ハッシュ値だけを確かめました）",
            " (the contents of {pruned} were pruned; of these the dates, findings and digests are)"
        ),
    };
    let sound = text!(
        "時点記録 {count}件は、すべて保存した時のままです{pruned}。最新のハッシュ値: {last}\n",
        "all {count} snapshots are as they were kept{pruned}; the digest of the newest: {last}\n"; pruned
    );
    console.print(sound.get(console.lang()).as_bytes())?;
    if !store.has_seal()? {
        console.remark(&text!(
            "最初の版の形式で、全体の封印がありません。最新の時点記録が取り除かれていないこと、タグ、再確認の日時は確かめられません。次に書き込む時に封印されます",
            "it is of the first format, which has no seal: whether the newest snapshots were taken away, and whether tags and later looks are as they were, cannot be checked; the next writing seals it"
        ));
    }
    Ok(Exit::Clean)
}
