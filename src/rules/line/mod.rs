//! Lines and transports: how a connection is carried, and with what it shares its line.

mod circuit_details_unknown;
mod clientless_ssl_vpn;
mod closed_line_to_exposed_partner;
mod hub_partner;
mod ip_vpn_shares_internet_circuit;
mod ipv6_passed_through;
mod isdn_line_in_use;
mod legacy_tunnel;
mod partner_exposure_unknown;
mod plain_internet_transport;
mod tls_without_client_certificate;
mod vpn_hairpin;
mod wireless_open;

use super::Pack;
use crate::locale::Text;

/// Lines and transports: how a connection is carried, and with what it shares its line.
pub(super) static PACK: Pack = Pack {
    id: "line",
    title: Text::new("回線と接続方式", "lines and transports"),
    rules: &[
        &closed_line_to_exposed_partner::RULE,
        &plain_internet_transport::RULE,
        &ipv6_passed_through::RULE,
        &wireless_open::RULE,
        &legacy_tunnel::RULE,
        &clientless_ssl_vpn::RULE,
        &vpn_hairpin::RULE,
        &ip_vpn_shares_internet_circuit::RULE,
        &hub_partner::RULE,
        &tls_without_client_certificate::RULE,
        &partner_exposure_unknown::RULE,
        &isdn_line_in_use::RULE,
        &circuit_details_unknown::RULE,
    ],
};
