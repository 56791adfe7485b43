//! How things look. Every meaning has a shape or a word beside its colour, so that the drawing
//! reads in black and white.

use crate::diagram::scene::{Colour, Stroke};
use crate::finding::Severity;
use crate::locale::Text;
use crate::model::words::{Transport, ZoneKind};
use crate::topology::Corroboration;

pub(super) const INK: Colour = Colour(0x1a, 0x1a, 0x1a);
pub(super) const SOFT: Colour = Colour(0x4a, 0x4f, 0x55);
/// For words that matter least.
pub(super) const FAINT_INK: Colour = Colour(0x7a, 0x80, 0x86);
pub(super) const FAINT: Colour = Colour(0xb4, 0xba, 0xc0);
pub(super) const PAPER: Colour = Colour(0xff, 0xff, 0xff);
pub(super) const OUTSIDE: Colour = Colour(0xf7, 0xf7, 0xf5);
pub(super) const ALARM: Colour = Colour(0xc0, 0x10, 0x20);
/// The inside of boxes that belong to a party.
pub(super) const VENDOR: Colour = Colour(0xe6, 0xe8, 0xea);
pub(super) const BACKBONE: Colour = Colour(0x34, 0x40, 0x48);

/// Size of names of systems.
pub(super) const NAME: f32 = 7.1;
/// Size of addresses and other small print; nothing on a sheet is smaller than [`LEAST`].
pub(super) const SMALL: f32 = 6.5;
/// The smallest size of any text.
pub(super) const LEAST: f32 = 6.5;

const DOTTED: &[f32] = &[1.6, 2.2];
/// Thin dots far apart: nobody could have seen it.
pub(super) const SPARSE: &[f32] = &[1.0, 4.6];
const DASHED: &[f32] = &[6.5, 3.0];
const DASH_DOT: &[f32] = &[7.0, 2.2, 1.6, 2.2];
pub(super) const BOUNDARY: &[f32] = &[9.0, 3.0, 2.0, 3.0];
pub(super) const GHOST: &[f32] = &[3.0, 2.0];

/// What protects the traffic of a connection on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Carriage {
    /// A network that is not shared with the internet.
    Closed,
    /// Encrypted over the internet.
    Encrypted,
    /// Neither.
    Open,
    /// Nobody can tell.
    Unknown,
}

impl Carriage {
    pub(super) fn of(transport: Transport) -> Self {
        match transport {
            Transport::Dedicated | Transport::Isdn | Transport::IpVpn | Transport::ClosedMobile => {
                Self::Closed
            }
            Transport::IpsecIke
            | Transport::SslVpnClient
            | Transport::SslVpnOther
            | Transport::TlsMtls
            | Transport::Tls
            | Transport::WireGuard
            | Transport::OpenVpn
            | Transport::L2tpIpsec
            | Transport::RemoteControl => Self::Encrypted,
            Transport::L2tp | Transport::Pptp | Transport::Gre | Transport::PlainInternet => {
                Self::Open
            }
        }
    }

    pub(super) fn colour(self) -> Colour {
        match self {
            Self::Closed => Colour(0x12, 0x4a, 0x86),
            Self::Encrypted => Colour(0x0b, 0x6e, 0x5c),
            Self::Open | Self::Unknown => Colour(0x8a, 0x3a, 0x12),
        }
    }

    /// One character that says the same as the colour.
    pub(super) fn sign(self) -> Text {
        match self {
            Self::Closed => Text::new("閉", "C"),
            Self::Encrypted => Text::new("暗", "E"),
            Self::Open => Text::new("平", "O"),
            Self::Unknown => Text::new("？", "?"),
        }
    }

    pub(super) fn label(self) -> Text {
        match self {
            Self::Closed => Text::new("閉域（専用線・IP-VPN等）", "closed network"),
            Self::Encrypted => Text::new("インターネット上で暗号化", "encrypted, internet"),
            Self::Open => Text::new("暗号化なし", "not encrypted"),
            Self::Unknown => Text::new("暗号化の有無は不明", "encrypted or not: unknown"),
        }
    }
}

/// The line of a connection: colour by carriage or alarm, dash by corroboration.
pub(super) fn route(carriage: Carriage, state: Corroboration) -> Stroke {
    let (colour, width, dash): (_, _, &'static [f32]) = match state {
        Corroboration::Confirmed => (carriage.colour(), 1.9, &[]),
        Corroboration::NotLooked => (carriage.colour(), 1.2, &[]),
        Corroboration::NotSeen => (carriage.colour(), 1.3, DOTTED),
        Corroboration::Undeclared => (ALARM, 2.2, DASHED),
        Corroboration::Conflicting => (ALARM, 1.7, DASH_DOT),
    };
    Stroke { colour, width, dash }
}

