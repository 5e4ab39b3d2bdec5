//! Starting programs: found on PATH or not, run to their end, and named in full when they fail.

use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Runs `command` with its output on ours; a failure names the command line.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start `{}`", line(command)))?;
    if !status.success() {
        bail!("`{}` failed ({status})", line(command));
    }
    Ok(())
}

/// Runs `command` and answers with what it printed; what it said on standard error is part of the failure.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start `{}`", line(command)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!(
            "`{}` failed ({})\n{}",
            line(command),
            output.status,
            said.trim_end()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs `command` with `input` on its standard input and answers with what it printed.
pub(crate) fn filter(command: &mut Command, input: &str) -> Result<String> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{}`", line(command)))?;
    // Dropped at the end of the statement, which is how the program learns that this was all.
    child
        .stdin
        .take()
        .context("no standard input")?
        .write_all(input.as_bytes())?;
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("`{}` failed ({})", line(command), output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The cargo that runs us, so that a toolchain chosen for this call holds for what it starts.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(crate::workspace::root());
    command
}

/// The workspace as the native tests take it: without the journeys, which need the release binary.
pub(crate) const NATIVE: [&str; 3] = ["--workspace", "--exclude", "shopbell-e2e"];

/// Builds a program of the workspace that stands in `root`, and answers with its place. Of the whole workspace, because `-p`
/// would choose fewer features and build half of what the native tests have built once more.
pub(crate) fn program(root: &Path, name: &str) -> Result<PathBuf> {
    let target = crate::workspace::target_dir();
    let mut build = cargo();
    build
        .current_dir(root)
        .env("CARGO_TARGET_DIR", &target)
        .args(["build", "--quiet"])
        .args(NATIVE)
        .args(["--bin", name]);
    run(&mut build)?;
    Ok(target.join("debug").join(name))
}

/// Where `program` is on PATH.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|dir| dir.join(program))
        .find(|candidate| candidate.is_file())
}

/// Whether packages can be installed here without asking anybody: Debian's tools, run as root.
pub(crate) fn may_install_packages() -> bool {
    let root = output(Command::new("id").arg("-u")).is_ok_and(|user| user.trim() == "0");
    root && find("apt-get").is_some()
}

/// Installs Debian packages; the package lists are brought up to date first, since a fresh image has none.
pub(crate) fn apt_install(packages: &[&str]) -> Result<()> {
    let quiet = |arguments: &[&str]| {
        output(
            Command::new("apt-get")
                .env("DEBIAN_FRONTEND", "noninteractive")
                .arg("-q")
                .args(arguments),
        )
    };
    quiet(&["update"])?;
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend_from_slice(packages);
    quiet(&arguments)?;
    Ok(())
}

fn line(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|argument| argument.to_string_lossy().into_owned()),
    );
    words.join(" ")
}
