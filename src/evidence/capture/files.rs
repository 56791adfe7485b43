//! Captures in files and pipes: opened, hashed, read.

use super::read::{Outcome, read};
use crate::locale::Text;
use crate::observation::{Header, Observer, Piece, Source, SourceKind};
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// How captures are read.
#[derive(Debug)]
pub struct How<'a> {
    /// The name of the tap (観測点).
    pub tap: &'a str,
    /// Whether the bytes of the source are to be identified by their SHA-256.
    pub hash: bool,
    /// How many bytes of the source have been read, for whoever watches.
    pub read: &'a AtomicU64,
}

/// A capture as it was read.
#[derive(Debug)]
pub struct Taken {
    /// What was seen.
    pub piece: Piece,
    /// What there is to say of the capture.
    pub outcome: Outcome,
}

/// Why a capture was not read.
#[derive(Debug)]
pub enum Refused {
    /// It cannot be opened.
    Io(io::Error),
    /// It is no capture that is known; what it is instead, where that can be told.
    Foreign(Option<Text>),
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Reads the capture in a file.
pub fn file(path: &Path, how: &How<'_>) -> Result<Taken, Refused> {
    let name = path.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    let about = std::fs::metadata(path)?;
    if about.is_dir() {
        return Err(Refused::Io(io::ErrorKind::IsADirectory.into()));
    }
    let from = File::open(path)?;
    if !about.is_file() {
        return stream(&name, from, how);
    }
    std::thread::scope(|scope| {
        let digest = how.hash.then(|| scope.spawn(|| digest(path)));
        let mut observer = Observer::new();
        let outcome =
            read(Watched { from, read: how.read, digest: None }, |it| observer.packet(it))
                .ok_or(Refused::Foreign(None))?;
        let sha256 =
            match digest.map(|it| it.join().unwrap_or_else(|_| Err(io::ErrorKind::Other.into()))) {
                Some(made) => made?,
                None => String::new(),
            };
        let source = Source { kind: SourceKind::File, name, bytes: about.len(), sha256 };
        Ok(taken(observer, outcome, source, how))
    })
}

/// Reads the capture in a stream that cannot be read twice.
pub fn stream(name: &str, from: impl Read, how: &How<'_>) -> Result<Taken, Refused> {
    let before = how.read.load(Ordering::Relaxed);
    let mut observer = Observer::new();
    let mut from = Watched { from, read: how.read, digest: how.hash.then(Sha256::new) };
    let outcome = read(&mut from, |it| observer.packet(it)).ok_or(Refused::Foreign(None))?;
    // What comes after the end of the records belongs to the source all the same.
    io::copy(&mut from, &mut io::sink())?;
    let source = Source {
        kind: SourceKind::Pipe,
        name: name.to_owned(),
        bytes: how.read.load(Ordering::Relaxed) - before,
        sha256: from.digest.map(|it| hexadecimal(&it.finalize())).unwrap_or_default(),
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
    Taken { piece: observer.finish(header).sealed(), outcome }
}

/// A stream whose bytes are counted.
struct Watched<'a, R> {
    from: R,
    read: &'a AtomicU64,
    digest: Option<Sha256>,
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
            Ok(0) => return Ok(hexadecimal(&digest.finalize())),
            Ok(count) => digest.update(block.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}
