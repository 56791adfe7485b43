//! What is said again and again, word for word: greetings of routers, bridges and neighbours,
//! announcements to everybody. It is understood once; after that it is only counted.

use super::Observer;
use super::answers::checksum;
use super::intern::{BySum, fold, hash_of, secret};
use super::learned::Origin;
use super::seen::{Moment, Seen};
use crate::wire::frame::Macs;
use crate::wire::shared::SharedWords;
use crate::wire::speech::{self, Kind};
use crate::wire::words::Learned;
use std::sync::Arc;

/// How many different ones are remembered at the same time.
const MOST: usize = 4096;

/// Something that was said, with what it taught.
#[derive(Clone, Debug)]
struct Said {
    learned: Arc<[Learned]>,
    origin: Origin,
    seen: Seen,
}

/// What was said, by a checksum that nobody can aim at.
#[derive(Clone, Debug)]
pub(super) struct Again {
    said: BySum<Said>,
    /// What frames taught, whoever sent them: routers tell each neighbour the same.
    frames: BySum<Arc<[Learned]>>,
    /// Words of roles, each once.
    words: BySum<SharedWords>,
    secret: u64,
}

impl Default for Again {
    fn default() -> Self {
        Self {
            said: BySum::default(),
            frames: BySum::default(),
            words: BySum::default(),
            secret: secret(),
        }
    }
}

impl Again {
    /// The checksum of who said what.
    pub(super) fn hash(&self, about: u64, macs: Macs, bytes: &[u8]) -> u64 {
        let sum = fold(about ^ self.secret, self.secret ^ macs.sender().number());
        checksum(sum, self.secret, bytes)
    }

    /// What a frame teaches.
    pub(super) fn frame(&mut self, kind: Kind, bytes: &[u8]) -> Arc<[Learned]> {
        let sum = checksum(hash_of(&kind, self.secret), self.secret, bytes);
        if let Some(known) = self.frames.get(&sum) {
            return Arc::clone(known);
        }
        let mut learned = speech::frame(kind, bytes);
        self.share(&mut learned);
        let learned: Arc<[Learned]> = learned.into();
        if self.frames.len() >= MOST {
            self.frames.clear();
        }
        self.frames.insert(sum, Arc::clone(&learned));
        learned
    }

    /// Has roles that are described alike described by the same words, which are then quick to compare
    /// and are kept once.
    pub(super) fn share(&mut self, learned: &mut [Learned]) {
        for lesson in learned {
            let Learned::Role { details, .. } = lesson else { continue };
            if self.words.len() >= MOST {
                self.words.clear();
            }
            let known = self.words.entry(hash_of(&**details, self.secret));
            let known = known.or_insert_with(|| details.clone());
            if *known == *details {
                details.clone_from(known);
            }
        }
    }

    /// Counts it, if it was said before.
    pub(super) fn is_known(&mut self, hash: u64, moment: Moment) -> bool {
        let known = self.said.get_mut(&hash);
        if let Some(known) = known {
            known.seen.add(Seen::at(moment));
            return true;
        }
        false
    }
}

impl Observer {
    /// Keeps what was learned from something that may be said again.
    pub(super) fn learn_again(
        &mut self,
        learned: Arc<[Learned]>,
        origin: Origin,
        hash: Option<u64>,
        moment: Moment,
    ) {
        let seen = Seen::at(moment);
        let Some(hash) = hash else { return self.learn(&learned, origin, seen) };
        if self.again.said.len() >= MOST {
            self.recall();
        }
        self.again.said.insert(hash, Said { learned, origin, seen });
    }

    /// Keeps everything that was said again and again, and forgets the words.
    pub(super) fn recall(&mut self) {
        // What is learned is collected in sets and sums: the order does not matter.
        let said = self.again.said.drain().map(|(_, it)| it);
        let mut said: Vec<Said> = said.filter(|it| !it.learned.is_empty()).collect();
        said.sort_by_cached_key(|it| it.seen.number);
        for Said { learned, origin, seen } in said {
            self.learn(&learned, origin, seen);
        }
    }
}
