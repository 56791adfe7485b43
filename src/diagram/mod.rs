//! The configuration diagram: assessment → layout → scene → SVG, PNG, PDF, DOT, draw.io.
//!
//! The layout is our own and follows the way a person draws it: parties | circuits |
//! demarcation | devices | permitted traffic | zones and systems | backbone, from left to right.
//! Ways of [`lit::Lit`] can be lit up on it. It makes a [`scene::Scene`] per sheet; every format is made from these scenes, so that all
//! show the same picture. Same input, same bytes.

pub mod dot;
pub mod drawio;
pub mod font;
pub mod layout;
pub mod lit;
mod outline;
pub mod pdf;
pub mod png;
pub mod scene;
pub mod since;
pub mod svg;
mod xml;

pub use layout::{POSITIONS_VERSION, Positions};

use crate::audit::Assessment;
use crate::confirm::coverage::Coverage;
use crate::locale::Lang;
use lit::Lit;
use scene::Scene;
use since::Since;

/// What a drawing shows.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum View {
    /// 全体構成図: everything.
    #[default]
    Whole,
    /// 外部接続図: the connections and what they reach; other systems are counted only.
    External,
    /// One connection, by id.
    Connection(String),
}

/// The paper, always landscape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// 297 × 210 mm
    A4,
    /// 420 × 297 mm
    A3,
}

/// What to draw.
#[derive(Clone, Debug, Default)]
pub struct Request<'a> {
    /// What is shown.
    pub view: View,
    /// The paper; chosen by the amount when `None`.
    pub paper: Option<Paper>,
    /// The language of the words that are ours.
    pub lang: Lang,
    /// Where things stood on the previous drawing; they stay there when they can.
    pub keep: Option<&'a Positions>,
    /// Whether findings are left out, for a drawing that is handed to others.
    pub hide_findings: bool,
    /// The ways that stand out; everything else grows faint where it stands.
    pub lit: Option<&'a Lit>,
    /// Each box and line looks as it was last confirmed.
    pub coverage: Option<&'a Coverage>,
    /// The state before, of which what is gone is drawn as well; `keep` then says where things stood
    /// on its drawing.
    pub since: Option<&'a Since<'a>>,
}

/// A finished drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    /// The sheets in order.
    pub sheets: Vec<Scene>,
    /// Where things stand, to be kept for the next drawing.
    pub positions: Positions,
}

/// Draws an assessment.
pub fn draw(assessment: &Assessment, request: &Request<'_>) -> Drawing {
    layout::draw(assessment, request)
}
