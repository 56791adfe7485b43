//! Who the device is: the first line of a backup, and its name.

use super::super::super::listing::Line;
use super::Reader;
use crate::config::Word;
use crate::source::Spanned;

/// `#config-version=FGT60F-7.2.5-FW-build1517-230606:opmode=1:vdom=0:user=admin`
pub(super) fn read(reader: &mut Reader<'_, '_, '_>, header: Option<&Line<'_>>) {
    if let Some(line) = header {
        let at = "#config-version=".len();
        let rest = line.text.get(at..).unwrap_or_default();
        let end = rest.find('-').unwrap_or(rest.len());
        let product = rest.get(..end).unwrap_or_default();
        if !product.is_empty() {
            let span = line.place(at, at + end);
            reader.out.product = Some(Spanned::new(product.to_owned(), span));
        }
        let version = rest.get(end + 1..).and_then(|it| it.split('-').next());
        let dotted =
            |it: &&str| it.contains('.') && it.chars().all(|c| c.is_ascii_digit() || c == '.');
        if let Some(version) = version.filter(dotted) {
            let start = at + end + 1;
            let span = line.place(start, start + version.len());
            reader.out.version = Some(Spanned::new(version.to_owned(), span));
        }
    }
    if let Some(global) = reader.global.block("system global") {
        reader.out.hostname = global.word("hostname").map(Word::owned);
    }
}
