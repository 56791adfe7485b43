//! What the devices of the hospital are told to do when everything is as it is declared.

/// Which device is told what by which program.
pub const SCRIPTS: &[(&str, &str, &str)] = &[
    ("border", "iptables-restore -w", BORDER),
    ("border", "ip6tables-restore -w", BORDER6),
    ("border", "ip -batch -", BORDER_ROUTES),
    ("inner", "nft -f -", INNER),
    ("inner", "ip -batch -", INNER_ROUTES),
    ("maint", "nft -f -", MAINT),
    ("maint", "ip -batch -", MAINT_ROUTES),
];

/// What is read from each device, and under which name.
pub const LISTINGS: &[(&str, &str, &str)] = &[
    ("border", "iptables.save", "iptables-save"),
    ("border", "ip6tables.save", "ip6tables-save"),
    ("border", "addr.json", "ip -j addr"),
    ("border", "route.json", "ip -j route"),
    ("border", "route6.json", "ip -6 -j route"),
    ("inner", "rules.nft", "nft list ruleset"),
    ("inner", "addr.txt", "ip addr"),
    ("inner", "route.txt", "ip route"),
    ("inner", "route6.txt", "ip -6 route"),
    ("maint", "rules.json", "nft -j list ruleset"),
    ("maint", "addr.json", "ip -j addr"),
    ("maint", "route.json", "ip -j route"),
    ("maint", "route6.json", "ip -6 -j route"),
];

const BORDER: &str = "*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:vendors - [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -i lo -j ACCEPT
-A INPUT -s 10.10.10.20/32 -i trn -p tcp -m tcp --dport 22 -j ACCEPT
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -d 172.20.0.10/32 -i wan -o dmz -p tcp -m tcp --dport 443 -j ACCEPT
-A FORWARD -s 198.51.100.10/32 -d 172.20.0.10/32 -i wan -o dmz -p tcp -m tcp --dport 22 -j ACCEPT
-A FORWARD -s 172.20.0.10/32 -d 10.10.10.10/32 -i dmz -o trn -p tcp -m tcp --dport 3389 -j ACCEPT
-A FORWARD -i linb -j vendors
-A FORWARD -s 10.10.10.0/24 -i trn -o wan -p tcp -m tcp --dport 443 -j ACCEPT
-A FORWARD -s 10.10.10.0/24 -i trn -o wan -p udp -m udp --dport 53 -j ACCEPT
-A FORWARD -s 10.10.99.0/24 -i trn -o wan -j ACCEPT
-A vendors -d 10.10.20.10/32 -o trn -p tcp -m multiport --dports 104 -j ACCEPT
-A vendors -j DROP
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -d 192.0.2.2/32 -i wan -p tcp -m tcp --dport 443 -j DNAT --to-destination 172.20.0.10
-A PREROUTING -s 198.51.100.10/32 -d 192.0.2.2/32 -i wan -p tcp -m tcp --dport 22 -j DNAT --to-destination 172.20.0.10
-A POSTROUTING -s 172.30.2.0/24 -o trn -j SNAT --to-source 10.10.254.1
-A POSTROUTING -o wan -j MASQUERADE
COMMIT
";

const BORDER6: &str = "*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p ipv6-icmp -j ACCEPT
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -s 2001:db8:99::/64 -i trn -o wan -j ACCEPT
COMMIT
";

const BORDER_ROUTES: &str = "route add default via 192.0.2.1
route add 10.10.0.0/16 via 10.10.254.2
route add 172.30.1.0/24 via 10.10.254.2
route add default via 2001:db8:ffff::1
route add 2001:db8:10::/64 via 2001:db8:254::2
route add 2001:db8:20::/64 via 2001:db8:254::2
route add 2001:db8:50::/64 via 2001:db8:254::2
route add 2001:db8:99::/64 via 2001:db8:254::2
";

