//! A world to travel in, and its end, whatever happened on the way.

use std::fs;
use std::future::Future;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use tokio::process::Command;
use tokio::sync::Mutex;

use crate::api::Api;
use crate::browser::{Browser, Fitting};
use crate::program::{Driver, Example, Server, print, target_dir};
use crate::proxy::Proxy;
use crate::staff::Staff;
use crate::visitor::Visitor;

/// Who may sign in to the inbox.
pub const OWNER: &str = "owner@localhost";
/// With this password.
pub const PASSWORD: &str = "correct horse battery staple";
const API_KEY: &str = "sk_e2e_0123456789abcdef0123456789abcdef";

/// One server, one database, one address, and as many browsers as people come.
pub struct World {
    /// What stands between browsers and server.
    pub proxy: Proxy,
    /// Absent between a stop and the next start.
    server: Mutex<Option<Server>>,
    /// Each started with the first browser of its engine; a journey of programs needs none.
    drivers: Mutex<Vec<Driver>>,
    browsers: Mutex<Vec<Browser>>,
    folder: PathBuf,
}

/// Runs a journey in a world of its own. Browsers are closed and programs ended also when it fails, after a picture of
/// every window has been kept in `target/e2e/NAME`.
///
/// # Errors
/// What the journey failed with.
pub async fn journey<F, Fut>(name: &str, travel: F) -> Result<()>
where
    F: FnOnce(Arc<World>) -> Fut,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    let world = Arc::new(World::new(name).await?);
    // A task of its own, so that a failed assertion comes back here instead of leaving browsers behind.
    let outcome = tokio::spawn(travel(Arc::clone(&world))).await;
    let failed = !matches!(outcome, Ok(Ok(())));
    let ended = world.end(failed).await;
    match outcome {
        Ok(outcome) => {
            outcome.with_context(|| format!("pictures, pages and logs are in {}", world.folder.display()))?;
        }
        Err(panic) => resume_unwind(panic.into_panic()),
    }
    ended
}

impl World {
    async fn new(name: &str) -> Result<Self> {
        let folder = target_dir().join("e2e").join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let folder = folder.canonicalize()?;
        let proxy = Proxy::start().await?;
        let server = start_server(&folder, &proxy).await?;
        Ok(Self {
            proxy,
            server: Mutex::new(Some(server)),
            drivers: Mutex::default(),
            browsers: Mutex::default(),
            folder,
        })
    }

    /// The address of the shop, without a slash at the end.
    pub fn address(&self) -> &str {
        self.proxy.address()
    }

    /// What a command of the program prints, which knows the address of the shop.
    ///
    /// # Errors
    /// When it fails.
    pub async fn print(&self, arguments: &[&str]) -> Result<String> {
        let public = ["--public-url", self.address()];
        print(&[arguments, &public].concat()).await
    }

    /// The business's own program.
    pub fn api(&self) -> Api {
        Api::new(API_KEY)
    }

    /// Somebody new comes to the shop.
    ///
    /// # Errors
    /// When no browser opens.
    pub async fn visitor(&self) -> Result<Visitor> {
        self.visitor_with(Fitting::default()).await
    }

    /// Somebody comes with another browser than most people have. The same profile again is the same visitor.
    ///
    /// # Errors
    /// When no browser opens.
    pub async fn visitor_with(&self, fitting: Fitting) -> Result<Visitor> {
        Ok(Visitor::new(
            self.browser("visitor", fitting).await?,
            self.address(),
        ))
    }

    /// Kills a visitor's browser in the middle of what it does, and what it has on the wire with it.
    ///
    /// # Errors
    /// When it cannot be killed.
    pub async fn kill_browser(&self, visitor: Visitor) -> Result<()> {
        visitor.browser().kill()?;
        self.proxy.sever();
        self.browsers
            .lock()
            .await
            .retain(|browser| !browser.is(visitor.browser()));
        Ok(())
    }

    /// Somebody sits down at the inbox.
    ///
    /// # Errors
    /// When no browser opens.
    pub async fn staff(&self) -> Result<Staff> {
        Ok(Staff::new(
            self.browser("staff", Fitting::default()).await?,
            self.address(),
        ))
    }

    async fn browser(&self, name: &'static str, fitting: Fitting) -> Result<Browser> {
        let mut drivers = self.drivers.lock().await;
        let running = drivers.iter().find(|driver| driver.engine == fitting.engine);
        let address = if let Some(driver) = running {
            driver.address.clone()
        } else {
            let driver = Driver::start(fitting.engine, &self.folder).await?;
            let address = driver.address.clone();
            drivers.push(driver);
            address
        };
        drop(drivers);
        let browser = Browser::open(name, &address, self.folder.clone(), fitting).await?;
        self.browsers.lock().await.push(browser.clone());
        Ok(browser)
    }

    /// Starts one of the examples as the business's program; it keeps its diary in the world's folder.
    ///
    /// # Errors
    /// When it does not become ready.
    pub async fn example(&self, name: &'static str, command: &mut Command) -> Result<Example> {
        command
            .env("SHOPBELL_URL", self.address())
            .env("SHOPBELL_API_KEY", API_KEY)
            .env("BOOKING_BOT_FILE", self.diary());
        Example::start(name, command, &self.folder).await
    }

    /// Where an example keeps its appointments.
    pub fn diary(&self) -> PathBuf {
        self.folder.join("diary.json")
    }

    /// A file in the world's folder, to be uploaded.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn file(&self, name: &str, content: &[u8]) -> Result<PathBuf> {
        let path = self.folder.join(name);
        fs::write(&path, content)?;
        Ok(path)
    }

    /// Kills the server without a warning, as a power cut does.
    ///
    /// # Errors
    /// When it cannot be killed.
    pub async fn kill_server(&self) -> Result<()> {
        let server = self.server.lock().await.take();
        server.context("no server is running")?.kill().await
    }

    /// Stops the server as an operator does.
    ///
    /// # Errors
    /// When it does not stop cleanly.
    pub async fn stop_server(&self) -> Result<()> {
        let server = self.server.lock().await.take();
        server.context("no server is running")?.stop().await
    }

    /// Starts the server again, on the same data and behind the same address.
    ///
    /// # Errors
    /// When it does not come back.
    pub async fn start_server(&self) -> Result<()> {
        let server = start_server(&self.folder, &self.proxy).await?;
        *self.server.lock().await = Some(server);
        Ok(())
    }

    /// What the server has printed since the world began.
    ///
    /// # Errors
    /// When nothing can be read.
    pub fn server_output(&self) -> Result<String> {
        Ok(fs::read_to_string(self.folder.join("server.log"))?)
    }

    async fn end(&self, failed: bool) -> Result<()> {
        for browser in self.browsers.lock().await.drain(..) {
            if failed && let Err(error) = browser.keep_picture().await {
                eprintln!("no picture: {error:#}");
            }
            browser.close().await?;
        }
        for driver in self.drivers.lock().await.drain(..) {
            driver.end().await?;
        }
        match self.server.lock().await.take() {
            Some(mut server) => server.stop().await,
            None => Ok(()),
        }
    }
}

async fn start_server(folder: &std::path::Path, proxy: &Proxy) -> Result<Server> {
    let environment = [
        ("SHOPBELL_API_KEY", API_KEY),
        ("SHOPBELL_OWNER_PASSWORD", PASSWORD),
        // The business's programs run on this machine.
        ("SHOPBELL_WEBHOOKS_ALLOW", "127.0.0.0/8"),
    ];
    let server = Server::start(folder, proxy.address(), &environment).await?;
    proxy.lead_to(server.port());
    Ok(server)
}
