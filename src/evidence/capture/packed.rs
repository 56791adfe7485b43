//! Captures that were packed: gzip and zstd, told by their first bytes; several members one after
//! the other, as `cat` and `pigz` make them. A few kilobytes that unpack to terabytes take no
//! memory, but time without end: what swells so is given up, and that is said.

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::cell::Cell;
use std::fmt;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::rc::Rc;

/// How much of the packed bytes is read at once.
const BLOCK: usize = 1 << 17;
/// Memory that a frame of zstd may ask for: what `zstd` itself grants without being asked.
const WINDOW: u64 = 1 << 27;
/// So many bytes are unpacked whatever they were packed in: that takes a moment.
const FREE: u64 = 1 << 26;
/// Beyond [`FREE`] no more than this many for each packed byte. Captures of real traffic pack to a
/// half or a tenth, one and the same packet over and over to about a hundredth.
const MOST: u64 = 400;
const ZSTD: u32 = 0xfd2f_b528;

/// How something is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// gzip (RFC 1952).
    Gzip,
    /// Zstandard (RFC 8878).
    Zstd,
}

impl Packing {
    /// Tells by the first bytes.
    pub fn of(head: &[u8]) -> Option<Self> {
        let magic = u32::from_le_bytes(*head.first_chunk()?);
        match head {
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            _ if magic == ZSTD || is_skippable(magic) => Some(Self::Zstd),
            _ => None,
        }
    }
}

/// Whether a frame of zstd is only to be passed over.
fn is_skippable(magic: u32) -> bool {
    magic & 0xffff_fff0 == 0x184d_2a50
}

/// The bytes as they were before they were packed, if they were.
pub fn unpack<'a>(mut from: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    let mut head = Vec::new();
    from.by_ref().take(4).read_to_end(&mut head)?;
    let packing = Packing::of(&head);
    let whole = Cursor::new(head).chain(from);
    let Some(packing) = packing else { return Ok(Box::new(whole)) };
    let packed = Rc::new(Cell::new(0));
    let counted = Counted { from: whole, count: Rc::clone(&packed) };
    let counted = BufReader::with_capacity(BLOCK, counted);
    let from: Box<dyn Read + 'a> = match packing {
        Packing::Gzip => Box::new(MultiGzDecoder::new(counted)),
        Packing::Zstd => Box::new(Frames::new(counted)),
    };
    Ok(Box::new(Bounded { from, packed, unpacked: 0 }))
}

/// Why unpacking was given up: see [`MOST`].
#[derive(Clone, Copy, Debug)]
pub struct Swollen;

impl fmt::Display for Swollen {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "it unpacks to more than {MOST} times its size")
    }
}

impl std::error::Error for Swollen {}

impl Swollen {
    /// How many times its size is too much.
    pub const TIMES: u64 = MOST;

    /// Whether this is why.
    pub fn is(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|it| it.is::<Self>())
    }
}

/// A stream whose bytes are counted.
struct Counted<R> {
    from: R,
    count: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(into)?;
        self.count.set(self.count.get() + count as u64);
        Ok(count)
    }
}

/// What is unpacked, within bounds.
struct Bounded<R> {
    from: R,
    packed: Rc<Cell<u64>>,
    unpacked: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.unpacked > FREE && self.unpacked / MOST > self.packed.get() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, Swollen));
        }
        let count = self.from.read(into)?;
        self.unpacked += count as u64;
        Ok(count)
    }
}

/// Frames of zstd, one after the other.
struct Frames<R> {
    from: R,
    decoder: FrameDecoder,
    /// Whether a frame has begun and not ended.
    within: bool,
}

impl<R: BufRead> Frames<R> {
    fn new(from: R) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(WINDOW);
        Self { from, decoder, within: false }
    }

    /// Begins the next frame; whether there is one.
    fn begin(&mut self) -> io::Result<bool> {
        loop {
            if self.from.fill_buf()?.is_empty() {
                return Ok(false);
            }
            let mut magic = [0; 4];
            self.from.read_exact(&mut magic)?;
            if !is_skippable(u32::from_le_bytes(magic)) {
                let frame = Cursor::new(magic).chain(&mut self.from);
                self.decoder.reset(frame).map_err(io::Error::other)?;
                self.within = true;
                return Ok(true);
            }
            let mut length = [0; 4];
            self.from.read_exact(&mut length)?;
            let length = u64::from(u32::from_le_bytes(length));
            let passed = io::copy(&mut self.from.by_ref().take(length), &mut io::sink())?;
            if passed != length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    /// Whether the frame that just ended is what was packed.
    fn end(&mut self) -> io::Result<()> {
        self.within = false;
        let (said, is) =
            (self.decoder.get_checksum_from_data(), self.decoder.get_calculated_checksum());
        match said {
            Some(_) if said != is => {
                Err(io::Error::new(io::ErrorKind::InvalidData, "zstd: wrong checksum"))
            }
            _ => Ok(()),
        }
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.within && !self.begin()? {
                return Ok(0);
            }
            if self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let one = BlockDecodingStrategy::UptoBlocks(1);
                self.decoder.decode_blocks(&mut self.from, one).map_err(io::Error::other)?;
            }
            match self.decoder.read(into)? {
                0 if self.decoder.is_finished() => self.end()?,
                0 => {}
                count => return Ok(count),
            }
        }
    }
}
