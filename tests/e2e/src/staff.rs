//! Somebody who answers in the inbox. Everything is found by what it is called.

use std::path::Path;

use anyhow::Result;
use fantoccini::Locator;
use fantoccini::key::Key;

use crate::browser::Browser;
use crate::journey::{OWNER, PASSWORD};
use crate::until::until;
use crate::visitor::{self, Shown};

/// Somebody at the inbox page.
pub struct Staff {
    browser: Browser,
    address: String,
}

/// A card to be put together in the editor.
pub struct Card<'a> {
    /// Its heading.
    pub title: &'a str,
    /// Its text lines.
    pub lines: &'a [&'a str],
    /// Address of its picture.
    pub picture: &'a str,
    /// Label and address.
    pub link: (&'a str, &'a str),
    /// Label and interaction id.
    pub postback: (&'a str, &'a str),
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
    pub async fn opens_the_inbox(&self) -> Result<()> {
        self.browser.goto(&format!("{}/inbox/", self.address)).await
    }

    /// Signs in as the owner.
    ///
    /// # Errors
    /// When there is nothing to sign in with.
    pub async fn signs_in(&self) -> Result<()> {
        self.browser.fill_in("", "Email", OWNER).await?;
        self.browser.fill_in("", "Password", PASSWORD).await?;
        self.browser.press("Sign in").await
    }

    /// Opens the first line of the conversation list, as soon as there is one.
    ///
    /// # Errors
    /// When none comes.
    pub async fn opens_the_newest_conversation(&self) -> Result<()> {
        until("a line in the conversation list", || async {
            self.browser
                .client()
                .find(Locator::Css("[data-conversation]"))
                .await?
                .click()
                .await?;
            Ok(Some(()))
        })
        .await
    }

    /// Answers with a text.
    ///
    /// # Errors
    /// When it cannot be sent.
    pub async fn answers(&self, text: &str) -> Result<()> {
        self.writes("Reply").await?;
        self.browser.fill_in("", "Answer to *", text).await?;
        self.browser.press("Send").await
    }

    /// Leaves a note for the team.
    ///
    /// # Errors
    /// When it cannot be left.
    pub async fn notes(&self, text: &str) -> Result<()> {
        self.writes("Note").await?;
        self.browser.fill_in("", "Note, seen by staff only", text).await?;
        self.browser.press("Add note").await
    }

    /// Answers with a file.
    ///
    /// # Errors
    /// When it cannot be uploaded or sent.
    pub async fn sends_file(&self, path: &Path) -> Result<()> {
        self.writes("Reply").await?;
        let input = self.browser.find("input[type=file]").await?;
        input.send_keys(&path.to_string_lossy()).await?;
        self.browser.find("[data-testid=attachment]").await?;
        until("the upload to be through", || async {
            let running = self
                .browser
                .client()
                .find_all(Locator::Css("[data-testid=attachment] progress"))
                .await?;
            Ok(running.is_empty().then_some(()))
        })
        .await?;
        self.browser.press("Send").await
    }

    /// Puts a card together and sends it.
    ///
    /// # Errors
    /// When the editor does not let it.
    pub async fn sends_card(&self, card: &Card<'_>) -> Result<()> {
        self.writes("Template").await?;
        self.browser.fill_in("", "Title*", card.title).await?;
        self.browser.fill_in("", "Picture address*", card.picture).await?;
        // The preview grows with the picture and moves what is pressed next: it is waited for.
        self.browser
            .find_by_role("textbox", "Picture address*")
            .await?
            .send_keys(&Key::Tab.to_string())
            .await?;
        self.browser.find("[aria-label=Preview] img").await?;
        for (index, line) in card.lines.iter().enumerate() {
            self.browser.press("Add a line").await?;
            self.browser
                .fill_in("", &format!("Line {}", index + 1), line)
                .await?;
        }
        self.browser.press("Add a button").await?;
        self.browser.fill_in("Button 1", "Label", card.link.0).await?;
        self.browser
            .press_in("Button 1", "button", "Opens an address")
            .await?;
        self.browser.fill_in("Button 1", "Address", card.link.1).await?;
        self.browser.press("Add a button").await?;
        self.browser.fill_in("Button 2", "Label", card.postback.0).await?;
        self.browser
            .press_in("Button 2", "button", "Reports back")
            .await?;
        self.browser
            .fill_in("Button 2", "Interaction id", card.postback.1)
            .await?;
        self.browser.press("Send").await
    }

    /// Sends a line that reports an activity, for everyone to see.
    ///
    /// # Errors
    /// When the editor does not let it.
    pub async fn sends_activity(&self, text: &str) -> Result<()> {
        self.writes("Minimal").await?;
        self.browser.fill_in("", "Text", text).await?;
        self.browser.press_in("Who sees it", "button", "Everyone").await?;
        self.browser.press("Send").await
    }

    /// Chooses what to write.
    async fn writes(&self, what: &str) -> Result<()> {
        self.browser.press_in("", "tab", what).await
    }

    /// `data-state` of the postback button with this label.
    ///
    /// # Errors
    /// When there is none.
    pub async fn button_state(&self, label: &str) -> Result<String> {
        visitor::button_state(&self.browser, label).await
    }

    /// Waits until a line of the list says that its visitor is typing.
    ///
    /// # Errors
    /// When none does.
    pub async fn sees_typing(&self) -> Result<()> {
        self.browser.find(".row__text--typing").await.map(drop)
    }

    /// Everything in the open thread that the server has; a preview in an editor is not among it.
    ///
    /// # Errors
    /// When the browser does not tell.
    pub async fn shown(&self) -> Result<Vec<Shown>> {
        let shown = visitor::shown(&self.browser).await?;
        Ok(shown.into_iter().filter(Shown::is_accepted).collect())
    }

    /// Waits for a message in the open thread.
    ///
    /// # Errors
    /// When it does not come; what is shown instead is told.
    pub async fn sees(&self, what: &str, is_it: impl Fn(&Shown) -> bool) -> Result<Shown> {
        let what = format!("{what}, on the staff's side");
        visitor::message(&self.browser, &what, |message| {
            message.is_accepted() && is_it(message)
        })
        .await
    }
}
