//! Captures in files and pipes: opened, hashed, read; several files, and the parts of a large one,
//! side by side.

use super::fifo::Fifo;
use super::packed::{Packing, unpack};
use super::parts;
use super::read::{Outcome, read};
use crate::locale::Text;
use crate::observation::{Finished, Header, Observer, Piece, Source, SourceKind};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// How captures are read.
#[derive(Debug)]
pub struct How<'a> {
    /// The name of the tap (観測点).
    pub tap: &'a str,
    /// Whether the bytes of the source are to be identified by their SHA-256.
    pub hash: bool,
    /// How many threads may read.
    pub threads: usize,
    /// How many bytes of the source have been read, for whoever watches.
    pub read: &'a AtomicU64,
}

/// A capture as it was read.
#[derive(Debug)]
pub struct Taken {
    /// What was seen.
    pub finished: Finished,
    /// What there is to say of the capture.
    pub outcome: Outcome,
}

impl Taken {
    /// What was seen, in memory as a whole.
    pub fn into_piece(self) -> Piece {
        self.finished.into_piece().sealed()
    }
}

/// Why a capture was not read.
#[derive(Debug)]
pub enum Refused {
    /// It cannot be opened.
    Io(io::Error),
    /// It is no capture that is known; what it is instead, where that can be told.
    Foreign(Option<Text>),
    /// It is a pipe into which nobody writes.
    Silent,
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Reads several captures, as many at a time as there are threads. The answers are in the order
/// of the files.
pub fn files(paths: &[PathBuf], how: &How<'_>) -> Vec<Result<Taken, Refused>> {
    let threads = how.threads.clamp(1, paths.len().max(1));
    let each = How { threads: how.threads / threads, ..*how };
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(path) = paths.get(number) else { break };
                    let taken = file(path, &each);
                    done.lock().unwrap_or_else(|it| it.into_inner()).push((number, taken));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(|it| it.into_inner());
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, taken)| taken).collect()
}

/// Reads the capture in a file.
pub fn file(path: &Path, how: &How<'_>) -> Result<Taken, Refused> {
    let name = path.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    let about = std::fs::metadata(path)?;
    if about.is_dir() {
        return Err(Refused::Io(io::ErrorKind::IsADirectory.into()));
    }
    if !about.is_file() {
        return stream(&name, Fifo::open(path)?, how).map_err(|why| match why {
            Refused::Io(error) if error.kind() == io::ErrorKind::TimedOut => Refused::Silent,
            why => why,
        });
    }
    std::thread::scope(|scope| {
        let digest = how.hash.then(|| scope.spawn(|| digest(path)));
        let (observer, outcome) = regular(path, about.len(), how)?;
        let sha256 = match digest.map(std::thread::ScopedJoinHandle::join) {
            None => String::new(),
            Some(Ok(made)) => made?,
            Some(Err(_)) => return Err(Refused::Io(io::ErrorKind::Other.into())),
        };
        let source = Source { kind: SourceKind::File, name, bytes: about.len(), sha256 };
        Ok(taken(observer, outcome, source, how))
    })
}

/// Reads what is in a regular file: in parts, where that is possible.
fn regular(path: &Path, length: u64, how: &How<'_>) -> Result<(Observer, Outcome), Refused> {
    if let Some(read) = parts::read(path, length, how)? {
        return Ok(read);
    }
    let mut observer = Observer::new();
    let mut head = Vec::new();
    File::open(path)?.take(4).read_to_end(&mut head)?;
    let from = Watched { from: File::open(path)?, read: how.read, digest: None };
    let outcome = match Packing::of(&head) {
        // Nothing between the file and the block.
        None => read(from, |it| observer.packet(it)),
        Some(_) => read(unpack(from)?, |it| observer.packet(it)),
    };
    Ok((observer, outcome.ok_or_else(|| Refused::Foreign(foreign(&head)))?))
}

/// Reads the capture in a stream that cannot be read twice.
pub fn stream(name: &str, from: impl Read, how: &How<'_>) -> Result<Taken, Refused> {
    let before = how.read.load(Ordering::Relaxed);
    let mut observer = Observer::new();
    let mut from = Watched { from, read: how.read, digest: how.hash.then(Sha256::new) };
    let outcome = read(unpack(&mut from)?, |it| observer.packet(it));
    let outcome = outcome.ok_or(Refused::Foreign(None))?;
    // What comes after the end of the records belongs to the source all the same.
    io::copy(&mut from, &mut io::sink())?;
    let source = Source {
        kind: SourceKind::Pipe,
        name: name.to_owned(),
        bytes: how.read.load(Ordering::Relaxed) - before,
        sha256: from.digest.map(hexadecimal).unwrap_or_default(),
    };
    Ok(taken(observer, outcome, source, how))
}

fn taken(observer: Observer, outcome: Outcome, source: Source, how: &How<'_>) -> Taken {
    let header = Header {
        tap: how.tap.to_owned(),
        source,
        interfaces: outcome.interfaces.clone(),
        dropped: outcome.dropped,
        damaged: outcome.damaged,
    };
    Taken { finished: observer.finished(header), outcome }
}

/// What a file is that is no capture of ours, by its first bytes.
fn foreign(head: &[u8]) -> Option<Text> {
    const KNOWN: [(&[u8], Text); 6] = [
        (b"snoo", Text::new("Solarisのsnoop形式です", "it is a capture of Solaris snoop")),
        (
            b"GMBU",
            Text::new("Microsoft Network Monitorの形式です", "it is of Microsoft Network Monitor"),
        ),
        (
            b"RTSS",
            Text::new("Microsoft Network Monitorの形式です", "it is of Microsoft Network Monitor"),
        ),
        (b"TRSN", Text::new("NetXRay／Snifferの形式です", "it is of NetXRay or Sniffer")),
        (
            b"PK\x03\x04",
            Text::new("ZIPファイルです。展開してください", "it is a ZIP file: unpack it first"),
        ),
        (
            b"\xfd7zX",
            Text::new(
                "xzで圧縮されています。展開してください",
                "it is packed with xz: unpack it first",
            ),
        ),
    ];
    match head {
        [] => Some(Text::new("空のファイルです", "the file is empty")),
        _ => KNOWN.iter().find(|(magic, _)| *magic == head).map(|(_, what)| what.clone()),
    }
}

/// A stream whose bytes are counted.
pub(super) struct Watched<'a, R> {
    pub(super) from: R,
    pub(super) read: &'a AtomicU64,
    pub(super) digest: Option<Sha256>,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(into)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        if let Some(digest) = &mut self.digest {
            digest.update(into.get(..count).unwrap_or_default());
        }
        Ok(count)
    }
}

/// The SHA-256 of a file.
fn digest(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut digest = Sha256::new();
    let mut block = vec![0; 1 << 19];
    loop {
        match file.read(&mut block) {
            Ok(0) => return Ok(hexadecimal(digest)),
            Ok(count) => digest.update(block.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn hexadecimal(digest: Sha256) -> String {
    let mut text = String::new();
    for byte in digest.finalize() {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
