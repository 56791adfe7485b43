//! Reads a capture from its first byte to its last, whatever its format and whatever is wrong with it.

use super::block::{Blocks, RECORD};
use super::packed::{Swollen, unpack};
use super::pcap::{self, Pcap};
use super::pcapng::PcapNg;
use crate::locale::Text;
use crate::observation::{Interface, Record};
use crate::text;
use std::io::Read;

/// How far damage is looked past for the next record.
const SEARCH: usize = 1 << 26;
/// How many damaged places are told one by one.
const TOLD: usize = 8;

/// A format whose records are walked through.
pub(super) trait Walk {
    /// Hands out every whole record at the beginning of these bytes.
    fn walk(&mut self, bytes: &[u8], each: &mut impl FnMut(&Record<'_>)) -> Step;

    /// Where, after the first of these bytes, a record surely begins.
    fn resume(&self, bytes: &[u8]) -> Option<usize>;
}

/// How far a walk came.
#[derive(Debug)]
pub(super) enum Step {
    /// What comes after the used bytes needs so many.
    Need { used: usize, bytes: usize },
    /// What comes after the used bytes is of no use: so many bytes, which need not be there yet.
    Skip { used: usize, bytes: u64 },
    /// What comes after the used bytes is damaged; after so many bytes it goes on, if that is known.
    Flawed { used: usize, flaw: Flaw, go_on: Option<u64> },
}

/// What is wrong at a place of a capture.
#[derive(Debug)]
pub enum Flaw {
    /// A length that no packet has.
    Length,
    /// The capture ends within a record.
    CutShort,
    /// It cannot be read any further: the disk, or the packing.
    Broken(std::io::Error),
    /// It was packed, and unpacks to far more than any capture does.
    Swollen,
    /// A block of pcapng contradicts itself.
    Block,
    /// A packet of an interface that was never described.
    Interface,
    /// A packet of an interface beyond those that are kept.
    TooMany,
}

impl Flaw {
    fn broken(why: std::io::Error) -> Self {
        if Swollen::is(&why) { Self::Swollen } else { Self::Broken(why) }
    }

    /// In words.
    pub fn text(&self) -> Text {
        match self {
            Self::Length => {
                Text::new("パケットの長さがありえない値です", "no packet has this length")
            }
            Self::CutShort => {
                Text::new("途中で終わっています", "it ends in the middle of a record")
            }
            Self::Broken(why) => {
                text!("ここから先を読めません（{why}）", "it cannot be read any further ({why})")
            }
            Self::Swollen => {
                let times = Swollen::TIMES;
                text!(
                    "展開すると圧縮時の{times}倍を超えます。通信の記録ではこうなりません（圧縮爆弾の疑い）。ここで読むのをやめました",
                    "it unpacks to more than {times} times its size, as no capture of traffic does (a decompression bomb?): no more is read"
                )
            }
            Self::Block => {
                Text::new("ブロックの記述が矛盾しています", "a block contradicts itself")
            }
            Self::Interface => Text::new(
                "記述のないインタフェースのパケットです",
                "a packet of an interface that is not described",
            ),
            Self::TooMany => {
                let most = super::interface::MOST;
                text!(
                    "1つのセクションに{most}を超えるインタフェースがあり、その先のパケットは読みません",
                    "one section has more than {most} interfaces: packets of the others are not read"
                )
            }
        }
    }
}

/// A damaged place.
#[derive(Debug)]
pub struct Damage {
    /// Where it is, in bytes from the beginning; of a packed capture, after unpacking.
    pub offset: u64,
    /// The number of the packet that should have been there, from 1.
    pub packet: u64,
    /// What is wrong.
    pub flaw: Flaw,
    /// How many bytes were passed over to go on; none when nothing more could be read.
    pub passed: Option<u64>,
}

/// What is known of a capture beside its packets.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Its interfaces.
    pub interfaces: Vec<Interface>,
    /// What was lost before it could be captured, where the capture says so.
    pub dropped: Option<u64>,
    /// The first damaged places.
    pub damages: Vec<Damage>,
    /// How many there are in all.
    pub damaged: u64,
    /// How many packets were handed out.
    pub packets: u64,
    /// How many bytes the capture has, unpacked.
    pub bytes: u64,
}

/// Whether a stream is a capture, by its first bytes.
pub fn is_capture(from: impl Read) -> bool {
    let mut head = Vec::new();
    // A stream that is shorter or broken shows what it has.
    let _ = unpack(from).and_then(|it| it.take(pcap::HEADER as u64).read_to_end(&mut head));
    Pcap::open(&head).is_some() || PcapNg::open(&head).is_some()
}

/// Reads a whole capture that is not packed. None when it is none that is known.
pub fn read(from: impl Read, mut each: impl FnMut(&Record<'_>)) -> Option<Outcome> {
    let mut blocks = Blocks::new(from, 0);
    blocks.need(pcap::HEADER);
    let mut outcome = Outcome::default();
    if let Some(mut format) = Pcap::open(blocks.bytes()) {
        blocks.advance(pcap::HEADER);
        walk(&mut format, &mut blocks, &mut outcome, &mut each);
        format.describe(&mut outcome);
    } else {
        let mut format = PcapNg::open(blocks.bytes())?;
        walk(&mut format, &mut blocks, &mut outcome, &mut each);
        format.describe(&mut outcome);
    }
    Some(outcome)
}

/// Walks through everything that is left of a stream.
pub(super) fn walk<R: Read>(
    format: &mut impl Walk,
    blocks: &mut Blocks<R>,
    outcome: &mut Outcome,
    each: &mut impl FnMut(&Record<'_>),
) {
    loop {
        let step = format.walk(blocks.bytes(), &mut |record: &Record<'_>| {
            outcome.packets += 1;
            each(record);
        });
        let (used, flaw, go_on) = match step {
            Step::Need { used, bytes } => {
                blocks.advance(used);
                if blocks.need(bytes.min(RECORD)) {
                    continue;
                }
                let flaw = match blocks.take_broken() {
                    Some(why) => Flaw::broken(why),
                    None if blocks.bytes().is_empty() => break,
                    None => Flaw::CutShort,
                };
                (0, flaw, None)
            }
            Step::Skip { used, bytes } => {
                blocks.advance(used);
                if blocks.skip(bytes) {
                    continue;
                }
                (0, blocks.take_broken().map_or(Flaw::CutShort, Flaw::broken), None)
            }
            Step::Flawed { used, flaw, go_on } => (used, flaw, go_on),
        };
        blocks.advance(used);
        let offset = blocks.offset();
        let resumed = match (&flaw, go_on) {
            (Flaw::CutShort | Flaw::Broken(_) | Flaw::Swollen, _) => false,
            (_, Some(bytes)) => blocks.skip(bytes),
            (_, None) => resume(format, blocks),
        };
        let passed = resumed.then(|| blocks.offset() - offset);
        outcome.damaged += 1;
        if outcome.damages.len() < TOLD {
            let packet = outcome.packets + 1;
            outcome.damages.push(Damage { offset, packet, flaw, passed });
        }
        if !resumed {
            break;
        }
    }
    outcome.bytes = blocks.offset() + blocks.bytes().len() as u64;
}

/// Goes on to the next place where a record begins; whether there is one.
fn resume<R: Read>(format: &impl Walk, blocks: &mut Blocks<R>) -> bool {
    let mut searched = 0;
    while searched < SEARCH {
        blocks.need(RECORD);
        let bytes = blocks.bytes();
        if let Some(at) = format.resume(bytes) {
            blocks.advance(at);
            return true;
        }
        // What might begin in the second half has not been seen whole.
        let sure = if blocks.ended() { bytes.len() } else { bytes.len() / 2 };
        if sure == 0 {
            return false;
        }
        blocks.advance(sure);
        searched += sure;
    }
    false
}
