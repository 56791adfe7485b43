//! Two observers over two parts of a capture become one, as if one had seen both.

use super::flow::{Flow, Key, state};
use super::renew::QUIET;
use super::{Observer, note};
use crate::wire::frame::flag;

/// What numbers of another observer are here, as far as was asked: many flows have the same few.
#[derive(Debug, Default)]
struct Here {
    contexts: Vec<Option<u32>>,
    hops: Vec<Option<u32>>,
    sayings: Vec<Option<u32>>,
}

/// What a number is here: known already, or found out now.
fn once(all: &mut Vec<Option<u32>>, number: u32, find: impl FnOnce() -> u32) -> u32 {
    let at = number as usize;
    if all.len() <= at {
        all.resize(at + 1, None);
    }
    all.get_mut(at).map_or(0, |it| *it.get_or_insert_with(find))
}

impl Observer {
    /// Takes in what another one saw of the packets that follow.
    ///
    /// The result is that of one observer over both parts, but for what lies across the seam and
    /// cannot be known without its packets: whether the first packet of a flow behind it is a copy
    /// of the last one before it; which fragments that were torn apart belonged together when they
    /// overlap; and what a flow said behind the seam after enough had been heard of it, or too
    /// little, before. Counts of packets, ends and who began do not depend on it.
    pub fn absorb(&mut self, mut later: Self) {
        let by = self.packets;
        later.recall();
        self.packets += later.packets;
        self.bytes += later.bytes;
        self.watched.absorb(std::mem::take(&mut later.watched));
        self.copies += later.copies;
        self.aggregated += later.aggregated;
        for (trouble, times) in std::mem::take(&mut later.troubles) {
            *self.troubles.entry(trouble).or_default() += times;
        }
        self.claims.absorb(std::mem::take(&mut later.claims), by);
        self.lessons.absorb(std::mem::take(&mut later.lessons), by);
        let overheard = std::mem::take(&mut later.overheard).into_iter();
        let mut here = Here::default();
        let adopted: Vec<_> =
            (0..later.table.len() as u32).map(|it| self.adopt(&later, it, by, &mut here)).collect();
        // What is heard after one has heard enough tells nothing.
        overheard.for_each(|(number, learned)| {
            if let Some(Some((mine, false))) = adopted.get(number as usize) {
                self.overheard.push((*mine, learned));
            }
        });
        let mut fragments = std::mem::take(&mut later.fragments);
        fragments.renumber(|it| self.contexts.adopt(&later.contexts, it));
        self.absorb_fragments(fragments, by);
    }

    /// Takes in one flow of another observer; gives its number here, and whether enough had been
    /// heard of it before.
    fn adopt(
        &mut self,
        later: &Self,
        number: u32,
        by: u64,
        here: &mut Here,
    ) -> Option<(u32, bool)> {
        let theirs = later.table.get(number)?;
        let hop = theirs.hop.map(|it| self.adopted_hop(later, it, here));
        let (key, was_turned) = self.adopted_key(later, theirs.key, here);
        let mut flow = Flow {
            key,
            hop,
            number: theirs.number + by,
            said: 0,
            listening: if theirs.key.protocol() == note::UDP { theirs.listening } else { 0 },
            ..*theirs
        };
        if was_turned {
            flow = flow.swapped();
        }
        let hash = self.table.hash(key);
        let (mine, is_new) = match self.table.find(key, hash) {
            Ok(mine) if self.is_another(mine, &flow) => (self.renewed(mine, flow, hash), true),
            Ok(mine) => (mine, false),
            Err(slot) => (self.table.add(flow, hash, slot), true),
        };
        let known = self.table.get_mut(mine)?;
        if !is_new && flow.first > known.last.saturating_add(QUIET) {
            known.listen_anew();
        }
        let had_heard = !is_new && known.has(state::HEARD);
        if !is_new {
            let hour = known.add(&flow);
            if let Some(hour) = hour {
                self.more.hour(mine, hour);
            }
            let (had, now) = (known.hop, flow.hop);
            for (second, at) in [(false, 0), (true, 1)] {
                let (Some(had), Some(now), Some(ttl)) =
                    (had.get(at), now.get(at), flow.ttl.get(at))
                else {
                    continue;
                };
                if had != now && *now != 0 {
                    self.more.hop(mine, second, *now, *ttl);
                }
            }
        }
        for hour in later.more.hours(number) {
            self.more.hour(mine, hour);
        }
        for (second, hop, ttl) in later.more.hops(number) {
            let hop = self.adopted_hop(later, hop, here);
            self.more.hop(mine, second != was_turned, hop, ttl);
        }
        if let Some(stream) =
            theirs.listening.checked_sub(1).filter(|_| theirs.key.protocol() != note::UDP)
        {
            self.go_on_listening(mine, was_turned, had_heard, later, stream);
        }
        if !had_heard {
            self.go_on_joining(mine, was_turned, later, number);
        }
        // What was heard from the middle of a connection is worth less than its beginning.
        let is_long = flow.last.saturating_sub(flow.first) > QUIET;
        let may_be_anew = flow.has(state::FROM_SYN) || key.protocol() == note::UDP && is_long;
        let is_beginning = is_new || !had_heard || may_be_anew;
        if let Some(said) = theirs.said.checked_sub(1).filter(|_| is_beginning) {
            let find = || self.saying(later.sayings.get(said).cloned().unwrap_or_default());
            let saying = once(&mut here.sayings, said, find);
            self.say(mine, saying);
        }
        Some((mine, had_heard))
    }

