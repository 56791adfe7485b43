//! Two reports of a port scanner: what nobody asked for is never new and never gone.

use sekisho::change::scan::{Turn, between};
use sekisho::evidence::scan::{Protocol, Scan, State, read, read_from};
use sekisho::model::Vocabulary as _;

/// A host of a report: address, MAC, and its ports with their states.
fn host(address: &str, mac: &str, ports: &[(u16, &str)]) -> String {
    let mac = match mac {
        "" => String::new(),
        mac => format!("<address addr=\"{mac}\" addrtype=\"mac\" vendor=\"A &amp; B\"/>"),
    };
    let ports: String = ports
        .iter()
        .map(|(port, state)| {
            format!(
                "<port protocol=\"tcp\" portid=\"{port}\"><state state=\"{state}\" reason=\"x\" \
                 reason_ttl=\"64\"/><service name=\"s{port}\" method=\"table\" conf=\"3\"/></port>"
            )
        })
        .collect();
    format!(
        "<host starttime=\"1\"><status state=\"up\" reason=\"arp-response\"/>\
         <address addr=\"{address}\" addrtype=\"ipv4\"/>{mac}<hostnames></hostnames>\
         <ports><extraports state=\"closed\" count=\"97\"></extraports>{ports}</ports></host>\n"
    )
}

fn report(targets: &str, ports: &str, hosts: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><!DOCTYPE nmaprun><!-- made > by hand -->\n\
         <nmaprun scanner=\"nmap\" args=\"nmap -p {ports} -oX - {targets}\" start=\"1763596800\">\
         <scaninfo type=\"syn\" protocol=\"tcp\" numservices=\"1\" services=\"{ports}\"/>\n{hosts}\
         <runstats><finished time=\"1763596900\" exit=\"success\"/></runstats></nmaprun>\n"
    )
}

fn told(old: &Scan, new: &Scan) -> Vec<String> {
    let all = between(old, new).into_iter().map(|it| {
        let port = it.port.map_or(String::new(), |it| format!(" {}", it.1));
        let scope = if it.scope.is_some() { " scope" } else { "" };
        format!("{} {}{port}{scope}", it.turn.key(), it.host)
    });
    all.collect()
}

const NET: &str = "192.0.2.0/24";

#[test]
fn what_is_read_is_what_stands_there() {
    let text = report(
        NET,
        "1-100",
        &host("192.0.2.1", "00:00:5E:00:53:01", &[(22, "open"), (80, "filtered")]),
    );
    assert_eq!(read_from("<svg/>".as_bytes()).unwrap(), None);
    let scan = read(&text);
    assert_eq!((scan.started, scan.complete, scan.hosts.len()), (Some(1_763_596_800), true, 1));
    assert!(scan.asked[&Protocol::Tcp].contains(100) && !scan.asked[&Protocol::Tcp].contains(101));
    let host = &scan.hosts[0];
    assert_eq!(host.mac.as_deref(), Some("00:00:5e:00:53:01"));
    assert_eq!(host.port((Protocol::Tcp, 80)).unwrap().state, State::Filtered);
    assert_eq!(host.others, Some(State::Closed));
    assert_eq!(scan.asked_for("192.0.2.255".parse().unwrap()), Some(true));
    assert_eq!(scan.asked_for("192.0.3.1".parse().unwrap()), Some(false));
    assert_eq!(read(&report("a.example", "1-9", "")).asked_for("192.0.2.1".parse().unwrap()), None);
}

#[test]
fn known_differences_are_told_and_nothing_else() {
    let old = report(
        NET,
        "1-100",
        &[
            host("192.0.2.1", "", &[(22, "open"), (80, "open")]),
            host("192.0.2.2", "00:00:5e:00:53:02", &[(22, "open")]),
            host("192.0.2.3", "00:00:5e:00:53:03", &[(22, "open")]),
            host("192.0.2.4", "", &[(22, "open")]),
        ]
        .concat(),
    );
    let new = report(
        NET,
        "1-100",
        &[
            host("192.0.2.1", "", &[(22, "open"), (81, "open")]),
            host("192.0.2.20", "00:00:5e:00:53:02", &[(22, "open")]),
            host("192.0.2.3", "00:00:5e:00:53:33", &[(22, "open")]),
            host("192.0.2.5", "", &[(22, "open")]),
        ]
        .concat(),
    );
    let (old, new) = (read(&old), read(&new));
    assert!(told(&old, &old).is_empty());
    assert_eq!(
        told(&old, &new),
        [
            "host-new 192.0.2.5",
            "opened 192.0.2.1 81",
            "replaced 192.0.2.3",
            "renumbered 192.0.2.20",
            "closed 192.0.2.1 80",
            "host-gone 192.0.2.4",
        ]
    );
}

#[test]
fn swapped_addresses_are_two_renumbered_boxes_when_their_hardware_is_known() {
    let pair = |a: &str, b: &str| {
        let hosts = host(a, "00:00:5e:00:53:01", &[(22, "open")])
            + &host(b, "00:00:5e:00:53:02", &[(80, "open")]);
        read(&report(NET, "1-100", &hosts))
    };
    let swapped = told(&pair("192.0.2.1", "192.0.2.2"), &pair("192.0.2.2", "192.0.2.1"));
    assert_eq!(swapped, ["renumbered 192.0.2.1", "renumbered 192.0.2.2"]);
}

