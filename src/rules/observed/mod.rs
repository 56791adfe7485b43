//! What was seen to cross the wire and is not declared, or is declared otherwise.

mod undeclared_exit_seen;
mod undeclared_remote_control_seen;
mod undeclared_tunnel_seen;

use super::Pack;
use crate::locale::Text;

/// What observation shows.
pub(super) static PACK: Pack = Pack {
    id: "observed",
    title: Text::new("観測された通信", "what was seen on the wire"),
    rules: &[
        &undeclared_exit_seen::RULE,
        &undeclared_tunnel_seen::RULE,
        &undeclared_remote_control_seen::RULE,
    ],
};
