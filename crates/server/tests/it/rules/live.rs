//! What connection loops live on: looks, signals, presence.

use futures_util::future::join_all;
use shopbell_protocol::shown::Side;
use shopbell_protocol::widget::PostbackRequest;
use shopbell_protocol::{ButtonState, MessageContent, PostbackUse, Sequence};
use shopbell_server::broker::{Heard, SignalKind};
use shopbell_server::service::{HistoryQuery, Place, ServiceError};
use shopbell_server::testing::{START_MICROS, TestApp};

use super::{card, postback};

#[tokio::test]
async fn looks_hand_over_each_message_once_with_the_one_before_it() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let nothing = app
        .service
        .participant_changes(&visitor, Place::default(), 10)
        .await
        .unwrap();
    assert_eq!(
        (nothing.conversation_id, nothing.messages.len(), nothing.more),
        (None, 0, false)
    );
    let mut sent = Vec::new();
    for number in 0..5 {
        sent.push(
            app.visitor_says(&visitor, &number.to_string(), "Hello")
                .await
                .sequence,
        );
        app.app_notes(&visitor.conversation_id, "hidden").await;
    }
    let mut place = nothing.place;
    let mut chain = vec![Sequence(0)];
    loop {
        let changes = app.service.participant_changes(&visitor, place, 2).await.unwrap();
        for live in &changes.messages {
            assert_eq!(
                Some(&live.previous_sequence),
                chain.last(),
                "a loss would be seen where there is none"
            );
            chain.push(live.message.sequence);
        }
        place = changes.place;
        if !changes.more {
            break;
        }
    }
    assert_eq!(chain[1..], sent);
    assert!(
        app.service
            .participant_changes(&visitor, place, 2)
            .await
            .unwrap()
            .messages
            .is_empty()
    );
}

#[tokio::test]
async fn a_look_tells_button_states_and_interactions_once_and_a_resume_tells_them_again() {
    let app = TestApp::start().await;
    let (owner, visitor) = (app.owner().await, app.visitor().await);
    app.visitor_says(&visitor, "1", "Hello").await;
    let buttons = vec![
        postback("Yes", PostbackUse::OncePerGroup),
        postback("No", PostbackUse::OncePerGroup),
    ];
    let sent = app.app_says(&visitor.conversation_id, card(buttons)).await;
    let welcome = app.service.welcome_participant(&visitor).await.unwrap();
    let opened = app
        .service
        .open_for_staff(&owner, &visitor.conversation_id)
        .await
        .unwrap();
    let press = PostbackRequest {
        client_id: "p".into(),
        message_id: sent.id,
        button_id: "b1".to_owned(),
    };
    app.service.press_postback(&visitor, press).await.unwrap();

    let changes = app
        .service
        .participant_changes(&visitor, welcome.place, 10)
        .await
        .unwrap();
    let told: Vec<_> = changes
        .buttons
        .iter()
        .map(|change| (change.button_id.as_str(), change.state))
        .collect();
    assert_eq!(told, [("b1", ButtonState::Done), ("b0", ButtonState::Done)]);
    assert!(changes.messages.is_empty());
    let again = app
        .service
        .participant_changes(&visitor, changes.place, 10)
        .await
        .unwrap();
    assert!(again.buttons.is_empty());
    let resume = Place {
        after: sent.sequence,
        ..Place::default()
    };
    assert_eq!(
        app.service
            .participant_changes(&visitor, resume, 10)
            .await
            .unwrap()
            .buttons,
        changes.buttons
    );

    let id = &visitor.conversation_id;
    let staff = app
        .service
        .staff_changes(&owner, id, opened.place, 10)
        .await
        .unwrap();
    assert_eq!(staff.buttons, changes.buttons);
    assert_eq!(staff.interactions.len(), 1);
    let again = app
        .service
        .staff_changes(&owner, id, staff.place, 10)
        .await
        .unwrap();
    assert!(again.interactions.is_empty() && again.buttons.is_empty());
}

