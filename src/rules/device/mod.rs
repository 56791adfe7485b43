//! Devices and credentials: age, support, logs, who can change them.

mod account_without_lockout;
mod credentials_used_at_other_customers;
mod end_of_support;
mod factory_or_guessable_password;
mod firmware_not_updated;
mod known_exploited_version;
mod leaked_credentials_in_use;
mod logs_missing_or_volatile;
mod servers_and_terminals_share_administrator;
mod shared_credentials_across_zones;
mod short_password;
mod support_end_unknown;
mod vendor_owned_box;

use super::Pack;
use crate::locale::Text;

/// Devices and credentials: age, support, logs, who can change them.
pub(super) static PACK: Pack = Pack {
    id: "device",
    title: Text::new("機器と資格情報", "devices and credentials"),
    rules: &[
        &known_exploited_version::RULE,
        &leaked_credentials_in_use::RULE,
        &factory_or_guessable_password::RULE,
        &end_of_support::RULE,
        &firmware_not_updated::RULE,
        &vendor_owned_box::RULE,
        &credentials_used_at_other_customers::RULE,
        &shared_credentials_across_zones::RULE,
        &servers_and_terminals_share_administrator::RULE,
        &short_password::RULE,
        &account_without_lockout::RULE,
        &logs_missing_or_volatile::RULE,
        &support_end_unknown::RULE,
    ],
};