    fn adopted_hop(&mut self, later: &Self, hop: u32, here: &mut Here) -> u32 {
        once(&mut here.hops, hop, || {
            let macs = hop.checked_sub(1).and_then(|it| later.hops.get(it)).copied();
            macs.and_then(|it| self.hops.number(it)).map_or(0, |it| it + 1)
        })
    }

    /// A key of another observer, and whether its ends changed places.
    fn adopted_key(&mut self, later: &Self, key: Key, here: &mut Here) -> (Key, bool) {
        let context = key.context();
        let find = || self.contexts.adopt(&later.contexts, context);
        let context = once(&mut here.contexts, context, find);
        let [a, b] = [false, true].map(|second| {
            let (address, port) = key.end(second);
            let known = later.addresses.get(address).filter(|_| key.is_v6()).copied();
            (known.map_or(address, |it| self.address6(it)), port)
        });
        Key::new(a, b, key.protocol(), key.is_v6(), context)
    }
}

impl Flow {
    /// The same with its ends in each other's place.
    fn swapped(mut self) -> Self {
        self.bytes.swap(0, 1);
        self.packets.swap(0, 1);
        self.hop.swap(0, 1);
        self.mark.swap(0, 1);
        self.recent.swap(0, 1);
        self.flags.swap(0, 1);
        self.ttl.swap(0, 1);
        self.state ^= state::FIRST_IS_SECOND;
        if self.has(state::BY_SYN | state::BY_SPEECH) {
            self.state ^= state::BEGUN_BY_SECOND;
        }
        self
    }

    /// Takes in what followed; gives the hour that is then to be kept beside.
    fn add(&mut self, later: &Self) -> Option<u32> {
        const TCP: u8 = 6;
        let is_new_session = if self.key.protocol() == TCP {
            let began = usize::from(later.has(state::BEGUN_BY_SECOND));
            later.has(state::FROM_SYN) && self.mark.get(began) != later.mark.get(began)
        } else {
            later.first > self.last.saturating_add(note::SILENCE)
        };
        let lasted = self.last.saturating_sub(self.begun) / 1_000_000_000;
        if is_new_session {
            self.longest = self.longest.max(u32::try_from(lasted).unwrap_or(u32::MAX));
        }
        self.longest = self.longest.max(later.longest);
        if is_new_session || later.sessions > 1 {
            self.begun = later.begun;
        }
        self.sessions = self.sessions.saturating_add(later.sessions - u32::from(!is_new_session));
        self.first = self.first.min(later.first);
        self.last = self.last.max(later.last);
        self.hello = if self.hello == 0 { later.hello } else { self.hello };
        self.carries = self.carries.max(later.carries);
        self.listening = self.listening.max(later.listening);
        // What is heard after one has heard enough tells nothing, nor who began when that is known.
        let is_told = self.has(state::HEARD | state::BY_SPEECH);
        let told = if is_told { 0 } else { state::BY_SPEECH } | state::BY_SYN;
        if !self.has(state::BY_SYN) && later.has(told) {
            let how = later.state & told;
            self.begun_by(later.has(state::BEGUN_BY_SECOND), how);
        }
        self.state |= later.state & (state::COPIED | state::HEARD);
        let [a, b] = self.packets.map(|it| it == 0);
        for (is_first, second) in [(a, 0), (b, 1)] {
            take(&mut self.hop, &later.hop, second, is_first);
            take(&mut self.ttl, &later.ttl, second, is_first);
            let begins = later.flags.get(second).is_some_and(|it| it & flag::SYN != 0);
            take(&mut self.mark, &later.mark, second, is_first || begins);
        }
        for second in [0, 1] {
            let has = later.packets.get(second).is_some_and(|it| *it > 0);
            take(&mut self.recent, &later.recent, second, has);
        }
        self.packets.iter_mut().zip(later.packets).for_each(|(to, it)| *to = to.saturating_add(it));
        self.bytes.iter_mut().zip(later.bytes).for_each(|(to, it)| *to += it);
        self.flags.iter_mut().zip(later.flags).for_each(|(to, it)| *to |= it);
        let before = std::mem::replace(&mut self.hour, later.hour);
        (before != later.hour).then_some(before)
    }
}

/// Takes over one of a pair.
fn take<T: Copy>(to: &mut [T; 2], from: &[T; 2], at: usize, is_wanted: bool) {
    if let (Some(to), Some(from), true) = (to.get_mut(at), from.get(at), is_wanted) {
        *to = *from;
    }
}
