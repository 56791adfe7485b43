//! What the YAML parser complains of, in the words of someone who edits a ledger.

use crate::locale::Text;
use crate::source::{Diagnostic, Span};
use crate::text;
use granit_parser::ErrorKind;

/// Why the text cannot be read from here on.
pub(crate) fn explain(kind: &ErrorKind, at: Span) -> Diagnostic {
    use ErrorKind as E;
    let (label, help) = match kind {
        E::RecursionLimitExceeded => return too_deep(at),
        E::UnclosedFlowCollection { open } => (
            text!("この「{open}」が閉じられていません", "this `{open}` is never closed"),
            close_brackets(),
        ),
        E::MismatchedFlowCollectionEnd { open, close } => (
            text!(
                "「{open}」で始まり「{close}」で終わっています",
                "begun with `{open}`, but closed with `{close}`"
            ),
            close_brackets(),
        ),
        E::MisplacedFlowCollectionEnd => (
            text!("対応する開き括弧のない閉じ括弧です", "a closing bracket without an opening one"),
            close_brackets(),
        ),
        E::UnexpectedEofFlowSequence
        | E::UnexpectedEofFlowMapping
        | E::UnexpectedEofImplicitFlowMapping
        | E::ExpectedFlowMappingSeparator
        | E::ExpectedFlowSequenceSeparator => (
            text!(
                "括弧の中で「,」か閉じ括弧が要ります",
                "a `,` or the closing bracket is expected here"
            ),
            text!(
                "[ ] や {{ }} の中は「,」で区切り、最後に閉じ括弧を書きます。値に「,」「:」「]」「}}」を含むときは \"…\" で囲みます",
                "separate what stands in [ ] or {{ }} with `,` and close the bracket; a value with `,` `:` `]` or `}}` in it needs quotes"
            ),
        ),
        E::UnexpectedEofBlockSequence | E::UnexpectedEofBlockMapping | E::UnexpectedEof => (
            text!("書きかけのまま終わっています", "the text ends in the middle of something"),
            text!(
                "ファイルの末尾が欠けていないか確かめてください",
                "check that the end of the file is not missing"
            ),
        ),
        E::InvalidQuotedScalarIndent | E::DocumentIndicatorInQuotedScalar => (
            text!(
                "この行より前で始まる引用符が閉じられていません",
                "a quotation mark that opens above is not closed"
            ),
            text!(
                "引用符（\" または '）を値の終わりにも書きます",
                "write the quotation mark at the end of the value too"
            ),
        ),
        E::UnclosedQuotedScalar => (
            text!(
                "ここで始まる引用符が閉じられていません",
                "the quotation mark that opens here is never closed"
            ),
            text!(
                "引用符（\" または '）を値の終わりにも書きます",
                "write the quotation mark at the end of the value too"
            ),
        ),
        E::InvalidTrailingSingleQuotedScalar | E::InvalidTrailingDoubleQuotedScalar => (
            text!(
                "引用符で閉じた後に文字が続いています",
                "there is text after the closing quotation mark"
            ),
            text!(
                "値全体を引用符で囲みます。引用符の中で引用符を使うなら「'」と「\"」を使い分けます",
                "put the quotation marks around the whole value; inside them use the other kind"
            ),
        ),
        E::UnknownQuotedScalarEscape
        | E::InvalidQuotedScalarHexEscape
        | E::InvalidLowSurrogateHexEscape
        | E::InvalidLowSurrogate
        | E::MissingLowSurrogate
        | E::UnpairedLowSurrogate
        | E::InvalidUnicodeEscape => (
            text!("「\\」と続く文字の組合せが読めません", "the characters after `\\` mean nothing"),
            text!(
                "「\\」をそのまま書くには \"…\" ではなく '…' で囲みます（Windowsのパスなど）",
                "to write a plain `\\` (as in a Windows path) use '…' instead of \"…\""
            ),
        ),
        E::TabNotAllowed
        | E::TabInBlockIndentation
        | E::TabAtBlockScalarStart
        | E::TabInIndentation
        | E::TabInPlainScalar => (
            text!("タブ文字があります", "there is a tab here"),
            text!("字下げにはタブではなく半角空白を使います", "indent with spaces, not with tabs"),
        ),
        E::InvalidIndentation
        | E::InvalidFlowScalarIndent
        | E::InvalidBlockScalarIndent
        | E::ExpectedBlockMappingKey
        | E::ExpectedBlockSequenceEntry
        | E::BlockSequenceEntryNotAllowed
        | E::MappingKeyNotAllowed => (
            text!(
                "字下げが前の行とそろっていません",
                "the indentation does not fit the lines above"
            ),
            indentation(),
        ),
        E::SimpleKeyExpected | E::InvalidSimpleKey => (
            text!(
                "この行に「キー: 値」の「:」がありません",
                "a `key: value` is expected here, but there is no `:`"
            ),
            text!(
                "「:」は半角で、後に半角空白を置きます。前の行の続きなら字下げを深くします",
                "write `key: value` with a space after the `:`; if it continues the line above, indent it further"
            ),
        ),
        E::MappingValueNotAllowed
        | E::InvalidColonPlacement
        | E::InvalidMappingValueWhitespace
        | E::FlowMappingValueAdjacentCollection => (
            text!("ここに「:」は書けません", "a `:` is not possible here"),
            text!(
                "値に「: 」を含むときは値全体を \"…\" で囲みます。新しい項目なら行を改め、字下げをそろえます",
                "a value with `: ` in it needs quotes around it; a new field needs a line of its own with the same indentation"
            ),
        ),
        E::UnknownAnchor => (
            text!("この別名（*）に当たる &名前 が前にありません", "no `&name` before this alias"),
            text!(
                "「*」で始まる値は \"…\" で囲みます。別名のつもりなら、前に &名前 で値を書きます",
                "quote a value that begins with `*`; if an alias is meant, define it before with `&name`"
            ),
        ),
        E::MissingAnchorOrAliasName => {
            (text!("「&」「*」の後に名前がありません", "no name after `&` or `*`"), quote_value())
        }
        E::UnexpectedCharacter { character } => (
            text!(
                "値を「{character}」で始めることはできません",
                "a value cannot begin with `{character}`"
            ),
            quote_value(),
        ),
        E::CommentNotSeparated | E::CommentInterceptedScalar => (
            text!("注釈（#）の位置が正しくありません", "a comment (#) cannot stand here"),
            text!(
                "「#」の前に半角空白を置きます。値の一部なら値全体を \"…\" で囲みます",
                "put a space before `#`; if it belongs to the value, quote the value"
            ),
        ),
        E::InvalidBlockEntryWhitespace
        | E::BlockEntryInFlowCollection
        | E::PlainScalarStartsWithDashFlowIndicator
        | E::ExpectedWhitespace => (
            text!("「-」の使い方が正しくありません", "a `-` is not possible in this way"),
            text!(
                "一覧は行ごとに「- 値」と書き、「-」の後に半角空白を置きます。[ ] の中では「-」を使いません",
                "write a list as `- value` on lines of its own with a space after `-`; inside [ ] there is no `-`"
            ),
        ),
        other => {
            // The parser's own words for what hardly ever happens; they are English.
            let reason = other.to_string();
            (
                text!("ここから先を読めません（{reason}）", "{reason}"),
                text!(
                    "この行と前の行の字下げ、「:」「-」の後の半角空白、括弧と引用符の対応を確かめてください",
                    "check the indentation of this line and the one above, the space after `:` and `-`, and that brackets and quotation marks are closed"
                ),
            )
        }
    };
    Diagnostic::error(
        "yaml-syntax",
        text!(
            "YAMLの書き方に誤りがあり、ここから先を読めません",
            "this is not valid YAML; the rest of the file was not read"
        ),
    )
    .at(at, label)
    .help(help)
}

/// Nested too deeply, whether the parser or the tree noticed it.
pub(crate) fn too_deep(at: Span) -> Diagnostic {
    Diagnostic::error(
        "too-deep",
        text!("入れ子（括弧や字下げ）が深すぎます", "values are nested too deeply"),
    )
    .at(at, text!("ここで上限を超えます", "the limit is passed here"))
    .help(text!(
        "台帳に必要な入れ子は7段までです。閉じ忘れた括弧がないか確かめてください",
        "an inventory needs at most seven levels; check for brackets that are never closed"
    ))
}

fn close_brackets() -> Text {
    text!(
        "括弧 [ ] {{ }} の対応を確かめてください。値に括弧を含むときは値全体を \"…\" で囲みます",
        "check that the brackets [ ] {{ }} match; a value with brackets in it needs quotes"
    )
}

fn indentation() -> Text {
    text!(
        "同じまとまりの項目は、半角空白で同じ深さに字下げします",
        "indent the fields of one entry by the same number of spaces"
    )
}

fn quote_value() -> Text {
    text!("値全体を \"…\" で囲んでください", "put quotation marks around the whole value")
}
