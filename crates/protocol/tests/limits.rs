//! One past each limit is refused with that field's path and rule; at the limit it is accepted.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail by panicking"
)]

use serde_json::{Value, json};
use shopbell_protocol::error::{Rule, Violations};
use shopbell_protocol::message::MessageDraft;
use shopbell_protocol::{limits, validate};

fn check(message: Value) -> Result<(), Violations> {
    let draft: MessageDraft = serde_json::from_value(message).expect("the shape is right");
    validate::draft(draft, "message").map(drop)
}

fn message(content: Value) -> Value {
    json!({ "content": content, "visibility": "BUSINESS", "direction": "BUSINESS_TO_PARTICIPANT" })
}

/// `make(size)` is accepted at `max` and refused at `max + 1`, naming `field` and `rule`.
fn bounded(field: &str, rule: Rule, max: usize, make: impl Fn(usize) -> Value) {
    if let Err(violations) = check(make(max)) {
        panic!("{field} at its limit {max} was refused: {violations}");
    }
    refused(field, rule, make(max + 1));
}

fn refused(field: &str, rule: Rule, message: Value) {
    let violations = check(message).expect_err(field);
    assert!(
        violations
            .0
            .iter()
            .any(|violation| violation.field == field && violation.violated_rule == rule),
        "expected {rule:?} at {field}, got {violations:?}"
    );
}

fn text(size: usize) -> String {
    "ü".repeat(size)
}

fn url(size: usize) -> String {
    format!("https://a.example/{}", "x".repeat(size - 18))
}

fn button(index: usize) -> Value {
    json!({ "label": format!("Button {index}"), "launchUrl": "https://a.example/" })
}

fn template(member: &str, value: &Value) -> Value {
    message(json!({ "template": { "title": "T", member: value } }))
}

#[test]
fn texts_are_bounded() {
    use Rule::MaxLength as M;
    let m = "message.content";
    bounded(&format!("{m}.previewText"), M, 256, |n| {
        message(json!({"previewText": text(n), "basic": {"items": [{"text": "x"}]}}))
    });
    bounded(&format!("{m}.title"), M, limits::TITLE_MAX, |n| {
        message(json!({"title": text(n), "basic": {"items": [{"text": "x"}]}}))
    });
    bounded(&format!("{m}.basic.items[1].text"), M, 16_384, |n| {
        message(json!({"basic": {"items": [{"text": "x"}, {"text": text(n)}]}}))
    });
    bounded(&format!("{m}.template.title"), M, limits::TITLE_MAX, |n| {
        template("title", &json!(text(n)))
    });
    bounded(&format!("{m}.template.textLines[0]"), M, 512, |n| {
        template("textLines", &json!([text(n)]))
    });
    bounded(&format!("{m}.template.buttons[0].label"), M, 16_384, |n| {
        template(
            "buttons",
            &json!([{"label": text(n), "launchUrl": "https://a.example"}]),
        )
    });
    bounded(
        &format!("{m}.template.buttons[0].postbackProperties.interactionId"),
        M,
        256,
        |n| {
            template(
                "buttons",
                &json!([{"label": "x", "postbackProperties": {"interactionId": text(n)}}]),
            )
        },
    );
    bounded(&format!("{m}.minimal.text"), M, 16_384, |n| {
        message(json!({"minimal": {"text": text(n)}}))
    });
    bounded(&format!("{m}.form.title"), M, 256, |n| {
        message(json!({"form": {"title": text(n), "fields": [{"name": "a", "value": "b"}]}}))
    });
    bounded(&format!("{m}.form.description"), M, 16_384, |n| {
        message(
            json!({"form": {"title": "x", "description": text(n), "fields": [{"name": "a", "value": "b"}]}}),
        )
    });
    for member in ["name", "value"] {
        bounded(&format!("{m}.form.fields[0].{member}"), M, 8_192, |n| {
            message(json!({"form": {"title": "x", "fields": [{member: text(n)}]}}))
        });
    }
    bounded(&format!("{m}.basic.items[0].image.filename"), M, 255, |n| {
        message(json!({"basic": {"items": [{"image": {"id": "i", "filename": text(n)}}]}}))
    });
    bounded(&format!("{m}.basic.items[0].image.id"), M, 2_000, |n| {
        message(json!({"basic": {"items": [{"image": {"id": text(n)}}]}}))
    });
    bounded(&format!("{m}.basic.items[0].file.mimeType"), M, 100, |n| {
        message(json!({"basic": {"items": [{"file": {"id": "i", "mimeType": text(n)}}]}}))
    });
}

