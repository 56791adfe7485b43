//! Files are written whole or not at all.

use super::{Desk, SOUND};
use std::process::Stdio;

#[test]
fn a_full_standard_output_is_told() {
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else {
        eprintln!("SKIPPED: no /dev/full here");
        return;
    };
    let desk = Desk::new();
    let mut command = desk.command(&["--lang", "en", "schema"]);
    let ran = super::ran(command.stdout(full).output().unwrap());
    ran.ends(2).tells("no space left on the disk");
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let desk = Desk::new();
    let mut child = desk
        .command(&["schema"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    super::ran(child.wait_with_output().unwrap())
        .ends(0)
        .tells_nothing();
}

#[test]
fn a_drawing_that_cannot_be_placed_leaves_nothing() {
    let desk = Desk::new();
    desk.put("a.yaml", SOUND);
    std::fs::create_dir(desk.path("taken.svg")).unwrap();
    let ran = desk.run(&["--lang", "en", "diagram", "a.yaml", "-o", "taken.svg"]);
    ran.ends(2).tells("it is a folder");
    let ran = desk.run(&["--lang", "en", "diagram", "a.yaml", "-o", "a.yaml/x.svg"]);
    ran.ends(2).tells("cannot write `a.yaml/x.svg`");
    desk.run(&["diagram", "a.yaml", "-o", "plan.bmp"])
        .ends(2)
        .tells("svg");
    assert_eq!(desk.files(), ["a.yaml"]);
}

#[test]
fn a_drawing_in_each_format() {
    let desk = Desk::new();
    desk.put("a.yaml", SOUND);
    for (name, begins) in [
        ("new/plan.svg", b"<svg".as_slice()),
        ("plan.PNG", b"\x89PNG"),
        ("plan.pdf", b"%PDF"),
        ("plan.drawio", b"<mxfile"),
        ("plan.dot", b"digraph"),
    ] {
        let ran = desk.run(&["diagram", "a.yaml", "-o", name]);
        ran.ends(0).prints_nothing().tells(name);
        let bytes = std::fs::read(desk.path(name)).unwrap();
        assert!(bytes.starts_with(begins), "{name}");
    }
    assert_eq!(desk.files().len(), 6, "{:?}", desk.files());
}
