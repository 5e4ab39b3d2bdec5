//! Somebody who answers in the inbox.

use anyhow::Result;

use crate::browser::Browser;
use crate::visitor::{self, Shown};

/// Somebody at the inbox page.
pub struct Staff {
    browser: Browser,
    address: String,
}

impl Staff {
    pub(crate) fn new(browser: Browser, address: &str) -> Self {
        Self {
            browser,
            address: address.to_owned(),
        }
    }

    /// The window.
    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    /// Opens the inbox page.
    ///
    /// # Errors
    /// When it does not open.
    pub async fn open_inbox(&self) -> Result<()> {
        self.browser.goto(&format!("{}/inbox/", self.address)).await
    }

    /// Everything in the open thread.
    ///
    /// # Errors
    /// When the browser does not tell.
    pub async fn shown(&self) -> Result<Vec<Shown>> {
        visitor::shown(&self.browser).await
    }

    /// Waits for a message in the open thread.
    ///
    /// # Errors
    /// When it does not come; what is shown instead is told.
    pub async fn sees(&self, what: &str, is_it: impl Fn(&Shown) -> bool) -> Result<Shown> {
        visitor::message(&self.browser, &format!("{what}, on the staff's side"), is_it).await
    }
}
