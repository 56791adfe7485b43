//! `sekisho completions`, `sekisho man` and `sekisho help`: made from the definition of the command line.

use super::Exit;
use super::args::{self, Completions, Help, Man, command};
use super::console::{Console, Stop};
use super::deliver::{Delivery, Existing};
use crate::text;
use clap_mangen::Man as Page;

const NAME: &str = "sekisho";

/// Prints the completion script of a shell.
pub(super) fn completions(args: &Completions, console: &Console) -> Result<Exit, Stop> {
    let mut script = Vec::new();
    let mut command = command(console.lang());
    clap_complete::generate(args.shell, &mut command, NAME, &mut script);
    console.print(&script)?;
    Ok(Exit::Clean)
}

/// Prints the help of a command, as `--help` does.
pub(super) fn help(asked: &Help, console: &Console) -> Result<Exit, Stop> {
    let help = args::help(asked.command.as_deref(), console.lang());
    if help.use_stderr() {
        return Err(Stop::Refused(Box::new(help)));
    }
    console.print(help.render().to_string().as_bytes())?;
    Ok(Exit::Clean)
}

/// Prints the main page, or writes the pages of all commands.
pub(super) fn man(args: &Man, console: &Console) -> Result<Exit, Stop> {
    let mut main = command(console.lang());
    main.build();
    let Some(folder) = &args.out else {
        console.print(&render(main))?;
        return Ok(Exit::Clean);
    };
    let mut delivery = Delivery::new(Existing::Replace);
    for inner in main.get_subcommands() {
        let file = folder.join(format!("{NAME}-{}.1", inner.get_name()));
        delivery.add(&file, &render(inner.clone()))?;
    }
    delivery.add(&folder.join(format!("{NAME}.1")), &render(main))?;
    let written = delivery.finish()?.len();
    let folder = folder.display();
    console.remark(&text!(
        "{folder} に{written}ページを書きました",
        "{written} pages written to {folder}"
    ));
    Ok(Exit::Clean)
}

fn render(command: clap::Command) -> Vec<u8> {
    let mut page = Vec::new();
    // Writing to memory does not fail.
    let _ = Page::new(command).render(&mut page);
    page
}
