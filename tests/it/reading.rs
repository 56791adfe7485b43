//! The inventory is read: every mistake is told, at the right place, in bounded time and memory.

use crate::support;
use sekisho::locale::{Lang, display_width};
use sekisho::source::{Diagnostic, SourceMap, Span, Style, decode, render};
use sekisho::text;

const PLAIN: Style = Style { lang: Lang::Ja, colour: false };

/// The place of the only occurrence of `needle`.
fn place(sources: &SourceMap, file: sekisho::source::FileId, needle: &str) -> Span {
    let text = sources.file(file).text();
    assert_eq!(text.matches(needle).count(), 1, "{needle}");
    let start = text.find(needle).unwrap();
    Span { file, start: start as u32, end: (start + needle.len()) as u32 }
}

/// The columns of the mark under the first source line of a rendering: where it begins, and how
/// many it takes; and the columns of `needle` in the line above it.
fn columns(rendered: &str, needle: &str) -> ((usize, usize), (usize, usize)) {
    let lines: Vec<&str> = rendered.lines().collect();
    let at = lines.iter().position(|line| line.contains('^')).unwrap();
    let (mark, above) = (lines[at], lines[at - 1]);
    let begin = display_width(&mark[..mark.find('^').unwrap()]);
    let width = mark.matches('^').count();
    let before = &above[..above.find(needle).unwrap()];
    ((begin, width), (display_width(before), display_width(needle)))
}

#[test]
fn the_caret_stands_under_the_right_character() {
    for (text, needle) in [
        ("name: 電子カルテ（富士見）ＤＢ\nkind: ehr\n", "富士見"),
        ("\tname:\t半角ｶﾅ と全角カナ 誤\n", "誤"),
        ("a: é́ combining x\n", "x"),
        ("a: 👩‍⚕️ 看護師 x\n", "x"),
        ("a: [𠮷野家, 葛󠄀城]\r\nb: 2\r\n", "葛󠄀城"),
    ] {
        let mut sources = SourceMap::new();
        let file = sources.add("台帳.yaml", text.to_owned());
        let diagnostic = Diagnostic::error("test", text!("誤り", "wrong"))
            .at(place(&sources, file, needle), text!("ここ", "here"));
        let told = render(&diagnostic, &sources, PLAIN);
        let (mark, word) = columns(&told, needle);
        assert_eq!(mark, word, "{told}");
        assert!(told.contains("^ ここ"), "{told}");
    }
}

#[test]
fn the_header_counts_characters_and_lines_as_people_do() {
    let text = "# 見出し\r\nzones:\r\n  a: {name: 診療系, kind: 誤記}\r\n";
    let mut sources = SourceMap::new();
    let file = sources.add("zones.yaml", text.to_owned());
    let span = place(&sources, file, "誤記");
    assert_eq!(sources.place(span), "zones.yaml:3:24");
    // The same far behind in one long line.
    let long = format!("{}誤記", "診療".repeat(10_000));
    let file = sources.add("long.yaml", long);
    let span = place(&sources, file, "誤記");
    assert_eq!(sources.place(span), "long.yaml:1:20001");
}

#[test]
fn a_long_line_is_shown_around_its_mark() {
    let text = format!("{}誤記{}", "長い行 ".repeat(400), " と続き".repeat(400));
    let mut sources = SourceMap::new();
    let file = sources.add("a.yaml", text);
    let diagnostic = Diagnostic::error("test", text!("誤り", "wrong"))
        .at(place(&sources, file, "誤記"), text!("ここ", "here"));
    let told = render(&diagnostic, &sources, PLAIN);
    assert!(told.lines().all(|line| display_width(line) < 120), "{told}");
    let (mark, word) = columns(&told, "誤記");
    assert_eq!(mark, word, "{told}");
}

