//! Whether input keeps the limits: the one place where they are checked.
//!
//! Every function walks the whole input and collects all violations, each under its path in the request, so that a
//! caller mends everything at once. Descriptions read well right after the field's name, because the official SDK
//! prints them that way.

mod content;
mod text;

pub use content::{content, participant_content};
pub use text::{guid, is_web_url, web_url};

use crate::error::{Rule, Violations};
use crate::limits;
use crate::message::{Badge, BadgeVisibility, ChannelType, Direction, MessageDraft, NewMessage, Visibility};
use crate::paging::SortOrder;
use crate::participant::ParticipantId;
use text::{list_size, optional_url, text_length};

/// Checks a message; `path` is its place in the request (`message`).
///
/// # Errors
/// Every violation found.
pub fn draft(draft: MessageDraft, path: &str) -> Result<NewMessage, Violations> {
    let mut violations = Violations::default();
    match &draft.content {
        None => violations.push(format!("{path}.content"), Rule::RequiredField, "is required"),
        Some(given) => content(given, &format!("{path}.content"), &mut violations),
    }
    let visibility = known(
        draft.visibility,
        Visibility::is_known,
        &format!("{path}.visibility"),
        Visibility::VALUES,
        &mut violations,
    );
    let direction = known(
        draft.direction,
        Direction::is_known,
        &format!("{path}.direction"),
        Direction::VALUES,
        &mut violations,
    );
    badges(&draft.badges, &format!("{path}.badges"), &mut violations);
    channels(&draft, path, &mut violations);
    let (Some(content), Some(visibility), Some(direction), true) =
        (draft.content, visibility, direction, violations.is_empty())
    else {
        return Err(violations);
    };
    Ok(NewMessage {
        content,
        badges: draft.badges,
        visibility,
        direction,
        source_channel: draft.source_channel.unwrap_or_default(),
        target_channels: draft.target_channels,
        source_channel_id: draft.source_channel_id,
        target_channel_ids: draft.target_channel_ids,
        silent: draft.silent,
    })
}

/// Checks the one id of a participant; `path` is the place of the object (`participantId`).
///
/// # Errors
/// The violation: of the object where none or several ids are there, of the id where it is no GUID.
pub fn participant_id(id: Option<&ParticipantId>, path: &str) -> Result<ParticipantId, Violations> {
    match id {
        None => Err(Violations::one(path, Rule::RequiredField, "is required")),
        Some(ParticipantId::Unsupported { members: 0 }) => Err(Violations::one(
            path,
            Rule::RequiredOneOfField,
            "needs one of anonymousVisitorId, contactId and memberId",
        )),
        Some(ParticipantId::Unsupported { .. }) => Err(Violations::one(
            path,
            Rule::OneOfAlignment,
            "has several ids, expected exactly one of anonymousVisitorId, contactId and memberId",
        )),
        Some(id) => {
            let mut violations = Violations::default();
            guid(id.guid(), &format!("{path}.{}", id.field()), &mut violations);
            violations.into_result(id.clone())
        }
    }
}

/// Checks a `clientId` or an `Idempotency-Key`: 1 to 64 printable ASCII characters.
pub fn client_id(id: &str, field: &str, violations: &mut Violations) {
    text_length(id, field, 1, limits::CLIENT_ID_MAX, violations);
    if id.chars().any(|c| !c.is_ascii_graphic()) {
        violations.push(field, Rule::Format, "has characters other than printable ASCII");
    }
}

/// Checks `paging.limit`: 0 to 100, 30 where not given.
pub fn page_limit(limit: Option<i64>, field: &str, violations: &mut Violations) -> u32 {
    match limit {
        None => limits::PAGE_LIMIT_DEFAULT,
        Some(given) => match u32::try_from(given) {
            Ok(given) if given <= limits::PAGE_LIMIT_MAX => given,
            Ok(_) => {
                violations.push(
                    field,
                    Rule::Max,
                    format!("is {given}, expected {} or less", limits::PAGE_LIMIT_MAX),
                );
                limits::PAGE_LIMIT_MAX
            }
            Err(_) => {
                violations.push(field, Rule::Min, format!("is {given}, expected 0 or more"));
                limits::PAGE_LIMIT_DEFAULT
            }
        },
    }
}

