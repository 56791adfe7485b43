//! Host names, resolved once and pinned: a run asks addresses, never names.

use super::forbidden::{embedded, never};
use super::{Place, Reason, Scope};
use crate::locale::Text;
use crate::probe::Classes;
use crate::text;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// What each name of a scope stood for when it was resolved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pins(pub BTreeMap<String, BTreeSet<IpAddr>>);

impl Pins {
    /// Whether nothing is pinned.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a place of a scope means this address.
    pub(super) fn means(&self, place: &Place, address: IpAddr) -> bool {
        match place {
            Place::Network(network) => network.contains(address),
            Place::Name(name) => self.0.get(name).is_some_and(|it| it.contains(&address)),
        }
    }
}

/// What there is to say of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unpinned {
    /// It has not been resolved, or nothing answered: nothing of it is asked.
    Unresolved(String, Text),
    /// It stands for several addresses; all of them are pinned.
    Several(String, BTreeSet<IpAddr>),
    /// It stands for other addresses than it did; those of then stay pinned.
    Moved(String, BTreeSet<IpAddr>),
    /// One of its addresses is neither declared nor observed, excluded, or never asked.
    Stray(String, IpAddr, Reason),
}

impl Unpinned {
    /// Whether nothing may be planned before somebody has looked.
    pub fn is_grave(&self) -> bool {
        matches!(self, Self::Moved(..))
    }

    /// For a person.
    pub fn text(&self) -> Text {
        use crate::model::Vocabulary as _;
        let list = |all: &BTreeSet<IpAddr>| {
            all.iter().map(IpAddr::to_string).collect::<Vec<_>>().join(", ")
        };
        match self {
            Self::Unresolved(name, why) => text!(
                "「{name}」のアドレスが分かりません（{why}）。この名前の相手には何も送りません",
                "`{name}` has no address ({why}); nothing is asked of it"; why
            ),
            Self::Several(name, all) => {
                let all = list(all);
                text!(
                    "「{name}」には複数のアドレスがあります。すべて計画に固定しました: {all}",
                    "`{name}` has several addresses, all of them pinned: {all}"
                )
            }
            Self::Moved(name, now) => {
                let now = list(now);
                text!(
                    "「{name}」のアドレスが前回の計画から変わりました（現在: {now}）。計画を作り直し、承認を受けてください",
                    "`{name}` has other addresses than when it was pinned (now: {now}); make the plan again and have it approved"
                )
            }
            Self::Stray(name, address, reason) => {
                let reason = reason.label();
                text!(
                    "「{name}」のアドレス {address} には送りません（{reason}）",
                    "{address}, an address of `{name}`, is not asked ({reason})"; reason
                )
            }
        }
    }
}

/// Resolves every name of a scope once. `earlier` are the pins of a plan that was made before:
/// they hold, and what has changed since is told.
pub fn pin(
    scope: &Scope,
    classes: &Classes,
    earlier: &Pins,
    mut resolve: impl FnMut(&str) -> Result<Vec<IpAddr>, Text>,
) -> (Pins, Vec<Unpinned>) {
    let (mut pins, mut told) = (Pins::default(), Vec::new());
    for name in names(scope) {
        let held = earlier.0.get(&name);
        let found: BTreeSet<IpAddr> = match resolve(&name) {
            Ok(found) => found.into_iter().map(embedded).collect(),
            Err(why) => {
                match held {
                    Some(held) => drop(pins.0.insert(name, held.clone())),
                    None => told.push(Unpinned::Unresolved(name, why)),
                }
                continue;
            }
        };
        if found.is_empty() {
            let why = Text::new("アドレスが返りません", "no address came back");
            told.push(Unpinned::Unresolved(name, why));
            continue;
        }
        if let Some(held) = held.filter(|it| **it != found) {
            told.push(Unpinned::Moved(name.clone(), found));
            pins.0.insert(name, held.clone());
            continue;
        }
        if found.len() > 1 {
            told.push(Unpinned::Several(name.clone(), found.clone()));
        }
        pins.0.insert(name, found);
    }
    for (name, addresses) in &pins.0 {
        let excluded = |address| {
            let mut whole = scope.file.excluded.iter().filter(|it| it.services.is_empty());
            whole.any(|it| it.to.iter().any(|to| pins.means(&to.value, address)))
        };
        for address in addresses {
            let stray = match never(*address) {
                Some(reason) => Some(reason),
                None if excluded(*address) => Some(Reason::Excluded),
                None if !classes.knows(*address) => Some(Reason::Unknown),
                None => None,
            };
            told.extend(stray.map(|reason| Unpinned::Stray(name.clone(), *address, reason)));
        }
    }
    (pins, told)
}

/// Every name of a scope, excluded ones too.
pub(super) fn names(scope: &Scope) -> BTreeSet<String> {
    let targets = scope.file.targets.iter().flat_map(|it| it.to.iter());
    let excluded = scope.file.excluded.iter().flat_map(|it| it.to.iter());
    let names = targets.chain(excluded).filter_map(|it| match &it.value {
        Place::Name(name) => Some(name.clone()),
        Place::Network(_) => None,
    });
    names.collect()
}
