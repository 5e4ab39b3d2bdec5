//! The log of an endpoint: what it is owed or was, with every attempt, and sending again what was given up.

use leptos::prelude::*;
use shopbell_protocol::admin::{
    DeliveryState, ReplayRequest, Replayed, WebhookAttempt, WebhookDeliveries, WebhookDelivery,
};
use shopbell_protocol::event::EventBody;
use shopbell_widget::dom::list::{Around, list};
use shopbell_widget::dom::{ArcField, El};

use super::super::field::choice;
use super::parts;
use super::webhooks::Hooks;
use crate::state::admin::Loaded;
use crate::state::settings::Saving;
use crate::words::settings::SettingsWords;
use crate::words::with_number;
use crate::{api, platform};

/// How often the log is read again, while somebody looks at it.
const REFRESH_MS: u64 = 5_000;
/// What may be shown: everything, what waits, what was given up.
const FILTERS: [Option<DeliveryState>; 3] = [None, Some(DeliveryState::Waiting), Some(DeliveryState::Dead)];

/// The log of one endpoint. Cheap to clone.
#[derive(Clone)]
pub(super) struct Log {
    hooks: Hooks,
    id: String,
    deliveries: RwSignal<Loaded<WebhookDeliveries>>,
    /// Place in [`FILTERS`].
    filter: RwSignal<usize>,
    /// Older pages, below the first one; while there are any, the first one stays as it is.
    older: RwSignal<Vec<WebhookDelivery>>,
    /// What to ask for the page below those.
    cursor: RwSignal<Option<String>>,
}

impl Log {
    /// Begins to read it.
    pub(super) fn new(hooks: &Hooks, id: &str) -> Self {
        let log = Self {
            hooks: hooks.clone(),
            id: id.to_owned(),
            deliveries: RwSignal::new(None),
            filter: RwSignal::new(0),
            older: RwSignal::new(Vec::new()),
            cursor: RwSignal::new(None),
        };
        log.load();
        let (attentive, fresh) = (hooks.settings.page.state.attentive, log.clone());
        platform::every(REFRESH_MS, move || {
            if attentive.get_untracked() && fresh.older.with_untracked(Vec::is_empty) {
                fresh.load();
            }
        });
        log
    }

    /// Reads the newest page.
    pub(super) fn load(&self) {
        // The page of the endpoint may be gone.
        let Some(filter) = self.filter.try_get_untracked() else {
            return;
        };
        let _ = self.older.try_set(Vec::new());
        let state = FILTERS.get(filter).copied().flatten();
        let path = api::deliveries(&self.id, state, None);
        self.hooks.settings.page.actions.read(&path, self.deliveries);
    }

    fn load_older(&self, before: &str) {
        let state = FILTERS.get(self.filter.get_untracked()).copied().flatten();
        let page: RwSignal<Loaded<WebhookDeliveries>> = RwSignal::new(None);
        let path = api::deliveries(&self.id, state, Some(before));
        self.hooks.settings.page.actions.read(&path, page);
        let (older, cursor) = (self.older, self.cursor);
        // Takes the page over when it comes.
        shopbell_widget::dom::owned_effect(move || {
            if let Some(Ok(page)) = page.get() {
                cursor.set(page.cursor);
                older.update(|older| older.extend(page.deliveries));
            }
        });
    }

    /// Where the next older page begins.
    fn next(&self) -> Option<String> {
        if self.older.with(Vec::is_empty) {
            return self.deliveries.with(|page| match page {
                Some(Ok(page)) => page.cursor.clone(),
                Some(Err(())) | None => None,
            });
        }
        self.cursor.get()
    }

    fn all(&self) -> Vec<WebhookDelivery> {
        let mut all = self.deliveries.with(|page| match page {
            Some(Ok(page)) => page.deliveries.clone(),
            Some(Err(())) | None => Vec::new(),
        });
        self.older.with(|older| all.extend(older.iter().cloned()));
        all
    }

    /// Lets dead letters be tried again: those, or all.
    fn replay(&self, ids: Option<Vec<String>>, saving: RwSignal<Saving>, count: RwSignal<Option<u64>>) {
        let log = self.clone();
        self.hooks.settings.page.actions.change(
            ("POST", &api::webhook(&self.id, "/replay")),
            &ReplayRequest { delivery_ids: ids },
            saving,
            move |done: Replayed| {
                let _ = count.try_set(Some(done.replayed));
                log.load();
                log.hooks.load();
            },
        );
    }
}

