//! Listening: the first bytes of flows are handed to `wire::speech` until it has heard enough.

use super::answers::Answer;
use super::conversation::merge;
use super::flow::{Flow, state};
use super::gather::is_group;
use super::intern::fold;
use super::learned::Origin;
use super::seen::{Moment, Seen};
use super::window::Window;
use super::{Observer, note};
use crate::wire::frame::{Macs, Packet, Tcp, flag};
use crate::wire::speech::{self, Ends, Side};
use crate::wire::words::{Detail, Learned, NamedBy, Speech, Spoken};

/// How many connections are listened to at the same time: 32 MiB at the most. When there are more,
/// the one that has been listened to longest has said enough.
const STREAMS: u16 = 2048;
/// How many datagrams of a flow are looked at while none of them is recognised.
const DATAGRAMS: u16 = 8;
/// How many datagrams of a flow are looked at since one said something new. What is said to a group
/// is always looked at: many speak there (DHCP, mDNS).
const PATIENCE: u16 = 5;
/// The same where keys are being agreed on, with certificates in many datagrams: ESP comes afterwards.
const NEGOTIATION: u16 = 24;
/// From so many connections something is learned beside what is spoken.
const MOST_OVERHEARD: usize = 1 << 17;
/// So many first words of one side are judged without waiting for the other one.
const ENOUGH: usize = 1024;
const ESP: u8 = 50;

/// A connection that is listened to.
#[derive(Clone, Debug, Default)]
struct Stream {
    /// The number of its flow.
    flow: u32,
    is_used: bool,
    sides: [Window; 2],
    /// With how many bytes of each side it was judged at last.
    heard: [usize; 2],
    /// What was learned beside the speech when it was judged at last.
    learned: Vec<Learned>,
}

/// The connections that are listened to.
#[derive(Clone, Debug, Default)]
pub(super) struct Streams {
    streams: Vec<Stream>,
    free: Vec<u16>,
    /// Which gives way next.
    next: u16,
}

impl Stream {
    fn has(&self) -> [usize; 2] {
        let [a, b] = &self.sides;
        [a.ready().len(), b.ready().len()]
    }

    /// Whether it is worth judging: both sides have said their first words, or one said many, or
    /// there is half as much again. What never gets that far is judged when listening ends.
    fn is_due(&self) -> bool {
        let ([a, b], [c, d]) = (self.has(), self.heard);
        let is_answered = a > 0 && b > 0 && (c == 0 || d == 0);
        is_answered
            || (a + b >= ENOUGH && (a + b) * 2 >= (c + d) * 3)
            || (c + d > 0 && (a + b) * 2 >= (c + d) * 3)
    }
}

impl Streams {
    fn get_mut(&mut self, place: u16) -> Option<&mut Stream> {
        self.streams.get_mut(place as usize)
    }
}

/// Whether what is spoken begins with something that nobody else says: a key, a random number, an
/// identifier of a session.
const fn begins_uniquely(spoken: Spoken) -> bool {
    use Spoken as S;
    matches!(spoken, S::Tls | S::Dtls | S::Quic | S::Ike | S::WireGuard | S::OpenVpn | S::ZeroTier)
}

/// Whether what was learned stands in the words alone, whoever said them: then it is learned once, and
/// the same words teach nothing more.
const fn is_in_words(lesson: &Learned) -> bool {
    matches!(lesson, Learned::Name { by: NamedBy::Dns | NamedBy::Nbns, .. })
}

/// Whether everything that is said is known already.
fn is_known(all: &[Speech], speech: &Speech) -> bool {
    let known = all.binary_search_by_key(&speech.spoken, |it| it.spoken);
    let known = known.ok().and_then(|at| all.get(at));
    known.is_some_and(|known| {
        let mut details = speech.details.iter();
        details.all(|(detail, values)| {
            known.details.get(detail).is_some_and(|it| values.is_subset(it))
        })
    })
}

