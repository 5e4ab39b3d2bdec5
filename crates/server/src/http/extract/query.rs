//! Query parameters, read one by one so that each complaint names its parameter.

use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use shopbell_protocol::{Rule, Violations};

use crate::http::error::ApiError;

/// The decoded parameters of a request; of a repeated one the first counts.
#[derive(Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Decodes `name=value&…`; never fails, what is not UTF-8 is replaced.
    pub(crate) fn parse(text: &str) -> Self {
        Self(
            url::form_urlencoded::parse(text.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    /// The value, if the parameter is there.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The value as a number.
    pub(crate) fn number<T: FromStr>(&self, name: &str) -> Result<Option<T>, Violations> {
        self.text(name)
            .map(|text| {
                text.parse()
                    .map_err(|_| Violations::one(name, Rule::Format, "must be a number"))
            })
            .transpose()
    }

    /// The value as a number of `least` to `most`, or the default.
    pub(crate) fn bounded(&self, name: &str, least: u32, most: u32, default: u32) -> Result<u32, Violations> {
        let Some(value) = self.number::<i64>(name)? else {
            return Ok(default);
        };
        match u32::try_from(value) {
            Ok(value) if (least..=most).contains(&value) => Ok(value),
            Ok(value) if value > most => Err(Violations::one(
                name,
                Rule::Max,
                format!("is {value}, expected {most} or less"),
            )),
            _ => Err(Violations::one(
                name,
                Rule::Min,
                format!("is {value}, expected {least} or more"),
            )),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_out_of_bounds_names_its_parameter() {
        let query = Query::parse("limit=101&wait=x&after=%20");
        assert_eq!(
            query.bounded("limit", 1, 100, 30).unwrap_err().0[0].field,
            "limit"
        );
        assert_eq!(
            query.bounded("wait", 0, 60, 0).unwrap_err().0[0].violated_rule,
            Rule::Format
        );
        assert_eq!(query.bounded("other", 0, 60, 7).unwrap(), 7);
        assert_eq!(query.text("after"), Some(" "));
        assert_eq!(
            Query::parse("limit=-1").bounded("limit", 1, 9, 3).unwrap_err().0[0].violated_rule,
            Rule::Min
        );
    }
}
