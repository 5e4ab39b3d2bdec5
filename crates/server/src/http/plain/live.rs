//! `GET /widget/plain/messages`: the messages, as an answer that stays open. What comes is sent on as it comes, and the page
//! in the frame grows.
//!
//! Markup can only be added at the end. When something before it has changed (a button was pressed elsewhere, two
//! conversations became one), the answer ends, and the `Refresh` header has the browser ask anew; it counts from the end
//! of the answer, so it also brings the page back after the connection broke or the server was started again.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use maud::{Markup, PreEscaped, html};
use shopbell_protocol::message::Direction;
use shopbell_protocol::paging::HistoryPage;
use shopbell_protocol::shown::Marks;
use shopbell_protocol::widget::SiteSettings;
use shopbell_protocol::{MessageId, ShownMessage};

use super::draw::{Pen, avatar, begin};
use super::refused::refused;
use super::view::View;
use super::visitor::Visitor;
use super::{MESSAGES, page_headers, press};
use crate::broker::{Heard, SignalKind, Subscription};
use crate::http::error::ApiError;
use crate::http::extract::query::Query;
use crate::http::history_query;
use crate::http::places::Place as Held;
use crate::http::state::AppState;
use crate::service::{
    HistoryQuery, ParticipantCaller, ParticipantChanges, Place, PresenceGuard, ServiceError,
};

/// Messages of one page, and of one look.
const PAGE: u32 = 50;
/// How long a reader is left without a sign of life; one that is gone is noticed by it.
const HEARTBEAT: Duration = Duration::from_secs(15);
const SIGN_OF_LIFE: &str = "<!-- -->\n";
/// From the end of an answer to the next question.
const REFRESH_S: u64 = 1;

pub(super) async fn handler(
    State(state): State<AppState>,
    visitor: Visitor,
    view: View,
    query: Query,
) -> Result<Response, ApiError> {
    let drawn = async {
        let known = visitor.0?;
        known.count(&state)?;
        match known.caller {
            None => nobody(&state, view).await,
            Some(caller) => conversation(&state, caller, view, &query).await,
        }
    };
    match drawn.await {
        Ok(response) => Ok(response),
        Err(error) => refused(&state, view, MESSAGES, &error).await,
    }
}

/// Before the first message.
async fn nobody(state: &AppState, view: View) -> Result<Response, ApiError> {
    let site = state.service().site(None).await?;
    let settings = state.service().site_settings(&site.id).await?;
    let page = html! {
        (begin(view, view.texts().messages))
        (open(view))
        (welcome(view, &settings))
    };
    Ok((page_headers(state, view).await?, page.into_string()).into_response())
}

async fn conversation(
    state: &AppState,
    caller: ParticipantCaller,
    view: View,
    query: &Query,
) -> Result<Response, ApiError> {
    let service = state.service();
    let asked = history_query::read(query)?;
    // Listening starts before the first look, so that nothing falls between the two.
    let subscription = service.follow_as_participant(&caller);
    let welcome = service.welcome_participant(&caller).await?;
    let history = HistoryQuery {
        before: asked.before,
        after: None,
        limit: Some(PAGE.into()),
    };
    let page = service.participant_history(&caller, history).await?;
    let marks = delivered(state, &caller, &page.messages)
        .await
        .unwrap_or(page.marks);
    let business = welcome.settings.business_name.clone();
    let mut pen = Pen::new(view, business, marks, service.new_client_id()?);
    pen.failed = query.text(press::FAILED).and_then(failed);
    let place = Place {
        after: page
            .messages
            .last()
            .map_or(welcome.place.after, |last| last.sequence),
        ..welcome.place
    };
    let first = first(&mut pen, &welcome.settings, &page, asked.before.is_some()).into_string();
    let mut headers = page_headers(state, view).await?;
    if asked.before.is_some() {
        return Ok((headers, first).into_response());
    }
    headers.insert(header::REFRESH, HeaderValue::from(REFRESH_S));
    let holder = caller.conversation_id.as_str().to_owned();
    let most = state.config().socket.per_participant;
    let Some(held) = state.participant_sockets().take(holder, most) else {
        // As many as may be are open already: this one is a page that asks again by itself.
        headers.insert(header::REFRESH, HeaderValue::from(HEARTBEAT.as_secs()));
        return Ok((headers, first).into_response());
    };
    let reader = Reader {
        state: state.clone(),
        _present: service.participant_connected(&caller),
        _held: held,
        first: Some(first),
        caller,
        subscription,
        place,
        pen,
    };
    let chunks = stream::unfold(reader, |mut reader| async move {
        let chunk = reader.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(chunk)), reader))
    });
    Ok((headers, Body::from_stream(chunks)).into_response())
}

/// `MESSAGE.BUTTON`, as [`press`] writes it.
fn failed(text: &str) -> Option<(MessageId, String)> {
    let (message, button) = text.split_once('.')?;
    Some((message.parse().ok()?, button.to_owned()))
}

