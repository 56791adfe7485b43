//! The dated data: well formed, sane, and matched the way makers write versions.

use crate::support;
use sekisho::rules::advisories::{Advisories, Product, Software, Version};

fn version(text: &str) -> Version {
    Version::read(text).unwrap()
}

#[test]
fn the_built_in_data_reads_and_has_content() {
    let text = include_str!("../../src/rules/data/advisories.json");
    let advisories = Advisories::parse(text).unwrap();
    assert!(advisories.support.len() >= 10 && advisories.exploited.len() >= 5);
    assert!(advisories.dated.unwrap() <= support::today());
    let built_in = Advisories::built_in();
    assert_eq!(built_in.exploited.len(), advisories.exploited.len());
}

#[test]
fn nonsense_is_refused_with_a_reason() {
    let weakness = |id: &str, affected: &str, source: &str| {
        format!(
            r#"{{"dated": "2026-11-20", "support": [], "exploited": [{{"id": "{id}", "known": "2026-01-01", "vendor": "v", "software": "s", "affected": [{affected}], "source": "{source}"}}]}}"#
        )
    };
    let support = |entries: &str| {
        format!(r#"{{"dated": "2026-11-20", "support": [{entries}], "exploited": []}}"#)
    };
    let fine = r#"{"from": "1.0", "fixed": "1.5"}"#;
    assert!(Advisories::parse(&weakness("CVE-2026-0001", fine, "x")).is_ok());
    let cases = [
        (weakness("CVE-26-1", fine, "x"), "not a CVE number"),
        (weakness("CVE-2026-0001", fine, " "), "no source"),
        (weakness("CVE-2026-0001", "", "x"), "affects no version"),
        (weakness("CVE-2026-0001", r#"{"from": "1.0"}"#, "x"), "exactly one"),
        (weakness("CVE-2026-0001", r#"{"from": "2", "fixed": "1.5"}"#, "x"), "before it begins"),
        (
            weakness("CVE-2026-0001", fine, "x").replace("2026-01-01", "2026-12-01"),
            "after the date",
        ),
        (weakness("CVE-2026-0001", &format!("{fine}, {fine}"), "x"), "overlap"),
        (weakness("CVE-2026-0001", r#"{"from": "new", "fixed": "2"}"#, "x"), "not a version"),
        (
            support(r#"{"vendor": "v", "until": "2026-02-30", "model": "m", "source": "x"}"#),
            "not a date",
        ),
        (support(r#"{"vendor": "v", "until": "2026-02-01", "source": "x"}"#), "neither"),
        (
            support(
                r#"{"vendor": "v", "until": "2026-02-01", "model": "A-1", "source": "x"},
                   {"vendor": "V", "until": "2027-02-01", "model": "a 1", "source": "x"}"#,
            ),
            "twice",
        ),
        (
            support(r#"{"vendor": "v", "until": "2026-02-01", "modell": "m", "source": "x"}"#),
            "modell",
        ),
    ];
    for (text, reason) in cases {
        let error = Advisories::parse(&text).unwrap_err();
        assert!(error.contains(reason), "{reason}: {error}");
    }
}

#[test]
fn versions_of_every_maker_are_ordered_by_their_numbers() {
    for (lower, higher) in [
        ("6.0.4", "6.0.10"),
        ("9.9(2)40", "9.9(2)67"),
        ("9.9(2)67", "9.10(1)40"),
        ("Rev.15.02.29", "Rev.15.02.30"),
        ("7.0.1-5035", "7.0.1-5065"),
        ("2008 R2", "2012"),
    ] {
        assert!(version(lower) < version(higher), "{lower} < {higher}");
    }
    assert!(version("v6.0.4").starts_with(&version("6.0")));
    assert!(!version("6.01").starts_with(&version("6.0")));
    assert!(Version::read("unknown").is_none());
}

/// The CVE numbers and ends of support that the data gives for one declared product.
fn known(vendor: &str, model: &str, os: &str) -> (Vec<String>, Vec<String>) {
    let text = format!(
        "schema: 1\norganization: {{name: 病院}}\ndevices:\n  d: {{name: 機器, kind: firewall, vendor: {vendor}, model: {model}, os: {os}}}\n"
    );
    let (sources, reading) = support::read(&text);
    assert!(reading.is_sound(), "{}", support::told(&sources, &reading));
    let device = reading.inventory.devices.get("d").unwrap();
    let product = Product {
        vendor: Some(vendor),
        model: Some(model),
        os: device.os.as_ref().map(Software::from),
    };
    let data = Advisories::built_in();
    let exploited = data.exploited_in(product, support::today());
    let exploited = exploited.map(|(it, _)| it.id.clone());
    let ended = data.support_of(product).map(|it| it.until.to_string());
    (exploited.collect(), ended.collect())
}

#[test]
fn products_are_recognised_as_people_write_them() {
    let (exploited, ended) = known("fortinet", "FortiGate-60E", "{name: FortiOS, version: 6.0.4}");
    assert!(exploited.contains(&"CVE-2018-13379".to_owned()));
    assert_eq!(ended, ["2022-09-28"]);
    let (exploited, ended) = known("Cisco", "Cisco ASA 5506-X", "{name: ASA, version: 9.9(2)40}");
    assert_eq!(exploited, ["CVE-2020-3259", "CVE-2023-20269"]);
    assert_eq!(ended, ["2023-05-31"]);
    let (_, ended) = known("microsoft", "x", "{name: Windows Server 2012 R2}");
    assert_eq!(ended, ["2023-10-10"]);
    let (_, ended) = known("microsoft", "x", "{name: Windows 10 Enterprise LTSC, version: 2021}");
    assert_eq!(ended, ["2027-01-12"]);
    let (_, ended) = known("microsoft", "x", "{name: Windows, version: 7}");
    assert_eq!(ended, ["2020-01-14"]);
    let (exploited, ended) = known("yamaha", "RTX830", "{name: Rev., version: 15.02.30}");
    assert!(exploited.is_empty() && ended.is_empty());
}

#[test]
fn names_are_compared_without_width_case_and_blanks() {
    let ended = |os| known("x", "x", os).1;
    let of = |os: &str| {
        let text = format!("systems:\n  s: {{name: 機器, kind: pacs, class: server, os: {os}}}\n");
        let (_, reading) = support::read(&text);
        let product = Product::system(reading.inventory.systems.get("s").unwrap());
        let found = Advisories::built_in().support_of(product);
        found.map(|it| it.until.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(ended("{name: Windows, version: 7}"), [""; 0], "another maker");
    for (os, until) in [
        ("{name: Ｗｉｎｄｏｗｓ　７}", "2020-01-14"),
        ("{name: WINDOWS7 Professional}", "2020-01-14"),
        ("{name: Microsoft Windows XP Professional, version: SP3}", "2014-04-08"),
        ("{name: Windows, version: Server 2016}", "2027-01-12"),
        ("{name: windows-server, version: ２０１９}", "2029-01-09"),
        ("{name: VMware ESXi, version: 6.7 Update 3}", "2022-10-15"),
        ("{name: CentOS Linux 7}", "2024-06-30"),
        ("{name: Ubuntu, version: 20.04 LTS}", "2025-05-31"),
        ("{name: Windows 10 IoT Enterprise LTSC, version: 2021}", "2032-01-13"),
        ("{name: Windows 11, version: 24H2}", "2027-10-12"),
    ] {
        assert_eq!(of(os), [until], "{os}");
    }
    assert!(of("{name: Windows 11 Pro, version: 24H2}").contains(&"2026-10-13".to_owned()));
    assert_eq!(of("{name: Windowsill, version: 7}"), [""; 0]);
    assert_eq!(of("{name: Windows Embedded 7}"), [""; 0]);
}

#[test]
fn the_first_version_that_mends_everything_is_named() {
    let text = "devices:\n  d: {name: 機器, kind: firewall, os: {name: FortiOS, version: 7.0.5}}\n";
    let (_, reading) = support::read(text);
    let product = Product::device(reading.inventory.devices.get("d").unwrap());
    let fixed = |at, on| {
        let found = Advisories::built_in().fixed_from(product, &version(at), on);
        found.map(|it| it.to_string())
    };
    assert_eq!(fixed("7.0.5", support::today()).as_deref(), Some("7.0.18"));
    assert_eq!(fixed("7.0.5", jiff::civil::date(2022, 10, 30)).as_deref(), Some("7.0.7"));
    assert_eq!(fixed("7.4.11", support::today()).as_deref(), Some("7.4.11"));
    assert_eq!(fixed("6.0.4", support::today()), None, "6.0 is fixed no more");
}

#[test]
fn a_day_is_judged_by_what_was_known_then() {
    let text = "devices:\n  d: {name: 機器, kind: firewall, os: {name: FortiOS, version: 6.0.4}}\n";
    let (_, reading) = support::read(text);
    let product = Product::device(reading.inventory.devices.get("d").unwrap());
    let known = |on| {
        let found = Advisories::built_in().exploited_in(product, on);
        found.map(|(it, _)| it.id.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(known(jiff::civil::date(2021, 10, 30)), ["CVE-2018-13379"]);
    assert!(known(support::today()).len() > 1);
}

#[test]
fn a_mended_version_and_an_unknown_version_claim_nothing() {
    let (exploited, _) = known("fortinet", "FortiGate 60F", "{name: FortiOS, version: 7.4.11}");
    assert!(exploited.is_empty(), "{exploited:?}");
    let (exploited, ended) = known("fortinet", "FortiGate 60F", "{name: FortiOS}");
    assert!(exploited.is_empty() && ended.is_empty());
}
