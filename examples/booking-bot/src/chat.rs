//! The three calls that the bot needs.

use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body};

/// Seconds that the server may hold a request while nothing happens.
const WAIT_S: u64 = 25;
/// Between two tries of what may be sent again.
const PAUSE: Duration = Duration::from_secs(1);

pub(crate) struct Chat {
    agent: Agent,
    url: String,
    key: String,
}

impl Chat {
    pub(crate) fn new(url: String, key: String) -> Self {
        // Said once per program; an error means that it was said before.
        #[cfg(feature = "https")]
        let _said = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(WAIT_S + 15)));
        Self {
            agent: config.build().new_agent(),
            url: url.trim_end_matches('/').to_owned(),
            key,
        }
    }

    /// What happened after the cursor, and the cursor behind it; waits while there is nothing.
    pub(crate) fn events_after(&self, cursor: &str) -> Result<(Vec<Value>, String)> {
        self.page(cursor, WAIT_S)
    }

    pub(crate) fn end_of_log(&self) -> Result<String> {
        let mut cursor = String::new();
        loop {
            let (events, next) = self.page(&cursor, 0)?;
            if events.is_empty() {
                return Ok(next);
            }
            cursor = next;
        }
    }

    fn page(&self, cursor: &str, wait_s: u64) -> Result<(Vec<Value>, String)> {
        let answer = answered(|| {
            let get = self.agent.get(format!("{}/events/v1", self.url));
            let get = get
                .header("Authorization", &self.key)
                .query("wait", wait_s.to_string());
            if cursor.is_empty() {
                get.call()
            } else {
                get.query("after", cursor).call()
            }
        })?;
        let events = answer
            .get("events")
            .and_then(Value::as_array)
            .context("no events")?;
        let cursor = answer
            .get("cursor")
            .and_then(Value::as_str)
            .context("no cursor")?;
        Ok((events.clone(), cursor.to_owned()))
    }

    pub(crate) fn send_text(&self, conversation: &str, text: &str, id: &str) -> Result<()> {
        self.send(conversation, id, json!({"basic": {"items": [{"text": text}]}}))
    }

    /// The appointment as a card with a picture, a link and a button that reports to us.
    pub(crate) fn send_card(
        &self,
        conversation: &str,
        when: &str,
        interaction: &str,
        id: &str,
    ) -> Result<()> {
        let url = &self.url;
        self.send(
            conversation,
            id,
            json!({
                "previewText": "Your spa day",
                "template": {
                    "title": "Your Spa Day",
                    "imageUrl": format!("{url}/shop/spa-day.svg"),
                    "textLines": [when, "Two hours, for two"],
                    "buttons": [
                        {"label": "See Directions", "launchUrl": format!("{url}/")},
                        {"label": "Change My Appointment", "postbackProperties": {"interactionId": interaction}},
                    ],
                },
            }),
        )
    }

    /// The same `id` again is answered like the first time, and nothing is stored or shown twice.
    fn send(&self, conversation: &str, id: &str, content: Value) -> Result<()> {
        let request = json!({
            "conversationId": conversation,
            "message": {
                "content": content,
                "visibility": "BUSINESS_AND_PARTICIPANT",
                "direction": "BUSINESS_TO_PARTICIPANT",
            },
        });
        answered(|| {
            let post = self.agent.post(format!("{}/inbox/v2/messages", self.url));
            let post = post
                .header("Authorization", &self.key)
                .header("Idempotency-Key", id);
            post.send_json(&request)
        })
        .map(drop)
    }
}

/// Asks until there is an answer: every request of this bot is safe to repeat.
fn answered(ask: impl Fn() -> Result<Response<Body>, ureq::Error>) -> Result<Value> {
    loop {
        let trouble = match ask() {
            Ok(mut answer) if answer.status() == StatusCode::OK => match answer.body_mut().read_json() {
                Ok(body) => return Ok(body),
                Err(error) => error.to_string(),
            },
            Ok(mut answer) => {
                let status = answer.status();
                let text = answer.body_mut().read_to_string().unwrap_or_default();
                let passes = matches!(status.as_u16(), 408 | 429 | 502..=504);
                if !passes {
                    bail!("the server refuses: {status} {text}");
                }
                format!("{status} {text}")
            }
            Err(error) => error.to_string(),
        };
        eprintln!("again in a moment: {trouble}");
        thread::sleep(PAUSE);
    }
}
