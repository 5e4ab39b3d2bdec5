//! The pinned tools, installed once per user: what is missing is fetched, what cannot be fetched is named with the
//! command that mends it.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{process, steps, workspace};

const TRUNK: &str = "0.21.14";
const WASM_SPLIT: &str = "0.2.4";
const BINARYEN: &str = "132.0.0";
const ESBUILD: &str = "0.28.2";
const GECKODRIVER: &str = "0.37.1";
const AXE: &str = "4.14.1";

/// What building the pages needs. Without the optimiser they are only larger.
pub(crate) struct PageTools {
    /// Folders to put in front of PATH: trunk, wasm-bindgen and the splitter, in exactly the versions wanted.
    path: Vec<PathBuf>,
    /// Binaryen's optimiser.
    pub(crate) wasm_opt: Option<PathBuf>,
    /// The minifier for the glue and the style sheets.
    pub(crate) esbuild: Option<PathBuf>,
}

impl PageTools {
    /// PATH with the pinned tools first.
    pub(crate) fn path(&self) -> Result<OsString> {
        let before = env::var_os("PATH").unwrap_or_default();
        env::join_paths(self.path.iter().cloned().chain(env::split_paths(&before)))
            .context("a folder of the tool cache has a character that PATH cannot hold")
    }
}

/// Installs everything that building the pages needs.
pub(crate) fn ensure_page_tools() -> Result<PageTools> {
    ensure_toolchain()?;
    let trunk = ensure_trunk()?;
    let bindgen = ensure_wasm_bindgen()?;
    let splitter = ensure_cargo_tool(
        "wasm_split_cli_support",
        WASM_SPLIT,
        "wasm-split-cli",
        &["--locked", "--features=build-binary"],
    )?;
    let (mut wasm_opt, mut esbuild) = (None, None);
    steps::step("optimiser and minifier", || {
        wasm_opt = ensure_npm_tool("binaryen", BINARYEN, "wasm-opt");
        esbuild = ensure_minifier();
        Ok(match (&wasm_opt, &esbuild) {
            (Some(_), Some(_)) => "ready".to_owned(),
            _ => "going on without: the pages will be larger than they should be".to_owned(),
        })
    })?;
    Ok(PageTools {
        path: vec![trunk, bindgen, splitter],
        wasm_opt,
        esbuild,
    })
}

/// The compiler's parts that rust-toolchain.toml asks for, where rustup has not brought them by itself.
pub(crate) fn ensure_toolchain() -> Result<()> {
    steps::step("compiler, wasm target and standard library source", || {
        if process::find("cc").is_none() {
            bail!(
                "there is no C compiler (`cc`), which linking needs\n  mend it: apt-get install build-essential (or your system's like)"
            );
        }
        let sysroot = process::output(
            Command::new("rustc")
                .current_dir(workspace::root())
                .args(["--print", "sysroot"]),
        )?;
        let rustlib = Path::new(sysroot.trim()).join("lib").join("rustlib");
        if rustlib.join("wasm32-unknown-unknown/lib").is_dir()
            && rustlib.join("src/rust/library/Cargo.lock").is_file()
        {
            return Ok("there".to_owned());
        }
        if process::find("rustup").is_none() {
            bail!(
                "rustup is missing, and so is the wasm32 target\n  mend it: install rustup from https://rustup.rs"
            );
        }
        let rustup = |arguments: &[&str]| {
            process::run(
                Command::new("rustup")
                    .current_dir(workspace::root())
                    .args(arguments),
            )
        };
        rustup(&["target", "add", "wasm32-unknown-unknown"])?;
        rustup(&["component", "add", "rust-src"])?;
        Ok("added".to_owned())
    })
}

fn ensure_trunk() -> Result<PathBuf> {
    ensure_cargo_tool("trunk", TRUNK, "trunk", &["--locked"])
}

/// wasm-bindgen's program and its test runner, equal to the library in Cargo.lock: the two refuse to work otherwise.
pub(crate) fn ensure_wasm_bindgen() -> Result<PathBuf> {
    let version = workspace::locked_version("wasm-bindgen")?;
    // Without --locked: its lock file names releases younger than some registries carry.
    ensure_cargo_tool("wasm-bindgen-cli", &version, "wasm-bindgen", &[])
}

