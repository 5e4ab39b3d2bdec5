//! Conversations: get or create one, read one, list them for the staff.

use shopbell_protocol::inbox::{
    GetConversationAnswer, GetOrCreateConversationAnswer, GetOrCreateConversationRequest,
};
use shopbell_protocol::staff::{ConversationAnswer, ConversationSummary, ConversationsPage, Merge, Person};
use shopbell_protocol::{
    ChannelType, Conversation, ConversationId, DisplayData, ParticipantId, Rule, Violations, limits, validate,
};

use super::{AppCaller, Service, ServiceError, ServiceResult, StaffCaller};
use crate::clock::to_wire_date;
use crate::ids::conversation_id;
use crate::store::{ConversationRow, GetOrCreate, ListPlace, MergeRow, SiteRow};

impl Service {
    /// The one conversation of a participant; made if there is none yet (rule 1).
    ///
    /// # Errors
    /// `Invalid`; store errors.
    pub async fn get_or_create_conversation(
        &self,
        caller: &AppCaller,
        request: GetOrCreateConversationRequest,
    ) -> ServiceResult<GetOrCreateConversationAnswer> {
        let participant = validate::participant_id(request.participant_id.as_ref(), "participantId")?;
        let site = self.site_row(Some(&caller.site_id)).await?;
        let wanted = GetOrCreate {
            id: conversation_id(&caller.site_id, &participant),
            site_id: caller.site_id.clone(),
            participant,
            now_micros: self.now_micros(),
        };
        let (row, made) = self
            .to_the_end(|service| async move {
                let (mut row, made) = service.store().get_or_create_conversation(wanted).await?;
                // Who asks is told where the talk with this person goes on now.
                if let Some(into) = &row.merged_into
                    && let Some(current) = service.store().conversation(into.clone()).await?
                {
                    row = current;
                }
                if made {
                    service.look_again(row.site_id.clone(), row.id.clone());
                }
                Ok((row, made))
            })
            .await?;
        Ok(GetOrCreateConversationAnswer {
            conversation: conversation(&site, &row),
            new_conversation: made,
        })
    }

    /// A conversation by its id as it stands in the path.
    ///
    /// # Errors
    /// `Invalid` when it is no GUID, `ConversationNotFound`, `NotOwnedByBusiness`; store errors.
    pub async fn get_conversation(
        &self,
        caller: &AppCaller,
        id: &str,
    ) -> ServiceResult<GetConversationAnswer> {
        let row = self.conversation_of(caller, id).await?;
        let site = self.site_row(Some(&caller.site_id)).await?;
        Ok(GetConversationAnswer {
            conversation: conversation(&site, &row),
        })
    }

    /// A page of the staff's conversation list, newest first.
    ///
    /// # Errors
    /// `Invalid` for a cursor (`before`) that was never issued, or a `limit` outside 0 to 100; store errors.
    pub async fn list_conversations(
        &self,
        caller: &StaffCaller,
        before: Option<&str>,
        limit: Option<i64>,
    ) -> ServiceResult<ConversationsPage> {
        let mut violations = Violations::default();
        let limit = validate::page_limit(limit, "limit", &mut violations);
        let place = before.map(read_place);
        if place == Some(None) {
            violations.push("before", Rule::Format, "is not a cursor of this list");
        }
        violations.into_result(())?;
        let site = self.site_row(Some(&caller.site_id)).await?;
        let mut rows = self
            .store()
            .conversations(caller.site_id.clone(), place.flatten(), limit + 1)
            .await?;
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > wanted;
        rows.truncate(wanted);
        let cursor = rows.last().filter(|_| more).map(|row| write_place(row.place));
        let conversations = rows.into_iter().map(|row| self.summary(&site, row)).collect();
        Ok(ConversationsPage {
            conversations,
            cursor,
        })
    }

    /// One conversation for the staff: its list line and marks.
    ///
    /// # Errors
    /// `ConversationNotFound`; store errors.
    pub async fn conversation_for_staff(
        &self,
        caller: &StaffCaller,
        id: &ConversationId,
    ) -> ServiceResult<ConversationAnswer> {
        let row = self.store().conversation(id.clone()).await?;
        let row = row
            .filter(|row| row.site_id == caller.site_id)
            .ok_or(ServiceError::ConversationNotFound)?;
        let site = self.site_row(Some(&caller.site_id)).await?;
        let (marks, merged_into) = (row.marks, row.merged_into.clone());
        let merges = self.merges(id).await?;
        Ok(ConversationAnswer {
            merges,
            conversation: self.summary(&site, row),
            marks,
            merged_into,
        })
    }

    /// What was merged into a conversation, oldest first.
    async fn merges(&self, id: &ConversationId) -> ServiceResult<Vec<Merge>> {
        let rows = self.store().merges(id.clone()).await?;
        let merge = |row: MergeRow| Merge {
            conversation_id: row.merged_id,
            participant: row.participant,
            sequence: row.sequence,
            created_date: to_wire_date(row.created),
            messages: row.messages,
        };
        Ok(rows.into_iter().map(merge).collect())
    }

    pub(super) fn summary(&self, site: &SiteRow, row: ConversationRow) -> ConversationSummary {
        ConversationSummary {
            conversation: conversation(site, &row),
            online: self.participant_online(&row.id),
            person: Person {
                email: row.participant_email,
                subject: row.participant_subject,
                verified: row.participant_proven,
            },
            joined_sequence: row.joined_sequence,
            merged_into: row.merged_into,
            preview_text: row.preview_text,
            preview_kind: row.preview_type,
            preview_from_business: row.preview_from_business,
            updated_date: to_wire_date(row.updated),
            unread_count: row.unread_count,
            last_sequence: row.last_sequence,
        }
    }
}

fn conversation(site: &SiteRow, row: &ConversationRow) -> Conversation {
    Conversation {
        id: row.id.clone(),
        participant: row.participant.clone(),
        channels: if row.channel_exists {
            vec![ChannelType::Chat]
        } else {
            Vec::new()
        },
        business_display_data: DisplayData {
            name: Some(site.name.clone()),
            image_url: site.image_url.clone(),
        },
        participant_display_data: DisplayData {
            name: Some(
                row.participant_name
                    .clone()
                    .unwrap_or_else(|| stage_name(&row.participant)),
            ),
            image_url: row.participant_image_url.clone(),
        },
    }
}

/// A name to tell apart those who have not said theirs: "Visitor 3F2A".
fn stage_name(participant: &ParticipantId) -> String {
    let stage = match participant {
        ParticipantId::AnonymousVisitor(_) | ParticipantId::Unsupported { .. } => "Visitor",
        ParticipantId::Contact(_) => "Contact",
        ParticipantId::Member(_) => "Member",
    };
    let digits: String = participant.guid().chars().take(4).collect();
    format!("{stage} {}", digits.to_ascii_uppercase())
}

fn write_place(place: ListPlace) -> String {
    format!("{}.{}", place.updated, place.tie)
}

fn read_place(text: &str) -> Option<ListPlace> {
    if text.len() > limits::CURSOR_MAX {
        return None;
    }
    let (updated, tie) = text.split_once('.')?;
    Some(ListPlace {
        updated: updated.parse().ok()?,
        tie: tie.parse().ok()?,
    })
}
