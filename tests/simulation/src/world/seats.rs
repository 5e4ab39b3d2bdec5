//! What happens at the seats of the staff.

use shopbell_protocol::{ClientId, ConversationId, Sequence};
use shopbell_sync::Moment;

use super::World;
use crate::desk::{Desk, Knowledge, Wish};
use crate::hub::Who;
use crate::server::Call;

impl World {
    /// Something happens at a seat.
    pub(crate) fn seat(&mut self, index: usize, work: impl FnOnce(&mut Desk, Moment) -> Vec<Wish>) {
        let at = self.moment(self.seats[index].ahead_ms);
        let wishes = work(&mut self.seats[index].desk, at);
        for wish in wishes {
            self.grant(index, wish);
        }
    }

    pub(super) fn grant(&mut self, index: usize, wish: Wish) {
        let seat = &mut self.seats[index];
        match wish {
            Wish::Connect => seat.socket = Some(self.hub.connect(Who::Desk(index))),
            Wish::Close => {
                if let Some(id) = seat.socket.take() {
                    self.hub.hang_up(id);
                }
            }
            Wish::Frame(frame) => {
                if let Some(id) = seat.socket {
                    self.hub
                        .up(id, serde_json::to_string(&frame).expect("a frame is JSON"));
                }
            }
            Wish::Page(id, page) => {
                let life = seat.life;
                self.ask(Who::Desk(index), life, Call::StaffPage(index, id, page));
            }
            Wish::List => {
                let life = seat.life;
                self.ask(Who::Desk(index), life, Call::List(index));
            }
            Wish::Refused(conversation, item, reason) => {
                self.hub.lock().totals.moved_on += u64::from(reason.code == "THREAD_MOVED_ON");
                // The person reads what they missed, and sends once more.
                self.know(index, &conversation, item.as_str());
                self.seat(index, |desk, at| {
                    desk.with(&conversation, |thread| thread.retry(&item, at))
                });
            }
        }
    }

    /// What stands on the screen now is what the next try of this send knows.
    pub(crate) fn know(&mut self, index: usize, conversation: &ConversationId, client_id: &str) {
        let seat = &mut self.seats[index];
        let Some(thread) = seat.desk.threads.get(conversation) else {
            return;
        };
        let stored = thread.timeline().stored();
        let seen = stored
            .last()
            .map_or(Sequence(0), |item| item.message.shown.sequence);
        seat.knowledge.push(Knowledge {
            client_id: ClientId::from(client_id),
            conversation: conversation.clone(),
            seen: seen.max(thread.cursor().unwrap_or_default()),
        });
    }
}
