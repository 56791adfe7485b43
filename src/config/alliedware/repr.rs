//! What a configuration means to AlliedWare Plus, before it is said in the words of every vendor.

use crate::config::Word;
use crate::model::device::{Acquired, DeviceConfig, Filter, Ike, Remote, Transport, TunnelKind};
use crate::model::{AddressSet, IpNetwork};
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Everything.
#[derive(Debug, Default)]
pub(super) struct Router<'t> {
    /// What a line says by itself is said here at once.
    pub(super) facts: DeviceConfig,
    /// Interfaces in the order of the text; of a range each one.
    pub(super) ports: Vec<Port<'t>>,
    /// Where each of them stands there.
    pub(super) places: BTreeMap<String, usize>,
    pub(super) vlan_names: BTreeMap<u16, Spanned<String>>,
    pub(super) zones: BTreeMap<&'t str, Zone<'t>>,
    pub(super) applications: BTreeMap<&'t str, Application>,
    pub(super) rules: Vec<Rule<'t>>,
    /// `protect`
    pub(super) protect: Option<Span>,
    pub(super) translations: Vec<Translation<'t>>,
    /// `enable` below `nat`
    pub(super) nat_on: bool,
    /// Access lists by their keys: the name, and for IPv6 `ipv6` before it.
    pub(super) lists: BTreeMap<String, Filter>,
    /// `vlan access-map NAME`: the lists of each, by their keys.
    pub(super) vlan_maps: BTreeMap<&'t str, Vec<Spanned<String>>>,
    /// `vlan filter NAME vlan-list LIST input`
    pub(super) vlan_filters: Vec<(Word<'t>, Vec<(u16, u16)>)>,
    pub(super) isakmp_profiles: BTreeMap<&'t str, Ike>,
    pub(super) isakmp_keys: Vec<Remote>,
    pub(super) isakmp_peers: Vec<(Remote, Word<'t>)>,
    pub(super) ipsec_profiles: BTreeMap<&'t str, Ike>,
    pub(super) pools: Vec<Pool>,
    pub(super) dhcp_on: bool,
    pub(super) snmp: Option<Span>,
    /// Settings of the whole device that may stop packets or send them another way, and are not read.
    pub(super) unread: Vec<Spanned<String>>,
    pub(super) communities: Vec<Option<Word<'t>>>,
}

/// `interface NAME`
#[derive(Clone, Debug)]
pub(super) struct Port<'t> {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) description: Option<Spanned<String>>,
    pub(super) off: Option<Span>,
    /// Lines that may stop packets and are not read.
    pub(super) unread: Vec<Spanned<String>>,
    pub(super) addresses: Vec<Spanned<IpNetwork>>,
    pub(super) acquired: Vec<Spanned<Acquired>>,
    pub(super) mode: Option<SwitchMode>,
    pub(super) vlan: Option<u16>,
    pub(super) trunk: Vec<(u16, u16)>,
    /// `encapsulation ppp N`: this interface carries `pppN`.
    pub(super) carries: Vec<Spanned<String>>,
    /// `encapsulation dot1q N`: it has a part `name.N`.
    pub(super) parts: Vec<u16>,
    pub(super) aggregate: Option<String>,
    pub(super) bridge: Option<Word<'t>>,
    pub(super) instance: Option<String>,
    /// Lists that decide about what comes in, by their keys.
    pub(super) lists: Vec<Spanned<String>>,
    pub(super) tunnel: Tunnel<'t>,
    pub(super) relays: Vec<Spanned<IpAddr>>,
    pub(super) advertises: Option<Span>,
}

/// How a port of a switch treats VLANs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SwitchMode {
    Access,
    Trunk,
}

/// What an interface says behind `tunnel`.
#[derive(Clone, Debug, Default)]
pub(super) struct Tunnel<'t> {
    pub(super) mode: Option<Spanned<Mode>>,
    pub(super) source: Option<Spanned<String>>,
    pub(super) destination: Option<Spanned<Remote>>,
    pub(super) protected: Option<Span>,
    pub(super) profile: Option<Word<'t>>,
    pub(super) local_name: Option<Spanned<String>>,
    pub(super) remote_name: Option<Spanned<String>>,
    pub(super) local: Vec<Spanned<IpNetwork>>,
    pub(super) remote: Vec<Spanned<IpNetwork>>,
    /// The port of an OpenVPN server.
    pub(super) port: Option<u16>,
}

/// `tunnel mode …`
#[derive(Clone, Copy, Debug)]
pub(super) struct Mode {
    pub(super) kind: TunnelKind,
    pub(super) layer2: bool,
    /// Whether people come in by it.
    pub(super) access: bool,
}

impl Port<'_> {
    /// An interface of which only the name is known.
    pub(super) fn new(name: String, span: Span) -> Self {
        Self {
            name,
            span,
            description: None,
            off: None,
            unread: Vec::new(),
            addresses: Vec::new(),
            acquired: Vec::new(),
            mode: None,
            vlan: None,
            trunk: Vec::new(),
            carries: Vec::new(),
            parts: Vec::new(),
            aggregate: None,
            bridge: None,
            instance: None,
            lists: Vec::new(),
            tunnel: Tunnel::default(),
            relays: Vec::new(),
            advertises: None,
        }
    }
}

/// `zone NAME` with its networks.
#[derive(Debug)]
pub(super) struct Zone<'t> {
    pub(super) span: Span,
    pub(super) networks: BTreeMap<&'t str, Network<'t>>,
}

/// `network NAME` below a zone.
#[derive(Debug, Default)]
pub(super) struct Network<'t> {
    pub(super) subnets: Vec<Subnet>,
    /// A line that says what else belongs to it, and is not read.
    pub(super) unread: Option<Span>,
    pub(super) hosts: BTreeMap<&'t str, Host>,
}

/// `ip subnet NET [interface IF]`
#[derive(Clone, Debug)]
pub(super) struct Subnet {
    pub(super) network: IpNetwork,
    pub(super) interface: Option<Spanned<String>>,
}

/// `host NAME` below a network.
#[derive(Debug, Default)]
pub(super) struct Host {
    pub(super) addresses: AddressSet,
    /// Addresses that nobody wrote down: those of an interface, or of a name.
    pub(super) elsewhere: Vec<Spanned<String>>,
}

/// `application NAME`
#[derive(Clone, Debug)]
pub(super) struct Application {
    pub(super) transports: Vec<Transport>,
    pub(super) exact: bool,
}

/// `rule N ACTION APP from A to B`
#[derive(Debug)]
pub(super) struct Rule<'t> {
    pub(super) span: Span,
    pub(super) number: u32,
    pub(super) action: &'t str,
    pub(super) application: Word<'t>,
    pub(super) from: Option<Word<'t>>,
    pub(super) to: Option<Word<'t>>,
    pub(super) not_understood: Vec<Span>,
}

/// A rule below `nat`.
#[derive(Debug)]
pub(super) struct Translation<'t> {
    pub(super) rule: Rule<'t>,
    /// `with src E`, `with dst E`
    pub(super) source: Option<Word<'t>>,
    pub(super) destination: Option<Word<'t>>,
    pub(super) port: Option<u16>,
}

/// `ip dhcp pool NAME`
#[derive(Debug)]
pub(super) struct Pool {
    pub(super) span: Span,
    pub(super) network: Option<IpNetwork>,
    pub(super) ranges: AddressSet,
}
