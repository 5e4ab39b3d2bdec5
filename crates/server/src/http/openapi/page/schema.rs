//! Types of the document, in words.

use serde_json::Value;

use super::{escaped, paragraph, put, text};

/// One named type with its members.
pub(super) fn article(out: &mut String, name: &str, schema: &Value) {
    put(
        out,
        format_args!("<article id=\"type-{name}\"><h3><a href=\"#type-{name}\">{name}</a></h3>"),
    );
    if let Some(description) = schema.get("description").and_then(Value::as_str) {
        put(out, format_args!("<p>{}</p>", paragraph(description)));
    }
    match schema.get("properties").and_then(Value::as_object) {
        Some(_) => members(out, schema),
        None => put(out, format_args!("<p>{}</p>", shape(schema))),
    }
    out.push_str("</article>");
}

fn members(out: &mut String, schema: &Value) {
    let required = schema.get("required").and_then(Value::as_array);
    let must_have = |name: &str| required.is_some_and(|list| list.iter().any(|one| one == name));
    out.push_str("<div class=\"wide\"><table>");
    for (name, member) in schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        put(
            out,
            format_args!(
                "<tr><th><code>{}</code>{}<td>{}<td>{}",
                escaped(name),
                must(must_have(name)),
                shape(member),
                paragraph(text(member.get("description")))
            ),
        );
    }
    out.push_str("</table></div>");
    for choice in ["oneOf", "anyOf"] {
        if let Some(options) = schema.get(choice).and_then(Value::as_array) {
            let options: Vec<String> = options.iter().filter_map(only_required).collect();
            if !options.is_empty() {
                put(out, format_args!("<p>Exactly one of {}.</p>", options.join(", ")));
            }
        }
    }
}

/// The member that one branch of a choice asks for.
fn only_required(option: &Value) -> Option<String> {
    let name = option.pointer("/required/0")?.as_str()?;
    Some(format!("<code>{}</code>", escaped(name)))
}

/// The mark of what has to be there.
pub(super) fn must(required: bool) -> &'static str {
    if required {
        " <span class=\"must\">required</span>"
    } else {
        ""
    }
}

/// What a value looks like: a link to its type, or its kind with its bounds.
pub(super) fn shape(schema: &Value) -> String {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return format!("<a href=\"#type-{name}\">{name}</a>");
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        let values: Vec<String> = values
            .iter()
            .map(|value| match value.as_str() {
                Some(value) => format!("<code>{}</code>", escaped(value)),
                None => format!("<code>{value}</code>"),
            })
            .collect();
        return values.join(", ");
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        if let Some(options) = schema.get(choice).and_then(Value::as_array) {
            let options: Vec<String> = options
                .iter()
                .map(shape)
                .filter(|option| option != "null")
                .collect();
            return options.join(if choice == "allOf" { " with " } else { " or " });
        }
    }
    if let Some(items) = schema.get("items") {
        return format!("list of {}{}", shape(items), bounds(schema));
    }
    let kind = match schema.get("type") {
        Some(Value::String(kind)) => kind.clone(),
        Some(Value::Array(kinds)) => {
            let kinds = kinds
                .iter()
                .filter_map(Value::as_str)
                .filter(|kind| *kind != "null");
            kinds.collect::<Vec<_>>().join(" or ")
        }
        _ if schema.get("const").is_some() => "value".to_owned(),
        _ => "anything".to_owned(),
    };
    format!("{}{}", escaped(&kind), bounds(schema))
}

fn bounds(schema: &Value) -> String {
    let number = |name: &str| schema.get(name).map(ToString::to_string);
    let mut said = Vec::new();
    for (least, most, what) in [
        ("minLength", "maxLength", "characters"),
        ("minItems", "maxItems", "elements"),
        ("minimum", "maximum", ""),
    ] {
        let range = match (number(least), number(most)) {
            (Some(least), Some(most)) => format!("{least} to {most} {what}"),
            (Some(least), None) => format!("at least {least} {what}"),
            (None, Some(most)) => format!("at most {most} {what}"),
            (None, None) => continue,
        };
        said.push(range.trim_end().to_owned());
    }
    if let Some(format) = schema.get("format").and_then(Value::as_str) {
        said.push(escaped(format));
    }
    if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
        said.push(format!("<code>{}</code>", escaped(pattern)));
    }
    if said.is_empty() {
        String::new()
    } else {
        format!(" <span class=\"type\">{}</span>", said.join(", "))
    }
}
