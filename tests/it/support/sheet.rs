//! A small sheet made by hand: one party, one device, one zone with a system, joined by a route.

use sekisho::diagram::font;
use sekisho::diagram::scene::{Anchor, Area, Colour, Item, Point, Role, Scene, Shape, Stroke};
use sekisho::model::{EntityKind, EntityRef};

const BLACK: Colour = Colour(20, 20, 20);
const BLUE: Colour = Colour(0, 90, 181);

/// A place.
pub fn at(x: f32, y: f32) -> Point {
    Point { x, y }
}

/// An item with nothing but a shape and a role.
pub fn item(role: Role, shape: Shape) -> Item {
    Item { shape, role, key: None, owner: None, ends: None, thing: None }
}

/// A box.
pub fn boxed(role: Role, key: &str, kind: EntityKind, area: (f32, f32, f32, f32)) -> Item {
    let (x, y, w, h) = area;
    Item {
        key: Some(key.to_owned()),
        thing: Some(EntityRef::new(kind, key)),
        ..item(
            role,
            Shape::Rect {
                area: Area { x, y, w, h },
                radius: 3.0,
                fill: Some(Colour(255, 255, 255)),
                stroke: Some(solid(BLACK, 1.0)),
            },
        )
    }
}

/// A text of 8 points in a box.
pub fn text(owner: Option<&str>, at: Point, anchor: Anchor, words: &str) -> Item {
    Item {
        owner: owner.map(str::to_owned),
        ..item(
            Role::Label,
            Shape::Text {
                at,
                anchor,
                text: font::drawable(words),
                size: 8.0,
                bold: false,
                colour: BLACK,
                turn: 0,
            },
        )
    }
}

/// A solid stroke.
pub fn solid(colour: Colour, width: f32) -> Stroke {
    Stroke { colour, width, dash: &[] }
}

/// A route of a connection.
pub fn route(connection: &str, ends: (&str, &str), points: &[Point]) -> Item {
    Item {
        ends: Some((ends.0.to_owned(), ends.1.to_owned())),
        thing: Some(EntityRef::new(EntityKind::Connection, connection)),
        ..item(
            Role::Route,
            Shape::Line {
                points: points.to_vec(),
                radius: 4.0,
                stroke: Stroke { colour: BLUE, width: 1.2, dash: &[4.0, 2.0] },
                arrow: true,
                halo: 4.2,
            },
        )
    }
}

/// The whole sheet. Every check of the geometry holds on it.
pub fn sheet() -> Scene {
    let items = vec![
        boxed(Role::Zone, "clinical", EntityKind::Zone, (250.0, 60.0, 120.0, 90.0)),
        text(Some("clinical"), at(255.0, 72.0), Anchor::Start, "診療系（電子カルテ・オーダ）"),
        boxed(Role::Party, "fujimi", EntityKind::Party, (30.0, 90.0, 80.0, 30.0)),
        text(Some("fujimi"), at(70.0, 108.0), Anchor::Middle, "富士見メディカル㈱"),
        boxed(Role::Device, "vpn1", EntityKind::Device, (150.0, 80.0, 60.0, 50.0)),
        text(Some("vpn1"), at(180.0, 108.0), Anchor::Middle, "保守用VPN"),
        boxed(Role::System, "ehr-db", EntityKind::System, (265.0, 90.0, 90.0, 30.0)),
        text(Some("ehr-db"), at(270.0, 108.0), Anchor::Start, "電子カルテDB <&\"'>"),
        route("ehr-maintenance", ("fujimi", "vpn1"), &[at(110.0, 105.0), at(150.0, 105.0)]),
        route(
            "ehr-maintenance",
            ("vpn1", "ehr-db"),
            &[at(210.0, 95.0), at(230.0, 95.0), at(230.0, 105.0), at(265.0, 105.0)],
        ),
        Item {
            key: Some("badge-1".to_owned()),
            thing: Some(EntityRef::new(EntityKind::Connection, "ehr-maintenance")),
            ..item(
                Role::Mark,
                Shape::Circle {
                    centre: at(130.0, 105.0),
                    radius: 7.0,
                    fill: Some(BLUE),
                    stroke: None,
                },
            )
        },
        text(Some("badge-1"), at(130.0, 108.0), Anchor::Middle, "1"),
        item(
            Role::Mark,
            Shape::Polygon {
                points: vec![at(30.0, 160.0), at(40.0, 175.0), at(20.0, 175.0)],
                fill: Some(Colour(200, 0, 30)),
                stroke: Some(solid(BLACK, 0.5)),
            },
        ),
        Item {
            shape: Shape::Text {
                at: at(380.0, 60.0),
                anchor: Anchor::Start,
                text: "ー".to_owned(),
                size: 9.0,
                bold: true,
                colour: BLACK,
                turn: 90,
            },
            ..item(Role::Backbone, Shape::Polygon { points: Vec::new(), fill: None, stroke: None })
        },
    ];
    Scene {
        width: 420.0,
        height: 200.0,
        title: "外部接続構成図 <1/2> & 試験".to_owned(),
        lang: "ja",
        items,
    }
}
