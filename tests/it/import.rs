//! Drafts from configurations: they are read as inventories, say where everything comes from, and
//! hold nothing that is declared already and no secret.

use crate::support::{root, today};
use sekisho::draft::{Draft, Material, confirmed, draft};
use sekisho::evidence::EvidenceSet;
use sekisho::inventory;
use sekisho::locale::Lang;
use sekisho::source::SourceMap;
use sekisho::topology;
use std::collections::BTreeMap;
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
    let paths: BTreeMap<String, String> = configurations
        .iter()
        .map(|(name, _)| ((*name).to_owned(), format!("configs/{name}")))
        .collect();
    let material = Material {
        sources: &sources,
        inventory: &reading.inventory,
        evidence: &evidence,
        topology: &topology,
        paths: &paths,
        lang: Lang::Ja,
    };
    let texts: Vec<String> =
        Some(declared.to_owned()).filter(|it| !it.is_empty()).into_iter().collect();
    let draft = confirmed(draft(material), &texts, today(), Lang::Ja).expect("a draft to confirm");
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

/// A router with one inside address.
fn router(name: &str, interfaces: &str) -> String {
    format!("version 15.4\nhostname {name}\n{interfaces}end\n")
}

const INSIDE: &str = "interface GigabitEthernet0/0\n ip address 10.0.0.1 255.255.255.0\n";

#[test]
fn an_address_of_two_devices_is_drafted_once_and_the_other_is_said() {
    let (a, b) = (router("a", INSIDE), router("b", INSIDE));
    let (draft, _) = drafted("", &[("a.conf", &a), ("b.conf", &b)]);
    assert_eq!(draft.text.matches("addresses: [\"10.0.0.1/24\"]").count(), 1, "{}", draft.text);
    assert!(draft.text.contains("は a にもあります [b.conf:4]"), "{}", draft.text);
    assert!(draft.text.contains("\n  b:\n"), "{}", draft.text);
    // Without an address of its own, its file is what it is known by.
    assert!(draft.text.contains("config: [\"configs/b.conf\"]"), "{}", draft.text);
}

#[test]
fn a_copy_of_a_configuration_is_no_second_device() {
    let (draft, _) = drafted("", &[("vpn1.txt", ROUTER), ("again.txt", ROUTER)]);
    assert_eq!(draft.text.matches("kind: router").count(), 1, "{}", draft.text);
    let (now, then) = (router("a", INSIDE), router("a", INSIDE).replace("15.4", "15.3"));
    let (draft, _) = drafted("", &[("a.conf", &now), ("2025.conf", &then)]);
    assert_eq!(draft.text.matches("kind: router").count(), 1, "{}", draft.text);
    assert!(draft.text.contains("a と同じ機器の設定です"), "{}", draft.text);
}

#[test]
fn an_address_that_a_device_has_twice_is_drafted_once() {
    let second = " ip address 10.0.0.1 255.255.255.0 secondary\n";
    let other = INSIDE.replace("0/0", "0/1");
    for more in [second, &other] {
        let (draft, _) = drafted("", &[("r.conf", &router("r", &format!("{INSIDE}{more}")))]);
        assert_eq!(draft.text.matches("[\"10.0.0.1/24\"]").count(), 1, "{}", draft.text);
    }
}

#[test]
fn names_that_yaml_reads_as_something_else_are_quoted_and_long_ones_cut() {
    let odd = router("null", &INSIDE.replace("GigabitEthernet0/0", "null"));
    let (draft, _) = drafted("", &[("odd.conf", &odd)]);
    assert!(draft.text.contains("\"null\":"), "{}", draft.text);
    let long = router(
        &"h".repeat(3000),
        &INSIDE.replace(" ip", &format!(" description {}\n ip", "d".repeat(3000))),
    );
    let (draft, _) = drafted("", &[("long.conf", &long)]);
    assert!(draft.text.contains("hhh…\""), "{}", draft.text);
    assert!(draft.text.contains("ddd…\""), "{}", draft.text);
}

#[test]
fn what_no_inventory_can_hold_goes_into_comments_with_the_reason() {
    let text = "schema: 1\norganization: {name: \"x\"}\n\nzones:\n  z:\n    name: \"z\"\n    kind: clinical\n\ndevices:\n  d:\n    name: \"d\"\n    kind: router\n    interfaces:\n      a: {zone: z}\n      b: {zone: nowhere}\n  e:\n    name: \"e\"\n    kind: no-such-kind\n".to_owned();
    let draft = confirmed(Draft { text, things: 3 }, &[], today(), Lang::Ja).expect("a draft");
    assert_eq!(draft.things, 2, "{}", draft.text);
    for part in ["\n      a: {zone: z}", "\n      # b: {zone: nowhere}", "\n  # e:", "外しました"]
    {
        assert!(draft.text.contains(part), "no {part} in {}", draft.text);
    }
}

