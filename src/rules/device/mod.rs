//! Devices and credentials: age, support, logs, who can change them.

use super::Pack;
use crate::locale::Text;

/// Devices and credentials: age, support, logs, who can change them.
pub(super) static PACK: Pack = Pack {
    id: "device",
    title: Text::new("機器と資格情報", "devices and credentials"),
    rules: &[],
};
