//! What is read and written here against what serde reads and writes, in a real browser, because the JSON is the
//! browser's.

use serde_json::Value;
use shopbell_protocol::widget::SessionRequest;
use shopbell_protocol::{
    BasicContent, BasicItem, ClientFrame, ContentKind, ErrorBody, ErrorDetails, FileMessage, FormContent,
    FormField, FormMedia, ImageMessage, MediaId, MessageContent, MessageId, Sequence, ServerFrame,
    ShownMessage, code,
};
use shopbell_sync::{Deed, Kept};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

use super::json::Json;
use super::{
    client_frame, error_body, history_page, kept, read_kept, server_frame, session_answer, session_request,
    upload_answer,
};

wasm_bindgen_test_configure!(run_in_browser);

/// The greatest whole number that a number of JavaScript holds exactly.
const SAFE_MAX: u64 = (1 << 53) - 1;

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../../crates/protocol/fixtures/", $name, ".json"))
    };
}

fn both(text: &str) {
    let ours = server_frame(&format!(
        "{{\"type\":\"ack\",\"clientId\":\"c\",\"message\":{text}}}"
    ));
    let message: ShownMessage = serde_json::from_str(text).unwrap();
    let client_id = "c".into();
    assert_eq!(ours, ServerFrame::Ack { client_id, message }, "{text}");
}

#[wasm_bindgen_test]
fn every_golden_message_reads_as_serde_reads_it() {
    for text in [
        fixture!("shown-basic"),
        fixture!("shown-form"),
        fixture!("shown-minimal"),
        fixture!("shown-own"),
        fixture!("shown-system"),
        fixture!("shown-template"),
        fixture!("shown-template-landscape"),
        fixture!("shown-unsupported"),
        fixture!("lenient-shown"),
    ] {
        both(text);
    }
}

#[wasm_bindgen_test]
fn every_golden_frame_reads_as_serde_reads_it() {
    let mut frames: Vec<Value> = serde_json::from_str(fixture!("server-frames")).unwrap();
    frames.push(serde_json::from_str(fixture!("lenient-frame")).unwrap());
    assert!(frames.len() > 10);
    for frame in frames {
        let text = frame.to_string();
        let theirs: ServerFrame = serde_json::from_value(frame).unwrap();
        assert_eq!(server_frame(&text), as_pages_need_it(theirs), "{text}");
    }
}

/// Of an error's details pages need the code and the time of the next try.
fn as_pages_need_it(mut frame: ServerFrame) -> ServerFrame {
    if let ServerFrame::Reject { error, .. } | ServerFrame::Error { error } = &mut frame {
        match &mut error.details {
            ErrorDetails::ValidationError { field_violations } => field_violations.clear(),
            ErrorDetails::ApplicationError(error) => error.data.retain(|name, _| name == "retryAfterMs"),
        }
    }
    frame
}

#[wasm_bindgen_test]
fn answers_read_as_serde_reads_them() {
    let shown: Value = serde_json::from_str(fixture!("shown-template")).unwrap();
    let page = serde_json::json!({"messages": [shown], "hasOlder": true, "lastSequence": "9", "marks": {"businessSeen": "7"}});
    assert_eq!(history_page(&page.to_string()), serde_json::from_value(page).ok());
    let session = serde_json::json!({
        "token": "t", "participant": {"memberId": "m"}, "conversationId": null, "lastSequence": "0",
        "unreadCount": 3, "settings": {"businessName": "Amy's", "uploadMaxBytes": 5}, "serverTime": "now",
    });
    assert_eq!(
        session_answer(&session.to_string()),
        serde_json::from_value(session).ok()
    );
    for upload in [
        serde_json::json!({"image": {"id": "i", "url": "/m/i", "width": 3, "height": 4}}),
        serde_json::json!({"file": {"id": "f", "filename": "a.pdf", "mimeType": "application/pdf", "sizeBytes": 9}}),
    ] {
        assert_eq!(
            upload_answer(&upload.to_string()),
            serde_json::from_value(upload).ok()
        );
    }
}

#[wasm_bindgen_test]
fn an_unreadable_message_leaves_the_others_of_its_page() {
    let shown: Value = serde_json::from_str(fixture!("shown-basic")).unwrap();
    let page = serde_json::json!({"messages": [{"id": 5}, shown], "hasOlder": false, "lastSequence": "9"});
    assert_eq!(history_page(&page.to_string()).unwrap().messages.len(), 1);
}

#[wasm_bindgen_test]
fn what_is_no_frame_is_unknown() {
    for text in [
        "",
        "[]",
        "{\"type\":5}",
        "{\"type\":\"ack\"}",
        "{\"type\":\"later\"}",
    ] {
        assert_eq!(server_frame(text), ServerFrame::Unknown, "{text}");
    }
}

