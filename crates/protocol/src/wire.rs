//! Small serde parts shared by the wire types.

/// Declares an enum whose wire values are `SCREAMING_SNAKE_CASE` texts.
///
/// Besides the values it has the wire's own `Unknown` and, for a value this build has never heard of,
/// `Unrecognized`: a newer peer never stops an older reader, while [`crate::validate`] can still refuse such input.
macro_rules! open_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal),+ $(,)? } unknown = $unknown_text:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name {
            $($(#[$vmeta])* #[cfg_attr(feature = "openapi", schema(rename = $text))] $variant,)+
            /// The wire's own "not said".
            #[cfg_attr(feature = "openapi", schema(rename = $unknown_text))]
            Unknown,
            /// A value of a newer peer; never written, refused as input.
            #[cfg_attr(feature = "openapi", schema(rename = "UNRECOGNIZED"))]
            Unrecognized,
        }

        impl $name {
            /// Every value that says something, in wire form: what an error message lists.
            pub const VALUES: &'static [&'static str] = &[$($text),+];

            /// The wire text.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Unknown | Self::Unrecognized => $unknown_text,
                }
            }

            /// Reads the wire text; never fails.
            pub fn from_wire(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)+
                    $unknown_text => Self::Unknown,
                    _ => Self::Unrecognized,
                }
            }

            /// Whether the value says something.
            pub const fn is_known(self) -> bool {
                !matches!(self, Self::Unknown | Self::Unrecognized)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Ok(Self::from_wire(&text))
            }
        }
    };
}
pub(crate) use open_enum;

use serde::{Deserialize, Deserializer};

/// Reads `null` as the default, because hand-written clients send it for "not given".
pub(crate) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// Reads a field that the server owns: whatever a caller put there never makes the input wrong.
pub(crate) fn server_owned<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: serde::de::DeserializeOwned,
{
    Ok(serde_json::from_value(serde_json::Value::deserialize(deserializer)?).ok())
}

/// How many of the members of a one-of are there.
pub(crate) fn count_given<const N: usize>(members: [bool; N]) -> u8 {
    members.into_iter().map(u8::from).sum()
}

/// Gives a type with hand-made serde the schema of the raw struct that it travels as.
#[cfg(feature = "openapi")]
macro_rules! schema_as {
    ($type:ty => $raw:ty, $name:literal) => {
        impl utoipa::PartialSchema for $type {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                <$raw as utoipa::PartialSchema>::schema()
            }
        }
        impl utoipa::ToSchema for $type {
            fn name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }
            fn schemas(
                schemas: &mut Vec<(
                    String,
                    utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>,
                )>,
            ) {
                <$raw as utoipa::ToSchema>::schemas(schemas);
            }
        }
    };
}
#[cfg(feature = "openapi")]
pub(crate) use schema_as;
