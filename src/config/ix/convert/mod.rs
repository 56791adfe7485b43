//! What an IX means → facts in the words of every vendor.

mod access;
mod filters;
mod interfaces;
mod nat;
mod tunnels;

use super::repr::{Port, Router};
use crate::locale::Text;
use crate::model::device::{DeviceConfig, Doubt, InterfaceKind, Verdict};
use crate::source::Span;

/// Says everything.
pub(super) fn convert(mut router: Router<'_>) -> DeviceConfig {
    let mut facts = std::mem::take(&mut router.facts);
    // Without a list everything passes, and no session is remembered unless a list says so.
    facts.unfiltered = Verdict::Permit;
    facts.stateful = false;
    interfaces::interfaces(&router, &mut facts);
    interfaces::policy_routes(&router, &mut facts);
    filters::filters(&router, &mut facts);
    nat::nat(&router, &mut facts);
    tunnels::tunnels(&router, &mut facts);
    access::dial_in(&router, &mut facts);
    access::management(&router, &mut facts);
    access::addressing(&router, &mut facts);
    facts
}

/// Where an interface is switched off; `None` when it works. Without `no shutdown` it is off.
fn off(port: &Port<'_>, router: &Router<'_>) -> Option<Span> {
    let device = router.devices_off.iter().find(|(name, _)| {
        let usb = name
            .strip_prefix("USB")
            .and_then(|number| port.device().strip_prefix("USB-Serial").filter(|it| *it == number));
        **name == port.device() || usb.is_some()
    });
    match (port.switched, device) {
        (Some((true, _)), Some((_, span))) => Some(*span),
        (Some((true, _)), None) => None,
        (Some((false, span)), _) => Some(span),
        // These have no switch of their own.
        (None, _)
            if matches!(interfaces::kind(port), InterfaceKind::Loopback | InterfaceKind::Null) =>
        {
            None
        }
        (None, _) => Some(port.name.span),
    }
}

fn doubt(facts: &mut DeviceConfig, span: Span, why: Text) {
    facts.doubts.push(Doubt { span, why });
}
