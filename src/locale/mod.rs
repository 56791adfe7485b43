//! Every sentence shown to a person exists in Japanese and in English, side by side.
//!
//! [`Text`] is such a sentence. It is written with [`text!`](crate::text), which takes both
//! languages at once, so that a sentence in one language only does not compile.
//! Words are those of the authorities (安全管理ガイドライン, the checklist, the G-MIS survey).
//!
//! This room knows nothing of the rest; every other room may speak through it.

mod harmless;
mod width;
mod wrap;

pub use harmless::{deceives, harmless, one_line};
pub use width::{display_width, pad_to};
pub use wrap::wrap;

use std::borrow::Cow;

/// The language of an output. Japanese is the default of the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// 日本語
    #[default]
    Ja,
    /// English
    En,
}

impl Lang {
    /// The language that the environment asks for (`LC_ALL`, `LC_MESSAGES`, `LANG`, first
    /// non-empty wins): English for an explicit English locale, Japanese otherwise.
    pub fn from_environment(read: impl Fn(&str) -> Option<String>) -> Self {
        let asked = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(|name| read(name).filter(|value| !value.is_empty()));
        match asked {
            Some(value) if value.starts_with("en") => Self::En,
            _ => Self::Ja,
        }
    }

    /// The BCP 47 tag, for `lang` attributes.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }
}

/// How many of so many things are named where at most `most` should be, so that the rest is counted:
/// one more takes no more room than the word that there is one.
pub const fn shown(count: usize, most: usize) -> usize {
    if count > most.saturating_add(1) { most } else { count }
}

/// One sentence or label in both languages.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Text {
    /// 日本語
    pub ja: Cow<'static, str>,
    /// English
    pub en: Cow<'static, str>,
}

impl Text {
    /// A fixed pair.
    pub const fn new(ja: &'static str, en: &'static str) -> Self {
        Self { ja: Cow::Borrowed(ja), en: Cow::Borrowed(en) }
    }

    /// A name or a value that reads the same in both languages.
    pub fn same(value: impl Into<String>) -> Self {
        let value: String = value.into();
        Self { ja: Cow::Owned(value.clone()), en: Cow::Owned(value) }
    }

    /// The sentence in one language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ja => &self.ja,
            Lang::En => &self.en,
        }
    }

    /// Several labels joined: `、` in Japanese, `, ` in English.
    pub fn list<'a>(items: impl IntoIterator<Item = &'a Self>) -> Self {
        let (mut ja, mut en) = (Vec::new(), Vec::new());
        for item in items {
            ja.push(item.ja.as_ref());
            en.push(item.en.as_ref());
        }
        Self { ja: Cow::Owned(ja.join("、")), en: Cow::Owned(en.join(", ")) }
    }
}

/// Kept as one string when both languages say the same, as names do.
impl serde::Serialize for Text {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if self.ja == self.en {
            return to.serialize_str(&self.ja);
        }
        Both { ja: Cow::Borrowed(&self.ja), en: Cow::Borrowed(&self.en) }.serialize(to)
    }
}

impl<'de> serde::Deserialize<'de> for Text {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(untagged)]
        enum Kept {
            Same(String),
            Both(Both<'static>),
        }
        Ok(match Kept::deserialize(from)? {
            Kept::Same(value) => Self::same(value),
            Kept::Both(Both { ja, en }) => Self { ja, en },
        })
    }
}

/// A sentence as it is kept.
#[derive(serde::Serialize, serde::Deserialize)]
struct Both<'a> {
    ja: Cow<'a, str>,
    en: Cow<'a, str>,
}

/// Writes one sentence in both languages: `text!("…{id}…", "…{id}…")`.
///
/// Arguments that are themselves a [`Text`](crate::locale::Text) are named after a semicolon and
/// appear in the language of the sentence: `text!("{zone}は…", "{zone} is …"; zone)`.
#[macro_export]
macro_rules! text {
    ($ja:literal, $en:literal $(,)?) => {
        $crate::locale::Text {
            ja: ::std::borrow::Cow::Owned(::std::format!($ja)),
            en: ::std::borrow::Cow::Owned(::std::format!($en)),
        }
    };
    ($ja:literal, $en:literal; $($name:ident),+ $(,)?) => {
        $crate::locale::Text {
            ja: { $(let $name = &$name.ja;)+ ::std::borrow::Cow::Owned(::std::format!($ja)) },
            en: { $(let $name = &$name.en;)+ ::std::borrow::Cow::Owned(::std::format!($en)) },
        }
    };
}