/// The index of the association that a packet of ESP (RFC 4303) or AH (RFC 4302) belongs to.
pub(super) fn association(packet: &Packet<'_>) -> Option<u32> {
    let at = if packet.protocol == ESP { 0 } else { 4 };
    packet.payload.get(at..)?.first_chunk().copied().map(u32::from_be_bytes)
}

/// A checksum of the beginning.
fn hello(bytes: &[u8]) -> u32 {
    let mixed = bytes.chunks(8).take(8).fold(bytes.len().min(64) as u64, |sum, part| {
        let word = part.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
        fold(sum ^ 0x9e37_79b9_7f4a_7c15, word ^ 0xd6e8_feb8_6659_fd93)
    });
    (mixed ^ mixed >> 32) as u32 | 1
}

impl Observer {
    /// Listens to a packet of a flow that has not said enough yet.
    #[inline]
    pub(super) fn listen(
        &mut self,
        number: u32,
        second: bool,
        packet: &Packet<'_>,
        macs: Macs,
        moment: Moment,
    ) {
        match packet.tcp {
            Some(tcp) => self.segment(number, second, tcp, packet.payload),
            None if packet.protocol == note::UDP && !packet.payload.is_empty() => {
                self.datagram(number, packet, second, macs, moment);
            }
            None => {}
        }
    }

    fn datagram(
        &mut self,
        number: u32,
        packet: &Packet<'_>,
        second: bool,
        macs: Macs,
        moment: Moment,
    ) {
        let (from_port, to_port) = packet.ports;
        // What is announced to all is mostly what was announced before.
        let is_announcement = is_group(packet.header.to);
        let memory = is_announcement.then(|| {
            let flow = u64::from(number) << 1 | u64::from(second);
            self.again.hash(flow, macs, packet.payload)
        });
        if memory.is_some_and(|it| self.again.is_known(it, moment)) {
            return;
        }
        let ends = Ends { from: packet.header.from, from_port, to: packet.header.to, to_port };
        // Whoever agreed on keys in UDP sends there what looks like nothing: ESP.
        if self.is_keyed(number)
            && let Some(said) = speech::beside_ike(packet.payload)
        {
            let answer = self.answer(said.speech, said.open, said.initiator_is);
            return self.answered(number, second, packet.payload, &answer, false);
        }
        let hash = self.answers.hash(false, &ends, packet.payload, &[]);
        if let Some(answer) = self.answers.get(hash).filter(|_| !is_announcement) {
            return self.answered(number, second, packet.payload, &answer, false);
        }
        let mut said = speech::datagram(&ends, packet.payload);
        if said.speech.is_empty()
            && let Some(place) = speech::place(&ends, packet.payload)
        {
            let of = |second: bool| (number, u32::from(second));
            let place = place.after(self.places.get(of(second)));
            said = place.says(self.places.get(of(!second))).unwrap_or(said);
            self.places.keep(of(second), place);
            // What a datagram says here depends on others.
            let answer = self.answer(said.speech, said.open, said.initiator_is);
            return self.answered(number, second, packet.payload, &answer, false);
        }
        let is_torn = !said.parts.is_empty();
        if is_torn {
            let parts = std::mem::take(&mut said.parts);
            said.speech.extend(self.joined_hello(number, second, &ends, parts));
        }
        let answer = self.answer(said.speech, said.open, said.initiator_is);
        let answer = Answer { teaches: !said.learned.is_empty(), ..answer };
        if said.learned.iter().all(is_in_words) && !is_announcement && !is_torn {
            self.answers.keep(hash, answer);
        }
        self.answered(number, second, packet.payload, &answer, is_announcement);
        if !said.learned.is_empty() {
            let mac = (!self.path.is_inside_ip()).then(|| macs.sender());
            let context = self.table.get(number).map_or(0, |it| it.key.context());
            let vlan = self.contexts.vlan(context);
            let origin = Origin { mac, address: Some(packet.header.from), vlan };
            self.again.share(&mut said.learned);
            self.learn_again(said.learned.into(), origin, memory, moment);
        } else if let Some(memory) = memory {
            self.learn_again(Vec::new().into(), Origin::default(), Some(memory), moment);
        }
    }

