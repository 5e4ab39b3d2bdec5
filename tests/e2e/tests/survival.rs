//! What people wrote outlives the server.

use std::sync::Arc;

use anyhow::{Context, Result};
use serde_json::Value;
use shopbell_e2e::{Shown, Visitor, World, journey};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_while_the_server_was_dead_arrives_once_when_it_is_back() -> Result<()> {
    journey("survival", async |world: Arc<World>| {
        let visitor = world.visitor().await?;
        visitor.open_shop().await?;
        visitor.open_chat().await?;
        visitor.is_taken_over().await?;
        says(&visitor, "Before the crash").await?;
        let staff = world.staff().await?;
        staff.opens_the_inbox().await?;
        staff.signs_in().await?;
        staff.opens_the_newest_conversation().await?;
        staff
            .sees("the first message", |message| {
                message.text.contains("Before the crash")
            })
            .await?;

        world.kill_server().await?;
        visitor.types("Into the dark").await?;
        visitor.sends().await?;
        let waiting = visitor
            .sees("the message, waiting", |message| {
                message.text.contains("Into the dark")
            })
            .await?;
        assert!(!waiting.is_accepted(), "nobody can have accepted it: {waiting:?}");

        world.start_server().await?;
        let is_second = |message: &Shown| message.text.contains("Into the dark") && message.is_accepted();
        visitor.sees("the message, accepted", is_second).await?;
        staff
            .sees("the message, without a reload", |message| {
                message.text.contains("Into the dark")
            })
            .await?;

        // A clean stop in between, and a reload: both sides still have the same two messages, each once.
        world.stop_server().await?;
        world.start_server().await?;
        visitor.open_shop().await?;
        visitor.open_chat().await?;
        visitor.sees("the message after a reload", is_second).await?;
        assert_eq!(
            texts(&visitor.shown().await?),
            ["Before the crash", "Into the dark"]
        );
        assert_eq!(
            sent_to_the_business(&world).await?,
            ["Before the crash", "Into the dark"]
        );
        assert!(
            !world.server_output()?.contains("panicked"),
            "{}",
            world.server_output()?
        );
        Ok(())
    })
    .await
}

async fn says(visitor: &Visitor, text: &str) -> Result<()> {
    visitor.types(text).await?;
    visitor.sends().await?;
    let accepted = |message: &Shown| message.text.contains(text) && message.is_accepted();
    visitor
        .sees("the own message, accepted", accepted)
        .await
        .map(|_message| ())
}

fn texts(messages: &[Shown]) -> Vec<&str> {
    messages.iter().map(|message| message.text.trim()).collect()
}

/// The texts in the business's event log, in order.
async fn sent_to_the_business(world: &World) -> Result<Vec<String>> {
    let answer = world
        .api()
        .get(&format!("{}/events/v1?limit=100", world.address()))
        .await?
        .json()?;
    let events = answer
        .get("events")
        .and_then(Value::as_array)
        .context("no list of events")?;
    let text = |event: &Value| event.pointer("/data/message/content/basic/items/0/text").cloned();
    Ok(events
        .iter()
        .filter_map(text)
        .filter_map(|text| text.as_str().map(str::to_owned))
        .collect())
}
