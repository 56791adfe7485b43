//! A list that grows at its end and shares its beginning with others.

use std::rc::Rc;

/// The list. A copy costs nothing, however long it is.
#[derive(Debug)]
pub(super) struct Chain<T>(Option<Rc<Link<T>>>);

#[derive(Debug)]
struct Link<T> {
    own: T,
    before: Chain<T>,
    length: usize,
}

impl<T> Chain<T> {
    /// Nothing yet.
    pub(super) const fn new() -> Self {
        Self(None)
    }

    /// The same with one more at its end.
    pub(super) fn push(&mut self, own: T) {
        let length = self.len() + 1;
        let before = std::mem::replace(self, Self(None));
        *self = Self(Some(Rc::new(Link { own, before, length })));
    }

    /// Without its end, and the end.
    pub(super) fn pop(&mut self) -> Option<T>
    where
        T: Clone,
    {
        let end = self.0.take()?;
        *self = end.before.clone();
        Some(Rc::try_unwrap(end).map_or_else(|shared| shared.own.clone(), |it| it.own))
    }

    /// The end.
    pub(super) fn last(&self) -> Option<&T> {
        self.0.as_ref().map(|it| &it.own)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |it| it.length)
    }

    /// From the end to the beginning.
    pub(super) fn backwards(&self) -> impl Iterator<Item = &T> {
        let links = std::iter::successors(self.0.as_deref(), |it| it.before.0.as_deref());
        links.map(|it| &it.own)
    }

    /// From the beginning to the end.
    pub(super) fn to_vec(&self) -> Vec<T>
    where
        T: Clone,
    {
        let mut all: Vec<T> = self.backwards().cloned().collect();
        all.reverse();
        all
    }
}

impl<T> Clone for Chain<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}
