//! Buttons of template and system messages: as the sender wrote them, and as a participant is shown them.

use serde::{Deserialize, Serialize};

use crate::id::AppId;
use crate::wire::{count_given, null_as_default, open_enum, server_owned};

open_enum!(
    /// How often one participant may press a postback button (`design.md` section 4, rule 10).
    #[derive(Default)]
    PostbackUse {
        /// Once; the default.
        #[default]
        Once = "ONCE",
        /// Once among all postback buttons of the message.
        OncePerGroup = "ONCE_PER_GROUP",
        /// As often as they like.
        Repeatable = "REPEATABLE",
    } unknown = "UNKNOWN_POSTBACK_USE"
);

open_enum!(
    /// State of a postback button for one participant, kept by the server.
    ButtonState {
        /// May be pressed.
        Idle = "IDLE",
        /// Pressed, and the outcome is not known yet.
        Pending = "PENDING",
        /// Pressed and accepted (for `ONCE_PER_GROUP`: it, or another of its message).
        Done = "DONE",
        /// Too late.
        Expired = "EXPIRED",
    } unknown = "UNKNOWN_BUTTON_STATE"
);

/// What a postback button reports; never crosses to a participant.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PostbackProperties {
    /// The sender's own id for the button; 1 to 256.
    #[serde(default, deserialize_with = "null_as_default")]
    pub interaction_id: String,
    /// The app that sent the button; set by the server.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "server_owned"
    )]
    pub app_id: Option<AppId>,
    /// How often it may be pressed; `ONCE` where not given.
    #[serde(default, deserialize_with = "null_as_default")]
    pub uses: PostbackUse,
    /// RFC 3339; from then on the button is expired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration_date: Option<String>,
}

/// What a button does, as its sender wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ButtonAction {
    /// Opens an `http` or `https` address.
    Link(String),
    /// Reports an interaction.
    Postback(PostbackProperties),
    /// Neither, or both: `members` says how many were given. Refused as input.
    Unsupported {
        /// How many of the known members were there.
        members: u8,
    },
}

/// A button as its sender wrote it: `{label, launchUrl | postbackProperties}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "RawButton", into = "RawButton")]
pub struct Button {
    /// 1 to 16384.
    pub label: String,
    /// What it does.
    pub action: ButtonAction,
}

/// A button as a participant is shown it: `{label, launchUrl | buttonId + state}`. There is no field for the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "RawShownButton", into = "RawShownButton")]
pub struct ShownButton {
    /// 1 to 16384.
    pub label: String,
    /// What it does.
    pub action: ShownAction,
}

/// What a shown button does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShownAction {
    /// Opens an `http` or `https` address.
    Link(String),
    /// Reports an interaction under an opaque id.
    Postback {
        /// Opaque; unique within the message.
        button_id: String,
        /// Its state for this participant.
        state: ButtonState,
    },
    /// Of a kind this build does not know; drawn as a plain label.
    Unsupported,
}

#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Button))]
#[serde(rename_all = "camelCase")]
struct RawButton {
    #[serde(default, deserialize_with = "null_as_default")]
    label: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    launch_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    postback_properties: Option<PostbackProperties>,
}

impl From<RawButton> for Button {
    fn from(raw: RawButton) -> Self {
        let action = match (raw.launch_url, raw.postback_properties) {
            (Some(url), None) => ButtonAction::Link(url),
            (None, Some(properties)) => ButtonAction::Postback(properties),
            (link, postback) => ButtonAction::Unsupported {
                members: count_given([link.is_some(), postback.is_some()]),
            },
        };
        Self {
            label: raw.label,
            action,
        }
    }
}

impl From<Button> for RawButton {
    fn from(button: Button) -> Self {
        let (launch_url, postback_properties) = match button.action {
            ButtonAction::Link(url) => (Some(url), None),
            ButtonAction::Postback(properties) => (None, Some(properties)),
            ButtonAction::Unsupported { .. } => (None, None),
        };
        Self {
            label: button.label,
            launch_url,
            postback_properties,
        }
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ShownButton))]
#[serde(rename_all = "camelCase")]
struct RawShownButton {
    #[serde(default)]
    label: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    launch_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    button_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<ButtonState>,
}

impl From<RawShownButton> for ShownButton {
    fn from(raw: RawShownButton) -> Self {
        let action = match (raw.launch_url, raw.button_id) {
            (Some(url), None) => ShownAction::Link(url),
            (None, Some(button_id)) => ShownAction::Postback {
                button_id,
                state: raw.state.unwrap_or(ButtonState::Unknown),
            },
            (None, None) | (Some(_), Some(_)) => ShownAction::Unsupported,
        };
        Self {
            label: raw.label,
            action,
        }
    }
}

impl From<ShownButton> for RawShownButton {
    fn from(button: ShownButton) -> Self {
        let (launch_url, button_id, state) = match button.action {
            ShownAction::Link(url) => (Some(url), None, None),
            ShownAction::Postback { button_id, state } => (None, Some(button_id), Some(state)),
            ShownAction::Unsupported => (None, None, None),
        };
        Self {
            label: button.label,
            launch_url,
            button_id,
            state,
        }
    }
}

#[cfg(feature = "openapi")]
mod schema {
    crate::wire::schema_as!(super::Button => super::RawButton, "Button");
    crate::wire::schema_as!(super::ShownButton => super::RawShownButton, "ShownButton");
}
