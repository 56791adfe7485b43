//! Values of attributes as people say them. Records keep them as they are compared: words of the
//! inventory by their keys, things by their ids, lines of configurations in a notation of few words.

use super::record::fields_configured;
use super::renames::with_references;
use crate::inventory::Inventory;
use crate::locale::Text;
use crate::model::device::TunnelKind;
use crate::model::{EntityKind, EntityRef, Vocabulary};
use crate::topology::{Corroboration, Disagreement, PathKind};
use std::collections::BTreeMap;

/// What a value is called.
type Label = fn(&str) -> Option<Text>;

/// How values are said.
#[derive(Debug)]
pub struct Words {
    labels: BTreeMap<String, Label>,
    notations: Vec<String>,
}

/// The words of the notation of configured facts.
const NOTATION: &[Text] = &[
    Text::new("許可", "permit"),
    Text::new("拒否", "deny"),
    Text::new("拒否", "reject"),
    Text::new("次へ", "continue"),
    Text::new("送信元", "from"),
    Text::new("宛先", "to"),
    Text::new("すべて", "any"),
    Text::new("入力", "in"),
    Text::new("入力以外", "in-not"),
    Text::new("出力", "out"),
    Text::new("出力以外", "out-not"),
    Text::new("どの行にも当たらなければ", "otherwise"),
    Text::new("（無効）", "off"),
    Text::new("（条件による）", "sometimes"),
    Text::new("（一部だけ読取り）", "in-part"),
    Text::new("経由", "via"),
    Text::new("距離", "distance"),
    Text::new("対象", "only"),
    Text::new("外側", "outside"),
    Text::new("ゾーン", "zone"),
    Text::new("トランク", "trunk"),
    Text::new("適用先", "at"),
    Text::new("転送", "forward"),
    Text::new("送信元変換", "source"),
    Text::new("宛先変換", "destination"),
    Text::new("固定変換", "static"),
    Text::new("変換後", "becomes"),
    Text::new("自分のアドレス", "own-address"),
    Text::new("ポート", "ports"),
    Text::new("経由", "over"),
    Text::new("対象通信", "carries"),
    Text::new("認証", "by"),
    Text::new("暗号", "cipher"),
    Text::new("ハッシュ", "hash"),
    Text::new("鍵交換グループ", "group"),
    Text::new("アグレッシブモード", "aggressive"),
    Text::new("L2", "layer2"),
    Text::new("割当アドレス", "pool"),
    Text::new("破棄", "discard"),
    Text::new("不明", "unknown"),
];

fn label<T: Vocabulary>(text: &str) -> Option<Text> {
    T::from_key(text).map(T::label)
}

fn yes_or_no(text: &str) -> Option<Text> {
    match text {
        "yes" => Some(Text::new("はい", "yes")),
        "no" => Some(Text::new("いいえ", "no")),
        _ => None,
    }
}

impl Words {
    /// Those of this version.
    pub fn new() -> Self {
        let own: [(&str, Label); 6] = [
            ("paths.kind", label::<PathKind>),
            ("paths.enabled", yes_or_no),
            ("paths.layer2", yes_or_no),
            ("paths.encapsulation", label::<TunnelKind>),
            ("paths.contradictions", label::<Disagreement>),
            ("devices.contradictions", label::<Disagreement>),
        ];
        let own = own.into_iter().map(|(key, label)| (key.to_owned(), label));
        let declared = Inventory::field_names().into_iter().map(|it| (it.key, it.label));
        Self {
            labels: declared.chain(own).collect(),
            notations: fields_configured().map(|(key, _)| key).collect(),
        }
    }

    /// A value of an attribute; `called` names things.
    pub fn value(
        &self,
        kind: EntityKind,
        key: &str,
        value: &str,
        called: impl Fn(&EntityRef) -> Option<String>,
    ) -> Text {
        if key == "state" {
            return label::<Corroboration>(value).unwrap_or_else(|| Text::same(value));
        }
        let pattern = self.pattern(kind, key);
        if let Some(label) = self.labels.get(&pattern).and_then(|label| label(value)) {
            return label;
        }
        let named = with_references(value, |kind, id| called(&EntityRef::new(kind, id)));
        let first = key.split('.').next().unwrap_or_default();
        match self.notations.contains(&format!("{}.{first}", kind.key())) {
            true => Text { ja: notation(&named).into(), en: named.into_owned().into() },
            false => Text::same(named),
        }
    }

    /// A key with `*` for the ids in it.
    fn pattern(&self, kind: EntityKind, key: &str) -> String {
        let mut pattern = kind.key().to_owned();
        for part in key.split('.') {
            let exact = format!("{pattern}.{part}");
            let known = self.labels.contains_key(&exact);
            pattern = if known { exact } else { format!("{pattern}.*") };
        }
        pattern
    }
}

impl Default for Words {
    fn default() -> Self {
        Self::new()
    }
}

/// The notation in Japanese, word by word.
fn notation(value: &str) -> String {
    let word = |word: &str| {
        let found = NOTATION.iter().find(|it| it.en == word);
        found.map_or(word, |it| &it.ja).to_owned()
    };
    value.split(' ').map(word).collect::<Vec<_>>().join(" ")
}
