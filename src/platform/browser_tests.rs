//! The wrappers in a real browser: what was started tells, and what was dropped is silent.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::Owner;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Event, EventTarget};

use super::database::{Record, Told, database};
use super::fetch::{Body, FetchAnswer, FetchOptions, fetch};
use super::listen::listen;
use super::page::{PageEvent, page};
use super::socket::{SocketEvent, socket};
use super::storage::{storage, tab_storage};
use super::timer::after;
use super::{clock, random, window};

wasm_bindgen_test_configure!(run_in_browser);

async fn pass(ms: u64) {
    let promise = js_sys::Promise::new(&mut |done, _| {
        window()
            .unwrap()
            .set_timeout_with_callback_and_timeout_and_arguments_0(&done, i32::try_from(ms).unwrap())
            .unwrap();
    });
    JsFuture::from(promise).await.unwrap();
}

fn counter() -> (Rc<Cell<u32>>, impl Fn() + 'static) {
    let count = Rc::new(Cell::new(0));
    let for_tick = Rc::clone(&count);
    (count, move || for_tick.set(for_tick.get() + 1))
}

fn tell(target: &EventTarget, event: &str) {
    target.dispatch_event(&Event::new(event).unwrap()).unwrap();
}

#[wasm_bindgen_test]
fn a_listener_ends_with_its_handle() {
    let target: EventTarget = window().unwrap().unchecked_into();
    let (count, tick) = counter();
    let listener = listen(&target, "shopbell-test", move |_| tick());
    tell(&target, "shopbell-test");
    drop(listener);
    tell(&target, "shopbell-test");
    assert_eq!(count.get(), 1);
}

#[wasm_bindgen_test]
async fn a_timer_fires_once_and_not_after_it_was_dropped() {
    let (count, tick) = counter();
    let kept = after(1, tick);
    let (dropped, tick) = counter();
    drop(after(1, tick));
    pass(60).await;
    assert_eq!((count.get(), dropped.get()), (1, 0));
    drop(kept);
}

#[wasm_bindgen_test]
fn a_page_followed_fifty_times_is_left_by_all() {
    let target: EventTarget = window().unwrap().unchecked_into();
    let count = Rc::new(Cell::new(0));
    for _ in 0..50 {
        let owner = Owner::new();
        let count = Rc::clone(&count);
        owner.with(|| {
            page(move |event| {
                assert_eq!(event, PageEvent::Network(false));
                count.set(count.get() + 1);
            })
        });
        owner.cleanup();
    }
    tell(&target, "offline");
    assert_eq!(count.get(), 0);
}

#[wasm_bindgen_test]
fn what_is_stored_is_kept_and_forgotten() {
    let kept = storage();
    assert!(kept.is_supported());
    kept.set("shopbell.test", "a");
    assert_eq!(storage().get("shopbell.test").as_deref(), Some("a"));
    kept.remove("shopbell.test");
    assert_eq!(storage().get("shopbell.test"), None);
}

#[wasm_bindgen_test]
fn what_is_stored_for_a_tab_is_not_in_what_outlives_it() {
    tab_storage().set("shopbell.test", "of the tab");
    assert_eq!(tab_storage().get("shopbell.test").as_deref(), Some("of the tab"));
    assert_eq!(storage().get("shopbell.test"), None);
    tab_storage().remove("shopbell.test");
    assert_eq!(tab_storage().get("shopbell.test"), None);
}

#[wasm_bindgen_test]
async fn time_goes_on_when_the_wall_clock_is_set_back() {
    let date = js_sys::Reflect::get(&js_sys::global(), &"Date".into()).unwrap();
    let real = js_sys::Reflect::get(&date, &"now".into()).unwrap();
    let before = clock::monotonic_ms();
    let stuck = js_sys::Function::new_no_args("return 1e12");
    js_sys::Reflect::set(&date, &"now".into(), &stuck).unwrap();
    pass(50).await;
    let (after, wall) = (clock::monotonic_ms(), clock::now_ms());
    js_sys::Reflect::set(&date, &"now".into(), &real).unwrap();
    assert_eq!(wall, 1_000_000_000_000);
    assert!(
        (before + 40..before + 30_000).contains(&after),
        "{before} {after}"
    );
}

#[wasm_bindgen_test]
fn ids_are_all_different_and_dates_are_iso() {
    let (one, two) = (random::uuid_v7(), random::uuid_v7());
    assert_ne!(one, two);
    assert_eq!((one.len(), one.as_bytes()[14]), (36, b'7'));
    assert!((0.0..=1.0).contains(&random::unit()));
    let date = clock::now_iso();
    assert!(date.len() == 24 && date.ends_with('Z'), "{date}");
}

fn ask(path: &str, answers: &Rc<RefCell<Vec<FetchAnswer>>>) -> super::fetch::Fetch {
    let answers = Rc::clone(answers);
    let options = FetchOptions {
        method: "GET",
        path,
        headers: &[("Accept", "*/*")],
        body: Body::Empty,
        timeout_ms: 5_000,
    };
    fetch(
        &options,
        None,
        Box::new(move |answer| answers.borrow_mut().push(answer)),
    )
    .unwrap()
}

