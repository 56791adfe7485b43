//! Records: one list of fields gives the structure, its reader, its schema and its documentation.

use super::decode::{Decode, Decoder, Scalar};
use super::schema::Schema;
use super::table::Table;
use super::yaml::{Node, Value};
use crate::locale::Text;
use crate::source::{Diagnostic, Span, Spanned};
use crate::text;

/// The fields of one mapping, while they are being taken.
pub(crate) struct Fields<'n, 'i> {
    pairs: &'n [(Node<'i>, Node<'i>)],
    whole: Span,
    about: Text,
}

impl<'n, 'i> Fields<'n, 'i> {
    pub(crate) fn new(pairs: &'n [(Node<'i>, Node<'i>)], whole: Span, about: Text) -> Self {
        Self { pairs, whole, about }
    }

    /// Takes one field. A key that was left blank counts as absent.
    pub(crate) fn take<T: Field>(&self, key: &str, decoder: &mut Decoder) -> Option<T> {
        let found = self
            .pairs
            .iter()
            .find(|(name, _)| name.scalar() == Some(key))
            .filter(|(_, value)| !matches!(value.value, Value::Null));
        match found {
            Some((_, value)) => T::present(value, decoder),
            None => T::absent().or_else(|| {
                let about = &self.about;
                let mut at = self.whole;
                at.end = at.end.min(at.start + 1);
                decoder.mistakes.push(
                    Diagnostic::error(
                        "missing-key",
                        text!(
                            "{about}に必須の項目「{key}」がありません",
                            "the required field `{key}` of this {about} is missing"; about
                        ),
                    )
                    .at(
                        self.pairs.first().map_or(at, |(name, _)| name.span),
                        text!(
                            "ここから始まるまとまりに「{key}」を書きます",
                            "add `{key}` to the entry that begins here"
                        ),
                    ),
                );
                None
            }),
        }
    }
}

