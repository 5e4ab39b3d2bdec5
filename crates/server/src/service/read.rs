//! Reading messages: pages for programs, history for pages. The store filters by audience.

use shopbell_protocol::inbox::{ListMessagesAnswer, ListMessagesRequest};
use shopbell_protocol::paging::{Cursors, HistoryPage, PagingMetadata, SortOrder};
use shopbell_protocol::staff::StaffMessage;
use shopbell_protocol::{ConversationId, Rule, Sequence, ShownMessage, Violations, Visibility, validate};

use super::cursor::{self, Cursor, Scope};
use super::{AppCaller, ParticipantCaller, Service, ServiceError, ServiceResult, StaffCaller, member};
use crate::store::{Audience, History, SiteRow, Slice, VisibleMessage};

/// Which part of the history. With neither place: the newest page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HistoryQuery {
    /// What stands before this sequence, nearest to it.
    pub before: Option<Sequence>,
    /// What came after this sequence, nearest to it. Not together with `before`.
    pub after: Option<Sequence>,
    /// 0 to 100; 30 where absent.
    pub limit: Option<i64>,
}

/// A `listMessages` that was found good.
struct Listing {
    conversation_id: ConversationId,
    audience: Audience,
    order: SortOrder,
    limit: u32,
    cursor: Option<Cursor>,
}

impl Service {
    /// `GET /inbox/v2/messages`.
    ///
    /// # Errors
    /// `Invalid`, `ConversationNotFound`, `NotJoined`; store errors.
    pub async fn list_messages(
        &self,
        caller: &AppCaller,
        request: ListMessagesRequest,
    ) -> ServiceResult<ListMessagesAnswer> {
        let site = self.site_row(Some(&caller.site_id)).await?;
        let listing = check(&site, request)?;
        let history = self
            .store()
            .history(
                listing.conversation_id.clone(),
                listing.audience,
                slice_of(&listing),
            )
            .await?
            .ok_or(ServiceError::ConversationNotFound)?;
        if history.conversation.site_id != caller.site_id {
            return Err(ServiceError::NotJoined);
        }
        if let Some(into) = history.conversation.merged_into {
            return Err(ServiceError::ConversationMerged { into });
        }
        let cursors = cursors(&site, &listing, &history);
        let view = self.view(&site);
        let mut messages: Vec<_> = history
            .messages
            .into_iter()
            .map(|message| view.for_app(message))
            .collect();
        if listing.order != SortOrder::Asc {
            messages.reverse();
        }
        let count = u32::try_from(messages.len()).unwrap_or(u32::MAX);
        Ok(ListMessagesAnswer {
            messages,
            paging_metadata: PagingMetadata { count, cursors },
        })
    }

    /// What the participant may see of their conversation; empty while there is none.
    ///
    /// # Errors
    /// `Invalid`; store errors.
    pub async fn participant_history(
        &self,
        caller: &ParticipantCaller,
        query: HistoryQuery,
    ) -> ServiceResult<HistoryPage<ShownMessage>> {
        let slice = history_slice(query)?;
        let id = caller.conversation_id.clone();
        let Some(history) = self.store().history(id, Audience::Participant, slice).await? else {
            return Ok(HistoryPage {
                messages: Vec::new(),
                has_older: false,
                last_sequence: Sequence(0),
                marks: shopbell_protocol::shown::Marks::default(),
            });
        };
        if history.conversation.merged_into.is_some() {
            return Err(member::past());
        }
        let site = self.site_row(Some(&caller.site_id)).await?;
        let view = self.view(&site);
        let visible = history.messages.into_iter().filter_map(VisibleMessage::new);
        Ok(HistoryPage {
            messages: visible.map(|message| view.for_participant(message)).collect(),
            has_older: history.older,
            last_sequence: history.last_sequence,
            marks: history.marks,
        })
    }

