//! Nobody wrote down what those who come in have to show.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Connection, Inventory};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::model::words::Purpose;
use crate::rules::authority::{checklist, control};
use crate::rules::question::{enabled, entry_devices, opened_from_outside, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "authentication-not-stated",
    title: Text::new("認証方式の分からない外部接続", "a way in whose authentication is not known"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("13④"), checklist("2⑩")],
    remedy: Text::new(
        "接続するときに何を求められるか（個人別アカウント、パスワード、ワンタイムパスワード、証明書など）を事業者と機器の設定で確かめ、authentication にすべて書いてください。求められるものがなければ none と書いてください。",
        "Ask the party and look at the device what is demanded (personal accounts, passwords, one-time passwords, certificates), and state all of it under `authentication`; `none` if nothing is.",
    ),
    page: include_str!("authentication_not_stated.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for connection in &facts.inventory.connections {
        if people_come(connection.purpose.value)
            && opened_from_outside(connection)
            && connection.authentication.is_empty()
            && !told_by_device(facts.inventory, connection)
        {
            let name = &connection.name.value;
            out.push(Report::new(
                thing(EntityKind::Connection, connection),
                text!(
                    "外部接続「{name}」は外から院内に入れますが、認証方式が書かれていません",
                    "the connection `{name}` leads inside, but its authentication is not stated"
                ),
                connection.transport.span,
                text!("認証方式（authentication）がありません", "there is no `authentication`"),
            ));
        }
    }
}

/// Whether people of another organisation, or staff from outside, come in.
const fn people_come(purpose: Purpose) -> bool {
    matches!(purpose, Purpose::RemoteMaintenance | Purpose::Telework | Purpose::Outsourcing)
}

/// Whether the device that is entered states what it asks for.
fn told_by_device(inventory: &Inventory, connection: &Connection) -> bool {
    entry_devices(inventory, connection).any(|device| {
        let mut accesses = device.remote_access.iter().filter(|it| enabled(it));
        accesses.any(|it| {
            it.transport.value == connection.transport.value && !it.authentication.is_empty()
        })
    })
}