#[test]
fn two_places_in_two_files_are_both_shown() {
    let mut sources = SourceMap::new();
    let a = sources.add("a.yaml", "zones:\n  x: {name: 一}\n".to_owned());
    let b = sources.add("b.yaml", "\n\nzones:\n  x: {name: 二}\n".to_owned());
    let diagnostic = Diagnostic::error("test", text!("二重", "twice"))
        .at(place(&sources, b, "x"), text!("2回目", "the second time"))
        .at(place(&sources, a, "x"), text!("1回目", "the first time"))
        .help(text!("どちらかを消します", "delete one of them"));
    assert_eq!(
        render(&diagnostic, &sources, PLAIN),
        "\
誤り[test]: 二重
 --> b.yaml:4:3
  |
4 |   x: {name: 二}
  |   ^ 2回目
 ::: a.yaml:2:3
  |
2 |   x: {name: 一}
  |   - 1回目
  |
  = 対処: どちらかを消します"
    );
}

#[test]
fn nothing_of_the_file_reaches_the_terminal_as_a_command() {
    let mut sources = SourceMap::new();
    let file = sources.add("a.yaml", "name: \u{1b}[2J\u{202e}x\n".to_owned());
    let evil = "\u{1b}[2J".to_owned();
    let diagnostic = Diagnostic::error("test", text!("「{evil}」", "`{evil}`"))
        .at(place(&sources, file, "x"), text!("{evil}", "{evil}"));
    let told = render(&diagnostic, &sources, PLAIN);
    assert!(!told.contains(['\u{1b}', '\u{202e}']), "{told:?}");
}

/// The bytes of `text` in UTF-16.
fn utf16(text: &str, mark: bool, to: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let mark = mark.then_some(0xFEFF);
    let units = mark.into_iter().chain(text.encode_utf16());
    units.flat_map(to).collect()
}

#[test]
fn other_encodings_are_named_with_the_way_to_convert() {
    let text = "# 台帳　試験\nzones:\n  clinical: {name: 診療系ネットワーク, kind: clinical}\n";
    let katakana = "name: ｾｷｼｮ ﾃﾞﾝｼｶﾙﾃ\n# 全角も少し\n";
    let few = "organization:\n  name: みなと病院\n";
    let cases: [(Vec<u8>, &str); 11] = [
        (encoding_rs::SHIFT_JIS.encode(few).0.into_owned(), "Shift_JIS"),
        (encoding_rs::EUC_JP.encode(few).0.into_owned(), "EUC-JP"),
        (utf16(text, true, u16::to_le_bytes), "UTF-16"),
        (utf16(text, true, u16::to_be_bytes), "UTF-16"),
        (utf16(text, false, u16::to_le_bytes), "UTF-16LE"),
        (utf16(text, false, u16::to_be_bytes), "UTF-16BE"),
        (encoding_rs::SHIFT_JIS.encode(text).0.into_owned(), "Shift_JIS"),
        (encoding_rs::SHIFT_JIS.encode(katakana).0.into_owned(), "Shift_JIS"),
        (encoding_rs::EUC_JP.encode(text).0.into_owned(), "EUC-JP"),
        (encoding_rs::ISO_2022_JP.encode(text).0.into_owned(), "ISO-2022-JP"),
        (b"\xFF\xFE\0\0a\0\0\0".to_vec(), "UTF-32"),
    ];
    for (bytes, encoding) in cases {
        let error = decode::decode("台帳.yaml", bytes).unwrap_err();
        assert_eq!(error.code, "wrong-encoding", "{encoding}");
        for lang in [Lang::Ja, Lang::En] {
            let message = error.message.get(lang);
            assert!(message.contains("台帳.yaml"), "{message}");
            assert!(message.contains(encoding), "{encoding}: {message}");
            let help = error.help.as_ref().unwrap().get(lang);
            let command = format!("iconv -f {encoding} -t UTF-8 '台帳.yaml'");
            assert!(help.contains(&command), "{help}");
        }
    }
}

#[test]
fn damaged_text_is_told_from_another_encoding() {
    let damaged = "# 一行目\n# 二行目の途中".as_bytes();
    let error = decode::decode("a.yaml", damaged[..damaged.len() - 1].to_vec()).unwrap_err();
    assert_eq!(error.code, "not-utf8");
    assert!(error.message.en.contains("a.yaml:2"), "{error:?}");
    let error = decode::decode("a.yaml", b"zones:\n  a: {name: x\0y}\n".to_vec()).unwrap_err();
    assert_eq!(error.code, "nul-byte");
    assert!(error.message.ja.contains("a.yaml:2"), "{error:?}");
}

