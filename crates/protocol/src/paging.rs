//! Pages of lists.

use serde::{Deserialize, Serialize};

use crate::wire::open_enum;

open_enum!(
    /// Order by sequence.
    SortOrder {
        /// Oldest first.
        Asc = "ASC",
        /// Newest first; the default.
        Desc = "DESC",
    } unknown = "UNKNOWN_SORT_ORDER"
);

/// `paging` of `listMessages`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CursorPaging {
    /// 0 to 100; default 30.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// From `pagingMetadata.cursors.next`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// `sorting` of `listMessages`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Sorting {
    /// `sequence`, `message_sequence` or absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field_name: Option<String>,
    /// `ASC` or `DESC`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<SortOrder>,
}

/// `pagingMetadata` of an answer.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PagingMetadata {
    /// Messages in this page.
    pub count: u32,
    /// Only what exists: `next` where there is more.
    pub cursors: Cursors,
}

/// Places before and after a page.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cursors {
    /// Further in the asked order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// Back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prev: Option<String>,
}

/// A page of history on our own routes: oldest first, so that it is put before what is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct HistoryPage<M> {
    /// Oldest first.
    pub messages: Vec<M>,
    /// Whether there is something before the first of them.
    pub has_older: bool,
    /// The newest sequence that the reader may see, `"0"` in an empty conversation.
    pub last_sequence: crate::id::Sequence,
    /// How far each side has got.
    #[serde(default)]
    pub marks: crate::shown::Marks,
}