const INNER: &str = r#"table inet filter {
    set maintenance { type ipv4_addr; elements = { 172.30.1.10 } }
    chain input {
        type filter hook input priority filter; policy drop;
        ct state established,related accept
        iifname "lo" accept
        iifname "clin" meta l4proto { icmp, ipv6-icmp } accept
        ip saddr 10.10.10.20 tcp dport 22 accept
    }
    chain images {
        tcp dport { 104, 443 } accept
    }
    chain forward {
        type filter hook forward priority filter; policy drop;
        ct state vmap { established : accept, related : accept, invalid : drop }
        iifname "leg" ip saddr @maintenance ip daddr 10.10.10.10 tcp dport { 22, 3389 } counter accept
        iifname "trn" ip saddr 10.10.254.1 ip daddr 10.10.20.10 tcp dport 104 accept
        iifname "trn" ip saddr 172.20.0.10 ip daddr 10.10.10.10 tcp dport 3389 accept
        iifname "clin" oifname "pacs" jump images
        iifname "mod" oifname "pacs" ip daddr 10.10.20.10 tcp dport 104 accept
        iifname { "clin", "guest" } oifname "trn" accept
        iifname "aux" ip daddr 10.10.20.0/24 accept comment "management of the image servers"
    }
}
"#;

const INNER_ROUTES: &str = "route add default via 10.10.254.1
route add 172.30.1.0/24 via 10.10.253.2
route add default via 2001:db8:254::1
";

const MAINT: &str = r#"table ip filter {
    chain input {
        type filter hook input priority filter; policy drop;
        ct state established,related accept
    }
    chain forward {
        type filter hook forward priority filter; policy drop;
        ct state established,related accept
        iifname "line" oifname { "leg", "aux" } ip saddr 172.30.1.0/24 accept
    }
}
table ip6 filter {
    chain forward { type filter hook forward priority filter; policy drop; }
    chain input { type filter hook input priority filter; policy drop; }
}
"#;

const MAINT_ROUTES: &str = "route add default via 10.10.253.1
";

/// One change of what a device is told, that opens something.
pub struct Fault {
    pub name: &'static str,
    /// The device, the text that its script holds once, and what stands there instead.
    pub edits: &'static [(&'static str, &'static str, &'static str)],
    /// Who reaches whom for what (protocol and port as they arrive).
    pub opens: (&'static str, &'static str, (u8, u16)),
    /// Whether a router that nobody wrote down stands in the hospital.
    pub lte: bool,
}

const fn fault(
    name: &'static str,
    edits: &'static [(&'static str, &'static str, &'static str)],
    opens: (&'static str, &'static str, (u8, u16)),
) -> Fault {
    Fault { name, edits, opens, lte: false }
}