#[test]
fn what_was_not_asked_for_is_a_change_of_scope() {
    let open = host("192.0.2.1", "", &[(22, "open"), (3389, "open")]);
    let less = read(&report("192.0.2.0/25", "1-100", &host("192.0.2.1", "", &[(22, "open")])));
    let more =
        read(&report(NET, "1-4000", &(open.clone() + &host("192.0.2.200", "", &[(22, "open")]))));
    assert_eq!(told(&less, &more), ["host-new 192.0.2.200 scope", "opened 192.0.2.1 3389 scope"]);
    assert_eq!(told(&more, &less), ["unasked 192.0.2.1 3389 scope", "unasked 192.0.2.200 scope"]);
    // A report that was cut off did not look at everything.
    let whole = report(NET, "1-4000", &(open + &host("192.0.2.9", "", &[(22, "open")])));
    let cut = read(whole.split_once("<host starttime=\"1\"><status state=\"up\" reason=\"arp-response\"/><address addr=\"192.0.2.9\"").unwrap().0);
    assert_eq!(told(&read(&whole), &cut), ["unclear 192.0.2.9 scope"]);
}

#[test]
fn a_host_that_is_written_several_times_is_one_host() {
    let one = |port: u16| host("192.0.2.1", "", &[(port, "open")]);
    let several = read(&report(NET, "1-100", &(one(22) + &one(80))));
    let whole = read(&report(NET, "1-100", &host("192.0.2.1", "", &[(22, "open"), (80, "open")])));
    assert_eq!(several, whole);
    assert!(told(&several, &several).is_empty() && told(&several, &whole).is_empty());
    // Two boxes that share an address stay two.
    let boxes = host("192.0.2.1", "00:00:5e:00:53:01", &[(22, "open")])
        + &host("192.0.2.1", "00:00:5e:00:53:02", &[(22, "open")]);
    assert_eq!(read(&report(NET, "1-100", &boxes)).hosts.len(), 2);
}

#[test]
fn a_port_of_which_nobody_can_tell_is_not_told_as_closed() {
    let with = |state: &str| read(&report(NET, "1-100", &host("192.0.2.1", "", &[(53, state)])));
    let turn = |old: &str, new: &str| told(&with(old), &with(new));
    assert_eq!(turn("open", "open|filtered"), ["unclear 192.0.2.1 53"]);
    assert_eq!(turn("closed", "open|filtered"), ["unclear 192.0.2.1 53"]);
    assert_eq!(turn("open|filtered", "open"), ["opened 192.0.2.1 53 scope"]);
    assert_eq!(turn("open", "filtered"), ["filtered 192.0.2.1 53"]);
    assert_eq!(turn("open", "closed"), ["closed 192.0.2.1 53"]);
    assert!(turn("open|filtered", "open|filtered").is_empty());
}

#[test]
fn a_report_that_ended_in_an_error_did_not_look_at_everything() {
    let whole = report(NET, "1-100", &host("192.0.2.1", "", &[(22, "open")]));
    let failed = report(NET, "1-100", "").replace("exit=\"success\"", "exit=\"error\"");
    assert!(read(&whole).complete && !read(&failed).complete);
    assert_eq!(told(&read(&whole), &read(&failed)), ["unclear 192.0.2.1 scope"]);
}

#[test]
fn whatever_stands_in_a_report_it_is_read() {
    let text = report(NET, "1-100", &host("192.0.2.1", "00:00:5e:00:53:01", &[(22, "open")]));
    for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
        let scan = read(&text[..at]);
        assert!(scan.hosts.len() <= 1);
        read(&text[at..]);
        read(&format!("{}<{}", &text[..at], &text[at..]));
    }
    for text in [
        "",
        "<",
        "<a",
        "<a b='",
        "<port portid=\"99999999999999999999\">",
        "</host></host>",
        "<!--",
        "<?",
    ] {
        assert!(read(text).hosts.is_empty());
    }
    assert_eq!(Turn::ALL.len(), 11);
}

#[test]
fn however_a_report_comes_in_pieces_it_is_the_same_report() {
    let text = report(
        NET,
        "1-100",
        &(host("192.0.2.1", "00:00:5e:00:53:01", &[(22, "open"), (80, "closed")])
            + "<!-- a > b <port portid=\"9\"> -- --><script output=\"it's > <port portid='7'/> \"/>"
            + &host("192.0.2.2", "", &[(443, "open"), (22, "open"), (443, "filtered")])),
    );
    let whole = read(&text);
    let ports = |nth: usize| {
        let all = whole.hosts[nth].ports.iter();
        all.map(|it| (it.number, it.state)).collect::<Vec<_>>()
    };
    assert_eq!(ports(0), [(22, State::Open), (80, State::Closed)]);
    // In order, each once; of one that is named twice the last word counts.
    assert_eq!(ports(1), [(22, State::Open), (443, State::Filtered)]);
    for size in [1, 2, 3, 7, 64] {
        let pieces = std::io::BufReader::with_capacity(size, text.as_bytes());
        assert_eq!(read_from(pieces).unwrap().as_ref(), Some(&whole), "{size} bytes at a time");
    }
    // A text that is not UTF-8 is left to whoever knows other encodings.
    let foreign = [text.as_bytes(), b"<host><hostname name=\"\x83\x5c\"/></host>"].concat();
    let refused = read_from(foreign.as_slice()).unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::InvalidData);
}
