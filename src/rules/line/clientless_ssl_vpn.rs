//! An SSL-VPN without its own client.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::words::Transport;
use crate::model::{EntityKind, Vocabulary as _};
use crate::rules::authority::{control, question};
use crate::rules::boundary::{accepted_at_entry, accepting};
use crate::rules::question::thing;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "clientless-ssl-vpn",
    title: Text::new("クライアント型でないSSL-VPN", "a clientless SSL-VPN"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[question("シQ-40"), control("13⑥")],
    remedy: Text::new(
        "専用ソフトと端末の限定を備えたクライアント型のSSL-VPN、またはIPsec+IKEに切り替えてください。",
        "Change to a client SSL-VPN with limited terminals, or to IPsec with IKE.",
    ),
    page: include_str!("clientless_ssl_vpn.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    out.extend(accepting(inventory, concerned, what).map(|(_, report)| report));
    for connection in &inventory.connections {
        let transport = &connection.transport;
        let told = accepted_at_entry(inventory, connection);
        if concerned(transport.value) && !told {
            let (name, label) = (&connection.name.value, transport.value.label());
            out.push(Report::new(
                thing(EntityKind::Connection, connection),
                text!(
                    "外部接続「{name}」は{label}を使っています",
                    "the connection `{name}` uses {label}"; label
                ),
                transport.span,
                what(),
            ));
        }
    }
}

fn concerned(transport: Transport) -> bool {
    transport == Transport::SslVpnOther
}

fn what() -> Text {
    text!("偽サーバへの対策が弱い方式です", "weak against fake servers")
}
