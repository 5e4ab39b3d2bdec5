//! A program of the business: sends over the Inbox API, and sends again under the same key what got no answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::{Value, json};
use shopbell_protocol::ConversationId;
use tokio::time::{Instant, sleep};

use crate::log::{Log, Whom};
use shopbell_process::Http;

/// Each so many-th message is a card with a button.
const CARD_EACH: u64 = 5;
/// A program is patient, too.
const BETWEEN: Duration = Duration::from_millis(20);

/// See the module.
pub(crate) struct Program {
    pub(crate) http: Http,
    pub(crate) name: String,
    pub(crate) conversations: Vec<ConversationId>,
    pub(crate) log: Arc<Log>,
    /// Nothing new is begun.
    pub(crate) over: Arc<AtomicBool>,
}

/// Sends until told otherwise; answers how many cards were among it.
pub(crate) async fn send_all(program: Program) -> Result<usize> {
    let mut cards = 0;
    for (number, conversation) in (1_u64..).zip(program.conversations.iter().cycle()) {
        if program.over.load(Ordering::Relaxed) {
            break;
        }
        let text = format!("{}-{number}", program.name);
        let is_card = number.is_multiple_of(CARD_EACH);
        send(&program, conversation, &text, is_card).await?;
        cards += usize::from(is_card);
        sleep(BETWEEN).await;
    }
    Ok(cards)
}

async fn send(program: &Program, conversation: &ConversationId, text: &str, is_card: bool) -> Result<()> {
    let body = json!({
        "conversationId": conversation,
        "message": {
            "content": content(text, is_card),
            "visibility": "BUSINESS_AND_PARTICIPANT",
            "direction": "BUSINESS_TO_PARTICIPANT",
            "targetChannels": ["CHAT"],
        },
    });
    let http = program.http.with("idempotency-key", text);
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_mins(3) {
        let since = Instant::now();
        match http.post("/inbox/v2/messages", &body).await {
            Ok(answer) if answer.status == 200 => {
                program.log.acknowledge(Whom::Program, text.to_owned(), since);
                return Ok(());
            }
            Ok(answer) if (400..500).contains(&answer.status) && answer.status != 429 => {
                bail!("{text} was refused: {}", answer.body)
            }
            // No answer, or one that says to come again.
            Ok(_) | Err(_) => sleep(Duration::from_millis(fastrand::u64(20..200))).await,
        }
    }
    bail!("{text} was not taken for three minutes")
}

fn content(text: &str, is_card: bool) -> Value {
    if is_card {
        json!({"template": {
            "title": text,
            "buttons": [{"label": "Yes", "postbackProperties": {"interactionId": text}}],
        }})
    } else {
        json!({"basic": {"items": [{"text": text}]}})
    }
}
