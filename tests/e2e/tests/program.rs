//! What the business's own program does: the four sample messages over the Inbox API, and the answers to bad ones.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use shopbell_e2e::{Api, World, journey};

const TEMPLATE: &str = include_str!("../../../crates/protocol/fixtures/sample-template-request.json");
const BASIC: &str = include_str!("../../../crates/protocol/fixtures/sample-basic-request.json");
const MINIMAL: &str = include_str!("../../../crates/protocol/fixtures/sample-minimal-request.json");
const FORM: &str = include_str!("../../../crates/protocol/fixtures/sample-form-request.json");

/// A visitor who has no browser: the conversation is made by the program.
const VISITOR: &str = "8a1f0c56-7d0e-4b5e-9d3f-1c2b3a4d5e6f";

/// The sample with the conversation that is there.
fn sample(text: &str, conversation: &str) -> Result<Value> {
    let mut request: Value = serde_json::from_str(text)?;
    *request
        .pointer_mut("/conversationId")
        .context("a sample without a conversation")? = json!(conversation);
    Ok(request)
}

async fn conversation(api: &Api, address: &str) -> Result<String> {
    let request = json!({"participantId": {"anonymousVisitorId": VISITOR}});
    let answer = api
        .post(&format!("{address}/inbox/v2/conversations"), &request)
        .await?;
    ensure!(answer.status == 200, "no conversation: {answer:?}");
    let answer = answer.json()?;
    let id = answer.pointer("/conversation/id").and_then(Value::as_str);
    Ok(id.context("a conversation without an id")?.to_owned())
}

async fn stored(api: &Api, address: &str, conversation: &str) -> Result<Vec<Value>> {
    let visibility = "visibility=BUSINESS_AND_PARTICIPANT";
    let answer = api
        .get(&format!(
            "{address}/inbox/v2/messages?conversationId={conversation}&{visibility}"
        ))
        .await?;
    ensure!(answer.status == 200, "no list: {answer:?}");
    Ok(answer
        .json()?
        .get("messages")
        .and_then(Value::as_array)
        .context("no messages")?
        .clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_messages_are_answered_as_the_samples_say_under_both_prefixes() -> Result<()> {
    journey("samples", async |world: std::sync::Arc<World>| {
        let (api, address) = (world.api(), world.address());
        let conversation = conversation(&api, address).await?;
        for (text, kind, visibility) in [
            (BASIC, "BASIC", "BUSINESS_AND_PARTICIPANT"),
            (TEMPLATE, "TEMPLATE", "BUSINESS_AND_PARTICIPANT"),
            (MINIMAL, "MINIMAL", "BUSINESS"),
            (FORM, "FORM", "BUSINESS"),
        ] {
            let request = sample(text, &conversation)?;
            for prefix in ["", "/crm"] {
                let answer = api
                    .post(&format!("{address}{prefix}/inbox/v2/messages"), &request)
                    .await?;
                assert_eq!(answer.status, 200, "{kind} under {prefix}/inbox: {}", answer.body);
                let answer = answer.json()?;
                let field = |path: &str| {
                    answer
                        .pointer(&format!("/message{path}"))
                        .cloned()
                        .unwrap_or_default()
                };
                assert_eq!(field("/content/contentType"), kind);
                assert_eq!(field("/visibility"), visibility);
                assert_eq!(field("/id"), field("/sequence"));
                assert_eq!(field("/badges"), json!([]));
                if kind == "TEMPLATE" {
                    assert_eq!(field("/content/template/orientation"), "PORTRAIT");
                    assert_eq!(
                        field("/content/template/buttons/1/postbackProperties/interactionId"),
                        "change-appointment"
                    );
                }
            }
        }
        let kinds: Vec<Value> = stored(&api, address, &conversation)
            .await?
            .iter()
            .map(|message| {
                message
                    .pointer("/content/contentType")
                    .cloned()
                    .unwrap_or_default()
            })
            .collect();
        assert_eq!(
            kinds,
            ["TEMPLATE", "TEMPLATE", "BASIC", "BASIC"],
            "newest first, and nothing for the business only"
        );
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_past_a_limit_is_refused_by_the_name_of_its_field_and_not_stored() -> Result<()> {
    journey("refusals", async |world: std::sync::Arc<World>| {
        let (api, address) = (world.api(), world.address());
        let conversation = conversation(&api, address).await?;
        let template = sample(TEMPLATE, &conversation)?;
        let with = |request: &Value, path: &str, value: Value| {
            let mut request = request.clone();
            request
                .pointer_mut(path)
                .map(|place| *place = value)
                .context("no such place in the sample")?;
            anyhow::Ok(request)
        };
        let button = template
            .pointer("/message/content/template/buttons/1")
            .context("no button")?
            .clone();
        let eleven = with(
            &template,
            "/message/content/template/buttons",
            json!(vec![button; 11]),
        )?;
        let script = with(
            &template,
            "/message/content/template/buttons/0/launchUrl",
            json!("javascript:alert(1)"),
        )?;
        let long = with(
            &sample(BASIC, &conversation)?,
            "/message/content/basic/items",
            json!([{"text": "a".repeat(16_385)}]),
        )?;
        for (request, field) in [
            (eleven, "message.content.template.buttons"),
            (script, "message.content.template.buttons[0].launchUrl"),
            (long, "message.content.basic.items[0].text"),
        ] {
            let answer = api
                .post(&format!("{address}/inbox/v2/messages"), &request)
                .await?;
            assert_eq!(answer.status, 400, "{field}: {}", answer.body);
            let answer = answer.json()?;
            let named = answer.pointer("/details/validationError/fieldViolations/0/field");
            assert_eq!(named, Some(&json!(field)), "{answer}");
        }
        assert_eq!(stored(&api, address, &conversation).await?, Vec::<Value>::new());

        let stranger = Api::new("")
            .post(&format!("{address}/inbox/v2/messages"), &template)
            .await?;
        assert_eq!(stranger.status, 401, "{}", stranger.body);
        Ok(())
    })
    .await
}
