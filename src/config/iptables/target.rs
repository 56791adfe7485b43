//! What a rule does.

use super::parse::Rule;
use super::rule::{Reading, is_option};
use crate::config::{Word, numbers};
use crate::model::device::Family;
use crate::model::{AddressSet, RangeSet};

/// What a rule does.
#[derive(Debug)]
pub(super) enum Target<'t> {
    /// It counts.
    Nothing,
    Accept,
    Drop,
    Return,
    /// It logs, marks or changes something else than addresses, and the next rule is tried.
    Goes,
    Nat(Translation),
    /// A chain, and whether it is entered without return.
    Chain(Word<'t>, bool),
    Unknown,
}

/// A translation. Which address it changes follows from the chain.
#[derive(Clone, Debug)]
pub(super) struct Translation {
    /// The new addresses; `None` for those of the interface (of the device, for `REDIRECT`).
    pub(super) addresses: Option<AddressSet>,
    pub(super) ports: Option<RangeSet<u16>>,
    /// Whether every word was understood.
    pub(super) whole: bool,
}

/// Targets after which the next rule is tried.
const GOES: &[&str] = &[
    "LOG",
    "ULOG",
    "NFLOG",
    "MARK",
    "CONNMARK",
    "CT",
    "NOTRACK",
    "TOS",
    "DSCP",
    "TTL",
    "HL",
    "TCPMSS",
    "CLASSIFY",
    "SET",
    "CHECKSUM",
    "AUDIT",
    "TRACE",
    "SECMARK",
    "CONNSECMARK",
    "IDLETIMER",
    "RATEEST",
    "ECN",
    "HMARK",
    "LED",
    "TCPOPTSTRIP",
];

/// Targets of the table `nat` after which the destination is what it was.
const STAYS: &[&str] = &["ACCEPT", "DROP", "REJECT", "RETURN", "MASQUERADE", "SNAT"];

/// The name of the target or chain of a rule.
pub(super) fn name<'t>(rule: &Rule<'t>) -> Option<&'t str> {
    let jump = |it: &Word<'_>| matches!(it.text, "-j" | "--jump" | "-g" | "--goto");
    let mut words = rule.words.clone();
    words.find(jump)?;
    words.next().map(|it| it.text)
}

/// Whether a target may change the destination.
pub(super) fn may_divert(name: &str) -> bool {
    !STAYS.contains(&name) && !GOES.contains(&name)
}

/// Options of translations that say nothing about where packets go.
const BESIDES: &[&str] = &["--random", "--random-fully", "--persistent"];

impl Target<'_> {
    pub(super) fn is_understood(&self) -> bool {
        match self {
            Self::Unknown => false,
            Self::Nat(translation) => translation.whole,
            _ => true,
        }
    }
}

/// The target after `-j` or `-g`, with its options.
pub(super) fn target<'t>(reading: &mut Reading<'t>, goto: bool) -> Target<'t> {
    let Some(name) = reading.next() else { return Target::Unknown };
    match name.text {
        "ACCEPT" => Target::Accept,
        "DROP" => Target::Drop,
        "RETURN" => Target::Return,
        "REJECT" => {
            if reading.peek().is_some_and(|it| it.text == "--reject-with") {
                reading.next();
                reading.next();
            }
            Target::Drop
        }
        "DNAT" | "SNAT" | "NETMAP" => nat(reading, false),
        "REDIRECT" | "MASQUERADE" => nat(reading, true),
        name if GOES.contains(&name) => {
            // Their options say nothing about where packets go.
            while let Some(word) = reading.peek() {
                if is_option(&word) && matches!(word.text, "-m" | "-s" | "-d" | "-p" | "-i" | "-o")
                {
                    break;
                }
                reading.next();
            }
            Target::Goes
        }
        _ => {
            let rest = reading.peek();
            match rest {
                // A chain has no options; what has them is an extension.
                Some(word) if word.starts_with("--") && !goto => {
                    while reading.next().is_some() {}
                    Target::Unknown
                }
                _ => Target::Chain(name, goto),
            }
        }
    }
}

/// The options of a translation; `device` says that its address is the device's own by itself.
fn nat<'t>(reading: &mut Reading<'t>, device: bool) -> Target<'t> {
    let mut it = Translation { addresses: None, ports: None, whole: true };
    while let Some(option) = reading.peek().filter(|it| it.starts_with("--")) {
        reading.next();
        match option.text {
            "--to-destination" | "--to-source" | "--to" | "--to-ports" => {
                let Some(value) = reading.next() else {
                    it.whole = false;
                    break;
                };
                let ports_only = option.text == "--to-ports";
                match endpoint(&value, reading.family, ports_only) {
                    Some((addresses, ports)) => {
                        it.addresses = match (it.addresses, addresses) {
                            (Some(a), Some(b)) => Some(a.union(&b)),
                            (a, b) => a.or(b),
                        };
                        it.ports = ports.or(it.ports);
                    }
                    None => it.whole = false,
                }
            }
            known if BESIDES.contains(&known) => {}
            _ => it.whole = false,
        }
    }
    // A new port at an address that stays is more than the facts can say.
    it.whole &= device || it.addresses.is_some();
    Target::Nat(it)
}

/// `192.0.2.1`, `192.0.2.1-192.0.2.9:80-90`, `:8080`, `[2001:db8::1]:80`, `192.0.2.0/24`, `8080`.
type Endpoint = (Option<AddressSet>, Option<RangeSet<u16>>);
fn endpoint(word: &str, family: Family, ports_only: bool) -> Option<Endpoint> {
    if ports_only {
        return Some((None, Some(numbers::ports(word)?)));
    }
    let (address, ports) = match (word.strip_prefix('['), family) {
        (Some(rest), _) => {
            let (address, ports) = rest.split_once(']')?;
            // `[2001:db8::1]-[2001:db8::9]:80` is rare enough to be left unread.
            (address, ports.strip_prefix(':'))
        }
        (None, Family::V6) => (word, None),
        (None, _) => match word.split_once(':') {
            Some((address, ports)) => (address, Some(ports)),
            None => (word, None),
        },
    };
    // `8080-8090/8000` shifts ports; the new ones are these all the same.
    let ports = match ports {
        Some(ports) => Some(numbers::ports(ports.split_once('/').map_or(ports, |it| it.0))?),
        None => None,
    };
    let addresses = match address {
        "" => None,
        _ => Some(numbers::addresses(address)?),
    };
    Some((addresses, ports))
}
