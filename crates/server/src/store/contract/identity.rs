//! Sites, staff, sessions, keys, files.

use std::sync::Arc;

use shopbell_protocol::{ClientId, MediaId, StaffId};

use super::fixture::{NOW, first_site, fixture};
use crate::store::{KeyRow, ListedKey, MediaRow, NewKey, NewMedia, NewSession, SiteUpdate, Store};

/// The first start happens once, and what it made is found.
pub async fn the_first_site_is_made_once(store: Arc<dyn Store>) {
    assert_eq!(store.site(None).await.expect("an answer"), None);
    let first = first_site();
    assert!(store.create_first_site(first.clone()).await.expect("an answer"));
    assert!(!store.create_first_site(first.clone()).await.expect("an answer"));
    assert_eq!(
        store.site(None).await.expect("an answer"),
        Some(first.site.clone())
    );
    assert_eq!(store.site(Some("another".into())).await.expect("an answer"), None);
    let key = store.api_key([2; 32]).await.expect("an answer").expect("a key");
    assert_eq!((key.site_id, key.app_id), (first.site.id.clone(), first.app_id));
    assert_eq!(store.api_key([3; 32]).await.expect("an answer"), None);
    let staff = store
        .staff_by_email("owner@localhost".to_owned())
        .await
        .expect("an answer");
    assert_eq!(staff, Some(first.owner));
    let update = SiteUpdate {
        welcome_text: Some(Some("Hi!".to_owned())),
        ..SiteUpdate::default()
    };
    let updated = store
        .update_site(first.site.id.clone(), update)
        .await
        .expect("an answer")
        .expect("a site");
    assert_eq!(
        (updated.welcome_text.as_deref(), updated.name),
        (Some("Hi!"), first.site.name)
    );
}

/// Sessions end by time and by signing out.
pub async fn a_session_ends_when_its_time_is_over(store: Arc<dyn Store>) {
    let fixture = fixture(store).await;
    let session = |hash: u8, expires| NewSession {
        token_hash: [hash; 32],
        staff_id: StaffId::from("staff-1"),
        expires,
        now_micros: NOW,
    };
    fixture
        .store
        .create_staff_session(session(1, NOW + 10))
        .await
        .expect("a session");
    fixture
        .store
        .create_staff_session(session(2, NOW + 10))
        .await
        .expect("a session");
    let who = |hash: u8, now| {
        let found = fixture.store.staff_by_session([hash; 32], now);
        async { found.await.expect("an answer").map(|row| row.id) }
    };
    assert_eq!(who(1, NOW + 9).await, Some(StaffId::from("staff-1")));
    assert_eq!(who(1, NOW + 10).await, None);
    assert_eq!(who(3, NOW).await, None);
    fixture
        .store
        .delete_staff_session([2; 32])
        .await
        .expect("an answer");
    assert_eq!(who(2, NOW).await, None);
}

/// Whoever changes a password wants everybody out who knew the old one.
pub async fn a_new_password_ends_the_sessions_of_its_login_only(store: Arc<dyn Store>) {
    let fixture = fixture(store).await;
    let session = NewSession {
        token_hash: [1; 32],
        staff_id: StaffId::from("staff-1"),
        expires: NOW + 10,
        now_micros: NOW,
    };
    fixture
        .store
        .create_staff_session(session)
        .await
        .expect("a session");
    let set = |email: &str| {
        fixture
            .store
            .set_staff_password(email.to_owned(), "another hash".to_owned())
    };
    assert_eq!(set("nobody@localhost").await.expect("an answer"), None);
    let signed_in = || fixture.store.staff_by_session([1; 32], NOW);
    assert!(signed_in().await.expect("an answer").is_some());
    let staff = set("owner@localhost")
        .await
        .expect("an answer")
        .expect("the owner");
    assert_eq!(staff.password_hash, "another hash");
    assert_eq!(signed_in().await.expect("an answer"), None);
    let found = fixture.store.staff_by_email("owner@localhost".to_owned()).await;
    assert_eq!(found.expect("an answer"), Some(staff));
}

