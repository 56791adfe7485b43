//! Journals of probes as people write them in examples: one question with its answer a line, with
//! everything left out that does not matter.
//!
//! ```text
//! {"run": {"dry": true, "started": "2026-11-10T05:00:00Z"}}
//! {"to": "10.10.1.10", "port": 3389}
//! {"to": "10.10.1.20", "port": 22, "expect": "must-not-answer", "outcome": "silent"}
//! {"stopped": {"host": "10.10.1.20", "reason": "slow"}}
//! ```
//!
//! What is left out: a TCP connection that must come about, does so, and is closed in order; two
//! seconds after the line before. Line n of the example is line 2n+2 of the journal: [`line`].

use serde_json::{Map, Value, json};

/// The line of an example that a line of the journal was made of.
pub fn line(of_journal: usize) -> usize {
    of_journal.saturating_sub(2).div_ceil(2)
}

/// A journal of one run that stood here.
pub fn journal(from: &str, text: &str) -> Result<String, String> {
    let mut head = json!({
        "scope": "0".repeat(64), "plan": "1".repeat(64), "from": from, "tester": "富士見 山田",
        "approver": "医療情報課長", "host": "laptop", "addresses": ["198.51.100.17"],
        "limits": {
            "host_in_flight": 1, "host_rate": 2, "rate": 20, "in_flight": 40,
            "run_budget": 5000, "day_budget": 20000, "patience_ms": 3000, "retries": 1,
        },
        "questions": 1, "started": "2026-11-10T05:00:00Z", "dry": false,
    });
    let mut lines: Vec<[String; 2]> = Vec::new();
    let mut count = 0;
    for (at, short) in text.lines().enumerate() {
        if short.trim().is_empty() {
            lines.push([String::new(), String::new()]);
            continue;
        }
        let short: Value =
            serde_json::from_str(short).map_err(|it| format!("probes, line {}: {it}", at + 1))?;
        let short = short.as_object().ok_or("no object")?.clone();
        lines.push(match (short.get("run"), short.get("stopped")) {
            (Some(run), _) => {
                lay(&mut head, run);
                [String::new(), String::new()]
            }
            (_, Some(stopped)) => {
                let mut whole = json!({"at": time(&head, at)});
                lay(&mut whole, stopped);
                [String::new(), json!({"stopped": whole}).to_string()]
            }
            _ => {
                count += 1;
                question(&short, &time(&head, at), at)
            }
        });
    }
    head["questions"] = json!(count);
    let mut journal = vec![
        json!({"sekisho": "probes", "schema": 1, "tool": "example"}).to_string(),
        json!({"run": head}).to_string(),
    ];
    let last = time(&head, lines.len());
    journal.extend(lines.into_iter().flatten());
    journal.push(json!({"end": {"at": last, "answered": count}}).to_string());
    Ok(journal.join("\n") + "\n")
}

/// Two seconds a line after the run began.
fn time(head: &Value, at: usize) -> String {
    let started: jiff::Timestamp = head["started"].as_str().unwrap().parse().unwrap();
    let at = started + jiff::SignedDuration::from_secs(2 * at as i64 + 2);
    at.to_string()
}

fn question(short: &Map<String, Value>, at: &str, number: usize) -> [String; 2] {
    let or = |key: &str, other: Value| short.get(key).cloned().unwrap_or(other);
    let outcome = or("outcome", json!("open"));
    let open = outcome == json!("open");
    let told = outcome == json!("filtered") || outcome == json!("refused");
    let mut answer = json!({"outcome": outcome, "attempts": 1});
    if open || told {
        answer["micros"] = json!(900);
    }
    if open {
        answer["details"] = json!({"close": ["in-order"]});
    }
    let mut given = Map::new();
    for key in ["by", "details", "error", "micros", "attempts"] {
        given.extend(short.get(key).map(|it| (key.to_owned(), it.clone())));
    }
    lay(&mut answer, &Value::Object(given));
    let question = json!({
        "to": short["to"], "port": or("port", json!(0)), "kind": or("kind", json!("tcp-connect")),
        "expect": or("expect", json!("must-answer")), "target": or("target", json!("systems/target")),
    });
    let at = or("at", json!(at));
    let asked = json!({"asked": {"number": number, "attempt": 1, "at": at}});
    let answered = json!({
        "answered": {"number": number, "question": question, "at": at, "answer": answer},
    });
    [asked.to_string(), answered.to_string()]
}

/// Lays a value over another: objects are joined, everything else is replaced.
fn lay(under: &mut Value, over: &Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (key, value) in over {
                lay(under.entry(key).or_insert(Value::Object(Map::new())), value);
            }
        }
        (under, over) => *under = over.clone(),
    }
}
