//! Files that are read whole.

use std::path::Path;
use std::{fs, io};

/// The bytes of a regular file of at most `most` bytes. A pipe would be waited for, and a device may
/// never end.
pub(super) fn bounded(file: &Path, most: u64) -> io::Result<Vec<u8>> {
    let about = fs::metadata(file)?;
    match about.is_file() || about.is_dir() {
        true if about.len() <= most => fs::read(file),
        true => Err(io::ErrorKind::FileTooLarge.into()),
        false => Err(io::ErrorKind::InvalidInput.into()),
    }
}
