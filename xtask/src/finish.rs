//! What happens to a page after trunk: glue and styles minified, the module optimised and stripped, and every name made
//! from the content it finally has, so that a name can be cached for ever.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::files::{self, extension};
use crate::tools::PageTools;
use crate::{html, imports, order, process};

/// Binaryen's features by name. `--all-features` would let it write what engines refuse.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Finishes the page that trunk left in `folder`.
pub(crate) fn finish(folder: &Path, tools: &PageTools) -> Result<()> {
    for file in files::list(folder)? {
        match extension(&file) {
            "js" | "css" => minify(&file, tools)?,
            "wasm" => shrink(&file, tools)?,
            "html" => {
                let page = String::from_utf8(files::read(&file)?).context("a page is not UTF-8")?;
                let page = html::shrink(&page, |kind, code| minify_text(kind, code, tools))?;
                fs::write(&file, page).with_context(|| format!("cannot write {}", file.display()))?;
            }
            _ => {}
        }
    }
    shorten_imports(folder)?;
    rename_by_content(folder)
}

/// Each module and its glue: `name.js` beside `name_bg.wasm`.
fn shorten_imports(folder: &Path) -> Result<()> {
    for module in files::list(folder)? {
        let name = module.file_name().and_then(|name| name.to_str());
        let Some(name) = name.and_then(|name| name.strip_suffix("_bg.wasm")) else {
            continue;
        };
        let glue = module.with_file_name(format!("{name}.js"));
        let text = String::from_utf8(files::read(&glue)?).context("the glue is not UTF-8")?;
        let (short_module, short_glue) = imports::shorten(&files::read(&module)?, &text)?;
        fs::write(&module, short_module).with_context(|| format!("cannot write {}", module.display()))?;
        fs::write(&glue, short_glue).with_context(|| format!("cannot write {}", glue.display()))?;
    }
    Ok(())
}

fn minify(file: &Path, tools: &PageTools) -> Result<()> {
    let small = minified(file, tools.esbuild.as_deref())?;
    fs::write(file, small).with_context(|| format!("cannot write {}", file.display()))
}

/// A script or style sheet without what only people read; as it is where there is no minifier.
pub(crate) fn minified(file: &Path, esbuild: Option<&Path>) -> Result<Vec<u8>> {
    let Some(esbuild) = esbuild else {
        return files::read(file);
    };
    let minified = process::output(Command::new(esbuild).arg(file).args([
        "--minify",
        "--target=es2022",
        "--charset=utf8",
        "--log-level=warning",
    ]))?;
    Ok(minified.into_bytes())
}

/// The code of an inline element, minified; `kind` is esbuild's loader for it.
fn minify_text(kind: &str, code: &str, tools: &PageTools) -> Result<String> {
    let Some(esbuild) = &tools.esbuild else {
        return Ok(code.to_owned());
    };
    let loader = format!("--loader={kind}");
    let mut command = Command::new(esbuild);
    command.args([
        "--minify",
        "--target=es2022",
        "--charset=utf8",
        "--log-level=warning",
        &loader,
    ]);
    Ok(process::filter(&mut command, code)?.trim_end().to_owned())
}

fn shrink(file: &Path, tools: &PageTools) -> Result<()> {
    if let Some(wasm_opt) = &tools.wasm_opt {
        process::output(
            Command::new(wasm_opt)
                // Flat and built up again it compresses better than as the compiler left it (1.5 KB of the widget); and what
                // is called from one place only is copied there only if it is small.
                .args(["--flatten", "--rereloop", "-Oz", "-Oz"])
                .args(["--one-caller-inline-max-function-size", "20"])
                // Additions of constants go into the address of a load. That holds as long as nothing lies in the
                // first 1,024 bytes, and there the stack would end that grows down towards them.
                .arg("--low-memory-unused")
                .args(WASM_FEATURES)
                .arg(file)
                .arg("-o")
                .arg(file),
        )?;
        let named = order::named(&files::read(file)?)
            .with_context(|| format!("{} is not a WebAssembly module", file.display()))?;
        fs::write(file, named).with_context(|| format!("cannot write {}", file.display()))?;
        process::output(
            Command::new(wasm_opt)
                .arg("--reorder-functions-by-name")
                .args(WASM_FEATURES)
                .arg(file)
                .arg("-o")
                .arg(file),
        )?;
    }
    let module = files::read(file)?;
    let stripped = without_custom_sections(&module)
        .with_context(|| format!("{} is not a WebAssembly module", file.display()))?;
    fs::write(file, stripped).with_context(|| format!("cannot write {}", file.display()))
}

