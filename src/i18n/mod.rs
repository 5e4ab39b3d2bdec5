//! Every visible string by key, in six languages, and dates and numbers through the browser's own formatter.
//!
//! A language is a [`Texts`] value, so a missing key does not compile. [`I18n`] is what views are given. What the owner
//! or a sender wrote is never translated. Start at [`I18n::new`].

mod ar;
mod de;
mod en;
mod es;
mod format;
mod fr;
mod he;
mod texts;

use std::sync::Arc;

use send_wrapper::SendWrapper;

use self::format::Formats;
pub use self::texts::{Plural, Texts};

/// A language that the pages speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English; also where nothing else fits.
    English,
    /// German.
    German,
    /// Spanish.
    Spanish,
    /// French.
    French,
    /// Hebrew, right to left.
    Hebrew,
    /// Arabic, right to left.
    Arabic,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::English,
        Self::German,
        Self::Spanish,
        Self::French,
        Self::Hebrew,
        Self::Arabic,
    ];

    /// The language of a BCP 47 tag (`de-AT`); `None` for one we do not speak.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag
            .split(['-', '_'])
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        match primary.as_str() {
            "en" => Some(Self::English),
            "de" => Some(Self::German),
            "es" => Some(Self::Spanish),
            "fr" => Some(Self::French),
            // `iw` is what Java and old Android call Hebrew.
            "he" | "iw" => Some(Self::Hebrew),
            "ar" => Some(Self::Arabic),
            _ => None,
        }
    }

    /// Its BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::Spanish => "es",
            Self::French => "fr",
            Self::Hebrew => "he",
            Self::Arabic => "ar",
        }
    }

    /// The value for a `dir` attribute.
    pub const fn direction(self) -> &'static str {
        match self {
            Self::Hebrew | Self::Arabic => "rtl",
            Self::English | Self::German | Self::Spanish | Self::French => "ltr",
        }
    }

    /// Its strings.
    pub const fn texts(self) -> &'static Texts {
        match self {
            Self::English => &en::TEXTS,
            Self::German => &de::TEXTS,
            Self::Spanish => &es::TEXTS,
            Self::French => &fr::TEXTS,
            Self::Hebrew => &he::TEXTS,
            Self::Arabic => &ar::TEXTS,
        }
    }
}

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
        let formats = Formats::new(regional(language, &tags), language.tag());
        Self {
            language,
            texts: language.texts(),
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
            text.replace("{n}", &self.number(f64::from(count)))
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
    text.replace("{name}", name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_string_is_given_in_every_language() {
        for language in Language::ALL {
            for (key, text) in language.texts().all() {
                assert!(!text.trim().is_empty(), "{key} in {language:?}");
            }
        }
    }

    #[test]
    fn no_language_repeats_the_english_words() {
        // Words that are the same in both.
        let same = [
            "de:online",
            "es:chat",
            "fr:chat",
            "de:chat",
            "de:offline",
            "fr:messages",
        ];
        for language in Language::ALL.into_iter().skip(1) {
            for ((key, text), (_, english)) in language.texts().all().into_iter().zip(en::TEXTS.all()) {
                let allowed = same.contains(&format!("{}:{key}", language.tag()).as_str());
                assert!(
                    allowed || text != english,
                    "{key} in {language:?} is still English"
                );
            }
        }
    }

    #[test]
    fn placeholders_are_the_same_in_every_language() {
        for language in Language::ALL {
            for ((key, text), (_, english)) in language.texts().all().into_iter().zip(en::TEXTS.all()) {
                for placeholder in ["{n}", "{name}", "{size}"] {
                    assert_eq!(
                        text.contains(placeholder),
                        english.contains(placeholder),
                        "{placeholder} of {key} in {language:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn plurals_have_the_categories_of_their_language_and_end_with_other() {
        let categories = |language| match language {
            Language::Arabic => vec!["zero", "one", "two", "few", "many", "other"],
            Language::Hebrew => vec!["one", "two", "other"],
            Language::Spanish | Language::French => vec!["one", "many", "other"],
            Language::English | Language::German => vec!["one", "other"],
        };
        for language in Language::ALL {
            for plural in [language.texts().new_messages, language.texts().too_long] {
                let given: Vec<_> = plural.iter().map(|(name, _)| *name).collect();
                assert_eq!(given, categories(language), "{language:?}");
            }
        }
    }

    #[test]
    fn a_tag_finds_its_language_whatever_its_region_or_case() {
        assert_eq!(Language::from_tag("de-AT"), Some(Language::German));
        assert_eq!(Language::from_tag("FR"), Some(Language::French));
        assert_eq!(Language::from_tag("ar_EG"), Some(Language::Arabic));
        assert_eq!(Language::from_tag("iw-IL"), Some(Language::Hebrew));
        assert_eq!(Language::from_tag("tlh"), None);
        assert_eq!(Language::from_tag(""), None);
    }

    #[test]
    fn dates_take_the_region_from_whoever_names_one() {
        assert_eq!(regional(Language::English, &["en", "en-GB"]), "en-GB");
        assert_eq!(regional(Language::German, &["de-AT", "de-DE"]), "de-AT");
        assert_eq!(regional(Language::German, &["de", "en-US"]), "de");
        assert_eq!(regional(Language::English, &[]), "en");
    }

    #[test]
    fn hebrew_and_arabic_run_from_right_to_left() {
        let right_to_left: Vec<_> = Language::ALL
            .into_iter()
            .filter(|l| l.direction() == "rtl")
            .collect();
        assert_eq!(right_to_left, [Language::Hebrew, Language::Arabic]);
    }
}
