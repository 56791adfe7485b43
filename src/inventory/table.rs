//! A mapping from ids to records, in the order of the file.

use crate::source::Spanned;
use std::collections::{HashMap, HashSet};

/// One record under its id.
#[derive(Clone, Debug)]
pub struct Entry<T> {
    /// The key under which the record stands.
    pub id: Spanned<String>,
    /// The record.
    pub value: T,
}

impl<T> std::ops::Deref for Entry<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

/// Records by id, in the order in which they were declared. Ids are unique.
#[derive(Clone, Debug)]
pub struct Table<T> {
    entries: Vec<Entry<T>>,
    index: HashMap<String, usize>,
    /// Ids whose record could not be read; a reference to one is not dangling.
    broken: Vec<Spanned<String>>,
    broken_index: HashSet<String>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            index: HashMap::new(),
            broken: Vec::new(),
            broken_index: HashSet::new(),
        }
    }
}

impl<T> Table<T> {
    /// An empty table with room for so many records.
    pub(crate) fn with_capacity(records: usize) -> Self {
        Self {
            entries: Vec::with_capacity(records),
            index: HashMap::with_capacity(records),
            ..Self::default()
        }
    }

    /// Adds a record. When the id is taken, nothing is added and the first place is returned.
    pub fn insert(&mut self, entry: Entry<T>) -> Result<(), Spanned<String>> {
        if let Some(first) = self.index.get(&entry.id.value) {
            return Err(self.entries[*first].id.clone());
        }
        self.index.insert(entry.id.value.clone(), self.entries.len());
        self.entries.push(entry);
        Ok(())
    }

    /// Puts a record in the place of the one with this id, or at the end; none takes it out.
    pub(crate) fn put(&mut self, id: &str, record: Option<Entry<T>>) {
        let at = self.index.get(id).copied();
        match (at.and_then(|at| self.entries.get_mut(at)), record) {
            (Some(place), Some(record)) => *place = record,
            (None, Some(record)) => drop(self.insert(record)),
            (Some(_), None) => {
                self.entries.retain(|it| it.id.value != id);
                let ids = self.entries.iter().enumerate();
                self.index = ids.map(|(at, it)| (it.id.value.clone(), at)).collect();
            }
            (None, None) => {}
        }
    }

    pub(crate) fn insert_broken(&mut self, id: Spanned<String>) {
        self.broken_index.insert(id.value.clone());
        self.broken.push(id);
    }

    /// Takes over all records of another table. Returns the pairs (second, first) of ids that
    /// stand in both.
    pub(crate) fn absorb(&mut self, other: Self) -> Vec<(Spanned<String>, Spanned<String>)> {
        for id in other.broken {
            self.insert_broken(id);
        }
        other
            .entries
            .into_iter()
            .filter_map(|entry| {
                let id = entry.id.clone();
                self.insert(entry).err().map(|first| (id, first))
            })
            .collect()
    }

    /// The record with this id.
    pub fn get(&self, id: &str) -> Option<&Entry<T>> {
        self.index.get(id).map(|at| &self.entries[*at])
    }

    /// Whether the id was declared, readable or not.
    pub fn declares(&self, id: &str) -> bool {
        self.index.contains_key(id) || self.broken_index.contains(id)
    }

    /// All records in the order of declaration.
    pub fn iter(&self) -> std::slice::Iter<'_, Entry<T>> {
        self.entries.iter()
    }

    /// All declared ids, readable or not.
    pub fn ids(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.entries.iter().map(|entry| &entry.id).chain(&self.broken)
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<'a, T> IntoIterator for &'a Table<T> {
    type Item = &'a Entry<T>;
    type IntoIter = std::slice::Iter<'a, Entry<T>>;
    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter()
    }
}
