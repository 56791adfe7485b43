//! Assessment → scenes.

use super::scene::Scene;
use super::{Drawing, Request};
use crate::audit::Assessment;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where things stand on a drawing, so that the next one keeps them there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Positions {
    /// Version of this format; currently 1.
    pub version: u32,
    /// The zones from top to bottom.
    pub zones: Vec<String>,
    /// Device groups from top to bottom.
    pub devices: Vec<String>,
    /// For each box of a system (`zone/system`): row and column in its zone.
    pub slots: BTreeMap<String, (u16, u16)>,
}

pub(super) fn draw(assessment: &Assessment, request: &Request<'_>) -> Drawing {
    let sheet = Scene {
        width: 1190.55,
        height: 841.89,
        title: assessment.as_of.to_string(),
        lang: request.lang.tag(),
        items: Vec::new(),
    };
    Drawing {
        sheets: vec![sheet],
        positions: Positions::default(),
    }
}
