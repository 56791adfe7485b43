//! Maintainers share an account.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::model::words::Authentication;
use crate::rules::authority::control;
use crate::rules::question::{enabled, entry_devices, opened_from_outside, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Spanned;
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "shared-maintenance-account",
    title: Text::new("共用の保守用アカウント", "a shared maintenance account"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("10③")],
    remedy: Text::new(
        "保守要員ごとに専用のアカウントを発行し、共用アカウントを廃止してください。",
        "Give every maintainer an account of their own and remove the shared one.",
    ),
    page: include_str!("shared_maintenance_account.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for connection in &facts.inventory.connections {
        if let Some(account) = shared(&connection.authentication)
            && opened_from_outside(connection)
        {
            let name = &connection.name.value;
            out.push(Report::new(
                thing(EntityKind::Connection, connection),
                text!(
                    "外部接続「{name}」は共用アカウントで利用されています",
                    "the connection `{name}` is used with a shared account"
                ),
                account.span,
                text!("誰が使ったか分かりません", "who used it cannot be told"),
            ));
        }
    }
    for device in &facts.inventory.devices {
        let told = facts.inventory.connections.iter().any(|it| {
            entry_devices(facts.inventory, it).any(|at| at.id == device.id)
                && shared(&it.authentication).is_some()
        });
        let mut accesses = device.remote_access.iter().filter(|it| enabled(it));
        let account = accesses.find_map(|it| shared(&it.authentication));
        if let Some(account) = account
            && !told
        {
            let name = &device.name.value;
            out.push(Report::new(
                thing(EntityKind::Device, device),
                text!(
                    "「{name}」への接続に共用アカウントが使われています",
                    "`{name}` is entered with a shared account"
                ),
                account.span,
                text!("誰が使ったか分かりません", "who used it cannot be told"),
            ));
        }
    }
}

fn shared(means: &[Spanned<Authentication>]) -> Option<&Spanned<Authentication>> {
    let shared = |it: &&Spanned<_>| it.value == Authentication::SharedAccount;
    means.iter().find(shared)
}
