//! Which declared way of carrying a connection a configured encapsulation may be.

use crate::model::device::TunnelKind;
use crate::model::words::Transport;

/// What people may write for an encapsulation. `protected` by IPsec, anything is IPsec, too. Empty
/// for kinds of which nothing can be said.
pub(super) fn written_as(kind: TunnelKind, protected: bool) -> &'static [Transport] {
    use Transport as T;
    match (kind, protected) {
        (TunnelKind::Ipsec, _) => &[T::IpsecIke, T::L2tpIpsec],
        (TunnelKind::L2tpIpsec, _) => &[T::L2tpIpsec, T::IpsecIke],
        (TunnelKind::L2tp | TunnelKind::L2tpV3, true) => &[T::L2tpIpsec, T::IpsecIke],
        (TunnelKind::L2tp | TunnelKind::L2tpV3, false) => &[T::L2tp],
        (TunnelKind::Pptp, _) => &[T::Pptp],
        (TunnelKind::Gre, false) => &[T::Gre],
        (
            TunnelKind::IpIp | TunnelKind::SixInFour | TunnelKind::EtherIp | TunnelKind::Vxlan,
            false,
        ) => &[T::Gre, T::PlainInternet],
        (
            TunnelKind::Gre
            | TunnelKind::IpIp
            | TunnelKind::SixInFour
            | TunnelKind::EtherIp
            | TunnelKind::Vxlan,
            true,
        ) => &[T::IpsecIke, T::Gre],
        (TunnelKind::WireGuard, _) => &[T::WireGuard],
        (TunnelKind::OpenVpn, _) => &[T::OpenVpn, T::SslVpnClient, T::SslVpnOther],
        (TunnelKind::SslVpn, _) => &[T::SslVpnClient, T::SslVpnOther],
        (TunnelKind::Sstp, _) => &[T::SslVpnClient, T::SslVpnOther],
        (TunnelKind::DialUp, _) => &[T::Isdn],
        (
            TunnelKind::FourInSix | TunnelKind::MapE | TunnelKind::DataConnect | TunnelKind::Other,
            _,
        ) => &[],
    }
}

/// Whether a declared transport may be this encapsulation.
pub(super) fn agrees(kind: TunnelKind, protected: bool, transport: Transport) -> bool {
    let written = written_as(kind, protected);
    written.is_empty() || written.contains(&transport)
}

/// Whether a declared transport is the very word for this encapsulation.
pub(super) fn is_first(kind: TunnelKind, protected: bool, transport: Transport) -> bool {
    written_as(kind, protected).first() == Some(&transport)
}
