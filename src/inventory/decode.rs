//! Nodes → records: accumulates every mistake and goes on.

use super::flat::{Fieldnames, Flat, below};
use super::meant::{self, half_width};
use super::patterns;
use super::record::Fields;
use super::records::Inventory;
use super::reference::{ID_PATTERN, Subject, is_id, plain};
use super::schema::Schema;
use super::table::{Entry, Table};
use super::yaml::{Node, Value};
use crate::locale::Text;
use crate::model::{Date, EntityKind, IpNetwork, Service, Vocabulary};
use crate::source::{Diagnostic, Mistakes, Span, Spanned, closest, quoted};
use crate::text;
use serde_json::json;

/// A reference that validation has to resolve.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    /// Any of these kinds will do.
    pub(crate) kinds: &'static [EntityKind],
    pub(crate) id: String,
    pub(crate) span: Span,
}

/// What decoding collects beside the records.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    pub(crate) mistakes: Mistakes,
    pub(crate) references: Vec<Reference>,
    pub(crate) subjects: Vec<(Subject, Span)>,
    /// What stands where an id was expected; it may be a name.
    pub(crate) misnamed: Vec<Reference>,
}

impl Decoder {
    /// How many values that are no ids are looked up by name; every one after that is a name too.
    const MISNAMED: usize = 200;

    /// Notes a value that is no id where the id of something was expected.
    pub(crate) fn misnamed(&mut self, kinds: &'static [EntityKind], given: &str, span: Span) {
        if self.misnamed.len() < Self::MISNAMED {
            self.misnamed.push(Reference { kinds, id: given.trim().to_owned(), span });
        }
    }

    /// Reports that something else was expected here. Returns `None` to be passed on.
    pub(crate) fn expected<T>(&mut self, span: Span, found: Text, expected: Text) -> Option<T> {
        self.refuse(span, found, expected, None)
    }

    /// The same with what was probably meant.
    fn refuse<T>(
        &mut self,
        span: Span,
        found: Text,
        expected: Text,
        help: Option<Text>,
    ) -> Option<T> {
        let mut mistake = Diagnostic::error(
            "unexpected-value",
            text!("{found}は使えません", "{found} is not accepted here"; found),
        )
        .at(span, text!("{expected}を書きます", "expected {expected}"; expected));
        mistake.help = help;
        self.mistakes.push(mistake);
        None
    }
}

