//! Names of interfaces: full, abbreviated, with or without a blank before the number.

use crate::model::device::InterfaceKind;

/// Types of interfaces. Of several that an abbreviation fits, the first is meant.
const TYPES: &[(&str, InterfaceKind)] = &[
    ("GigabitEthernet", InterfaceKind::Ethernet),
    ("FastEthernet", InterfaceKind::Ethernet),
    ("Ethernet", InterfaceKind::Ethernet),
    ("TenGigabitEthernet", InterfaceKind::Ethernet),
    ("TenGigE", InterfaceKind::Ethernet),
    ("TwoGigabitEthernet", InterfaceKind::Ethernet),
    ("FiveGigabitEthernet", InterfaceKind::Ethernet),
    ("TwentyFiveGigE", InterfaceKind::Ethernet),
    ("TwentyFiveGigabitEthernet", InterfaceKind::Ethernet),
    ("FortyGigabitEthernet", InterfaceKind::Ethernet),
    ("FortyGigE", InterfaceKind::Ethernet),
    ("HundredGigE", InterfaceKind::Ethernet),
    ("HundredGigabitEthernet", InterfaceKind::Ethernet),
    ("AppGigabitEthernet", InterfaceKind::Ethernet),
    ("Wlan-GigabitEthernet", InterfaceKind::Ethernet),
    ("Vlan", InterfaceKind::Vlan),
    ("Loopback", InterfaceKind::Loopback),
    ("Tunnel", InterfaceKind::Tunnel),
    ("Port-channel", InterfaceKind::Aggregate),
    ("Dialer", InterfaceKind::Other),
    ("Serial", InterfaceKind::Other),
    ("Cellular", InterfaceKind::Mobile),
    ("BRI", InterfaceKind::Isdn),
    ("Async", InterfaceKind::Isdn),
    ("Group-Async", InterfaceKind::Isdn),
    ("BVI", InterfaceKind::Bridge),
    ("BDI", InterfaceKind::Bridge),
    ("Dot11Radio", InterfaceKind::Wireless),
    ("Null", InterfaceKind::Null),
    ("nve", InterfaceKind::Tunnel),
    ("Management", InterfaceKind::Ethernet),
    ("mgmt", InterfaceKind::Ethernet),
    ("Redundant", InterfaceKind::Aggregate),
    ("Multilink", InterfaceKind::Aggregate),
    ("Virtual-Template", InterfaceKind::Other),
    ("Virtual-PPP", InterfaceKind::Tunnel),
    ("VirtualPortGroup", InterfaceKind::Other),
    ("pseudowire", InterfaceKind::Tunnel),
    ("ATM", InterfaceKind::Other),
    ("POS", InterfaceKind::Other),
    ("Embedded-Service-Engine", InterfaceKind::Other),
    ("Service-Engine", InterfaceKind::Other),
    ("Integrated-Service-Engine", InterfaceKind::Other),
    ("vasileft", InterfaceKind::Other),
    ("vasiright", InterfaceKind::Other),
    ("LISP", InterfaceKind::Tunnel),
];

/// A name as the device prints it, and what it is. Words it does not know stay as they are.
pub(in crate::config) fn interface(word: &str) -> (String, InterfaceKind) {
    let letters = word.find(|c: char| c.is_ascii_digit()).unwrap_or(word.len());
    let (kind, number) = word.split_at(letters);
    let wanted = kind.to_ascii_lowercase();
    let fits = |name: &str| name.to_ascii_lowercase() == wanted;
    let begins = |name: &str| wanted.len() >= 2 && name.to_ascii_lowercase().starts_with(&wanted);
    let known = TYPES.iter().find(|(name, _)| fits(name));
    let known = known.or_else(|| TYPES.iter().find(|(name, _)| begins(name)));
    match known {
        Some((name, kind)) if !number.is_empty() => {
            // A channel of a primary rate line: `Serial0/0/0:23`.
            let isdn = *name == "Serial" && number.contains(':');
            let vlan = *kind == InterfaceKind::Ethernet && number.contains('.');
            let kind = match () {
                () if isdn => InterfaceKind::Isdn,
                () if vlan => InterfaceKind::Vlan,
                () => *kind,
            };
            (format!("{name}{number}"), kind)
        }
        _ => (word.to_owned(), InterfaceKind::Other),
    }
}

/// The name that some words write, and how many of them: `Dialer1`, `GigabitEthernet 0/0`.
pub(in crate::config) fn of_words(words: &[&str]) -> Option<(String, InterfaceKind, usize)> {
    let first = *words.first()?;
    let number = words.get(1).filter(|next| next.starts_with(|c: char| c.is_ascii_digit()));
    if let Some(number) = number
        && !first.contains(|c: char| c.is_ascii_digit())
    {
        let (name, kind) = interface(&format!("{first}{number}"));
        return Some((name, kind, 2));
    }
    let (name, kind) = interface(first);
    Some((name, kind, 1))
}

/// Whether a word is certainly the name of an interface of IOS.
pub(in crate::config) fn is_interface(word: &str) -> bool {
    let letters = word.find(|c: char| c.is_ascii_digit()).unwrap_or(word.len());
    let (kind, number) = word.split_at(letters);
    !number.is_empty() && TYPES.iter().any(|(name, _)| *name == kind)
}

/// The names of a range: `GigabitEthernet0/1 - 4 , GigabitEthernet0/9`, `Gi1/0/1-12,Te1/1/1`.
pub(super) fn range(text: &str) -> Option<Vec<String>> {
    /// More ports no stack has.
    const MOST: u32 = 4096;
    let mut names = Vec::new();
    let mut before = String::new();
    for part in text.split(',') {
        let part: String = part.split_whitespace().collect();
        let (first, last) = match part.rsplit_once('-') {
            Some((first, last)) if first.contains(|c: char| c.is_ascii_digit()) => {
                (first.to_owned(), Some(last.to_owned()))
            }
            _ => (part, None),
        };
        let (name, _) = interface(&first);
        let digits = name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let (stem, from) = name.split_at(digits);
        // `Gi0/1 - 2 , 5`: the next part may be a number alone.
        let stem = if stem.is_empty() { before.as_str() } else { stem };
        let from: u32 = from.parse().ok()?;
        let to: u32 = match last {
            Some(last) => {
                let start = last.trim_end_matches(|c: char| c.is_ascii_digit()).len();
                last.get(start..)?.parse().ok()?
            }
            None => from,
        };
        if to < from || to - from > MOST || stem.is_empty() {
            return None;
        }
        names.extend((from..=to).map(|number| format!("{stem}{number}")));
        before = stem.to_owned();
    }
    Some(names)
}
