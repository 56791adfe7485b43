//! Where two texts differ first.

use crate::locale::Text;
use crate::text;
use serde_json::Value;

/// The first place in which what was computed again differs from what is in the bundle: the path
/// in JSON, the line otherwise. None when they are the same, byte for byte.
pub fn first_difference(kept: &[u8], again: &[u8]) -> Option<Text> {
    if kept == again {
        return None;
    }
    let parsed = (serde_json::from_slice(kept), serde_json::from_slice(again));
    if let (Ok(kept), Ok(again)) = parsed
        && let Some(path) = in_json(&kept, &again, String::new(), 0)
    {
        return Some(text!("JSONの {path}", "JSON path {path}"));
    }
    let lines = |bytes: &'_ [u8]| -> Vec<Vec<u8>> {
        bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
    };
    let (kept, again) = (lines(kept), lines(again));
    let same = kept.iter().zip(&again).take_while(|(a, b)| a == b).count();
    let line = same + 1;
    Some(text!("{line}行目", "line {line}"))
}

/// The path of the first value that differs: `.findings[3].severity`.
fn in_json(kept: &Value, again: &Value, path: String, depth: usize) -> Option<String> {
    const DEEPEST: usize = 100;
    if kept == again {
        return None;
    }
    if depth > DEEPEST {
        return Some(path);
    }
    let found = match (kept, again) {
        (Value::Object(a), Value::Object(b)) => {
            let mut keys: Vec<&String> = a.keys().collect();
            keys.extend(b.keys().filter(|it| !a.contains_key(*it)));
            keys.into_iter().find_map(|key| match (a.get(key), b.get(key)) {
                (Some(a), Some(b)) => in_json(a, b, format!("{path}.{key}"), depth + 1),
                _ => Some(format!("{path}.{key}")),
            })
        }
        (Value::Array(a), Value::Array(b)) => {
            let both = a.iter().zip(b).enumerate();
            let mut inside =
                both.map(|(at, (a, b))| in_json(a, b, format!("{path}[{at}]"), depth + 1));
            inside.find_map(|it| it).or_else(|| Some(format!("{path}[{}]", a.len().min(b.len()))))
        }
        _ => None,
    };
    Some(found.unwrap_or(if path.is_empty() { ".".to_owned() } else { path }))
}
