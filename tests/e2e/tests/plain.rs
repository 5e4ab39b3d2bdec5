//! The chat without a program: scripts off, or WebAssembly blocked. The business answers by its own program.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use fantoccini::Locator;
use serde_json::{Value, json};
use shopbell_e2e::{Fitting, Shown, Visitor, World, journey, until};

const COMPOSER: &str = "[data-testid=composer]";
const POSTBACK: &str = "[data-testid=postback]";

#[tokio::test(flavor = "multi_thread")]
async fn with_scripts_off_a_visitor_writes_gets_the_card_presses_and_sees_it_done() -> Result<()> {
    journey("plain", async |world: Arc<World>| {
        let fitting = Fitting {
            no_scripts: true,
            no_waiting: true,
            ..Fitting::default()
        };
        let visitor = world.visitor_with(fitting).await?;
        visitor.open_shop().await?;
        let browser = visitor.browser();
        browser
            .find_by_role("link", "Chat with us")
            .await?
            .click()
            .await?;
        browser.find(COMPOSER).await?;
        let elements = browser.client().find_all(Locator::Css("shopbell-chat")).await?;
        ensure!(elements.is_empty(), "a script has run");

        let pages = Pages {
            visitor: &visitor,
            in_panel: false,
        };
        pages.says("Do you have the Trail Runner in 39?").await?;
        pages.home().await?;
        visitor.types("I am still typ").await?;
        let picture = format!("{}/shop/hero.svg", world.address());
        answers(&world, &card(Some(&picture))).await?;
        let card = pages
            .sees("the card", |message| {
                message.kind == "template" && message.images == 1
            })
            .await?;
        assert!(card.text.contains("In stock"), "{card:?}");
        pages.home().await?;
        let typed = browser.find(COMPOSER).await?.prop("value").await?;
        let still = Some("I am still typ");
        assert_eq!(typed.as_deref(), still, "what comes leaves alone what one types");

        pages.presses().await?;
        pages.is_done().await?;
        let log = world
            .api()
            .get(&format!("{}/events/v1", world.address()))
            .await?
            .json()?;
        let events = log.get("events").and_then(Value::as_array);
        let ids = events
            .context("no events")?
            .iter()
            .filter_map(|event| event.pointer("/data/interactionId"));
        assert_eq!(ids.collect::<Vec<_>>(), [&json!("reserve-39")]);
        browser.must_be_content().await?;

        // The server is stopped and started: the open page comes back by itself.
        world.stop_server().await?;
        world.start_server().await?;
        answers(
            &world,
            &json!({"basic": {"items": [{"text": "It waits for you."}]}}),
        )
        .await?;
        pages
            .sees("the next answer", |message| {
                message.text.contains("It waits for you.")
            })
            .await?;
        pages.is_done().await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn where_webassembly_is_blocked_the_panel_shows_the_pages_and_closes_as_ever() -> Result<()> {
    journey("plain_in_panel", async |world: Arc<World>| {
        let fitting = Fitting {
            // Without a compiler there is no WebAssembly either, as in a browser that is locked down.
            flag: Some("--js-flags=--jitless"),
            no_waiting: true,
            ..Fitting::default()
        };
        let visitor = world.visitor_with(fitting).await?;
        visitor.open_shop().await?;
        let browser = visitor.browser();
        visitor.launcher().await?.click().await?;
        let pages = Pages {
            visitor: &visitor,
            in_panel: true,
        };
        pages.home().await?;
        let file = world.file("bill.txt", b"Two pairs, 180 euros\n")?;
        let input = browser.find("input[type=file]").await?;
        input.send_keys(&file.to_string_lossy()).await?;
        pages.says("Here is my bill").await?;
        answers(&world, &card(None)).await?;
        pages
            .sees("the file", |message| message.text.contains("bill.txt"))
            .await?;
        pages
            .sees("the card", |message| message.kind == "template")
            .await?;
        pages.presses().await?;
        pages.is_done().await?;

        pages.home().await?;
        visitor.leave_frame().await?;
        browser.press("Minimize").await?;
        visitor.leave_frame().await?;
        until("the panel to be closed", async || {
            let expanded = visitor.launcher().await?.attr("aria-expanded").await?;
            Ok((expanded.as_deref() == Some("false")).then_some(()))
        })
        .await?;
        // Opened again, it is where it was.
        visitor.launcher().await?.click().await?;
        pages.is_done().await
    })
    .await
}

/// The pages, alone in the window or in the shop's panel. Each step begins at the window: a form that is posted puts other
/// documents in the place of those that we were in.
struct Pages<'v> {
    visitor: &'v Visitor,
    in_panel: bool,
}

impl Pages<'_> {
    /// Goes to the page with the composer.
    async fn home(&self) -> Result<()> {
        until("the page with the composer", async || {
            self.go_home().await?;
            Ok(Some(()))
        })
        .await
    }

    async fn go_home(&self) -> Result<()> {
        let client = self.visitor.browser().client();
        for _frame in 0..3 {
            client.enter_parent_frame().await?;
        }
        if self.in_panel {
            let host = client.find(Locator::Css("shopbell-chat")).await?;
            let frame = host.shadow_root().await?.find(Locator::Css("iframe")).await?;
            frame.enter_frame().await?;
            let pages = client.find(Locator::Css(".panel > iframe")).await?;
            pages.enter_frame().await?;
        }
        client.find(Locator::Css(COMPOSER)).await?;
        Ok(())
    }

    async fn go_to_messages(&self) -> Result<()> {
        self.go_home().await?;
        let client = self.visitor.browser().client();
        let frame = client.find(Locator::Css("iframe[name=messages]")).await?;
        Ok(frame.enter_frame().await?)
    }

    async fn sees(&self, what: &str, is_it: impl Fn(&Shown) -> bool) -> Result<Shown> {
        until(what, async || {
            self.go_to_messages().await?;
            let shown = self.visitor.shown().await?;
            Ok(shown.into_iter().find(|message| is_it(message)))
        })
        .await
    }

    /// Types, posts the form, and sees the message stored.
    async fn says(&self, text: &str) -> Result<()> {
        self.home().await?;
        self.visitor.types(text).await?;
        self.visitor.browser().press("Send").await?;
        let own = |message: &Shown| message.text.contains(text) && message.is_accepted();
        self.sees("the own message", own).await?;
        Ok(())
    }

    async fn presses(&self) -> Result<()> {
        until("the button to take a press", async || {
            self.go_to_messages().await?;
            let client = self.visitor.browser().client();
            client.find(Locator::Css(POSTBACK)).await?.click().await?;
            Ok(Some(()))
        })
        .await
    }

    async fn is_done(&self) -> Result<()> {
        until("the button to be done", async || {
            self.go_to_messages().await?;
            let client = self.visitor.browser().client();
            let state = client
                .find(Locator::Css(POSTBACK))
                .await?
                .attr("data-state")
                .await?;
            Ok((state.as_deref() == Some("done")).then_some(()))
        })
        .await
    }
}

fn card(picture: Option<&str>) -> Value {
    json!({"template": {
        "title": "Trail Runner 2",
        "textLines": ["In stock"],
        "imageUrl": picture,
        "buttons": [{"label": "Reserve a Pair", "postbackProperties": {"interactionId": "reserve-39"}}],
    }})
}

/// The program answers in the conversation that wrote last.
async fn answers(world: &World, content: &Value) -> Result<()> {
    let (api, address) = (world.api(), world.address());
    let log = api.get(&format!("{address}/events/v1")).await?.json()?;
    let events = log.get("events").and_then(Value::as_array);
    let conversation = events
        .and_then(|events| events.last())
        .and_then(|event| event.pointer("/data/conversationId"))
        .context("nobody has written")?;
    let message = json!({
        "content": content, "visibility": "BUSINESS_AND_PARTICIPANT", "direction": "BUSINESS_TO_PARTICIPANT",
    });
    let request = json!({"conversationId": conversation, "message": message});
    let answer = api
        .post(&format!("{address}/inbox/v2/messages"), &request)
        .await?;
    ensure!(answer.status == 200, "not sent: {answer:?}");
    Ok(())
}