#[tokio::test]
async fn a_look_that_is_cut_among_many_presses_tells_each_of_them_once() {
    const PRESSES: usize = 250;
    let app = TestApp::start().await;
    let (owner, visitor) = (app.owner().await, app.visitor().await);
    app.visitor_says(&visitor, "1", "Hello").await;
    let buttons = vec![postback("More", PostbackUse::Repeatable)];
    let sent = app.app_says(&visitor.conversation_id, card(buttons)).await;
    let id = &visitor.conversation_id;
    let mut place = app.service.open_for_staff(&owner, id).await.unwrap().place;
    let press = |number: usize| PostbackRequest {
        client_id: number.to_string().as_str().into(),
        message_id: sent.id,
        button_id: "b0".to_owned(),
    };
    let pressing = (0..PRESSES).map(|number| app.service.press_postback(&visitor, press(number)));
    for pressed in join_all(pressing).await {
        pressed.unwrap();
    }
    let mut told = Vec::new();
    loop {
        let changes = app.service.staff_changes(&owner, id, place, 10).await.unwrap();
        told.push(changes.interactions.len());
        place = changes.place;
        if !changes.more {
            break;
        }
    }
    assert_eq!(told, [200, 50]);
}

#[tokio::test]
async fn every_change_is_signalled_to_the_conversation_and_the_site() {
    let app = TestApp::start().await;
    let (owner, visitor) = (app.owner().await, app.visitor().await);
    let mut page = app.service.follow_as_participant(&visitor);
    let mut inbox = app.service.follow_as_staff(&owner);
    let sent = app.visitor_says(&visitor, "1", "Hello").await;
    app.service
        .staff_seen(&owner, &visitor.conversation_id, sent.sequence)
        .await
        .unwrap();
    // Seen again: nothing moved, so nobody need look.
    app.service
        .staff_seen(&owner, &visitor.conversation_id, sent.sequence)
        .await
        .unwrap();
    app.service
        .staff_typing(&owner, &visitor.conversation_id, true)
        .await
        .unwrap();
    for subscription in [&mut page, &mut inbox] {
        let Heard::Signal(signal) = subscription.heard().await else {
            panic!("no signal")
        };
        let SignalKind::Stored(arrival) = signal.kind else {
            panic!("not what was stored: {:?}", signal.kind)
        };
        assert_eq!(
            (
                arrival.message.sequence,
                arrival.previous,
                arrival.previous_visible
            ),
            (sent.sequence, Sequence(0), Sequence(0))
        );
    }
    let expected = [
        SignalKind::Look,
        SignalKind::Typing {
            side: Side::Business,
            who: Some("Amy's Shoes".to_owned()),
            staff_id: Some(owner.staff_id.clone()),
            on: true,
        },
    ];
    for kind in expected {
        for subscription in [&mut page, &mut inbox] {
            let Heard::Signal(signal) = subscription.heard().await else {
                panic!("no signal")
            };
            assert_eq!(
                (signal.conversation_id, signal.kind),
                (visitor.conversation_id.clone(), kind.clone())
            );
        }
    }
}

#[tokio::test]
async fn presence_counts_connections_and_tells_the_first_and_the_last() {
    let app = TestApp::start().await;
    let (owner, visitor) = (app.owner().await, app.visitor().await);
    app.visitor_says(&visitor, "1", "Hello").await;
    let mut inbox = app.service.follow_as_staff(&owner);
    let mut page = app.service.follow_as_participant(&visitor);
    let (tab, other_tab) = (
        app.service.participant_connected(&visitor),
        app.service.participant_connected(&visitor),
    );
    let online = |app: &TestApp| {
        let (service, owner) = (app.service.clone(), owner.clone());
        async move {
            service
                .list_conversations(&owner, None, None)
                .await
                .unwrap()
                .conversations[0]
                .online
        }
    };
    assert!(online(&app).await);
    drop(tab);
    assert!(online(&app).await);
    drop(other_tab);
    assert!(!online(&app).await);
    for expected in [true, false] {
        let Heard::Signal(signal) = inbox.heard().await else {
            panic!("no signal")
        };
        assert_eq!(
            signal.kind,
            SignalKind::Presence {
                side: Side::Participant,
                online: expected
            }
        );
        assert_eq!(page.heard().await, Heard::Signal(signal));
    }
    let at_work = app.service.staff_connected(&owner);
    assert!(app.service.staff_online(&owner.site_id));
    drop(at_work);
    assert!(!app.service.staff_online(&owner.site_id));
    for expected in [true, false] {
        let Heard::Signal(signal) = page.heard().await else {
            panic!("no signal")
        };
        assert_eq!(
            signal.kind,
            SignalKind::Presence {
                side: Side::Business,
                online: expected
            }
        );
    }
}

