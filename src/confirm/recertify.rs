//! The yearly recertification (年次再確認): for every party the list of its connections, with
//! columns to fill in; and what came back.

use super::sent::{altered, bare, lacking, refused};
use super::sheet::{
    Answer, BY, Column, NAME, NOTE, NUMBER, ON, Problem, Row, THING, Table, done, thing,
};
use super::steps;
use crate::audit::Assessment;
use crate::inventory::Connection;
use crate::locale::Text;
use crate::model::words::{Means, Outcome};
use crate::model::{Date, EntityKind, EntityRef, Service, Vocabulary as _};
use crate::text;
use std::collections::BTreeSet;

/// Whether it is still needed: はい or いいえ.
pub const NEEDED: Column = Column("今も必要か", "still needed");
/// Whether something is different from what the list says: なし or あり.
pub const CHANGED: Column = Column("変更の有無", "changed");

/// The party.
pub const PARTY: Column = Column("事業者・接続先", "party");
/// Whom it is sent to.
pub const CONTACT: Column = Column("送付先", "send to");
/// What it is for.
pub const PURPOSE: Column = Column("目的", "purpose");
/// How it is carried.
pub const TRANSPORT: Column = Column("接続方式", "transport");
/// From where.
pub const SOURCES: Column = Column("接続元", "sources");
/// What it may reach.
pub const PERMITTED: Column = Column("許可通信", "permitted");
/// When it is used.
pub const HOURS: Column = Column("利用時間", "hours");
/// Until when the contract runs.
pub const UNTIL: Column = Column("契約期限", "contract until");
/// When it was last recertified, and by whom.
pub const LAST: Column = Column("前回の再確認", "last recertified");

/// What a list says of each connection beside its id.
pub const SENT: [Column; 11] =
    [PARTY, CONTACT, NUMBER, NAME, PURPOSE, TRANSPORT, SOURCES, PERMITTED, HOURS, UNTIL, LAST];

/// One connection on a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The connection.
    pub thing: EntityRef,
    /// Its number.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub purpose: Text,
    /// How it is carried.
    pub transport: Text,
    /// From where.
    pub sources: String,
    /// What it may reach by which services, and what may reach it.
    pub permitted: Text,
    /// The same in the notation of the inventory, which lists of earlier versions have.
    notation: String,
    /// When it is used.
    pub hours: String,
    /// Until when the contract runs.
    pub until: Option<Date>,
    /// When it was last recertified, and by whom.
    pub last: Option<(Date, String)>,
    /// Whether that is more than a year ago, or never was.
    pub due: bool,
}

/// The connections of one party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// The party.
    pub party: EntityRef,
    /// Its name.
    pub name: String,
    /// Whom to send it to.
    pub contact: String,
    /// Its connections.
    pub items: Vec<Item>,
}

/// A list for every party that has connections, in the order of the inventory.
pub fn lists(assessment: &Assessment) -> Vec<List> {
    let inventory = &assessment.inventory;
    let numbers = inventory.connection_numbers();
    let year = assessment.as_of.saturating_sub(jiff::Span::new().years(1));
    let lists = inventory.parties.iter().map(|party| {
        let own = inventory.connections.iter().zip(&numbers);
        let own = own.filter(|(it, _)| it.party.id() == party.id.value);
        let items = own.map(|(connection, number)| {
            let thing = EntityRef::new(EntityKind::Connection, &connection.id.value);
            let last = last(assessment, &thing, connection);
            Item {
                number: *number,
                name: connection.name.value.clone(),
                purpose: connection.purpose.value.label(),
                transport: connection.transport.value.label(),
                sources: join(connection.sources.iter().map(|it| it.value.to_string())),
                notation: notation(connection),
                permitted: Text::list(&steps::permitted(inventory, connection)),
                hours: connection.hours.as_ref().map_or_else(String::new, |it| it.value.clone()),
                until: connection
                    .contract
                    .as_ref()
                    .and_then(|it| it.until.as_ref())
                    .map(|it| it.value),
                due: last.as_ref().is_none_or(|(on, _)| *on < year),
                last,
                thing,
            }
        });
        let contact = party.contacts.first().map(|it| {
            let parts = [Some(&it.name), it.email.as_ref(), it.phone.as_ref()];
            join(parts.into_iter().flatten().map(|it| it.value.clone()))
        });
        List {
            party: EntityRef::new(EntityKind::Party, &party.id.value),
            name: party.name.value.clone(),
            contact: contact.unwrap_or_default(),
            items: items.collect(),
        }
    });
    lists.filter(|it| !it.items.is_empty()).collect()
}

impl Item {
    /// The cells that were sent of it, on the list of a party: those of [`SENT`].
    fn sent(&self, list: &List, row: &Row<'_>) -> [Text; 11] {
        let until = self.until.map_or_else(String::new, |it| it.to_string());
        let same = |text: &str| Text::same(text.to_owned());
        // A list that an earlier version sent.
        let earlier = bare(&row.get(&PERMITTED)) == bare(&self.notation);
        let permitted = if earlier { same(&self.notation) } else { self.permitted.clone() };
        [
            same(&list.name),
            same(&list.contact),
            same(&self.number.to_string()),
            same(&self.name),
            self.purpose.clone(),
            self.transport.clone(),
            same(&self.sources),
            permitted,
            same(&self.hours),
            same(&until),
            same(&self.confirmed()),
        ]
    }

    /// When it was last recertified, and by whom: the words of the list.
    pub fn confirmed(&self) -> String {
        self.last.as_ref().map_or_else(String::new, |(on, by)| format!("{on} {by}"))
    }
}

