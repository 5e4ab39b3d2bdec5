//! Browser calls that only the inbox makes; the rest are the widget's (`shopbell_widget::platform`).

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Date;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use shopbell_widget::dom::El;
use shopbell_widget::platform::listen::listen;
use shopbell_widget::platform::timer::{Timer, after};
use wasm_bindgen::prelude::*;
use web_sys::{BeforeUnloadEvent, Window};

#[expect(
    clippy::disallowed_methods,
    reason = "the one place of the inbox where the window is asked for"
)]
fn window() -> Option<Window> {
    web_sys::window()
}

/// The element into which the page is drawn.
pub fn body() -> Option<El> {
    Some(El::adopt(window()?.document()?.body()?.into()))
}

/// The end of a day of this place, `YYYY-MM-DD`, as the wire writes dates; `None` for a day that does not exist.
pub fn end_of_day(day: &str) -> Option<String> {
    wire_date(Date::parse(&format!("{day}T23:59:59")))
}

/// So many days from now, as the wire writes dates.
pub fn in_days(days: u32) -> Option<String> {
    wire_date(Date::new_0().get_time() + f64::from(days) * 86_400_000.0)
}

fn wire_date(ms: f64) -> Option<String> {
    let date = Date::new(&ms.into());
    date.get_time().is_finite().then(|| date.to_iso_string().into())
}

/// Calls `run` again and again, `ms` milliseconds apart, until the current owner ends.
pub fn every(ms: u64, run: impl Fn() + 'static) {
    fn arm(timer: &Rc<RefCell<Option<Timer>>>, ms: u64, run: Rc<dyn Fn()>) {
        let next = Rc::clone(timer);
        let handle = after(ms, move || {
            run();
            arm(&next, ms, Rc::clone(&run));
        });
        drop(timer.replace(Some(handle)));
    }
    let timer: Rc<RefCell<Option<Timer>>> = Rc::default();
    arm(&timer, ms, Rc::new(run));
    let held = SendWrapper::new(timer);
    on_cleanup(move || drop(held.take().take()));
}

/// The page's own origin, which is the chat's.
pub fn origin() -> String {
    window()
        .and_then(|window| window.location().origin().ok())
        .unwrap_or_default()
}

/// What the browser's user reads, dearest first.
pub fn languages() -> Vec<String> {
    let languages = window().map(|window| window.navigator().languages());
    languages
        .map(|languages| languages.iter().filter_map(|tag| tag.as_string()).collect())
        .unwrap_or_default()
}

/// Tells the browser the language of the page: for hyphens, voices, and the direction of reading.
pub fn set_language(tag: &str, direction: &str) {
    let root = window()
        .and_then(|window| window.document())
        .and_then(|document| document.document_element());
    if let Some(root) = root.map(El::adopt) {
        root.set("lang", Some(tag));
        root.set("dir", Some(direction));
    }
}

/// Whether the page has the focus, as a signal; until the current owner ends.
pub fn focused() -> Signal<bool> {
    let Some(window) = window() else {
        return Signal::stored(true);
    };
    let has_focus = window.document().and_then(|document| document.has_focus().ok());
    let focused = RwSignal::new(has_focus.unwrap_or(true));
    let listeners = [
        listen(&window, "focus", move |_| focused.set(true)),
        listen(&window, "blur", move |_| focused.set(false)),
    ];
    let held = SendWrapper::new(listeners);
    on_cleanup(move || drop(held.take()));
    focused.into()
}

/// Asks before the page is left while `would_lose()`; until the current owner ends.
pub fn ask_before_leaving(would_lose: impl Fn() -> bool + 'static) {
    let Some(window) = window() else { return };
    let listener = listen(&window, "beforeunload", move |event| {
        if would_lose() {
            event.prevent_default();
            // What older browsers want instead.
            event
                .unchecked_ref::<BeforeUnloadEvent>()
                .set_return_value("leave");
        }
    });
    let held = SendWrapper::new(listener);
    on_cleanup(move || drop(held.take()));
}

/// What stands behind the `#` of the address: where in the page the reader is.
pub fn place() -> String {
    let hash = window()
        .and_then(|window| window.location().hash().ok())
        .unwrap_or_default();
    hash.trim_start_matches('#').to_owned()
}

/// Puts a place into the address, as a step that the browser's "back" undoes.
pub fn go_to(place: &str) {
    let Some(window) = window() else { return };
    let path = window.location().pathname().unwrap_or_default();
    let address = if place.is_empty() {
        path
    } else {
        format!("{path}#{place}")
    };
    if let Ok(history) = window.history() {
        // Refused where a page goes far too often, and then the address is merely an old one.
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&address));
    }
}

/// Calls `on_travel` when the reader goes back or forward; until the current owner ends.
pub fn follow_travel(on_travel: impl Fn() + 'static) {
    let Some(window) = window() else { return };
    let listener = listen(&window, "popstate", move |_| on_travel());
    let held = SendWrapper::new(listener);
    on_cleanup(move || drop(held.take()));
}

/// Starts the page anew, with nothing of what it holds.
pub fn reload() {
    if let Some(window) = window() {
        let reloading = window.location().reload();
        debug_assert!(reloading.is_ok(), "a page may reload itself");
    }
}

/// Puts a text into the clipboard; tells whether that went well.
pub fn copy(text: &str, on_done: impl FnOnce(bool) + 'static) {
    let Some(clipboard) = window().map(|window| window.navigator().clipboard()) else {
        return on_done(false);
    };
    // Absent on pages without a secure origin, whatever the types say.
    if clipboard.is_undefined() {
        return on_done(false);
    }
    let written = clipboard.write_text(text);
    wasm_bindgen_futures::spawn_local(async move {
        on_done(wasm_bindgen_futures::JsFuture::from(written).await.is_ok());
    });
}
