//! What probes asked for and is not as declared: what answers and must not, what must answer and is
//! silent, what encryption it speaks, and which lines nobody has proved to be isolated.

mod answers_beyond_permission;
mod certificate_expired;
mod client_certificate_not_asked;
mod declared_service_silent;
mod isolation_overdue;
mod isolation_unproved;
mod management_answers_from_outside;
mod reach_contradicts_packets;
mod tls_old_answered;
mod undeclared_service_answers;

use super::Pack;
use crate::locale::Text;

/// What probes show.
pub(super) static PACK: Pack = Pack {
    id: "probed",
    title: Text::new("疎通確認の結果", "what was answered to probes"),
    rules: &[
        &management_answers_from_outside::RULE,
        &reach_contradicts_packets::RULE,
        &answers_beyond_permission::RULE,
        &client_certificate_not_asked::RULE,
        &tls_old_answered::RULE,
        &certificate_expired::RULE,
        &undeclared_service_answers::RULE,
        &declared_service_silent::RULE,
        &isolation_overdue::RULE,
        &isolation_unproved::RULE,
    ],
};
