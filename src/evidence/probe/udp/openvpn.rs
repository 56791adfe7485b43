//! OpenVPN (its wire protocol, `P_CONTROL_HARD_RESET_CLIENT_V2`): a client's reset, answered by a
//! server's reset that names our session. No key is exchanged. A server for one peer, which somebody
//! has addressed already, only acknowledges our packet (`P_ACK_V1`), naming our session as well.
//!
//! A server with `tls-auth` or `tls-crypt` says nothing to whoever does not hold its key: silence
//! is no proof that there is none.

use super::super::said::{chance, say_speech};
use super::{Request, spoken};
use crate::probe::Answer;
use crate::wire::speech::bytes::Bytes;
use crate::wire::words::Spoken;

/// Operation codes, with key 0.
const CLIENT: u8 = 7 << 3;
const SERVER: u8 = 8 << 3;
const ACKNOWLEDGED: u8 = 5 << 3;

pub(super) fn request() -> Request {
    let session: [u8; 8] = chance();
    let mut bytes = vec![CLIENT];
    bytes.extend(session);
    bytes.extend([0; 5]); // nothing acknowledged; packet 0
    Request { bytes, read: Box::new(move |bytes, answer| read(session, bytes, answer)) }
}

fn read(session: [u8; 8], bytes: &[u8], answer: Answer) -> Option<Answer> {
    let mut left = Bytes::new(bytes);
    let operation = left.u8().filter(|it| [SERVER, ACKNOWLEDGED].contains(it))?;
    left.skip(8)?;
    let acknowledged = left.u8().filter(|it| (1..=8).contains(it))?;
    left.skip(4 * usize::from(acknowledged))?;
    let is_ours = left.array::<8>()? == session;
    (is_ours && (operation == ACKNOWLEDGED || left.u32().is_some())).then_some(())?;
    let speech = spoken(Spoken::OpenVpn, 1194, bytes);
    Some(speech.iter().fold(answer, say_speech))
}
