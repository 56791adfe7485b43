//! Interfaces, with everything that other parts of the configuration hang on them.

mod ip;
mod layer2;
mod lines;
mod table;

use super::names;
use super::parse::{Command, walk};
use super::repr::Repr;
use crate::config::coverage::Fate;
use crate::config::notes::Notes;
use crate::config::outline::Item;
use crate::model::device::{Family, Hook, Interface, InterfaceKind, StructureKind};
use crate::source::{Span, Spanned};
use std::net::IpAddr;

/// An interface as IOS means it.
#[derive(Clone, Debug)]
pub(super) struct Port {
    /// What is a fact already.
    pub interface: Interface,
    /// `shutdown`
    pub shutdown: Option<Span>,
    /// Lists on it: name, direction, family, line.
    pub lists: Vec<(Spanned<String>, Hook, Family)>,
    /// Inspection rules on it.
    pub inspect: Vec<(String, Hook)>,
    /// `mac access-group LIST in|out`
    pub frames: Vec<(Spanned<String>, Hook)>,
    /// Other lines that may stop packets, and are not read.
    pub unread: Vec<(Spanned<String>, Hook)>,
    /// Policies for classes of traffic on it.
    pub policies: Vec<(Spanned<String>, Hook)>,
    /// Which side of address translation it is: whether outside.
    pub nat: Option<Spanned<bool>>,
    /// `ip nat enable`: translated, and neither inside nor outside.
    pub nat_without_sides: bool,
    /// The crypto map on it.
    pub crypto_map: Option<Spanned<String>>,
    /// The Easy VPN client on it.
    pub ezvpn: Option<Spanned<String>>,
    /// `switchport mode`, `access vlan`, `trunk allowed vlan`.
    pub trunk_mode: bool,
    /// VLANs that a trunk may carry.
    pub allowed: Option<Vec<(u16, u16)>>,
    /// The bridges it is a member of, with its service instances.
    pub bridges: Vec<Spanned<String>>,
    /// The route map for policy routing.
    pub policy: Option<Spanned<String>>,
    /// The pool that a dialer takes its line from.
    pub dialer_pool: Option<u16>,
    /// The pool that this line is a member of, and whether it is for PPPoE.
    pub member_of: Vec<(u16, bool)>,
    /// Telephone numbers it calls.
    pub calls: Vec<Spanned<String>>,
    /// `ppp authentication`: it asks callers who they are.
    pub ppp_authentication: Option<Span>,
    /// The pool for callers.
    pub peer_pool: Option<Spanned<String>>,
    /// What it says as a tunnel.
    pub tunnel: TunnelLines,
    /// Layer-2 lines to other places.
    pub circuits: Vec<Circuit>,
    /// DHCP servers to which it relays.
    pub helpers: Vec<Spanned<IpAddr>>,
    /// `ipv6 nd ra suppress`
    pub no_advertisements: bool,
    /// DHCPv6 pool it serves.
    pub dhcpv6: Option<Span>,
}

/// A layer-2 line to another place.
#[derive(Clone, Debug)]
pub(super) struct Circuit {
    /// The other end.
    pub peer: Spanned<IpAddr>,
    /// Its number.
    pub number: String,
    /// The words after it: encapsulation or class.
    pub how: String,
}

/// What an interface says as a tunnel.
#[derive(Clone, Debug, Default)]
pub(super) struct TunnelLines {
    /// `tunnel source`
    pub source: Option<Spanned<String>>,
    /// `tunnel destination`
    pub destination: Option<Spanned<String>>,
    /// `tunnel mode`, words after it.
    pub mode: Option<Spanned<String>>,
    /// `tunnel protection ipsec profile`
    pub protection: Option<Spanned<String>>,
    /// Outer addresses of next-hop servers and static maps of NHRP.
    pub nhrp: Vec<Spanned<String>>,
}

impl Port {
    fn new(name: Spanned<String>, kind: InterfaceKind) -> Self {
        Self {
            interface: Interface::new(name, kind),
            shutdown: None,
            lists: Vec::new(),
            frames: Vec::new(),
            unread: Vec::new(),
            policies: Vec::new(),
            inspect: Vec::new(),
            nat: None,
            nat_without_sides: false,
            crypto_map: None,
            ezvpn: None,
            trunk_mode: false,
            allowed: None,
            bridges: Vec::new(),
            policy: None,
            dialer_pool: None,
            member_of: Vec::new(),
            calls: Vec::new(),
            ppp_authentication: None,
            peer_pool: None,
            tunnel: TunnelLines::default(),
            circuits: Vec::new(),
            helpers: Vec::new(),
            no_advertisements: false,
            dhcpv6: None,
        }
    }
}

/// `interface X` or `interface range …`, and the lines below it.
pub(super) fn block(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let ranged = command.words.get(1) == Some(&"range");
    let at = if ranged { 2 } else { 1 };
    let words = command.words.get(at..).unwrap_or_default();
    let named = command.rest(at);
    let names = if let ["interface", "range", "macro", name] = command.words.as_slice() {
        repr.ranges.get(*name).cloned()
    } else if ranged {
        names::range(named.text)
    } else {
        names::of_words(words).map(|(name, ..)| vec![name])
    };
    let Some(names) = names.filter(|_| !command.negated) else {
        // What stands below is about interfaces that nobody knows.
        if !command.negated && !item.children.is_empty() {
            repr.somewhere.push(Spanned::new(command.words.join(" "), command.span()));
        }
        return Fate::Unrecognized;
    };
    for (nth, name) in names.into_iter().enumerate() {
        let (_, kind) = names::interface(&name);
        if nth == 0 || ranged {
            notes.structures.define_active(StructureKind::Interface, name.clone(), command.span());
        }
        let at = repr.port(&name);
        let mut port = at
            .and_then(|at| repr.ports.get(at).cloned())
            .unwrap_or_else(|| Port::new(Spanned::new(name.clone(), named.span), kind));
        if let Some((parent, _)) = name.rsplit_once('.')
            && kind == InterfaceKind::Vlan
        {
            port.interface.parent = Some(parent.to_owned());
        }
        if kind == InterfaceKind::Vlan
            && let Some(vlan) = name.strip_prefix("Vlan")
        {
            port.interface.vlan = vlan.parse().ok();
        }
        // The lines are accounted for once, whatever number of interfaces they are about.
        let mut again = Notes::new(notes.file(), 0);
        let to = if nth == 0 { &mut *notes } else { &mut again };
        walk(&mut port, &item.children, table::INTERFACE, to);
        repr.put(&name, port);
    }
    Fate::Understood
}

/// `define interface-range NAME GigabitEthernet0/1 - 4 , …`, for `interface range macro NAME`.
pub(super) fn range(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    let Some(name) = command.words.get(2) else { return Fate::Unrecognized };
    match names::range(command.rest(3).text).filter(|_| !command.negated) {
        Some(names) => {
            repr.ranges.insert((*name).to_owned(), names);
            Fate::Understood
        }
        None => {
            repr.ranges.remove(*name);
            Fate::Unrecognized
        }
    }
}

/// How many words of a line of an interface are known.
pub(super) fn known(command: &Command<'_>) -> usize {
    super::modes::best(table::INTERFACE.iter().map(|(prefix, _)| *prefix), command)
}

fn name_of(command: &Command<'_>, at: usize) -> Spanned<String> {
    let word = command.word(at);
    Spanned::new(word.text.to_owned(), word.span)
}
