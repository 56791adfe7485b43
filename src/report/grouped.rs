//! Who reaches what, in few rows: everybody of whom the same is told of the same things stands in one.

use crate::model::EntityRef;

/// Those outside, what they reach, and what is told of all of them.
pub(super) type Row<'a, T> = (Vec<&'a EntityRef>, Vec<&'a EntityRef>, &'a T);

/// Rows of what is alike: first everybody of one thing, then every thing of the same people.
pub(super) fn grouped<'a, T>(
    all: &'a [T],
    ends: impl Fn(&'a T) -> (&'a EntityRef, &'a EntityRef),
    alike: impl Fn(&T, &T) -> bool,
) -> Vec<Row<'a, T>> {
    let mut by_thing: Vec<Row<'a, T>> = Vec::new();
    for one in all {
        let (who, to) = ends(one);
        let known = by_thing.iter_mut().find(|(_, things, it)| *things == [to] && alike(it, one));
        match known {
            Some((everybody, ..)) => everybody.push(who),
            None => by_thing.push((vec![who], vec![to], one)),
        }
    }
    let mut rows: Vec<Row<'a, T>> = Vec::new();
    for (everybody, mut things, one) in by_thing {
        let known = rows.iter_mut().find(|(others, _, it)| *others == everybody && alike(it, one));
        match known {
            Some((_, more, _)) => more.append(&mut things),
            None => rows.push((everybody, things, one)),
        }
    }
    rows
}
