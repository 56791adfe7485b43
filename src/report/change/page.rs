//! The lists as one page, in the style of the report.

use super::Changed;
use super::lists::all;
use crate::locale::Text;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use serde_json::json;

/// Renders it.
pub(super) fn write(it: &Changed<'_>) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let say = |text: &Text| it.say(text);
    let lists: Vec<_> = all(it)
        .iter()
        .map(|list| {
            json!({
                "title": say(&list.title),
                "count": list.rows.len(),
                "columns": list.columns.iter().map(|(title, _)| say(title)).collect::<Vec<_>>(),
                "rows": list.rows.iter().map(|row| json!({
                    "open": row.open,
                    "cells": row.cells.iter().map(|cell| {
                        cell.iter().map(say).collect::<Vec<_>>()
                    }).collect::<Vec<_>>(),
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    let style = include_str!("../page.html");
    let style = style.split_once("<style>").map_or("", |(_, it)| it);
    let style = style.split_once("</style>").map_or(style, |(it, _)| it).replace("{{ font }}", "");
    let open = it.difference.unexplained().count();
    environment.render_str(
        include_str!("page.html"),
        context! {
            lang => it.lang.tag(),
            style => minijinja::Value::from_safe_string(style),
            title => say(&Text::new("年次差分", "What changed")),
            organization => it.new.organization.as_deref().map(say_plain),
            states => it.states().iter().map(say).collect::<Vec<_>>(),
            tally => say(&it.tally()),
            open => open,
            unexplained => say(&Text::new("理由と承認者の書かれていない変更", "changes that nobody explained")),
            lists => minijinja::Value::from(minijinja::value::Serde(lists)),
        },
    )
}

fn say_plain(text: &str) -> String {
    crate::locale::one_line(text).into_owned()
}
