//! `/widget/plain/`: the outer page, with header, frame and composer; and what its form posts.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use shopbell_protocol::media::UploadAnswer;
use shopbell_protocol::widget::{SendRequest, SessionAnswer};
use shopbell_protocol::{BasicContent, BasicItem, ClientId, ContentKind, MessageContent, Rule, code, limits};

use super::draw::{Icon, avatar, begin, icon};
use super::form::{self, Posted, PostedFile};
use super::refused::refused;
use super::view::View;
use super::visitor::{Known, Visitor, set_cookie};
use super::{BASE, MESSAGES, page_headers, words};
use crate::http::error::ApiError;
use crate::http::extract::query::Query;
use crate::http::state::AppState;
use crate::http::upload;
use crate::service::{MediaOwner, ParticipantCaller};

/// Name of the parameter on the way back from a sent message.
const SENT: &str = "sent";

/// What the composer holds when it is drawn.
#[derive(Default)]
struct Draft {
    text: String,
    client_id: Option<ClientId>,
    file_id: Option<ClientId>,
    /// Why it is still there.
    notice: Option<String>,
}

pub(super) async fn show(
    State(state): State<AppState>,
    visitor: Visitor,
    view: View,
    query: Query,
) -> Result<Response, ApiError> {
    let begun = async {
        let mut known = visitor.0?;
        known.count(&state)?;
        let session = known.session(&state, None).await?;
        Ok::<_, ApiError>((known, session))
    };
    let (known, session) = match begun.await {
        Ok(begun) => begun,
        Err(error) => return refused(&state, view, BASE, &error).await,
    };
    let sent = query.text(SENT).is_some();
    let draft = Draft {
        // What was sent is stored, but this browser did not keep the cookie by which it would be found again.
        notice: (sent && known.caller.is_none()).then(|| view.texts().needs_cookies.to_owned()),
        ..Draft::default()
    };
    let page = draw(&state, view, &known, &session, draft, sent)?;
    Ok((page_headers(&state, view).await?, page.into_string()).into_response())
}

pub(super) async fn send(
    State(state): State<AppState>,
    visitor: Visitor,
    view: View,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let begun = async {
        let mut known = visitor.0?;
        let mut posted = form::read(&headers, body, state.body_within()).await?;
        let session = known.session(&state, posted.token.take()).await?;
        Ok::<_, ApiError>((known, session, posted))
    };
    let (known, session, mut posted) = match begun.await {
        Ok(begun) => begun,
        Err(error) => return refused(&state, view, BASE, &error).await,
    };
    let file = posted.file.take();
    let file_name = file.as_ref().map(|file| file.name.clone());
    let error = match take(&state, &known, &posted, file).await {
        Ok(Taken::Nothing) => return Ok(Redirect::to(&view.address(BASE, &[])).into_response()),
        Ok(Taken::Sent) => {
            let back = Redirect::to(&view.address(BASE, &[(SENT, "1")]));
            let cookie = set_cookie(&state, &session.token)?;
            return Ok(([(header::SET_COOKIE, cookie)], back).into_response());
        }
        Err(error) => error,
    };
    let reused = error.body().code() == code::IDEMPOTENCY_KEY_REUSED;
    let draft = Draft {
        notice: Some(words::refused(view.texts(), error.body(), file_name.as_deref())),
        text: posted.text,
        // Sent again, it must not be stored twice where the answer alone was lost. Where another message went out under this
        // id (from a page that one has gone back to), this is a new one.
        client_id: posted.client_id.filter(|_| !reused),
        file_id: posted.file_id.filter(|_| !reused),
    };
    let status = error.status();
    let page = draw(&state, view, &known, &session, draft, true)?;
    Ok((status, page_headers(&state, view).await?, page.into_string()).into_response())
}

/// What became of a posted form.
enum Taken {
    Sent,
    /// There was neither text nor file in it.
    Nothing,
}

