//! The JSON Schema of the inventory (draft 2020-12), made from the same records as the reader.

use super::decode::Decode;
use super::records::Inventory;
use serde_json::{Map, Value, json};

/// One property of a record.
pub(crate) struct Property {
    pub(crate) key: &'static str,
    pub(crate) required: bool,
    pub(crate) about: (&'static str, &'static str),
    pub(crate) schema: Value,
}

/// The definitions collected so far.
#[derive(Default)]
pub(crate) struct Schema {
    definitions: Map<String, Value>,
}

impl Schema {
    /// Defines a record once and returns a reference to it.
    pub(crate) fn define(
        &mut self,
        name: &str,
        (ja, en): (&str, &str),
        properties: impl FnOnce(&mut Self) -> Vec<Property>,
    ) -> Value {
        if !self.definitions.contains_key(name) {
            self.definitions.insert(name.to_owned(), Value::Null);
            let properties = properties(self);
            let required: Vec<_> =
                properties.iter().filter(|p| p.required).map(|p| p.key).collect();
            let listed: Map<String, Value> = properties
                .into_iter()
                .map(|property| {
                    let (ja, en) = property.about;
                    // A key that was left blank counts as absent, unless it is required.
                    let accepted = if property.required {
                        json!([property.schema])
                    } else {
                        json!([property.schema, {"type": "null"}])
                    };
                    let value = json!({"description": format!("{ja}\n\n{en}"), "anyOf": accepted});
                    (property.key.to_owned(), value)
                })
                .collect();
            let definition = json!({
                "type": "object",
                "description": format!("{ja}\n\n{en}"),
                "properties": listed,
                "required": required,
                "additionalProperties": false,
            });
            self.definitions.insert(name.to_owned(), definition);
        }
        json!({"$ref": format!("#/$defs/{name}")})
    }
}

/// The whole schema, as `sekisho schema` prints it.
pub fn json_schema() -> Value {
    of::<Inventory>("Sekisho inventory / 関所 台帳")
}

/// The schema of one file.
pub(crate) fn of<T: Decode>(title: &str) -> Value {
    let mut schema = Schema::default();
    let root = T::schema(&mut schema);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "$ref": root["$ref"],
        "$defs": schema.definitions,
    })
}
