//! Posing as somebody: every known way to become a member without their site's word for it. `docs/identity.md` lists them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::harness::{KEY, Server, Socket, Visitor, basic, client_id};

const ED: &[u8] = include_bytes!("keys/ed25519.pem");
const ED_PUBLIC: &str = include_str!("keys/ed25519.pub.pem");
const RSA: &[u8] = include_bytes!("keys/rsa.pem");
const RSA_PUBLIC: &str = include_str!("keys/rsa.pub.pem");
const RSA_1024_PUBLIC: &str = include_str!("keys/rsa1024.pub.pem");

/// A server whose site has a secret for signed identities.
struct Shop {
    server: Server,
    kid: String,
    secret: String,
}

impl Shop {
    async fn open() -> Self {
        let server = Server::start().await;
        let made = new_key(&server, &json!({"name": "Shop", "algorithm": "HS256"})).await;
        Self {
            kid: made["key"]["id"].as_str().unwrap().to_owned(),
            secret: made["secret"].as_str().unwrap().to_owned(),
            server,
        }
    }

    /// What the shop's own server signs.
    fn signs(&self, claims: &Value) -> String {
        signed(&Header::new(Algorithm::HS256), claims, &self.hmac())
    }

    fn hmac(&self) -> EncodingKey {
        EncodingKey::from_secret(self.secret.as_bytes())
    }

    fn member(&self, subject: &str) -> String {
        self.signs(&claims(subject))
    }

    /// A session on proof, beside an earlier token.
    async fn signs_in(&self, identity: &str, token: Option<&str>) -> Visitor<'_> {
        let body = json!({"identity": identity, "token": token});
        let session = self.server.post("/widget/v1/session", &[], &body).await.ok();
        assert!(session["participant"]["memberId"].is_string(), "{session}");
        Visitor {
            server: &self.server,
            bearer: format!("Bearer {}", session["token"].as_str().unwrap()),
            session,
        }
    }

    async fn refuses(&self, identity: &str, field: &str) {
        let body = json!({"identity": identity});
        let answer = self.server.post("/widget/v1/session", &[], &body).await;
        let data = answer.refused(401, "IDENTITY_REFUSED");
        assert_eq!(data["field"], field, "{}", answer.json());
    }
}

async fn new_key(server: &Server, body: &Value) -> Value {
    server.as_app("/admin/v1/identity/keys", body).await.ok()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the server under test runs on the machine's clock"
)]
fn now() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.unwrap().as_secs()
}

fn claims(subject: &str) -> Value {
    json!({"sub": subject, "name": "Ada Lovelace", "email": "ada@example.com", "exp": now() + 300, "iat": now()})
}

fn with(subject: &str, name: &str, value: Value) -> Value {
    let mut claims = claims(subject);
    claims[name] = value;
    claims
}

fn signed(header: &Header, claims: &Value, key: &EncodingKey) -> String {
    encode(header, claims, key).unwrap()
}

/// Any text as header and claims, with any signature.
fn raw(header: &str, claims: &str, signature: &[u8]) -> String {
    let parts = [header.as_bytes(), claims.as_bytes(), signature].map(|part| BASE64.encode(part));
    parts.join(".")
}

/// Any text as claims, signed as the shop signs.
fn raw_signed(shop: &Shop, header: &str, claims: &str) -> String {
    let message = format!("{}.{}", BASE64.encode(header), BASE64.encode(claims));
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &shop.hmac(), Algorithm::HS256);
    format!("{message}.{}", signature.unwrap())
}

#[tokio::test]
async fn a_member_is_who_the_site_has_signed_and_nobody_else() {
    let shop = Shop::open().await;
    let one = shop.signs_in(&shop.member("4711"), None).await;
    let again = shop.signs_in(&shop.member("4711"), None).await;
    let other = shop.signs_in(&shop.member("4712"), None).await;
    assert_eq!(one.session["participant"], again.session["participant"]);
    assert_ne!(one.session["participant"], other.session["participant"]);
    one.say("It is me").await;
    let staff = shop.server.staff().await;
    let line = staff.get("/staff/v1/conversations").await.ok()["conversations"][0].clone();
    assert_eq!(line["person"]["verified"], true);
    assert_eq!(line["person"]["email"], "ada@example.com");
    assert_eq!(line["person"]["subject"], "4711");
    assert_eq!(
        line["conversation"]["participantDisplayData"]["name"],
        "Ada Lovelace"
    );
    let id = line["conversation"]["id"].as_str().unwrap();
    let page = staff
        .get(&format!("/staff/v1/conversations/{id}/messages"))
        .await
        .ok();
    assert_eq!(page["messages"][0]["verified"], true);
}

