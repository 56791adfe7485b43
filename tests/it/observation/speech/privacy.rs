//! Law 7: no payload. Patients that are planted into traffic are never heard of.

use super::{all, ends, noise, streams};
use sekisho::wire::speech::{datagram, stream};

const PATIENTS: &[&str] = &["YAMADA", "HANAKO", "4711", "19500101", "s3cret", "/patients/4711"];

/// Whatever way the bytes are cut: names of applications come out, patients do not.
#[test]
fn patients_stay_in_the_traffic() {
    let object = all(&[
        &streams::association(1, "PACS7", "CT-9"),
        &[4, 0, 0, 0, 0, 90, 0, 0, 0, 86, 1, 3],
        b"\x10\x00\x10\x00PN\x0e\x00YAMADA^HANAKO \x10\x00\x20\x00LO\x04\x004711\x10\x00\x30\x00DA\x08\x0019500101",
        &noise(40),
    ]);
    let web = b"POST /patients/4711?name=YAMADA HTTP/1.1\r\nHost: his.example.jp\r\nAuthorization: Basic s3cret\r\n\r\nname=HANAKO";
    let asked = b"CONNECT s3cret@his.example.jp/YAMADA?name=HANAKO HTTP/1.1\r\n\r\n";
    let named = b"GET / HTTP/1.1\r\nHost: YAMADA:s3cret@his.example.jp\r\n\r\n";
    let sql = b"\x16\x00\x00\x00\x03select 'YAMADA HANAKO'";
    let bare = streams::ADMISSION.trim_start_matches('\u{b}');
    // A header that is not a header: fields beyond the sixth, and components, are not looked at.
    let odd = "\u{b}MSH|^~\\&|HIS^YAMADA|W|L|B|20261122|HANAKO|ADT^A01^4711|19500101|P|2.5\r";
    // Headers that end before their first field, and the patient right behind them.
    let short = "\u{b}MSH|^~\\&\rPID|YAMADA^HANAKO|4711|19500101\r\u{1c}\r";
    let shorter = "\u{b}MSH|^~\\&\nPID|4711|YAMADA HANAKO|19500101\n\u{1c}\r";
    let fifth = "\u{b}MSH|^~\\&#\rPID|4711|YAMADA HANAKO|19500101\r\u{1c}\r";
    let talks: &[&[u8]] = &[
        short.as_bytes(),
        shorter.as_bytes(),
        fifth.as_bytes(),
        streams::ADMISSION.as_bytes(),
        bare.as_bytes(),
        odd.as_bytes(),
        &object,
        web,
        asked,
        named,
        sql,
    ];
    for forth in talks {
        for cut in 0..=forth.len() {
            for back in [&b""[..], streams::RECEIPT.as_bytes()] {
                let said = stream(&ends(50_000, 6661), forth.get(..cut).unwrap(), back);
                let text = format!("{said:?}");
                for patient in PATIENTS {
                    assert!(!text.contains(patient), "{patient} in {text}");
                }
            }
        }
    }
    let log = b"<134>Nov 22 01:02:03 his admitted YAMADA HANAKO 4711";
    let text = format!("{:?}", datagram(&ends(50_000, 514), log));
    assert!(text.contains("Syslog") && !text.contains("YAMADA"), "{text}");
}

/// Names of strangers are short and command no terminal.
#[test]
fn announced_names_are_harmless() {
    let agent = "A\u{1b}[31m".repeat(200);
    let request = format!(
        "GET / HTTP/1.1\r\nHost: {}\u{202e}x\r\nUser-Agent: {agent}\r\n\r\n",
        "h".repeat(500)
    );
    let said = stream(&ends(50_000, 80), request.as_bytes(), b"");
    for values in said.speech.iter().flat_map(|it| it.details.values()) {
        for value in values {
            assert!(
                value.chars().count() <= 128 && !value.contains(['\u{1b}', '\u{202e}']),
                "{value}"
            );
        }
    }
    assert!(!said.speech.is_empty());
}
