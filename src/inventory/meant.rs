//! Values as people write them elsewhere, and how an inventory writes them: the dates, services,
//! networks and numbers of spreadsheets. What comes out here is only ever proposed, never read.

use crate::model::{Date, IpNetwork, Service, Vocabulary};
use crate::source::closest;

/// The text in half-width characters, as people mean it when they write it in full-width ones.
pub(crate) fn half_width(text: &str) -> String {
    text.trim().chars().map(narrow).collect()
}

/// The half-width form of a full-width letter, digit or sign.
fn narrow(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        'ー' | '−' | '‐' => '-',
        '。' => '.',
        c => c,
    }
}

/// Yes or no, in the words and marks of forms.
pub(crate) fn yes_or_no(given: &str) -> Option<bool> {
    match half_width(given).to_lowercase().as_str() {
        "true" | "yes" | "y" | "はい" | "○" | "〇" | "◯" | "◎" | "✓" | "レ" | "あり" | "有"
        | "有り" | "する" | "済" => Some(true),
        "false" | "no" | "n" | "いいえ" | "×" | "✕" | "x" | "なし" | "無" | "無し" | "しない"
        | "未" => Some(false),
        _ => None,
    }
}

/// The word of a closed list: by its name in either language, whole, mistyped, or a part of it.
pub(crate) fn word<T: Vocabulary>(given: &str) -> Option<&'static str> {
    let keys = || T::ALL.iter().map(|word| word.key());
    let given = given.trim();
    let labelled = |fits: &dyn Fn(&str) -> bool| {
        T::ALL.iter().find(|word| {
            let label = word.label();
            fits(&label.ja) || fits(&label.en)
        })
    };
    // What stands in brackets explains a label and is not always written.
    let exact = |label: &str| {
        let bare = label.split(['（', '(']).next().unwrap_or(label).trim();
        let parts = bare.split(['・', '、']);
        [label, bare].into_iter().chain(parts).any(|it| it.eq_ignore_ascii_case(given))
    };
    if let Some(word) = labelled(&exact) {
        return Some(word.key());
    }
    let answer = yes_or_no(given).map(|yes| if yes { "yes" } else { "no" });
    if let Some(answer) = answer.and_then(|answer| keys().find(|key| *key == answer)) {
        return Some(answer);
    }
    if let Some(key) = closest(given, keys()) {
        return Some(key);
    }
    // One character is in too many names.
    if given.chars().count() >= 2 {
        let part = |label: &str| label.contains(given) || given.contains(label);
        let parts = || T::ALL.iter().filter(|word| part(&word.label().ja));
        if let (Some(word), 1) = (parts().next(), parts().count()) {
            return Some(word.key());
        }
    }
    let labels: Vec<_> = T::ALL.iter().map(|word| (word.key(), word.label())).collect();
    let near = closest(given, labels.iter().map(|(_, label)| label.ja.as_ref()))?;
    labels.iter().find(|(_, label)| label.ja == near).map(|(key, _)| *key)
}

/// Nothing in an inventory is older than this year.
pub(crate) const FIRST_YEAR: i16 = 1900;

/// Year, month and day of a date in another notation (`2021/4/1`, `令和3年4月1日`, `R3.4.1`),
/// whether or not the calendar has such a day.
fn calendar(given: &str) -> Option<(i16, i8, i8)> {
    /// The year before the first of each era (元号を改める政令).
    const ERAS: &[(&[&str], i16)] =
        &[(&["令和", "r"], 2018), (&["平成", "h"], 1988), (&["昭和", "s"], 1925)];
    let text = half_width(given).to_lowercase().replace('元', "1");
    let era = ERAS.iter().find_map(|(names, before)| {
        names.iter().find_map(|name| text.strip_prefix(name)).map(|rest| (rest, *before))
    });
    let (text, before) = era.unwrap_or((&text, 0));
    if text.chars().any(|c| !c.is_ascii_digit() && !"年月日/.- ".contains(c)) {
        return None;
    }
    let parts: Vec<&str> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let (year, month, day) = match parts.as_slice() {
        [year, month, day] => (*year, *month, *day),
        [all] if all.len() == 8 => (all.get(..4)?, all.get(4..6)?, all.get(6..)?),
        _ => return None,
    };
    let year = before.checked_add(year.parse().ok()?)?;
    (year >= FIRST_YEAR).then_some((year, month.parse().ok()?, day.parse().ok()?))
}

