//! Single ways through the engine, told step by step.

use shopbell_protocol::shown::Side;
use shopbell_protocol::{ClientFrame, ErrorBody, IndicationType, MessageContent, ServerFrame, code};
use shopbell_sync::client::{Connection, Failure, Input, Output, Request};
use shopbell_sync::{ButtonFace, Effect, HistoryState, Item, Status, Way};

use super::world::World;

fn online(answers: usize) -> World {
    let mut world = World::new();
    for n in 0..answers {
        world.server.answer(&format!("answer {n}"));
    }
    world.start();
    world.exchange_all();
    assert_eq!(world.client.connection(), Connection::Online);
    world
}

fn frames(world: &World) -> Vec<&ClientFrame> {
    let frames = world.outputs.iter().filter_map(|output| match output {
        Output::Frame(frame) => Some(frame),
        _ => None,
    });
    frames.collect()
}

fn status(world: &World, id: &str) -> Status {
    world
        .shown
        .iter()
        .find(|item| item.id.as_str() == id)
        .unwrap()
        .status
        .clone()
}

#[test]
fn the_first_page_and_the_live_end_meet_without_gap_or_overlap() {
    let mut world = online(7);
    assert_eq!(world.shown.len(), 3, "one page");
    assert_eq!(world.unread, 7);
    world.server.answer("live");
    world.exchange_all();
    assert_eq!(world.shown.len(), 4);
    world.assert_converged();
    assert!(
        world
            .outputs
            .contains(&Output::Show(Effect::History(HistoryState::Complete)))
    );
}

#[test]
fn a_message_is_one_row_from_keystroke_to_seen() {
    let mut world = online(0);
    world.send("a");
    assert_eq!(status(&world, "a"), Status::Sending);
    world.exchange_all();
    assert_eq!(status(&world, "a"), Status::Sent);
    let sequence = world.server.last();
    for (indication, expected) in [
        (IndicationType::Delivered, Status::Delivered),
        (IndicationType::Seen, Status::Seen),
    ] {
        world.input(Input::Frame(ServerFrame::Indication {
            indication,
            performed_by: Side::Business,
            sequence,
        }));
        assert_eq!(status(&world, "a"), expected);
    }
    assert_eq!(world.shown.len(), 1);
}

#[test]
fn what_was_typed_before_the_session_is_sent_once_it_is_there() {
    let mut world = World::new();
    world.start();
    world.send("early");
    assert_eq!(world.shown.len(), 1, "shown before anything was answered");
    world.exchange_all();
    assert_eq!(status(&world, "early"), Status::Sent);
}

#[test]
fn a_send_is_repeated_under_its_client_id_after_a_reconnect_and_stored_once() {
    let mut world = online(0);
    world.send("a");
    // The server stores it, and the way breaks before the ack.
    world.exchange();
    world.cut();
    world.calm();
    let sends = frames(&world)
        .into_iter()
        .filter(|frame| matches!(frame, ClientFrame::Send { .. }))
        .count();
    assert_eq!((sends, world.server.log.len()), (2, 1));
    world.assert_converged();
}

#[test]
fn a_lost_live_message_is_asked_for_and_shown_in_its_place() {
    let mut world = online(1);
    world.server.answer("lost");
    world.lose_frame();
    world.server.answer("next");
    world.exchange_all();
    assert_eq!(
        world.sequences(),
        world
            .server
            .log
            .iter()
            .map(|message| message.sequence)
            .collect::<Vec<_>>()
    );
}

#[test]
fn a_hidden_message_is_not_taken_for_a_loss() {
    let mut world = online(1);
    world.server.note();
    world.server.answer("after the note");
    world.exchange_all();
    let refills = world.outputs.iter().filter(|output| {
        matches!(
            output,
            Output::Request(Request::Page(shopbell_sync::PageRequest::After(_)))
        )
    });
    assert_eq!(refills.count(), 0);
    assert_eq!(world.shown.len(), 2);
}

#[test]
fn a_refused_message_fails_visibly_and_can_be_sent_again() {
    let mut world = online(0);
    world.input(Input::Send {
        client_id: "a".into(),
        content: MessageContent::text("a"),
        ready: true,
        created_date: String::new(),
    });
    let error = ErrorBody::application(code::PERMISSION_DENIED, "not now");
    world.input(Input::Frame(ServerFrame::Reject {
        client_id: "a".into(),
        error,
    }));
    assert!(matches!(
        status(&world, "a"),
        Status::Failed {
            can_retry: true,
            retry_at_ms: None,
            ..
        }
    ));
    world.cut();
    world.input(Input::Retry("a".into()));
    assert_eq!(status(&world, "a"), Status::Sending);
    world.calm();
    assert_eq!(status(&world, "a"), Status::Sent);
}