/// Sends what was posted.
async fn take(
    state: &AppState,
    known: &Known,
    posted: &Posted,
    file: Option<PostedFile>,
) -> Result<Taken, ApiError> {
    known.count(state)?;
    let text = posted.text.trim();
    let Some(caller) = known
        .caller
        .as_ref()
        .filter(|_| !text.is_empty() || file.is_some())
    else {
        return Ok(Taken::Nothing);
    };
    state.rates().take_message(&caller.conversation_id, text.len())?;
    if text.chars().count() > limits::TEXT_MAX {
        // Before the file is taken, which would be kept for nothing.
        return Err(ApiError::field(form::TEXT, Rule::MaxLength, "is too long"));
    }
    let words = (!text.is_empty()).then(|| BasicItem::Text(text.to_owned()));
    let attached = match file {
        Some(file) => Some(attach(state, caller, posted.file_id.clone(), file).await?),
        None => None,
    };
    let items = words.into_iter().chain(attached).collect();
    let content = MessageContent {
        preview_text: None,
        title: None,
        kind: ContentKind::Basic(BasicContent { items }),
    };
    let client_id = posted
        .client_id
        .clone()
        .unwrap_or_else(|| ClientId(String::new()));
    let service = state.service();
    service
        .send_as_participant(caller, SendRequest { client_id, content })
        .await?;
    // Who answers has the page before them, with all that has arrived on it.
    let arrived = service
        .welcome_participant(caller)
        .await?
        .marks
        .participant_delivered;
    service.participant_seen(caller, arrived).await?;
    Ok(Taken::Sent)
}

async fn attach(
    state: &AppState,
    caller: &ParticipantCaller,
    key: Option<ClientId>,
    file: PostedFile,
) -> Result<BasicItem, ApiError> {
    let (owner, name) = (MediaOwner::from(caller), file.name.clone());
    let answer = upload::take_file(state, &owner, key, &name, file.into_body()).await?;
    Ok(match answer {
        UploadAnswer::Image(image) => BasicItem::Image(image),
        UploadAnswer::File(file) => BasicItem::File(file),
    })
}

fn draw(
    state: &AppState,
    view: View,
    known: &Known,
    session: &SessionAnswer,
    draft: Draft,
    focused: bool,
) -> Result<Markup, ApiError> {
    let (texts, settings) = (view.texts(), &session.settings);
    let name = &settings.business_name;
    let title = Some(name.as_str()).filter(|name| !name.is_empty());
    let site = settings.site_id.as_ref();
    let online = site.is_some_and(|site| state.service().staff_online(site));
    let (presence, words) = if online {
        ("online", texts.online)
    } else {
        ("away", texts.away)
    };
    let length = draft.text.chars().count();
    let new_id = |id: Option<ClientId>| id.map_or_else(|| state.service().new_client_id(), Ok);
    let (client_id, file_id) = (new_id(draft.client_id)?, new_id(draft.file_id)?);
    Ok(html! {
        (begin(view, title.unwrap_or(texts.chat)))
        main.panel data-testid="panel" {
            header.header .plain__header[view.framed] {
                (avatar(name, settings.business_image_url.as_deref(), "avatar--header"))
                div.header__text {
                    h1.header__name { (title.unwrap_or(texts.chat)) }
                    p.header__state data-state=(presence) { (words) }
                }
            }
            div.timeline__frame {
                iframe.plain__frame name="messages" title=(texts.messages) src=(view.address(MESSAGES, &[])) {}
            }
            div.notices {
                @if let Some(notice) = &draft.notice {
                    p.notice."notice--danger" id="notice" role="alert" { (notice) }
                }
            }
            form.composer method="post" action=(view.address(BASE, &[])) enctype="multipart/form-data" {
                input type="hidden" name=(form::CLIENT_ID) value=(client_id);
                input type="hidden" name=(form::FILE_ID) value=(file_id);
                @if known.caller.is_none() { input type="hidden" name=(form::TOKEN) value=(session.token); }
                div.composer__box.plain__box {
                    textarea.composer__input data-testid="composer" name=(form::TEXT) rows="1" autocomplete="off"
                        placeholder=(texts.write_message) aria-label=(texts.message) autofocus[focused]
                        aria-describedby=[draft.notice.is_some().then_some("notice")] { "\n" (draft.text) }
                    button.composer__button."composer__button--send" type="submit" data-testid="send" aria-label=(texts.send) {
                        (icon(Icon::Up))
                    }
                    div.plain__file {
                        input type="file" name=(form::FILE) accept=(settings.upload_accept) aria-label=(texts.attach);
                    }
                }
                @if length > limits::TEXT_MAX {
                    div.composer__foot."composer__foot--over" { (length) " / " (limits::TEXT_MAX) }
                }
            }
        }
    })
}
