//! Every visible string of the chat by key, in every language it speaks.
//!
//! A language is a [`Texts`] value, so a missing key does not compile. No page of the widget carries more than its own:
//! `cargo xtask` writes one page per language ([`Texts::all`] is what it puts in), the server picks one of them by
//! [`Language::from_tag`]. Start at [`Language`].

mod ar;
mod de;
mod en;
mod es;
mod fr;
mod he;
mod it;
mod ja;
mod nl;
mod pl;
mod pt;
mod ru;
mod texts;
mod tr;
mod zh;

pub use self::texts::{Plural, Texts};

/// Variant, tag, module and what the language is; in the order in which lists show them.
macro_rules! languages {
    ($($(#[$doc:meta])* $name:ident $tag:literal $module:ident $direction:literal,)*) => {
        /// A language that the pages speak.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Language {
            $($(#[$doc])* $name,)*
        }

        impl Language {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its BCP 47 tag.
            pub const fn tag(self) -> &'static str {
                match self {
                    $(Self::$name => $tag,)*
                }
            }

            /// The value for a `dir` attribute.
            pub const fn direction(self) -> &'static str {
                match self {
                    $(Self::$name => $direction,)*
                }
            }

            /// Its strings.
            pub const fn texts(self) -> &'static Texts {
                match self {
                    $(Self::$name => &$module::TEXTS,)*
                }
            }
        }
    };
}

languages! {
    /// English; also where nothing else fits.
    English "en" en "ltr",
    /// German.
    German "de" de "ltr",
    /// Spanish.
    Spanish "es" es "ltr",
    /// French.
    French "fr" fr "ltr",
    /// Italian.
    Italian "it" it "ltr",
    /// Portuguese.
    Portuguese "pt" pt "ltr",
    /// Dutch.
    Dutch "nl" nl "ltr",
    /// Polish.
    Polish "pl" pl "ltr",
    /// Turkish.
    Turkish "tr" tr "ltr",
    /// Russian.
    Russian "ru" ru "ltr",
    /// Japanese.
    Japanese "ja" ja "ltr",
    /// Chinese, in simplified characters.
    Chinese "zh" zh "ltr",
    /// Hebrew.
    Hebrew "he" he "rtl",
    /// Arabic.
    Arabic "ar" ar "rtl",
}

impl Language {
    /// The language of a BCP 47 tag (`de-AT`); `None` for one we do not speak.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        // `iw` is what Java and old Android call Hebrew.
        let primary = if primary.eq_ignore_ascii_case("iw") {
            "he"
        } else {
            primary
        };
        let mut all = Self::ALL.iter().copied();
        all.find(|language| language.tag().eq_ignore_ascii_case(primary))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_twelve_languages_and_more_and_two_run_from_right_to_left() {
        assert!(Language::ALL.len() >= 12);
        let all = Language::ALL.iter().copied();
        let right_to_left: Vec<_> = all.filter(|language| language.direction() == "rtl").collect();
        assert_eq!(right_to_left, [Language::Hebrew, Language::Arabic]);
    }

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
            "de:chat",
            "de:offline",
            "es:chat",
            "fr:chat",
            "fr:messages",
            "it:chat",
            "nl:chat",
            "pt:chat",
        ];
        for language in Language::ALL.iter().skip(1) {
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

    /// The categories that the browsers' `Intl.PluralRules` may answer with (CLDR 46).
    #[test]
    fn plurals_have_the_categories_of_their_language_and_end_with_other() {
        let categories = |language| match language {
            Language::Arabic => vec!["zero", "one", "two", "few", "many", "other"],
            Language::Hebrew => vec!["one", "two", "other"],
            Language::Spanish | Language::French | Language::Italian | Language::Portuguese => {
                vec!["one", "many", "other"]
            }
            Language::Polish | Language::Russian => vec!["one", "few", "many", "other"],
            Language::English | Language::German | Language::Dutch | Language::Turkish => {
                vec!["one", "other"]
            }
            Language::Japanese | Language::Chinese => vec!["other"],
        };
        for language in Language::ALL {
            for plural in language.texts().plurals() {
                let given: Vec<_> = plural.iter().map(|(name, _)| *name).collect();
                assert_eq!(given, categories(*language), "{language:?}");
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
    fn strings_put_together_from_their_parts_are_the_same_again() {
        for language in Language::ALL {
            let texts = language.texts();
            let (mut plain, mut plural) = (texts.all().into_iter(), texts.plurals().into_iter());
            let again = Texts::from_parts(
                || plain.next().map(|(_, text)| text).unwrap_or_default(),
                || plural.next().unwrap_or_default(),
            );
            assert_eq!(format!("{again:?}"), format!("{texts:?}"));
        }
    }
}