#[tokio::test]
async fn a_token_that_is_not_good_now_is_refused_and_the_claim_is_named() {
    let shop = Shop::open().await;
    let refused = [
        (with("1", "exp", json!(now() + 2 * 3_600)), "identity.exp"),
        (with("1", "exp", json!("soon")), "identity.exp"),
        (with("1", "exp", json!(-1)), "identity.exp"),
        (with("1", "exp", Value::Null), "identity.exp"),
        (with("1", "iat", json!(now() + 600)), "identity.iat"),
        (with("1", "nbf", json!(now() + 600)), "identity.nbf"),
        (with("1", "sub", json!("")), "identity.sub"),
        (with("1", "sub", json!("x".repeat(256))), "identity.sub"),
        (with("1", "sub", json!(4711)), "identity.sub"),
        (with("1", "sub", json!("a\nb")), "identity.sub"),
        (with("1", "name", json!("Ada\u{202e}evil")), "identity.name"),
        (with("1", "email", json!("not an address")), "identity.email"),
        (
            with("1", "picture", json!("javascript:alert(1)")),
            "identity.picture",
        ),
        (with("1", "aud", json!("another-site")), "identity.aud"),
        (with("1", "aud", json!(["one", "two"])), "identity.aud"),
        (with("1", "site", json!("another-site")), "identity.site"),
        (with("1", "stage", json!("owner")), "identity.stage"),
    ];
    for (claims, field) in refused {
        shop.refuses(&shop.signs(&claims), field).await;
    }
    let missing = json!({"sub": "1", "name": "Without an end"});
    shop.refuses(&shop.signs(&missing), "identity.exp").await;
    for exp in [0, now() - 1, now()] {
        let expired = shop.signs(&with("1", "exp", json!(exp)));
        let body = json!({"identity": expired});
        let answer = shop.server.post("/widget/v1/session", &[], &body).await;
        answer.refused(401, "IDENTITY_EXPIRED");
    }
    let page = shop
        .server
        .staff()
        .await
        .get("/staff/v1/conversations")
        .await
        .ok();
    assert_eq!(
        page["conversations"],
        json!([]),
        "a refused token left something behind"
    );
}

