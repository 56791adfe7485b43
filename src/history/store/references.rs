//! What a person may call a snapshot: its number, a tag, a day or month, `last`.

use super::Store;
use super::fault::fault;
use super::seal;
use crate::history::Snapshot;
use crate::source::{Diagnostic, closest, quoted};
use crate::text;

/// The newest snapshot.
const LAST: &str = "last";

impl Store {
    /// The snapshot that is meant: `last`, `#12` or `12`, a tag, or a day, month or year of which
    /// the latest is taken (`2025-11-20`, `2025-11`, `2025`).
    pub fn find(&self, reference: &str) -> Result<Snapshot, Diagnostic> {
        let snapshots = self.snapshots()?;
        let found = if reference == LAST {
            snapshots.last()
        } else if let Some(number) = number(reference) {
            snapshots.iter().find(|it| it.number == number)
        } else if is_period(reference) {
            let within = |it: &&Snapshot| it.as_of.to_string().starts_with(reference);
            snapshots.iter().filter(within).max_by_key(|it| (it.as_of, it.number))
        } else {
            snapshots.iter().find(|it| it.tags.iter().any(|tag| tag == reference))
        };
        found.cloned().ok_or_else(|| self.unknown(reference, &snapshots))
    }

    fn unknown(&self, reference: &str, snapshots: &[Snapshot]) -> Diagnostic {
        let (given, name) = (quoted(reference), self.path.display());
        let problem = Diagnostic::error(
            "unknown-snapshot",
            text!(
                "履歴「{name}」に「{given}」という時点記録はありません",
                "the history `{name}` has no snapshot `{given}`"
            ),
        );
        let tags = snapshots.iter().flat_map(|it| &it.tags).map(String::as_str);
        let last = snapshots.last().map(|it| it.number);
        problem.help(match (closest(reference, tags), last) {
            (Some(near), _) => text!("「{near}」ではありませんか", "did you mean `{near}`?"),
            (None, Some(last)) => text!(
                "番号（#{last} まで）、タグ、日付（2025-11-20、2025-11、2025）、last で指定します。一覧は sekisho history list で見られます",
                "write a number (up to #{last}), a tag, a date (2025-11-20, 2025-11, 2025) or last; `sekisho history list` lists them"
            ),
            (None, None) => text!("履歴はまだ空です", "the history is empty"),
        })
    }

    /// Gives a snapshot a name that no other one has.
    pub fn tag(&mut self, snapshot: &Snapshot, name: &str) -> Result<(), Diagnostic> {
        Self::nameable(name)?;
        let given = "INSERT OR IGNORE INTO tag VALUES (?1, ?2)";
        if self.changed(given, (name, snapshot.number))? > 0 {
            return Ok(());
        }
        match self.tagged(name)?.filter(|it| *it != snapshot.number) {
            None => Ok(()),
            Some(other) => {
                let given = quoted(name);
                let problem = text!(
                    "「{given}」は、すでに #{other} に付いています。何も変えていません",
                    "`{given}` is the name of #{other} already; nothing was changed"
                );
                Err(Diagnostic::error("tag-taken", problem).help(text!(
                    "別の名前にするか、移すなら --move を付けてください",
                    "choose another name, or add --move to take it from there"
                )))
            }
        }
    }

    /// Gives a snapshot a name, which another one loses if it had it: which one.
    pub fn move_tag(&mut self, snapshot: &Snapshot, name: &str) -> Result<Option<u32>, Diagnostic> {
        Self::nameable(name)?;
        let before = self.tagged(name)?.filter(|it| *it != snapshot.number);
        self.changed("INSERT OR REPLACE INTO tag VALUES (?1, ?2)", (name, snapshot.number))?;
        Ok(before)
    }

    /// The number of the snapshot that has this name.
    fn tagged(&self, name: &str) -> Result<Option<u32>, Diagnostic> {
        let snapshots = self.snapshots()?;
        let tagged = snapshots.iter().find(|it| it.tags.iter().any(|tag| tag == name));
        Ok(tagged.map(|it| it.number))
    }

    /// Refuses what cannot be a name.
    fn nameable(name: &str) -> Result<(), Diagnostic> {
        let taken = name == LAST || number(name).is_some() || is_period(name);
        let plain = |c: char| !c.is_control() && !c.is_whitespace() && !"#:/\\".contains(c);
        if taken || name.is_empty() || name.chars().count() > 64 || !name.chars().all(plain) {
            let given = quoted(name);
            return Err(Diagnostic::error(
                "bad-tag",
                text!("「{given}」はタグにできません", "`{given}` cannot be a tag"),
            )
            .help(text!(
                "64文字までで、空白と # : / \\ を含まず、番号・日付・last ではないものにします",
                "up to 64 characters without blanks and # : / \\, and not a number, a date or last"
            )));
        }
        Ok(())
    }

    /// Takes a name away. Whether anything had it.
    pub fn untag(&mut self, name: &str) -> Result<bool, Diagnostic> {
        Ok(self.changed("DELETE FROM tag WHERE name = ?1", [name])? > 0)
    }

    /// Changes one table and seals it; how many rows it was.
    fn changed(&mut self, sql: &str, values: impl rusqlite::Params) -> Result<usize, Diagnostic> {
        let path = self.path.clone();
        let told = |error| fault(&path, &error);
        let transaction = seal::begin(&mut self.connection, &path)?;
        let rows = transaction.execute(sql, values).map_err(told)?;
        seal::write(&transaction).map_err(told)?;
        transaction.commit().map_err(told)?;
        Ok(rows)
    }
}

/// `#12` or `12`; four digits without `#` are a year.
fn number(reference: &str) -> Option<u32> {
    match reference.strip_prefix('#') {
        Some(digits) => digits.parse().ok(),
        None if is_period(reference) => None,
        None => reference.parse().ok(),
    }
}

/// `2025`, `2025-11`, `2025-11-20`
fn is_period(reference: &str) -> bool {
    const DAY: &str = "9999-99-99";
    let fits = |(given, form): (char, char)| match form {
        '9' => given.is_ascii_digit(),
        _ => given == form,
    };
    matches!(reference.len(), 4 | 7 | 10) && reference.chars().zip(DAY.chars()).all(fits)
}
