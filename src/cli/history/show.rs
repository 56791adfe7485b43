//! `sekisho history show`.

use super::list::{json, line};
use super::{Shape, Show, doubt, ended};
use crate::change::Record;
use crate::cli::Exit;
use crate::cli::console::{Console, Stop};
use crate::history::{Access, Role, Snapshot, Store};
use crate::locale::{Lang, one_line};
use crate::model::Vocabulary as _;
use crate::source::{Diagnostic, closest, quoted};
use crate::text;
use serde_json::Value;

pub(super) fn run(args: &Show, console: &Console) -> Result<Exit, Stop> {
    let store = args.place.open(Access::Read)?;
    let altered = doubt(&store, console)?;
    let snapshot = store.find(&args.snapshot)?;
    let shown = match (&args.file, args.format) {
        (Some(name), _) => file(&store, &snapshot, name)?,
        (None, Shape::Json) => format!("{:#}\n", whole(&store, &snapshot)?).into_bytes(),
        (None, Shape::Text) => page(&store, &snapshot, console.lang())?.into_bytes(),
    };
    console.print(&shown)?;
    Ok(ended(&altered))
}

/// A file as it was kept.
fn file(store: &Store, snapshot: &Snapshot, name: &str) -> Result<Vec<u8>, Diagnostic> {
    let Some(file) = snapshot.files.iter().find(|it| it.name == name) else {
        let (given, number) = (quoted(name), snapshot.number);
        let problem = Diagnostic::error(
            "unknown-file",
            text!(
                "#{number} に「{given}」というファイルはありません",
                "#{number} has no file `{given}`"
            ),
        );
        let names = snapshot.files.iter().map(|it| it.name.as_str());
        return Err(match closest(name, names) {
            Some(near) => {
                problem.help(text!("「{near}」ではありませんか", "did you mean `{near}`?"))
            }
            None => problem,
        });
    };
    // What is gone is told in the words of the record, which went with it.
    let gone = || store.record(snapshot).err();
    match store.content(&file.sha256)? {
        Some(bytes) => Ok(bytes),
        None => gone().map_or_else(|| Ok(Vec::new()), Err),
    }
}

/// Everything for programs.
fn whole(store: &Store, snapshot: &Snapshot) -> Result<Value, Diagnostic> {
    let mut value = json(snapshot);
    let record = match snapshot.pruned {
        Some(_) => Value::Null,
        None => serde_json::from_slice(&store.record(snapshot)?).unwrap_or_default(),
    };
    if let Some(fields) = value.as_object_mut() {
        let findings = store.findings_as_they_stand(snapshot)?;
        fields.insert("found".to_owned(), serde_json::json!(findings));
        fields.insert("contents".to_owned(), record);
    }
    Ok(value)
}

/// Everything for a person.
fn page(store: &Store, snapshot: &Snapshot, lang: Lang) -> Result<String, Diagnostic> {
    let mut page = format!("{}\n", line(snapshot).get(lang));
    let mut add = |text: crate::locale::Text| {
        page.push_str(&one_line(text.get(lang)));
        page.push('\n');
    };
    let (digest, previous, tool) = (snapshot.digest, snapshot.previous, &snapshot.tool);
    add(text!("ハッシュ値       {digest}", "digest          {digest}"));
    add(text!("直前のハッシュ値 {previous}", "the one before  {previous}"));
    if let Some(origin) = snapshot.origin {
        add(text!("取込み前のハッシュ値 {origin}", "before import   {origin}"));
    }
    add(text!("作成したプログラム {tool}", "made by         {tool}"));
    add(crate::locale::Text::default());
    for file in &snapshot.files {
        let (name, bytes, short) = (&file.name, file.bytes, file.sha256.short());
        add(match file.role {
            Role::Inventory => {
                text!(
                    "台帳   {name}  {bytes} B  {short}…",
                    "inventory      {name}  {bytes} B  {short}…"
                )
            }
            Role::Configuration => text!(
                "設定   {name}  {bytes} B  {short}…（秘密情報は伏せてあります）",
                "configuration  {name}  {bytes} B  {short}… (secrets masked)"
            ),
            Role::Observation => {
                text!(
                    "観測   {name}  {bytes} B  {short}…",
                    "observation    {name}  {bytes} B  {short}…"
                )
            }
            Role::Journal => {
                text!(
                    "疎通   {name}  {bytes} B  {short}…",
                    "probes         {name}  {bytes} B  {short}…"
                )
            }
        });
    }
    add(crate::locale::Text::default());
    let record: Option<Record> = match snapshot.pruned {
        Some(_) => None,
        None => serde_json::from_slice(&store.record(snapshot)?).ok(),
    };
    for (fingerprint, open) in &store.findings_as_they_stand(snapshot)? {
        let kept = record.iter().flat_map(|it| &it.findings);
        let kept = kept.into_iter().find(|it| it.fingerprint == *fingerprint);
        let title = kept.map(|it| {
            let (severity, title) = (it.severity.label(), &it.title);
            text!("{severity}  {title}  ", "{severity}  {title}  "; severity, title)
        });
        let title = title.unwrap_or_default();
        add(match open {
            true => {
                text!("指摘   {title}{fingerprint}", "finding        {title}{fingerprint}"; title)
            }
            false => {
                text!("承認済 {title}{fingerprint}", "accepted       {title}{fingerprint}"; title)
            }
        });
    }
    Ok(page)
}
