//! Ways in: who may come, from where, with what proof.

mod authentication_not_stated;
mod direct_remote_desktop;
mod management_open_to_any_source;
mod no_authentication_at_entry;
mod port_forward_to_inside;
mod remote_control_product;
mod shared_maintenance_account;
mod single_factor_remote_access;
mod standing_remote_maintenance;
mod unrestricted_target;
mod vendor_reaches_beyond_target;
mod vpn_open_to_any_source;
mod way_in_without_connection;

use super::Pack;
use crate::locale::Text;

/// Ways in: who may come, from where, with what proof.
pub(super) static PACK: Pack = Pack {
    id: "entry",
    title: Text::new("外部からの入口", "ways in"),
    rules: &[
        &no_authentication_at_entry::RULE,
        &port_forward_to_inside::RULE,
        &vpn_open_to_any_source::RULE,
        &management_open_to_any_source::RULE,
        &way_in_without_connection::RULE,
        &direct_remote_desktop::RULE,
        &single_factor_remote_access::RULE,
        &authentication_not_stated::RULE,
        &unrestricted_target::RULE,
        &vendor_reaches_beyond_target::RULE,
        &remote_control_product::RULE,
        &shared_maintenance_account::RULE,
        &standing_remote_maintenance::RULE,
    ],
};
