//! The demonstration shop's members: the way a real shop's server proves its own.

use serde_json::{Value, json};

use crate::harness::{Answer, Server};

const JSON: (&str, &str) = ("content-type", "application/json");

fn cookie_of(answer: &Answer) -> String {
    answer.headers["set-cookie"].to_str().unwrap().to_owned()
}

async fn sign_in(server: &Server, member: &str) -> Answer {
    let body = json!({"member": member}).to_string();
    server.send("POST", "/shop/member", &[JSON], body).await
}

#[tokio::test]
async fn who_signs_in_to_the_shop_is_that_member_in_the_chat_on_every_device() {
    let server = Server::start().await;
    let signed_in = sign_in(&server, "ines").await;
    let cookie = cookie_of(&signed_in);
    assert!(
        cookie.starts_with("shop_member=ines; Path=/shop") && cookie.contains("; HttpOnly; SameSite=Strict"),
        "{cookie}"
    );
    let signed_in = signed_in.ok();
    assert_eq!(signed_in["name"], "Ines Duarte");
    let session = |token: Value| {
        let body = json!({"identity": token}).to_string();
        server.send("POST", "/widget/v1/session", &[JSON], body)
    };
    let first = session(signed_in["token"].clone()).await.ok();
    let member = first["participant"]["memberId"].clone();
    assert!(member.is_string(), "{first}");

    // Another page of the same device gets a fresh token by its cookie.
    let cookie = ("cookie", "shop_member=ines");
    let shown = server
        .send("GET", "/shop/member", &[cookie], String::new())
        .await
        .ok();
    let second = session(shown["token"].clone()).await.ok();
    assert_eq!(second["participant"]["memberId"], member);
    let other = session(sign_in(&server, "tomasz").await.ok()["token"].clone())
        .await
        .ok();
    assert_ne!(other["participant"]["memberId"], member);
}

#[tokio::test]
async fn nobody_is_signed_in_without_a_cookie_and_other_sites_sign_nobody_in() {
    let server = Server::start().await;
    assert_eq!(server.get("/shop/member", &[]).await.ok(), json!({}));
    assert_eq!(sign_in(&server, "mallory").await.status, 404);
    let foreign = ("origin", "https://evil.example");
    let body = json!({"member": "ines"}).to_string();
    let refused = server.send("POST", "/shop/member", &[JSON, foreign], body).await;
    assert_eq!(refused.status, 403);
    let out = server.send("DELETE", "/shop/member", &[], String::new()).await;
    assert!(cookie_of(&out).contains("Max-Age=0"));
}
