//! The journey that the product exists for: a visitor and the business talk, in every message type, each in a browser of
//! their own.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use shopbell_e2e::{Card, Shown, Staff, Visitor, World, journey, until};

const QUESTION: &str = "Hello, may I come on Sunday instead? ☀";
const ANSWER: &str = "Of course, let me look.";
const NOTE: &str = "Regular guest, give her the quiet room.";
const ACTIVITY: &str = "Booked the spa day";
const CHANGE: &str = "Change My Appointment";

const PICTURE: &[u8] = include_bytes!("../pictures/quiet-room.png");

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_and_the_business_talk_in_every_message_type() -> Result<()> {
    journey("conversation", async |world: Arc<World>| {
        let visitor = world.visitor().await?;
        comes_to_the_shop(&world, &visitor).await?;
        types_before_the_program_is_there(&world, &visitor).await?;

        let staff = world.staff().await?;
        signs_in_and_sees_the_question(&staff).await?;
        answers_with_text(&staff, &visitor).await?;
        answers_with_a_picture(&world, &staff, &visitor).await?;
        answers_with_the_spa_day(&world, &staff, &visitor).await?;
        answers_with_an_activity(&staff, &visitor).await?;
        leaves_a_note(&staff, &visitor).await?;

        presses_the_button_twice_quickly(&world, &visitor, &staff).await?;
        finds_everything_after_a_reload(&visitor).await?;
        visitor.browser().must_be_content().await?;
        // Asking whether somebody is signed in is answered with 401 before somebody is, and browsers note that.
        staff
            .browser()
            .must_be_content_but_for(&["/staff/v1/session - "])
            .await
    })
    .await
}

async fn comes_to_the_shop(world: &World, visitor: &Visitor) -> Result<()> {
    visitor.open_shop().await?;
    assert!(visitor.launcher().await?.is_displayed().await?);
    let fetched = visitor.fetched().await?;
    let of_the_chat: Vec<&String> = fetched
        .iter()
        .filter(|path| !path.starts_with("/shop/"))
        .collect();
    assert_eq!(
        of_the_chat,
        ["/embed.js"],
        "before intent nothing but embed.js is fetched"
    );
    assert!(
        !world.proxy.paths().iter().any(|path| path.starts_with("/widget")),
        "{:?}",
        world.proxy.paths()
    );
    assert_eq!(visitor.stored().await?, 0, "before intent nothing is stored");
    Ok(())
}

/// The program's answer is held back until the text stands in the composer, so that this is true on every machine.
async fn types_before_the_program_is_there(world: &World, visitor: &Visitor) -> Result<()> {
    world.proxy.hold(".wasm");
    visitor.open_chat().await?;
    visitor.types(QUESTION).await?;
    until("the program to be asked for", async || {
        Ok((world.proxy.waiting() > 0).then_some(()))
    })
    .await?;
    assert_eq!(visitor.typed().await?, QUESTION);
    assert_eq!(
        visitor.shown().await?,
        Vec::<Shown>::new(),
        "nothing can be shown before the program is there"
    );

    world.proxy.release();
    visitor.is_taken_over().await?;
    assert_eq!(visitor.typed().await?, QUESTION, "what was typed is kept");
    visitor.sends().await?;
    let question = visitor.sees("the question, accepted", |message| {
        is_text(message, QUESTION) && message.is_accepted()
    });
    assert_eq!(question.await?.direction, "PARTICIPANT_TO_BUSINESS");
    assert_eq!(visitor.typed().await?, "");
    Ok(())
}

async fn signs_in_and_sees_the_question(staff: &Staff) -> Result<()> {
    staff.opens_the_inbox().await?;
    staff.signs_in().await?;
    staff.opens_the_newest_conversation().await?;
    staff
        .sees("the question", |message| is_text(message, QUESTION))
        .await
        .map(|_message| ())
}

async fn answers_with_text(staff: &Staff, visitor: &Visitor) -> Result<()> {
    staff.answers(ANSWER).await?;
    staff
        .sees("the own answer", |message| is_text(message, ANSWER))
        .await?;
    let answer = visitor
        .sees("the answer", |message| is_text(message, ANSWER))
        .await?;
    assert_eq!(answer.direction, "BUSINESS_TO_PARTICIPANT");
    assert_eq!(answer.kind, "basic");
    Ok(())
}

async fn answers_with_a_picture(world: &World, staff: &Staff, visitor: &Visitor) -> Result<()> {
    staff.sends_file(&world.file("quiet-room.png", PICTURE)?).await?;
    let has_picture = |message: &Shown| message.kind == "basic" && message.images > 0;
    staff.sees("the own picture", has_picture).await?;
    visitor
        .sees("the picture, loaded", has_picture)
        .await
        .map(|_message| ())
}

