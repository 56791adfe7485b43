//! The thin binary: everything is in the library, `cli` decides the exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    sekisho::cli::run()
}
