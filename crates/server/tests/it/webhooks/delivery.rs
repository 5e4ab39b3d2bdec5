//! Rule 14: at least once, in order per conversation, whatever the receiver does.

use std::time::Duration;

use shopbell_protocol::admin::{
    DeliveryState, EndpointState, NewWebhook, ReplayRequest, Rotation, WebhookChange, WebhookFormat,
};
use shopbell_protocol::{PostbackUse, widget::PostbackRequest};
use shopbell_server::testing::TestApp;

use super::receiver::{Mode, Receiver, told};
use super::{app_that_calls, endpoint, pass, relay, settled};
use crate::rules::{card, postback};

const MINUTE: Duration = Duration::from_mins(1);

#[tokio::test]
async fn over_an_hour_of_every_failure_each_event_comes_once_and_in_order() {
    let app = app_that_calls(&["private"]).await;
    let mut receiver = Receiver::start(Mode::Accept).await;
    let made = endpoint(&app, &receiver.url()).await;
    let _relay = relay(&app);
    let visitors = [app.visitor().await, app.visitor().await, app.visitor().await];
    let bad = [
        None,
        Some(Mode::Answer(500, String::new())),
        Some(Mode::Silent),
        Some(Mode::Garbage),
        Some(Mode::HangUp),
        Some(Mode::HangUpAtOnce),
    ];
    for minute in 0..60 {
        if minute % 10 == 0 {
            match bad[minute / 10].clone() {
                None => receiver.go_down().await,
                Some(failing) => {
                    if receiver.connections() == 0 {
                        receiver.come_back().await;
                    }
                    receiver.becomes(failing);
                }
            }
            if minute == 10 {
                assert_eq!(
                    receiver.connections(),
                    0,
                    "nobody listened, and somebody was there"
                );
            }
        }
        for (number, visitor) in visitors.iter().enumerate() {
            let text = format!("{number}: {minute}");
            app.visitor_says(visitor, &format!("{minute}"), &text).await;
        }
        pass(&app, MINUTE).await;
    }
    let listed = app.service.webhook(&app.owner().await, &made.id).await.unwrap();
    assert_eq!(
        listed.waiting, 180,
        "something was dropped, or accepted by nobody"
    );
    assert!(listed.failing_since_date.is_some());
    assert_eq!(listed.state, EndpointState::Active, "it was disabled");
    let tries = receiver.got().len();
    receiver.becomes(Mode::Accept);
    pass(&app, Duration::from_hours(1)).await;
    let accepted = receiver.accepted(180).await;
    assert_eq!(accepted.len(), 180, "something came twice");
    let told = told(&accepted);
    for (number, visitor) in visitors.iter().enumerate() {
        let expected: Vec<String> = (0..60).map(|minute| format!("{number}: {minute}")).collect();
        assert_eq!(told[visitor.conversation_id.as_str()], expected);
    }
    let listed = app.service.webhook(&app.owner().await, &made.id).await.unwrap();
    assert_eq!((listed.waiting, listed.dead_letters), (0, 0));
    assert_eq!(listed.failing_since_date, None);
    assert!(listed.last_attempt.unwrap().error.is_none());
    println!("in the hour of failures {tries} requests reached it, for 180 events in 3 conversations");
}

#[tokio::test]
async fn one_event_that_is_never_accepted_holds_up_its_own_conversation_only() {
    let app = app_that_calls(&["private"]).await;
    let receiver = Receiver::start(Mode::Answer(500, String::new())).await;
    endpoint(&app, &receiver.url()).await;
    let (stuck, other) = (app.visitor().await, app.visitor().await);
    let _relay = relay(&app);
    app.visitor_says(&stuck, "1", "stuck").await;
    settled(&app).await;
    receiver.becomes(Mode::Accept);
    app.visitor_says(&stuck, "2", "behind").await;
    app.visitor_says(&other, "1", "other").await;
    settled(&app).await;
    let told_now = told(&receiver.accepted(1).await);
    assert_eq!(told_now.len(), 1, "{told_now:?}");
    assert_eq!(told_now[other.conversation_id.as_str()], ["other"]);
    pass(&app, Duration::from_secs(3)).await;
    let told_then = told(&receiver.accepted(3).await);
    assert_eq!(told_then[stuck.conversation_id.as_str()], ["stuck", "behind"]);
}

