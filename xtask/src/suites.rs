//! `test` and `check`: every suite runs, even after one has failed, and the last line is one plain count.

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::steps::Stopwatch;
use crate::tally::Tally;
use crate::{
    api, chaos, client, examples, mutants, pages, process, sdk, server, simulate, size, tally, tools,
    workspace,
};

/// Crates that are compiled for browsers.
const WASM_CRATES: [&str; 4] = ["-p", "shopbell-widget", "-p", "shopbell-inbox"];
const WASM: [&str; 2] = ["--target", "wasm32-unknown-unknown"];

/// Everything, browser included.
pub(crate) fn test() -> ExitCode {
    let mut suites = Suites::start();
    suites.run("formatting", formatting);
    suites.run("clippy", clippy);
    suites.run("clippy for the browser", clippy_wasm);
    suites.run("dependencies", dependencies);
    suites.run("native tests", native);
    suites.run("browser tests", browser);
    suites.run("pages", || check_that(pages::build()));
    suites.run("page weight", || {
        Ok(if size::table()? {
            Tally::PASSED
        } else {
            Tally::FAILED
        })
    });
    suites.run("official SDK", sdk::run);
    suites.run("TypeScript client", client::test);
    suites.run("OpenAPI document", api::run);
    suites.run("examples", examples::run);
    suites.run("end-to-end journeys", journeys);
    suites.run("faults", chaos::short);
    suites.run("simulated runs", simulate::fixed_seeds);
    suites.run("planted bugs", mutants::run);
    suites.finish()
}

/// What needs neither a browser nor the pages.
pub(crate) fn check() -> ExitCode {
    let mut suites = Suites::start();
    suites.run("formatting", formatting);
    suites.run("clippy", clippy);
    suites.run("dependencies", dependencies);
    suites.run("native tests", native);
    suites.finish()
}

fn formatting() -> Result<Tally> {
    check_that(process::run(process::cargo().args(["fmt", "--all", "--check"])))
}

fn clippy() -> Result<Tally> {
    let mut clippy = process::cargo();
    clippy.args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]);
    check_that(process::run(&mut clippy))
}

fn clippy_wasm() -> Result<Tally> {
    let mut clippy = process::cargo();
    clippy
        .arg("clippy")
        .args(WASM_CRATES)
        .args(WASM)
        .args(["--all-targets", "--", "-D", "warnings"]);
    check_that(process::run(&mut clippy))
}

/// deny.toml, where cargo-deny is there to read it: too long an installation for a check that so rarely changes.
fn dependencies() -> Result<Tally> {
    if process::find("cargo-deny").is_none() {
        println!("cargo-deny is not installed, so deny.toml is not read (cargo install cargo-deny)");
        return Ok(Tally::default());
    }
    check_that(process::run(process::cargo().args([
        "deny",
        "--offline",
        "check",
        "bans",
        "licenses",
        "sources",
    ])))
}

fn native() -> Result<Tally> {
    tally::run(
        process::cargo()
            .arg("test")
            .args(process::NATIVE)
            .arg("--no-fail-fast"),
    )
}

/// Views and browser calls of both pages in a real headless Chromium.
fn browser() -> Result<Tally> {
    tools::ensure_toolchain()?;
    let runner = tools::ensure_wasm_bindgen()?.join("wasm-bindgen-test-runner");
    let browser = tools::ensure_browser()?;
    let mut tally = Tally::default();
    for tests in [
        &["shopbell-widget", "--lib", "--test", "web"][..],
        &["shopbell-inbox", "--lib", "--test", "web"],
    ] {
        let mut test = process::cargo();
        test.args(["test", "-p"])
            .args(tests)
            .args(WASM)
            .arg("--no-fail-fast")
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", &runner)
            .env("CHROMEDRIVER", &browser.chromedriver)
            .env(
                "WASM_BINDGEN_TEST_WEBDRIVER_JSON",
                workspace::root().join("webdriver.json"),
            )
            .env("WASM_BINDGEN_TEST_TIMEOUT", "120");
        tally.add(tally::run(&mut test)?);
    }
    if tally == Tally::default() {
        bail!("no test ran in the browser");
    }
    Ok(tally)
}

/// Page, widget, server and inbox together, the release binary in real browsers.
fn journeys() -> Result<Tally> {
    let binary = server::build_binary()?;
    let browser = tools::ensure_browser()?;
    let engines = tools::ensure_engines()?;
    examples::prepare()?;
    let mut test = process::cargo();
    test.args(["test", "-p", "shopbell-e2e", "--no-fail-fast"])
        .env("SHOPBELL_BINARY", binary)
        // A journey's error names what was waited for; sixty frames of a runtime would bury it.
        .env("RUST_LIB_BACKTRACE", "0")
        .env("CHROMIUM", browser.chromium)
        .env("CHROMEDRIVER", browser.chromedriver);
    if let Some((firefox, driver)) = &engines.firefox {
        test.env("FIREFOX", firefox).env("GECKODRIVER", driver);
    }
    if let Some((driver, display)) = &engines.webkit {
        test.env("WEBKIT_DRIVER", driver).env("XVFB", display);
    }
    if let Some(axe) = &engines.axe {
        test.env("AXE_CORE", axe);
    }
    let tally = tally::run(&mut test)?;
    if tally == Tally::default() {
        bail!("no journey ran");
    }
    for missing in engines.missing() {
        println!("WARNING: {missing} is not on this machine; what needs it was NOT tried");
    }
    Ok(tally)
}

/// One check as a count of one.
fn check_that(outcome: Result<()>) -> Result<Tally> {
    outcome.map(|()| Tally::PASSED)
}

struct Suites {
    watch: Stopwatch,
    done: Vec<(&'static str, Tally, String)>,
}

impl Suites {
    fn start() -> Self {
        Self {
            watch: Stopwatch::start(),
            done: Vec::new(),
        }
    }

    fn run(&mut self, name: &'static str, suite: impl FnOnce() -> Result<Tally>) {
        println!("\n== {name}");
        let watch = Stopwatch::start();
        let tally = suite().unwrap_or_else(|error| {
            println!("{error:#}");
            Tally::FAILED
        });
        println!(
            "== {name}: {} passed, {} failed ({})",
            tally.passed,
            tally.failed,
            watch.shown()
        );
        self.done.push((name, tally, watch.shown()));
    }

    /// Prints the summary; its last line is the plain count.
    fn finish(self) -> ExitCode {
        let mut total = Tally::default();
        println!();
        for (name, tally, time) in &self.done {
            println!(
                "{name:<24}{:>6} passed{:>6} failed{time:>16}",
                tally.passed, tally.failed
            );
            total.add(*tally);
        }
        println!("{:<24}{:>45}", "all", self.watch.shown());
        println!("{} passed, {} failed", total.passed, total.failed);
        if total.failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}