/// Every fault, one at a time.
pub const FAULTS: &[Fault] = &[
    fault(
        "a forgotten rule lets a vendor everywhere",
        &[(
            "inner",
            "ip saddr @maintenance ip daddr 10.10.10.10 tcp dport { 22, 3389 } counter",
            "ip saddr @maintenance",
        )],
        ("va", "systems/ct", (6, 104)),
    ),
    fault(
        "two vendors reach each other through the hospital",
        &[
            (
                "inner",
                "iifname { \"clin\", \"guest\" }",
                "iifname { \"clin\", \"guest\", \"leg\" }",
            ),
            (
                "border",
                "-A FORWARD -i linb -j vendors\n",
                "-A FORWARD -i linb -j vendors\n-A FORWARD -i trn -o linb -j ACCEPT\n",
            ),
        ],
        ("va", "parties/vb", (6, 3389)),
    ),
    fault(
        "the management of the border is open to the internet",
        &[(
            "border",
            "-A INPUT -i lo -j ACCEPT\n",
            "-A INPUT -i lo -j ACCEPT\n-A INPUT -i wan -p tcp -m tcp --dport 22 -j ACCEPT\n",
        )],
        ("web", "devices/border", (6, 22)),
    ),
    fault(
        "the management of the inner firewall is open to everybody",
        &[("inner", "ip saddr 10.10.10.20 tcp dport 22", "tcp dport 22")],
        ("va", "devices/inner", (6, 22)),
    ),
    fault(
        "a static route leads round the filter",
        &[(
            "maint",
            "route add default via 10.10.253.1\n",
            "route add default via 10.10.253.1\nroute add 10.10.20.0/24 via 10.10.252.1\n",
        )],
        ("va", "systems/archive", (6, 3389)),
    ),
    fault(
        "nobody filters IPv6",
        &[
            (
                "border",
                ":FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A INPUT -p ipv6",
                ":FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A INPUT -p ipv6",
            ),
            ("inner", "table inet filter", "table ip filter"),
        ],
        ("web", "systems/ehr", (6, 3389)),
    ),
    fault(
        "a forgotten port forward",
        &[
            (
                "border",
                "-A PREROUTING -s",
                "-A PREROUTING -d 192.0.2.2/32 -i wan -p tcp -m tcp --dport 8042 -j DNAT --to-destination 10.10.20.10\n-A PREROUTING -s",
            ),
            (
                "border",
                "-A FORWARD -i linb -j vendors\n",
                "-A FORWARD -i linb -j vendors\n-A FORWARD -d 10.10.20.10/32 -p tcp -m tcp --dport 8042 -j ACCEPT\n",
            ),
            (
                "inner",
                "iifname { \"clin\", \"guest\" }",
                "tcp dport 8042 accept\niifname { \"clin\", \"guest\" }",
            ),
        ],
        ("web", "systems/archive", (6, 8042)),
    ),
    fault(
        "a port forward lost its sources",
        &[
            ("border", "-A PREROUTING -s 198.51.100.10/32 -d", "-A PREROUTING -d"),
            ("border", "-A FORWARD -s 198.51.100.10/32 -d", "-A FORWARD -d"),
        ],
        ("web", "systems/relay", (6, 22)),
    ),
    fault(
        "a vendor's line is not limited to its service",
        &[
            (
                "border",
                "-A vendors -d 10.10.20.10/32 -o trn -p tcp -m multiport --dports 104 -j",
                "-A vendors -o trn -j",
            ),
            (
                "inner",
                "ip saddr 10.10.254.1 ip daddr 10.10.20.10 tcp dport 104",
                "ip saddr 10.10.254.1",
            ),
        ],
        ("vb", "systems/ehr", (6, 22)),
    ),
    fault(
        "visitors reach the clinical network",
        &[(
            "inner",
            "iifname { \"clin\", \"guest\" } oifname \"trn\"",
            "iifname { \"clin\", \"guest\" } oifname { \"trn\", \"clin\" }",
        )],
        ("guest", "systems/ehr", (6, 443)),
    ),
    fault(
        "a rule for monitoring holds in every direction",
        &[(
            "border",
            "-A vendors -j DROP\n",
            "-A vendors -j DROP\n-A FORWARD -p udp -m udp --dport 161 -j ACCEPT\n",
        )],
        ("web", "systems/relay", (17, 161)),
    ),
    Fault {
        lte: true,
        ..fault(
            "a mobile router that nobody wrote down is a second way out",
            &[(
                "inner",
                "route add 172.30.1.0/24",
                "route add 198.51.100.128/25 via 10.10.50.254\nroute add 172.30.1.0/24",
            )],
            ("outside", "systems/ct", (6, 104)),
        )
    },
];

/// What a device is told when there is a fault, or none.
pub fn script(fault: Option<&Fault>, at: usize) -> String {
    let (device, _, text) = SCRIPTS[at];
    let edits = fault.iter().flat_map(|it| it.edits);
    let own = edits.filter(|it| it.0 == device && text.contains(it.1));
    own.fold(text.to_owned(), |text, (_, from, to)| {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        text.replace(from, to)
    })
}
