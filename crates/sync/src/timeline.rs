//! The timeline: what the server has stored in order of sequence, then what waits in the outbox in order of typing.
//!
//! Every change is told as a [`Change`] with places, so that a page can follow with keyed rows and touch only the one
//! that differs. Days, grouping and the splitting of a basic message into bubbles are the view's work.

use std::sync::Arc;

use shopbell_protocol::shown::{Marks, Side};
use shopbell_protocol::{
    ButtonState, ClientId, ContentKind, IndicationType, MessageId, Sequence, ShownAction, ShownMessage,
};

pub use crate::change::{Change, Merged};
pub use crate::item::{Item, LocalId, Press, Reason, Status};
use crate::message::TimelineMessage;

/// How many states of buttons are kept for messages that are not here.
const EARLY_STATES_MAX: usize = 64;

/// The items of one conversation on one screen.
#[derive(Debug)]
pub struct Timeline<M> {
    items: Vec<Item<M>>,
    /// Invariant: `items[..stored]` have rising sequences; the rest have none.
    stored: usize,
    marks: Marks,
    /// States of buttons whose message is not here, oldest first.
    early_states: Vec<(MessageId, String, ButtonState)>,
    changes: Vec<Change<M>>,
}

impl<M> Default for Timeline<M> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            stored: 0,
            marks: Marks::default(),
            early_states: Vec::new(),
            changes: Vec::new(),
        }
    }
}

impl<M: TimelineMessage> Timeline<M> {
    /// All items in order of display.
    pub fn items(&self) -> &[Item<M>] {
        &self.items
    }

    /// Those that the server has stored, by rising sequence.
    pub fn stored(&self) -> &[Item<M>] {
        self.items.get(..self.stored).unwrap_or_default()
    }

    /// How far each side has got.
    pub fn marks(&self) -> &Marks {
        &self.marks
    }

    /// The steps since the last call.
    pub fn take_changes(&mut self) -> Vec<Change<M>> {
        std::mem::take(&mut self.changes)
    }

    /// The item of a stored message.
    pub fn find(&self, id: MessageId) -> Option<&Item<M>> {
        self.items.get(self.place_of(id)?)
    }

    /// A message of one's own that the server has not answered goes to the end.
    pub fn push_waiting(&mut self, client_id: &ClientId, message: M) -> LocalId {
        let id = self.free_id(client_id.as_str(), "");
        let item = Item {
            id: id.clone(),
            message: Arc::new(message),
            status: Status::Sending,
            presses: Vec::new(),
        };
        self.insert(self.items.len(), vec![item]);
        id
    }

    /// A message as the server has stored it: new, or the stored form of one that is here.
    pub fn merge(&mut self, message: M) -> Merged {
        match self.search(message.sequence()) {
            Ok(at) => {
                self.replace(at, message);
                Merged::Known
            }
            Err(to) => {
                if let Some(from) = self.waiting_place(message.shown().client_id.as_ref()) {
                    self.settle(from, to, message);
                    return Merged::Known;
                }
                let item = self.new_item(message);
                self.stored += 1;
                self.insert(to, vec![item]);
                Merged::New
            }
        }
    }

    /// A page of stored messages, oldest first: one step where they fit into one place.
    pub fn merge_page(&mut self, messages: Vec<M>) {
        match self.place_of_page(&messages) {
            Some(at) => {
                let items: Vec<_> = messages
                    .into_iter()
                    .map(|message| self.new_item(message))
                    .collect();
                self.stored += items.len();
                self.insert(at, items);
            }
            None => {
                for message in messages {
                    self.merge(message);
                }
            }
        }
    }

