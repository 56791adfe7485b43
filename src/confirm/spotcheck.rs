//! Spot checks by lot (抜取確認): which connections an inspector goes to look at, so that nobody can
//! say that they were chosen.
//!
//! The lot of a connection is the SHA-256 of `SEED:connections/ID` (UTF-8, without a line end), in
//! hexadecimal; the `k` smallest are drawn. Anybody redoes it by hand:
//!
//! ```text
//! printf '%s' 'SEED:connections/ID' | sha256sum
//! ```
//!
//! The seed should be something that nobody could choose and everybody can read, published after
//! the inventory was closed, such as a closing price of that day.

use super::sheet::{Column, NAME, NUMBER};
use super::steps;
use crate::audit::Assessment;
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// One connection that was drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// The connection.
    pub thing: EntityRef,
    /// Its number on drawings and lists.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// Its lot, in hexadecimal.
    pub lot: String,
    /// Where to stand.
    pub place: Text,
    /// What to do there, in order.
    pub steps: Vec<Text>,
    /// What should be seen.
    pub expected: Vec<Text>,
}

/// Where to stand.
pub const PLACE: Column = Column("場所", "place");
/// What to do there.
pub const STEPS: Column = Column("手順", "steps");
/// What should be seen.
pub const EXPECTED: Column = Column("想定する結果", "expected");

impl Drawn {
    /// The columns of the sheet beside its id, its lot and what is filled in.
    pub const SENT: [Column; 5] = [NUMBER, NAME, PLACE, STEPS, EXPECTED];

    /// What the sheet says of it in those of [`Drawn::SENT`].
    pub fn sent(&self) -> [Text; 5] {
        [
            Text::same(self.number.to_string()),
            Text::same(self.name.clone()),
            self.place.clone(),
            numbered(&self.steps),
            numbered(&self.expected),
        ]
    }
}

/// `(1) 機器室に立つ (2) …`
fn numbered(all: &[Text]) -> Text {
    let say = |said: fn(&Text) -> &str| {
        let lines = (1..).zip(all).map(|(at, it): (usize, _)| format!("({at}) {}", said(it)));
        lines.collect::<Vec<_>>().join(" ")
    };
    Text { ja: say(|it| &it.ja).into(), en: say(|it| &it.en).into() }
}

/// The lot of a thing.
pub fn lot(seed: &str, thing: &EntityRef) -> String {
    let digest = Sha256::digest(format!("{seed}:{thing}").as_bytes());
    digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Draws `count` connections, those with the smallest lots first.
pub fn draw(assessment: &Assessment, seed: &str, count: usize) -> Vec<Drawn> {
    let inventory = &assessment.inventory;
    let numbers = inventory.connection_numbers();
    let mut all: Vec<_> = inventory
        .connections
        .iter()
        .zip(numbers)
        .map(|(connection, number)| {
            let thing = EntityRef::new(EntityKind::Connection, &connection.id.value);
            (lot(seed, &thing), thing, number, connection)
        })
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
    let drawn = all.into_iter().take(count).map(|(lot, thing, number, connection)| Drawn {
        thing,
        number,
        name: crate::locale::one_line(&connection.name.value).into_owned(),
        lot,
        place: steps::place(inventory, connection),
        steps: steps::steps(inventory, connection),
        expected: steps::expected(inventory, connection),
    });
    drawn.collect()
}
