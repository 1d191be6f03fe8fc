// SPDX-License-Identifier: GPL-2.0

//! What the output goes to: how wide it is, and whether it takes colours.

use std::{
    env,
    io::{
        stdout,
        IsTerminal, //
    }, //
};

/// The width of what is not a terminal.
const WIDTH: usize = 80;
/// Less than this leaves no room for a bar.
const NARROWEST: usize = 40;

#[derive(Clone, Copy)]
pub(crate) struct Style {
    pub(crate) width: usize,
    pub(crate) colour: bool,
    pub(crate) ascii: bool,
}

/// Whether the terminal says that it knows no more than lines.
pub(crate) fn is_dumb() -> bool {
    env::var_os("TERM").is_some_and(|term| term == "dumb")
}

impl Style {
    /// The style for stdout.
    pub(crate) fn of_stdout(ascii: bool) -> Self {
        let terminal = stdout().is_terminal();
        let width = terminal
            .then(|| rustix::termios::tcgetwinsize(stdout()).ok())
            .flatten()
            // A serial line has no size.
            .filter(|size| size.ws_col > 0)
            .map_or(WIDTH, |size| usize::from(size.ws_col));
        // no-color.org: any value but an empty one.
        let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) || is_dumb();
        Self {
            width: width.max(NARROWEST),
            colour: terminal && !refused,
            ascii,
        }
    }
}
