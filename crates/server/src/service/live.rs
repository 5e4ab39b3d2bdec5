//! What a connection loop needs: a place to go on from, what changed since, signals to look again, and what is
//! never stored (typing, presence).
//!
//! A loop holds a [`Place`], waits for its subscription or a slow timer, asks for the changes since its place, sends
//! them, and goes on from the place that came with them. One look is one read transaction: messages, buttons and
//! marks of the same instant.

use shopbell_protocol::shown::{Marks, Side};
use shopbell_protocol::staff::{ConversationSummary, Interaction, StaffMessage};
use shopbell_protocol::widget::{ButtonStateChange, SiteSettings};
use shopbell_protocol::{ConversationId, ParticipantId, Sequence, ShownMessage, limits};

use super::view::{button_changes, interactions};
use super::{ParticipantCaller, Service, ServiceError, ServiceResult, StaffCaller};
use crate::broker::{Signal, SignalKind, Subscription, Topic};
use crate::store::{Audience, Changes, ChangesQuery, Overview, StoredMessage, VisibleMessage};

/// Lines of the conversation list in one look.
const LIST_CHANGES: u32 = 100;

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

impl Service {
    /// Listens to everything of the participant's conversation, which need not exist yet. Subscribe before the first
    /// look, so that nothing falls between the two.
    pub fn follow_as_participant(&self, caller: &ParticipantCaller) -> Subscription {
        self.broker()
            .subscribe(Topic::Conversation(caller.conversation_id.clone()))
    }

    /// Listens to everything of the site: each signal names its conversation.
    pub fn follow_as_staff(&self, caller: &StaffCaller) -> Subscription {
        self.broker().subscribe(Topic::Site(caller.site_id.clone()))
    }

    /// What the `welcome` frame says.
    ///
    /// # Errors
    /// Store errors.
    pub async fn welcome_participant(&self, caller: &ParticipantCaller) -> ServiceResult<ParticipantWelcome> {
        let overview = self
            .store()
            .overview(caller.conversation_id.clone(), Audience::Participant)
            .await?;
        let settings = self.site_settings(&caller.site_id).await?;
        let last_sequence = overview
            .as_ref()
            .map_or(Sequence(0), |overview| overview.last_sequence);
        let revision = overview
            .as_ref()
            .map_or(0, |overview| overview.conversation.revision);
        Ok(ParticipantWelcome {
            participant: caller.participant.clone(),
            marks: overview
                .as_ref()
                .map(|overview| overview.marks)
                .unwrap_or_default(),
            conversation_id: overview.and_then(existing_for_participant),
            last_sequence,
            settings,
            staff_online: self.staff_online(&caller.site_id),
            place: Place {
                after: last_sequence,
                revision,
            },
        })
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
        let query = query(&caller.conversation_id, Audience::Participant, place, limit);
        let Some(changes) = self.store().changes(query).await? else {
            let (messages, buttons, marks) = (Vec::new(), Vec::new(), Marks::default());
            return Ok(ParticipantChanges {
                conversation_id: None,
                messages,
                buttons,
                marks,
                place,
                more: false,
            });
        };
        let site = self.site_row(Some(&caller.site_id)).await?;
        let view = self.view(&site);
        let buttons = buttons(&changes, place.revision, view.now_micros);
        let next = next_place(&changes, place);
        let messages = changes.messages.into_iter().filter_map(VisibleMessage::new);
        Ok(ParticipantChanges {
            conversation_id: Some(caller.conversation_id.clone()),
            messages: live(
                changes.previous,
                messages.map(|message| view.for_participant(message)),
                |m| m.sequence,
            ),
            buttons,
            marks: changes.marks,
            place: next,
            more: changes.more,
        })
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
        let overview = self
            .store()
            .overview(conversation.clone(), Audience::Business)
            .await?;
        let overview = overview
            .filter(|overview| overview.conversation.site_id == caller.site_id)
            .ok_or(ServiceError::ConversationNotFound)?;
        Ok(StaffOpened {
            last_sequence: overview.last_sequence,
            marks: overview.marks,
            participant_online: self.participant_online(conversation),
            place: Place {
                after: overview.last_sequence,
                revision: overview.conversation.revision,
            },
        })
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
        let changes = self
            .store()
            .changes(query(conversation, Audience::Business, place, limit))
            .await?;
        let changes = changes
            .filter(|changes| changes.conversation.site_id == caller.site_id)
            .ok_or(ServiceError::ConversationNotFound)?;
        let site = self.site_row(Some(&caller.site_id)).await?;
        let view = self.view(&site);
        let buttons = buttons(&changes, place.revision, view.now_micros);
        let interactions = pressed_since(&changes, place.revision);
        let next = next_place(&changes, place);
        let messages = changes
            .messages
            .into_iter()
            .map(|message| view.for_staff(message));
        Ok(StaffChanges {
            messages: live(changes.previous, messages, |message| message.shown.sequence),
            buttons,
            interactions,
            marks: changes.marks,
            place: next,
            more: changes.more,
        })
    }

