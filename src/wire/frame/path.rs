//! What a packet was wrapped in, outermost first.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

/// How many wrappings are followed.
const DEPTH: usize = 16;

/// One wrapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// An IEEE 802.1Q or 802.1ad tag.
    Vlan(u16),
    /// An MPLS label (RFC 3032).
    Mpls(u32),
    /// A PPPoE session (RFC 2516).
    Pppoe(u16),
    /// GRE (RFC 2784, RFC 2890) with its key.
    Gre(Option<u32>),
    /// The GRE of PPTP (RFC 2637).
    Pptp,
    /// A mirrored packet, with the number of the mirror session (ERSPAN).
    Erspan(u16),
    /// Ethernet over IP (RFC 3378; MikroTik's EoIP).
    EtherIp,
    /// VXLAN (RFC 7348) with the network's number.
    Vxlan(u32),
    /// Geneve (RFC 8926) with the network's number.
    Geneve(u32),
    /// L2TP version 2 (RFC 2661). Its numbers differ by direction.
    L2tp,
    /// Teredo (RFC 4380).
    Teredo,
    /// Authenticated, not encrypted (RFC 4302).
    Ah,
    /// An IP packet, from whom to whom.
    Ip(IpAddr, IpAddr),
}

impl fmt::Display for Layer {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Vlan(id) => write!(to, "vlan:{id}"),
            Self::Mpls(label) => write!(to, "mpls:{label}"),
            Self::Pppoe(session) => write!(to, "pppoe:{session}"),
            Self::Gre(None) => to.write_str("gre"),
            Self::Gre(Some(key)) => write!(to, "gre:{key}"),
            Self::Pptp => to.write_str("pptp"),
            Self::Erspan(session) => write!(to, "erspan:{session}"),
            Self::EtherIp => to.write_str("etherip"),
            Self::Vxlan(network) => write!(to, "vxlan:{network}"),
            Self::Geneve(network) => write!(to, "geneve:{network}"),
            Self::L2tp => to.write_str("l2tp"),
            Self::Teredo => to.write_str("teredo"),
            Self::Ah => to.write_str("ah"),
            Self::Ip(a, b) => write!(to, "ip:{a}>{b}"),
        }
    }
}

/// Wrappings, outermost first. Belongs to the caller, who uses one for all packets.
#[derive(Clone, Debug)]
pub struct Path {
    layers: [Layer; DEPTH],
    length: usize,
    is_inside_ip: bool,
}

impl Default for Path {
    fn default() -> Self {
        let nothing =
            Layer::Ip(IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        Self { layers: [nothing; DEPTH], length: 0, is_inside_ip: false }
    }
}

impl Path {
    /// No wrapping.
    #[inline]
    pub const fn clear(&mut self) {
        self.length = 0;
        self.is_inside_ip = false;
    }

    /// Nothing but one tag; 0 is none.
    #[inline]
    pub const fn only_tagged(&mut self, vlan: u16) {
        self.clear();
        if vlan != 0 {
            let [first, ..] = &mut self.layers;
            *first = Layer::Vlan(vlan);
            self.length = 1;
        }
    }

    /// The wrappings.
    #[inline]
    pub fn layers(&self) -> &[Layer] {
        self.layers.get(..self.length).unwrap_or_default()
    }

    /// Whether there is none.
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Whether it goes through an IP packet: what follows did not cross the tapped wire by itself.
    #[inline]
    pub const fn is_inside_ip(&self) -> bool {
        self.is_inside_ip
    }

    /// One deeper; `false` when that is too deep.
    pub(super) fn push(&mut self, layer: Layer) -> bool {
        let Some(place) = self.layers.get_mut(self.length) else { return false };
        *place = layer;
        self.length += 1;
        self.is_inside_ip |= matches!(layer, Layer::Ip(..));
        true
    }
}
