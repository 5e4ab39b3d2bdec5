//! What a visitor has sent outlives the tab, the browser, and a browser that keeps nothing.

use std::sync::Arc;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use shopbell_e2e::{Fitting, Shown, Visitor, World, journey, until};

const FILE_BYTES: u64 = 20 * 1_024 * 1_024;
const MESSAGES: usize = 20;
/// What the widget sends in one request.
const PIECE_BYTES: u64 = 1_024 * 1_024;

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_killed_while_sending_twenty_messages_and_a_file_of_20_mb_loses_nothing() -> Result<()> {
    journey("killed-tab", async |world: Arc<World>| {
        let content = text_of(FILE_BYTES);
        let path = world.file("large.txt", content.as_bytes())?;
        let visitor = comes(&world, "profile").await?;
        let texts: Vec<String> = (1..=MESSAGES).map(|n| format!("Message {n:02}")).collect();

        // Five arrive. The sixth does too, but its answer does not; so the others wait behind it.
        for text in texts.iter().take(5) {
            writes(&visitor, text).await?;
        }
        accepts(&visitor, 5).await?;
        world.proxy.mute(true);
        world.proxy.limit_uploads(FILE_BYTES / 2 + PIECE_BYTES / 3);
        for text in texts.iter().skip(5).take(5) {
            writes(&visitor, text).await?;
        }
        visitor.attaches(&path).await?;
        visitor.sends().await?;
        for text in texts.iter().skip(10) {
            writes(&visitor, text).await?;
        }
        shows(&visitor, MESSAGES + 1).await?;
        until("half of the file to be at the server", || async {
            Ok((world.proxy.uploaded() > FILE_BYTES / 2).then_some(()))
        })
        .await?;
        assert_eq!(sent_to_the_business(&world).await?.len(), 6, "one is stored and not acknowledged");
        world.kill_browser(visitor).await?;
        world.proxy.mute(false);
        world.proxy.limit_uploads(u64::MAX);

        let visitor = comes(&world, "profile").await?;
        let shown = accepts(&visitor, MESSAGES + 1).await?;
        let mut expected = texts.clone();
        expected.insert(10, "large.txt".to_owned());
        for (message, text) in shown.iter().zip(&expected) {
            assert!(message.text.contains(text.as_str()), "{text} is not {message:?}");
        }
        assert_eq!(shown.len(), expected.len(), "nothing is shown twice");
        let stored = sent_to_the_business(&world).await?;
        let names: Vec<String> = stored.iter().filter_map(name).collect();
        assert_eq!(names, expected, "all of them once and in order");

        let address = stored
            .iter()
            .find_map(|item| item.pointer("/file/url"))
            .and_then(Value::as_str)
            .context("no address of the file")?;
        let address = address.strip_prefix(world.address()).unwrap_or(address);
        let file = world.api().get(&format!("{}{address}", world.address())).await?;
        assert!(file.body == content, "the file is another: {} bytes", file.body.len());
        let twice = world.proxy.uploaded() - FILE_BYTES;
        println!(
            "{MESSAGES} messages and {FILE_BYTES} bytes arrived once; {twice} bytes were sent twice (a piece has {PIECE_BYTES})"
        );
        assert!(twice < PIECE_BYTES, "{twice} bytes were sent twice");
        visitor.browser().must_be_content().await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_show_what_waits_in_either_and_send_it_once() -> Result<()> {
    journey("two-tabs", async |world: Arc<World>| {
        let visitor = comes(&world, "profile").await?;
        writes(&visitor, "From the first").await?;
        accepts(&visitor, 1).await?;
        let first = visitor.browser().open_tab().await?;
        enters(&visitor).await?;
        accepts(&visitor, 1).await?;
        writes(&visitor, "From the second").await?;
        accepts(&visitor, 2).await?;
        visitor.types("A draft").await?;
        let second = visitor.browser().client().window().await?;

        world.kill_server().await?;
        visitor.browser().go_to_tab(&first).await?;
        visitor.enter_frame().await?;
        accepts(&visitor, 2).await?;
        assert_eq!(visitor.typed().await?, "", "a draft is its tab's");
        for text in ["One", "Two", "Three"] {
            writes(&visitor, text).await?;
        }
        shows(&visitor, 5).await?;
        visitor.browser().go_to_tab(&second).await?;
        visitor.enter_frame().await?;
        let shown = shows(&visitor, 5).await?;
        assert!(
            shown.iter().skip(2).all(|message| message.status == "sending"),
            "{shown:#?}"
        );
        assert_eq!(visitor.typed().await?, "A draft");

        // The tab in which they wait is closed; the other one takes them over.
        visitor.browser().go_to_tab(&first).await?;
        visitor.browser().close_tab().await?;
        visitor.browser().go_to_tab(&second).await?;
        visitor.enter_frame().await?;
        world.start_server().await?;
        accepts(&visitor, 5).await?;
        let names: Vec<String> = sent_to_the_business(&world)
            .await?
            .iter()
            .filter_map(name)
            .collect();
        assert_eq!(
            names,
            ["From the first", "From the second", "One", "Two", "Three"]
        );
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_keeps_nothing_says_so_once_and_the_chat_works() -> Result<()> {
    journey("blocked-storage", async |world: Arc<World>| {
        let visitor = world.visitor().await?;
        let blocked = "for (const name of ['indexedDB', 'localStorage', 'sessionStorage']) {
            Object.defineProperty(window, name, { get() { throw new DOMException('blocked', 'SecurityError'); } });
        }";
        visitor
            .browser()
            .devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": blocked}))
            .await?;
        enters(&visitor).await?;
        let notices = || async {
            let script = "return [...document.querySelectorAll('.notice--danger')].map((line) => line.innerText)";
            let lines = visitor.browser().run(script, Vec::new()).await?;
            anyhow::Ok(serde_json::from_value::<Vec<String>>(lines)?)
        };
        assert_eq!(notices().await?, [] as [String; 0], "before anything is sent there is nothing to keep");
        writes(&visitor, "First").await?;
        accepts(&visitor, 1).await?;
        let told = notices().await?;
        assert!(told.len() == 1 && told.iter().all(|line| line.contains("cannot keep")), "{told:?}");
        visitor.browser().press("Close").await?;
        writes(&visitor, "Second").await?;
        accepts(&visitor, 2).await?;
        assert_eq!(notices().await?, [] as [String; 0], "once is enough");
        Ok(())
    })
    .await
}

/// Somebody comes to the shop and opens the chat.
async fn comes(world: &World, profile: &'static str) -> Result<Visitor> {
    let visitor = world
        .visitor_with(Fitting {
            profile: Some(profile),
            ..Fitting::default()
        })
        .await?;
    enters(&visitor).await?;
    Ok(visitor)
}

async fn enters(visitor: &Visitor) -> Result<()> {
    visitor.open_shop().await?;
    visitor.open_chat().await?;
    visitor.is_taken_over().await
}

async fn writes(visitor: &Visitor, text: &str) -> Result<()> {
    visitor.types(text).await?;
    visitor.sends().await
}

/// Waits until so many messages are shown, as they were written.
async fn shows(visitor: &Visitor, count: usize) -> Result<Vec<Shown>> {
    until(&format!("{count} messages on the visitor's side"), || async {
        let shown = visitor.shown().await?;
        Ok((shown.len() == count).then_some(shown))
    })
    .await
}

/// Waits until so many messages are shown and the server has them all.
async fn accepts(visitor: &Visitor, count: usize) -> Result<Vec<Shown>> {
    until(&format!("{count} accepted messages"), || async {
        let shown = visitor.shown().await?;
        Ok((shown.len() == count && shown.iter().all(Shown::is_accepted)).then_some(shown))
    })
    .await
}

/// The first item of each message in the business's event log, in order.
async fn sent_to_the_business(world: &World) -> Result<Vec<Value>> {
    let log = world
        .api()
        .get(&format!("{}/events/v1?limit=100", world.address()))
        .await?
        .json()?;
    let events = log
        .get("events")
        .and_then(Value::as_array)
        .context("no list of events")?;
    let items = events
        .iter()
        .filter_map(|event| event.pointer("/data/message/content/basic/items/0").cloned());
    Ok(items.collect())
}

fn name(item: &Value) -> Option<String> {
    let name = item.get("text").or_else(|| item.pointer("/file/filename"));
    name.and_then(Value::as_str).map(str::to_owned)
}

/// Text of so many bytes of which no part repeats, so that a piece in a wrong place would show.
fn text_of(bytes: u64) -> String {
    let lines = (0..).map(|line: u64| format!("{:016x}\n", line.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
    let mut text = String::new();
    for line in lines {
        if text.len() as u64 >= bytes {
            break;
        }
        text.push_str(&line);
    }
    text.truncate(usize::try_from(bytes).unwrap_or(usize::MAX));
    text
}