/// A date in the notation of the inventory.
pub(crate) fn date(given: &str) -> Option<String> {
    let (year, month, day) = calendar(given)?;
    Date::new(year, month, day).ok().map(|date| date.to_string())
}

/// Whether it is written like a date, but the calendar has no such day.
pub(crate) fn no_such_day(given: &str) -> bool {
    calendar(given).is_some_and(|(year, month, day)| Date::new(year, month, day).is_err())
}

/// Whether it is a month of a year, without the day.
pub(crate) fn no_day(given: &str) -> bool {
    let text = half_width(given);
    let whole = text.trim_end_matches(['/', '.', '-', '月']);
    whole != text && calendar(&format!("{whole}-1")).is_some()
        || calendar(&format!("{text}-1")).is_some()
}

/// A whole number without its unit and separators: `80台`, `1,200`, `約80`, `VLAN10`.
pub(crate) fn number(given: &str) -> Option<String> {
    let text = half_width(given).replace(',', "");
    let text = text.trim_start_matches(|c: char| c.is_alphabetic() || c == ' ');
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let unit_of_one =
        !unit.starts_with(['.', '-', '/', ':']) && !unit.contains(|c: char| c.is_ascii_digit());
    (unit_of_one && (1..=9).contains(&digits.len())).then(|| digits.to_owned())
}

/// A network in another notation: with a mask, as a range, with a placeholder.
pub(crate) fn network(given: &str) -> Option<String> {
    let text = half_width(given).to_lowercase().replace(" / ", "/");
    let masked = text.replacen(' ', "/", 1);
    if text.contains(['/', ' '])
        && let Ok(network) = masked.parse::<IpNetwork>()
    {
        return Some(network.to_string());
    }
    if let Some(head) = text.strip_suffix(".x").or_else(|| text.strip_suffix(".*")) {
        let network = format!("{head}.0/24");
        return network.parse::<IpNetwork>().ok().map(|_| network);
    }
    let (first, last) = text.split_once(['-', '~'])?;
    let first: std::net::Ipv4Addr = first.trim().parse().ok()?;
    let last: std::net::Ipv4Addr = last.trim().parse().ok()?;
    let (first_bits, last_bits) = (u32::from(first), u32::from(last));
    // Only a range that is exactly one network has a notation of its own.
    let host = first_bits ^ last_bits;
    let whole = host.wrapping_add(1) & host == 0 && first_bits & host == 0;
    whole.then(|| format!("{first}/{}", host.leading_zeros()))
}

/// Several values in one text (`443/tcp, 3389/tcp`) as the list that they are.
pub(crate) fn list(given: &str, one: impl Fn(&str) -> Option<String>) -> Option<String> {
    let parts = given.split([',', '、', '，', '・', '\n', ' ', '\u{3000}']);
    let parts = parts.map(str::trim).filter(|part| !part.is_empty());
    let values = parts.map(one).collect::<Option<Vec<_>>>()?;
    (values.len() > 1).then(|| format!("[{}]", values.join(", ")))
}

/// The end of a flow that has no id.
pub(crate) fn endpoint(given: &str) -> Option<String> {
    match given.trim() {
        "すべて" | "全て" | "無制限" => Some("any".to_owned()),
        "インターネット" => Some("internet".to_owned()),
        given => network(given),
    }
}

/// The holder of a duty who is no party.
pub(crate) fn holder(given: &str) -> Option<&'static str> {
    match given.trim() {
        "病院" | "当院" | "院内" => Some("hospital"),
        "未定" | "不明" | "なし" => Some("undefined"),
        _ => None,
    }
}

