// SPDX-License-Identifier: GPL-2.0

//! The terminal: taken over, and put back on every way out, a panic among them.

use std::{
    fs::File,
    io::{
        self,
        BufWriter,
        Write, //
    },
    os::fd::OwnedFd,
    panic,
    sync::{
        Mutex,
        Once,
        PoisonError, //
    }, //
};

use ratatui::{
    backend::CrosstermBackend,
    layout::Rect,
    Frame,
    Terminal,
    TerminalOptions,
    Viewport, //
};
use rustix::termios::{
    tcgetattr,
    tcgetwinsize,
    tcsetattr,
    OptionalActions,
    Termios, //
};

/// The alternate screen, without a cursor.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?25l";
const LEAVE: &[u8] = b"\x1b[0m\x1b[?25h\x1b[?1049l";

/// The terminal that is taken over, and its modes before that.
static TAKEN: Mutex<Option<(File, Termios)>> = Mutex::new(None);

/// The screen, while it is ours.
pub(crate) struct Screen {
    file: File,
    terminal: Terminal<CrosstermBackend<BufWriter<File>>>,
}

impl Screen {
    /// Takes over a terminal.
    pub(crate) fn open(terminal: OwnedFd) -> io::Result<Self> {
        restore_on_panic();
        let file = File::from(terminal);
        let modes = tcgetattr(&file)?;
        let screen = Self {
            terminal: Terminal::with_options(
                CrosstermBackend::new(BufWriter::new(file.try_clone()?)),
                TerminalOptions {
                    viewport: Viewport::Fixed(size(&file)),
                },
            )?,
            file,
        };
        let taken = (screen.file.try_clone()?, modes);
        *TAKEN.lock().unwrap_or_else(PoisonError::into_inner) = Some(taken);
        screen.enter()?;
        Ok(screen)
    }

    /// Sets the modes, also after somebody else has had the terminal in between.
    fn enter(&self) -> io::Result<()> {
        let mut raw = tcgetattr(&self.file)?;
        raw.make_raw();
        tcsetattr(&self.file, OptionalActions::Now, &raw)?;
        (&self.file).write_all(ENTER)
    }

    /// The process was stopped, and goes on.
    pub(crate) fn enter_again(&mut self) -> io::Result<()> {
        self.enter()?;
        self.resize()
    }

    /// Takes over the size that the terminal has now, and draws all of it the next time.
    pub(crate) fn resize(&mut self) -> io::Result<()> {
        self.terminal.resize(size(&self.file))
    }

    pub(crate) fn draw(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(draw).map(|_| ())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

/// A terminal on a serial line may not know its size.
fn size(file: &File) -> Rect {
    match tcgetwinsize(file) {
        Ok(size) if size.ws_col > 0 && size.ws_row > 0 => Rect::new(0, 0, size.ws_col, size.ws_row),
        _ => Rect::new(0, 0, 80, 24),
    }
}

/// Puts the terminal back, once. There is nobody to tell if it has gone.
fn restore() {
    let taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some((mut file, modes)) = taken {
        let _ = file.write_all(LEAVE);
        let _ = tcsetattr(&file, OptionalActions::Now, &modes);
    }
}

/// What a panic says would be lost with the alternate screen.
fn restore_on_panic() {
    static ONCE: Once = Once::new();

    ONCE.call_once(|| {
        let say = panic::take_hook();
        panic::set_hook(Box::new(move |what| {
            restore();
            say(what);
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::{
        io::Read,
        thread, //
    };

    use rustix::{
        fs::{
            open,
            Mode,
            OFlags, //
        },
        pty::{
            grantpt,
            openpt,
            ptsname,
            unlockpt,
            OpenptFlags, //
        }, //
    };

    fn pair() -> (OwnedFd, OwnedFd) {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        let name = ptsname(&ours, Vec::new()).unwrap();
        let theirs = open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
        (ours, theirs)
    }

    fn modes(terminal: &OwnedFd) -> String {
        let modes = tcgetattr(terminal).unwrap();
        format!(
            "{:?} {:?} {:?} {:?}",
            modes.input_modes, modes.output_modes, modes.control_modes, modes.local_modes
        )
    }

    #[test]
    fn a_panic_puts_the_terminal_back_before_it_says_why() {
        let (ours, theirs) = pair();
        let before = modes(&theirs);
        let drawing = theirs.try_clone().unwrap();
        let died = thread::spawn(move || {
            let mut screen = Screen::open(drawing.try_clone().unwrap()).unwrap();
            assert_ne!(modes(&drawing), before);
            screen.draw(|_| panic!("a defect")).unwrap();
        });
        let before = modes(&pair().1);
        assert!(died.join().is_err());
        assert_eq!(modes(&theirs), before);
        drop(theirs);
        let mut written = Vec::new();
        let _ = File::from(ours).read_to_end(&mut written);
        assert!(written.starts_with(ENTER) && written.ends_with(LEAVE));
        let leaves = written.windows(LEAVE.len()).filter(|part| *part == LEAVE);
        assert_eq!(leaves.count(), 1);
    }
}
