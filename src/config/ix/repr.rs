//! What a configuration of an IX means to the IX, before it is said in the words of every vendor.

use crate::config::Word;
use crate::model::device::ManagementKind;
use crate::model::device::{Acquired, DeviceConfig, FilterLine, Ike, Nat, Remote, TunnelKind};
use crate::model::words::Authentication;
use crate::model::{AddressSet, IpNetwork};
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Everything.
#[derive(Debug, Default)]
pub(super) struct Router<'t> {
    /// What a line says by itself is said here at once.
    pub(super) facts: DeviceConfig,
    /// Interfaces in the order of the text.
    pub(super) interfaces: Vec<Port<'t>>,
    /// Where each of them stands there.
    pub(super) places: BTreeMap<&'t str, usize>,
    /// Devices (`device GigaEthernet0`) that are switched off.
    pub(super) devices_off: BTreeMap<&'t str, Span>,
    pub(super) lists: BTreeMap<ListName<'t>, AccessList<'t>>,
    /// Lists that remember sessions.
    pub(super) dynamic: BTreeMap<ListName<'t>, Dynamic<'t>>,
    pub(super) ike_proposals: BTreeMap<&'t str, Ike>,
    pub(super) ike_policies: Vec<IkePolicy<'t>>,
    /// Where the policies stand there: the first one of a name and of a peer.
    pub(super) policies: BTreeMap<String, usize>,
    pub(super) ipsec_proposals: BTreeMap<&'t str, Ike>,
    pub(super) maps: BTreeMap<&'t str, Map<'t>>,
    pub(super) local_ids: BTreeMap<&'t str, Spanned<IpNetwork>>,
    pub(super) remote_ids: BTreeMap<&'t str, Spanned<IpNetwork>>,
    pub(super) ikev2_profiles: BTreeMap<&'t str, Ikev2<'t>>,
    pub(super) ikev2_default: Ikev2<'t>,
    pub(super) ppp: BTreeMap<&'t str, Ppp>,
    pub(super) dhcp: BTreeMap<ListName<'t>, Pool<'t>>,
    /// `ip dhcp enable`, `ipv6 dhcp enable`.
    pub(super) dhcp_on: [bool; 2],
    /// `ip dhcp-relay enable`
    pub(super) relay_on: bool,
    /// Servers for management, by kind and whether by IPv6.
    pub(super) servers: BTreeMap<(ManagementKind, bool), Server<'t>>,
    pub(super) communities: Vec<Community<'t>>,
    pub(super) route_maps: BTreeMap<&'t str, Vec<Clause<'t>>>,
}

impl<'t> Router<'t> {
    /// The policy that a map names, else the one for the same peer; a dynamic one takes that for
    /// anybody.
    pub(super) fn policy_of(&self, map: &Map<'_>) -> Option<&IkePolicy<'t>> {
        let place = match (map.policy, &map.peer) {
            (Some(name), _) => self.policies.get(&format!("name {}", name.text)),
            (None, Some(peer)) => self.policies.get(&format!("peer {:?}", peer.value)),
            (None, None) => self.policies.get(&format!("peer {:?}", Remote::Any)),
        };
        self.ike_policies.get(*place?)
    }

    /// A policy is known from now on.
    pub(super) fn add_policy(&mut self, policy: IkePolicy<'t>) {
        let place = self.ike_policies.len();
        for key in [format!("name {}", policy.name), format!("peer {:?}", policy.remote.value)] {
            self.policies.entry(key).or_insert(place);
        }
        self.ike_policies.push(policy);
    }
}

/// The name of a list or profile; IPv4 and IPv6 have their own ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ListName<'t> {
    pub(super) v6: bool,
    pub(super) name: &'t str,
}

impl ListName<'_> {
    /// The name as facts have it, unique in the device.
    pub(super) fn label(self) -> String {
        if self.v6 { format!("ipv6 {}", self.name) } else { self.name.to_owned() }
    }

    /// Every address of the family.
    pub(super) fn any(self) -> AddressSet {
        if self.v6 { AddressSet::any_v6() } else { AddressSet::any_v4() }
    }
}

