//! What is taken for granted in an answer, and the two sides of everything that is not known.
//!
//! Every question is asked twice. What is [`Bound::Certain`] passes whatever the unknown turns out
//! to be; what is [`Bound::Possible`] is not ruled out by anything known. The truth lies between
//! them. A line that was not understood lets nothing pass for certain and everything possibly: it
//! never means "deny", and never "permit". One thing is believed of a device of which nothing was
//! read: that it takes no address which is declared to another.

use crate::locale::Text;
use crate::model::EntityRef;
use crate::model::vocabulary;
use crate::source::Span;
use std::collections::BTreeSet;

/// How doubt is resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bound {
    /// What passes in any case.
    Certain,
    /// What is not ruled out.
    Possible,
}

vocabulary! {
    /// Of which kind an assumption is.
    AssumptionKind("前提の種類", "kind of assumption") {
        Filter = "filter" ("解釈できないフィルタ", "filter not understood"),
        Unread = "unread" ("読み取れない設定行", "configuration lines not read"),
        Declared = "declared" ("台帳の記載だけによる", "on the word of the inventory alone"),
        Route = "route" ("経路が設定から分からない", "route not known from the configuration"),
        Translation = "translation" ("解釈できないアドレス変換", "translation not understood"),
        Sources = "sources" ("接続元アドレス", "source addresses"),
        Backup = "backup" ("予備経路", "backup route"),
        EqualRoutes = "equal-routes" ("優先度の等しい経路", "equal routes"),
        Answers = "answers" ("応答の経路", "the way of answers"),
        Relay = "relay" ("中継・管理接続", "relay or management"),
        Segment = "segment" ("同じ網の中は互いに届く", "everything on one network reaches everything there"),
        Other = "other" ("その他", "other"),
    }
}

/// One thing that an answer takes for granted, or that nobody knows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Assumption {
    /// Of which kind.
    pub kind: AssumptionKind,
    /// The device or thing that it is about.
    pub about: Option<EntityRef>,
    /// The line that shows it.
    pub span: Option<Span>,
    /// In words.
    pub says: Text,
}

/// Assumptions under way: each once, in a stable order.
#[derive(Clone, Debug, Default)]
pub struct Assumptions(BTreeSet<Assumption>);

impl Assumptions {
    /// Adds one.
    pub fn add(
        &mut self,
        kind: AssumptionKind,
        about: Option<&EntityRef>,
        span: Option<Span>,
        says: Text,
    ) {
        self.0.insert(Assumption { kind, about: about.cloned(), span, says });
    }

    /// Adds all of another answer.
    pub fn extend(&mut self, other: &Self) {
        self.0.extend(other.0.iter().cloned());
    }

    /// All, by kind, then by what they are about.
    pub fn iter(&self) -> impl Iterator<Item = &Assumption> {
        self.0.iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
