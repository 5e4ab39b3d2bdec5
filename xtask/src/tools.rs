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
    let dir = workspace::tool_dir(package, version)?;
    let path = dir.join("node_modules").join(".bin").join(program);
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
