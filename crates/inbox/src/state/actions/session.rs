//! In and out.

use leptos::prelude::*;
use shopbell_protocol::code;
use shopbell_protocol::staff::{SignInRequest, StaffSession};

use super::Actions;
use crate::state::desk::{Failure, Input};
use crate::state::kept;
use crate::state::store::{Session, SignInFailure};
use crate::{api, platform};

impl Actions {
    /// Finds out whether somebody is signed in.
    pub fn check_session(&self) {
        let itself = self.clone();
        self.0.office.calls.ask(
            "GET",
            api::SESSION,
            move |answer: Result<StaffSession, Failure>| match answer {
                Ok(session) => itself.signed_in(session),
                Err(_) => itself.0.state.session.set(Session::SignedOut { ended: false }),
            },
        );
    }

    /// Signs in.
    pub fn sign_in(&self, email: String, password: String) {
        let state = self.0.state;
        if state.signing_in.get_untracked() {
            return;
        }
        state.signing_in.set(true);
        state.sign_in_failure.set(None);
        let itself = self.clone();
        let body = SignInRequest {
            email: email.trim().to_owned(),
            password,
        };
        self.0.office.calls.send(
            "POST",
            api::SESSION,
            &body,
            move |answer: Result<StaffSession, Failure>| {
                let state = itself.0.state;
                state.signing_in.set(false);
                match answer {
                    Ok(session) => itself.signed_in(session),
                    Err(failure) => state.sign_in_failure.set(Some(match failure {
                        Failure::Lost => SignInFailure::NoAnswer,
                        Failure::Refused(error) => match error.code() {
                            // Invalid: what is too long for an address or a password is a wrong one.
                            code::UNAUTHENTICATED | code::PERMISSION_DENIED | "INVALID_ARGUMENT" => {
                                SignInFailure::Credentials
                            }
                            code::RESOURCE_EXHAUSTED => SignInFailure::TooMany,
                            _ => SignInFailure::Other,
                        },
                    })),
                }
            },
        );
    }

    /// Signs out; nothing of the conversations stays on the page.
    pub fn sign_out(&self) {
        let itself = self.clone();
        self.0.office.calls.ask(
            "DELETE",
            api::SESSION,
            move |answer: Result<serde_json::Value, Failure>| {
                let over = match &answer {
                    Ok(_) => true,
                    Err(Failure::Refused(error)) => error.code() == code::UNAUTHENTICATED,
                    Err(Failure::Lost) => false,
                };
                if over {
                    kept::forget();
                    platform::reload();
                } else {
                    // Still signed in, and the list says that there is no connection.
                    itself.0.office.take(Input::Wake);
                }
            },
        );
    }

    fn signed_in(&self, session: StaffSession) {
        let state = self.0.state;
        let before = state.last_staff.get_untracked();
        // Somebody else must not find, or send, what a colleague had begun.
        if before.as_ref().is_some_and(|before| *before != session.staff.id) {
            platform::reload();
            return;
        }
        if before.is_none() {
            kept::restore(state, &session.staff.id);
        }
        state.last_staff.set(Some(session.staff.id.clone()));
        state.session.set(Session::SignedIn(Box::new(session)));
        self.0.office.relist();
        self.0.office.take(Input::Start);
        self.follow(&platform::place());
    }
}
