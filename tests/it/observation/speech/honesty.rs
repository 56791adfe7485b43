//! What may never happen: a false label, a panic, an answer that more bytes take back.

use super::{Sample, datagrams, ends, frames, spoken, streams, tls};
use sekisho::wire::speech::{Said, datagram, frame, stream};
use sekisho::wire::words::Spoken;

/// Chance, always the same (xorshift).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() >> 16) as usize % limit
    }
}

fn accuses(said: &Said) -> bool {
    said.speech.iter().any(|it| it.spoken.is_tunnel() || it.spoken == Spoken::RemoteControl)
}

const WORDS: &[&str] = &[
    "GET ",
    "the ",
    "0 ",
    "17\n",
    "\r\n",
    "MSH|",
    "{\"a\":",
    " HTTP",
    "220 ",
    "+OK ",
    "IP=",
    "user ",
    "<134>",
    "1.2.3.4",
    "SSH",
    "VPN",
    "::",
    "a",
    "b",
    "0",
    "7",
    "\0",
    "\0\0\0\u{1}",
    "\u{1}",
    "\u{4}\0\0\0",
];

/// Chance, text, and words of protocols in no order: nothing of it is a tunnel or remote control.
#[test]
fn chance_is_never_a_tunnel() {
    let mut random = Random(20_261_122);
    let mut bytes = vec![0_u8; 512];
    for round in 0..1_000_000_u32 {
        let length = random.below(if round % 16 == 0 { 512 } else { 96 }) + 1;
        let payload = bytes.get_mut(..length).unwrap();
        match round % 4 {
            0 | 1 => payload.chunks_mut(8).for_each(|it| {
                let value = random.next().to_le_bytes();
                it.copy_from_slice(value.get(..it.len()).unwrap());
            }),
            2 => payload.iter_mut().for_each(|it| *it = 32 + (random.below(95) as u8)),
            _ => {
                let mut at = 0;
                while at < length {
                    let word = WORDS.get(random.below(WORDS.len())).unwrap().as_bytes();
                    let end = (at + word.len()).min(length);
                    payload[at..end].copy_from_slice(&word[..end - at]);
                    at = end;
                }
            }
        }
        // Ports on which nothing in particular is expected: where a port is half of the evidence,
        // it is half of the evidence.
        let ends = ends(40_000 + (round % 9999) as u16, 30_000 + (round % 7777) as u16);
        let said = if round % 8 == 0 {
            let (forth, back) = payload.split_at(length / 2);
            stream(&ends, forth, back)
        } else {
            datagram(&ends, payload)
        };
        assert!(!accuses(&said), "round {round}: {said:?} of {payload:02x?}");
    }
}

fn samples() -> Vec<Sample> {
    let mut out = streams::samples();
    out.extend(tls::samples());
    out
}

/// Every sample cut at every byte and with every byte spoilt: no panic.
#[test]
fn nothing_makes_it_stumble() {
    let spoil = |bytes: &[u8], at: usize, bit: u8| {
        let mut out = bytes.to_vec();
        if let Some(it) = out.get_mut(at) {
            *it ^= bit;
        }
        out
    };
    for it in samples() {
        let ends = ends(it.ports.0, it.ports.1);
        for at in 0..it.forth.len().max(it.back.len()) {
            let cut = |bytes: &[u8]| bytes.get(..at).unwrap_or(bytes).to_vec();
            stream(&ends, &cut(&it.forth), &it.back);
            stream(&ends, &it.forth, &cut(&it.back));
            for bit in [1, 0x80, 0xff] {
                stream(&ends, &spoil(&it.forth, at, bit), &spoil(&it.back, at, bit));
            }
        }
    }
    for datagrams::Case(_, from, to, payload, ..) in datagrams::cases() {
        for at in 0..payload.len() {
            datagram(&ends(from, to), payload.get(..at).unwrap());
            for bit in 0..8 {
                datagram(&ends(from, to), &spoil(&payload, at, 1 << bit));
            }
        }
    }
    for (kind, bytes) in frames::frames() {
        for at in 0..bytes.len() {
            frame(kind, bytes.get(..at).unwrap());
            for bit in 0..8 {
                frame(kind, &spoil(&bytes, at, 1 << bit));
            }
        }
    }
}

/// As bytes come in, an answer only grows: what was said stays said, in the same order.
#[test]
fn more_bytes_never_take_back() {
    for it in samples() {
        let ends = ends(it.ports.0, it.ports.1);
        let mut before = Said::default();
        let steps = (0..=it.forth.len()).map(|at| (at, 0));
        let steps = steps.chain((0..=it.back.len()).map(|at| (it.forth.len(), at)));
        for (forth, back) in steps {
            let said = stream(&ends, it.forth.get(..forth).unwrap(), it.back.get(..back).unwrap());
            for speech in &before.speech {
                let after = said.speech.iter().find(|it| it.spoken == speech.spoken);
                let grown = after.is_some_and(|after| {
                    speech.details.iter().all(|(detail, values)| {
                        after.details.get(detail).is_some_and(|it| it.is_superset(values))
                    })
                });
                assert!(grown, "{} at {forth}/{back}: {speech:?} then {said:?}", it.name);
            }
            assert!(
                before.open || before.speech.is_empty() || spoken(&said) == spoken(&before),
                "{}: closed, then more",
                it.name
            );
            before = said;
        }
    }
}
