//! Duties and records: who is responsible, who can be called, what is written down and confirmed.

mod contact_missing;
mod contract_not_in_force;
mod cut_procedure_missing;
mod demarcation_undefined;
mod diagram_stale;
mod incident_contacts_missing;
mod ledger_incomplete;
mod mds_sds_missing;
mod provider_checklist_missing;
mod recertification_stale;
mod responsibility_contradictory;
mod responsibility_undefined;
mod security_officer_missing;
mod server_update_duty_unwritten;
mod waiver_beyond_a_year;
mod waiver_expired;
mod waiver_expiring_soon;
mod waiver_too_wide;
mod waiver_unused;

use super::Pack;
use crate::locale::Text;

pub use waiver_expiring_soon::SOON;
pub use waiver_too_wide::too_wide;

/// Duties and records: who is responsible, who can be called, what is written down and confirmed.
pub(super) static PACK: Pack = Pack {
    id: "duty",
    title: Text::new("責任と記録", "duties and records"),
    rules: &[
        &responsibility_undefined::RULE,
        &responsibility_contradictory::RULE,
        &demarcation_undefined::RULE,
        &contract_not_in_force::RULE,
        &recertification_stale::RULE,
        &contact_missing::RULE,
        &security_officer_missing::RULE,
        &incident_contacts_missing::RULE,
        &cut_procedure_missing::RULE,
        &diagram_stale::RULE,
        &ledger_incomplete::RULE,
        &mds_sds_missing::RULE,
        &provider_checklist_missing::RULE,
        &server_update_duty_unwritten::RULE,
        &waiver_expired::RULE,
        &waiver_unused::RULE,
        &waiver_too_wide::RULE,
        &waiver_beyond_a_year::RULE,
        &waiver_expiring_soon::RULE,
    ],
};
