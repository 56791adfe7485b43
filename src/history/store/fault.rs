//! What went wrong with a store, in words.

use crate::locale::Text;
use crate::source::Diagnostic;
use crate::text;
use rusqlite::{Error, ErrorCode};
use std::path::Path;

/// Why a store could not be read or written. Nothing was changed by what failed.
pub(super) fn fault(path: &Path, error: &Error) -> Diagnostic {
    let name = path.display();
    let code = error.sqlite_error_code();
    if code.is_none() {
        // SQLite is content and we are not: a column holds something else than was written.
        return damaged(path, &Text::same(error.to_string()));
    }
    let (id, message) = match code {
        Some(ErrorCode::NotADatabase) => return foreign(path),
        Some(ErrorCode::DatabaseCorrupt) => return damaged(path, &Text::same(error.to_string())),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (
            "history-busy",
            text!(
                "履歴「{name}」は、別の sekisho が書き込み中です。何も変えていません",
                "another sekisho is writing to the history `{name}`; nothing was changed"
            ),
        ),
        Some(ErrorCode::DiskFull) => (
            "history-disk-full",
            text!(
                "履歴「{name}」に書けません: ディスクに空きがありません。履歴は前のままです",
                "cannot write to the history `{name}`: no space left on the disk; it is as it was before"
            ),
        ),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            return unwritable(path);
        }
        _ => {
            let why = Text::same(error.to_string());
            (
                "history-failed",
                text!(
                    "履歴「{name}」の読み書きに失敗しました: {why}。履歴は前のままです",
                    "reading or writing the history `{name}` failed: {why}; it is as it was before"; why
                ),
            )
        }
    };
    let problem = Diagnostic::error(id, message);
    match code {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => problem
            .help(text!("少し待って、もう一度実行してください", "wait a little and try again")),
        _ => problem,
    }
}

/// There is a folder where the file should be.
pub(super) fn folder(path: &Path) -> Diagnostic {
    let name = path.display();
    Diagnostic::error(
        "history-folder",
        text!(
            "「{name}」は履歴のファイルではなく、フォルダです",
            "`{name}` is a folder, not the file of a history"
        ),
    )
    .help(text!(
        "フォルダの名前を変えるか、--history FILE で別の場所を指定してください",
        "rename the folder, or name another place with --history FILE"
    ))
}

/// It is there, and nothing is in it.
pub(super) fn emptied(path: &Path) -> Diagnostic {
    let name = path.display();
    Diagnostic::error(
        "history-emptied",
        text!(
            "履歴「{name}」が0バイトです。中身が失われています。何も変えていません",
            "the history `{name}` has 0 bytes: what it held is lost; nothing was changed"
        ),
    )
    .help(text!(
        "控えから戻してください。はじめから残し直すなら、このファイルを消してください",
        "restore it from a copy; to begin a new one, remove this file"
    ))
}

/// It cannot be put in its place.
pub(super) fn unmade(path: &Path, error: &std::io::Error) -> Diagnostic {
    let name = path.display();
    match error.kind() {
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
            unwritable(path)
        }
        _ => {
            let why = error.to_string();
            Diagnostic::error(
                "history-failed",
                text!(
                    "履歴「{name}」を作れません: {why}",
                    "cannot make the history `{name}`: {why}"
                ),
            )
        }
    }
}

fn unwritable(path: &Path) -> Diagnostic {
    let name = path.display();
    Diagnostic::error(
        "history-unwritable",
        text!(
            "履歴「{name}」を開けないか、書けません（権限がないか、読み取り専用です）。何も変えていません",
            "the history `{name}` cannot be opened or written (no permission, or read-only); nothing was changed"
        ),
    )
    .help(text!(
        "書き込める場所を --history FILE で指定できます",
        "--history FILE names another place"
    ))
}

/// It is a file of something else.
pub(super) fn foreign(path: &Path) -> Diagnostic {
    let name = path.display();
    Diagnostic::error(
        "history-foreign",
        text!(
            "「{name}」は sekisho の履歴ではありません。何も変えていません",
            "`{name}` is not a history of sekisho; nothing was changed"
        ),
    )
}

/// It was written by a later version.
pub(super) fn newer(path: &Path, version: i32, known: i32) -> Diagnostic {
    let name = path.display();
    Diagnostic::error(
        "history-newer",
        text!(
            "履歴「{name}」は、これより新しい sekisho のものです（形式の版 {version}、読めるのは {known} まで）。何も変えていません",
            "the history `{name}` is that of a newer sekisho (version {version} of the format; this one reads up to {known}); nothing was changed"
        ),
    )
    .help(text!("新しい sekisho を使ってください", "use the newer sekisho"))
}

/// What it holds is not what was kept.
pub(super) fn damaged(path: &Path, why: &Text) -> Diagnostic {
    let name = path.display();
    Diagnostic::error(
        "history-damaged",
        text!(
            "履歴「{name}」は壊れているか、書き換えられています: {why}",
            "the history `{name}` is damaged or was altered: {why}"; why
        ),
    )
    .help(text!(
        "控えから戻してください。手を加える前に、このファイルの写しを取ってください",
        "restore it from a copy; before doing anything, keep a copy of this file"
    ))
}

/// There is none.
pub(super) fn missing(path: &Path) -> Diagnostic {
    let name = path.display();
    Diagnostic::error(
        "history-missing",
        text!("履歴「{name}」はまだありません", "there is no history `{name}` yet"),
    )
    .help(text!(
        "sekisho audit 台帳 --keep で、監査の結果が残ります",
        "`sekisho audit INVENTORY --keep` begins one"
    ))
}
