//! Where secrets stand. FortiOS writes most of them encrypted (`ENC …`), scripts in clear.

use super::super::listing::{Line, Word};
use super::super::notes::Notes;
use super::tree::{Kind, Node, Tree};
use crate::model::device::SecretKind::{
    self, Community, Password, PreSharedKey, PrivateKey, Token,
};

/// Settings whose value is a secret, in whatever block.
const SECRETS: &[(&str, SecretKind)] = &[
    ("psksecret", PreSharedKey),
    ("psksecret-remote", PreSharedKey),
    ("ppk-secret", PreSharedKey),
    ("passphrase", PreSharedKey),
    ("sae-password", PreSharedKey),
    ("password", Password),
    ("passwd", Password),
    ("password2", Password),
    ("password3", Password),
    ("authpasswd", Password),
    ("auth-password", Password),
    ("auth-pwd", Password),
    ("priv-pwd", Password),
    ("login-passwd", Password),
    ("group-password", Password),
    ("fortiauthenticator-password", Password),
    ("proxy-password", Password),
    ("ddns-password", Password),
    ("ppp-password", Password),
    ("wpa-passphrase", PreSharedKey),
    ("private-key", PrivateKey),
    ("ssh-host-key", PrivateKey),
    ("key", Token),
    ("keys", Token),
    ("key-string", Token),
    ("key-outbound", PreSharedKey),
    ("key-inbound", PreSharedKey),
    ("auth-key", PreSharedKey),
    ("enc-key", PreSharedKey),
    ("authkey", PreSharedKey),
    ("enckey", PreSharedKey),
    ("md5-key", Token),
    ("auth-string", Token),
    ("authentication-key", Token),
    ("secret", Token),
    ("secondary-secret", Token),
    ("tertiary-secret", Token),
    ("rsso-secret", Token),
    ("shared-secret", Token),
    ("client-secret", Token),
    ("api-key", Token),
    ("secret-key", Token),
    ("ddns-key", Token),
    ("ddns-auth-key", Token),
    ("vrdst-key", Token),
    ("seed", Token),
];

/// Notes the secret of a line, if it holds one. `node` is where the line stands.
pub(super) fn note<'t>(
    node: Option<(&Tree<'t>, &Node<'t>)>,
    name: &str,
    line: &Line<'t>,
    notes: &mut Notes,
) -> bool {
    let community = node.is_some_and(|(tree, node)| is_community(tree, node));
    let listed = SECRETS.iter().find(|(it, _)| *it == name).map(|(_, kind)| *kind);
    let kind = if community && name == "name" { Some(Community) } else { listed };
    let mut values = line.words().skip(2);
    let Some(first) = values.next() else { return false };
    let owner = node.map_or("", |(_, node)| match node.kind {
        Kind::Edit if community => "",
        _ => node.name,
    });
    if first.text == "ENC" {
        let kind = kind.unwrap_or(Token);
        let rest: Vec<Word<'t>> = values.collect();
        for word in &rest {
            notes.sealed(*word, kind, owner);
        }
        return !rest.is_empty();
    }
    let Some(kind) = kind else { return false };
    match kind {
        PrivateKey => notes.secret_at(first.span, first.text, kind, owner, false),
        _ => notes.secret(first, kind, owner),
    }
    for more in values {
        notes.sealed(more, kind, owner);
    }
    true
}

fn is_community(tree: &Tree<'_>, node: &Node<'_>) -> bool {
    let parent = tree.node(node.parent);
    parent.is_some_and(|parent| parent.name == "system snmp community")
}