    /// The revision of the conversation list now; pass it to [`Self::list_changes`] to hear of what comes next.
    ///
    /// # Errors
    /// Store errors.
    pub async fn list_revision(&self, caller: &StaffCaller) -> ServiceResult<u64> {
        Ok(self.store().revision(caller.site_id.clone()).await?)
    }

    /// Lines of the conversation list that changed after `revision`; at most 100.
    ///
    /// # Errors
    /// Store errors.
    pub async fn list_changes(&self, caller: &StaffCaller, revision: u64) -> ServiceResult<ListChanges> {
        let rows = self
            .store()
            .conversations_changed(caller.site_id.clone(), revision, LIST_CHANGES)
            .await?;
        let site = self.site_row(Some(&caller.site_id)).await?;
        Ok(ListChanges {
            more: rows.len() >= usize::try_from(LIST_CHANGES).unwrap_or(usize::MAX),
            revision: rows.last().map_or(revision, |row| row.revision),
            conversations: rows.into_iter().map(|row| self.summary(&site, row)).collect(),
        })
    }

    /// The participant is typing, or stopped.
    pub fn participant_typing(&self, caller: &ParticipantCaller, on: bool) {
        self.broker().publish(Signal {
            site_id: caller.site_id.clone(),
            conversation_id: caller.conversation_id.clone(),
            kind: SignalKind::Typing {
                side: Side::Participant,
                who: None,
                on,
            },
        });
    }

    /// A staff member is typing, or stopped.
    ///
    /// # Errors
    /// `ConversationNotFound`; store errors.
    pub async fn staff_typing(
        &self,
        caller: &StaffCaller,
        conversation: &ConversationId,
        on: bool,
    ) -> ServiceResult<()> {
        self.check_site(caller, conversation).await?;
        let who = if caller.name.is_empty() {
            self.site_row(Some(&caller.site_id)).await?.name.clone()
        } else {
            caller.name.clone()
        };
        self.broker().publish(Signal {
            site_id: caller.site_id.clone(),
            conversation_id: conversation.clone(),
            kind: SignalKind::Typing {
                side: Side::Business,
                who: Some(who),
                on,
            },
        });
        Ok(())
    }

    /// Messages of the business that the participant has not seen.
    pub(super) async fn unread_by(&self, caller: &ParticipantCaller) -> ServiceResult<u32> {
        let overview = self
            .store()
            .overview(caller.conversation_id.clone(), Audience::Participant)
            .await?;
        Ok(overview.map_or(0, |overview| overview.unread_count))
    }
}

/// A conversation that a program made, and that holds nothing that the participant may see, is none to them.
fn existing_for_participant(overview: Overview) -> Option<ConversationId> {
    (overview.last_sequence > Sequence(0)).then_some(overview.conversation.id)
}

fn query(conversation: &ConversationId, audience: Audience, place: Place, limit: u32) -> ChangesQuery {
    ChangesQuery {
        conversation_id: conversation.clone(),
        audience,
        after: place.after,
        revision: place.revision,
        limit: limit.clamp(1, limits::PAGE_LIMIT_MAX),
    }
}

fn next_place(changes: &Changes, place: Place) -> Place {
    let after = changes
        .messages
        .last()
        .map_or(place.after, |message| message.sequence);
    Place {
        after,
        revision: changes.revision,
    }
}

fn live<M>(
    first: Sequence,
    messages: impl Iterator<Item = M>,
    sequence: impl Fn(&M) -> Sequence,
) -> Vec<LiveMessage<M>> {
    let mut previous_sequence = first;
    messages
        .map(|message| {
            let live = LiveMessage {
                message,
                previous_sequence,
            };
            previous_sequence = sequence(&live.message);
            live
        })
        .collect()
}

fn buttons(changes: &Changes, revision: u64, now_micros: u64) -> Vec<ButtonStateChange> {
    let of = |message: &StoredMessage| {
        let pressed = message.presses.iter().filter(|press| press.revision > revision);
        let pressed: Vec<&str> = pressed.map(|press| press.button_id.as_str()).collect();
        button_changes(message, &pressed, now_micros)
    };
    changes.pressed.iter().flat_map(of).collect()
}

fn pressed_since(changes: &Changes, revision: u64) -> Vec<Interaction> {
    let mut pressed: Vec<Interaction> = changes
        .pressed
        .iter()
        .flat_map(|message| interactions(message, revision))
        .collect();
    // Wire dates of one length sort as text.
    pressed.sort_by(|one, other| one.created_date.cmp(&other.created_date));
    pressed
}
