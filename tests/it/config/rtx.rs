//! YAMAHA RTX: answers that real configurations must give, and semantics that goldens do not show well.

use super::{facts, read_as};
use crate::support::corpus;
use sekisho::config::ConfigFile;
use sekisho::model::device::{Hook, Remote, TunnelKind, Verdict};
use std::fs;

/// A configuration of the corpus.
fn given(path: &str) -> Option<String> {
    let path = corpus()?.join("configs").join(path);
    Some(fs::read_to_string(path).expect("a configuration of the corpus"))
}

/// The facts that begin with a word, without the numbers of their lines.
fn lines(all: &str, begin: &str) -> Vec<String> {
    let facts =
        all.lines().map(|line| line.trim_start_matches(|c: char| c == ' ' || c.is_ascii_digit()));
    facts.filter(|it| it.starts_with(begin)).map(str::to_owned).collect()
}

/// Reads a text and shows its facts.
fn facts_of(text: &str) -> (String, ConfigFile) {
    let (sources, read) = read_as("yamaha-rtx", text);
    (facts::of(&sources, &read), read)
}

/// Commands under a head that makes them a configuration.
fn commands(text: &str) -> (String, ConfigFile) {
    facts_of(&format!("# RTX1210 Rev.14.01.42 (Fri Jul  1 00:00:00 2022)\n{text}"))
}

/// The lines of which nobody knows the meaning.
fn unrecognized(all: &str) -> Vec<String> {
    lines(all, "unrecognized: ")
}

#[test]
fn the_masked_rtx1210_gives_its_items() {
    let Some(text) = given("yamaha/rtx1210-masked.txt") else { return };
    let (all, read) = facts_of(&text);
    let it = &read.config;
    // (a) The line, with its translation.
    assert_eq!(
        lines(&all, "interface lan2"),
        ["interface lan2 ethernet by-dhcp by-ra OUTSIDE \"wan\""]
    );
    assert_eq!(lines(&all, "route 0"), ["route 0.0.0.0/0 via lan2"]);
    // (b) One tunnel, at layer 2.
    let [tunnel, served] = it.tunnels.as_slice() else { panic!("{all}") };
    assert_eq!((tunnel.kind, tunnel.layer2, tunnel.ipsec), (TunnelKind::L2tpV3, true, true));
    assert_eq!((served.kind, &served.remote.value), (TunnelKind::L2tpIpsec, &Remote::Any));
    assert_eq!(tunnel.remote.value, Remote::Name("test.example.com".into()));
    assert_eq!((tunnel.initiates, tunnel.disabled), (Some(true), None));
    assert_eq!(lines(&all, "bridge"), ["bridge bridge1 = lan1 + tunnel1"]);
    // (c) One server, open to all.
    let [server] = it.remote_access.as_slice() else { panic!("{all}") };
    assert_eq!((server.kind, server.enabled), (TunnelKind::L2tpIpsec, true));
    assert!(server.sources.is_any() && server.users.len() == 1 && !server.pool.is_empty());
    // (d) One port forward to a host; the other entries are the router's own IPsec.
    let ways: Vec<_> =
        it.nat.iter().filter(|it| it.opens_a_way_in()).map(|it| it.label.as_str()).collect();
    assert_eq!(ways, ["1000 1", "1000 2", "1000 3", "1000 4", "1000 900"]);
    assert!(
        all.contains(
            "nat 1000 900 Destination on lan2 any4 -> any4 tcp 55000 becomes 192.168.1.20\n"
        ),
        "{all}"
    );
    assert!(
        all.contains(
            "nat 1000 incoming Destination on lan2 any4 -> any4 state=new becomes nothing\n"
        ),
        "{all}"
    );
    // (e) IPv6 from outside is let in by a filter that passes everything.
    let inbound =
        it.applied.iter().find(|it| it.filter == "ipv6 lan2 secure filter in").expect("a filter");
    assert_eq!((inbound.hook, inbound.interfaces.as_slice()), (Hook::In, &["lan2".to_owned()][..]));
    let last = it.filter(&inbound.filter).and_then(|it| it.lines.last()).expect("a line");
    assert_eq!((last.label.as_str(), &last.verdict), ("101099", &Verdict::Permit));
    assert!(last.when.transports.iter().all(|it| it.is_any()) && last.when.is_certain());
    assert_eq!(lines(&all, "interface lan1"), ["interface lan1 ethernet by-ra"]);
    // (f) Routes over two hosts of the LAN.
    for network in ["10.33.128.0/21", "100.64.0.0/10"] {
        let route = format!("route {network} via 192.168.1.20 or 192.168.1.21");
        assert_eq!(lines(&all, &format!("route {network}")), [route]);
    }
    assert_eq!(it.routes.len(), 3);
    // (g) Management, and a name in the cloud that nothing uses.
    assert_eq!(
        lines(&all, "manage"),
        [
            "manage ssh 22/tcp on [lan2 bridge1] from any",
            "manage file-transfer 22/tcp on [bridge1] from any",
            "manage http 80/tcp on [] from any",
        ]
    );
    assert!(it.cloud.iter().all(|it| !it.enabled));
    // The trap.
    assert_eq!(lines(&all, "undefined"), ["undefined ipsec-policy ipsec sa policy 3"]);
    assert_eq!(it.doubts.len(), 1, "{all}");
    assert!(it.doubts.iter().all(|it| it.why.en.contains("policy 1 ")), "{all}");
    assert_eq!(unrecognized(&all), [""; 0]);
}

