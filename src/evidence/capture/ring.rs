//! The kernel's ring of packets (Linux, AF_PACKET with TPACKET_V3), and the giving up of privileges.
//!
//! This is the only file with `unsafe`: what it asks of the kernel cannot be asked otherwise. It maps
//! memory that the kernel fills, hands out one block of it as plain bytes, and gives the block back;
//! the bytes are taken apart elsewhere, with every access checked. Nothing is ever sent: no call here
//! writes to a socket.
//!
//! Invariants:
//! - `map` is a mapping of `blocks * BLOCK` bytes, made by `open`, unmapped once, by `drop`.
//! - The bytes of a block are looked at only while its status says that it belongs to us; it is given
//!   back only when nobody looks at it any more, because [`Ring::block`] lends it to a closure.
//!
//! Source: Linux, `Documentation/networking/packet_mmap.rst`; packet(7), capabilities(7).

#![allow(unsafe_code)]

use super::program::Step;
use std::ffi::{CString, c_int, c_void};
use std::io;
use std::mem::{size_of, size_of_val, zeroed};
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd, RawFd};
use std::ptr::{NonNull, null_mut};
use std::sync::atomic::{AtomicU32, Ordering};

/// Bytes of a block: the kernel hands over whole ones.
const BLOCK: usize = 1 << 20;
/// How many blocks are asked for; fewer when the kernel has no memory for them.
const BLOCKS: [usize; 3] = [128, 32, 8];
/// After so many milliseconds a block is handed over though it is not full.
const RETIRE: u32 = 100;
/// Where in a block its status is.
const STATUS: usize = 8;
const OURS: u32 = 1;

/// A ring of packets of one interface.
#[derive(Debug)]
pub(super) struct Ring {
    socket: OwnedFd,
    map: NonNull<u8>,
    blocks: usize,
    next: usize,
    /// What the interface is (`ARPHRD_…`).
    pub(super) hardware: u16,
}

// SAFETY: the mapping is used through `&mut self` only, and belongs to the process, not to a thread.
unsafe impl Send for Ring {}

