//! The hospital of real programs, the second tier: nginx, OpenSSH, net-snmp, dnsmasq, OpenVPN,
//! strongSwan, WireGuard, lldpd, Orthanc and DCMTK in and around it. Taps watch what they say to each
//! other, then probes ask from every side, and one audit joins both. The truth is measured with
//! packets: plain connections from every side, and sniffers in every namespace.

use super::asked::{FOUND, everywhere};
use super::daemons::{Daemons, is_root};
use super::declared::{INVENTORY, VANTAGES};
use super::ground::Ground;
use super::{kinds, sniffer};
use crate::support::{read, told};
use sekisho::audit::audit;
use sekisho::evidence::{EvidenceSet, file};
use sekisho::model::{EntityRef, Vocabulary as _};
use sekisho::observation::{Observation, Piece};
use sekisho::rules::PACKS;
use sekisho::wire::words::Spoken;
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::IpAddr;
use std::process::{Child, ChildStderr, Command, Stdio};

/// What is planted beside the rest: an engineer's tunnel outwards, a vendor's inwards, and the
/// firewall's own services for everybody.
const PLANTED: &str = r#"
insert rule inet filter forward iifname "off" oifname "wan" udp dport { 1194, 51820 } accept
insert rule inet filter input udp dport { 161, 500, 1194, 4500 } accept
add chain ip nat postrouting { type nat hook postrouting priority srcnat; }
add rule ip nat postrouting oifname "wan" masquerade
insert rule ip nat prerouting iifname "wan" tcp dport 8042 dnat to 10.10.10.20
"#;

/// Called so in an image, and nowhere else.
const PATIENT: &str = "KNOWN^NOBODY";

/// The segments at which a tap stands.
const TAPS: [&str; 4] = ["wan", "srv", "off", "mod"];

/// Builds the hospital, watches it, asks it, audits it.
pub fn holds(planted: bool) {
    let began = std::time::Instant::now();
    let mut ground = Ground::bare(if planted { "real-planted" } else { "real" }, planted);
    ground.serve(|port| ![22, 104, 443].contains(&port));
    ground.at("fw", "nft -f -", kinds::RULES);
    if planted {
        ground.at("fw", "nft -f -", PLANTED);
    }
    let mut daemons = Daemons::new(&ground, planted);
    for node in ["ehr", "pacs", "edge", "ct", "fw"] {
        daemons.sshd(node);
    }
    for node in ["ehr", "pacs", "edge"] {
        daemons.nginx(node);
    }
    daemons.orthanc("pacs", "PACS");
    daemons.storescp("ct", "CT");
    daemons.snmpd("fw");
    daemons.dnsmasq("edge");
    for (node, ports) in
        [("ehr", &[22, 443][..]), ("pacs", &[22, 104, 443, 8042]), ("edge", &[22, 443])]
    {
        daemons.stand(node, ports);
    }
    daemons.stand("ct", &[22, 104]);
    // The firewall lets nobody in but the office, not even itself.
    daemons.says("fw-sshd", "Server listening on ::");
    sniffer::start(&ground);
    let taps = TAPS.map(|it| Tap::begin(&ground, &daemons, it));
    talk(&ground, &mut daemons, planted);
    let pieces: Vec<Piece> = taps.into_iter().map(Tap::end).collect();
    // What says something of its own accord would be counted with what the probes send.
    let own = ["begins", "net-openvpn", "pc-openvpn", "net-wireguard", "pc-wireguard"];
    daemons.end(&[&own[..], &["fw-lldpd", "net-lldpd"]].concat());
    as_arrived(&ground, &pieces);
    spoken(&pieces, planted);
    let asked = everywhere(&ground, planted);
    let journals = asked.iter().map(|it| (it.vantage.node, it.journal.clone()));
    audited(pieces, journals, planted);
    if planted {
        daemons.openvpn_server("fw");
    }
    kinds::holds(&ground, planted);
    let took = began.elapsed();
    eprintln!("real programs (planted: {planted}): {:.1} s", took.as_secs_f32());
    assert!(took.as_secs() < 90, "it took {took:?}");
}

/// A tap at work.
struct Tap {
    child: Child,
    said: BufReader<ChildStderr>,
    evidence: String,
}

impl Tap {
    fn begin(ground: &Ground, daemons: &Daemons<'_>, segment: &str) -> Self {
        let evidence = daemons.path(&format!("{segment}.jsonl.zst"));
        let mut child = Command::new("ip")
            .args(["netns", "exec", &ground.name("fw"), env!("CARGO_BIN_EXE_sekisho")])
            .args(["--lang", "en", "observe", "live", segment, "--tap", segment, "-o", &evidence])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let ready = said.by_ref().lines().map_while(Result::ok).any(|it| it.contains("observing"));
        assert!(ready, "the tap at {segment} never began");
        Self { child, said, evidence }
    }

