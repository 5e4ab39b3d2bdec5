//! The way in: address and password, errors in words.

use leptos::prelude::*;
use shopbell_widget::dom::{El, owned_effect};
use web_sys::Event;

use super::field::{self, FieldOptions, field};
use super::icon::{Mark, mark};
use super::{Page, focus};
use crate::state::store::SignInFailure;

/// Draws the sign-in; `ended` says that a session was there and is over.
pub(super) fn sign_in(page: &Page, ended: bool) -> El {
    let words = page.words;
    let (running, failure) = (page.state.signing_in, page.state.sign_in_failure);
    let email = field(
        FieldOptions {
            id: "email",
            label: words.email,
            aside: None,
            hint: None,
            value: "",
            kind: "email",
        },
        || None,
        |_| {},
    );
    let password = field(
        FieldOptions {
            id: "password",
            label: words.password,
            aside: None,
            hint: None,
            value: "",
            kind: "password",
        },
        || None,
        |_| {},
    );
    email.input.set("name", Some("email"));
    email.input.set("autocomplete", Some("username"));
    email.input.set("required", Some(""));
    email.input.set("autocapitalize", Some("none"));
    password.input.set("name", Some("password"));
    password.input.set("autocomplete", Some("current-password"));
    password.input.set("required", Some(""));

    focus::soon(&email.input);
    let refocus = password.input.clone();
    // Puts the caret where the mistake most likely is.
    owned_effect(move || {
        if failure.get() == Some(SignInFailure::Credentials) {
            focus::now(&refocus);
        }
    });

    let actions = page.actions.clone();
    let (email_input, password_input) = (email.input.clone(), password.input.clone());
    let form = El::with_class("form", "signin__card")
        .attr("aria-labelledby", "sign-in-title")
        .on("submit", move |event: Event| {
            event.prevent_default();
            actions.sign_in(field::value(&email_input), field::value(&password_input));
        })
        .child(El::with_class("span", "signin__mark").child(mark(Mark::Bell)))
        .child(
            El::with_class("h1", "signin__title")
                .attr("id", "sign-in-title")
                .text(words.sign_in_title),
        )
        .child(if ended {
            El::with_class("p", "signin__notice")
                .attr("role", "status")
                .text(words.session_ended)
        } else {
            El::with_class("p", "signin__text").text(words.sign_in_text)
        })
        .child(email.root)
        .child(password.root)
        .child(
            El::with_class("p", "field__error")
                .attr("role", "alert")
                .bind_text(move || {
                    failure
                        .get()
                        .map_or("", |failure| match failure {
                            SignInFailure::Credentials => words.wrong_credentials,
                            SignInFailure::TooMany => words.too_many_tries,
                            SignInFailure::NoAnswer => words.no_connection,
                            SignInFailure::Other => words.went_wrong,
                        })
                        .to_owned()
                }),
        )
        .child(
            El::with_class("button", "action action--primary signin__action")
                .attr("type", "submit")
                .bind_attr("aria-disabled", move || running.get().then(|| "true".to_owned()))
                .bind_text(move || {
                    if running.get() {
                        words.signing_in
                    } else {
                        words.sign_in
                    }
                    .to_owned()
                }),
        );
    El::with_class("main", "signin").child(form)
}