/// Checks `sorting`: by sequence only; newest first where not given.
pub fn sorting(
    field_name: Option<&str>,
    order: Option<SortOrder>,
    path: &str,
    violations: &mut Violations,
) -> SortOrder {
    if let Some(name) = field_name
        && !matches!(name, "" | "sequence" | "message_sequence")
    {
        violations.push(
            format!("{path}.fieldName"),
            Rule::InvalidEnumValue,
            "is not a field to sort by, expected sequence or message_sequence",
        );
    }
    match order {
        None => SortOrder::Desc,
        Some(SortOrder::Unknown | SortOrder::Unrecognized) => {
            violations.push(
                format!("{path}.order"),
                Rule::InvalidEnumValue,
                "is not one of ASC and DESC",
            );
            SortOrder::Desc
        }
        Some(order) => order,
    }
}

/// Checks the visibility that a list is asked for.
pub fn list_visibility(
    visibility: Option<Visibility>,
    field: &str,
    violations: &mut Violations,
) -> Visibility {
    known(
        visibility,
        Visibility::is_known,
        field,
        Visibility::VALUES,
        violations,
    )
    .unwrap_or(Visibility::Business)
}

fn known<T: Copy>(
    value: Option<T>,
    is_known: impl Fn(T) -> bool,
    field: &str,
    values: &[&str],
    violations: &mut Violations,
) -> Option<T> {
    match value {
        None => violations.push(field, Rule::RequiredField, "is required"),
        Some(given) if is_known(given) => return Some(given),
        Some(_) => {
            violations.push(
                field,
                Rule::InvalidEnumValue,
                format!("is not one of {}", values.join(", ")),
            );
        }
    }
    None
}

fn badges(badges: &[Badge], path: &str, violations: &mut Violations) {
    list_size(badges.len(), path, 0, limits::BADGES_MAX, violations);
    for (index, badge) in badges.iter().enumerate() {
        if let Some(text) = &badge.text {
            text_length(
                text,
                &format!("{path}[{index}].text"),
                1,
                limits::BADGE_TEXT_MAX,
                violations,
            );
        }
        optional_url(
            badge.icon_url.as_deref(),
            &format!("{path}[{index}].iconUrl"),
            limits::WEB_URL_MAX,
            violations,
        );
        if badge.badge_visibility == BadgeVisibility::Unrecognized {
            violations.push(
                format!("{path}[{index}].badgeVisibility"),
                Rule::InvalidEnumValue,
                format!("is not one of {}", BadgeVisibility::VALUES.join(", ")),
            );
        }
    }
}

fn channels(draft: &MessageDraft, path: &str, violations: &mut Violations) {
    let expected = || format!("is not one of {}", ChannelType::VALUES.join(", "));
    if draft.source_channel == Some(ChannelType::Unrecognized) {
        violations.push(
            format!("{path}.sourceChannel"),
            Rule::InvalidEnumValue,
            expected(),
        );
    }
    let field = format!("{path}.targetChannels");
    list_size(
        draft.target_channels.len(),
        &field,
        0,
        limits::TARGET_CHANNELS_MAX,
        violations,
    );
    for (index, channel) in draft.target_channels.iter().enumerate() {
        if *channel == ChannelType::Unrecognized {
            violations.push(format!("{field}[{index}]"), Rule::InvalidEnumValue, expected());
        }
    }
    if let Some(id) = &draft.source_channel_id {
        text_length(
            id,
            &format!("{path}.sourceChannelId"),
            0,
            limits::CHANNEL_ID_MAX,
            violations,
        );
    }
    let field = format!("{path}.targetChannelIds");
    list_size(
        draft.target_channel_ids.len(),
        &field,
        0,
        limits::TARGET_CHANNELS_MAX,
        violations,
    );
    for (index, id) in draft.target_channel_ids.iter().enumerate() {
        text_length(
            id,
            &format!("{field}[{index}]"),
            0,
            limits::CHANNEL_ID_MAX,
            violations,
        );
    }
}
