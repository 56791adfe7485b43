//! `sekisho history export` and `import`: snapshots from one machine to another.

use super::{Export, Import, doubt, ended};
use crate::cli::Exit;
use crate::cli::bounded::bounded;
use crate::cli::console::{Console, Stop, reason, unreadable};
use crate::cli::deliver::{Delivery, Existing};
use crate::history::{Access, Carried, Imported};
use crate::locale::Text;
use crate::source::Diagnostic;
use crate::text;

/// The largest file that is read.
const MOST: u64 = 1024 * 1024 * 1024;

pub(super) fn export(args: &Export, console: &Console) -> Result<Exit, Stop> {
    let store = args.place.open(Access::Read)?;
    let altered = doubt(&store, console)?;
    let snapshots = match args.snapshots.as_slice() {
        [] => store.snapshots()?,
        named => named.iter().map(|it| store.find(it)).collect::<Result<_, _>>()?,
    };
    let carried = store.export(&snapshots, altered.as_ref())?;
    let mut delivery = Delivery::new(Existing::Keep);
    delivery.add(&args.output, &carried.to_json())?;
    delivery.finish()?;
    let ((count, pruned), file) = (carried.count(), args.output.display());
    let pruned = match pruned {
        0 => Text::default(),
        _ => text!(
            "（うち{pruned}件は整理済で、日付、指摘の一覧、ハッシュ値だけ）",
            "; of {pruned}, which were pruned, only the dates, findings and digests"
        ),
    };
    console.remark(&text!(
        "時点記録 {count}件を {file} に書きました{pruned}",
        "wrote {count} snapshot(s) to {file}{pruned}"; pruned
    ));
    if altered.is_some() {
        console.remark(&text!(
            "書き換えられた履歴のものであることを、{file} にも書きました",
            "{file} says, too, that it comes from a history that was altered"
        ));
    }
    Ok(ended(&altered))
}

pub(super) fn import(args: &Import, console: &Console) -> Result<Exit, Stop> {
    let name = args.file.display();
    let bytes = bounded(&args.file, MOST).map_err(|error| unreadable(&name, &reason(&error)))?;
    let carried = Carried::from_json(&bytes).map_err(|why| {
        Diagnostic::error(
            "not-an-export",
            text!(
                "「{name}」は history export で書き出したものではないか、壊れています: {why}",
                "`{name}` was not written by `history export`, or is damaged: {why}"; why
            ),
        )
    })?;
    if let Some(why) = carried.altered() {
        let problem = text!(
            "「{name}」は、書き出した時に sekisho 以外が書き換えていた履歴のものです: {why}",
            "`{name}` comes from a history that something other than sekisho had altered: {why}"; why
        );
        if !args.from_altered {
            return Err(Diagnostic::error("import-from-altered", problem)
                .help(text!(
                    "何も取り込んでいません。控えと見比べ、それでも取り込むときは --from-altered を付けてください",
                    "nothing was taken in; compare it with a copy, and add --from-altered to take it in all the same"
                ))
                .into());
        }
        console.complain(&Diagnostic::warning("import-from-altered", problem));
    }
    let mut store = args.place.open(Access::Write)?;
    if !args.other_organization
        && let Some((theirs, ours)) = store.stranger(&carried)?
    {
        return Err(Diagnostic::error(
            "import-other-organization",
            text!(
                "「{name}」には別の施設「{theirs}」の時点記録があります（この履歴は「{ours}」のものです）。何も取り込んでいません",
                "`{name}` holds snapshots of another organization, `{theirs}` (this history is that of `{ours}`); nothing was taken in"
            ),
        )
        .help(text!(
            "施設名を変えたなど、同じ施設と分かっているときは --other-organization を付けてください",
            "add --other-organization if you know that they are one, as when its name was changed"
        ))
        .into());
    }
    let Imported { new, known, restored, pruned } = store.import(&carried)?;
    console.remark(&text!(
        "時点記録 {new}件を取り込みました（すでにあるもの: {known}件）",
        "took in {new} snapshot(s); {known} were there already"
    ));
    if pruned > 0 {
        console.remark(&text!(
            "取り込んだうち {pruned}件は整理済で、日付、指摘の一覧、ハッシュ値だけです",
            "{pruned} of them had been pruned: they have their dates, findings and digests only"
        ));
    }
    if !carried.is_covered() {
        console.remark(&text!(
            "「{name}」は前の版の形式です。タグが書き出した時のままかは確かめられません",
            "`{name}` is of an older format: whether its tags are as they were written cannot be checked"
        ));
    }
    if restored > 0 {
        console.remark(&text!(
            "すでにあるもののうち {restored}件は、整理で消した内容を戻しました",
            "{restored} of those had been pruned; their contents are back"
        ));
    }
    Ok(Exit::Clean)
}
