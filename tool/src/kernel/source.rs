// SPDX-License-Identifier: GPL-2.0

//! Where the files are: in /proc, or in a folder to which they were saved.

use std::{
    fs::{
        self,
        File, //
    },
    io::{
        self,
        BufRead,
        BufReader,
        Read, //
    },
    path::{
        Path,
        PathBuf, //
    }, //
};

use super::absent::absent;
use crate::error::{
    Error,
    Result, //
};

pub(crate) const TABLE: &str = "kthread_counter";
pub(crate) const HISTOGRAM: &str = "kthread_counter_hist";

/// The module gives a page or so at a time. This is for saved files.
const PIECE: usize = 64 * 1024;

/// A folder with the files.
pub(crate) struct Source {
    folder: PathBuf,
    saved: bool,
}

/// What is in a file, and its name for messages.
#[derive(Debug)]
pub(crate) struct Contents {
    pub(crate) path: PathBuf,
    pub(crate) bytes: Vec<u8>,
}

/// What is still to be read of a file.
pub(crate) struct Stream<'a> {
    path: PathBuf,
    from: BufReader<Box<dyn Read + 'a>>,
    saved: bool,
}

impl Source {
    /// The files saved to a folder, or this machine's.
    pub(crate) fn new(from: Option<PathBuf>) -> Self {
        Self {
            saved: from.is_some(),
            folder: from.unwrap_or_else(|| PathBuf::from("/proc")),
        }
    }

    /// The folder, if it is not /proc.
    pub(crate) fn saved(&self) -> Option<&PathBuf> {
        self.saved.then_some(&self.folder)
    }

    /// Whether there is a table.
    pub(crate) fn is_there(&self) -> bool {
        self.folder.join(TABLE).exists()
    }

    /// Reads a file from its start to its end: the module makes its text while it is read.
    pub(crate) fn read(&self, name: &str) -> Result<Contents> {
        let path = self.folder.join(name);
        let bytes = fs::read(&path).map_err(|error| cannot_read(&path, self.saved, &error))?;
        Ok(Contents { path, bytes })
    }

    /// A file that is taken apart while it is read: a large one is nowhere as a whole.
    pub(crate) fn open(&self, name: &str) -> Result<Stream<'static>> {
        let path = self.folder.join(name);
        let file = File::open(&path).map_err(|error| cannot_read(&path, self.saved, &error))?;
        Ok(Stream::new(path, file, self.saved))
    }
}

impl Contents {
    /// The same as if the file were read.
    pub(crate) fn stream(&self) -> Stream<'_> {
        Stream::new(self.path.clone(), self.bytes.as_slice(), true)
    }
}

impl<'a> Stream<'a> {
    fn new(path: PathBuf, from: impl Read + 'a, saved: bool) -> Self {
        Self {
            path,
            from: BufReader::with_capacity(PIECE, Box::new(from)),
            saved,
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The next bytes, if so many are here already.
    pub(crate) fn ahead(&self, length: usize) -> Option<&[u8]> {
        self.from.buffer().get(..length)
    }

    /// Goes over bytes that are here.
    pub(crate) fn pass(&mut self, length: usize) {
        self.from.consume(length);
    }

    /// Reads the next line, with the line feed at its end if there is one. There is nothing in it after the last one.
    pub(crate) fn next(&mut self, line: &mut Vec<u8>) -> Result {
        line.clear();
        loop {
            let bytes = match self.from.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(cannot_read(&self.path, self.saved, &error)),
                Ok(bytes) => bytes,
            };
            let end = line_end(bytes);
            let part = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
            line.extend_from_slice(part);
            let read = part.len();
            self.from.consume(read);
            if end.is_some() || read == 0 {
                return Ok(());
            }
        }
    }
}

/// The place after the first line feed.
fn line_end(bytes: &[u8]) -> Option<usize> {
    /// The compiler looks at so many at once, as none of them ends the search.
    const PIECE: usize = 16;
    let is_end = |byte: &u8| *byte == b'\n';
    let goes_on = |piece: &&[u8]| !piece.iter().fold(false, |ends, byte| ends | is_end(byte));
    let begin = bytes.chunks_exact(PIECE).take_while(goes_on).count() * PIECE;
    let place = bytes.get(begin..)?.iter().position(is_end)?;
    Some(begin + place + 1)
}

fn cannot_read(path: &Path, saved: bool, error: &io::Error) -> Error {
    if saved {
        return Error::failed(
            format_args!("cannot read {}", path.display()),
            error,
            "give --from a folder that `kthread-counter save` has written",
        );
    }
    if error.kind() == io::ErrorKind::NotFound {
        return absent(path);
    }
    Error::failed(
        format_args!("cannot read {}", path.display()),
        error,
        "see who may read it",
    )
}
