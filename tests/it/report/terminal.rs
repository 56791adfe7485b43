//! The text for a terminal.

use super::{BOTH, SMALL, assess, find};
use crate::support::root;
use sekisho::locale::{Lang, display_width};
use sekisho::report::Report;
use sekisho::report::terminal::{self, Style};

/// The terminal text of the small hospital.
fn terminal_text(lang: Lang, style: Style) -> String {
    let (sources, mut assessment) = assess(SMALL);
    find(&sources, &mut assessment);
    let report = Report { assessment: &assessment, sources: &sources, drawing: None, lang };
    let mut bytes = Vec::new();
    terminal::write(&report, style, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn the_terminal_text_is_as_reviewed() {
    for lang in BOTH {
        let text = terminal_text(lang, Style::default());
        let path = root().join(format!("tests/it/snapshots/terminal.{}.txt", lang.tag()));
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let reviewed = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(text, reviewed, "UPDATE=1 rewrites {}", path.display());
    }
}

#[test]
fn terminal_lines_fit_and_no_line_begins_with_a_full_stop() {
    for lang in BOTH {
        for columns in [60, 80, 100, 140] {
            let plain = terminal_text(lang, Style { columns, colour: false });
            for line in plain.lines() {
                assert!(display_width(line) <= columns, "{columns}: {line}");
                assert!(
                    !line.trim_start().starts_with(['、', '。', '）', '」']),
                    "{columns}: {line}"
                );
            }
            let coloured = terminal_text(lang, Style { columns, colour: true });
            assert!(coloured.contains("\u{1b}[1;31m"), "colour when asked");
            let stripped = coloured.split('\u{1b}').enumerate().map(|(index, part)| match index {
                0 => part,
                _ => part.split_once('m').map_or("", |(_, rest)| rest),
            });
            assert_eq!(stripped.collect::<String>(), plain, "colour adds nothing else");
        }
    }
}
