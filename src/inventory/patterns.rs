//! Regular expressions of the JSON Schema that accept what the reader accepts.
//!
//! They use only what ECMA 262 and every other dialect share. What a regular expression cannot
//! say is left to the reader: that a range of ports must not run backwards.

/// A whole number of at most nine digits.
pub(crate) const NUMBER: &str = "^[0-9]{1,9}$";

/// A service such as `443/tcp`.
pub(crate) fn service() -> String {
    const PORT: &str =
        "(0|[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";
    format!("^({PORT}(-{PORT})?/(tcp|udp)|tcp|udp|icmp|esp|ah|gre|any)$")
}

/// A day that exists.
pub(crate) fn date() -> String {
    let day = "(0[1-9]|1[0-9]|2[0-8])";
    let years = "(19|[2-9][0-9])[0-9]{2}";
    // Every fourth year, but of the full centuries only every fourth.
    let leap = "((19|[2-9][0-9])(0[48]|[2468][048]|[13579][26])|([2468][048]|[3579][26])00)";
    format!(
        "^({years}-((0[1-9]|1[0-2])-{day}|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)|{leap}-02-29)$"
    )
}

/// An address or a network, without anchors.
pub(crate) fn network() -> String {
    let mask = "(3[0-2]|[12]?[0-9])";
    let long = "(12[0-8]|1[01][0-9]|[1-9]?[0-9])";
    format!("({}(/{mask})?|({})(/{long})?)", four(), six())
}

fn four() -> String {
    let byte = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    format!("({byte}\\.){{3}}{byte}")
}

fn six() -> String {
    let group = "[0-9A-Fa-f]{1,4}";
    let four = four();
    let mut forms = vec![format!("({group}:){{7}}{group}"), format!("({group}:){{6}}{four}")];
    // `::` stands for at least one group: `head` groups before it, the rest behind.
    for head in 0..=7_usize {
        let before = match head {
            0 => String::new(),
            _ => format!("{group}(:{group}){{{}}}", head - 1),
        };
        let behind = 7 - head;
        let after = match behind {
            0 => String::new(),
            _ => format!("({group}(:{group}){{0,{}}})?", behind - 1),
        };
        forms.push(format!("{before}::{after}"));
        if behind >= 2 {
            forms.push(format!("{before}::({group}:){{0,{}}}{four}", behind - 2));
        }
    }
    forms.join("|")
}