    /// Forgets what the server has stored, because the place in the conversation is lost; the outbox stays.
    pub fn clear_stored(&mut self) {
        let count = std::mem::take(&mut self.stored);
        if count > 0 {
            self.items.drain(..count);
            self.changes.push(Change::Removed { at: 0, count });
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.clear_stored();
        let count = self.items.len();
        if count > 0 {
            self.items.clear();
            self.changes.push(Change::Removed { at: 0, count });
        }
    }

    /// Whether a message of this client id is here, stored or waiting.
    pub(crate) fn has(&self, client_id: &ClientId) -> bool {
        self.items
            .iter()
            .rev()
            .any(|item| item.message.shown().client_id.as_ref() == Some(client_id))
    }

    /// Writes a message of the outbox anew from its date; answers the date.
    pub(crate) fn rewrite_waiting(
        &mut self,
        id: &LocalId,
        write: impl FnOnce(String) -> M,
    ) -> Option<String> {
        let at = self.waiting_by_id(id)?;
        let created_date = self.items.get(at)?.message.shown().created_date.clone();
        let message = write(created_date.clone());
        self.change(at, |item| item.message = Arc::new(message));
        Some(created_date)
    }

    /// Takes a message of the outbox away that is stored further back than this screen shows; answers its stored form.
    pub(crate) fn take_stored(&mut self, client_id: &ClientId, message: M) -> Option<Item<M>> {
        let at = self.waiting_place(Some(client_id))?;
        let status = self.stored_status(&message);
        let mut item = self.items.remove(at);
        self.changes.push(Change::Removed { at, count: 1 });
        item.message = Arc::new(message);
        item.status = status;
        Some(item)
    }

    /// Says how a message of the outbox fares.
    pub fn set_status(&mut self, id: &LocalId, status: Status) {
        if let Some(at) = self.waiting_by_id(id)
            && self.items.get(at).is_some_and(|item| item.status != status)
        {
            self.change(at, |item| item.status = status);
        }
    }

    /// Takes a message of the outbox away.
    pub fn remove_waiting(&mut self, id: &LocalId) {
        if let Some(at) = self.waiting_by_id(id) {
            self.items.remove(at);
            self.changes.push(Change::Removed { at, count: 1 });
        }
    }

    /// One side has got as far as `sequence`; marks only rise.
    pub fn raise_mark(&mut self, side: Side, indication: IndicationType, sequence: Sequence) {
        let mut marks = self.marks;
        let (delivered, seen) = match side {
            Side::Business => (&mut marks.business_delivered, &mut marks.business_seen),
            Side::Participant => (&mut marks.participant_delivered, &mut marks.participant_seen),
            Side::Unknown | Side::Unrecognized => return,
        };
        match indication {
            IndicationType::Seen => *seen = sequence.max(*seen),
            IndicationType::Delivered => *delivered = sequence.max(*delivered),
            IndicationType::Sent
            | IndicationType::Error
            | IndicationType::Unknown
            | IndicationType::Unrecognized => return,
        }
        self.set_marks(marks);
    }

    /// The marks of a `welcome` or a page; each only rises.
    pub fn raise_marks(&mut self, marks: &Marks) {
        self.set_marks(Marks {
            business_delivered: marks.business_delivered.max(self.marks.business_delivered),
            business_seen: marks.business_seen.max(self.marks.business_seen),
            participant_delivered: marks.participant_delivered.max(self.marks.participant_delivered),
            participant_seen: marks.participant_seen.max(self.marks.participant_seen),
        });
    }

    /// Another conversation has other marks.
    pub fn reset_marks(&mut self) {
        self.marks = Marks::default();
    }

    /// The server's word on a button; kept for a while where the message is not here yet.
    pub fn set_button_state(&mut self, id: MessageId, button_id: &str, state: ButtonState) {
        let Some(at) = self.place_of(id) else {
            if self.early_states.len() >= EARLY_STATES_MAX {
                self.early_states.remove(0);
            }
            return self.early_states.push((id, button_id.to_owned(), state));
        };
        if self
            .items
            .get(at)
            .is_some_and(|item| has_other_state(item.message.shown(), button_id, state))
        {
            self.change(at, |item| {
                write_button(Arc::make_mut(&mut item.message).shown_mut(), button_id, state);
            });
        }
    }

    /// What this screen knows of its own presses of a message's buttons.
    pub fn set_presses(&mut self, id: MessageId, presses: Vec<Press>) {
        let Some(at) = self.place_of(id) else { return };
        if self.items.get(at).is_some_and(|item| item.presses != presses) {
            self.change(at, |item| item.presses = presses);
        }
    }

    /// Changes a stored message in place (an interaction that staff are told of).
    pub fn update(&mut self, id: MessageId, change: impl FnOnce(&mut M)) {
        if let Some(at) = self.place_of(id) {
            self.change(at, |item| change(Arc::make_mut(&mut item.message)));
        }
    }

    fn search(&self, sequence: Sequence) -> Result<usize, usize> {
        let stored = self.stored();
        // Almost every message is newer than all others.
        match stored.last() {
            Some(last) if last.message.sequence() < sequence => Err(stored.len()),
            _ => stored.binary_search_by_key(&sequence, |item| item.message.sequence()),
        }
    }

    /// The one place for all of a page's messages, if they are new, in order, and each its own.
    fn place_of_page(&self, messages: &[M]) -> Option<usize> {
        let first = self.search(messages.first()?.sequence()).err()?;
        let last = self.search(messages.last()?.sequence()).err()?;
        let mut before = Sequence(0);
        let mut client_ids: Vec<&ClientId> = Vec::new();
        for message in messages {
            let client_id = message.shown().client_id.as_ref();
            let repeated = client_id.is_some_and(|client_id| client_ids.contains(&client_id));
            if message.sequence() <= before || repeated || self.waiting_place(client_id).is_some() {
                return None;
            }
            before = message.sequence();
            client_ids.extend(client_id);
        }
        (first == last).then_some(first)
    }

    fn place_of(&self, id: MessageId) -> Option<usize> {
        self.search(Sequence::from(id)).ok()
    }

    fn waiting_place(&self, client_id: Option<&ClientId>) -> Option<usize> {
        let client_id = client_id?;
        let waiting = self.items.get(self.stored..)?;
        let place = waiting
            .iter()
            .position(|item| item.message.shown().client_id.as_ref() == Some(client_id))?;
        Some(self.stored + place)
    }

    fn waiting_by_id(&self, id: &LocalId) -> Option<usize> {
        let place = self
            .items
            .get(self.stored..)?
            .iter()
            .position(|item| item.id == *id)?;
        Some(self.stored + place)
    }

    fn insert(&mut self, at: usize, items: Vec<Item<M>>) {
        if !items.is_empty() {
            let at = at.min(self.items.len());
            self.items.splice(at..at, items.iter().cloned());
            self.changes.push(Change::Inserted { at, items });
        }
    }

    /// The stored form takes the place of what waited, under the same id.
    fn settle(&mut self, from: usize, to: usize, message: M) {
        let status = self.stored_status(&message);
        let mut item = self.items.remove(from);
        item.message = Arc::new(message);
        item.status = status;
        self.stored += 1;
        self.items.insert(to.min(self.items.len()), item.clone());
        self.changes.push(if from == to {
            Change::Changed { at: to, item }
        } else {
            Change::Moved { from, to, item }
        });
    }

    /// A page that was on its way while a button was pressed carries an older state: done and expired are for good.
    fn replace(&mut self, at: usize, mut message: M) {
        if let Some(item) = self.items.get(at) {
            for button in item.message.shown().content.buttons() {
                if let ShownAction::Postback {
                    button_id,
                    state: state @ (ButtonState::Done | ButtonState::Expired),
                } = &button.action
                {
                    write_button(message.shown_mut(), button_id, *state);
                }
            }
        }
        if self.items.get(at).is_some_and(|item| *item.message != message) {
            self.change(at, |item| item.message = Arc::new(message));
        }
    }

    fn change(&mut self, at: usize, change: impl FnOnce(&mut Item<M>)) {
        if let Some(item) = self.items.get_mut(at) {
            change(item);
            self.changes.push(Change::Changed {
                at,
                item: item.clone(),
            });
        }
    }

    fn new_item(&mut self, mut message: M) -> Item<M> {
        let id = message.shown().id;
        self.early_states.retain(|(message_id, button_id, state)| {
            if *message_id == id {
                write_button(message.shown_mut(), button_id, *state);
            }
            *message_id != id
        });
        let sequence = message.sequence().0.to_string();
        let id = match &message.shown().client_id {
            Some(client_id) => self.free_id(client_id.as_str(), &sequence),
            None => LocalId::from(sequence.as_str()),
        };
        let status = self.stored_status(&message);
        Item {
            id,
            message: Arc::new(message),
            status,
            presses: Vec::new(),
        }
    }

    /// The client id, or the sequence where a server repeats a client id: no two rows may have one key.
    fn free_id(&self, client_id: &str, sequence: &str) -> LocalId {
        let id = LocalId::from(client_id);
        if self.items.iter().any(|item| item.id == id) {
            return LocalId::from([client_id, "+", sequence].concat().as_str());
        }
        id
    }

    fn stored_status(&self, message: &M) -> Status {
        if !message.is_own() {
            return Status::Received;
        }
        let (delivered, seen) = match M::SIDE {
            Side::Participant => (self.marks.business_delivered, self.marks.business_seen),
            Side::Business | Side::Unknown | Side::Unrecognized => {
                (self.marks.participant_delivered, self.marks.participant_seen)
            }
        };
        let sequence = message.sequence();
        if !message.is_for_both_sides() {
            Status::Sent
        } else if sequence <= seen {
            Status::Seen
        } else if sequence <= delivered {
            Status::Delivered
        } else {
            Status::Sent
        }
    }

    fn set_marks(&mut self, marks: Marks) {
        if self.marks == marks {
            return;
        }
        self.marks = marks;
        // Marks rise, so from the newest back nothing differs any more once a message was seen before.
        for at in (0..self.stored).rev() {
            let Some(item) = self.items.get(at) else { break };
            if !item.message.is_own() {
                continue;
            }
            if item.status == Status::Seen {
                break;
            }
            let status = self.stored_status(&item.message);
            if item.status != status {
                self.change(at, |item| item.status = status);
            }
        }
    }
}

fn has_other_state(message: &ShownMessage, wanted: &str, new: ButtonState) -> bool {
    message
        .content
        .buttons()
        .iter()
        .any(|button| match &button.action {
            ShownAction::Postback { button_id, state } => button_id == wanted && *state != new,
            ShownAction::Link(_) | ShownAction::Unsupported => false,
        })
}

fn write_button(message: &mut ShownMessage, wanted: &str, new: ButtonState) {
    let buttons = match &mut message.content.kind {
        ContentKind::Template(template) => &mut template.buttons,
        ContentKind::System(system) => &mut system.buttons,
        ContentKind::Basic(_)
        | ContentKind::Minimal(_)
        | ContentKind::Form(_)
        | ContentKind::Unsupported { .. } => return,
    };
    for button in buttons {
        match &mut button.action {
            ShownAction::Postback { button_id, state } if button_id == wanted => *state = new,
            ShownAction::Postback { .. } | ShownAction::Link(_) | ShownAction::Unsupported => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shopbell_protocol::MessageContent;

    fn message(sequence: u64, client_id: Option<&str>) -> ShownMessage {
        let mut message = ShownMessage::from_draft(&MessageContent::text("x"), "".into(), String::new());
        message.client_id = client_id.map(ClientId::from);
        message.sequence = Sequence(sequence);
        message.id = message.sequence.into();
        message
    }

    fn ids(timeline: &Timeline<ShownMessage>) -> Vec<&str> {
        timeline.items().iter().map(|item| item.id.as_str()).collect()
    }

    #[test]
    fn an_acknowledgement_moves_a_message_to_its_place_and_keeps_its_id() {
        let mut timeline = Timeline::default();
        timeline.push_waiting(&"a".into(), message(0, Some("a")));
        timeline.push_waiting(&"b".into(), message(0, Some("b")));
        timeline.merge(message(5, None));
        assert_eq!(ids(&timeline), ["5", "a", "b"]);
        timeline.take_changes();
        assert_eq!(timeline.merge(message(3, Some("b"))), Merged::Known);
        assert_eq!(ids(&timeline), ["b", "5", "a"]);
        assert!(matches!(
            timeline.take_changes().as_slice(),
            [Change::Moved { from: 2, to: 0, .. }]
        ));
    }

    #[test]
    fn a_page_before_all_others_is_one_step() {
        let mut timeline = Timeline::default();
        timeline.merge(message(9, None));
        timeline.take_changes();
        timeline.merge_page(vec![message(1, Some("x")), message(2, None)]);
        assert!(
            matches!(timeline.take_changes().as_slice(), [Change::Inserted { at: 0, items }] if items.len() == 2)
        );
    }

    #[test]
    fn a_server_that_repeats_a_client_id_still_gets_a_row_for_each_message() {
        let mut timeline = Timeline::default();
        timeline.merge_page(vec![message(1, Some("x")), message(2, Some("x"))]);
        timeline.merge(message(3, Some("x")));
        assert_eq!(ids(&timeline), ["x", "x+2", "x+3"]);
        timeline.merge(message(2, Some("x")));
        assert_eq!(timeline.items().len(), 3);
    }

    #[test]
    fn a_state_that_comes_before_its_message_is_kept_and_done_is_for_good() {
        use shopbell_protocol::{Orientation, ShownButton, TemplateContent};
        let mut card = message(4, None);
        card.content.kind = ContentKind::Template(TemplateContent {
            title: None,
            buttons: vec![ShownButton {
                label: "Yes".into(),
                action: ShownAction::Postback {
                    button_id: "b".into(),
                    state: ButtonState::Idle,
                },
            }],
            orientation: Orientation::Portrait,
            text_lines: Vec::new(),
            image_url: None,
        });
        let mut timeline = Timeline::default();
        timeline.set_button_state(card.id, "b", ButtonState::Done);
        timeline.merge(card.clone());
        timeline.merge(card.clone());
        let shown = timeline
            .find(card.id)
            .map(|item| item.message.content.buttons().to_vec());
        let expected = ShownAction::Postback {
            button_id: "b".into(),
            state: ButtonState::Done,
        };
        assert_eq!(shown.unwrap()[0].action, expected);
    }

    #[test]
    fn marks_of_the_other_side_raise_the_status_of_own_messages_only() {
        let mut timeline = Timeline::default();
        timeline.merge(message(1, Some("a")));
        timeline.merge(message(2, Some("b")));
        timeline.raise_mark(Side::Business, IndicationType::Seen, Sequence(1));
        timeline.raise_mark(Side::Participant, IndicationType::Seen, Sequence(2));
        timeline.raise_mark(Side::Business, IndicationType::Seen, Sequence(0));
        let statuses: Vec<_> = timeline.items().iter().map(|item| item.status.as_str()).collect();
        assert_eq!(statuses, ["seen", "sent"]);
    }
}
