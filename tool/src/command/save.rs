// SPDX-License-Identifier: GPL-2.0

//! `save`: what `--from` reads, in a folder.

use std::{
    fs::{
        self,
        File, //
    },
    io::{
        self,
        Write, //
    },
    path::Path, //
};

use crate::{
    cli,
    error::{
        Error,
        Result, //
    },
    kernel::{
        host::{
            Host,
            HOST, //
        },
        source::{
            Source,
            HISTOGRAM,
            TABLE, //
        }, //
    },
    output, //
};

pub(crate) fn run(arguments: cli::Save) -> Result {
    let source = Source::new(arguments.source.from);
    // All is read before anything is written: what was saved before is kept if reading fails.
    let histogram = source.read(HISTOGRAM)?;
    let table = source.read(TABLE)?;
    let (host, problem) = Host::read(&source);
    super::name_problems(problem.as_slice());
    let host = output::json::text(&host)?;
    let files = [
        (TABLE, table.bytes.as_slice()),
        (HISTOGRAM, histogram.bytes.as_slice()),
        (HOST, host.as_bytes()),
    ];

    let dir = &arguments.dir;
    fs::create_dir_all(dir).map_err(|error| cannot_write(dir, &error))?;
    if !arguments.force {
        for (name, _) in files {
            let path = dir.join(name);
            if path.symlink_metadata().is_ok() {
                return Err(exists(&path));
            }
        }
    }
    for (name, bytes) in files {
        write(&dir.join(name), bytes, arguments.force)?;
    }
    output::print(&format!("saved to {}\n", dir.display()))
}

fn write(path: &Path, bytes: &[u8], overwrite: bool) -> Result {
    let file = if overwrite {
        File::create(path)
    } else {
        File::create_new(path)
    };
    file.and_then(|mut file| file.write_all(bytes))
        .map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => exists(path),
            _ => cannot_write(path, &error),
        })
}

fn exists(path: &Path) -> Error {
    Error::failed(
        path.display(),
        "there is such a file already",
        "choose another folder, or overwrite it with --force",
    )
}

fn cannot_write(path: &Path, error: &io::Error) -> Error {
    Error::failed(
        format_args!("cannot write {}", path.display()),
        error,
        "choose a folder where you may write",
    )
}
