//! The hospital of real programs asked in other ways than by connections: SNMPv3 discovery, IKE,
//! OpenVPN and DNS in single packets, hand-shakes of TLS, the greeting of SSH. The truth is measured
//! with packets that the product does not know, and nothing but the plan arrives.

use super::declared::{INVENTORY, Vantage, scope};
use super::desk::Desk;
use super::ground::Ground;
use super::sniffer;
use crate::support::{read, told};
use sekisho::audit::audit;
use sekisho::evidence::EvidenceSet;
use sekisho::model::words::Verdict;
use sekisho::probe::verdict::{Judged, verdicts};
use sekisho::probe::{Expectation, Kind, Plan};
use sekisho::rules::PACKS;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// What is declared beside the rest: who serves names, what the firewall is managed and entered by.
fn inventory() -> String {
    let all = [
        (
            "management: {services: [22/tcp], from: [off]}",
            "management: {services: [22/tcp, 161/udp], from: [off]}
    remote_access:
      - {transport: ipsec-ike, services: [500/udp], from: [va], authentication: [client-certificate]}
      - {transport: ssl-vpn-client, services: [1194/udp], from: [va], authentication: [client-certificate]}",
        ),
        (
            "10.10.10.12], services: [22/tcp, 443/tcp]}",
            "10.10.10.12], services: [22/tcp, 443/tcp, 53/udp]}",
        ),
        ("\nflows:\n", "\nflows:\n  - {from: off, to: edge, services: [53/udp]}\n"),
    ];
    all.iter().fold(INVENTORY.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    })
}

/// What the firewall lets pass of it, in both hospitals.
pub const RULES: &str = r#"
insert rule inet filter forward iifname "off" ip daddr 10.10.10.8 udp dport 53 accept
insert rule inet filter input iifname "off" udp dport 161 accept
"#;

/// Who asks whom, how.
const ASKED: &[Vantage] = &[
    Vantage {
        node: "net",
        from: "portal",
        addresses: &["203.0.113.1"],
        targets: "
  - {to: [203.0.113.2], services: [161/udp, 500/udp, 1194/udp], kinds: [snmpv3-discovery, ike-sa-init, openvpn-reset]}",
    },
    Vantage {
        node: "va",
        from: "ehr-care",
        addresses: &["172.30.1.10"],
        targets: "
  - {to: [172.30.1.1], services: [161/udp], kinds: [snmpv3-discovery]}
  - {to: [10.10.10.10], services: [22/tcp], kinds: [tcp-connect, ssh-banner]}",
    },
    Vantage {
        node: "pc",
        from: "off",
        addresses: &["10.10.20.30"],
        targets: "
  - {to: [10.10.10.8], services: [53/udp], kinds: [dns]}
  - {to: [10.10.20.1], services: [161/udp, 22/tcp], kinds: [snmpv3-discovery, tcp-connect, ssh-banner]}
  - {to: [10.10.10.10], services: [443/tcp], kinds: [tcp-connect, tls-handshake]}",
    },
];

/// One packet as each protocol begins, and whether anything comes back: the names' is RFC 1035's, the
/// agent's is a question of SNMPv2c, the tunnel's is a hard reset of OpenVPN.
const KNOCK: &str = r#"
import socket, sys
first = {
    "53": "123401000001000000000000076578616d706c650000010001",
    "161": "302602010104067075626c6963a019020101020100020100300e300c06082b060102010101000500",
    "1194": "380102030405060708000000000000"[:28],
}
for line in sys.stdin:
    to, port = line.split()
    asks = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    asks.settimeout(1.5)
    asks.connect((to, int(port)))
    try:
        asks.send(bytes.fromhex(first[port]))
        asks.recv(2048)
        print("open", to, port)
    except OSError:
        pass
"#;

/// A question of the truth: from which node, whom, at which port, and whether it is open at all times
/// or only when something is planted.
const TRUTH: &[(&str, &str, u16, bool)] = &[
    ("net", "203.0.113.2", 161, false),
    ("net", "203.0.113.2", 1194, false),
    ("va", "172.30.1.1", 161, false),
    ("pc", "10.10.10.8", 53, true),
    ("pc", "10.10.20.1", 161, true),
];

/// What the planted hospital must be found to do; whatever the firewall answers is one finding.
const FOUND: &[&str] =
    &["certificate-expired systems/ehr", "management-answers-from-outside devices/fw"];

