//! The configuration diagram: assessment → layout → scene → SVG, PNG, PDF, DOT, draw.io.

pub mod font;
pub mod scene;
