//! A year in which everything changes at once: boxes get other ids, names, addresses and hardware, two
//! swap their addresses, one takes the number of another. Who is who is known here, because this is
//! where it was made up; what the comparison says must never contradict it.

use super::between;
use crate::support::random::Chance;
use sekisho::change::Likelihood;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// One box as it stands in a year.
#[derive(Clone, Debug, PartialEq)]
struct Box {
    /// Who it is, whatever it is called.
    who: usize,
    id: String,
    name: String,
    serial: String,
    mac: String,
    address: usize,
}

/// A box of which nothing is like any other.
fn fresh(who: usize) -> Box {
    Box {
        who,
        id: format!("box-{who}"),
        name: format!("第{who}装置"),
        serial: format!("SN{who:05}"),
        mac: format!("00:00:5e:00:{:02x}:{:02x}", who / 256, who % 256),
        address: who,
    }
}

fn written(boxes: &[Box]) -> String {
    let mut text = "as_of: 2026-11-20\norganization: {name: 青葉市立病院}\n\
                    zones: {inside: {name: 院内, kind: clinical, networks: [10.0.0.0/8]}}\ndevices:\n"
        .to_owned();
    for it in boxes {
        let Box { id, name, serial, mac, address, .. } = it;
        let (high, low) = (address / 200, address % 200 + 1);
        let _ = writeln!(
            text,
            "  {id}: {{name: {name}, kind: router, vendor: yamaha, model: RTX830, serial: {serial}, \
             interfaces: {{lan: {{zone: inside, addresses: [10.0.{high}.{low}/8], mac: \"{mac}\"}}}}}}"
        );
    }
    text
}

/// How many of a year have this value.
fn count<T: PartialEq>(boxes: &[Box], of: impl Fn(&Box) -> T, value: &T) -> usize {
    boxes.iter().filter(|it| of(it) == *value).count()
}

/// A year later: any of everything may have happened to any box.
fn later(old: &[Box], chance: &mut Chance) -> Vec<Box> {
    let mut next = old.len() + 100;
    let mut another = || {
        next += 1;
        fresh(next)
    };
    let mut new: Vec<Box> = Vec::new();
    for it in old {
        if chance.once_in(8) {
            continue; // gone
        }
        let mut it = it.clone();
        let other = another();
        if chance.once_in(2) {
            it.id = other.id;
        }
        if chance.once_in(2) {
            it.name = other.name;
        }
        if chance.once_in(2) {
            it.address = other.address;
        }
        if chance.once_in(3) {
            (it.serial, it.mac) = (other.serial, other.mac);
        } else if chance.once_in(4) {
            it.mac = other.mac; // a card was changed
        }
        new.push(it);
    }
    for _ in 0..chance.between(0, 2) {
        new.push(another());
    }
    let last = new.len().saturating_sub(1);
    let pick = |chance: &mut Chance| chance.between(0, last);
    if new.len() > 3 {
        // Two swap their addresses; two swap their names.
        let (a, b) = (pick(chance), pick(chance));
        (new[a].address, new[b].address) = (new[b].address, new[a].address);
        let (a, b) = (pick(chance), pick(chance));
        (new[a].name, new[b].name) = (new[b].name.clone(), new[a].name.clone());
        if chance.once_in(3) {
            // Somebody copied a row and forgot the number.
            let (a, b) = (pick(chance), pick(chance));
            new[a].serial = new[b].serial.clone();
        }
    }
    new
}

#[test]
fn whatever_happens_at_once_nobody_is_taken_for_another() {
    let (mut renamed, mut followed, mut wrong) = (0, 0, 0);
    for seed in 0..400 {
        let mut chance = Chance(seed);
        let many = chance.between(4, 24);
        let old: Vec<Box> = (0..many).map(fresh).collect();
        let new = later(&old, &mut chance);
        let difference = between(&written(&old), &written(&new));
        let context = || format!("seed {seed}\n{old:#?}\n{new:#?}\n{:#?}", difference.changes);
        let was: BTreeMap<&str, &Box> = old.iter().map(|it| (it.id.as_str(), it)).collect();
        let is: BTreeMap<&str, &Box> = new.iter().map(|it| (it.id.as_str(), it)).collect();
        let mut said: BTreeMap<&str, &str> = BTreeMap::new();
        for change in &difference.changes {
            if let ([old], [new]) = (change.old.as_slice(), change.new.as_slice()) {
                said.insert(old, new);
                let (a, b) = (was[old.as_str()], is[new.as_str()]);
                let sure = change.identity.as_ref().map_or(Likelihood::Sure, |it| it.confidence);
                // Of two boxes of one make at one address, or with one name, of which nothing else is
                // alike, nobody can say more than that they may be one; and that is all that may be said.
                let alike = a.address == b.address || a.name == b.name;
                let open = sure == Likelihood::Possible && alike;
                assert!(a.who == b.who || open, "{old} is not {new} ({sure:?}); {}", context());
                wrong += usize::from(a.who != b.who);
            }
        }
        for it in &new {
            let Some(before) = old.iter().find(|other| other.who == it.who) else { continue };
            if before.id == it.id {
                continue;
            }
            renamed += 1;
            let alone = |a: usize, b: usize| a == 1 && b == 1;
            let serial = |it: &Box| it.serial.clone();
            let name = |it: &Box| it.name.clone();
            let by_serial = before.serial == it.serial
                && alone(count(&old, serial, &it.serial), count(&new, serial, &it.serial));
            let by_place = before.name == it.name
                && before.address == it.address
                && alone(count(&old, name, &it.name), count(&new, name, &it.name))
                && count(&new, |it| it.address, &it.address) == 1;
            if by_serial || by_place {
                let found = said.get(before.id.as_str()).copied();
                assert_eq!(found, Some(it.id.as_str()), "{}", context());
                followed += 1;
            }
        }
    }
    assert!(renamed > 1000 && followed > 700, "{renamed} renamed, {followed} must be followed");
    assert!(wrong * 20 < renamed, "{wrong} of {renamed} may be one and are not");
}

/// Two boxes with one serial number: nobody can tell by it which is which.
#[test]
fn a_number_that_two_boxes_bear_proves_nothing() {
    let old = [fresh(1), fresh(2)];
    let mut new = [fresh(11), fresh(12)];
    for it in &mut new {
        it.serial.clone_from(&old[0].serial);
    }
    let difference = between(&written(&old), &written(&new));
    let pairs = difference.changes.iter().filter(|it| !it.old.is_empty() && !it.new.is_empty());
    assert_eq!(pairs.count(), 0, "{:#?}", difference.changes);
}

/// One box becomes two: the one that kept the hardware is the old one, the other is new.
#[test]
fn a_box_that_was_split_in_two_stays_the_one_that_kept_its_hardware() {
    let old = [fresh(1)];
    let mut kept = fresh(1);
    kept.id = "edge".to_owned();
    kept.name = "外向き装置".to_owned();
    let mut second = fresh(7);
    // It took over name and address.
    second.name.clone_from(&old[0].name);
    (second.address, kept.address) = (old[0].address, 50);
    let difference = between(&written(&old), &written(&[kept, second]));
    let said: Vec<(Vec<String>, Vec<String>)> =
        difference.changes.iter().map(|it| (it.old.clone(), it.new.clone())).collect();
    let one = |it: &str| vec![it.to_owned()];
    assert!(said.contains(&(one("box-1"), one("edge"))), "{said:#?}");
    assert!(said.contains(&(Vec::new(), one("box-7"))), "{said:#?}");
}
