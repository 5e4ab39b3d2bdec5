//! Rule 13: when a visitor becomes a member on proof, the two conversations become one.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use proptest::prelude::*;
use serde_json::json;
use shopbell_protocol::event::EventBody;
use shopbell_protocol::inbox::{GetOrCreateConversationRequest, ListMessagesRequest};
use shopbell_protocol::paging::{CursorPaging, SortOrder, Sorting};
use shopbell_protocol::widget::{PostbackRequest, SendRequest, SessionRequest};
use shopbell_protocol::{
    ButtonState, ClientId, ConversationId, MessageContent, PostbackUse, Sequence, Visibility,
};
use shopbell_server::service::{HistoryQuery, NewIdentityKey, ParticipantCaller, ServiceError};
use shopbell_server::testing::TestApp;

use super::{SECOND, card, postback};

/// An app whose site has a secret for signed identities.
struct Shop {
    app: TestApp,
    secret: String,
}

impl Shop {
    async fn open() -> Self {
        let app = TestApp::start().await;
        let new = NewIdentityKey {
            name: "Shop".to_owned(),
            algorithm: "HS256".to_owned(),
            public_key: None,
        };
        let made = app
            .service
            .create_identity_key(Some(&app.owner().await), new)
            .await;
        let secret = made.unwrap().secret.unwrap();
        Self { app, secret }
    }

    fn identity(&self, subject: &str) -> String {
        let exp = self.app.service.now_micros() / 1_000_000 + 600;
        let claims = json!({"sub": subject, "exp": exp, "name": "Ada"});
        let key = EncodingKey::from_secret(self.secret.as_bytes());
        encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap()
    }

    /// A new visitor with their token.
    async fn visitor(&self) -> (ParticipantCaller, String) {
        let session = self
            .app
            .service
            .start_session(SessionRequest::default(), None)
            .await;
        let token = session.unwrap().token;
        let caller = self.app.service.authenticate_participant(&token).await;
        (caller.unwrap(), token)
    }

    async fn signs_in(&self, subject: &str, token: Option<&str>) -> ParticipantCaller {
        let request = SessionRequest {
            token: token.map(str::to_owned),
            identity: Some(self.identity(subject)),
            ..SessionRequest::default()
        };
        let session = self.app.service.start_session(request, None).await.unwrap();
        let caller = self.app.service.authenticate_participant(&session.token).await;
        caller.unwrap()
    }

    async fn says(&self, who: &ParticipantCaller, client_id: &str, text: &str) -> Sequence {
        self.app.clock.advance(SECOND);
        self.app.visitor_says(who, client_id, text).await.sequence
    }

    /// What the participant sees, oldest first: sequence and text.
    async fn texts(&self, who: &ParticipantCaller) -> Vec<(Sequence, String)> {
        let query = HistoryQuery {
            limit: Some(100),
            ..HistoryQuery::default()
        };
        let page = self.app.service.participant_history(who, query).await.unwrap();
        let text =
            |content: &shopbell_protocol::ShownContent| content.preview_text.clone().unwrap_or_default();
        let messages = page.messages.iter();
        messages
            .map(|message| (message.sequence, text(&message.content)))
            .collect()
    }
}

fn id(number: usize) -> String {
    format!("0190b3c0-0000-7000-8000-{number:012}")
}

#[tokio::test]
async fn messages_of_both_stand_in_one_order_with_the_ids_they_had() {
    let shop = Shop::open().await;
    let phone = shop.signs_in("ada", None).await;
    let first = shop.says(&phone, &id(1), "On the phone").await;
    let (visitor, token) = shop.visitor().await;
    let second = shop.says(&visitor, &id(2), "On the laptop, as nobody").await;
    let third = shop.says(&phone, &id(3), "On the phone again").await;
    let fourth = shop.says(&visitor, &id(4), "On the laptop again").await;
    let laptop = shop.signs_in("ada", Some(&token)).await;
    assert_eq!(laptop.conversation_id, phone.conversation_id);
    let texts = shop.texts(&laptop).await;
    let sequences: Vec<Sequence> = texts.iter().map(|(sequence, _)| *sequence).collect();
    assert_eq!(sequences, [first, second, third, fourth]);
    assert_eq!(texts, shop.texts(&phone).await);
}

