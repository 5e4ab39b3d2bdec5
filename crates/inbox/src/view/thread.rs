//! The open conversation: who, the messages, and where one answers.

use leptos::prelude::*;
use shopbell_protocol::ConversationId;
use shopbell_widget::dom::El;
use web_sys::{DragEvent, Event};

use super::face::{face, proof, set_hue};
use super::icon::{Mark, mark};
use super::sidebar::tool;
use super::{Page, focus, reply, timeline, wording};
use crate::words;

/// Draws the open conversation, or what stands there while none is open.
pub(super) fn thread(page: &Page, open: Option<&ConversationId>) -> El {
    let Some(id) = open else { return nothing(page) };
    let state = page.state;
    let files_above = RwSignal::new(false);
    let name = name(page, id.clone());
    let label_name = name.clone();
    let words = page.words;
    let actions = page.actions.clone();
    let section = El::with_class("main", "thread").bind_attr("aria-label", move || {
        Some(words::with_name(words.thread, &label_name.get()))
    });
    state.roster.with_untracked(|roster| {
        if let Some(row) = roster.get(id) {
            set_hue(&section, &row.conversation);
        }
    });
    section
        .on("dragover", move |event: Event| {
            if carries_files(&event) {
                event.prevent_default();
                files_above.set(true);
            }
        })
        .on("dragleave", move |event: Event| {
            // Fired for every child that is crossed; leaving the section itself has nothing it goes to inside.
            if left(&event) {
                files_above.set(false);
            }
        })
        .on("drop", move |event: Event| {
            files_above.set(false);
            let files = dropped(&event);
            if !files.is_empty() {
                event.prevent_default();
                actions.attach(files);
            }
        })
        .child(head(page, id, name.clone()))
        .child(timeline::timeline(page, name.clone()))
        .child(notices(page))
        .child(reply::reply(page, name))
        .bind(move || {
            files_above.get().then(|| {
                El::with_class("div", "thread__drop")
                    .child(mark(Mark::Attach))
                    .text(words.drop_here)
            })
        })
        .bind_attr("data-connection", move || {
            Some(state.connection.get().name().to_owned())
        })
}

fn nothing(page: &Page) -> El {
    El::with_class("main", "thread thread--none").child(
        El::with_class("div", "blank")
            .child(mark(Mark::Reply))
            .child(El::with_class("h2", "blank__title").text(page.words.choose))
            .child(El::with_class("p", "blank__text").text(page.words.choose_text)),
    )
}

/// The participant's name, as it is now.
fn name(page: &Page, id: ConversationId) -> ArcMemo<String> {
    let (state, words) = (page.state, page.words);
    ArcMemo::new(move |_| {
        state.roster.with(|roster| {
            roster
                .get(&id)
                .map(|row| wording::participant(words, &row.conversation))
                .unwrap_or_default()
        })
    })
}

fn head(page: &Page, id: &ConversationId, name: ArcMemo<String>) -> El {
    let (state, words) = (page.state, page.words);
    let (actions, details) = (page.actions.clone(), page.details);
    let (face_id, state_id, back_id) = (id.clone(), id.clone(), id.clone());
    let root = page.root.clone();
    let known = {
        let id = face_id.clone();
        ArcMemo::new(move |_| {
            state.roster.with(|roster| {
                roster
                    .get(&id)
                    .map(|row| (row.conversation.clone(), row.person.verified))
            })
        })
    };
    let (face_known, proven) = (known.clone(), known);
    let face_name = name.clone();
    let presence = {
        let page = page.clone();
        ArcMemo::new(move |_| presence(&page, &state_id))
    };
    let (for_text, for_attr) = (presence.clone(), presence);
    let back = tool(words.back, Mark::Back, move || {
        actions.close();
        focus::row(&root, &back_id);
    })
    .class("thread__back");
    let heading = El::with_class("h2", "thread__name")
        .child(
            El::with_class("span", "thread__said")
                .attr("dir", "auto")
                .bind_text(move || name.get()),
        )
        .bind(move || {
            proven
                .with(|known| known.as_ref().is_some_and(|(_, proven)| *proven))
                .then(|| proof(words))
        });
    El::with_class("header", "thread__head")
        .child(back)
        .bind(move || {
            let name = face_name.get();
            let (conversation, _) = face_known.get()?;
            Some(face(&conversation, &name, "small"))
        })
        .child(
            El::with_class("div", "thread__titles").child(heading).child(
                El::with_class("p", "thread__state")
                    .bind_attr("data-state", move || Some(for_attr.get().0.to_owned()))
                    .bind_text(move || for_text.get().1),
            ),
        )
        .child(
            tool(words.details, Mark::Info, move || {
                details.update(|shown| *shown = !*shown);
            })
            .bind_attr("aria-pressed", move || Some(details.get().to_string())),
        )
}

/// What is known of the participant just now: a word for style, and the text.
fn presence(page: &Page, id: &ConversationId) -> (&'static str, String) {
    let (state, words) = (page.state, page.words);
    let typist = state.typing.with(|typing| typing.get(id).cloned());
    if let Some(typist) = typist {
        let text = if typist.participant {
            words.typing.to_owned()
        } else {
            // A colleague without a name of their own has that of the business, and so has the reader.
            let own = state
                .session
                .with(|session| session.sender_name().map(str::to_owned));
            let name = typist.name.filter(|name| Some(name) != own.as_ref());
            words::with_name(words.colleague_typing, name.as_deref().unwrap_or(words.colleague))
        };
        return ("typing", text);
    }
    let known = state.roster.with(|roster| {
        roster
            .get(id)
            .map(|row| (row.online, row.updated_date.clone(), row.person.email.clone()))
    });
    let Some((online, date, email)) = known else {
        return ("away", String::new());
    };
    let (kind, mut text) = if online {
        ("online", words.online.to_owned())
    } else {
        (
            "away",
            words::with_name(words.last_active, &wording::age(page, &date)),
        )
    };
    if let Some(email) = email {
        text.push_str(" · ");
        text.push_str(&email);
    }
    (kind, text)
}

/// What is wrong with the connection, between the messages and where one writes.
fn notices(page: &Page) -> El {
    use crate::state::store::Connection;
    let (state, i18n) = (page.state, page.i18n.clone());
    El::with_class("div", "notices")
        .attr("role", "status")
        .bind(move || {
            let text = match state.connection.get() {
                Connection::Online | Connection::Connecting => return None,
                Connection::Reconnecting => i18n.texts.reconnecting_notice,
                Connection::Offline => i18n.texts.offline_notice,
            };
            Some(
                El::with_class("p", "notice")
                    .child(El::with_class("span", "spinner"))
                    .child(El::with_class("span", "notice__text").text(text)),
            )
        })
}

fn carries_files(event: &Event) -> bool {
    let transfer = drag(event).data_transfer();
    transfer.is_some_and(|transfer| transfer.types().includes(&"Files".into(), 0))
}

fn left(event: &Event) -> bool {
    use wasm_bindgen::JsCast;
    let section = event.current_target();
    let goes_to = drag(event).related_target();
    match (section, goes_to) {
        (Some(section), Some(goes_to)) => !section
            .unchecked_ref::<web_sys::Node>()
            .contains(goes_to.dyn_ref::<web_sys::Node>()),
        (_, None) | (None, _) => true,
    }
}

fn dropped(event: &Event) -> Vec<web_sys::File> {
    drag(event)
        .data_transfer()
        .and_then(|transfer| transfer.files())
        .map(reply::files)
        .unwrap_or_default()
}

fn drag(event: &Event) -> &DragEvent {
    use wasm_bindgen::JsCast;
    event.unchecked_ref()
}