/// `ip access-list NAME …`
#[derive(Debug)]
pub(super) struct AccessList<'t> {
    pub(super) name: ListName<'t>,
    pub(super) span: Span,
    pub(super) lines: Vec<FilterLine>,
    /// For each line its networks, when they are networks: what a tunnel carries.
    pub(super) networks: Vec<Option<(IpNetwork, IpNetwork)>>,
    /// For each line its sequence number, by which it is tried.
    pub(super) places: Vec<u64>,
}

impl AccessList<'_> {
    /// Brings the lines into the order in which they are tried.
    pub(super) fn arrange(&mut self) {
        if self.places.is_sorted() {
            return;
        }
        let lines = std::mem::take(&mut self.lines).into_iter();
        let networks = std::mem::take(&mut self.networks).into_iter();
        let mut all: Vec<_> = self.places.iter().zip(lines.zip(networks)).collect();
        all.sort_by_key(|(place, _)| **place);
        (self.lines, self.networks) = all.into_iter().map(|(_, line)| line).unzip();
    }
}

/// `ip access-list dynamic NAME …`
#[derive(Debug)]
pub(super) struct Dynamic<'t> {
    pub(super) span: Span,
    /// The list whose packets open sessions; `None` when the line is not understood.
    pub(super) trigger: Option<ListName<'t>>,
}

/// A list bound to an interface.
#[derive(Clone, Copy, Debug)]
pub(super) struct Binding<'t> {
    pub(super) span: Span,
    pub(super) list: ListName<'t>,
    pub(super) sequence: u32,
    pub(super) inbound: bool,
}

/// `interface NAME`
#[derive(Clone, Debug)]
pub(super) struct Port<'t> {
    pub(super) name: Word<'t>,
    pub(super) description: Option<Spanned<String>>,
    /// `shutdown` or `no shutdown`; without either it is off.
    pub(super) switched: Option<(bool, Span)>,
    pub(super) addresses: Vec<Spanned<IpNetwork>>,
    pub(super) acquired: Vec<Spanned<Acquired>>,
    pub(super) pppoe: Option<Span>,
    pub(super) vlan: Option<u16>,
    pub(super) ppp: Option<Word<'t>>,
    /// What shows that the line leads outside: a session, a telephone number, an access point name.
    pub(super) outside: Option<Span>,
    pub(super) dialled: Option<Spanned<String>>,
    pub(super) bridge: Option<Word<'t>>,
    pub(super) instance: Option<String>,
    pub(super) filters: Vec<Binding<'t>>,
    /// Lines that may stop packets and are not read: lists for frames, checks of the source.
    pub(super) unread: Vec<Spanned<String>>,
    pub(super) route_map: Option<Word<'t>>,
    pub(super) nat_on: bool,
    pub(super) napt_on: Option<Span>,
    pub(super) napt_inside: Vec<Word<'t>>,
    /// Translations, in the order of the text; they work when `nat_on` or `napt_on`.
    pub(super) translations: Vec<Translation<'t>>,
    pub(super) tunnel: Option<Spanned<Mode>>,
    pub(super) source: Option<Spanned<String>>,
    pub(super) destination: Option<Spanned<Remote>>,
    pub(super) policies: Vec<Word<'t>>,
    pub(super) ikev2: Ikev2<'t>,
    pub(super) dhcp: Vec<Spanned<ListName<'t>>>,
    pub(super) clients: Vec<Spanned<ListName<'t>>>,
    pub(super) relays: Vec<Spanned<IpAddr>>,
    pub(super) advertises: Option<Span>,
}

impl<'t> Port<'t> {
    /// An interface of which only the name is known.
    pub(super) fn new(name: Word<'t>) -> Self {
        Self {
            name,
            description: None,
            switched: None,
            addresses: Vec::new(),
            acquired: Vec::new(),
            pppoe: None,
            vlan: None,
            ppp: None,
            outside: None,
            dialled: None,
            bridge: None,
            instance: None,
            filters: Vec::new(),
            unread: Vec::new(),
            route_map: None,
            nat_on: false,
            napt_on: None,
            napt_inside: Vec::new(),
            translations: Vec::new(),
            tunnel: None,
            source: None,
            destination: None,
            policies: Vec::new(),
            ikev2: Ikev2::default(),
            dhcp: Vec::new(),
            clients: Vec::new(),
            relays: Vec::new(),
            advertises: None,
        }
    }

