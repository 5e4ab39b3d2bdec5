//! Short names for what a module imports from its glue.
//!
//! wasm-bindgen names each import after its function with a hash of 16 digits behind it. The names stand in the module
//! and again in the glue, digits do not compress, and no engine needs them: 3 KB (brotli) for the widget.

use std::collections::{HashMap, HashSet};

use anyhow::{Context, Result, bail};

use crate::wasm::{Reader, put_number};

/// Section of a module that lists its imports.
const IMPORTS: u8 = 2;
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz";

/// The module and its glue, with the same short names in both.
pub(crate) fn shorten(module: &[u8], glue: &str) -> Result<(Vec<u8>, String)> {
    let mut names = Names::default();
    let module = rename_imports(module, &mut names).context("the module's imports cannot be read")?;
    // Words are replaced wherever they stand; an export of the same name would be called by a name that it has not.
    if let Some(both) = names
        .short
        .keys()
        .find(|name| glue.contains(&format!("wasm.{name}")))
    {
        bail!("the module imports and exports {both}");
    }
    let (glue, met) = rename_words(glue, &names.short);
    // A name that only one of the two knows would leave a page that does not start.
    if met != names.short.len() {
        bail!(
            "the glue has {met} of the {} names that the module imports",
            names.short.len()
        );
    }
    Ok((module, glue))
}

#[derive(Default)]
struct Names {
    short: HashMap<String, String>,
}

impl Names {
    fn of(&mut self, long: &str) -> String {
        let next = self.short.len();
        self.short
            .entry(long.to_owned())
            .or_insert_with(|| nth(next))
            .clone()
    }
}

/// `aa`, `ba`, … `zz`, `aaa`, …: never a word of JavaScript's own, which as a property name would not matter anyway.
fn nth(mut n: usize) -> String {
    let mut name = String::new();
    loop {
        name.extend(LETTERS.chars().nth(n % LETTERS.len()));
        n /= LETTERS.len();
        if n == 0 && name.len() > 1 {
            return name;
        }
    }
}

fn rename_imports(module: &[u8], names: &mut Names) -> Option<Vec<u8>> {
    let mut reader = Reader { bytes: module };
    let mut out = reader.take(8)?.to_vec();
    while !reader.bytes.is_empty() {
        let id = reader.byte()?;
        let section = reader.sized()?;
        let renamed;
        let content = if id == IMPORTS {
            renamed = rename_section(section, names)?;
            &renamed
        } else {
            section
        };
        out.push(id);
        put_number(&mut out, content.len());
        out.extend_from_slice(content);
    }
    Some(out)
}

fn rename_section(section: &[u8], names: &mut Names) -> Option<Vec<u8>> {
    let mut reader = Reader { bytes: section };
    let count = reader.number()?;
    let mut out = Vec::new();
    put_number(&mut out, count);
    for _ in 0..count {
        for text in [
            reader.sized()?,
            names.of(std::str::from_utf8(reader.sized()?).ok()?).as_bytes(),
        ] {
            put_number(&mut out, text.len());
            out.extend_from_slice(text);
        }
        let before = reader.bytes;
        reader.skip_description()?;
        out.extend_from_slice(before.get(..before.len() - reader.bytes.len())?);
    }
    reader.bytes.is_empty().then_some(out)
}

/// The text with each whole word replaced that has a short form, and how many different ones were met.
fn rename_words(text: &str, short: &HashMap<String, String>) -> (String, usize) {
    let mut out = String::with_capacity(text.len());
    let mut met = HashSet::new();
    let mut rest = text;
    while !rest.is_empty() {
        let is_word = |char: char| char.is_ascii_alphanumeric() || char == '_' || char == '$';
        let end = rest.find(|char| !is_word(char)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        match short.get(word) {
            Some(name) => {
                met.insert(word);
                out.push_str(name);
            }
            None => out.push_str(word),
        }
        let gap = after.find(is_word).unwrap_or(after.len());
        let (gap, next) = after.split_at(gap);
        out.push_str(gap);
        rest = next;
    }
    (out, met.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &[u8] = b"\0asm\x01\0\0\0";

    fn module(names: &[&str]) -> Vec<u8> {
        let mut section = vec![u8::try_from(names.len()).unwrap()];
        for name in names {
            section.extend([1, b'm', u8::try_from(name.len()).unwrap()]);
            section.extend(name.as_bytes());
            section.extend([0, 5]);
        }
        let mut module = HEADER.to_vec();
        module.push(IMPORTS);
        put_number(&mut module, section.len());
        module.extend(section);
        // A section behind it, which stays.
        module.extend([1, 1, 0]);
        module
    }

    #[test]
    fn module_and_glue_get_the_same_short_names() {
        let long = ["__wbg_add_cf82c8d153d93ae1", "__wbg_body_5f971cbc6950ca4f"];
        let glue = "{__wbg_add_cf82c8d153d93ae1:a=>wasm.x,__wbg_body_5f971cbc6950ca4f:b,__wbg_body_5f:c}é";
        let (short, glue) = shorten(&module(&long), glue).unwrap();
        assert_eq!(short, module(&["aa", "ba"]));
        assert_eq!(glue, "{aa:a=>wasm.x,ba:b,__wbg_body_5f:c}é");
    }

    #[test]
    fn a_glue_of_another_module_is_refused() {
        let error = shorten(&module(&["__wbg_add_cf82c8d153d93ae1"]), "{}").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the glue has 0 of the 1 names that the module imports"
        );
        assert!(shorten(b"<html>", "").is_err());
    }

    #[test]
    fn names_are_different_and_two_letters_for_the_first_hundreds() {
        let names: HashSet<String> = (0..2_000).map(nth).collect();
        assert_eq!(names.len(), 2_000);
        assert!((0..676).all(|n| nth(n).len() == 2));
    }
}
