//! The shipped inventories, inside the program: `sekisho init` works without a network.

use crate::locale::Text;

/// An inventory to begin from.
pub(super) struct Example {
    /// Its name in `inventories/`.
    pub(super) name: &'static str,
    /// What it shows.
    pub(super) about: Text,
    /// Its files: name and text.
    pub(super) files: &'static [(&'static str, &'static str)],
}

/// One inventory that is a single file, or a folder with these files.
macro_rules! example {
    ($name:literal, $ja:literal, $en:literal) => {
        Example {
            name: $name,
            about: Text::new($ja, $en),
            files: &[(
                concat!($name, ".yaml"),
                include_str!(concat!("../../inventories/", $name, ".yaml")),
            )],
        }
    };
    ($name:literal / [$($file:literal),+ $(,)?], $ja:literal, $en:literal) => {
        Example {
            name: $name,
            about: Text::new($ja, $en),
            files: &[$((
                $file,
                include_str!(concat!("../../inventories/", $name, "/", $file)),
            )),+],
        }
    };
}

/// Every shipped inventory.
pub(super) static EXAMPLES: &[Example] = &[example!(
    "general-hospital"
        / [
            "circuits.yaml",
            "connections.yaml",
            "devices.yaml",
            "flows.yaml",
            "organization.yaml",
            "parties.yaml",
            "systems.yaml",
            "upkeep.yaml",
            "zones.yaml",
        ],
    "総合病院（420床、外部接続17本）。あらゆる種類の接続と、よくある不備",
    "a general hospital (420 beds, 17 connections): every kind of connection, and common faults"
)];
