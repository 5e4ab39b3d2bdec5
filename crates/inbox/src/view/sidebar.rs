//! The conversation list with its head and filter.

use leptos::prelude::*;
use shopbell_protocol::staff::ConversationSummary;
use shopbell_widget::dom::list::{Around, list};
use shopbell_widget::dom::{El, owned_effect};
use web_sys::Event;

use super::field;
use super::icon::{Mark, mark};
use super::row::row;
use super::{Dialog, Page, focus, tag};
use crate::state::store::{Connection, Loading, Session};
use crate::words;

/// How near to the end of the list, in pixels, the next page is asked for.
const NEAR_END_PX: i32 = 400;
/// A search that found so many waits until its reader asks for more.
const ENOUGH_FOUND: usize = 20;
/// Pages that a search reads by itself.
const SEARCHED_PAGES: u32 = 20;

/// Draws the list.
pub(super) fn sidebar(page: &Page) -> El {
    El::with_class("nav", "sidebar")
        .attr("aria-label", page.words.conversations)
        .child(head(page))
        .child(search(page))
        .child(rows(page))
}

fn head(page: &Page) -> El {
    let (state, words, dialogs) = (page.state, page.words, page.dialog);
    let title = move || match state.session.get() {
        Session::SignedIn(session) if !session.settings.business_name.is_empty() => {
            session.settings.business_name
        }
        Session::SignedIn(_) | Session::Checking | Session::SignedOut { .. } => words.inbox.to_owned(),
    };
    let who = move || match state.connection.get() {
        Connection::Connecting => words.connecting.to_owned(),
        Connection::Reconnecting => words.reconnecting.to_owned(),
        Connection::Offline => words.offline.to_owned(),
        Connection::Online => state.session.with(|session| match session {
            Session::SignedIn(session) if session.staff.name.is_empty() => session.staff.email.clone(),
            Session::SignedIn(session) => session.staff.name.clone(),
            Session::Checking | Session::SignedOut { .. } => String::new(),
        }),
    };
    let actions = page.actions.clone();
    let owner = move || {
        state
            .session
            .with(|session| matches!(session, Session::SignedIn(session) if session.staff.owner))
    };
    El::with_class("header", "sidebar__head")
        .child(
            El::with_class("div", "sidebar__titles")
                .child(
                    El::with_class("h1", "sidebar__title")
                        .attr("dir", "auto")
                        .bind_text(title),
                )
                .child(
                    El::with_class("p", "sidebar__state")
                        .attr("role", "status")
                        .bind_attr("data-state", move || {
                            Some(
                                match state.connection.get() {
                                    Connection::Online => "online",
                                    Connection::Connecting | Connection::Reconnecting => "connecting",
                                    Connection::Offline => "offline",
                                }
                                .to_owned(),
                            )
                        })
                        .bind_text(who),
                ),
        )
        .child(tool(words.help, Mark::Question, move || {
            dialogs.set(Some(Dialog::Help));
        }))
        .bind(move || {
            owner().then(|| {
                tool(words.settings, Mark::Sliders, move || {
                    dialogs.set(Some(Dialog::Settings));
                })
            })
        })
        .child(tool(words.sign_out, Mark::SignOut, move || actions.sign_out()))
}

/// A round button with an icon and a name.
pub(super) fn tool(label: &str, which: Mark, on_click: impl Fn() + 'static) -> El {
    El::with_class("button", "tool")
        .attr("type", "button")
        .attr("aria-label", label)
        .attr("title", label)
        .child(mark(which))
        .on("click", move |_| on_click())
}

fn search(page: &Page) -> El {
    let filter = page.state.filter;
    let input = El::with_class("input", "search__input")
        .attr("type", "search")
        .attr("aria-label", page.words.search)
        .attr("placeholder", page.words.search)
        .attr("autocomplete", "off")
        .attr("spellcheck", "false");
    let source = input.clone();
    let input = input.on("input", move |_| filter.set(field::value(&source)));
    let shown = input.clone();
    // Puts a filter that was cleared elsewhere into the input.
    owned_effect(move || field::set_value(&shown, &filter.get()));
    let requests = page.focus_search;
    let target = input.clone();
    // Moves the focus when the keyboard asks for it.
    owned_effect(move || {
        if requests.get() > 0 {
            focus::now(&target);
        }
    });
    El::with_class("div", "search")
        .attr("role", "search")
        .child(mark(Mark::Search))
        .child(input)
}

fn rows(page: &Page) -> El {
    let state = page.state;
    let (actions, row_page) = (page.actions.clone(), page.clone());
    let items = El::with_class("div", "rows__list")
        .attr("role", "list")
        .attr("aria-label", page.words.conversations);
    let shown = page.shown_rows;
    list(
        &items,
        move || shown.get(),
        |row: &ConversationSummary| row.conversation.id.to_string(),
        move |summary| {
            El::with_class("div", "rows__item")
                .attr("role", "listitem")
                .child(row(&row_page, summary))
        },
        Around::default(),
    );
    let outer = El::with_class("div", "rows");
    let scrolled = outer.clone();
    let below = below(page, search_on(page));
    outer
        .on("scroll", move |_: Event| {
            let el = scrolled.element();
            if el.scroll_height() - el.scroll_top() - el.client_height() < NEAR_END_PX {
                actions.load_more();
            }
        })
        .bind_attr("aria-busy", move || {
            (state.listing.get() == Loading::Running).then(|| "true".to_owned())
        })
        .child(items)
        .child(below)
}

