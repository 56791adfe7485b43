//! Where the history of an inventory is.

use crate::history::FILE_NAME;
use std::path::{Path, PathBuf};

/// The history that is meant: in a folder, beside an inventory, or the file itself.
pub(in crate::cli) fn place(near: &Path) -> PathBuf {
    let inventory = near
        .extension()
        .is_some_and(|it| it.eq_ignore_ascii_case("yaml") || it.eq_ignore_ascii_case("yml"));
    match near {
        folder if folder.is_dir() => folder.join(FILE_NAME),
        // Standard input has no place of its own: the history is in the current folder.
        stdin if stdin == Path::new("-") => PathBuf::from(FILE_NAME),
        file if inventory => file.with_file_name(FILE_NAME),
        store => store.to_owned(),
    }
}
