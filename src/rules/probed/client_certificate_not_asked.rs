//! A line is declared to use client certificates, and its server asks for none.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Connection, Entry};
use crate::locale::Text;
use crate::model::words::{Authentication, Purpose, Transport};
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::control;
use crate::rules::probing::{details, permitted, run, told};
use crate::rules::question::thing;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use crate::topology::probed::Asked;

pub(super) static RULE: Rule = Rule {
    id: "client-certificate-not-asked",
    title: Text::new(
        "クライアント証明書を求めないサーバ",
        "a server that asks for no client certificate",
    ),
    severity: Severity::High,
    confidence: Confidence::Medium,
    references: &[control("13⑥"), control("13④")],
    remedy: Text::new(
        "サーバでクライアント証明書の要求（必須）を有効にしてください。求めない仕様なら、台帳の接続方式と認証方式を実際に合わせて改め、別の認証を検討してください。",
        "Make the server require client certificates. If it is meant not to, correct transport and authentication in the inventory and think of another means.",
    ),
    page: include_str!("client_certificate_not_asked.md"),
    check: Check::Facts(check),
};

/// What a server says that asks for none.
const NOT_ASKED: [&str; 4] = ["no", "none", "not-requested", "not requested"];

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for connection in facts.inventory.connections.iter().filter(|it| needs(it)) {
        let all = facts.topology.probed().asked.iter().filter(|it| it.is_open());
        let own = all.filter(|it| is_of(facts, it, connection));
        let bare: Vec<&Asked> = own
            .filter(|it| details(it, &["client-certificate"]).any(|it| NOT_ASKED.contains(&it)))
            .collect();
        let name = &connection.name.value;
        let message = text!(
            "外部接続「{name}」のサーバは、クライアント証明書を求めません",
            "the server of the connection `{name}` asks for no client certificate"
        );
        let mut places = bare.iter().map(|it| told(it));
        let Some((span, here)) = places.next() else { continue };
        let subject = thing(EntityKind::Connection, connection);
        let stated = text!(
            "台帳ではクライアント証明書を使う接続です",
            "declared to use client certificates"
        );
        let report = Report::new(subject, message, span, here).also_all(places);
        out.push(report.also_at((connection.transport.span, stated)));
    }
}

/// Whether a connection must use client certificates: it says so, or claims go over it by TLS alone.
fn needs(connection: &Connection) -> bool {
    let mut means = connection.authentication.iter();
    let transport = connection.transport.value;
    transport == Transport::TlsMtls
        || transport == Transport::Tls
            && (means.any(|it| it.value == Authentication::ClientCertificate)
                || connection.purpose.value == Purpose::EligibilityClaims)
}

/// Whether a question went to the server of a connection: to the party, or from its far end to what
/// it may reach.
fn is_of(facts: &Facts<'_>, asked: &Asked, connection: &Entry<Connection>) -> bool {
    let subject = thing(EntityKind::Connection, connection);
    let party = EntityRef::new(EntityKind::Party, connection.party.id());
    let over = run(facts, asked).is_some_and(|it| it.from == subject);
    let named = connection.allow.iter().flat_map(|it| &it.services);
    let mut named = named.filter_map(|it| Some(it.value.includes(asked.service()?))).peekable();
    let spoken = named.peek().is_none() || named.any(|it| it);
    over && permitted(facts, asked).is_some()
        || asked.owner.thing.as_ref() == Some(&party) && spoken
}
