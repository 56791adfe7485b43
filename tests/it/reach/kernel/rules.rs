//! Random rule sets, before they are written in the syntax of a program: the same seed gives the
//! same rules.

use super::lab::{HOSTS, INTERFACES, VIRTUAL, address, prefix};
use crate::support::random::Chance;
use std::net::IpAddr;

/// What becomes of a packet that a rule matches.
#[derive(Clone, Debug)]
pub enum Target {
    Accept,
    Drop,
    /// Refused with a message of ICMP.
    Reject,
    /// Refused with a reset; of TCP only.
    Reset,
    Return,
    /// To a chain of [`Rules::chains`].
    Jump(usize),
    Goto(usize),
    /// Nothing: it only counts.
    Count,
    /// To another address, perhaps to another port.
    Dnat(IpAddr, Option<u16>),
    /// To the gate itself.
    Redirect(u16),
    Snat(IpAddr),
    Masquerade,
}

/// One rule. What is not set matches everything.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Whether the condition is negated, and the addresses: one, a network, a range.
    pub source: Option<(bool, String)>,
    pub destination: Option<(bool, String)>,
    pub protocol: Option<&'static str>,
    /// Destination ports, from and to; of one protocol only.
    pub ports: Option<(bool, Vec<(u16, u16)>)>,
    pub over: Option<(bool, &'static str)>,
    pub out: Option<(bool, &'static str)>,
    pub states: Option<(bool, Vec<&'static str>)>,
    pub target: Target,
}

/// The rules of one family.
#[derive(Clone, Debug)]
pub struct Rules {
    pub v6: bool,
    /// Whether what no rule of the hook decides passes: towards the gate, through it.
    pub passes: [bool; 2],
    pub input: Vec<Rule>,
    pub forward: Vec<Rule>,
    /// A second list at the same hook, where the syntax has it: it sees what the first lets pass.
    pub later: Vec<Rule>,
    /// Lists that others jump to; only to those behind them.
    pub chains: Vec<Vec<Rule>>,
    pub incoming: Vec<Rule>,
    pub outgoing: Vec<Rule>,
}

/// Where a rule stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hook {
    Input,
    Forward,
    /// Jumped to from anywhere.
    Chain(usize),
}

const PORTS: [u16; 5] = [22, 80, 443, 8080, 53];
const CHAINS: usize = 3;

/// The rules of a seed for both families.
pub fn rules(seed: u64) -> [Rules; 2] {
    [false, true].map(|v6| {
        let seed = seed * 2 + u64::from(v6);
        let chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x6b65_726e);
        Maker { chance, v6 }.rules()
    })
}

struct Maker {
    chance: Chance,
    v6: bool,
}