/// A value that can stand under a key or in a list.
pub(crate) trait Decode: Sized {
    /// Reads the value. On `None` the reason has been reported.
    fn decode(node: &Node<'_>, decoder: &mut Decoder) -> Option<Self>;
    /// The JSON Schema of what `decode` accepts.
    fn schema(schema: &mut Schema) -> serde_json::Value;

    /// Whether the value may name other things.
    const NAMES: bool;
    /// What a value is called that stands for one of a closed list of words.
    fn label(_text: &str) -> Option<Text> {
        None
    }
    /// Says what the value holds, key by key, below a key.
    fn tell(&self, key: &str, flat: &mut Flat<'_>);
    /// The value in one piece, as it could stand in a list.
    fn whole(&self, inventory: &Inventory) -> String {
        let mut flat = Flat::new(inventory);
        self.tell("", &mut flat);
        flat.inline()
    }
    /// Names the fields that stand below a key.
    fn fields(key: &str, fields: &mut Fieldnames);
}

/// A value without structure.
pub(crate) trait Scalar: Sized {
    /// What is expected, as a noun.
    fn expected() -> Text;
    /// Reads the text as it stands in the file.
    fn read(text: &str) -> Option<Self>;
    /// The JSON Schema of what `read` accepts.
    fn schema() -> serde_json::Value;
    /// Every word there is, for a closed list.
    fn words() -> Option<Text> {
        None
    }
    /// What the word is called in sentences, for a closed list.
    fn label(_text: &str) -> Option<Text> {
        None
    }
    /// How the value was probably meant, as it is written in an inventory.
    fn suggest(_given: &str) -> Option<String> {
        None
    }
    /// What is wrong with the value, when that can be said.
    fn objection(_given: &str) -> Option<Text> {
        None
    }
    /// Called with the place of every value that could not be read.
    fn unread(_given: &str, _span: Span, _decoder: &mut Decoder) {}
    /// Called with the place of every value read, so that references can be collected.
    fn note(&self, _span: Span, _decoder: &mut Decoder) {}
    /// Whether the value may name another thing.
    const NAMES: bool = false;
    /// The value as text that [`Scalar::read`] understands; a thing by its long form `zones/clinical`.
    fn write(&self, inventory: &Inventory) -> String;
}

impl<T: Scalar> Decode for Spanned<T> {
    fn decode(node: &Node<'_>, decoder: &mut Decoder) -> Option<Self> {
        let Value::Scalar(text) = &node.value else {
            return decoder.expected(node.span, describe(node), T::expected());
        };
        match T::read(text) {
            Some(value) => {
                value.note(node.span, decoder);
                Some(Self::new(value, node.span))
            }
            None => {
                T::unread(text, node.span, decoder);
                let help = probably_meant::<T>(text);
                decoder.refuse(node.span, describe(node), T::expected(), help)
            }
        }
    }
    fn schema(_: &mut Schema) -> serde_json::Value {
        T::schema()
    }

    const NAMES: bool = T::NAMES;
    fn label(text: &str) -> Option<Text> {
        T::label(text)
    }
    fn tell(&self, key: &str, flat: &mut Flat<'_>) {
        flat.say(key, vec![self.whole(flat.inventory)]);
    }
    fn whole(&self, inventory: &Inventory) -> String {
        self.value.write(inventory)
    }
    fn fields(_: &str, _: &mut Fieldnames) {}
}

/// How the value was probably meant: the same in half-width characters, or what comes near.
fn probably_meant<T: Scalar>(given: &str) -> Option<Text> {
    // Nobody writes so much where one word is expected.
    const LONGEST: usize = 200;
    let given = if given.len() > LONGEST { "" } else { given };
    let narrow = half_width(given);
    let narrow = (narrow != given && T::read(&narrow).is_some()).then_some(narrow);
    let meant = narrow.or_else(|| T::suggest(given));
    match (meant, T::objection(given), T::words()) {
        (Some(word), ..) => Some(text!("「{word}」ではありませんか", "did you mean `{word}`?")),
        (None, Some(objection), _) => Some(objection),
        (None, None, Some(words)) => {
            Some(text!("使える語: {words}", "known words: {words}"; words))
        }
        (None, None, None) => None,
    }
}

/// What a node is, for messages.
fn describe(node: &Node<'_>) -> Text {
    match &node.value {
        Value::Null => Text::new("空の値", "an empty value"),
        Value::Scalar(given) if given.trim().is_empty() => Text::new("空の値", "an empty value"),
        Value::Scalar(given) => {
            let given = quoted(given);
            text!("「{given}」", "`{given}`")
        }
        Value::Sequence(_) => Text::new("一覧（- や [ ]）", "a list"),
        Value::Mapping(_) => Text::new("「キー: 値」のまとまり", "a mapping"),
    }
}

/// Opens a mapping and reports keys that are not among `keys`.
pub(crate) fn fields<'n, 'i>(
    node: &'n Node<'i>,
    about: Text,
    keys: &'static [&'static str],
    decoder: &mut Decoder,
) -> Option<Fields<'n, 'i>> {
    let Value::Mapping(pairs) = &node.value else {
        let expected = text!(
            "{about}の項目（「キー: 値」）",
            "the fields of this {about} as `key: value`"; about
        );
        return decoder.expected(node.span, describe(node), expected);
    };
    for (key, _) in pairs.iter() {
        let name = key.scalar().unwrap_or_default();
        if keys.contains(&name) {
            continue;
        }
        let near = closest(&half_width(name), keys.iter().copied());
        let name = quoted(name);
        let mut diagnostic = Diagnostic::error(
            "unknown-key",
            text!("「{name}」という項目はありません", "there is no field `{name}`"),
        )
        .at(key.span, text!("{about}の項目ではありません", "not a field of this {about}"; about));
        let list = keys.join(", ");
        diagnostic.help = Some(match near {
            Some(word) => text!("「{word}」ではありませんか", "did you mean `{word}`?"),
            None => text!("使える項目: {list}", "known fields: {list}"),
        });
        decoder.mistakes.push(diagnostic);
    }
    Some(Fields::new(pairs, node.span, about))
}

impl<T: Decode> Decode for Vec<T> {
    /// A list; a single value stands for a list of one.
    fn decode(node: &Node<'_>, decoder: &mut Decoder) -> Option<Self> {
        match &node.value {
            Value::Sequence(items) => {
                Some(items.iter().filter_map(|item| T::decode(item, decoder)).collect())
            }
            _ => T::decode(node, decoder).map(|item| vec![item]),
        }
    }
    fn schema(schema: &mut Schema) -> serde_json::Value {
        let item = T::schema(schema);
        json!({"anyOf": [{"type": "array", "items": item}, item]})
    }