/// How a field behaves by its type: `Spanned<T>` must be there, `Option<T>` may be left out,
/// `Vec<T>` and `Table<T>` are empty when left out.
pub(crate) trait Field: Sized {
    /// Whether the schema lists the field as required.
    const REQUIRED: bool;
    /// The value of a field that is not there.
    fn absent() -> Option<Self>;
    /// Reads a field that is there.
    fn present(node: &Node<'_>, decoder: &mut Decoder) -> Option<Self>;
    /// The JSON Schema of the field.
    fn schema(schema: &mut Schema) -> serde_json::Value;
    /// What the field holds.
    type Inner: Decode;
    /// What it holds here, if anything.
    fn inner(&self) -> Option<&Self::Inner>;
}

impl<T: Scalar> Field for Spanned<T> {
    type Inner = Self;
    fn inner(&self) -> Option<&Self> {
        Some(self)
    }
    const REQUIRED: bool = true;
    fn absent() -> Option<Self> {
        None
    }
    fn present(node: &Node<'_>, decoder: &mut Decoder) -> Option<Self> {
        Self::decode(node, decoder)
    }
    fn schema(schema: &mut Schema) -> serde_json::Value {
        <Self as Decode>::schema(schema)
    }
}

impl<T: Decode> Field for Option<T> {
    type Inner = T;
    fn inner(&self) -> Option<&T> {
        self.as_ref()
    }
    const REQUIRED: bool = false;
    fn absent() -> Option<Self> {
        Some(None)
    }
    fn present(node: &Node<'_>, decoder: &mut Decoder) -> Option<Self> {
        Some(T::decode(node, decoder))
    }
    fn schema(schema: &mut Schema) -> serde_json::Value {
        T::schema(schema)
    }
}

/// A field that must be there and has a structure: `Needed<Vec<T>>`, `Needed<Record>`.
#[derive(Clone, Debug)]
pub struct Needed<T>(pub T);

impl<T> std::ops::Deref for Needed<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Decode> Field for Needed<T> {
    type Inner = T;
    fn inner(&self) -> Option<&T> {
        Some(&self.0)
    }
    const REQUIRED: bool = true;
    fn absent() -> Option<Self> {
        None
    }
    fn present(node: &Node<'_>, decoder: &mut Decoder) -> Option<Self> {
        T::decode(node, decoder).map(Self)
    }
    fn schema(schema: &mut Schema) -> serde_json::Value {
        T::schema(schema)
    }
}

impl<T: Decode> Field for Vec<T> {
    type Inner = Self;
    fn inner(&self) -> Option<&Self> {
        Some(self)
    }
    const REQUIRED: bool = false;
    fn absent() -> Option<Self> {
        Some(Self::new())
    }
    fn present(node: &Node<'_>, decoder: &mut Decoder) -> Option<Self> {
        Some(Self::decode(node, decoder).unwrap_or_default())
    }
    fn schema(schema: &mut Schema) -> serde_json::Value {
        <Self as Decode>::schema(schema)
    }
}

impl<T: Decode> Field for Table<T> {
    type Inner = Self;
    fn inner(&self) -> Option<&Self> {
        Some(self)
    }
    const REQUIRED: bool = false;
    fn absent() -> Option<Self> {
        Some(Self::default())
    }
    fn present(node: &Node<'_>, decoder: &mut Decoder) -> Option<Self> {
        Some(Self::decode(node, decoder).unwrap_or_default())
    }
    fn schema(schema: &mut Schema) -> serde_json::Value {
        <Self as Decode>::schema(schema)
    }
}

/// The key of a field: its name in Rust without the mark of a raw identifier.
pub(crate) const fn key(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}

/// Declares a record: `field: Type = ("日本語", "English"),`.
macro_rules! record {
    ($(#[$meta:meta])* $name:ident ($ja:literal, $en:literal) {
        $($field:ident: $ty:ty = ($field_ja:literal, $field_en:literal),)+
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub struct $name {
            /// The whole entry in the file.
            pub span: $crate::source::Span,
            $(#[doc = concat!($field_ja, " — ", $field_en)] pub $field: $ty,)+
        }

        impl $crate::inventory::decode::Decode for $name {
            fn decode(
                node: &$crate::inventory::yaml::Node<'_>,
                decoder: &mut $crate::inventory::decode::Decoder,
            ) -> Option<Self> {
                const KEYS: &[&str] = &[$($crate::inventory::record::key(stringify!($field)),)+];
                let about = $crate::locale::Text::new($ja, $en);
                let fields = $crate::inventory::decode::fields(node, about, KEYS, decoder)?;
                $(let $field = fields.take::<$ty>(
                    $crate::inventory::record::key(stringify!($field)), decoder);)+
                Some(Self { span: node.span, $($field: $field?,)+ })
            }

            fn schema(schema: &mut $crate::inventory::schema::Schema) -> serde_json::Value {
                schema.define(stringify!($name), ($ja, $en), |schema| vec![$(
                    $crate::inventory::schema::Property {
                        key: $crate::inventory::record::key(stringify!($field)),
                        required: <$ty as $crate::inventory::record::Field>::REQUIRED,
                        about: ($field_ja, $field_en),
                        schema: <$ty as $crate::inventory::record::Field>::schema(schema),
                    },
                )+])
            }

            const NAMES: bool =
                false $(|| <<$ty as $crate::inventory::record::Field>::Inner as $crate::inventory::decode::Decode>::NAMES)+;

            fn tell(&self, key: &str, flat: &mut $crate::inventory::flat::Flat<'_>) {
                use $crate::inventory::{flat::below, record};
                $(if let Some(held) = record::Field::inner(&self.$field) {
                    held.tell(&below(key, record::key(stringify!($field))), flat);
                })+
            }

            fn fields(key: &str, fields: &mut $crate::inventory::flat::Fieldnames) {
                $(fields.add::<$ty>(
                    key, $crate::inventory::record::key(stringify!($field)), ($field_ja, $field_en));)+
            }
        }
    };
}
pub(crate) use record;
