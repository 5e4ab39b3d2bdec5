//! Pictures and files in messages: stored by id, handed out by addresses that end.

use serde_json::{Value, json};
use shopbell_protocol::media::UploadAnswer;
use shopbell_protocol::widget::SendRequest;
use shopbell_protocol::{BasicItem, ClientId, ContentKind, ImageMessage, MessageContent, ShownMessage};
use shopbell_server::service::{
    HistoryQuery, MediaOwner, NewUpload, ParticipantCaller, ServiceError, ServiceResult,
};
use shopbell_server::testing::{TestApp, send_request};

use super::SECOND;

async fn upload(app: &TestApp, owner: &MediaOwner, key: &str, picture: bool) -> UploadAnswer {
    let upload = NewUpload {
        storage_name: app.service.new_storage_name().unwrap(),
        filename: "my boots.png".to_owned(),
        mime_type: if picture { "image/png" } else { "application/pdf" }.to_owned(),
        size_bytes: 1234,
        dimensions: picture.then_some((640, 480)),
    };
    app.service
        .register_upload(owner, Some(ClientId::from(key)), upload)
        .await
        .unwrap()
        .answer
}

async fn picture(app: &TestApp, owner: &MediaOwner) -> ImageMessage {
    let UploadAnswer::Image(image) = upload(app, owner, "key", true).await else {
        panic!("no picture")
    };
    image
}

async fn send(
    app: &TestApp,
    visitor: &ParticipantCaller,
    id: &str,
    content: Value,
) -> ServiceResult<ShownMessage> {
    let request = SendRequest {
        client_id: id.into(),
        content: serde_json::from_value(content).unwrap(),
    };
    app.service.send_as_participant(visitor, request).await
}

fn image_of(message: &ShownMessage) -> &ImageMessage {
    let ContentKind::Basic(basic) = &message.content.kind else {
        panic!("not basic")
    };
    let BasicItem::Image(image) = &basic.items[0] else {
        panic!("no picture")
    };
    image
}

async fn opens(app: &TestApp, url: &str) -> ServiceResult<u64> {
    let url = url::Url::parse(url).unwrap();
    let id = url.path_segments().unwrap().nth(1).unwrap().to_owned();
    let get = |name: &str| {
        url.query_pairs()
            .find(|(key, _)| key == name)
            .unwrap()
            .1
            .into_owned()
    };
    let opened = app
        .service
        .open_media(&id.as_str().into(), &get("expires"), &get("signature"))
        .await?;
    assert_eq!((opened.filename.as_str(), opened.picture), ("my boots.png", true));
    Ok(opened.valid_for_s)
}

#[tokio::test]
async fn a_picture_is_stored_by_id_and_gets_a_fresh_address_at_each_reading() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let image = picture(&app, &MediaOwner::from(&visitor)).await;
    let sent = send(
        &app,
        &visitor,
        "1",
        json!({"basic": {"items": [{"image": image}]}}),
    )
    .await
    .unwrap();
    let first = image_of(&sent).clone();
    assert_eq!((first.width, first.height), (Some(640), Some(480)));
    assert!((36_000..36_600).contains(&opens(&app, first.url.as_deref().unwrap()).await.unwrap()));
    app.clock.advance(SECOND * 11 * 3600);
    let gone = opens(&app, first.url.as_deref().unwrap()).await;
    assert!(
        matches!(gone, Err(ServiceError::NotFound { what: "Media" })),
        "{gone:?}"
    );
    let page = app
        .service
        .participant_history(&visitor, HistoryQuery::default())
        .await
        .unwrap();
    let later = image_of(&page.messages[0]);
    assert_ne!(later.url, first.url);
    assert!(opens(&app, later.url.as_deref().unwrap()).await.is_ok());
    assert!(later.url_expiration > first.url_expiration);
    // Sent again with the address of its time: it is the same message.
    let again = send(
        &app,
        &visitor,
        "1",
        json!({"basic": {"items": [{"image": first}]}}),
    )
    .await
    .unwrap();
    assert_eq!(again.sequence, sent.sequence);
}

#[tokio::test]
async fn an_own_picture_by_its_address_is_recognized_in_a_card_too() {
    let app = TestApp::start().await;
    let (owner, visitor) = (app.owner().await, app.visitor().await);
    app.visitor_says(&visitor, "1", "Hello").await;
    let image = picture(&app, &MediaOwner::from(&owner)).await;
    let content = json!({"template": {"title": "Boots", "imageUrl": image.url}});
    let content: MessageContent = serde_json::from_value(content).unwrap();
    let sent = app.app_says(&visitor.conversation_id, content).await;
    app.clock.advance(SECOND * 20 * 3600);
    let page = app
        .service
        .participant_history(&visitor, HistoryQuery::default())
        .await
        .unwrap();
    let ContentKind::Template(template) = &page.messages[1].content.kind else {
        panic!("no card")
    };
    let now = template.image_url.as_deref().unwrap();
    assert!(now.starts_with("http://127.0.0.1:8080/media/"), "{now}");
    assert!(
        opens(&app, now).await.is_ok(),
        "the picture of a card ends with its first address"
    );
    assert_eq!(page.messages[1].id, sent.id);
}

