//! Duties and records: who is responsible, who can be called, what is written down and confirmed.

use super::Pack;
use crate::locale::Text;

/// Duties and records: who is responsible, who can be called, what is written down and confirmed.
pub(super) static PACK: Pack = Pack {
    id: "duty",
    title: Text::new("責任と記録", "duties and records"),
    rules: &[],
};
