//! A drawing as the bytes of files.

use crate::audit::Assessment;
use crate::diagram::{Drawing, dot, drawio, pdf, png, svg};
use crate::locale::{Lang, Text};
use crate::source::{Diagnostic, FileId, SourceMap};
use crate::text;
use std::path::{Path, PathBuf};

/// A format of drawings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Picture {
    Svg,
    Png,
    Pdf,
    Drawio,
    Dot,
}

/// What is drawn, and what the formats say beside it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    /// What was judged.
    pub(super) assessment: &'a Assessment,
    /// The sheets.
    pub(super) drawing: &'a Drawing,
    /// The language of words that are ours.
    pub(super) lang: Lang,
    /// The inventory, when it travels inside the file. A drawing of a part goes to people who
    /// need not see the whole.
    pub(super) attached: Option<(&'a SourceMap, &'a [FileId])>,
}

impl Picture {
    /// Every format.
    pub(super) const ALL: &'static [Self] =
        &[Self::Svg, Self::Png, Self::Pdf, Self::Drawio, Self::Dot];

    /// What the name of a file ends with; also its name on the command line.
    pub(super) const fn extension(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Pdf => "pdf",
            Self::Drawio => "drawio",
            Self::Dot => "dot",
        }
    }

    /// The format that the name of a file asks for.
    pub(super) fn of(file: &Path) -> Option<Self> {
        let extension = file.extension()?.to_str()?.to_ascii_lowercase();
        Self::ALL.iter().copied().find(|it| it.extension() == extension)
    }

    /// The files of a drawing: `file` itself, or `file-1`, `file-2` … when the format holds one
    /// sheet a file and there are several.
    pub(super) fn files(
        self,
        subject: &Subject<'_>,
        file: &Path,
    ) -> Result<Vec<(PathBuf, Vec<u8>)>, Diagnostic> {
        let failed = |why: Text| Diagnostic::error("not-drawn", why);
        let sheets = &subject.drawing.sheets;
        let pages = match self {
            Self::Svg => sheets.iter().map(|sheet| svg::write(sheet, true).into_bytes()).collect(),
            Self::Png => sheets
                .iter()
                .map(|sheet| png::write(sheet, png::DEFAULT_DPI))
                .collect::<Result<Vec<_>, _>>()
                .map_err(|why| failed(why.text()))?,
            Self::Pdf => {
                vec![pdf::write(sheets, &document(subject)).map_err(|why| failed(why.text()))?]
            }
            Self::Drawio => vec![drawio::write(sheets).into_bytes()],
            Self::Dot => vec![dot::write(subject.assessment, subject.lang).into_bytes()],
        };
        let several = pages.len() > 1;
        let named = pages.into_iter().enumerate().map(|(index, bytes)| {
            let name = if several { numbered(file, index + 1) } else { file.to_owned() };
            (name, bytes)
        });
        Ok(named.collect())
    }
}

/// `plan.svg` → `plan-2.svg`
pub(super) fn numbered(file: &Path, number: usize) -> PathBuf {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let extension = file.extension().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!("{stem}-{number}.{extension}"))
}

/// What a PDF says of itself.
fn document(subject: &Subject<'_>) -> pdf::Document {
    let inventory = &subject.assessment.inventory;
    let about = text!("この図面の元になった台帳", "the inventory that the drawing was made from");
    // The inventory alone: evidence is nobody's to hand on.
    let attach = |(sources, files): (&SourceMap, &[FileId])| -> Vec<pdf::Attachment> {
        let files = files.iter().map(|id| sources.file(*id));
        files
            .map(|file| pdf::Attachment {
                name: file.name().replace('/', "_"),
                media_type: "application/yaml",
                about: about.get(subject.lang).to_owned(),
                bytes: file.text().as_bytes().to_vec(),
            })
            .collect()
    };
    let title = subject.drawing.sheets.first().map(|it| it.title.clone());
    pdf::Document {
        title: title.unwrap_or_default(),
        author: inventory.organization.as_ref().map(|it| it.name.value.clone()),
        lang: subject.lang,
        as_of: subject.assessment.as_of,
        attachments: subject.attached.map(attach).unwrap_or_default(),
    }
}
