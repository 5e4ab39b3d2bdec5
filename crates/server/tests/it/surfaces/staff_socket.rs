//! The inbox page's socket.

use std::time::Duration;

use serde_json::json;
use shopbell_server::store::Store as _;
use shopbell_server::store::sqlite::SqliteStore;

use crate::harness::{Server, Socket, answer, client_id, fixture, text_of};

#[tokio::test]
async fn the_cookie_is_the_credential_and_other_pages_have_no_way_in() {
    let server = Server::start().await;
    let staff = server.staff().await;
    let open = async |headers: &[(&str, &str)]| {
        Socket::try_open(server.addr, "/staff/v1/socket", headers)
            .await
            .err()
    };
    assert_eq!(open(&[]).await, Some(401));
    assert_eq!(open(&[("cookie", "shopbell_session=x")]).await, Some(401));
    let cookie = ("cookie", staff.cookie.as_str());
    assert_eq!(
        open(&[cookie, ("origin", "https://evil.example")]).await,
        Some(403)
    );
    assert_eq!(open(&[cookie]).await, None);
    let mut socket = Socket::open(&server, "/staff/v1/socket", &[cookie]).await;
    socket.send(&json!({"type": "open", "conversationId": "x"})).await;
    socket.next_of("error").await;
    assert_eq!(socket.close_code().await, Some(1008));
}

#[tokio::test]
async fn a_new_visitor_appears_in_the_list_and_an_opened_conversation_is_live() {
    let server = Server::start().await;
    let staff = server.staff().await;
    let mut inbox = staff.socket().await;
    let visitor = server.visitor().await;
    visitor.say("Anybody there?").await;
    let line = inbox.next_of("conversation").await["conversation"].clone();
    assert_eq!(
        (&line["previewText"], &line["unreadCount"]),
        (&json!("Anybody there?"), &json!(1))
    );
    let id = line["conversation"]["id"].clone();
    inbox
        .send(&json!({"type": "open", "conversationId": id, "resume": {"after": "0"}}))
        .await;
    let opened = inbox.next_of("opened").await;
    assert_eq!(opened["lastSequence"], line["lastSequence"]);
    assert_eq!(inbox.texts(1).await, ["Anybody there?"]);
    visitor.say("Hello?").await;
    let second = inbox.next_of("message").await;
    assert_eq!(
        (text_of(&second["message"]), &second["previousSequence"]),
        ("Hello?".to_owned(), &opened["lastSequence"])
    );
    inbox.send(&json!({"type": "close", "conversationId": id})).await;
    inbox.send(&json!({"type": "ping", "n": 3})).await;
    inbox.next_of("pong").await;
    visitor.say("Not shown live any more").await;
    loop {
        let frame = inbox.next().await.unwrap();
        assert_ne!(frame["type"], "message", "{frame}");
        if frame["type"] == "conversation"
            && frame["conversation"]["previewText"] == "Not shown live any more"
        {
            break;
        }
    }
}

#[tokio::test]
async fn a_conversation_opened_by_its_id_in_upper_case_is_live_too() {
    let server = Server::start().await;
    let (visitor, conversation) = server.visitor_with_conversation().await;
    let mut inbox = server.staff().await.socket().await;
    let upper = conversation.to_ascii_uppercase();
    assert_ne!(upper, conversation, "a GUID without a letter");
    inbox
        .send(&json!({"type": "open", "conversationId": upper}))
        .await;
    assert_eq!(inbox.next_of("opened").await["conversationId"], conversation);
    visitor.say("Hello?").await;
    // Before the slow timer that looks anyway.
    let heard = tokio::time::timeout(AT_ONCE, inbox.next_of("message")).await;
    assert_eq!(text_of(&heard.expect("at once")["message"]), "Hello?");
}

#[tokio::test]
async fn a_send_is_acknowledged_and_a_late_one_rejected_with_what_was_missed() {
    let server = Server::start().await;
    let (visitor, conversation) = server.visitor_with_conversation().await;
    let staff = server.staff().await;
    let mut inbox = staff.socket().await;
    inbox
        .send(&json!({"type": "open", "conversationId": conversation}))
        .await;
    let seen = inbox.next_of("opened").await["lastSequence"].clone();
    let id = client_id();
    let send = json!({"type": "send", "conversationId": conversation, "clientId": id, "message": answer("Yes"),
        "lastSeenSequence": seen});
    inbox.send(&send).await;
    let ack = inbox.next_of("ack").await;
    assert_eq!(
        (&ack["clientId"], text_of(&ack["message"])),
        (&json!(id), "Yes".to_owned())
    );
    visitor.say("One more thing").await;
    let late = json!({"type": "send", "conversationId": conversation, "clientId": "late", "message": answer("Bye"),
        "lastSeenSequence": ack["message"]["shown"]["sequence"]});
    inbox.send(&late).await;
    let reject = inbox.next_of("reject").await;
    let error = &reject["error"]["details"]["applicationError"];
    assert_eq!(
        (&reject["clientId"], &error["code"]),
        (&json!("late"), &json!("THREAD_MOVED_ON"))
    );
    assert_eq!(text_of(&error["data"]["missed"][0]), "One more thing");
    let wrong =
        json!({"type": "send", "conversationId": conversation, "clientId": "w", "message": {"content": 7}});
    inbox.send(&wrong).await;
    let reject = inbox.next_of("reject").await;
    let field = &reject["error"]["details"]["validationError"]["fieldViolations"][0]["field"];
    assert_eq!(
        (&reject["clientId"], field),
        (&json!("w"), &json!("message.content"))
    );
}

