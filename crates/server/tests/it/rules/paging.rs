//! `listMessages`: cursors hold their place while messages arrive.

use proptest::prelude::*;
use shopbell_protocol::inbox::{ListMessagesAnswer, ListMessagesRequest};
use shopbell_protocol::paging::{CursorPaging, SortOrder, Sorting};
use shopbell_protocol::widget::SendRequest;
use shopbell_protocol::{
    BasicContent, BasicItem, ContentKind, ConversationId, MessageContent, Sequence, Visibility, limits,
};
use shopbell_server::service::{HistoryQuery, ServiceError, ServiceResult};
use shopbell_server::testing::TestApp;

fn request(
    conversation: &ConversationId,
    visibility: Visibility,
    order: SortOrder,
    limit: i64,
    cursor: Option<String>,
) -> ListMessagesRequest {
    ListMessagesRequest {
        conversation_id: Some(conversation.0.clone()),
        visibility: Some(visibility),
        paging: Some(CursorPaging {
            limit: Some(limit),
            cursor,
        }),
        sorting: Some(Sorting {
            field_name: Some("sequence".to_owned()),
            order: Some(order),
        }),
    }
}

async fn list(app: &TestApp, request: ListMessagesRequest) -> ServiceResult<ListMessagesAnswer> {
    app.service.list_messages(&app.app().await, request).await
}

fn sequences(page: &ListMessagesAnswer) -> Vec<Sequence> {
    page.messages.iter().map(|message| message.sequence).collect()
}

/// Appends `before` messages, then reads page after page while `during[n]` more arrive after page `n`; every third
/// message is hidden from the participant.
async fn read_while_appending(
    before: u8,
    during: &[u8],
    limit: i64,
    order: SortOrder,
    visibility: Visibility,
) {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let conversation = app.conversation_of(&visitor.participant).await;
    let mut appended = Vec::new();
    let append = async |appended: &mut Vec<Sequence>, count: u8| {
        for number in 0..count {
            let hidden = number % 3 == 2;
            let message = if hidden {
                app.app_notes(&conversation, "hidden").await
            } else {
                app.app_says(&conversation, MessageContent::text("shown")).await
            };
            if !hidden || visibility == Visibility::Business {
                appended.push(message.sequence);
            }
        }
    };
    append(&mut appended, before).await;
    let at_first = appended.clone();
    let mut read = Vec::new();
    let mut cursor = None;
    let mut arriving = during.iter();
    loop {
        let page = list(&app, request(&conversation, visibility, order, limit, cursor))
            .await
            .unwrap();
        assert_eq!(page.paging_metadata.count as usize, page.messages.len());
        let full = page.messages.len() == usize::try_from(limit).unwrap();
        assert!(
            full || page.paging_metadata.cursors.next.is_none(),
            "a short page that is not the last"
        );
        read.extend(sequences(&page));
        if let Some(count) = arriving.next() {
            append(&mut appended, *count).await;
        }
        cursor = page.paging_metadata.cursors.next;
        if cursor.is_none() {
            break;
        }
    }
    match order {
        SortOrder::Asc => assert_eq!(read, appended[..read.len()], "a gap or a repetition"),
        SortOrder::Desc | SortOrder::Unknown | SortOrder::Unrecognized => {
            read.reverse();
            assert_eq!(read, at_first, "a gap or a repetition");
        }
    }
    assert!(read.len() >= at_first.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn paging_neither_skips_nor_repeats_while_messages_arrive(
        before in 0u8..20,
        during in prop::collection::vec(0u8..4, 0..6),
        limit in 1i64..7,
        rising in any::<bool>(),
        everything in any::<bool>(),
    ) {
        let order = if rising { SortOrder::Asc } else { SortOrder::Desc };
        let visibility = if everything { Visibility::Business } else { Visibility::BusinessAndParticipant };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(read_while_appending(before, &during, limit, order, visibility));
    }
}

#[tokio::test]
async fn one_can_page_forth_and_back() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    for number in 0..5 {
        app.visitor_says(&visitor, &number.to_string(), "Hello").await;
    }
    let id = &visitor.conversation_id;
    let page = |cursor| {
        list(
            &app,
            request(id, Visibility::Business, SortOrder::Desc, 2, cursor),
        )
    };
    let first = page(None).await.unwrap();
    assert_eq!(first.paging_metadata.cursors.prev, None);
    let second = page(first.paging_metadata.cursors.next.clone()).await.unwrap();
    let third = page(second.paging_metadata.cursors.next.clone()).await.unwrap();
    assert_eq!(
        (third.messages.len(), third.paging_metadata.cursors.next.clone()),
        (1, None)
    );
    let back = page(third.paging_metadata.cursors.prev.clone()).await.unwrap();
    assert_eq!(sequences(&back), sequences(&second));
    let back = page(back.paging_metadata.cursors.prev.clone()).await.unwrap();
    assert_eq!(
        (sequences(&back), back.paging_metadata.cursors.prev),
        (sequences(&first), None)
    );
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_list_only() {
    let app = TestApp::start().await;
    let (visitor, other) = (app.visitor().await, app.visitor().await);
    for number in 0..5 {
        app.visitor_says(&visitor, &number.to_string(), "Hello").await;
        app.visitor_says(&other, &number.to_string(), "Hello").await;
    }
    let id = &visitor.conversation_id;
    let first = list(&app, request(id, Visibility::Business, SortOrder::Desc, 2, None))
        .await
        .unwrap();
    let cursor = first.paging_metadata.cursors.next.unwrap();
    for wrong in [
        request(id, Visibility::Business, SortOrder::Asc, 2, Some(cursor.clone())),
        request(
            id,
            Visibility::BusinessAndParticipant,
            SortOrder::Desc,
            2,
            Some(cursor.clone()),
        ),
        request(
            &other.conversation_id,
            Visibility::Business,
            SortOrder::Desc,
            2,
            Some(cursor.clone()),
        ),
        request(
            id,
            Visibility::Business,
            SortOrder::Desc,
            2,
            Some("AAAA".to_owned()),
        ),
    ] {
        let refused = list(&app, wrong).await;
        let Err(ServiceError::Invalid(violations)) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(violations.0[0].field, "paging.cursor");
    }
    assert!(
        list(
            &app,
            request(id, Visibility::Business, SortOrder::Desc, 99, Some(cursor))
        )
        .await
        .is_ok()
    );
}

#[tokio::test]
async fn everything_wrong_with_a_list_is_named_at_once() {
    let app = TestApp::start().await;
    let wrong = ListMessagesRequest {
        conversation_id: Some("x".to_owned()),
        visibility: Some(Visibility::Unknown),
        paging: Some(CursorPaging {
            limit: Some(101),
            cursor: None,
        }),
        sorting: Some(Sorting {
            field_name: Some("date".to_owned()),
            order: Some(SortOrder::Unrecognized),
        }),
    };
    let refused = list(&app, wrong).await;
    let Err(ServiceError::Invalid(violations)) = refused else {
        panic!("{refused:?}")
    };
    let mut fields: Vec<&str> = violations
        .0
        .iter()
        .map(|violation| violation.field.as_str())
        .collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "conversationId",
            "paging.limit",
            "sorting.fieldName",
            "sorting.order",
            "visibility"
        ]
    );
    let empty = ListMessagesRequest {
        paging: None,
        ..ListMessagesRequest::default()
    };
    assert!(matches!(list(&app, empty).await, Err(ServiceError::Invalid(_))));
}

