//! What AlliedWare Plus means → facts in the words of every vendor.

mod access;
mod firewall;
mod interfaces;
mod nat;
mod tunnels;

use super::repr::Router;
use crate::model::device::{DeviceConfig, Verdict};
pub(super) use firewall::is_builtin;

/// Says everything.
pub(super) fn convert(mut router: Router<'_>) -> DeviceConfig {
    let mut facts = std::mem::take(&mut router.facts);
    // Without `protect` everything passes; with it only what a rule permits, and its answers.
    facts.unfiltered = Verdict::Permit;
    facts.stateful = router.protect.is_some();
    interfaces::interfaces(&router, &mut facts);
    firewall::firewall(&router, &mut facts);
    firewall::lists(&router, &mut facts);
    nat::nat(&router, &mut facts);
    tunnels::tunnels(&router, &mut facts);
    access::management(&router, &mut facts);
    access::addressing(&router, &mut facts);
    facts
}
