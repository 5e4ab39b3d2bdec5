//! Builds the release binary with the pages inside, and starts it.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::steps::{Stopwatch, step};
use crate::{pages, process, workspace};

const DEFAULT_ADDRESS: &str = "127.0.0.1:8080";

/// Pages and release binary; answers with the binary's place.
pub(crate) fn build() -> Result<PathBuf> {
    let watch = Stopwatch::start();
    pages::build()?;
    let binary = build_binary()?;
    println!("{} ({} in all)", binary.display(), watch.shown());
    Ok(binary)
}

/// The release binary from the pages as they are in `dist/`.
pub(crate) fn build_binary() -> Result<PathBuf> {
    step("server", || {
        process::run(process::cargo().args([
            "build",
            "--release",
            "-p",
            "shopbell-server",
            "--bin",
            "shopbell",
        ]))?;
        Ok("built".to_owned())
    })?;
    Ok(workspace::target_dir().join("release").join("shopbell"))
}

/// Builds what has changed and starts the demo. Further arguments go to the server.
pub(crate) fn serve(arguments: &[String]) -> Result<ExitCode> {
    let watch = Stopwatch::start();
    let address = option(arguments, "--addr").unwrap_or_else(|| {
        std::env::var("SHOPBELL_ADDR").unwrap_or_else(|_unset| DEFAULT_ADDRESS.to_owned())
    });
    // Asked first: nobody wants to hear it after the build.
    check_port(&address)?;
    pages::build()?;
    let binary = build_binary()?;
    println!("▸ starting after {}; Ctrl-C stops", watch.shown());
    let mut server = Command::new(binary);
    server
        .current_dir(workspace::root())
        .args(["serve", "--demo"])
        .args(arguments);
    if option(arguments, "--addr").is_none() {
        server.args(["--addr", &address]);
    }
    become_program(&mut server)
}

fn check_port(address: &str) -> Result<()> {
    match TcpListener::bind(address) {
        Ok(_free) => Ok(()),
        Err(error) => {
            bail!(
                "cannot listen on {address}: {error}\n  mend it: stop what listens there, or choose another: \
                 cargo xtask serve --addr 127.0.0.1:8081"
            )
        }
    }
}

fn option(arguments: &[String], name: &str) -> Option<String> {
    let mut arguments = arguments.iter();
    arguments
        .find_map(|argument| match argument.strip_prefix(name) {
            Some("") => Some(None),
            Some(value) => value.strip_prefix('=').map(|value| Some(value.to_owned())),
            None => None,
        })?
        .or_else(|| arguments.next().cloned())
}

/// The server takes this process's place, so that Ctrl-C, SIGTERM and the exit code are its own, with nothing between
/// that could swallow them or leave it behind.
#[cfg(unix)]
fn become_program(command: &mut Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;

    Err(command.exec()).context("cannot start the server")
}

#[cfg(not(unix))]
fn become_program(command: &mut Command) -> Result<ExitCode> {
    let status = command.status().context("cannot start the server")?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_is_found_in_both_of_its_forms() {
        let arguments = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(
            option(&arguments("--data d --addr 127.0.0.1:1"), "--addr").as_deref(),
            Some("127.0.0.1:1")
        );
        assert_eq!(
            option(&arguments("--addr=127.0.0.1:2"), "--addr").as_deref(),
            Some("127.0.0.1:2")
        );
        assert_eq!(option(&arguments("--address 127.0.0.1:3"), "--addr"), None);
    }

    #[test]
    fn an_occupied_port_is_named_with_a_way_out() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let error = check_port(&taken.local_addr().unwrap().to_string())
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("cannot listen on 127.0.0.1:") && error.contains("--addr"),
            "{error}"
        );
    }
}
