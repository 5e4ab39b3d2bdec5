//! The strings of the visitor's language, and dates and numbers through the browser's own formatter.
//!
//! The tables are in `crates/languages`. The widget's page brings its own language as data (`words`), so the program
//! carries none; the inbox picks from all of them. [`I18n`] is what views are given. What the owner or a sender wrote is
//! never translated.

mod format;
mod words;

use std::sync::Arc;

use send_wrapper::SendWrapper;
pub use shopbell_languages::{Language, Plural, Texts};

use self::format::Formats;
pub use self::words::page_words;

/// Strings and formats of one language; cheap to clone.
#[derive(Clone, Debug)]
pub struct I18n {
    /// The language of the strings.
    pub language: Language,
    /// The strings.
    pub texts: &'static Texts,
    formats: Arc<SendWrapper<Formats>>,
}

impl I18n {
    /// The first of `tags` that we speak, else English. Wishes come strongest first: attribute, page, browser.
    ///
    /// Dates and numbers follow the first tag of that language that names a region (`en-GB` writes 14:05), whoever
    /// gave it; strings follow the language.
    pub fn new<'a>(tags: impl IntoIterator<Item = &'a str>) -> Self {
        let tags: Vec<&str> = tags.into_iter().collect();
        let language = tags
            .iter()
            .find_map(|tag| Language::from_tag(tag))
            .unwrap_or(Language::English);
        Self::with(language, language.texts(), &tags)
    }

    /// The strings that came with the page. Dates and numbers follow `tags` as in [`Self::new`].
    pub fn of_page<'a>(words: (Language, &'static Texts), tags: impl IntoIterator<Item = &'a str>) -> Self {
        let tags: Vec<&str> = tags.into_iter().collect();
        Self::with(words.0, words.1, &tags)
    }

    fn with(language: Language, texts: &'static Texts, tags: &[&str]) -> Self {
        let formats = Formats::new(regional(language, tags), language.tag());
        Self {
            language,
            texts,
            formats: Arc::new(SendWrapper::new(formats)),
        }
    }

    /// The time of day of an RFC 3339 date, for the reader's place.
    pub fn time(&self, date: &str) -> String {
        self.formats.time(date)
    }

    /// Day and time in full, for the tooltip of a time.
    pub fn date_time(&self, date: &str) -> String {
        self.formats.date_time(date)
    }

    /// The day as a heading: today, yesterday, weekday and date, with the year only where it is another one.
    pub fn day(&self, date: &str, now_ms: f64) -> String {
        match Formats::days_ago(date, now_ms) {
            Some(0) => self.texts.today.to_owned(),
            Some(1) => self.texts.yesterday.to_owned(),
            Some(_) | None => self.formats.day(date, now_ms),
        }
    }

    /// A number that names the reader's calendar day of a date: equal for dates of the same day.
    pub fn day_number(&self, date: &str) -> Option<i64> {
        Formats::day_number(date)
    }

    /// Milliseconds since 1970 of an RFC 3339 date; not a number for an unreadable one.
    pub fn instant(&self, date: &str) -> f64 {
        Formats::instant(date)
    }

    /// The reader's calendar day of an instant, as [`Self::day_number`] counts them.
    pub fn local_day(&self, ms: f64) -> f64 {
        Formats::local_day_of(ms)
    }

    /// A count.
    pub fn number(&self, number: f64) -> String {
        self.formats.number(number)
    }

    /// A size in the unit that reads best: `14 bytes`, `850 kB`, `1.2 MB`.
    pub fn bytes(&self, bytes: f64) -> String {
        self.formats.bytes(bytes)
    }

    /// The form of `plural` that goes with `count`, with `{n}` replaced.
    pub fn plural(&self, plural: Plural, count: u32) -> String {
        let category = self.formats.category(count);
        let form = plural
            .iter()
            .find(|(name, _)| *name == category)
            .or(plural.last());
        form.map_or_else(String::new, |(_, text)| {
            with_part(text, "n", &self.number(f64::from(count)))
        })
    }
}

/// The tag for dates and numbers.
fn regional<'a>(language: Language, tags: &[&'a str]) -> &'a str {
    let mut of_language = tags
        .iter()
        .filter(|tag| Language::from_tag(tag) == Some(language));
    of_language
        .find(|tag| tag.contains('-'))
        .copied()
        .unwrap_or(language.tag())
}

/// `text` with `{name}` replaced.
pub fn with_name(text: &str, name: &str) -> String {
    with_part(text, "name", name)
}

/// `text` with `{part}` replaced. Not `str::replace`, whose search for any text at all is code that nothing else here needs.
pub fn with_part(text: &str, part: &str, value: &str) -> String {
    let mut pieces = text.split('{');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once('}') {
            Some((name, rest)) if name == part => {
                out.push_str(value);
                out.push_str(rest);
            }
            _ => {
                out.push('{');
                out.push_str(piece);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_part_is_replaced_and_others_stay() {
        assert_eq!(with_name("{name} is typing", "Amy"), "Amy is typing");
        assert_eq!(with_part("{name}: {size}", "size", "25 MB"), "{name}: 25 MB");
        assert_eq!(with_part("a { b", "n", "1"), "a { b");
        assert_eq!(with_part("", "n", "1"), "");
    }

    #[test]
    fn dates_take_the_region_from_whoever_names_one() {
        assert_eq!(regional(Language::English, &["en", "en-GB"]), "en-GB");
        assert_eq!(regional(Language::German, &["de-AT", "de-DE"]), "de-AT");
        assert_eq!(regional(Language::German, &["de", "en-US"]), "de");
        assert_eq!(regional(Language::English, &[]), "en");
    }
}
