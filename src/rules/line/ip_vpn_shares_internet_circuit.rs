//! A closed network on a line that also carries the internet.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::words::{CircuitKind, Purpose, Transport};
use crate::model::{Answer, EntityKind};
use crate::rules::authority::control;
use crate::rules::question::{leads_to_internet, name, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "ip-vpn-shares-internet-circuit",
    title: Text::new(
        "インターネットと回線を共用するIP-VPN",
        "an IP-VPN that shares its line with the internet",
    ),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("13②"), control("13.1.2")],
    remedy: Text::new(
        "IP-VPN専用の回線と終端装置に分けてください。分けられない場合は、開かれた網としてIPsec+IKEを重ねてください。",
        "Give the IP-VPN a line and terminal of its own; where that is impossible, treat it as open and add IPsec with IKE.",
    ),
    page: include_str!("ip_vpn_shares_internet_circuit.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    for circuit in &inventory.circuits {
        let mut users = inventory.connections.iter().filter(|it| {
            let on = it.circuit.as_ref();
            on.is_some_and(|on| on.id() == circuit.id.value)
        });
        let mut internet = users.clone().filter(|it| it.purpose.value == Purpose::Internet);
        let closed_user = users.find(|it| it.transport.value == Transport::IpVpn);
        let shared = circuit.shared_with_internet.as_ref();
        let stated = shared.filter(|it| it.value != Answer::No);
        let place = match (circuit.kind.value, stated, closed_user, internet.next()) {
            (CircuitKind::IpVpn, Some(stated), _, _) => stated.span,
            (CircuitKind::IpVpn, None, _, Some(user)) => {
                user.circuit.as_ref().map_or(user.span, |it| it.span)
            }
            (kind, _, Some(user), _) if leads_to_internet(kind) => user.transport.span,
            _ => continue,
        };
        let subject = thing(EntityKind::Circuit, circuit);
        let name = name(inventory, &subject);
        let unknown = stated.is_some_and(|it| it.value == Answer::Unknown);
        let message = if unknown {
            text!(
                "IP-VPNの回線「{name}」を、インターネットの利用と共用していないか確認されていません",
                "whether the IP-VPN on the circuit `{name}` shares it with internet use is not known"; name
            )
        } else {
            text!(
                "IP-VPNの回線「{name}」を、インターネットの利用と共用しています",
                "the IP-VPN on the circuit `{name}` shares it with internet use"; name
            )
        };
        let what = text!("閉域とはみなせません", "it cannot count as closed");
        let report = Report::new(subject, message, place, what);
        out.push(if unknown {
            report.severity(Severity::Low).confidence(Confidence::Low)
        } else {
            report
        });
    }
}
