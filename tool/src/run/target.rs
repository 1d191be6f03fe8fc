// SPDX-License-Identifier: GPL-2.0

//! Where the result goes: stdout, or a file that is there only when it is whole.

use std::{
    fs::{
        self,
        File, //
    },
    io::{
        self,
        Write, //
    },
    path::{
        Path,
        PathBuf, //
    }, //
};

use crate::{
    error::{
        Error,
        Result, //
    },
    output, //
};

pub(crate) enum Target {
    Stdout,
    /// What cannot be replaced, such as a pipe.
    Special(File),
    File(Unfinished),
}

/// Under another name until it is whole; removed if it does not get so far.
pub(crate) struct Unfinished {
    file: File,
    temporary: PathBuf,
    path: PathBuf,
}

impl Target {
    /// Whether it can be written is found out now, and not after an hour.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else {
            return Ok(Self::Stdout);
        };
        if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            let file = File::options().write(true).open(path);
            return file
                .map(Self::Special)
                .map_err(|error| cannot_write(path, &error));
        }
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}", std::process::id()));
        let temporary = path.with_file_name(name);
        let file = File::create_new(&temporary).map_err(|error| cannot_write(path, &error))?;
        Ok(Self::File(Unfinished {
            file,
            temporary,
            path: path.to_owned(),
        }))
    }

    pub(crate) fn write(&mut self, text: &str) -> Result {
        match self {
            Self::Stdout => output::print(text),
            Self::Special(file) => Ok(file.write_all(text.as_bytes())?),
            Self::File(unfinished) => {
                let result = unfinished.file.write_all(text.as_bytes());
                result.map_err(|error| cannot_write(&unfinished.path, &error))
            }
        }
    }

    pub(crate) fn finish(self) -> Result {
        let Self::File(unfinished) = self else {
            return Ok(());
        };
        let Unfinished {
            file,
            temporary,
            path,
        } = &unfinished;
        file.sync_all()
            .and_then(|()| fs::rename(temporary, path))
            .map_err(|error| cannot_write(path, &error))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // It has another name if it is whole.
        let _ = fs::remove_file(&self.temporary);
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> Error {
    Error::failed(
        format_args!("cannot write {}", path.display()),
        error,
        "make room, or give another file with -O",
    )
}
