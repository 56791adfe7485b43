//! A hospital in network namespaces, asked by the command from every side, with packets counted by
//! sniffers outside the product and the truth measured by plain connections.
//!
//! Needs `setpriv` and `unshare` (util-linux), `ip`, `nft` and namespaces, as root or in a user
//! namespace. Without them the tests say so and pass; `SEKISHO_MUST_RUN_KERNEL=1` makes them fail.
#![cfg(all(target_os = "linux", feature = "probe"))]

mod adversary;
mod asked;
mod daemons;
mod declared;
mod desk;
mod ground;
mod kinds;
mod real;
mod repeated;
mod sniffer;
mod speed;
mod station;
mod timed;
mod troubled;
mod truth;

use crate::support::namespaces;

fn in_namespaces(test: &str) {
    namespaces::inside(&format!("probe::hospital::{test}"), "");
}

/// Runs each at once: they wait more than they work.
fn at_once<T: Send>(all: impl IntoIterator<Item = T>, act: impl Fn(T) + Sync) {
    let act = &act;
    std::thread::scope(|scope| {
        for it in all {
            scope.spawn(move || act(it));
        }
    });
}

#[test]
fn what_is_planted_opens_what_is_not_declared_and_nothing_else_is_open() {
    in_namespaces("inside_truth");
}

#[test]
#[ignore = "run by the test above, in namespaces of its own"]
fn inside_truth() {
    if namespaces::entered() {
        at_once([false, true], truth::holds);
    }
}

#[test]
fn what_is_planted_is_found_from_every_side_and_nothing_else_is_flagged() {
    in_namespaces("inside_asked");
}

#[test]
#[ignore = "run by the test above, in namespaces of its own"]
fn inside_asked() {
    if namespaces::entered() {
        at_once([false, true], asked::holds);
    }
}

#[test]
fn nothing_leaves_that_the_scope_does_not_name_whatever_is_tried() {
    in_namespaces("inside_adversary");
}

#[test]
#[ignore = "run by the test above, in namespaces of its own"]
fn inside_adversary() {
    if namespaces::entered() {
        adversary::holds();
    }
}

#[test]
fn a_window_that_closes_ends_the_run() {
    in_namespaces("inside_window");
}

#[test]
#[ignore = "run by the test above, in namespaces of its own"]
fn inside_window() {
    if namespaces::entered() {
        timed::holds();
    }
}

#[test]
fn a_clock_that_is_set_ends_the_run_and_one_that_is_corrected_does_not() {
    in_namespaces("inside_steps");
}

#[test]
#[ignore = "run by the test above, in namespaces of its own"]
fn inside_steps() {
    if namespaces::entered() {
        timed::steps();
    }
}

#[test]
fn what_arrives_is_never_called_isolated_through_loss_limiters_and_middleboxes() {
    in_namespaces("inside_trouble");
}

#[test]
#[ignore = "run by the test above, in namespaces of its own"]
fn inside_trouble() {
    if namespaces::entered() {
        at_once(troubled::TROUBLES, troubled::holds);
    }
}

#[test]
fn the_same_run_concludes_the_same() {
    in_namespaces("inside_repeated");
}

#[test]
#[ignore = "run by the test above, in namespaces of its own"]
fn inside_repeated() {
    if namespaces::entered() {
        repeated::holds(5, 5);
    }
}

#[test]
#[ignore = "takes minutes"]
fn a_hundred_runs_conclude_the_same() {
    in_namespaces("inside_hundred");
}

#[test]
#[ignore = "run by the test above, in namespaces of its own"]
fn inside_hundred() {
    if namespaces::entered() {
        repeated::holds(100, 10);
    }
}

#[test]
fn the_hospital_of_real_programs_is_seen_and_asked_for_what_it_is() {
    if daemons::are_here() {
        in_namespaces("inside_real");
    }
}

#[test]
#[ignore = "run by the test above, in namespaces of its own"]
fn inside_real() {
    if namespaces::entered() {
        at_once([false, true], real::holds);
    }
}
