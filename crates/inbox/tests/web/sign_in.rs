use leptos::prelude::*;
use shopbell_inbox::state::store::{Session, SignInFailure};
use wasm_bindgen::UnwrapThrowExt;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stage::{Stage, settle};

#[wasm_bindgen_test]
async fn the_fields_are_labelled_and_known_to_password_managers() {
    let stage = Stage::signed_out().await;
    let (email, password) = (stage.labelled("Email"), stage.labelled("Password"));
    assert_eq!(email.get_attribute("autocomplete").as_deref(), Some("username"));
    assert_eq!(
        password.get_attribute("autocomplete").as_deref(),
        Some("current-password")
    );
    assert_eq!(password.get_attribute("type").as_deref(), Some("password"));
    assert_eq!(stage.focused().map(|el| el.id()).as_deref(), Some("email"));
}

#[wasm_bindgen_test]
async fn a_refusal_is_said_in_words_and_the_password_gets_the_focus() {
    let stage = Stage::signed_out().await;
    stage.state.sign_in_failure.set(Some(SignInFailure::Credentials));
    settle().await;
    assert_eq!(
        stage.one(".signin [role=alert]").text_content().unwrap_throw(),
        "Email or password is not right."
    );
    assert_eq!(stage.focused().map(|el| el.id()).as_deref(), Some("password"));
    stage.state.sign_in_failure.set(Some(SignInFailure::TooMany));
    settle().await;
    assert!(
        stage
            .one(".signin [role=alert]")
            .text_content()
            .unwrap_throw()
            .contains("wait")
    );
}

#[wasm_bindgen_test]
async fn a_session_that_ended_says_that_nothing_was_lost() {
    let stage = Stage::with_thread(Vec::new()).await;
    stage.actions.type_text("half a sentence".to_owned());
    stage.state.session.set(Session::SignedOut { ended: true });
    settle().await;
    assert!(
        stage
            .one(".signin [role=status]")
            .text_content()
            .unwrap_throw()
            .contains("still here")
    );
    assert!(stage.all(".inbox").is_empty());
    assert_eq!(
        stage.state.draft.with_untracked(|draft| draft.reply.clone()),
        "half a sentence"
    );
}
