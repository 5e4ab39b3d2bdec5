//! Where one writes: keyboard, focus, limits, attachments.

use shopbell_protocol::code;
use shopbell_protocol::limits::UPLOAD_MAX_BYTES;
use shopbell_sync::{LocalId, Reason};
use shopbell_widget::dom::ArcField;
use shopbell_widget::i18n::I18n;
use shopbell_widget::state::attachments::EMPTY;
use shopbell_widget::state::store::{Attachment, Connection, Notice, Upload};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{DragEvent, DragEventInit, HtmlElement};

use crate::stage::{Stage, document, key, settle, text_of};

#[wasm_bindgen_test]
async fn what_was_typed_before_the_program_came_is_kept_with_focus_and_selection() {
    let mut stage = Stage::plain("en");
    let input = stage.input();
    input.focus().unwrap_throw();
    input.set_value("Do you have");
    input.set_selection_range(3, 6).unwrap_throw();
    stage.take_over().await;
    assert_eq!(stage.input(), input, "the very same element");
    assert_eq!(stage.state.draft.get_untracked(), "Do you have");
    assert_eq!(input.value(), "Do you have");
    assert_eq!(
        (input.selection_start(), input.selection_end()),
        (Ok(Some(3)), Ok(Some(6)))
    );
    assert_eq!(document().active_element().as_ref(), Some(input.as_ref()));
}

#[wasm_bindgen_test]
async fn enter_sends_and_the_focus_stays() {
    let stage = Stage::new().await;
    stage.input().focus().unwrap_throw();
    stage.type_in("  Hello  ").await;
    let event = key(&stage.input(), "Enter", |_| {});
    settle().await;
    assert!(event.default_prevented());
    assert_eq!(stage.log.take(), ["typing", "send Hello"]);
    assert_eq!(stage.input().value(), "");
    assert_eq!(document().active_element().as_ref(), Some(stage.input().as_ref()));
}

#[wasm_bindgen_test]
async fn shift_enter_breaks_the_line_and_enter_in_a_composition_belongs_to_it() {
    let stage = Stage::new().await;
    stage.type_in("にほん").await;
    stage.log.take();
    assert!(!key(&stage.input(), "Enter", |init| init.set_shift_key(true)).default_prevented());
    assert!(!key(&stage.input(), "Enter", |init| init.set_is_composing(true)).default_prevented());
    assert!(!key(&stage.input(), "Enter", |init| init.set_key_code(229)).default_prevented());
    assert!(stage.log.take().is_empty());
}

#[wasm_bindgen_test]
async fn nothing_is_not_sent() {
    let stage = Stage::new().await;
    let send = stage.one("[data-testid=send]");
    assert_eq!(send.get_attribute("aria-disabled").as_deref(), Some("true"));
    stage.type_in(" \n ").await;
    key(&stage.input(), "Enter", |_| {});
    send.click();
    assert_eq!(stage.log.take(), ["typing"]);
    stage.type_in("x").await;
    assert_eq!(send.get_attribute("aria-disabled"), None);
    send.click();
    assert_eq!(stage.log.take(), ["typing", "send x"]);
}

#[wasm_bindgen_test]
async fn a_text_that_is_not_taken_stays() {
    let stage = Stage::new().await;
    stage.takes.set(false);
    stage.type_in("Hello").await;
    key(&stage.input(), "Enter", |_| {});
    stage.state.notice.set(Some(Notice::Refused(Reason {
        code: "X".to_owned(),
        message: String::new(),
    })));
    settle().await;
    assert_eq!(stage.input().value(), "Hello");
    let notices = stage.one("[data-part=notices][role=status]");
    assert!(
        text_of(&notices).starts_with("The message was not accepted."),
        "{}",
        text_of(&notices)
    );
    stage.one(".notice button[aria-label=Close]").click();
    assert_eq!(stage.log.take(), ["typing", "send Hello", "dismiss"]);
}

