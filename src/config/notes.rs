//! What a reader notes while it reads: the fate of lines, names, secrets, remarks.

use super::coverage::{Because, Coverage, Fate};
use super::listing::{Line, Word};
use crate::locale::Text;
use crate::model::device::{Digest, Secret, SecretKind, Structures};
use crate::source::{Diagnostic, FileId, Span};
use crate::text;

/// The end of a configuration is missing.
const TRUNCATED: &str = "config-truncated";
/// A file holds configurations that differ.
const SEVERAL: &str = "several-configurations";
/// A configuration was changed after it was shown.
const CHANGED: &str = "config-changed-after";

/// A log holds what was typed, and no configuration.
const TYPED: &str = "config-typed-only";

/// A line takes back what another one says.
const TAKEN_BACK: &str = "config-taken-back";

/// Whether a remark says that the device may do something else than what was read of it.
pub(super) fn is_doubtful(remark: &Diagnostic) -> bool {
    matches!(remark.code, TRUNCATED | SEVERAL | CHANGED | TYPED | TAKEN_BACK)
}

/// Filled by a reader beside the facts. Every line is unrecognized until something else is said.
#[derive(Debug)]
pub struct Notes {
    file: FileId,
    pub(super) fates: Vec<Fate>,
    pub(super) secrets: Vec<Secret>,
    pub(super) masks: Vec<Span>,
    pub(super) remarks: Vec<Diagnostic>,
    /// A setting that was typed, where nothing shows a configuration.
    pub(super) only_typed: Option<Span>,
    /// Names that are defined and used.
    pub structures: Structures,
}

impl Notes {
    /// For a file of so many lines.
    pub(super) fn new(file: FileId, lines: usize) -> Self {
        Self {
            file,
            fates: vec![Fate::Unrecognized; lines],
            secrets: Vec::new(),
            masks: Vec::new(),
            remarks: Vec::new(),
            only_typed: None,
            structures: Structures::default(),
        }
    }

    pub(super) fn set(&mut self, number: u32, fate: Fate) {
        if let Some(slot) = self.fates.get_mut(number as usize) {
            *slot = fate;
        }
    }

    /// The meaning of a line is among the facts.
    pub fn understood(&mut self, line: &Line<'_>) {
        self.set(line.number, Fate::Understood);
    }

    /// A line says nothing about connections.
    pub fn ignored(&mut self, line: &Line<'_>, why: Because) {
        self.set(line.number, Fate::Ignored(why));
    }

    /// Nobody knows what a line means (again).
    pub fn unrecognized(&mut self, line: &Line<'_>) {
        self.set(line.number, Fate::Unrecognized);
    }

    /// What became of a line so far.
    pub(super) fn fate(&self, line: &Line<'_>) -> Fate {
        self.fates.get(line.number as usize).copied().unwrap_or(Fate::Unrecognized)
    }

    /// A secret stands here. It is masked wherever the text is shown. `owner` is the account, the
    /// tunnel or whatever it belongs to.
    pub fn secret(&mut self, word: Word<'_>, kind: SecretKind, owner: &str) {
        self.secret_at(word.span, word.text, kind, owner, true);
    }

    /// A secret that is written encrypted or hashed, so that equal ones need not look equal.
    pub fn sealed(&mut self, word: Word<'_>, kind: SecretKind, owner: &str) {
        self.secret_at(word.span, word.text, kind, owner, false);
    }

    /// The same for a part of a text that is no word. `comparable`: equal secrets look equal.
    pub fn secret_at(
        &mut self,
        span: Span,
        value: &str,
        kind: SecretKind,
        owner: &str,
        comparable: bool,
    ) {
        self.masks.push(span);
        self.secrets.push(Secret {
            span,
            kind,
            owner: owner.to_owned(),
            digest: (comparable && !value.is_empty()).then(|| Digest::of(value)),
            guessable: comparable && super::secrets::is_guessable(value, owner),
        });
    }

    /// Something that a person should know about the reading of this file.
    pub fn remark(&mut self, remark: Diagnostic) {
        self.remarks.push(remark);
    }

