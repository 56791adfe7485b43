//! Rules in the syntax of iptables-restore.

use super::rules::{Rule, Rules, Target};
use std::fmt::Write as _;
use std::net::IpAddr;

/// What iptables-restore, or ip6tables-restore, reads.
pub fn text(rules: &Rules) -> String {
    let mut out = String::from("*filter\n");
    for (chain, passes) in ["INPUT", "FORWARD"].iter().zip(rules.passes) {
        let _ = writeln!(out, ":{chain} {} [0:0]", if passes { "ACCEPT" } else { "DROP" });
    }
    out += ":OUTPUT ACCEPT [0:0]\n";
    (0..rules.chains.len()).for_each(|it| out += &format!(":c{it} - [0:0]\n"));
    append(&mut out, "INPUT", &rules.input);
    append(&mut out, "FORWARD", &rules.forward);
    rules.chains.iter().enumerate().for_each(|(at, it)| append(&mut out, &format!("c{at}"), it));
    out += "COMMIT\n*nat\n";
    for chain in ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"] {
        let _ = writeln!(out, ":{chain} ACCEPT [0:0]");
    }
    append(&mut out, "PREROUTING", &rules.incoming);
    append(&mut out, "POSTROUTING", &rules.outgoing);
    out + "COMMIT\n"
}

fn append(out: &mut String, chain: &str, rules: &[Rule]) {
    for it in rules {
        let _ = writeln!(out, "-A {chain}{}{}", condition(it), target(&it.target));
    }
}

fn not(negated: bool) -> &'static str {
    if negated { " !" } else { "" }
}

fn condition(rule: &Rule) -> String {
    let mut out = String::new();
    for (word, side, of) in [("-s", "src", &rule.source), ("-d", "dst", &rule.destination)] {
        let Some((negated, it)) = of else { continue };
        let not = not(*negated);
        out += &match it.contains('-') {
            true => format!(" -m iprange{not} --{side}-range {it}"),
            false => format!("{not} {word} {it}"),
        };
    }
    for (word, of) in [("-i", &rule.over), ("-o", &rule.out)] {
        if let Some((negated, it)) = of {
            let _ = write!(out, "{} {word} {it}", not(*negated));
        }
    }
    if let Some(protocol) = rule.protocol {
        let _ = write!(out, " -p {protocol}");
    }
    if let Some((negated, ports)) = &rule.ports {
        let one = |it: &(u16, u16)| match it.0 == it.1 {
            true => it.0.to_string(),
            false => format!("{}:{}", it.0, it.1),
        };
        let all: Vec<String> = ports.iter().map(one).collect();
        let (not, protocol) = (not(*negated), rule.protocol.unwrap_or_default());
        out += &match all.as_slice() {
            [one] => format!(" -m {protocol}{not} --dport {one}"),
            all => format!(" -m multiport{not} --dports {}", all.join(",")),
        };
    }
    if let Some((negated, states)) = &rule.states {
        let _ = write!(
            out,
            " -m conntrack{} --ctstate {}",
            not(*negated),
            states.join(",").to_uppercase()
        );
    }
    out
}

fn target(it: &Target) -> String {
    match it {
        Target::Accept => " -j ACCEPT".to_owned(),
        Target::Drop => " -j DROP".to_owned(),
        Target::Reject => " -j REJECT".to_owned(),
        Target::Reset => " -j REJECT --reject-with tcp-reset".to_owned(),
        Target::Return => " -j RETURN".to_owned(),
        Target::Jump(at) => format!(" -j c{at}"),
        Target::Goto(at) => format!(" -g c{at}"),
        Target::Count => String::new(),
        Target::Dnat(to, port) => format!(" -j DNAT --to-destination {}", end(*to, *port)),
        Target::Redirect(port) => format!(" -j REDIRECT --to-ports {port}"),
        Target::Snat(to) => format!(" -j SNAT --to-source {to}"),
        Target::Masquerade => " -j MASQUERADE".to_owned(),
    }
}

/// An address, with a port when there is one.
pub fn end(to: IpAddr, port: Option<u16>) -> String {
    port.map_or_else(|| to.to_string(), |port| std::net::SocketAddr::from((to, port)).to_string())
}
