//! A plan as a file: what a run is to do, with its hash, and what is left out, for programs.

use super::{Backing, Estimate, Plan, Planned};
use crate::locale::Text;
use crate::probe::scope::Place;
use crate::text;
use serde_json::{Value, json};

/// What the file says it is.
pub const PLAN: &str = "plan";
/// The version of its shape. Additions keep it; anything else raises it.
pub const SCHEMA: u32 = 1;

/// A plan as JSON.
pub fn json(planned: &Planned, estimate: &Estimate) -> Value {
    let plan = &planned.plan;
    let Backing { own, network, none } = plan.backing();
    let left_out = planned.left_out.iter().map(|it| {
        json!({
            "reason": it.gap.key(),
            "thing": it.thing,
            "address": it.to.map(|it| Place::Network(it).to_string()),
            "services": it.services.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })
    });
    let kinds = plan.kinds().into_iter().map(|(kind, count)| {
        json!({ "kind": kind, "questions": count, "sends": { "ja": kind.sends().ja, "en": kind.sends().en } })
    });
    json!({
        "sekisho": PLAN,
        "schema": SCHEMA,
        "hash": plan.hash(),
        "plan": plan,
        "kinds": kinds.collect::<Vec<_>>(),
        "controls": { "own": own, "network": network, "none": none },
        "estimate": {
            "attempts": estimate.attempts,
            "packets": estimate.packets,
            "seconds": estimate.seconds,
            "complete": estimate.complete,
        },
        "left_out": left_out.collect::<Vec<_>>(),
    })
}

/// The JSON Schema of the file (draft 2020-12). The error is that of a damaged program.
pub fn json_schema() -> serde_json::Result<Value> {
    serde_json::from_str(include_str!("plan.schema.json"))
}

/// Reads a plan that was written to a file. One that was changed since is refused.
pub fn read(text: &str) -> Result<Plan, Text> {
    let file: Value = serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        text!(
            "JSONとして読めません（{line}行{column}桁）",
            "not JSON (line {line}, column {column})"
        )
    })?;
    if file.get("sekisho").and_then(Value::as_str) != Some(PLAN) {
        return Err(Text::new("計画のファイルではありません", "this is no plan"));
    }
    if file.get("schema").and_then(Value::as_u64) != Some(SCHEMA.into()) {
        return Err(Text::new(
            "この版の sekisho では読めない形式です",
            "written by another version",
        ));
    }
    let plan = file.get("plan").cloned().unwrap_or_default();
    let plan: Plan = serde_json::from_value(plan).map_err(|error| {
        let what = error.to_string();
        text!("計画を読めません（{what}）", "the plan cannot be read ({what})")
    })?;
    match file.get("hash").and_then(Value::as_str) == Some(plan.hash().as_str()) {
        true => Ok(plan),
        false => Err(Text::new(
            "書かれた後に変更されています（ハッシュが合いません）",
            "it was changed after it had been written (the hash differs)",
        )),
    }
}
