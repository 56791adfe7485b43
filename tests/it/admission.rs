//! Who gets in to the device itself, by filters written out by hand.

use sekisho::model::device::{
    Acquired, Answers, Applied, DeviceConfig, Family, Filter, FilterLine, Hook, Interface,
    InterfaceKind, Match, States, Transport, Verdict,
};
use sekisho::model::{AddressSet, IpNetwork, RangeSet, Service};
use sekisho::source::{SourceMap, Span, Spanned};

fn net(text: &str) -> AddressSet {
    AddressSet::from(text.parse::<IpNetwork>().unwrap())
}

fn nowhere() -> Span {
    let mut sources = SourceMap::new();
    Span { file: sources.add("x", "x".to_owned()), start: 0, end: 1 }
}

fn from(text: &str) -> Match {
    Match { source: net(text), ..Match::any() }
}

fn ssh(when: Match) -> Match {
    Match { transports: vec![Transport::ports(6, RangeSet::one(22))], ..when }
}

fn list(name: &str, lines: Vec<(Verdict, Match)>, otherwise: Verdict) -> Filter {
    let line = |(at, (verdict, when)): (usize, (Verdict, Match))| {
        let span = Span { start: 10 + at as u32, end: 11 + at as u32, ..nowhere() };
        FilterLine { span, label: at.to_string(), verdict, when, enabled: true }
    };
    Filter {
        name: Spanned { value: name.to_owned(), span: nowhere() },
        family: Family::Both,
        lines: lines.into_iter().enumerate().map(line).collect(),
        otherwise,
    }
}

fn applied(filter: &str, hook: Hook) -> Applied {
    let interfaces = vec!["wan".to_owned()];
    let filter = filter.to_owned();
    Applied { span: nowhere(), filter, hook, interfaces, answers: Answers::AsDevice }
}

/// A device with a list on its only interface.
fn device(filters: Vec<Filter>) -> DeviceConfig {
    let name = Spanned { value: "wan".to_owned(), span: nowhere() };
    let mut wan = Interface::new(name, InterfaceKind::Ethernet);
    wan.acquired.push(Spanned { value: Acquired::Dhcp, span: nowhere() });
    let applied = filters.first().map(|it| applied(&it.name.value, Hook::In));
    let applied = applied.into_iter().collect();
    DeviceConfig { interfaces: vec![wan], filters, applied, ..DeviceConfig::default() }
}

/// Who certainly, and who possibly, reaches SSH.
fn who(device: &DeviceConfig) -> (AddressSet, AddressSet) {
    let wan = &device.interfaces[0];
    let came = device.admits(wan, Service::tcp(22), &AddressSet::any_v4());
    assert!(came.possible.includes(&came.certain), "certain but not possible");
    (came.certain, came.possible)
}

fn both(set: AddressSet) -> (AddressSet, AddressSet) {
    (set.clone(), set)
}

#[test]
fn the_first_line_that_matches_decides() {
    use Verdict::{Deny, Permit};
    assert_eq!(who(&device(vec![])), both(AddressSet::any_v4()), "nothing filters");
    let lines = vec![(Permit, from("198.51.100.0/24")), (Deny, Match::any())];
    let some = both(net("198.51.100.0/24"));
    assert_eq!(who(&device(vec![list("a", lines, Permit)])), some);
    let lines = vec![(Deny, from("198.51.100.0/24")), (Permit, Match::any())];
    let others = net("198.51.100.0/24").complement().intersection(&AddressSet::any_v4());
    assert_eq!(who(&device(vec![list("a", lines, Deny)])), both(others));
}

#[test]
fn only_lines_about_new_sessions_to_the_service_count() {
    use Verdict::{Deny, Permit};
    let established = Match { states: States::ESTABLISHED, ..Match::any() };
    let web = Match { transports: vec![Transport::ports(6, RangeSet::one(443))], ..Match::any() };
    let elsewhere = Match { from: vec!["lan".to_owned()], ..Match::any() };
    let not_here = Match { not_from: vec!["w*".to_owned()], ..Match::any() };
    let through = Match { to: vec!["lan".to_owned()], ..Match::any() };
    let lines = [established, web, elsewhere, not_here, through].map(|it| (Permit, it));
    assert_eq!(who(&device(vec![list("a", lines.into(), Deny)])), both(AddressSet::none()));
    let mut off = list("a", vec![(Permit, Match::any())], Deny);
    off.lines[0].enabled = false;
    assert_eq!(who(&device(vec![off])), both(AddressSet::none()), "switched off");
}

