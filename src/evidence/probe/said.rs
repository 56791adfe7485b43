//! What the system says of a question that went wrong, as an answer; and chance.

use crate::model::Vocabulary as _;
use crate::probe::{Answer, Outcome};
use crate::wire::words::{Detail, Speech, announced};
use std::io::{self, ErrorKind};
use std::time::Duration;

/// The key under which an answer says by which packet it came: a reset, or an ICMP error.
pub(super) const SAID: &str = "said";
/// By a reset of TCP.
pub(super) const RESET: &str = "tcp-reset";
/// The key under which an answer says that its author is not known: an error of the kernel's names
/// none, and the one who was asked is not to be taken for it.
pub(super) const SAID_BY: &str = "said-by";
/// The key under which a silent question says how many packets came that were no answer to it.
/// Whoever sent them was reached by something: it must not be called isolated.
pub(super) const STRAYS: &str = "stray-answers";

/// Nothing left this machine.
pub(super) fn failed(error: &io::Error) -> Answer {
    let mut answer = Answer::new(Outcome::NotSent, 1);
    answer.error = Some(announced(error.to_string().as_bytes()));
    answer
}

/// No answer came; so many packets came that were none.
pub(super) fn silent(strays: u32) -> Answer {
    let answer = Answer::new(Outcome::Silent, 1);
    if strays == 0 { answer } else { answer.saying(STRAYS, strays.to_string()) }
}

/// What the kernel heard about something that was sent. It names no author.
pub(super) fn told(error: &io::Error) -> Answer {
    let outcome = match error.kind() {
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset => Outcome::Refused,
        ErrorKind::PermissionDenied => Outcome::Filtered, // ICMPv6: administratively prohibited
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => Outcome::Unreachable,
        ErrorKind::TimedOut | ErrorKind::WouldBlock => return silent(0),
        // No route, no such host on the wire, no such protocol: words for which std has no kind.
        _ if is_no_way(error) => Outcome::Unreachable,
        _ => return failed(error),
    };
    Answer::new(outcome, 1).saying(SAID_BY, "unknown")
}

#[cfg(target_os = "linux")]
fn is_no_way(error: &io::Error) -> bool {
    use libc::{EHOSTDOWN, ENONET, ENOPROTOOPT, EPROTO};
    matches!(error.raw_os_error(), Some(EHOSTDOWN | ENONET | ENOPROTOOPT | EPROTO))
}

#[cfg(not(target_os = "linux"))]
const fn is_no_way(_: &io::Error) -> bool {
    false
}

/// Whole microseconds.
pub(super) fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// Adds a stranger's text, as far as it is one: at most 128 characters, none that commands a
/// terminal.
pub(super) fn say(answer: Answer, key: &str, text: impl AsRef<[u8]>) -> Answer {
    let text = announced(text.as_ref());
    if text.is_empty() { answer } else { answer.saying(key, text) }
}

/// Adds what a protocol says of itself; not what only belongs to this one talk.
pub(super) fn say_speech(mut answer: Answer, speech: &Speech) -> Answer {
    for (detail, values) in &speech.details {
        if !matches!(detail, Detail::Session | Detail::Spi) {
            for value in values {
                answer = say(answer, detail.key(), value);
            }
        }
    }
    answer
}

/// Something that can be a number by chance.
pub(super) trait Number {
    fn of(bytes: [u8; 8]) -> Self;
}

impl Number for u16 {
    fn of([a, b, ..]: [u8; 8]) -> Self {
        Self::from_be_bytes([a, b])
    }
}

impl Number for u32 {
    fn of([a, b, c, d, ..]: [u8; 8]) -> Self {
        Self::from_be_bytes([a, b, c, d])
    }
}

impl Number for u64 {
    fn of(bytes: [u8; 8]) -> Self {
        Self::from_be_bytes(bytes)
    }
}

/// A number that only its answer can know.
pub(super) fn number<T: Number>() -> T {
    let bytes = chance();
    T::of(bytes)
}

/// So many bytes of the system's chance.
pub(super) fn chance<const N: usize>() -> [u8; N] {
    let mut bytes = [0x5a; N];
    let _ = getrandom::fill(&mut bytes); // refused by no system that has sockets
    bytes
}
