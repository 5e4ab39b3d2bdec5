//! Layout and input of the inbox: views read [`InboxState`] and call [`Actions`]; no protocol logic.
//!
//! Start at [`attach`]. A file per part of the page; `icon`, `field`, `face`, `dialog` and `focus` are what they share.

mod attachments;
mod card_editor;
mod details;
mod dialog;
mod entry;
mod face;
mod field;
mod focus;
mod help;
mod icon;
mod keys;
mod minimal_editor;
mod preview;
mod reply;
mod row;
mod settings;
mod sidebar;
mod sign_in;
mod tag;
mod thread;
mod timeline;
mod wording;

use leptos::prelude::*;
use shopbell_protocol::staff::ConversationSummary;
use shopbell_widget::dom::{El, owned_effect};
use shopbell_widget::i18n::I18n;

use crate::ages::Ages;
use crate::state::actions::Actions;
use crate::state::store::{InboxState, Session};
use crate::words::Words;

/// What every view is given. Cheap to clone.
#[derive(Clone)]
pub struct Page {
    /// What may be read.
    pub state: InboxState,
    /// What may be done.
    pub actions: Actions,
    /// Strings and formats that the messages share with the widget.
    pub i18n: I18n,
    /// Ages in the list.
    pub ages: Ages,
    /// Into which the page is drawn.
    pub root: El,
    /// The inbox's own texts.
    pub words: &'static Words,
    /// The lines that pass the filter.
    pub shown_rows: Memo<Vec<ConversationSummary>>,
    /// What lies over the page.
    pub dialog: RwSignal<Option<Dialog>>,
    /// The details stand beside the thread.
    pub details: RwSignal<bool>,
    /// Rises each time the search should take the focus.
    pub focus_search: RwSignal<u32>,
}

/// What the page says, and how.
pub struct Speech {
    /// Strings and formats that the messages share with the widget.
    pub i18n: I18n,
    /// Ages in the list.
    pub ages: Ages,
    /// The inbox's own texts.
    pub words: &'static Words,
}

/// What lies over the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// The keyboard overview.
    Help,
    /// The owner's settings.
    Settings,
}

impl Page {
    /// All that views need.
    pub fn new(state: InboxState, actions: Actions, speech: Speech, root: El) -> Self {
        let Speech { i18n, ages, words } = speech;
        let shown_rows = Memo::new(move |_| {
            let filter = state.filter.get();
            state.roster.with(|roster| roster.matching(&filter))
        });
        Self {
            state,
            actions,
            i18n,
            ages,
            words,
            root,
            shown_rows,
            dialog: RwSignal::default(),
            details: RwSignal::default(),
            focus_search: RwSignal::default(),
        }
    }
}

/// Draws the page: the sign-in, or the inbox.
pub fn attach(page: &Page) {
    let body = page.root.clone();
    title(page, &body);
    let keys_page = page.clone();
    // On the body, because that is where keys go while nothing has the focus.
    let body = body.on("keydown", move |event| keys::press(&keys_page, &event));
    let loading = body.part("loading");
    let page = page.clone();
    let which = Memo::new(move |_| page.state.session.with(Which::of));
    let drawn = page.clone();
    let _body = body.bind(move || {
        let drawn = match which.get() {
            Which::Nothing => return None,
            Which::SignIn { ended } => sign_in::sign_in(&drawn, ended),
            Which::Inbox => inbox(&drawn),
        };
        // The frame that stood there as plain HTML until now.
        if let Some(loading) = &loading {
            loading.remove();
        }
        Some(drawn)
    });
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Nothing,
    SignIn { ended: bool },
    Inbox,
}

impl Which {
    fn of(session: &Session) -> Self {
        match session {
            Session::Checking => Self::Nothing,
            Session::SignedOut { ended } => Self::SignIn { ended: *ended },
            Session::SignedIn(_) => Self::Inbox,
        }
    }
}

fn inbox(page: &Page) -> El {
    let state = page.state;
    let open = state.open;
    let (thread_page, details_page, dialog_page) = (page.clone(), page.clone(), page.clone());
    let dialog_shown = page.dialog;
    let details_shown = page.details;
    El::with_class("div", "inbox")
        .bind_attr("data-pane", move || {
            Some(
                if open.with(Option::is_some) {
                    "thread"
                } else {
                    "list"
                }
                .to_owned(),
            )
        })
        .child(sidebar::sidebar(page))
        .bind(move || Some(thread::thread(&thread_page, open.get().as_ref())))
        .bind(move || {
            let id = open.get().filter(|_| details_shown.get())?;
            details::details(&details_page, &id)
        })
        .bind(move || {
            Some(match dialog_shown.get()? {
                Dialog::Help => help::help(&dialog_page),
                Dialog::Settings => settings::settings(&dialog_page),
            })
        })
}

/// The number of unread messages in the title, where one sees it from another tab.
fn title(page: &Page, body: &El) {
    let (state, words) = (page.state, page.words);
    let Some(document) = body.element().owner_document() else {
        return;
    };
    let document = send_wrapper::SendWrapper::new(document);
    // Sets the title of the document.
    owned_effect(move || {
        let unread = state.roster.with(crate::state::roster::Roster::unread_total);
        let name = state
            .session
            .with(|session| session.settings().map(|settings| settings.business_name.clone()));
        let name = name
            .filter(|name| !name.is_empty())
            .map_or_else(String::new, |name| format!(" · {name}"));
        let count = if unread > 0 {
            format!("({unread}) ")
        } else {
            String::new()
        };
        document.set_title(&format!("{count}{}{name}", words.inbox));
    });
}
