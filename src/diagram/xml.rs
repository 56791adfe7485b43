//! Text and numbers in XML, for SVG and draw.io.

use std::fmt::{self, Display, Write as _};

/// A text as XML content or attribute value. Control characters, and the marks that turn the
/// direction of writing, never reach a file; line breaks and tabs become spaces.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}' => {}
            other if other.is_control() => {}
            other => escaped.push(other),
        }
    }
    escaped
}

/// A length with at most two decimals, without trailing zeros. What is not a number is 0.
pub(super) struct Number(pub(super) f32);

impl Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundredths = (f64::from(self.0) * 100.0).round();
        let hundredths = if hundredths.is_finite() { hundredths as i64 } else { 0 };
        if hundredths < 0 {
            f.write_char('-')?;
        }
        let (whole, part) = (hundredths.abs() / 100, hundredths.abs() % 100);
        match (part / 10, part % 10) {
            (0, 0) => write!(f, "{whole}"),
            (tenth, 0) => write!(f, "{whole}.{tenth}"),
            (tenth, hundredth) => write!(f, "{whole}.{tenth}{hundredth}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_at_most_two_decimals() {
        let written = |value: f32| Number(value).to_string();
        assert_eq!(written(1190.551), "1190.55");
        assert_eq!(written(-0.5), "-0.5");
        assert_eq!(written(-0.001), "0");
        assert_eq!(written(3.0), "3");
        assert_eq!(written(0.05), "0.05");
        assert_eq!(written(f32::NAN), "0");
    }

    #[test]
    fn markup_and_control_characters_are_harmless() {
        assert_eq!(
            escape("<b>\"a\"&'b'</b>\u{0}\u{1b}\u{202e}\n."),
            "&lt;b&gt;&quot;a&quot;&amp;&#39;b&#39;&lt;/b&gt; ."
        );
    }
}
