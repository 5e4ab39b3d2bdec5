//! Golden JSON: each type reads its fixture and writes it again, member for member.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking"
)]

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use shopbell_protocol::button::ShownAction;
use shopbell_protocol::content::{ContentKind, ContentType};
use shopbell_protocol::conversation::Conversation;
use shopbell_protocol::error::ErrorBody;
use shopbell_protocol::event::Event;
use shopbell_protocol::frame::{ClientFrame, ServerFrame, StaffClientFrame, StaffServerFrame};
use shopbell_protocol::inbox::{
    GetOrCreateConversationAnswer, ListMessagesAnswer, SendMessageAnswer, SendMessageRequest,
};
use shopbell_protocol::message::Direction;
use shopbell_protocol::shown::{SenderKind, ShownMessage};
use shopbell_protocol::validate;

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../fixtures/", $name, ".json"))
    };
}

/// Reads `text` as `T`, writes it again and expects the same JSON.
fn round_trip<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(text: &str) -> T {
    let golden: Value = serde_json::from_str(text).expect("the fixture is JSON");
    let value: T = serde_json::from_str(text).expect("the fixture reads as its type");
    assert_eq!(
        serde_json::to_value(&value).unwrap(),
        golden,
        "written again it is another JSON"
    );
    value
}

#[test]
fn the_answers_of_the_four_samples_round_trip() {
    for (text, kind) in [
        (fixture!("sample-basic-answer"), ContentType::Basic),
        (fixture!("sample-template-answer"), ContentType::Template),
        (fixture!("sample-minimal-answer"), ContentType::Minimal),
        (fixture!("sample-form-answer"), ContentType::Form),
    ] {
        let answer: SendMessageAnswer = round_trip(text);
        assert_eq!(answer.message.content.kind.content_type(), kind);
        assert_eq!(answer.message.id.to_string(), answer.message.sequence.to_string());
    }
}

#[test]
fn the_requests_of_the_four_samples_are_valid() {
    for text in [
        fixture!("sample-basic-request"),
        fixture!("sample-template-request"),
        fixture!("sample-minimal-request"),
        fixture!("sample-form-request"),
    ] {
        let request: SendMessageRequest = serde_json::from_str(text).unwrap();
        validate::draft(request.message.unwrap(), "message").expect("a sample is valid");
    }
}

#[test]
fn a_shown_message_of_each_kind_round_trips() {
    for (text, kind) in [
        (fixture!("shown-basic"), ContentType::Basic),
        (fixture!("shown-own"), ContentType::Basic),
        (fixture!("shown-template"), ContentType::Template),
        (fixture!("shown-template-landscape"), ContentType::Template),
        (fixture!("shown-minimal"), ContentType::Minimal),
        (fixture!("shown-form"), ContentType::Form),
        (fixture!("shown-system"), ContentType::System),
        (fixture!("shown-unsupported"), ContentType::Unsupported),
    ] {
        let message: ShownMessage = round_trip(text);
        assert_eq!(message.content.kind.content_type(), kind);
    }
}

#[test]
fn conversations_lists_and_errors_round_trip() {
    let answer: GetOrCreateConversationAnswer = round_trip(fixture!("conversation-answer"));
    assert!(answer.new_conversation);
    let _: Conversation = answer.conversation;
    round_trip::<ListMessagesAnswer>(fixture!("list-messages-answer"));
    round_trip::<ErrorBody>(fixture!("error-validation"));
    round_trip::<ErrorBody>(fixture!("error-application"));
}

#[test]
fn the_four_events_round_trip() {
    round_trip::<Event>(fixture!("event-button-interacted"));
    round_trip::<Event>(fixture!("event-message-sent-to-business"));
    round_trip::<Event>(fixture!("event-message-sent-to-participant"));
    round_trip::<Event>(fixture!("event-conversations-merged"));
}