/// A template of the corpus with its placeholders replaced.
fn template(path: &str) -> Option<String> {
    let text = given(path)?;
    let mut filled = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("<?=") {
        filled.push_str(before);
        let (name, after) = after.split_once("?>").unwrap_or((after, ""));
        filled.push_str(if name.contains("password") { "LINE-SECRET" } else { "line@isp.example" });
        rest = after;
    }
    filled.push_str(rest);
    Some(filled)
}

/// The translations that open a way in.
fn ways_in(read: &ConfigFile) -> Vec<&str> {
    let nat = read.config.nat.iter().filter(|it| it.opens_a_way_in());
    nat.map(|it| it.label.as_str()).collect()
}

#[test]
fn the_pppoe_template_lets_in_pings_alone() {
    let Some(text) = template("yamaha/moznion_ipv4_pppoe.mt") else { return };
    let (all, read) = facts_of(&text);
    assert_eq!(lines(&all, "interface pp1"), ["interface pp1 pppoe by-ppp over=lan2 OUTSIDE"]);
    let inbound = read.config.filter("ip pp1 secure filter in").expect("a filter");
    assert_eq!(inbound.otherwise, Verdict::Deny);
    let passes = inbound.lines.iter().filter(|it| it.verdict == Verdict::Permit);
    // Beside what hosts inside ask for.
    let passes: Vec<_> = passes.filter(|it| it.when.after.is_empty()).collect();
    let [pings] = passes.as_slice() else { panic!("{all}") };
    assert_eq!(facts::matched(&pings.when), "any4 -> 192.168.100.0/24 icmp");
    // The list outward went on in the next line; its answers meet the list inward.
    let (on, dynamics) = (lines(&all, "apply ip pp1 secure filter in"), 8);
    assert_eq!(on.len(), 1);
    assert!(on[0].matches(" | ").count() + 1 >= dynamics, "{on:?}");
    assert!(!on[0].contains("INEXACT"), "{on:?}");
    assert_eq!(lines(&all, "undefined"), vec!["undefined nat nat descriptor 1000"; 3]);
    assert_eq!(ways_in(&read), ["1 upnp"]);
    assert!(read.config.tunnels.is_empty() && read.config.remote_access.is_empty(), "{all}");
    assert_eq!(unrecognized(&all), [""; 0]);
}

