//! The tag on a page of somebody else's: calls, events, a router that swaps the page, a page that forbids the frame.
//!
//! The host page is the plainest one that the server has, so that nothing of the demo shop helps.

use std::sync::Arc;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use shopbell_e2e::{Visitor, World, journey, until};

/// Runs the tag, and answers when its script has run.
const TAG: &str = "
    return new Promise((resolve, reject) => {
        const tag = document.createElement('script');
        tag.onload = () => resolve(true);
        tag.onerror = () => reject(new Error('embed.js did not load'));
        tag.src = '/embed.js';
        document.head.append(tag);
    });";

async fn comes_to_a_bare_page(world: &World) -> Result<Visitor> {
    let visitor = world.visitor().await?;
    let address = format!("{}/healthz", world.address());
    visitor.browser().goto(&address).await?;
    Ok(visitor)
}

/// What a script answers with; promises are waited for by the browser.
async fn run(visitor: &Visitor, script: &str) -> Result<Value> {
    visitor.browser().run(script, Vec::new()).await
}

/// What a call of the API settles with: `{value}` or `{code}`.
async fn call(visitor: &Visitor, call: &str) -> Result<Value> {
    let script = format!(
        "return Shopbell.{call}.then((value) => ({{ value: value ?? null }}), ({{ code }}) => ({{ code }}));"
    );
    run(visitor, &script).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_settles_and_every_event_is_heard_on_the_document() -> Result<()> {
    journey("embed_calls", async |world: Arc<World>| {
        let visitor = comes_to_a_bare_page(&world).await?;
        let prepare = "
            window.heard = [];
            for (const name of ['ready', 'maximize', 'minimize', 'message-sent', 'connection', 'error']) {
                document.addEventListener('shopbell-' + name, ({ detail }) => heard.push([name, detail]));
            }
            window.Shopbell = [['prefill', 'from the queue'], ['nonsense'], (chat) => { window.handed = chat; }];";
        run(&visitor, prepare).await?;
        run(&visitor, TAG).await?;
        assert_eq!(run(&visitor, "return handed === Shopbell && Shopbell.global").await?, json!(true));

        assert_eq!(call(&visitor, "load()").await?, json!({"value": null}));
        assert_eq!(run(&visitor, "return Shopbell.maximized").await?, json!(false));
        assert_eq!(call(&visitor, "getChannelList()").await?, json!({"value": []}));
        let participant = call(&visitor, "getParticipant()").await?;
        assert_eq!(participant["value"]["anonymousVisitorId"].as_str().map(str::len), Some(36), "{participant}");
        assert_eq!(call(&visitor, "getChannel({})").await?, json!({"code": "CHANNEL_NOT_FOUND"}));
        assert_eq!(call(&visitor, "sendMessage({})").await?, json!({"code": "INVALID_ARGUMENT"}));
        assert_eq!(call(&visitor, "maximize()").await?, json!({"value": null}));
        let sent = call(&visitor, "sendMessage({ messageText: 'Hello from the page' })").await?;
        assert_eq!(sent.pointer("/value/payload/text"), Some(&json!("Hello from the page")));
        assert_eq!(sent.pointer("/value/metadata"), None);
        assert_eq!(sent["value"]["participantId"], participant["value"]["anonymousVisitorId"]);
        let channels = call(&visitor, "getChannelList()").await?;
        assert_eq!(
            channels.pointer("/value/0/id").context("no channel")?,
            sent.pointer("/value/channelId").context("no channel of the message")?
        );
        assert_eq!(call(&visitor, "hide()").await?, json!({"value": null}));
        assert_eq!(run(&visitor, "return [Shopbell.maximized, Shopbell.isVisible]").await?, json!([false, false]));
        assert_eq!(call(&visitor, "focusChannel({ type: 'Business' })").await?, json!({"value": null}));
        assert_eq!(run(&visitor, "return [Shopbell.maximized, Shopbell.isVisible]").await?, json!([true, true]));

        visitor.enter_frame().await?;
        assert_eq!(visitor.typed().await?, "from the queue");
        visitor.leave_frame().await?;
        let names = run(&visitor, "return [...new Set(heard.map(([name]) => name))].sort()").await?;
        assert_eq!(names, json!(["connection", "error", "maximize", "message-sent", "minimize", "ready"]));
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tag_twice_a_swapped_body_and_the_end_leave_one_chat_and_then_none() -> Result<()> {
    journey("embed_life", async |world: Arc<World>| {
        let visitor = comes_to_a_bare_page(&world).await?;
        run(&visitor, TAG).await?;
        call(&visitor, "maximize()").await?;
        visitor.enter_frame().await?;
        visitor.is_taken_over().await?;
        visitor.types("half a sentence").await?;
        visitor.leave_frame().await?;

        run(&visitor, TAG).await?;
        run(
            &visitor,
            "document.body.replaceWith(document.createElement('body'))",
        )
        .await?;
        let count = "return document.querySelectorAll('shopbell-chat').length";
        assert_eq!(run(&visitor, count).await?, json!(1));
        visitor.enter_frame().await?;
        assert_eq!(
            visitor.typed().await?,
            "half a sentence",
            "a swapped body must not reload the frame"
        );
        visitor.leave_frame().await?;

        call(&visitor, "destroy()").await?;
        let left = "return ['Shopbell' in window, document.adoptedStyleSheets.length, frames.length]";
        assert_eq!(run(&visitor, left).await?, json!([false, 0, 0]));
        assert_eq!(run(&visitor, count).await?, json!(0));

        run(&visitor, TAG).await?;
        assert_eq!(
            call(&visitor, "maximize()").await?,
            json!({"value": null}),
            "the tag starts afresh"
        );
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_element_of_the_pages_own_is_kept_and_opened_again_when_its_part_is_replaced() -> Result<()> {
    journey("embed_element", async |world: Arc<World>| {
        let visitor = comes_to_a_bare_page(&world).await?;
        let place = "document.body.innerHTML = '<shopbell-chat id=\"help\" position=\"left\" locale=\"he\"></shopbell-chat>'";
        run(&visitor, place).await?;
        run(&visitor, TAG).await?;
        let own = "return [document.querySelectorAll('shopbell-chat').length, Shopbell.id, Shopbell.global]";
        assert_eq!(run(&visitor, own).await?, json!([1, "help", false]));
        let launcher = visitor.launcher().await?;
        assert_eq!(launcher.attr("aria-label").await?.as_deref(), Some("צ׳אט"));
        let side = "return help.shadowRoot.querySelector('button').getBoundingClientRect().left < innerWidth / 2";
        assert_eq!(run(&visitor, side).await?, json!(true));

        call(&visitor, "maximize()").await?;
        run(&visitor, place).await?;
        until("the new element to open", async || {
            Ok((run(&visitor, "return Shopbell.isConnected && Shopbell.maximized").await? == true).then_some(()))
        })
        .await?;
        visitor.enter_frame().await?;
        let direction = run(&visitor, "return document.documentElement.dir").await?;
        assert_eq!(direction, "rtl");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn inside_an_element_of_the_page_the_chat_fills_it_and_says_when_it_is_hidden() -> Result<()> {
    journey("embed_inline", async |world: Arc<World>| {
        let visitor = comes_to_a_bare_page(&world).await?;
        let place = "
            window.heard = [];
            for (const name of ['show', 'hide']) document.addEventListener('shopbell-' + name, () => heard.push(name));
            document.body.innerHTML = '<shopbell-chat inline style=\"width:500px;height:400px\"></shopbell-chat>'";
        run(&visitor, place).await?;
        run(&visitor, TAG).await?;
        visitor.enter_frame().await?;
        visitor.is_taken_over().await?;
        visitor.types("In the middle of the page").await?;
        visitor.leave_frame().await?;
        let sizes = "
            const root = Shopbell.shadowRoot;
            const [host, frame, button] = [Shopbell, root.querySelector('iframe'), root.querySelector('button')]
                .map((element) => element.getBoundingClientRect().toJSON());
            return [Shopbell.maximized, document.activeElement === Shopbell, button.width,
                JSON.stringify(host) === JSON.stringify(frame), frame.width, frame.height,
                getComputedStyle(document.documentElement).overflow];";
        visitor.browser().client().set_window_size(480, 700).await?;
        assert_eq!(
            run(&visitor, sizes).await?,
            json!([true, true, 0, true, 500, 400, "visible"]),
            "on a narrow screen too it stays in its place, and the page scrolls"
        );
        call(&visitor, "hide()").await?;
        call(&visitor, "show()").await?;
        call(&visitor, "show()").await?;
        assert_eq!(run(&visitor, "return heard").await?, json!(["hide", "show"]));
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_frame_is_forbidden_the_call_says_why_and_a_link_stands_in() -> Result<()> {
    journey("embed_blocked", async |world: Arc<World>| {
        let visitor = comes_to_a_bare_page(&world).await?;
        let forbid = "
            const policy = document.createElement('meta');
            policy.httpEquiv = 'Content-Security-Policy';
            policy.content = \"frame-src 'none'\";
            document.head.append(policy);";
        run(&visitor, forbid).await?;
        run(&visitor, TAG).await?;
        let refused =
            "return Shopbell.maximize().then(() => 'opened', ({ code, message }) => code + ' ' + message)";
        let refused = run(&visitor, refused).await?;
        let refused = refused.as_str().context("no text")?;
        assert!(
            refused.starts_with("FRAME_BLOCKED ") && refused.contains(world.address()),
            "{refused}"
        );
        let link = "
            const root = Shopbell.shadowRoot;
            return [root.querySelector('a').pathname, root.querySelectorAll('iframe').length];";
        assert_eq!(run(&visitor, link).await?, json!(["/widget/", 0]));
        Ok(())
    })
    .await
}
