//! Sekisho (関所): an auditor for a hospital's external network connections.
//!
//! A *sekisho* was the checkpoint where a road crossed a border and every traveller was examined
//! against a permit. This program is that checkpoint for a hospital's network: every way in or
//! out is declared in an inventory; the declaration is read, checked and judged against what the
//! authorities ask; what is wrong with it is said, and the whole is drawn. Where configurations of
//! devices are given, every way in or out that they hold is compared with what is declared, and
//! what everybody outside reaches over them is computed, packet for packet.
//!
//! ```text
//!   declared                                 judged                        shown
//!  ┌───────────┐                           ┌─────────┐        ┌───────────────────────────────┐
//!  │ inventory │                           │  rules  │◄─advisories                            │
//!  │ YAML      │──Inventory──┐             └────┬────┘        │ report    terminal json sarif │
//!  └─────▲─────┘             ▼                  │ Finding     │           html markdown csv   │
//!        │             ┌──────────┐         ┌───▼───┐         ├───────────────────────────────┤
//!        │             │ topology │─Topology│ audit │─Assess─►│ diagram   layout → scene →    │
//!        │             │ graph    │────┬───►│       │  ment   │           svg png pdf dot     │
//!        │             └────▲─────┘    ▼    └───▲───┘         └───────────────┬───────────────┘
//!        │                  │      ┌───────┐    │                             │
//!        │                  │      │ reach │────┘ who reaches what            │
//!      bytes                │      └───────┘                                  │
//!        │   configured     │ EvidenceSet                                     │
//!        │  ┌──────────┐ ┌──┴───────┐                                         │
//!        │  │ config   ├─► evidence │                                         │
//!        │  │ vendors  │ └──▲───────┘                                         │
//!        │  └──────────┘    │                                                 │
//!  ┌─────┴──────────────────┴──┐                                              │
//!  │ cli                       │◄────────────────────── bytes ────────────────┘
//!  └───────────────────────────┘   ground under everything:  locale · source · model · finding
//! ```
//!
//! # The rooms
//!
//! Every folder (or single file) here is a room with one duty. A room may name only rooms that
//! stand above it in this list; `tests/it/architecture.rs` holds the ranks and fails otherwise.
//!
//! | room | duty |
//! |---|---|
//! | [`locale`] | every sentence shown to a person, Japanese and English side by side |
//! | [`source`] | where facts come from: texts, places in them, and [`source::Diagnostic`]: *your input* is wrong |
//! | [`model`] | the vocabulary as pure data: words, services, networks, the names of things |
//! | [`finding`] | the vocabulary of results: *the network* is wrong, how badly, how surely, by which path |
//! | [`inventory`] | declared facts: YAML → [`inventory::Inventory`], all mistakes at once; the JSON Schema from the same records |
//! | [`config`] | configured facts: a vendor's text → [`model::device::DeviceConfig`], with the fate of every line; one folder a vendor |
//! | [`wire`] | what the bytes of a packet say: frames, wrappings, who speaks what; nothing is remembered |
//! | [`observation`] | what was seen to cross the wire, small enough to keep: hosts, conversations, exits, roles |
//! | [`probe`] | what may be asked of the network with packets, within a written scope, and what the answers prove |
//! | [`evidence`] | what was read from devices, and what could not be read |
//! | [`topology`] | the graph over the facts, with who says so; what can be reached from where |
//! | [`reach`] | exactly what can pass from where to where, and why: sets of packets through every configuration, in any case and possibly |
//! | [`draft`] | what is configured and not declared, as YAML for a person to confirm |
//! | [`rules`] | the judgement: one `.rs` and one `.md` a rule; the page is also the documentation and the test |
//! | [`audit`] | the spine: facts → graph → findings → [`audit::Assessment`] |
//! | [`change`] | an assessment, flat, to be kept ([`change::Record`]); what differs between two, and why |
//! | [`diagram`] | assessment → layout → scenes → SVG, PNG, PDF and the formats of drawing programs |
//! | [`history`] | the store of snapshots, in one file beside the inventory, whole at any moment |
//! | `report` | the assessment for people and programs, one file a format |
//! | [`cli`] | the command: reads and writes files, speaks to the terminal, decides the exit code |
//!
//! To follow one run, read [`cli`] (`src/cli/audit.rs`), then [`inventory::read`], then
//! [`audit`], which fits on a screen; then one rule, for example
//! `src/rules/entry/vpn_open_to_any_source.md` and the `.rs` beside it.
//!
//! # The laws
//!
//! 1. A VPN is an entry, never an exemption: every tunnel end has an exposure of its own.
//! 2. What is not known is said to be unknown. No answer is ever "safe".
//! 3. Every statement points: a diagnostic or finding names the line and column that shows it,
//!    and carries the path by which it arose.
//! 4. Nothing is dropped in silence, and nothing panics on what people write.
//! 5. Same input, same bytes, drawings included: no clock, no order of hash maps, no absolute
//!    path in an output.
//! 6. One cause, one finding, with everything it exposes.
//! 7. Japanese first, English always, in the words of the authorities.
//! 8. Declared and configured facts never share a structure and never overwrite one another: the
//!    graph joins them and says how far they agree. "Not looked at" is not "not there".
//! 9. Secrets never leave: they are masked in the text before anything can quote it.
//! 10. It sends nothing unless a written scope allows exactly that. All that transmits stands in one
//!     folder (`src/evidence/probe/`), and a build without the feature `probe` does not contain it.
//!     One more file opens a socket, to receive from an interface that somebody named
//!     (`src/evidence/capture/ring.rs`); only [`evidence`], [`history`] and [`cli`] open files.
//!
//! # Adding to it
//!
//! - A **rule**: `src/rules/<pack>/<id>.rs` and `.md`, two lines in the list of the pack.
//! - A **vendor**: a folder in `src/config/` and a line in its list; fixtures in
//!   `tests/config/<id>/`, on which every contract test then runs.
//! - A **key of the inventory**: one line in `src/inventory/records/`; the reader, the schema and
//!   its documentation follow.
//! - A **word** of a closed list: one line in `src/model/words.rs`.
//! - A **report format**: one file in `src/report/`, one line in its list; `--format`, help and
//!   the default file name follow.
//! - A **shipped inventory**: a file or folder in `inventories/`, one entry in
//!   `src/cli/examples.rs`.

#![deny(unsafe_code)]

pub mod audit;
pub mod change;
pub mod cli;
pub mod config;
pub mod confirm;
pub mod diagram;
pub mod draft;
pub mod evidence;
pub mod finding;
pub mod history;
pub mod inventory;
pub mod locale;
pub mod model;
pub mod observation;
pub mod probe;
pub mod reach;
pub mod report;
pub mod rules;
pub mod source;
pub mod topology;
pub mod wire;
