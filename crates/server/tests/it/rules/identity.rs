//! Who is calling, and what is stored of it.

use shopbell_protocol::staff::SignInRequest;
use shopbell_protocol::widget::SessionRequest;
use shopbell_server::service::{FirstStart, ServiceError, SiteChange};
use shopbell_server::testing::TestApp;

use super::SECOND;

fn login(email: &str, password: &str) -> SignInRequest {
    SignInRequest {
        email: email.to_owned(),
        password: password.to_owned(),
    }
}

#[tokio::test]
async fn the_first_start_happens_once_and_stores_no_secret_in_clear() {
    let app = TestApp::start().await;
    assert!(
        app.service
            .first_start(FirstStart::default())
            .await
            .unwrap()
            .is_none()
    );
    app.service.close().await;
    let bytes = std::fs::read(app.database()).unwrap();
    for secret in ["correct horse", "test-key"] {
        let found = bytes
            .windows(secret.len())
            .any(|window| window == secret.as_bytes());
        assert!(!found, "{secret:?} stands in the database");
    }
}

#[tokio::test]
async fn an_api_key_is_known_with_and_without_bearer_and_nothing_else_is() {
    let app = TestApp::start().await;
    let caller = app.service.authenticate_app("test-key").await.unwrap();
    assert_eq!(
        app.service.authenticate_app("Bearer test-key").await.unwrap(),
        caller
    );
    assert_eq!(
        app.service.authenticate_app(" bearer  test-key ").await.unwrap(),
        caller
    );
    for wrong in [
        "",
        " ",
        "undefined",
        "Bearer",
        "Bearer ",
        "test-keyx",
        "TEST-KEY",
        "Basic test-key",
    ] {
        let refused = app.service.authenticate_app(wrong).await;
        assert!(
            matches!(refused, Err(ServiceError::Unauthenticated { .. })),
            "{wrong:?} was taken"
        );
    }
}

#[tokio::test]
async fn a_staff_session_lasts_thirty_days_or_until_signing_out() {
    let app = TestApp::start().await;
    let signed_in = app
        .service
        .sign_in(login(" Owner@Localhost ", "correct horse"))
        .await
        .unwrap();
    assert!(signed_in.staff.owner);
    let again = app
        .service
        .sign_in(login("owner@localhost", "correct horse"))
        .await
        .unwrap();
    assert_ne!(signed_in.token, again.token);
    app.service.sign_out(&again.token).await.unwrap();
    assert!(app.service.authenticate_staff(&again.token).await.is_err());
    assert_eq!(
        app.service.authenticate_staff(&signed_in.token).await.unwrap(),
        signed_in.staff
    );
    app.clock.advance(SECOND * 30 * 24 * 3600);
    assert!(app.service.authenticate_staff(&signed_in.token).await.is_err());
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_login_are_refused_alike() {
    let app = TestApp::start().await;
    let mut answers = Vec::new();
    for (email, password) in [
        ("owner@localhost", "wrong"),
        ("nobody@localhost", "correct horse"),
        ("", ""),
    ] {
        let refused = app
            .service
            .sign_in(login(email, password))
            .await
            .map(|_| ())
            .unwrap_err();
        assert!(matches!(refused, ServiceError::Unauthenticated { .. }));
        answers.push(refused.to_string());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[tokio::test]
async fn a_visitor_is_the_same_one_with_the_token_and_a_new_one_without() {
    let app = TestApp::start().await;
    let first = app
        .service
        .start_session(SessionRequest::default(), None)
        .await
        .unwrap();
    let go_on = SessionRequest {
        token: Some(first.token.clone()),
        ..SessionRequest::default()
    };
    app.clock.advance(SECOND * 300 * 24 * 3600);
    let renewed = app.service.start_session(go_on, None).await.unwrap();
    assert_eq!(renewed.participant, first.participant);
    assert_ne!(renewed.token, first.token, "the token was not renewed");
    app.clock.advance(SECOND * 100 * 24 * 3600);
    assert!(
        app.service.authenticate_participant(&first.token).await.is_err(),
        "a token of 400 days was taken"
    );
    assert!(app.service.authenticate_participant(&renewed.token).await.is_ok());
    let other = app
        .service
        .start_session(SessionRequest::default(), None)
        .await
        .unwrap();
    assert_ne!(other.participant, first.participant);
    assert_eq!(other.settings.business_name, "Amy's Shoes");
}

#[tokio::test]
async fn a_token_of_another_server_and_a_session_of_an_unknown_site_are_refused() {
    let app = TestApp::start().await;
    let elsewhere = TestApp::start_in(tempfile::tempdir().unwrap(), 1).await;
    let token = elsewhere
        .service
        .start_session(SessionRequest::default(), None)
        .await
        .unwrap()
        .token;
    let forged = SessionRequest {
        token: Some(token),
        ..SessionRequest::default()
    };
    let refused = app.service.start_session(forged, None).await;
    assert!(
        matches!(refused, Err(ServiceError::Unauthenticated { .. })),
        "{refused:?}"
    );
    let unknown = SessionRequest {
        site_id: Some("another".into()),
        ..SessionRequest::default()
    };
    let refused = app.service.start_session(unknown, None).await;
    assert!(matches!(refused, Err(ServiceError::SiteNotFound)), "{refused:?}");
}

#[tokio::test]
async fn only_allowed_origins_may_start_a_session_once_some_are_set() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let start = |origin: Option<&'static str>| {
        let service = app.service.clone();
        async move {
            service
                .start_session(SessionRequest::default(), origin)
                .await
                .map(|_| ())
        }
    };
    assert!(start(Some("https://anywhere.example")).await.is_ok());
    let change = SiteChange {
        allowed_origins: Some(vec!["https://Shop.Example.com/".to_owned()]),
        ..SiteChange::default()
    };
    let site = app.service.update_site(&owner, change).await.unwrap();
    assert_eq!(site.allowed_origins, ["https://shop.example.com"]);
    for allowed in [
        None,
        Some("https://shop.example.com"),
        Some("http://127.0.0.1:8080"),
    ] {
        assert!(start(allowed).await.is_ok(), "{allowed:?} was refused");
    }
    for refused in [
        "https://shop.example.com.evil.example",
        "http://shop.example.com",
        "null",
        "garbage",
    ] {
        let refused = start(Some(refused)).await;
        assert!(
            matches!(refused, Err(ServiceError::PermissionDenied { .. })),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn only_the_owner_changes_the_site_and_what_is_wrong_is_named() {
    let app = TestApp::start().await;
    let mut staff = app.owner().await;
    let change = SiteChange {
        name: Some(" ".to_owned()),
        image_url: Some(Some("javascript:alert(1)".to_owned())),
        welcome_text: Some(Some("x".repeat(16_385))),
        allowed_origins: Some(vec![
            "https://a.example/path".to_owned(),
            "ftp://b.example".to_owned(),
        ]),
        ..SiteChange::default()
    };
    let refused = app.service.update_site(&staff, change.clone()).await;
    let Err(ServiceError::Invalid(violations)) = refused else {
        panic!("{refused:?}")
    };
    let fields: Vec<&str> = violations
        .0
        .iter()
        .map(|violation| violation.field.as_str())
        .collect();
    assert_eq!(
        fields,
        [
            "name",
            "imageUrl",
            "welcomeText",
            "allowedOrigins[0]",
            "allowedOrigins[1]"
        ]
    );
    staff.owner = false;
    let refused = app.service.update_site(&staff, change).await;
    assert!(
        matches!(refused, Err(ServiceError::PermissionDenied { .. })),
        "{refused:?}"
    );
}
