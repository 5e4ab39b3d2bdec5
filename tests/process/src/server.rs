//! The release binary as a process: started, killed, stopped in its tracks, started again on the same data.

use std::env;
use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use crate::http::Http;

/// The API key of every server that is started here.
pub const KEY: &str = "process-key-process-key-process-key";
/// The password of its owner.
pub const PASSWORD: &str = "process-password";

const READY_WITHIN: Duration = Duration::from_mins(1);

/// What a crowd on one machine needs; everything else is as shipped.
const CROWD: &str = "\
[socket]
per_staff = 1000
per_participant = 1000
[rates]
app_per_s = 1000000
app_burst = 1000000
participant_per_s = 1000000
participant_burst = 1000000
participant_kib_per_minute = 100000000
staff_per_s = 1000000
staff_burst = 1000000
[log]
filter = \"warn\"
";

/// Which settings a server runs with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settings {
    /// As shipped.
    Shipped,
    /// Without the limits of one caller's rate.
    Crowd,
}

/// See the module.
#[derive(Debug)]
pub struct Server {
    child: Child,
    folder: PathBuf,
    data: PathBuf,
    settings: Settings,
    /// Where it listens.
    pub addr: SocketAddr,
}

impl Server {
    /// Starts one with its data in `data`; log and settings go to `folder`.
    ///
    /// # Errors
    /// It does not start.
    pub async fn start(folder: &Path, data: &Path, settings: Settings) -> Result<Self> {
        let addr = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let child = spawn(folder, data, settings, addr)?;
        let mut server = Self {
            child,
            folder: folder.to_owned(),
            data: data.to_owned(),
            settings,
            addr,
        };
        server.ready().await?;
        Ok(server)
    }

    /// Kills it as a power cut does, and waits until the system has taken it away.
    ///
    /// # Errors
    /// It has ended by itself.
    pub async fn kill(&mut self) -> Result<()> {
        self.signal(Signal::KILL)?;
        self.child.wait().await?;
        Ok(())
    }

    /// Begins it again, where it was, on what it had; does not wait until it is ready.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn begin_again(&mut self) -> Result<()> {
        self.child = spawn(&self.folder, &self.data, self.settings, self.addr)?;
        Ok(())
    }

    /// Stops it as an operator does.
    ///
    /// # Errors
    /// It does not end well.
    pub async fn stop(&mut self) -> Result<()> {
        self.signal(Signal::TERM)?;
        let status = self.child.wait().await?;
        ensure!(
            status.success(),
            "the server ended with {status}:\n{}",
            self.log()
        );
        Ok(())
    }

    /// Sends a signal.
    ///
    /// # Errors
    /// It has ended by itself.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        let id = self.child.id().and_then(|id| i32::try_from(id).ok());
        let pid = id.and_then(Pid::from_raw);
        let pid = pid.with_context(|| format!("the server has ended by itself:\n{}", self.log()))?;
        kill_process(pid, signal)?;
        Ok(())
    }

    /// Its process id, while it runs.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Waits until it answers.
    ///
    /// # Errors
    /// It does not.
    pub async fn ready(&mut self) -> Result<()> {
        let since = Instant::now();
        while since.elapsed() < READY_WITHIN {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended by itself ({status}):\n{}", self.log());
            }
            if let Ok(answer) = Http::new(self.addr).get("/readyz").await
                && answer.status == 200
            {
                return Ok(());
            }
            sleep(Duration::from_millis(10)).await;
        }
        bail!("the server is not ready:\n{}", self.log())
    }

    /// The last lines it has printed.
    pub fn log(&self) -> String {
        let log = std::fs::read_to_string(self.folder.join("server.log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let last = lines.len().saturating_sub(30);
        lines.get(last..).unwrap_or_default().join("\n")
    }
}

fn spawn(folder: &Path, data: &Path, settings: Settings, addr: SocketAddr) -> Result<Child> {
    let binary = env::var_os("SHOPBELL_BINARY").map_or_else(release, PathBuf::from);
    ensure!(
        binary.is_file(),
        "{} is missing: run `cargo xtask build` first",
        binary.display()
    );
    let config = folder.join("shopbell.toml");
    std::fs::write(&config, if settings == Settings::Crowd { CROWD } else { "" })?;
    let log = File::options()
        .create(true)
        .append(true)
        .open(folder.join("server.log"))?;
    let mut command = Command::new(&binary);
    // What the caller's shell configures for another server must not reach this one.
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SHOPBELL_")) {
        command.env_remove(name);
    }
    command
        .args(["serve", "--addr", &addr.to_string(), "--data"])
        .arg(data)
        .arg("--config")
        .arg(config)
        .env("SHOPBELL_API_KEY", KEY)
        .env("SHOPBELL_OWNER_PASSWORD", PASSWORD)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("cannot start {}", binary.display()))
}

fn release() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir));
    target.join("release").join("shopbell")
}