#[test]
fn addresses_are_bounded() {
    use Rule::MaxLength as M;
    let m = "message.content";
    bounded(&format!("{m}.template.imageUrl"), M, 2_000, |n| {
        template("imageUrl", &json!(url(n)))
    });
    bounded(&format!("{m}.minimal.iconUrl"), M, 2_000, |n| {
        message(json!({"minimal": {"text": "x", "iconUrl": url(n)}}))
    });
    bounded(&format!("{m}.minimal.url"), M, 2_000, |n| {
        message(json!({"minimal": {"text": "x", "url": url(n)}}))
    });
    bounded(&format!("{m}.basic.items[0].image.url"), M, 2_000, |n| {
        message(json!({"basic": {"items": [{"image": {"url": url(n)}}]}}))
    });
    bounded(&format!("{m}.template.buttons[0].launchUrl"), M, 16_384, |n| {
        template("buttons", &json!([{"label": "x", "launchUrl": url(n)}]))
    });
}

#[test]
fn lists_are_bounded() {
    use Rule::MaxSize as M;
    let m = "message.content";
    let many = |n: usize, value: Value| Value::Array(vec![value; n]);
    bounded(&format!("{m}.basic.items"), M, limits::BASIC_ITEMS_MAX, |n| {
        message(json!({"basic": {"items": many(n, json!({"text": "x"}))}}))
    });
    bounded(&format!("{m}.template.buttons"), M, 10, |n| {
        template("buttons", &Value::Array((0..n).map(button).collect()))
    });
    bounded(&format!("{m}.template.textLines"), M, 10, |n| {
        template("textLines", &many(n, json!("x")))
    });
    bounded(&format!("{m}.form.fields"), M, 15, |n| {
        message(json!({"form": {"title": "x", "fields": many(n, json!({"name": "a"}))}}))
    });
    bounded(&format!("{m}.form.media"), M, 15, |n| {
        message(
            json!({"form": {"title": "x", "fields": [{}], "media": many(n, json!({"image": {"id": "i"}}))}}),
        )
    });
    let with = |member: &str, value: Value| {
        let mut message = message(json!({"basic": {"items": [{"text": "x"}]}}));
        message[member] = value;
        message
    };
    bounded("message.badges", M, 1, |n| {
        with("badges", many(n, json!({"text": "x"})))
    });
    bounded("message.targetChannelIds", M, 100, |n| {
        with("targetChannelIds", many(n, json!("x")))
    });
    bounded("message.targetChannels", M, 100, |n| {
        with("targetChannels", many(n, json!("CHAT")))
    });
    bounded("message.sourceChannelId", Rule::MaxLength, 100, |n| {
        with("sourceChannelId", json!(text(n)))
    });
    bounded("message.targetChannelIds[0]", Rule::MaxLength, 100, |n| {
        with("targetChannelIds", json!([text(n)]))
    });
}

#[test]
fn what_must_be_there_is_asked_for() {
    let m = "message.content";
    refused(
        m,
        Rule::RequiredField,
        json!({"visibility": "BUSINESS", "direction": "BUSINESS_TO_PARTICIPANT"}),
    );
    refused(m, Rule::RequiredOneOfField, message(json!({"carousel": {}})));
    refused(
        m,
        Rule::OneOfAlignment,
        message(json!({"basic": {"items": [{"text": "x"}]}, "minimal": {"text": "x"}})),
    );
    refused(
        &format!("{m}.basic.items"),
        Rule::MinSize,
        message(json!({"basic": {"items": []}})),
    );
    refused(
        &format!("{m}.basic.items[0]"),
        Rule::RequiredOneOfField,
        message(json!({"basic": {"items": [{}]}})),
    );
    refused(
        &format!("{m}.basic.items[0]"),
        Rule::OneOfAlignment,
        message(json!({"basic": {"items": [{"text": "x", "file": {"id": "i"}}]}})),
    );
    refused(
        &format!("{m}.basic.items[0].text"),
        Rule::MinLength,
        message(json!({"basic": {"items": [{"text": ""}]}})),
    );
    refused(
        &format!("{m}.basic.items[0].image"),
        Rule::RequiredOneOfField,
        message(json!({"basic": {"items": [{"image": {}}]}})),
    );
    refused(
        &format!("{m}.template.buttons[0]"),
        Rule::RequiredOneOfField,
        template("buttons", &json!([{"label": "x"}])),
    );
    refused(
        &format!("{m}.template.buttons[0]"),
        Rule::OneOfAlignment,
        template(
            "buttons",
            &json!([{"label": "x", "launchUrl": "https://a.example", "postbackProperties": {"interactionId": "i"}}]),
        ),
    );
    refused(
        &format!("{m}.template.buttons[0].label"),
        Rule::MinLength,
        template("buttons", &json!([{"launchUrl": "https://a.example"}])),
    );
    refused(
        &format!("{m}.form.title"),
        Rule::MinLength,
        message(json!({"form": {"fields": [{}]}})),
    );
    refused(
        &format!("{m}.form.fields"),
        Rule::MinSize,
        message(json!({"form": {"title": "x"}})),
    );
    refused(
        &format!("{m}.minimal.text"),
        Rule::MinLength,
        message(json!({"minimal": {}})),
    );
    refused(
        &format!("{m}.system"),
        Rule::Other,
        message(json!({"system": {"text": "x"}})),
    );
    let content = json!({"basic": {"items": [{"text": "x"}]}});
    refused(
        "message.visibility",
        Rule::RequiredField,
        json!({"content": content, "direction": "BUSINESS_TO_PARTICIPANT"}),
    );
    refused(
        "message.direction",
        Rule::RequiredField,
        json!({"content": content, "visibility": "BUSINESS"}),
    );
}

