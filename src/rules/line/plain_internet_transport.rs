//! A connection crosses the internet unprotected.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::words::{Purpose, Transport};
use crate::model::{Answer, EntityKind};
use crate::rules::authority::control;
use crate::rules::question::{inbound, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "plain-internet-transport",
    title: Text::new("暗号化のないインターネット接続", "a connection over the plain internet"),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑥"), control("13②")],
    remedy: Text::new(
        "IPsec+IKE、またはクライアント証明書を使うTLSに切り替えるか、閉域の回線に移してください。",
        "Change to IPsec with IKE or TLS with client certificates, or move to a closed line.",
    ),
    page: include_str!("plain_internet_transport.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for connection in &facts.inventory.connections {
        let patients = connection.patient_data.as_ref().map(|it| it.value) == Some(Answer::Yes);
        // Looking at web pages is what the internet is for.
        let browsing =
            connection.purpose.value == Purpose::Internet && inbound(connection).next().is_none();
        if connection.transport.value != Transport::PlainInternet || (browsing && !patients) {
            continue;
        }
        let name = &connection.name.value;
        let report = Report::new(
            thing(EntityKind::Connection, connection),
            text!(
                "外部接続「{name}」は、暗号化されずにインターネットを通ります",
                "the connection `{name}` crosses the internet unprotected"
            ),
            connection.transport.span,
            text!("途中で読まれ、書き換えられます", "it can be read and altered on the way"),
        );
        out.push(if patients { report.severity(Severity::Critical) } else { report });
    }
}
