//! A visitor signs in to the shop: the conversation comes along, the inbox knows who it is, another device has it too, and
//! signing out leaves nothing on the device.

use std::sync::Arc;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use shopbell_e2e::{Shown, Staff, Visitor, World, journey, until};

const BEFORE: &str = "Do you have the Elm in 41?";
const AFTER: &str = "It is me, Ines.";
const ELSEWHERE: &str = "And from my other tab.";

/// Everything that scripts of the chat's origin find on the device, the shop being on the same one.
const LEFT: &str = "
    return (async () => {
        const records = [];
        for (const { name } of await indexedDB.databases()) {
            const database = await new Promise((resolve, reject) => {
                const request = indexedDB.open(name);
                request.onsuccess = () => resolve(request.result);
                request.onerror = reject;
            });
            for (const store of database.objectStoreNames) {
                records.push(...await new Promise((resolve, reject) => {
                    const request = database.transaction(store).objectStore(store).getAll();
                    request.onsuccess = () => resolve(request.result);
                    request.onerror = reject;
                }));
            }
            database.close();
        }
        return {
            local: { ...localStorage },
            tab: { ...sessionStorage },
            cookies: document.cookie,
            caches: await caches.keys(),
            records: records.length,
        };
    })();";

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_signs_in_is_known_everywhere_and_leaves_nothing_behind() -> Result<()> {
    journey("member", async |world: Arc<World>| {
        let visitor = world.visitor().await?;
        comes_to_the_account(&world, &visitor).await?;
        visitor.open_chat().await?;
        writes(&visitor, BEFORE).await?;

        let staff = world.staff().await?;
        staff.opens_the_inbox().await?;
        staff.signs_in().await?;
        staff.opens_the_newest_conversation().await?;
        staff.sees("the question", is(BEFORE)).await?;
        assert_eq!(
            marks(&staff, ".thread").await?,
            0,
            "nobody has proven anything yet"
        );
        let (first, second) = opens_a_second_tab(&world, &visitor).await?;

        signs_in(&visitor, "Sign in as Ines*").await?;
        staff_sees_who_it_is(&staff).await?;
        visitor.enter_frame().await?;
        visitor.sees("the question after signing in", is(BEFORE)).await?;
        writes(&visitor, AFTER).await?;
        staff.sees("the member's message", is(AFTER)).await?;
        assert_eq!(
            marks(&staff, ".entry__sender").await?,
            1,
            "only what came after the proof is marked"
        );

        // The other tab still held the visitor's token, which is worth nothing now.
        visitor.browser().go_to_tab(&second).await?;
        visitor.enter_frame().await?;
        visitor
            .sees("the member's message in the other tab", is(AFTER))
            .await?;
        writes(&visitor, ELSEWHERE).await?;
        staff
            .sees("the other tab's message, from the same person", is(ELSEWHERE))
            .await?;
        visitor.browser().close_tab().await?;
        visitor.browser().go_to_tab(&first).await?;

        let device = world.visitor().await?;
        comes_to_the_account(&world, &device).await?;
        signs_in(&device, "Sign in as Ines*").await?;
        device.open_chat().await?;
        for text in [BEFORE, AFTER, ELSEWHERE] {
            device
                .sees("the conversation on another device", is(text))
                .await?;
        }

        signs_out_and_leaves_nothing(&visitor).await?;
        another_tab_forgets_too(&world, &device).await
    })
    .await
}

fn is(text: &'static str) -> impl Fn(&Shown) -> bool {
    move |message| message.text.contains(text) && message.is_accepted()
}

async fn comes_to_the_account(world: &World, visitor: &Visitor) -> Result<()> {
    let address = format!("{}/shop/account.html", world.address());
    visitor.browser().goto(&address).await?;
    visitor.browser().find("main[aria-busy=false]").await.map(drop)
}

async fn writes(visitor: &Visitor, text: &'static str) -> Result<()> {
    visitor.types(text).await?;
    visitor.sends().await?;
    visitor.sees("the sent message", is(text)).await.map(drop)
}

