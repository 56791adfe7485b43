//! Drafts from configurations: they are read as inventories, say where everything comes from, and
//! hold nothing that is declared already and no secret.

use crate::support::{root, today};
use sekisho::draft::{Draft, Material, draft};
use sekisho::evidence::EvidenceSet;
use sekisho::inventory;
use sekisho::locale::Lang;
use sekisho::source::SourceMap;
use sekisho::topology;
use std::fs;

/// Two sites, a port forward, and people who come in.
const ROUTER: &str = "\
# RTX830 Rev.15.02.17
ip route default gateway pp 1
ip route 192.168.20.0/24 gateway tunnel 1
ip lan1 address 10.10.254.1/16
pp select 1
 pp always-on on
 pppoe use lan2
 pp auth myname user@example.net PlantedSecretOfThePppoeLine
 ip pp address 203.0.113.10/32
 ip pp nat descriptor 1
 pp enable 1
tunnel select 1
 ipsec tunnel 101
  ipsec sa policy 101 1 esp aes-cbc sha-hmac
  ipsec ike pre-shared-key 1 text PlantedSecretOfTheTunnel
  ipsec ike remote address 1 198.51.100.20
 tunnel enable 1
nat descriptor type 1 masquerade
nat descriptor masquerade static 1 1 10.10.1.20 tcp 443
";

/// What `--into` does: an inventory and configurations that go with it.
fn drafted(declared: &str, configurations: &[(&str, &str)]) -> (Draft, usize) {
    let mut sources = SourceMap::new();
    let files = match declared {
        "" => Vec::new(),
        text => vec![sources.add("inventory.yaml", text.to_owned())],
    };
    let reading = inventory::read(&sources, &files, today());
    assert!(reading.is_sound(), "{:?}", reading.diagnostics);
    let mut evidence = EvidenceSet::default();
    for (name, text) in configurations {
        evidence.add(&mut sources, name, text.as_bytes(), None, None);
    }
    let topology = topology::build(&reading.inventory, &evidence);
    let material = Material {
        sources: &sources,
        inventory: &reading.inventory,
        evidence: &evidence,
        topology: &topology,
        lang: Lang::Ja,
    };
    let draft = draft(material);
    let mut all = SourceMap::new();
    let mut files: Vec<_> = [declared]
        .iter()
        .filter(|it| !it.is_empty())
        .map(|it| all.add("a", (*it).to_owned()))
        .collect();
    if draft.things > 0 {
        files.push(all.add("draft.yaml", draft.text.clone()));
    }
    let again = inventory::read(&all, &files, today());
    assert!(again.is_sound(), "{:#?}\n{}", again.diagnostics, draft.text);
    (draft, again.inventory.connections.len())
}

#[test]
fn every_fixture_gives_a_draft_that_is_an_inventory() {
    let mut drafts = 0;
    for (_, path, bytes) in crate::config::fixtures() {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (draft, _) = drafted("", &[(&name, &text)]);
        drafts += draft.things;
    }
    assert!(drafts > 0);
}

#[test]
fn a_draft_says_what_the_device_does_and_where_that_stands() {
    let (draft, connections) = drafted("", &[("vpn1.txt", ROUTER)]);
    assert_eq!(connections, 1);
    for part in [
        "kind: router",
        "vendor: \"yamaha\"",
        "model: \"RTX830\"",
        "networks: [\"10.10.0.0/16\"]",
        "transport: ipsec-ike",
        "networks: [\"198.51.100.20/32\"]",
        "listen: 443/tcp, to: host-10-10-1-20",
        "要確認",
        "[vpn1.txt:12]",
    ] {
        assert!(draft.text.contains(part), "no {part} in\n{}", draft.text);
    }
    assert!(!draft.text.contains("Planted"), "{}", draft.text);
}

#[test]
fn a_draft_that_was_accepted_leaves_nothing_to_draft() {
    let (first, _) = drafted("", &[("vpn1.txt", ROUTER)]);
    let (second, _) = drafted(&first.text, &[("vpn1.txt", ROUTER)]);
    assert_eq!(second.things, 0, "{}", second.text);
}

#[test]
fn what_is_declared_is_referred_to_and_not_drafted_again() {
    let declared = "\
schema: 1
organization: {name: 青葉市立病院}
zones: {clinical: {name: 診療系, kind: clinical, networks: [10.10.0.0/16]}}
parties: {branch: {name: 分院, kind: hospital, networks: [198.51.100.16/28]}}
";
    let (draft, _) = drafted(declared, &[("vpn1.txt", ROUTER)]);
    assert!(!draft.text.contains("zones:"), "{}", draft.text);
    assert!(!draft.text.contains("organization"), "{}", draft.text);
    assert!(draft.text.contains("zone: clinical"), "{}", draft.text);
    assert!(draft.text.contains("party: branch"), "{}", draft.text);
}

#[test]
fn names_from_configurations_cannot_break_out_of_their_place() {
    let hostile = ROUTER
        .replace("ip lan1 address", "description lan1 \"x: {y} # \\\" ] }\"\nip lan1 address");
    drafted("", &[("a\nzones: [1].txt", &hostile)]);
}

#[test]
fn nothing_of_the_corpus_gives_a_draft_that_is_no_inventory() {
    let Some(corpus) = crate::support::corpus() else {
        eprintln!("SKIPPED: the corpus of real inputs is not there");
        return;
    };
    for file in ["yamaha/rtx1210-masked.txt", "batfish/ios-crypto-ipsec/r1"] {
        let bytes = fs::read(corpus.join("configs").join(file)).expect("a file of the corpus");
        drafted("", &[("device.txt", &String::from_utf8_lossy(&bytes))]);
    }
}

#[test]
fn whoever_may_come_may_come_in_the_draft_too() {
    let text =
        fs::read_to_string(root().join("tests/config/wireguard/sites.conf")).expect("a fixture");
    let (draft, connections) = drafted("", &[("sites.conf", &text)]);
    assert_eq!(connections, 3, "{}", draft.text);
    // Where nobody is kept out, a draft does not keep anybody out.
    assert!(draft.text.contains("sources: [any]"), "{}", draft.text);
}
