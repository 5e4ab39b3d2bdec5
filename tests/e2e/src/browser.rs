//! One browser with a profile of its own, and what both sides of the counter do with it.

use std::fmt::Debug;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use fantoccini::elements::{Element, ElementRef};
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand, WindowHandle};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::engine::Engine;
use crate::locate::BY_ROLE;
use crate::until::until;

/// How the driver writes an element in JSON.
const ELEMENT_KEY: &str = "element-6066-11e4-a52e-4f735466cecf";

/// What makes a browser another one than most people have.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fitting {
    /// What it is made of; the rest of what stands here is for Chromium only.
    pub engine: Engine,
    /// Names a folder that outlives the browser; without one everything it has stored ends with it.
    pub profile: Option<&'static str>,
    /// A command-line flag of Chromium's.
    pub flag: Option<&'static str>,
    /// Pages run no script.
    pub no_scripts: bool,
    /// Opening a page does not wait until it has loaded: some go on for as long as one looks at them.
    pub no_waiting: bool,
}

/// A browser window. Cloning it gives another handle on the same window.
#[derive(Clone)]
pub struct Browser {
    name: &'static str,
    engine: Engine,
    client: Client,
    folder: PathBuf,
}

impl Browser {
    pub(crate) async fn open(
        name: &'static str,
        driver: &str,
        folder: PathBuf,
        fitting: Fitting,
    ) -> Result<Self> {
        let mut flags: Vec<String> = fitting.flag.map(str::to_owned).into_iter().collect();
        if let Some(profile) = fitting.profile {
            flags.push(format!("--user-data-dir={}", folder.join(profile).display()));
        }
        let mut capabilities: Capabilities = serde_json::from_value(fitting.engine.capabilities(flags))?;
        if fitting.no_waiting {
            capabilities.insert("pageLoadStrategy".to_owned(), json!("none"));
        }
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(driver)
            .await
            .context("cannot open a browser")?;
        let browser = Self {
            name,
            engine: fitting.engine,
            client,
            folder,
        };
        if fitting.no_scripts {
            let parameters = json!({"value": true});
            browser
                .devtools("Emulation.setScriptExecutionDisabled", parameters)
                .await?;
        }
        Ok(browser)
    }

    /// Kills the browser without a warning: every tab, in the middle of what it does.
    pub(crate) fn kill(&self) -> Result<()> {
        let capabilities = self
            .client
            .capabilities()
            .context("a browser without capabilities")?;
        let id = capabilities.get("goog:processID").and_then(Value::as_i64);
        let pid = id.and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        Ok(kill_process(
            pid.context("a browser without a process")?,
            Signal::KILL,
        )?)
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        self.client
            .capabilities()
            .and_then(|all| all.get("goog:processID"))
            == other
                .client
                .capabilities()
                .and_then(|all| all.get("goog:processID"))
    }

    /// Whether it is made of this.
    pub fn is_of(&self, engine: Engine) -> bool {
        self.engine == engine
    }

    /// Opens a tab of the same visitor and goes there; answers the handle of the one we were in.
    ///
    /// # Errors
    /// When the browser cannot.
    pub async fn open_tab(&self) -> Result<WindowHandle> {
        let before = self.client.window().await?;
        let new = self.client.new_window(true).await?;
        self.client.switch_to_window(new.handle).await?;
        Ok(before)
    }

    /// Goes to another tab.
    ///
    /// # Errors
    /// When there is none of this handle.
    pub async fn go_to_tab(&self, tab: &WindowHandle) -> Result<()> {
        Ok(self.client.switch_to_window(tab.clone()).await?)
    }

    /// Closes the tab that we are in; the next step has to go to another.
    ///
    /// # Errors
    /// When the browser cannot.
    pub async fn close_tab(&self) -> Result<()> {
        Ok(self.client.close_window().await?)
    }

    pub(crate) async fn close(self) -> Result<()> {
        self.client.close().await.context("cannot close a browser")
    }

    /// The driver's session, for what is not covered here.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Goes to an address and waits for the page's load event.
    ///
    /// # Errors
    /// When the browser cannot.
    pub async fn goto(&self, address: &str) -> Result<()> {
        self.client
            .goto(address)
            .await
            .with_context(|| format!("cannot open {address}"))
    }

    /// The first element that a selector finds in the document we are in, as soon as there is one.
    ///
    /// # Errors
    /// When none appears.
    pub async fn find(&self, selector: &str) -> Result<Element> {
        until(&format!("`{selector}` in the {}'s window", self.name), || async {
            Ok(Some(self.client.find(Locator::Css(selector)).await?))
        })
        .await
    }

    /// The first visible element of a role with this accessible name, as soon as there is one. A `*` at the end of the
    /// name lets it go on.
    ///
    /// # Errors
    /// When none appears.
    pub async fn find_by_role(&self, role: &str, name: &str) -> Result<Element> {
        self.find_in("", role, name).await
    }

