//! The Staff API.

use serde_json::json;

use crate::harness::{PASSWORD, Server, answer, basic, client_id};

#[tokio::test]
async fn signing_in_sets_a_cookie_that_no_script_and_no_other_site_can_use() {
    let server = Server::start().await;
    let body = json!({"email": "Owner@localhost", "password": PASSWORD});
    let answer = server.post("/staff/v1/session", &[], &body).await;
    assert_eq!(answer.ok()["staff"]["email"], "owner@localhost");
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let staff = server.staff().await;
    assert_eq!(staff.get("/staff/v1/session").await.ok()["staff"]["owner"], true);
    let headers = [("cookie", staff.cookie.as_str())];
    let out = server.send("DELETE", "/staff/v1/session", &headers, "").await;
    assert!(out.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    staff
        .get("/staff/v1/session")
        .await
        .refused(401, "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_login_are_answered_alike() {
    let server = Server::start().await;
    let sign_in = async |email: &str, password: &str| {
        server
            .post(
                "/staff/v1/session",
                &[],
                &json!({"email": email, "password": password}),
            )
            .await
    };
    let wrong = sign_in("owner@localhost", "wrong password").await;
    let unknown = sign_in("nobody@localhost", PASSWORD).await;
    wrong.refused(401, "UNAUTHENTICATED");
    assert_eq!(wrong.body, unknown.body);
    for path in ["/staff/v1/session", "/staff/v1/conversations", "/admin/v1/site"] {
        server.get(path, &[]).await.refused(401, "UNAUTHENTICATED");
        server
            .get(path, &[("cookie", "shopbell_session=guessed")])
            .await
            .refused(401, "UNAUTHENTICATED");
    }
}

#[tokio::test]
async fn guessing_passwords_is_slowed_down_with_the_time_to_come_back() {
    let server = Server::start_with(|config| {
        config.http.trust_forwarded_for = true;
        config.rates.sign_in_burst = 3;
    })
    .await;
    let wrong = json!({"email": "owner@localhost", "password": "guess"});
    let stranger = [("x-forwarded-for", "203.0.113.1")];
    for _ in 0..3 {
        server
            .post("/staff/v1/session", &stranger, &wrong)
            .await
            .refused(401, "UNAUTHENTICATED");
    }
    let answer = server.post("/staff/v1/session", &stranger, &wrong).await;
    let data = answer.refused(429, "RESOURCE_EXHAUSTED");
    assert_eq!(data["limit"], "rates.sign_in_per_minute");
    assert!(data["retryAfterMs"].as_u64().unwrap() > 0);
    assert!(
        answer.headers["retry-after"]
            .to_str()
            .unwrap()
            .parse::<u64>()
            .unwrap()
            >= 1
    );
}

#[tokio::test]
async fn a_stranger_who_guesses_without_end_does_not_keep_the_owner_out() {
    let server = Server::start_with(|config| {
        config.http.trust_forwarded_for = true;
        config.rates.sign_in_burst = 3;
        config.rates.sign_in_login_burst = 5;
        // However long a checked password takes here: nothing is given back meanwhile.
        config.rates.sign_in_per_minute = 1;
        config.rates.sign_in_login_per_minute = 1;
    })
    .await;
    let login = async |address: &str, password: &str| {
        let request = json!({"email": "owner@localhost", "password": password});
        server
            .post("/staff/v1/session", &[("x-forwarded-for", address)], &request)
            .await
    };
    let stranger = "203.0.113.1";
    for _ in 0..3 {
        login(stranger, "guess").await.refused(401, "UNAUTHENTICATED");
    }
    for _ in 0..20 {
        login(stranger, "guess").await.refused(429, "RESOURCE_EXHAUSTED");
    }
    login("203.0.113.2", PASSWORD).await.ok();
    for _ in 0..2 {
        login("203.0.113.3", "guess")
            .await
            .refused(401, "UNAUTHENTICATED");
    }
    let data = login("203.0.113.3", "guess")
        .await
        .refused(429, "RESOURCE_EXHAUSTED");
    assert_eq!(data["limit"], "rates.sign_in_login_per_minute");
}

#[tokio::test]
async fn a_page_of_another_origin_can_do_nothing_in_the_staffs_name() {
    let server = Server::start().await;
    let (_visitor, conversation) = server.visitor_with_conversation().await;
    let staff = server.staff().await;
    let path = format!("/staff/v1/conversations/{conversation}/messages");
    let body = json!({"clientId": client_id(), "message": answer("x")});
    for other in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let headers = [("cookie", staff.cookie.as_str()), other];
        server
            .post(&path, &headers, &body)
            .await
            .refused(403, "PERMISSION_DENIED");
        let sign_in = json!({"email": "owner@localhost", "password": PASSWORD});
        server
            .post("/staff/v1/session", &[other], &sign_in)
            .await
            .refused(403, "PERMISSION_DENIED");
    }
    let own = format!("http://{}", server.addr);
    server
        .post(&path, &[("cookie", &staff.cookie), ("origin", &own)], &body)
        .await
        .ok();
}

#[tokio::test]
async fn the_list_shows_who_waits_newest_first() {
    let server = Server::start().await;
    let (first, _) = server.visitor_with_conversation().await;
    let (_second, second_id) = server.visitor_with_conversation().await;
    first.say("Are you there?").await;
    let staff = server.staff().await;
    let page = staff.get("/staff/v1/conversations?limit=1").await.ok();
    assert_eq!(page["conversations"][0]["previewText"], "Are you there?");
    assert_eq!(page["conversations"][0]["unreadCount"], 2);
    let cursor = page["cursor"].as_str().unwrap();
    let next = staff
        .get(&format!("/staff/v1/conversations?limit=1&before={cursor}"))
        .await
        .ok();
    assert_eq!(next["conversations"][0]["conversation"]["id"], second_id);
    staff
        .get("/staff/v1/conversations?before=never-issued")
        .await
        .violates("before", "FORMAT");
    staff
        .get("/staff/v1/conversations?limit=101")
        .await
        .violates("limit", "MAX");
}

#[tokio::test]
async fn staff_answer_in_every_type_and_see_their_own_note() {
    let server = Server::start().await;
    let (_visitor, conversation) = server.visitor_with_conversation().await;
    let staff = server.staff().await;
    let mut note = answer("a note");
    note["visibility"] = "BUSINESS".into();
    let stored = staff.answer(&conversation, &note).await;
    assert_eq!(stored["visibility"], "BUSINESS");
    let minimal = json!({"content": {"minimal": {"text": "New Like"}}, "visibility": "BUSINESS",
        "direction": "PARTICIPANT_TO_BUSINESS"});
    staff.answer(&conversation, &minimal).await;
    let history = staff
        .get(&format!("/staff/v1/conversations/{conversation}/messages"))
        .await
        .ok();
    assert_eq!(history["messages"].as_array().unwrap().len(), 3);
    let shown = staff
        .get(&format!("/staff/v1/conversations/{conversation}"))
        .await
        .ok();
    assert_eq!(shown["conversation"]["lastSequence"], history["lastSequence"]);
    let seen = json!({"sequence": history["lastSequence"]});
    staff
        .post(&format!("/staff/v1/conversations/{conversation}/seen"), &seen)
        .await
        .ok();
    let shown = staff
        .get(&format!("/staff/v1/conversations/{conversation}"))
        .await
        .ok();
    assert_eq!(shown["conversation"]["unreadCount"], 0);
}

#[tokio::test]
async fn a_send_after_the_thread_has_moved_on_is_refused_with_what_was_missed() {
    let server = Server::start().await;
    let (visitor, conversation) = server.visitor_with_conversation().await;
    let staff = server.staff().await;
    let path = format!("/staff/v1/conversations/{conversation}/messages");
    let seen = staff.get(&path).await.ok()["lastSequence"].clone();
    visitor.say("One more thing").await;
    let body = json!({"clientId": client_id(), "message": answer("x"), "lastSeenSequence": seen});
    let data = staff.post(&path, &body).await.refused(428, "THREAD_MOVED_ON");
    assert_eq!(
        data["missed"][0]["shown"]["content"],
        json!({"contentType": "BASIC",
        "previewText": data["missed"][0]["shown"]["content"]["previewText"], "basic": {"items": [{"text": "One more thing"}]}})
    );
    assert_eq!(
        staff.get(&path).await.ok()["messages"].as_array().unwrap().len(),
        2
    );
}

#[tokio::test]
async fn wrong_input_is_named_and_unknown_conversations_are_not_found() {
    let server = Server::start().await;
    let (_visitor, conversation) = server.visitor_with_conversation().await;
    let staff = server.staff().await;
    let path = format!("/staff/v1/conversations/{conversation}/messages");
    staff
        .post(&path, &json!({"message": answer("x")}))
        .await
        .violates("clientId", "REQUIRED_FIELD");
    let body = json!({"clientId": client_id(), "message": {"content": basic("")}});
    staff
        .post(&path, &body)
        .await
        .violates("message.content.basic.items[0].text", "MIN_LENGTH");
    let unknown = "/staff/v1/conversations/e56ed8f7-4bbf-3d99-b2f9-962e555264c3";
    staff.get(unknown).await.refused(404, "CONVERSATION_NOT_FOUND");
    staff
        .get(&format!("{unknown}/messages"))
        .await
        .refused(404, "CONVERSATION_NOT_FOUND");
    let body = json!({"clientId": client_id(), "message": answer("x")});
    staff
        .post(&format!("{unknown}/messages"), &body)
        .await
        .refused(404, "CONVERSATION_NOT_FOUND");
    staff
        .post(&format!("{unknown}/seen"), &json!({"sequence": "1"}))
        .await
        .refused(404, "CONVERSATION_NOT_FOUND");
}