#[tokio::test]
async fn what_somebody_received_right_before_leaving_is_delivered() {
    let server = Server::start().await;
    let (visitor, conversation) = server.visitor_with_conversation().await;
    let staff = server.staff().await;
    let mut socket = visitor.socket(None).await;
    let mut leaving = staff.socket().await;
    leaving
        .send(&json!({"type": "open", "conversationId": conversation, "resume": {"after": "0"}}))
        .await;
    leaving.next_of("message").await;
    drop(leaving);
    let told = socket.next_of("indication").await;
    assert_eq!(
        (&told["indication"], &told["performedBy"]),
        (&json!("DELIVERED"), &json!("BUSINESS"))
    );
    let mut inbox = staff.socket().await;
    inbox
        .send(&json!({"type": "open", "conversationId": conversation}))
        .await;
    inbox.next_of("opened").await;
    staff.answer(&conversation, &answer("Good morning")).await;
    let sequence = socket.next_of("message").await["message"]["sequence"].clone();
    drop(socket);
    loop {
        let told = inbox.next_of("indication").await;
        if told["performedBy"] == "PARTICIPANT" {
            assert_eq!(
                (&told["indication"], &told["sequence"]),
                (&json!("DELIVERED"), &sequence)
            );
            break;
        }
    }
}

#[tokio::test]
async fn a_press_reaches_the_inbox_as_interaction_and_button_state() {
    let server = Server::start().await;
    let (visitor, conversation) = server.visitor_with_conversation().await;
    let mut template = fixture("sample-template-request");
    template["conversationId"] = conversation.clone().into();
    server.as_app("/inbox/v2/messages", &template).await.ok();
    let staff = server.staff().await;
    let mut inbox = staff.socket().await;
    inbox
        .send(&json!({"type": "open", "conversationId": conversation}))
        .await;
    inbox.next_of("opened").await;
    let history = visitor.get("/widget/v1/messages").await.ok();
    let message = history["messages"].as_array().unwrap().last().unwrap();
    let button = &message["content"]["template"]["buttons"][1]["buttonId"];
    let press = json!({"clientId": client_id(), "messageId": message["id"], "buttonId": button});
    visitor.post("/widget/v1/postbacks", &press).await.ok();
    let (mut state, mut interaction) = (None, None);
    while state.is_none() || interaction.is_none() {
        let frame = inbox.next().await.unwrap();
        match frame["type"].as_str().unwrap() {
            "buttonState" => state = Some(frame),
            "interaction" => interaction = Some(frame),
            _ => {}
        }
    }
    assert_eq!(state.unwrap()["state"], "DONE");
    let interaction = interaction.unwrap();
    assert_eq!(interaction["conversationId"], conversation);
    assert_eq!(interaction["interaction"]["interactionId"], "change-appointment");
    assert_eq!(interaction["interaction"]["label"], "Change My Appointment");
}

#[tokio::test]
async fn typing_and_presence_of_a_visitor_reach_the_inbox() {
    let server = Server::start().await;
    let (visitor, conversation) = server.visitor_with_conversation().await;
    let staff = server.staff().await;
    let mut inbox = staff.socket().await;
    let mut socket = visitor.socket(None).await;
    let presence = inbox.next_of("presence").await;
    assert_eq!(
        (&presence["conversationId"], &presence["online"]),
        (&json!(conversation), &json!(true))
    );
    socket.send(&json!({"type": "typing", "on": true})).await;
    let typing = inbox.next_of("typing").await;
    assert_eq!(
        (&typing["performedBy"], &typing["on"]),
        (&json!("PARTICIPANT"), &json!(true))
    );
    drop(socket);
    loop {
        if inbox.next_of("presence").await["online"] == false {
            break;
        }
    }
}