#[tokio::test]
async fn a_page_of_huge_messages_ends_early_and_the_next_one_goes_on() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    for number in 0..3 {
        let huge = SendRequest {
            client_id: number.to_string().as_str().into(),
            content: MessageContent {
                kind: ContentKind::Basic(BasicContent {
                    items: vec![BasicItem::Text("😀".repeat(limits::TEXT_MAX)); limits::BASIC_ITEMS_MAX],
                }),
                ..MessageContent::text("")
            },
        };
        app.service.send_as_participant(&visitor, huge).await.unwrap();
    }
    let newest = HistoryQuery::default();
    let first = app.service.participant_history(&visitor, newest).await.unwrap();
    assert_eq!((first.messages.len(), first.has_older), (1, true));
    let next = HistoryQuery {
        before: Some(first.messages[0].sequence),
        ..newest
    };
    let second = app.service.participant_history(&visitor, next).await.unwrap();
    assert_eq!((second.messages.len(), second.has_older), (1, true));
    let conversation = &visitor.conversation_id;
    let (mut listed, mut cursor) = (0, None);
    loop {
        let asked = request(conversation, Visibility::Business, SortOrder::Asc, 100, cursor);
        let page = list(&app, asked).await.unwrap();
        listed += page.messages.len();
        cursor = page.paging_metadata.cursors.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(listed, 3);
    let (mut told, mut cursor) = (0, None);
    loop {
        let after = app
            .service
            .events_after(
                &app.app().await,
                cursor.as_deref(),
                Some(1_000),
                std::time::Duration::ZERO,
            )
            .await
            .unwrap();
        if after.events.is_empty() {
            break;
        }
        assert_eq!(after.events.len(), 1);
        told += 1;
        cursor = Some(after.cursor);
    }
    assert_eq!(told, 3);
}
