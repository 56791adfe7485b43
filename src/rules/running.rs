//! Which software a device runs: what its configuration says, else what the inventory says.

use super::Facts;
use super::advisories::{Product, Software, Version};
use super::configured::facing_outside;
use super::question::thing;
use crate::evidence::Configured;
use crate::inventory::{Device, Entry};
use crate::model::{EntityKind, EntityRef};
use crate::source::{Span, Spanned};

/// A device with the software it runs.
#[derive(Debug)]
pub(super) struct Running<'a> {
    /// The device, declared or not.
    pub(super) thing: EntityRef,
    /// As it is declared.
    pub(super) device: Option<&'a Entry<Device>>,
    /// What it is.
    pub(super) product: Product<'a>,
    /// Where its version stands: first in the configuration, then in the inventory.
    pub(super) versions: Vec<Span>,
    /// Where its model stands, or the thing itself.
    pub(super) place: Span,
    /// Whether its configuration shows an SSL-VPN; `None` when no configuration was read.
    pub(super) ssl_vpn: Option<bool>,
    /// Whether its configuration has an interface that faces outside.
    pub(super) outside: bool,
}

/// The name of the software that writes a format, where it has one. Of Cisco, the number tells:
/// configurations of IOS XE carry 16 and above (Cisco, "Cisco IOS and IOS XE release numbering").
fn software(format: &str, version: &str) -> Option<&'static str> {
    Some(match format {
        "yamaha-rtx" => "Rev.",
        "nec-ix" => "IX",
        "fortigate" => "FortiOS",
        "cisco-asa" => "ASA",
        "cisco-ios" => {
            let xe = Version::read("16").zip(Version::read(version)).is_some_and(|(a, b)| b >= a);
            if xe { "IOS XE" } else { "IOS" }
        }
        "juniper-srx" => "Junos",
        "alliedware-plus" => "AlliedWare Plus",
        _ => return None,
    })
}

/// Every device that was declared, in the order of declaration, then those only configured.
pub(super) fn all<'a>(facts: &Facts<'a>) -> Vec<Running<'a>> {
    let own = |thing: &EntityRef| {
        let mut of = facts.configured().filter(|(it, _)| *it == thing);
        of.find(|(_, it)| it.config.version.is_some() || it.config.product.is_some())
            .or_else(|| facts.configured().find(|(it, _)| *it == thing))
            .map(|(_, it)| it)
    };
    let declared = facts.inventory.devices.iter().map(|device| {
        let thing = thing(EntityKind::Device, device);
        let configured = own(&thing);
        running(facts, thing, Some(device), configured, device.id.span)
    });
    let mut all: Vec<Running<'a>> = declared.collect();
    for (thing, configured) in facts.configured() {
        let known = all.iter().any(|it| it.thing == *thing);
        let named = configured.config.version.as_ref().or(configured.config.product.as_ref());
        if let Some(named) = named.filter(|_| !known && thing.kind == EntityKind::Device) {
            all.push(running(facts, thing.clone(), None, Some(configured), named.span));
        }
    }
    all
}

fn running<'a>(
    facts: &Facts<'a>,
    thing: EntityRef,
    device: Option<&'a Entry<Device>>,
    configured: Option<&'a Configured>,
    place: Span,
) -> Running<'a> {
    let declared = device.map(|it| Product::device(it));
    let config = configured.map(|it| &it.config);
    let format = configured.and_then(|it| it.files.first()).map(|it| it.format);
    let text = |it: &'a Spanned<String>| it.value.as_str();
    let version = config.and_then(|it| it.version.as_ref());
    let name =
        version.zip(format).and_then(|(version, format)| software(format.id, &version.value));
    let read = name.map(|name| Software { name, version: version.map(text) });
    let maker = format.map(|it| it.maker).filter(|it| !it.is_empty());
    let product = Product {
        vendor: declared.and_then(|it| it.vendor).or(maker),
        model: declared
            .and_then(|it| it.model)
            .or(config.and_then(|it| it.product.as_ref()).map(text)),
        os: read.or(declared.and_then(|it| it.os)),
    };
    let stated = device.and_then(|it| it.os.as_ref()).and_then(|it| it.version.as_ref());
    let versions = version.filter(|_| read.is_some()).into_iter().chain(stated);
    let whole = configured.filter(|it| it.files.iter().all(|it| !it.format.part));
    Running {
        device,
        product,
        versions: versions.map(|it| it.span).collect(),
        place,
        ssl_vpn: whole.map(|it| {
            let mut accesses = it.config.remote_access.iter().filter(|it| it.enabled);
            accesses.any(|it| it.kind == crate::model::device::TunnelKind::SslVpn)
        }),
        outside: configured.is_some_and(|it| facing_outside(facts, &thing, it)),
        thing,
    }
}
