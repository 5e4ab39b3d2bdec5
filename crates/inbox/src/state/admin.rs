//! Webhooks and keys as they stand in their forms, before the server sees them.

use std::collections::BTreeSet;

use shopbell_protocol::admin::{
    EndpointState, KeyScope, NewApiKey, NewWebhook, WebhookChange, WebhookEndpoint, WebhookFormat,
};
use shopbell_protocol::event::EventBody;

/// An answer that may not have come yet; `Err` where it will not.
pub type Loaded<T> = Option<Result<T, ()>>;

/// An endpoint in its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookDraft {
    /// As typed.
    pub url: String,
    /// Empty for the address's host.
    pub name: String,
    /// Told of everything, also of types that do not exist yet.
    pub all: bool,
    /// What is ticked otherwise, as places in [`EventBody::TYPES`].
    pub types: BTreeSet<usize>,
    /// What a call carries; settled once the endpoint is made.
    pub format: WebhookFormat,
}

impl Default for HookDraft {
    fn default() -> Self {
        Self {
            url: String::new(),
            name: String::new(),
            all: true,
            types: BTreeSet::new(),
            format: WebhookFormat::Token,
        }
    }
}

impl From<&WebhookEndpoint> for HookDraft {
    fn from(endpoint: &WebhookEndpoint) -> Self {
        let place = |name: &String| EventBody::TYPES.iter().position(|known| known == name);
        Self {
            url: endpoint.url.clone(),
            name: endpoint.name.clone(),
            all: endpoint.types.is_empty(),
            types: endpoint.types.iter().filter_map(place).collect(),
            format: endpoint.format,
        }
    }
}

impl HookDraft {
    /// "Only these", and none of them: the wire has no such endpoint, an empty list means all.
    pub fn wants_nothing(&self) -> bool {
        !self.all && self.types.is_empty()
    }

    /// What makes the endpoint.
    pub fn to_new(&self) -> NewWebhook {
        let name = self.name.trim();
        NewWebhook {
            name: (!name.is_empty()).then(|| name.to_owned()),
            url: self.url.trim().to_owned(),
            format: Some(self.format),
            types: Some(self.types()),
        }
    }

    /// What changes it.
    pub fn to_change(&self) -> WebhookChange {
        WebhookChange {
            name: Some(self.name.trim().to_owned()),
            url: Some(self.url.trim().to_owned()),
            types: Some(self.types()),
            state: None,
        }
    }

    fn types(&self) -> Vec<String> {
        if self.all {
            return Vec::new();
        }
        let name = |place: &usize| EventBody::TYPES.get(*place).map(|name| (*name).to_owned());
        self.types.iter().filter_map(name).collect()
    }
}

/// How an endpoint fares, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// Called, and answering as far as is known.
    Active,
    /// Called, and not accepting.
    Failing,
    /// Not called, by the owner's wish.
    Paused,
    /// Not called, by its own.
    Disabled,
}

impl Health {
    /// Of an endpoint.
    pub const fn of(endpoint: &WebhookEndpoint) -> Self {
        match endpoint.state {
            EndpointState::Disabled => Self::Disabled,
            EndpointState::Paused => Self::Paused,
            EndpointState::Active | EndpointState::Unknown | EndpointState::Unrecognized => {
                if endpoint.failing_since_date.is_some() {
                    Self::Failing
                } else {
                    Self::Active
                }
            }
        }
    }

    /// The value of `data-state`. Not `Debug`, which the built page is without.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Failing => "failing",
            Self::Paused => "paused",
            Self::Disabled => "disabled",
        }
    }
}

/// When a new key ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ends {
    /// When it is revoked.
    #[default]
    Never,
    /// So many days from now.
    Days(u32),
    /// With the day that stands beside it.
    OnDay,
}

impl Ends {
    /// All that can be chosen.
    pub const ALL: [Self; 5] = [
        Self::Never,
        Self::Days(30),
        Self::Days(90),
        Self::Days(365),
        Self::OnDay,
    ];
}

/// A key in its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyDraft {
    /// As typed.
    pub name: String,
    /// What is ticked.
    pub scopes: Vec<KeyScope>,
    /// When it ends.
    pub ends: Ends,
    /// `YYYY-MM-DD`, for [`Ends::OnDay`].
    pub day: String,
}

impl Default for KeyDraft {
    fn default() -> Self {
        Self {
            name: String::new(),
            scopes: vec![KeyScope::Read, KeyScope::Write, KeyScope::Events],
            ends: Ends::Never,
            day: String::new(),
        }
    }
}

impl KeyDraft {
    /// Ticks or unticks a scope.
    pub fn set(&mut self, scope: KeyScope, on: bool) {
        self.scopes.retain(|known| *known != scope);
        if on {
            self.scopes.push(scope);
        }
    }

    /// What makes the key; `date` is the end as [`KeyDraft::ends`] has it, on the wire.
    pub fn to_new(&self, date: Option<String>) -> NewApiKey {
        NewApiKey {
            name: self.name.trim().to_owned(),
            scopes: Some(self.scopes.clone()),
            expires_date: date,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_for_everything_has_an_empty_list_and_one_for_nothing_is_none() {
        let mut draft = HookDraft {
            url: " https://a.example/hooks ".to_owned(),
            name: "  ".to_owned(),
            ..HookDraft::default()
        };
        let new = draft.to_new();
        assert_eq!(new.url, "https://a.example/hooks");
        assert_eq!((new.name, new.types), (None, Some(Vec::new())));
        draft.all = false;
        assert!(draft.wants_nothing());
        draft.types.insert(1);
        assert!(!draft.wants_nothing());
        assert_eq!(draft.to_new().types, Some(vec![EventBody::TYPES[1].to_owned()]));
    }

    #[test]
    fn what_an_endpoint_is_told_of_survives_its_form() {
        let endpoint = WebhookEndpoint {
            id: "e".to_owned(),
            name: "Shop".to_owned(),
            url: "https://a.example/hooks".to_owned(),
            format: WebhookFormat::Standard,
            types: vec![EventBody::TYPES[3].to_owned(), EventBody::TYPES[0].to_owned()],
            state: EndpointState::Active,
            disabled_reason: None,
            created_date: String::new(),
            failing_since_date: None,
            waiting: 0,
            dead_letters: 0,
            last_attempt: None,
        };
        let change = HookDraft::from(&endpoint).to_change();
        let types: BTreeSet<String> = change.types.unwrap_or_default().into_iter().collect();
        assert_eq!(types, endpoint.types.iter().cloned().collect());
        assert_eq!(Health::of(&endpoint), Health::Active);
        let failing = WebhookEndpoint {
            failing_since_date: Some("2026-11-20T10:00:00.000Z".to_owned()),
            ..endpoint.clone()
        };
        assert_eq!(Health::of(&failing), Health::Failing);
        let paused = WebhookEndpoint {
            state: EndpointState::Paused,
            ..failing
        };
        assert_eq!(
            Health::of(&paused),
            Health::Paused,
            "what is not called does not fail"
        );
    }

    #[test]
    fn a_new_key_does_not_administer_unless_asked() {
        let mut draft = KeyDraft::default();
        assert!(!draft.scopes.contains(&KeyScope::Admin));
        draft.set(KeyScope::Admin, true);
        draft.set(KeyScope::Read, false);
        draft.set(KeyScope::Write, true);
        let new = draft.to_new(None);
        assert_eq!(
            new.scopes,
            Some(vec![KeyScope::Events, KeyScope::Admin, KeyScope::Write])
        );
    }
}
