//! Webhook endpoints: the list, and from there one endpoint, its form, or a new one.

use leptos::prelude::*;
use shopbell_protocol::admin::{WebhookEndpoint, WebhookEndpoints};
use shopbell_widget::dom::list::{Around, list};
use shopbell_widget::dom::{ArcField, El};

use super::super::icon::{Mark, mark};
use super::super::wording;
use super::endpoint_form::{changing, creating};
use super::{Settings, endpoint, parts, signing};
use crate::state::admin::{Health, Loaded};
use crate::words::settings::SettingsWords;
use crate::words::{with_name, with_number};
use crate::{api, platform};

/// How often what stands on the screen is read again, while somebody looks at it.
const REFRESH_MS: u64 = 5_000;

/// Where in the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    List,
    New,
    Endpoint(String),
    Edit(String),
}

/// What the parts of the page share. Cheap to clone.
#[derive(Clone)]
pub(super) struct Hooks {
    pub(super) settings: Settings,
    pub(super) endpoints: RwSignal<Loaded<WebhookEndpoints>>,
    pub(super) place: RwSignal<Place>,
    /// The secret of the endpoint that was just made, until it was put away.
    pub(super) secret: RwSignal<Option<String>>,
}

impl Hooks {
    /// Reads all endpoints again.
    pub(super) fn load(&self) {
        self.settings.page.actions.read(api::WEBHOOKS, self.endpoints);
    }

    /// An endpoint as it is now; `None` when it is gone.
    pub(super) fn endpoint(&self, id: &str) -> Option<WebhookEndpoint> {
        self.endpoints.with(|endpoints| match endpoints {
            Some(Ok(known)) => known.endpoints.iter().find(|known| known.id == id).cloned(),
            Some(Err(())) | None => None,
        })
    }

    /// Puts an endpoint into the list as the server has just told it.
    pub(super) fn take(&self, endpoint: WebhookEndpoint) {
        let _ = self.endpoints.try_update(|endpoints| {
            if let Some(Ok(known)) = endpoints {
                match known.endpoints.iter_mut().find(|old| old.id == endpoint.id) {
                    Some(old) => *old = endpoint,
                    None => known.endpoints.push(endpoint),
                }
            }
        });
    }

    pub(super) fn go(&self, place: Place) {
        // What asked for it may be gone with its page.
        let _ = self.place.try_set(place);
    }
}

/// Draws the page.
pub(super) fn webhooks(settings: &Settings) -> El {
    let hooks = Hooks {
        settings: settings.clone(),
        endpoints: RwSignal::new(None),
        place: RwSignal::new(Place::List),
        secret: RwSignal::new(None),
    };
    hooks.load();
    let attentive = settings.page.state.attentive;
    let fresh = hooks.clone();
    platform::every(REFRESH_MS, move || {
        if attentive.get_untracked() {
            fresh.load();
        }
    });
    El::with_class("div", "pane").bind(move || {
        Some(match hooks.place.get() {
            Place::List => all(&hooks),
            Place::New => creating(&hooks),
            Place::Endpoint(id) => endpoint::endpoint(&hooks, id),
            Place::Edit(id) => changing(&hooks, &id),
        })
    })
}

fn all(hooks: &Hooks) -> El {
    let words = hooks.settings.words;
    let endpoints = hooks.endpoints;
    let kind = Memo::new(move |_| {
        endpoints.with(|endpoints| match endpoints {
            None => Shown::Waiting,
            Some(Err(())) => Shown::Failed,
            Some(Ok(known)) if known.endpoints.is_empty() => Shown::Nothing,
            Some(Ok(_)) => Shown::List,
        })
    });
    let add = {
        let hooks = hooks.clone();
        move || {
            parts::button("action action--primary", words.hook_new, {
                let hooks = hooks.clone();
                move || hooks.go(Place::New)
            })
        }
    };
    let drawn = hooks.clone();
    let (first_add, add_below) = (add.clone(), add);
    El::with_class("div", "pane__page")
        .child(
            parts::head(words.page_webhooks, words.hooks_text, None)
                .bind(move || (kind.get() == Shown::List).then(&first_add)),
        )
        .bind(move || {
            Some(match kind.get() {
                Shown::Waiting => parts::waiting(),
                Shown::Failed => {
                    let hooks = drawn.clone();
                    parts::failed(words, words.hooks_failed, move || {
                        hooks.endpoints.set(None);
                        hooks.load();
                    })
                }
                Shown::Nothing => {
                    parts::blank(Mark::Hook, words.hooks_none, words.hooks_none_text).child(add_below())
                }
                Shown::List => cards(&drawn),
            })
        })
        .child(El::with_class("hr", "dialog__rule"))
        .child(signing::signing(&hooks.settings))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Waiting,
    Failed,
    Nothing,
    List,
}

