//! What was acknowledged and accepted, as it crosses the network: the store is held against it.

use shopbell_protocol::frame::{ServerFrame, StaffServerFrame};
use shopbell_protocol::{ClientId, ConversationId, Sequence};

use super::World;

impl World {
    pub(super) fn witness(&mut self, tab: usize, frame: &ServerFrame) {
        match frame {
            ServerFrame::Ack { client_id, message } => self.acknowledge_tab(tab, client_id, message.sequence),
            ServerFrame::ButtonState {
                client_id: Some(client_id),
                ..
            } => self.accept_press(tab, client_id),
            ServerFrame::Resync {} => self.hub.lock().totals.resyncs += 1,
            _ => {}
        }
    }

    pub(super) fn witness_staff(&mut self, seat: usize, frame: &StaffServerFrame) {
        match frame {
            StaffServerFrame::Ack {
                conversation_id,
                client_id,
                message,
            } => {
                let (_, caller) = &self.beginning.staff[seat % self.beginning.staff.len()];
                let scope = format!("staff:{}", caller.staff_id);
                let sequence = message.shown.sequence;
                self.acknowledge(conversation_id.clone(), &scope, client_id.clone(), sequence);
            }
            StaffServerFrame::Resync { .. } => self.hub.lock().totals.resyncs += 1,
            _ => {}
        }
    }

    pub(super) fn acknowledge_tab(&mut self, tab: usize, client_id: &ClientId, sequence: Sequence) {
        if let Some(conversation) = self.conversation_of(tab) {
            self.acknowledge(conversation, "participant", client_id.clone(), sequence);
        }
    }

    pub(super) fn acknowledge(
        &mut self,
        conversation: ConversationId,
        scope: &str,
        client_id: ClientId,
        at: Sequence,
    ) {
        self.hub.lock().totals.acknowledged += 1;
        let key = (conversation, scope.to_owned(), client_id);
        let first = *self.acknowledged.entry(key.clone()).or_insert(at);
        if first != at {
            self.violations
                .push(format!("{key:?} is acknowledged as {first} and as {at}"));
        }
    }

    pub(super) fn accept_press(&mut self, tab: usize, client_id: &ClientId) {
        let visitor = self.tabs[tab].visitor;
        if let Some(pressed) = self.pressed.get(&(visitor, client_id.clone())) {
            let (message, button) = (pressed.message, pressed.button.clone());
            self.accepted
                .insert((pressed.conversation.clone(), message, button, client_id.clone()));
        }
    }
}