async fn signs_in(visitor: &Visitor, button: &str) -> Result<()> {
    visitor.leave_frame().await?;
    visitor.browser().press(button).await?;
    visitor
        .browser()
        .find_by_role("button", "Sign out")
        .await
        .map(drop)
}

/// How many marks of the proven stand in a part of the inbox.
async fn marks(staff: &Staff, part: &str) -> Result<u64> {
    let script = "return document.querySelectorAll(arguments[0] + ' [data-testid=verified]').length";
    let count = staff.browser().run(script, vec![json!(part)]).await?;
    count.as_u64().context("no number of marks")
}

/// Live, in the page that stood there all the time.
async fn staff_sees_who_it_is(staff: &Staff) -> Result<()> {
    staff
        .browser()
        .find(".thread__name [data-testid=verified]")
        .await?;
    staff.browser().find(".timeline [data-testid=joined]").await?;
    let name = staff.browser().find(".thread__name").await?.text().await?;
    assert_eq!(name.trim(), "Ines Duarte");
    let state = staff.browser().find(".thread__state").await?.text().await?;
    assert!(state.ends_with("ines@example.com"), "{state}");
    staff.sees("the question, which came along", is(BEFORE)).await?;
    let lines = staff
        .browser()
        .client()
        .find_all(fantoccini::Locator::Css("[data-conversation]"))
        .await?;
    assert_eq!(lines.len(), 1, "the visitor's line is gone");
    Ok(())
}

/// The chat in a second tab of the same device; answers both tabs and stays in the first.
async fn opens_a_second_tab(
    world: &World,
    visitor: &Visitor,
) -> Result<(fantoccini::wd::WindowHandle, fantoccini::wd::WindowHandle)> {
    let first = visitor.browser().open_tab().await?;
    visitor.browser().goto(&format!("{}/", world.address())).await?;
    visitor.open_chat().await?;
    visitor.sees("the question in the other tab", is(BEFORE)).await?;
    let second = visitor.browser().client().window().await?;
    visitor.browser().go_to_tab(&first).await?;
    Ok((first, second))
}

async fn signs_out(visitor: &Visitor) -> Result<()> {
    visitor.leave_frame().await?;
    visitor.browser().press("Sign out").await?;
    visitor
        .browser()
        .find_by_role("button", "Sign in as Ines*")
        .await
        .map(drop)
}

async fn signs_out_and_leaves_nothing(visitor: &Visitor) -> Result<()> {
    visitor.leave_frame().await?;
    let before = visitor.browser().run(LEFT, Vec::new()).await?;
    assert!(
        before.get("local") != Some(&json!({})),
        "the check finds what is there: {before}"
    );
    signs_out(visitor).await?;
    let left = visitor.browser().run(LEFT, Vec::new()).await?;
    let nothing = json!({"local": {}, "tab": {}, "cookies": "", "caches": [], "records": 0});
    assert_eq!(left, nothing, "what a script still finds");
    let frames =
        "return document.querySelector('shopbell-chat').shadowRoot.querySelectorAll('iframe').length";
    assert_eq!(visitor.browser().run(frames, Vec::new()).await?, Value::from(0));
    visitor.open_chat().await?;
    visitor.is_taken_over().await?;
    visitor
        .browser()
        .find(".empty, .welcome, .timeline__list")
        .await?;
    assert_eq!(
        visitor.shown().await?,
        Vec::<Shown>::new(),
        "the next one is a stranger"
    );
    Ok(())
}

async fn another_tab_forgets_too(world: &World, device: &Visitor) -> Result<()> {
    device.leave_frame().await?;
    let first = device.browser().open_tab().await?;
    device.browser().goto(&format!("{}/", world.address())).await?;
    device.open_chat().await?;
    device
        .sees("the conversation in a second tab", is(BEFORE))
        .await?;
    let second = device.browser().client().window().await?;
    device.browser().go_to_tab(&first).await?;
    signs_out(device).await?;
    device.browser().go_to_tab(&second).await?;
    device.enter_frame().await?;
    until("the other tab to show nothing of the conversation", async || {
        Ok(device.shown().await?.is_empty().then_some(()))
    })
    .await
}
