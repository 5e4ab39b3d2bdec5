//! Each kind of message, from the golden fixtures.

use shopbell_protocol::{BasicItem, ButtonState, ContentKind, ShownAction};
use shopbell_sync::{Press, Reason, Status};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlDialogElement, HtmlElement};

use crate::fixtures;
use crate::stage::{Stage, document, frame, settle, text_of};

fn attribute(element: &Element, name: &str) -> String {
    element.get_attribute(name).unwrap_or_default()
}

#[wasm_bindgen_test]
async fn each_item_of_a_basic_message_is_a_bubble_of_its_own() {
    let stage = Stage::new().await;
    stage.push(fixtures::basic(), Status::Received);
    settle().await;
    let messages = stage.all("[data-testid=message]");
    assert_eq!(messages.len(), 3);
    for message in &messages {
        assert_eq!(attribute(message, "data-kind"), "basic");
        assert_eq!(attribute(message, "data-sequence"), "1701103918040190");
        assert_eq!(attribute(message, "data-direction"), "BUSINESS_TO_PARTICIPANT");
        assert_eq!(attribute(message, "data-status"), "received");
    }
    let link = stage.one(".bubble__text a");
    assert_eq!(text_of(&link), "http://127.0.0.1:9/boots");
    assert_eq!(attribute(&link, "target"), "_blank");
    assert!(attribute(&link, "rel").contains("noopener"));
    assert!(
        messages
            .first()
            .is_some_and(|text| text_of(text).ends_with("Do you like them?"))
    );
    assert_eq!(
        stage
            .all("button[aria-label='Open picture boots.jpg'] img[width='1200'][height='800']")
            .len(),
        1
    );
    let file = stage.one("a.file[download]");
    assert_eq!(text_of(&file), "size-guide.pdfPDF · 47 kB");
    assert_eq!(attribute(&file, "title"), "Download size-guide.pdf");
}

#[wasm_bindgen_test]
async fn a_picture_has_its_space_before_it_loads() {
    let stage = Stage::new().await;
    stage.push(fixtures::basic(), Status::Received);
    // Effects only: the picture has neither come nor failed.
    leptos::task::tick().await;
    let image = stage.one("img.picture__image");
    let (width, height) = (f64::from(image.offset_width()), f64::from(image.offset_height()));
    assert!(width > 200.0, "{width}");
    assert!((width / height - 1.5).abs() < 0.02, "{width} to {height}");
}

#[wasm_bindgen_test]
async fn a_press_on_a_picture_shows_it_in_a_dialog_and_gives_the_focus_back() {
    let stage = Stage::new().await;
    stage.push(fixtures::basic(), Status::Received);
    settle().await;
    let button = stage.one("button.picture");
    button.focus().unwrap_throw();
    button.click();
    settle().await;
    let dialog: HtmlDialogElement = document()
        .query_selector("dialog[aria-label='boots.jpg']")
        .unwrap_throw()
        .unwrap_throw()
        .unchecked_into();
    assert!(dialog.open());
    let close: HtmlElement = dialog
        .query_selector("button[aria-label=Close]")
        .unwrap_throw()
        .unwrap_throw()
        .unchecked_into();
    close.click();
    frame().await;
    settle().await;
    assert!(!dialog.is_connected(), "a closed dialog leaves the page");
    assert_eq!(document().active_element().as_ref(), Some(button.as_ref()));
}

#[wasm_bindgen_test]
async fn a_template_is_a_card_with_its_lines_and_buttons() {
    let stage = Stage::new().await;
    stage.push(fixtures::template(), Status::Received);
    settle().await;
    let message = stage.one("[data-testid=message]");
    assert_eq!(attribute(&message, "data-kind"), "template");
    assert_eq!(text_of(&stage.one(".card__title")), "Your Spa Day");
    let lines: Vec<_> = stage
        .all(".card__line")
        .iter()
        .map(|line| text_of(line))
        .collect();
    assert_eq!(lines, ["Saturday, 2 December, 10:00", "Two hours, for two"]);
    let link = stage.one("a.button");
    assert_eq!(attribute(&link, "href"), "http://127.0.0.1:9/directions");
    assert_eq!(attribute(&link, "rel"), "noopener noreferrer nofollow");
    assert_eq!(
        attribute(&stage.one("[data-testid=postback]"), "data-state"),
        "idle"
    );
    assert_eq!(text_of(&stage.one(".badge")), "Booking");
}