#[wasm_bindgen_test]
async fn near_the_limit_the_count_shows_and_over_it_nothing_is_sent() {
    let stage = Stage::new().await;
    stage.type_in(&"a".repeat(15_000)).await;
    assert_eq!(text_of(&stage.one(".composer__foot")), "");
    stage.type_in(&"é".repeat(16_384)).await;
    assert_eq!(text_of(&stage.one(".composer__foot")), "16,384 / 16,384");
    key(&stage.input(), "Enter", |_| {});
    assert!(
        stage
            .log
            .take()
            .last()
            .is_some_and(|line| line.starts_with("send é"))
    );
    stage.type_in(&"😀".repeat(16_385)).await;
    assert_eq!(
        text_of(&stage.one(".composer__foot--over")),
        "1 character too many"
    );
    stage.log.take();
    key(&stage.input(), "Enter", |_| {});
    assert!(stage.log.take().is_empty());
    assert_eq!(stage.input().value().chars().count(), 16_385, "the text stays");
}

#[wasm_bindgen_test]
async fn a_draft_from_elsewhere_appears_and_a_focus_request_is_followed() {
    let stage = Stage::new().await;
    stage.state.draft.set("From the page".to_owned());
    stage.focus_requests.update(|count| *count += 1);
    settle().await;
    assert_eq!(stage.input().value(), "From the page");
    assert_eq!(document().active_element().as_ref(), Some(stage.input().as_ref()));
}

#[wasm_bindgen_test]
async fn the_input_grows_with_its_text_up_to_a_bound() {
    let stage = Stage::new().await;
    let one = stage.input().offset_height();
    stage.type_in("1\n2\n3").await;
    let three = stage.input().offset_height();
    stage.type_in(&"x\n".repeat(100)).await;
    let bound = stage.input().offset_height();
    assert!(
        one < three && three < bound && bound <= 160,
        "{one} {three} {bound}"
    );
}

fn attachment(id: &str, name: &str, upload: Upload) -> Attachment {
    Attachment {
        id: LocalId::from(id),
        name: name.to_owned(),
        size_bytes: 1_250_000,
        preview_url: None,
        upload: ArcField::new(upload),
    }
}

#[wasm_bindgen_test]
async fn an_attachment_shows_its_progress_can_be_taken_back_and_sent_before_it_is_there() {
    let stage = Stage::new().await;
    let file = attachment("f1", "prices.pdf", Upload::Uploading(0.4));
    stage.state.attachments.set(vec![file.clone()]);
    settle().await;
    let tray = stage.one("[role=group][aria-label='prices.pdf']");
    assert!(text_of(&tray).contains("PDF · 1.2 MB"), "{}", text_of(&tray));
    assert_eq!(
        stage
            .one("progress[aria-label='Uploading prices.pdf']")
            .get_attribute("value")
            .as_deref(),
        Some("40")
    );
    stage.one("[data-testid=send]").click();
    assert_eq!(stage.log.take(), ["send "], "the message waits for it");
    file.upload.set(Upload::Done);
    settle().await;
    assert_eq!(stage.all("progress:not([hidden])").len(), 0);
    stage.one("[data-testid=send]").click();
    assert_eq!(stage.log.take(), ["send "], "a file needs no text");
    file.upload.set(Upload::Failed {
        reason: Reason::offline(),
        can_retry: true,
    });
    settle().await;
    stage.one("button.draft__retry").click();
    stage.one("button[aria-label='Remove prices.pdf']").click();
    assert_eq!(stage.log.take(), ["retry upload f1", "detach f1"]);
}

#[wasm_bindgen_test]
async fn a_refused_file_says_why_and_offers_a_retry_only_where_that_helps() {
    let cases = [
        (
            code::UNSUPPORTED_MEDIA_TYPE,
            "Type not allowed",
            "Dateityp nicht erlaubt",
        ),
        (code::BODY_TOO_LARGE, "Larger than 25 MB", "Größer als 25 MB"),
        (EMPTY, "This file is empty", "Diese Datei ist leer"),
        (
            Reason::INVALID,
            "Picture is damaged or has too many pixels",
            "Bild ist beschädigt oder hat zu viele Pixel",
        ),
        (code::INTERNAL, "Upload failed", "Hochladen fehlgeschlagen"),
    ];
    for (tag, german) in [("en", false), ("de", true)] {
        let stage = Stage::in_language(tag).await;
        stage
            .state
            .settings
            .update(|settings| settings.upload_max_bytes = UPLOAD_MAX_BYTES);
        for (code, english_words, german_words) in cases {
            let can_retry = code == code::INTERNAL;
            let reason = Reason {
                code: code.to_owned(),
                message: "In the server's words".to_owned(),
            };
            let mut file = attachment(code, "x.png", Upload::Failed { reason, can_retry });
            // A picture has no words until something is wrong with it.
            file.preview_url = Some("data:,".to_owned());
            stage.state.attachments.set(vec![file]);
            settle().await;
            let words = if german { german_words } else { english_words };
            let detail = stage.one(".draft__detail");
            assert_eq!(text_of(&detail).replace('\u{a0}', " "), words);
            assert!(detail.offset_width() > 0, "{words} is shown");
            let retries = stage.all("button.draft__retry:not([hidden])").len();
            assert_eq!(retries, usize::from(can_retry), "{code}");
        }
    }
}