/// The outline of a device.
pub(super) fn outline(state: Corroboration) -> Stroke {
    match state {
        Corroboration::Undeclared => Stroke { colour: ALARM, width: 1.5, dash: DASHED },
        Corroboration::Conflicting => Stroke { colour: ALARM, width: 1.5, dash: DASH_DOT },
        _ => solid(INK, 1.5),
    }
}

/// The word beside the line; nothing is said where nobody looked at anything. `probed` is whether a
/// probe arrived where it must not, when there was one.
pub(super) fn state_word(
    state: Corroboration,
    watched: bool,
    probed: Option<bool>,
) -> Option<Text> {
    match state {
        Corroboration::Confirmed if probed == Some(true) => {
            Some(Text::new("疎通不一致", "probed: beyond"))
        }
        Corroboration::Confirmed if probed.is_some() => Some(Text::new("疎通確認済", "probed")),
        Corroboration::Confirmed if watched => Some(Text::new("確認済", "confirmed")),
        Corroboration::NotLooked if watched => Some(Text::new("観測範囲外", "not looked at")),
        Corroboration::NotSeen if watched => Some(Text::new("通信なし", "not seen")),
        Corroboration::Confirmed => Some(Text::new("設定と一致", "as configured")),
        Corroboration::NotLooked => None,
        Corroboration::NotSeen => Some(Text::new("未確認", "not seen")),
        Corroboration::Undeclared => Some(Text::new("台帳未記載", "undeclared")),
        Corroboration::Conflicting => Some(Text::new("不一致", "conflicting")),
    }
}

/// Background and ink of a zone, by what it is for, so that the same kind looks alike on every
/// sheet and in every year.
pub(super) fn zone(kind: ZoneKind) -> (Colour, Colour) {
    match kind {
        ZoneKind::Clinical => (Colour(0xec, 0xe8, 0xf6), Colour(0x58, 0x3f, 0x92)),
        ZoneKind::Department => (Colour(0xe4, 0xf2, 0xea), Colour(0x22, 0x71, 0x4e)),
        ZoneKind::MedicalDevice => (Colour(0xe2, 0xf1, 0xf6), Colour(0x1c, 0x6e, 0x8a)),
        ZoneKind::Administrative => (Colour(0xfb, 0xef, 0xe4), Colour(0x96, 0x53, 0x14)),
        ZoneKind::Information => (Colour(0xe3, 0xec, 0xf8), Colour(0x25, 0x5a, 0x99)),
        ZoneKind::Dmz => (Colour(0xf6, 0xf0, 0xdc), Colour(0x7c, 0x64, 0x14)),
        ZoneKind::Management => (Colour(0xec, 0xef, 0xf1), Colour(0x41, 0x51, 0x5b)),
        ZoneKind::Backup => (Colour(0xe9, 0xee, 0xe9), Colour(0x3c, 0x5a, 0x42)),
        ZoneKind::Facility => (Colour(0xf2, 0xf0, 0xe6), Colour(0x63, 0x5d, 0x2c)),
        ZoneKind::Guest => (Colour(0xf8, 0xe8, 0xf0), Colour(0x92, 0x32, 0x5c)),
    }
}

/// The colour of the mark of a finding.
pub(super) fn severity(severity: Severity) -> Colour {
    match severity {
        Severity::Critical | Severity::High => ALARM,
        Severity::Medium => Colour(0xa8, 0x52, 0x00),
        Severity::Low | Severity::Info => SOFT,
    }
}

pub(super) const fn solid(colour: Colour, width: f32) -> Stroke {
    Stroke { colour, width, dash: &[] }
}

/// A severity in one character, so that marks read without colour.
pub(super) fn weight(severity: Severity) -> Text {
    match severity {
        Severity::Critical => Text::new("緊", "C"),
        Severity::High => Text::new("高", "H"),
        Severity::Medium => Text::new("中", "M"),
        Severity::Low => Text::new("低", "L"),
        Severity::Info => Text::new("参", "I"),
    }
}

/// How something looks on a sheet that says one thing about everything: what became of it since
/// the drawing before, or how it was last confirmed. Each look has a stroke of its own, so that it
/// reads in black and white.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Look {
    /// It was not there before.
    New,
    /// It is not there any more.
    Gone,
    /// It is there, and different.
    Changed,
    /// Only what was looked at changed.
    Scope,
    /// It was there before and nobody looked this time: it is not gone.
    Unlooked,
    /// A device or a packet confirmed it within a year.
    Seen,
    /// Somebody went and looked within a year.
    Visited,
    /// Somebody said so within a year.
    Said,
    /// All that is longer ago.
    Old,
    /// It is not as declared.
    Differs,
    /// Nobody looked.
    Unseen,
}