#[test]
fn the_nat_template_opens_what_hosts_inside_ask_for_alone() {
    let Some(text) = template("yamaha/moznion_dhcp_nat_only.mt") else { return };
    let (all, read) = facts_of(&text);
    assert_eq!(ways_in(&read), ["1 upnp"]);
    assert_eq!(lines(&all, "undefined"), vec!["undefined nat nat descriptor 1000"; 3]);
    assert_eq!(lines(&all, "interface lan2"), ["interface lan2 ethernet by-dhcp OUTSIDE"]);
    assert_eq!(unrecognized(&all), [""; 0]);
}

#[test]
fn the_guide_of_aws_gives_two_tunnels() {
    let Some(page) = given("aws/Yamaha.md") else { return };
    let code = page.split("```").nth(1).expect("a block of code");
    let text: String = code
        .lines()
        .filter(|line| !line.contains("![") && !line.contains("<id>"))
        .map(|line| format!("{line}\n"))
        .collect::<String>()
        .replace("YOUR_LOCAL_NETWORK_ADDRESS", "192.168.0.1")
        .replace("YOUR_BGP_ASN", "65000");
    let (all, read) = facts_of(&text);
    let ends: Vec<_> =
        read.config.tunnels.iter().map(|it| (it.kind, &it.remote.value, it.disabled)).collect();
    let end = |address: &str| Remote::Address(address.parse().expect("an address"));
    assert_eq!(
        ends,
        [
            (TunnelKind::Ipsec, &end("72.21.209.225"), None),
            (TunnelKind::Ipsec, &end("72.21.209.193"), None),
        ]
    );
    assert_eq!(
        lines(&all, "interface tunnel"),
        ["interface tunnel1 tunnel 169.254.255.2/30", "interface tunnel2 tunnel 169.254.255.6/30"]
    );
    assert_eq!(
        lines(&all, "route"),
        ["route 169.254.255.1/32 via tunnel1", "route 169.254.255.5/32 via tunnel2"]
    );
    assert_eq!(
        lines(&all, "bgp"),
        ["bgp 169.254.255.1 as 65000 -> 7224", "bgp 169.254.255.5 as 65000 -> 7224"]
    );
    assert_eq!(unrecognized(&all), [""; 0]);
    assert!(lines(&all, "undefined").is_empty() && read.config.doubts.is_empty(), "{all}");
}

/// Lines of the specifications that no router takes: another program's own way of writing.
const NOT_OF_THE_PRODUCT: &[&str] = &[
    "l2tp tunnel 1",
    "l2tp tunnel 65535",
    "l2tp tunnel 1 local port 1701",
    "l2tp tunnel 1 remote address 203.0.113.1",
    "l2tp tunnel 1 hostname router1.example.com",
    "l2tp tunnel 1 auth ******** ********",
    "l2tp tunnel 1 keepalive use on",
    "pp 1 keepalive use on",
    "pp 1 mtu 1454",
    "tunnel 1 keepalive use on",
    "tunnel endpoint local 192.168.1.1",
    "tunnel endpoint remote 203.0.113.1",
    "lan1/1 enable",
    "no lan1/1 enable",
    "no snmp community ********",
];

/// Lines that say something of which no fact speaks yet: they stay unrecognized.
const WITHOUT_A_FACT: &[&str] = &[
    // By kind of frame.
    "ethernet filter 5 pass * * 0x0800",
    "ethernet filter 6 pass * * vlan 100",
    "ethernet filter 7 reject * * 0x0806 vlan 200",
    "ethernet filter 20 pass * * offset=14 08 00",
    // By application.
    "ip route default gateway pp 1 dpi 1 gateway tunnel 1",
    // What a script does, and connections that come and go.
    "schedule at 1 12:*:00 * lua script.lua",
    "schedule at 2 startup * connect pp 1",
    "schedule at 1 1/1 0:0 * ip route 192.168.0.0/24 gateway pp 2",
    "schedule at 1 */sat,sun 9:00 * nat masquerade on",
];

