//! Servers that let people or devices in.

use super::Found;
use super::sides::{Side, View};
use crate::locale::Text;
use crate::model::Vocabulary as _;
use crate::model::device::{RemoteAccess, TunnelKind};
use crate::text;
use crate::topology::external::PathKind;

/// Servers that listen where the outside can reach them. Dial-in is told elsewhere.
pub(super) fn of(view: &View<'_>) -> Vec<Found> {
    let servers = view.config.remote_access.iter();
    servers
        .filter(|it| it.kind != TunnelKind::DialUp)
        .filter(|it| faces_outside(view, it))
        .map(path)
        .collect()
}

/// Whether a server listens on anything that is not known to be inside.
fn faces_outside(view: &View<'_>, server: &RemoteAccess) -> bool {
    server.interfaces.is_empty()
        || server.interfaces.iter().any(|it| view.side(it) != Some(Side::Inside))
}

fn path(server: &RemoteAccess) -> Found {
    let (called, kind) = (&server.name, server.kind.label());
    let users = match server.users.len() {
        0 => Text::default(),
        count => text!("、利用者{count}名", ", {count} users"),
    };
    let from = match server.sources.is_any() {
        true => Text::new("接続元を限定しない", "from anywhere"),
        false => Text::new("接続元を限定", "from limited sources"),
    };
    let name = text!(
        "{kind}の受付 {called}（{from}{users}）",
        "{kind} server {called} ({from}{users})"; kind, from, users
    );
    let mut found =
        Found::new(PathKind::RemoteAccess, format!("access {called}"), name, server.span);
    let path = &mut found.path;
    path.enabled = server.enabled;
    path.encapsulation = Some(server.kind);
    path.interface = server.interfaces.first().cloned();
    path.sources = server.sources.clone();
    path.beyond = server.pool.iter().map(|it| it.value).collect();
    path.services = server.services.clone();
    found
}
