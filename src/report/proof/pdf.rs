//! The proof on paper. The file of the proof travels inside.

use super::content::content;
use super::sealed::Sealed;
use crate::diagram::pdf::{Attachment, Document, PdfError, write};
use crate::diagram::scene::Scene;
use crate::locale::Lang;
use crate::report::paper::paged;
use crate::text;

/// The pages as one PDF/A-3u.
///
/// # Errors
/// When the writer refuses the result.
pub fn pdf(sealed: &Sealed, lang: Lang) -> Result<Vec<u8>, PdfError> {
    let content = content(sealed, lang);
    let about = text!("分離確認書のデータ（署名の対象）", "the proof as data: what is signed");
    let document = Document {
        title: format!("{} {}", content.title, content.subtitle),
        author: sealed.paper.hospital.clone(),
        lang,
        as_of: sealed.paper.as_of,
        attachments: vec![Attachment {
            name: "isolation-proof.json".to_owned(),
            media_type: "application/json",
            about: about.get(lang).to_owned(),
            bytes: sealed.to_json(),
        }],
    };
    write(&paged(&content, lang), &document)
}

/// The pages as scenes: what the PDF shows.
pub fn pages(sealed: &Sealed, lang: Lang) -> Vec<Scene> {
    paged(&content(sealed, lang), lang)
}