#[wasm_bindgen_test]
fn members_of_another_kind_are_not_there() {
    let json = Json::parse(r#"{"a":{"b":1},"text":5,"list":{"length":3},"flag":1,"null":null}"#).unwrap();
    assert_eq!(json.text("text"), None);
    assert!(json.list("list").is_empty());
    assert!(json.list("absent").is_empty());
    assert!(!json.flag("flag"));
    assert!(json.some("null").is_none());
    assert!(json.some("absent").is_none());
    for none in [json.take("null"), json.take("text"), json.take("absent")] {
        assert_eq!(none.text("b"), None);
        assert!(none.some("b").is_none());
    }
    assert_eq!(json.take("a").count("b"), Some(1));
}

#[wasm_bindgen_test]
fn only_exact_whole_numbers_count() {
    let count = |number: &str| Json::parse(&format!("{{\"n\":{number}}}")).unwrap().count("n");
    assert_eq!(count("0"), Some(0));
    assert_eq!(count("9007199254740991"), Some(SAFE_MAX));
    for other in [
        "9007199254740992",
        "18446744073709551616",
        "1e400",
        "-1",
        "1.5",
        "\"1\"",
        "true",
        "null",
    ] {
        assert_eq!(count(other), None, "{other}");
    }
}

#[wasm_bindgen_test]
fn what_is_no_json_is_not_read() {
    for text in [
        "",
        "{",
        "[1,]",
        "tru",
        "{a:1}",
        "\"\n\"",
        "<html>",
        &"[".repeat(100_000),
    ] {
        assert!(Json::parse(text).is_none(), "{text}");
    }
}

#[wasm_bindgen_test]
fn a_member_called_proto_is_a_member_like_any_other() {
    let frame = r#"{"type":"presence","__proto__":{"online":true}}"#;
    assert_eq!(server_frame(frame), ServerFrame::Presence { online: false });
}

#[wasm_bindgen_test]
fn halves_of_a_character_are_shown_as_broken() {
    let json = Json::parse(r#"{"a":"\ud83d\ude00","b":"\ud800!"}"#).unwrap();
    assert_eq!(json.text("a").as_deref(), Some("😀"));
    assert_eq!(json.text("b").as_deref(), Some("\u{fffd}!"));
}

#[wasm_bindgen_test]
fn an_error_says_its_code_and_what_is_none_says_nothing() {
    let body = serde_json::to_string(&ErrorBody::application(code::UNAUTHENTICATED, "no")).unwrap();
    assert_eq!(error_body(&body).unwrap().code(), code::UNAUTHENTICATED);
    assert_eq!(error_body("<html>"), None);
}

fn frames() -> Vec<ClientFrame> {
    serde_json::from_str(fixture!("client-frames")).unwrap()
}

#[wasm_bindgen_test]
fn every_golden_frame_of_ours_is_read_back_by_serde_as_it_was() {
    for frame in frames() {
        let text = client_frame(&frame);
        assert_eq!(
            serde_json::from_str::<ClientFrame>(&text).unwrap(),
            frame,
            "{text}"
        );
    }
}

#[wasm_bindgen_test]
fn contents_are_read_back_by_serde_as_they_were() {
    let image = ImageMessage {
        id: Some(MediaId::from("i")),
        url: Some("https://a/b?c=\"d\"".into()),
        filename: Some("\u{1}\t\\ é 😀 \u{2028}.png".into()),
        width: Some(3),
        height: Some(4),
        url_expiration: Some("2023-11-27T16:51:58.040Z".into()),
    };
    let file = FileMessage {
        mime_type: Some("a/b".into()),
        size_bytes: Some(SAFE_MAX),
        ..Default::default()
    };
    let items = vec![
        BasicItem::Text("a\nb\"".into()),
        BasicItem::Image(image.clone()),
        BasicItem::File(file.clone()),
    ];
    let fields = vec![
        FormField {
            name: "Name".into(),
            value: String::new()
        };
        2
    ];
    let form = FormContent {
        title: "Lead".into(),
        description: Some("d".into()),
        fields,
        media: vec![FormMedia::Image(image), FormMedia::File(file)],
    };
    for kind in [
        ContentKind::Basic(BasicContent { items }),
        ContentKind::Form(form),
        ContentKind::Basic(BasicContent { items: Vec::new() }),
    ] {
        let content = MessageContent {
            preview_text: Some("p".into()),
            title: Some("t".into()),
            kind,
        };
        let entry = Kept {
            client_id: "c1".into(),
            created_date: "2026-11-20T10:00:00.000Z".into(),
            deed: Deed::Send {
                draft: content.clone(),
                seen: Sequence(0),
                ready: false,
            },
        };
        assert_eq!(read_kept(&kept(&entry)), Some(entry));
        let frame = ClientFrame::Send {
            client_id: "c1".into(),
            content,
        };
        let text = client_frame(&frame);
        let read: ClientFrame = serde_json::from_str(&text).unwrap();
        assert_eq!(read, frame, "{text}");
    }
}

#[wasm_bindgen_test]
fn bodies_are_read_back_by_serde_as_they_were() {
    let session: SessionRequest = serde_json::from_str(&session_request(Some("t"), Some("i"))).unwrap();
    assert_eq!(
        session,
        SessionRequest {
            site_id: None,
            token: Some("t".into()),
            identity: Some("i".into()),
        }
    );
    assert_eq!(session_request(None, None), "{}");
}

#[wasm_bindgen_test]
fn a_press_is_kept_and_what_is_no_entry_is_left_out() {
    let press = Kept {
        client_id: "c1".into(),
        created_date: String::new(),
        deed: Deed::Press {
            message_id: MessageId(9),
            button_id: "b".into(),
        },
    };
    assert_eq!(read_kept(&kept(&press)), Some(press));
    for text in ["", "{}", r#"{"clientId":"c","createdDate":"d","content":{}}"#] {
        assert_eq!(read_kept(text), None, "{text}");
    }
}
