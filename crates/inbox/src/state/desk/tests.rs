use shopbell_protocol::frame::StaffServerFrame;
use shopbell_protocol::paging::HistoryPage;
use shopbell_protocol::shown::Marks;
use shopbell_protocol::{Direction, ErrorBody, MessageContent};

use super::*;

const AT: Moment = Moment {
    now_ms: 1_000,
    unit: 0.5,
};

fn live() -> Desk {
    let mut desk = Desk::default();
    assert_eq!(desk.step(Input::Start, AT), [Output::Connect]);
    assert!(
        desk.step(Input::SocketOpened, AT)
            .contains(&Output::Frame(StaffClientFrame::Hello {}))
    );
    let welcome =
        r#"{"type":"welcome","staff":{"id":"s","email":"e","name":"n","owner":true},"serverTime":""}"#;
    let outputs = desk.step(frame(welcome), AT);
    assert!(outputs.contains(&Output::Relist) && outputs.contains(&Output::Connection(Connection::Online)));
    desk
}

fn frame(json: &str) -> Input {
    Input::Frame(Box::new(serde_json::from_str(json).unwrap()))
}

fn open(desk: &mut Desk, id: &str, last: u64) -> Vec<Output> {
    desk.step(
        Input::Open {
            conversation: id.into(),
            last_sequence: Sequence(last),
        },
        AT,
    )
}

fn send(desk: &mut Desk, id: &str, visibility: Visibility) -> Vec<Output> {
    let draft = MessageDraft {
        content: Some(MessageContent::text("hello")),
        visibility: Some(visibility),
        direction: Some(Direction::BusinessToParticipant),
        ..MessageDraft::default()
    };
    let input = ThreadInput::Send {
        client_id: "c1".into(),
        draft: Box::new(draft),
        created_date: String::new(),
    };
    desk.step(Input::Thread(id.into(), input), AT)
}

fn opened(desk: &mut Desk, id: &str, last: u64) {
    let frame = StaffServerFrame::Opened {
        conversation_id: id.into(),
        last_sequence: Sequence(last),
        marks: Marks::default(),
    };
    desk.step(Input::Frame(Box::new(frame)), AT);
}

#[test]
fn opening_reads_the_newest_page_and_resumes_after_what_the_list_knew() {
    let mut desk = live();
    let outputs = open(&mut desk, "a", 7);
    assert!(outputs.contains(&Output::Frame(staff::open("a".into(), Some(Sequence(7))))));
    assert!(outputs.contains(&Output::Request(
        "a".into(),
        Request::Page(PageRequest::Before(Sequence(8)))
    )));
    assert!(open(&mut desk, "a", 9).is_empty(), "it is followed already");
}

#[test]
fn an_answer_says_what_its_writer_had_seen_and_a_note_does_not() {
    for (visibility, expected) in [
        (Visibility::BusinessAndParticipant, Some(Sequence(7))),
        (Visibility::Business, None),
    ] {
        let mut desk = live();
        open(&mut desk, "a", 7);
        opened(&mut desk, "a", 7);
        let sent = send(&mut desk, "a", visibility)
            .into_iter()
            .find_map(|output| match output {
                Output::Frame(StaffClientFrame::Send {
                    last_seen_sequence, ..
                }) => Some(last_seen_sequence),
                _ => None,
            });
        assert_eq!(sent, Some(expected));
    }
}

#[test]
fn a_refused_answer_tells_why_and_its_draft_is_still_there() {
    let mut desk = live();
    open(&mut desk, "a", 7);
    opened(&mut desk, "a", 7);
    send(&mut desk, "a", Visibility::BusinessAndParticipant);
    let error = ErrorBody::application(code::THREAD_MOVED_ON, "the thread has moved on");
    let frame = StaffServerFrame::Reject {
        conversation_id: "a".into(),
        client_id: "c1".into(),
        error,
    };
    let outputs = desk.step(Input::Frame(Box::new(frame)), AT);
    let refused = outputs.iter().find_map(|output| match output {
        Output::Thread(_, ThreadOutput::Refused(id, reason)) => Some((id.clone(), reason.code.clone())),
        _ => None,
    });
    let (id, why) = refused.unwrap();
    assert_eq!(why, code::THREAD_MOVED_ON);
    assert!(desk.thread(&"a".into()).unwrap().draft(&id).is_some());
}