    /// The text ends before the configuration does. `missing` says what should still come.
    pub fn truncated(&mut self, at: Span, missing: Text) {
        self.remarks.push(
            Diagnostic::warning(
                TRUNCATED,
                text!("設定が途中で終わっています", "the configuration ends in the middle"),
            )
            .at(at, missing)
            .help(text!(
                "機器から設定を取り直してください。ここまでの行だけを読みました",
                "take the configuration from the device again; only the lines up to here were read"
            )),
        );
    }

    /// The file holds another configuration, which says something else.
    pub(super) fn several(&mut self, first: Span, second: Span) {
        self.remarks.push(
            Diagnostic::warning(
                SEVERAL,
                text!(
                    "1つのファイルに内容の異なる設定が2つ以上あります。最初の1つだけを読みました",
                    "the file holds two configurations that differ; only the first was read"
                ),
            )
            .at(second, text!("ここから別の設定が始まります", "another configuration begins here"))
            .at(first, text!("読んだ設定", "the one that was read"))
            .help(text!(
                "どちらがいまの設定か分からないため、この機器を通る経路は「分離確認済」としません。機器ごと、取得日ごとにファイルを分けてください",
                "nobody knows which of them holds now, so nothing that this device stops counts as isolated; give every device, and every date, a file of its own"
            )),
        );
    }

    /// A log goes on after the configuration was shown, and changes it.
    pub(super) fn changed(&mut self, at: Span) {
        self.remarks.push(
            Diagnostic::warning(
                CHANGED,
                text!(
                    "設定を表示した後に、設定を変える操作が記録されています",
                    "after the configuration was shown, the log goes on to change it"
                ),
            )
            .at(at, text!("表示した設定の後の操作", "typed after what was shown"))
            .help(text!(
                "操作の後の設定を取り直してください。それまでは、この機器を通る経路を「分離確認済」としません",
                "take the configuration again as it is after the change; until then nothing that this device stops counts as isolated"
            )),
        );
    }

    /// A log holds settings that were typed; what the device did before nobody showed.
    pub(super) fn typed(&mut self, at: Span) {
        self.remarks.push(
            Diagnostic::warning(
                TYPED,
                text!(
                    "入力した設定の記録だけで、機器の設定そのものは表示されていません",
                    "the log holds settings as they were typed, and does not show the configuration"
                ),
            )
            .at(at, text!("入力した設定", "a setting that was typed"))
            .help(text!(
                "入力の前からあった設定が分からないため、この機器を通る経路は「分離確認済」としません。機器の設定を表示して取り直してください",
                "nobody knows what was configured before, so nothing that this device stops counts as isolated; let the device show its configuration"
            )),
        );
    }

    /// A line takes back what another one says of packets (`no access-list …`), which no device writes
    /// into what it shows. What is left after it is not followed.
    pub(super) fn taken_back(&mut self, at: Span) {
        if self.remarks.iter().any(|it| it.code == TAKEN_BACK) {
            return;
        }
        self.remarks.push(
            Diagnostic::warning(
                TAKEN_BACK,
                text!(
                    "ほかの行を取り消す行があり、何が残るかは追っていません",
                    "a line takes another one back, and what is left was not followed"
                ),
            )
            .at(at, text!("取り消す行", "the line that takes back"))
            .help(text!(
                "機器が表示する設定に、このような行はありません。入力の記録ではなく、いまの設定を表示して取り直してください。それまでは、この機器を通る経路を「分離確認済」としません",
                "no device shows such a line; take the configuration as it stands now, not what was typed; until then nothing that this device stops counts as isolated"
            )),
        );
    }

    /// The file that is read.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// The fates as counts. `lines` gives the place of each line.
    pub(super) fn coverage(&self, lines: impl Iterator<Item = Span>) -> Coverage {
        let mut coverage = Coverage { fates: self.fates.clone(), ..Coverage::default() };
        for (fate, span) in self.fates.iter().zip(lines) {
            match fate {
                Fate::Understood => coverage.understood += 1,
                Fate::Ignored(why) => *coverage.ignored.entry(*why).or_default() += 1,
                Fate::Unrecognized => coverage.unrecognized.push(span),
            }
        }
        coverage
    }
}
