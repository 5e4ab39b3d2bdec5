//! Rule 14: the event log and its cursor.

use std::time::Duration;

use shopbell_protocol::event::{EventBody, EventsPage};
use shopbell_protocol::{MessageContent, PostbackUse, widget::PostbackRequest};
use shopbell_server::service::{AppCaller, ServiceError};
use shopbell_server::testing::TestApp;

use super::{card, postback};

const NOW: Duration = Duration::ZERO;

async fn after(app: &TestApp, caller: &AppCaller, cursor: Option<&str>, limit: Option<i64>) -> EventsPage {
    app.service
        .events_after(caller, cursor, limit, NOW)
        .await
        .unwrap()
}

#[tokio::test]
async fn rule_14_the_log_tells_each_fact_once_in_order_from_any_cursor() {
    let app = TestApp::start().await;
    let (caller, visitor) = (app.app().await, app.visitor().await);
    assert_eq!(
        after(&app, &caller, None, None).await,
        EventsPage {
            events: Vec::new(),
            cursor: "0".to_owned()
        }
    );
    app.visitor_says(&visitor, "1", "Hello").await;
    let sent = app
        .app_says(
            &visitor.conversation_id,
            card(vec![postback("Yes", PostbackUse::Once)]),
        )
        .await;
    app.app_notes(&visitor.conversation_id, "not told").await;
    let press = PostbackRequest {
        client_id: "p".into(),
        message_id: sent.id,
        button_id: "b0".to_owned(),
    };
    app.service.press_postback(&visitor, press).await.unwrap();
    let all = after(&app, &caller, None, None).await;
    let kinds: Vec<&str> = all
        .events
        .iter()
        .map(|event| match event.body {
            EventBody::MessageSentToBusiness(_) => "to business",
            EventBody::MessageSentToParticipant(_) => "to participant",
            EventBody::ButtonInteracted(_) => "pressed",
            EventBody::ConversationsMerged(_) => "merged",
        })
        .collect();
    assert_eq!(kinds, ["to business", "to participant", "pressed"]);
    assert!(matches!(&all.events[1].body, EventBody::MessageSentToParticipant(told) if told.message == sent));
    let mut cursor = "0".to_owned();
    let mut one_by_one = Vec::new();
    loop {
        let page = after(&app, &caller, Some(&cursor), Some(1)).await;
        if page.events.is_empty() {
            assert_eq!(page.cursor, cursor, "the cursor moved though nothing came");
            break;
        }
        cursor = page.cursor;
        one_by_one.extend(page.events);
    }
    assert_eq!(one_by_one, all.events);
    let app = app.restart().await;
    assert_eq!(
        after(&app, &caller, None, None).await.events,
        all.events,
        "the log changed over a restart"
    );
}

#[tokio::test]
async fn rule_14_a_waiting_reader_is_woken_by_what_comes_and_answered_when_nothing_does() {
    let app = TestApp::start().await;
    let (caller, visitor) = (app.app().await, app.visitor().await);
    let nothing = app
        .service
        .events_after(&caller, None, None, Duration::from_millis(20))
        .await
        .unwrap();
    assert!(nothing.events.is_empty());
    let waiting = {
        let (service, caller) = (app.service.clone(), caller.clone());
        tokio::spawn(async move {
            service
                .events_after(&caller, None, None, Duration::from_mins(1))
                .await
        })
    };
    tokio::task::yield_now().await;
    app.service.participant_typing(&visitor, true);
    app.visitor_says(&visitor, "1", "Hello").await;
    // Less than the slow timer: it was the signal that woke the reader.
    let woken = tokio::time::timeout(4 * super::SECOND, waiting).await.unwrap();
    assert_eq!(woken.unwrap().unwrap().events.len(), 1);
}

#[tokio::test]
async fn a_cursor_or_limit_that_is_none_is_named() {
    let app = TestApp::start().await;
    let caller = app.app().await;
    for (cursor, limit, expected) in [
        (Some("yesterday"), None, vec!["after"]),
        (Some("-1"), Some(0), vec!["after", "limit"]),
        (None, Some(1001), vec!["limit"]),
        (None, Some(-5), vec!["limit"]),
    ] {
        let refused = app.service.events_after(&caller, cursor, limit, NOW).await;
        let Err(ServiceError::Invalid(violations)) = refused else {
            panic!("{refused:?}")
        };
        let fields: Vec<&str> = violations
            .0
            .iter()
            .map(|violation| violation.field.as_str())
            .collect();
        assert_eq!(fields, expected);
    }
}

#[tokio::test]
async fn the_log_of_another_site_is_another_log() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    app.visitor_says(&visitor, "1", "Hello").await;
    app.app_says(&visitor.conversation_id, MessageContent::text("Welcome"))
        .await;
    let stranger = AppCaller {
        site_id: "another".into(),
        app_id: "app".into(),
    };
    let refused = app.service.events_after(&stranger, None, None, NOW).await;
    assert!(matches!(refused, Err(ServiceError::SiteNotFound)), "{refused:?}");
}
