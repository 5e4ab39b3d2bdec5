//! The messages of the open conversation. The box scrolls from its end (`style/components/timeline.css`), so the browser
//! itself keeps the place when older messages come in above and stays with the newest line otherwise.

use leptos::prelude::*;
use shopbell_protocol::{ContentKind, Sequence, Visibility};
use shopbell_sync::{Item, TimelineMessage};
use shopbell_widget::dom::hold::hold_place;
use shopbell_widget::dom::list::list;
use shopbell_widget::dom::{ArcField, El, Icon, icon, owned_effect};
use web_sys::Event;

use super::entry::entry;
use super::icon::{Mark, mark};
use super::{Page, wording};
use crate::state::lines::{self, Facts};
use crate::state::store::{History, Row, Typist};
use crate::words;

/// How near to the oldest message, in pixels, older ones are asked for.
const NEAR_START_PX: i32 = 600;
/// How near to the end still counts as being there.
const NEAR_END_PX: i32 = 48;
/// More than this is not counted out.
const MISSED_MAX: usize = 99;

/// A line of the timeline.
#[derive(Clone, Debug, PartialEq)]
enum Line {
    /// Heading of a day.
    Day {
        /// Names the day on this screen.
        number: Option<i64>,
        /// Today, yesterday, a date.
        text: String,
    },
    /// Above the first message that had not been seen.
    New,
    /// Where another conversation of the same person became part of this one.
    Joined(Sequence),
    /// A message.
    Message {
        /// The message.
        row: Row,
        /// It goes on from the one before.
        continued: bool,
    },
}

impl Line {
    /// Names it for good.
    fn key(&self) -> String {
        match self {
            // Not by `Debug`, which the built page is without.
            Self::Day { number, .. } => format!("day {}", number.unwrap_or(i64::MIN)),
            Self::New => "new".to_owned(),
            Self::Joined(sequence) => format!("joined {sequence}"),
            Self::Message { row, .. } => row.id.as_str().to_owned(),
        }
    }
}

/// Draws the messages; `name` is the participant's.
pub(super) fn timeline(page: &Page, name: ArcMemo<String>) -> El {
    let state = page.state;
    let texts = page.i18n.texts;
    let newest = newest(page);
    // Where the conversation ended when the reader scrolled away from there; `None` while they are there.
    let left_at = RwSignal::new(None::<Sequence>);
    let missed = missed(page, left_at);

    let items = El::with_class("ol", "timeline__list");
    let box_ = El::with_class("div", "timeline")
        .attr("role", "log")
        .attr("aria-live", "off")
        .attr("tabindex", "0")
        .attr("aria-label", texts.messages)
        .bind_attr("aria-busy", move || {
            (state.history.get() == History::Unknown).then(|| "true".to_owned())
        });
    let scrolled = box_.clone();
    let actions = page.actions.clone();
    let box_ = box_.on("scroll", move |_: Event| {
        let el = scrolled.element();
        // Counted from the end, so 0 is the newest line and older ones have negative places.
        let from_end = -el.scroll_top();
        let from_start = el.scroll_height() - el.client_height() - from_end;
        if from_start < NEAR_START_PX {
            actions.load_earlier();
        }
        match (from_end > NEAR_END_PX, left_at.with_untracked(Option::is_some)) {
            (true, false) => left_at.set(Some(newest.get_untracked().unwrap_or_default())),
            (false, true) => left_at.set(None),
            (true, true) | (false, false) => {}
        }
    });
    report_seen(page, newest, left_at);
    let lines = lines_memo(page);
    let (line_page, line_name) = (page.clone(), name.clone());
    list(
        &items,
        move || lines.get(),
        Line::key,
        move |line| draw(&line_page, &line_name, line),
        hold_place(box_.clone(), items.clone(), move || {
            left_at.with_untracked(Option::is_none)
        }),
    );

    let content = El::with_class("div", "timeline__content")
        .child(above(page))
        .child(items)
        .child(below(page, name.clone()));
    let to_end = box_.clone();
    let i18n = page.i18n.clone();
    let latest = move || {
        left_at.with(Option::is_some).then(|| {
            let to_end = to_end.clone();
            let i18n = i18n.clone();
            let shown = El::with_class("span", "timeline__count").bind_text(move || match missed.get() {
                0 => String::new(),
                count => i18n.plural(i18n.texts.new_messages, count),
            });
            El::with_class("button", "timeline__latest")
                .attr("type", "button")
                .attr("aria-label", texts.latest)
                .child(shown)
                .child(icon(Icon::Down))
                .on("click", move |_| to_end.element().set_scroll_top(0))
        })
    };
    El::with_class("div", "timeline__frame")
        .child(box_.child(content))
        .bind(latest)
        .child(live_region(page, name))
}

