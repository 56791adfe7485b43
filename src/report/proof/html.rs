//! The proof as one page that opens from a USB stick: no request leaves it, no script is in it, and
//! it prints on A4.

use super::content::content;
use super::sealed::Sealed;
use crate::locale::Lang;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};

/// The page. The error is that of a damaged template.
pub fn html(sealed: &Sealed, lang: Lang) -> Result<Vec<u8>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    let content = content(sealed, lang);
    let context = context! { lang => lang.tag(), it => Serde(&content) };
    Ok(environment.render_str(include_str!("proof.html"), context)?.into_bytes())
}