    /// The same, inside the group, region or dialog of a name.
    ///
    /// # Errors
    /// When none appears.
    pub async fn find_in(&self, group: &str, role: &str, name: &str) -> Result<Element> {
        until(
            &format!("a {role} named \"{name}\" in the {}'s window", self.name),
            || async {
                let found = self
                    .client
                    .execute(BY_ROLE, vec![json!(role), json!(name), json!(group)])
                    .await?;
                Ok(self.element(&found))
            },
        )
        .await
    }

    /// Presses the button of a name, as soon as there is one and nothing lies over it.
    ///
    /// # Errors
    /// When it cannot be pressed.
    pub async fn press(&self, name: &str) -> Result<()> {
        self.press_in("", "button", name).await
    }

    /// Presses an element of a role and a name inside a group.
    ///
    /// # Errors
    /// When it cannot be pressed.
    pub async fn press_in(&self, group: &str, role: &str, name: &str) -> Result<()> {
        until(&format!("the {role} \"{name}\" to take a press"), || async {
            self.find_in(group, role, name).await?.click().await?;
            Ok(Some(()))
        })
        .await
    }

    /// Fills in the text field of a name.
    ///
    /// # Errors
    /// When there is none.
    pub async fn fill_in(&self, group: &str, name: &str, text: &str) -> Result<()> {
        let field = self.find_in(group, "textbox", name).await?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
    }

    /// Runs a script in the document we are in. Its arguments are `arguments[0]` and so on.
    ///
    /// # Errors
    /// When the script throws.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        self.client
            .execute(script, arguments)
            .await
            .with_context(|| format!("a script failed: {script}"))
    }

    /// The element that a script answered with, if it was one.
    pub fn element(&self, value: &Value) -> Option<Element> {
        let id = value.get(ELEMENT_KEY)?.as_str()?;
        Some(Element::from_element_id(
            self.client.clone(),
            ElementRef::from(id.to_owned()),
        ))
    }

    /// Gives Chromium a command of its devtools protocol, and answers with what it answers.
    ///
    /// # Errors
    /// When Chromium refuses.
    pub async fn devtools(&self, command: &'static str, parameters: Value) -> Result<Value> {
        Ok(self.client.issue_cmd(Devtools { command, parameters }).await?)
    }

    /// What the page has complained about: errors on the console, content-policy reports among them. Only Chromium tells.
    ///
    /// # Errors
    /// When the browser does not tell.
    pub async fn complaints(&self) -> Result<Vec<String>> {
        if self.engine != Engine::Chromium {
            return Ok(Vec::new());
        }
        let log = self.client.issue_cmd(ConsoleLog).await?;
        let entries = log.as_array().context("the console log is no list")?;
        let severe = entries.iter().filter(|entry| entry["level"] == "SEVERE");
        Ok(severe
            .filter_map(|entry| entry["message"].as_str())
            .map(str::to_owned)
            .collect())
    }

    /// Fails if the page has complained about anything but what is `expected` in a complaint.
    ///
    /// # Errors
    /// The complaints.
    pub async fn must_be_content_but_for(&self, expected: &[&str]) -> Result<()> {
        let mut complaints = self.complaints().await?;
        complaints.retain(|complaint| !expected.iter().any(|expected| complaint.contains(expected)));
        ensure!(
            complaints.is_empty(),
            "the {}'s page complains: {complaints:#?}",
            self.name
        );
        Ok(())
    }

    /// Fails if the page has complained about anything.
    ///
    /// # Errors
    /// The complaints.
    pub async fn must_be_content(&self) -> Result<()> {
        self.must_be_content_but_for(&[]).await
    }

    /// Keeps what can be seen now, for whoever looks into a failure.
    pub(crate) async fn keep_picture(&self) -> Result<()> {
        let picture = self.client.screenshot().await?;
        fs::write(self.folder.join(format!("{}.png", self.name)), picture)?;
        let complaints = self.complaints().await?.join("\n");
        fs::write(self.folder.join(format!("{}.console.txt", self.name)), complaints)?;
        fs::write(
            self.folder.join(format!("{}.html", self.name)),
            self.client.source().await?,
        )?;
        Ok(())
    }
}

/// Chromium's own command for its console's log.
#[derive(Debug)]
struct ConsoleLog;

impl WebDriverCompatibleCommand for ConsoleLog {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _address: &url::Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({"type": "browser"}).to_string()))
    }
}

/// Chromium's own command for its devtools protocol.
#[derive(Debug)]
struct Devtools {
    command: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for Devtools {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!(
            "session/{}/goog/cdp/execute",
            session.unwrap_or_default()
        ))
    }

    fn method_and_body(&self, _address: &url::Url) -> (Method, Option<String>) {
        (
            Method::POST,
            Some(json!({"cmd": self.command, "params": self.parameters}).to_string()),
        )
    }
}
