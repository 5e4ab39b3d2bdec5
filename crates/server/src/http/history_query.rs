//! The query of both history routes: `before`, `after`, `limit`.

use shopbell_protocol::{Rule, Violations};

use super::extract::query::Query;
use crate::service::HistoryQuery;

/// Reads it.
///
/// # Errors
/// The violation by its parameter.
pub(crate) fn read(query: &Query) -> Result<HistoryQuery, Violations> {
    let sequence = |name: &str| {
        query
            .text(name)
            .filter(|text| !text.is_empty())
            .map(|text| {
                text.parse()
                    .map_err(|_| Violations::one(name, Rule::Format, "must be a sequence: digits"))
            })
            .transpose()
    };
    let read = HistoryQuery {
        before: sequence("before")?,
        after: sequence("after")?,
        limit: query.number("limit")?,
    };
    if read.before.is_some() && read.after.is_some() {
        return Err(Violations::one(
            "after",
            Rule::OneOfAlignment,
            "cannot be given together with before",
        ));
    }
    Ok(read)
}
