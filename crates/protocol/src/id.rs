//! Ids as newtypes, so that one can never be passed for another.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Whether `text` is a GUID: 8-4-4-4-12 hex digits in any case (`inbox-api.md` section 2).
pub fn is_guid(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 36
        && bytes.iter().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

macro_rules! text_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    };
}

text_id!(
    /// A website of a business; a GUID. Everything stored belongs to one.
    SiteId
);
text_id!(
    /// The log between one participant and the business; a GUID of version 3, derived from site and participant.
    ConversationId
);
text_id!(
    /// A person who answers in the inbox; a GUID (`wixUserId` on the wire).
    StaffId
);
text_id!(
    /// A program with credentials that sends or listens; a GUID.
    AppId
);
text_id!(
    /// A stored picture or file; opaque text of at most 2000 characters.
    MediaId
);
text_id!(
    /// A durable fact in the event log; a GUID. Receivers drop repeats by it.
    EventId
);
text_id!(
    /// The id the sender gives a message, a postback or an upload: idempotency key and identity on screen.
    ///
    /// `UUIDv7` from our own clients; any text of 1 to 64 characters is accepted.
    ClientId
);

/// A message's id: its [`Sequence`] as digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageId(pub u64);

/// The order of messages within a conversation: rising, digits as text on the wire, not consecutive.
///
/// Microseconds since 1970, or the previous one plus 1 where the clock has not moved on (`design.md` section 4, rule 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Sequence(pub u64);

macro_rules! digits_as_text {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse()
                    .map_err(|_| serde::de::Error::custom("must be digits as text"))
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .pattern(Some("^[0-9]{1,20}$"))
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    };
}

digits_as_text!(MessageId);
digits_as_text!(Sequence);

impl From<Sequence> for MessageId {
    fn from(sequence: Sequence) -> Self {
        Self(sequence.0)
    }
}

impl From<MessageId> for Sequence {
    fn from(id: MessageId) -> Self {
        Self(id.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_is_eight_four_four_four_twelve_hex_digits_in_any_case() {
        assert!(is_guid("e56ed8f7-4bbf-3d99-b2f9-962e555264c3"));
        assert!(is_guid("E56ED8F7-4BBF-3D99-B2F9-962E555264C3"));
        for text in [
            "",
            "e56ed8f74bbf3d99b2f9962e555264c3",
            "e56ed8f7-4bbf-3d99-b2f9-962e555264cg",
            "é56ed8f7-4bbf-3d99-b2f9-962e555264c",
        ] {
            assert!(!is_guid(text), "{text:?} passed for a GUID");
        }
    }

    #[test]
    fn a_sequence_travels_as_digits_in_text() {
        let sequence: Sequence = serde_json::from_str("\"1701103918040190\"").unwrap();
        assert_eq!(sequence, Sequence(1_701_103_918_040_190));
        assert_eq!(serde_json::to_string(&sequence).unwrap(), "\"1701103918040190\"");
        assert!(serde_json::from_str::<Sequence>("\"12a\"").is_err());
    }
}