#[test]
fn a_rate_limited_message_goes_by_itself_at_the_time_the_server_names() {
    let mut world = online(0);
    world.send("a");
    let error =
        ErrorBody::application(code::RESOURCE_EXHAUSTED, "slow down").with_data("retryAfterMs", 3_000);
    world.outputs.clear();
    world.input(Input::Frame(ServerFrame::Reject {
        client_id: "a".into(),
        error,
    }));
    let due = world.now_ms + 3_000;
    assert!(matches!(status(&world, "a"), Status::Failed { retry_at_ms: Some(at), .. } if at == due));
    world.pass(2_999);
    assert!(
        !frames(&world)
            .iter()
            .any(|frame| matches!(frame, ClientFrame::Send { .. }))
    );
    world.pass(1);
    assert!(
        frames(&world)
            .iter()
            .any(|frame| matches!(frame, ClientFrame::Send { .. }))
    );
}

#[test]
fn two_quick_presses_are_one_interaction_and_the_button_is_pending_then_done() {
    let mut world = online(1);
    let id = world.shown[0].message_id().unwrap();
    let face = |world: &World| world.shown[0].button_face("b0", state(&world.shown[0]));
    world.press("p1", id);
    world.press("p2", id);
    assert_eq!(face(&world), ButtonFace::Pending);
    world.exchange_all();
    assert_eq!(face(&world), ButtonFace::Done);
    let presses = frames(&world)
        .into_iter()
        .filter(|frame| matches!(frame, ClientFrame::Postback { .. }))
        .count();
    assert_eq!((presses, world.server.interactions), (1, 1));
}

#[test]
fn a_press_that_is_refused_is_shown_failed_and_can_be_repeated() {
    let mut world = online(1);
    let id = world.shown[0].message_id().unwrap();
    world.press("p1", id);
    let error = ErrorBody::application(code::UNAVAILABLE, "later");
    world.input(Input::Frame(ServerFrame::Reject {
        client_id: "p1".into(),
        error,
    }));
    assert_eq!(
        world.shown[0].button_face("b0", state(&world.shown[0])),
        ButtonFace::Failed
    );
    world.press("p2", id);
    assert_eq!(
        world.shown[0].button_face("b0", state(&world.shown[0])),
        ButtonFace::Pending
    );
}

#[test]
fn where_sockets_are_blocked_the_same_frames_go_by_request_until_a_socket_comes_through() {
    let mut world = World::new();
    world.sockets_blocked = true;
    world.server.answer("hello");
    world.start();
    world.exchange_all();
    // Two tries to open a socket fail.
    for _ in 0..2 {
        world.pass(10_000);
        world.cut();
        world.pass(1_000);
        world.exchange_all();
    }
    assert_eq!(world.client.connection(), Connection::Online);
    assert_eq!(world.way(), Some(Way::Requests));
    let hello = world.shown[0].sequence().unwrap().into();
    world.send("by request");
    world.press("p1", hello);
    world.server.answer("waited for");
    world.exchange_all();
    assert_eq!(status(&world, "by request"), Status::Sent);
    assert_eq!(world.shown.len(), 3);
    assert!(frames(&world).contains(&&ClientFrame::Postback {
        client_id: "p1".into(),
        message_id: hello,
        button_id: "b0".into()
    }));
    world.pass(40_000);
    world.exchange_all();
    assert_eq!(world.way(), Some(Way::Requests), "sockets are still blocked");
    world.sockets_blocked = false;
    world.input(Input::Wake);
    world.pass(1);
    world.exchange_all();
    assert_eq!(world.way(), Some(Way::Socket));
    world.send("by socket");
    world.exchange_all();
    assert_eq!(status(&world, "by socket"), Status::Sent);
    world.assert_converged();
}

#[test]
fn a_server_that_is_away_is_no_missing_network() {
    let mut world = online(1);
    world.cut();
    world.input(Input::Network(false));
    assert_eq!(world.client.connection(), Connection::Offline);
    world.input(Input::Network(true));
    assert_eq!(world.client.connection(), Connection::Reconnecting);
    for _ in 0..3 {
        world.pass(60_000);
        world.cut();
    }
    assert_eq!(world.client.connection(), Connection::Unreachable);
}

#[test]
fn a_token_that_is_refused_is_forgotten_and_a_new_visitor_begins() {
    let mut world = World::new();
    world.input(Input::Start {
        token: Some("old".into()),
    });
    let error = ErrorBody::application(code::UNAUTHENTICATED, "expired");
    world.outputs.clear();
    world.input(Input::Session(Err(Failure::Refused(error))));
    assert!(world.outputs.contains(&Output::StoreToken(None)));
    assert!(world.outputs.contains(&Output::Request(Request::Session {
        token: None,
        identity: None
    })));
}

