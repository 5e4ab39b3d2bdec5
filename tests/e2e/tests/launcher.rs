//! The launcher without a pointer: open, write, close, be told of what came meanwhile, and look.

use std::sync::Arc;

use anyhow::{Context, Result};
use fantoccini::key::Key;
use serde_json::{Value, json};
use shopbell_e2e::{World, journey, until};

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_opens_writes_and_closes_and_the_launcher_counts_what_came_meanwhile() -> Result<()> {
    journey("launcher", async |world: Arc<World>| {
        let visitor = world.visitor().await?;
        visitor.open_shop().await?;
        visitor
            .launcher()
            .await?
            .send_keys(&Key::Enter.to_string())
            .await?;
        visitor.enter_frame().await?;
        visitor.is_taken_over().await?;
        visitor.types("Is anybody there?").await?;
        visitor.types(&Key::Enter.to_string()).await?;
        visitor
            .sees("the question, accepted", |message| {
                message.text.contains("Is anybody there?") && message.is_accepted()
            })
            .await?;
        visitor.types(&Key::Escape.to_string()).await?;
        visitor.leave_frame().await?;
        until("the launcher to say that the panel is closed", async || {
            Ok(
                (visitor.launcher().await?.attr("aria-expanded").await?.as_deref() == Some("false"))
                    .then_some(()),
            )
        })
        .await?;
        let focused = "return document.activeElement?.shadowRoot?.activeElement?.dataset.testid || ''";
        until("the focus to be back on the launcher", async || {
            Ok((visitor.browser().run(focused, Vec::new()).await? == "launcher").then_some(()))
        })
        .await?;

        answers(&world, "Yes, good morning!").await?;
        until("the launcher to count one message", async || {
            Ok((visitor.unread().await? == "1").then_some(()))
        })
        .await?;
        visitor.open_chat().await?;
        visitor
            .sees("the answer", |message| {
                message.text.contains("Yes, good morning!")
            })
            .await?;
        visitor.leave_frame().await?;
        until("the launcher to count nothing", async || {
            Ok(visitor.unread().await?.is_empty().then_some(()))
        })
        .await?;
        visitor.browser().must_be_content().await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_phone_the_open_panel_is_the_whole_screen() -> Result<()> {
    journey("phone", async |world: Arc<World>| {
        let visitor = world.visitor().await?;
        visitor.be_a_phone().await?;
        visitor.open_shop().await?;
        visitor.open_chat().await?;
        visitor.leave_frame().await?;
        let covers = "
            const { left, top, width, height } = document.querySelector('shopbell-chat').shadowRoot
                .querySelector('iframe').getBoundingClientRect();
            return left === 0 && top === 0 && width === innerWidth && height === innerHeight;";
        until("the frame to cover the screen", async || {
            Ok((visitor.browser().run(covers, Vec::new()).await? == json!(true)).then_some(()))
        })
        .await?;
        visitor.enter_frame().await?;
        visitor.is_taken_over().await?;
        let overflows = "return document.documentElement.scrollWidth > innerWidth";
        assert_eq!(
            visitor.browser().run(overflows, Vec::new()).await?,
            json!(false),
            "nothing is cut off sideways"
        );
        visitor.browser().must_be_content().await
    })
    .await
}

/// A program answers in the only conversation.
async fn answers(world: &World, text: &str) -> Result<()> {
    let events = world
        .api()
        .get(&format!("{}/events/v1", world.address()))
        .await?
        .json()?;
    let conversation = events
        .pointer("/events/0/data/conversationId")
        .and_then(Value::as_str);
    let request = json!({
        "conversationId": conversation.context("no event of a conversation")?,
        "message": {
            "content": {"basic": {"items": [{"text": text}]}},
            "visibility": "BUSINESS_AND_PARTICIPANT",
            "direction": "BUSINESS_TO_PARTICIPANT",
        },
    });
    let answer = world
        .api()
        .post(&format!("{}/inbox/v2/messages", world.address()), &request)
        .await?;
    assert_eq!(answer.status, 200, "{}", answer.body);
    Ok(())
}
