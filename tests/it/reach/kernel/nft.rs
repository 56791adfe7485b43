//! Rules in the syntax of nft.

use super::iptables::end;
use super::rules::{Rule, Rules, Target};
use std::fmt::Write as _;

/// One table of a family.
pub fn text(rules: &Rules) -> String {
    let family = if rules.v6 { "ip6" } else { "ip" };
    let mut out = format!("table {family} gate {{\n");
    for at in (0..rules.chains.len()).rev() {
        chain(&mut out, &format!("c{at}"), "", &rules.chains[at], family);
    }
    let [input, forward] = rules.passes.map(|it| if it { "accept" } else { "drop" });
    let base = |kind: &str, hook: &str, priority: &str, policy: &str| {
        format!("type {kind} hook {hook} priority {priority}; policy {policy};\n")
    };
    let mut list =
        |name: &str, base: &str, rules: &[Rule]| chain(&mut out, name, base, rules, family);
    list("towards", &base("filter", "input", "filter", input), &rules.input);
    list("through", &base("filter", "forward", "filter", forward), &rules.forward);
    list("after", &base("filter", "forward", "filter + 10", "accept"), &rules.later);
    list("come", &base("nat", "prerouting", "dstnat", "accept"), &rules.incoming);
    list("go", &base("nat", "postrouting", "srcnat", "accept"), &rules.outgoing);
    out + "}\n"
}

fn chain(out: &mut String, name: &str, base: &str, rules: &[Rule], family: &str) {
    let _ = writeln!(out, "chain {name} {{\n{base}");
    rules.iter().for_each(|it| {
        let _ = writeln!(out, "{}{}", condition(it, family), target(it));
    });
    out.push_str("}\n");
}

fn not(negated: bool) -> &'static str {
    if negated { "!= " } else { "" }
}

fn condition(rule: &Rule, family: &str) -> String {
    let mut out = String::new();
    for (word, of) in [("iifname", &rule.over), ("oifname", &rule.out)] {
        if let Some((negated, it)) = of {
            let _ = write!(out, "{word} {}\"{it}\" ", not(*negated));
        }
    }
    for (side, of) in [("saddr", &rule.source), ("daddr", &rule.destination)] {
        if let Some((negated, it)) = of {
            let _ = write!(out, "{family} {side} {}{it} ", not(*negated));
        }
    }
    match (rule.protocol, &rule.ports) {
        (Some(protocol), Some((negated, ports))) => {
            let one = |it: &(u16, u16)| match it.0 == it.1 {
                true => it.0.to_string(),
                false => format!("{}-{}", it.0, it.1),
            };
            let all: Vec<String> = ports.iter().map(one).collect();
            let all = match all.as_slice() {
                [one] => one.clone(),
                all => format!("{{ {} }}", all.join(", ")),
            };
            let _ = write!(out, "{protocol} dport {}{all} ", not(*negated));
        }
        (Some(protocol), None) => {
            let _ = write!(out, "meta l4proto {protocol} ");
        }
        (None, _) => {}
    }
    if let Some((negated, states)) = &rule.states {
        let _ = write!(out, "ct state {}{} ", not(*negated), states.join(","));
    }
    out
}

fn target(rule: &Rule) -> String {
    match &rule.target {
        Target::Accept => "accept".to_owned(),
        Target::Drop => "drop".to_owned(),
        Target::Reject => "reject".to_owned(),
        Target::Reset => "reject with tcp reset".to_owned(),
        Target::Return => "return".to_owned(),
        Target::Jump(at) => format!("jump c{at}"),
        Target::Goto(at) => format!("goto c{at}"),
        Target::Count => "counter".to_owned(),
        Target::Dnat(to, port) => format!("dnat to {}", end(*to, *port)),
        Target::Redirect(port) => format!("redirect to :{port}"),
        Target::Snat(to) => format!("snat to {to}"),
        Target::Masquerade => "masquerade".to_owned(),
    }
}