#[test]
fn marks_and_line_breaks_of_every_system_are_read() {
    let lines = ["schema: 1", "organization: {name: 青葉病院}", ""];
    for (end, mark) in [("\n", ""), ("\r\n", "\u{feff}"), ("\r", ""), ("\n", "\u{feff}")] {
        let bytes = format!("{mark}{}", lines.join(end)).into_bytes();
        let text = decode::decode("a.yaml", bytes).unwrap();
        let (sources, reading) = support::read(&text);
        assert!(reading.is_sound(), "{}", support::told(&sources, &reading));
        let organization = reading.inventory.organization.unwrap();
        assert_eq!(organization.name.value, "青葉病院");
        assert_eq!(sources.place(organization.name.span), "inventory.yaml:2:22");
    }
}

/// What is found, as `code@line:column`, errors first; `?` marks warnings.
fn codes(text: &str) -> Vec<String> {
    let (sources, reading) = support::read(text);
    let told = |d: &Diagnostic| {
        let mark = if d.level == sekisho::source::Level::Warning { "?" } else { "" };
        let at = d.span().map(|span| sources.position(span));
        at.map_or_else(
            || format!("{}{mark}", d.code),
            |at| format!("{}{mark}@{}:{}", d.code, at.line, at.column),
        )
    };
    reading.diagnostics.iter().map(told).collect()
}

#[test]
fn slips_of_a_japanese_keyboard_are_named() {
    for (text, expected) in [
        ("zones:\n　a: {name: x, kind: guest}\n", "wide-space@2:1"),
        ("zones:\n\ta: {name: x, kind: guest}\n", "tab-indentation@2:1"),
        ("organization:\n  name：青葉\n  beds: 1\n", "wide-colon@2:7"),
        ("organization: {name：青葉, beds: 1}\n", "wide-colon@1:20"),
        (
            "zones:\n  a:\n    name: x\n    kind: guest\n    networks:\n      － 10.0.0.0/8\n",
            "wide-hyphen@6:7",
        ),
        ("organization: {name: “青葉: 病院”}\n", "curly-quote@1:22"),
        ("organization:\n  name:青葉\n  beds: 1\n", "missing-space@2:7"),
        ("zones:\n  a {name: x, kind: guest}\n", "missing-colon@2:3"),
    ] {
        let found: Vec<String> = codes(&format!("schema: 1\n{text}"));
        let errors: Vec<&String> = found.iter().filter(|code| !code.contains('?')).collect();
        // One line stands before the text.
        let (code, place) = expected.split_once('@').unwrap();
        let (line, column) = place.split_once(':').unwrap();
        let expected = format!("{code}@{}:{column}", line.parse::<usize>().unwrap() + 1);
        assert_eq!(errors, [&expected], "{text}");
    }
}

#[test]
fn what_is_right_inside_a_text_is_no_slip() {
    let text = "\
schema: 1
organization:
  name: 青葉：病院　“本院”
  note: |
    電話：000
    　字下げした段落
    － 箇条書き
";
    assert!(codes(text).is_empty(), "{:?}", codes(text));
}

#[test]
fn yaml_that_is_not_supported_says_what_to_do() {
    for (text, expected) in [
        ("zones:\n  a: &a {name: x, kind: guest}\n  b: {<<: *a}\n", "merge-key@4:7"),
        ("zones:\n  a: !include a.yaml\n", "unsupported-tag@3:15"),
        ("zones: &z {a: *z}\n", "recursive-alias@2:15"),
        ("sites: {}\n---\nsites: {}\n", "several-documents@3:1"),
        ("sites: {a: {name: x}, a: {name: y}}\n", "duplicate-key@2:23"),
        ("sites: {? [a] : {name: x}}\n", "key-not-text@2:11"),
        ("sites: {a: {name: x\n", "yaml-syntax@2:12"),
    ] {
        let found = codes(&format!("schema: 1\n{text}"));
        assert!(found.contains(&expected.to_owned()), "{text}{found:?}");
    }
}

