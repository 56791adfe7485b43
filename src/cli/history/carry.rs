//! `sekisho history export` and `import`: snapshots from one machine to another.

use super::{Export, Import, doubt, ended};
use crate::cli::Exit;
use crate::cli::console::{Console, Stop, reason, unreadable};
use crate::cli::deliver::{Delivery, Existing};
use crate::history::{Access, Carried};
use crate::source::Diagnostic;
use crate::text;
use std::fs;

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
    let bytes = fs::metadata(&args.file).and_then(|about| match about.is_file() {
        true if about.len() <= MOST => fs::read(&args.file),
        true => Err(std::io::ErrorKind::FileTooLarge.into()),
        false => Err(std::io::ErrorKind::InvalidInput.into()),
    });
    let bytes = bytes.map_err(|error| unreadable(&name, &reason(&error)))?;
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
    let (new, known) = store.import(&carried)?;
    console.remark(&text!(
        "時点記録 {new}件を取り込みました（すでにあるもの: {known}件）",
        "took in {new} snapshot(s); {known} were there already"
    ));
    Ok(Exit::Clean)
}
