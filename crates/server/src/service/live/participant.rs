//! The looks of a participant's connection.

use shopbell_protocol::shown::{Marks, Side};
use shopbell_protocol::{ConversationId, Sequence, ShownMessage};

use super::{
    LiveMessage, News, ParticipantChanges, ParticipantWelcome, Place, buttons, is_next, joined_since, live,
    next_place, query,
};
use crate::broker::{Signal, SignalKind, Subscription, Topic};
use crate::service::{ParticipantCaller, Service, ServiceResult, member};
use crate::store::{Arrival, Audience, VisibleMessage};

impl Service {
    /// Listens to everything of the participant's conversation, which need not exist yet. Subscribe before the first
    /// look, so that nothing falls between the two.
    pub fn follow_as_participant(&self, caller: &ParticipantCaller) -> Subscription {
        self.broker().subscribe(Topic::Conversation(
            caller.site_id.clone(),
            caller.conversation_id.clone(),
        ))
    }

    /// What the `welcome` frame says.
    ///
    /// # Errors
    /// Store errors.
    pub async fn welcome_participant(&self, caller: &ParticipantCaller) -> ServiceResult<ParticipantWelcome> {
        let settings = self.site_settings(&caller.site_id).await?;
        let nothing = ParticipantWelcome {
            participant: caller.participant.clone(),
            conversation_id: None,
            last_sequence: Sequence(0),
            unread_count: 0,
            marks: Marks::default(),
            settings,
            staff_online: self.staff_online(&caller.site_id),
            place: Place::default(),
            joined_sequence: Sequence(0),
        };
        let overview = self
            .store()
            .overview(caller.conversation_id.clone(), Audience::Participant)
            .await?;
        if overview
            .as_ref()
            .is_some_and(|overview| overview.conversation.merged_into.is_some())
        {
            return Err(member::past());
        }
        Ok(overview.map_or(nothing.clone(), |overview| ParticipantWelcome {
            conversation_id: existing(caller, overview.last_sequence),
            last_sequence: overview.last_sequence,
            unread_count: overview.unread_count,
            marks: overview.marks,
            place: Place {
                after: overview.last_sequence,
                revision: overview.conversation.revision,
                joined: overview.conversation.joined_revision,
            },
            joined_sequence: overview.conversation.joined_sequence,
            ..nothing
        }))
    }

    /// What changed for the participant since `place`; at most `limit` messages. To resume after a sequence, pass it
    /// with revision 0: every button that was pressed is told again.
    ///
    /// # Errors
    /// `Unauthenticated` when the session has ended or the conversation has become part of another, `IdentityExpired`; store
    /// errors.
    pub async fn participant_changes(
        &self,
        caller: &ParticipantCaller,
        place: Place,
        limit: u32,
    ) -> ServiceResult<ParticipantChanges> {
        self.session_holds(caller).await?;
        let query = query(&caller.conversation_id, Audience::Participant, place, limit);
        let Some(changes) = self.store().changes(query).await? else {
            let (messages, buttons, marks) = (Vec::new(), Vec::new(), Marks::default());
            return Ok(ParticipantChanges {
                conversation_id: None,
                gone: place.after > Sequence(0),
                messages,
                buttons,
                marks,
                place,
                more: false,
                start_over: false,
            });
        };
        if changes.conversation.merged_into.is_some() {
            return Err(member::past());
        }
        let site = self.site_row(Some(&caller.site_id)).await?;
        let view = self.view(&site);
        let buttons = buttons(&changes, place.revision, view.now_micros);
        let next = next_place(&changes, place);
        let start_over = joined_since(&changes, place);
        let messages = changes.messages.into_iter().filter_map(VisibleMessage::new);
        Ok(ParticipantChanges {
            start_over,
            conversation_id: existing(caller, changes.last_sequence),
            gone: false,
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

    /// What a message that was just stored in the participant's conversation is to a reader at `place`, without a look. Only
    /// the store knows whether a member's session still holds: theirs look.
    ///
    /// # Errors
    /// Store errors.
    pub async fn participant_news(
        &self,
        caller: &ParticipantCaller,
        place: Place,
        arrival: &Arrival,
    ) -> ServiceResult<News<LiveMessage<ShownMessage>>> {
        let Some(visible) = VisibleMessage::new(arrival.message.clone()) else {
            return Ok(News::Nothing);
        };
        match is_next(place, arrival.previous_visible, arrival.message.sequence) {
            News::Nothing => Ok(News::Nothing),
            News::Look => Ok(News::Look),
            News::All(()) if caller.session.is_some() => Ok(News::Look),
            News::All(()) => {
                let site = self.site_row(Some(&caller.site_id)).await?;
                Ok(News::All(LiveMessage {
                    message: self.view(&site).for_participant(visible),
                    previous_sequence: arrival.previous_visible,
                }))
            }
        }
    }

    /// The participant is typing, or stopped.
    pub fn participant_typing(&self, caller: &ParticipantCaller, on: bool) {
        self.broker().publish(Signal {
            site_id: caller.site_id.clone(),
            conversation_id: caller.conversation_id.clone(),
            kind: SignalKind::Typing {
                side: Side::Participant,
                who: None,
                staff_id: None,
                on,
            },
        });
    }
}

/// A conversation that a program made, and that holds nothing that the participant may see, is none to them.
fn existing(caller: &ParticipantCaller, last_visible: Sequence) -> Option<ConversationId> {
    (last_visible > Sequence(0)).then(|| caller.conversation_id.clone())
}
