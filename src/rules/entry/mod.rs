//! Ways in: who may come, from where, with what proof.

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

use super::Pack;
use crate::locale::Text;

/// Ways in: who may come, from where, with what proof.
pub(super) static PACK: Pack = Pack {
    id: "entry",
    title: Text::new("外部からの入口", "ways in"),
    rules: &[
        &vpn_open_to_any_source::RULE,
        &management_open_to_any_source::RULE,
        &no_authentication_at_entry::RULE,
        &single_factor_remote_access::RULE,
        &shared_maintenance_account::RULE,
        &direct_remote_desktop::RULE,
        &port_forward_to_inside::RULE,
        &standing_remote_maintenance::RULE,
        &remote_control_product::RULE,
        &unrestricted_target::RULE,
        &vendor_reaches_beyond_target::RULE,
    ],
};
