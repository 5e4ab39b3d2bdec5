//! The owner's settings.

use leptos::prelude::*;
use shopbell_protocol::ErrorDetails;

use super::Actions;
use crate::api;
use crate::state::desk::Failure;
use crate::state::settings::{Saving, SiteAnswer, SiteDraft, SiteRequest};
use crate::state::store::Session;

impl Actions {
    /// The site as its owner may change it.
    pub fn load_site(&self) -> RwSignal<Option<Result<SiteDraft, ()>>> {
        let site = RwSignal::new(None);
        let itself = self.clone();
        self.0
            .office
            .calls
            .ask("GET", api::SITE, move |answer: Result<SiteAnswer, Failure>| {
                let answer = answer
                    .map(SiteDraft::from)
                    .map_err(|failure| itself.0.office.check_session(&failure));
                // The dialog may be gone.
                let _ = site.try_set(Some(answer));
            });
        site
    }

    /// Saves the site.
    pub fn save_site(&self, draft: SiteDraft, saving: RwSignal<Saving>) {
        if saving.with_untracked(|saving| *saving == Saving::Running) {
            return;
        }
        saving.set(Saving::Running);
        let itself = self.clone();
        let body = SiteRequest::from(&draft);
        self.0.office.calls.send(
            "PATCH",
            api::SITE,
            &body,
            move |answer: Result<SiteAnswer, Failure>| {
                let outcome = match answer {
                    Ok(site) => {
                        itself.0.state.session.update(|session| {
                            if let Session::SignedIn(session) = session {
                                session.settings.business_name = site.name;
                                session.settings.welcome_text = site.welcome_text;
                            }
                        });
                        Saving::Done
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
                // The dialog may be gone.
                let _ = saving.try_set(outcome);
            },
        );
    }
}