#[tokio::test]
async fn a_token_without_a_good_signature_is_refused_whatever_its_header_says() {
    let shop = Shop::open().await;
    let plain = claims("1").to_string();
    let good = shop.member("1");
    let parts: Vec<&str> = good.split('.').collect();
    let other = BASE64.encode(claims("2").to_string());
    for alg in [
        "none", "None", "NONE", "", "hs256", "HS384", "HS512", "ES256", "PS256",
    ] {
        let header = json!({"alg": alg, "typ": "JWT"}).to_string();
        shop.refuses(&raw(&header, &plain, b""), "identity.header.alg")
            .await;
        shop.refuses(&raw(&header, &plain, b"anything"), "identity.header.alg")
            .await;
    }
    let wrong_key = signed(
        &Header::new(Algorithm::HS256),
        &claims("1"),
        &EncodingKey::from_secret(b"guess"),
    );
    for forged in [
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}.{}", parts[0], other, parts[2]),
        format!("{}.{}.{}x", parts[0], parts[1], parts[2]),
        wrong_key,
    ] {
        shop.refuses(&forged, "identity.signature").await;
    }
    for text in ["", "x", "a.b", "....", "undefined"] {
        let body = json!({"identity": text});
        let answer = shop.server.post("/widget/v1/session", &[], &body).await;
        answer.refused(401, "IDENTITY_REFUSED");
    }
    for (header, field) in [
        (
            r#"{"alg":"HS256","crit":["b64"],"b64":false}"#,
            "identity.header.crit",
        ),
        (r#"{"typ":"JWT"}"#, "identity.header.alg"),
        (r#"{"alg":"HS256","alg":"none"}"#, "identity.header.alg"),
        (r#"["HS256"]"#, "identity.header"),
    ] {
        shop.refuses(&raw_signed(&shop, header, &plain), field).await;
    }
}

#[tokio::test]
async fn a_public_key_is_no_secret_and_every_key_is_for_its_own_algorithm() {
    let server = Server::start().await;
    for (algorithm, pem) in [("EdDSA", ED_PUBLIC), ("RS256", RSA_PUBLIC)] {
        let key = json!({"name": algorithm, "algorithm": algorithm, "publicKey": pem});
        assert_eq!(new_key(&server, &key).await["secret"], Value::Null);
    }
    let shop = Shop {
        kid: String::new(),
        secret: String::new(),
        server,
    };
    let ed = EncodingKey::from_ed_pem(ED).unwrap();
    let rsa = EncodingKey::from_rsa_pem(RSA).unwrap();
    let by_ed = signed(&Header::new(Algorithm::EdDSA), &claims("1"), &ed);
    let by_rsa = signed(&Header::new(Algorithm::RS256), &claims("1"), &rsa);
    shop.signs_in(&by_ed, None).await;
    shop.signs_in(&by_rsa, None).await;
    for pem in [ED_PUBLIC, RSA_PUBLIC] {
        for secret in [pem, pem.trim_end()] {
            let key = EncodingKey::from_secret(secret.as_bytes());
            let confused = signed(&Header::new(Algorithm::HS256), &claims("1"), &key);
            shop.refuses(&confused, "identity.header.alg").await;
        }
    }
    for algorithm in [Algorithm::RS384, Algorithm::RS512, Algorithm::PS256] {
        let other = signed(&Header::new(algorithm), &claims("1"), &rsa);
        shop.refuses(&other, "identity.header.alg").await;
    }
}

#[tokio::test]
async fn a_key_id_chooses_among_registered_keys_and_reaches_nothing_else() {
    let shop = Shop::open().await;
    let second = new_key(&shop.server, &json!({"name": "Other", "algorithm": "HS256"})).await;
    let header = |kid: &str| Header {
        kid: Some(kid.to_owned()),
        ..Header::new(Algorithm::HS256)
    };
    shop.signs_in(&signed(&header(&shop.kid), &claims("1"), &shop.hmac()), None)
        .await;
    let other = second["key"]["id"].as_str().unwrap();
    shop.refuses(
        &signed(&header(other), &claims("1"), &shop.hmac()),
        "identity.signature",
    )
    .await;
    for kid in [
        "",
        "../../../dev/null",
        "' OR 1=1 --",
        "https://evil.example/jwks.json",
        "\0",
    ] {
        let empty = EncodingKey::from_secret(b"");
        for key in [&shop.hmac(), &empty] {
            shop.refuses(&signed(&header(kid), &claims("1"), key), "identity.header.kid")
                .await;
        }
    }
    // An address or a key inside the token is not even looked at.
    let header = Header {
        jku: Some("https://evil.example/jwks.json".to_owned()),
        x5u: Some("https://evil.example/cert.pem".to_owned()),
        ..Header::new(Algorithm::HS256)
    };
    let forged = signed(&header, &claims("1"), &EncodingKey::from_secret(b"mine"));
    shop.refuses(&forged, "identity.signature").await;
}

#[tokio::test]
async fn a_claim_that_is_there_twice_and_a_huge_token_are_refused() {
    let shop = Shop::open().await;
    let header = r#"{"alg":"HS256"}"#;
    let exp = now() + 300;
    for (claims, field) in [
        (format!(r#"{{"sub":"1","sub":"2","exp":{exp}}}"#), "identity.sub"),
        (format!(r#"{{"sub":"1","exp":1,"exp":{exp}}}"#), "identity.exp"),
        (format!(r#"{{"sub":"1","exp":{exp}}}{{"sub":"2"}}"#), "identity"),
        (format!(r#"[{{"sub":"1","exp":{exp}}}]"#), "identity"),
        ("not json".to_owned(), "identity"),
    ] {
        shop.refuses(&raw_signed(&shop, header, &claims), field).await;
    }
    let huge = shop.signs(&with("1", "note", json!("x".repeat(8_000))));
    shop.refuses(&huge, "identity").await;
    let body = json!({"identity": "x".repeat(1_000_000)});
    let answer = shop.server.post("/widget/v1/session", &[], &body).await;
    answer.refused(413, "BODY_TOO_LARGE");
    let deep = raw_signed(&shop, header, &"[".repeat(4_000));
    shop.refuses(&deep, "identity").await;
}

#[tokio::test]
async fn a_token_of_another_site_is_worth_nothing_here() {
    let (shop, other) = (Shop::open().await, Shop::open().await);
    let own = shop.server.read_as_app("/admin/v1/site").await.ok();
    let id = own["id"].as_str().unwrap();
    for audience in [json!(id), json!([id, "else"])] {
        shop.signs_in(&shop.signs(&with("1", "aud", audience)), None)
            .await;
    }
    shop.refuses(&other.member("1"), "identity.signature").await;
    let theirs = other.signs_in(&other.member("1"), None).await;
    let answer = shop
        .server
        .get("/widget/v1/messages", &[("authorization", &theirs.bearer)])
        .await;
    answer.refused(401, "UNAUTHENTICATED");
}

#[tokio::test]
async fn posing_by_mail_address_or_name_merges_nothing_and_shows_as_unproven() {
    let shop = Shop::open().await;
    let member = shop.signs_in(&shop.member("4711"), None).await;
    member.say("My card number is secret").await;
    let thief = shop.server.visitor().await;
    thief.say("Hello").await;
    let claim = json!({"name": "Ada Lovelace", "email": "ada@example.com"});
    thief.post("/widget/v1/contact", &claim).await.ok();
    let forged = json!({"name": "Ada", "email": "ada@example.com", "memberId": member.session["participant"]["memberId"],
        "verified": true, "sub": "4711"});
    thief.post("/widget/v1/contact", &forged).await.ok();
    let own = thief.get("/widget/v1/messages").await.ok();
    assert_eq!(own["messages"].as_array().unwrap().len(), 1);
    assert!(!own.to_string().contains("secret"));
    let page = shop
        .server
        .staff()
        .await
        .get("/staff/v1/conversations")
        .await
        .ok();
    let lines = page["conversations"].as_array().unwrap();
    assert_eq!(lines.len(), 2, "something was merged by a claim");
    for line in lines {
        let proven = line["conversation"]["participant"] == member.session["participant"];
        assert_eq!(line["person"]["verified"], proven, "{line}");
    }
}

#[tokio::test]
async fn an_unsigned_update_changes_nothing_that_was_proven() {
    let shop = Shop::open().await;
    let member = shop.signs_in(&shop.member("4711"), None).await;
    member.say("Hello").await;
    let update = json!({"name": "Mallory", "email": "mallory@example.com"});
    member
        .post("/widget/v1/contact", &update)
        .await
        .refused(403, "IDENTITY_REQUIRED");
    let staff = shop.server.staff().await;
    let line = staff.get("/staff/v1/conversations").await.ok()["conversations"][0].clone();
    assert_eq!(
        line["conversation"]["participantDisplayData"]["name"],
        "Ada Lovelace"
    );
    assert_eq!(line["person"]["email"], "ada@example.com");
}

#[tokio::test]
async fn a_site_may_take_names_from_signed_identities_only() {
    let shop = Shop::open().await;
    let headers = [("authorization", KEY), ("content-type", "application/json")];
    let on = json!({"identityRequired": true}).to_string();
    let site = shop
        .server
        .send("PATCH", "/admin/v1/site", &headers, on)
        .await
        .ok();
    assert_eq!(site["identityRequired"], true);
    let visitor = shop.server.visitor().await;
    visitor.say("Still allowed to ask").await;
    visitor
        .post("/widget/v1/contact", &json!({"email": "ada@example.com"}))
        .await
        .refused(403, "IDENTITY_REQUIRED");
    shop.signs_in(&shop.member("4711"), Some(visitor.token())).await;
}

#[tokio::test]
async fn what_a_claim_says_has_its_limits() {
    let shop = Shop::open().await;
    let visitor = shop.server.visitor().await;
    for (claim, field) in [
        (json!({"name": "x".repeat(101)}), "name"),
        (json!({"name": " "}), "name"),
        (json!({"email": "nobody"}), "email"),
        (json!({"email": "a b@example.com"}), "email"),
    ] {
        let answer = visitor.post("/widget/v1/contact", &claim).await;
        answer.violates(field, "FORMAT");
    }
}

#[tokio::test]
async fn a_visitors_token_is_dead_once_the_visitor_has_signed_in() {
    let shop = Shop::open().await;
    let visitor = shop.server.visitor().await;
    visitor.say("Before signing in").await;
    let mut socket = visitor.socket(None).await;
    let member = shop.signs_in(&shop.member("4711"), Some(visitor.token())).await;
    member.say("A secret of the member").await;
    let error = socket.next_of("error").await;
    assert_eq!(
        error["error"]["details"]["applicationError"]["code"],
        "UNAUTHENTICATED"
    );
    assert_eq!(socket.close_code().await, Some(1008));
    visitor
        .get("/widget/v1/messages")
        .await
        .refused(401, "UNAUTHENTICATED");
    let again = json!({"clientId": client_id(), "content": basic("Me again")});
    let answer = visitor.post("/widget/v1/messages", &again).await;
    answer.refused(401, "UNAUTHENTICATED");
    let session = json!({"token": visitor.token()});
    let answer = shop.server.post("/widget/v1/session", &[], &session).await;
    answer.refused(401, "UNAUTHENTICATED");
    // Whoever stole it and signs in as themselves gets what is theirs: nothing.
    let thief = shop.signs_in(&shop.member("thief"), Some(visitor.token())).await;
    let own = thief.get("/widget/v1/messages").await.ok();
    assert_eq!(own["messages"], json!([]));
    let kept = member.get("/widget/v1/messages").await.ok();
    assert_eq!(kept["messages"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_signed_out_member_is_gone_and_so_is_the_token_that_signed_them_in() {
    let shop = Shop::open().await;
    let identity = shop.member("4711");
    let member = shop.signs_in(&identity, None).await;
    member.say("For my eyes").await;
    let mut socket = member.socket(None).await;
    let headers = [("authorization", member.bearer.as_str())];
    let answer = shop
        .server
        .send("DELETE", "/widget/v1/session", &headers, "")
        .await;
    answer.ok();
    let error = socket.next_of("error").await;
    assert_eq!(
        error["error"]["details"]["applicationError"]["code"],
        "UNAUTHENTICATED"
    );
    member
        .get("/widget/v1/messages")
        .await
        .refused(401, "UNAUTHENTICATED");
    shop.refuses(&identity, "identity").await;
    // The next visitor of this device, with the member's old identity at hand.
    let next = shop.server.visitor().await;
    next.say("Somebody else").await;
    let body = json!({"identity": identity, "token": next.token()});
    let answer = shop.server.post("/widget/v1/session", &[], &body).await;
    answer.refused(401, "IDENTITY_REFUSED");
    let own = next.get("/widget/v1/messages").await.ok();
    assert_eq!(
        own["messages"].as_array().unwrap().len(),
        1,
        "the refused merge took something"
    );
    // A fresh proof signs in again.
    let mut fresh = claims("4711");
    fresh["iat"] = json!(now() - 1);
    let back = shop.signs_in(&shop.signs(&fresh), None).await;
    assert_eq!(
        back.get("/widget/v1/messages").await.ok()["messages"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn one_member_never_takes_over_what_another_has_written() {
    let shop = Shop::open().await;
    let ada = shop.signs_in(&shop.member("ada"), None).await;
    ada.say("Ada's secret").await;
    let bob = shop.signs_in(&shop.member("bob"), Some(ada.token())).await;
    assert_ne!(ada.session["participant"], bob.session["participant"]);
    assert_eq!(bob.get("/widget/v1/messages").await.ok()["messages"], json!([]));
    assert_eq!(
        ada.get("/widget/v1/messages").await.ok()["messages"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn an_id_in_the_request_or_in_the_token_gives_no_access_to_a_conversation() {
    let shop = Shop::open().await;
    let (victim, conversation) = shop.server.visitor_with_conversation().await;
    let id = victim.session["participant"]["anonymousVisitorId"].clone();
    let mut asking = claims("mallory");
    for (name, value) in [
        ("anonymousVisitorId", id.clone()),
        ("visitorId", id.clone()),
        ("conversationId", json!(conversation)),
        ("merge", json!([conversation])),
    ] {
        asking[name] = value;
    }
    let body = json!({"identity": shop.signs(&asking), "anonymousVisitorId": id, "conversationId": conversation,
        "participantId": victim.session["participant"]});
    let session = shop.server.post("/widget/v1/session", &[], &body).await.ok();
    let bearer = format!("Bearer {}", session["token"].as_str().unwrap());
    let seen = shop
        .server
        .get("/widget/v1/messages", &[("authorization", &bearer)])
        .await
        .ok();
    assert_eq!(seen["messages"], json!([]));
    assert_eq!(
        victim.get("/widget/v1/messages").await.ok()["messages"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    // The victim's own GUID as a member's id is a member of that GUID, not the visitor.
    let posing = shop.signs_in(&shop.member(id.as_str().unwrap()), None).await;
    assert_eq!(
        posing.get("/widget/v1/messages").await.ok()["messages"],
        json!([])
    );
}

#[tokio::test]
async fn a_page_of_a_foreign_origin_merges_nothing() {
    let shop = Shop::open().await;
    let visitor = shop.server.visitor().await;
    visitor.say("Mine").await;
    let headers = [("authorization", KEY), ("content-type", "application/json")];
    let origins = json!({"allowedOrigins": ["https://shop.example.com"]}).to_string();
    shop.server
        .send("PATCH", "/admin/v1/site", &headers, origins)
        .await
        .ok();
    let body = json!({"identity": shop.member("1"), "token": visitor.token()});
    let foreign = [("origin", "https://evil.example")];
    let answer = shop.server.post("/widget/v1/session", &foreign, &body).await;
    answer.refused(403, "PERMISSION_DENIED");
    assert_eq!(
        visitor.get("/widget/v1/messages").await.ok()["messages"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_members_socket_opens_on_the_members_own_session_only() {
    let shop = Shop::open().await;
    let identity = shop.member("4711");
    let mut socket = Socket::open(&shop.server, "/widget/v1/socket", &[]).await;
    socket.send(&json!({"type": "hello", "token": identity})).await;
    let error = socket.next_of("error").await;
    assert_eq!(
        error["error"]["details"]["applicationError"]["code"],
        "UNAUTHENTICATED"
    );
}

#[tokio::test]
async fn keys_are_shown_once_rotate_with_an_overlap_and_end_at_once_when_revoked() {
    let shop = Shop::open().await;
    let keys = "/admin/v1/identity/keys";
    let listed = shop.server.read_as_app(keys).await.ok();
    assert!(!listed.to_string().contains(&shop.secret));
    let rotate = format!("{keys}/{}/rotate", shop.kid);
    let next = shop
        .server
        .as_app(&rotate, &json!({"overlapSeconds": 600}))
        .await
        .ok();
    let second = EncodingKey::from_secret(next["secret"].as_str().unwrap().as_bytes());
    let by_second = signed(&Header::new(Algorithm::HS256), &claims("1"), &second);
    shop.signs_in(&by_second, None).await;
    shop.signs_in(&shop.member("1"), None).await;
    let old = shop.server.read_as_app(keys).await.ok()["keys"][0].clone();
    assert!(old["expiresDate"].is_string(), "{old}");
    let again = shop.server.as_app(&rotate, &json!({"overlapSeconds": 0})).await;
    again.ok();
    shop.refuses(&shop.member("1"), "identity.signature").await;
    let revoke = format!("{keys}/{}", next["key"]["id"].as_str().unwrap());
    let headers = [("authorization", KEY)];
    shop.server.send("DELETE", &revoke, &headers, "").await.ok();
    shop.refuses(&by_second, "identity.signature").await;
    let answer = shop.server.send("DELETE", &revoke, &headers, "").await;
    answer.refused(404, "NOT_FOUND");
    for (body, field) in [
        (json!({"name": "x", "algorithm": "none"}), "algorithm"),
        (json!({"name": "", "algorithm": "HS256"}), "name"),
        (
            json!({"name": "x", "algorithm": "HS256", "publicKey": ED_PUBLIC}),
            "publicKey",
        ),
        (json!({"name": "x", "algorithm": "EdDSA"}), "publicKey"),
        (
            json!({"name": "x", "algorithm": "EdDSA", "publicKey": RSA_PUBLIC}),
            "publicKey",
        ),
        (
            json!({"name": "x", "algorithm": "RS256", "publicKey": ED_PUBLIC}),
            "publicKey",
        ),
        (
            json!({"name": "x", "algorithm": "RS256", "publicKey": RSA_1024_PUBLIC}),
            "publicKey",
        ),
        (
            json!({"name": "x", "algorithm": "RS256", "publicKey": String::from_utf8_lossy(RSA)}),
            "publicKey",
        ),
    ] {
        let answer = shop.server.as_app(keys, &body).await;
        assert_eq!(answer.status, 400, "{body}");
        let violation = &answer.json()["details"]["validationError"]["fieldViolations"][0];
        assert_eq!(violation["field"], field, "{body}");
    }
    let stranger = shop.server.get(keys, &[]).await;
    stranger.refused(401, "UNAUTHENTICATED");
}
