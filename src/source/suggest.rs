//! "Did you mean …?"

/// Words of more bytes get no suggestion.
const LONGEST: usize = 200;

/// The known word closest to `given`, if it is close enough to be a likely slip of the keys.
///
/// Close enough means an edit distance (insert, delete, replace, swap) of at most a third of the
/// longer word, so that three-letter words need an almost exact match and `no` is never proposed
/// for 方式.
pub fn closest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Nobody slips so often in one word, and the distance takes time and memory.
    if given.len() > LONGEST {
        return None;
    }
    let lower = given.to_lowercase();
    let length = given.chars().count();
    known
        .into_iter()
        .filter_map(|word| {
            let other = word.chars().count();
            let longer = length.max(other);
            // The lengths alone may tell that they are too far apart.
            if length.abs_diff(other) * 3 > longer || word.len() > LONGEST {
                return None;
            }
            let distance = strsim::damerau_levenshtein(&lower, &word.to_lowercase());
            (distance * 3 <= longer).then_some((distance, word))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// The name that people most likely mean by `given`: one with a slip of the keys, or else the
/// shortest that holds what they wrote, as people write the part of a name that they remember.
pub fn meant<'a>(given: &str, names: impl IntoIterator<Item = &'a str> + Clone) -> Option<&'a str> {
    closest(given, names.clone()).or_else(|| {
        let part = given.to_lowercase();
        // One letter is in too many names to mean one.
        let named = part.chars().count() > 1;
        let holding = names.into_iter().filter(|it| named && it.to_lowercase().contains(&part));
        holding.min_by_key(|it| it.chars().count())
    })
}

#[cfg(test)]
mod tests {
    use super::{closest, meant};

    #[test]
    fn proposes_slips_and_nothing_else() {
        let known = ["zone", "networks", "addresses", "no"];
        assert_eq!(closest("netwroks", known), Some("networks"));
        assert_eq!(closest("Zone", known), Some("zone"));
        assert_eq!(closest("方式", known), None);
        assert_eq!(closest("colour", known), None);
    }

    #[test]
    fn a_part_of_a_name_means_the_shortest_that_holds_it() {
        let names = ["電子カルテDBサーバ", "電子カルテ予備サーバ（遠隔地）", "PACS"];
        assert_eq!(meant("電子カルテ", names), Some("電子カルテDBサーバ"));
        assert_eq!(meant("pacs", names), Some("PACS"));
        assert_eq!(meant("電", names), None);
    }
}