#[tokio::test]
async fn after_48_hours_an_event_is_a_dead_letter_that_can_be_replayed() {
    let app = app_that_calls(&["private"]).await;
    let owner = app.owner().await;
    let receiver = Receiver::start(Mode::Answer(503, "Retry-After: 1800\r\n".to_owned())).await;
    let made = endpoint(&app, &receiver.url()).await;
    let _relay = relay(&app);
    let visitor = app.visitor().await;
    app.visitor_says(&visitor, "1", "one").await;
    app.visitor_says(&visitor, "2", "two").await;
    settled(&app).await;
    pass(&app, Duration::from_mins(29)).await;
    assert_eq!(receiver.got().len(), 1, "it was asked before the time it gave");
    for _hour in 0..49 {
        pass(&app, Duration::from_hours(1)).await;
    }
    let dead = || {
        app.service
            .webhook_deliveries(&owner, &made.id, Some(DeliveryState::Dead), None, None)
    };
    let letters = dead().await.unwrap().deliveries;
    // Each had its try, the second only after the first was given up.
    assert_eq!(letters.len(), 2, "{letters:?}");
    assert!(letters[1].attempts.len() > 40, "{}", letters[1].attempts.len());
    let last = letters[1].attempts.last().unwrap();
    assert_eq!(
        (last.status, last.error.as_deref()),
        (Some(503), Some("answered 503"))
    );
    let requests = receiver.got().len();
    pass(&app, Duration::from_hours(9)).await;
    assert_eq!(receiver.got().len(), requests, "a dead letter was tried");
    receiver.becomes(Mode::Accept);
    let request = ReplayRequest {
        delivery_ids: Some(vec![letters[1].id.clone()]),
    };
    assert_eq!(
        app.service
            .replay_webhook(&owner, &made.id, request)
            .await
            .unwrap()
            .replayed,
        1
    );
    settled(&app).await;
    assert_eq!(
        told(&receiver.accepted(1).await)[visitor.conversation_id.as_str()],
        ["one"]
    );
    let all = ReplayRequest::default();
    assert_eq!(
        app.service
            .replay_webhook(&owner, &made.id, all)
            .await
            .unwrap()
            .replayed,
        1
    );
    settled(&app).await;
    receiver.accepted(2).await;
    assert!(dead().await.unwrap().deliveries.is_empty());
}

#[tokio::test]
async fn a_paused_endpoint_is_not_called_and_told_everything_when_it_goes_on() {
    let app = app_that_calls(&["private"]).await;
    let owner = app.owner().await;
    let receiver = Receiver::start(Mode::Accept).await;
    let made = endpoint(&app, &receiver.url()).await;
    let _relay = relay(&app);
    let visitor = app.visitor().await;
    let switch = async |state| {
        let change = WebhookChange {
            state: Some(state),
            ..WebhookChange::default()
        };
        app.service
            .change_webhook(&owner, &made.id, change)
            .await
            .unwrap()
    };
    switch(EndpointState::Paused).await;
    for number in 0..5 {
        app.visitor_says(&visitor, &number.to_string(), &number.to_string())
            .await;
    }
    pass(&app, Duration::from_hours(100)).await;
    assert_eq!(receiver.connections(), 0);
    assert_eq!(app.service.webhook(&owner, &made.id).await.unwrap().waiting, 5);
    switch(EndpointState::Active).await;
    let told = told(&receiver.accepted(5).await);
    assert_eq!(told[visitor.conversation_id.as_str()], ["0", "1", "2", "3", "4"]);
}

#[tokio::test]
async fn an_endpoint_that_says_gone_is_disabled_in_sight_and_loses_nothing() {
    let app = app_that_calls(&["private"]).await;
    let owner = app.owner().await;
    let receiver = Receiver::start(Mode::Answer(410, String::new())).await;
    let made = endpoint(&app, &receiver.url()).await;
    let _relay = relay(&app);
    let visitor = app.visitor().await;
    app.visitor_says(&visitor, "1", "one").await;
    settled(&app).await;
    let listed = app.service.webhook(&owner, &made.id).await.unwrap();
    assert_eq!(listed.state, EndpointState::Disabled);
    assert!(listed.disabled_reason.unwrap().contains("410"));
    app.visitor_says(&visitor, "2", "two").await;
    receiver.becomes(Mode::Accept);
    pass(&app, Duration::from_hours(1)).await;
    assert_eq!(receiver.got().len(), 1, "it was called though it is disabled");
    let change = WebhookChange {
        state: Some(EndpointState::Active),
        ..WebhookChange::default()
    };
    let listed = app
        .service
        .change_webhook(&owner, &made.id, change)
        .await
        .unwrap();
    assert_eq!(listed.disabled_reason, None);
    assert_eq!(
        told(&receiver.accepted(2).await)[visitor.conversation_id.as_str()],
        ["one", "two"]
    );
}

#[tokio::test]
async fn a_silent_endpoint_delays_no_other_endpoint() {
    let app = app_that_calls(&["private"]).await;
    let (silent, good) = (
        Receiver::start(Mode::Silent).await,
        Receiver::start(Mode::Accept).await,
    );
    endpoint(&app, &silent.url()).await;
    endpoint(&app, &good.url()).await;
    let _relay = relay(&app);
    let visitor = app.visitor().await;
    for number in 0..20 {
        app.visitor_says(&visitor, &number.to_string(), &number.to_string())
            .await;
    }
    good.accepted(20).await;
    // All 20 came while the first request to the other was still open, or the next after it.
    assert!(silent.connections() <= 8, "{}", silent.connections());
}