/// Draws it.
pub(super) fn deliveries(log: &Log) -> El {
    let words = log.hooks.settings.words;
    let (filter, page) = (log.filter, log.deliveries);
    let replaying = RwSignal::new(Saving::Idle);
    let replayed = RwSignal::new(None::<u64>);
    let items = El::with_class("ul", "log").attr("aria-label", words.log);
    let (rows, drawn) = (log.clone(), log.clone());
    list(
        &items,
        move || rows.all(),
        |delivery: &WebhookDelivery| delivery.id.clone(),
        move |delivery| El::new("li").child(row(&drawn, &delivery, replaying, replayed)),
        Around::default(),
    );
    let chosen = log.clone();
    let tabs = choice(
        words.log,
        &[words.log_all, words.log_waiting, words.log_dead],
        move || filter.get(),
        move |place| {
            filter.set(place);
            page.set(None);
            replayed.set(None);
            chosen.load();
        },
    );
    let (dead_log, below_log) = (log.clone(), log.clone());
    let any_dead = {
        let log = log.clone();
        Memo::new(move |_| {
            log.hooks
                .endpoint(&log.id)
                .is_some_and(|endpoint| endpoint.dead_letters > 0)
        })
    };
    El::with_class("section", "group")
        .child(
            El::with_class("div", "log__head")
                .child(El::with_class("h4", "pane__subtitle").text(words.log))
                .child(tabs),
        )
        .child(
            El::with_class("div", "log__head")
                .child(
                    El::with_class("p", "dialog__status")
                        .attr("role", "status")
                        .bind_class("dialog__status--error", move || {
                            replaying.with(|saving| matches!(saving, Saving::Failed | Saving::Refused(_)))
                        })
                        .bind_text(move || match (replaying.get(), replayed.get()) {
                            (Saving::Failed | Saving::Refused(_), _) => words.went_wrong.to_owned(),
                            (_, Some(count)) => with_number(words.replayed, &count.to_string()),
                            (_, None) => String::new(),
                        }),
                )
                .bind(move || {
                    let log = dead_log.clone();
                    any_dead.get().then(|| {
                        parts::button("action", words.replay_all, move || {
                            log.replay(None, replaying, replayed);
                        })
                    })
                }),
        )
        .child(items)
        .bind(move || below(&below_log))
}

fn below(log: &Log) -> Option<El> {
    let words = log.hooks.settings.words;
    let state = log.deliveries.with(|page| match page {
        None => Some(None),
        Some(Err(())) => Some(Some(())),
        Some(Ok(_)) => None,
    });
    let again = log.clone();
    match state {
        Some(None) => return Some(parts::waiting()),
        Some(Some(())) => {
            return Some(parts::failed(words, words.log_failed, move || {
                again.deliveries.set(None);
                again.load();
            }));
        }
        None => {}
    }
    if log.all().is_empty() {
        let text = match FILTERS.get(log.filter.get()).copied().flatten() {
            Some(DeliveryState::Dead) => words.log_none_dead,
            Some(_) => words.log_none_waiting,
            None => words.log_none,
        };
        return Some(El::with_class("p", "log__none").text(text));
    }
    let next = log.next()?;
    Some(El::with_class("div", "timeline__earlier").child(parts::button(
        "action action--plain",
        words.log_older,
        move || again.load_older(&next),
    )))
}

