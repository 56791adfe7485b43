//! What the subject of a finding opens that it did not open before. Whoever knew the finding, or
//! accepted it, knew another one.

use super::record::{Found, Record, Source, Thing};
use super::renames::Renames;
use super::scope::Looks;
use crate::inventory::entry;
use crate::model::{AddressSet, EntityKind, EntityRef};
use ipnetwork::IpNetwork;
use std::collections::BTreeSet;

/// What a finding of two records opens only in the newer one: things, addresses or services.
pub(super) fn opened(
    (was, is): (&Found, &Found),
    (old, new): (&Record, &Record),
    renames: &Renames,
    looks: &Looks<'_>,
) -> Vec<String> {
    let subject = &is.subject;
    let older = || old.things.iter().find(|it| renames.thing(&it.thing()) == *subject);
    match subject.kind {
        EntityKind::Path => {
            let both = older().zip(new.find(subject));
            both.map(|(was, is)| by_path(was, is, renames, looks)).unwrap_or_default()
        }
        EntityKind::Connection if is.exposes.as_ref().is_some_and(|it| !it.is_empty()) => {
            let both = older().zip(new.find(subject));
            let mut opens = both.map(|(was, is)| by_line(was, is, renames)).unwrap_or_default();
            let steady = looks.changed().next().is_none();
            let more = exposed(was, is, renames).filter(|_| steady);
            let more = more.into_iter().flatten().filter(|it| !opens.contains(it));
            opens.extend(more.collect::<Vec<String>>());
            opens
        }
        _ => Vec::new(),
    }
}

/// What a finding exposes that it did not expose before; none when nobody noted it then.
fn exposed(was: &Found, is: &Found, renames: &Renames) -> Option<Vec<String>> {
    let before: BTreeSet<EntityRef> =
        was.exposes.as_ref()?.iter().map(|it| renames.thing(it)).collect();
    let more = is.exposes.as_ref()?.iter().filter(|it| !before.contains(it));
    Some(more.map(ToString::to_string).collect())
}

/// What a configured way in opens: a forward keeps its name when it is turned to another host or
/// another service. Nothing where its configuration is the same, or was read in one record only.
fn by_path(was: &Thing, is: &Thing, renames: &Renames, looks: &Looks<'_>) -> Vec<String> {
    let says = |thing: &Thing, key: &str| thing.says(Source::Configured, key).to_vec();
    let device = says(is, "device").first().and_then(|it| it.parse().ok());
    let sight = device.map(|it: EntityRef| looks.at(&it)).unwrap_or_default();
    if !sight.was || !sight.is || sight.same {
        return Vec::new();
    }
    let before = |key: &str| -> BTreeSet<String> {
        says(was, key).iter().map(|it| renames.value(it).into_owned()).collect()
    };
    // Where it is known what stands there, an address is no more than how that is called.
    let known = [was, is].iter().all(|it| !says(it, "exposes").is_empty());
    let key = if known { "exposes" } else { "inside" };
    let stood = before(key);
    let all = union(&stood);
    let mut opens = says(is, key);
    opens.retain(|it| !stood.contains(it) && (known || !all.includes(&addresses(it))));
    let spoke = before("services");
    let mut services = says(is, "services");
    services.retain(|it| !spoke.is_empty() && !spoke.contains(it) && !spoke.contains("any"));
    opens.extend(services);
    opens
}

/// What a declared line opens: to another party, from more addresses, to more systems or services.
fn by_line(was: &Thing, is: &Thing, renames: &Renames) -> Vec<String> {
    let says = |thing: &Thing, key: &str| thing.says(Source::Declared, key).to_vec();
    let before = |key: &str| -> BTreeSet<String> {
        says(was, key).iter().map(|it| renames.value(it).into_owned()).collect()
    };
    let (party, sources) = (before("party"), before("sources"));
    let mut opens = says(is, "party");
    opens.retain(|it| !party.is_empty() && !party.contains(it));
    let all = union(&sources);
    let wider = |it: &String| !sources.is_empty() && !all.includes(&addresses(it));
    opens.extend(says(is, "sources").into_iter().filter(wider));
    let permitted_before: Vec<Permitted> =
        before("allow").iter().flat_map(|it| permitted(it)).collect();
    for it in says(is, "allow").iter().flat_map(|it| permitted(it)) {
        let said = format!("{} {}", it.to, it.service);
        if !permitted_before.iter().any(|was| was.covers(&it)) && !opens.contains(&said) {
            opens.push(said);
        }
    }
    opens
}

/// One service that a line may use, as far as a permission says it.
struct Permitted {
    to: String,
    via: Option<String>,
    service: String,
}

impl Permitted {
    fn covers(&self, other: &Self) -> bool {
        self.to == other.to
            && (self.via.is_none() || self.via == other.via)
            && (self.service == "any" || self.service == other.service)
    }
}

/// The services of a permission: `{to: systems/pacs, services: [22/tcp, 443/tcp], via: systems/jump}`.
fn permitted(permission: &str) -> Vec<Permitted> {
    let fields = entry(permission);
    let values = |key: &str| {
        let field = fields.iter().find(|it| it.0 == key);
        field.map(|it| it.1.as_slice()).unwrap_or_default()
    };
    let one = |key: &str| values(key).first().map(|it| (*it).to_owned());
    let services = match values("services") {
        [] => &["any"],
        services => services,
    };
    let permitted = services.iter().map(|service| Permitted {
        to: one("to").unwrap_or_default(),
        via: one("via"),
        service: (*service).to_owned(),
    });
    permitted.collect()
}

fn union(notations: &BTreeSet<String>) -> AddressSet {
    notations.iter().fold(AddressSet::none(), |all, it| all.union(&addresses(it)))
}

/// The addresses of a notation: an address, a network, `first-last`.
fn addresses(notation: &str) -> AddressSet {
    let ends = notation.split_once('-').unwrap_or((notation, notation));
    match (ends.0.parse(), ends.1.parse(), notation.parse::<IpNetwork>()) {
        (Ok(first), Ok(last), _) => AddressSet::range(first, last),
        (_, _, Ok(network)) => network.into(),
        _ => AddressSet::any(),
    }
}
