//! The evidence bundle: what is made verifies, and whatever is done to it is noticed and named.

use crate::cli::{Desk, Ran, SOUND};
use sekisho::history::Sha256;
use sekisho::history::bundle::{Files, pack, unpack};
use std::process::Command;

const MORE: &str = "
devices:
  vpn1: {name: 保守用ルータ, kind: vpn-gateway, vendor: yamaha, config: [configs/vpn1.txt],
    interfaces: {lan1: {zone: clinical, addresses: [10.10.254.1/16]}}}
  vpn2: {name: 予備ルータ, kind: vpn-gateway, vendor: yamaha, config: [configs/vpn2.txt],
    interfaces: {lan1: {zone: clinical, addresses: [10.10.254.2/16]}}}
";

/// Secrets that are the same on two devices, and one that everybody tries: both are findings, and
/// the mask hides both.
fn router(host: &str) -> String {
    format!(
        "# RTX830 Rev.15.02.30\nlogin password admin\nadministrator password Sh4red-Winter\n\
         ip route default gateway 203.0.113.9\nip lan1 address 10.10.254.{host}/16\n\
         ip lan2 address 203.0.113.1{host}/29\ntunnel select 1\n ipsec tunnel 1\n\
         \x20 ipsec sa policy 1 1 esp aes-cbc sha-hmac\n  ipsec ike pre-shared-key 1 text Sh4red-Winter\n\
         \x20 ipsec ike remote address 1 198.51.100.7\n tunnel enable 1\nsnmp community read-only public\n"
    )
}

fn desk() -> Desk {
    let desk = Desk::new();
    desk.put("ledger/a.yaml", format!("{SOUND}{MORE}"));
    desk.put("ledger/configs/vpn1.txt", router("1"));
    desk.put("ledger/configs/vpn2.txt", router("2"));
    desk
}

fn create(desk: &Desk, file: &str, more: &[&str]) {
    let args = [&["--lang", "en", "bundle", "create", "ledger", "-o", file], more].concat();
    let ran = desk.run(&args);
    ran.ends(0).tells("wrote the bundle");
    assert!(!ran.err.contains("bundle-masked"), "the mask changes the result: {}", ran.err);
}

fn verify(desk: &Desk, files: &[&str]) -> Ran {
    desk.run(&[&["--lang", "en", "bundle", "verify"], files].concat())
}

#[test]
fn what_is_made_verifies_elsewhere_and_holds_no_secret() {
    let desk = desk();
    create(&desk, "b.zip", &[]);
    let bytes = std::fs::read(desk.path("b.zip")).unwrap();
    let elsewhere = Desk::new();
    elsewhere.put("b.zip", &bytes);
    verify(&elsewhere, &["b.zip"])
        .ends(0)
        .prints("the same to the byte")
        .prints("nobody signed it")
        .prints("these only the manifest says, and nobody vouches for them: made at");
    let files = unpack(&bytes).unwrap();
    assert_eq!(pack(&files).unwrap(), bytes, "the same contents are the same bytes");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    assert!(!text.contains("Sh4red") && !text.contains("password admin"));
    assert!(text.contains("shared-secret-across-devices") && text.contains("guessable-secret"));
    let show = ["--lang", "en", "bundle", "show", "b.zip"];
    elsewhere.run(&show).ends(0).prints("configurations/configs/vpn1.txt").prints("record.json");
    let shown = elsewhere.run(&[&show[..], &["--format", "json"]].concat());
    let shown: serde_json::Value = serde_json::from_str(&shown.ends(0).out).unwrap();
    assert_eq!(shown["manifest"]["captures"], serde_json::json!([]));
    desk.run(&["--lang", "en", "bundle", "create", "ledger", "-o", "b.zip"])
        .ends(2)
        .tells("exists");
}

#[test]
fn other_programs_open_it() {
    let desk = desk();
    create(&desk, "b.zip", &[]);
    match Command::new("unzip").arg("-t").arg(desk.path("b.zip")).output() {
        Ok(output) => assert!(output.status.success(), "{output:?}"),
        Err(_) => eprintln!("SKIPPED: no unzip here"),
    }
}

