//! The editor's schema of the workspace format, drawn from the table of keys that the readers use.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::keys::{ROOT, Section, Shape};

/// JSON Schema (2020-12) of `evenhand.yaml` and the files it includes. Keys that a base or another included file may
/// supply are not required here: `check` sees the whole.
pub fn schema() -> Value {
    let mut definitions = BTreeMap::new();
    let mut root = object(&ROOT, &mut definitions);
    if let Value::Object(map) = &mut root {
        map.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
        map.insert("title".into(), json!("evenhand workspace"));
        map.insert("$defs".into(), definitions.into_iter().collect::<Map<String, Value>>().into());
    }
    root
}

type Definitions = BTreeMap<String, Value>;

fn object(section: &'static Section, definitions: &mut Definitions) -> Value {
    let mut properties = Map::new();
    for key in section.keys {
        let mut value = shape(&key.shape, definitions);
        if let Value::Object(map) = &mut value {
            map.insert("description".into(), json!(key.description()));
        }
        properties.insert(key.name.into(), value);
    }
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// A section by reference, defined once.
fn reference(section: &'static Section, definitions: &mut Definitions) -> Value {
    let name: String = section.what().chars().filter(|c| *c != '`').collect::<String>().replace(' ', "_");
    if !definitions.contains_key(&name) {
        definitions.insert(name.clone(), Value::Null);
        let value = object(section, definitions);
        definitions.insert(name.clone(), value);
    }
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn any(of: Vec<Value>) -> Value {
    json!({ "anyOf": of })
}

fn shape(what: &'static Shape, definitions: &mut Definitions) -> Value {
    match what {
        // YAML may take `2026.1`, `no` or `007` for something else than a text; here they are as good.
        Shape::Text | Shape::Expression => json!({ "type": ["string", "number", "boolean"] }),
        Shape::Number => {
            json!({ "anyOf": [{ "type": "number" }, { "type": "string", "pattern": "^[-+]?[0-9._eE+-]+$" }] })
        }
        Shape::Percentage => json!({ "anyOf": [
            { "type": "number", "minimum": 0, "maximum": 1 },
            { "type": "string", "pattern": "^[0-9._]+ ?%?$" }
        ] }),
        Shape::Count => {
            json!({ "anyOf": [{ "type": "integer", "minimum": 0 }, { "type": "string", "pattern": "^[0-9_]+$" }] })
        }
        Shape::YesNo => json!({ "anyOf": [{ "type": "boolean" }, { "enum": ["yes", "no", "true", "false"] }] }),
        Shape::Date => json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$" }),
        Shape::Days => json!({ "anyOf": [{ "type": "integer", "minimum": 0 }, { "type": "string" }] }),
        Shape::Word(words) => json!({ "enum": words }),
        Shape::Line => json!({ "type": ["number", "string"] }),
        Shape::Texts => {
            let one = json!({ "type": ["string", "number", "boolean"] });
            json!({ "anyOf": [one.clone(), { "type": "array", "items": one }, { "type": "null" }] })
        }
        Shape::Map(section) => reference(section, definitions),
        Shape::Named(section) => {
            json!({ "type": ["object", "null"], "additionalProperties": repeated(section, definitions) })
        }
        Shape::NamedBy(inner) => {
            json!({ "type": ["object", "null"], "additionalProperties": shape(inner, definitions) })
        }
        Shape::List(section) => json!({ "type": ["array", "null"], "items": repeated(section, definitions) }),
        Shape::Either(shapes) => any(shapes.iter().map(|s| shape(s, definitions)).collect()),
        Shape::Free => json!({}),
    }
}

/// Entries that may be repeated for the items of a list, with `each:` and `if:`.
fn repeated(section: &'static Section, definitions: &mut Definitions) -> Value {
    let mut value = object(section, definitions);
    if let Some(properties) = value.get_mut("properties").and_then(Value::as_object_mut) {
        let each = "The list for whose items the entry is repeated; {NAME} and {NAME.attr} stand for them.";
        properties.insert("each".into(), json!({ "type": "string", "description": each }));
        properties
            .insert("if".into(), json!({ "type": "object", "description": "Only the items with these attributes." }));
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_table_is_in_the_schema() {
        let schema = schema();
        let properties = schema["properties"].as_object().unwrap();
        assert_eq!(properties.len(), ROOT.keys.len());
        let measure = &schema["properties"]["measures"]["additionalProperties"]["properties"];
        for key in super::super::keys::MEASURE.keys {
            assert_eq!(measure[key.name]["description"], key.description());
        }
        assert!(measure["each"].is_object());
    }

    #[test]
    fn every_reference_is_defined() {
        let schema = schema();
        let text = schema.to_string();
        for part in text.split("#/$defs/").skip(1) {
            let name: String = part.chars().take_while(|c| *c != '"').collect();
            assert!(schema["$defs"][&name]["properties"].is_object(), "{name}");
        }
    }
}
