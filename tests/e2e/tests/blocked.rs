//! A network that lets no socket through: the chat stays live over requests, and moves back to a socket when one opens.

use std::sync::Arc;

use anyhow::Result;
use shopbell_e2e::{Card, Shown, Staff, Visitor, World, journey, until};

const CHANGE: &str = "Change Appointment";
const FRAMES: &str = "/widget/v1/frames";
const SOCKET: &str = "/widget/v1/socket";

#[tokio::test(flavor = "multi_thread")]
async fn where_sockets_are_blocked_the_chat_is_live_over_requests_until_a_socket_opens() -> Result<()> {
    journey("blocked", async |world: Arc<World>| {
        world.proxy.refuse_sockets(true);
        let visitor = world.visitor().await?;
        visitor.open_shop().await?;
        visitor.open_chat().await?;
        visitor.is_taken_over().await?;
        says(&visitor, "Is anyone there?").await?;
        assert!(asked_for(&world, FRAMES), "{:?}", world.proxy.paths());
        // The business has sockets; it is the visitor's network that has none.
        world.proxy.refuse_sockets(false);
        let staff = world.staff().await?;
        staff.opens_the_inbox().await?;
        staff.signs_in().await?;
        staff.opens_the_newest_conversation().await?;
        staff
            .sees("the question", |message| {
                message.text.contains("Is anyone there?")
            })
            .await?;
        world.proxy.refuse_sockets(true);

        hears(&staff, &visitor, "Yes, here.").await?;
        let card = Card {
            title: "Your Spa Day",
            lines: &["Saturday, 10:00"],
            picture: &format!("{}/shop/hero.svg", world.address()),
            link: ("See Directions", &format!("{}/", world.address())),
            postback: (CHANGE, "change-appointment"),
        };
        staff.sends_card(&card).await?;
        visitor
            .sees("the card", |message| message.kind == "template")
            .await?;
        visitor.presses_twice(CHANGE).await?;
        until("the button to be done for the visitor", async || {
            Ok((visitor.button_state(CHANGE).await? == "done").then_some(()))
        })
        .await?;
        visitor.types("I am typing").await?;
        staff.sees_typing().await?;
        visitor.sends().await?;
        staff
            .sees("what was typed", |message| message.text.contains("I am typing"))
            .await?;

        // Nobody polls: between news, one request waits.
        world.proxy.forget();
        hears(&staff, &visitor, "Still live.").await?;
        let asked = world.proxy.paths().iter().filter(|path| *path == FRAMES).count();
        assert!(asked <= 20, "{asked} requests for one message");

        world.proxy.refuse_sockets(false);
        world.proxy.forget();
        // A page that is looked at again tries a socket at once.
        visitor
            .browser()
            .run(
                "document.dispatchEvent(new Event('visibilitychange'))",
                Vec::new(),
            )
            .await?;
        until("a socket to take over", async || {
            Ok(asked_for(&world, SOCKET).then_some(()))
        })
        .await?;
        says(&visitor, "By socket now").await?;
        hears(&staff, &visitor, "And back.").await?;
        world.proxy.forget();
        hears(&staff, &visitor, "Without any request.").await?;
        assert!(!asked_for(&world, FRAMES), "{:?}", world.proxy.paths());
        Ok(())
    })
    .await
}

fn asked_for(world: &World, path: &str) -> bool {
    world.proxy.paths().iter().any(|asked| asked == path)
}

async fn says(visitor: &Visitor, text: &str) -> Result<()> {
    visitor.types(text).await?;
    visitor.sends().await?;
    let accepted = |message: &Shown| message.text.contains(text) && message.is_accepted();
    visitor.sees("the own message, accepted", accepted).await?;
    Ok(())
}

async fn hears(staff: &Staff, visitor: &Visitor, text: &str) -> Result<()> {
    staff.answers(text).await?;
    visitor
        .sees("the answer", |message| message.text.contains(text))
        .await?;
    Ok(())
}
