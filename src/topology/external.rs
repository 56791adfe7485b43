//! Ways in and out that devices are configured for, each with what the inventory says of it.

use super::Corroboration;
use crate::finding::Confidence;
use crate::locale::Text;
use crate::model::device::{Remote, TunnelKind};
use crate::model::vocabulary;
use crate::model::{AddressSet, EntityRef, Service};
use crate::source::Span;

vocabulary! {
    /// In which way a device lets something in or out.
    PathKind("経路の種類", "kind of path") {
        Tunnel = "tunnel" ("トンネル", "tunnel"),
        RemoteAccess = "remote-access" ("外部からの接続受付", "remote access"),
        Forward = "forward" ("ポート転送", "port forward"),
        Line = "line" ("回線（外向きの経路）", "line (a route out)"),
        DialIn = "dial-in" ("着信（ダイヤルイン）", "dial-in"),
        Mobile = "mobile" ("モバイル回線", "mobile line"),
        Bridge = "bridge" ("外部とのL2接続", "layer-2 bridge to the outside"),
        Cloud = "cloud" ("クラウド管理", "cloud management"),
        Ipv6 = "ipv6" ("IPv6の素通し", "open IPv6"),
        Routing = "routing" ("経路交換の相手", "routing neighbour"),
        Gateway = "gateway" ("院内機器を経由する外部経路", "a route out through an inside host"),
        ObservedExit = "observed-exit" ("観測された出口", "exit that was seen"),
        ObservedTunnel = "observed-tunnel" ("観測されたトンネル", "tunnel that was seen"),
        ObservedRemoteControl = "observed-remote-control" ("観測された遠隔操作", "remote control that was seen"),
        ObservedInbound = "observed-inbound" ("観測された外部からの接続", "session from outside that was seen"),
        ObservedPeer = "observed-peer" ("観測された外部の相手", "peers outside that were seen"),
    }
}

impl PathKind {
    /// Whether it was seen on the wire; the others are read from configurations.
    pub const fn is_observed(self) -> bool {
        matches!(
            self,
            Self::ObservedExit
                | Self::ObservedTunnel
                | Self::ObservedRemoteControl
                | Self::ObservedInbound
                | Self::ObservedPeer
        )
    }
}

/// One way in or out that a device is configured for, or that was seen.
#[derive(Clone, Debug)]
pub struct ExternalPath {
    /// Its own name among the things: `paths/<device id>.<what the device calls it>`. Stable as
    /// long as the device calls it so.
    pub thing: EntityRef,
    /// The device, declared or not.
    pub device: EntityRef,
    /// In which way.
    pub kind: PathKind,
    /// In a few words, without the device: 「トンネル tunnel 1（IPsec、相手 198.51.100.9）」.
    pub name: Text,
    /// The line of the configuration.
    pub span: Span,
    /// Other lines that show it: its route, its bridge, its neighbours.
    pub shows: Vec<(Text, Span)>,
    /// Whether it takes effect. What is switched off is still there.
    pub enabled: bool,
    /// How sure it is that this is a way to the outside, and what the inventory says of it.
    pub confidence: Confidence,
    /// Whether both ends are one broadcast domain.
    pub layer2: bool,
    /// The interface at which it leaves or enters, by the device's name for it.
    pub interface: Option<String>,
    /// What encapsulates, for tunnels and remote access.
    pub encapsulation: Option<TunnelKind>,
    /// Who stands at the other end, when the configuration says it.
    pub remote: Option<Remote>,
    /// Who may come in over it by address; every address when nothing limits it.
    pub sources: AddressSet,
    /// What of the inside it opens, by address; empty when the configuration does not say.
    pub inside: AddressSet,
    /// The declared things that it opens: what stands at these addresses, or, where nothing limits
    /// it, the zones that the device stands in. Empty for a line, which opens nothing by itself.
    pub exposes: Vec<EntityRef>,
    /// What lies beyond it, by address: the far side of its traffic, and what is routed over it.
    pub beyond: AddressSet,
    /// What may be spoken. Empty: anything.
    pub services: Vec<Service>,
    /// For a forward: what is listened on outside. Empty: anything.
    pub listens: Vec<Service>,
    /// What the inventory says: [`Corroboration::Confirmed`], [`Corroboration::Undeclared`] or
    /// [`Corroboration::Conflicting`].
    pub corroboration: Corroboration,
    /// The declared thing that it is: a connection, a circuit, a device (its forward or its
    /// remote access, or the interface of a line that belongs to no circuit), with the place of
    /// the declaration.
    pub declared: Option<(EntityRef, Span)>,
    /// In what the declaration says otherwise.
    pub contradictions: Vec<Contradiction>,
}

vocabulary! {
    /// What two sources say differently.
    Disagreement("食い違いの内容", "what differs") {
        Transport = "transport" ("接続方式", "transport"),
        Peer = "peer" ("相手のアドレス", "peer"),
        Sources = "sources" ("接続元の制限", "permitted sources"),
        Target = "target" ("転送先", "target"),
        Listen = "listen" ("受付ポート", "port listened on"),
        Address = "address" ("アドレス", "address"),
        Maker = "maker" ("製造者", "maker"),
        Enabled = "enabled" ("有効・無効", "enabled or disabled"),
    }
}

/// Something declared one way and configured another.
#[derive(Clone, Debug)]
pub struct Contradiction {
    /// What.
    pub about: Disagreement,
    /// What the inventory says, and where.
    pub declared: (Text, Span),
    /// What the configuration says, and where.
    pub configured: (Text, Span),
}
