//! Capture filters: what a capture leaves out on purpose, because there is too much of it.
//!
//! The language is the part of pcap-filter(7) that only leaves out, so that what a tap did not look at
//! can be told: `not host 10.10.90.5 and not net 10.20.0.0/16 and not tcp port 445`. A filter that takes
//! in only what it names would leave out everything that nobody thought of, and has no place here.

use crate::locale::Text;
use crate::model::{Protocol, Service};
use crate::text;
use ipnetwork::IpNetwork;
use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;

/// So many things can be left out.
const MOST: usize = 64;

/// One thing that is left out, whichever of the two ends it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// Packets from or to an address of this network.
    Network(IpNetwork),
    /// Packets of TCP or UDP from or to one of these ports.
    Ports(Service),
}

/// What a capture leaves out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    terms: BTreeSet<LeftOut>,
}

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// What cannot be read, in words.
    pub fn parse(filter: &str) -> Result<Self, Text> {
        let mut terms = BTreeSet::new();
        let words: Vec<&str> = filter.split_whitespace().collect();
        for term in words.split(|it| matches!(*it, "and" | "&&")) {
            let [not, rest @ ..] = term else {
                return Err(text!(
                    "「and」の前後が足りません",
                    "something is missing beside `and`"
                ));
            };
            let shown = term.join(" ");
            if *not != "not" && *not != "!" {
                return Err(text!(
                    "「{shown}」は読めません。取得しないものだけを not で書きます",
                    "`{shown}` is not read: a filter says with `not` what is left out, and nothing else"
                ));
            }
            let Some(found) = left_out(rest) else {
                return Err(text!(
                    "「{shown}」は読めません。not host アドレス、not net ネットワーク、not [tcp|udp] port 番号、not [tcp|udp] portrange 番号-番号 のどれかを書きます",
                    "`{shown}` is not read; it is one of: not host ADDRESS, not net NETWORK, not [tcp|udp] port NUMBER, not [tcp|udp] portrange FIRST-LAST"
                ));
            };
            terms.extend(found);
        }
        if terms.len() > MOST {
            return Err(text!(
                "除外は{MOST}件までです",
                "a filter leaves out {MOST} things at the most"
            ));
        }
        Ok(Self { terms })
    }

    /// What is left out.
    pub fn terms(&self) -> impl Iterator<Item = LeftOut> + '_ {
        self.terms.iter().copied()
    }

    /// Whether a packet of these ends is left out; `ports` of TCP and UDP, where they are known.
    pub fn leaves_out(&self, ends: [IpAddr; 2], protocol: u8, ports: Option<[u16; 2]>) -> bool {
        self.terms.iter().any(|term| match term {
            LeftOut::Network(network) => ends.iter().any(|it| network.contains(*it)),
            LeftOut::Ports(service) => ports.is_some_and(|it| {
                it.iter().any(|port| service.includes(Service::of(protocol, *port)))
            }),
        })
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, term) in self.terms.iter().enumerate() {
            f.write_str(if at == 0 { "not " } else { " and not " })?;
            match term {
                LeftOut::Network(it) if it.prefix() == full(*it) => write!(f, "host {}", it.ip())?,
                LeftOut::Network(it) => write!(f, "net {it}")?,
                LeftOut::Ports(Service::Ports { protocol, first, last }) => {
                    let protocol = if *protocol == Protocol::Udp { "udp" } else { "tcp" };
                    match first == last {
                        true => write!(f, "{protocol} port {first}")?,
                        false => write!(f, "{protocol} portrange {first}-{last}")?,
                    }
                }
                LeftOut::Ports(Service::Any) => f.write_str("ip")?,
            }
        }
        Ok(())
    }
}

/// The prefix length of a single address.
fn full(network: IpNetwork) -> u8 {
    if network.is_ipv4() { 32 } else { 128 }
}

/// What stands behind `not`.
fn left_out(words: &[&str]) -> Option<Vec<LeftOut>> {
    let ports = |protocols: &[Protocol], ports: &str, is_range: bool| {
        let (first, last) = match is_range {
            true => ports.split_once('-')?,
            false => (ports, ports),
        };
        let (first, last): (u16, u16) = (first.parse().ok()?, last.parse().ok()?);
        let each = |protocol: &Protocol| {
            LeftOut::Ports(Service::Ports { protocol: *protocol, first, last })
        };
        (first <= last).then(|| protocols.iter().map(each).collect())
    };
    let both = &[Protocol::Tcp, Protocol::Udp][..];
    match words {
        ["host", address] => {
            let address: IpAddr = address.parse().ok()?;
            Some(vec![LeftOut::Network(IpNetwork::from(address))])
        }
        ["net", network] if network.contains('/') => {
            let network: IpNetwork = network.parse().ok()?;
            // `10.1.2.3/8` is a slip of the pen that would leave out more than was meant.
            (network.network() == network.ip()).then(|| vec![LeftOut::Network(network)])
        }
        ["port", it] => ports(both, it, false),
        ["portrange", it] => ports(both, it, true),
        ["tcp", "port", it] => ports(&[Protocol::Tcp], it, false),
        ["tcp", "portrange", it] => ports(&[Protocol::Tcp], it, true),
        ["udp", "port", it] => ports(&[Protocol::Udp], it, false),
        ["udp", "portrange", it] => ports(&[Protocol::Udp], it, true),
        _ => None,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot read its own words shall fail")]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_told_in_one_way() {
        let told = |it: &str| Filter::parse(it).map(|it| it.to_string()).map_err(|it| it.en);
        let same = "not host 10.0.0.5 and not net 10.1.0.0/16 and not tcp port 445";
        assert_eq!(told(same).as_deref(), Ok(same));
        let other = "not tcp port 445 && !host 10.0.0.5".replace('!', "! ");
        assert_eq!(told(&other).as_deref(), Ok("not host 10.0.0.5 and not tcp port 445"));
        assert_eq!(told("not port 53").as_deref(), Ok("not tcp port 53 and not udp port 53"));
        for wrong in [
            "",
            "tcp port 443",
            "not",
            "not host",
            "not net 10.1.2.3/8",
            "not net 10.0.0.0",
            "not port 70000",
            "not portrange 9-2",
            "not host 10.0.0.5 or not port 53",
            "not host 10.0.0.5 and",
            "not vlan 7",
        ] {
            assert!(told(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn either_end_counts_and_ports_only_where_they_are_known() {
        let filter = Filter::parse("not net 10.1.0.0/16 and not udp portrange 5000-5010").unwrap();
        let address = |it: &str| it.parse::<IpAddr>().unwrap();
        let (a, b, c) = (address("10.1.2.3"), address("192.0.2.1"), address("192.0.2.2"));
        assert!(filter.leaves_out([a, b], 6, Some([1, 2])));
        assert!(filter.leaves_out([b, a], 1, None));
        assert!(filter.leaves_out([b, c], 17, Some([5010, 2])));
        assert!(!filter.leaves_out([b, c], 6, Some([5010, 2])));
        assert!(!filter.leaves_out([b, c], 17, Some([4999, 5011])));
        assert!(!filter.leaves_out([b, c], 17, None));
    }
}