#[test]
fn several_sign_and_a_signature_can_be_demanded() {
    let desk = desk();
    for name in ["officer", "auditor", "other"] {
        desk.run(&["bundle", "keygen", "-o", name]).ends(0);
    }
    desk.run(&["bundle", "keygen", "-o", "officer"]).ends(2);
    create(&desk, "b.zip", &["--key", "officer", "--as", "関所 守"]);
    let unsigned = unpack(&std::fs::read(desk.path("b.zip")).unwrap()).unwrap();
    let sign = ["bundle", "sign", "b.zip", "--key", "auditor", "--as", "Inspector"];
    desk.run(&sign).ends(0);
    verify(&desk, &["b.zip", "--signer", "officer.pub", "--signer", "auditor.pub"])
        .ends(0)
        .prints("signed by 関所 守")
        .prints("signed by Inspector");
    verify(&desk, &["b.zip", "--signer", "other.pub"])
        .ends(1)
        .tells("no signature of the key other.pub");
    verify(&desk, &["b.zip", "--signer", "a.yaml"]).ends(2);
    desk.run(&["--lang", "en", "bundle", "sign", "b.zip", "--key", "officer.pub", "--as", "x"])
        .ends(2)
        .tells("is not a key");
    // A name under a signature that never was one.
    let mut files = unsigned;
    let path = files.keys().find(|it| it.starts_with("signatures/")).unwrap().clone();
    let signature = String::from_utf8(files[&path].clone()).unwrap().replace("関所 守", "関所 護");
    files.insert(path, signature.into_bytes());
    desk.put("c.zip", pack(&files).unwrap());
    verify(&desk, &["c.zip"]).ends(1).tells("the signature of `関所 護` is not one of these");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(desk.path("officer")).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "a key is its owner's alone");
    }
}

/// A change of a bundle that keeps its manifest in step: what somebody does who knows the format.
fn forged(files: &Files, path: &str, from: &str, to: &str) -> Files {
    let mut files = files.clone();
    let before = files[path].clone();
    let after = String::from_utf8(before.clone()).unwrap().replacen(from, to, 1).into_bytes();
    assert_ne!(before, after, "`{from}` is not in {path}");
    let manifest = String::from_utf8(files["manifest.json"].clone()).unwrap();
    let digest = |bytes: &[u8]| Sha256::of(bytes).to_string();
    let manifest = manifest
        .replace(&digest(&before), &digest(&after))
        .replace(&format!("\"bytes\": {},", before.len()), &format!("\"bytes\": {},", after.len()));
    files.insert("manifest.json".to_owned(), manifest.into_bytes());
    files.insert(path.to_owned(), after);
    files
}

#[test]
fn what_is_tampered_with_is_named() {
    let desk = desk();
    create(&desk, "b.zip", &[]);
    let bytes = std::fs::read(desk.path("b.zip")).unwrap();
    let files = unpack(&bytes).unwrap();
    let told = |files: &Files, what: &str| {
        desk.put("t.zip", pack(files).unwrap());
        verify(&desk, &["t.zip"]).ends(1).tells(what);
    };
    let with = |path: &str, bytes: &[u8]| {
        let mut files = files.clone();
        files.insert(path.to_owned(), bytes.to_vec());
        files
    };
    let without = |path: &str| {
        let mut files = files.clone();
        files.remove(path).unwrap();
        files
    };
    told(&with("inventory/a.yaml", SOUND.as_bytes()), "`inventory/a.yaml` was altered");
    told(&with("record.json", b"{}"), "`record.json` was altered");
    told(&with("zzz.txt", b"and this too"), "`zzz.txt` is one file too many");
    told(&without("findings.json"), "`findings.json` is missing");
    told(&without("manifest.json"), "there is no manifest.json");
    // With a manifest in step only computing again tells, and says where.
    told(
        &forged(&files, "record.json", "\"severity\": \"high\"", "\"severity\": \"info\""),
        "JSON path .findings[",
    );
    told(
        &forged(&files, "findings.json", "\"schema_version\": 1", "\"schema_version\": 9"),
        ".schema_version",
    );
    told(&forged(&files, "findings.en.txt", "Sekisho", "Sekishu"), "line 1");
    told(&forged(&files, "inventory/a.yaml", "電子カルテ", "電子カルタ"), "record.json");
    told(
        &forged(&files, "configurations/configs/vpn1.txt", "198.51.100.7", "198.51.100.8"),
        "is not what comes out again",
    );
    // Not even the blanks of the manifest.
    let mut manifest = files["manifest.json"].clone();
    manifest.push(b' ');
    told(&with("manifest.json", &manifest), "manifest.json is not written as in a bundle");
    let manifest = |from: &str, to: &str| {
        let text = String::from_utf8(files["manifest.json"].clone()).unwrap();
        assert!(text.contains(from));
        with("manifest.json", text.replacen(from, to, 1).as_bytes())
    };
    told(&manifest("\"sekisho_bundle\": 3", "\"sekisho_bundle\": 0"), "version 0 of the format");
    told(&manifest("\"sekisho_bundle\": 3", "\"sekisho_bundle\": 4"), "version 4 of the format");
    told(&manifest("\"as_of\"", "\"as-of\""), "cannot be read at line");
    // What the inventory inside says, too.
    told(
        &manifest("\"organization\": \"青葉市立病院\"", "\"organization\": \"若葉病院\""),
        "the organization of the manifest (`若葉病院`)",
    );
    told(
        &manifest("\"revision\": null", "\"revision\": \"第9版\""),
        "the revision of the manifest",
    );
    told(
        &manifest(
            "\"name\": \"a.yaml\",\n      \"bytes\"",
            "\"name\": \"b.yaml\",\n      \"bytes\"",
        ),
        "what the manifest says of",
    );
}