impl Ring {
    /// Opens an interface, promiscuous. It stays so as long as the ring is there. A program says which
    /// packets are taken from the first one on.
    pub(super) fn open(interface: &str, program: Option<&[Step]>) -> io::Result<Self> {
        let name = CString::new(interface).map_err(|_| io::ErrorKind::NotFound)?;
        // SAFETY: the name ends with a NUL; the call keeps nothing.
        let index = unsafe { libc::if_nametoindex(name.as_ptr()) };
        if index == 0 {
            return Err(io::ErrorKind::NotFound.into());
        }
        let index = index.cast_signed();
        // No protocol yet: no packet is taken before everything is set.
        // SAFETY: plain numbers.
        let socket =
            unsafe { libc::socket(libc::AF_PACKET, libc::SOCK_RAW | libc::SOCK_CLOEXEC, 0) };
        if socket < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: it was just opened, and nobody else has it.
        let socket = unsafe { OwnedFd::from_raw_fd(socket) };
        let fd = socket.as_raw_fd();
        set(fd, libc::PACKET_VERSION, &(libc::tpacket_versions::TPACKET_V3 as c_int))?;
        let mut blocks = 0;
        for count in BLOCKS {
            let request = libc::tpacket_req3 {
                tp_block_size: BLOCK as u32,
                tp_block_nr: count as u32,
                tp_frame_size: 2048,
                tp_frame_nr: (count * BLOCK / 2048) as u32,
                tp_retire_blk_tov: RETIRE,
                tp_sizeof_priv: 0,
                tp_feature_req_word: 0,
            };
            match set(fd, libc::PACKET_RX_RING, &request) {
                Ok(()) => {
                    blocks = count;
                    break;
                }
                Err(error) if error.raw_os_error() == Some(libc::ENOMEM) => {}
                Err(error) => return Err(error),
            }
        }
        if blocks == 0 {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        let (length, access) = (blocks * BLOCK, libc::PROT_READ | libc::PROT_WRITE);
        // SAFETY: a new mapping of the length that the kernel was asked for.
        let map = unsafe { libc::mmap(null_mut(), length, access, libc::MAP_SHARED, fd, 0) };
        if map == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let map = NonNull::new(map.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        let mut ring = Self { socket, map, blocks, next: 0, hardware: 0 };
        // SAFETY: all of it is numbers, for which zero is a value.
        let mut member: libc::packet_mreq = unsafe { zeroed() };
        member.mr_ifindex = index;
        member.mr_type = libc::PACKET_MR_PROMISC as u16;
        set(fd, libc::PACKET_ADD_MEMBERSHIP, &member)?;
        if let Some(program) = program {
            ring.only(program)?;
        }
        ring.bind(index)?;
        Ok(ring)
    }

    /// From now on only packets are taken of which this program says so.
    pub(super) fn only(&self, program: &[Step]) -> io::Result<()> {
        let step = |Step(code, jt, jf, k): &Step| libc::sock_filter {
            code: *code,
            jt: *jt,
            jf: *jf,
            k: *k,
        };
        let mut steps: Vec<libc::sock_filter> = program.iter().map(step).collect();
        let Ok(len) = u16::try_from(steps.len()) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let program = libc::sock_fprog { len, filter: steps.as_mut_ptr() };
        let (fd, length) = (self.socket.as_raw_fd(), size_of_val(&program) as libc::socklen_t);
        let value = (&raw const program).cast();
        // SAFETY: the program points to as many steps as it says, which the kernel copies during the call.
        let told = unsafe {
            libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_ATTACH_FILTER, value, length)
        };
        match told {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    }

    /// From now on packets come in.
    fn bind(&mut self, index: c_int) -> io::Result<()> {
        // SAFETY: all of it is numbers, for which zero is a value.
        let mut address: libc::sockaddr_ll = unsafe { zeroed() };
        address.sll_family = libc::AF_PACKET as u16;
        address.sll_protocol = (libc::ETH_P_ALL as u16).to_be();
        address.sll_ifindex = index;
        let mut length = size_of_val(&address) as libc::socklen_t;
        let fd = self.socket.as_raw_fd();
        // SAFETY: the address is as long as it is said to be, and outlives both calls.
        let told = unsafe {
            match libc::bind(fd, (&raw const address).cast(), length) {
                0 => libc::getsockname(fd, (&raw mut address).cast(), &raw mut length),
                failed => failed,
            }
        };
        if told != 0 {
            return Err(io::Error::last_os_error());
        }
        self.hardware = address.sll_hatype;
        Ok(())
    }

    /// Waits for a block, at most so many milliseconds, and lends its bytes; whether there was one.
    pub(super) fn block(&mut self, wait: c_int, look: impl FnOnce(&[u8])) -> io::Result<bool> {
        // SAFETY: `next` is less than `blocks`, so that the block is within the mapping.
        let start = unsafe { self.map.add(self.next * BLOCK) };
        // SAFETY: the status is a number of four bytes, aligned, which both sides change whole.
        let status = unsafe { AtomicU32::from_ptr(start.add(STATUS).as_ptr().cast()) };
        if status.load(Ordering::Acquire) & OURS == 0 {
            let events = libc::POLLIN | libc::POLLERR;
            let mut poll = libc::pollfd { fd: self.socket.as_raw_fd(), events, revents: 0 };
            // SAFETY: one entry, which outlives the call.
            if unsafe { libc::poll(&raw mut poll, 1, wait) } < 0 {
                let error = io::Error::last_os_error();
                return match error.kind() {
                    io::ErrorKind::Interrupted => Ok(false),
                    _ => Err(error),
                };
            }
            if poll.revents & libc::POLLERR != 0 {
                return Err(self.error());
            }
            if status.load(Ordering::Acquire) & OURS == 0 {
                return Ok(false);
            }
        }
        // SAFETY: the block is ours, so that the kernel does not write it, until the status says
        // otherwise; the slice does not outlive the closure.
        look(unsafe { std::slice::from_raw_parts(start.as_ptr(), BLOCK) });
        status.store(0, Ordering::Release);
        self.next = (self.next + 1) % self.blocks;
        Ok(true)
    }

    /// Why the socket failed: an interface that went down, for example.
    fn error(&self) -> io::Error {
        let (mut code, mut length) = (0, size_of::<c_int>() as libc::socklen_t);
        let into = (&raw mut code).cast();
        let fd = self.socket.as_raw_fd();
        // SAFETY: there is room for the number that is asked for.
        unsafe { libc::getsockopt(fd, libc::SOL_SOCKET, libc::SO_ERROR, into, &raw mut length) };
        io::Error::from_raw_os_error(if code == 0 { libc::ENETDOWN } else { code })
    }

    /// How many packets the kernel had no room for since it was last asked.
    pub(super) fn dropped(&self) -> io::Result<u64> {
        // SAFETY: all of it is numbers, for which zero is a value.
        let mut counts: libc::tpacket_stats_v3 = unsafe { zeroed() };
        let mut length = size_of_val(&counts) as libc::socklen_t;
        let into = (&raw mut counts).cast();
        let (fd, level) = (self.socket.as_raw_fd(), libc::SOL_PACKET);
        // SAFETY: there is room for what is asked for.
        match unsafe { libc::getsockopt(fd, level, libc::PACKET_STATISTICS, into, &raw mut length) }
        {
            0 => Ok(u64::from(counts.tp_drops)),
            _ => Err(io::Error::last_os_error()),
        }
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        // SAFETY: made by `open` with this length; nobody holds any of it.
        unsafe { libc::munmap(self.map.as_ptr().cast::<c_void>(), self.blocks * BLOCK) };
    }
}

/// Sets an option of a packet socket.
fn set<T>(socket: RawFd, option: c_int, value: &T) -> io::Result<()> {
    let length = size_of::<T>() as libc::socklen_t;
    let value = std::ptr::from_ref(value).cast();
    // SAFETY: the value is as long as it is said to be, and outlives the call.
    match unsafe { libc::setsockopt(socket, libc::SOL_PACKET, option, value, length) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Whether this process may do everything.
pub(super) fn is_root() -> bool {
    // SAFETY: it cannot fail.
    unsafe { libc::geteuid() == 0 }
}

/// Becomes another user for good, or stays the same, without any capability, and unable to gain one.
pub(super) fn drop_privileges(user: Option<(u32, u32)>) -> io::Result<()> {
    let done = |told: c_int| if told == 0 { Ok(()) } else { Err(io::Error::last_os_error()) };
    if let Some((user, group)) = user {
        // SAFETY: no groups are given, so that no list is read; the rest is plain numbers.
        unsafe {
            done(libc::setgroups(0, std::ptr::null()))?;
            done(libc::setgid(group))?;
            done(libc::setuid(user))?;
        }
    }
    // SAFETY: plain numbers.
    done(unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) })?;
    // The third version of the interface; this thread.
    let head: [u32; 2] = [0x2008_0522, 0];
    let none = [[0_u32; 3]; 2];
    // SAFETY: the head asks for two records of three numbers, and there they are.
    let told = unsafe { libc::syscall(libc::SYS_capset, head.as_ptr(), none.as_ptr()) };
    done(c_int::from(told != 0))
}