fn lines_memo(page: &Page) -> Memo<Vec<Line>> {
    let state = page.state;
    let joined = joined(page);
    let i18n = page.i18n.clone();
    Memo::new(move |_| {
        let rows = state.rows.get();
        let first_new = state.unread.get().and_then(|mark| {
            let read = |row: &Row| {
                row.item
                    .with_untracked(|item| (item.message.is_own(), item.sequence()))
            };
            lines::first_new(&rows.iter().map(read).collect::<Vec<_>>(), mark)
        });
        let own_name = state
            .session
            .with_untracked(|session| session.sender_name().unwrap_or_default().to_owned());
        let is_new = |place: usize| first_new.is_some_and(|first| place >= first);
        let joined = joined.get();
        let facts: Vec<Facts> = rows
            .iter()
            .enumerate()
            .map(|(place, row)| facts(&i18n, row, &own_name, joined, is_new(place)))
            .collect();
        let now_ms = state.now_ms.get();
        let mut lines = Vec::with_capacity(rows.len() + 4);
        // Where nothing was written since, the line stands last.
        let ends_joined = facts.last().is_some_and(|last| !last.joined);
        for ((row, facts), place) in rows.into_iter().zip(&facts).zip(lines::places(&facts)) {
            if place.day {
                let text = row
                    .item
                    .with_untracked(|item| i18n.day(&item.message.shown().created_date, now_ms));
                lines.push(Line::Day {
                    number: facts.day,
                    text,
                });
            }
            if place.first_joined {
                lines.extend(joined.map(Line::Joined));
            }
            if place.first_new {
                lines.push(Line::New);
            }
            lines.push(Line::Message {
                row,
                continued: place.continued,
            });
        }
        if ends_joined {
            lines.extend(joined.map(Line::Joined));
        }
        lines
    })
}

/// Where the open conversation and another of the same person became one.
fn joined(page: &Page) -> Memo<Option<Sequence>> {
    let state = page.state;
    Memo::new(move |_| {
        let open = state.open.get()?;
        let joined = state
            .roster
            .with(|roster| roster.get(&open).map(|row| row.joined_sequence))?;
        (joined > Sequence(0)).then_some(joined)
    })
}

fn facts(
    i18n: &shopbell_widget::i18n::I18n,
    row: &Row,
    own_name: &str,
    joined: Option<Sequence>,
    new: bool,
) -> Facts {
    // Untracked: an accepted message never changes its day or sender, and an acknowledgement moves neither.
    row.item.with_untracked(|item| {
        let shown = item.message.shown();
        Facts {
            day: i18n.day_number(&shown.created_date),
            second: seconds(i18n.instant(&shown.created_date)),
            sender: lines::sender_key(&item.message, own_name),
            apart: matches!(
                shown.content.kind,
                ContentKind::Minimal(_) | ContentKind::System(_)
            ),
            note: item.message.visibility == Visibility::Business,
            new,
            // What the server has not placed yet is newer than everything.
            joined: joined.is_some_and(|joined| item.sequence().is_none_or(|sequence| sequence > joined)),
        }
    })
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "seconds since 1970 fit; an unreadable date becomes 0"
)]
fn seconds(millis: f64) -> i64 {
    if millis.is_finite() {
        (millis / 1_000.0) as i64
    } else {
        0
    }
}

fn draw(page: &Page, name: &ArcMemo<String>, line: ArcField<Line>) -> El {
    match line.get_untracked() {
        Line::Day { .. } => El::with_class("li", "timeline__day").bind_text(move || {
            line.with(|line| match line {
                Line::Day { text, .. } => text.clone(),
                Line::New | Line::Joined(_) | Line::Message { .. } => String::new(),
            })
        }),
        Line::New => El::with_class("li", "timeline__unread").text(page.words.new_messages),
        Line::Joined(_) => El::with_class("li", "timeline__joined")
            .attr("data-testid", "joined")
            .child(mark(Mark::Joined))
            .child(El::new("span").text(page.words.joined)),
        Line::Message { row, .. } => {
            let continued = ArcMemo::new(move |_| {
                line.with(|line| matches!(line, Line::Message { continued: true, .. }))
            });
            entry(page, name, &row).bind_class("entry--continued", move || continued.get())
        }
    }
}

