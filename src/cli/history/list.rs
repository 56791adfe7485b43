//! `sekisho history list`.

use super::{List, Shape, doubt, ended, local};
use crate::cli::Exit;
use crate::cli::console::{Console, Stop};
use crate::history::{Access, Snapshot};
use crate::text;
use serde_json::{Value, json};

pub(super) fn run(args: &List, console: &Console) -> Result<Exit, Stop> {
    let store = args.place.open(Access::Read)?;
    let altered = doubt(&store, console)?;
    let snapshots = store.snapshots()?;
    let shown = match args.format {
        Shape::Json => {
            let all: Vec<Value> = snapshots.iter().map(json).collect();
            let altered = altered.as_ref().map(|it| {
                let why = it.why.get(console.lang());
                json!({"since": it.since, "why": why})
            });
            format!("{:#}\n", json!({"schema_version": 1, "altered": altered, "snapshots": all}))
        }
        Shape::Text => {
            let line = |it| format!("{}\n", line(it).get(console.lang()));
            snapshots.iter().map(line).collect()
        }
    };
    console.print(shown.as_bytes())?;
    if snapshots.is_empty() {
        console.remark(&text!("時点記録はまだありません", "there are no snapshots yet"));
    }
    Ok(ended(&altered))
}

/// `#12  2026-11-20  指摘 14件  第7版  annual-2026  (2026-11-22 10:50 (UTC+09:00), 4f1c9a…)`
pub(super) fn line(it: &Snapshot) -> crate::locale::Text {
    let (number, day, open, taken) = (it.number, it.as_of, it.open, local(&it.taken_at));
    let short = it.digest.short();
    let mut more: Vec<String> = it.revision.iter().cloned().collect();
    more.extend(it.tags.iter().map(|tag| format!("[{tag}]")));
    let more = match more.is_empty() {
        true => String::new(),
        false => format!("  {}", crate::locale::one_line(&more.join("  "))),
    };
    let again = it.again.as_ref().map(|(count, last)| {
        let last = local(last);
        text!(
            "、同じ結果をさらに{count}回（最後は {last}）",
            "; the same {count} more time(s), last {last}"
        )
    });
    let again = again.unwrap_or_default();
    let pruned = match it.pruned {
        Some(_) => text!("  内容は整理済", "  pruned"),
        None => Default::default(),
    };
    text!(
        "#{number}  {day}  未対応の指摘 {open}件{more}{pruned}  （保存 {taken}{again}、ハッシュ値 {short}…）",
        "#{number}  {day}  open findings: {open}{more}{pruned}  (kept {taken}{again}; digest {short}…)";
        pruned, again
    )
}

/// A snapshot for programs.
pub(super) fn json(it: &Snapshot) -> Value {
    json!({
        "number": it.number,
        "as_of": it.as_of.to_string(),
        "taken_at": it.taken_at,
        "revision": it.revision,
        "tool": it.tool,
        "tags": it.tags,
        "open": it.open,
        "again": it.again.as_ref().map(|(count, last)| json!({"count": count, "last": last})),
        "pruned": it.pruned,
        "record": it.record,
        "material": it.material,
        "findings": it.findings,
        "files": it.files,
        "previous": it.previous,
        "digest": it.digest,
        "origin": it.origin,
    })
}
