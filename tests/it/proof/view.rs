//! The copy for a party: nothing of others survives in any form, over random hospitals and those that
//! are shipped.

use super::{Case, Isolated, NoAnswer, Told};
use crate::cli::Desk;
use crate::support;
use sekisho::audit;
use sekisho::confirm::proof::Paper;
use sekisho::confirm::proof::paper::Stopped;
use sekisho::diagram::scene::Shape;
use sekisho::inventory::{Contact, Inventory};
use sekisho::locale::{Lang, Text};
use sekisho::model::{EntityKind, EntityRef};
use sekisho::report::proof::{self, Sealed, view_for};
use sekisho::report::terminal::Style;
use std::collections::BTreeSet;
use std::sync::OnceLock;

const SALT: [u8; 32] = [7; 32];

/// Everything by which somebody or something is known.
fn names(inventory: &Inventory) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut add = |it: &str| {
        all.insert(it.to_owned());
    };
    let contact = |it: &Contact, add: &mut dyn FnMut(&str)| {
        add(&it.name.value);
        for it in [&it.phone, &it.email].into_iter().flatten() {
            add(&it.value);
        }
    };
    for it in &inventory.sites {
        add(&it.name.value);
        add(&it.id.value);
        it.address.iter().for_each(|it| add(&it.value));
    }
    for it in &inventory.zones {
        add(&it.name.value);
        add(&it.id.value);
        it.networks.iter().for_each(|it| add(&it.value.ip().to_string()));
    }
    for it in &inventory.parties {
        add(&it.name.value);
        add(&it.id.value);
        it.networks.iter().for_each(|it| add(&it.value.ip().to_string()));
        it.contacts.iter().for_each(|it| contact(it, &mut add));
    }
    for it in &inventory.circuits {
        add(&it.id.value);
        for it in [&it.name, &it.circuit_id, &it.phone, &it.onu].into_iter().flatten() {
            add(&it.value);
        }
    }
    for it in &inventory.devices {
        add(&it.name.value);
        add(&it.id.value);
        it.serial.iter().for_each(|it| add(&it.value));
        let addresses = it.interfaces.iter().flat_map(|it| &it.addresses);
        addresses.for_each(|it| add(&it.value.ip().to_string()));
        it.config.iter().for_each(|it| add(&it.value));
    }
    for it in &inventory.systems {
        add(&it.name.value);
        add(&it.id.value);
        it.addresses.iter().for_each(|it| add(&it.value.ip().to_string()));
    }
    for it in &inventory.connections {
        add(&it.name.value);
        add(&it.id.value);
    }
    let organization = inventory.organization.as_ref();
    let contacts =
        organization.into_iter().flat_map(|it| it.contacts.iter().chain(&it.security_officer));
    contacts.for_each(|it| contact(it, &mut add));
    all.retain(|it| it.chars().count() >= if it.is_ascii() { 3 } else { 2 });
    all
}

/// What the party may read in its copy: its line as it is declared, and every word of ours.
fn allowed(paper: &Paper, inventory: &Inventory, connection: &str) -> String {
    let declared = inventory.connections.get(connection).unwrap();
    let mut text = serde_json::to_string(&paper.line).unwrap();
    text += &inventory.organization.as_ref().map(|it| it.name.value.clone()).unwrap_or_default();
    let targets = declared.allow.iter().flat_map(|it| {
        let via = it.via.as_ref().map(|it| it.value.id().to_owned());
        [Some(it.to.value.to_string()), it.from.as_ref().map(|it| it.value.to_string()), via]
    });
    for id in targets.flatten() {
        text += &format!(" {id} ");
        let system = inventory.systems.get(&id);
        let own = system.into_iter().flat_map(|it| it.addresses.iter().map(|it| it.value));
        own.for_each(|it| text += &format!(" {} ", it.ip()));
        system.iter().for_each(|it| text += &it.name.value);
    }
    text + ours()
}

