//! Bytes of a configuration to text. Unlike an inventory, a configuration comes as the device or
//! the terminal program wrote it, so every encoding in use is read, and said.

use crate::source::{Diagnostic, decode as source};
use crate::text;

/// The text, and what to say about how it was got. `Err` for what is not text at all.
pub fn decode(name: &str, bytes: &[u8]) -> Result<(String, Vec<Diagnostic>), Diagnostic> {
    let mut remarks = Vec::new();
    let (encoding, damaged, mut text) = source::lenient(bytes);
    if text.contains('\0') {
        let nuls = text.bytes().filter(|byte| *byte == 0).count();
        if nuls * 64 > text.len() {
            return Err(Diagnostic::error(
                "not-a-text",
                text!("{name}: テキストファイルではありません", "{name}: this is not a text file"),
            )
            .help(text!(
                "機器の設定をテキストで保存したファイルを指定してください（バックアップ専用の形式は読めません）",
                "give the configuration as the device shows it in text; backup formats of programs cannot be read"
            )));
        }
        text = text.replace('\0', " ");
    }
    if encoding != "UTF-8" {
        remarks.push(Diagnostic::warning(
            "config-encoding",
            text!("{name}: 文字コードを{encoding}として読みました", "{name}: read as {encoding}"),
        ));
    }
    if damaged {
        remarks.push(Diagnostic::warning(
            "config-damaged",
            text!(
                "{name}: {encoding}として読めない文字がありました。その文字は置き換えて読みました",
                "{name}: some characters are not {encoding}; they were replaced"
            ),
        ));
    }
    Ok((text, remarks))
}
