//! TLS that authenticates the server only.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::words::{Authentication, Purpose, Transport};
use crate::model::{Answer, EntityKind};
use crate::rules::authority::control;
use crate::rules::question::{crosses_internet, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Spanned;
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "tls-without-client-certificate",
    title: Text::new("クライアント認証のないTLS接続", "TLS without a client certificate"),
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    references: &[control("13⑥")],
    remedy: Text::new(
        "クライアント証明書による認証を加え、TLS 1.3（難しい場合は1.2の高セキュリティ型）を使ってください。",
        "Add client certificates, and use TLS 1.3, or 1.2 in its high-security setting.",
    ),
    page: include_str!("tls_without_client_certificate.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for connection in &facts.inventory.connections {
        let harmless = connection.patient_data.as_ref().map(|it| it.value) == Some(Answer::No)
            || matches!(connection.purpose.value, Purpose::Internet | Purpose::Telemetry);
        let certificate = |it: &Spanned<_>| it.value == Authentication::ClientCertificate;
        if connection.transport.value != Transport::Tls
            || connection.authentication.iter().any(certificate)
            || harmless
            || !crosses_internet(facts.inventory, connection)
        {
            continue;
        }
        let name = &connection.name.value;
        out.push(Report::new(
            thing(EntityKind::Connection, connection),
            text!(
                "外部接続「{name}」は、クライアント証明書のないTLSでインターネットを通ります",
                "the connection `{name}` crosses the internet by TLS without client certificates"
            ),
            connection.transport.span,
            text!("サーバだけが認証されます", "only the server is authenticated"),
        ));
    }
}
