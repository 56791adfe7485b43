//! Rules in the syntax of nft.

use super::iptables::end;
use super::rules::{Rule, Rules, Target};
use std::fmt::Write as _;

/// A table of a family, or one that is asked for both.
pub fn text(rules: &Rules, both: bool) -> String {
    let own = if rules.v6 { "ip6" } else { "ip" };
    let family = if both { "inet" } else { own };
    let mut writer = Writer { own, both, sets: Vec::new(), out: String::new() };
    for (at, rules) in rules.chains.iter().enumerate().rev() {
        writer.chain(&format!("c{at}"), "", rules);
    }
    let [input, forward] = rules.passes.map(|it| if it { "accept" } else { "drop" });
    let base = |kind: &str, hook: &str, priority: &str, policy: &str| {
        format!("type {kind} hook {hook} priority {priority}; policy {policy};\n")
    };
    writer.chain("towards", &base("filter", "input", "filter", input), &rules.input);
    writer.chain("through", &base("filter", "forward", "filter", forward), &rules.forward);
    writer.chain("after", &base("filter", "forward", "filter + 10", "accept"), &rules.later);
    writer.chain("come", &base("nat", "prerouting", "dstnat", "accept"), &rules.incoming);
    writer.chain("go", &base("nat", "postrouting", "srcnat", "accept"), &rules.outgoing);
    let mut sets = String::new();
    for (at, it) in writer.sets.iter().enumerate() {
        let kind = if rules.v6 { "ipv6_addr" } else { "ipv4_addr" };
        let _ =
            writeln!(sets, "set s{at} {{ type {kind}; flags interval; elements = {{ {it} }}; }}");
    }
    format!("table {family} gate-{own} {{\n{sets}{}}}\n", writer.out)
}

struct Writer {
    own: &'static str,
    both: bool,
    sets: Vec<String>,
    out: String,
}

impl Writer {
    fn chain(&mut self, name: &str, base: &str, rules: &[Rule]) {
        let _ = writeln!(self.out, "chain {name} {{\n{base}");
        for rule in rules {
            let line = self.condition(rule) + &self.target(rule);
            let _ = writeln!(self.out, "{line}");
        }
        self.out.push_str("}\n");
    }

    fn condition(&mut self, rule: &Rule) -> String {
        let mut out = String::new();
        for (word, of) in [("iifname", &rule.over), ("oifname", &rule.out)] {
            if let Some((negated, it)) = of {
                let _ = write!(out, "{word} {}\"{it}\" ", not(*negated));
            }
        }
        for (side, of) in [("saddr", &rule.source), ("daddr", &rule.destination)] {
            let Some((negated, it)) = of else { continue };
            let _ = write!(out, "{} {side} {}", self.own, not(*negated));
            // What is more than one address stands in a set, which has a name.
            if side == "daddr" && it.contains(['-', '/']) {
                let _ = write!(out, "@s{} ", self.sets.len());
                self.sets.push(it.clone());
            } else {
                let _ = write!(out, "{it} ");
            }
        }
        if let Some((negated, states)) = &rule.states {
            let _ = write!(out, "ct state {}{} ", not(*negated), states.join(","));
        }
        if let (Some(protocol), None) = (rule.protocol, &rule.ports) {
            let _ = write!(out, "meta l4proto {protocol} ");
        }
        out
    }

    /// Ports and what becomes of the packet; both at once in a map of verdicts.
    fn target(&self, rule: &Rule) -> String {
        let verdict = self.verdict(rule);
        let Some((negated, ports)) = &rule.ports else { return verdict };
        let one = |it: &(u16, u16)| match it.0 == it.1 {
            true => it.0.to_string(),
            false => format!("{}-{}", it.0, it.1),
        };
        let all: Vec<String> = ports.iter().map(one).collect();
        let (field, not) = (format!("{} dport", rule.protocol.unwrap_or_default()), not(*negated));
        let plain = matches!(
            rule.target,
            Target::Accept | Target::Drop | Target::Return | Target::Jump(_) | Target::Goto(_)
        );
        match all.as_slice() {
            [one] => format!("{field} {not}{one} {verdict}"),
            all if plain && !negated => {
                let all: Vec<String> = all.iter().map(|it| format!("{it} : {verdict}")).collect();
                format!("{field} vmap {{ {} }}", all.join(", "))
            }
            all => format!("{field} {not}{{ {} }} {verdict}", all.join(", ")),
        }
    }

    fn verdict(&self, rule: &Rule) -> String {
        let to = if self.both { format!("{} to", self.own) } else { "to".to_owned() };
        match &rule.target {
            Target::Accept => "accept".to_owned(),
            Target::Drop => "drop".to_owned(),
            Target::Reject => match (self.both, self.own) {
                // Of both families these refuse one.
                (true, "ip") => "reject with icmp host-unreachable".to_owned(),
                (true, _) => "reject with icmpv6 no-route".to_owned(),
                (false, _) => "reject".to_owned(),
            },
            Target::Reset => "reject with tcp reset".to_owned(),
            Target::Return => "return".to_owned(),
            Target::Jump(at) => format!("jump c{at}"),
            Target::Goto(at) => format!("goto c{at}"),
            Target::Count => "counter".to_owned(),
            Target::Dnat(address, port) => format!("dnat {to} {}", end(*address, *port)),
            Target::Redirect(port) => format!("redirect to :{port}"),
            Target::Snat(address) => format!("snat {to} {address}"),
            Target::Masquerade => "masquerade".to_owned(),
        }
    }
}

fn not(negated: bool) -> &'static str {
    if negated { "!= " } else { "" }
}