/// Everything that is there, up to where the next message will be added.
fn first(pen: &mut Pen, settings: &SiteSettings, page: &HistoryPage<ShownMessage>, older: bool) -> Markup {
    let (view, texts) = (pen.view, pen.view.texts());
    let oldest = page.messages.first().filter(|_| page.has_older);
    html! {
        (begin(view, texts.messages))
        (open(view))
        @if page.messages.is_empty() { (welcome(view, settings)) }
        @if let Some(oldest) = oldest {
            div.timeline__earlier {
                a.plain__link href=(view.address(MESSAGES, &[("before", &oldest.sequence.to_string())])) { (texts.earlier) }
            }
        }
        (PreEscaped("<ol class=\"timeline__list\">"))
        @for message in &page.messages { (pen.entry(message)) }
        @if older {
            (PreEscaped("</ol>"))
            div.timeline__earlier { a.plain__link href=(view.address(MESSAGES, &[])) { (texts.latest) } }
        }
    }
}

/// What the rows stand in. A log: what is added is read to whoever does not see it.
fn open(view: View) -> Markup {
    let label = view.texts().messages;
    PreEscaped(format!(
        "<main class=\"timeline plain__messages\" tabindex=\"0\" aria-label=\"{label}\">\
         <div class=\"timeline__content\" role=\"log\" aria-live=\"polite\">"
    ))
}

fn welcome(view: View, settings: &SiteSettings) -> Markup {
    let texts = view.texts();
    html! {
        div.empty {
            (avatar(&settings.business_name, settings.business_image_url.as_deref(), "avatar--large"))
            h2.empty__title { (texts.welcome_title) }
            p.empty__text dir="auto" { (settings.welcome_text.as_deref().unwrap_or(texts.welcome_text)) }
        }
    }
}

/// Tells the business that its messages have arrived; `None` where there are none, or it cannot be told now.
async fn delivered(state: &AppState, caller: &ParticipantCaller, messages: &[ShownMessage]) -> Option<Marks> {
    let mut newest_first = messages.iter().rev();
    let theirs = newest_first.find(|message| message.direction == Direction::BusinessToParticipant)?;
    let told = state
        .service()
        .participant_delivered(caller, theirs.sequence)
        .await;
    told.map_err(ApiError::from).ok()
}

/// An open answer.
struct Reader {
    state: AppState,
    caller: ParticipantCaller,
    subscription: Subscription,
    place: Place,
    pen: Pen,
    first: Option<String>,
    _held: Held<String>,
    _present: PresenceGuard,
}

impl Reader {
    /// What is sent next; `None` ends the answer, and the browser asks anew.
    async fn next(&mut self) -> Option<String> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        let stopping = self.state.stopping().clone();
        let heartbeat = tokio::time::sleep(HEARTBEAT);
        tokio::pin!(heartbeat);
        loop {
            match self.look().await {
                Look::Rows(rows) => return Some(rows),
                Look::Over => return None,
                Look::Nothing => {}
            }
            tokio::select! {
                () = stored(&mut self.subscription) => {}
                () = &mut heartbeat => return Some(SIGN_OF_LIFE.to_owned()),
                () = stopping.cancelled() => return None,
            }
        }
    }

    async fn look(&mut self) -> Look {
        let service = self.state.service();
        let changes = match service.participant_changes(&self.caller, self.place, PAGE).await {
            Ok(changes) => changes,
            // Signed out, or merged into another conversation: this cookie has ended.
            Err(ServiceError::Unauthenticated { .. } | ServiceError::IdentityExpired) => return Look::Over,
            Err(error) => {
                // The next sign of life looks again.
                let _logged = ApiError::from(error);
                return Look::Nothing;
            }
        };
        if needs_a_new_page(&changes) {
            return Look::Over;
        }
        self.place = changes.place;
        if changes.messages.is_empty() {
            return Look::Nothing;
        }
        let messages: Vec<_> = changes.messages.into_iter().map(|live| live.message).collect();
        let rows: String = messages
            .iter()
            .map(|message| self.pen.entry(message).into_string())
            .collect();
        delivered(&self.state, &self.caller, &messages).await;
        Look::Rows(rows)
    }
}

/// What a look into the store has found.
enum Look {
    Rows(String),
    Nothing,
    Over,
}

/// Whether something has changed that is drawn already.
fn needs_a_new_page(changes: &ParticipantChanges) -> bool {
    changes.gone || changes.start_over || !changes.buttons.is_empty()
}

/// Waits until something may have been stored. What is never stored (typing, who is there) is not drawn here.
async fn stored(subscription: &mut Subscription) {
    loop {
        match subscription.heard().await {
            Heard::Signal(signal) => match signal.kind {
                SignalKind::Look | SignalKind::Stored(_) => return,
                SignalKind::SessionsEnded | SignalKind::Typing { .. } | SignalKind::Presence { .. } => {}
            },
            Heard::Missed => return,
            // Nothing more will come by this way; the sign of life looks.
            Heard::Closed => std::future::pending().await,
        }
    }
}
