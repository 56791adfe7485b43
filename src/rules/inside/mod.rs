//! Inside: what can be reached from a way in, and what is kept apart.

use super::Pack;
use crate::locale::Text;

/// Inside: what can be reached from a way in, and what is kept apart.
pub(super) static PACK: Pack = Pack {
    id: "inside",
    title: Text::new("院内の広がり", "inside"),
    rules: &[],
};
