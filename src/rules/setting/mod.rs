//! What the configurations of devices show about the devices themselves.

mod any_to_any_filter;
mod configuration_not_read;
mod configuration_partly_read;
mod default_snmp_community;
mod device_without_configuration;
mod filter_line_not_understood;
mod guessable_secret;
mod plaintext_management;
mod setting_without_effect;
mod shadowed_filter_line;
mod shared_secret_across_devices;
mod ssl_vpn_enabled;
mod undefined_reference;
mod unused_definition;
mod version_contradicts_inventory;
mod weak_ike;

use super::Pack;
use crate::locale::Text;

/// What the configurations of devices show about the devices themselves.
pub(super) static PACK: Pack = Pack {
    id: "setting",
    title: Text::new("機器の設定", "device settings"),
    rules: &[
        &guessable_secret::RULE,
        &any_to_any_filter::RULE,
        &shared_secret_across_devices::RULE,
        &weak_ike::RULE,
        &ssl_vpn_enabled::RULE,
        &plaintext_management::RULE,
        &default_snmp_community::RULE,
        &shadowed_filter_line::RULE,
        &configuration_not_read::RULE,
        &configuration_partly_read::RULE,
        &filter_line_not_understood::RULE,
        &version_contradicts_inventory::RULE,
        &undefined_reference::RULE,
        &setting_without_effect::RULE,
        &device_without_configuration::RULE,
        &unused_definition::RULE,
    ],
};