#[wasm_bindgen_test]
async fn sizes_read_as_people_of_each_language_write_them() {
    let written = |tag: &str, bytes: f64| I18n::new([tag]).bytes(bytes).replace(['\u{a0}', '\u{202f}'], " ");
    assert_eq!(written("en", 1.0), "1 byte");
    assert_eq!(written("en", 14.0), "14 bytes");
    assert_eq!(written("en", 1024.0), "1 kB");
    assert_eq!(written("en", 48_200.0), "47 kB");
    assert_eq!(written("en", 1_048_570.0), "1 MB", "not 1,024 kB");
    assert_eq!(written("en", 2_411_725.0), "2.3 MB");
    assert_eq!(written("en", 26_214_400.0), "25 MB");
    assert_eq!(written("de", 2_411_725.0), "2,3 MB");
    assert_eq!(written("fr", 14.0), "14 octets");
    assert_eq!(written("fr", 48_200.0), "47 ko");
}

#[wasm_bindgen_test]
async fn files_dropped_on_the_panel_are_attached() {
    let stage = Stage::new().await;
    let data = web_sys::DataTransfer::new().unwrap_throw();
    let parts = js_sys::Array::of1(&"x".into());
    let file = web_sys::File::new_with_str_sequence(&parts, "note.txt").unwrap_throw();
    data.items().add_with_file(&file).unwrap_throw();
    let panel = stage.one("[data-testid=panel]");
    let drag = |kind: &str| {
        let init = DragEventInit::new();
        init.set_bubbles(true);
        init.set_cancelable(true);
        init.set_data_transfer(Some(&data));
        let event = DragEvent::new_with_event_init_dict(kind, &init).unwrap_throw();
        panel.dispatch_event(&event).unwrap_throw();
        event
    };
    drag("dragenter");
    settle().await;
    assert_eq!(
        text_of(&stage.one(".panel__drop")),
        "Drop files here to send them"
    );
    assert!(
        drag("dragover").default_prevented(),
        "else the browser would open the file"
    );
    assert!(drag("drop").default_prevented());
    settle().await;
    assert_eq!(stage.log.take(), ["attach note.txt"]);
    assert_eq!(stage.all(".panel__drop").len(), 0);
}

#[wasm_bindgen_test]
async fn escape_minimizes_and_so_does_the_button() {
    let stage = Stage::new().await;
    assert!(key(&stage.input(), "Escape", |_| {}).default_prevented());
    assert!(!key(&stage.input(), "Escape", |init| init.set_is_composing(true)).default_prevented());
    stage.one("button[aria-label=Minimize]").click();
    assert_eq!(stage.log.take(), ["minimize", "minimize"]);
}

#[wasm_bindgen_test]
async fn the_header_tells_who_answers_and_whether_there_is_a_connection() {
    let stage = Stage::new().await;
    assert_eq!(text_of(&stage.one("h1")), "Amy's Shoes");
    let told = || text_of(&stage.one("[data-part=state]"));
    assert_eq!(told(), "We reply as soon as we can");
    stage.state.presence.set(Some(true));
    settle().await;
    assert_eq!(told(), "Online");
    stage.state.connection.set(Connection::Offline);
    settle().await;
    assert_eq!(told(), "Offline");
    assert!(text_of(&stage.one("[data-part=notices]")).starts_with("You are offline."));
    stage.state.connection.set(Connection::Unreachable);
    settle().await;
    assert_eq!(told(), "Connecting…");
    assert!(text_of(&stage.one("[data-part=notices]")).starts_with("No connection to the chat."));
    stage.state.connection.set(Connection::Online);
    settle().await;
    assert_eq!(text_of(&stage.one("[data-part=notices]")), "");
    let button: HtmlElement = stage.one("[data-part=minimize]");
    assert_eq!(button.get_attribute("title").as_deref(), Some("Minimize"));
}
