//! One endpoint: how it fares, what one may do with it, and its log.

use leptos::prelude::*;
use shopbell_protocol::admin::{
    EndpointState, MadeWebhook, Rotation, WebhookChange, WebhookDelivery, WebhookEndpoint, WebhookFormat,
};
use shopbell_widget::dom::El;

use super::deliveries::Log;
use super::once::once;
use super::webhooks::{Hooks, Place, standing};
use super::{deliveries, parts};
use crate::api;
use crate::state::admin::Health;
use crate::state::settings::Saving;
use crate::words::with_number;

/// What stands below the buttons.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Nothing,
    Delete,
    Rotate,
}

/// Draws it; one that is gone leads back to the list.
pub(super) fn endpoint(hooks: &Hooks, id: String) -> El {
    let words = hooks.settings.words;
    let asked = RwSignal::new(Asked::Nothing);
    let known = {
        let (hooks, id) = (hooks.clone(), id.clone());
        Memo::new(move |_| hooks.endpoint(&id))
    };
    let log = Log::new(hooks, &id);
    let back = hooks.clone();
    let title = El::new("h3")
        .attr("dir", "auto")
        .bind_text(move || known.get().map(|endpoint| endpoint.name).unwrap_or_default());
    let head = parts::head_back(words, title, move || back.go(Place::List))
        .bind(move || known.with(|endpoint| endpoint.as_ref().map(|endpoint| standing(words, endpoint))));
    let secret_hooks = hooks.clone();
    let below = hooks.clone();
    let notice_page = hooks.settings.page.clone();
    let below_id = id.clone();
    El::with_class("div", "pane__page")
        .child(head)
        .child(
            El::with_class("p", "hook__address")
                .attr("dir", "ltr")
                .bind_text(move || known.get().map(|endpoint| endpoint.url).unwrap_or_default()),
        )
        .bind(move || {
            let secret = secret_hooks.secret.get()?;
            let hooks = secret_hooks.clone();
            Some(once(
                &hooks.settings.clone(),
                words.hook_secret,
                &secret,
                move || hooks.secret.set(None),
            ))
        })
        .bind(move || {
            let text = known.with(|endpoint| notice(words, &notice_page, endpoint.as_ref()?))?;
            Some(El::with_class("p", "pane__notice").text(&text))
        })
        .child(tools(hooks, &id, known, asked, &log))
        .bind(move || {
            let close = move || asked.set(Asked::Nothing);
            match asked.get() {
                Asked::Nothing => None,
                Asked::Delete => Some(delete(&below, &below_id, close)),
                Asked::Rotate => Some(rotate(&below, &below_id, close)),
            }
        })
        .child(deliveries::deliveries(&log))
}

/// Why it is not called, or not successfully.
fn notice(
    words: &crate::words::settings::SettingsWords,
    page: &super::Page,
    endpoint: &WebhookEndpoint,
) -> Option<String> {
    match Health::of(endpoint) {
        Health::Active => None,
        Health::Paused => Some(words.paused_text.to_owned()),
        Health::Disabled => {
            let reason = endpoint.disabled_reason.as_deref().unwrap_or_default();
            Some(words.disabled_text.replace("{text}", reason))
        }
        Health::Failing => {
            let since = endpoint.failing_since_date.as_deref().unwrap_or_default();
            Some(words.failing_since.replace("{date}", &page.ages.moment(since)))
        }
    }
}

