//! The chat in the three engines that browsers are made of: one journey through everything that a visitor does, and axe-core's
//! judgement of every state on the way.
//!
//! An engine that is not on this machine is passed over; `cargo xtask test` installs it, or says that it could not.

use std::fs;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use shopbell_e2e::{Engine, Fitting, Hosts, Shown, Visitor, World, journey, until};

const PICTURE: &[u8] = include_bytes!("../pictures/quiet-room.png");
const CHANGE: &str = "Change My Appointment";

/// The violations of the document that we are in, or of one element of it, at rest: what fades in, or comes
/// while axe looks, counts as it will be. Frames are looked at from inside.
const JUDGE: &str = "
    const [selector, done] = arguments;
    const ends = ({ effect }) => Number.isFinite(effect.getComputedTiming().endTime);
    const rest = new CSSStyleSheet();
    rest.replaceSync('*, ::before, ::after { animation: none !important; transition: none !important }');
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, rest];
    const told = ({ violations, passes }) => done({
        passes: passes.length,
        violations: violations.flatMap(({ id, nodes }) =>
            nodes.map(({ target, html, failureSummary }) => [id, target.join(' '), html, failureSummary].join('  '))),
    });
    Promise.allSettled(document.getAnimations().filter(ends).map((animation) => animation.finished))
        .then(() => axe.run(selector || document, { iframes: false, resultTypes: ['violations'] }))
        .finally(() => {
            document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== rest);
        })
        .then(told, (error) => done({ passes: 0, violations: [String(error)] }));";

/// Judges states as they come up.
struct Judge {
    engine: Engine,
    /// Absent where axe-core was not brought.
    axe: Option<String>,
    states: usize,
    passed: u64,
    violations: Vec<String>,
}

impl Judge {
    fn new(engine: Engine) -> Result<Self> {
        let path = std::env::var_os("AXE_CORE");
        let axe = path
            .map(fs::read_to_string)
            .transpose()
            .context("axe-core cannot be read")?;
        if axe.is_none() {
            println!("AXE_CORE names no axe-core: accessibility is NOT judged");
        }
        Ok(Self {
            engine,
            axe,
            states: 0,
            passed: 0,
            violations: Vec::new(),
        })
    }

    async fn judge(&mut self, visitor: &Visitor, state: &str, element: &str) -> Result<()> {
        let Some(axe) = &self.axe else { return Ok(()) };
        let browser = visitor.browser();
        if browser.run("return typeof window.axe", Vec::new()).await? != "object" {
            browser.client().execute(axe, Vec::new()).await?;
        }
        let verdict = browser
            .client()
            .execute_async(JUDGE, vec![json!(element)])
            .await?;
        self.states += 1;
        self.passed += verdict.get("passes").and_then(Value::as_u64).unwrap_or_default();
        let violations = verdict.get("violations").and_then(Value::as_array);
        for violation in violations.context("no verdict")? {
            self.violations
                .push(format!("{state}: {}", violation.as_str().unwrap_or_default()));
        }
        Ok(())
    }

