//! A chat on pages that come and go: two of them side by side, and a page that the browser keeps for its back button.

use std::sync::Arc;

use anyhow::Result;
use serde_json::{Value, json};
use shopbell_e2e::{Hosts, Shown, Visitor, World, journey, until};

async fn run(visitor: &Visitor, script: &str) -> Result<Value> {
    visitor.browser().run(script, Vec::new()).await
}

/// Steps into the frame of one of several elements.
async fn enter(visitor: &Visitor, id: &str) -> Result<()> {
    let frame = format!("return document.getElementById('{id}').shadowRoot.querySelector('iframe')");
    let frame = until("the element's frame", async || {
        Ok(visitor.browser().element(&run(visitor, &frame).await?))
    })
    .await?;
    frame.enter_frame().await?;
    visitor.is_taken_over().await
}

async fn says(visitor: &Visitor, text: &str) -> Result<()> {
    visitor.types(text).await?;
    visitor.sends().await?;
    sees(visitor, text).await
}

async fn sees(visitor: &Visitor, text: &str) -> Result<()> {
    let accepted = |message: &Shown| message.text.contains(text) && message.is_accepted();
    visitor.sees(text, accepted).await.map(|_message| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_chats_side_by_side_show_one_conversation_and_one_outlives_the_other() -> Result<()> {
    journey("two-chats", async |world: Arc<World>| {
        let hosts = Hosts::start().await?;
        let visitor = world.visitor().await?;
        let html = format!(
            "<!doctype html><title>Shop</title>\
             <shopbell-chat id=first position=left></shopbell-chat><shopbell-chat id=second></shopbell-chat>\
             <script src=\"{0}/embed.js\"></script><script src=\"{0}/embed.js\"></script>",
            world.address()
        );
        visitor.browser().goto(&hosts.put("/two", &[], &html)?).await?;
        let there = "return [document.querySelectorAll('shopbell-chat').length, Shopbell.id]";
        assert_eq!(run(&visitor, there).await?, json!([2, "first"]));

        // Both at once, so that neither finds the other's session.
        run(&visitor, "return Promise.all([first.maximize(), second.maximize()])").await?;
        enter(&visitor, "first").await?;
        says(&visitor, "From the first").await?;
        visitor.leave_frame().await?;
        enter(&visitor, "second").await?;
        sees(&visitor, "From the first").await?;
        visitor.leave_frame().await?;

        run(&visitor, "return first.destroy()").await?;
        let left =
            "return [document.querySelectorAll('shopbell-chat').length, second.maximized, second.shadowRoot.querySelectorAll('iframe').length]";
        assert_eq!(run(&visitor, left).await?, json!([1, true, 1]));
        enter(&visitor, "second").await?;
        says(&visitor, "From the second").await?;
        visitor.browser().must_be_content().await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_comes_back_by_the_back_button_has_its_chat_open_and_connected() -> Result<()> {
    journey("back", async |world: Arc<World>| {
        let hosts = Hosts::start().await?;
        let visitor = world.visitor().await?;
        let html = format!(
            "<!doctype html><title>Shop</title>\
             <script>addEventListener('pageshow', ({{ persisted }}) => {{ window.kept = persisted }})</script>\
             <script src=\"{}/embed.js\"></script>",
            world.address()
        );
        let shop = hosts.put("/shop", &[], &html)?;
        let elsewhere = hosts.put("/elsewhere", &[], "<!doctype html><title>Elsewhere</title>")?;
        visitor.browser().goto(&shop).await?;
        visitor.open_chat().await?;
        visitor.is_taken_over().await?;
        says(&visitor, "Before I go").await?;
        visitor.types("half a sentence").await?;

        visitor.browser().goto(&elsewhere).await?;
        visitor.browser().client().back().await?;
        until("the page to be shown again", async || {
            Ok(run(&visitor, "return 'kept' in window || null").await?.as_bool())
        })
        .await?;
        assert_eq!(
            run(&visitor, "return [window.kept, Shopbell.maximized]").await?,
            json!([true, true]),
            "the chat must not keep the browser from keeping the page"
        );
        until("the socket to be back", async || {
            Ok((run(&visitor, "return Shopbell.connectionState").await? == "online").then_some(()))
        })
        .await?;
        visitor.enter_frame().await?;
        assert_eq!(visitor.typed().await?, "half a sentence");
        visitor.sends().await?;
        sees(&visitor, "half a sentence").await?;
        sees(&visitor, "Before I go").await?;
        visitor.browser().must_be_content().await
    })
    .await
}
