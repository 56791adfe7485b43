//! Lines and transports: how a connection is carried, and with what it shares its line.

use super::Pack;
use crate::locale::Text;

/// Lines and transports: how a connection is carried, and with what it shares its line.
pub(super) static PACK: Pack = Pack {
    id: "line",
    title: Text::new("回線と接続方式", "lines and transports"),
    rules: &[],
};