/// The last recertification: the field of the connection, or what was recorded since.
fn last(
    assessment: &Assessment,
    thing: &EntityRef,
    connection: &Connection,
) -> Option<(Date, String)> {
    let field = connection.recertified.as_ref().map(|it| (it.on.value, it.by.value.clone()));
    let recorded = super::recorded(&assessment.inventory, thing)
        .filter(|it| it.how == Means::Recertification && it.result == Outcome::AsExpected)
        .filter_map(|it| Some((it.on?, it.by)));
    field.into_iter().chain(recorded).max_by_key(|(on, _)| *on)
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<String>>().join(", ")
}

/// What a connection permits, in the notation of the inventory.
fn notation(connection: &Connection) -> String {
    let allowed = connection.allow.iter().map(|it| {
        let services = join(it.services.iter().map(|it| Service::to_string(&it.value)));
        format!("{} {services}", it.to.value).trim().to_owned()
    });
    allowed.collect::<Vec<String>>().join("; ")
}

/// What came back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Returned {
    /// Confirmed as it is.
    pub confirmed: Vec<Answer>,
    /// Not needed any more: to be removed.
    pub unneeded: Vec<(EntityRef, String)>,
    /// Needed, but different from the list: the inventory is to be corrected first.
    pub changed: Vec<(EntityRef, String)>,
    /// Nobody answered.
    pub unanswered: Vec<EntityRef>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// Reads filled lists back. What stands on none of them was not answered either.
pub fn read(assessment: &Assessment, tables: &[Table]) -> Returned {
    let mut returned = Returned::default();
    let inventory = &assessment.inventory;
    let all: Vec<EntityRef> = inventory
        .connections
        .iter()
        .map(|it| EntityRef::new(EntityKind::Connection, &it.id.value))
        .collect();
    let lists = lists(assessment);
    let rows = || tables.iter().flat_map(Table::rows);
    let mut answered = BTreeSet::new();
    for table in tables {
        if !table.has(&THING) || !table.has(&NEEDED) {
            let says = Text::new(
                "「識別子」と「今も必要か」の列がありません",
                "there are no columns `id` and `still needed`",
            );
            returned.problems.push(Problem { line: 1, says });
            continue;
        }
        if let Some(says) = lacking(table, &SENT) {
            returned.problems.push(Problem { line: 1, says });
            continue;
        }
        for row in table.rows() {
            let Some(thing) = thing(&row.get(&THING)) else { continue };
            let problem = |says: Text| Problem { line: row.line, says };
            if !all.contains(&thing) {
                returned
                    .problems
                    .push(problem(text!("{thing} は台帳にありません", "{thing} is not declared")));
                continue;
            }
            let (needed, changed) = (yes(&row.get(&NEEDED)), yes(&row.get(&CHANGED)));
            let (on, by, note) = (row.get(&ON), row.get(&BY), row.get(&NOTE));
            if row.get(&NEEDED).is_empty() {
                continue;
            }
            answered.insert(thing.clone());
            let of_it = |it: &Row<'_>| {
                !it.get(&NEEDED).is_empty() && self::thing(&it.get(&THING)).as_ref() == Some(&thing)
            };
            let answers = rows().filter(of_it).count();
            if answers > 1 {
                returned.problems.push(problem(text!(
                    "{thing}: 回答が{answers}行あります。どれも採用していません",
                    "{thing}: there are {answers} rows with an answer; none was taken"
                )));
                continue;
            }
            let own = |list: &List| {
                let item = list.items.iter().find(|it| it.thing == thing)?;
                Some(altered(&row, &SENT, &item.sent(list, &row)))
            };
            let altered = lists.iter().find_map(own).unwrap_or_default();
            if needed == Some(true) && !altered.is_empty() {
                let why = refused(&altered);
                returned.problems.push(problem(text!("{thing}: {why}", "{thing}: {why}"; why)));
            }
            match (needed, changed) {
                (None, _) => {
                    let given = row.get(&NEEDED);
                    returned.problems.push(problem(text!(
                        "{thing}: 「{given}」が読めません（はい・いいえ）",
                        "{thing}: cannot read `{given}` (yes, no)"
                    )));
                }
                (Some(false), _) => returned.unneeded.push((thing.clone(), note)),
                (Some(true), Some(true)) => returned.changed.push((thing.clone(), note)),
                // What was left blank was not said.
                (Some(true), None) => returned.problems.push(problem(text!(
                    "{thing}: 変更の有無の記入がありません",
                    "{thing}: whether something changed is not said"
                ))),
                (Some(true), Some(false)) if !altered.is_empty() => {}
                (Some(true), Some(false)) => match done(&on, assessment.as_of) {
                    Ok(on) if !by.is_empty() => returned.confirmed.push(Answer {
                        thing: thing.clone(),
                        on,
                        by,
                        how: Means::Recertification,
                        result: Outcome::AsExpected,
                        note: Some(note).filter(|it| !it.is_empty()),
                    }),
                    Ok(_) => returned.problems.push(problem(text!(
                        "{thing}: 実施者の記入がありません",
                        "{thing}: by whom is missing"
                    ))),
                    Err(why) => returned
                        .problems
                        .push(problem(text!("{thing}: {why}", "{thing}: {why}"; why))),
                },
            }
        }
    }
    returned.unanswered = all.into_iter().filter(|it| !answered.contains(it)).collect();
    returned
}

fn yes(cell: &str) -> Option<bool> {
    match cell.trim().to_lowercase().as_str() {
        "はい" | "必要" | "○" | "〇" | "あり" | "有" | "有り" | "yes" | "y" => {
            Some(true)
        }
        "いいえ" | "不要" | "×" | "なし" | "無" | "無し" | "no" | "n" => Some(false),
        _ => None,
    }
}