/// A service in another notation (`443`, `tcp/443`, `443 TCP`) or by its customary name.
pub(crate) fn service(given: &str) -> Option<String> {
    let text = half_width(given).to_lowercase();
    let readable = |text: String| text.parse::<Service>().is_ok().then_some(text);
    if let Some(same) = readable(text.clone()) {
        return Some(same);
    }
    match text.as_str() {
        "all" | "すべて" | "全て" | "無制限" => return Some("any".to_owned()),
        "ping" => return Some("icmp".to_owned()),
        "リモートデスクトップ" | "mstsc" => return Some(Service::tcp(3389).to_string()),
        _ => {}
    }
    if let Some(service) = Service::named(&text) {
        return Some(service.to_string());
    }
    let protocol = ["tcp", "udp"].into_iter().find(|it| text.contains(it));
    let rest = protocol.map_or(text.clone(), |it| text.replacen(it, "", 1)).replace('~', "-");
    let ports = rest.trim_matches(|c| " /:_番ポト-".contains(c));
    if ports.is_empty() {
        return None;
    }
    match protocol {
        Some(protocol) => readable(format!("{ports}/{protocol}")),
        // The table knows which ports are spoken over UDP.
        None => {
            let known = ports.parse().ok().and_then(Service::well_known);
            known.map(|it| it.to_string()).or_else(|| readable(format!("{ports}/tcp")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_spreadsheets() {
        for given in ["2021/4/1", "2021.4.1", "2021年4月1日", "令和3年4月1日", "R3.4.1", "20210401"]
        {
            assert_eq!(date(given).as_deref(), Some("2021-04-01"), "{given}");
        }
        assert_eq!(date("令和元年５月１日").as_deref(), Some("2019-05-01"));
        for given in ["2026-11-31", "2026/2/30", "令和8年13月1日"] {
            assert!(no_such_day(given) && date(given).is_none(), "{given}");
        }
        for given in ["来年", "2026", "4/1", "10.0.1.1", "2026-11"] {
            assert!(!no_such_day(given) && date(given).is_none(), "{given}");
        }
        for (given, month) in
            [("2026-11", true), ("2026年11月", true), ("令和8年11月", true), ("来月", false)]
        {
            assert_eq!(no_day(given), month, "{given}");
        }
    }

    #[test]
    fn services_by_port_and_by_name() {
        for (given, meant) in [
            ("443", "443/tcp"),
            ("500", "500/udp"),
            ("TCP/443", "443/tcp"),
            ("443 TCP", "443/tcp"),
            ("443番ポート", "443/tcp"),
            ("udp4500", "4500/udp"),
            ("5000~5010", "5000-5010/tcp"),
            ("RDP", "3389/tcp"),
            ("https", "443/tcp"),
            ("ssh", "22/tcp"),
            ("dicom", "104/tcp"),
            ("４４３／ｔｃｐ", "443/tcp"),
        ] {
            assert_eq!(service(given).as_deref(), Some(meant), "{given}");
        }
        for given in ["なんでも", "70000", "tcp/", "443,80/tcp", "443、RDP"] {
            assert_eq!(service(given), None, "{given}");
        }
    }

    #[test]
    fn networks_with_masks_and_ranges() {
        for (given, meant) in [
            ("192.168.5.0/255.255.255.0", "192.168.5.0/24"),
            ("192.168.5.0 255.255.252.0", "192.168.5.0/22"),
            ("192.168.1.0-192.168.1.255", "192.168.1.0/24"),
            ("192.168.3.x", "192.168.3.0/24"),
        ] {
            assert_eq!(network(given).as_deref(), Some(meant), "{given}");
        }
        for given in ["192.168.1.5-192.168.1.9", "192.168.300.0/24", "部門"] {
            assert_eq!(network(given), None, "{given}");
        }
    }

    #[test]
    fn numbers_with_units() {
        for (given, meant) in
            [("80台", "80"), ("１，２００", "1200"), ("約300床", "300"), ("VLAN10", "10")]
        {
            assert_eq!(number(given).as_deref(), Some(meant), "{given}");
        }
        for given in ["-1", "1.5", "3〜5台", "多数", "12345678901"] {
            assert_eq!(number(given), None, "{given}");
        }
    }
}