    fn end(mut self) -> Piece {
        let kill = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(kill.unwrap().success());
        let said: Vec<String> = self.said.lines().map_while(Result::ok).collect();
        assert!(self.child.wait().unwrap().success(), "{said:?}");
        let read = file::read(std::fs::File::open(&self.evidence).unwrap()).unwrap().observation;
        let piece = read.pieces.into_values().next().expect("a piece");
        assert_eq!(piece.counts.dropped, Some(0), "{}", piece.tap);
        let told = format!("{piece:?}");
        assert!(!told.contains("NOBODY"), "a patient is told by the tap at {}", piece.tap);
        piece
    }
}

/// What goes on in the hospital on an ordinary day, and what is planted.
fn talk(ground: &Ground, daemons: &mut Daemons<'_>, planted: bool) {
    let web = |node: &str, to: &str| {
        ground.at(node, &format!("curl -sk -o /dev/null --retry 2 --max-time 5 https://{to}/"), "");
    };
    let ssh = |node: &str, to: &str| {
        ground.at(node, &format!("ssh-keyscan -T 5 -t ed25519 {to}"), "");
    };
    let dicom = |node: &str, program: &str, titles: (&str, &str), to: &str, more: &str| {
        let (calling, called) = titles;
        ground.at(node, &format!("{program} -aet {calling} -aec {called} {to} 104 {more}"), "");
    };
    dicom("ct", "echoscu", ("CT", "PACS"), "10.10.10.20", "");
    dicom("ct", "storescu", ("CT", "PACS"), "10.10.10.20", &daemons.image(PATIENT));
    let stored = ground.at("pacs", "curl -s http://127.0.0.1:8042/instances", "");
    assert_eq!(stored.matches('"').count(), 2, "one image is stored: {stored}");
    dicom("vc", "echoscu", ("CARE", "CT"), "10.10.50.10", "");
    let announces = is_root();
    if announces {
        daemons.lldpd("fw", "fw");
    }
    web("pc", "10.10.10.10");
    web("pc", "10.10.10.20");
    web("net", "203.0.113.2");
    ssh("va", "10.10.10.10");
    ssh("pc", "10.10.20.1");
    // Who knocks in vain is no way in: strongSwan of somebody outside, whom nobody answers unless planted.
    daemons.charon(("fw", "203.0.113.2"), ("net", "203.0.113.1"));
    if planted {
        daemons.swanctl("begins", &["--initiate", "--ike", "line", "--timeout", "10"]);
        daemons.openvpn("net", "pc", "203.0.113.1");
        daemons.says("pc-openvpn", "Initialization Sequence Completed");
        daemons.wireguard("net", "pc", "203.0.113.1");
        if announces {
            daemons.lldpd("net", "vendor-sw-3");
            daemons.hears("fw", "vendor-sw-3");
        }
        dicom("ct", "echoscu", ("TEST", "PACS"), "10.10.10.20", "");
        dicom("va", "echoscu", ("CARE", "PACS"), "10.10.10.20", "");
        ground.at("net", "curl -s -o /dev/null --max-time 5 http://203.0.113.2:8042/system", "");
        web("net", "203.0.113.2:8443");
        ssh("va", "10.10.10.20");
        ssh("vc", "10.10.50.10");
        ground.at("va", "snmpget -v2c -c public -t 3 172.30.1.1 1.3.6.1.2.1.1.5.0", "");
    } else {
        let socket = format!("unix://{}", daemons.path("begins.vici"));
        let line = format!("swanctl --initiate --ike line --timeout 2 --uri {socket}");
        let mut words = line.split_whitespace();
        let tried = Command::new(words.next().unwrap()).args(words).output().unwrap();
        assert!(!tried.status.success(), "the firewall answers IKE in the clean hospital");
    }
}

/// What the tap before the servers tells of sessions to them is what arrived at them, and no more.
fn as_arrived(ground: &Ground, pieces: &[Piece]) {
    let tap = pieces.iter().find(|it| it.tap == "srv").unwrap();
    let mut askers: Vec<IpAddr> = VANTAGES.iter().flat_map(|it| it.askers()).collect();
    askers.push("10.10.50.10".parse().unwrap());
    for (node, address) in [("ehr", "10.10.10.10"), ("pacs", "10.10.10.20")] {
        let address: IpAddr = address.parse().unwrap();
        let arrived = sniffer::seen(ground, node, &askers);
        let told = tap.conversations.iter().filter(|it| it.to == address && it.answered);
        let told: BTreeSet<_> =
            told.map(|it| (it.from, it.to, it.protocol, it.port.unwrap_or(0))).collect();
        assert!(!told.is_empty(), "the tap saw nothing for {node}");
        assert_eq!(told, arrived, "{node}");
    }
}

