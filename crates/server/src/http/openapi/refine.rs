//! What the types alone cannot say: what a request has to hold, which one of several members, which values are taken.
//!
//! The document is written from the types first; here it is told apart into what is sent (`…Input`, where the two
//! differ) and what is answered. A server is lenient in its types so that it can name what is missing; its description
//! must not be, or whoever builds by it is refused.

mod patches;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::METHODS;

const SCHEMAS: &str = "#/components/schemas/";
/// A value of a newer peer, which no request may have and no answer has.
const UNRECOGNIZED: &str = "UNRECOGNIZED";

/// Makes the document as strict as the rules are.
pub(super) fn refine(document: &mut Value) {
    known_values(document);
    separate(document);
    if let Some(schemas) = schemas(document) {
        for (name, patch) in patches::all() {
            // What a later change renames must be renamed there too: a test looks whether each is there.
            if let Some(schema) = schemas.get_mut(&name) {
                merge(schema, patch);
            }
        }
    }
}

fn schemas(document: &mut Value) -> Option<&mut Map<String, Value>> {
    document.pointer_mut("/components/schemas")?.as_object_mut()
}

fn known_values(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if let Some(Value::Array(values)) = map.get_mut("enum") {
                values.retain(|value| value != UNRECOGNIZED);
            }
            map.values_mut().for_each(known_values);
        }
        Value::Array(list) => list.iter_mut().for_each(known_values),
        _ => {}
    }
}

/// Gives what is both sent and answered a second form, `…Input`, where sending has rules of its own: those that
/// [`patches`] names, and whatever holds one of them.
fn separate(document: &mut Value) {
    let sent = reachable(document, |operation| operation.get("requestBody"));
    let answered = reachable(document, |operation| operation.get("responses"));
    let both: BTreeSet<&String> = sent.intersection(&answered).collect();
    let Some(all) = schemas(document) else { return };
    let patched = patches::all();
    let mut apart: BTreeSet<String> = both
        .iter()
        .filter(|name| {
            patched
                .iter()
                .any(|(patched, _)| *patched == format!("{name}Input"))
        })
        .map(|name| (*name).clone())
        .collect();
    loop {
        let more: Vec<String> = both
            .iter()
            .filter(|name| !apart.contains(**name))
            .filter(|name| {
                all.get(**name)
                    .is_some_and(|schema| !references(schema).is_disjoint(&apart))
            })
            .map(|name| (*name).clone())
            .collect();
        if more.is_empty() {
            break;
        }
        apart.extend(more);
    }
    let mut inputs = BTreeMap::new();
    for name in &apart {
        if let Some(schema) = all.get(name) {
            let mut input = schema.clone();
            redirect(&mut input, &apart);
            inputs.insert(format!("{name}Input"), input);
        }
    }
    for name in sent.difference(&answered) {
        if let Some(schema) = all.get_mut(name) {
            redirect(schema, &apart);
        }
    }
    all.extend(inputs);
    for operation in operations(document) {
        if let Some(body) = operation.get_mut("requestBody") {
            redirect(body, &apart);
        }
    }
}

/// Names of all types that these parts of the operations lead to.
fn reachable(document: &mut Value, part: impl Fn(&Value) -> Option<&Value>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for operation in operations(document) {
        found.extend(part(operation).map(references).unwrap_or_default());
    }
    let mut open: Vec<String> = found.iter().cloned().collect();
    while let Some(name) = open.pop() {
        let inside = document
            .pointer(&format!("/components/schemas/{name}"))
            .map(references);
        for name in inside.unwrap_or_default() {
            if found.insert(name.clone()) {
                open.push(name);
            }
        }
    }
    found
}

fn operations(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    paths
        .into_iter()
        .flat_map(Map::values_mut)
        .filter_map(Value::as_object_mut)
        .flat_map(|item| item.iter_mut())
        .filter(|(method, _)| METHODS.contains(&method.as_str()))
        .map(|(_, operation)| operation)
}

fn references(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(map) => {
                let name = map.get("$ref").and_then(Value::as_str);
                found.extend(
                    name.and_then(|name| name.strip_prefix(SCHEMAS))
                        .map(str::to_owned),
                );
                open.extend(map.values());
            }
            Value::Array(list) => open.extend(list),
            _ => {}
        }
    }
    found
}

fn redirect(value: &mut Value, apart: &BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get_mut("$ref")
                && reference
                    .strip_prefix(SCHEMAS)
                    .is_some_and(|name| apart.contains(name))
            {
                reference.push_str("Input");
            }
            map.values_mut().for_each(|value| redirect(value, apart));
        }
        Value::Array(list) => list.iter_mut().for_each(|value| redirect(value, apart)),
        _ => {}
    }
}

/// A merge patch (RFC 7396): objects are merged, `null` takes away, everything else replaces.
fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Some(target) = target.as_object_mut() else {
        return;
    };
    for (name, value) in patch {
        if value.is_null() {
            target.remove(&name);
        } else {
            merge(target.entry(name).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_patch_is_about_a_type_that_is_there() {
        let mut document = crate::http::openapi::value().unwrap();
        let all = schemas(&mut document).unwrap();
        for (name, _) in patches::all() {
            assert!(all.contains_key(&name), "{name}");
        }
        assert!(!serde_json::to_string(&document).unwrap().contains(UNRECOGNIZED));
    }

    #[test]
    fn what_is_sent_and_what_is_answered_are_told_apart() {
        let document = crate::http::openapi::value().unwrap();
        let property = |name: &str, member: &str| {
            document
                .pointer(&format!("/components/schemas/{name}/properties/{member}"))
                .is_some()
        };
        assert!(property("PostbackProperties", "appId") && !property("PostbackPropertiesInput", "appId"));
        let sent = document
            .pointer("/components/schemas/MessageDraft/properties/content/$ref")
            .unwrap();
        assert_eq!(sent, "#/components/schemas/MessageContentInput");
        let answered = document
            .pointer("/components/schemas/Message/properties/content/$ref")
            .unwrap();
        assert_eq!(answered, "#/components/schemas/MessageContent");
    }
}
