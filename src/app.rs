//! [`start`]: the page's own elements taken over, and everything behind them set going.

use any_spawner::Executor;
use leptos::prelude::*;

use crate::dom::{Condition, Handler, owned_effect};
use crate::host::bridge::Host;
use crate::i18n::{I18n, page_words};
use crate::platform::{clock, window};
use crate::state::actions::{Actions, connect};
use crate::state::store::WidgetState;
use crate::view::{MissingPart, WidgetProps, attach};

/// Starts the widget on the page that it finds itself in, for as long as the page lives.
pub fn start() {
    // An executor that is there already is as good.
    let _set = Executor::init_wasm_bindgen();
    let owner = Owner::new();
    let started = owner.with(take_over);
    // A page that is not ours keeps its plain elements; there is nobody to tell but its developer.
    debug_assert!(
        started.is_ok(),
        "the page and this program are of different builds"
    );
    // The app lives as long as its page.
    std::mem::forget(owner);
}

fn take_over() -> Result<(), MissingPart> {
    let Some(body) = window()
        .and_then(|window| window.document())
        .and_then(|document| document.body())
    else {
        // Outside of a page there is nothing to take over.
        return Ok(());
    };
    let host = Host::connect();
    let state = WidgetState::new();
    let draft = host.take_draft();
    state.draft.set(draft.text);
    let (actions, page) = connect(state, host);
    let maximized = host.maximized();
    let visible = Condition::new(move || maximized.get() && page.visible.get());
    let locale = host.appearance().get_untracked().locale;
    let words = page_words(&body).ok_or(MissingPart::WORDS)?;
    let i18n = I18n::of_page(words, [locale.as_str(), browser_language().as_str()]);
    tell_unread(state, host, i18n.clone());
    let props = props(state, host, visible, i18n, actions.clone());
    attach(&body, &props)?;
    host.ready();
    for text in draft.submitted {
        actions.send(text);
    }
    Ok(())
}

/// Outside: the launcher's badge, and what a screen reader says of it.
fn tell_unread(state: WidgetState, host: Host, i18n: I18n) {
    let mut told = 0;
    owned_effect(move || {
        let count = state.unread.get();
        if count != told {
            told = count;
            host.unread(count, &i18n.plural(i18n.texts.new_messages, count));
        }
    });
}

fn props(state: WidgetState, host: Host, visible: Condition, i18n: I18n, actions: Actions) -> WidgetProps {
    let a = move || actions.clone();
    let (send, files, retry_upload, detach) = (a(), a(), a(), a());
    let (retry, discard, press, load, minimize, typed, seen, dismiss) =
        (a(), a(), a(), a(), a(), a(), a(), a());
    WidgetProps {
        i18n,
        state,
        now_ms: clock::minutes(),
        visible,
        focus_requests: host.focus_requests(),
        on_send: Handler::new(move |text| send.send(text)),
        on_attach: Handler::new(move |chosen| files.attach(chosen)),
        on_retry_upload: Handler::new(move |id| retry_upload.retry_upload(&id)),
        on_detach: Handler::new(move |id| detach.detach(&id)),
        on_retry: Handler::new(move |id| retry.retry(id)),
        on_discard: Handler::new(move |id| discard.discard(id)),
        on_press: Handler::new(move |pressed: crate::message::PressButton| {
            press.press(pressed.message_id, pressed.button_id);
        }),
        on_load_earlier: Handler::new(move |()| load.load_earlier()),
        on_minimize: Handler::new(move |()| minimize.minimize()),
        on_typing: Handler::new(move |()| typed.typed()),
        on_seen: Handler::new(move |sequence| seen.seen(sequence)),
        on_dismiss: Handler::new(move |()| dismiss.dismiss()),
    }
}

/// What the visitor's browser prefers: the page names the language, this its region.
fn browser_language() -> String {
    let language = window().and_then(|window| window.navigator().language());
    language.unwrap_or_default()
}