#[wasm_bindgen_test]
async fn a_landscape_template_stands_beside_its_picture() {
    let stage = Stage::new().await;
    stage.push(fixtures::template_landscape(), Status::Received);
    settle().await;
    assert_eq!(stage.all(".card--landscape").len(), 1);
    let states: Vec<_> = stage
        .all("[data-testid=postback]")
        .iter()
        .map(|button| attribute(button, "data-state"))
        .collect();
    assert_eq!(states, ["done", "expired", "pending"]);
}

#[wasm_bindgen_test]
async fn a_postback_button_is_pressed_once_and_shows_every_state_without_losing_the_focus() {
    let stage = Stage::new().await;
    let row = stage.push(fixtures::template(), Status::Received);
    settle().await;
    let button = stage.one("[data-testid=postback]");
    button.focus().unwrap_throw();
    button.click();
    assert_eq!(
        stage.log.take(),
        ["seen 1701103918040192", "press 1701103918040192 b1"]
    );

    let press = |failed| {
        vec![Press {
            button_id: "b1".to_owned(),
            failed,
        }]
    };
    row.item.update(|item| item.presses = press(None));
    settle().await;
    assert_eq!(attribute(&button, "data-state"), "pending");
    assert_eq!(attribute(&button, "aria-disabled"), "true");
    assert_eq!(attribute(&button, "aria-busy"), "true");
    button.click();
    assert!(
        stage.log.take().is_empty(),
        "a second press while the first is under way"
    );

    row.item
        .update(|item| item.presses = press(Some(Reason::offline())));
    settle().await;
    assert_eq!(attribute(&button, "data-state"), "failed");
    assert_eq!(
        text_of(&stage.one(".button__note")),
        "That did not work. Please try again."
    );
    button.click();
    assert_eq!(
        stage.log.take(),
        ["press 1701103918040192 b1"],
        "a failed press may be repeated"
    );

    for (state, name) in [(ButtonState::Done, "done"), (ButtonState::Expired, "expired")] {
        row.item.update(|item| {
            item.presses.clear();
            let mut message = (*item.message).clone();
            message.content = message.content.map_buttons(|_, mut button| {
                if let ShownAction::Postback { state: now, .. } = &mut button.action {
                    *now = state;
                }
                button
            });
            item.message = message.into();
        });
        settle().await;
        assert_eq!(attribute(&button, "data-state"), name);
        button.click();
        assert!(stage.log.take().is_empty(), "pressed while {name}");
    }
    assert_eq!(
        document().active_element().as_ref(),
        Some(button.as_ref()),
        "the same button all along"
    );
}

#[wasm_bindgen_test]
async fn a_minimal_message_is_one_line_that_leads_to_its_address() {
    let stage = Stage::new().await;
    stage.push(fixtures::minimal(), Status::Received);
    settle().await;
    let line = stage.one("[data-kind=minimal] a.note");
    assert_eq!(text_of(&line), "Your parcel is on its way");
    assert_eq!(attribute(&line, "href"), "http://127.0.0.1:9/track/7");
}

#[wasm_bindgen_test]
async fn a_form_is_a_list_of_names_and_values_with_its_media() {
    let stage = Stage::new().await;
    stage.push(fixtures::form(), Status::Sent);
    settle().await;
    let names: Vec<_> = stage.all("dl dt").iter().map(|name| text_of(name)).collect();
    let values: Vec<_> = stage.all("dl dd").iter().map(|value| text_of(value)).collect();
    assert_eq!(
        (names, values),
        (
            vec!["Size".into(), "Width".into()],
            vec!["39".into(), "Narrow".into()]
        )
    );
    assert_eq!(text_of(&stage.one(".card__title")), "Size advice");
    assert_eq!(stage.all(".card__media .picture").len(), 1);
    assert_eq!(stage.all(".card__media .file").len(), 1);
}