    /// Whether the ends of a flow agreed on keys in UDP.
    fn is_keyed(&self, number: u32) -> bool {
        let said = self.table.get(number).and_then(|it| it.said.checked_sub(1));
        said.and_then(|it| self.keyed.get(it as usize)).is_some_and(|it| *it)
    }

    /// The answer to words, with what is spoken by number.
    fn answer(&mut self, speech: Vec<Speech>, open: bool, initiator_is: Option<Side>) -> Answer {
        let is_unique = speech.iter().any(|it| begins_uniquely(it.spoken));
        Answer { said: self.saying(speech), open, initiator_is, is_unique, teaches: false }
    }

    /// A datagram got an answer. `is_open`: somebody else may speak next.
    fn answered(
        &mut self,
        number: u32,
        second: bool,
        words: &[u8],
        answer: &Answer,
        is_open: bool,
    ) {
        let is_new = self.say(number, answer.said) || answer.teaches || is_open;
        let is_keyed = self.is_keyed(number);
        let Some(flow) = self.table.get_mut(number) else { return };
        flow.listening = if is_new { 1 } else { flow.listening.saturating_add(1) };
        let most = match flow.said {
            0 => DATAGRAMS,
            _ if is_keyed => NEGOTIATION,
            _ => PATIENCE,
        };
        if !answer.open || flow.listening >= most {
            flow.state |= state::HEARD;
        }
        flow.asked_by(answer.initiator_is, second);
        if flow.hello == 0 && answer.is_unique {
            flow.hello = hello(words);
        }
    }

    fn segment(&mut self, number: u32, second: bool, tcp: Tcp, payload: &[u8]) {
        let Some(flow) = self.table.get(number) else { return };
        let place = match flow.listening.checked_sub(1) {
            Some(place) => place,
            None if payload.is_empty() => return,
            None => self.new_stream(number),
        };
        let begin = self.table.get(number).map(Flow::beginnings).unwrap_or_default();
        let Some(stream) = self.streams.get_mut(place) else { return };
        for (window, begin) in stream.sides.iter_mut().zip(begin) {
            if let Some(begin) = begin {
                window.begin(begin);
            }
        }
        let [a, b] = &mut stream.sides;
        let window = if second { b } else { a };
        let is_more = !payload.is_empty() && window.put(tcp.sequence, payload);
        let is_over = window.is_over() || tcp.has(flag::RST);
        if is_over {
            self.close(place);
        } else if is_more && stream.is_due() {
            self.judge(place);
        }
    }

    /// A place to listen to a flow. When all are taken, somebody gives way.
    fn new_stream(&mut self, number: u32) -> u16 {
        if self.streams.free.is_empty() && self.streams.streams.len() >= usize::from(STREAMS) {
            let next = self.streams.next;
            self.streams.next = (next + 1) % STREAMS;
            self.close(next);
        }
        let place = self.streams.free.pop().unwrap_or_else(|| {
            self.streams.streams.push(Stream::default());
            self.streams.streams.len() as u16 - 1
        });
        if let Some(stream) = self.streams.get_mut(place) {
            stream.flow = number;
            stream.is_used = true;
            stream.heard = [0; 2];
            stream.learned.clear();
            stream.sides.iter_mut().for_each(Window::clear);
        }
        if let Some(flow) = self.table.get_mut(number) {
            flow.listening = place + 1;
        }
        place
    }

