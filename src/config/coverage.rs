//! What became of every line.

use crate::model::Vocabulary as _;
use crate::model::vocabulary;
use crate::source::Span;
use std::collections::BTreeMap;

vocabulary! {
    /// Why a line is ignored on purpose.
    Because("読み飛ばした理由", "why a line is ignored") {
        Blank = "blank" ("空行", "blank"),
        Comment = "comment" ("コメント", "comment"),
        Terminal = "terminal" ("端末の表示（プロンプト等）", "prompt or pager of the terminal"),
        OtherOutput = "other-output" ("設定以外の表示", "output of another command"),
        Presentation = "presentation" ("表示・名称の設定", "names, banners and display"),
        Clock = "clock" ("時刻の設定", "clock"),
        Logging = "logging" ("ログ・監視の設定", "logging and monitoring"),
        Performance = "performance" ("性能・品質の設定", "performance and quality of service"),
        Hardware = "hardware" ("ハードウェアの設定", "hardware"),
        Housekeeping = "housekeeping" ("機器内部の運用設定", "housekeeping of the device"),
        Routing = "routing" ("動的経路制御の設定", "dynamic routing"),
        Redundancy = "redundancy" ("冗長化の設定", "redundancy"),
        Resolver = "resolver" ("名前解決の設定", "name resolution"),
        Inspection = "inspection" ("内容検査の設定（ウイルス対策・URLフィルタ等）", "inspection of content (antivirus, URL filters and the like)"),
        Voice = "voice" ("音声の設定", "voice"),
        KeyMaterial = "key-material" ("証明書・鍵の本体", "body of a certificate or key"),
    }
}

/// What became of one line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fate {
    /// Its meaning is among the facts.
    Understood,
    /// It says nothing about connections.
    Ignored(Because),
    /// Nobody knows what it means.
    #[default]
    Unrecognized,
}

/// What became of all lines of a file: the three counts add up to the lines of the file.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// Lines whose meaning is among the facts.
    pub understood: usize,
    /// Lines ignored on purpose, by reason.
    pub ignored: BTreeMap<Because, usize>,
    /// Lines that nobody knows the meaning of, each whole.
    pub unrecognized: Vec<Span>,
    /// What became of each line, from the first.
    pub fates: Vec<Fate>,
}

impl Coverage {
    /// The number of lines of the file.
    pub fn lines(&self) -> usize {
        self.understood + self.ignored.values().sum::<usize>() + self.unrecognized.len()
    }

    /// Of the lines that say something (understood or unrecognized), the share that was
    /// understood, in whole percent rounded down; 100 when no line says anything.
    pub fn percent(&self) -> usize {
        let telling = self.understood + self.unrecognized.len();
        (self.understood * 100).checked_div(telling).unwrap_or(100)
    }

    /// The reasons with their counts, in the order of the list of reasons.
    pub fn reasons(&self) -> impl Iterator<Item = (Because, usize)> {
        Because::ALL.iter().filter_map(|why| Some((*why, *self.ignored.get(why)?)))
    }
}