    const NAMES: bool = T::NAMES;
    fn label(text: &str) -> Option<Text> {
        T::label(text)
    }
    fn tell(&self, key: &str, flat: &mut Flat<'_>) {
        flat.say(key, self.iter().map(|it| it.whole(flat.inventory)).collect());
    }
    fn fields(_: &str, _: &mut Fieldnames) {}
}

impl<T: Decode> Decode for Table<T> {
    fn decode(node: &Node<'_>, decoder: &mut Decoder) -> Option<Self> {
        let Value::Mapping(pairs) = &node.value else {
            let expected = Text::new("「識別子: {…}」の並び", "a mapping from ids to entries");
            return decoder.expected(node.span, describe(node), expected);
        };
        let mut table = Self::with_capacity(pairs.len());
        for (key, value) in pairs.iter() {
            let id = Spanned::new(key.scalar().unwrap_or_default().to_owned(), key.span);
            if !is_id(&id.value) {
                let given = quoted(&id.value);
                let mistake = Diagnostic::error(
                    "bad-id",
                    text!("「{given}」は識別子として使えません", "`{given}` cannot be an id"),
                )
                .at(
                    key.span,
                    text!(
                        "識別子は半角の英数字と「-」「_」だけ、64文字までです",
                        "an id has only ASCII letters, digits, `-` and `_`, at most 64"
                    ),
                )
                .help(text!(
                    "短い識別子（例: ehr-db）をつけ、日本語の名称は name に書きます",
                    "choose a short id such as ehr-db; the full name goes under `name`"
                ));
                decoder.mistakes.push(mistake);
            }
            match T::decode(value, decoder) {
                // Keys are unique in a mapping, so the insertion cannot fail.
                Some(value) => drop(table.insert(Entry { id, value })),
                None => table.insert_broken(id),
            }
        }
        Some(table)
    }
    fn schema(schema: &mut Schema) -> serde_json::Value {
        let item = T::schema(schema);
        json!({
            "type": "object",
            "propertyNames": {"pattern": ID_PATTERN},
            "additionalProperties": item,
        })
    }

