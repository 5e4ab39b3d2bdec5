//! [`Live`]: what of a message may still change after it was drawn.

use std::rc::Rc;

use shopbell_protocol::{ButtonState, MessageId, Sequence, ShownAction, ShownContent, ShownMessage};
use shopbell_sync::item::{ButtonFace, Item, Status};
use shopbell_sync::message::TimelineMessage;

use crate::dom::ArcField;

/// A message to be followed. An accepted message never changes, but its status does, its buttons' states do, and a
/// message of one's own gets its place in the conversation with the acknowledgement.
#[derive(Clone)]
pub struct Live(Rc<dyn Follow>);

trait Follow {
    fn with(&self, read: &mut dyn FnMut(&ShownMessage, &Status));
    fn face(&self, button_id: &str, state: ButtonState) -> ButtonFace;
}

struct Followed<M>(ArcField<Item<M>>);

impl<M: TimelineMessage + Send + Sync + 'static> Follow for Followed<M> {
    fn with(&self, read: &mut dyn FnMut(&ShownMessage, &Status)) {
        self.0.with(|item| read(item.message.shown(), &item.status));
    }

    fn face(&self, button_id: &str, state: ButtonState) -> ButtonFace {
        self.0.with(|item| item.button_face(button_id, state))
    }
}

impl Live {
    /// Follows an item of a timeline, the widget's or the inbox's.
    pub fn item<M: TimelineMessage + Send + Sync + 'static>(item: ArcField<Item<M>>) -> Self {
        Self(Rc::new(Followed(item)))
    }

    /// A message that stays as it is: a preview.
    pub fn still(message: ShownMessage) -> Self {
        let id = message.id.to_string().as_str().into();
        let item = Item {
            id,
            message: message.into(),
            status: Status::Received,
            presses: Vec::new(),
        };
        Self::item(ArcField::new(item))
    }

    /// Reads from the message; whoever reads follows it.
    pub fn read<T>(&self, read: impl FnOnce(&ShownMessage, &Status) -> T) -> T {
        let (mut read, mut result) = (Some(read), None);
        self.0
            .with(&mut |message, status| result = read.take().map(|read| read(message, status)));
        // `with` calls its closure exactly once.
        wasm_bindgen::UnwrapThrowExt::unwrap_throw(result)
    }

    /// What it says, without the states of its buttons: equal for as long as nothing has to be drawn anew.
    pub(super) fn content(&self) -> ShownContent {
        self.read(|message, _| {
            message.content.clone().map_buttons(|_, mut button| {
                if let ShownAction::Postback { state, .. } = &mut button.action {
                    *state = ButtonState::Idle;
                }
                button
            })
        })
    }

    /// The server's id; `None` while it has not stored the message.
    pub(super) fn message_id(&self) -> Option<MessageId> {
        self.read(|message, _| (message.sequence != Sequence(0)).then_some(message.id))
    }

    /// How a postback button is to be drawn; `known` where the message does not name it.
    pub(super) fn face(&self, button_id: &str, known: ButtonState) -> ButtonFace {
        let state = self.read(|message, _| {
            message
                .content
                .buttons()
                .iter()
                .find_map(|button| match &button.action {
                    ShownAction::Postback { button_id: id, state } if id == button_id => Some(*state),
                    ShownAction::Postback { .. } | ShownAction::Link(_) | ShownAction::Unsupported => None,
                })
        });
        self.0.face(button_id, state.unwrap_or(known))
    }
}
