//! What was seen to cross the wire and is not declared, or is declared otherwise.

mod dormant_connection;
mod host_seen_in_two_zones;
mod inbound_access_seen;
mod observation_contradicts_ledger;
mod on_demand_tunnel_always_up;
mod party_seen_beyond_permission;
mod plaintext_patient_data_seen;
mod session_beyond_usual;
mod session_outside_hours;
mod undeclared_ae_title_seen;
mod undeclared_exit_seen;
mod undeclared_neighbour_seen;
mod undeclared_peer_seen;
mod undeclared_remote_control_seen;
mod undeclared_router_seen;
mod undeclared_service_seen;
mod undeclared_tunnel_seen;
mod unknown_device_seen;
mod weak_encryption_seen;

use super::Pack;
use crate::locale::Text;

/// What observation shows.
pub(super) static PACK: Pack = Pack {
    id: "observed",
    title: Text::new("観測された通信", "what was seen on the wire"),
    rules: &[
        &inbound_access_seen::RULE,
        &undeclared_exit_seen::RULE,
        &undeclared_tunnel_seen::RULE,
        &undeclared_remote_control_seen::RULE,
        &party_seen_beyond_permission::RULE,
        &undeclared_router_seen::RULE,
        &undeclared_peer_seen::RULE,
        &unknown_device_seen::RULE,
        &host_seen_in_two_zones::RULE,
        &on_demand_tunnel_always_up::RULE,
        &session_outside_hours::RULE,
        &weak_encryption_seen::RULE,
        &undeclared_neighbour_seen::RULE,
        &observation_contradicts_ledger::RULE,
        &plaintext_patient_data_seen::RULE,
        &undeclared_service_seen::RULE,
        &session_beyond_usual::RULE,
        &undeclared_ae_title_seen::RULE,
        &dormant_connection::RULE,
    ],
};