    /// The device that it is a part of: `GigaEthernet0` of `GigaEthernet0.1` and of
    /// `GigaEthernet0:1.0`.
    pub(super) fn device(&self) -> &'t str {
        let name = self.name.text;
        let name = name.rsplit_once('.').map_or(name, |(device, _)| device);
        name.split_once(':').map_or(name, |(device, _)| device)
    }
}

/// A translation of an interface.
#[derive(Clone, Debug)]
pub(super) struct Translation<'t> {
    pub(super) nat: Nat,
    /// The interface whose address it becomes, when it is another one.
    pub(super) to: Option<Word<'t>>,
    /// Whether it is one of ports (`ip napt`) and not of addresses (`ip nat`).
    pub(super) napt: bool,
}

/// `tunnel mode …`
#[derive(Clone, Copy, Debug)]
pub(super) struct Mode {
    pub(super) kind: TunnelKind,
    pub(super) protection: Protection,
    /// Whether people come in by it, and not a site.
    pub(super) access: bool,
}

/// What protects a tunnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protection {
    Nothing,
    Ikev1,
    Ikev2,
}

/// `ike policy NAME …`
#[derive(Debug)]
pub(super) struct IkePolicy<'t> {
    pub(super) name: &'t str,
    pub(super) remote: Spanned<Remote>,
    pub(super) aggressive: Option<Span>,
    pub(super) proposals: Vec<&'t str>,
    pub(super) local_id: Option<Spanned<String>>,
    pub(super) remote_id: Option<Spanned<String>>,
}

/// `ipsec autokey-map` or `ipsec dynamic-map`
#[derive(Debug)]
pub(super) struct Map<'t> {
    pub(super) list: Option<Word<'t>>,
    pub(super) peer: Option<Spanned<Remote>>,
    pub(super) policy: Option<Word<'t>>,
    pub(super) proposals: Vec<&'t str>,
    pub(super) group: Option<Spanned<u16>>,
    /// Whether it only answers.
    pub(super) dynamic: bool,
}

/// What a profile or an interface says about IKEv2.
#[derive(Clone, Debug, Default)]
pub(super) struct Ikev2<'t> {
    pub(super) peer: Option<Spanned<Remote>>,
    pub(super) profile: Option<Word<'t>>,
    /// From `connect-type` and `negotiation-direction`.
    pub(super) connects: Option<bool>,
    pub(super) direction: Option<bool>,
    pub(super) outgoing: Option<Spanned<String>>,
    pub(super) source: Option<Spanned<String>>,
    pub(super) ciphers: Vec<Spanned<String>>,
    pub(super) hashes: Vec<Spanned<String>>,
    pub(super) groups: Vec<Spanned<u16>>,
    pub(super) local_id: Option<Spanned<String>>,
    pub(super) remote_id: Option<Spanned<String>>,
    pub(super) authentication: Vec<Authentication>,
}

/// `ppp profile NAME`
#[derive(Debug, Default)]
pub(super) struct Ppp {
    /// Whether the other end has to show who it is.
    pub(super) demands: Option<Span>,
    pub(super) users: Vec<Spanned<String>>,
    pub(super) pool: Vec<Spanned<IpNetwork>>,
}

/// `ip dhcp profile NAME`, `ipv6 dhcp client-profile NAME`, `ipv6 dhcp server-profile NAME`
#[derive(Debug, Default)]
pub(super) struct Pool<'t> {
    pub(super) ranges: AddressSet,
    /// Where delegated prefixes go.
    pub(super) subscribers: Vec<Word<'t>>,
    pub(super) delegated: Option<Span>,
}

/// `telnet-server ip …` and its like.
#[derive(Debug)]
pub(super) struct Server<'t> {
    pub(super) kind: ManagementKind,
    pub(super) v6: bool,
    pub(super) span: Span,
    pub(super) enabled: bool,
    pub(super) list: Option<Word<'t>>,
    pub(super) port: u16,
}

/// `snmp-agent ip community …`
#[derive(Debug)]
pub(super) struct Community<'t> {
    pub(super) v6: bool,
    pub(super) list: Option<Word<'t>>,
}

/// `route-map NAME permit N`
#[derive(Debug)]
pub(super) struct Clause<'t> {
    pub(super) span: Span,
    pub(super) permit: bool,
    pub(super) lists: Vec<Spanned<ListName<'t>>>,
    pub(super) via: Vec<crate::model::device::NextHop>,
    pub(super) exact: bool,
}