/// Every sentence of ours: the paper of a hospital in which nothing is called as anywhere else.
fn ours() -> &'static str {
    static OURS: OnceLock<String> = OnceLock::new();
    OURS.get_or_init(|| {
        let (sources, reading) = support::read(NAMELESS);
        assert!(reading.is_sound(), "{}", support::told(&sources, &reading));
        let nothing = std::iter::empty();
        let assessment =
            audit::audit_with(reading.inventory, Default::default(), support::today(), nothing);
        let case = Case::of(sources, assessment, "q-1");
        let told = [("192.0.2.250", 443, "systems/q-2", NoAnswer, Isolated)];
        let sealed = Sealed::new(case.paper(&told));
        let page = |lang| String::from_utf8(proof::html(&sealed, lang).unwrap()).unwrap();
        let pages = [page(Lang::Ja), page(Lang::En)];
        pages.iter().filter_map(|it| it.split("</style>").nth(1)).collect()
    })
}

const NAMELESS: &str = "
schema: 1
organization: {name: 甲}
zones: {q-3: {name: 乙, kind: clinical, networks: [192.0.2.0/24]}}
parties: {q-4: {name: 丙, kind: vendor, networks: [198.51.100.0/24], internet_exposed: unknown}}
systems: {q-2: {name: 丁, kind: ehr, class: server, zone: q-3, addresses: [192.0.2.250]}}
connections: {q-1: {name: 戊, purpose: remote-maintenance, party: q-4, transport: ipsec-ike}}
";

/// Whether a name stands in a text; one of Latin letters only where it stands alone.
fn stands(text: &str, name: &str) -> bool {
    let alone = |c: Option<char>| !c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.match_indices(name).any(|(at, _)| {
        !name.is_ascii()
            || alone(text[..at].chars().next_back())
                && alone(text[at + name.len()..].chars().next())
    })
}

/// Every form of a copy, as text.
fn forms(copy: &Paper) -> Vec<(&'static str, String)> {
    let sealed = Sealed::new(copy.clone());
    let mut all = vec![("json", String::from_utf8(sealed.to_json()).unwrap())];
    for lang in [Lang::Ja, Lang::En] {
        let style = Style { columns: 100, colour: false };
        all.push(("text", proof::text(&sealed, lang, style)));
        let page = String::from_utf8(proof::html(&sealed, lang).unwrap()).unwrap();
        all.push(("html", page.split("</style>").skip(1).collect()));
        let words = proof::pages(&sealed, lang).into_iter().flat_map(|it| it.items);
        let words = words.filter_map(|it| match it.shape {
            Shape::Text { text, .. } => Some(text + "\n"),
            _ => None,
        });
        all.push(("pdf", words.collect()));
    }
    all
}

/// Looks for everything of others in the copies for one connection; how many names were looked for.
fn look(case: &Case, connection: &str) -> usize {
    let inventory = &case.assessment.inventory;
    let declared = inventory.connections.get(connection).unwrap();
    let party = EntityRef::new(EntityKind::Party, declared.party.value.id());
    // Everything was probed, by somebody else, and something went wrong.
    let systems: Vec<(String, String)> = inventory
        .systems
        .iter()
        .filter_map(|it| {
            let address = it.addresses.first()?.value.ip().to_string();
            Some((address, format!("systems/{}", it.id.value)))
        })
        .take(8)
        .collect();
    let told: Vec<Told<'_>> = systems
        .iter()
        .map(|(to, target)| (to.as_str(), 443, target.as_str(), NoAnswer, Isolated))
        .collect();
    let mut paper = case.paper(&told);
    let other = inventory.parties.iter().find(|it| it.id.value != party.id);
    for run in &mut paper.runs {
        if let Some(other) = other {
            run.party = Some(sekisho::confirm::proof::paper::Named {
                thing: EntityRef::new(EntityKind::Party, &other.id.value),
                name: other.name.value.clone(),
            });
            run.tester = format!("{} 技術部", other.name.value);
            run.host = format!("{}-laptop", other.id.value);
        }
        let host = systems.first().and_then(|it| it.0.parse().ok());
        run.stopped.push(Stopped { host, why: Text::new("遅い", "slow") });
        run.addresses.extend(host);
        run.approver = "承認 太郎".to_owned();
        run.telephone = Some("0120-555-0147".to_owned());
    }
    for row in &mut paper.rows {
        if let (Some(it), Some((by, _))) = (&mut row.packets, systems.last()) {
            it.by = by.parse().ok();
        }
    }
    let of = Sealed::new(paper.clone()).digest();
    let copy = view_for(&paper, &party, inventory, of, SALT).expect("its party");
    assert_eq!((copy.verdict, copy.rows.len()), (paper.verdict, paper.rows.len()));
    let allowed = allowed(&copy, inventory, connection);
    let mut secrets: Vec<String> =
        names(inventory).into_iter().filter(|it| !allowed.contains(it.as_str())).collect();
    // Who approved, and the telephone, whoever ran the probes.
    secrets.extend(["承認 太郎", "0120-555-0147"].map(str::to_owned));
    for (form, text) in forms(&copy) {
        for secret in &secrets {
            assert!(
                !stands(&text, secret),
                "`{secret}` is left in the {form} of {connection}: {}",
                text.lines().find(|it| stands(it, secret)).unwrap_or_default()
            );
        }
    }
    let original = forms(&paper).into_iter().map(|it| it.1).collect::<String>();
    secrets.iter().filter(|it| stands(&original, it)).count()
}