/// Asks in every way, and audits what came back.
pub fn holds(ground: &Ground, planted: bool) {
    let script = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(script.path(), KNOCK).unwrap();
    for vantage in ASKED {
        let here = TRUTH.iter().filter(|it| it.0 == vantage.node);
        let orders: String = here.clone().map(|it| format!("{} {}\n", it.1, it.2)).collect();
        let said =
            ground.at(vantage.node, &format!("python3 {}", script.path().display()), &orders);
        for (_, to, port, always) in here {
            let open = said.contains(&format!("open {to} {port}"));
            assert_eq!(open, *always || planted, "{} to {to} {port}: {said}", vantage.node);
        }
    }
    sniffer::start(ground);
    let asked: Vec<(Plan, String)> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            ASKED.iter().map(|it| scope.spawn(move || ask(ground, it, planted))).collect();
        threads.into_iter().map(|it| it.join().unwrap()).collect()
    });
    for (vantage, (plan, _)) in ASKED.iter().zip(&asked) {
        within(ground, vantage, plan);
    }
    audited(asked.into_iter().map(|it| it.1), planted);
}

/// Asks from one place, and compares with the truth.
fn ask(ground: &Ground, vantage: &Vantage, planted: bool) -> (Plan, String) {
    let desk = Desk::new(&scope(vantage.from, vantage.targets, ""));
    desk.write("inventory.yaml", &inventory());
    let namespace = ground.name(vantage.node);
    let plan = desk.planned(&namespace, vantage.from, &[]);
    let journal = desk.carry_out(&namespace, || {});
    let mut files = desk.files();
    files.sort();
    let text = std::fs::read_to_string(files.pop().unwrap()).unwrap();
    let judged = verdicts(&[journal], &[], &Default::default());
    assert_eq!(judged.len(), plan.questions.len(), "{}", vantage.node);
    judged.iter().for_each(|it| as_it_is(it, vantage, planted));
    (plan, text)
}

fn as_it_is(it: &Judged, vantage: &Vantage, planted: bool) {
    let question = &it.question;
    let reached = it.verdict == Verdict::Reachable;
    let must = question.expect != Expectation::NoAnswer;
    assert_eq!(reached, must || planted, "{}: {it:#?}", vantage.node);
    let measured = TRUTH.iter().any(|known| {
        (known.0, known.2) == (vantage.node, question.port) && question.to.to_string() == known.1
    });
    // The truth of IKE is that of strongSwan itself, which has shaken hands, or could not.
    let elsewhere = question.kind.is_by_tcp() || question.kind == Kind::IkeInit;
    assert!(measured || elsewhere, "nobody measured {question:?}");
}

/// Every packet that arrived anywhere was one of the plan.
fn within(ground: &Ground, vantage: &Vantage, plan: &Plan) {
    let protocol = |kind: Kind| if kind.is_by_tcp() { 6 } else { 17 };
    let planned = plan.questions.iter().map(|it| (it.to, protocol(it.kind), it.port));
    let planned: BTreeSet<(IpAddr, u8, u16)> = planned.collect();
    let mut arrived = BTreeSet::new();
    for node in ground.nodes() {
        for (_, to, protocol, port) in sniffer::seen(ground, node, &vantage.askers()) {
            // The system tells whoever repeats an answer that nobody waits for it any more.
            if protocol == 1 && planned.iter().any(|it| it.0 == to) {
                continue;
            }
            let is_planned = planned.contains(&(to, protocol, port));
            assert!(is_planned, "{}: {to} {protocol} {port} at {node}", vantage.node);
            arrived.insert((to, protocol, port));
        }
    }
    assert!(arrived.is_superset(&planned), "{}: {arrived:?}", vantage.node);
}

/// Each thing that is planted is a finding, and nothing else is.
fn audited(journals: impl Iterator<Item = String>, planted: bool) {
    let (mut sources, reading) = read(&inventory());
    assert!(reading.is_sound(), "{}", told(&sources, &reading));
    let mut evidence = EvidenceSet::default();
    for (vantage, journal) in ASKED.iter().zip(journals) {
        evidence.probe(&format!("{}.jsonl", vantage.node), journal);
    }
    evidence.list(&mut sources);
    assert!(evidence.unread.is_empty(), "{:?}", evidence.unread);
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let assessment = audit(reading.inventory, evidence, today);
    let pack = PACKS.iter().find(|it| it.id == "probed").unwrap();
    let found = assessment.findings.iter().filter(|it| {
        it.rule != "isolation-unproved" && pack.rules.iter().any(|rule| rule.id == it.rule)
    });
    let found: BTreeSet<String> = found.map(|it| format!("{} {}", it.rule, it.subject)).collect();
    let expected = if planted { FOUND } else { &[] };
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}
