//! strongSwan: what a connection is, in the words of both dialects.

use super::{facts, read_as};
use sekisho::model::device::{DeviceConfig, Remote};

/// Tunnels and servers of a text, without line numbers.
fn paths(text: &str) -> Vec<String> {
    let (sources, read) = read_as("strongswan", text);
    let all = facts::of(&sources, &read);
    let paths = all.lines().filter_map(|line| line.trim_start().split_once("  "));
    paths
        .map(|(_, fact)| fact.to_owned())
        .filter(|it| it.starts_with("tunnel ") || it.starts_with("access "))
        .collect()
}

fn config(text: &str) -> DeviceConfig {
    read_as("strongswan", text).1.config
}

#[track_caller]
fn says(text: &str, expected: &[&str]) {
    assert_eq!(paths(text), expected, "\n{text}");
}

#[test]
fn who_is_the_own_side() {
    // What only the own side has stands on the right.
    says(
        "conn rw\n\tright=192.0.2.1\n\trightcert=gw.pem\n\trightsubnet=10.1.0.0/16\n\trightfirewall=yes\n\tleft=%any\n\tleftsubnetwithin=10.3.0.0/16\n\tauto=add\n",
        &[
            "tunnel rw ipsec to ANY from 192.0.2.1 ipsec answers [10.1.0.0/16 <-> 10.3.0.0/16] machine-certificate",
        ],
    );
    // A client that knows the certificate of its server stays the left side.
    says(
        "conn home\n\tleft=%defaultroute\n\tright=192.0.2.1\n\trightcert=gw.pem\n\trightsubnet=10.1.0.0/16\n\tauto=start\n",
        &[
            "tunnel home ipsec to 192.0.2.1 ipsec initiates [0.0.0.0/0 <-> 10.1.0.0/16] machine-certificate",
        ],
    );
}

#[test]
fn a_conn_takes_in_others_and_a_template_is_none() {
    let text = "conn net-net\n\talso=host-host\n\tleftsubnet=10.1.0.0/16\n\trightsubnet=10.2.0.0/16\n\nconn host-host\n\talso=us\n\tright=192.0.2.2\n\tauto=add\n\nconn us\n\tleft=192.0.2.1\n\tright=192.0.2.99\n";
    says(
        text,
        &[
            "tunnel net-net ipsec to 192.0.2.2 from 192.0.2.1 ipsec answers [10.1.0.0/16 <-> 10.2.0.0/16] machine-certificate",
            "tunnel host-host ipsec to 192.0.2.2 from 192.0.2.1 ipsec answers [192.0.2.1/32 <-> 192.0.2.2/32] machine-certificate",
        ],
    );
    // Conns that take in one another end.
    assert!(paths("conn a\n\talso=b\n\nconn b\n\talso=a\n").is_empty());
}

#[test]
fn exemptions_are_no_tunnels_in_both_dialects() {
    for kind in ["pass", "passthrough", "drop", "reject"] {
        says(&format!("conn x\n\tright=192.0.2.9\n\ttype={kind}\n\tauto=route\n"), &[]);
    }
    for mode in ["pass", "drop"] {
        says(
            &format!(
                "connections {{\n x {{\n remote_addrs = 192.0.2.9\n children {{ x {{ mode = {mode}\n start_action = trap }} }}\n }}\n}}\n"
            ),
            &[],
        );
    }
}

#[test]
fn only_who_starts_or_traps_opens() {
    for (auto, opens) in [("add", Some(false)), ("route", Some(true)), ("start", Some(true))] {
        let text = format!("conn x\n\tright=192.0.2.9\n\tauto={auto}\n");
        assert_eq!(config(&text).tunnels[0].initiates, opens, "{auto}");
    }
    for off in ["\tauto=ignore\n", ""] {
        let text = format!("conn x\n\tright=192.0.2.9\n{off}");
        assert!(config(&text).tunnels[0].disabled.is_some());
    }
    for (action, opens) in [("none", false), ("trap", true), ("start", true), ("trap|start", true)]
    {
        let text = format!(
            "connections {{\n a {{\n remote_addrs = 192.0.2.9\n children {{ b {{ start_action = {action} }} }}\n}}\n}}\n"
        );
        assert_eq!(config(&text).tunnels[0].initiates, Some(opens), "{action}");
    }
}

