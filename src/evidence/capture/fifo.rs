//! Named pipes: whoever writes may come a little later, but nobody is waited for without end.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long it may take until somebody writes.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// How often is looked.
const PACE: Duration = Duration::from_millis(20);

/// What is not a regular file: a pipe, a device.
#[derive(Debug)]
pub struct Fifo {
    from: File,
    opened: Instant,
    /// Somebody has written; from now on silence is only silence, and the end is the end.
    has_begun: bool,
}

impl Fifo {
    /// Opens a pipe without waiting for somebody to write.
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut how = OpenOptions::new();
        how.read(true);
        #[cfg(target_os = "linux")]
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut how, libc::O_NONBLOCK);
        Ok(Self { from: how.open(path)?, opened: Instant::now(), has_begun: false })
    }
}

impl Read for Fifo {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.from.read(into) {
                // Nobody has opened the other end, or whoever had it has left without a word.
                Ok(0) if !self.has_begun => {
                    if self.opened.elapsed() > PATIENCE {
                        return Err(ErrorKind::TimedOut.into());
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Ok(count) => {
                    self.has_begun = true;
                    return Ok(count);
                }
                Err(error) => return Err(error),
            }
            std::thread::sleep(PACE);
        }
    }
}
