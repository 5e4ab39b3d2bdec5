//! Makes a page's html smaller without understanding all of it: comments go, and what stands in `<style>` and in inline
//! scripts is handed to a minifier. Everything else stays as its author wrote it.

use anyhow::{Context, Result};

/// `minify` gets the kind of code (`css` or `js`) and the code.
pub(crate) fn shrink(page: &str, minify: impl Fn(&str, &str) -> Result<String>) -> Result<String> {
    let mut small = String::with_capacity(page.len());
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        small.push_str(before);
        rest = if let Some(comment) = tag.strip_prefix("<!--") {
            comment.split_once("-->").context("a comment without an end")?.1
        } else if let Some(kind) = code_kind(tag) {
            let name = if kind == "css" { "</style>" } else { "</script>" };
            let (opening, body) = tag.split_once('>').context("a tag without an end")?;
            let (code, after) = body.split_once(name).context("an element without an end")?;
            small.push_str(opening);
            small.push('>');
            if !code.trim().is_empty() {
                small.push_str(&minify(kind, code)?);
            }
            small.push_str(name);
            after
        } else {
            small.push('<');
            tag.get(1..).unwrap_or_default()
        };
    }
    small.push_str(rest);
    Ok(small)
}

/// What kind of code the element starting here holds, if it is one that holds code.
fn code_kind(tag: &str) -> Option<&'static str> {
    let opening = tag.split_once('>')?.0;
    let mut words = opening.split_whitespace();
    match words.next()? {
        "<style" => Some("css"),
        // A script with a type that is none of JavaScript's holds data.
        "<script" if !opening.contains("type=") || opening.contains("module") => Some("js"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::shrink;

    #[test]
    fn code_is_minified_where_it_stands_and_the_rest_is_kept() {
        let page = "<p title='a'>1 < 2</p><!-- why --><style>\na {}\n</style><script src=x></script>\
                    <script type=\"application/json\">{ }</script><script type=\"module\"> b() </script>";
        let small = shrink(page, |kind, code| Ok(format!("{kind}:{}", code.trim()))).unwrap();
        assert_eq!(
            small,
            "<p title='a'>1 < 2</p><style>css:a {}</style><script src=x></script>\
             <script type=\"application/json\">{ }</script><script type=\"module\">js:b()</script>"
        );
    }

    #[test]
    fn a_page_cut_off_in_a_comment_is_an_error() {
        assert!(shrink("<!-- never closed", |_, code| Ok(code.to_owned())).is_err());
    }
}
