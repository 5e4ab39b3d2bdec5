//! The document as a page to read, at `/docs/api`: written on the server, without a script, so that it can be searched by
//! the browser, linked to, printed, and served under the strictest policy.

mod schema;

use std::fmt::Write as _;
use std::sync::OnceLock;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::METHODS;
use crate::http::error::ApiError;

const CSS: &str = include_str!("page.css");

struct Page {
    html: String,
    policy: HeaderValue,
}

/// `GET /docs/api`
pub(crate) async fn handler() -> Response {
    static PAGE: OnceLock<Option<Page>> = OnceLock::new();
    let Some(page) = PAGE.get_or_init(made) else {
        tracing::error!("the page of the OpenAPI document cannot be written");
        return ApiError::internal().into_response();
    };
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (header::CONTENT_SECURITY_POLICY, page.policy.clone()),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, page.html.as_str()).into_response()
}

fn made() -> Option<Page> {
    let style = STANDARD.encode(Sha256::digest(CSS));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'"
    );
    Some(Page {
        html: render(&super::value().ok()?, &super::order())?,
        policy: HeaderValue::try_from(policy).ok()?,
    })
}

fn render(document: &Value, order: &[String]) -> Option<String> {
    let mut groups: Vec<(String, Vec<Call<'_>>)> = Vec::new();
    let paths = document.get("paths")?;
    // In the order in which they were written down. The second prefix answers the same; one paragraph says so.
    for path in order {
        let Some(item) = paths.get(path) else { continue };
        for method in METHODS {
            let Some(operation) = item.get(*method) else {
                continue;
            };
            let tag = text(operation.pointer("/tags/0")).to_owned();
            let call = Call {
                method,
                path,
                operation,
            };
            match groups.iter_mut().find(|(name, _)| *name == tag) {
                Some((_, calls)) => calls.push(call),
                None => groups.push((tag, vec![call])),
            }
        }
    }
    let schemas = document.pointer("/components/schemas")?.as_object()?;
    let mut out = String::with_capacity(600_000);
    head(&mut out, document);
    navigation(&mut out, &groups, schemas);
    out.push_str("<main>");
    for (tag, calls) in &groups {
        put(
            &mut out,
            format_args!("<section id=\"{}\"><h2>{}</h2>", anchor(tag), escaped(tag)),
        );
        for call in calls {
            call.render(&mut out, document);
        }
        out.push_str("</section>");
    }
    out.push_str("<section id=\"types\"><h2>Types</h2>");
    for (name, value) in schemas {
        schema::article(&mut out, name, value);
    }
    out.push_str("</section></main></div></html>");
    Some(out)
}

fn head(out: &mut String, document: &Value) {
    let title = text(document.pointer("/info/title"));
    put(
        out,
        format_args!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title} API</title>\
             <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><style>{CSS}</style>\
             <div class=\"page\"><header><h1>{title} API</h1><p>{}</p>\
             <p>For tools: <a href=\"/openapi.json\">openapi.json</a> (OpenAPI 3.1). The Inbox API answers the same under \
             <code>/crm/inbox/v2</code>.</p></header>",
            paragraph(text(document.pointer("/info/description"))),
        ),
    );
}

fn navigation(out: &mut String, groups: &[(String, Vec<Call<'_>>)], schemas: &Map<String, Value>) {
    out.push_str("<nav aria-label=\"Calls and types\"><details open><summary>Contents</summary>");
    for (tag, calls) in groups {
        put(out, format_args!("<h2>{}</h2><ul>", escaped(tag)));
        for call in calls {
            put(
                out,
                format_args!(
                    "<li><a href=\"#{}\">{}</a>",
                    call.id(),
                    escaped(text(call.operation.get("summary")))
                ),
            );
        }
        out.push_str("</ul>");
    }
    out.push_str("<h2>Types</h2><ul>");
    for name in schemas.keys() {
        put(out, format_args!("<li><a href=\"#type-{name}\">{name}</a>"));
    }
    out.push_str("</ul></details></nav>");
}

struct Call<'d> {
    method: &'static str,
    path: &'d str,
    operation: &'d Value,
}

impl Call<'_> {
    fn id(&self) -> &str {
        text(self.operation.get("operationId"))
    }

    fn render(&self, out: &mut String, document: &Value) {
        let operation = self.operation;
        let (id, summary) = (self.id(), escaped(text(operation.get("summary"))));
        put(
            out,
            format_args!(
                "<article id=\"{id}\"><h3><a href=\"#{id}\">{summary}</a></h3><p class=\"call\"><span class=\"method {}\">{}\
                 </span><code>{}</code></p>",
                self.method,
                self.method.to_ascii_uppercase(),
                escaped(self.path)
            ),
        );
        if let Some(description) = operation.get("description").and_then(Value::as_str) {
            put(out, format_args!("<p>{}</p>", paragraph(description)));
        }
        put(
            out,
            format_args!(
                "<p class=\"key\">Credential: {}</p>",
                credential(operation, document)
            ),
        );
        parameters(out, operation);
        if let Some(content) = operation
            .pointer("/requestBody/content")
            .and_then(Value::as_object)
        {
            out.push_str("<h4>Request</h4>");
            bodies(out, content);
        }
        responses(out, operation);
        out.push_str("</article>");
    }
}

