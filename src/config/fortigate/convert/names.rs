//! The names of a VDOM that policies speak of: which are defined, which are used.

use super::super::super::listing::Word;
use super::super::services::{is_predefined, is_predefined_address};
use super::{Reader, Vdom};
use crate::model::device::StructureKind;

/// The names of a VDOM and what they are.
pub(super) fn read(reader: &mut Reader<'_, '_, '_>, vdom: &Vdom<'_, '_>) {
    use StructureKind::{AddressGroup, Pool, Schedule, ServiceGroup, User, VirtualIp};
    let settings = vdom.home.block("system settings");
    let central = settings.is_some_and(|it| it.enabled("central-nat"));
    for (table, kind) in [
        ("firewall address", AddressGroup),
        ("firewall addrgrp", AddressGroup),
        ("firewall address6", AddressGroup),
        ("firewall addrgrp6", AddressGroup),
        ("firewall service custom", ServiceGroup),
        ("firewall service group", ServiceGroup),
        ("firewall vip", VirtualIp),
        ("firewall vipgrp", VirtualIp),
        ("firewall ippool", Pool),
        ("firewall schedule recurring", Schedule),
        ("firewall schedule onetime", Schedule),
        ("user group", User),
    ] {
        for row in vdom.home.rows(table) {
            // What comes with the product is not idle for being unused.
            let given = is_predefined(row.name())
                || is_predefined_address(row.name())
                || matches!(row.name(), "always" | "none" | "default-darrp-optimize")
                || matches!(row.name(), "SSO_Guest_Users" | "Guest-group")
                // With central NAT a virtual IP works without being named.
                || (central && kind == VirtualIp);
            match given {
                true => reader.define_active(kind, vdom, row),
                false => reader.define(kind, vdom, row),
            }
        }
    }
    for table in ["firewall addrgrp", "firewall addrgrp6"] {
        for row in vdom.home.rows(table) {
            for word in row.values("member").into_iter().chain(row.values("exclude-member")) {
                reader.address(vdom, word, table.ends_with('6'));
            }
        }
    }
    for row in vdom.home.rows("firewall service group") {
        for word in row.values("member") {
            reader.service(vdom, word);
        }
    }
    for row in vdom.home.rows("firewall vipgrp") {
        for word in row.values("member") {
            reader.refer(VirtualIp, vdom, word);
        }
    }
    for row in vdom.home.rows("firewall address") {
        let known = vdom.objects.address(row.name()).is_some_and(|it| it.exact);
        if !known {
            // Names to resolve, countries, tags: what they are is not in the text.
            let names = [
                "fqdn",
                "wildcard-fqdn",
                "country",
                "macaddr",
                "wildcard",
                "subnet",
                "start-ip",
                "type",
            ];
            reader.unclear(names.iter().find_map(|it| row.setting(it)));
        }
    }
    for row in vdom.home.rows("firewall service custom") {
        if vdom.objects.service(row.name()).is_none_or(|it| !it.exact) {
            let names = [
                "fqdn",
                "iprange",
                "proxy",
                "explicit-proxy",
                "app-service-type",
                "icmpcode",
                "protocol",
                "tcp-portrange",
                "udp-portrange",
            ];
            reader.unclear(names.iter().find_map(|it| row.setting(it)));
        }
    }
}

impl Reader<'_, '_, '_> {
    /// The name of an interface, a zone or an SD-WAN zone.
    /// Refers to an interface or a zone; whether there is one of that name.
    pub(super) fn interface_or_zone(&mut self, vdom: &Vdom<'_, '_>, word: Word<'_>) -> bool {
        let zone = ["system zone"].iter().filter_map(|it| vdom.home.block(it));
        let sdwan = vdom.home.block("system sdwan").and_then(|it| it.block("zone"));
        let is_zone = zone.chain(sdwan).any(|it| it.has(word.text));
        if is_zone {
            self.refer(StructureKind::Zone, vdom, word);
            return true;
        }
        if matches!(word.text, "virtual-wan-link" | "any" | "l2t.root" | "ssl.root") {
            return true;
        }
        if !self.tunnels.contains(word.text) {
            self.interface(word);
        }
        // An excerpt without interfaces defines none.
        self.out.interfaces.is_empty() || self.out.interface(word.text).is_some()
    }

    pub(super) fn address(&mut self, vdom: &Vdom<'_, '_>, word: Word<'_>, sixth: bool) {
        let kind = match vdom.objects.is_vip(word.text) && !sixth {
            true => StructureKind::VirtualIp,
            false => StructureKind::AddressGroup,
        };
        let renamed =
            vdom.objects.address(word.text).is_some() || vdom.objects.address6(word.text).is_some();
        let tables = ["firewall address", "firewall addrgrp"];
        let written =
            tables.iter().any(|it| vdom.home.block(it).is_some_and(|it| it.has(word.text)));
        // A part of a configuration may lack the definitions.
        let shown = self.whole || vdom.home.block("firewall address").is_some();
        let given = is_predefined_address(word.text);
        if kind == StructureKind::VirtualIp
            || written
            || (shown && !given && !renamed)
            || (sixth && renamed && !given)
        {
            self.refer(kind, vdom, word);
        }
    }

    pub(super) fn service(&mut self, vdom: &Vdom<'_, '_>, word: Word<'_>) {
        let tables = ["firewall service custom", "firewall service group"];
        let written =
            tables.iter().any(|it| vdom.home.block(it).is_some_and(|it| it.has(word.text)));
        let shown = self.whole || vdom.home.block("firewall service custom").is_some();
        let known = vdom.objects.service(word.text).is_some();
        let given = is_predefined(word.text);
        if written || (shown && !known && !given) {
            self.refer(StructureKind::ServiceGroup, vdom, word);
        }
    }

    pub(super) fn schedule(&mut self, vdom: &Vdom<'_, '_>, word: Word<'_>) {
        let tables = ["firewall schedule recurring", "firewall schedule onetime"];
        let shown = tables.iter().any(|it| vdom.home.block(it).is_some());
        let group = vdom.home.block("firewall schedule group").is_some();
        if (self.whole || shown) && !group {
            self.refer(StructureKind::Schedule, vdom, word);
        }
    }
}
