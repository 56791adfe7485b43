//! Answers to questions about reach, as text and as data: first the verdict, then what passes with
//! the way of one packet, hop by hop, each with the line that decided; then what is taken for
//! granted.

pub mod blast;
pub mod cut;
pub mod difference;
pub mod exposure;
pub mod isolation;
pub(super) mod page;
pub mod paths;
pub mod scans;
mod shape;
pub mod what_if;
mod words;

use super::Report;
use crate::locale::Text;
use crate::model::EntityRef;
use crate::reach::ends::End;
use crate::text;
use serde_json::{Value, json};

/// The version of the shape of answers. Additions keep it; anything else raises it.
const VERSION: u32 = 1;

/// The JSON Schema of answers (draft 2020-12): those with names of their own within it. The error is
/// that of a damaged program.
pub fn schema() -> serde_json::Result<Value> {
    let mut all: Value = serde_json::from_str(include_str!("../answer.schema.json"))?;
    let own = [
        ("exposure", exposure::schema()?),
        ("difference", difference::schema()?),
        ("proof", super::proof::schema()?),
        ("coverage", super::confirm::coverage_schema()),
        ("waivers", super::waivers::schema()),
    ];
    for (name, schema) in own {
        if let Some(any) = all.pointer_mut("/anyOf").and_then(Value::as_array_mut) {
            any.push(json!({ "$ref": format!("urn:sekisho:answer:{name}") }));
        }
        if let Some(defs) = all.pointer_mut("/$defs").and_then(Value::as_object_mut) {
            defs.insert(name.to_owned(), schema);
        }
    }
    Ok(all)
}

impl Report<'_> {
    /// A thing by name, with its stable text form.
    fn called(&self, thing: &EntityRef) -> String {
        let name = self.name(thing);
        match name == thing.id {
            true => thing.to_string(),
            false => self.say(&text!("{name}（{thing}）", "{name} ({thing})")),
        }
    }

    /// An end of a question as people call it; `typed` for one that has no name.
    fn end_of_question(&self, end: &End, typed: &str) -> String {
        match end {
            End::Thing(thing) => self.called(thing),
            End::Internet => self.say(&Text::new("インターネット", "the internet")),
            End::Outside => self.say(&Text::new("すべての外部", "everybody outside")),
            End::Any => self.say(&Text::new("すべて", "everything")),
            End::Network(_) => self.say(&Text::same(typed)),
            End::Port(..) => self.say(&text!(
                "{typed}（このインタフェースから入る通信）",
                "{typed} (whatever comes in over this interface)"
            )),
        }
    }
}
