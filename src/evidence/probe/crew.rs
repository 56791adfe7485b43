//! Two threads for many small pieces of work: the one that has the work, and a helper that takes of it
//! what it can. On a machine with one processor there is no helper, nor where it would be in the way.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, available_parallelism};

/// So much is taken at once.
const ARMFUL: usize = 8;

/// Both threads, and what they do with a piece of work.
pub(super) struct Crew<W, D> {
    table: Arc<Table<W, D>>,
    act: Arc<Act<W, D>>,
}

type Act<W, D> = dyn Fn(W) -> D + Send + Sync;

/// What lies between them.
struct Table<W, D> {
    heap: Mutex<Heap<W, D>>,
    /// There is work.
    work: Condvar,
    /// The helper has put down what it held.
    put_down: Condvar,
}

struct Heap<W, D> {
    left: Vec<W>,
    done: Vec<D>,
    /// How much the helper holds.
    held: usize,
    is_over: bool,
}

impl<W, D> Table<W, D> {
    fn heap(&self) -> MutexGuard<'_, Heap<W, D>> {
        self.heap.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<W, D> Heap<W, D> {
    /// As much as is taken at once, from the end.
    fn armful(&mut self) -> Vec<W> {
        self.left.split_off(self.left.len().saturating_sub(ARMFUL))
    }
}

impl<W: Send + 'static, D: Send + 'static> Crew<W, D> {
    /// Both, waiting for work, or without the helper.
    pub(super) fn new(may_help: bool, act: impl Fn(W) -> D + Send + Sync + 'static) -> Self {
        let heap = Heap { left: Vec::new(), done: Vec::new(), held: 0, is_over: false };
        let heap = Mutex::new(heap);
        let table = Arc::new(Table { heap, work: Condvar::new(), put_down: Condvar::new() });
        let crew = Self { table, act: Arc::new(act) };
        if may_help && available_parallelism().is_ok_and(|it| it.get() > 1) {
            let (table, act) = (Arc::clone(&crew.table), Arc::clone(&crew.act));
            // Where the system gives no thread there is no helper either.
            let _ = Builder::new().spawn(move || help(&table, &*act));
        }
        crew
    }

    /// Lays work down, of which the helper begins to take.
    pub(super) fn begin(&self, mut work: Vec<W>) {
        work.reverse(); // it is taken from the end
        self.table.heap().left = work;
        self.table.work.notify_one();
    }

    /// Does what is left of it, waits for what the helper holds, and gives what was done. The order is
    /// nobody's.
    pub(super) fn end(&self) -> Vec<D> {
        let mut heap = self.table.heap();
        loop {
            let armful = heap.armful();
            if armful.is_empty() {
                break;
            }
            drop(heap);
            let done: Vec<D> = armful.into_iter().map(&*self.act).collect();
            heap = self.table.heap();
            heap.done.extend(done);
        }
        while heap.held > 0 {
            heap = self.table.put_down.wait(heap).unwrap_or_else(PoisonError::into_inner);
        }
        std::mem::take(&mut heap.done)
    }
}

/// What the helper does until nobody has work for it any more.
fn help<W, D>(table: &Table<W, D>, act: &Act<W, D>) {
    let mut heap = table.heap();
    while !heap.is_over {
        let armful = heap.armful();
        if armful.is_empty() {
            heap = table.work.wait(heap).unwrap_or_else(PoisonError::into_inner);
            continue;
        }
        heap.held = armful.len();
        drop(heap);
        let done: Vec<D> = armful.into_iter().map(act).collect();
        heap = table.heap();
        heap.done.extend(done);
        heap.held = 0;
        table.put_down.notify_one();
    }
}

impl<W, D> Drop for Crew<W, D> {
    fn drop(&mut self) {
        self.table.heap().is_over = true;
        self.table.work.notify_one();
    }
}

impl<W, D> fmt::Debug for Crew<W, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Crew").finish_non_exhaustive()
    }
}