#[tokio::test]
async fn a_repetition_of_what_was_sent_before_the_merge_gets_its_first_answer() {
    let shop = Shop::open().await;
    let (visitor, token) = shop.visitor().await;
    let sent = shop.says(&visitor, &id(1), "Once").await;
    let member = shop.signs_in("ada", Some(&token)).await;
    assert_eq!(shop.says(&member, &id(1), "Once").await, sent);
    assert_eq!(shop.says(&visitor, &id(1), "Once").await, sent);
    assert_eq!(shop.texts(&member).await.len(), 1);
    let another = SendRequest {
        client_id: ClientId::from(id(1).as_str()),
        content: MessageContent::text("Another"),
    };
    let refused = shop.app.service.send_as_participant(&member, another).await;
    assert!(
        matches!(refused, Err(ServiceError::IdempotencyKeyReused)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn the_old_id_is_none_any_more_and_the_program_is_told_where_it_goes_on() {
    let shop = Shop::open().await;
    let (visitor, token) = shop.visitor().await;
    shop.says(&visitor, &id(1), "Hello").await;
    let member = shop.signs_in("ada", Some(&token)).await;
    let (app, old) = (shop.app.app().await, visitor.conversation_id.clone());
    let gone = shop.app.service.get_conversation(&app, old.as_str()).await;
    assert!(
        matches!(&gone, Err(ServiceError::ConversationMerged { into }) if *into == member.conversation_id),
        "{gone:?}"
    );
    let listed = ListMessagesRequest {
        conversation_id: Some(old.0.clone()),
        visibility: Some(Visibility::Business),
        ..ListMessagesRequest::default()
    };
    let gone = shop.app.service.list_messages(&app, listed).await;
    assert!(
        matches!(gone, Err(ServiceError::ConversationMerged { .. })),
        "{gone:?}"
    );
    let asked = GetOrCreateConversationRequest {
        participant_id: Some(visitor.participant.clone()),
    };
    let current = shop
        .app
        .service
        .get_or_create_conversation(&app, asked)
        .await
        .unwrap();
    assert_eq!(current.conversation.id, member.conversation_id);
    assert!(!current.new_conversation);
    let events = shop
        .app
        .service
        .events_after(&app, None, None, Duration::ZERO)
        .await
        .unwrap();
    let merged: Vec<_> = events
        .events
        .iter()
        .filter_map(|event| match &event.body {
            EventBody::ConversationsMerged(merged) => Some(merged.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(merged.len(), 1);
    assert_eq!(merged[0].old_conversation_ids, std::slice::from_ref(&old));
    assert_eq!(merged[0].target_conversation_id, member.conversation_id);
    // What was told before is told again as it was told.
    let EventBody::MessageSentToBusiness(first) = &events.events[0].body else {
        panic!("{:?}", events.events[0])
    };
    assert_eq!(first.conversation_id, old);
    // Proving the same once more merges nothing and tells nothing.
    shop.signs_in("ada", Some(&token)).await;
    let again = shop
        .app
        .service
        .events_after(&app, None, None, Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(again.events.len(), events.events.len());
    let owner = shop.app.owner().await;
    let shown = shop
        .app
        .service
        .conversation_for_staff(&owner, &member.conversation_id)
        .await
        .unwrap();
    assert_eq!(shown.merges.len(), 1);
    assert_eq!(
        (shown.merges[0].messages, &shown.merges[0].conversation_id),
        (1, &old)
    );
}

#[tokio::test]
async fn presses_and_what_is_unread_come_along() {
    let shop = Shop::open().await;
    let phone = shop.signs_in("ada", None).await;
    let seen = shop.says(&phone, &id(1), "Seen").await;
    let owner = shop.app.owner().await;
    shop.app
        .service
        .staff_seen(&owner, &phone.conversation_id, seen)
        .await
        .unwrap();
    let (visitor, token) = shop.visitor().await;
    shop.says(&visitor, &id(2), "Not seen").await;
    let buttons = vec![
        postback("yes", PostbackUse::Once),
        postback("no", PostbackUse::Once),
    ];
    shop.app.clock.advance(SECOND);
    let offer = shop.app.app_says(&visitor.conversation_id, card(buttons)).await;
    let press = |client: usize, button: &str| PostbackRequest {
        client_id: ClientId::from(id(client).as_str()),
        message_id: offer.id,
        button_id: button.to_owned(),
    };
    shop.app
        .service
        .press_postback(&visitor, press(3, "b0"))
        .await
        .unwrap();
    let late = shop.says(&phone, &id(5), "Seen too").await;
    shop.app
        .service
        .staff_seen(&owner, &phone.conversation_id, late)
        .await
        .unwrap();
    let member = shop.signs_in("ada", Some(&token)).await;
    let repeated = shop
        .app
        .service
        .press_postback(&member, press(3, "b0"))
        .await
        .unwrap();
    assert_eq!(repeated.buttons[0].state, ButtonState::Done);
    shop.app
        .service
        .press_postback(&member, press(4, "b1"))
        .await
        .unwrap();
    let dead = shop.app.service.press_postback(&visitor, press(6, "b1")).await;
    assert!(
        matches!(dead, Err(ServiceError::Unauthenticated { .. })),
        "{dead:?}"
    );
    let answer = shop
        .app
        .service
        .conversation_for_staff(&owner, &member.conversation_id)
        .await
        .unwrap();
    let line = answer.conversation;
    assert!(
        line.unread_count >= 1,
        "a message that nobody has seen counts as seen"
    );
    assert_eq!(answer.marks.business_seen, seen);
    let old = shop
        .app
        .service
        .conversation_for_staff(&owner, &visitor.conversation_id)
        .await
        .unwrap();
    assert_eq!(old.merged_into, Some(member.conversation_id));
}

#[tokio::test]
async fn whoever_looks_starts_over_and_whoever_comes_back_too() {
    let shop = Shop::open().await;
    let (visitor, token) = shop.visitor().await;
    shop.says(&visitor, &id(1), "Earlier").await;
    let phone = shop.signs_in("ada", None).await;
    let held = shop.says(&phone, &id(2), "Later").await;
    let live = shop.app.service.welcome_participant(&phone).await.unwrap();
    let owner = shop.app.owner().await;
    let desk = shop
        .app
        .service
        .open_for_staff(&owner, &phone.conversation_id)
        .await
        .unwrap();
    shop.signs_in("ada", Some(&token)).await;
    let look = shop
        .app
        .service
        .participant_changes(&phone, live.place, 10)
        .await
        .unwrap();
    assert!(look.start_over);
    let staff = shop
        .app
        .service
        .staff_changes(&owner, &phone.conversation_id, desk.place, 10)
        .await
        .unwrap();
    assert!(staff.start_over);
    let gone = shop
        .app
        .service
        .staff_changes(&owner, &visitor.conversation_id, desk.place, 10)
        .await;
    assert!(
        matches!(gone, Err(ServiceError::ConversationMerged { .. })),
        "{gone:?}"
    );
    let back = shop.app.service.welcome_participant(&phone).await.unwrap();
    assert_eq!(
        back.resume(held),
        None,
        "a message that came to stand earlier would be missed"
    );
    let after = shop.says(&phone, &id(3), "After the merge").await;
    let back = shop.app.service.welcome_participant(&phone).await.unwrap();
    assert!(back.resume(after).is_some());
    let look = shop
        .app
        .service
        .participant_changes(&phone, back.place, 10)
        .await
        .unwrap();
    assert!(!look.start_over && look.messages.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Visitors and members write in any order; some visitors sign in as some member at any time. In the end every message
    /// is in exactly one conversation, with the id it was given, in the order of the ids.
    #[test]
    fn no_history_of_merges_loses_doubles_or_reorders_a_message(
        steps in prop::collection::vec((0_usize..6, 0_usize..5, prop::bool::ANY), 1..40)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let shop = Shop::open().await;
            let mut people: Vec<(ParticipantCaller, String)> = Vec::new();
            for _ in 0..6 {
                people.push(shop.visitor().await);
            }
            let mut members = Vec::new();
            let mut accepted: HashMap<Sequence, String> = HashMap::new();
            for (number, (who, action, still)) in steps.into_iter().enumerate() {
                // The clock may stand still between two steps.
                if !still {
                    shop.app.clock.advance(SECOND);
                }
                if action < 3 {
                    let text = format!("{number}");
                    let sent = shop.app.visitor_says(&people[who].0, &id(number), &text).await;
                    prop_assert!(accepted.insert(sent.sequence, text).is_none(), "an id was given twice");
                } else {
                    let member = shop.signs_in(&format!("member {}", action % 2), Some(&people[who].1)).await;
                    members.push(member.clone());
                    people[who].0 = member;
                }
            }
            let mut found: HashMap<Sequence, String> = HashMap::new();
            let everybody: HashMap<ConversationId, ParticipantCaller> = people
                .into_iter()
                .map(|(who, _)| who)
                .chain(members)
                .map(|who| (who.conversation_id.clone(), who))
                .collect();
            for who in everybody.values() {
                let texts = shop.texts(who).await;
                prop_assert!(texts.windows(2).all(|pair| pair[0].0 < pair[1].0));
                for (sequence, text) in texts {
                    prop_assert!(found.insert(sequence, text).is_none(), "a message is in two conversations");
                }
            }
            prop_assert_eq!(found, accepted);
            Ok(())
        })?;
    }
}

/// Prints its figures; run with `--nocapture`.
#[expect(
    clippy::disallowed_methods,
    reason = "figures of this machine, printed and not asserted"
)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_thousand_messages_under_a_hundred_merges_are_all_there_once_and_in_order() {
    const VISITORS: usize = 100;
    const EACH: usize = 100;
    let shop = std::sync::Arc::new(Shop::open().await);
    let begun = Instant::now();
    let mut tasks = Vec::new();
    for number in 0..VISITORS {
        let shop = std::sync::Arc::clone(&shop);
        tasks.push(tokio::spawn(async move {
            let (visitor, token) = shop.visitor().await;
            let mut accepted = Vec::with_capacity(EACH);
            let mut who = visitor;
            let mut merge = Duration::ZERO;
            for message in 0..EACH {
                // Halfway through the visitor signs in, while the others write and sign in too.
                if message == EACH / 2 {
                    let before = Instant::now();
                    who = shop.signs_in("ada", Some(&token)).await;
                    merge = before.elapsed();
                }
                let key = number * EACH + message;
                let sent = shop.app.visitor_says(&who, &id(key), &format!("{key}")).await;
                accepted.push((sent.sequence, format!("{key}")));
            }
            (accepted, merge)
        }));
    }
    let (mut accepted, mut merges) = (HashMap::new(), Vec::new());
    for task in tasks {
        let (messages, merge) = task.await.unwrap();
        for (sequence, text) in messages {
            assert!(accepted.insert(sequence, text).is_none(), "an id was given twice");
        }
        merges.push(merge);
    }
    let took = begun.elapsed();
    let (app, member) = (shop.app.app().await, shop.signs_in("ada", None).await);
    let (mut cursor, mut read) = (None, Vec::new());
    loop {
        let page = ListMessagesRequest {
            conversation_id: Some(member.conversation_id.0.clone()),
            visibility: Some(Visibility::Business),
            paging: Some(CursorPaging {
                limit: Some(100),
                cursor,
            }),
            sorting: Some(Sorting {
                field_name: None,
                order: Some(SortOrder::Asc),
            }),
        };
        let page = shop.app.service.list_messages(&app, page).await.unwrap();
        for message in page.messages {
            read.push((message.sequence, message.content.preview_text.unwrap_or_default()));
        }
        cursor = page.paging_metadata.cursors.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(read.len(), VISITORS * EACH);
    assert!(read.windows(2).all(|pair| pair[0].0 < pair[1].0), "out of order");
    assert_eq!(read.into_iter().collect::<HashMap<_, _>>(), accepted);
    let owner = shop.app.owner().await;
    let shown = shop
        .app
        .service
        .conversation_for_staff(&owner, &member.conversation_id)
        .await
        .unwrap();
    assert_eq!(shown.merges.len(), VISITORS);
    merges.sort_unstable();
    println!(
        "{} messages, {VISITORS} merges at once: all once, in order; {:.1} s in all; a merge took {} ms (median), {} ms (longest)",
        VISITORS * EACH,
        took.as_secs_f64(),
        merges[VISITORS / 2].as_millis(),
        merges[VISITORS - 1].as_millis()
    );
}
