//! Everything that is on no way grows faint; boxes on a way get strong outlines.

use super::plan::Plan;
use super::{PALE, PERHAPS, Strength};
use crate::diagram::layout::canvas::Canvas;
use crate::diagram::layout::content::Content;
use crate::diagram::layout::style::{INK, solid};
use crate::diagram::scene::{Colour, Item, Role, Shape, Stroke};
use crate::model::EntityRef;

/// Fades a painted sheet. Returns the words at lit routes, which belong above the lines.
pub(super) fn fade(canvas: &mut Canvas, content: &Content, plan: &Plan<'_>) -> Vec<Item> {
    let rows: Vec<&EntityRef> =
        plan.rows.keys().filter_map(|row| content.rows.get(*row)).map(|it| &it.thing).collect();
    let mut above = Vec::new();
    for mut item in std::mem::take(&mut canvas.items) {
        let key = item.key.as_ref().or(item.owner.as_ref());
        let strength = key.and_then(|it| plan.boxes.get(it)).copied();
        let nobodys = key.is_none() && item.thing.is_none();
        let of_row = |it: &EntityRef| rows.contains(&it);
        match (item.role, strength) {
            // The backbone stays as it is when it is passed, with all of its names.
            (Role::Backbone, _) if plan.backbone => {}
            // Bands, headings, the line of demarcation.
            (Role::Furniture, _) => {}
            (Role::Ground | Role::Mark, None) if nobodys => {}
            (_, Some(strength)) => outline(&mut item, strength),
            (Role::Label | Role::Mark, None) if labels(&item, plan) => {
                above.push(item);
                continue;
            }
            // The lozenge where duty changes hands.
            (Role::Mark, None)
                if matches!(item.shape, Shape::Polygon { .. })
                    && item.thing.as_ref().is_some_and(of_row) =>
            {
                above.push(item);
                continue;
            }
            _ => pale(&mut item.shape),
        }
        canvas.items.push(item);
    }
    above
}

/// Whether an item is a number or a word at the end of a lit route.
fn labels(item: &Item, plan: &Plan<'_>) -> bool {
    let y = match &item.shape {
        Shape::Text { at, .. } => at.y,
        Shape::Rect { area, .. } => area.centre().y,
        _ => return false,
    };
    let at = |(thing, end): &(EntityRef, f32)| {
        item.thing.as_ref() == Some(thing) && (y - end).abs() < 4.0
    };
    item.owner.is_none() && plan.labels.iter().any(at)
}

/// The box itself is outlined; zones keep their colour, the ends of ways are filled.
fn outline(item: &mut Item, strength: Strength) {
    let (Shape::Rect { fill, stroke, .. }, true) = (&mut item.shape, item.key.is_some()) else {
        return;
    };
    *stroke = Some(match (strength, item.role) {
        (_, Role::Zone) => solid(INK, 1.2),
        (Strength::Onward, _) => solid(INK, 1.0),
        (Strength::Sure, _) => solid(INK, 2.0),
        (Strength::Perhaps, _) => Stroke { colour: INK, width: 1.4, dash: PERHAPS },
    });
    let end = matches!(item.role, Role::System | Role::Party);
    if end && strength == Strength::Sure {
        *fill = Some(PALE);
    }
}

fn pale(shape: &mut Shape) {
    let line = |stroke: &mut Stroke| {
        stroke.colour = grey(stroke.colour, 0.30);
        stroke.width = stroke.width.min(1.2);
    };
    match shape {
        Shape::Line { stroke, .. } => line(stroke),
        Shape::Text { colour, .. } => *colour = grey(*colour, 0.42),
        Shape::Rect { fill, stroke, .. }
        | Shape::Polygon { fill, stroke, .. }
        | Shape::Circle { fill, stroke, .. } => {
            if let Some(fill) = fill {
                *fill = grey(*fill, 0.34);
            }
            if let Some(stroke) = stroke {
                line(stroke);
            }
        }
    }
}

/// The grey of a colour with so much of its darkness.
fn grey(Colour(r, g, b): Colour, share: f32) -> Colour {
    let light = 0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b);
    let grey = (255.0 - (255.0 - light) * share).round().clamp(0.0, 255.0) as u8;
    Colour(grey, grey, grey)
}
