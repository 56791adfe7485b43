//! What only a comparison shows: of two states of one hospital (`diff`), or of what two sides declare
//! of the same line (`reconcile`). An audit of one inventory is silent about these.

mod connection_on_one_side_only;
mod declarations_disagree;
mod unexplained_change;

use super::{Pack, Rule};
use crate::locale::Text;

/// Nobody wrote down why something changed, or who approved it.
pub static UNEXPLAINED_CHANGE: &Rule = &unexplained_change::RULE;

/// Both sides declare a line, and not alike.
pub static DECLARATIONS_DISAGREE: &Rule = &declarations_disagree::RULE;

/// One of the sides does not know of a line.
pub static ON_ONE_SIDE_ONLY: &Rule = &connection_on_one_side_only::RULE;

/// What only a comparison shows.
pub(super) static PACK: Pack = Pack {
    id: "compared",
    title: Text::new(
        "比較して分かること（diff・reconcile）",
        "what comparing shows (`diff`, `reconcile`)",
    ),
    rules: &[
        &connection_on_one_side_only::RULE,
        &unexplained_change::RULE,
        &declarations_disagree::RULE,
    ],
};
