//! Network zones.

use super::Site;
use crate::inventory::record::record;
use crate::inventory::reference::Ref;
use crate::model::IpNetwork;
use crate::model::words::ZoneKind;
use crate::source::Spanned;

record! {
    /// A part of the network inside which everything reaches everything.
    Zone("ゾーン", "zone") {
        name: Spanned<String> = ("名称", "name"),
        kind: Spanned<ZoneKind> = ("種別", "kind"),
        site: Option<Spanned<Ref<Site>>> = ("拠点", "site"),
        networks: Vec<Spanned<IpNetwork>> = ("ネットワーク（IPv4・IPv6）", "networks, IPv4 and IPv6"),
        vlan: Vec<Spanned<u32>> = ("VLAN番号（1〜4094）", "VLAN numbers, 1 to 4094"),
        isolated: Option<Spanned<bool>> = ("基幹ネットワークから物理的に分離している", "physically separate from the backbone"),
        note: Option<Spanned<String>> = ("備考", "notes"),
    }
}