fn sessions(world: &World) -> Vec<(Option<&str>, Option<&str>)> {
    let asked = world.outputs.iter().filter_map(|output| match output {
        Output::Request(Request::Session { token, identity }) => {
            Some((token.as_deref(), identity.as_deref()))
        }
        _ => None,
    });
    asked.collect()
}

#[test]
fn what_the_page_hands_over_goes_with_the_session_and_is_asked_again_only_when_it_counts_no_more() {
    let mut world = World::new();
    world.input(Input::Identify("early".into()));
    assert!(
        world.outputs.is_empty(),
        "nothing is asked before the chat is wanted"
    );
    world.input(Input::Start {
        token: Some("visitor".into()),
    });
    assert_eq!(sessions(&world), [(Some("visitor"), Some("early"))]);
    world.input(Input::Identify("later".into()));
    assert_eq!(sessions(&world).len(), 1, "one question at a time");
    world.outputs.clear();
    let refused = ErrorBody::application(code::IDENTITY_REFUSED, "no");
    world.input(Input::Session(Err(Failure::Refused(refused.clone()))));
    assert_eq!(sessions(&world), [(Some("visitor"), Some("later"))]);
    world.outputs.clear();
    world.input(Input::Session(Err(Failure::Refused(refused))));
    assert!(
        world
            .outputs
            .iter()
            .any(|output| matches!(output, Output::IdentityWanted(_)))
    );
    assert_eq!(
        sessions(&world),
        [(Some("visitor"), None)],
        "the chat goes on as it was"
    );
}

#[test]
fn a_member_whose_proof_has_run_out_waits_for_a_fresh_one_and_is_nobody_without() {
    let expired = || {
        let mut world = World::new();
        world.input(Input::Start {
            token: Some("member".into()),
        });
        world.outputs.clear();
        let error = ErrorBody::application(code::IDENTITY_EXPIRED, "over");
        world.input(Input::Session(Err(Failure::Refused(error))));
        assert!(
            world
                .outputs
                .iter()
                .any(|output| matches!(output, Output::IdentityWanted(_)))
        );
        assert!(sessions(&world).is_empty());
        world.outputs.clear();
        world
    };
    let mut fresh = expired();
    fresh.input(Input::Identify("fresh".into()));
    assert_eq!(sessions(&fresh), [(Some("member"), Some("fresh"))]);
    let mut gone = expired();
    gone.pass(31_000);
    assert!(gone.outputs.contains(&Output::StoreToken(None)));
    assert_eq!(sessions(&gone), [(None, None)]);
}

#[test]
fn looking_tells_the_server_once_and_empties_the_count() {
    let mut world = online(2);
    assert_eq!(world.unread, 2);
    world.look();
    world.look();
    world.exchange_all();
    let told = frames(&world)
        .into_iter()
        .filter(|frame| matches!(frame, ClientFrame::Seen { .. }))
        .count();
    assert_eq!((world.unread, told), (0, 1));
    world.server.answer("new");
    world.exchange_all();
    assert_eq!(world.unread, 1);
}

#[test]
fn goodbye_keeps_away_for_the_named_time_and_then_goes_on() {
    let mut world = online(1);
    world.input(Input::Frame(ServerFrame::Goodbye {
        retry_after_ms: 5_000,
    }));
    assert_eq!(world.client.connection(), Connection::Reconnecting);
    world.server.answer("meanwhile");
    world.pass(4_999);
    assert!(!world.exchange(), "no socket is opened before");
    world.pass(2_000);
    world.exchange_all();
    assert_eq!(world.shown.len(), 2);
}

#[test]
fn typing_of_the_business_ends_by_itself_or_with_its_message() {
    let mut world = online(0);
    world.input(Input::Frame(ServerFrame::Typing {
        who: Some("Ann".into()),
        on: true,
    }));
    world.outputs.clear();
    world.pass(7_000);
    assert!(world.outputs.contains(&Output::Show(Effect::Typing(None))));
    world.input(Input::Frame(ServerFrame::Typing { who: None, on: true }));
    world.outputs.clear();
    world.server.answer("typed");
    world.exchange_all();
    assert!(world.outputs.contains(&Output::Show(Effect::Typing(None))));
}

fn state(item: &Item<shopbell_protocol::ShownMessage>) -> shopbell_protocol::ButtonState {
    match &item.message.content.buttons()[0].action {
        shopbell_protocol::ShownAction::Postback { state, .. } => *state,
        other => panic!("no postback: {other:?}"),
    }
}