#[test]
fn one_of_an_older_program_is_named_as_such() {
    let desk = desk();
    create(&desk, "b.zip", &[]);
    let files = unpack(&std::fs::read(desk.path("b.zip")).unwrap()).unwrap();
    let now = concat!("sekisho ", env!("CARGO_PKG_VERSION"));
    let mut older = forged(&files, "record.json", now, "sekisho 0.0.1");
    let manifest = String::from_utf8(older["manifest.json"].clone()).unwrap();
    let manifest = manifest.replacen(now, "sekisho 0.0.1", 1);
    older.insert("manifest.json".to_owned(), manifest.into_bytes());
    desk.put("old.zip", pack(&older).unwrap());
    verify(&desk, &["old.zip"])
        .ends(1)
        .tells("JSON path .tool")
        .tells(&format!("made by sekisho 0.0.1 and is checked by {now}"));
}

#[test]
fn a_chain_out_of_order_is_named() {
    let desk = desk();
    create(&desk, "2025.zip", &[]);
    std::thread::sleep(std::time::Duration::from_millis(1100));
    create(&desk, "2026.zip", &["--previous", "2025.zip"]);
    create(&desk, "other.zip", &[]);
    create(&desk, "2027.zip", &["--previous", "2026.zip"]);
    verify(&desk, &["2025.zip", "2026.zip", "2027.zip"]).ends(0);
    verify(&desk, &["2026.zip", "2025.zip"]).ends(1).tells("it is older than the one before");
    verify(&desk, &["2025.zip", "2027.zip"]).ends(1).tells("does not follow the one before");
    verify(&desk, &["2025.zip", "other.zip"]).ends(1).tells("the first of a chain");
    // Signing later does not break the chain.
    desk.run(&["bundle", "keygen", "-o", "key"]).ends(0);
    desk.run(&["bundle", "sign", "2025.zip", "--key", "key", "--as", "x"]).ends(0);
    verify(&desk, &["2025.zip", "2026.zip"]).ends(0);
}

#[test]
fn a_chain_without_its_beginning_says_so() {
    let desk = desk();
    create(&desk, "2025.zip", &[]);
    create(&desk, "2026.zip", &["--previous", "2025.zip"]);
    create(&desk, "2027.zip", &["--previous", "2026.zip"]);
    verify(&desk, &["2026.zip", "2027.zip"]).ends(0).prints("earlier years are not here");
    verify(&desk, &["2026.zip"]).ends(0).prints("earlier years are not here");
    let whole = verify(&desk, &["2025.zip", "2026.zip", "2027.zip"]);
    whole.ends(0);
    assert!(!whole.out.contains("earlier years"), "{}", whole.out);
}

