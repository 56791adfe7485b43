//! Captures that were packed: gzip and zstd, told by their first bytes; several members one after
//! the other, as `cat` and `pigz` make them.

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::io::{self, BufRead, BufReader, Cursor, Read};

/// How much of the packed bytes is read at once.
const BLOCK: usize = 1 << 17;
/// Memory that a frame of zstd may ask for: what `zstd` itself grants without being asked.
const WINDOW: u64 = 1 << 27;
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
    Ok(match packing {
        None => Box::new(whole),
        Some(Packing::Gzip) => {
            Box::new(MultiGzDecoder::new(BufReader::with_capacity(BLOCK, whole)))
        }
        Some(Packing::Zstd) => Box::new(Frames::new(BufReader::with_capacity(BLOCK, whole))),
    })
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
