//! Sniffers outside the product: rules of nftables in every namespace that note whatever arrives
//! there from an asker, before anything is translated or dropped.

use super::ground::Ground;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// Something that was seen: from whom to whom, the protocol, the port where there is one.
pub type Seen = (IpAddr, IpAddr, u8, u16);

const NFT: &str = "
table inet sniffer {
    set v4 { typeof ip saddr . ip daddr . meta l4proto . th dport; size 65535; flags dynamic; }
    set v6 { typeof ip6 saddr . ip6 daddr . meta l4proto . th dport; size 65535; flags dynamic; }
    chain arriving {
        type filter hook prerouting priority -450;
        icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, nd-router-advert } return
        add @v4 { ip saddr . ip daddr . meta l4proto . th dport }
        add @v6 { ip6 saddr . ip6 daddr . meta l4proto . th dport }
    }
}
";

/// Begins to note in every namespace; what was noted before is forgotten.
pub fn start(ground: &Ground) {
    let again = "table inet sniffer\ndelete table inet sniffer\n";
    for node in ground.nodes() {
        ground.at(node, "nft -f -", &format!("{again}{NFT}"));
    }
}

/// What arrived at a node from these askers.
pub fn seen(ground: &Ground, node: &str, askers: &[IpAddr]) -> BTreeSet<Seen> {
    let listing = ground.at(node, "nft -j list table inet sniffer", "");
    let listing: serde_json::Value = serde_json::from_str(&listing).unwrap();
    let mut all = BTreeSet::new();
    for set in listing["nftables"].as_array().unwrap().iter().filter_map(|it| it.get("set")) {
        for element in set["elem"].as_array().into_iter().flatten() {
            let field = |at: usize| element["concat"][at].clone();
            let address = |at| field(at).as_str().unwrap().parse::<IpAddr>().unwrap();
            let (from, to) = (address(0), address(1));
            if !askers.contains(&from) {
                continue;
            }
            let protocol = match (field(2).as_str(), field(2).as_u64()) {
                (Some("tcp"), _) | (_, Some(6)) => 6,
                (Some("udp"), _) | (_, Some(17)) => 17,
                (Some("icmp"), _) | (_, Some(1)) => 1,
                // The system joins groups of its own accord when a cable is plugged in.
                (Some("igmp"), _) | (_, Some(2)) => continue,
                (Some("ipv6-icmp" | "icmpv6"), _) | (_, Some(58)) => 58,
                other => panic!("{other:?}"),
            };
            let port = field(3).as_u64().and_then(|it| u16::try_from(it).ok());
            let port = if matches!(protocol, 6 | 17) { port.expect("a port") } else { 0 };
            all.insert((from, to, protocol, port));
        }
    }
    all
}
