//! Shapes → outlines: what every format strokes and fills, so that all show the same picture.

use super::scene::{Area, Colour, Item, Point, Shape, Stroke};

/// One step of an outline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Segment {
    /// Starts a new part.
    Move(Point),
    /// A straight line.
    Line(Point),
    /// A cubic Bézier curve: two control points, then the end.
    Curve(Point, Point, Point),
    /// Back to the start of the part.
    Close,
}

/// How far the control points of a quarter circle stand from its ends, by radius.
const KAPPA: f32 = 0.552_284_8;

/// The outline of anything but text.
pub(super) fn of(shape: &Shape) -> Vec<Segment> {
    match shape {
        Shape::Rect { area, radius, .. } => rectangle(*area, *radius),
        Shape::Line { points, radius, arrow, stroke, .. } => {
            polyline(&shortened(points, *arrow, stroke.width), *radius)
        }
        Shape::Polygon { points, .. } => {
            let mut outline = polyline(points, 0.0);
            if !outline.is_empty() {
                outline.push(Segment::Close);
            }
            outline
        }
        Shape::Circle { centre, radius, .. } => {
            let area = Area {
                x: centre.x - radius,
                y: centre.y - radius,
                w: 2.0 * radius,
                h: 2.0 * radius,
            };
            rectangle(area, *radius)
        }
        Shape::Text { .. } => Vec::new(),
    }
}

/// The items in the order of drawing, those that show the same thing together. The halos of such
/// a run are drawn before its lines, so that a branch does not cut the trunk that it leaves.
pub(super) fn runs(items: &[Item]) -> impl Iterator<Item = &[Item]> {
    items.chunk_by(|one, next| one.thing.is_some() && one.thing == next.thing)
}

/// The white line below a line. It ends short of the boxes that the line joins, whose outlines it
/// must not wipe out.
pub(super) fn halo(shape: &Shape) -> Option<(Vec<Segment>, Stroke)> {
    let Shape::Line { points, radius, stroke, halo, .. } = shape else {
        return None;
    };
    if *halo <= 0.0 {
        return None;
    }
    let mut points = points.clone();
    for _ in 0..2 {
        points.reverse();
        cut(&mut points, stroke.width + 0.5);
    }
    let border = Stroke { colour: Colour(255, 255, 255), width: *halo, dash: &[] };
    Some((polyline(&points, *radius), border))
}

/// The three corners of the arrow head at the end of a line.
pub(super) fn arrow_head(points: &[Point], width: f32) -> Option<[Point; 3]> {
    let [.., before, tip] = points else {
        return None;
    };
    let (ux, uy) = direction(*before, *tip)?;
    let (length, half) = head_size(width);
    let base = Point { x: tip.x - ux * length, y: tip.y - uy * length };
    let side = |sign: f32| Point { x: base.x - uy * half * sign, y: base.y + ux * half * sign };
    Some([*tip, side(1.0), side(-1.0)])
}

/// Length and half breadth of an arrow head.
fn head_size(width: f32) -> (f32, f32) {
    (2.5 + 2.5 * width, 1.2 + 1.2 * width)
}

/// The line without what the arrow head covers, so that its tip stays sharp.
fn shortened(points: &[Point], arrow: bool, width: f32) -> Vec<Point> {
    let mut points = points.to_vec();
    if arrow {
        cut(&mut points, head_size(width).0 - 0.5);
    }
    points
}

/// Moves the last point back, at most to the one before.
fn cut(points: &mut [Point], length: f32) {
    if let [.., before, tip] = points
        && let Some((ux, uy)) = direction(*before, *tip)
    {
        let length = length.min((tip.x - before.x).hypot(tip.y - before.y));
        tip.x -= ux * length;
        tip.y -= uy * length;
    }
}

/// The unit vector from one point to another; `None` when they are the same.
fn direction(from: Point, to: Point) -> Option<(f32, f32)> {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let length = dx.hypot(dy);
    (length > 0.0).then(|| (dx / length, dy / length))
}

