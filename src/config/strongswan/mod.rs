//! strongSwan: `swanctl.conf`, `ipsec.conf`, `ipsec.secrets` and `strongswan.conf`; Libreswan and Openswan as far as
//! their `ipsec.conf` is the same.
//!
//! Sources: the manual pages swanctl.conf(5), strongswan.conf(5), ipsec.conf(5) and
//! ipsec.secrets(5) of strongSwan, and ipsec.conf(5) of Libreswan.
//!
//! - Every child (`swanctl.conf`) or conn (`ipsec.conf`) is one tunnel for each end it names.
//!   `pass`, `passthrough`, `drop` and `reject` are none: they are exemptions from IPsec.
//! - Who comes from any address and is given one, is a user of a remote-access server.
//! - A tunnel that is only loaded (`auto=add`, no `start_action`) answers. `auto=ignore`, also when
//!   nothing is said, is switched off.
//! - A selector whose one side the text leaves open (`dynamic`, a virtual address to be given) has
//!   every address there: the traffic is at most that.

mod algorithms;
mod conns;
mod convert;
mod daemon;
mod keywords;
mod repr;
mod secrets;
mod sections;
mod selectors;
mod settings;
mod swanctl;
mod view;

use super::{Format, Listing, Notes, Score};
use crate::locale::Text;
use crate::model::device::DeviceConfig;

/// The format.
pub(super) static FORMAT: Format = Format {
    id: "strongswan",
    name: Text::new("strongSwan", "strongSwan"),
    maker: "",
    part: true,
    recognise,
    read,
};

/// The dialects: how sure one is of a text, and how it reads it.
type Dialect = (fn(&Listing<'_>) -> Score, fn(&Listing<'_>, &mut Notes, &mut DeviceConfig));

const DIALECTS: &[Dialect] = &[
    (swanctl::recognise, swanctl::read),
    (sections::recognise, conns::read),
    (secrets::recognise, secrets::read),
    (daemon::recognise, daemon::read),
];

fn recognise(listing: &Listing<'_>) -> Score {
    DIALECTS.iter().map(|(recognise, _)| recognise(listing)).max().unwrap_or(0)
}

fn read(listing: &Listing<'_>, notes: &mut Notes) -> DeviceConfig {
    let mut config = DeviceConfig::default();
    let best = DIALECTS.iter().max_by_key(|(recognise, _)| recognise(listing));
    if let Some((_, read)) = best {
        read(listing, notes, &mut config);
    }
    config
}
