//! Words that many share: boxes that do the same for a network say the same of it.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::Arc;

/// Keys with their values.
type Words = BTreeMap<String, BTreeSet<String>>;

/// Keys with their values. A copy is the same words once more, until one of both is changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SharedWords(Arc<Words>);

impl SharedWords {
    /// Whether one is a copy of the other; such are equal, but not all that are equal are such.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The words to be changed, which are then nobody else's.
    pub fn own(&mut self) -> &mut Words {
        Arc::make_mut(&mut self.0)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Deref for SharedWords {
    type Target = Words;

    fn deref(&self) -> &Words {
        &self.0
    }
}

impl From<Words> for SharedWords {
    fn from(words: Words) -> Self {
        Self(Arc::new(words))
    }
}

impl Serialize for SharedWords {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.as_ref().serialize(to)
    }
}

impl<'de> Deserialize<'de> for SharedWords {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Words::deserialize(from).map(Self::from)
    }
}
