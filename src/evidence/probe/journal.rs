//! Journals on the disk: every line whole, and there before the next packet leaves.

use crate::probe::journal::{Journal, Journals, Line, Opening, PROBES, SCHEMA, read};
use jiff::{SignedDuration, Timestamp};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::Arc;

/// A longer journal is none of ours.
const MOST: u64 = 1 << 31;

/// A journal that is being written. Lines are only ever added.
#[derive(Clone, Debug)]
pub struct Keeper(Arc<File>);

impl Keeper {
    /// Begins a journal where none is.
    ///
    /// # Errors
    /// The file is there already, or cannot be written.
    pub fn begin(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().write(true).create_new(true).open(path)?;
        let opening = Opening {
            sekisho: PROBES.to_owned(),
            schema: SCHEMA,
            tool: concat!("sekisho ", env!("CARGO_PKG_VERSION")).to_owned(),
        };
        let keeper = Self(Arc::new(file));
        keeper.write(&(serde_json::to_string(&opening).unwrap_or_default() + "\n"))?;
        keeper.flush()?;
        // The name of a new file is on the disk when its folder is.
        if let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
            let _ = File::open(folder).and_then(|it| it.sync_all());
        }
        Ok(keeper)
    }

    /// Goes on with a journal. A last line that a crash cut off is taken away.
    ///
    /// # Errors
    /// It cannot be read or written.
    pub fn resume(path: &Path) -> io::Result<Self> {
        let mut file = OpenOptions::new().read(true).write(true).open(path)?;
        let mut text = Vec::new();
        (&mut file).take(MOST).read_to_end(&mut text)?;
        let whole = text.iter().rposition(|it| *it == b'\n').map_or(0, |at| at + 1);
        file.set_len(u64::try_from(whole).unwrap_or(u64::MAX))?;
        file.seek(SeekFrom::End(0))?;
        Ok(Self(Arc::new(file)))
    }

    /// Adds lines, all at once.
    ///
    /// # Errors
    /// They cannot be written.
    pub fn add(&self, lines: &[Line]) -> io::Result<()> {
        let mut text = String::new();
        lines.iter().for_each(|it| it.write(&mut text));
        if text.is_empty() { Ok(()) } else { self.write(&text) }
    }

    /// Waits until everything is on the disk.
    ///
    /// # Errors
    /// It cannot be.
    pub fn flush(&self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn write(&self, text: &str) -> io::Result<()> {
        (&*self.0).write_all(text.as_bytes())
    }
}

/// Reads a journal file.
///
/// # Errors
/// It cannot be read, or is larger than any journal.
pub fn load(path: &Path) -> io::Result<Journals> {
    if fs::metadata(path)?.len() > MOST {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(read(&String::from_utf8_lossy(&fs::read(path)?)))
}

/// Every run of a scope whose journal lies in a folder. What cannot be read is none.
pub fn of_scope(folder: &Path, scope: &str) -> Vec<Journal> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .map(|it| it.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    files.sort_unstable();
    let journals = files.iter().filter(|it| it.extension().is_some_and(|it| it == "jsonl"));
    let runs = journals.filter_map(|it| load(it).ok()).flat_map(|it| it.runs);
    runs.filter(|it| it.head.scope == scope).collect()
}

/// How many questions these runs have sent in the last 24 hours.
pub fn sent_today(runs: &[Journal], now: Timestamp) -> u32 {
    let since = now.checked_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN);
    let recent = runs.iter().filter(|it| !it.head.dry).map(|it| it.sent_since(since));
    recent.fold(0, u32::saturating_add)
}
