//! The ways of a [`Lit`] on a painted sheet: what lies on them stands out, the rest grows faint.
//! Nothing moves: boxes and declared routes stay where the ordinary drawing has them.
//!
//! ```text
//! plan    which boxes and routes of this sheet are on the ways        (nothing is drawn)
//! fade    everything else grey; boxes on the ways get strong outlines
//! trees   the lines: from the parties over their devices to zones and systems
//! tags    services in the boxes that are reached
//! words   legend, summary and name of such a sheet
//! table   every way in words
//! ```

mod fade;
mod plan;
mod table;
mod tags;
mod trees;
mod words;

pub(super) use table::table;
pub(super) use words::{legend, name, summary};

use super::canvas::Canvas;
use super::content::Content;
use super::placed::Placed;
use crate::audit::Assessment;
use crate::diagram::lit::Lit;
use crate::diagram::scene::Colour;
use crate::locale::Lang;
use crate::reach::exposure::Certainty;
use plan::Plan;

/// The marker pen below what is certain: light, so that it is pale grey in black and white.
const GLOW: Colour = Colour(0xff, 0xdd, 0x55);
/// The inside of boxes on the ways.
const PALE: Colour = Colour(0xff, 0xf5, 0xcc);
/// Outlines of what is not ruled out.
const PERHAPS: &[f32] = &[4.5, 2.6];

/// How strongly something is lit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    /// It is reached in any case.
    Sure,
    /// It is not ruled out.
    Perhaps,
    /// Only somebody goes on there whom a declared relay lets through.
    Onward,
}

impl From<Certainty> for Strength {
    fn from(certainty: Certainty) -> Self {
        match certainty {
            Certainty::Configured | Certainty::Declared => Self::Sure,
            Certainty::Undetermined | Certainty::Unconfigured => Self::Perhaps,
        }
    }
}

/// Lights up the ways on one sheet.
pub(super) fn light(
    canvas: &mut Canvas,
    assessment: &Assessment,
    content: &Content,
    placed: &Placed,
    lit: &Lit,
    lang: Lang,
) {
    let plan = Plan::of(content, placed, lit);
    let above = fade::fade(canvas, content, &plan);
    trees::draw(canvas, &plan);
    canvas.items.extend(above);
    tags::write(canvas, assessment, content, placed, &plan, lang);
}
