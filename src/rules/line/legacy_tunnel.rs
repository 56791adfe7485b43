//! A tunnel that does not protect.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::words::Transport;
use crate::model::{EntityKind, Vocabulary as _};
use crate::rules::authority::control;
use crate::rules::boundary::{accepted_at_entry, accepting};
use crate::rules::question::{crosses_internet, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "legacy-tunnel",
    title: Text::new("保護の弱い旧式のトンネル", "an outdated tunnel that does not protect"),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑥"), control("13④")],
    remedy: Text::new(
        "IPsec+IKE など、暗号化と相手の認証を備えた方式に切り替えてください。",
        "Change to a tunnel that encrypts and authenticates, such as IPsec with IKE.",
    ),
    page: include_str!("legacy_tunnel.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    out.extend(accepting(inventory, concerned, what));
    for connection in &inventory.connections {
        let transport = &connection.transport;
        let told = accepted_at_entry(inventory, connection);
        if concerned(transport.value) && crosses_internet(inventory, connection) && !told {
            let (name, label) = (&connection.name.value, transport.value.label());
            out.push(Report::new(
                thing(EntityKind::Connection, connection),
                text!(
                    "外部接続「{name}」は{label}でインターネットを通ります",
                    "the connection `{name}` crosses the internet by {label}"; label
                ),
                transport.span,
                what(),
            ));
        }
    }
}

fn concerned(transport: Transport) -> bool {
    matches!(transport, Transport::Pptp | Transport::L2tp | Transport::Gre)
}

fn what() -> Text {
    text!("内容を守れない方式です", "this does not protect what it carries")
}