#[test]
fn every_frame_of_both_sockets_round_trips() {
    let frames: Vec<ClientFrame> = round_trip(fixture!("client-frames"));
    assert!(!frames.contains(&ClientFrame::Unknown));
    let frames: Vec<ServerFrame> = round_trip(fixture!("server-frames"));
    assert!(!frames.contains(&ServerFrame::Unknown));
    let frames: Vec<StaffClientFrame> = round_trip(fixture!("staff-client-frames"));
    assert!(!frames.contains(&StaffClientFrame::Unknown));
    let frames: Vec<StaffServerFrame> = round_trip(fixture!("staff-server-frames"));
    assert!(!frames.contains(&StaffServerFrame::Unknown));
}

#[test]
fn values_of_tomorrow_read_as_unknown_and_keep_the_preview() {
    let message: ShownMessage = serde_json::from_str(fixture!("lenient-shown")).unwrap();
    assert_eq!(message.direction, Direction::Unrecognized);
    assert_eq!(message.sender.kind, SenderKind::Unrecognized);
    assert_eq!(message.content.kind, ContentKind::Unsupported { members: 0 });
    assert_eq!(message.content.preview_text.as_deref(), Some("A carousel"));
    let frame = fixture!("lenient-frame");
    assert_eq!(
        serde_json::from_str::<ServerFrame>(frame).unwrap(),
        ServerFrame::Unknown
    );
    assert_eq!(
        serde_json::from_str::<ClientFrame>(frame).unwrap(),
        ClientFrame::Unknown
    );
    assert_eq!(
        serde_json::from_str::<StaffServerFrame>(frame).unwrap(),
        StaffServerFrame::Unknown
    );
    assert_eq!(
        serde_json::from_str::<StaffClientFrame>(frame).unwrap(),
        StaffClientFrame::Unknown
    );
}

#[test]
fn what_the_server_owns_is_ignored_on_input_whatever_it_is() {
    let mut request: Value = serde_json::from_str(fixture!("sample-template-request")).unwrap();
    let message = request["message"].as_object_mut().unwrap();
    for field in ["id", "sequence", "sender", "appId", "createdDate"] {
        message.insert(field.to_owned(), serde_json::json!({ "nonsense": [1, 2] }));
    }
    request["message"]["content"]["contentType"] = serde_json::json!(7);
    request["message"]["content"]["template"]["buttons"][1]["postbackProperties"]["appId"] =
        serde_json::json!([]);
    let request: SendMessageRequest = serde_json::from_value(request).unwrap();
    validate::draft(request.message.unwrap(), "message").expect("read-only fields never make input wrong");
}

#[test]
fn a_shown_template_has_no_place_for_an_interaction_id() {
    let mut json: Value = serde_json::from_str(fixture!("shown-template")).unwrap();
    let button = &mut json["content"]["template"]["buttons"][1];
    button["postbackProperties"] = serde_json::json!({ "interactionId": "secret" });
    button["interactionId"] = serde_json::json!("secret");
    json["visibility"] = serde_json::json!("BUSINESS");
    json["metadata"] = serde_json::json!({ "order": "secret" });
    let message: ShownMessage = serde_json::from_value(json).unwrap();
    assert!(
        matches!(&message.content.buttons()[1].action, ShownAction::Postback { button_id, .. } if button_id == "b1")
    );
    let written = serde_json::to_string(&message).unwrap();
    assert!(
        !written.contains("secret") && !written.contains("visibility"),
        "{written}"
    );
}

#[test]
fn null_counts_as_not_given() {
    let request: SendMessageRequest = serde_json::from_str(
        r#"{"conversationId":"x","message":{"content":{"title":null,"previewText":null,"template":{"title":null,
        "buttons":null,"textLines":null,"orientation":null,"imageUrl":null}},"badges":null,"targetChannels":null,
        "visibility":"BUSINESS","direction":"BUSINESS_TO_PARTICIPANT","silent":null,"sourceChannel":null},"sendAs":null}"#,
    )
    .unwrap();
    validate::draft(request.message.unwrap(), "message").unwrap();
}