#[test]
fn a_new_socket_opens_again_what_was_open() {
    let mut desk = live();
    open(&mut desk, "a", 7);
    opened(&mut desk, "a", 7);
    assert!(
        desk.step(Input::SocketClosed, AT)
            .contains(&Output::Connection(Connection::Reconnecting))
    );
    let later = Moment {
        now_ms: 60_000,
        unit: 0.5,
    };
    assert!(desk.step(Input::Tick, later).contains(&Output::Connect));
    desk.step(Input::SocketOpened, later);
    let welcome =
        r#"{"type":"welcome","staff":{"id":"s","email":"e","name":"n","owner":true},"serverTime":""}"#;
    let outputs = desk.step(frame(welcome), later);
    assert!(outputs.contains(&Output::Frame(staff::open("a".into(), Some(Sequence(7))))));
}

#[test]
fn only_the_conversations_opened_last_are_followed() {
    let mut desk = live();
    for n in 0..FOLLOWED_MAX {
        open(&mut desk, &format!("c{n}"), 1);
    }
    let outputs = open(&mut desk, "one more", 1);
    assert!(outputs.contains(&Output::Frame(StaffClientFrame::Close {
        conversation_id: "c0".into()
    })));
    assert!(desk.thread(&"c0".into()).is_none() && desk.thread(&"c1".into()).is_some());
}

#[test]
fn a_colleagues_typing_ends_by_itself() {
    let mut desk = live();
    let typing = r#"{"type":"typing","conversationId":"a","performedBy":"BUSINESS","who":"Ann","on":true}"#;
    let typist = Typist {
        participant: false,
        name: Some("Ann".to_owned()),
    };
    assert!(
        desk.step(frame(typing), AT)
            .contains(&Output::Typing("a".into(), Some(typist)))
    );
    let later = Moment {
        now_ms: AT.now_ms + TYPING_MS,
        unit: 0.5,
    };
    assert!(
        desk.step(Input::Tick, later)
            .contains(&Output::Typing("a".into(), None))
    );
}

#[test]
fn a_session_that_is_over_is_told() {
    let mut desk = live();
    let error = ErrorBody::application(code::UNAUTHENTICATED, "sign in");
    assert!(
        desk.step(Input::Frame(Box::new(StaffServerFrame::Error { error })), AT)
            .contains(&Output::SignedOut)
    );
}

#[test]
fn without_sockets_the_list_is_read_now_and_then_and_messages_go_by_request() {
    let mut desk = live();
    open(&mut desk, "a", 7);
    opened(&mut desk, "a", 7);
    let mut now_ms = AT.now_ms;
    let mut outputs = desk.step(Input::SocketClosed, AT);
    while !desk.wants_polling() {
        now_ms = desk.wake_at().unwrap();
        desk.step(Input::Tick, Moment { now_ms, unit: 0.5 });
        outputs = desk.step(Input::SocketClosed, Moment { now_ms, unit: 0.5 });
    }
    assert!(outputs.contains(&Output::Relist));
    let request = outputs.iter().find_map(|output| match output {
        Output::Request(_, Request::Page(request)) => Some(*request),
        _ => None,
    });
    let page = HistoryPage {
        messages: Vec::new(),
        has_older: false,
        last_sequence: Sequence(7),
        marks: Marks::default(),
    };
    let answer = ThreadInput::Page(request.unwrap(), Ok(page));
    let outputs = desk.step(Input::Thread("a".into(), answer), Moment { now_ms, unit: 0.5 });
    assert!(outputs.contains(&Output::Connection(Connection::Online)));
    let outputs = send(&mut desk, "a", Visibility::BusinessAndParticipant);
    assert!(
        outputs
            .iter()
            .any(|output| matches!(output, Output::Request(_, Request::Send { .. })))
    );
}
