//! Builds what browsers load into `dist/`: both pages in their smallest form, and `public/`.
//!
//! The compiler's settings are here, the widget's recipe is in `widget.rs`, the inbox's in its `Trunk.toml`. A page whose
//! inputs have not changed is left alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::steps::step;
use crate::{compress, files, finish, process, tools, widget, words, workspace};

/// What a page is made from: a change in any of these builds it again.
struct Page {
    name: &'static str,
    /// For trunk; the widget is built without it (`widget.rs`).
    config: Option<&'static str>,
    /// A file that is there when it was built.
    entry: &'static str,
    inputs: &'static [&'static str],
}

const PAGES: [Page; 2] = [
    Page {
        name: "widget",
        config: None,
        entry: "en.html",
        inputs: &[
            "Cargo.toml",
            "Cargo.lock",
            "rust-toolchain.toml",
            "xtask/src",
            "index.html",
            "style",
            "src",
            "crates/languages",
            "crates/protocol",
            "crates/sync",
            "crates/stubs",
        ],
    },
    Page {
        name: "inbox",
        config: Some("crates/inbox/Trunk.toml"),
        entry: "index.html",
        inputs: &[
            "Cargo.toml",
            "Cargo.lock",
            "rust-toolchain.toml",
            "xtask/src",
            "style",
            "src",
            "crates/languages",
            "crates/protocol",
            "crates/sync",
            "crates/stubs",
            "crates/inbox",
        ],
    },
];

/// Brings `dist/` up to date.
pub(crate) fn build() -> Result<()> {
    let stale: Vec<(&Page, String)> = PAGES
        .iter()
        .map(stale)
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .flatten()
        .collect();
    if stale.is_empty() {
        step("pages", || Ok("unchanged".to_owned()))?;
    } else {
        let tools = tools::ensure_page_tools()?;
        step("crates for the pages", fetch)?;
        for (page, fingerprint) in stale {
            step(&format!("{} page", page.name), || {
                page.build(&tools, &fingerprint)
            })?;
        }
    }
    step("public files", copy_public)?;
    step("compressed copies", || {
        Ok(format!(
            "{} written",
            compress::compress_all(&workspace::dist_dir())?
        ))
    })
}

fn stale(page: &Page) -> Result<Option<(&Page, String)>> {
    let fingerprint = format!("{:016x}", files::fingerprint(&workspace::root(), page.inputs)?);
    let built = fs::read_to_string(page.stamp()).is_ok_and(|stamp| stamp == fingerprint);
    let fresh = built && page.dist().join(page.entry).is_file();
    Ok((!fresh).then_some((page, fingerprint)))
}

impl Page {
    fn dist(&self) -> PathBuf {
        workspace::dist_dir().join(self.name)
    }

    fn staging(&self) -> PathBuf {
        workspace::target_dir()
            .join("xtask")
            .join("staging")
            .join(self.name)
    }

    fn stamp(&self) -> PathBuf {
        workspace::target_dir()
            .join("xtask")
            .join(format!("{}.fingerprint", self.name))
    }

    fn build(&self, tools: &tools::PageTools, fingerprint: &str) -> Result<String> {
        let staging = self.staging();
        if staging.exists() {
            fs::remove_dir_all(&staging).with_context(|| format!("cannot empty {}", staging.display()))?;
        }
        match self.config {
            None => {
                let mut cargo = process::cargo();
                small(&mut cargo);
                widget::build(cargo, &staging, tools)?;
                finish::finish(&staging, tools)?;
                words::write_pages(&staging)?;
            }
            Some(config) => {
                trunk(config, &staging, tools)?;
                finish::finish(&staging, tools)?;
            }
        }
        publish(&staging, &self.dist())?;
        // Last, so that a build broken off anywhere before is done again.
        files::write_if_changed(&self.stamp(), fingerprint.as_bytes())?;
        Ok("built".to_owned())
    }
}

fn trunk(config: &str, staging: &Path, tools: &tools::PageTools) -> Result<()> {
    let mut trunk = Command::new("trunk");
    small(&mut trunk);
    trunk
        .current_dir(workspace::root())
        .env("PATH", tools.path()?)
        // Trunk reads NO_COLOR as true or false and refuses the usual 1.
        .env_remove("NO_COLOR")
        .env("RUST_BACKTRACE", "0")
        .args(["build", "--offline", "--config"])
        .arg(workspace::root().join(config))
        .arg("--dist")
        .arg(staging);
    process::run(&mut trunk)
}

/// Panics trap, so neither their message nor their place is needed; and `{:?}` writes nothing, which saves the names of
/// all types and fields: what a page shows must not come from `Debug`. The last two are a tenth of the widget.
const FLAGS: [&str; 5] = [
    "-Zunstable-options",
    "-Cpanic=immediate-abort",
    "-Zlocation-detail=none",
    "-Zfmt-debug=none",
    "--cfg=erase_components",
];

/// The compiler settings for the smallest page: the standard library built from source for size, and panics that trap
/// without a message. Their own target folder keeps the ordinary builds warm.
fn small(command: &mut Command) {
    command
        .env("CARGO_TARGET_DIR", workspace::target_dir().join("pages"))
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_UNSTABLE_BUILD_STD", "std")
        .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size")
        .env("RUSTFLAGS", FLAGS.join(" "));
}

/// Trunk works offline (it would look for tools elsewhere otherwise), so the crates are fetched before.
fn fetch() -> Result<String> {
    let mut fetch = process::cargo();
    small(&mut fetch);
    process::run(fetch.args(["fetch", "--target", "wasm32-unknown-unknown"]))?;
    Ok("fetched".to_owned())
}

fn copy_public() -> Result<String> {
    let (source, dist) = (workspace::root().join("public"), workspace::dist_dir());
    let mut written = 0;
    for file in files::list(&source)? {
        let name = file.strip_prefix(&source).unwrap_or(&file);
        let content = if name == Path::new("embed.js") {
            finish::minified(&file, tools::ensure_minifier().as_deref())?
        } else {
            files::read(&file)?
        };
        if files::write_if_changed(&dist.join(name), &content)? {
            written += 1;
        }
    }
    Ok(if written == 0 {
        "unchanged".to_owned()
    } else {
        format!("{written} copied")
    })
}

/// Makes `dist` hold exactly what `staging` holds, besides the compressed copies, which follow their files later.
fn publish(staging: &Path, dist: &Path) -> Result<()> {
    let built = files::list(staging)?;
    for file in &built {
        let name = file.strip_prefix(staging).unwrap_or(file);
        files::write_if_changed(&dist.join(name), &files::read(file)?)?;
    }
    for file in files::list(dist)? {
        let name = file.strip_prefix(dist).unwrap_or(&file);
        if !compress::is_copy(name) && !staging.join(name).exists() {
            fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
        }
    }
    Ok(())
}
