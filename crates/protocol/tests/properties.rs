//! Whatever validates round-trips, and no JSON makes reading or checking panic.

use proptest::prelude::*;
use serde_json::{Map, Value};
use shopbell_protocol::content::{
    BasicContent, BasicItem, ContentKind, FormContent, FormField, FormMedia, MessageContent, MinimalContent,
    Orientation, TemplateContent,
};
use shopbell_protocol::frame::{ClientFrame, ServerFrame, StaffClientFrame, StaffServerFrame};
use shopbell_protocol::inbox::{ListMessagesRequest, SendMessageRequest};
use shopbell_protocol::media::{FileMessage, ImageMessage};
use shopbell_protocol::message::MessageDraft;
use shopbell_protocol::{Button, ButtonAction, PostbackProperties, PostbackUse, ShownMessage, validate};

fn any_json() -> impl Strategy<Value = Value> {
    let names = prop_oneof![
        Just("content"),
        Just("basic"),
        Just("items"),
        Just("text"),
        Just("image"),
        Just("template"),
        Just("buttons"),
        Just("postbackProperties"),
        Just("label"),
        Just("type"),
        Just("message"),
        Just("form"),
        Just("fields"),
        Just("sequence"),
        Just("visibility"),
        Just("clientId"),
        Just("direction"),
        Just("sender"),
        Just("id"),
        Just("url"),
        Just("paging"),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
        prop_oneof![
            Just("hello"),
            Just("send"),
            Just("welcome"),
            Just("BUSINESS"),
            Just("1701103918040190")
        ]
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((names.clone(), inner), 0..6).prop_map(|members| Value::from(
                members
                    .into_iter()
                    .map(|(k, v)| (k.to_owned(), v))
                    .collect::<Map<_, _>>()
            )),
        ]
    })
}

fn text(max: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(
        any::<char>().prop_filter("no text has it", |c| *c != '\0'),
        1..=max.min(40),
    )
    .prop_map(String::from_iter)
}

fn address() -> impl Strategy<Value = String> {
    "https?://[a-z]{1,10}\\.example/[a-z0-9/?=&#%-]{0,30}"
}

fn media() -> impl Strategy<Value = (ImageMessage, FileMessage)> {
    (
        address(),
        prop::option::of(text(40)),
        prop::option::of(0u32..5_000),
    )
        .prop_map(|(url, filename, side)| {
            let image = ImageMessage {
                url: Some(url.clone()),
                filename: filename.clone(),
                width: side,
                height: side,
                ..ImageMessage::default()
            };
            (
                image,
                FileMessage {
                    url: Some(url),
                    filename,
                    ..FileMessage::default()
                },
            )
        })
}

fn button() -> impl Strategy<Value = Button> {
    let uses = prop_oneof![
        Just(PostbackUse::Once),
        Just(PostbackUse::OncePerGroup),
        Just(PostbackUse::Repeatable)
    ];
    let postback = (text(40), uses).prop_map(|(interaction_id, uses)| {
        ButtonAction::Postback(PostbackProperties {
            interaction_id,
            uses,
            ..PostbackProperties::default()
        })
    });
    (
        text(40),
        prop_oneof![address().prop_map(ButtonAction::Link), postback],
    )
        .prop_map(|(label, action)| Button { label, action })
}

fn valid_content() -> impl Strategy<Value = MessageContent> {
    let item = prop_oneof![
        text(40).prop_map(BasicItem::Text),
        media().prop_map(|(image, _)| BasicItem::Image(image)),
        media().prop_map(|(_, file)| BasicItem::File(file)),
    ];
    let basic =
        prop::collection::vec(item, 1..6).prop_map(|items| ContentKind::Basic(BasicContent { items }));
    let template = (
        prop::option::of(text(40)),
        prop::collection::vec(button(), 0..=10),
        prop_oneof![Just(Orientation::Portrait), Just(Orientation::Landscape)],
        prop::collection::vec(text(40), 0..=10),
        prop::option::of(address()),
    )
        .prop_map(|(title, buttons, orientation, text_lines, image_url)| {
            ContentKind::Template(TemplateContent {
                title,
                buttons,
                orientation,
                text_lines,
                image_url,
            })
        });
    let minimal = (text(40), prop::option::of(address()), prop::option::of(address()))
        .prop_map(|(text, icon_url, url)| ContentKind::Minimal(MinimalContent { text, icon_url, url }));
    let fields = prop::collection::vec(
        (text(40), text(40)).prop_map(|(name, value)| FormField { name, value }),
        1..=15,
    );
    let files = prop::collection::vec(media().prop_map(|(image, _)| FormMedia::Image(image)), 0..=15);
    let form = (text(40), prop::option::of(text(40)), fields, files).prop_map(
        |(title, description, fields, media)| {
            ContentKind::Form(FormContent {
                title,
                description,
                fields,
                media,
            })
        },
    );
    (
        prop::option::of(text(40)),
        prop_oneof![basic, template, minimal, form],
    )
        .prop_map(|(preview_text, kind)| MessageContent {
            preview_text,
            title: None,
            kind,
        })
}

proptest! {
    #[test]
    fn whatever_validates_also_round_trips(content in valid_content()) {
        let mut violations = shopbell_protocol::Violations::default();
        validate::content(&content, "content", &mut violations);
        prop_assert!(violations.is_empty(), "{violations}");
        let json = serde_json::to_string(&content).unwrap();
        prop_assert_eq!(serde_json::from_str::<MessageContent>(&json).unwrap(), content);
    }

    #[test]
    fn arbitrary_json_never_panics(json in any_json()) {
        if let Ok(draft) = serde_json::from_value::<MessageDraft>(json.clone()) {
            let _ = validate::draft(draft, "message");
        }
        let _ = serde_json::from_value::<SendMessageRequest>(json.clone());
        let _ = serde_json::from_value::<ListMessagesRequest>(json.clone());
        let _ = serde_json::from_value::<ClientFrame>(json.clone());
        let _ = serde_json::from_value::<ServerFrame>(json.clone());
        let _ = serde_json::from_value::<StaffClientFrame>(json.clone());
        let _ = serde_json::from_value::<StaffServerFrame>(json.clone());
        if let Ok(message) = serde_json::from_value::<ShownMessage>(json) {
            let _ = message.content.derived_preview();
        }
    }

    #[test]
    fn arbitrary_text_never_panics(text in "\\PC{0,80}") {
        let mut violations = shopbell_protocol::Violations::default();
        validate::web_url(&text, "x", 2_000, &mut violations);
        validate::guid(&text, "x", &mut violations);
        validate::client_id(&text, "x", &mut violations);
        let _ = serde_json::from_str::<ClientFrame>(&text);
    }

    #[test]
    fn a_derived_preview_keeps_its_limit(content in valid_content()) {
        prop_assert!(content.derived_preview().chars().count() <= shopbell_protocol::limits::PREVIEW_TEXT_MAX);
    }
}
