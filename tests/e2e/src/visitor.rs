//! The visitor: the shop's page, the launcher on it, and the chat in its frame.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use fantoccini::Locator;
use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::elements::Element;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::engine::Engine;
use crate::until::until;

/// Everything that one can tell of the shown messages without looking into their views.
const SHOWN: &str = r"
return [...document.querySelectorAll('[data-testid=message]')].map((message) => ({
  sequence: message.dataset.sequence || '',
  kind: message.dataset.kind || '',
  direction: message.dataset.direction || '',
  status: message.dataset.status || '',
  text: message.innerText,
  images: [...message.querySelectorAll('img')].filter((image) => image.complete && image.naturalWidth > 0).length,
}));
";

/// Does what a dialog does in which a file was chosen.
const CHOOSE: &str = "
const { name, content } = arguments[0];
const type = name.endsWith('.png') ? 'image/png' : 'text/plain';
const transfer = new DataTransfer();
transfer.items.add(new File([new Uint8Array(content)], name, { type }));
const input = document.querySelector('input[type=file]');
input.files = transfer.files;
input.dispatchEvent(new Event('change', { bubbles: true }));
";

/// A message as it is shown, to either side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its place in the conversation; empty until the server has it.
    pub sequence: String,
    /// `basic`, `template`, …
    pub kind: String,
    /// Who sent it to whom, as on the wire.
    pub direction: String,
    /// Of an own message: `sending`, `sent`, …
    pub status: String,
    /// Every visible word of it.
    pub text: String,
    /// How many pictures of it have loaded.
    pub images: u64,
}

impl Shown {
    /// Whether the server has it.
    pub fn is_accepted(&self) -> bool {
        self.sequence.parse::<u64>().is_ok_and(|sequence| sequence > 0)
            && !matches!(self.status.as_str(), "sending" | "failed")
    }
}

/// The messages shown in the document that the browser is in.
pub(crate) async fn shown(browser: &Browser) -> Result<Vec<Shown>> {
    let text = |message: &Value, key: &str| message[key].as_str().unwrap_or_default().to_owned();
    let messages = browser.run(SHOWN, Vec::new()).await?;
    let messages = messages.as_array().context("no list of messages")?;
    Ok(messages
        .iter()
        .map(|message| Shown {
            sequence: text(message, "sequence"),
            kind: text(message, "kind"),
            direction: text(message, "direction"),
            status: text(message, "status"),
            text: text(message, "text"),
            images: message["images"].as_u64().unwrap_or_default(),
        })
        .collect())
}

/// Waits for a shown message that satisfies a condition.
pub(crate) async fn message(browser: &Browser, what: &str, is_it: impl Fn(&Shown) -> bool) -> Result<Shown> {
    let found = until(what, || async {
        Ok(shown(browser).await?.into_iter().find(|message| is_it(message)))
    })
    .await;
    match found {
        Ok(message) => Ok(message),
        Err(error) => Err(error.context(format!("what is shown instead: {:#?}", shown(browser).await?))),
    }
}

/// The postback button with this label, scrolled to where a pointer reaches it.
async fn postback(browser: &Browser, label: &str) -> Result<Element> {
    let script = "
        const button = [...document.querySelectorAll('[data-testid=postback]')]
            .findLast((button) => button.innerText.trim() === arguments[0]);
        button?.scrollIntoView({ block: 'center', behavior: 'instant' });
        return button || null;";
    until(&format!("the button \"{label}\""), || async {
        Ok(browser.element(&browser.run(script, vec![json!(label)]).await?))
    })
    .await
}

pub(crate) async fn button_state(browser: &Browser, label: &str) -> Result<String> {
    let state = postback(browser, label).await?.attr("data-state").await?;
    state.context("a postback button without a state")
}

/// Somebody in the shop.
pub struct Visitor {
    browser: Browser,
    address: String,
}

impl Visitor {
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

    /// Comes to the shop's page.
    ///
    /// # Errors
    /// When it does not open.
    pub async fn open_shop(&self) -> Result<()> {
        self.browser.goto(&format!("{}/", self.address)).await
    }

    /// The button on the page, inside the element's open shadow root.
    ///
    /// # Errors
    /// When there is none.
    pub async fn launcher(&self) -> Result<Element> {
        self.in_shadow("[data-testid=launcher]").await
    }

    /// Presses the launcher and steps into the frame.
    ///
    /// # Errors
    /// When no frame comes.
    pub async fn open_chat(&self) -> Result<()> {
        self.launcher().await?.click().await?;
        self.enter_frame().await
    }

    /// What the launcher shows as the number of unread messages; empty for none.
    ///
    /// # Errors
    /// When there is no launcher.
    pub async fn unread(&self) -> Result<String> {
        Ok(self.in_shadow("[data-testid=unread]").await?.text().await?)
    }

    /// Makes the window a phone's.
    ///
    /// # Errors
    /// When the browser cannot.
    pub async fn be_a_phone(&self) -> Result<()> {
        let metrics = json!({"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": true});
        self.browser
            .devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await
            .map(|_answer| ())
    }

