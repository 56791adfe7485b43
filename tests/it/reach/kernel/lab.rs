//! Namespaces: a gate with three interfaces, hosts behind each.

pub use crate::support::namespaces::{at, enter, forwards, namespace, run};
use std::net::IpAddr;
use std::process::Command;

/// The interfaces of the gate.
pub const INTERFACES: [&str; 3] = ["wan", "lan", "dmz"];
/// The last part of the addresses of the two hosts of a network.
pub const HOSTS: [&str; 2] = ["10", "11"];
/// Addresses that nobody has, and that hosts send to the gate.
pub const VIRTUAL: [&str; 2] = ["203.0.113.80", "2001:db8:ff::80"];

/// An address of a network: of the gate (`1`), of a host, the network itself (empty).
pub fn address(v6: bool, network: usize, last: &str) -> String {
    match v6 {
        true => format!("2001:db8:{network}::{last}"),
        false if last.is_empty() => format!("10.{network}.0.0"),
        false => format!("10.{network}.0.{last}"),
    }
}

/// The prefix of a network.
pub fn prefix(v6: bool) -> &'static str {
    if v6 { "64" } else { "24" }
}

/// Which host has an address: its network and its position there.
pub fn host(it: IpAddr) -> Option<(usize, usize)> {
    let all = (0..INTERFACES.len()).flat_map(|at| (0..HOSTS.len()).map(move |nth| (at, nth)));
    let mut all = all;
    all.find(|(at, nth)| {
        [false, true].iter().any(|v6| address(*v6, *at, HOSTS[*nth]).parse() == Ok(it))
    })
}

/// One gate with its hosts.
pub struct Lab {
    pub gate: String,
    pub networks: Vec<String>,
}

impl Lab {
    pub fn new(lane: u64) -> Self {
        let gate = format!("gate{lane}");
        let networks = (0..INTERFACES.len()).map(|at| format!("hosts{lane}-{at}")).collect();
        let lab = Self { gate, networks };
        namespace(&lab.gate);
        lab.networks.iter().for_each(|it| namespace(it));
        forwards(&lab.gate);
        for (at, (interface, there)) in INTERFACES.iter().zip(&lab.networks).enumerate() {
            let near = |nth: usize| format!("02:00:00:00:{nth:02x}:{at:02x}");
            let mut gate = format!(
                "link add {interface} address {} type veth peer name eth0 address {} netns {there}
link set {interface} up\n",
                near(1),
                near(2)
            );
            let mut hosts = String::from("link set eth0 up\n");
            for v6 in [false, true] {
                let (prefix, nodad) = (prefix(v6), if v6 { "nodad" } else { "" });
                let own = address(v6, at, "1");
                // Neighbours are known, so that filters of the gate cannot hide them.
                let known = |of: &str, interface: &str, nth| {
                    format!("neigh replace {of} lladdr {} dev {interface}\n", near(nth))
                };
                gate += &format!("addr add {own}/{prefix} dev {interface} {nodad}\n");
                for last in HOSTS {
                    let other = address(v6, at, last);
                    hosts += &format!("addr add {other}/{prefix} dev eth0 {nodad}\n");
                    gate += &known(&other, interface, 2);
                }
                hosts += &known(&own, "eth0", 1);
                hosts += &format!("route add default via {own}\n");
            }
            run(&format!("ip -n {} -batch -", lab.gate), &gate);
            run(&format!("ip -n {there} -batch -"), &hosts);
        }
        lab
    }

    /// Runs a program at the gate.
    pub fn at_gate(&self, line: &str, input: &str) -> String {
        at(&self.gate, line, input)
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        // The next one has the same names, and the gate shall remember no sessions of this one.
        for it in self.networks.iter().chain([&self.gate]) {
            drop(Command::new("ip").args(["netns", "del", it]).status());
        }
    }
}
