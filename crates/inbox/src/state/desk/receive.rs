//! What the server tells, brought to its thread or to the page.

use shopbell_protocol::frame::{StaffClientFrame, StaffServerFrame};
use shopbell_protocol::{ConversationId, ErrorBody, code};
use shopbell_sync::staff::{self, Delivery};
use shopbell_sync::{Moment, ThreadFrame};

use super::exchange::Output;
use super::{Desk, Followed, TYPING_MS};
use crate::state::store::Typist;

impl Desk {
    pub(super) fn receive(&mut self, frame: StaffServerFrame, at: Moment) {
        match staff::deliver(frame) {
            Delivery::Thread(id, frame) => {
                let typing = match &frame {
                    ThreadFrame::Typing { who, on } => Some((who.clone(), *on)),
                    _ => None,
                };
                match self.threads.get_mut(&id) {
                    Some(followed) => followed.thread.receive(frame, at),
                    None => {
                        if let Some((name, on)) = typing {
                            self.heard_typing(
                                id,
                                Typist {
                                    participant: true,
                                    name,
                                },
                                on,
                                at,
                            );
                        }
                    }
                }
            }
            Delivery::Interaction(id, interaction) => {
                if let Some(followed) = self.threads.get_mut(&id) {
                    followed.thread.update(interaction.message_id, |message| {
                        staff::record(message, interaction);
                    });
                }
            }
            Delivery::ResyncAll => {
                self.threads
                    .values_mut()
                    .for_each(|followed| followed.thread.receive(ThreadFrame::Resync, at));
                self.outputs.push(Output::Relist);
            }
            Delivery::Page(frame) => self.receive_for_page(frame, at),
        }
    }

    fn receive_for_page(&mut self, frame: StaffServerFrame, at: Moment) {
        match frame {
            StaffServerFrame::Welcome { .. } => {
                self.link.welcomed(at.now_ms);
                self.poll_at = None;
                self.poll_works = false;
                self.outputs.push(Output::Relist);
                for (id, followed) in &self.threads {
                    self.outputs
                        .push(Output::Frame(staff::open(id.clone(), followed.thread.cursor())));
                }
            }
            StaffServerFrame::Conversation { conversation } => self.outputs.push(Output::Row(conversation)),
            StaffServerFrame::Merged {
                conversation_id,
                into,
            } => {
                // What waits there is refused by the server, and comes back as it was written.
                let idle = |followed: &Followed| followed.thread.is_outbox_empty();
                if self.threads.get(&conversation_id).is_some_and(idle) {
                    self.threads.remove(&conversation_id);
                }
                self.outputs.push(Output::Merged(conversation_id, into));
            }
            StaffServerFrame::Presence {
                conversation_id,
                online,
            } => {
                self.outputs.push(Output::Presence(conversation_id, online));
            }
            StaffServerFrame::Typing {
                conversation_id,
                who,
                on,
                ..
            } => {
                self.heard_typing(
                    conversation_id,
                    Typist {
                        participant: false,
                        name: who,
                    },
                    on,
                    at,
                );
            }
            StaffServerFrame::Ping { n } => self.outputs.push(Output::Frame(StaffClientFrame::Ping { n })),
            StaffServerFrame::Goodbye { retry_after_ms } => {
                let action = self.link.goodbye(retry_after_ms, at.now_ms, at.unit);
                self.act(action);
            }
            StaffServerFrame::Error { error } => self.turned_away(&error, at),
            // Those that belong to a thread were delivered there.
            StaffServerFrame::Pong { .. }
            | StaffServerFrame::Opened { .. }
            | StaffServerFrame::Ack { .. }
            | StaffServerFrame::Reject { .. }
            | StaffServerFrame::Message { .. }
            | StaffServerFrame::ButtonState { .. }
            | StaffServerFrame::Interaction { .. }
            | StaffServerFrame::Indication { .. }
            | StaffServerFrame::Resync { .. }
            | StaffServerFrame::Unknown => {}
        }
    }

    fn turned_away(&mut self, error: &ErrorBody, at: Moment) {
        if error.code() == code::UNAUTHENTICATED {
            self.outputs.push(Output::SignedOut);
        }
        let action = match error.retry_after_ms() {
            Some(after) => self.link.goodbye(after, at.now_ms, at.unit),
            None => self.link.drop_socket(at.now_ms, at.unit),
        };
        self.act(action);
    }

    fn heard_typing(&mut self, id: ConversationId, typist: Typist, on: bool, at: Moment) {
        let before = self.typing.get(&id).map(|(typist, _)| typist.clone());
        if on {
            self.typing
                .insert(id.clone(), (typist.clone(), at.now_ms.saturating_add(TYPING_MS)));
        } else {
            self.typing.remove(&id);
        }
        let now = on.then_some(typist);
        if before != now {
            self.outputs.push(Output::Typing(id, now));
        }
    }
}