fn above(page: &Page) -> El {
    let (state, words, texts) = (page.state, page.words, page.i18n.texts);
    let actions = page.actions.clone();
    El::with_class("div", "timeline__above").bind(move || {
        let actions = actions.clone();
        match state.history.get() {
            History::Unknown => Some(
                El::with_class("div", "skeleton")
                    .attr("aria-hidden", "true")
                    .children([
                        El::with_class("span", "skeleton__bubble"),
                        El::with_class("span", "skeleton__bubble skeleton__bubble--short"),
                        El::with_class("span", "skeleton__bubble skeleton__bubble--own"),
                    ]),
            ),
            History::Loading => {
                Some(El::with_class("div", "timeline__earlier").child(El::with_class("span", "spinner")))
            }
            // A button too, for a page so short that it cannot be scrolled.
            History::More => Some(
                El::with_class("div", "timeline__earlier").child(
                    El::with_class("button", "action action--plain")
                        .attr("type", "button")
                        .text(texts.earlier)
                        .on("click", move |_| actions.load_earlier()),
                ),
            ),
            History::Failed => Some(
                El::with_class("div", "timeline__earlier")
                    .attr("role", "alert")
                    .child(El::new("span").text(words.history_failed))
                    .child(
                        El::with_class("button", "action action--plain")
                            .attr("type", "button")
                            .text(words.try_again)
                            .on("click", move |_| actions.load_earlier()),
                    ),
            ),
            History::Complete => None,
        }
    })
}

fn below(page: &Page, name: ArcMemo<String>) -> El {
    let (state, words) = (page.state, page.words);
    let typist = Memo::new(move |_| {
        let open = state.open.get()?;
        state.typing.with(|typing| typing.get(&open).cloned())
    });
    let empty =
        Memo::new(move |_| state.history.get() == History::Complete && state.rows.with(Vec::is_empty));
    El::with_class("div", "timeline__below")
        .bind(move || {
            empty.get().then(|| {
                El::with_class("div", "empty")
                    .child(El::with_class("p", "empty__text").text(words.no_messages))
            })
        })
        .bind(move || {
            let Typist {
                participant: true, ..
            } = typist.get()?
            else {
                return None;
            };
            let dots = (0..3).map(|_| El::with_class("span", "typing__dot"));
            let label = format!("{} {}", name.get_untracked(), words.typing);
            Some(
                El::with_class("div", "typing").child(
                    El::with_class("span", "typing__dots")
                        .attr("role", "img")
                        .attr("aria-label", &label)
                        .children(dots),
                ),
            )
        })
}

/// Tells the server what has been looked at: the newest line, while it stands on the screen of an attentive page.
fn report_seen(page: &Page, newest: Memo<Option<Sequence>>, left_at: RwSignal<Option<Sequence>>) {
    let (state, actions) = (page.state, page.actions.clone());
    // Reports to the server.
    owned_effect(move || {
        if state.attentive.get()
            && left_at.with(Option::is_none)
            && let Some(sequence) = newest.get()
        {
            actions.seen(sequence);
        }
    });
}

/// How many messages of the other side came since one scrolled away from the end.
fn missed(page: &Page, left_at: RwSignal<Option<Sequence>>) -> Memo<u32> {
    let rows = page.state.rows;
    Memo::new(move |_| {
        let Some(left_at) = left_at.get() else { return 0 };
        let is_missed = |row: &&Row| {
            row.item.with(|item| {
                !item.message.is_own() && item.sequence().is_some_and(|sequence| sequence > left_at)
            })
        };
        let count = rows.with(|rows| rows.iter().rev().take(MISSED_MAX).filter(is_missed).count());
        u32::try_from(count).unwrap_or_default()
    })
}

/// The newest sequence of the open conversation; `None` while nothing of it is stored.
fn newest(page: &Page) -> Memo<Option<Sequence>> {
    let rows = page.state.rows;
    Memo::new(move |_| rows.with(|rows| rows.iter().rev().find_map(|row| row.item.with(Item::sequence))))
}

/// Says each message that comes live, once, with its sender.
fn live_region(page: &Page, name: ArcMemo<String>) -> El {
    let (state, page) = (page.state, page.clone());
    El::with_class("div", "visually-hidden")
        .attr("role", "status")
        .attr("aria-live", "polite")
        .bind_text(move || {
            state.arrived.get().map_or_else(String::new, |row| {
                row.item.with_untracked(|item| {
                    let sender = wording::sender(&page, item, &name.get_untracked());
                    let text = wording::spoken(page.words, item);
                    words::with_name(page.words.announce, &sender).replace("{text}", &text)
                })
            })
        })
}