#[test]
fn the_lines_of_the_specifications_are_understood_or_ignored() {
    let Some(corpus) = corpus() else { return };
    let mut files: Vec<_> = walk(&corpus.join("configs/yamaha/specs"));
    files.sort();
    assert_eq!(files.len(), 33);
    let mut left = Vec::new();
    let mut count = 0;
    for file in files {
        let text = fs::read_to_string(&file).expect("a specification");
        for block in examples(&text) {
            count += block.lines().count();
            let of_peer = ["pp ", "description pp", "ip pp", "ppp", "isdn", "no pp", "no ip pp"];
            let of_tunnel =
                ["tunnel ", "ip tunnel", "ipsec tunnel", "l2tp", "no tunnel", "no ipsec"];
            let begins = |words: &[&str]| words.iter().any(|it| block.starts_with(it));
            let selected = match (
                begins(&of_peer),
                begins(&of_tunnel)
                    || block.starts_with("description \"VPN")
                    || block == "description Site-to-Site-VPN",
            ) {
                (true, _) => "pp select 1\n",
                (_, true) => "tunnel select 1\n",
                _ if block.contains("scope 1 except") => "dhcp scope 1 192.168.1.0/24\n",
                _ => "",
            };
            let (all, _) = commands(&format!("{selected}{block}\n"));
            left.extend(unrecognized(&all).into_iter().map(|it| it.replace("unrecognized: ", "")));
        }
    }
    eprintln!("{} of {count} lines are left: {left:#?}", left.len());
    let known = |it: &str| NOT_OF_THE_PRODUCT.contains(&it) || WITHOUT_A_FACT.contains(&it);
    left.retain(|it| !known(it));
    assert_eq!(left, [""; 0]);
}

/// Every file below a folder.
fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|it| it.expect("an entry").path());
    entries.flat_map(|it| if it.is_dir() { walk(&it) } else { vec![it] }).collect()
}

/// The texts after `rtx:`, each a line or a block.
fn examples(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text.lines().peekable();
    while let Some(line) = rest.next() {
        let Some(value) = line.trim_start().strip_prefix("rtx: ") else { continue };
        if value.trim() != "|" {
            let bare = |quote| value.trim().strip_prefix(quote)?.strip_suffix(quote);
            found.extend(bare('"').or_else(|| bare('\'')).map(str::to_owned));
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let mut block = String::new();
        while let Some(next) = rest.next_if(|it| it.len() - it.trim_start().len() > indent) {
            block.push_str(next.trim());
            block.push('\n');
        }
        found.push(block);
    }
    found
}

#[test]
fn outputs_of_show_commands_give_what_they_tell() {
    let Some(text) = given("ntc/yamaha/show_environment/yamaha_show_environment.raw") else {
        return;
    };
    let (all, _) = facts_of(&text);
    assert_eq!(lines(&all, "product"), ["product RTX1200"]);
    assert_eq!(lines(&all, "version"), ["version 10.01.71"]);
    assert_eq!(lines(&all, "serial"), ["serial D12345678"]);
    assert_eq!(unrecognized(&all), [""; 0]);
    let Some(text) = given("ntc/yamaha/show_ip_route/yamaha_show_ip_route.raw") else { return };
    let (all, _) = facts_of(&text);
    assert_eq!(
        lines(&all, "route"),
        [
            "route 0.0.0.0/0 via pp1",
            "route 10.0.0.0/8 via 192.168.1.254@lan2 or 192.168.1.253@lan2"
        ]
    );
    assert_eq!(
        lines(&all, "interface"),
        ["interface lan2 ethernet 192.168.1.8/24", "interface lan1 ethernet 192.168.100.1/24"]
    );
    assert_eq!(unrecognized(&all), [""; 0]);
}

#[test]
fn texts_of_other_makers_are_left_to_them() {
    let Some(corpus) = corpus() else { return };
    let own = |path: &std::path::Path| path.to_string_lossy().to_lowercase().contains("yamaha");
    let small = |path: &std::path::Path| fs::metadata(path).is_ok_and(|it| it.len() < 1 << 20);
    for path in walk(&corpus.join("configs")).into_iter().filter(|it| !own(it) && small(it)) {
        let (_, read) = super::read("device.conf", &fs::read(&path).expect("a text"));
        let format = read.map_or("", |it| it.format.id);
        assert_ne!(format, "yamaha-rtx", "{}", path.display());
    }
}
