//! `GET /inbox/v2/messages`: arguments as dotted parameters, or all in the one parameter `.r` (`inbox-api.md` 1.3).

use axum::extract::State;
use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use shopbell_protocol::inbox::{ListMessagesAnswer, ListMessagesRequest};
use shopbell_protocol::message::Visibility;
use shopbell_protocol::paging::{CursorPaging, SortOrder, Sorting};
use shopbell_protocol::{Rule, Violations};

use crate::http::answer::{Answer, Answered};
use crate::http::extract::auth::App;
use crate::http::extract::json;
use crate::http::extract::query::Query;
use crate::http::openapi::AppErrors;
use crate::http::state::AppState;

/// The SDK leaves the padding away; others may not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A page of a conversation's messages
#[utoipa::path(
    get, path = "/inbox/v2/messages", operation_id = "listMessages", tag = "Inbox API",
    params(
        ("conversationId" = String, Query, description = "A GUID"),
        ("visibility" = String, Query, description = "BUSINESS for all, BUSINESS_AND_PARTICIPANT for what the participant may see"),
        ("paging.limit" = Option<i64>, Query, description = "0 to 100, default 30"),
        ("paging.cursor" = Option<String>, Query, description = "From pagingMetadata.cursors.next"),
        ("sorting.fieldName" = Option<String>, Query, description = "sequence"),
        ("sorting.order" = Option<String>, Query, description = "ASC or DESC; newest first where absent"),
        (".r" = Option<String>, Query, description = "All of these as unpadded base64url of JSON; wins over the others")
    ),
    security(("apiKey" = [])),
    responses((status = 200, description = "The page", body = ListMessagesAnswer), AppErrors)
)]
pub(crate) async fn handler(
    State(state): State<AppState>,
    App(caller): App,
    query: Query,
) -> Answered<ListMessagesAnswer> {
    let request = request(&query)?;
    Ok(Answer(state.service().list_messages(&caller, request).await?))
}

fn request(query: &Query) -> Result<ListMessagesRequest, Violations> {
    if let Some(packed) = query.text(".r") {
        let Ok(bytes) = BASE64.decode(packed) else {
            return Err(Violations::one(
                ".r",
                Rule::Format,
                "must be base64url of a JSON object",
            ));
        };
        return json::decode(&bytes).map_err(|mut violations| {
            for violation in &mut violations.0 {
                if violation.field == "body" {
                    ".r".clone_into(&mut violation.field);
                }
            }
            violations
        });
    }
    let text = |name: &str| {
        query
            .text(name)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    Ok(ListMessagesRequest {
        conversation_id: text("conversationId"),
        visibility: query.text("visibility").map(Visibility::from_wire),
        paging: Some(CursorPaging {
            limit: query.number("paging.limit")?,
            cursor: text("paging.cursor"),
        }),
        sorting: Some(Sorting {
            field_name: text("sorting.fieldName"),
            order: query.text("sorting.order").map(SortOrder::from_wire),
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(json: &str) -> Result<ListMessagesRequest, Violations> {
        let text = BASE64.encode(json);
        request(&Query::parse(&format!(
            ".r={}&conversationId=ignored",
            text.trim_end_matches('=')
        )))
    }

    #[test]
    fn both_encodings_say_the_same() {
        let json = r#"{"conversationId":"é","visibility":"BUSINESS","paging":{"limit":30,"cursor":"abc"},"sorting":{"fieldName":"sequence","order":"ASC"}}"#;
        let dotted = "conversationId=%C3%A9&visibility=BUSINESS&paging.limit=30&paging.cursor=abc\
                      &sorting.fieldName=sequence&sorting.order=ASC";
        assert_eq!(packed(json).unwrap(), request(&Query::parse(dotted)).unwrap());
    }

    #[test]
    fn null_counts_as_absent() {
        let paging = packed(r#"{"paging":{"limit":2,"cursor":null},"sorting":null}"#)
            .unwrap()
            .paging
            .unwrap();
        assert_eq!((paging.limit, paging.cursor), (Some(2), None));
    }

    #[test]
    fn what_cannot_be_decoded_is_named() {
        let field = |result: Result<ListMessagesRequest, Violations>| result.unwrap_err().0[0].field.clone();
        assert_eq!(field(request(&Query::parse(".r=%%%"))), ".r");
        assert_eq!(field(packed("nonsense")), ".r");
        assert_eq!(field(packed(r#"{"paging":{"limit":"many"}}"#)), "paging.limit");
        assert_eq!(field(request(&Query::parse("paging.limit=many"))), "paging.limit");
    }
}