#[tokio::test]
async fn typing_is_told_to_colleagues_and_not_to_other_tabs_of_whoever_types() {
    let server = Server::start().await;
    let (_visitor, conversation) = server.visitor_with_conversation().await;
    // As it is after a first start: the owner has no name of their own, and a colleague neither.
    rusqlite::Connection::open(server.data.path().join("shopbell.db"))
        .unwrap()
        .execute(
            "INSERT INTO staff SELECT 'colleague', site_id, 'colleague@localhost', password_hash, name, 0, created \
             FROM staff",
            [],
        )
        .unwrap();
    let (owner, colleague) = (server.staff().await, server.staff_as("colleague@localhost").await);
    let (mut typing, mut other_tab) = (owner.socket().await, owner.socket().await);
    let mut theirs = colleague.socket().await;
    typing
        .send(&json!({"type": "typing", "conversationId": conversation, "on": true}))
        .await;
    let told = theirs.next_of("typing").await;
    assert_eq!(
        (&told["conversationId"], &told["performedBy"], &told["on"]),
        (&json!(conversation), &json!("BUSINESS"), &json!(true))
    );
    theirs
        .send(&json!({"type": "typing", "conversationId": conversation, "on": false}))
        .await;
    // The first that these hear of: the colleague's, so their own was kept from them.
    for own in [&mut typing, &mut other_tab] {
        assert_eq!(own.next_of("typing").await["on"], false);
    }
}

#[tokio::test]
async fn whoever_signs_out_is_cut_off_at_once_and_nobody_else() {
    let server = Server::start().await;
    let (staff, other) = (server.staff().await, server.staff().await);
    let (mut one, mut two, mut others) = (staff.socket().await, staff.socket().await, other.socket().await);
    server
        .send("DELETE", "/staff/v1/session", &[("cookie", &staff.cookie)], "")
        .await
        .ok();
    // Before the slow timer that asks about sessions anyway.
    let at_once = async {
        is_cut_off(&mut one).await;
        is_cut_off(&mut two).await;
    };
    tokio::time::timeout(AT_ONCE, at_once).await.expect("at once");
    others.send(&json!({"type": "ping", "n": 1})).await;
    others.next_of("pong").await;
}

#[tokio::test]
async fn a_new_password_cuts_off_everybody_who_was_signed_in() {
    let server = Server::start().await;
    let (staff, other) = (server.staff().await, server.staff().await);
    let (mut one, mut two) = (staff.socket().await, other.socket().await);
    let set = server
        .state
        .service()
        .set_owner_password(Some("another".to_owned()));
    assert_eq!(set.await.unwrap().password, "another");
    let at_once = async {
        is_cut_off(&mut one).await;
        is_cut_off(&mut two).await;
    };
    tokio::time::timeout(AT_ONCE, at_once).await.expect("at once");
    staff
        .get("/staff/v1/session")
        .await
        .refused(401, "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_send_of_a_session_that_ended_unheard_is_not_stored() {
    let server = Server::start().await;
    let (visitor, conversation) = server.visitor_with_conversation().await;
    let staff = server.staff().await;
    let mut inbox = staff.socket().await;
    // As another process does it: this server's connections are told nothing.
    let beside = SqliteStore::open_beside(&server.data.path().join("shopbell.db")).unwrap();
    let ended = beside.set_staff_password("owner@localhost".to_owned(), "no hash at all".to_owned());
    assert!(ended.await.unwrap().is_some());
    let send = json!({"type": "send", "conversationId": conversation, "clientId": client_id(),
        "message": answer("Too late")});
    inbox.send(&send).await;
    tokio::time::timeout(AT_ONCE, is_cut_off(&mut inbox))
        .await
        .expect("with the frame, not with the timer");
    let page = visitor.get("/widget/v1/messages").await.ok();
    let texts: Vec<String> = page["messages"].as_array().unwrap().iter().map(text_of).collect();
    assert_eq!(texts, ["Hello"]);
}

#[tokio::test]
async fn a_session_that_ended_unheard_is_noticed_within_seconds() {
    let server = Server::start_with(|config| config.socket.look_again_s = 3_600).await;
    let staff = server.staff().await;
    let mut inbox = staff.socket().await;
    let beside = SqliteStore::open_beside(&server.data.path().join("shopbell.db")).unwrap();
    let ended = beside.set_staff_password("owner@localhost".to_owned(), "no hash at all".to_owned());
    assert!(ended.await.unwrap().is_some());
    is_cut_off(&mut inbox).await;
}

/// Half of the time after which a connection asks about its session by itself.
const AT_ONCE: Duration = Duration::from_millis(1_500);

async fn is_cut_off(inbox: &mut Socket) {
    let error = inbox.next_of("error").await;
    assert_eq!(
        error["error"]["details"]["applicationError"]["code"],
        "UNAUTHENTICATED"
    );
    assert_eq!(inbox.close_code().await, Some(1008));
}

#[tokio::test]
async fn an_unknown_conversation_is_named_and_the_talk_goes_on() {
    let server = Server::start().await;
    let staff = server.staff().await;
    let mut inbox = staff.socket().await;
    inbox
        .send(&json!({"type": "open", "conversationId": "e56ed8f7-4bbf-3d99-b2f9-962e555264c3"}))
        .await;
    let error = inbox.next_of("error").await;
    assert_eq!(
        error["error"]["details"]["applicationError"]["code"],
        "CONVERSATION_NOT_FOUND"
    );
    inbox.send(&json!({"type": "ping", "n": 1})).await;
    inbox.next_of("pong").await;
}