#[test]
fn nothing_of_others_survives_in_the_shipped_hospitals() {
    let mut looked = 0;
    for (name, mut sources, reading) in support::shipped() {
        if !reading.is_sound() {
            continue;
        }
        let evidence = match name.as_str() {
            "general-hospital" => support::evidence(&name, &mut sources, &reading),
            _ => Default::default(),
        };
        let ids: Vec<String> =
            reading.inventory.connections.iter().map(|it| it.id.value.clone()).take(3).collect();
        let nothing = std::iter::empty();
        let assessment = audit::audit_with(reading.inventory, evidence, support::today(), nothing);
        let Some(first) = ids.first() else { continue };
        let mut case = Case::of(sources, assessment, first);
        for id in &ids {
            case = case.about(id);
            looked += look(&case, id);
        }
    }
    assert!(looked > 150, "only {looked} names of others stood in the originals");
}

#[test]
fn nothing_of_others_survives_in_random_hospitals() {
    let mut looked = 0;
    for seed in [3, 8] {
        let (sources, reading) = support::read(&support::random::hospital(seed));
        let id = reading.inventory.connections.iter().map(|it| it.id.value.clone()).next();
        let Some(id) = id else { continue };
        let nothing = std::iter::empty();
        let assessment =
            audit::audit_with(reading.inventory, Default::default(), support::today(), nothing);
        looked += look(&Case::of(sources, assessment, &id), &id);
    }
    assert!(looked > 20, "only {looked} names of others stood in the originals");
}

#[test]
fn pseudonyms_follow_from_the_key_and_networks_stay_together() {
    let told: &[Told<'_>] = &[
        ("10.20.1.10", 104, "systems/pacs", NoAnswer, Isolated),
        ("10.20.1.11", 443, "systems/ris", NoAnswer, Isolated),
        ("10.20.2.10", 443, "systems/lis", NoAnswer, Isolated),
    ];
    let case = Case::hospital("ehr-maintenance");
    let view = |case: &Case, party: &str, salt| {
        let paper = case.paper(told);
        let party = EntityRef::new(EntityKind::Party, party);
        let of = Sealed::new(paper.clone()).digest();
        view_for(&paper, &party, &case.assessment.inventory, of, salt)
    };
    let all = |paper: &Paper| -> Vec<(String, String)> {
        let mut all: Vec<_> = paper
            .rows
            .iter()
            .filter(|it| it.service.en == "443/tcp" || it.service.en == "104/tcp")
            .filter(|it| it.packets.is_some())
            .map(|it| (it.to.name.clone(), it.addresses.concat()))
            .collect();
        all.sort();
        all
    };
    let one = all(&view(&case, "fujimi", SALT).unwrap());
    assert_eq!(one.len(), 3);
    assert_eq!(one, all(&view(&case, "fujimi", SALT).unwrap()));
    assert_ne!(one, all(&view(&case, "fujimi", [8; 32]).unwrap()));
    let network = |it: &(String, String)| it.1.rsplit_once('.').unwrap().0.to_owned();
    let networks: BTreeSet<String> = one.iter().map(network).collect();
    assert_eq!(networks.len(), 2, "two were of one network, one of another: {one:?}");
    // Nobody gets the copy of a line that is not theirs.
    assert!(view(&case, "hikari-si", SALT).is_none());
    // Another line of the same hospital, whose party is another: the same names.
    let other = view(&case.about("pacs-maintenance"), "toto", SALT).unwrap();
    let lis: Vec<_> = one.iter().filter(|it| all(&other).contains(it)).collect();
    assert!(!lis.is_empty(), "{one:?}\n{:?}", all(&other));
}

