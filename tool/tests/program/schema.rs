// SPDX-License-Identifier: GPL-2.0

//! JSON against a schema, of which this knows what those in docs/ use. A crate that knows all takes longer
//! to build than the program and its tests.

use serde_json::Value;

/// What in `value` does not conform to `schema`. A word of the schema that is not known is an error, too.
pub fn errors(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(schema, value, "", &mut found);
    found
}

fn check(schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let Some(rules) = schema.as_object() else {
        if schema == &Value::Bool(false) {
            found.push(format!("{at}: not allowed"));
        }
        return;
    };
    for (word, rule) in rules {
        let is_right = match word.as_str() {
            "$schema" | "$comment" | "title" | "description" => true,
            "type" => match rule.as_array() {
                Some(types) => types.iter().any(|one| is_of(value, one)),
                None => is_of(value, rule),
            },
            "const" => value == rule,
            "enum" => rule.as_array().unwrap().contains(value),
            "minimum" => !value.is_number() || value.as_f64() >= rule.as_f64(),
            "minItems" => length(value).is_none_or(|length| length >= rule.as_u64()),
            "maxItems" => length(value).is_none_or(|length| length <= rule.as_u64()),
            "required" => value.as_object().is_none_or(|object| {
                let names = rule.as_array().unwrap();
                names
                    .iter()
                    .all(|name| object.contains_key(name.as_str().unwrap()))
            }),
            "properties" | "additionalProperties" => {
                let known = rules.get("properties").and_then(Value::as_object);
                for (name, part) in value.as_object().into_iter().flatten() {
                    let own = known.and_then(|known| known.get(name));
                    let rule = match (word.as_str(), own) {
                        ("properties", Some(own)) => own,
                        ("additionalProperties", None) => rule,
                        _ => continue,
                    };
                    check(rule, part, &format!("{at}/{name}"), found);
                }
                true
            }
            "prefixItems" | "items" => {
                let first = rules.get("prefixItems").and_then(Value::as_array);
                for (n, part) in value.as_array().into_iter().flatten().enumerate() {
                    let own = first.and_then(|first| first.get(n));
                    let rule = match (word.as_str(), own) {
                        ("prefixItems", Some(own)) => own,
                        ("items", None) => rule,
                        _ => continue,
                    };
                    check(rule, part, &format!("{at}/{n}"), found);
                }
                true
            }
            _ => panic!("{at}: the schema says {word}, which this does not know"),
        };
        if !is_right {
            found.push(format!("{at}: {value} is not {word} {rule}"));
        }
    }
}

fn length(value: &Value) -> Option<Option<u64>> {
    value.as_array().map(|items| Some(items.len() as u64))
}

fn is_of(value: &Value, name: &Value) -> bool {
    match name.as_str().unwrap() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("the schema names the type {other}"),
    }
}
