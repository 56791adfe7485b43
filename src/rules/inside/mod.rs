//! Inside: what can be reached from a way in, and what is kept apart.

mod backup_claim_unverified;
mod backup_missing;
mod backup_not_offline;
mod eligibility_terminal_reaches_inward;
mod external_target_without_antivirus;
mod flat_network;
mod guest_reaches_inside;
mod medical_devices_reach_internet;
mod multi_homed_host;
mod open_and_closed_session_on_one_terminal;
mod partner_network_to_ehr;
mod plaintext_traffic;
mod zones_joined_without_limit;

use super::Pack;
use crate::locale::Text;

/// Inside: what can be reached from a way in, and what is kept apart.
pub(super) static PACK: Pack = Pack {
    id: "inside",
    title: Text::new("院内の広がり", "inside"),
    rules: &[
        &multi_homed_host::RULE,
        &guest_reaches_inside::RULE,
        &partner_network_to_ehr::RULE,
        &eligibility_terminal_reaches_inward::RULE,
        &open_and_closed_session_on_one_terminal::RULE,
        &medical_devices_reach_internet::RULE,
        &backup_missing::RULE,
        &backup_not_offline::RULE,
        &external_target_without_antivirus::RULE,
        &flat_network::RULE,
        &zones_joined_without_limit::RULE,
        &plaintext_traffic::RULE,
        &backup_claim_unverified::RULE,
    ],
};