/// Reads older pages while what is searched for is hardly found among the loaded lines. Answers with the number of pages
/// read so far for this filter: zero lets it go on.
fn search_on(page: &Page) -> RwSignal<u32> {
    let (state, shown, actions) = (page.state, page.shown_rows, page.actions.clone());
    let pages = RwSignal::new(0);
    let mut searched = String::new();
    // Asks the server for the next page.
    owned_effect(move || {
        let filter = state.filter.get();
        let few = shown.with(Vec::len) < ENOUGH_FOUND;
        let idle = state.listing.get() == Loading::Idle;
        let more = state.roster.with(|roster| roster.cursor().is_some());
        let mut read = pages.get();
        if filter != searched {
            searched.clone_from(&filter);
            read = 0;
        }
        let goes_on = few && idle && more && read < SEARCHED_PAGES && is_search(&filter);
        pages.update_untracked(|pages| *pages = read + u32::from(goes_on));
        if goes_on {
            actions.load_more();
        }
    });
    pages
}

fn is_search(filter: &str) -> bool {
    !filter.trim().is_empty()
}

/// What stands where rows are missing: waiting, nothing found, nothing there yet, or what went wrong.
fn below(page: &Page, searched_pages: RwSignal<u32>) -> El {
    let page = page.clone();
    let (state, shown) = (page.state, page.shown_rows);
    let kind = Memo::new(move |_| {
        let empty = shown.with(Vec::is_empty);
        let (loaded, any) = state
            .roster
            .with(|roster| (roster.loaded(), !roster.rows().is_empty()));
        let more = state.roster.with(|roster| roster.cursor().is_some());
        let search = state.filter.with(|filter| is_search(filter));
        match state.listing.get() {
            Loading::Failed => Below::Failed,
            Loading::Running | Loading::Idle if !loaded => Below::Waiting,
            Loading::Running if search => Below::Searching,
            Loading::Running => Below::More,
            Loading::Idle if search && more => Below::Searched,
            Loading::Idle if empty && any => Below::NothingFound,
            Loading::Idle if empty => Below::NothingYet,
            Loading::Idle => Below::Nothing,
        }
    });
    El::with_class("div", "rows__below").bind(move || {
        let words = page.words;
        match kind.get() {
            Below::Nothing => None,
            Below::Waiting => Some(
                El::with_class("div", "ghosts")
                    .attr("aria-hidden", "true")
                    .children((0..4).map(|_| El::with_class("div", "ghosts__row"))),
            ),
            Below::More => {
                Some(El::with_class("div", "timeline__earlier").child(El::with_class("span", "spinner")))
            }
            Below::Searching => Some(
                El::with_class("div", "blank")
                    .attr("role", "status")
                    .child(El::with_class("span", "spinner"))
                    .child(El::with_class("p", "blank__text").text(words.searching_older)),
            ),
            Below::Searched => Some(searched(&page, searched_pages)),
            Below::NothingFound => Some(
                El::with_class("div", "blank")
                    .child(El::with_class("p", "blank__text").text(words.nothing_found)),
            ),
            Below::NothingYet => Some(nothing_yet(&page)),
            Below::Failed => {
                let actions = page.actions.clone();
                Some(
                    El::with_class("div", "blank")
                        .attr("role", "alert")
                        .child(El::with_class("p", "blank__text").text(words.list_failed))
                        .child(
                            El::with_class("button", "action")
                                .attr("type", "button")
                                .text(words.try_again)
                                .on("click", move |_| actions.reload()),
                        ),
                )
            }
        }
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Below {
    Nothing,
    Waiting,
    More,
    Searching,
    Searched,
    NothingFound,
    NothingYet,
    Failed,
}

/// Says how far a search has come, with the way to go on.
fn searched(page: &Page, pages: RwSignal<u32>) -> El {
    let (state, words, actions) = (page.state, page.words, page.actions.clone());
    let count = move || {
        let count = state.roster.with(|roster| roster.rows().len());
        words::with_number(words.searched, &count.to_string())
    };
    El::with_class("div", "blank")
        .child(
            El::with_class("p", "blank__text")
                .attr("role", "status")
                .bind_text(count),
        )
        .child(
            El::with_class("button", "action")
                .attr("type", "button")
                .text(words.search_older)
                .on("click", move |_| {
                    pages.set(0);
                    actions.load_more();
                }),
        )
}

fn nothing_yet(page: &Page) -> El {
    let words = page.words;
    El::with_class("div", "blank")
        .child(mark(Mark::Tray))
        .child(El::with_class("h2", "blank__title").text(words.no_conversations))
        .child(El::with_class("p", "blank__text").text(words.no_conversations_text))
        .child(tag::tag(page))
        .child(
            El::with_class("a", "action")
                .attr("href", "/")
                .attr("target", "_blank")
                .attr("rel", "noopener")
                .text(words.open_shop),
        )
}