/// What the programs speak, told by what they say; and nothing else.
fn spoken(pieces: &[Piece], planted: bool) {
    let said = |tap: &str| -> BTreeSet<Spoken> {
        let piece = pieces.iter().find(|it| it.tap == tap).unwrap();
        let answered = piece.conversations.iter().filter(|it| it.answered);
        answered.flat_map(|it| it.speech.iter().map(|it| it.spoken)).collect()
    };
    use Spoken::{Dicom, Http, Ike, OpenVpn, Ssh, Tls, WireGuard};
    let all: [(&str, &[Spoken], &[Spoken]); 4] = [
        ("srv", &[Ssh, Tls, Dicom], &[Http]),
        ("wan", &[Tls], &[Http, Ike, OpenVpn, WireGuard]),
        ("off", &[Ssh, Tls], &[OpenVpn, WireGuard]),
        ("mod", &[Dicom], &[Ssh]),
    ];
    for (tap, always, more) in all {
        let more = more.iter().filter(|_| planted);
        assert_eq!(said(tap), always.iter().chain(more).copied().collect(), "{tap}");
    }
    let called = |piece: &Piece| -> BTreeSet<String> {
        piece.neighbours.iter().map(|it| it.announced.system.clone()).collect()
    };
    let wan = pieces.iter().find(|it| it.tap == "wan").map(called).unwrap_or_default();
    let stranger = planted.then_some("vendor-sw-3");
    let all = ["fw"].into_iter().chain(stranger).filter(|_| is_root());
    assert_eq!(wan, all.map(str::to_owned).collect());
}

/// The inventory of the probes knows nothing of the office's PC, which taps see.
const PC: &str = "
  pc: {name: pc, kind: other, class: terminal, zone: off, addresses: [10.10.20.30]}
parties:
";

/// What taps must find in the planted hospital, rule by rule.
const SEEN: &[&str] = &[
    "inbound-access-seen paths/fw.from-outside-pacs-8042-tcp",
    "inbound-access-seen paths/fw.from-outside-pacs-HTTPS-443-tcp",
    "party-seen-beyond-permission connections/ehr-care",
    "undeclared-ae-title-seen systems/ct",
    "undeclared-neighbour-seen devices/mac",
    "undeclared-tunnel-seen paths/fw.ike-203-0-113-2",
    "undeclared-tunnel-seen paths/fw.openvpn-10-10-20-30",
    "undeclared-tunnel-seen paths/fw.wireguard-10-10-20-30",
    "unknown-device-seen zones/mod",
];

/// Both kinds of evidence in one audit: each thing that is planted is a finding, and nothing else is.
fn audited(
    pieces: Vec<Piece>,
    journals: impl Iterator<Item = (&'static str, String)>,
    planted: bool,
) {
    let (mut sources, reading) = read(&INVENTORY.replace("\nparties:\n", PC));
    assert!(reading.is_sound(), "{}", told(&sources, &reading));
    let mut evidence = EvidenceSet::default();
    let mut observed = Observation::default();
    pieces.into_iter().for_each(|it| observed.add(it));
    for piece in observed.pieces.into_values() {
        evidence.observe(&mut sources, piece);
    }
    for (node, journal) in journals {
        evidence.probe(&format!("{node}.jsonl"), journal);
    }
    evidence.list(&mut sources);
    assert!(evidence.unread.is_empty(), "{:?}", evidence.unread);
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let assessment = audit(reading.inventory, evidence, today);
    let packs: Vec<_> = PACKS.iter().filter(|it| ["probed", "observed"].contains(&it.id)).collect();
    let of_packets = |rule: &str| packs.iter().any(|it| it.rules.iter().any(|it| it.id == rule));
    let found = assessment.findings.iter().filter(|it| of_packets(it.rule));
    // Without a witness no line is proved to be isolated: true of both hospitals.
    let found = found.filter(|it| it.rule != "isolation-unproved");
    let subject = |it: &EntityRef| match it.id.starts_with("mac-") {
        true => format!("{}/mac", it.kind.key()), // by chance, of a cable
        false => it.to_string(),
    };
    let found = found.map(|it| format!("{} {}", it.rule, subject(&it.subject)));
    let found: BTreeSet<String> = found.collect();
    let expected = if planted { [FOUND, SEEN].concat() } else { Vec::new() };
    let expected = expected.into_iter().filter(|it| is_root() || !it.contains("neighbour"));
    let expected: BTreeSet<String> = expected.map(str::to_owned).collect();
    assert_eq!(found, expected);
}
