//! Closed lists of words: the enumerations of the inventory, each with its key and its name in
//! both languages. From one list come the reader, the JSON Schema, the drawing and the reports.

use crate::locale::Text;

/// A closed list of words.
pub trait Vocabulary: Copy + Eq + 'static {
    /// What the list is about.
    const ABOUT: Text;
    /// Every word, in the order in which people should see them.
    const ALL: &'static [Self];
    /// The word as written in YAML: short, kebab-case, stable.
    fn key(self) -> &'static str;
    /// The word as shown to a person.
    fn label(self) -> Text;

    /// The word with this key.
    fn from_key(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|word| word.key() == key)
    }
}

/// Reads a word by its key, for `serde`.
pub(crate) fn from_word<'de, T: Vocabulary, D: serde::Deserializer<'de>>(
    reader: D,
) -> Result<T, D::Error> {
    use serde::Deserialize as _;
    let word = std::borrow::Cow::<'de, str>::deserialize(reader)?;
    T::from_key(&word).ok_or_else(|| serde::de::Error::custom(format!("unknown word `{word}`")))
}

/// Declares an enumeration and its [`Vocabulary`].
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident ($about_ja:literal, $about_en:literal) {
        $($variant:ident = $key:literal ($ja:literal, $en:literal),)+
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = concat!("`", $key, "`: ", $ja, ", ", $en)] $variant,)+
        }

        impl $crate::model::Vocabulary for $name {
            const ABOUT: $crate::locale::Text = $crate::locale::Text::new($about_ja, $about_en);
            const ALL: &'static [Self] = &[$(Self::$variant,)+];
            fn key(self) -> &'static str {
                match self { $(Self::$variant => $key,)+ }
            }
            fn label(self) -> $crate::locale::Text {
                match self { $(Self::$variant => $crate::locale::Text::new($ja, $en),)+ }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str($crate::model::Vocabulary::key(*self))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::model::from_word(from)
            }
        }
    };
}
pub(crate) use vocabulary;
