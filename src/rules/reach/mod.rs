//! What the configurations let through from outside, beyond what anybody meant to permit.

mod backup_reached_from_outside;
mod filter_line_leads_nowhere;
mod inside_open_over_ipv6_alone;
mod management_reached_by_party;
mod parties_joined_by_configuration;
mod reaches_beyond_declaration;

use super::Pack;
use crate::locale::Text;

/// Reach from outside, as it is configured.
pub(super) static PACK: Pack = Pack {
    id: "reach",
    title: Text::new("外部からの到達範囲", "what the outside reaches"),
    rules: &[
        &reaches_beyond_declaration::RULE,
        &inside_open_over_ipv6_alone::RULE,
        &management_reached_by_party::RULE,
        &backup_reached_from_outside::RULE,
        &parties_joined_by_configuration::RULE,
        &filter_line_leads_nowhere::RULE,
    ],
};
