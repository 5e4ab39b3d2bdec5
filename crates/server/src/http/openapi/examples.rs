//! Examples in the document: the golden JSON that the tests of every part read, so that none of them can be wrong.

use serde_json::{Value, json};

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../../../../protocol/fixtures/", $name, ".json"))
    };
}

struct Example {
    /// Where in the document the body is described.
    body: &'static str,
    name: &'static str,
    json: &'static str,
}

const SENT: &str = "/paths/~1inbox~1v2~1messages/post/requestBody/content/application~1json";
const STORED: &str = "/paths/~1inbox~1v2~1messages/post/responses/200/content/application~1json";
const LISTED: &str = "/paths/~1inbox~1v2~1messages/get/responses/200/content/application~1json";
const CONVERSATION: &str = "/paths/~1inbox~1v2~1conversations/post/responses/200/content/application~1json";

const EXAMPLES: &[Example] = &[
    Example {
        body: SENT,
        name: "basic",
        json: fixture!("sample-basic-request"),
    },
    Example {
        body: SENT,
        name: "template",
        json: fixture!("sample-template-request"),
    },
    Example {
        body: SENT,
        name: "minimal",
        json: fixture!("sample-minimal-request"),
    },
    Example {
        body: SENT,
        name: "form",
        json: fixture!("sample-form-request"),
    },
    Example {
        body: STORED,
        name: "basic",
        json: fixture!("sample-basic-answer"),
    },
    Example {
        body: STORED,
        name: "template",
        json: fixture!("sample-template-answer"),
    },
    Example {
        body: STORED,
        name: "minimal",
        json: fixture!("sample-minimal-answer"),
    },
    Example {
        body: STORED,
        name: "form",
        json: fixture!("sample-form-answer"),
    },
    Example {
        body: LISTED,
        name: "page",
        json: fixture!("list-messages-answer"),
    },
    Example {
        body: CONVERSATION,
        name: "conversation",
        json: fixture!("conversation-answer"),
    },
];

const VIOLATION: &str = fixture!("error-validation");
const APPLICATION: &str = fixture!("error-application");

/// Puts the examples where they belong.
pub(super) fn add(document: &mut Value) {
    for example in EXAMPLES {
        if let (Some(body), Some(value)) = (document.pointer_mut(example.body), read(example.json)) {
            put(body, example.name, value);
        }
    }
    for (status, name, json) in [("400", "violation", VIOLATION), ("404", "error", APPLICATION)] {
        for item in document
            .get_mut("paths")
            .and_then(Value::as_object_mut)
            .into_iter()
            .flat_map(|paths| paths.values_mut())
        {
            for operation in item
                .as_object_mut()
                .into_iter()
                .flat_map(|item| item.values_mut())
            {
                let pointer = format!("/responses/{status}/content/application~1json");
                if let (Some(body), Some(value)) = (operation.pointer_mut(&pointer), read(json)) {
                    put(body, name, value);
                }
            }
        }
    }
}

fn read(json: &str) -> Option<Value> {
    serde_json::from_str(json).ok()
}

fn put(body: &mut Value, name: &str, value: Value) {
    if let Some(body) = body.as_object_mut() {
        let examples = body.entry("examples").or_insert_with(|| json!({}));
        if let Some(examples) = examples.as_object_mut() {
            examples.insert(name.to_owned(), json!({"value": value}));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_json_and_has_its_place() {
        let document = crate::http::openapi::value().unwrap();
        for example in EXAMPLES {
            let place = format!("{}/examples/{}/value", example.body, example.name);
            assert_eq!(document.pointer(&place), read(example.json).as_ref(), "{place}");
            assert!(read(example.json).is_some());
        }
    }
}