#[tokio::test]
async fn the_list_hears_of_changed_conversations_only() {
    let app = TestApp::start().await;
    let (owner, one, other) = (app.owner().await, app.visitor().await, app.visitor().await);
    app.visitor_says(&one, "1", "Hello").await;
    app.visitor_says(&other, "1", "Hello").await;
    let revision = app.service.list_revision(&owner).await.unwrap();
    assert!(
        app.service
            .list_changes(&owner, revision)
            .await
            .unwrap()
            .conversations
            .is_empty()
    );
    app.app_says(&one.conversation_id, MessageContent::text("Welcome"))
        .await;
    let changes = app.service.list_changes(&owner, revision).await.unwrap();
    let ids: Vec<_> = changes
        .conversations
        .iter()
        .map(|line| &line.conversation.id)
        .collect();
    assert_eq!(ids, [&one.conversation_id]);
    assert!(
        app.service
            .list_changes(&owner, changes.revision)
            .await
            .unwrap()
            .conversations
            .is_empty()
    );
}

#[tokio::test]
async fn the_staff_of_a_site_reach_its_conversations_only() {
    let app = TestApp::start().await;
    let (mut stranger, visitor) = (app.owner().await, app.visitor().await);
    app.visitor_says(&visitor, "1", "Hello").await;
    stranger.site_id = "another".into();
    let id = &visitor.conversation_id;
    let service = &app.service;
    let refusals = [
        service.open_for_staff(&stranger, id).await.map(|_| ()),
        service
            .staff_changes(&stranger, id, Place::default(), 10)
            .await
            .map(|_| ()),
        service
            .staff_history(&stranger, id, HistoryQuery::default())
            .await
            .map(|_| ()),
        service.staff_seen(&stranger, id, Sequence(1)).await.map(|_| ()),
        service.staff_typing(&stranger, id, true).await,
        service.conversation_for_staff(&stranger, id).await.map(|_| ()),
    ];
    for refused in refusals {
        assert!(
            matches!(refused, Err(ServiceError::ConversationNotFound)),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn presses_are_told_in_their_order_also_where_the_clock_has_stepped_back() {
    let app = TestApp::start().await;
    let (owner, visitor) = (app.owner().await, app.visitor().await);
    app.visitor_says(&visitor, "1", "Hello").await;
    let buttons = vec![
        postback("One", PostbackUse::Once),
        postback("Two", PostbackUse::Once),
    ];
    let sent = app.app_says(&visitor.conversation_id, card(buttons)).await;
    let id = &visitor.conversation_id;
    let place = app.service.open_for_staff(&owner, id).await.unwrap().place;
    for button in ["b1", "b0"] {
        let press = PostbackRequest {
            client_id: button.into(),
            message_id: sent.id,
            button_id: button.to_owned(),
        };
        app.service.press_postback(&visitor, press).await.unwrap();
        app.clock.set(START_MICROS - 3_600_000_000);
    }
    let changes = app.service.staff_changes(&owner, id, place, 10).await.unwrap();
    let told: Vec<_> = changes
        .interactions
        .iter()
        .map(|one| one.button_id.as_str())
        .collect();
    assert_eq!(told, ["b1", "b0"]);
}
