//! `sekisho init`: an inventory to begin from.

use super::Exit;
use super::args::Init;
use super::console::{Console, Stop};
use super::deliver::{Delivery, Existing};
use super::examples::{EXAMPLES, Example};
use super::schema;
use crate::locale::{display_width, pad_to};
use crate::source::{Diagnostic, closest};
use crate::text;
use std::fmt::Write as _;

/// The example that is written when none is named.
const STARTER: &str = "starter";
/// The name under which the schema lies beside an inventory.
const SCHEMA: &str = "sekisho.schema.json";

/// Writes a starter or an example into a folder, or lists the examples. What is there already
/// is never touched.
pub(super) fn run(args: &Init, console: &Console) -> Result<Exit, Stop> {
    let lang = console.lang();
    if args.list {
        let columns = EXAMPLES.iter().map(|it| display_width(it.name)).max();
        let mut out = String::new();
        for example in EXAMPLES {
            let name = pad_to(example.name, columns.unwrap_or(0));
            let _ = writeln!(out, "{name}  {}", example.about.get(lang));
        }
        console.print(out.as_bytes())?;
        return Ok(Exit::Clean);
    }
    let name = args.example.as_deref().unwrap_or(STARTER);
    let example = find(name)?;
    let mut delivery = Delivery::new(Existing::Keep);
    for (file, text) in example.files {
        // The starter becomes the reader's own; an example keeps its name.
        let file = match *file {
            "starter.yaml" => "inventory.yaml",
            file => file,
        };
        // A scope is no part of the inventory; its own schema is `sekisho schema --scope`.
        let text = match file.ends_with(".yaml") && file != "scope.yaml" {
            true => with_schema(text),
            false => (*text).to_owned(),
        };
        delivery.add(&args.folder.join(file), text.as_bytes())?;
    }
    delivery.add(&args.folder.join(SCHEMA), schema::inventory().as_bytes())?;
    for file in delivery.finish()? {
        let file = file.display();
        console.remark(&text!("{file} を書きました", "wrote {file}"));
    }
    let folder = args.folder.display();
    console.remark(&text!(
        "次は: sekisho validate {folder}（書き方の確認）、sekisho audit {folder} --out out（監査と作図）",
        "next: sekisho validate {folder} (is it well formed?), sekisho audit {folder} --out out (findings and diagram)"
    ));
    Ok(Exit::Clean)
}

/// Tells editors where the schema lies.
fn with_schema(text: &str) -> String {
    format!("# yaml-language-server: $schema={SCHEMA}\n{text}")
}

fn find(name: &str) -> Result<&'static Example, Diagnostic> {
    let names = || EXAMPLES.iter().map(|it| it.name);
    EXAMPLES.iter().find(|it| it.name == name).ok_or_else(|| {
        Diagnostic::error(
            "unknown-example",
            text!("「{name}」という例はありません", "there is no example `{name}`"),
        )
        .help(match closest(name, names()) {
            Some(word) => text!("「{word}」ではありませんか", "did you mean `{word}`?"),
            None => text!(
                "sekisho init --list で例の一覧が見られます",
                "`sekisho init --list` lists the examples"
            ),
        })
    })
}