fn credential(operation: &Value, document: &Value) -> String {
    let schemes = operation.get("security").and_then(Value::as_array);
    let mut said: Vec<String> = Vec::new();
    for name in schemes
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .flat_map(Map::keys)
    {
        let scheme = document.pointer(&format!("/components/securitySchemes/{name}"));
        let words = scheme.and_then(|scheme| scheme.get("description"));
        said.push(format!("{name} ({})", escaped(text(words))));
    }
    if said.is_empty() {
        "none".to_owned()
    } else {
        said.join(" or ")
    }
}

fn parameters(out: &mut String, operation: &Value) {
    let Some(parameters) = operation.get("parameters").and_then(Value::as_array) else {
        return;
    };
    out.push_str("<h4>Parameters</h4><div class=\"wide\"><table>");
    for parameter in parameters {
        let shape = parameter.get("schema").map(schema::shape).unwrap_or_default();
        let must = parameter.get("required") == Some(&Value::Bool(true));
        put(
            out,
            format_args!(
                "<tr><th><code>{}</code> <span class=\"type\">{}</span>{}<td>{shape}<td>{}",
                escaped(text(parameter.get("name"))),
                escaped(text(parameter.get("in"))),
                schema::must(must),
                escaped(text(parameter.get("description")))
            ),
        );
    }
    out.push_str("</table></div>");
}

fn bodies(out: &mut String, content: &Map<String, Value>) {
    for (kind, body) in content {
        let shape = body.get("schema").map(schema::shape).unwrap_or_default();
        put(out, format_args!("<p><code>{}</code> {shape}</p>", escaped(kind)));
        for (name, example) in body
            .get("examples")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let value = example.get("value").unwrap_or(&Value::Null);
            put(
                out,
                format_args!(
                    "<details class=\"example\"><summary>Example: {}</summary><pre><code>{}</code></pre></details>",
                    escaped(name),
                    escaped(&serde_json::to_string_pretty(value).unwrap_or_default())
                ),
            );
        }
    }
}

fn responses(out: &mut String, operation: &Value) {
    let Some(responses) = operation.get("responses").and_then(Value::as_object) else {
        return;
    };
    out.push_str("<h4>Answers</h4>");
    if let Some(content) = responses
        .get("200")
        .and_then(|answer| answer.get("content"))
        .and_then(Value::as_object)
    {
        bodies(out, content);
    }
    out.push_str("<div class=\"wide\"><table>");
    for (status, answer) in responses {
        put(
            out,
            format_args!(
                "<tr><th>{}<td>{}",
                escaped(status),
                escaped(text(answer.get("description")))
            ),
        );
    }
    out.push_str("</table></div>");
}

fn text(value: Option<&Value>) -> &str {
    value.and_then(Value::as_str).unwrap_or_default()
}

fn anchor(tag: &str) -> String {
    tag.to_ascii_lowercase().replace(' ', "-")
}

fn put(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a text cannot fail.
    let _infallible = out.write_fmt(arguments);
}

/// Text as it stands in an element or an attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(c),
        }
    }
    out
}

/// Escaped, with what stands between backticks as code.
fn paragraph(text: &str) -> String {
    let mut out = String::new();
    for (index, part) in text.split('`').enumerate() {
        let part = escaped(part);
        if index % 2 == 0 {
            out.push_str(&part);
        } else {
            put(&mut out, format_args!("<code>{part}</code>"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_and_type_has_a_place_to_link_to_and_no_link_leads_nowhere() {
        let document = crate::http::openapi::value().unwrap();
        let page = render(&document, &crate::http::openapi::order()).unwrap();
        for (path, item) in document["paths"].as_object().unwrap() {
            for operation in METHODS.iter().filter_map(|method| item.get(*method)) {
                let id = operation["operationId"].as_str().unwrap();
                let there = page.contains(&format!("<article id=\"{id}\">"));
                assert_eq!(there, !path.starts_with("/crm/"), "{id}");
            }
        }
        for target in page
            .split("href=\"#")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
        {
            assert!(page.contains(&format!("id=\"{target}\"")), "{target}");
        }
        assert!(!page.contains("<script") && !page.contains("style=\""));
    }

    #[test]
    fn nothing_in_the_document_becomes_markup() {
        assert_eq!(
            paragraph("a <b> `c<d>` \"e\""),
            "a &lt;b&gt; <code>c&lt;d&gt;</code> &quot;e&quot;"
        );
    }
}
