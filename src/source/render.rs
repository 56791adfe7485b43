//! Diagnostics as text: the source line with a caret under the right character.

use super::{Diagnostic, Level, SourceMap};
use crate::locale::Lang;
use annotate_snippets::{
    AnnotationKind, Group, Level as Rank, Renderer, Snippet, renderer::DecorStyle,
};

/// How a rendering looks.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// The language of the words.
    pub lang: Lang,
    /// Whether to write colour escapes; only for a terminal.
    pub colour: bool,
}

/// One diagnostic as a block of lines without a trailing line break.
pub fn render(diagnostic: &Diagnostic, sources: &SourceMap, style: Style) -> String {
    let lang = style.lang;
    let rank = match (diagnostic.level, lang) {
        (Level::Error, Lang::Ja) => Rank::ERROR.with_name("誤り"),
        (Level::Error, Lang::En) => Rank::ERROR,
        (Level::Warning, Lang::Ja) => Rank::WARNING.with_name("注意"),
        (Level::Warning, Lang::En) => Rank::WARNING,
    };
    let help_rank = match lang {
        Lang::Ja => Rank::HELP.with_name("対処"),
        Lang::En => Rank::HELP,
    };
    let mut group = Group::with_title(
        rank.primary_title(diagnostic.message.get(lang))
            .id(diagnostic.code),
    );
    let mut files: Vec<_> = diagnostic
        .labels
        .iter()
        .map(|label| label.span.file)
        .collect();
    files.dedup();
    for (index, id) in files.iter().enumerate() {
        if files[..index].contains(id) {
            continue;
        }
        let file = sources.file(*id);
        let annotations = diagnostic
            .labels
            .iter()
            .enumerate()
            .filter(|(_, label)| label.span.file == *id)
            .map(|(order, label)| {
                let kind = if order == 0 {
                    AnnotationKind::Primary
                } else {
                    AnnotationKind::Context
                };
                kind.span(label.span.start as usize..label.span.end as usize)
                    .label(label.text.get(lang))
            });
        group = group.element(
            Snippet::source(file.text())
                .path(file.name())
                .fold(true)
                .annotations(annotations),
        );
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(help_rank.message(help.get(lang)));
    }
    let renderer = if style.colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    renderer.decor_style(DecorStyle::Ascii).render(&[group])
}
