//! Messages for tests: the golden fixtures, and small ones made on the spot.

use shopbell_protocol::shown::{SenderKind, ShownSender};
use shopbell_protocol::{Direction, MessageContent, MessageId, Sequence, ShownMessage};
use shopbell_sync::{Item, LocalId, Status};
use wasm_bindgen::prelude::*;

macro_rules! golden {
    ($($name:ident = $file:literal,)*) => {
        $(pub(crate) fn $name() -> ShownMessage {
            read(include_str!(concat!("../../crates/protocol/fixtures/shown-", $file, ".json")))
        })*
    };
}

golden! {
    basic = "basic",
    own = "own",
    template = "template",
    template_landscape = "template-landscape",
    minimal = "minimal",
    form = "form",
    system = "system",
    unsupported = "unsupported",
}

/// Every golden message that a participant may be shown.
pub(crate) fn all() -> Vec<ShownMessage> {
    vec![
        basic(),
        own(),
        template(),
        template_landscape(),
        minimal(),
        form(),
        system(),
        unsupported(),
    ]
}

fn read(json: &str) -> ShownMessage {
    // Addresses on this machine that refuse at once, so that no test asks the network.
    let json = json
        .replace("https://shop.example.com", "http://127.0.0.1:9")
        .replace("https://chat.example.com", "http://127.0.0.1:9");
    let message: Result<ShownMessage, _> = serde_json::from_str(&json);
    message.unwrap_throw()
}

/// A text, `n` seconds into 2026-11-20 at noon.
pub(crate) fn text(n: u32, text: &str, own: bool) -> ShownMessage {
    let sequence = u64::from(n) + 1_000;
    ShownMessage {
        id: MessageId(sequence),
        sequence: Sequence(sequence),
        created_date: format!("2026-11-20T12:{:02}:{:02}.000Z", n / 60 % 60, n % 60),
        client_id: None,
        direction: if own {
            Direction::ParticipantToBusiness
        } else {
            Direction::BusinessToParticipant
        },
        sender: ShownSender {
            kind: if own {
                SenderKind::Participant
            } else {
                SenderKind::Staff
            },
            name: (!own).then(|| "Amy".to_owned()),
            image_url: None,
        },
        content: MessageContent::text(text),
        badges: Vec::new(),
    }
}

/// As it stands in a timeline.
pub(crate) fn item(message: ShownMessage, status: Status) -> Item<ShownMessage> {
    let id = LocalId::from(message.sequence.to_string().as_str());
    Item {
        id,
        message: message.into(),
        status,
        presses: Vec::new(),
    }
}
