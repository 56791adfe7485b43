//! The proof as text for a terminal.

use super::content::content;
use super::sealed::Sealed;
use crate::locale::{Lang, display_width, pad_to, wrap};
use crate::report::paper::{Block, Cell, Ink, Table};
use crate::report::terminal::Style;
use std::fmt::Write as _;

/// Everything that the paper says, as wide as the terminal.
pub fn text(sealed: &Sealed, lang: Lang, style: Style) -> String {
    let content = content(sealed, lang);
    let mut page = Page { style, text: String::new() };
    let heading = format!("{}  {}", content.title, content.subtitle);
    page.paragraph("", &heading, Ink::Strong);
    let (label, digits) = &content.framed;
    page.paragraph("", &format!("{label} {digits}"), Ink::Plain);
    for block in &content.blocks {
        page.block(block);
    }
    page.text
}

struct Page {
    style: Style,
    text: String,
}

impl Page {
    fn ink(&self, text: &str, ink: Ink) -> String {
        let code = match ink {
            Ink::Plain | Ink::Soft => "",
            Ink::Strong => "1",
            Ink::Alarm => "1;31",
            Ink::Doubt => "33",
        };
        match self.style.colour && !code.is_empty() && !text.is_empty() {
            true => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            false => text.to_owned(),
        }
    }

    /// A text broken to the width; following lines are indented by the width of `lead`.
    fn paragraph(&mut self, lead: &str, text: &str, ink: Ink) {
        let indent = display_width(lead);
        let room = self.style.columns.max(40).saturating_sub(indent).max(20);
        let mut lead = lead.to_owned();
        for line in wrap(text, room) {
            let line = self.ink(&line, ink);
            let _ = writeln!(self.text, "{}", format!("{lead}{line}").trim_end());
            lead = " ".repeat(indent);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Verdict { ink, word, because } => {
                self.text.push('\n');
                self.paragraph("", word, *ink);
                for it in because {
                    self.paragraph("  * ", it, Ink::Plain);
                }
            }
            Block::Section(title) => {
                let rule = self.style.columns.max(40).saturating_sub(display_width(title) + 4);
                let line = format!("-- {title} {}", "-".repeat(rule));
                let line = self.ink(&line, Ink::Strong);
                let _ = write!(self.text, "\n{line}\n\n");
            }
            Block::Facts(facts) => {
                let widest = facts.iter().map(|it| display_width(&it.0)).max().unwrap_or(0);
                for (label, says) in facts {
                    self.paragraph(&format!("  {}  ", pad_to(label, widest)), says, Ink::Plain);
                }
            }
            Block::List(all) => {
                for it in all {
                    self.paragraph("  * ", it, Ink::Plain);
                }
            }
            Block::Table(table) => self.table(table),
            // The table says all of it.
            Block::Drawing(_) => {}
            Block::Signatures { sides, seal, .. } => {
                for line in sides.iter().chain(seal) {
                    self.paragraph("  ", line, Ink::Plain);
                }
            }
        }
    }

    /// A narrow table in columns; a row of a wide one as a paragraph under its first cells.
    fn table(&mut self, table: &Table) {
        let line = |cell: &Cell| cell.iter().map(|it| it.1.as_str()).collect::<Vec<_>>().join(" ");
        let plain = table.rows.iter().flatten().all(|it| it.len() <= 1);
        if !plain {
            for row in &table.rows {
                self.row(table, row);
            }
            return;
        }
        let width = |column: usize| {
            let cells = table.rows.iter().filter_map(|row| row.get(column)).map(&line);
            let head = table.head.get(column).map(|it| it.0.clone());
            cells.chain(head).map(|it| display_width(&it)).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..table.head.len()).map(width).collect();
        let mut put = |cells: Vec<String>, ink: Ink| {
            let Some((last, others)) = cells.split_last() else { return };
            let padded = others.iter().zip(&widths).map(|(it, width)| pad_to(it, *width));
            let lead = padded.fold(String::from("  "), |lead, it| lead + &it + "  ");
            self.paragraph(&lead, if last.is_empty() { " " } else { last }, ink);
        };
        put(table.head.iter().map(|it| it.0.clone()).collect(), Ink::Strong);
        for row in &table.rows {
            put(row.iter().map(line).collect(), Ink::Plain);
        }
    }

    /// The number and the target, then each column by its title.
    fn row(&mut self, table: &Table, row: &[Cell]) {
        let [number, target, rest @ ..] = row else { return };
        let number = number.first().map(|it| it.1.as_str()).unwrap_or_default();
        let mut lead = format!("  {} ", pad_to(number, 3));
        let indent = " ".repeat(display_width(&lead));
        for (ink, says) in target {
            self.paragraph(&lead, says, *ink);
            lead.clone_from(&indent);
        }
        let titles = table.head.iter().skip(2).map(|it| it.0.as_str());
        let widest = titles.clone().map(display_width).max().unwrap_or(0);
        for (title, cell) in titles.zip(rest) {
            let mut lead = format!("{indent}{}  ", pad_to(title, widest));
            for (ink, says) in cell {
                self.paragraph(&lead, says, *ink);
                lead = " ".repeat(display_width(&lead));
            }
        }
        self.text.push('\n');
    }
}