/// A delivery, which opens to its attempts.
fn row(
    log: &Log,
    delivery: &ArcField<WebhookDelivery>,
    replaying: RwSignal<Saving>,
    replayed: RwSignal<Option<u64>>,
) -> El {
    let words = log.hooks.settings.words;
    let ages = log.hooks.settings.page.ages.clone();
    let first = delivery.get_untracked();
    let (state, count, attempts, next, dead) = (
        delivery.clone(),
        delivery.clone(),
        delivery.clone(),
        delivery.clone(),
        delivery.clone(),
    );
    let (attempt_ages, next_ages, log, id) = (ages.clone(), ages.clone(), log.clone(), first.id.clone());
    let kind = ArcMemo::new(move |_| state.with(|delivery| delivery.state));
    let summary = El::with_class("summary", "log__row")
        .bind(move || Some(state_pill(words, kind.get())))
        .child(
            El::with_class("span", "log__what")
                .attr("title", &first.event_type)
                .text(event_name(words, &first.event_type)),
        )
        .child(El::with_class("span", "log__count").bind_text(move || {
            count.with(|delivery| last_said(words, delivery.attempts.last(), delivery.attempts.len()))
        }))
        .child(
            El::with_class("time", "log__time")
                .attr("datetime", &first.created_date)
                .text(&ages.moment(&first.created_date)),
        );
    El::with_class("details", "log__item")
        .attr("data-testid", "delivery")
        .child(summary)
        .bind(move || {
            let list = attempts.with(|delivery| delivery.attempts.clone());
            Some(if list.is_empty() {
                El::with_class("p", "log__none").text(words.no_attempt)
            } else {
                El::with_class("ol", "attempts")
                    .attr("aria-label", words.attempts)
                    .children(
                        list.iter()
                            .map(|attempt| attempt_row(words, attempt, &attempt_ages.moment(&attempt.date))),
                    )
            })
        })
        .child(
            El::with_class("div", "log__foot")
                .child(
                    El::with_class("code", "press__id")
                        .attr("dir", "ltr")
                        .attr("title", words.event_id)
                        .text(first.event_id.as_str()),
                )
                .bind(move || {
                    let date = next.with(|delivery| delivery.next_attempt_date.clone())?;
                    let text = words.next_attempt.replace("{date}", &next_ages.moment(&date));
                    Some(El::with_class("span", "field__hint").text(&text))
                })
                .bind(move || {
                    let is_dead = dead.with(|delivery| delivery.state == DeliveryState::Dead);
                    let (log, id) = (log.clone(), id.clone());
                    is_dead.then(|| {
                        parts::button("action group__add", words.replay, move || {
                            log.replay(Some(vec![id.clone()]), replaying, replayed);
                        })
                    })
                }),
        )
}

/// The last attempt, and how many there were.
fn last_said(words: &SettingsWords, last: Option<&WebhookAttempt>, count: usize) -> String {
    let Some(last) = last else {
        return words.no_attempt.to_owned();
    };
    let status = last
        .status
        .map_or_else(|| words.no_answer.to_owned(), |status| status.to_string());
    if count > 1 {
        format!(
            "{status} · {}",
            with_number(words.attempt_count, &count.to_string())
        )
    } else {
        status
    }
}

fn attempt_row(words: &SettingsWords, attempt: &WebhookAttempt, when: &str) -> El {
    let status = attempt
        .status
        .map_or_else(|| words.no_answer.to_owned(), |status| status.to_string());
    let good = attempt.error.is_none();
    El::with_class("li", "attempts__row")
        .child(parts::pill(if good { "active" } else { "failing" }, &status))
        .child(
            El::with_class("time", "attempts__when")
                .attr("datetime", &attempt.date)
                .text(when),
        )
        .child(
            El::with_class("span", "attempts__took")
                .text(&with_number(words.millis, &attempt.duration_ms.to_string())),
        )
        .maybe(attempt.error.as_deref().map(|error| {
            El::with_class("span", "attempts__error")
                .attr("dir", "auto")
                .text(error)
        }))
}

fn state_pill(words: &SettingsWords, state: DeliveryState) -> El {
    match state {
        DeliveryState::Waiting => parts::pill("waiting", words.log_waiting),
        DeliveryState::Delivered => parts::pill("active", words.log_delivered),
        DeliveryState::Dead => parts::pill("dead", words.log_dead),
        DeliveryState::Test | DeliveryState::Unknown | DeliveryState::Unrecognized => {
            parts::pill("paused", words.log_test)
        }
    }
}

/// What happened, in words; a type that has none is told as it is.
fn event_name<'a>(words: &'a SettingsWords, kind: &'a str) -> &'a str {
    let [pressed, to_business, to_participant, merged] = EventBody::TYPES;
    match kind {
        kind if kind == pressed => words.event_pressed,
        kind if kind == to_business => words.event_business,
        kind if kind == to_participant => words.event_participant,
        kind if kind == merged => words.event_merged,
        other => other,
    }
}
