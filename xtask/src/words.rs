//! The widget's page in every language: `index.html` is written in English, and each copy of it brings its own words.
//!
//! A visitor's page needs no request for its language and never shows another one first; the program carries none.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use shopbell_languages::{Language, Plural};

use crate::files;

/// Makes `index.html` in `folder` into one page per language: `en.html`, `de.html` …
pub(crate) fn write_pages(folder: &Path) -> Result<()> {
    let source = folder.join("index.html");
    let page = String::from_utf8(files::read(&source)?).context("the page is not UTF-8")?;
    for &language in Language::ALL {
        let target = folder.join(format!("{}.html", language.tag()));
        fs::write(&target, in_language(&page, language)?)
            .with_context(|| format!("cannot write {}", target.display()))?;
    }
    fs::remove_file(&source).with_context(|| format!("cannot remove {}", source.display()))
}

/// Whether a file of the widget's folder is its page in one of the languages.
pub(crate) fn is_page(name: &str) -> bool {
    let tag = name.strip_suffix(".html");
    tag.is_some_and(|tag| Language::ALL.iter().any(|language| language.tag() == tag))
}

fn in_language(page: &str, language: Language) -> Result<String> {
    let head = r#"<html lang="en" dir="ltr""#;
    let body_end = "</body>";
    if page.matches(head).count() != 1 || page.matches(body_end).count() != 1 {
        bail!("the page lacks {head} or {body_end}");
    }
    let own = format!(
        r#"<html lang="{}" dir="{}""#,
        language.tag(),
        language.direction()
    );
    let data = format!(
        "<script type=\"application/json\" data-part=\"words\">{}</script>{body_end}",
        list(language)
    );
    Ok(translated(page, language)
        .replacen(head, &own, 1)
        .replacen(body_end, &data, 1))
}

/// The page with each of its texts, in an attribute or alone in an element, in the language.
fn translated(page: &str, language: Language) -> String {
    let pairs = Language::English
        .texts()
        .all()
        .into_iter()
        .zip(language.texts().all());
    pairs.fold(page.to_owned(), |page, ((_, english), (_, own))| {
        page.replace(&format!("=\"{english}\""), &format!("=\"{own}\""))
            .replace(&format!(">{english}<"), &format!(">{own}<"))
    })
}

/// What `src/i18n/words.rs` reads: the tag, the plain strings, then each plural as a list of categories and forms.
fn list(language: Language) -> String {
    let texts = language.texts();
    let mut list = format!("[\"{}\"", language.tag());
    for (_, text) in texts.all() {
        // Writing to a text cannot fail.
        let _infallible = write!(list, ",{}", quoted(text));
    }
    for plural in texts.plurals() {
        list.push_str(",[");
        list.push_str(&forms(plural));
        list.push(']');
    }
    list.push(']');
    list
}

fn forms(plural: Plural) -> String {
    let forms: Vec<String> = plural
        .iter()
        .map(|(category, form)| format!("{},{}", quoted(category), quoted(form)))
        .collect();
    forms.join(",")
}

/// A text for JSON inside of an element: nothing in it can end the element.
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => out.extend(['\\', char]),
            '<' | '\0'..='\u{1f}' => {
                // Writing to a text cannot fail.
                let _infallible = write!(out, "\\u{:04x}", u32::from(char));
            }
            _ => out.push(char),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    fn source() -> String {
        fs::read_to_string(workspace::root().join("index.html")).unwrap()
    }

    /// The values of these attributes, and the texts of these elements.
    fn visible(page: &str) -> Vec<&str> {
        let mut found = Vec::new();
        for (before, after) in [
            (" aria-label=\"", '"'),
            (" placeholder=\"", '"'),
            (" title=\"", '"'),
            (" alt=\"", '"'),
            ("<title>", '<'),
            ("<a href=\"plain/\">", '<'),
        ] {
            let starts = page.split(before).skip(1);
            found.extend(starts.filter_map(|rest| rest.split(after).next()));
        }
        found
    }

    #[test]
    fn every_text_of_the_page_is_in_the_tables_and_is_shown_in_the_language() {
        let page = source();
        let english = visible(&page);
        assert!(english.len() >= 8, "{english:?}");
        for &language in Language::ALL {
            let own = in_language(&page, language).unwrap();
            for (english, own) in english.iter().zip(visible(&own)) {
                let known = Language::English.texts().all();
                let key = known.iter().position(|(_, text)| text == english);
                let key = key.unwrap_or_else(|| panic!("{english:?} is in no table"));
                assert_eq!(own, language.texts().all()[key].1, "{english:?} in {language:?}");
            }
        }
    }

    #[test]
    fn a_page_says_its_language_and_brings_its_words() {
        let page = in_language(&source(), Language::Hebrew).unwrap();
        assert!(page.contains("<html lang=\"he\" dir=\"rtl\""));
        assert!(page.contains("data-part=\"words\">[\"he\",\"צ׳אט\","));
        assert!(in_language("<html><body></body>", Language::Hebrew).is_err());
    }

    #[test]
    fn words_cannot_leave_the_element_that_they_stand_in() {
        assert_eq!(quoted("a\"b\\</script>\n"), r#""a\"b\\\u003c/script>\u000a""#);
    }
}