#[test]
fn values_and_addresses_outside_their_set_are_refused() {
    let m = "message.content";
    for value in ["UNKNOWN_VISIBILITY", "EVERYBODY"] {
        refused(
            "message.visibility",
            Rule::InvalidEnumValue,
            json!({"content": {"minimal": {"text": "x"}}, "visibility": value, "direction": "BUSINESS_TO_PARTICIPANT"}),
        );
    }
    for value in ["UNKNOWN_DIRECTION", "SIDEWAYS"] {
        refused(
            "message.direction",
            Rule::InvalidEnumValue,
            json!({"content": {"minimal": {"text": "x"}}, "visibility": "BUSINESS", "direction": value}),
        );
    }
    refused(
        &format!("{m}.template.orientation"),
        Rule::InvalidEnumValue,
        template("orientation", &json!("ROUND")),
    );
    for address in [
        "javascript:alert(1)",
        "data:text/html,x",
        "/relative",
        "https://a b",
    ] {
        refused(
            &format!("{m}.template.buttons[0].launchUrl"),
            Rule::Format,
            template("buttons", &json!([{"label": "x", "launchUrl": address}])),
        );
        refused(
            &format!("{m}.template.imageUrl"),
            Rule::Format,
            template("imageUrl", &json!(address)),
        );
        refused(
            &format!("{m}.minimal.iconUrl"),
            Rule::Format,
            message(json!({"minimal": {"text": "x", "iconUrl": address}})),
        );
        refused(
            &format!("{m}.minimal.url"),
            Rule::Format,
            message(json!({"minimal": {"text": "x", "url": address}})),
        );
        refused(
            &format!("{m}.basic.items[0].file.url"),
            Rule::Format,
            message(json!({"basic": {"items": [{"file": {"url": address}}]}})),
        );
    }
    refused(
        &format!("{m}.template.buttons[0].postbackProperties.expirationDate"),
        Rule::Format,
        template(
            "buttons",
            &json!([{"label": "x", "postbackProperties": {"interactionId": "i", "expirationDate": "soon"}}]),
        ),
    );
    refused(
        &format!("{m}.template.buttons[0].postbackProperties.uses"),
        Rule::InvalidEnumValue,
        template(
            "buttons",
            &json!([{"label": "x", "postbackProperties": {"interactionId": "i", "uses": "TWICE"}}]),
        ),
    );
}

#[test]
fn a_participant_sends_basic_and_form_only() {
    for (content, allowed) in [
        (json!({"basic": {"items": [{"text": "x"}]}}), true),
        (
            json!({"form": {"title": "x", "fields": [{"name": "a", "value": "b"}]}}),
            true,
        ),
        (json!({"minimal": {"text": "x"}}), false),
        (json!({"template": {"title": "x"}}), false),
        (json!({"system": {"text": "x"}}), false),
        (json!({}), false),
    ] {
        let mut violations = Violations::default();
        let given = serde_json::from_value(content.clone()).unwrap();
        validate::participant_content(&given, "content", &mut violations);
        assert_eq!(violations.is_empty(), allowed, "{content}: {violations}");
    }
}

#[test]
fn the_largest_legal_bodies_fit_into_the_body_limit_even_fully_escaped() {
    // A control character takes six bytes in JSON, the most that one character can.
    let long = |size: usize| "\u{1}".repeat(size);
    let field = json!({ "name": long(8_192), "value": long(8_192) });
    let form =
        json!({ "form": { "title": long(256), "description": long(16_384), "fields": vec![field; 15] } });
    let basic =
        json!({ "basic": { "items": vec![json!({ "text": long(16_384) }); limits::BASIC_ITEMS_MAX] } });
    for content in [form, basic] {
        let largest = message(content);
        check(largest.clone()).expect("it is legal");
        assert!(largest.to_string().len() < limits::JSON_BODY_MAX_BYTES);
    }
}
