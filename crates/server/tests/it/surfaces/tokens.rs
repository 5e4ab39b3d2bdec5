//! Token grants (`inbox-api.md` section 1.5).

use serde_json::{Value, json};

use crate::harness::{KEY, Server};

const MEMBER: &str = "0e8e290b-7d48-4e52-a35c-eb729cbcffa0";

struct Ids {
    site: String,
    app: String,
}

async fn ids(server: &Server) -> Ids {
    let caller = server.state.service().authenticate_app(KEY).await.unwrap();
    Ids {
        site: caller.site_id.0,
        app: caller.app_id.0,
    }
}

async fn grant(server: &Server, body: &Value) -> Value {
    let answer = server.post("/oauth2/token", &[], body).await.ok();
    assert_eq!(answer["expires_in"], 14_400);
    answer
}

fn token(answer: &Value, name: &str) -> String {
    answer[name].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_visitor_is_made_and_stays_the_same_when_refreshed() {
    let server = Server::start().await;
    let Ids { site, app } = ids(&server).await;
    for client in [&site, &app] {
        let first = grant(&server, &json!({"clientId": client, "grantType": "anonymous"})).await;
        let refresh =
            json!({"clientId": client, "refreshToken": first["refresh_token"], "grantType": "refresh_token"});
        let second = grant(&server, &refresh).await;
        let who = async |answer: &Value| {
            let body = json!({"token": answer["access_token"]});
            server.post("/widget/v1/session", &[], &body).await.ok()["participant"].clone()
        };
        assert!(who(&first).await["anonymousVisitorId"].is_string());
        assert_eq!(who(&first).await, who(&second).await);
    }
    for (body, field) in [
        (json!({}), "grantType"),
        (json!({"grantType": "anonymous"}), "clientId"),
        (
            json!({"grantType": "refresh_token", "clientId": site}),
            "refreshToken",
        ),
        (json!({"grantType": "authorized_client"}), "memberId"),
        (json!({"grant_type": "client_credentials"}), "instanceId"),
    ] {
        server
            .post("/oauth2/token", &[], &body)
            .await
            .violates(field, "REQUIRED_FIELD");
    }
    server
        .post("/oauth2/token", &[], &json!({"grantType": "authorization_code"}))
        .await
        .violates("grantType", "INVALID_ENUM_VALUE");
    let unknown = json!({"clientId": MEMBER, "grantType": "anonymous"});
    server
        .post("/oauth2/token", &[], &unknown)
        .await
        .refused(401, "UNAUTHENTICATED");
}

#[tokio::test]
async fn an_apps_token_is_worth_its_key_and_ends_with_it() {
    let server = Server::start().await;
    let Ids { site, app } = ids(&server).await;
    let credentials = json!({"instance_id": site, "client_id": app, "client_secret": KEY, "grant_type": "client_credentials"});
    let granted = grant(&server, &credentials).await;
    let refresh = json!({"refresh_token": granted["refresh_token"], "client_id": app, "client_secret": KEY,
        "grant_type": "refresh_token"});
    let again = server.post("/oauth/access", &[], &refresh).await.ok();
    for answer in [&granted, &again] {
        let token = token(answer, "access_token");
        let caller = server.state.service().authenticate_app(&token).await.unwrap();
        assert_eq!(caller.app_id.0, app);
        server.get("/events/v1", &[("authorization", &token)]).await.ok();
    }
    for (name, wrong) in [
        ("client_secret", "wrong"),
        ("client_id", MEMBER),
        ("instance_id", MEMBER),
    ] {
        let mut body = credentials.clone();
        body[name] = json!(wrong);
        server
            .post("/oauth2/token", &[], &body)
            .await
            .refused(401, "UNAUTHENTICATED");
    }
    let mut stolen = refresh.clone();
    stolen["client_secret"] = json!("wrong");
    server
        .post("/oauth/access", &[], &stolen)
        .await
        .refused(401, "UNAUTHENTICATED");
    let keys = server.state.service().api_keys(None).await.unwrap();
    server
        .state
        .service()
        .revoke_api_key(None, &keys[0].id)
        .await
        .unwrap();
    let token = token(&granted, "access_token");
    server
        .get("/events/v1", &[("authorization", &token)])
        .await
        .refused(401, "UNAUTHENTICATED");
    server
        .post("/oauth/access", &[], &refresh)
        .await
        .refused(401, "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_members_token_needs_a_visitors_and_a_key() {
    let server = Server::start().await;
    let visitor = server.visitor().await;
    let body = json!({"grant_type": "authorized_client", "scope": "offline_access", "member_id": MEMBER});
    let both = format!("{},{KEY}", visitor.token());
    let ask = async |authorization: &str| {
        let headers = [("authorization", authorization)];
        server.post("/oauth2/token", &headers, &body).await
    };
    let granted = ask(&both).await.ok();
    let session = json!({"token": granted["access_token"]});
    let session = server.post("/widget/v1/session", &[], &session).await.ok();
    assert_eq!(session["participant"], json!({"memberId": MEMBER}));
    for wrong in [
        KEY.to_owned(),
        visitor.token().to_owned(),
        format!("{},wrong", visitor.token()),
        format!("{KEY},{}", visitor.token()),
        format!("{},{}", visitor.token(), visitor.token()),
        ",".to_owned(),
    ] {
        ask(&wrong).await.refused(401, "UNAUTHENTICATED");
    }
}

#[tokio::test]
async fn a_token_that_was_changed_or_is_of_another_kind_is_worth_nothing() {
    let server = Server::start().await;
    let Ids { site, app } = ids(&server).await;
    let credentials = json!({"instance_id": site, "client_id": app, "client_secret": KEY, "grant_type": "client_credentials"});
    let granted = grant(&server, &credentials).await;
    let (access, refresh) = (token(&granted, "access_token"), token(&granted, "refresh_token"));
    let service = server.state.service();
    for index in (0..access.len()).step_by(7) {
        let mut changed = access.clone().into_bytes();
        changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(service.authenticate_app(&changed).await.is_err(), "{index}");
    }
    for other in [&refresh, &refresh.replace("sbr1", "sba1")] {
        assert!(service.authenticate_app(other).await.is_err());
    }
    let body =
        json!({"grantType": "refresh_token", "clientId": app, "clientSecret": KEY, "refreshToken": access});
    server
        .post("/oauth2/token", &[], &body)
        .await
        .refused(401, "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_visitors_token_is_refused_where_programs_call() {
    let server = Server::start().await;
    let (visitor, conversation) = server.visitor_with_conversation().await;
    for authorization in [visitor.token(), &visitor.bearer] {
        let headers = [("authorization", authorization)];
        let list = format!("/inbox/v2/messages?conversationId={conversation}&visibility=BUSINESS");
        server
            .get(&list, &headers)
            .await
            .refused(401, "NO_INBOX_INSTANCE");
        let path = format!("/inbox/v2/conversations/{conversation}");
        server
            .get(&path, &headers)
            .await
            .refused(403, "PERMISSION_DENIED");
        server
            .post("/inbox/v2/messages", &headers, &json!({}))
            .await
            .refused(403, "IDENTITY_DOES_NOT_MATCH");
        server
            .get("/events/v1", &headers)
            .await
            .refused(403, "PERMISSION_DENIED");
    }
}
