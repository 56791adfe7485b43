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
    };
}
pub(crate) use vocabulary;