#[test]
fn every_syntax_error_is_a_sentence_in_both_languages() {
    for text in [
        "a: [",
        "a: {b",
        "a: ]",
        "a: [b}",
        "a: 'x",
        "a: \"x",
        "a: \"\\q\"",
        "a: @b",
        "a: `b`",
        "a: *b",
        "a: &",
        "a:\n - b\n c: d",
        "a: b: c",
        "- a\nb: c",
        "a: 'b' c",
        "%YAML 9\n---\na",
        "a: |0\n x",
        "? a\nb",
        "a: [b, - c]",
        "a: !<x",
        "a\nb: c",
        "\"a\nb",
        "a: [b c: d: e]",
        "a:\n\t- b",
        "a: %b",
    ] {
        let (sources, reading) = support::read(text);
        assert!(!reading.is_sound(), "{text}");
        for diagnostic in &reading.diagnostics {
            let told = render(diagnostic, &sources, PLAIN);
            let english = diagnostic.message.en.is_ascii();
            assert!(english, "{told}");
            let sentence = &diagnostic.message.ja;
            assert!(sentence.contains(['の', 'が', 'は', 'に']), "{told}");
            assert!(diagnostic.help.is_some() || diagnostic.code == "unexpected-value", "{told}");
        }
    }
}

/// Reads and renders everything; the result must be in bounds whatever the text was.
fn survive(text: &str) -> Vec<Diagnostic> {
    let (sources, reading) = support::read(text);
    for diagnostic in &reading.diagnostics {
        for label in &diagnostic.labels {
            let (start, end) = (label.span.start as usize, label.span.end as usize);
            assert!(start <= end && end <= text.len(), "{diagnostic:?}");
            assert!(text.is_char_boundary(start) && text.is_char_boundary(end));
        }
        for lang in [Lang::Ja, Lang::En] {
            let colour = lang == Lang::Ja;
            let told = render(diagnostic, &sources, Style { lang, colour });
            assert!(told.len() < 20_000, "{} bytes", told.len());
        }
    }
    reading.diagnostics
}

#[test]
fn damage_is_told_and_never_a_panic() {
    assert_eq!(codes(SMALL), [""; 0]);
    for (at, _) in SMALL.char_indices() {
        survive(&SMALL[..at]);
    }
    // Every byte with one of its bits turned over; what is not UTF-8 any more stops at the door.
    for (at, byte) in SMALL.bytes().enumerate() {
        let mut bytes = SMALL.as_bytes().to_vec();
        bytes[at] = byte ^ (1 << (at % 7));
        match decode::decode("a.yaml", bytes) {
            Ok(text) => drop(survive(&text)),
            Err(mistake) => assert!(mistake.help.is_some()),
        }
    }
}