async fn answers_with_the_spa_day(world: &World, staff: &Staff, visitor: &Visitor) -> Result<()> {
    let picture = a_picture_of_the_shop(world).await?;
    let [when, how_long] = ["Saturday, 2 December, 10:00", "Two hours, for two"];
    let card = Card {
        title: "Your Spa Day",
        lines: &[when, how_long],
        picture: &picture,
        link: ("See Directions", &format!("{}/", world.address())),
        postback: (CHANGE, "change-appointment"),
    };
    staff.sends_card(&card).await?;
    // Until the part that draws cards has come, the card's preview stands there.
    let shown = visitor
        .sees("the card", |message| {
            message.kind == "template" && message.text.contains(CHANGE)
        })
        .await?;
    for text in [card.title, when, how_long, card.link.0, card.postback.0] {
        assert!(
            shown.text.contains(text),
            "{text:?} is missing in {:?}",
            shown.text
        );
    }
    visitor
        .sees("the card's picture", |message| {
            message.kind == "template" && message.images > 0
        })
        .await?;
    assert_eq!(visitor.button_state(CHANGE).await?, "idle");
    Ok(())
}

async fn answers_with_an_activity(staff: &Staff, visitor: &Visitor) -> Result<()> {
    staff.sends_activity(ACTIVITY).await?;
    let is_activity = |message: &Shown| message.kind == "minimal" && message.text.contains(ACTIVITY);
    staff.sees("the own activity line", is_activity).await?;
    visitor
        .sees("the activity line", is_activity)
        .await
        .map(|_message| ())
}

/// That the visitor does not see it can only be told by what comes after it.
async fn leaves_a_note(staff: &Staff, visitor: &Visitor) -> Result<()> {
    staff.notes(NOTE).await?;
    staff
        .sees("the note", |message| message.text.contains(NOTE))
        .await?;
    staff.answers("Done!").await?;
    visitor
        .sees("what came after the note", |message| is_text(message, "Done!"))
        .await?;
    for message in visitor.shown().await? {
        assert!(
            !message.text.contains(NOTE),
            "the visitor sees the note: {message:?}"
        );
    }
    let page = visitor
        .browser()
        .run("return document.documentElement.outerHTML", Vec::new())
        .await?;
    assert!(
        !page.as_str().unwrap_or_default().contains(NOTE),
        "the note is in the visitor's page"
    );
    Ok(())
}

async fn presses_the_button_twice_quickly(world: &World, visitor: &Visitor, staff: &Staff) -> Result<()> {
    visitor.presses_twice(CHANGE).await?;
    until("the button to be done for the visitor", async || {
        Ok((visitor.button_state(CHANGE).await? == "done").then_some(()))
    })
    .await?;
    until("the button to be done for the staff", async || {
        Ok((staff.button_state(CHANGE).await? == "done").then_some(()))
    })
    .await?;
    // A message behind the presses: once it is in the log, so is everything that they caused.
    visitor.types("Thank you").await?;
    visitor.sends().await?;
    visitor
        .sees("the thanks, accepted", |message| {
            is_text(message, "Thank you") && message.is_accepted()
        })
        .await?;
    let events = events(world).await?;
    let presses: Vec<&Value> = events
        .iter()
        .filter(|event| is_type(event, "wix.crm.inbox.v2.message_button_interacted"))
        .collect();
    let [press] = presses[..] else {
        bail!("two presses are one interaction: {presses:#?}")
    };
    assert_eq!(
        press.pointer("/data/interactionId"),
        Some(&json!("change-appointment"))
    );
    assert!(
        press.pointer("/data/interactedBy/anonymousVisitorId").is_some(),
        "{press:#}"
    );
    let last = events.last().context("no event")?;
    assert!(
        is_type(last, "wix.crm.inbox.v2.message_message_sent_to_business"),
        "{last:#}"
    );
    Ok(())
}

async fn finds_everything_after_a_reload(visitor: &Visitor) -> Result<()> {
    let before = visitor.shown().await?;
    visitor.open_shop().await?;
    visitor.open_chat().await?;
    visitor
        .sees("the newest message again", |message| {
            is_text(message, "Thank you")
        })
        .await?;
    let after = visitor.shown().await?;
    let keys = |messages: &[Shown]| -> Vec<(String, String, String)> {
        messages
            .iter()
            .map(|m| (m.sequence.clone(), m.kind.clone(), m.direction.clone()))
            .collect()
    };
    assert_eq!(keys(&before), keys(&after));
    assert_eq!(visitor.button_state(CHANGE).await?, "done");
    Ok(())
}

/// Address of a picture that the demo shop shows: one that this machine serves itself.
async fn a_picture_of_the_shop(world: &World) -> Result<String> {
    let page = world.api().get(&format!("{}/", world.address())).await?.body;
    let mut pictures = page
        .split("<img")
        .skip(1)
        .filter_map(|image| image.split_once("src=\"")?.1.split('"').next());
    let path = pictures.find(|path| path.starts_with("/shop/"));
    Ok(format!(
        "{}{}",
        world.address(),
        path.context("the shop shows no picture")?
    ))
}

/// Everything in the business's event log.
async fn events(world: &World) -> Result<Vec<Value>> {
    let answer = world
        .api()
        .get(&format!("{}/events/v1?limit=100", world.address()))
        .await?;
    assert_eq!(answer.status, 200, "{}", answer.body);
    Ok(answer
        .json()?
        .get("events")
        .and_then(Value::as_array)
        .context("no list of events")?
        .clone())
}

fn is_type(event: &Value, name: &str) -> bool {
    event.get("type").and_then(Value::as_str) == Some(name)
}

fn is_text(message: &Shown, text: &str) -> bool {
    message.kind == "basic" && message.text.contains(text)
}
