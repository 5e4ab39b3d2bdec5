//! The site as its owner changes it.

use leptos::prelude::*;

use super::Actions;
use crate::api;
use crate::state::settings::{Saving, SiteAnswer, SiteDraft, SiteRequest};
use crate::state::store::Session;

impl Actions {
    /// Saves the site.
    pub fn save_site(&self, draft: &SiteDraft, saving: RwSignal<Saving>) {
        let state = self.0.state;
        self.change(
            ("PATCH", api::SITE),
            &SiteRequest::from(draft),
            saving,
            move |site: SiteAnswer| {
                state.session.update(|session| {
                    if let Session::SignedIn(session) = session {
                        session.settings.business_name.clone_from(&site.name);
                        session.settings.welcome_text.clone_from(&site.welcome_text);
                    }
                });
            },
        );
    }
}