#[test]
fn another_hospital_or_an_earlier_day_continues_no_chain() {
    let desk = desk();
    create(&desk, "2025.zip", &[]);
    for (name, from, to, why) in [
        ("earlier", "as_of: 2026-11-20", "as_of: 2025-11-20", "the day that it judges is earlier"),
        (
            "other",
            "青葉市立病院",
            "若葉市立病院",
            "it is of another organization than the one before",
        ),
    ] {
        let ledger = std::fs::read_to_string(desk.path("ledger/a.yaml")).unwrap();
        assert!(ledger.contains(from), "{ledger}");
        desk.put(&format!("{name}/a.yaml"), ledger.replace(from, to));
        desk.put(&format!("{name}/configs/vpn1.txt"), router("1"));
        desk.put(&format!("{name}/configs/vpn2.txt"), router("2"));
        let target = format!("{name}.zip");
        let run = |more: &[&str]| {
            let args = ["--lang", "en", "bundle", "create", name, "-o", &target];
            desk.run(&[&args[..], more].concat())
        };
        run(&["--previous", "2025.zip"]).ends(2).tells(why);
        // Made by somebody who writes the digest into it all the same.
        run(&[]).ends(0);
        let read = |file: &str| std::fs::read(desk.path(file)).unwrap();
        let before = sekisho::history::bundle::Bundle::open(&read("2025.zip")).unwrap();
        let mut next = sekisho::history::bundle::Bundle::open(&read(&target)).unwrap();
        next.manifest.previous = Some(before.as_previous());
        desk.put(&target, next.pack().unwrap());
        verify(&desk, &["2025.zip", &target]).ends(1).tells(why);
    }
}

/// An archive as another program, or somebody with bad intentions, would write it.
fn raw(files: &[(&str, &[u8], u16)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, bytes, method) in files {
        out.extend(0x0403_4b50_u32.to_le_bytes());
        for part in [20_u16, 1 << 11, *method, 0, 0x21] {
            out.extend(part.to_le_bytes());
        }
        let size = if *method == 0 { bytes.len() as u32 } else { 0x3fff_ffff };
        for part in [crc32fast::hash(bytes), bytes.len() as u32, size] {
            out.extend(part.to_le_bytes());
        }
        out.extend((name.len() as u16).to_le_bytes());
        out.extend(0_u16.to_le_bytes());
        out.extend(name.as_bytes());
        out.extend(*bytes);
    }
    out
}

#[test]
fn hostile_archives_are_refused_before_anything_is_made_of_them() {
    let desk = desk();
    create(&desk, "b.zip", &[]);
    let whole = std::fs::read(desk.path("b.zip")).unwrap();
    let told = |bytes: &[u8], what: &str| {
        desk.put("t.zip", bytes);
        verify(&desk, &["t.zip"]).ends(1).tells(what);
    };
    told(&raw(&[("a", b"1", 0), ("a", b"2", 0)]), "there are two files `a`");
    told(&raw(&[("b", b"1", 0), ("a", b"2", 0)]), "`a` stands behind `b`");
    for name in ["../evil", "a/../../evil", "/etc/evil", "C:\\evil", "a//b", "..\\evil", "a/"] {
        told(&raw(&[(name, b"x", 0)]), "leads out of the folder");
    }
    told(&raw(&[("bomb", &[0; 64], 8)]), "`bomb` is compressed");
    told(&raw(&[("bomb", &[0; 64], 0x1234)]), "it was not unpacked");
    told(b"this is no archive at all", "it is not the file of a bundle");
    told(b"", "it is not the file of a bundle");
    for at in [whole.len() - 1, whole.len() - 30, whole.len() / 2, 100, 20] {
        told(&whole[..at], "it is cut off");
    }
    let mut longer = whole.clone();
    longer.extend(b"more");
    told(&longer, "something was added to it");
    let mut flipped = whole.clone();
    flipped[200] ^= 1;
    told(&flipped, "are damaged");
    let last = whole.len() - 40;
    let mut listing = whole.clone();
    listing[last] ^= 1;
    told(&listing, "directory at its end");
    verify(&desk, &["nothing.zip"]).ends(2).tells("no such file");
}

/// Whatever single byte is changed anywhere, it is noticed.
#[test]
fn no_byte_can_be_changed() {
    let desk = desk();
    create(&desk, "b.zip", &[]);
    let whole = std::fs::read(desk.path("b.zip")).unwrap();
    for at in (0..whole.len()).step_by(whole.len() / 400) {
        let mut changed = whole.clone();
        changed[at] ^= 0x20;
        assert!(sekisho::history::bundle::Bundle::open(&changed).is_err(), "byte {at}");
    }
}
