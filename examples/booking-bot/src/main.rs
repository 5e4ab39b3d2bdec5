//! A booking bot: whoever writes first gets an appointment as a card; pressing "Change My Appointment" moves it.
//!
//! It reads the event log (`GET /events/v1`), so nobody has to be able to call it, and keeps its place in a file beside
//! the appointments. Whenever it is stopped, also in the middle of an event: started again, it goes on there, moves
//! nothing twice and answers once. The same with webhooks and the official SDK: `examples/node/booking-bot.mjs`.
//!
//! ```sh
//! SHOPBELL_URL=http://127.0.0.1:8080 SHOPBELL_API_KEY=… cargo run -p shopbell-example-booking-bot
//! ```

mod chat;
mod diary;

use std::env;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde_json::Value;

use chat::Chat;
use diary::Diary;

const WRITTEN: &str = "wix.crm.inbox.v2.message_message_sent_to_business";
const PRESSED: &str = "wix.crm.inbox.v2.message_button_interacted";
const MERGED: &str = "wix.crm.inbox.v2.conversation_conversations_merged";
/// Our own name for the button; it comes back with every press.
const CHANGE: &str = "change-appointment";
const FULL: &str = "We are booked out. Somebody will write to you.";

fn main() -> Result<()> {
    let url = env::var("SHOPBELL_URL").context("set SHOPBELL_URL, like http://127.0.0.1:8080")?;
    let key = env::var("SHOPBELL_API_KEY")
        .context("set SHOPBELL_API_KEY; the server printed one at its first start")?;
    let file =
        env::var_os("BOOKING_BOT_FILE").map_or_else(|| PathBuf::from("booking-bot.json"), PathBuf::from);
    let chat = Chat::new(url, key);
    let mut diary = Diary::open(file)?;
    if diary.cursor().is_empty() {
        // A new bot has nothing to say to what was written before its time.
        diary.read_to(chat.end_of_log()?)?;
    }
    println!("ready");
    loop {
        let (events, cursor) = chat.events_after(diary.cursor())?;
        for event in &events {
            deal_with(&chat, &mut diary, event)?;
        }
        diary.read_to(cursor)?;
    }
}

fn deal_with(chat: &Chat, diary: &mut Diary, event: &Value) -> Result<()> {
    let text = |path: &str| event.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let conversation = text("/data/conversationId");
    // Events come at least once. The same id with the same content is stored once, whatever happened in between.
    let id = text("/id");
    match text("/type") {
        WRITTEN if diary.appointment(conversation).is_none() => match diary.book(conversation)? {
            Some(when) => chat.send_card(conversation, &when, CHANGE, id),
            None => chat.send_text(conversation, FULL, id),
        },
        PRESSED if text("/data/interactionId") == CHANGE => {
            let answer = match diary.change(conversation, id)? {
                Some(when) => {
                    println!("{conversation} moved to {when}");
                    format!("Done: your spa day is now on {when}.")
                }
                None => FULL.to_owned(),
            };
            chat.send_text(conversation, &answer, id)
        }
        MERGED => {
            let old = event
                .pointer("/data/oldConversationIds")
                .and_then(Value::as_array);
            let old: Vec<&str> = old.into_iter().flatten().filter_map(Value::as_str).collect();
            diary.merge(&old, text("/data/targetConversationId"))
        }
        _ => Ok(()),
    }
}