    /// A conversation for the staff.
    ///
    /// # Errors
    /// `Invalid`, `ConversationNotFound`; store errors.
    pub async fn staff_history(
        &self,
        caller: &StaffCaller,
        conversation: &ConversationId,
        query: HistoryQuery,
    ) -> ServiceResult<HistoryPage<StaffMessage>> {
        let slice = history_slice(query)?;
        let history = self
            .store()
            .history(conversation.clone(), Audience::Business, slice)
            .await?
            .filter(|history| history.conversation.site_id == caller.site_id)
            .ok_or(ServiceError::ConversationNotFound)?;
        if let Some(into) = history.conversation.merged_into {
            return Err(ServiceError::ConversationMerged { into });
        }
        let site = self.site_row(Some(&caller.site_id)).await?;
        let view = self.view(&site);
        Ok(HistoryPage {
            messages: history
                .messages
                .into_iter()
                .map(|message| view.for_staff(message))
                .collect(),
            has_older: history.older,
            last_sequence: history.last_sequence,
            marks: history.marks,
        })
    }
}

fn check(site: &SiteRow, request: ListMessagesRequest) -> Result<Listing, Violations> {
    let mut violations = Violations::default();
    match &request.conversation_id {
        Some(id) => validate::guid(id, "conversationId", &mut violations),
        None => violations.push("conversationId", Rule::RequiredField, "is required"),
    }
    let conversation_id = ConversationId(request.conversation_id.unwrap_or_default().to_ascii_lowercase());
    let audience = match validate::list_visibility(request.visibility, "visibility", &mut violations) {
        Visibility::BusinessAndParticipant => Audience::Participant,
        Visibility::Business | Visibility::Unknown | Visibility::Unrecognized => Audience::Business,
    };
    let paging = request.paging.unwrap_or_default();
    let sorting = request.sorting.unwrap_or_default();
    let limit = validate::page_limit(paging.limit, "paging.limit", &mut violations);
    let order = validate::sorting(
        sorting.field_name.as_deref(),
        sorting.order,
        "sorting",
        &mut violations,
    );
    // An empty cursor is what clients send that have none.
    let text = paging.cursor.filter(|cursor| !cursor.is_empty());
    let scope = Scope {
        conversation: &conversation_id,
        audience,
        order,
    };
    let cursor = text.map(|text| cursor::read(&site.secret, scope, &text));
    if cursor == Some(None) && violations.is_empty() {
        violations.push(
            "paging.cursor",
            Rule::Format,
            "is not a cursor of this list, visibility and sorting",
        );
    }
    violations.into_result(Listing {
        cursor: cursor.flatten(),
        conversation_id,
        audience,
        order,
        limit,
    })
}

fn slice_of(listing: &Listing) -> Slice {
    let limit = listing.limit;
    let rising = listing.order == SortOrder::Asc;
    match listing.cursor {
        None if rising => Slice::Oldest { limit },
        None => Slice::Newest { limit },
        Some(Cursor { sequence, back }) if rising != back => Slice::After { sequence, limit },
        Some(Cursor { sequence, .. }) => Slice::Before { sequence, limit },
    }
}

/// Where to go on, each way only where there is something.
fn cursors(site: &SiteRow, listing: &Listing, history: &History) -> Cursors {
    let (Some(oldest), Some(newest)) = (history.messages.first(), history.messages.last()) else {
        return Cursors::default();
    };
    let scope = Scope {
        conversation: &listing.conversation_id,
        audience: listing.audience,
        order: listing.order,
    };
    let issue = |sequence, back| cursor::issue(&site.secret, scope, Cursor { sequence, back });
    let (next, prev) = if listing.order == SortOrder::Asc {
        (history.newer.then_some(newest), history.older.then_some(oldest))
    } else {
        (history.older.then_some(oldest), history.newer.then_some(newest))
    };
    Cursors {
        next: next.map(|message| issue(message.sequence, false)),
        prev: prev.map(|message| issue(message.sequence, true)),
    }
}

fn history_slice(query: HistoryQuery) -> Result<Slice, Violations> {
    let mut violations = Violations::default();
    let limit = validate::page_limit(query.limit, "limit", &mut violations);
    let slice = match (query.before, query.after) {
        (None, None) => Slice::Newest { limit },
        (Some(sequence), None) => Slice::Before { sequence, limit },
        (None, Some(sequence)) => Slice::After { sequence, limit },
        (Some(sequence), Some(_)) => {
            violations.push(
                "after",
                Rule::OneOfAlignment,
                "cannot be given together with before",
            );
            Slice::Before { sequence, limit }
        }
    };
    violations.into_result(slice)
}
