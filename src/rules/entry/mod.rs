//! Ways in: who may come, from where, with what proof.

mod vpn_open_to_any_source;

use super::Pack;
use crate::locale::Text;

/// Ways in: who may come, from where, with what proof.
pub(super) static PACK: Pack = Pack {
    id: "entry",
    title: Text::new("外部からの入口", "ways in"),
    rules: &[&vpn_open_to_any_source::RULE],
};