/// Something of everything: blocks, brackets, anchors, quotes, tables, lists, wide characters.
const SMALL: &str = "\
schema: 1
organization: {name: \"青葉\", beds: 320}   # 注釈
zones:
  a: &a
    name: 診療系
    kind: clinical
    networks: [10.0.0.0/16, 'fd00::/64']
  b:
    name: 管理
    kind: management
    networks: [10.1.0.0/16]
    note: |-
      一行目
      二行目
parties: {v: {name: 富士見, kind: vendor}}
circuits: {c: {kind: ip-vpn}}
devices:
  d: {name: VPN, kind: vpn-gateway, interfaces: {wan: {circuit: c}, lan: {zone: a, addresses: [10.0.0.1/16]}}}
systems:
  s: {name: 電子カルテ, kind: ehr, class: server, zone: a, addresses: [10.0.1.1, \"fd00::1\"]}
connections:
  m:
    name: 保守
    purpose: remote-maintenance
    party: v
    circuit: c
    at: d.wan
    transport: ipsec-ike
    allow:
      - {to: s, services: [3389/tcp]}
flows: [{from: a, to: b}]
waivers: [{rule: r, subject: connections/m, reason: x, approved_by: y, expires: 2027-03-31}]
";

#[test]
fn bombs_end_within_their_bounds() {
    let mut laughs = "a: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..40 {
        let before = format!("*a{}", level - 1);
        let all = vec![before; 10].join(", ");
        laughs.push_str(&format!("b{level}: &a{level} [{all}]\n"));
    }
    // Sixty anchors around one large value must not copy it sixty times.
    let mut nested = String::new();
    for level in 0..60 {
        nested.push_str(&format!("&n{level} ["));
    }
    nested.push_str(&"x, ".repeat(100_000));
    let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(1 << 20), "*a, ".repeat(10_000));
    for (text, expected) in [
        (laughs, "too-many-aliases"),
        (nested, "yaml-syntax"),
        (long, "too-many-aliases"),
        ("[".repeat(200_000), "too-deep"),
        ("{a: ".repeat(200_000), "too-deep"),
        ("- ".repeat(200_000), "too-deep"),
        (format!("schema: {}\n", "1".repeat(4 << 20)), "unexpected-value"),
        (format!("{}: 1\n", "k".repeat(1 << 20)), "yaml-syntax"),
        ("a: 1\n".repeat(200_000), "duplicate-key"),
        ("systems: {a: {zone: b}}\n".repeat(2), "missing-key"),
    ] {
        let found = survive(&text);
        let codes: Vec<&str> = found.iter().map(|it| it.code).collect();
        assert!(codes.contains(&expected), "{expected}: {:?}", &codes[..codes.len().min(9)]);
        assert!(found.len() < 1100, "{} mistakes", found.len());
    }
}

#[test]
fn what_is_not_shown_is_counted() {
    let mut text = "schema: 1\norganization: {name: 青葉}\n".to_owned();
    for number in 0..1500 {
        text.push_str(&format!("wrong{number}: 1\n"));
    }
    let found = survive(&text);
    assert_eq!(found.len(), 1001);
    let last = found.last().unwrap();
    assert_eq!(last.code, "more-mistakes");
    assert!(last.message.ja.contains("500件"), "{last:?}");
    assert_eq!(last.level, sekisho::source::Level::Error);
}

/// What a change of the small inventory is told as: the code and what stands at each place.
fn changed(from: &str, to: &str) -> Vec<String> {
    assert_eq!(SMALL.matches(from).count(), 1, "{from}");
    let (sources, reading) = support::read(&SMALL.replacen(from, to, 1));
    let mut told = Vec::new();
    for diagnostic in &reading.diagnostics {
        let mut line = diagnostic.code.to_owned();
        if diagnostic.level == sekisho::source::Level::Warning {
            line.push('?');
        }
        for label in &diagnostic.labels {
            line.push_str(" | ");
            line.push_str(sources.slice(label.span));
        }
        told.push(line);
    }
    told
}

#[test]
fn contradictions_are_told_at_both_places() {
    let devices = "devices:\n";
    let systems = "systems:\n";
    let cases: &[(&str, &str, &str)] = &[
        // Ids and references.
        ("party: v", "party: w", "dangling-reference | w"),
        ("parties: {v:", "parties: {s: {name: x, kind: other}, v:", "ambiguous-id | s | s"),
        ("flows:", "sites: {any: {name: x}}\nflows:", ""),
        (
            "  s: {name",
            "  any: {name: x, kind: ehr, class: server}\n  s: {name",
            "reserved-id | any",
        ),
        ("schema: 1\n", "", "missing-schema? | "),
        ("schema: 1", "schema: 2", "unexpected-value | 2"),
        ("organization: {name: \"青葉\", beds: 320}", "", "missing-organization? | "),
        // Networks of zones.
        ("networks: [10.1.0.0/16]", "networks: [10.1.5.0/16]", "host-bits | 10.1.5.0/16"),
        (
            "networks: [10.1.0.0/16]",
            "networks: ['fd00::5/64']",
            "host-bits | 'fd00::5/64'; overlapping-zones | 'fd00::5/64' | 'fd00::/64'",
        ),
        (
            "networks: [10.1.0.0/16]",
            "networks: [10.0.128.0/17]",
            "overlapping-zones | 10.0.128.0/17 | 10.0.0.0/16",
        ),
        (
            "networks: [10.1.0.0/16]",
            "networks: ['fd00::/48']",
            "overlapping-zones | 'fd00::/64' | 'fd00::/48'",
        ),
        ("networks: [10.1.0.0/16]", "networks: [10.0.0.0/16], isolated: true", "yaml-syntax | "),
        ("networks: [10.1.0.0/16]", "networks: [10.0.0.0/16]\n    isolated: true", ""),
        ("networks: [10.1.0.0/16]", "networks: [10.1.0.0/16]\n    vlan: 4095", "bad-vlan | 4095"),
        ("networks: [10.1.0.0/16]", "networks: [10.1.0.0/16]\n    vlan: 0", "bad-vlan | 0"),
        (
            "  b:\n    name",
            "  c: {name: 二, kind: guest, vlan: 7}\n  b:\n    vlan: 7\n    name",
            "shared-vlan? | 7 | 7",
        ),
        // Addresses.
        ("[10.0.1.1, ", "[10.1.1.1, ", "outside-zone | 10.1.1.1 | 10.0.0.0/16"),
        ("\"fd00::1\"", "\"fd01::1\"", "outside-zone | \"fd01::1\" | 'fd00::/64'"),
        ("[10.0.0.1/16]", "[10.1.0.1/16]", "outside-zone | 10.1.0.1/16 | 10.0.0.0/16"),
        ("[10.0.1.1, ", "[10.0.0.1, ", "duplicate-address | 10.0.0.1/16 | 10.0.0.1"),
        ("\"fd00::1\"", "10.0.1.1", "duplicate-address | 10.0.1.1 | 10.0.1.1"),
        ("\"fd00::1\"", "10.0.1.1/16", "duplicate-address | 10.0.1.1/16 | 10.0.1.1"),
        ("class: server, zone: a,", "class: server,", "address-without-zone | 10.0.1.1 | s"),
        (
            systems,
            "systems:\n  t: {name: x, kind: terminals, class: terminal, zone: a, addresses: [10.0.1.0/24]}\n",
            "address-in-group? | 10.0.1.0/24 | 10.0.1.1",
        ),
        // Interfaces.
        ("wan: {circuit: c}", "wan: {circuit: c, zone: b}", "interface-used-twice | c | b"),
        ("wan: {circuit: c}", "wan: {circuit: c, mac: x}", "bad-mac | x"),
        (
            "wan: {circuit: c}, lan: {",
            "wan: {circuit: c, mac: 00-00-5E-00-53-01}, lan: {mac: '00:00:5e:00:53:01', ",
            "duplicate-mac | '00:00:5e:00:53:01' | 00-00-5E-00-53-01",
        ),
        ("wan: {circuit: c}", "wan: {circuit: c, device: d}", "link-to-itself | d | d"),
        ("wan: {circuit: c}", "wan: {circuit: c, vlan: 5000}", "bad-vlan | 5000"),
        (
            devices,
            "devices:\n  e: {name: x, kind: switch, interfaces: {p: {device: d}, q: {device: d}}}\n",
            "link-claimed-twice? | d | d",
        ),
        // Connections.
        ("at: d.wan", "at: d.wam", "unknown-interface | d.wam | d"),
        ("    at: d.wan\n", "", ""),
        ("    circuit: c\n    at: d.wan\n", "", "connection-without-end? | m"),
        ("circuits: {c:", "circuits: {e: {kind: isdn}, c:", ""),
        ("name: 保守", "name: 保守\n    number: 0", "bad-number | 0"),
        ("{to: s,", "{to: 192.0.2.1,", "destination-nowhere? | 192.0.2.1"),
        ("{to: s,", "{to: z,", "dangling-reference | z"),
        (systems, "systems:\n  n: {name: x, kind: ehr, class: server}\n", ""),
        // Dates, with 2026-11-20 as the day.
        (
            "name: 保守",
            "name: 保守\n    introduced: 2026-05-01\n    contract: {until: 2026-04-30}",
            "contradicting-dates | 2026-04-30 | 2026-05-01; expired-date? | 2026-04-30",
        ),
        (
            "name: 保守",
            "name: 保守\n    recertified: {on: 2027-01-01, by: x}",
            "future-date? | 2027-01-01",
        ),
        (
            "name: 保守",
            "name: 保守\n    contract: {until: 2026-04-30}",
            "expired-date? | 2026-04-30",
        ),
        ("expires: 2027-03-31", "expires: 2026-11-19", "expired-date? | 2026-11-19"),
        ("expires: 2027-03-31", "expires: 2026-11-20", ""),
        // Waivers.
        ("subject: connections/m", "subject: m", ""),
        (
            "subject: connections/m",
            "subject: connections/n",
            "waiver-matches-nothing | connections/n",
        ),
        ("subject: connections/m", "subject: organization/organization", ""),
        ("subject: connections/m", "subject: flows/1", ""),
        ("subject: connections/m", "subject: flows/2", "waiver-matches-nothing | flows/2"),
        ("subject: connections/m", "subject: waivers/1", ""),
    ];
    for (from, to, expected) in cases {
        let found = changed(from, to).join("; ");
        assert_eq!(found, *expected, "{from} -> {to}");
    }
}

#[test]
fn what_two_connections_or_two_files_claim_is_told() {
    let two = "\
connections:
  n:
    name: 二つ目
    number: 1
    purpose: telemetry
    party: v
    circuit: e
    at: d.wan
    transport: ip-vpn
";
    let text = SMALL
        .replacen("connections:\n", two, 1)
        .replacen("name: 保守", "name: 保守\n    number: 1", 1)
        .replacen("circuits: {", "circuits: {e: {kind: isdn}, ", 1);
    let (sources, reading) = support::read(&text);
    let found: Vec<(&str, Vec<&str>)> = reading
        .diagnostics
        .iter()
        .map(|it| {
            let labels = it.labels.iter().map(|label| sources.slice(label.span));
            (it.code, labels.collect())
        })
        .collect();
    assert_eq!(found, [("other-circuit", vec!["e", "c"]), ("duplicate-number", vec!["1", "1"]),]);

    let mut sources = SourceMap::new();
    let first = sources.add("a.yaml", SMALL.to_owned());
    let again = "organization: {name: 別の病院}\nzones: {a: {name: 再び, kind: guest}}\n";
    let second = sources.add("b.yaml", again.to_owned());
    let reading = sekisho::inventory::read(&sources, &[first, second], support::today());
    let told: Vec<(&str, String, String)> = reading
        .diagnostics
        .iter()
        .map(|it| {
            let place = |at: usize| sources.place(it.labels[at].span);
            (it.code, place(0), place(1))
        })
        .collect();
    assert_eq!(
        told,
        [
            ("declared-twice", "b.yaml:1:15".into(), "a.yaml:2:15".into()),
            ("duplicate-id", "b.yaml:2:9".into(), "a.yaml:4:3".into()),
        ]
    );
}

#[test]
fn a_file_that_cannot_be_read_is_not_blamed_on_the_others() {
    let mut sources = SourceMap::new();
    let broken = sources.add("parties.yaml", "parties: {v: {name: [x\n".to_owned());
    let text = SMALL.replacen("parties: {v: {name: 富士見, kind: vendor}}\n", "", 1);
    let rest = sources.add("rest.yaml", text);
    let reading = sekisho::inventory::read(&sources, &[broken, rest], support::today());
    let codes: Vec<&str> = reading.diagnostics.iter().map(|it| it.code).collect();
    assert_eq!(codes, ["yaml-syntax"]);
}

/// What the only mistake of a text proposes.
fn proposed(text: &str) -> String {
    let (_, reading) = support::read(text);
    let errors: Vec<_> =
        reading.diagnostics.iter().filter(|it| it.code != "expired-date").collect();
    assert_eq!(errors.len(), 1, "{text}{errors:#?}");
    errors[0].help.as_ref().map(|help| help.ja.clone().into_owned()).unwrap_or_default()
}

#[test]
fn the_words_of_a_spreadsheet_lead_to_those_of_the_inventory() {
    for (from, to, meant) in [
        ("kind: clinical", "kind: 部門", "department"),
        ("kind: clinical", "kind: 部門系", "department"),
        ("kind: clinical", "kind: 医療機器", "medical-device"),
        ("kind: ehr", "kind: 電子カルテ", "ehr"),
        ("class: server", "class: サーバー", "server"),
        ("beds: 320", "beds: 320床", "320"),
        ("beds: 320", "beds: ３２０", "320"),
        ("networks: [10.1.0.0/16]", "networks: [10.1.0.0/255.255.0.0]", "10.1.0.0/16"),
        ("networks: [10.1.0.0/16]", "networks: [１０.１.０.０/16]", "10.1.0.0/16"),
        ("expires: 2027-03-31", "expires: 2027/3/31", "2027-03-31"),
        ("expires: 2027-03-31", "expires: 令和9年3月31日", "2027-03-31"),
        ("services: [3389/tcp]", "services: [RDP]", "3389/tcp"),
        ("services: [3389/tcp]", "services: [tcp/443]", "443/tcp"),
        ("services: [3389/tcp]", "services: \"443、RDP\"", "[443/tcp, 3389/tcp]"),
        ("addresses: [10.0.1.1, ", "addresses: [10.0.1.1、10.0.1.2, ", "[10.0.1.1, 10.0.1.2]"),
        ("name: 保守", "name: 保守\n    authentication: パスワード", "password"),
        ("{to: s,", "{to: s, direction: 外から内へ,", "inbound"),
        ("name: 保守", "name: 保守\n    standing: はい", "true"),
        ("name: 保守", "name: 保守\n    standing: ×", "false"),
        ("name: 保守", "name: 保守\n    patient_data: 不明", "unknown"),
        ("name: 保守", "name: 保守\n    patient_data: ○", "yes"),
        ("subject: connections/m", "subject: 保守", "connections/m"),
        ("subject: connections/m", "subject: connections/保守", "connections/m"),
        ("party: v", "party: 富士見", "v"),
    ] {
        assert_eq!(SMALL.matches(from).count(), 1, "{from}");
        let help = proposed(&SMALL.replacen(from, to, 1));
        assert!(help.contains(&format!("「{meant}」ではありませんか")), "{to}: {help}");
    }
    for (from, to, said) in [
        ("expires: 2027-03-31", "expires: 2026-11-31", "暦にありません"),
        ("expires: 2027-03-31", "expires: 2027年3月", "年・月・日"),
        ("name: 保守", "name: 保守\n    standing: 不明", "書かずに"),
    ] {
        let help = proposed(&SMALL.replacen(from, to, 1));
        assert!(help.contains(said), "{help}");
    }
}

#[test]
fn words_are_listed_with_their_names_on_lines_of_bounded_length() {
    let text = SMALL.replacen("kind: ehr", "kind: 謎", 1);
    let (sources, reading) = support::read(&text);
    let [mistake] = reading.diagnostics.as_slice() else {
        panic!("{:#?}", reading.diagnostics);
    };
    for (lang, named) in
        [(Lang::Ja, "ehr（電子カルテ）"), (Lang::En, "ehr (electronic health record)")]
    {
        let told = render(mistake, &sources, Style { lang, colour: false });
        assert!(told.contains(named), "{told}");
        assert!(told.lines().all(|line| display_width(line) <= 112), "{told}");
    }
}

#[test]
fn an_old_day_is_told_once() {
    let mut devices =
        String::from("schema: 1\nas_of: 2020-01-01\norganization: {name: 青葉}\ndevices:\n");
    for device in 0..9 {
        devices.push_str(&format!(
            "  d{device}: {{name: x, kind: switch, updated: 2026-01-0{}}}\n",
            device + 1
        ));
    }
    let (sources, reading) = support::read(&devices);
    let told: Vec<_> = reading.diagnostics.iter().map(|it| render(it, &sources, PLAIN)).collect();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].contains("9件") && told[0].contains("2026-01-09"), "{}", told[0]);
}

#[test]
fn a_flow_is_not_enforced_by_a_device_elsewhere() {
    let with = |interfaces: &str| {
        let text = format!(
            "\
schema: 1
organization: {{name: 青葉}}
zones: {{a: {{name: A, kind: clinical}}, b: {{name: B, kind: guest}}, c: {{name: C, kind: dmz}}}}
devices: {{f: {{name: F, kind: internal-firewall, interfaces: {{{interfaces}}}}}}}
flows: [{{from: a, to: b, by: f}}]
"
        );
        let (_, reading) = support::read(&text);
        reading.diagnostics.iter().filter(|it| it.code == "enforced-elsewhere").count()
    };
    assert_eq!(with("x: {zone: c}"), 1);
    assert_eq!(with("x: {zone: c}, y: {zone: b}"), 0);
    assert_eq!(with(""), 0);
}