#[test]
fn the_copy_is_made_signed_and_checked_on_the_command_line() {
    let desk = Desk::new();
    let from = support::root().join("inventories/general-hospital");
    let from = from.to_string_lossy();
    desk.run(&["bundle", "keygen", "-o", "key"]).ends(0);
    let ask = ["isolation", &from, "ehr-maintenance", "-o", "p.json", "--view-for"];
    desk.run(&[&ask[..], &["toto"]].concat()).ends(2).tells("富士見");
    for _ in 0..2 {
        let ran = desk.run(&[&ask[..], &["fujimi", "--key", "key", "--as", "病院"]].concat());
        ran.ends(3);
        desk.run(&["bundle", "verify", "p.json"]).ends(0);
        let text = std::fs::read_to_string(desk.path("p.json")).unwrap();
        assert!(!text.contains("ひかりネットワーク") && text.contains("富士見"));
        desk.put("before.json", text);
    }
}

/// What stands in the drawing of a paper.
fn drawn(paper: &Paper) -> String {
    let page = proof::html(&Sealed::new(paper.clone()), Lang::Ja).unwrap();
    let page = String::from_utf8(page).unwrap();
    let (_, rest) = page.split_once("<figure>").expect("a drawing");
    rest.split_once("</figure>").expect("its end").0.to_owned()
}

#[test]
fn the_copy_draws_its_own_line_and_everything_else_by_pseudonym() {
    let told: &[Told<'_>] = &[
        ("172.20.0.12", 3389, "systems/jump", super::Answers, super::Reachable),
        ("10.20.1.10", 104, "systems/pacs", NoAnswer, super::Reachable),
        ("10.20.1.11", 443, "systems/ris", NoAnswer, Isolated),
    ];
    let case = Case::hospital("ehr-maintenance");
    let inventory = &case.assessment.inventory;
    let paper = case.paper(told);
    let party = EntityRef::new(EntityKind::Party, "fujimi");
    let of = Sealed::new(paper.clone()).digest();
    let copy = view_for(&paper, &party, inventory, of, SALT).unwrap();
    let (original, drawing) = (drawn(&paper), drawn(&copy));
    let name = |kind, id| inventory.name_of(&EntityRef::new(kind, id)).to_owned();
    let own = [
        name(EntityKind::Party, "fujimi"),
        name(EntityKind::System, "jump"),
        paper.line.transport.ja.to_string(),
        format!(">{}</text>", paper.line.number),
    ];
    for it in &own {
        assert!(original.contains(it) && drawing.contains(it), "{it} is not drawn: {drawing}");
    }
    for id in ["pacs", "ris"] {
        let it = name(EntityKind::System, id);
        assert!(original.contains(&it), "{it} is not drawn: {original}");
        assert!(!drawing.contains(&it) && !drawing.contains(id), "{it} is left: {drawing}");
    }
    let others = copy.rows.iter().filter(|it| it.to.name.starts_with("system-"));
    let others: BTreeSet<&str> = others.map(|it| it.to.name.as_str()).collect();
    assert!(others.iter().any(|it| drawing.contains(it)), "{others:?} {drawing}");
    // What went beyond is told, and stands on the paper as in the page.
    assert!(drawing.contains("許可を超えて到達: 104/tcp"), "{drawing}");
    let pages = proof::pages(&Sealed::new(copy), Lang::Ja);
    let first = pages.first().unwrap().items.iter();
    let arrows = first.filter(|it| matches!(it.shape, Shape::Line { arrow: true, .. })).count();
    assert_eq!(arrows, 2, "one as permitted, one beyond");
}

#[test]
fn a_line_with_many_things_behind_it_draws_the_worst_and_says_how_many_more() {
    let case = Case::hospital("ehr-maintenance");
    let mut paper = case.paper(&[]);
    let row = paper.rows.first().expect("a row").clone();
    for at in 0..40 {
        let mut row = row.clone();
        row.to.thing.id = format!("thing-{at}");
        row.to.name = format!("とても長い名前の検査装置がここにある その{at}");
        paper.rows.push(row);
    }
    let drawing = drawn(&paper);
    assert!(drawing.contains("件は下の表にあります"), "{drawing}");
    paper.rows.clear();
    let page = proof::html(&Sealed::new(paper), Lang::Ja).unwrap();
    assert!(!String::from_utf8(page).unwrap().contains("<figure>"), "nothing to draw");
}