fn cards(hooks: &Hooks) -> El {
    let items = El::with_class("ul", "cards").attr("aria-label", hooks.settings.words.page_webhooks);
    let (endpoints, hooks) = (hooks.endpoints, hooks.clone());
    list(
        &items,
        move || {
            endpoints.with(|endpoints| match endpoints {
                Some(Ok(known)) => known.endpoints.clone(),
                Some(Err(())) | None => Vec::new(),
            })
        },
        |endpoint: &WebhookEndpoint| endpoint.id.clone(),
        move |endpoint| El::new("li").child(card(&hooks, endpoint)),
        Around::default(),
    );
    items
}

fn card(hooks: &Hooks, endpoint: ArcField<WebhookEndpoint>) -> El {
    let id = endpoint.with_untracked(|endpoint| endpoint.id.clone());
    let (page, words) = (hooks.settings.page.clone(), hooks.settings.words);
    let hooks = hooks.clone();
    let (name, address, facts, pills) = (endpoint.clone(), endpoint.clone(), endpoint.clone(), endpoint);
    El::with_class("button", "hook")
        .attr("type", "button")
        .on("click", move |_| hooks.go(Place::Endpoint(id.clone())))
        .child(
            El::with_class("span", "hook__name")
                .attr("dir", "auto")
                .bind_text(move || name.with(|endpoint| endpoint.name.clone())),
        )
        .bind(move || Some(pills.with(|endpoint| standing(words, endpoint))))
        .child(
            El::with_class("span", "hook__url")
                .attr("dir", "ltr")
                .bind_text(move || address.with(|endpoint| endpoint.url.clone())),
        )
        .child(El::with_class("span", "hook__facts").bind_text(move || {
            facts.with(|endpoint| {
                let last = endpoint.last_attempt.as_ref();
                let last = last.map_or_else(
                    || words.never_called.to_owned(),
                    |last| with_name(words.last_call, &wording::age(&page, &last.date)),
                );
                format!("{} · {last}", events(words, endpoint))
            })
        }))
        .child(mark(Mark::Forward).class("hook__go"))
}

/// How an endpoint fares, and what it is owed.
pub(super) fn standing(words: &SettingsWords, endpoint: &WebhookEndpoint) -> El {
    let health = Health::of(endpoint);
    let text = match health {
        Health::Active => words.state_active,
        Health::Failing => words.state_failing,
        Health::Paused => words.state_paused,
        Health::Disabled => words.state_disabled,
    };
    let count = |state, template, count: u64| {
        (count > 0).then(|| parts::pill(state, &with_number(template, &count.to_string())))
    };
    El::with_class("span", "pills")
        .maybe(count("waiting", words.waiting_count, endpoint.waiting))
        .maybe(count("dead", words.dead_count, endpoint.dead_letters))
        .child(parts::pill(health.name(), text))
}

/// What an endpoint is told of, in short.
fn events(words: &SettingsWords, endpoint: &WebhookEndpoint) -> String {
    use shopbell_protocol::event::EventBody;
    if endpoint.types.is_empty() {
        return words.all_events.to_owned();
    }
    with_number(words.some_events, &endpoint.types.len().to_string())
        .replace("{text}", &EventBody::TYPES.len().to_string())
}