    /// Judges what a connection has said so far, and notes who began.
    fn judge(&mut self, place: u16) {
        let Some(stream) = self.streams.get_mut(place).filter(|it| it.is_used) else { return };
        stream.heard = stream.has();
        let Some(stream) = self.streams.streams.get(place as usize) else { return };
        let number = stream.flow;
        let Some(flow) = self.table.get(number) else { return };
        let (second, _) = flow.initiator([false; 2]);
        let ends = Ends {
            from: self.address(flow, second),
            from_port: flow.key.end(second).1,
            to: self.address(flow, !second),
            to_port: flow.key.end(!second).1,
        };
        let [a, b] = &stream.sides;
        let (forth, back) = if second { (b.ready(), a.ready()) } else { (a.ready(), b.ready()) };
        let begin = if forth.is_empty() { back } else { forth };
        let begin = if begin.len() >= 64 { hello(begin) } else { 0 };
        let hash = self.answers.hash(true, &ends, forth, back);
        let (answer, learned) = match self.answers.get(hash) {
            Some(answer) => (answer, Vec::new()),
            None => {
                let said = speech::stream(&ends, forth, back);
                let answer = self.answer(said.speech, said.open, said.initiator_is);
                if said.learned.is_empty() {
                    self.answers.keep(hash, answer);
                }
                (answer, said.learned)
            }
        };
        if let Some(flow) = self.table.get_mut(number) {
            flow.asked_by(answer.initiator_is, second);
            if flow.hello == 0 && answer.is_unique {
                flow.hello = begin;
            }
        }
        if let Some(stream) = self.streams.get_mut(place) {
            stream.learned = learned;
        }
        self.say(number, answer.said);
        if !answer.open {
            self.release(place);
        }
    }

    /// Ends listening to a connection, with a last look when there is something new.
    pub(super) fn close(&mut self, place: u16) {
        let stream = self.streams.streams.get(place as usize);
        if stream.is_some_and(|it| it.is_used && it.has() != it.heard) {
            self.judge(place);
        }
        self.release(place);
    }

    /// Lets go of a connection. What was learned beside the speech is kept only now, so that it
    /// counts once.
    fn release(&mut self, place: u16) {
        let Some(stream) = self.streams.get_mut(place).filter(|it| it.is_used) else { return };
        stream.is_used = false;
        let learned = std::mem::take(&mut stream.learned);
        let number = stream.flow;
        self.streams.free.push(place);
        let Some(flow) = self.table.get_mut(number) else { return };
        flow.listening = 0;
        flow.state |= state::HEARD;
        if !learned.is_empty() && self.overheard.len() < MOST_OVERHEARD {
            self.overheard.push((number, learned));
        }
    }

    /// Learns what was heard in connections, of which first and last are known now.
    pub(super) fn learn_overheard(&mut self) {
        for (number, learned) in std::mem::take(&mut self.overheard) {
            let Some(flow) = self.table.get(number).copied() else { continue };
            let (second, _) = flow.initiator([false; 2]);
            let vlan = self.contexts.vlan(flow.key.context());
            let origin = Origin { mac: None, address: Some(self.address(&flow, second)), vlan };
            let seen = Seen { first: flow.first, last: flow.last, packets: 1, number: flow.number };
            self.learn(&learned, origin, seen);
        }
    }

    /// Listens on to what another observer began to listen to in a flow that is now `number` here.
    pub(super) fn go_on_listening(
        &mut self,
        number: u32,
        is_turned: bool,
        had_heard: bool,
        later: &Self,
        stream: u16,
    ) {
        let Some(theirs) = later.streams.streams.get(stream as usize) else { return };
        let Some(flow) = self.table.get(number).filter(|_| !had_heard) else { return };
        let place = match flow.listening.checked_sub(1) {
            Some(place) => place,
            None => self.new_stream(number),
        };
        let Some(mine) = self.streams.get_mut(place) else { return };
        let [a, b] = &theirs.sides;
        let theirs = if is_turned { [b, a] } else { [a, b] };
        let mut is_over = false;
        for (mine, theirs) in mine.sides.iter_mut().zip(theirs) {
            mine.absorb(theirs);
            is_over |= mine.is_over();
        }
        if is_over {
            self.close(place);
        } else {
            self.judge(place);
        }
    }

