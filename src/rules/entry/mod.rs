//! Ways in: who may come, from where, with what proof.

use super::Pack;
use crate::locale::Text;

/// Ways in: who may come, from where, with what proof.
pub(super) static PACK: Pack = Pack {
    id: "entry",
    title: Text::new("外部からの入口", "ways in"),
    rules: &[],
};