/// What is gone: its lines and its words.
const GHOST_LINE: Colour = Colour(0x86, 0x8c, 0x92);
pub(super) const GHOST_INK: Colour = Colour(0x6e, 0x74, 0x7a);
const NEW_INK: Colour = Colour(0x12, 0x6b, 0x33);
const NEW_FILL: Colour = Colour(0xe9, 0xf6, 0xec);
const VISITED_FILL: Colour = Colour(0xf3, 0xf8, 0xde);
const SAID_INK: Colour = Colour(0x2a, 0x4f, 0x8a);
const SAID_FILL: Colour = Colour(0xea, 0xf1, 0xfb);
const OLD_FILL: Colour = Colour(0xfd, 0xf0, 0xdd);
const DIFFERS_FILL: Colour = Colour(0xfd, 0xe6, 0xe6);
const UNSEEN_FILL: Colour = Colour(0xd9, 0xdb, 0xdd);
const CHANGED_INK: Colour = Colour(0x8a, 0x4b, 0x00);

impl Look {
    /// The inside and the outline of a box that usually looks otherwise.
    pub(super) fn boxed(
        self,
        fill: Option<Colour>,
        stroke: Option<Stroke>,
    ) -> (Option<Colour>, Option<Stroke>) {
        match self {
            Self::New => (fill.map(|_| NEW_FILL), Some(solid(NEW_INK, 2.6))),
            Self::Gone => {
                (Some(PAPER), Some(Stroke { colour: GHOST_LINE, width: 1.0, dash: GHOST }))
            }
            Self::Changed => {
                let width = stroke.as_ref().map_or(0.0, |it| it.width).max(1.3);
                (fill, stroke.map(|it| Stroke { colour: CHANGED_INK, width, ..it }))
            }
            Self::Scope => {
                let width = stroke.as_ref().map_or(0.0, |it| it.width).max(1.1);
                (fill, stroke.map(|it| Stroke { width, dash: DOTTED, ..it }))
            }
            Self::Unlooked => (Some(PAPER), Some(Stroke { colour: INK, width: 1.3, dash: DOTTED })),
            Self::Seen => (Some(NEW_FILL), Some(solid(NEW_INK, 2.2))),
            Self::Visited => (Some(VISITED_FILL), Some(solid(NEW_INK, 1.6))),
            Self::Said => (Some(SAID_FILL), Some(solid(SAID_INK, 1.0))),
            Self::Old => {
                (Some(OLD_FILL), Some(Stroke { colour: CHANGED_INK, width: 1.2, dash: DASHED }))
            }
            Self::Differs => {
                (Some(DIFFERS_FILL), Some(Stroke { colour: ALARM, width: 2.0, dash: DASH_DOT }))
            }
            Self::Unseen => {
                (Some(UNSEEN_FILL), Some(Stroke { colour: GHOST_LINE, width: 0.9, dash: DOTTED }))
            }
        }
    }

    /// A line that usually looks otherwise; `most` is the greatest width that disturbs no neighbour.
    pub(super) fn line(self, stroke: Stroke, most: f32) -> Stroke {
        match self {
            Self::New => {
                Stroke { width: (stroke.width + 1.5).min(most).max(stroke.width), ..stroke }
            }
            Self::Gone => Stroke { colour: GHOST_LINE, width: 1.1, dash: GHOST },
            Self::Changed | Self::Scope => stroke,
            Self::Unlooked => Stroke { colour: INK, width: 1.3, dash: DOTTED },
            Self::Seen => solid(NEW_INK, 2.2_f32.min(most)),
            Self::Visited => solid(NEW_INK, 1.5),
            Self::Said => solid(SAID_INK, 1.0),
            Self::Old => Stroke { colour: CHANGED_INK, width: 1.3, dash: DASHED },
            Self::Differs => Stroke { colour: ALARM, width: 1.8_f32.min(most), dash: DASH_DOT },
            Self::Unseen => Stroke { colour: GHOST_LINE, width: 1.2, dash: DOTTED },
        }
    }

    /// Inside, outline and ink of a chip.
    pub(super) fn chip(self) -> (Colour, Stroke, Colour) {
        match self {
            Self::New => (NEW_INK, solid(NEW_INK, 0.8), PAPER),
            Self::Gone => (PAPER, solid(GHOST_LINE, 0.6), GHOST_INK),
            Self::Changed => (PAPER, solid(CHANGED_INK, 0.9), CHANGED_INK),
            Self::Unlooked => (PAPER, solid(INK, 0.7), INK),
            Self::Scope | Self::Unseen => (PAPER, solid(SOFT, 0.5), SOFT),
            Self::Seen => (NEW_INK, solid(NEW_INK, 0.8), PAPER),
            Self::Visited => (PAPER, solid(NEW_INK, 0.9), NEW_INK),
            Self::Said => (PAPER, solid(SAID_INK, 0.6), SAID_INK),
            Self::Old => (PAPER, solid(CHANGED_INK, 0.9), CHANGED_INK),
            Self::Differs => (ALARM, solid(ALARM, 0.8), PAPER),
        }
    }

    /// The colour of words that usually have another.
    pub(super) fn ink(self, usual: Colour) -> Colour {
        if self == Self::Gone { GHOST_INK } else { usual }
    }
}
