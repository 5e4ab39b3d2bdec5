//! How a page is to look, as its address says: language, light or dark, the shop's colour, framed by the widget's page.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use shopbell_languages::{Language, Texts};

use crate::http::extract::query::Query;
use crate::http::pages;
use crate::http::state::AppState;

/// Read from an address, and written into those that the page leads to.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    pub(super) language: Language,
    /// The address asked for the language; else the browser did.
    asked: bool,
    pub(super) scheme: &'static str,
    /// Red, green, blue.
    accent: Option<u32>,
    /// In the widget's own page, which keeps its button in the corner.
    pub(super) framed: bool,
}

impl View {
    /// The page's words.
    pub(super) fn texts(self) -> &'static Texts {
        self.language.texts()
    }

    /// What the page's own style sheet says; nothing that an address holds gets into it but a number.
    pub(super) fn sheet(self) -> Option<String> {
        let accent = self.accent?;
        Some(format!(":root{{--shopbell-accent:#{accent:06x}}}"))
    }

    /// The address of one of these pages that looks the same, with `more` parameters.
    pub(super) fn address(self, path: &str, more: &[(&str, &str)]) -> String {
        let accent = self.accent.map(|accent| format!("{accent:06x}"));
        let own = [
            ("lang", self.asked.then(|| self.language.tag())),
            ("scheme", Some(self.scheme).filter(|scheme| *scheme != "auto")),
            ("accent", accent.as_deref()),
            ("framed", self.framed.then_some("1")),
        ];
        let own = own.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let pairs: Vec<_> = own.chain(more.iter().copied()).collect();
        if pairs.is_empty() {
            return path.to_owned();
        }
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        format!("{path}?{}", query.extend_pairs(pairs).finish())
    }
}

impl FromRequestParts<AppState> for View {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &AppState) -> Result<Self, Infallible> {
        let query = Query::parse(parts.uri.query().unwrap_or_default());
        let wish = query.text("lang").unwrap_or_default();
        Ok(Self {
            language: pages::language(wish, &parts.headers),
            asked: !wish.is_empty(),
            scheme: match query.text("scheme") {
                Some("light") => "light",
                Some("dark") => "dark",
                _ => "auto",
            },
            accent: query.text("accent").and_then(accent),
            framed: query.text("framed").is_some(),
        })
    }
}

/// Six hexadecimal digits.
fn accent(text: &str) -> Option<u32> {
    let digits = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    u32::from_str_radix(text, 16).ok().filter(|_| digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_carries_on_what_was_asked_and_nothing_else() {
        let view = View {
            language: Language::German,
            asked: true,
            scheme: "dark",
            accent: accent("00ff0a"),
            framed: true,
        };
        assert_eq!(
            view.address("/x", &[("sent", "1")]),
            "/x?lang=de&scheme=dark&accent=00ff0a&framed=1&sent=1"
        );
        let view = View {
            asked: false,
            scheme: "auto",
            accent: accent("+12345").or(accent("}x{}{{")),
            framed: false,
            ..view
        };
        assert_eq!(view.address("/x", &[]), "/x");
    }
}