    fn finish(self) -> Result<()> {
        println!(
            "{}: axe-core over {} states, {} checks passed, {} violations",
            self.engine,
            self.states,
            self.passed,
            self.violations.len()
        );
        ensure!(self.violations.is_empty(), "{}", self.violations.join("\n\n"));
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_chromium_a_visitor_does_everything_and_axe_finds_nothing() -> Result<()> {
    everything(Engine::Chromium, "engine-chromium").await
}

#[tokio::test(flavor = "multi_thread")]
async fn in_firefox_a_visitor_does_everything_and_axe_finds_nothing() -> Result<()> {
    everything(Engine::Firefox, "engine-firefox").await
}

#[tokio::test(flavor = "multi_thread")]
async fn in_webkit_a_visitor_does_everything_and_axe_finds_nothing() -> Result<()> {
    everything(Engine::WebKit, "engine-webkit").await
}

async fn everything(engine: Engine, name: &'static str) -> Result<()> {
    if !engine.is_there() {
        println!("{engine} is not on this machine: NOTHING IS TRIED IN IT");
        return Ok(());
    }
    journey(name, async move |world: Arc<World>| {
        let hosts = Hosts::start().await?;
        let mut judge = Judge::new(engine)?;
        let visitor = world
            .visitor_with(Fitting {
                engine,
                ..Fitting::default()
            })
            .await?;
        opens(&world, &hosts, &visitor, &mut judge).await?;
        sends(&visitor, &mut judge).await?;
        uploads(&world, &visitor, &mut judge).await?;
        presses(&world, &visitor, &mut judge).await?;
        reconnects(&world, &visitor, &mut judge).await?;
        looks(&world, &visitor, &mut judge).await?;
        visitor
            .browser()
            .must_be_content_but_for(&["ERR_", "WebSocket"])
            .await?;
        judge.finish()
    })
    .await
}

async fn opens(world: &World, hosts: &Hosts, visitor: &Visitor, judge: &mut Judge) -> Result<()> {
    let html = format!(
        "<!doctype html><html lang=\"en\"><title>Shop</title><main><h1>Shop</h1></main>\
         <script async src=\"{}/embed.js\"></script></html>",
        world.address()
    );
    visitor.browser().goto(&hosts.put("/shop", &[], &html)?).await?;
    visitor.launcher().await?;
    judge.judge(visitor, "the launcher", "shopbell-chat").await?;
    visitor.open_chat().await?;
    visitor.is_taken_over().await?;
    judge.judge(visitor, "the empty panel", "").await?;
    visitor.leave_frame().await?;
    judge
        .judge(visitor, "the launcher, maximized", "shopbell-chat")
        .await?;
    visitor.enter_frame().await
}

async fn accepted(visitor: &Visitor, text: &str) -> Result<()> {
    let is_it = |message: &Shown| message.text.contains(text) && message.is_accepted();
    visitor.sees(text, is_it).await.map(|_message| ())
}

async fn sends(visitor: &Visitor, judge: &mut Judge) -> Result<()> {
    visitor.types("Good morning! 🌞 https://example.com/").await?;
    judge.judge(visitor, "typed, not sent", "").await?;
    visitor.sends().await?;
    accepted(visitor, "Good morning!").await?;
    judge.judge(visitor, "sent", "").await
}

async fn uploads(world: &World, visitor: &Visitor, judge: &mut Judge) -> Result<()> {
    visitor.attaches(&world.file("quiet-room.png", PICTURE)?).await?;
    judge.judge(visitor, "a picture chosen", "").await?;
    visitor.sends().await?;
    let is_it = |message: &Shown| message.images > 0 && message.is_accepted();
    visitor.sees("the own picture, accepted", is_it).await?;
    visitor
        .attaches(&world.file("notes.txt", b"quiet, please")?)
        .await?;
    visitor.sends().await?;
    accepted(visitor, "notes.txt").await?;
    judge.judge(visitor, "picture and file sent", "").await
}

async fn presses(world: &World, visitor: &Visitor, judge: &mut Judge) -> Result<()> {
    says(
        world,
        &json!({"basic": {"items": [{"text": "Of course. See https://example.com/rooms"}]}}),
    )
    .await?;
    says(world, &json!({"minimal": {"text": "Booked the spa day"}})).await?;
    let card = json!({"template": {
        "title": "Your Spa Day",
        "imageUrl": format!("{}/shop/hero.svg", world.address()),
        "textLines": ["Saturday, 10:00", "Two hours, for two"],
        "buttons": [
            {"label": "See Directions", "launchUrl": "https://example.com/directions"},
            {"label": CHANGE, "postbackProperties": {"interactionId": "change-appointment"}},
        ],
    }});
    says(world, &card).await?;
    visitor
        .sees("the card", |message| {
            message.kind == "template" && message.images > 0
        })
        .await?;
    judge.judge(visitor, "every kind, a button to press", "").await?;
    visitor.presses_twice(CHANGE).await?;
    until("the button to be done", async || {
        Ok((visitor.button_state(CHANGE).await? == "done").then_some(()))
    })
    .await?;
    let told = events(world).await?;
    let told = told
        .iter()
        .filter(|event| {
            event["type"]
                .as_str()
                .is_some_and(|kind| kind.contains("interact"))
        })
        .count();
    ensure!(told == 1, "the business is told of the press {told} times");
    judge.judge(visitor, "pressed", "").await
}

async fn reconnects(world: &World, visitor: &Visitor, judge: &mut Judge) -> Result<()> {
    world.kill_server().await?;
    visitor.types("Into the dark").await?;
    visitor.sends().await?;
    let waits = |message: &Shown| message.text.contains("Into the dark") && !message.is_accepted();
    visitor.sees("the message, waiting", waits).await?;
    judge.judge(visitor, "without a server", "").await?;
    world.start_server().await?;
    accepted(visitor, "Into the dark").await?;
    judge.judge(visitor, "connected again", "").await
}

/// The other looks of what is there by now.
async fn looks(world: &World, visitor: &Visitor, judge: &mut Judge) -> Result<()> {
    let browser = visitor.browser();
    for (state, change, sign) in [
        (
            "dark",
            "setAttribute('color-scheme', 'dark')",
            "html[data-scheme=dark]",
        ),
        (
            "right to left",
            "setAttribute('locale', 'he')",
            "html[dir=rtl][data-ready]",
        ),
    ] {
        visitor.leave_frame().await?;
        browser.run(&format!("Shopbell.{change}"), Vec::new()).await?;
        visitor.enter_frame().await?;
        browser.find(sign).await?;
        visitor
            .sees("the conversation", |message| {
                message.text.contains("Into the dark")
            })
            .await?;
        judge.judge(visitor, state, "").await?;
    }
    visitor.leave_frame().await?;
    browser.client().set_window_size(420, 800).await?;
    visitor.enter_frame().await?;
    judge.judge(visitor, "on a phone", "").await?;
    visitor.leave_frame().await?;
    browser.run("Shopbell.minimize()", Vec::new()).await?;
    says(world, &json!({"basic": {"items": [{"text": "One more thing"}]}})).await?;
    until("the launcher to count it", async || {
        Ok((visitor.unread().await? == "1").then_some(()))
    })
    .await?;
    judge
        .judge(visitor, "the launcher, with a number", "shopbell-chat")
        .await
}

/// The business says something in the only conversation.
async fn says(world: &World, content: &Value) -> Result<()> {
    let events = events(world).await?;
    let conversation = events
        .first()
        .and_then(|event| event.pointer("/data/conversationId"));
    let request = json!({
        "conversationId": conversation.context("no event of a conversation")?,
        "message": {
            "content": content,
            "visibility": "BUSINESS_AND_PARTICIPANT",
            "direction": "BUSINESS_TO_PARTICIPANT",
        },
    });
    let answer = world
        .api()
        .post(&format!("{}/inbox/v2/messages", world.address()), &request)
        .await?;
    ensure!(answer.status == 200, "no message: {}", answer.body);
    Ok(())
}

async fn events(world: &World) -> Result<Vec<Value>> {
    let log = world
        .api()
        .get(&format!("{}/events/v1?limit=100", world.address()))
        .await?
        .json()?;
    let events = log.get("events").and_then(Value::as_array);
    Ok(events.context("no list of events")?.clone())
}