#[test]
fn anybody_with_a_pool_is_remote_access_and_without_one_a_tunnel() {
    says(
        "connections {\n rw {\n pools = p\n children { net { local_ts = 10.1.0.0/16 } }\n }\n}\npools { p { addrs = 10.3.0.0/24 } }\n",
        &["access rw ipsec 500/udp 4500/udp on [] from any pool 10.3.0.0/24 client-certificate"],
    );
    says(
        "connections {\n rw {\n children { net { local_ts = 10.1.0.0/16 } }\n }\n}\n",
        &[
            "tunnel rw/net ipsec to ANY ipsec answers [10.1.0.0/16 <-> 0.0.0.0/0] machine-certificate",
        ],
    );
    says(
        "connections {\n rw {\n remote_addrs = 192.0.2.96/28\n children { net { local_ts = 10.1.0.0/16 } }\n }\n}\n",
        &[
            "tunnel rw/net ipsec to 192.0.2.96/28 ipsec answers [10.1.0.0/16 <-> 192.0.2.96/28] machine-certificate",
        ],
    );
}

#[test]
fn two_hosts_say_the_same_of_their_tunnel() {
    let moon = config(
        "connections {\n gw {\n local_addrs = 192.0.2.1\n remote_addrs = 192.0.2.2\n children { n { local_ts = 10.1.0.0/16\n remote_ts = 10.2.0.0/16, fd00:2::/32 } }\n }\n}\n",
    );
    let sun = config(
        "conn gw\n\tleft=192.0.2.2\n\tright=192.0.2.1\n\tleftsubnet=10.2.0.0/16,fd00:2::/32\n\trightsubnet=10.1.0.0/16\n\tauto=start\n",
    );
    let (moon, sun) = (&moon.tunnels[0], &sun.tunnels[0]);
    let end = |it: &sekisho::model::device::Tunnel| it.local.clone().map(|it| it.value);
    assert_eq!(moon.remote.value, Remote::Address("192.0.2.2".parse().unwrap()));
    assert_eq!(end(sun).as_deref(), Some("192.0.2.2"));
    assert_eq!(sun.remote.value, Remote::Address("192.0.2.1".parse().unwrap()));
    assert_eq!(end(moon).as_deref(), Some("192.0.2.1"));
    // A pair of two families is no pair.
    assert_eq!((moon.selectors.len(), sun.selectors.len()), (1, 1));
    let (ours, theirs) = (&moon.selectors[0].value, &sun.selectors[0].value);
    assert_eq!((ours.local, ours.remote), (theirs.remote, theirs.local));
}

#[test]
fn proposals_are_read_in_every_spelling() {
    let of = |ike: &str| {
        let tunnel = config(&format!("conn x\n\tright=192.0.2.9\n\tike={ike}\n\tauto=add\n"));
        let ike = tunnel.tunnels[0].ike.clone().expect("IKE");
        let words = |it: &[sekisho::source::Spanned<String>]| {
            it.iter().map(|it| it.value.clone()).collect::<Vec<_>>().join(" ")
        };
        let groups: Vec<u16> = ike.groups.iter().map(|it| it.value).collect();
        (words(&ike.encryption), words(&ike.hash), groups)
    };
    for (text, encryption, hash, groups) in [
        ("aes-sha-modp1536", "aes-128", "sha1", vec![5]),
        ("3des-md5-modp1024!", "3des", "md5", vec![2]),
        ("aes128gcm128-prfsha256-x25519", "aes-128-gcm", "", vec![31]),
        ("aes256ctr-sha512-ecp521bp,default", "aes-256-ctr", "sha512", vec![]),
        ("aes_gcm256-sha2;dh20", "aes-256-gcm", "sha256", vec![20]),
        ("chacha20poly1305-prfsha256-curve25519-ke1_mlkem768", "chacha20-poly1305", "", vec![31]),
        (
            "aes192-aesxcbc-modp2048,camellia256-sha384-ecp384",
            "aes-192 camellia-256",
            "aes-xcbc sha384",
            vec![14, 20],
        ),
    ] {
        assert_eq!(of(text), (encryption.to_owned(), hash.to_owned(), groups), "{text}");
    }
}

#[test]
fn twenty_thousand_conns_of_one_template_are_read() {
    // Every conn takes in the same template: no conn may cost more than its own lines.
    let mut text = String::from("conn base\n\tleft=192.0.2.1\n\n");
    for number in 0..20_000 {
        text += &format!(
            "conn c{number}\n\talso=base\n\tauto=add\n\tright=198.51.{}.{}\n\trightsubnet=10.{}.{}.0/24\n\n",
            number / 256 % 256,
            number % 256,
            number / 256 % 256,
            number % 256
        );
    }
    assert_eq!(config(&text).tunnels.len(), 20_000);
}
