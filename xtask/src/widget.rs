//! Builds the widget's page: compiler, splitter, wasm-bindgen, and `index.html` with what it names put into it.
//!
//! Not trunk's work, because the splitter has to see the program before wasm-bindgen does: what `src/lazy.rs` names as
//! chunks is cut out of it here.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::tools::PageTools;
use crate::{files, process, workspace};

const PROGRAM: &str = "shopbell-widget";
/// Every file is renamed by its content in the end; until then it has this in its name.
const NO_HASH: &str = "0000000000000000";
const ADDRESS: &str = "/widget/";

/// Builds into `staging`, which is empty; `command` has the compiler settings.
pub(crate) fn build(command: Command, staging: &Path, tools: &PageTools) -> Result<()> {
    fs::create_dir_all(staging).with_context(|| format!("cannot create {}", staging.display()))?;
    let name = format!("{PROGRAM}-{NO_HASH}");
    let program = compile(command)?;
    let parts = workspace::target_dir().join("xtask").join("parts");
    if parts.exists() {
        fs::remove_dir_all(&parts).with_context(|| format!("cannot empty {}", parts.display()))?;
    }
    let mut split = Command::new("wasm-split-cli");
    split
        .env("PATH", tools.path()?)
        .args(["--target", "web", "--out-name", &name])
        .args([&program, &parts]);
    process::output(&mut split)?;
    let mut bindgen = Command::new("wasm-bindgen");
    bindgen
        .env("PATH", tools.path()?)
        .arg(parts.join(format!("{name}.wasm")))
        .args(["--target", "web", "--keep-lld-exports", "--no-typescript"])
        .args(["--out-name", &name, "--out-dir"])
        .arg(&parts);
    process::output(&mut bindgen)?;

    let module = format!("{name}_bg.wasm");
    let glue = glue(&parts, &name, staging, tools)?;
    fs::write(staging.join(format!("{name}.js")), glue).context("cannot write the glue")?;
    fs::write(staging.join(&module), files::read(&parts.join(&module))?)
        .context("cannot write the module")?;
    let page = page(&workspace::root(), &name)?;
    fs::write(staging.join("index.html"), page).context("cannot write the page")
}

fn compile(mut command: Command) -> Result<PathBuf> {
    command
        .args(["rustc", "--offline", "--package", PROGRAM, "--bin", PROGRAM])
        .args(["--features", "split", "--profile", "small"])
        .args(["--target", "wasm32-unknown-unknown"])
        // The splitter moves functions by the notes that the linker otherwise throws away.
        .args(["--", "-Clink-args=--emit-relocs"]);
    process::run(&mut command)?;
    let target = workspace::target_dir().join("pages");
    Ok(target
        .join("wasm32-unknown-unknown")
        .join("small")
        .join(format!("{PROGRAM}.wasm")))
}

/// One script out of wasm-bindgen's and the splitter's, which name each other; and each chunk beside it.
fn glue(parts: &Path, name: &str, staging: &Path, tools: &PageTools) -> Result<String> {
    let Some(esbuild) = &tools.esbuild else {
        bail!("esbuild is missing, which joins the scripts of the widget\n  mend it: install node with npm");
    };
    let mut bundle = Command::new(esbuild);
    bundle.arg(parts.join(format!("{name}.js"))).args([
        "--bundle",
        "--format=esm",
        "--target=es2022",
        "--charset=utf8",
        "--log-level=warning",
    ]);
    let mut glue = process::output(&mut bundle)?;
    for file in files::list(parts)? {
        let file_name = file
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let Some(chunk) = file_name
            .strip_suffix(".wasm")
            .filter(|stem| !stem.starts_with(name))
        else {
            continue;
        };
        let chunk = chunk.trim_start_matches("split_");
        let hashed = format!("{chunk}-{NO_HASH}.wasm");
        glue = glue.replace(&format!("./{file_name}"), &format!("./{hashed}"));
        fs::copy(&file, staging.join(&hashed)).with_context(|| format!("cannot copy {hashed}"))?;
    }
    Ok(glue)
}

/// `index.html` with its scripts and styles inside of it, and the program started.
fn page(root: &Path, name: &str) -> Result<String> {
    let source =
        String::from_utf8(files::read(&root.join("index.html"))?).context("the page is not UTF-8")?;
    let page = inlined(&source, |path| {
        String::from_utf8(files::read(&root.join(path))?).with_context(|| format!("{path} is not UTF-8"))
    })?;
    let (script, module) = (format!("{ADDRESS}{name}.js"), format!("{ADDRESS}{name}_bg.wasm"));
    // In the head, so that both are on their way while the panel is painted.
    let start = format!(
        "<link rel=\"modulepreload\" href=\"{script}\">\
         <link rel=\"preload\" href=\"{module}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\
         <script type=\"module\">import init from '{script}';init({{module_or_path:'{module}'}});</script></head>"
    );
    if page.matches("</head>").count() != 1 {
        bail!("the page has no one head");
    }
    Ok(page.replacen("</head>", &start, 1))
}

/// The page with each `<link data-inline="js|css" href="PATH">` replaced by what the file holds.
fn inlined(page: &str, read: impl Fn(&str) -> Result<String>) -> Result<String> {
    let mut out = String::with_capacity(page.len());
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("<link data-inline=\"") {
        let (kind, after) = after
            .split_once("\" href=\"")
            .context("a link without an address")?;
        let (path, after) = after.split_once("\">").context("a link without an end")?;
        let element = match kind {
            "js" => "script",
            "css" => "style",
            other => bail!("{path} is {other:?}, neither js nor css"),
        };
        out.push_str(before);
        // Style sheets that follow each other share an element: each has a hash in the content policy.
        let joined = (element == "style")
            .then(|| out.trim_end().strip_suffix("</style>"))
            .flatten();
        match joined.map(str::len) {
            Some(length) => out.truncate(length),
            None => out.extend(["<", element, ">"]),
        }
        out.push_str(&read(path)?);
        out.extend(["</", element, ">"]);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_and_styles_come_into_the_page_in_their_order() {
        let page = "<head><link data-inline=\"js\" href=\"a.js\">\n<link data-inline=\"css\" href=\"b.css\">\n\
                    <link data-inline=\"css\" href=\"c.css\">\n</head>";
        let inside = inlined(page, |path| Ok(format!("[{path}]"))).unwrap();
        assert_eq!(
            inside,
            "<head><script>[a.js]</script>\n<style>[b.css][c.css]</style>\n</head>"
        );
        assert!(inlined("<link data-inline=\"png\" href=\"x\">", |_| Ok(String::new())).is_err());
    }

    #[test]
    fn the_page_starts_its_program_from_the_head() {
        let page = page(&workspace::root(), "widget").unwrap();
        let head = page.split("</head>").next().unwrap();
        assert!(head.contains("import init from '/widget/widget.js'"));
        assert!(head.contains("href=\"/widget/widget_bg.wasm\" as=\"fetch\""));
        assert!(!page.contains("data-inline") && !page.contains("data-trunk"));
    }
}