#[wasm_bindgen_test]
async fn a_request_is_answered_once_and_a_dropped_one_never() {
    let answers = Rc::default();
    let silent = Rc::default();
    let request = ask("/", &answers);
    drop(ask("/", &silent));
    for _ in 0..50 {
        pass(20).await;
        if request.is_done() {
            break;
        }
    }
    assert!(request.is_done());
    assert_eq!(answers.borrow().len(), 1);
    assert!(answers.borrow()[0].is_ok(), "{:?}", answers.borrow());
    assert!(silent.borrow().is_empty());
}

#[wasm_bindgen_test]
async fn a_socket_that_cannot_open_says_closed_once() {
    let events = Rc::new(RefCell::new(Vec::new()));
    let for_socket = Rc::clone(&events);
    let opened = socket("/no-socket-here", "shopbell.v1", move |event| {
        for_socket.borrow_mut().push(event);
    });
    assert!(opened.is_some());
    for _ in 0..50 {
        pass(20).await;
        if !events.borrow().is_empty() {
            break;
        }
    }
    assert_eq!(*events.borrow(), [SocketEvent::Closed]);
}

fn entry(id: &str, files: Vec<(String, web_sys::File)>) -> Record {
    Record {
        id: id.to_owned(),
        text: format!("text of {id}"),
        token: Some("token".to_owned()),
        files,
    }
}

/// What a database has told so far, as words.
type Words = Rc<RefCell<Vec<String>>>;

fn listening(words: &Words) -> impl Fn(Told) + 'static {
    let words = Rc::clone(words);
    move |told| {
        words.borrow_mut().push(match told {
            Told::Written(id, well) => format!("written {id} {well}"),
            Told::Restored(records) => format!("restored {}", records.len()),
            Told::Elsewhere(text) => format!("elsewhere {text}"),
            Told::Gone(id) => format!("gone {id}"),
            Told::Cleared => "cleared".to_owned(),
            Told::Turn => "turn".to_owned(),
        });
    }
}

async fn hears(words: &Words, wanted: &str) {
    for _ in 0..500 {
        if words.borrow().iter().any(|word| word == wanted) {
            return;
        }
        pass(10).await;
    }
    panic!("not {wanted} but {:?}", words.borrow());
}

#[wasm_bindgen_test]
async fn what_is_put_is_written_and_the_other_tab_hears_of_it() {
    js_sys::eval(include_str!("outbox.js")).unwrap();
    let (here, there) = (Words::default(), Words::default());
    let one = database(listening(&here)).unwrap();
    hears(&here, "restored 0").await;
    let names = databases().await;
    assert!(
        !names.contains("shopbell-outbox"),
        "nothing is there before something is kept: {names}"
    );

    let other = database(listening(&there)).unwrap();
    hears(&there, "restored 0").await;
    let parts = js_sys::Array::of1(&"content".into());
    let file = web_sys::File::new_with_str_sequence(&parts, "a.txt").unwrap();
    one.put(&entry("a", vec![("u1".to_owned(), file)]));
    one.put(&entry("b", Vec::new()));
    hears(&here, "written b true").await;
    hears(&there, "elsewhere text of a").await;
    hears(&there, "elsewhere text of b").await;
    one.give_up("a");
    hears(&there, "gone a").await;
    one.remove("a");

    // A third tab finds what is left, and it is not its own.
    let late = Words::default();
    let third = database(listening(&late)).unwrap();
    hears(&late, "elsewhere text of b").await;
    assert_eq!(*late.borrow(), ["restored 0", "elsewhere text of b"]);
    one.clear();
    hears(&here, "cleared").await;
    let last = Words::default();
    let fourth = database(listening(&last)).unwrap();
    hears(&last, "restored 0").await;
    assert_eq!(
        *last.borrow(),
        ["restored 0"],
        "what is cleared is gone when that is told"
    );
    drop((other, third, fourth));
}

#[wasm_bindgen_test]
async fn one_page_at_a_time_has_its_turn() {
    js_sys::eval(include_str!("outbox.js")).unwrap();
    let (here, there) = (Words::default(), Words::default());
    let one = database(listening(&here)).unwrap();
    let other = database(listening(&there)).unwrap();
    one.ask_turn();
    hears(&here, "turn").await;
    other.ask_turn();
    hears(&there, "restored 0").await;
    pass(50).await;
    assert_eq!(*there.borrow(), ["restored 0"], "the turn is another page's");
    one.end_turn();
    hears(&there, "turn").await;
    other.end_turn();
}

async fn databases() -> String {
    let asked = js_sys::eval("indexedDB.databases().then(JSON.stringify)").unwrap();
    JsFuture::from(js_sys::Promise::from(asked))
        .await
        .unwrap()
        .as_string()
        .unwrap()
}
