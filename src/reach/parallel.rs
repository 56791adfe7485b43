//! Independent questions on all processors.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// The answer to each question, in the order of the questions, whoever answers first. Questions are
/// taken one by one, so that a long one does not hold up the others.
pub(super) fn in_parallel<Q: Sync, A: Send>(
    questions: &[Q],
    answer: impl Fn(&Q) -> A + Sync,
) -> Vec<A> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mine = std::iter::from_fn(|| {
            let at = next.fetch_add(1, Ordering::Relaxed);
            questions.get(at).map(|question| (at, answer(question)))
        });
        mine.collect::<Vec<_>>()
    };
    let others = thread::available_parallelism().map_or(1, usize::from).min(questions.len());
    let mut answers = thread::scope(|scope| {
        let helpers: Vec<_> = (1..others).map(|_| scope.spawn(work)).collect();
        let mut answers = work();
        for helper in helpers {
            match helper.join() {
                Ok(theirs) => answers.extend(theirs),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        answers
    });
    answers.sort_by_key(|(at, _)| *at);
    answers.into_iter().map(|(_, answer)| answer).collect()
}
