//! Puts the parts together: language, state, connection, views.

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use shopbell_protocol::ConversationId;
use shopbell_widget::dom::owned_effect;
use shopbell_widget::i18n::I18n;
use shopbell_widget::platform::page::{PageEvent, page};
use shopbell_widget::platform::{clock, page as browser};

use crate::ages::Ages;
use crate::state::actions::Actions;
use crate::state::connection::Office;
use crate::state::desk::Input;
use crate::state::kept;
use crate::state::store::InboxState;
use crate::{platform, view, words};

/// Starts the inbox in the body of the page. What it starts ends with the current owner.
pub fn start() {
    let Some(body) = platform::body() else { return };
    let languages = platform::languages();
    let spoken: Vec<&str> = languages
        .iter()
        .map(String::as_str)
        .filter(|tag| words::speaks(tag))
        .collect();
    let i18n = I18n::new(spoken.iter().copied());
    let ages = Ages::new(spoken.first().copied().unwrap_or("en"));
    platform::set_language(i18n.language.tag(), i18n.language.direction());

    let focused = platform::focused();
    let office_slot = StoredValue::new_local(None::<std::rc::Rc<Office>>);
    let tell = move |input: Input| {
        if let Some(office) = office_slot.get_value() {
            office.take(input);
        }
    };
    let visible = page(move |event| match event {
        PageEvent::Network(online) => tell(Input::Network(online)),
        PageEvent::Shown | PageEvent::Restored => tell(Input::Wake),
        // The browser ends the socket with the page; one that comes back finds out by the ping of `Restored`.
        PageEvent::Leaving => {}
    })
    .visible;
    let attentive = Signal::derive(move || visible.get() && focused.get());
    let state = InboxState::new(clock::minutes(), attentive);
    let office = Office::new(state);
    office_slot.set_value(Some(std::rc::Rc::clone(&office)));
    if !browser::is_online() {
        tell(Input::Network(false));
    }
    let actions = Actions::new(office);
    keep_address(state.open, &actions);
    kept::keep(state);
    let leaving = actions.clone();
    platform::ask_before_leaving(move || leaving.would_lose());

    let words = words::of(i18n.language);
    view::attach(&view::Page::new(
        state,
        actions.clone(),
        view::Speech { i18n, ages, words },
        body,
    ));
    actions.check_session();
    // The verbs hold the connection; they live as long as the page does.
    let held = SendWrapper::new(actions);
    on_cleanup(move || drop(held));
}

/// Keeps the open conversation in the address: "back" leads to the list, and a reloaded page to where one was.
fn keep_address(open: RwSignal<Option<ConversationId>>, actions: &Actions) {
    let mut first = true;
    // Writes the address. Not at first: there the address may say what is to be opened.
    owned_effect(move || {
        let place = open.get().map(|id| id.to_string()).unwrap_or_default();
        if !std::mem::take(&mut first) && platform::place() != place {
            platform::go_to(&place);
        }
    });
    let traveller = actions.clone();
    platform::follow_travel(move || traveller.follow(&platform::place()));
}
