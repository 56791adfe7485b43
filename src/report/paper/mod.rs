//! What is printed, signed and filed: blocks in one language, laid out on A4. Proofs and registers look
//! alike.

pub(in crate::report) mod inks;
mod pages;

pub(in crate::report) use pages::paged;

use crate::diagram::scene::Scene;

/// How a piece of text stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::report) enum Ink {
    Plain,
    Strong,
    Soft,
    Alarm,
    Doubt,
}

/// A cell: each piece begins a line of its own.
pub(in crate::report) type Cell = Vec<(Ink, String)>;

/// A table: its columns with their share of the width, and its rows.
#[derive(Clone, Debug, serde::Serialize)]
pub(in crate::report) struct Table {
    pub(in crate::report) head: Vec<(String, f32)>,
    pub(in crate::report) rows: Vec<Vec<Cell>>,
}

/// One part of the paper.
#[derive(Clone, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase", tag = "kind", content = "it")]
pub(in crate::report) enum Block {
    Verdict {
        ink: Ink,
        word: String,
        because: Vec<String>,
    },
    Section(String),
    Facts(Vec<(String, String)>),
    List(Vec<String>),
    Table(Table),
    /// As wide as the column; pages that are no paper get it as SVG.
    #[serde(serialize_with = "as_svg")]
    Drawing(Scene),
    Signatures {
        sides: Vec<String>,
        blanks: Vec<String>,
        seal: Vec<String>,
    },
}

/// A drawing that stands in a page. The font of the page is that of the drawing, so none is embedded;
/// nor is it a document of its own, so that no name space has to be told.
fn as_svg<S: serde::Serializer>(scene: &Scene, to: S) -> Result<S::Ok, S::Error> {
    let svg = crate::diagram::svg::write(scene, false);
    to.serialize_str(&svg.replacen(" xmlns=\"http://www.w3.org/2000/svg\"", "", 1))
}

/// A whole document.
#[derive(Clone, Debug, serde::Serialize)]
pub(in crate::report) struct Content {
    pub(in crate::report) title: String,
    pub(in crate::report) subtitle: String,
    /// What stands at the foot of every page.
    pub(in crate::report) foot: String,
    /// What it is known by, in a frame at its head: what that is, and the value.
    pub(in crate::report) framed: (String, String),
    pub(in crate::report) blocks: Vec<Block>,
}