#[test]
fn a_forward_listens_on_the_outer_port_and_keeps_who_may_come() {
    let text = router(
        "r",
        "interface GigabitEthernet0/0\n ip address 203.0.113.2 255.255.255.0\n ip nat outside\n ip access-group WAN in\n\
         interface GigabitEthernet0/1\n ip address 10.0.0.1 255.255.255.0\n ip nat inside\n\
         ip nat inside source static tcp 10.0.0.9 22 203.0.113.2 22022\n\
         ip access-list extended WAN\n permit tcp 198.51.100.0 0.0.0.255 host 203.0.113.2 eq 22022\n\
         ip route 0.0.0.0 0.0.0.0 203.0.113.1\n",
    );
    let (draft, _) = drafted("", &[("r.conf", &text)]);
    let forward =
        "listen: 22022/tcp, to: host-10-0-0-9, service: 22/tcp, from: [\"198.51.100.0/24\"]";
    assert!(draft.text.contains(forward), "{}", draft.text);
    let (again, _) = drafted(&draft.text, &[("r.conf", &text)]);
    assert_eq!(again.things, 0, "{}", again.text);
}

#[test]
fn a_tunnel_for_frames_is_never_plain_internet() {
    let mut drafts = 0;
    for (_, path, bytes) in crate::config::fixtures() {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let (draft, _) = drafted("", &[(&name, &text)]);
        let frames = draft.text.split("L2延伸（要確認）: ").skip(1);
        for of in frames.filter(|it| it.starts_with("L2TPv3") || it.starts_with("EtherIP")) {
            let transport = of.lines().find(|it| it.contains("transport: ")).unwrap_or_default();
            assert!(!transport.contains("plain-internet"), "{name}: {of}");
            drafts += 1;
        }
    }
    assert!(drafts > 0);
}

#[test]
fn pptp_has_no_key_and_management_behind_a_filter_is_not_said_to_be_open() {
    let text = ROUTER.replace(
        "pp select 1",
        "pptp service on\nhttpd service on\npp select anonymous\n pp bind tunnel2\n pp auth request mschap-v2\n pp auth username someone PlantedSecret\n pp enable anonymous\npp select 1\n ip pp secure filter in 1\n",
    ) + "tunnel select 2\n tunnel encapsulation pptp\n tunnel enable 2\nip filter 1 reject * * * *\n";
    let (draft, _) = drafted("", &[("vpn1.txt", &text)]);
    let pptp = draft.text.lines().find(|it| it.contains("transport: pptp")).expect("the server");
    assert!(!pptp.contains("pre-shared-key"), "{pptp}");
    let management = draft.text.lines().find(|it| it.contains("management: {")).expect("services");
    assert!(!management.contains("any"), "{management}");
}

#[test]
fn a_tunnel_enters_by_the_interface_outside_and_that_is_in_no_zone() {
    let text = ROUTER.replace(
        "ipsec ike remote address 1",
        "ipsec ike local address 1 10.10.254.1\n  ipsec ike remote address 1",
    );
    let (draft, _) = drafted("", &[("vpn1.txt", &text)]);
    assert!(draft.text.contains("at: vpn1.pp1"), "{}", draft.text);
    let closed = "\
ip route default gateway 10.255.10.1
ip lan1 address 172.20.0.2/24
ip lan2 address 10.255.10.2/29
tunnel select 1
 ipsec tunnel 101
  ipsec sa policy 101 1 esp aes256-cbc sha256-hmac
  ipsec ike local address 1 10.255.10.2
  ipsec ike pre-shared-key 1 *
  ipsec ike remote address 1 10.255.10.18
 tunnel enable 1
";
    let (draft, _) = drafted("", &[("closed.txt", closed)]);
    assert!(!draft.text.contains("net-10-255-10-0"), "{}", draft.text);
    assert!(draft.text.contains("at: closed.lan2"), "{}", draft.text);
}

#[test]
fn ios_xe_is_called_so() {
    let (draft, _) = drafted("", &[("r.conf", &router("r", INSIDE).replace("15.4", "17.3"))]);
    assert!(draft.text.contains("os: {name: \"IOS XE\", version: \"17.3\"}"), "{}", draft.text);
}

#[test]
fn a_device_without_addresses_is_known_by_its_file() {
    let text =
        fs::read_to_string(root().join("tests/config/openvpn/client.ovpn")).unwrap_or_else(|_| {
            "client\ndev tun\nproto udp\nremote 203.0.113.77 1194\nauth-user-pass\n".to_owned()
        });
    let (draft, _) = drafted("", &[("client.ovpn", &text)]);
    assert!(draft.text.contains("config: [\"configs/client.ovpn\"]"), "{}", draft.text);
}
