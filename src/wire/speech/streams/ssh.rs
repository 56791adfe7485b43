//! SSH (RFC 4253 §4.2): the banner.
//!
//! Checked: `SSH-`, a version `1.x` or `2.0` and a software name on the first line (56 bits). Both
//! sides send one, so it proves nothing about who began.

use super::super::Said;
use super::super::bytes::{Bytes, is_visible};
use super::{Talk, lines};
use crate::wire::words::{Detail, Speech, Spoken};

pub(super) fn recognise(talk: &Talk<'_>) -> Option<Said> {
    let (client, server) = (banner(talk.client), banner(talk.server));
    if client.is_none() && server.is_none() {
        return None;
    }
    let mut speech = Speech::of(Spoken::Ssh);
    for (version, software) in [client, server].into_iter().flatten() {
        speech.note(Detail::Version, version);
        speech.note(Detail::Software, software);
    }
    let mut said = Said::of(speech);
    said.open = client.is_none() || server.is_none();
    Some(said)
}

/// `SSH-2.0-OpenSSH_9.6 comment` is version and software. A server may say other lines before.
fn banner(bytes: &[u8]) -> Option<(&str, &str)> {
    let mut text = Bytes::new(bytes);
    let line =
        std::iter::from_fn(|| lines::read(&mut text)).take(8).find(|it| it.starts_with(b"SSH-"))?;
    let text =
        std::str::from_utf8(line).ok().filter(|it| is_visible(it.as_bytes()) && it.len() <= 255)?;
    let (version, software) = text.strip_prefix("SSH-")?.split_once('-')?;
    let known = version == "2.0" || version.starts_with("1.");
    (known && version.len() <= 5).then(|| (version, software.split(' ').next().unwrap_or(software)))
}
