//! Active checks: what a written scope permits, what follows from a declaration, what a run may
//! send and when it must stop, and what answers prove.

mod admission;
mod command;
mod hospital;
mod journal;
#[cfg(feature = "probe")]
mod kinds;
mod plan;
#[cfg(feature = "probe")]
mod run;
mod scope;
mod simulated;
#[cfg(feature = "probe")]
mod verdict;

use crate::support::{self, told};
use sekisho::inventory::{Inventory, Reading};
use sekisho::locale::Lang;
use sekisho::probe::scope::Scope;
use sekisho::source::{Diagnostic, SourceMap, Style, render};

/// An inventory, and a scope beside it as far as it is one, with everything that is wrong.
pub struct Beside {
    pub inventory: Inventory,
    pub scope: Option<Scope>,
    pub sources: SourceMap,
    pub told: Vec<Diagnostic>,
}

impl Beside {
    /// Reads both. The inventory must be sound.
    pub fn read(inventory: &str, scope: &str) -> Self {
        let (sources, reading) = support::read(inventory);
        assert!(reading.is_sound(), "{}\n{inventory}", told(&sources, &reading));
        Self::of(sources, reading, scope)
    }

    /// Reads both, whatever is wrong with the inventory.
    pub fn whatever(inventory: &str, scope: &str) -> Self {
        let (sources, reading) = support::read(inventory);
        Self::of(sources, reading, scope)
    }

    fn of(mut sources: SourceMap, reading: Reading, scope: &str) -> Self {
        let file = sources.add("scope.yaml", scope.to_owned());
        let (scope, told) = Scope::read(&sources, file, scope.as_bytes(), &reading.inventory);
        Self { inventory: reading.inventory, scope, sources, told }
    }

    /// The scope, which must be sound.
    pub fn sound(&self) -> &Scope {
        self.scope.as_ref().unwrap_or_else(|| panic!("{}", self.mistakes()))
    }

    /// Every mistake as text.
    pub fn mistakes(&self) -> String {
        let style = Style { lang: Lang::En, colour: false };
        let all: Vec<_> = self.told.iter().map(|it| render(it, &self.sources, style)).collect();
        all.join("\n\n")
    }
}

/// The example beside the general hospital.
pub fn example() -> Beside {
    let shipped = support::shipped().into_iter().find(|it| it.0 == "general-hospital");
    let (_, sources, reading) = shipped.expect("it is shipped");
    let path = support::root().join("inventories/general-hospital/scope.yaml");
    Beside::of(sources, reading, &std::fs::read_to_string(path).unwrap())
}
