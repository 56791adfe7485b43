//! How to write what the font has no glyph for: the twin of a character in CP932 where Japanese
//! readers take it for the same, and [`REPLACEMENT`] where there is none.

use super::{REPLACEMENT, has};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The text with characters that all have a glyph. Control characters, invisible marks and
/// variation selectors are left out; kana and their voicing marks are put together.
pub fn drawable(text: &str) -> String {
    let mut drawn = String::with_capacity(text.len());
    for character in text.chars() {
        if is_invisible(character) {
            continue;
        }
        if let Some(voiced) = drawn.chars().last().and_then(|it| voiced(it, character)) {
            drawn.pop();
            drawn.push(voiced);
        } else if has(character) {
            drawn.push(character);
        } else {
            write_otherwise(character, &mut drawn);
        }
    }
    drawn
}

/// Characters that shape or order their neighbours and show nothing themselves.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}'
            | '\u{300}'..='\u{36f}' // accents that stand alone; the letter remains
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{e0100}'..='\u{e01ef}')
}

/// か and a separate voicing mark are が: file names of macOS are written that way.
fn voiced(kana: char, mark: char) -> Option<char> {
    let next = |steps: u32| char::from_u32(u32::from(kana) + steps);
    match (kana, mark) {
        ('う', '\u{3099}') => Some('ヴ'),
        ('ウ', '\u{3099}') => Some('ヴ'),
        ('か'..='ち' | 'カ'..='チ', '\u{3099}') if u32::from(kana) % 2 == 1 => next(1),
        ('つ'..='と' | 'ツ'..='ト', '\u{3099}') if u32::from(kana) % 2 == 0 => next(1),
        ('は'..='ほ' | 'ハ'..='ホ', '\u{3099}') if u32::from(kana) % 3 == 0 => next(1),
        ('は'..='ほ' | 'ハ'..='ホ', '\u{309a}') if u32::from(kana) % 3 == 0 => next(2),
        _ => None,
    }
}

fn write_otherwise(character: char, drawn: &mut String) {
    match character {
        '㉑'..='㉟' => bracketed(u32::from(character) - u32::from('㉑') + 21, drawn),
        '㊱'..='㊿' => bracketed(u32::from(character) - u32::from('㊱') + 36, drawn),
        '❶'..='❿' => {
            let number = u32::from(character) - u32::from('❶');
            drawn.extend(char::from_u32(u32::from('①') + number));
        }
        _ => match TWINS.iter().find(|(given, _)| *given == character) {
            Some((_, twin)) => drawn.push_str(twin),
            None => match variants().get(&character) {
                Some(twin) => drawn.push_str(twin),
                None => drawn.push(REPLACEMENT),
            },
        },
    }
}

fn bracketed(number: u32, drawn: &mut String) {
    drawn.push('(');
    drawn.push_str(&number.to_string());
    drawn.push(')');
}

/// What stands for more of them, a line each: marks of lists and texts, variants of kanji in names that
/// everybody reads as the common one, and what Unicode itself says is another character in another
/// place (compatibility decompositions: radicals, such as texts that were copied out of a PDF hold,
/// compatibility ideographs, letters of units and in circles), where the font has that one.
const VARIANTS: &str = include_str!("variants.txt");

fn variants() -> &'static BTreeMap<char, &'static str> {
    static READ: OnceLock<BTreeMap<char, &str>> = OnceLock::new();
    READ.get_or_init(|| {
        let lines = VARIANTS.lines().filter_map(|it| it.split_once(' '));
        lines.filter_map(|(given, twin)| Some((given.chars().next()?, twin))).collect()
    })
}

/// Characters and what is written for them. The kanji are those that JIS X 0213:2004 separated
/// from their twins, and 𠮷 as in names.
const TWINS: &[(char, &str)] = &[
    ('俱', "倶"),
    ('剝', "剥"),
    ('𠮟', "叱"),
    ('吞', "呑"),
    ('噓', "嘘"),
    ('姸', "妍"),
    ('屛', "屏"),
    ('幷', "并"),
    ('瘦', "痩"),
    ('繫', "繋"),
    ('塡', "填"),
    ('頰', "頬"),
    ('攢', "攅"),
    ('禱', "祷"),
    ('蟬', "蝉"),
    ('𠮷', "吉"),
    ('‖', "∥"),
    ('€', "EUR"),
    ('™', "TM"),
    ('⓪', "(0)"),
    ('㊙', "(秘)"),
    ('㋿', "令和"),
    ('☎', "℡"),
    ('➡', "→"),
    ('↔', "⇔"),
    ('✕', "×"),
    ('✖', "×"),
    ('✗', "×"),
    ('✘', "×"),
    ('❌', "×"),
    ('✓', "○"),
    ('✔', "○"),
    ('☑', "○"),
    ('✅', "○"),
    ('⭕', "○"),
    ('⚠', "！"),
    ('ゔ', "ヴ"),
    ('ゕ', "か"),
    ('ゖ', "け"),
    ('゠', "＝"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_font_lacks_is_written_otherwise() {
        assert_eq!(drawable("𠮷田㈱"), "吉田㈱");
        assert_eq!(drawable("第㉑病棟❷"), "第(21)病棟②");
        assert_eq!(drawable("✕ 遮断 🏥"), "× 遮断 〓");
        assert_eq!(drawable("🈀ƕ"), "〓〓");
    }

    #[test]
    fn rare_kanji_of_names_and_marks_of_texts_are_written_as_they_are_read() {
        assert_eq!(drawable("wan › アドレス"), "wan ＞ アドレス");
        assert_eq!(drawable("𡈽屋、𣘺本、內藤、吳"), "土屋、橋本、内藤、呉");
        assert_eq!(drawable("⽇本⼯業（⾼度）、ℓ"), "日本工業（高度）、l");
    }

    #[test]
    fn marks_that_show_nothing_are_left_out() {
        assert_eq!(drawable("A\u{0}\u{1b}[31m\u{202e}B\u{feff}"), "A[31mB");
        assert_eq!(drawable("葛\u{e0100}飾"), "葛飾");
    }

    #[test]
    fn separate_voicing_marks_join_their_kana() {
        let apart =
            "か\u{3099}つ\u{3099}ト\u{3099}は\u{3099}ほ\u{309a}ハ\u{309a}ウ\u{3099}チ\u{3099}";
        assert_eq!(drawable(apart), "がづドばぽパヴヂ");
    }

    #[test]
    fn every_twin_is_needed_and_has_glyphs() {
        let variants = variants().iter();
        assert_eq!(variants.len(), VARIANTS.lines().count());
        for (given, twin) in TWINS.iter().map(|(given, twin)| (given, twin)).chain(variants) {
            assert!(!has(*given), "{given} has a glyph of its own");
            assert!(twin.chars().all(has), "{twin} for {given} has none");
        }
    }

    #[test]
    fn what_has_glyphs_stays_as_it_is() {
        let plain = "電子カルテ（第2）ﾈｯﾄﾜｰｸ ①髙﨑 Straße é ～〜";
        assert_eq!(drawable(plain), plain);
    }
}
