//! The booking bots of `examples/`: a visitor presses a button, the appointment is changed, the answer is shown.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs};

use anyhow::{Context, Result};
use serde_json::Value;
use shopbell_e2e::{Visitor, World, journey, until};
use tokio::process::Command;

const BEFORE: &str = "Saturday, 2 December, 10:00";
const AFTER: &str = "Sunday, 3 December, 10:00";
const CHANGE: &str = "Change My Appointment";

/// Notes in the page itself when the button is pressed and when the answer is on the screen, so that neither the driver's
/// way nor our looking counts.
const STOPWATCH: &str = "
    window.stopwatch = {};
    document.addEventListener('click', () => { stopwatch.pressed = performance.now(); }, { capture: true, once: true });
    const shown = () => [...document.querySelectorAll('[data-testid=message]')].some((one) => one.innerText.includes('Done:'));
    const look = () => {
        if (!stopwatch.answered && shown()) requestAnimationFrame(() => { stopwatch.answered ??= performance.now(); });
    };
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });";
const TAKEN: &str = "return stopwatch.answered - stopwatch.pressed";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_booking_bot_by_the_event_log_moves_the_appointment_and_answers() -> Result<()> {
    journey("booking_bot", async |world: Arc<World>| {
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir));
        changes_the_appointment(
            &world,
            &mut Command::new(target.join("debug/booking-bot")),
            "event log, Rust",
        )
        .await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_booking_bot_by_webhook_moves_the_appointment_and_answers() -> Result<()> {
    journey("booking_bot_node", async |world: Arc<World>| {
        let script = root().join("examples/node/booking-bot.mjs");
        changes_the_appointment(&world, Command::new("node").arg(script), "webhook, Node").await
    })
    .await
}

async fn changes_the_appointment(world: &World, bot: &mut Command, way: &str) -> Result<()> {
    let mut bot = world.example("booking-bot", bot).await?;
    let visitor = world.visitor().await?;
    visitor.open_shop().await?;
    visitor.open_chat().await?;
    visitor.is_taken_over().await?;
    visitor.types("May I come to the spa?").await?;
    visitor.sends().await?;
    // Cards are drawn by a part that comes with the first of them; until then their preview stands there.
    let is_card = |text: &str| text.contains(BEFORE) && text.contains(CHANGE);
    visitor
        .sees("the appointment", |message| {
            message.kind == "template" && is_card(&message.text)
        })
        .await?;
    assert_eq!(appointment(world)?, BEFORE);

    let took = press_to_answer(&visitor).await?;
    assert_eq!(appointment(world)?, AFTER);
    println!("press to answer ({way}): {took:.0} ms");
    bot.end().await?;
    visitor.browser().must_be_content().await
}

/// Milliseconds from the press to the answer on the screen.
async fn press_to_answer(visitor: &Visitor) -> Result<f64> {
    visitor.browser().run(STOPWATCH, Vec::new()).await?;
    visitor.presses(CHANGE).await?;
    visitor
        .sees("the bot's answer", |message| {
            message.kind == "basic"
                && message
                    .text
                    .contains(&format!("Done: your spa day is now on {AFTER}."))
        })
        .await?;
    // The frame with the answer may be painted a moment after it is in the document.
    until("the answer on the screen", async || {
        Ok(visitor.browser().run(TAKEN, Vec::new()).await?.as_f64())
    })
    .await
}

/// The one appointment in the bot's diary.
fn appointment(world: &World) -> Result<String> {
    let diary: Value = serde_json::from_slice(&fs::read(world.diary())?)?;
    let appointments = diary.get("appointments").and_then(Value::as_object);
    let only = appointments.and_then(|appointments| appointments.values().next());
    let when = only.and_then(|one| one.get("when")).and_then(Value::as_str);
    Ok(when.context("nobody is in the diary")?.to_owned())
}
