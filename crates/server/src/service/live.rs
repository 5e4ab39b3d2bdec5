//! What a connection loop needs: a place to go on from, what changed since, signals to look again, and what is
//! never stored (typing, presence).
//!
//! A loop holds a [`Place`], waits for its subscription or a slow timer, asks for the changes since its place, sends
//! them, and goes on from the place that came with them. One look is one read transaction: messages, buttons and
//! marks of the same instant.

use shopbell_protocol::shown::Marks;
use shopbell_protocol::staff::{ConversationSummary, Interaction, StaffMessage};
use shopbell_protocol::widget::{ButtonStateChange, SiteSettings};
use shopbell_protocol::{ConversationId, ParticipantId, Sequence, ShownMessage};

use super::{ParticipantCaller, Service, ServiceResult, StaffCaller, unbuilt};
use crate::broker::Subscription;

/// Up to where a reader of one conversation has got. Never sent to anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// The newest message the reader holds.
    pub after: Sequence,
    /// The newest change of a button that the reader holds.
    pub revision: u64,
}

/// A message and the one before it that this reader may see, 0 for the first.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveMessage<M> {
    /// The message.
    pub message: M,
    /// The one before it.
    pub previous_sequence: Sequence,
}

/// The stored part of the `welcome` frame.
#[derive(Debug, Clone, PartialEq)]
pub struct ParticipantWelcome {
    /// Who the token speaks for.
    pub participant: ParticipantId,
    /// Absent until the first message.
    pub conversation_id: Option<ConversationId>,
    /// The newest message that the participant may see.
    pub last_sequence: Sequence,
    /// As the participant may know them.
    pub marks: Marks,
    /// How the site wants the chat.
    pub settings: SiteSettings,
    /// Whether staff are there.
    pub staff_online: bool,
    /// Where to go on from without `resume`.
    pub place: Place,
}

/// What changed for a participant.
#[derive(Debug, Clone, PartialEq)]
pub struct ParticipantChanges {
    /// Absent until the first message.
    pub conversation_id: Option<ConversationId>,
    /// Oldest first; at most the asked number.
    pub messages: Vec<LiveMessage<ShownMessage>>,
    /// Buttons whose state is now another; also of messages that the reader may not hold.
    pub buttons: Vec<ButtonStateChange>,
    /// As they are now; the loop tells what differs from what it told last.
    pub marks: Marks,
    /// Where to go on from.
    pub place: Place,
    /// There is more: look again at once.
    pub more: bool,
}

/// The stored part of the `opened` frame.
#[derive(Debug, Clone, PartialEq)]
pub struct StaffOpened {
    /// The newest message.
    pub last_sequence: Sequence,
    /// As they are.
    pub marks: Marks,
    /// Whether the participant is connected.
    pub participant_online: bool,
    /// Where to go on from without `resume`.
    pub place: Place,
}

/// What changed in a conversation for the staff.
#[derive(Debug, Clone, PartialEq)]
pub struct StaffChanges {
    /// Oldest first; at most the asked number.
    pub messages: Vec<LiveMessage<StaffMessage>>,
    /// Buttons whose state is now another.
    pub buttons: Vec<ButtonStateChange>,
    /// Presses, oldest first.
    pub interactions: Vec<Interaction>,
    /// As they are now.
    pub marks: Marks,
    /// Where to go on from.
    pub place: Place,
    /// There is more: look again at once.
    pub more: bool,
}

/// What changed in the staff's conversation list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListChanges {
    /// Lines that are new or another, in the order of their change.
    pub conversations: Vec<ConversationSummary>,
    /// Where to go on from.
    pub revision: u64,
    /// There is more: look again at once.
    pub more: bool,
}

/// A side is present while this lives; dropping it says that the connection is gone.
#[derive(Debug)]
pub struct PresenceGuard {
    _private: (),
}

impl Service {
    /// Listens to everything of the participant's conversation, which need not exist yet. Subscribe before the first
    /// look, so that nothing falls between the two.
    pub fn follow_as_participant(&self, caller: &ParticipantCaller) -> Subscription {
        self.inner.parts.broker.subscribe(crate::broker::Topic::Conversation(caller.conversation_id.clone()))
    }

    /// Listens to everything of the site: each signal names its conversation.
    pub fn follow_as_staff(&self, caller: &StaffCaller) -> Subscription {
        self.inner.parts.broker.subscribe(crate::broker::Topic::Site(caller.site_id.clone()))
    }

    /// What the `welcome` frame says.
    ///
    /// # Errors
    /// Store errors.
    pub async fn welcome_participant(&self, caller: &ParticipantCaller) -> ServiceResult<ParticipantWelcome> {
        let _ = caller;
        Err(unbuilt())
    }

    /// What changed for the participant since `place`; at most `limit` messages. To resume after a sequence, pass it
    /// with revision 0: every button that was pressed is told again.
    ///
    /// # Errors
    /// Store errors.
    pub async fn participant_changes(
        &self,
        caller: &ParticipantCaller,
        place: Place,
        limit: u32,
    ) -> ServiceResult<ParticipantChanges> {
        let _ = (caller, place, limit);
        Err(unbuilt())
    }

    /// What the `opened` frame says.
    ///
    /// # Errors
    /// `ConversationNotFound`; store errors.
    pub async fn open_for_staff(
        &self,
        caller: &StaffCaller,
        conversation: &ConversationId,
    ) -> ServiceResult<StaffOpened> {
        let _ = (caller, conversation);
        Err(unbuilt())
    }

    /// What changed in an opened conversation since `place`; at most `limit` messages.
    ///
    /// # Errors
    /// `ConversationNotFound`; store errors.
    pub async fn staff_changes(
        &self,
        caller: &StaffCaller,
        conversation: &ConversationId,
        place: Place,
        limit: u32,
    ) -> ServiceResult<StaffChanges> {
        let _ = (caller, conversation, place, limit);
        Err(unbuilt())
    }

    /// The revision of the conversation list now; pass it to [`Self::list_changes`] to hear of what comes next.
    ///
    /// # Errors
    /// Store errors.
    pub async fn list_revision(&self, caller: &StaffCaller) -> ServiceResult<u64> {
        let _ = caller;
        Err(unbuilt())
    }

    /// Lines of the conversation list that changed after `revision`; at most 100.
    ///
    /// # Errors
    /// Store errors.
    pub async fn list_changes(&self, caller: &StaffCaller, revision: u64) -> ServiceResult<ListChanges> {
        let _ = (caller, revision);
        Err(unbuilt())
    }

    /// The participant is typing, or stopped.
    pub fn participant_typing(&self, caller: &ParticipantCaller, on: bool) {
        let _ = (caller, on);
    }

    /// A staff member is typing, or stopped.
    ///
    /// # Errors
    /// `ConversationNotFound`; store errors.
    pub async fn staff_typing(&self, caller: &StaffCaller, conversation: &ConversationId, on: bool) -> ServiceResult<()> {
        let _ = (caller, conversation, on);
        Err(unbuilt())
    }

    /// A connection of the participant is there, until the guard is dropped.
    pub fn participant_connected(&self, caller: &ParticipantCaller) -> PresenceGuard {
        let _ = caller;
        PresenceGuard { _private: () }
    }

    /// A connection of the staff is there, until the guard is dropped.
    pub fn staff_connected(&self, caller: &StaffCaller) -> PresenceGuard {
        let _ = caller;
        PresenceGuard { _private: () }
    }

    /// Whether anybody of the staff is connected.
    pub fn staff_online(&self, site: &shopbell_protocol::SiteId) -> bool {
        let _ = site;
        false
    }
}