    const NAMES: bool = T::NAMES;
    fn tell(&self, key: &str, flat: &mut Flat<'_>) {
        flat.say(key, self.iter().map(|it| it.id.value.clone()).collect());
        for entry in self {
            entry.value.tell(&below(key, &entry.id.value), flat);
        }
    }
    fn fields(key: &str, fields: &mut Fieldnames) {
        T::fields(&below(key, "*"), fields);
    }
}

impl<T: Vocabulary> Scalar for T {
    fn label(text: &str) -> Option<Text> {
        T::from_key(text).map(T::label)
    }
    fn expected() -> Text {
        let about = T::ABOUT;
        text!("{about}", "one of the words for {about}"; about)
    }
    fn words() -> Option<Text> {
        let words: Vec<Text> = T::ALL
            .iter()
            .map(|word| {
                let (key, label) = (word.key(), word.label());
                // A label that only repeats the word says nothing.
                let named = |label: &str, named: String| match label.eq_ignore_ascii_case(key) {
                    true => key.to_owned(),
                    false => named,
                };
                Text {
                    ja: named(&label.ja, format!("{key}（{}）", label.ja)).into(),
                    en: named(&label.en, format!("{key} ({})", label.en)).into(),
                }
            })
            .collect();
        Some(Text::list(&words))
    }
    fn read(text: &str) -> Option<Self> {
        T::from_key(text)
    }
    fn suggest(given: &str) -> Option<String> {
        meant::word::<T>(given).map(str::to_owned)
    }
    fn write(&self, _: &Inventory) -> String {
        self.key().to_owned()
    }
    fn schema() -> serde_json::Value {
        let words: Vec<_> = T::ALL
            .iter()
            .map(|word| {
                let label = word.label();
                json!({"const": word.key(), "description": format!("{}\n\n{}", label.ja, label.en)})
            })
            .collect();
        json!({"oneOf": words})
    }
}

/// The longest text: about two printed pages. A spreadsheet's cell, a label of Graphviz and a
/// string of PDF each hold that much and not ten times more.
const MAX_TEXT: usize = 2000;

impl Scalar for String {
    fn write(&self, _: &Inventory) -> String {
        self.clone()
    }
    fn expected() -> Text {
        text!("文字列（{MAX_TEXT}文字まで）", "text of at most {MAX_TEXT} characters")
    }
    fn read(text: &str) -> Option<Self> {
        let fits = !text.trim().is_empty() && text.chars().nth(MAX_TEXT).is_none();
        fits.then(|| text.trim().to_owned())
    }
    fn schema() -> serde_json::Value {
        json!({
            "type": ["string", "number", "integer", "boolean"],
            "pattern": r"\S",
            "maxLength": MAX_TEXT,
        })
    }
}

impl Scalar for bool {
    fn write(&self, _: &Inventory) -> String {
        self.to_string()
    }
    fn expected() -> Text {
        Text::new("true（はい）または false（いいえ）", "`true` or `false`")
    }
    fn read(text: &str) -> Option<Self> {
        match text {
            "true" | "yes" => Some(true),
            "false" | "no" => Some(false),
            _ => None,
        }
    }
    fn suggest(given: &str) -> Option<String> {
        meant::yes_or_no(given).map(|yes| yes.to_string())
    }
    fn objection(given: &str) -> Option<Text> {
        matches!(given.trim(), "unknown" | "不明" | "未確認").then(|| {
            Text::new(
                "分からないときは、この項目を書かずにおきます",
                "leave the field out as long as nobody knows",
            )
        })
    }
    fn schema() -> serde_json::Value {
        json!({"enum": [true, false, "true", "false", "yes", "no"]})
    }
}

impl Scalar for u32 {
    fn write(&self, _: &Inventory) -> String {
        self.to_string()
    }
    fn expected() -> Text {
        Text::new("0以上の整数（9桁まで）", "a whole number, 0 or more, of at most nine digits")
    }
    fn read(text: &str) -> Option<Self> {
        let digits = (1..=9).contains(&text.len()) && is_digits(text);
        digits.then(|| text.parse().ok()).flatten()
    }
    fn suggest(given: &str) -> Option<String> {
        meant::number(given)
    }
    fn schema() -> serde_json::Value {
        json!({"type": ["integer", "string"], "minimum": 0, "maximum": 999_999_999, "pattern": patterns::NUMBER})
    }
}

impl Scalar for Date {
    fn write(&self, _: &Inventory) -> String {
        self.to_string()
    }
    fn expected() -> Text {
        Text::new("日付（例: 2026-11-20）", "a date such as 2026-11-20")
    }
    fn read(text: &str) -> Option<Self> {
        let shape = text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        // Year 8 is a year of an era that somebody left out.
        let date = shape.then(|| text.parse().ok()).flatten();
        date.filter(|it: &Self| it.year() >= meant::FIRST_YEAR)
    }
    fn suggest(given: &str) -> Option<String> {
        meant::date(given)
    }
    fn objection(given: &str) -> Option<Text> {
        match (meant::no_such_day(given), meant::no_day(given)) {
            (true, _) => Some(Text::new("その日は暦にありません", "the calendar has no such day")),
            (_, true) => Some(Text::new(
                "年・月・日をすべて書きます（例: 2026-11-30）",
                "write year, month and day, such as 2026-11-30",
            )),
            _ => None,
        }
    }
    fn schema() -> serde_json::Value {
        json!({"type": "string", "format": "date", "pattern": patterns::date()})
    }
}

/// A network as it may be written: with a plain prefix length, or none for a single address.
pub(crate) fn network(text: &str) -> Option<IpNetwork> {
    // The library also reads masks, signs and leading zeros after the slash.
    let plain = match text.split_once('/') {
        None => true,
        Some((_, length)) => {
            length == "0" || (length.len() <= 3 && !length.starts_with('0') && is_digits(length))
        }
    };
    plain.then(|| text.parse().ok()).flatten()
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

impl Scalar for IpNetwork {
    fn write(&self, _: &Inventory) -> String {
        plain(*self)
    }
    fn expected() -> Text {
        Text::new(
            "IPアドレスまたはネットワーク（例: 10.10.1.10、10.10.0.0/16、fd00:30::/64）",
            "an address or a network such as 10.10.1.10, 10.10.0.0/16 or fd00:30::/64",
        )
    }
    fn read(text: &str) -> Option<Self> {
        network(text)
    }
    fn suggest(given: &str) -> Option<String> {
        let one = |it: &str| match network(it) {
            Some(_) => Some(it.to_owned()),
            None => meant::network(it),
        };
        meant::network(given).or_else(|| meant::list(given, one))
    }
    fn schema() -> serde_json::Value {
        json!({"type": "string", "pattern": format!("^{}$", patterns::network())})
    }
}

impl Scalar for Service {
    fn write(&self, _: &Inventory) -> String {
        self.to_string()
    }
    fn expected() -> Text {
        Text::new(
            "サービス（例: 443/tcp、500/udp、5000-5010/tcp、icmp、esp、any）",
            "a service such as 443/tcp, 500/udp, 5000-5010/tcp, icmp, esp or any",
        )
    }
    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
    fn suggest(given: &str) -> Option<String> {
        meant::service(given).or_else(|| meant::list(given, meant::service))
    }
    fn schema() -> serde_json::Value {
        json!({"type": "string", "pattern": patterns::service()})
    }
}