    /// Ends all listening.
    pub(super) fn hush(&mut self) {
        for place in 0..self.streams.streams.len() {
            self.close(place as u16);
        }
    }

    /// The number + 1 of what is spoken; 0 for nothing.
    pub(super) fn saying(&mut self, speech: Vec<Speech>) -> u32 {
        if speech.is_empty() {
            return 0;
        }
        let mut all = Vec::new();
        merge(&mut all, speech);
        // Without room for the details, the protocols are kept.
        let bare = |all: Vec<Speech>| {
            all.into_iter().map(|it| Speech { details: Default::default(), ..it }).collect()
        };
        let number = self.sayings.number_or(all, bare);
        let new = self.sayings.items().get(self.keyed.len()..).unwrap_or_default();
        self.keyed.extend(new.iter().map(|it| speech::is_keyed(it)));
        number.map_or(0, |it| it + 1)
    }

    /// Notes what is spoken in a flow, by number + 1, beside what is known already; `true` when it
    /// is new.
    pub(super) fn say(&mut self, number: u32, saying: u32) -> bool {
        let heard = self.table.get(number).map_or(saying, |it| it.said);
        if saying == 0 || saying == heard {
            return false;
        }
        if let Some(said) = self.joined.get((heard, saying)) {
            if let Some(flow) = self.table.get_mut(number).filter(|_| said != heard) {
                flow.said = said;
            }
            return said != heard;
        }
        let get = |it: u32| it.checked_sub(1).and_then(|it| self.sayings.get(it));
        let (known, new) =
            (get(heard).map_or(&[][..], |it| it), get(saying).map_or(&[][..], |it| it));
        let said = if new.iter().all(|it| is_known(known, it)) {
            heard
        } else if known.iter().all(|it| is_known(new, it)) {
            saying
        } else {
            self.saying([known, new].concat())
        };
        self.joined.keep((heard, saying), said);
        if let Some(flow) = self.table.get_mut(number).filter(|_| said != heard) {
            flow.said = said;
        }
        said != heard
    }

    /// Notes what is spoken in a flow.
    pub(super) fn said(&mut self, number: u32, speech: Vec<Speech>) {
        let saying = self.saying(speech);
        self.say(number, saying);
    }

    /// ESP and AH: the index of the association, whenever it is another one.
    pub(super) fn secured(&mut self, number: u32, second: bool, packet: &Packet<'_>) {
        let spoken = if packet.protocol == ESP { Spoken::Esp } else { Spoken::Ah };
        let (index, flow) = (association(packet), self.table.get_mut(number));
        let (Some(index), Some(flow)) = (index, flow) else { return };
        let [a, b] = &mut flow.mark;
        let mark = if second { b } else { a };
        let is_other = std::mem::replace(mark, index) != index || flow.said == 0;
        if is_other && self.secured.get((number, index)).is_none() {
            self.secured.keep((number, index), ());
            let spi = (Detail::Spi, [format!("0x{index:08x}")].into());
            self.said(number, vec![Speech { spoken, details: [spi].into() }]);
        }
    }
}

impl Flow {
    /// What was said tells who asks.
    fn asked_by(&mut self, side: Option<Side>, sender: bool) {
        if let (Some(side), false) = (side, self.has(state::BY_SYN | state::BY_SPEECH)) {
            self.begun_by((side == Side::From) == sender, state::BY_SPEECH);
        }
    }

    /// Behind the SYN of each side, where it was seen.
    fn beginnings(&self) -> [Option<u32>; 2] {
        let [a, b] = self.flags.map(|it| it & flag::SYN != 0);
        let [c, d] = self.mark.map(|it| it.wrapping_add(1));
        [a.then_some(c), b.then_some(d)]
    }
}
