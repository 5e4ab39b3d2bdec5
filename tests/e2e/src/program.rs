//! The programs a journey starts, each ended by its own process id: the server and the browser's driver.

use std::env;
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::api::Api;
use crate::engine::{Engine, xvfb};
use crate::until::until;

/// Its promise is ten seconds; a loaded machine is given more before it counts as hanging.
const STOP_DEADLINE: Duration = Duration::from_secs(20);

/// A running program whose output goes to a file.
struct Program {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

impl Program {
    fn start(name: &'static str, command: &mut Command, folder: &Path) -> Result<Self> {
        let log = folder.join(format!("{name}.log"));
        let output = File::options().create(true).append(true).open(&log)?;
        let child = command
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            // Only the way out when a journey fails to end it properly.
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", command.as_std().get_program().display()))?;
        Ok(Self { name, child, log })
    }

    fn output(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    fn check_alive(&mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!("{} ended by itself ({status}):\n{}", self.name, self.output());
        }
        Ok(())
    }

    async fn end(&mut self, signal: Signal) -> Result<std::process::ExitStatus> {
        let pid = self
            .child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw);
        let pid = pid.with_context(|| format!("{} has ended already:\n{}", self.name, self.output()))?;
        kill_process(pid, signal)?;
        let ended = timeout(STOP_DEADLINE, self.child.wait()).await;
        ended
            .with_context(|| format!("{} does not stop:\n{}", self.name, self.output()))?
            .map_err(Into::into)
    }
}

/// The release binary with a data folder of its own.
pub struct Server {
    program: Program,
    port: u16,
}

impl Server {
    /// Starts it on a free port and waits until it is ready. `public` is the address browsers use.
    pub(crate) async fn start(folder: &Path, public: &str, environment: &[(&str, &str)]) -> Result<Self> {
        let port = free_port()?;
        let mut command = binary()?;
        command
            .args([
                "serve",
                "--demo",
                "--addr",
                &format!("127.0.0.1:{port}"),
                "--public-url",
                public,
                "--data",
            ])
            .arg(folder.join("data"))
            .envs(environment.iter().copied())
            .current_dir(folder);
        let mut program = Program::start("server", &mut command, folder)?;
        let ready = format!("http://127.0.0.1:{port}/readyz");
        until("the server to be ready", || {
            let alive = program.check_alive();
            let ready = ready.clone();
            async move {
                alive?;
                Ok((Api::new("").get(&ready).await?.status == 200).then_some(()))
            }
        })
        .await?;
        Ok(Self { program, port })
    }

    /// Where it listens itself, behind the proxy.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What it has printed so far.
    pub fn output(&self) -> String {
        self.program.output()
    }

    /// Asks it to stop, as an operator does.
    ///
    /// # Errors
    /// When it does not stop, or ends with anything but success.
    pub async fn stop(&mut self) -> Result<()> {
        let status = self.program.end(Signal::TERM).await?;
        ensure!(
            status.success(),
            "the server ended with {status}:\n{}",
            self.output()
        );
        Ok(())
    }

    /// Kills it without a warning, as a power cut does.
    ///
    /// # Errors
    /// When it cannot be killed.
    pub async fn kill(&mut self) -> Result<()> {
        self.program.end(Signal::KILL).await.map(|_status| ())
    }
}

/// The release binary, as yet without arguments.
fn binary() -> Result<Command> {
    let binary = env::var_os("SHOPBELL_BINARY")
        .map_or_else(|| target_dir().join("release").join("shopbell"), PathBuf::from);
    ensure!(
        binary.is_file(),
        "{} is missing: run `cargo xtask build` first",
        binary.display()
    );
    let mut command = Command::new(binary);
    // What the caller's shell configures for another server must not reach this one.
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SHOPBELL_")) {
        command.env_remove(name);
    }
    Ok(command)
}

/// What a command of the release binary prints.
pub(crate) async fn print(arguments: &[&str]) -> Result<String> {
    let output = binary()?.args(arguments).output().await?;
    ensure!(
        output.status.success(),
        "`shopbell {}` ended with {}:\n{}",
        arguments.join(" "),
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8(output.stdout)?)
}

/// A program of the business that says `ready` when it is.
pub struct Example(Program);

impl Example {
    pub(crate) async fn start(name: &'static str, command: &mut Command, folder: &Path) -> Result<Self> {
        let mut program = Program::start(name, command, folder)?;
        until(&format!("{name} to be ready"), || {
            let alive = program.check_alive();
            let ready = program.output().lines().any(|line| line == "ready");
            async move { alive.map(|()| ready.then_some(())) }
        })
        .await?;
        Ok(Self(program))
    }

    /// Ends it.
    ///
    /// # Errors
    /// When it has ended by itself, or does not end.
    pub async fn end(&mut self) -> Result<()> {
        self.0.end(Signal::TERM).await.map(|_status| ())
    }
}

/// The program that drives browsers of one engine.
pub(crate) struct Driver {
    pub(crate) engine: Engine,
    /// The driver, and before it what it needs.
    programs: Vec<Program>,
    pub(crate) address: String,
}

impl Driver {
    pub(crate) async fn start(engine: Engine, folder: &Path) -> Result<Self> {
        let mut programs = Vec::new();
        let port = free_port()?;
        let mut command = Command::new(engine.driver());
        command.args(engine.driver_arguments(port));
        if engine == Engine::WebKit {
            let (xvfb, display) = display(folder).await?;
            programs.push(xvfb);
            command.env("DISPLAY", display).env("LC_ALL", "C.UTF-8");
        }
        let mut program = Program::start("driver", &mut command, folder)?;
        let address = format!("http://127.0.0.1:{port}");
        let status = format!("{address}/status");
        until("the browser's driver to be ready", || {
            let alive = program.check_alive();
            let status = status.clone();
            async move {
                alive?;
                let answer = Api::new("").get(&status).await?;
                Ok((answer.json()?.pointer("/value/ready") == Some(&Value::Bool(true))).then_some(()))
            }
        })
        .await?;
        programs.push(program);
        Ok(Self {
            engine,
            programs,
            address,
        })
    }

    pub(crate) async fn end(mut self) -> Result<()> {
        while let Some(mut program) = self.programs.pop() {
            program.end(Signal::TERM).await?;
        }
        Ok(())
    }
}

/// A screen that nobody sees, and its name.
async fn display(folder: &Path) -> Result<(Program, String)> {
    let mut command = Command::new(xvfb());
    command.args([
        "-displayfd",
        "1",
        "-screen",
        "0",
        "1280x900x24",
        "-nolisten",
        "tcp",
    ]);
    let mut program = Program::start("xvfb", &mut command, folder)?;
    let number = until("the screen's number", || {
        let alive = program.check_alive();
        // It says other things too, on the other stream.
        let number = program
            .output()
            .lines()
            .find_map(|line| line.trim().parse::<u16>().ok());
        async move {
            alive?;
            Ok(number)
        }
    })
    .await?;
    Ok((program, format!(":{number}")))
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

pub(crate) fn target_dir() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir))
}
