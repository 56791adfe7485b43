//! Dates that contradict each other, lie ahead, or have passed.

use super::EXPIRED;
use crate::inventory::records::Inventory;
use crate::locale::Text;
use crate::model::Date;
use crate::source::{Diagnostic, Mistakes, Spanned};
use crate::text;

type When = Option<Spanned<Date>>;

/// Reports an end before its beginning, something done that lies ahead, and what has expired.
pub(super) fn check(inventory: &Inventory, as_of: Date, out: &mut Mistakes) {
    order(inventory, out);
    ahead(inventory, as_of, out);
    expired(inventory, as_of, out);
}

fn order(inventory: &Inventory, out: &mut Mistakes) {
    let mut check = |first: &When, first_is: Text, second: &When, second_is: Text| {
        if let (Some(first), Some(second)) = (first, second)
            && second.value < first.value
        {
            out.push(
                Diagnostic::error(
                    "contradicting-dates",
                    text!(
                        "{second_is}が{first_is}より前です",
                        "{second_is} lies before {first_is}"; first_is, second_is
                    ),
                )
                .at(second.span, second_is)
                .at(first.span, first_is)
                .help(text!("どちらかの日付を直してください", "correct one of the dates")),
            );
        }
    };
    for connection in inventory.connections.iter() {
        if let Some(contract) = &connection.contract {
            check(
                &connection.introduced,
                Text::new("開始日", "the beginning"),
                &contract.until,
                Text::new("契約期限", "the end of the contract"),
            );
        }
        let recertified = connection.recertified.as_ref().map(|it| it.on);
        check(
            &connection.introduced,
            Text::new("開始日", "the beginning"),
            &recertified,
            Text::new("確認日", "the recertification"),
        );
    }
    for device in inventory.devices.iter() {
        check(
            &device.installed,
            Text::new("設置日", "the installation"),
            &device.updated,
            Text::new("更新日", "the last update"),
        );
    }
    for document in inventory.documents.iter() {
        check(
            &document.date,
            Text::new("作成日", "the day of writing"),
            &document.reviewed,
            Text::new("見直した日", "the review"),
        );
    }
}

fn ahead(inventory: &Inventory, as_of: Date, out: &mut Mistakes) {
    let mut done: Vec<&Spanned<Date>> = Vec::new();
    for party in inventory.parties.iter() {
        done.extend(&party.checklist_received);
    }
    for device in inventory.devices.iter() {
        done.extend(&device.updated);
        done.extend(device.mds_sds.as_ref().map(|it| &it.received));
    }
    for system in inventory.systems.iter() {
        done.extend(system.mds_sds.as_ref().map(|it| &it.received));
    }
    for connection in inventory.connections.iter() {
        done.extend(connection.recertified.as_ref().map(|it| &it.on));
    }
    for backup in inventory.backups.iter() {
        done.extend(&backup.verified);
        done.extend(&backup.restored);
    }
    for group in inventory.credential_groups.iter() {
        done.extend(&group.leaked);
        done.extend(&group.changed);
    }
    for document in inventory.documents.iter() {
        done.extend(&document.date);
        done.extend(&document.reviewed);
    }
    let ahead: Vec<_> = done.into_iter().filter(|date| date.value > as_of).collect();
    if ahead.len() > FEW {
        out.push(old_day(inventory, as_of, &ahead));
        return;
    }
    for date in ahead {
        let day = date.value;
        out.push(
            Diagnostic::warning(
                "future-date",
                text!(
                    "済んだはずの日付{day}が、基準日{as_of}より後です",
                    "{day} should have passed, but lies after {as_of}, the day that is judged"
                ),
            )
            .at(date.span, text!("まだ来ていない日です", "not yet"))
            .help(text!(
                "書き間違いでなければ、基準日（as_of）を新しくしてください",
                "if it is no slip, the inventory's as_of is too old"
            )),
        );
    }
}

/// More dates ahead than this have one cause.
const FEW: usize = 3;

/// Many things were done after the day that is judged: it is the day that is old.
fn old_day(inventory: &Inventory, as_of: Date, ahead: &[&Spanned<Date>]) -> Diagnostic {
    let count = ahead.len();
    let mut warning = Diagnostic::warning(
        "future-date",
        text!(
            "済んだはずの日付が{count}件、基準日{as_of}より後です",
            "{count} dates should have passed, but lie after {as_of}, the day that is judged"
        ),
    );
    if let Some(declared) = inventory.as_of.as_ref().filter(|it| it.value == as_of) {
        warning = warning.at(declared.span, text!("この基準日が古いようです", "this seems old"));
    }
    if let Some(latest) = ahead.iter().max_by_key(|it| it.value) {
        warning = warning.at(latest.span, text!("最も新しい日付です", "the latest of these dates"));
    }
    warning.help(text!(
        "基準日（as_of）を、台帳を見直した日に改めてください",
        "set as_of to the day on which the inventory was last reviewed"
    ))
}

fn expired(inventory: &Inventory, as_of: Date, out: &mut Mistakes) {
    let mut check = |date: Option<&Spanned<Date>>, what: Text, help: Text| {
        let Some(date) = date.filter(|date| date.value < as_of) else {
            return;
        };
        let day = date.value;
        out.push(
            Diagnostic::warning(
                EXPIRED,
                text!(
                    "{what}（{day}）が過ぎています",
                    "{what} ({day}) has passed"; what
                ),
            )
            .at(date.span, text!("基準日は{as_of}です", "the day that is judged is {as_of}"))
            .help(help),
        );
    };
    let support = || Text::new("サポートの終了日", "the end of support");
    let replace = || {
        text!(
            "更改の予定を立て、それまでの対策を決めてください",
            "plan its replacement and what protects it until then"
        )
    };
    for device in inventory.devices.iter() {
        check(device.support_until.as_ref(), support(), replace());
    }
    for system in inventory.systems.iter() {
        check(system.support_until.as_ref(), support(), replace());
    }
    for connection in inventory.connections.iter() {
        let until = connection.contract.as_ref().and_then(|it| it.until.as_ref());
        check(
            until,
            Text::new("契約期限", "the end of the contract"),
            text!(
                "契約を更新したなら日付を直し、終わったなら接続を外してください",
                "write the new date if it was renewed; if it ended, remove the connection"
            ),
        );
    }
    for waiver in &inventory.waivers {
        check(
            Some(&waiver.expires),
            Text::new("例外承認の期限", "the expiry of the waiver"),
            text!(
                "指摘事項を是正するか、改めて承認を受けてください",
                "mend the finding, or have it approved again"
            ),
        );
    }
}
