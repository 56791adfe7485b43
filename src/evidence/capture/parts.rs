//! One large pcap in several parts at once. Where a part begins is a guess at first: 64 records that
//! follow each other. It is right when the part before it ends exactly there; otherwise the file
//! is read from its beginning to its end, as if nothing had been tried.

use super::block::Blocks;
use super::files::{How, Watched};
use super::pcap::{self, Pcap};
use super::read::{Outcome, walk};
use crate::observation::Observer;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::atomic::Ordering;

/// A part smaller than this is not worth a thread.
const SMALLEST: u64 = 1 << 25;
/// How far a beginning is looked for.
const WINDOW: u64 = 1 << 20;

/// Reads a file in parts; none when it is no pcap, too small, damaged, or no parts were found.
pub(super) fn read(
    path: &Path,
    length: u64,
    how: &How<'_>,
) -> io::Result<Option<(Observer, Outcome)>> {
    let parts = (length / SMALLEST).min(how.threads as u64);
    if parts < 2 {
        return Ok(None);
    }
    let mut head = Vec::new();
    File::open(path)?.take(pcap::HEADER as u64).read_to_end(&mut head)?;
    let Some(format) = Pcap::open(&head) else { return Ok(None) };
    let mut cuts = vec![pcap::HEADER as u64];
    for part in 1..parts {
        let Some(cut) = beginning(path, length / parts * part, &format)? else { return Ok(None) };
        cuts.push(cut);
    }
    cuts.push(length);
    let before = how.read.load(Ordering::Relaxed);
    let read = std::thread::scope(|scope| {
        let spans = cuts.iter().zip(cuts.iter().skip(1));
        let parts: Vec<_> = spans
            .map(|(from, to)| scope.spawn(|| part(path, *from, *to, format.clone(), how)))
            .collect();
        parts
            .into_iter()
            .map(|it| it.join().unwrap_or_else(|_| Err(io::ErrorKind::Other.into())))
            .collect::<io::Result<Vec<_>>>()
    })?;
    let last = read.len() - 1;
    if read.iter().take(last).any(|(_, outcome)| outcome.damaged > 0) {
        how.read.store(before, Ordering::Relaxed);
        return Ok(None);
    }
    let joined = read.into_iter().reduce(|(mut observer, before), (later, mut outcome)| {
        observer.absorb(later);
        outcome.damages.iter_mut().for_each(|it| it.packet += before.packets);
        outcome.packets += before.packets;
        (observer, outcome)
    });
    Ok(joined.map(|(observer, mut outcome)| {
        format.describe(&mut outcome);
        (observer, outcome)
    }))
}

/// The first place after `from` at which records seem to begin.
fn beginning(path: &Path, from: u64, format: &Pcap) -> io::Result<Option<u64>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(from))?;
    let mut window = Vec::new();
    file.take(WINDOW).read_to_end(&mut window)?;
    let mut places = 0..window.len();
    let at = places.find(|at| format.chained(window.get(*at..).unwrap_or_default(), None, 64));
    Ok(at.map(|at| from + at as u64))
}

/// Reads one part. Whether it ends where the next one begins is seen by its damage.
fn part(
    path: &Path,
    from: u64,
    to: u64,
    mut format: Pcap,
    how: &How<'_>,
) -> io::Result<(Observer, Outcome)> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(from))?;
    let stream = Watched { from: file.take(to - from), read: how.read, digest: None };
    let (mut observer, mut outcome) = (Observer::new(), Outcome::default());
    walk(&mut format, &mut Blocks::new(stream, from), &mut outcome, &mut |it| observer.packet(it));
    Ok((observer, outcome))
}