#[tokio::test]
async fn only_what_is_there_and_ones_own_may_be_sent() {
    let app = TestApp::start().await;
    let (owner, visitor, stranger) = (app.owner().await, app.visitor().await, app.visitor().await);
    let strangers = picture(&app, &MediaOwner::from(&stranger)).await;
    let UploadAnswer::File(file) = upload(&app, &MediaOwner::from(&visitor), "f", false).await else {
        panic!("not a file")
    };
    for (number, item, field) in [
        (
            1,
            json!({"image": {"id": "unknown"}}),
            "content.basic.items[0].image",
        ),
        (
            2,
            json!({"image": {"id": strangers.id}}),
            "content.basic.items[0].image",
        ),
        (
            3,
            json!({"image": {"url": strangers.url}}),
            "content.basic.items[0].image",
        ),
        (
            4,
            json!({"image": {"id": file.id}}),
            "content.basic.items[0].image",
        ),
        (
            5,
            json!({"file": {"id": "unknown"}}),
            "content.basic.items[0].file",
        ),
        // Every reader's browser would call there.
        (
            6,
            json!({"image": {"url": "https://stranger.example/pixel.png"}}),
            "content.basic.items[0].image",
        ),
        (
            7,
            json!({"file": {"url": "https://stranger.example/invoice.exe", "filename": "invoice.pdf"}}),
            "content.basic.items[0].file",
        ),
    ] {
        let refused = send(
            &app,
            &visitor,
            &number.to_string(),
            json!({"basic": {"items": [item]}}),
        )
        .await;
        let Err(ServiceError::InvalidMediaUrl { field: named }) = refused else {
            panic!("{number}: {refused:?}")
        };
        assert_eq!(named, field);
    }
    let sent = send(
        &app,
        &visitor,
        "9",
        json!({"basic": {"items": [{"file": {"id": file.id}}]}}),
    )
    .await
    .unwrap();
    let ContentKind::Basic(basic) = &sent.content.kind else {
        panic!("not basic")
    };
    let BasicItem::File(sent) = &basic.items[0] else {
        panic!("no file")
    };
    assert_eq!(
        (sent.size_bytes, sent.mime_type.as_deref()),
        (Some(1234), Some("application/pdf"))
    );
    // The business may use what any of its people and visitors have uploaded, by id; another site may not.
    let content = json!({"basic": {"items": [{"image": {"id": strangers.id}}]}});
    let content: MessageContent = serde_json::from_value(content).unwrap();
    app.app_says(&visitor.conversation_id, content).await;
    assert_ne!(MediaOwner::from(&owner), MediaOwner::from(&visitor));
}

#[tokio::test]
async fn an_upload_sent_again_gets_its_first_answer() {
    let app = TestApp::start().await;
    let owner = MediaOwner::from(&app.visitor().await);
    let key = ClientId::from("key");
    assert_eq!(app.service.find_upload(&owner, &key).await.unwrap(), None);
    let first = upload(&app, &owner, "key", true).await;
    assert_eq!(
        app.service.find_upload(&owner, &key).await.unwrap(),
        Some(first.clone())
    );
    assert_eq!(upload(&app, &owner, "key", true).await, first);
    let other = MediaOwner::from(&app.visitor().await);
    assert_ne!(upload(&app, &other, "key", true).await, first);
}

#[tokio::test]
async fn an_address_that_was_changed_opens_nothing() {
    let app = TestApp::start().await;
    let image = picture(&app, &MediaOwner::from(&app.visitor().await)).await;
    let url = image.url.unwrap();
    assert!(opens(&app, &url).await.is_ok());
    for (from, to) in [("expires=", "expires=9"), ("signature=", "signature=A")] {
        assert!(opens(&app, &url.replace(from, to)).await.is_err(), "{to}");
    }
    let service = &app.service;
    for (expires, signature) in [("", ""), ("x", "y"), ("99999999999999999999999", "AAAA")] {
        assert!(
            service
                .open_media(&image.id.clone().unwrap(), expires, signature)
                .await
                .is_err()
        );
    }
}

#[tokio::test]
async fn an_address_elsewhere_that_the_business_sends_is_left_as_it_is() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let conversation = app.conversation_of(&visitor.participant).await;
    let request: Value = json!({"content": {"basic": {"items": [{"image": {
        "url": "https://example.com/a.png", "urlExpiration": "2020-01-01T00:00:00.000Z"}}]}},
        "visibility": "BUSINESS_AND_PARTICIPANT", "direction": "BUSINESS_TO_PARTICIPANT"});
    let request = send_request(&conversation, serde_json::from_value(request).unwrap());
    let sent = app
        .service
        .send_as_app(&app.app().await, request, None)
        .await
        .unwrap()
        .message;
    let ContentKind::Basic(basic) = &sent.content.kind else {
        panic!("not basic")
    };
    let BasicItem::Image(image) = &basic.items[0] else {
        panic!("no picture")
    };
    assert_eq!(
        (image.url.as_deref(), &image.url_expiration),
        (Some("https://example.com/a.png"), &None)
    );
}
