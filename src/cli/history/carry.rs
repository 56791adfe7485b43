//! `sekisho history export` and `import`: snapshots from one machine to another.

use super::{Export, Import, doubt, ended};
use crate::cli::Exit;
use crate::cli::bounded::bounded;
use crate::cli::console::{Console, Stop, reason, unreadable};
use crate::cli::deliver::{Delivery, Existing};
use crate::history::{Access, Carried, Imported};
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
    let carried = store.export(&snapshots)?;
    let mut delivery = Delivery::new(Existing::Keep);
    delivery.add(&args.output, &carried.to_json())?;
    delivery.finish()?;
    let (count, file) = (snapshots.len(), args.output.display());
    console.remark(&text!(
        "時点記録 {count}件を {file} に書きました",
        "wrote {count} snapshot(s) to {file}"
    ));
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
    let Imported { new, known, restored } = store.import(&carried)?;
    console.remark(&text!(
        "時点記録 {new}件を取り込みました（すでにあるもの: {known}件）",
        "took in {new} snapshot(s); {known} were there already"
    ));
    if restored > 0 {
        console.remark(&text!(
            "すでにあるもののうち {restored}件は、整理で消した内容を戻しました",
            "{restored} of those had been pruned; their contents are back"
        ));
    }
    Ok(Exit::Clean)
}