/// The module without names and producers: nobody reads them in a browser, and names alone are a third of it.
fn without_custom_sections(module: &[u8]) -> Option<Vec<u8>> {
    let (header, mut rest) = module.split_at_checked(8)?;
    let mut kept = header.starts_with(b"\0asm").then(|| header.to_vec())?;
    while let Some((&id, after_id)) = rest.split_first() {
        let (length, after_length) = leb128(after_id)?;
        let section = (rest.len() - after_length.len()).checked_add(length)?;
        let (section, next) = rest.split_at_checked(section)?;
        if id != 0 {
            kept.extend_from_slice(section);
        }
        rest = next;
    }
    Some(kept)
}

fn leb128(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0_usize;
    for (index, &byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7f).checked_shl(u32::try_from(index).ok()? * 7)?;
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(index + 1..)?));
        }
    }
    None
}

/// Whoever built them named them before this; the bytes have changed since, so the names do too, in the files and wherever
/// they are named. What is named goes before what names it.
fn rename_by_content(folder: &Path) -> Result<()> {
    let mut renamed: Vec<(String, String)> = Vec::new();
    for kinds in [&["wasm"][..], &["js", "css"], &["html"]] {
        let files = files::list(folder)?;
        for file in files.iter().filter(|file| kinds.contains(&extension(file))) {
            if kinds != ["wasm"] {
                let text = String::from_utf8(files::read(file)?).context("a file is not UTF-8")?;
                let text = renamed
                    .iter()
                    .fold(text, |text, (old, new)| text.replace(old.as_str(), new));
                fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))?;
            }
            let name = file
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            let Some(old_hash) = hash_in(name) else { continue };
            let new_name = name.replace(old_hash, &files::content_hash(&files::read(file)?));
            let target = file.with_file_name(&new_name);
            fs::rename(file, &target).with_context(|| format!("cannot rename {}", file.display()))?;
            renamed.push((name.to_owned(), new_name));
        }
    }
    Ok(())
}

/// Digits of the shortest hash: trunk writes 64 bits as a number, without its zeros in front.
const HASH_DIGITS_MIN: usize = 8;

/// The hexadecimal digits behind the last hyphen of a name.
fn hash_in(name: &str) -> Option<&str> {
    let (_, tail) = name.rsplit_once('-')?;
    let after = tail.trim_start_matches(|digit: char| digit.is_ascii_hexdigit());
    let hash = tail.strip_suffix(after)?;
    (hash.len() >= HASH_DIGITS_MIN && after.starts_with(['.', '_'])).then_some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_custom_sections_are_taken_out_of_a_module() {
        let header = b"\0asm\x01\0\0\0".to_vec();
        let custom = [0, 5, 4, b'n', b'a', b'm', b'e'];
        let types = [1, 4, 1, 0x60, 0, 0];
        let module = [header.clone(), custom.to_vec(), types.to_vec(), custom.to_vec()].concat();
        assert_eq!(
            without_custom_sections(&module),
            Some([header, types.to_vec()].concat())
        );
        assert_eq!(without_custom_sections(b"<html>"), None);
        assert_eq!(
            without_custom_sections(b"\0asm\x01\0\0\0\x01\x09\0"),
            None,
            "a section longer than the file"
        );
    }

    #[test]
    fn names_carry_the_hash_of_what_the_file_finally_holds() {
        assert_eq!(
            hash_in("shopbell-widget-0123456789abcdef_bg.wasm"),
            Some("0123456789abcdef")
        );
        assert_eq!(
            hash_in("shopbell-widget-0123456789abcdef.js"),
            Some("0123456789abcdef")
        );
        assert_eq!(
            hash_in("shopbell-inbox-123456789abcdef_bg.wasm"),
            Some("123456789abcdef")
        );
        assert_eq!(hash_in("custom-elements.json"), None);

        let folder = std::env::temp_dir().join(format!("shopbell-xtask-finish-{}", std::process::id()));
        let script = folder.join("page-0123456789abcdef.js");
        files::write_if_changed(&script, b"let small=new URL('chunk-0123456789abcdef.wasm');").unwrap();
        files::write_if_changed(&folder.join("chunk-0123456789abcdef.wasm"), b"chunk").unwrap();
        files::write_if_changed(
            &folder.join("index.html"),
            b"<script src=/page-0123456789abcdef.js>",
        )
        .unwrap();
        rename_by_content(&folder).unwrap();
        let chunk = format!("chunk-{}.wasm", files::content_hash(b"chunk"));
        assert!(folder.join(&chunk).is_file());
        let small = format!("let small=new URL('{chunk}');");
        let name = format!("page-{}.js", files::content_hash(small.as_bytes()));
        assert!(folder.join(&name).is_file() && !script.exists());
        let html = fs::read_to_string(folder.join("index.html")).unwrap();
        assert_eq!(html, format!("<script src=/{name}>"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
