//! Ways in and out that devices are configured for and the inventory does not have, or has otherwise.

mod configuration_address_contradicts_ledger;
mod declared_connection_not_configured;
mod disabled_tunnel_present;
mod ipv6_open_while_ipv4_filtered;
mod layer2_bridge_to_outside;
mod peer_contradicts_configuration;
mod transport_contradicts_configuration;
mod undeclared_cloud_management;
mod undeclared_device;
mod undeclared_dial_in;
mod undeclared_gateway;
mod undeclared_line;
mod undeclared_mobile_line;
mod undeclared_port_forward;
mod undeclared_remote_access;
mod undeclared_tunnel;

use super::Pack;
use crate::locale::Text;

/// Ways in and out that are configured and not declared as such.
pub(super) static PACK: Pack = Pack {
    id: "path",
    title: Text::new("管理外経路", "unmanaged external paths"),
    rules: &[
        &layer2_bridge_to_outside::RULE,
        &undeclared_remote_access::RULE,
        &undeclared_tunnel::RULE,
        &undeclared_port_forward::RULE,
        &ipv6_open_while_ipv4_filtered::RULE,
        &undeclared_gateway::RULE,
        &undeclared_dial_in::RULE,
        &undeclared_mobile_line::RULE,
        &undeclared_line::RULE,
        &peer_contradicts_configuration::RULE,
        &undeclared_cloud_management::RULE,
        &undeclared_device::RULE,
        &transport_contradicts_configuration::RULE,
        &declared_connection_not_configured::RULE,
        &disabled_tunnel_present::RULE,
        &configuration_address_contradicts_ledger::RULE,
    ],
};
