//! Conversations and how far each side has got in them.

use shopbell_protocol::shown::{Marks, Side};
use shopbell_protocol::{ContentType, ConversationId, ParticipantId, Sequence, SiteId};

/// A conversation as it is stored; for the business's eyes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationRow {
    /// Its id.
    pub id: ConversationId,
    /// Of this site.
    pub site_id: SiteId,
    /// Whose it is.
    pub participant: ParticipantId,
    /// Name of the participant, where it is known.
    pub participant_name: Option<String>,
    /// Picture of the participant.
    pub participant_image_url: Option<String>,
    /// Mail address of the participant.
    pub participant_email: Option<String>,
    /// The site's own id of its member.
    pub participant_subject: Option<String>,
    /// Name and mail come from a signed identity.
    pub participant_proven: bool,
    /// Where it was merged into.
    pub merged_into: Option<ConversationId>,
    /// Place of the last merge into it, 0 for none.
    pub joined_sequence: Sequence,
    /// The change that it was.
    pub joined_revision: u64,
    /// The participant has written through the widget.
    pub channel_exists: bool,
    /// Newest message of any visibility.
    pub last_sequence: Sequence,
    /// As they are.
    pub marks: Marks,
    /// Messages to the business that are not silent and came after its seen mark.
    pub unread_count: u32,
    /// Of the newest message that is not silent.
    pub preview_text: String,
    /// Kind of that message.
    pub preview_type: ContentType,
    /// Whether the business wrote it.
    pub preview_from_business: bool,
    /// When that message came, or when the conversation was made.
    pub updated: u64,
    /// Rises with every change, across the site.
    pub revision: u64,
    /// Where it stands in the list.
    pub place: ListPlace,
}

/// A place in the list of conversations, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListPlace {
    /// When it was updated.
    pub updated: u64,
    /// Tells conversations of the same instant apart.
    pub tie: u64,
}

/// A conversation, and what one audience may know of its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// The conversation. For a participant only its ids may be used.
    pub conversation: ConversationRow,
    /// Newest message that the audience may see.
    pub last_sequence: Sequence,
    /// Marks, each at a message that the audience may see.
    pub marks: Marks,
    /// Messages from the other side that this side has not seen, not counting silent ones.
    pub unread_count: u32,
}

/// A conversation that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetOrCreate {
    /// Of this site.
    pub site_id: SiteId,
    /// Of this participant.
    pub participant: ParticipantId,
    /// Derived from both.
    pub id: ConversationId,
    /// When.
    pub now_micros: u64,
}

/// A side has got further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkMove {
    /// In this conversation.
    pub conversation: ConversationId,
    /// This side.
    pub side: Side,
    /// Looked at, not only handed over. What was looked at was handed over too.
    pub seen: bool,
    /// Up to here.
    pub sequence: Sequence,
}
