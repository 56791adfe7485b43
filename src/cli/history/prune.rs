//! `sekisho history prune`: shows first, does it only when told to. It asks nothing: whoever runs
//! it every month from a timetable cannot answer.

use super::Prune;
use super::list::line;
use super::past::now;
use crate::cli::Exit;
use crate::cli::console::{Console, Stop};
use crate::history::{Access, Pruned};
use crate::source::Diagnostic;
use crate::text;

pub(super) fn run(args: &Prune, console: &Console) -> Result<Exit, Stop> {
    if args.before.is_none() && !args.untagged {
        return Err(Diagnostic::error(
            "prune-what",
            text!("どれを整理するかが指定されていません", "it is not said what to prune"),
        )
        .help(text!(
            "--before 2024-04-01 か --untagged、または両方を付けます",
            "add --before 2024-04-01, --untagged, or both"
        ))
        .into());
    }
    let access = if args.yes { Access::Write } else { Access::Read };
    let mut store = match args.yes {
        // Nothing is made where there is nothing to prune.
        true => args.place.open(Access::Read).and_then(|_| args.place.open(access))?,
        false => args.place.open(access)?,
    };
    let chosen = store.prunable(args.before, !args.with_tagged)?;
    let spared = store.prunable(args.before, false)?.len() - chosen.len();
    let shown: String =
        chosen.iter().map(|it| format!("{}\n", line(it).get(console.lang()))).collect();
    let count = chosen.len();
    console.print(shown.as_bytes())?;
    if spared > 0 && !args.with_tagged {
        console.remark(&text!(
            "タグの付いた{spared}件は残します（これも消すには --with-tagged）",
            "{spared} with a tag stay (--with-tagged removes these, too)"
        ));
    }
    // The newest is what the next audit is compared with.
    let newest = store.snapshots()?.pop().filter(|it| {
        let wanted = args.before.is_none_or(|day| it.as_of < day);
        wanted && it.pruned.is_none() && (args.with_tagged || it.tags.is_empty())
    });
    if let Some(number) = newest.map(|it| it.number) {
        console.remark(&text!("最新の #{number} は残します", "the newest, #{number}, stays"));
    }
    if !args.yes {
        console.remark(&text!(
            "この{count}件の内容が消えます（まだ何も消していません）。消すには --yes を付けます",
            "the contents of these {count} would go (nothing was removed yet); --yes removes them"
        ));
        return Ok(Exit::Clean);
    }
    let Pruned { snapshots, bytes: (before, after) } = store.prune(chosen, &now())?;
    let (count, before, after) = (snapshots.len(), before / 1024, after / 1024);
    console.remark(&text!(
        "{count}件の内容を消しました（{before} KiB → {after} KiB）。日付、指摘の一覧、ハッシュ値の連鎖は残っています",
        "the contents of {count} are removed ({before} KiB → {after} KiB); dates, findings and the chain of digests stay"
    ));
    Ok(Exit::Clean)
}