#[test]
fn what_was_not_understood_neither_permits_nor_denies() {
    use Verdict::{Deny, Permit, Unknown};
    let vague = Match { not_understood: vec![nowhere()], ..Match::any() };
    let open = (AddressSet::none(), AddressSet::any_v4());
    for (what, lines, otherwise) in [
        ("a condition before deny", vec![(Permit, vague.clone())], Deny),
        ("a condition before permit", vec![(Deny, vague)], Permit),
        ("a verdict", vec![(Unknown, Match::any())], Deny),
        ("the end", vec![], Unknown),
        ("a list that is not there", vec![(Verdict::Call("b".to_owned()), Match::any())], Deny),
    ] {
        assert_eq!(who(&device(vec![list("a", lines, otherwise)])), open, "{what}");
    }
    let part = Match { source: net("198.51.100.0/24"), ..Match::any() };
    let part = Match { not_understood: vec![nowhere()], ..part };
    let (certain, possible) = who(&device(vec![list("a", vec![(Deny, part)], Permit)]));
    assert_eq!(possible, AddressSet::any_v4());
    assert!(certain.is_anybody() && !certain.meets(&net("198.51.100.0/24")));
}

#[test]
fn what_only_some_packets_meet_stops_nobody_for_good() {
    let rate = Match { sometimes: true, ..ssh(Match::any()) };
    let lines = vec![(Verdict::Deny, rate.clone()), (Verdict::Permit, ssh(Match::any()))];
    assert_eq!(who(&device(vec![list("a", lines, Verdict::Deny)])), both(AddressSet::any_v4()));
    let lines = vec![(Verdict::Permit, rate)];
    let came = who(&device(vec![list("a", lines, Verdict::Deny)]));
    assert_eq!(came, (AddressSet::none(), AddressSet::any_v4()));
}

#[test]
fn lists_call_lists_and_return() {
    use Verdict::{Call, Deny, Goto, Permit, Return};
    let inner = || vec![(Return, from("192.0.2.0/24")), (Permit, from("198.51.100.0/24"))];
    let outer = |how: fn(String) -> Verdict| {
        let lines = vec![(how("b".to_owned()), Match::any()), (Permit, from("203.0.113.0/24"))];
        device(vec![list("a", lines, Deny), list("b", inner(), Return)])
    };
    let expected = net("198.51.100.0/24").union(&net("203.0.113.0/24"));
    assert_eq!(who(&outer(Call)), both(expected));
    // From a list that was gone to, nobody comes back to the line after.
    assert_eq!(who(&outer(Goto)), both(net("198.51.100.0/24")));
    let circle = device(vec![list("a", vec![(Call("a".to_owned()), Match::any())], Deny)]);
    assert_eq!(who(&circle).0, AddressSet::none(), "a circle ends");
}

#[test]
fn every_filter_on_the_way_must_let_it_in() {
    use Verdict::{Continue, Deny, Permit};
    let outer = list("a", vec![(Permit, from("198.51.100.0/24"))], Deny);
    let own = list("b", vec![(Deny, from("198.51.100.0/25"))], Permit);
    let mut device = device(vec![outer, own]);
    device.applied.push(applied("b", Hook::Local));
    assert_eq!(who(&device), both(net("198.51.100.128/25")));
    // A filter that leaves packets undecided hands them to the next on the same hook.
    device.filters[0].otherwise = Continue;
    device.applied[1].hook = Hook::In;
    let others = net("198.51.100.0/25").complement().intersection(&AddressSet::any_v4());
    assert_eq!(who(&device), both(others.union(&net("198.51.100.0/24"))));
    device.applied[1].filter = "missing".to_owned();
    assert_eq!(who(&device).1, AddressSet::any_v4(), "a filter that is not there is unknown");
}

#[test]
fn a_filter_of_one_family_says_nothing_of_the_other() {
    let mut filter = list("a", vec![], Verdict::Deny);
    filter.family = Family::V4;
    let mut device = device(vec![filter]);
    let came = |device: &DeviceConfig| {
        let came = device.admits(&device.interfaces[0], Service::tcp(22), &AddressSet::any());
        (came.certain, came.possible)
    };
    assert_eq!(came(&device), both(AddressSet::none()), "there is no IPv6 address");
    let advertised = Spanned { value: Acquired::Advertisement, span: nowhere() };
    device.interfaces[0].acquired.push(advertised);
    assert_eq!(came(&device), both(AddressSet::any_v6()));
}

#[test]
fn anybody_is_most_of_the_internet() {
    let private = net("10.0.0.0/8").union(&net("192.168.0.0/16"));
    assert!(private.complement().is_anybody());
    assert!(AddressSet::any_v6().is_anybody());
    assert!(net("2000::/3").is_anybody());
    for limited in ["198.51.100.0/24", "10.0.0.0/8", "2001:db8::/32", "fd00::/8"] {
        assert!(!net(limited).is_anybody(), "{limited}");
    }
    assert!(!AddressSet::none().is_anybody());
}

#[test]
fn a_long_list_that_alternates_ends_in_an_honest_answer() {
    let mut lines = Vec::new();
    for at in 0..50_000_u32 {
        let address = std::net::Ipv4Addr::from_bits(at * 3);
        let verdict = if at % 2 == 0 { Verdict::Permit } else { Verdict::Deny };
        let source = AddressSet::from(std::net::IpAddr::from(address));
        lines.push((verdict, Match { source, ..Match::any() }));
    }
    let device = device(vec![list("a", lines, Verdict::Deny)]);
    let (certain, possible) = who(&device);
    assert!(!certain.is_anybody() && possible.is_anybody());
}
