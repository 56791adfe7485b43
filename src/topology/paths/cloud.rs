//! Management by a service in a vendor's cloud.

use super::Found;
use super::sides::View;
use crate::text;
use crate::topology::external::PathKind;

/// Products that are switched on, each once.
pub(super) fn of(view: &View<'_>) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for cloud in view.config.cloud.iter().filter(|it| it.enabled) {
        let product = &cloud.product;
        // What a maker adds to its service (names, backups) is the same service.
        let service = product.split_whitespace().next().unwrap_or(product);
        let called = format!("cloud {service}");
        if let Some(known) = found.iter_mut().find(|it| it.called == called) {
            known.path.shows.push((text!("同じサービスの設定", "the same service"), cloud.span));
            continue;
        }
        let name = text!("クラウド管理（{product}）", "cloud management ({product})");
        found.push(Found::new(PathKind::Cloud, called, name, cloud.span));
    }
    found
}
