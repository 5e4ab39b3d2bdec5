use leptos::prelude::*;
use shopbell_inbox::state::roster::Roster;
use shopbell_inbox::state::store::{Loading, Typist};
use shopbell_protocol::staff::ConversationsPage;
use shopbell_protocol::{ContentType, Sequence};
use wasm_bindgen::UnwrapThrowExt;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stage::{Stage, document, press, row, settle, type_in};

#[wasm_bindgen_test]
async fn a_line_says_who_what_when_and_how_much_is_unread() {
    let mut line = row("aaaa", "Amy Shoemaker", "Where is my parcel?");
    line.unread_count = 3;
    line.online = true;
    let stage = Stage::with_rows(vec![line]).await;
    assert_eq!(
        stage.one(".row__name").text_content().unwrap_throw(),
        "Amy Shoemaker"
    );
    assert_eq!(
        stage.one(".row__text").text_content().unwrap_throw(),
        "Where is my parcel?"
    );
    assert_eq!(stage.one(".row__time").text_content().unwrap_throw(), "5 min");
    assert!(
        stage
            .one("[data-testid=unread]")
            .text_content()
            .unwrap_throw()
            .contains("3 unread")
    );
    assert!(
        stage
            .one(".face__dot")
            .text_content()
            .unwrap_throw()
            .contains("Online")
    );
    assert_eq!(stage.all("[role=list] > [role=listitem]").len(), 1);
    assert_eq!(document().title(), "(3) Inbox · Amy's Shoes");
}

#[wasm_bindgen_test]
async fn a_message_without_text_is_told_by_a_word_and_a_nameless_visitor_by_a_mark() {
    let mut picture = row("bbbb", "", "");
    picture.preview_from_business = true;
    let mut card = row("cccc", "", "");
    card.preview_kind = ContentType::Template;
    let mut nothing = row("dddd", "", "");
    nothing.last_sequence = Sequence(0);
    let stage = Stage::with_rows(vec![picture, card, nothing]).await;
    assert_eq!(
        stage.texts(".row__text"),
        ["You: Picture or file", "Card", "No messages yet"]
    );
    assert_eq!(
        stage.texts(".row__name"),
        ["Visitor BBBB", "Visitor CCCC", "Visitor DDDD"]
    );
}

#[wasm_bindgen_test]
async fn typing_stands_in_the_line_until_it_ends() {
    let stage = Stage::with_rows(vec![row("aaaa", "Amy", "Hello")]).await;
    let typist = Typist {
        participant: true,
        name: None,
    };
    stage
        .state
        .typing
        .update(|typing| drop(typing.insert("aaaa".into(), typist)));
    settle().await;
    assert_eq!(stage.texts(".row__text"), ["Typing…"]);
    stage
        .state
        .typing
        .update(|typing| drop(typing.remove(&"aaaa".into())));
    settle().await;
    assert_eq!(stage.texts(".row__text"), ["Hello"]);
}

#[wasm_bindgen_test]
async fn the_search_filters_the_loaded_lines_and_says_when_nothing_is_left() {
    let stage = Stage::with_rows(vec![row("aaaa", "Amy", "parcel"), row("bbbb", "Bruno", "size")]).await;
    let search = stage.one("input[type=search]");
    type_in(&search, "bru").await;
    assert_eq!(stage.texts(".row__name"), ["Bruno"]);
    type_in(&search, "nobody").await;
    assert!(stage.all(".row").is_empty());
    assert!(
        stage
            .one(".rows .blank__text")
            .text_content()
            .unwrap_throw()
            .contains("Nothing found")
    );
    press(&search, "Escape", false, false).await;
    assert_eq!(stage.all(".row").len(), 2);
}

#[wasm_bindgen_test]
async fn a_search_reads_on_through_older_pages_and_says_so() {
    let stage = Stage::with_rows(Vec::new()).await;
    let page = |rows, cursor: Option<&str>| ConversationsPage {
        conversations: rows,
        cursor: cursor.map(str::to_owned),
    };
    stage.state.roster.set(Roster::default());
    stage.state.roster.update(|roster| {
        roster.take_first(page(vec![row("aaaa", "Amy", "Austria")], Some("next")));
    });
    settle().await;
    assert_eq!(stage.state.listing.get_untracked(), Loading::Idle);
    // As if a page were on its way, so that the test itself is the server.
    stage.state.listing.set(Loading::Running);
    type_in(&stage.one("input[type=search]"), "austria").await;
    assert_eq!(
        stage.texts(".rows .blank__text"),
        ["Searching older conversations…"]
    );
    stage.state.roster.update(|roster| {
        roster.take_older(page(vec![row("bbbb", "Bruno", "Austria")], Some("last")));
    });
    stage.state.listing.set(Loading::Idle);
    settle().await;
    assert_ne!(
        stage.state.listing.get_untracked(),
        Loading::Idle,
        "the next page is asked for without a scroll"
    );
    stage.state.roster.update(|roster| {
        roster.take_older(page(vec![row("cccc", "Carla", "Austria")], None));
    });
    stage.state.listing.set(Loading::Idle);
    settle().await;
    assert_eq!(stage.all(".row").len(), 3);
    assert!(stage.all(".rows .blank__text").is_empty());
}

#[wasm_bindgen_test]
async fn an_empty_list_says_what_to_do_with_the_tag_to_paste() {
    let stage = Stage::with_rows(Vec::new()).await;
    let tag = stage.one("code.tag").text_content().unwrap_throw();
    assert!(
        tag.starts_with("<script async src=\"http") && tag.ends_with("/embed.js\"></script>"),
        "{tag}"
    );
    assert!(stage.all("a[href='/']").len() == 1);
}

#[wasm_bindgen_test]
async fn letters_go_through_the_list_and_question_mark_tells_which() {
    let stage = Stage::with_rows(vec![row("aaaa", "Amy", ""), row("bbbb", "Bruno", "")]).await;
    let name = |stage: &Stage| {
        stage
            .focused()
            .and_then(|el| el.get_attribute("data-conversation"))
    };
    press(&stage.root, "j", false, false).await;
    assert_eq!(name(&stage).as_deref(), Some("aaaa"));
    press(&stage.nth(".row", 0), "ArrowDown", false, false).await;
    assert_eq!(name(&stage).as_deref(), Some("bbbb"));
    press(&stage.nth(".row", 1), "k", false, false).await;
    assert_eq!(name(&stage).as_deref(), Some("aaaa"));
    press(&stage.root, "?", true, false).await;
    assert!(
        stage
            .one("dialog[open]")
            .text_content()
            .unwrap_throw()
            .contains("Through the list")
    );
    stage.button("Close").click();
    settle().await;
    assert!(stage.all("dialog").is_empty());
}