#[wasm_bindgen_test]
async fn a_system_message_keeps_its_line_breaks_and_its_buttons() {
    let stage = Stage::new().await;
    stage.push(fixtures::system(), Status::Received);
    settle().await;
    let text = stage.one("[data-kind=system] .note__text");
    assert!(text_of(&text).contains('\n'));
    assert!(text.offset_height() > 30, "two lines are drawn");
    assert_eq!(
        text_of(&stage.one("[data-kind=system] a.button")),
        "Opening hours"
    );
}

#[wasm_bindgen_test]
async fn what_this_build_does_not_know_is_drawn_as_its_preview_text() {
    let stage = Stage::new().await;
    stage.push(fixtures::unsupported(), Status::Received);
    let mut nothing = fixtures::unsupported();
    nothing.sequence.0 += 1;
    nothing.content.preview_text = None;
    stage.push(nothing, Status::Received);
    settle().await;
    let texts: Vec<_> = stage
        .all("[data-kind=unsupported]")
        .iter()
        .map(|message| text_of(message))
        .collect();
    assert_eq!(
        texts,
        ["A carousel of three boots", "This message cannot be shown here."]
    );
}

#[wasm_bindgen_test]
async fn an_address_that_may_not_be_used_becomes_a_notice_and_the_rest_stays() {
    let stage = Stage::new().await;
    let mut message = fixtures::basic();
    if let ContentKind::Basic(basic) = &mut message.content.kind {
        for item in &mut basic.items {
            match item {
                BasicItem::Image(image) => image.url = Some("javascript:alert(1)".to_owned()),
                BasicItem::File(file) => file.url = Some("data:text/html,x".to_owned()),
                BasicItem::Text(_) | BasicItem::Unsupported { .. } => {}
            }
        }
    }
    stage.push(message, Status::Received);
    let mut card = fixtures::template();
    card.content = card.content.map_buttons(|_, mut button| {
        if let ShownAction::Link(url) = &mut button.action {
            "javascript:alert(1)".clone_into(url);
        }
        button
    });
    stage.push(card, Status::Received);
    settle().await;
    assert_eq!(stage.all("[data-testid=message]").len(), 4);
    assert_eq!(stage.all(".bubble--unsupported").len(), 2);
    assert_eq!(stage.all("a.button").len(), 0);
    for address in stage.all("[href], [src]") {
        for name in ["href", "src"] {
            assert!(
                !attribute(&address, name).contains("script"),
                "{}",
                attribute(&address, name)
            );
        }
    }
}

#[wasm_bindgen_test]
async fn markup_in_a_message_is_text() {
    let stage = Stage::new().await;
    let markup = "<img src=x onerror=alert(1)><b>bold</b>";
    stage.push(fixtures::text(1, markup, false), Status::Received);
    settle().await;
    assert_eq!(text_of(&stage.one(".bubble__text")), markup);
    assert_eq!(stage.all(".bubble__text *").len(), 0);
}

/// The server sends `require-trusted-types-for 'script'`: any of these with a string would throw on the real page.
#[wasm_bindgen_test]
async fn drawing_every_kind_hands_no_markup_to_the_browser() {
    let used: js_sys::Array = js_sys::Function::new_no_args(
        "const used = [];
         for (const name of ['innerHTML', 'outerHTML']) {
           const old = Object.getOwnPropertyDescriptor(Element.prototype, name);
           Object.defineProperty(Element.prototype, name, { ...old, set(value) { used.push(name); old.set.call(this, value); } });
         }
         for (const name of ['insertAdjacentHTML', 'setHTMLUnsafe']) {
           const old = Element.prototype[name];
           Element.prototype[name] = function (...given) { used.push(name); return old.apply(this, given); };
         }
         return used;",
    )
    .call0(&JsValue::NULL)
    .unwrap_throw()
    .unchecked_into();
    let stage = Stage::new().await;
    for message in fixtures::all() {
        stage.push(message, Status::Received);
    }
    stage
        .arrive(fixtures::text(1, "See https://a.example", false))
        .await;
    stage.all("button.picture").remove(0).click();
    settle().await;
    document()
        .query_selector("dialog button")
        .unwrap_throw()
        .unwrap_throw()
        .unchecked_into::<HtmlElement>()
        .click();
    frame().await;
    settle().await;
    assert_eq!(stage.all("[data-testid=message]").len(), 11);
    assert_eq!(used.length(), 0, "{:?}", used.join(","));
}
