//! Files are written whole or not at all: everything goes to temporary files beside their
//! targets first, and only when all of them are complete are they renamed into place. A full
//! disk, a failure or Ctrl-C before that leaves what was there before.

use super::Exit;
use super::console::reason;
use crate::source::Diagnostic;
use crate::text;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tempfile::NamedTempFile;

/// Temporary files of this process, for Ctrl-C to remove.
static PENDING: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn pending() -> MutexGuard<'static, Vec<PathBuf>> {
    PENDING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Somebody wants what is going on to end, with everything it has so far.
static STOP: AtomicBool = AtomicBool::new(false);
/// Whether the first Ctrl-C only says so.
static PATIENT: AtomicBool = AtomicBool::new(false);

/// From now on the first Ctrl-C (or SIGTERM) only sets what is returned; the second ends the process.
pub(super) fn stop_when_interrupted() -> &'static AtomicBool {
    PATIENT.store(true, Ordering::SeqCst);
    &STOP
}

/// From now on Ctrl-C removes temporary files and ends the process. It waits while files are
/// being renamed into place, so that a set of files is replaced as a whole.
pub(super) fn guard_against_interruption() {
    // Without a handler the default action ends the process, which is good enough.
    let _ = ctrlc::set_handler(|| {
        if PATIENT.load(Ordering::SeqCst) && !STOP.swap(true, Ordering::SeqCst) {
            return;
        }
        let pending = pending();
        for path in pending.iter() {
            let _ = fs::remove_file(path);
        }
        #[expect(clippy::exit, reason = "the signal ends the process, whatever it was doing")]
        std::process::exit(Exit::Interrupted as i32);
    });
}

/// What happens when a target exists already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Existing {
    /// It is replaced: the file is ours.
    Replace,
    /// Nothing is written: the file may be somebody's work.
    Keep,
}

/// Files on their way.
#[derive(Debug)]
pub(super) struct Delivery {
    existing: Existing,
    /// The real path of what must not be written over.
    spared: Option<PathBuf>,
    files: Vec<(NamedTempFile, PathBuf)>,
    /// Folders that were made on the way, the outermost first.
    folders: Vec<PathBuf>,
}

/// What is not delivered leaves no empty folders behind.
impl Drop for Delivery {
    fn drop(&mut self) {
        self.files.clear();
        for folder in self.folders.drain(..).rev() {
            // Only what is empty goes: others may have put something there.
            let _ = fs::remove_dir(folder);
        }
    }
}

impl Delivery {
    /// An empty delivery.
    pub(super) fn new(existing: Existing) -> Self {
        Self { existing, spared: None, files: Vec::new(), folders: Vec::new() }
    }

    /// The same, but never over the inventory that was read.
    pub(super) fn sparing(mut self, inventory: &Path) -> Self {
        self.spared = fs::canonicalize(inventory).ok();
        self
    }

    /// Writes one file beside its target. Missing folders are made.
    pub(super) fn add(&mut self, target: &Path, bytes: &[u8]) -> Result<(), Diagnostic> {
        self.add_written(target, |file| file.write_all(bytes))
    }

    /// The same for what is never in memory as a whole.
    pub(super) fn add_written(
        &mut self,
        target: &Path,
        write: impl FnOnce(&mut fs::File) -> io::Result<()>,
    ) -> Result<(), Diagnostic> {
        if self.existing == Existing::Keep && target.symlink_metadata().is_ok() {
            return Err(in_the_way(target));
        }
        if self.spared.is_some() && fs::canonicalize(target).ok() == self.spared {
            return Err(over_inventory(target));
        }
        self.write(target, write).map_err(|error| unwritable(target, &error))
    }

    fn write(
        &mut self,
        target: &Path,
        write: impl FnOnce(&mut fs::File) -> io::Result<()>,
    ) -> io::Result<()> {
        if target.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        // Renaming over a device or a pipe would put a file in its place.
        if target.metadata().is_ok_and(|it| !it.is_file()) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let folder = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let missing: Vec<PathBuf> =
            folder.ancestors().take_while(|it| !it.exists()).map(Path::to_owned).collect();
        self.folders.extend(missing.into_iter().rev());
        fs::create_dir_all(folder).map_err(|error| match error.kind() {
            // A file of that name, and not the folder that was asked for.
            io::ErrorKind::AlreadyExists => io::ErrorKind::NotADirectory.into(),
            _ => error,
        })?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".sekisho-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            // The umask applies, as to any other file of this user.
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let mut file = {
            let mut pending = pending();
            let file = builder.tempfile_in(folder)?;
            pending.push(file.path().to_owned());
            file
        };
        write(file.as_file_mut())?;
        self.files.push((file, target.to_owned()));
        Ok(())
    }

    /// Puts all files into their places and returns where they are.
    pub(super) fn finish(mut self) -> Result<Vec<PathBuf>, Diagnostic> {
        let mut pending = pending();
        let mut delivered = Vec::new();
        for (file, target) in std::mem::take(&mut self.files) {
            let done = match self.existing {
                Existing::Replace => file.persist(&target),
                Existing::Keep => file.persist_noclobber(&target),
            };
            match done {
                Ok(_) => delivered.push(target),
                Err(failed) if failed.error.kind() == io::ErrorKind::AlreadyExists => {
                    return Err(in_the_way(&target));
                }
                Err(failed) => return Err(unwritable(&target, &failed.error)),
            }
        }
        pending.clear();
        self.folders.clear();
        Ok(delivered)
    }
}

/// Says that a file is there already.
pub(super) fn in_the_way(target: &Path) -> Diagnostic {
    let name = target.display();
    Diagnostic::error(
        "file-exists",
        text!(
            "「{name}」がすでにあるため、何も書きませんでした",
            "`{name}` exists already; nothing was written"
        ),
    )
    .help(text!(
        "別のフォルダを指定するか、そのファイルを移してください",
        "name another folder or move that file away"
    ))
}

fn over_inventory(target: &Path) -> Diagnostic {
    let name = target.display();
    Diagnostic::error(
        "over-inventory",
        text!(
            "「{name}」は読んだ台帳そのものなので、上書きしませんでした",
            "`{name}` is the inventory that was read; it was not overwritten"
        ),
    )
    .help(text!("別の名前かフォルダを指定してください", "name another file or folder"))
}

fn unwritable(target: &Path, error: &io::Error) -> Diagnostic {
    let name = target.display();
    let why = reason(error);
    Diagnostic::error(
        "unwritable",
        text!("「{name}」に書けません: {why}", "cannot write `{name}`: {why}"; why),
    )
}
