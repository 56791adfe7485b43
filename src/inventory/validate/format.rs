//! What an inventory as a whole must say of itself.

use crate::inventory::records::Inventory;
use crate::source::{Diagnostic, Mistakes, Span};
use crate::text;

/// Reports a missing version of the format, and a hospital without a name.
pub(super) fn check(inventory: &Inventory, out: &mut Mistakes) {
    let top = Span { end: inventory.span.start, ..inventory.span };
    if inventory.schema.is_none() {
        out.push(
            Diagnostic::warning(
                "missing-schema",
                text!(
                    "台帳の形式の版（schema）が書かれていません",
                    "the version of the inventory's format (schema) is missing"
                ),
            )
            .at(top, text!("先頭に書きます", "it belongs at the top"))
            .help(text!(
                "台帳の先頭に「schema: 1」と書いてください",
                "write `schema: 1` at the top"
            )),
        );
    }
    if inventory.organization.is_none() {
        out.push(
            Diagnostic::warning(
                "missing-organization",
                text!(
                    "施設（organization）が書かれていません",
                    "the hospital or clinic (organization) is missing"
                ),
            )
            .at(top, text!("どの施設の台帳ですか", "whose inventory is this?"))
            .help(text!(
                "図面と報告書に施設名を出すため、「organization: {{name: 施設名}}」と書いてください",
                "write `organization: {{name: …}}`; drawings and reports show the name"
            )),
        );
    }
}