fn tools(
    hooks: &Hooks,
    id: &str,
    known: Memo<Option<WebhookEndpoint>>,
    asked: RwSignal<Asked>,
    log: &Log,
) -> El {
    let words = hooks.settings.words;
    let (testing, pausing) = (RwSignal::new(Saving::Idle), RwSignal::new(Saving::Idle));
    let outcome = RwSignal::new(None::<WebhookDelivery>);
    let test = {
        let (actions, path, log, hooks) = (
            hooks.settings.page.actions.clone(),
            api::webhook(id, "/test"),
            log.clone(),
            hooks.clone(),
        );
        move |_| {
            outcome.set(None);
            let (log, hooks) = (log.clone(), hooks.clone());
            // An empty object, because a call without a body is none of JSON.
            let done = move |delivery: WebhookDelivery| {
                let _ = outcome.try_set(Some(delivery));
                log.load();
                hooks.load();
            };
            actions.change(("POST", &path), &serde_json::json!({}), testing, done);
        }
    };
    let pause = {
        let (actions, path, hooks) = (
            hooks.settings.page.actions.clone(),
            api::webhook(id, ""),
            hooks.clone(),
        );
        move |_| {
            let state = if is_called(known) {
                EndpointState::Paused
            } else {
                EndpointState::Active
            };
            let change = WebhookChange {
                state: Some(state),
                ..WebhookChange::default()
            };
            let hooks = hooks.clone();
            actions.change(("PATCH", &path), &change, pausing, move |endpoint| {
                hooks.take(endpoint);
            });
        }
    };
    let (edit_hooks, edit_id) = (hooks.clone(), id.to_owned());
    let has_secret = Memo::new(move |_| {
        known
            .with(|endpoint| matches!(endpoint, Some(endpoint) if endpoint.format == WebhookFormat::Standard))
    });
    El::with_class("div", "group")
        .child(
            El::with_class("div", "tools")
                .child(
                    El::with_class("button", "action action--primary")
                        .attr("type", "button")
                        .bind_text(move || {
                            let running = testing.with(|testing| *testing == Saving::Running);
                            if running {
                                words.hook_testing
                            } else {
                                words.hook_test
                            }
                            .to_owned()
                        })
                        .on("click", test),
                )
                .child(parts::button("action", words.edit, move || {
                    edit_hooks.go(Place::Edit(edit_id.clone()));
                }))
                .child(
                    El::with_class("button", "action")
                        .attr("type", "button")
                        .bind_text(move || {
                            if known.with(|known| known.as_ref().is_none_or(called)) {
                                words.pause
                            } else {
                                words.resume
                            }
                            .to_owned()
                        })
                        .on("click", pause),
                )
                .bind(move || {
                    has_secret.get().then(|| {
                        parts::button("action", words.secret_rotate, move || asked.set(Asked::Rotate))
                    })
                })
                .child(parts::button(
                    "action action--danger-plain",
                    words.delete,
                    move || {
                        asked.set(Asked::Delete);
                    },
                )),
        )
        .child(
            El::with_class("p", "dialog__status")
                .attr("role", "status")
                .attr("data-testid", "outcome")
                .bind_class("dialog__status--error", move || {
                    let failed = |saving: RwSignal<Saving>| {
                        saving.with(|saving| matches!(saving, Saving::Failed | Saving::Refused(_)))
                    };
                    failed(testing)
                        || failed(pausing)
                        || outcome.with(|done| done.as_ref().is_some_and(refused))
                })
                .bind_text(move || {
                    let failed = |saving: RwSignal<Saving>| {
                        saving.with(|saving| matches!(saving, Saving::Failed | Saving::Refused(_)))
                    };
                    if failed(testing) || failed(pausing) {
                        return words.went_wrong.to_owned();
                    }
                    outcome.with(|delivery| {
                        delivery
                            .as_ref()
                            .map_or_else(String::new, |delivery| said(words, delivery))
                    })
                }),
        )
}

fn is_called(known: Memo<Option<WebhookEndpoint>>) -> bool {
    known.with_untracked(|known| known.as_ref().is_some_and(called))
}

const fn called(endpoint: &WebhookEndpoint) -> bool {
    matches!(Health::of(endpoint), Health::Active | Health::Failing)
}

fn refused(delivery: &WebhookDelivery) -> bool {
    delivery
        .attempts
        .last()
        .is_none_or(|attempt| attempt.error.is_some())
}

/// What came of a test.
fn said(words: &crate::words::settings::SettingsWords, delivery: &WebhookDelivery) -> String {
    let Some(attempt) = delivery.attempts.last() else {
        return words.went_wrong.to_owned();
    };
    match (&attempt.error, attempt.status) {
        (Some(error), _) => words.test_refused.replace("{text}", error),
        (None, status) => with_number(
            words.test_accepted,
            &status.map(|status| status.to_string()).unwrap_or_default(),
        )
        .replace("{text}", &attempt.duration_ms.to_string()),
    }
}

fn delete(hooks: &Hooks, id: &str, close: impl Fn() + 'static) -> El {
    let words = hooks.settings.words;
    let saving = RwSignal::new(Saving::Idle);
    let (actions, hooks, path) = (
        hooks.settings.page.actions.clone(),
        hooks.clone(),
        api::webhook(id, ""),
    );
    let sure = move || {
        let hooks = hooks.clone();
        let done = move |_: serde_json::Value| {
            hooks.load();
            hooks.go(Place::List);
        };
        actions.change(("DELETE", &path), &serde_json::json!({}), saving, done);
    };
    parts::question(words, words.delete_text, words.delete_sure, saving, (sure, close))
}

fn rotate(hooks: &Hooks, id: &str, close: impl Fn() + Clone + 'static) -> El {
    let words = hooks.settings.words;
    let saving = RwSignal::new(Saving::Idle);
    let (actions, drawn, path) = (
        hooks.settings.page.actions.clone(),
        hooks.clone(),
        api::webhook(id, "/secret"),
    );
    let done = close.clone();
    let make = move |hours| {
        let (hooks, done) = (drawn.clone(), done.clone());
        let rotation = Rotation {
            overlap_hours: Some(hours),
        };
        actions.change(("POST", &path), &rotation, saving, move |made: MadeWebhook| {
            hooks.take(made.endpoint);
            let _ = hooks.secret.try_set(made.secret);
            done();
        });
    };
    parts::rotation(
        &hooks.settings,
        "secret-overlap",
        (words.overlap, words.secret_hint, words.secret_make),
        words.overlap_none,
        saving,
        (make, close),
    )
}