/// Answers with the folder of the tool's programs.
fn ensure_cargo_tool(package: &str, version: &str, program: &str, arguments: &[&str]) -> Result<PathBuf> {
    let dir = workspace::tool_dir(package, version)?;
    let programs = dir.join("bin");
    steps::step(&format!("{package} {version}"), || {
        if programs.join(program).is_file() {
            return Ok("there".to_owned());
        }
        println!(
            "  installing into {} (once per user, a few minutes)",
            dir.display()
        );
        let mut install = process::cargo();
        install
            .args(["install", package, "--version", version, "--root"])
            .arg(&dir)
            .args(arguments);
        // What the caller set for the project's own code must not leak into a tool.
        install
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_TARGET_DIR")
            .env_remove("CARGO_BUILD_TARGET");
        process::run(&mut install).with_context(|| {
            format!("cannot install {package} {version}: is the crate registry reachable?")
        })?;
        Ok("installed".to_owned())
    })?;
    Ok(programs)
}

/// esbuild, which only makes things smaller.
pub(crate) fn ensure_minifier() -> Option<PathBuf> {
    ensure_npm_tool("esbuild", ESBUILD, "esbuild")
}

/// A program from npm, else the same from Debian, else nothing: it only makes the pages smaller.
fn ensure_npm_tool(package: &str, version: &str, program: &str) -> Option<PathBuf> {
    match install_from_npm(package, version, program) {
        Ok(path) => Some(path),
        Err(npm) => {
            if let Some(present) = process::find(program) {
                return Some(present);
            }
            if process::may_install_packages() && process::apt_install(&[package]).is_ok() {
                return process::find(program);
            }
            println!("  warning: no {program}: {npm:#}");
            println!("  mend it: install node with npm, or apt-get install {package}");
            None
        }
    }
}

fn install_from_npm(package: &str, version: &str, program: &str) -> Result<PathBuf> {
    install_package_from_npm(package, version, &Path::new(".bin").join(program))
}

/// Answers with the place of a file of the package, which is named as it lies below `node_modules`.
fn install_package_from_npm(package: &str, version: &str, file: &Path) -> Result<PathBuf> {
    let dir = workspace::tool_dir(package, version)?;
    let path = dir.join("node_modules").join(file);
    if path.exists() {
        return Ok(path);
    }
    if process::find("npm").is_none() {
        bail!("npm is missing");
    }
    // Prepared beside and moved into place whole, so that a broken-off download is never taken for the tool.
    let prepared = dir.with_extension(format!("part-{}", std::process::id()));
    fs::create_dir_all(&prepared).with_context(|| format!("cannot create {}", prepared.display()))?;
    process::output(
        Command::new("npm")
            .args([
                "install",
                "--no-audit",
                "--no-fund",
                "--no-save",
                "--loglevel=error",
                "--prefix",
            ])
            .arg(&prepared)
            .arg(format!("{package}@{version}")),
    )?;
    if dir.exists() {
        fs::remove_dir_all(&dir).with_context(|| format!("cannot replace {}", dir.display()))?;
    }
    fs::rename(&prepared, &dir).with_context(|| format!("cannot move {package} to {}", dir.display()))?;
    Ok(path)
}

/// A browser and the program that drives it.
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) chromedriver: PathBuf,
}

/// Chromium and its driver: those on PATH, or Debian's where we may install.
pub(crate) fn ensure_browser() -> Result<Browser> {
    let mut browser = None;
    steps::step("Chromium and its driver", || {
        browser = find_browser();
        if browser.is_some() {
            return Ok("there".to_owned());
        }
        if process::may_install_packages() {
            println!("  installing Debian's chromium and chromium-driver");
            process::apt_install(&["chromium", "chromium-driver"])?;
            browser = find_browser();
        }
        if browser.is_none() {
            bail!(
                "no chromium and chromedriver on PATH\n  mend it: sudo apt-get install chromium chromium-driver\n  \
                 (or set CHROMIUM and CHROMEDRIVER to the two programs)"
            );
        }
        Ok("installed".to_owned())
    })?;
    browser.context("the browser went away while it was looked for")
}