fn rectangle(area: Area, radius: f32) -> Vec<Segment> {
    let (left, top, right, bottom) = (area.x, area.y, area.right(), area.bottom());
    let at = |x, y| Point { x, y };
    let r = radius.min(area.w / 2.0).min(area.h / 2.0).max(0.0);
    if r < 0.01 {
        return vec![
            Segment::Move(at(left, top)),
            Segment::Line(at(right, top)),
            Segment::Line(at(right, bottom)),
            Segment::Line(at(left, bottom)),
            Segment::Close,
        ];
    }
    let k = r * (1.0 - KAPPA);
    vec![
        Segment::Move(at(left + r, top)),
        Segment::Line(at(right - r, top)),
        Segment::Curve(at(right - k, top), at(right, top + k), at(right, top + r)),
        Segment::Line(at(right, bottom - r)),
        Segment::Curve(at(right, bottom - k), at(right - k, bottom), at(right - r, bottom)),
        Segment::Line(at(left + r, bottom)),
        Segment::Curve(at(left + k, bottom), at(left, bottom - k), at(left, bottom - r)),
        Segment::Line(at(left, top + r)),
        Segment::Curve(at(left, top + k), at(left + k, top), at(left + r, top)),
        Segment::Close,
    ]
}

/// A line through points; each bend is rounded as far as its two arms allow.
fn polyline(points: &[Point], radius: f32) -> Vec<Segment> {
    let [first, rest @ ..] = points else {
        return Vec::new();
    };
    let mut outline = vec![Segment::Move(*first)];
    for (index, point) in rest.iter().enumerate() {
        let (before, after) = (points.get(index), points.get(index + 2));
        let bend = before.zip(after).and_then(|(before, after)| {
            let (into, out) = (direction(*before, *point)?, direction(*point, *after)?);
            let reach = |a: &Point, b: &Point| (b.x - a.x).hypot(b.y - a.y) / 2.0;
            let r = radius.min(reach(before, point)).min(reach(point, after));
            let straight = into.0 * out.0 + into.1 * out.1 > 0.999;
            (r >= 0.01 && !straight).then_some((into, out, r))
        });
        let Some((into, out, r)) = bend else {
            outline.push(Segment::Line(*point));
            continue;
        };
        let along = |direction: (f32, f32), distance: f32| Point {
            x: point.x + direction.0 * distance,
            y: point.y + direction.1 * distance,
        };
        let k = r * (1.0 - KAPPA);
        outline.push(Segment::Line(along(into, -r)));
        outline.push(Segment::Curve(along(into, -k), along(out, k), along(out, r)));
    }
    outline
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f32, y: f32) -> Point {
        Point { x, y }
    }

    #[test]
    fn a_bend_is_not_rounder_than_its_arms_are_long() {
        let outline = polyline(&[at(0.0, 0.0), at(4.0, 0.0), at(4.0, 50.0)], 10.0);
        assert_eq!(outline.get(1), Some(&Segment::Line(at(2.0, 0.0))));
    }

    #[test]
    fn an_arrow_head_points_along_the_last_segment() {
        let head = arrow_head(&[at(0.0, 0.0), at(0.0, 20.0)], 1.0);
        let Some([tip, left, right]) = head else {
            panic!("no head");
        };
        assert_eq!(tip, at(0.0, 20.0));
        assert_eq!((left.y, right.y), (15.0, 15.0));
        assert_eq!(left.x, -right.x);
    }

    #[test]
    fn a_point_is_no_line() {
        assert!(arrow_head(&[at(1.0, 1.0)], 1.0).is_none());
        assert!(arrow_head(&[at(1.0, 1.0), at(1.0, 1.0)], 1.0).is_none());
        assert!(polyline(&[], 1.0).is_empty());
    }
}