/// Keys come and go; the program of one that went is not known any more.
pub async fn a_key_is_listed_until_it_is_deleted(store: Arc<dyn Store>) {
    let fixture = fixture(store).await;
    let row = KeyRow {
        scopes: vec![shopbell_protocol::admin::KeyScope::Read],
        expires_micros: None,
        last_used_micros: None,
        replaced_micros: None,
        site_id: fixture.site.clone(),
        app_id: "app-2".into(),
    };
    let key = NewKey {
        replaces: None,
        key_hash: [9; 32],
        row: row.clone(),
        name: "Second key".to_owned(),
        now_micros: NOW + 1,
    };
    fixture.store.create_api_key(key).await.expect("a key");
    assert_eq!(
        fixture.store.api_key([9; 32]).await.expect("an answer"),
        Some(row.clone())
    );
    let keys = fixture.store.api_keys().await.expect("keys");
    let names: Vec<&str> = keys.iter().map(|key| key.name.as_str()).collect();
    assert_eq!(names, ["First key", "Second key"]);
    let second = ListedKey {
        key_hash: [9; 32],
        row,
        name: "Second key".to_owned(),
        created_micros: NOW + 1,
    };
    assert_eq!(keys.last(), Some(&second));
    fixture
        .store
        .touch_api_key([9; 32], NOW + 5)
        .await
        .expect("a use");
    let used = fixture
        .store
        .api_key([9; 32])
        .await
        .expect("an answer")
        .expect("the key");
    assert_eq!(used.last_used_micros, Some(NOW + 5));
    let successor = |hash| NewKey {
        key_hash: hash,
        row: used.clone(),
        name: "Second key".to_owned(),
        now_micros: NOW + 6,
        replaces: Some(([9; 32], NOW + 7)),
    };
    assert!(
        fixture
            .store
            .create_api_key(successor([10; 32]))
            .await
            .expect("an answer")
    );
    assert!(
        !fixture
            .store
            .create_api_key(successor([11; 32]))
            .await
            .expect("an answer")
    );
    let replaced = fixture
        .store
        .api_key([9; 32])
        .await
        .expect("an answer")
        .expect("the key");
    assert_eq!(replaced.expires_micros, Some(NOW + 7));
    assert_eq!(replaced.replaced_micros, Some(NOW + 6));
    assert!(fixture.store.delete_api_key([10; 32]).await.expect("an answer"));
    assert!(fixture.store.delete_api_key([9; 32]).await.expect("an answer"));
    assert!(!fixture.store.delete_api_key([9; 32]).await.expect("an answer"));
    assert_eq!(fixture.store.api_key([9; 32]).await.expect("an answer"), None);
    assert_eq!(fixture.store.api_keys().await.expect("keys").len(), 1);
}

/// Uploads are idempotent too.
pub async fn a_file_is_known_once_per_owner_and_key(store: Arc<dyn Store>) {
    let fixture = fixture(store).await;
    let file = |name: &str, owner: &str| NewMedia {
        row: MediaRow {
            id: MediaId::from(name),
            site_id: fixture.site.clone(),
            owner: owner.to_owned(),
            storage_name: format!("stored {name}"),
            filename: "boots.png".to_owned(),
            mime_type: "image/png".to_owned(),
            size_bytes: 5_000_000_000,
            dimensions: Some((640, 480)),
        },
        client_id: Some(ClientId::from("key-1")),
        now_micros: NOW,
    };
    let (first, repeated) = fixture
        .store
        .create_media(file("a", "staff:1"))
        .await
        .expect("a file");
    assert!(!repeated && first.picture());
    assert_eq!(
        fixture
            .store
            .create_media(file("b", "staff:1"))
            .await
            .expect("a file"),
        (first.clone(), true)
    );
    let (other, repeated) = fixture
        .store
        .create_media(file("c", "staff:2"))
        .await
        .expect("a file");
    assert!(!repeated);
    let ids = vec![MediaId::from("a"), MediaId::from("b"), MediaId::from("c")];
    assert_eq!(
        fixture.store.media(ids).await.expect("files"),
        [first.clone(), other]
    );
    let found = fixture
        .store
        .media_by_client(fixture.site.clone(), "staff:1".to_owned(), "key-1".into())
        .await;
    assert_eq!(found.expect("an answer"), Some(first));
}
