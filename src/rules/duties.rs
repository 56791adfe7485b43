//! Who holds which duty, and in whose words to say so.

use crate::inventory::{Half, Holder, Inventory};
use crate::locale::Text;
use crate::source::Spanned;

/// One duty of a [`Half`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Duty {
    Owner,
    Installer,
    Maintainer,
    Configuration,
    Patches,
    Logs,
    Cuts,
}

impl Duty {
    /// Every duty, in the order of the inventory.
    pub(super) const ALL: [Self; 7] = [
        Self::Owner,
        Self::Installer,
        Self::Maintainer,
        Self::Configuration,
        Self::Patches,
        Self::Logs,
        Self::Cuts,
    ];

    /// Who holds it.
    pub(super) fn holder(self, half: &Half) -> Option<&Spanned<Holder>> {
        match self {
            Self::Owner => half.owner.as_ref(),
            Self::Installer => half.installer.as_ref(),
            Self::Maintainer => half.maintainer.as_ref(),
            Self::Configuration => half.configuration.as_ref(),
            Self::Patches => half.patches.as_ref(),
            Self::Logs => half.logs.as_ref(),
            Self::Cuts => half.cuts.as_ref(),
        }
    }

    /// The duty in words.
    pub(super) const fn label(self) -> Text {
        match self {
            Self::Owner => Text::new("所有", "ownership"),
            Self::Installer => Text::new("設置", "installation"),
            Self::Maintainer => Text::new("保守", "maintenance"),
            Self::Configuration => Text::new("設定変更", "configuration"),
            Self::Patches => Text::new("更新の適用", "updates"),
            Self::Logs => Text::new("ログの保管と確認", "logs"),
            Self::Cuts => Text::new("緊急時の遮断", "cutting in an emergency"),
        }
    }
}

/// A holder by name.
pub(super) fn name_of(inventory: &Inventory, holder: &Holder) -> Text {
    match holder {
        Holder::Hospital => Text::new("病院", "the hospital"),
        Holder::Undefined => Text::new("未定", "undefined"),
        Holder::Party(id) => Text::same(
            inventory.parties.get(id).map_or(id.as_str(), |party| party.name.value.as_str()),
        ),
    }
}
