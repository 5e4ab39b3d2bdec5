//! The owner's calls: read something of the Admin API, or change it.

use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shopbell_protocol::ErrorDetails;

use super::Actions;
use crate::state::admin::Loaded;
use crate::state::desk::Failure;
use crate::state::settings::Saving;

impl Actions {
    /// Reads `path` into a signal. What is there already stays there until the answer comes, and when none does.
    pub fn read<T>(&self, path: &str, into: RwSignal<Loaded<T>>)
    where
        T: DeserializeOwned + Send + Sync + 'static,
    {
        let itself = self.clone();
        self.0
            .office
            .calls
            .ask("GET", path, move |answer: Result<T, Failure>| {
                // The page that wanted it may be gone.
                let _ = into.try_update(|into| match answer {
                    Ok(answer) => *into = Some(Ok(answer)),
                    Err(failure) => {
                        itself.0.office.check_session(&failure);
                        if !matches!(into, Some(Ok(_))) {
                            *into = Some(Err(()));
                        }
                    }
                });
            });
    }

    /// Changes something; `saving` says how it goes, `on_done` gets the answer. Nothing happens while a change that has
    /// the same `saving` is under way.
    pub fn change<T: DeserializeOwned + 'static>(
        &self,
        (method, path): (&str, &str),
        body: &impl Serialize,
        saving: RwSignal<Saving>,
        on_done: impl Fn(T) + 'static,
    ) {
        if saving.with_untracked(|saving| *saving == Saving::Running) {
            return;
        }
        saving.set(Saving::Running);
        let itself = self.clone();
        self.0
            .office
            .calls
            .send(method, path, body, move |answer: Result<T, Failure>| {
                let outcome = match answer {
                    Ok(answer) => {
                        // Before the answer: it may put something else on the screen.
                        let _ = saving.try_set(Saving::Done);
                        on_done(answer);
                        return;
                    }
                    Err(Failure::Refused(error)) => match error.details.clone() {
                        ErrorDetails::ValidationError { field_violations } => {
                            Saving::Refused(field_violations)
                        }
                        ErrorDetails::ApplicationError(_) => {
                            itself.0.office.check_session(&Failure::Refused(error));
                            Saving::Failed
                        }
                    },
                    Err(Failure::Lost) => Saving::Failed,
                };
                // The form may be gone.
                let _ = saving.try_set(outcome);
            });
    }
}