#[tokio::test]
async fn only_the_wanted_types_come_and_each_signature_is_good() {
    let app = app_that_calls(&["private"]).await;
    let owner = app.owner().await;
    let (token, standard) = (
        Receiver::start(Mode::Accept).await,
        Receiver::start(Mode::Accept).await,
    );
    let pressed = "wix.crm.inbox.v2.message_button_interacted".to_owned();
    let new_endpoint = async |receiver: &Receiver, format, types| {
        let request = NewWebhook {
            url: receiver.url(),
            format: Some(format),
            types: Some(types),
            ..NewWebhook::default()
        };
        app.service.create_webhook(&owner, request).await.unwrap()
    };
    assert_eq!(
        new_endpoint(&token, WebhookFormat::Token, vec![pressed])
            .await
            .secret,
        None
    );
    let made = new_endpoint(&standard, WebhookFormat::Standard, Vec::new()).await;
    let _relay = relay(&app);
    press_a_button(&app).await;
    let tokens = token.accepted(1).await;
    standard.accepted(2).await;
    settled(&app).await;
    assert_eq!((token.got().len(), standard.got().len()), (1, 2));
    assert!(
        tokens[0].headers["content-type"].starts_with("text/plain"),
        "{tokens:?}"
    );
    let keys = app.service.signing_keys(Some(&owner)).await.unwrap().keys;
    let key = jsonwebtoken::DecodingKey::from_rsa_pem(keys[0].public_key.as_bytes()).unwrap();
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
    validation.validate_exp = false;
    let claims = jsonwebtoken::decode::<serde_json::Value>(&tokens[0].body, &key, &validation)
        .unwrap()
        .claims;
    let data: serde_json::Value = serde_json::from_str(claims["data"].as_str().unwrap()).unwrap();
    let event: serde_json::Value = serde_json::from_str(data["data"].as_str().unwrap()).unwrap();
    assert_eq!(event["actionEvent"]["body"]["interactionId"], "id-of-yes");
    // A new secret signs beside the old one until the overlap is over.
    let new = app
        .service
        .rotate_webhook_secret(
            &owner,
            &made.endpoint.id,
            Rotation {
                overlap_hours: Some(1),
            },
        )
        .await
        .unwrap();
    assert_ne!(new.secret, made.secret);
    let signatures = async || {
        app.service.test_webhook(&owner, &made.endpoint.id).await.unwrap();
        standard.got().last().unwrap().headers["webhook-signature"]
            .split(' ')
            .count()
    };
    assert_eq!(signatures().await, 2);
    app.clock.advance(Duration::from_hours(1));
    assert_eq!(signatures().await, 1);
}

#[tokio::test]
async fn a_new_signing_key_is_shown_before_it_signs() {
    let app = app_that_calls(&["private"]).await;
    let owner = app.owner().await;
    let receiver = Receiver::start(Mode::Accept).await;
    let request = NewWebhook {
        url: receiver.url(),
        ..NewWebhook::default()
    };
    let made = app
        .service
        .create_webhook(&owner, request)
        .await
        .unwrap()
        .endpoint;
    let rotation = Rotation {
        overlap_hours: Some(2),
    };
    let keys = app
        .service
        .rotate_signing_key(Some(&owner), rotation)
        .await
        .unwrap()
        .keys;
    let states: Vec<&str> = keys.iter().map(|key| key.state.as_str()).collect();
    assert_eq!(states, ["NEXT", "CURRENT"]);
    let signed_by = async || {
        app.service.test_webhook(&owner, &made.id).await.unwrap();
        let token = receiver.got().last().unwrap().body.clone();
        jsonwebtoken::decode_header(&token).unwrap().kid.unwrap()
    };
    assert_eq!(signed_by().await, keys[1].id);
    app.clock.advance(Duration::from_hours(2));
    assert_eq!(signed_by().await, keys[0].id);
    let keys = app.service.signing_keys(Some(&owner)).await.unwrap().keys;
    let states: Vec<&str> = keys.iter().map(|key| key.state.as_str()).collect();
    assert_eq!(states, ["CURRENT", "RETIRED"]);
}

/// A card to a visitor, who presses its button.
async fn press_a_button(app: &TestApp) {
    let visitor = app.visitor().await;
    let sent = app
        .app_says(
            &app.conversation_of(&visitor.participant).await,
            card(vec![postback("yes", PostbackUse::Once)]),
        )
        .await;
    let press = PostbackRequest {
        client_id: "p".into(),
        message_id: sent.id,
        button_id: "b0".to_owned(),
    };
    app.service.press_postback(&visitor, press).await.unwrap();
}
