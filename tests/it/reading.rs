//! The inventory is read: every mistake is told, at the right place, in bounded time and memory.

use crate::support;
use sekisho::locale::{Lang, display_width};
use sekisho::source::{Diagnostic, SourceMap, Span, Style, decode, render};
use sekisho::text;

const PLAIN: Style = Style {
    lang: Lang::Ja,
    colour: false,
};

/// The place of the only occurrence of `needle`.
fn place(sources: &SourceMap, file: sekisho::source::FileId, needle: &str) -> Span {
    let text = sources.file(file).text();
    assert_eq!(text.matches(needle).count(), 1, "{needle}");
    let start = text.find(needle).unwrap();
    Span {
        file,
        start: start as u32,
        end: (start + needle.len()) as u32,
    }
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
    (
        (begin, width),
        (display_width(before), display_width(needle)),
    )
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
    let cases: [(Vec<u8>, &str); 9] = [
        (utf16(text, true, u16::to_le_bytes), "UTF-16"),
        (utf16(text, true, u16::to_be_bytes), "UTF-16"),
        (utf16(text, false, u16::to_le_bytes), "UTF-16LE"),
        (utf16(text, false, u16::to_be_bytes), "UTF-16BE"),
        (
            encoding_rs::SHIFT_JIS.encode(text).0.into_owned(),
            "Shift_JIS",
        ),
        (
            encoding_rs::SHIFT_JIS.encode(katakana).0.into_owned(),
            "Shift_JIS",
        ),
        (encoding_rs::EUC_JP.encode(text).0.into_owned(), "EUC-JP"),
        (
            encoding_rs::ISO_2022_JP.encode(text).0.into_owned(),
            "ISO-2022-JP",
        ),
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
    for (end, mark) in [
        ("\n", ""),
        ("\r\n", "\u{feff}"),
        ("\r", ""),
        ("\n", "\u{feff}"),
    ] {
        let bytes = format!("{mark}{}", lines.join(end)).into_bytes();
        let text = decode::decode("a.yaml", bytes).unwrap();
        let (sources, reading) = support::read(&text);
        assert!(reading.is_sound(), "{}", support::told(&sources, &reading));
        let organization = reading.inventory.organization.unwrap();
        assert_eq!(organization.name.value, "青葉病院");
        assert_eq!(sources.place(organization.name.span), "inventory.yaml:2:22");
    }
}