impl Maker {
    fn percent(&mut self, percent: usize) -> bool {
        self.chance.between(1, 100) <= percent
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.chance.between(0, of.len() - 1)].clone()
    }

    fn rules(mut self) -> Rules {
        let passes = [self.percent(50), self.percent(50)];
        let mut list = |hook: Hook, least, most| {
            let count = self.chance.between(least, most);
            (0..count).map(|_| self.rule(hook)).collect::<Vec<Rule>>()
        };
        let input = list(Hook::Input, 1, 5);
        let forward = list(Hook::Forward, 3, 9);
        let later = list(Hook::Forward, 0, 2);
        let chains = (0..CHAINS).map(|at| list(Hook::Chain(at), 1, 4)).collect();
        let incoming = (0..self.chance.between(0, 4)).map(|_| self.incoming()).collect();
        let outgoing = (0..self.chance.between(0, 3)).map(|_| self.outgoing()).collect();
        Rules { v6: self.v6, passes, input, forward, later, chains, incoming, outgoing }
    }

    fn rule(&mut self, hook: Hook) -> Rule {
        let mut rule = self.condition();
        if hook == Hook::Input {
            rule.out = None;
            // Only what is meant for the gate comes here.
            rule.destination = rule.destination.filter(|_| self.percent(20));
        }
        if let Hook::Chain(_) = hook {
            (rule.over, rule.out) = (None, None);
        }
        let first = match hook {
            Hook::Chain(at) => at + 1,
            Hook::Input | Hook::Forward => 0,
        };
        let mut targets = vec![Target::Accept, Target::Accept, Target::Drop, Target::Reject];
        targets.extend([Target::Return, Target::Count]);
        if first < CHAINS {
            let chain = self.chance.between(first, CHAINS - 1);
            targets.extend([Target::Jump(chain), Target::Jump(chain), Target::Goto(chain)]);
        }
        if rule.protocol == Some("tcp") {
            targets.push(Target::Reset);
        }
        rule.target = self.pick(&targets);
        rule
    }

    fn condition(&mut self) -> Rule {
        let protocol = match self.percent(60) {
            true => Some(self.pick(&["tcp", "tcp", "udp"])),
            false => None,
        };
        let ports = match protocol.is_some() && self.percent(70) {
            true => Some((self.percent(20), self.ports())),
            false => None,
        };
        let states: &[&[&str]] = &[
            &["new"],
            &["new"],
            &["established", "related"],
            &["invalid"],
            &["new", "established"],
        ];
        let states = match self.percent(30) {
            true => Some(self.pick(states).to_vec()),
            false => None,
        };
        Rule {
            source: if self.percent(35) {
                Some((self.percent(25), self.addresses()))
            } else {
                None
            },
            destination: match self.percent(35) {
                true => Some((self.percent(25), self.addresses())),
                false => None,
            },
            protocol,
            ports,
            over: self.interface(),
            out: self.interface(),
            states: states.map(|it| (it.len() == 1 && self.percent(25), it)),
            target: Target::Count,
        }
    }

    fn interface(&mut self) -> Option<(bool, &'static str)> {
        match self.percent(25) {
            true => Some((self.percent(25), self.pick(&INTERFACES))),
            false => None,
        }
    }

    fn ports(&mut self) -> Vec<(u16, u16)> {
        let count = self.pick(&[1, 1, 1, 2, 3]);
        let mut all = Vec::new();
        for _ in 0..count {
            let first = self.pick(&PORTS);
            let last = if self.percent(30) { first + self.pick(&[1, 30, 400]) } else { first };
            all.push((first, last));
        }
        // Neither program takes ports twice in one set.
        all.sort_unstable();
        let mut apart: Vec<(u16, u16)> = Vec::new();
        for (first, last) in all {
            if apart.last().is_none_or(|it| it.1 + 1 < first) {
                apart.push((first, last));
            }
        }
        apart
    }

    /// A host, both, a network, two networks, an address that nobody has.
    fn addresses(&mut self) -> String {
        let at = self.chance.between(0, INTERFACES.len() - 1);
        let of = |last: &str| address(self.v6, at, last);
        let all = [
            of(HOSTS[0]),
            of(HOSTS[1]),
            of("1"),
            format!("{}-{}", of(HOSTS[0]), of(HOSTS[1])),
            format!("{}-{}", of("1"), of(HOSTS[0])),
            format!("{}/{}", of(""), prefix(self.v6)),
            format!("{}/{}", of(""), prefix(self.v6)),
            format!("{}/{}", address(self.v6, 0, ""), if self.v6 { 47 } else { 15 }),
            VIRTUAL[usize::from(self.v6)].to_owned(),
        ];
        self.pick(&all)
    }

    fn someone(&mut self) -> IpAddr {
        let at = self.chance.between(0, INTERFACES.len() - 1);
        address(self.v6, at, self.pick(&HOSTS)).parse().unwrap()
    }

    /// Translates what comes in.
    fn incoming(&mut self) -> Rule {
        let mut rule = self.condition();
        (rule.out, rule.states) = (None, None);
        let to =
            [VIRTUAL[usize::from(self.v6)].to_owned(), address(self.v6, 0, "1"), self.addresses()];
        rule.destination = Some((false, self.pick(&to)));
        let port = (rule.protocol.is_some() && self.percent(60)).then(|| self.pick(&PORTS));
        let redirect = Target::Redirect(self.pick(&PORTS));
        let dnat = Target::Dnat(self.someone(), port);
        let mut targets = vec![dnat.clone(), dnat.clone(), dnat, Target::Accept];
        if rule.protocol.is_some() {
            targets.push(redirect);
        }
        rule.target = self.pick(&targets);
        rule
    }

    /// Translates what goes out.
    fn outgoing(&mut self) -> Rule {
        let mut rule = self.condition();
        (rule.over, rule.states) = (None, None);
        let at = self.chance.between(0, INTERFACES.len() - 1);
        rule.out = rule.out.or(Some((false, INTERFACES[at])));
        let own = address(self.v6, at, "1").parse().unwrap();
        let nobody = VIRTUAL[usize::from(self.v6)].parse().unwrap();
        let all = [Target::Masquerade, Target::Masquerade, Target::Snat(own), Target::Snat(nobody)];
        rule.target = if self.percent(15) { Target::Accept } else { self.pick(&all) };
        rule
    }
}