/// The other two engines and what judges accessibility in all three; each by itself may be missing.
pub(crate) struct Engines {
    /// Firefox and its driver.
    pub(crate) firefox: Option<(PathBuf, PathBuf)>,
    /// `WebKit`'s driver, and the display that it needs.
    pub(crate) webkit: Option<(PathBuf, PathBuf)>,
    /// axe-core, as one script.
    pub(crate) axe: Option<PathBuf>,
}

impl Engines {
    /// What could not be had, so that nobody takes what was not tried for tried.
    pub(crate) fn missing(&self) -> Vec<&'static str> {
        let parts = [
            ("Firefox", self.firefox.is_none()),
            ("WebKit", self.webkit.is_none()),
            ("axe-core", self.axe.is_none()),
        ];
        parts
            .into_iter()
            .filter_map(|(name, missing)| missing.then_some(name))
            .collect()
    }
}

/// Firefox, `WebKit` and axe-core: those that are there, or Debian's and npm's where we may install. A machine that cannot have
/// one of them goes on without it, and says so.
pub(crate) fn ensure_engines() -> Result<Engines> {
    let mut engines = Engines {
        firefox: None,
        webkit: None,
        axe: None,
    };
    steps::step("Firefox, WebKit and axe-core", || {
        let packages: Vec<&str> = [
            ("firefox-esr", "firefox-esr"),
            ("WebKitWebDriver", "webkit2gtk-driver"),
            ("Xvfb", "xvfb"),
        ]
        .into_iter()
        .filter_map(|(program, package)| process::find(program).is_none().then_some(package))
        .collect();
        if !packages.is_empty() && process::may_install_packages() {
            println!("  installing Debian's {}", packages.join(", "));
            // Together they are quickest; where one is not to be had the others must not go without.
            if process::apt_install(&packages).is_err() {
                for package in packages {
                    if let Err(error) = process::apt_install(&[package]) {
                        println!("  warning: no {package}: {error:#}");
                    }
                }
            }
        }
        engines.firefox = process::find("firefox-esr")
            .or_else(|| process::find("firefox"))
            .zip(geckodriver());
        engines.webkit = process::find("WebKitWebDriver").zip(process::find("Xvfb"));
        engines.axe = axe();
        Ok(match engines.missing().as_slice() {
            [] => "there".to_owned(),
            missing => format!("going on WITHOUT {}", missing.join(", ")),
        })
    })?;
    Ok(engines)
}

/// Debian has none, and npm's package fetches it from elsewhere.
fn geckodriver() -> Option<PathBuf> {
    if let Some(there) = process::find("geckodriver") {
        return Some(there);
    }
    // Not worth minutes where there is nothing to drive.
    process::find("firefox-esr").or_else(|| process::find("firefox"))?;
    match ensure_cargo_tool("geckodriver", GECKODRIVER, "geckodriver", &["--locked"]) {
        Ok(programs) => Some(programs.join("geckodriver")),
        Err(error) => {
            println!("  warning: no geckodriver: {error:#}");
            None
        }
    }
}

fn axe() -> Option<PathBuf> {
    match install_package_from_npm("axe-core", AXE, Path::new("axe-core/axe.min.js")) {
        Ok(script) => Some(script),
        Err(error) => {
            println!("  warning: no axe-core: {error:#}");
            None
        }
    }
}

fn find_browser() -> Option<Browser> {
    let named = |variable: &str| {
        env::var_os(variable)
            .map(PathBuf::from)
            .filter(|path| path.is_file())
    };
    let chromium = named("CHROMIUM").or_else(|| {
        ["chromium", "chromium-browser", "google-chrome"]
            .into_iter()
            .find_map(process::find)
    })?;
    let chromedriver = named("CHROMEDRIVER").or_else(|| process::find("chromedriver"))?;
    Some(Browser {
        chromium,
        chromedriver,
    })
}
