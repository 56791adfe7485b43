//! Where secrets stand: `$` in clear, `%` encrypted, `@` the name of their owner, `*` any word, `#`
//! a number, `…` at least one word before the one that follows it.

use super::parse::Command;
use crate::config::listing::Word;
use crate::config::notes::Notes;
use crate::model::device::SecretKind::{
    self, Community, Password, PreSharedKey, PrivateKey, Token,
};

const PLACES: &[(&str, SecretKind)] = &[
    ("login password encrypted %", Password),
    ("login password $", Password),
    ("administrator password encrypted %", Password),
    ("administrator password $", Password),
    ("login user @ encrypted %", Password),
    ("login user @ $", Password),
    ("pp auth myname @ $", Password),
    ("pp auth username @ $", Password),
    ("wan1 auth myname @ $", Password),
    ("mobile auth myname @ $", Password),
    ("auth user # @ $", Password),
    ("ipsec ike pre-shared-key @ text $", PreSharedKey),
    ("ipsec ike pre-shared-key @ $", PreSharedKey),
    ("ipsec ike xauth myname * @ $", Password),
    ("ipsec ike eap myname * @ $", Password),
    ("l2tp tunnel auth on $", PreSharedKey),
    ("l2tp tunnel @ auth password $", PreSharedKey),
    ("bgp neighbor pre-shared-key @ text $", PreSharedKey),
    ("bgp neighbor pre-shared-key @ $", PreSharedKey),
    ("snmp community read-only $", Community),
    ("snmp community read-write $", Community),
    ("snmp trap community $", Community),
    ("snmpv2c community read-only $", Community),
    ("snmpv2c community read-write $", Community),
    ("snmpv2c trap community $", Community),
    ("snmp host * community $", Community),
    ("snmp host * $ $", Community),
    ("snmp host * $", Community),
    ("snmpv2c host * $ $", Community),
    ("snmpv2c host * $", Community),
    ("snmpv3 usm user * @ md5 $ * $", Password),
    ("snmpv3 usm user * @ sha $ * $", Password),
    ("snmpv3 usm user * @ group * md5 $ * $", Password),
    ("snmpv3 usm user * @ group * sha $ * $", Password),
    ("snmpv3 usm user * @ group * md5 $", Password),
    ("snmpv3 usm user * @ group * sha $", Password),
    ("snmpv3 usm user * @ md5 $", Password),
    ("snmpv3 usm user * @ sha $", Password),
    ("radius secret $", Token),
    ("radius auth server * $", Token),
    ("sshd host key generate * %", PrivateKey),
    ("mobile pin code * $", Token),
    ("yno access code * $", Token),
    ("yno access code $", Token),
    ("pki certificate file * * * $", Password),
    ("mail server … smtp-auth @ $", Password),
    ("mail server pop # … pop3 @ $", Password),
    ("mail server pop # … apop @ $", Password),
    ("ddns server user * @ $", Password),
    ("sip server * * * * @ $", Password),
    ("ip * rip auth key text $", Token),
    ("ip * rip auth key hex $", Token),
    ("isdn callback request $", Token),
    ("external-memory encrypted password $", Password),
];

/// Marks the secrets of a command. Known or not: a secret is masked wherever it is one.
pub(super) fn mark(command: &Command<'_>, notes: &mut Notes) {
    if command.words.first().is_some_and(|it| matches!(&*it.text, "ip" | "ipv6" | "mail" | "dns")) {
        options(command, notes);
    }
    let Some(first) = command.words.first() else { return };
    // Most commands begin with no word of the table.
    let likely = PLACES.iter().filter(|(pattern, _)| {
        pattern.strip_prefix(&*first.text).is_some_and(|rest| rest.starts_with(' '))
    });
    let mut found = likely.filter_map(|(pattern, kind)| Some((find(pattern, command)?, *kind)));
    let found = found.next();
    let Some((places, kind)) = found else { return };
    let owner = places.iter().find(|(mark, _)| *mark == '@');
    let owner = owner.map(|(_, word)| word.text.to_owned()).unwrap_or_default();
    for (mark, word) in places {
        match mark {
            '$' => notes.secret(word, kind, &owner),
            '%' => notes.sealed(word, kind, &owner),
            _ => {}
        }
    }
}

/// The marked words of a command that begins as a pattern says.
fn find<'c>(pattern: &str, command: &'c Command<'_>) -> Option<Vec<(char, Word<'c>)>> {
    let mut places = Vec::new();
    let mut skipping = false;
    let mut words = command.words.iter();
    for part in pattern.split(' ') {
        let word = words.next()?;
        if skipping {
            skipping = false;
            let mut rest = std::iter::once(word).chain(words.by_ref());
            rest.find(|word| &*word.text == part)?;
            continue;
        }
        match part {
            "…" => skipping = true,
            "*" => {}
            "#" => drop(word.parse::<u32>().ok()?),
            "$" | "%" | "@" => {
                let mark = part.chars().next()?;
                places.push((mark, Word { text: &word.text, span: word.span }));
            }
            literal if literal == &*word.text => {}
            _ => return None,
        }
    }
    Some(places)
}

/// `authkey=…`, `md5key=1,…`, `auth=…`: keys of routing protocols and of VRRP.
fn options(command: &Command<'_>, notes: &mut Notes) {
    for word in &command.words {
        let Some((name, value)) = word.split_once('=') else { continue };
        if matches!(name, "authkey" | "md5key" | "auth" | "password" | "pass") {
            let inner = Word { text: &word.text, span: word.span };
            let from = word.text.len() - value.len();
            notes.secret(inner.slice(from, word.text.len()), Token, "");
        }
    }
}
