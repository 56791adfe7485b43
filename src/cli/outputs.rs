//! What an audit can write: the reports of `report::FORMATS` and the formats of drawings.

use super::pictures::Picture;
use crate::report::{self, Format};

/// One format of `--format`.
#[derive(Clone, Copy, Debug)]
pub(super) enum Output {
    /// A report.
    Report(&'static Format),
    /// The registers as a workbook.
    Workbook,
    /// The drawing.
    Picture(Picture),
}

/// What `--out` writes when no format is named.
const USUAL: &[&str] = &[
    "svg",
    "png",
    "pdf",
    "html",
    "markdown",
    "json",
    "sarif",
    "connections",
    "parties",
    "exposure",
    "waivers",
    "xlsx",
];

impl Output {
    /// Every format, reports first.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let reports = report::FORMATS.iter().copied().map(Self::Report);
        reports.chain([Self::Workbook]).chain(Picture::ALL.iter().copied().map(Self::Picture))
    }

    /// The formats that `--out` writes when none is named.
    pub(super) fn usual() -> Vec<Self> {
        Self::all().filter(|it| USUAL.contains(&it.id())).collect()
    }

    /// The format with this name.
    pub(super) fn find(id: &str) -> Option<Self> {
        Self::all().find(|it| it.id() == id)
    }

    /// Its name.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Report(format) => format.id,
            Self::Workbook => "xlsx",
            Self::Picture(picture) => picture.extension(),
        }
    }

    /// Whether it shows the drawing.
    pub(super) fn needs_drawing(self) -> bool {
        match self {
            Self::Report(format) => format.id == "html",
            Self::Workbook => false,
            Self::Picture(_) => true,
        }
    }
}