    /// Steps into the chat's frame, as soon as its document is there.
    ///
    /// # Errors
    /// When there is no frame.
    pub async fn enter_frame(&self) -> Result<()> {
        self.in_shadow("iframe").await?.enter_frame().await?;
        self.browser
            .find("[data-testid=composer]")
            .await
            .map(|_composer| ())
    }

    /// Steps out of the frame, back to the shop's page.
    ///
    /// # Errors
    /// When the browser cannot.
    pub async fn leave_frame(&self) -> Result<()> {
        Ok(self.browser.client().enter_parent_frame().await?)
    }

    /// Types into the composer.
    ///
    /// # Errors
    /// When there is no composer.
    pub async fn types(&self, text: &str) -> Result<()> {
        let composer = self.browser.find("[data-testid=composer]").await?;
        if self.browser.is_of(Engine::WebKit) {
            // It lets no script of another site's frame take the focus, its own driver's included.
            composer.click().await?;
        }
        Ok(composer.send_keys(text).await?)
    }

    /// What stands in the composer.
    ///
    /// # Errors
    /// When there is no composer.
    pub async fn typed(&self) -> Result<String> {
        let composer = self.browser.find("[data-testid=composer]").await?;
        Ok(composer.prop("value").await?.unwrap_or_default())
    }

    /// Presses the send button.
    ///
    /// # Errors
    /// When there is none, or it cannot be pressed.
    pub async fn sends(&self) -> Result<()> {
        Ok(self.browser.find("[data-testid=send]").await?.click().await?)
    }

    /// Chooses a file; it goes with the next message.
    ///
    /// # Errors
    /// When there is no way to choose one.
    pub async fn attaches(&self, path: &Path) -> Result<()> {
        let input = self.browser.find("input[type=file]").await?;
        if self.browser.is_of(Engine::WebKit) {
            // Its driver types into what has the focus only, and a hidden field never has it.
            let name = path.file_name().context("a file without a name")?;
            let content = fs::read(path)?;
            let argument = json!({"name": name.to_string_lossy(), "content": content});
            self.browser.run(CHOOSE, vec![argument]).await?;
        } else {
            input.send_keys(&path.to_string_lossy()).await?;
        }
        self.browser.find(".composer__tray .draft").await.map(|_draft| ())
    }

    /// The paths of everything that the page has fetched besides itself.
    ///
    /// # Errors
    /// When the browser does not tell.
    pub async fn fetched(&self) -> Result<Vec<String>> {
        let script =
            "return performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname)";
        let paths = self.browser.run(script, Vec::new()).await?;
        Ok(serde_json::from_value(paths)?)
    }

    /// How many keys and cookies the page has stored.
    ///
    /// # Errors
    /// When the browser does not tell.
    pub async fn stored(&self) -> Result<u64> {
        let script = "return localStorage.length + sessionStorage.length + document.cookie.split(';').filter(Boolean).length";
        let stored = self.browser.run(script, Vec::new()).await?;
        stored.as_u64().context("no number of stored keys")
    }

    /// Waits until the program has taken the chat's page over.
    ///
    /// # Errors
    /// When it does not.
    pub async fn is_taken_over(&self) -> Result<()> {
        self.browser.find("html[data-ready]").await.map(|_page| ())
    }

    /// `data-state` of the postback button with this label.
    ///
    /// # Errors
    /// When there is none.
    pub async fn button_state(&self, label: &str) -> Result<String> {
        button_state(&self.browser, label).await
    }

    /// Presses a postback button twice without a pause, with the pointer.
    ///
    /// # Errors
    /// When it cannot be pressed.
    pub async fn presses_twice(&self, label: &str) -> Result<()> {
        let button = postback(&self.browser, label).await?;
        let mut pointer = MouseActions::new("pointer".to_owned()).then(PointerAction::MoveToElement {
            element: button,
            duration: None,
            x: 0.0,
            y: 0.0,
        });
        for _press in 0..2 {
            pointer = pointer
                .then(PointerAction::Down {
                    button: MOUSE_BUTTON_LEFT,
                })
                .then(PointerAction::Up {
                    button: MOUSE_BUTTON_LEFT,
                });
        }
        Ok(self.browser.client().perform_actions(pointer).await?)
    }

    /// Presses a postback button once.
    ///
    /// # Errors
    /// When it cannot be pressed.
    pub async fn presses(&self, label: &str) -> Result<()> {
        Ok(postback(&self.browser, label).await?.click().await?)
    }

    /// Everything in the timeline.
    ///
    /// # Errors
    /// When the browser does not tell.
    pub async fn shown(&self) -> Result<Vec<Shown>> {
        shown(&self.browser).await
    }

    /// Waits for a message.
    ///
    /// # Errors
    /// When it does not come; what is shown instead is told.
    pub async fn sees(&self, what: &str, is_it: impl Fn(&Shown) -> bool) -> Result<Shown> {
        message(&self.browser, &format!("{what}, on the visitor's side"), is_it).await
    }

    async fn in_shadow(&self, selector: &str) -> Result<Element> {
        until(&format!("`{selector}` in the chat element"), || async {
            let host = self.browser.client().find(Locator::Css("shopbell-chat")).await?;
            Ok(Some(
                host.shadow_root().await?.find(Locator::Css(selector)).await?,
            ))
        })
        .await
    }
}
