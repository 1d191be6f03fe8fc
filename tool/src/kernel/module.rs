// SPDX-License-Identifier: GPL-2.0

//! /sys/module/kthread_counter: whether the module is loaded, loading and unloading it, and its parameters.

use std::{
    ffi::CString,
    fmt,
    fs::{
        self,
        File, //
    },
    io::{
        self,
        Write, //
    },
    os::unix::{
        fs::PermissionsExt,
        process::CommandExt, //
    },
    path::{
        Path,
        PathBuf, //
    },
    process::Command, //
};

use rustix::{
    fs::OFlags,
    io::Errno,
    system, //
};

use super::{
    absent::absent,
    log::Log, //
};
use crate::error::{
    Error,
    Result, //
};

const NAME: &str = "kthread_counter";
const ONLY_ROOT: &str = "only root may do that";
const AS_ROOT: &str = "run this as root";
/// The kernel ignores a name that it does not know, so that a misspelt one is looked for here.
pub(crate) const ARGUMENTS: [&str; 10] = [
    "threads",
    "interval",
    "wait",
    "cpus",
    "sched",
    "log",
    "trip_us",
    "causes",
    "autostart",
    "device_mode",
];

/// The module, loaded or not.
pub(crate) struct Module {
    directory: PathBuf,
}

/// A parameter of the loaded module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) is_readable: bool,
    pub(crate) is_writable: bool,
}

/// `NAME=VALUE`, as it is given to `set` and to the loader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    pub(crate) name: String,
    pub(crate) value: String,
}

impl Setting {
    pub(crate) fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
        }
    }
}

impl std::str::FromStr for Setting {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => Ok(Self::new(name, value)),
            _ => Err("expected NAME=VALUE, such as interval=10ms"),
        }
    }
}

impl Module {
    /// That of this machine.
    pub(crate) fn here() -> Self {
        Self {
            directory: Path::new("/sys/module").join(NAME),
        }
    }

    /// One whose files are in a folder.
    #[cfg(test)]
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self {
            directory: folder.to_owned(),
        }
    }

    /// Whether it is there and live.
    pub(crate) fn is_loaded(&self) -> bool {
        fs::read_to_string(self.directory.join("initstate"))
            .is_ok_and(|state| state.trim_end() == "live")
    }

    /// Loads it: this file, or what is installed for this kernel.
    pub(crate) fn load(&self, file: Option<&Path>, settings: &[Setting]) -> Result {
        check_arguments(settings)?;
        if self.directory.exists() {
            return Err(cannot_load(
                "it is loaded already",
                "set its parameters, or unload it first",
            ));
        }
        let log = Log::from_now();
        let result = match file {
            Some(file) => insert(file, settings),
            None => modprobe(settings),
        };
        result.map_err(|why| {
            // Why it refuses a value, it says in the kernel's log only.
            let logged = log.and_then(|log| log.warning_of(&format!("{NAME}: ")));
            cannot_load(logged.unwrap_or(why), "see kthread-counter doctor")
        })
    }

    /// Unloads it, and its counters are gone.
    pub(crate) fn unload(&self) -> Result {
        let name = CString::new(NAME).unwrap_or_default();
        let flags = OFlags::NONBLOCK.bits() as i32;
        system::delete_module(&name, flags).map_err(|errno| {
            let (why, remedy) = match errno {
                Errno::NOENT => ("it is not loaded".to_owned(), "there is nothing to do"),
                Errno::PERM => (ONLY_ROOT.to_owned(), AS_ROOT),
                Errno::AGAIN | Errno::BUSY => (
                    "it is in use".to_owned(),
                    "end what has /dev/kthread_counter open: fuser -v /dev/kthread_counter",
                ),
                _ => (errno.to_string(), "see dmesg"),
            };
            Error::failed(format_args!("cannot unload {NAME}"), why, remedy)
        })
    }

    /// The parameters, in the order of their names.
    pub(crate) fn parameters(&self) -> Result<Vec<Parameter>> {
        let folder = self.directory.join("parameters");
        let entries = fs::read_dir(&folder).map_err(|error| self.unreachable(&folder, &error))?;
        let mut parameters: Vec<_> = entries
            .flatten()
            .filter_map(|entry| {
                let mode = entry.metadata().ok()?.permissions().mode();
                Some(Parameter {
                    name: entry.file_name().into_string().ok()?,
                    is_readable: mode & 0o400 != 0,
                    is_writable: mode & 0o200 != 0,
                })
            })
            .collect();
        parameters.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(parameters)
    }

    /// What a parameter says.
    pub(crate) fn get(&self, name: &str) -> Result<String> {
        let path = self.path(name)?;
        let text = fs::read_to_string(&path).map_err(|error| self.unreachable(&path, &error))?;
        Ok(text.trim_end_matches('\n').to_owned())
    }

    /// Writes a parameter, in one write. If the module refuses the value, the error has its reason.
    pub(crate) fn set(&self, name: &str, value: &str) -> Result {
        self.write(name, value)?.map_err(|why| {
            let what = format!("{name} is not set to \"{value}\"");
            Error::failed(what, why, "give another value")
        })
    }

    /// Writes a parameter that is a command, such as `stop`, as [`Module::set`] does.
    pub(crate) fn command(&self, name: &str, value: &str) -> Result {
        self.write(name, value)?.map_err(|why| {
            let remedy = "see what workers there are: kthread-counter show";
            Error::failed(format_args!("cannot {name} \"{value}\""), why, remedy)
        })
    }

    /// The inner error is the module's.
    fn write(&self, name: &str, value: &str) -> Result<std::result::Result<(), String>> {
        let path = self.path(name)?;
        let file = File::options().write(true).truncate(true).open(&path);
        let mut file = file.map_err(|error| self.unreachable(&path, &error))?;
        // The empty value is an empty line: a write of nothing changes nothing.
        let written = file.write_all(format!("{value}\n").as_bytes());
        Ok(written.map_err(|error| self.refused(name, &error)))
    }

    /// The file of a parameter, which is not to be one elsewhere.
    fn path(&self, name: &str) -> Result<PathBuf> {
        if name.is_empty() || name.contains('/') || name.starts_with('.') {
            return Err(no_such_parameter(name));
        }
        Ok(self.directory.join("parameters").join(name))
    }

    /// Why the module refuses what was written.
    fn refused(&self, name: &str, error: &io::Error) -> String {
        let said = self.get("last_error").ok();
        // It is about the last write of anybody.
        let reason = said
            .as_deref()
            .and_then(|said| said.strip_prefix(name)?.strip_prefix(": \""))
            .and_then(|said| Some(said.rsplit_once("\": ")?.1.to_owned()));
        reason.unwrap_or_else(|| error.to_string())
    }

    fn unreachable(&self, path: &Path, error: &io::Error) -> Error {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_root = rustix::process::geteuid().is_root();
        match error.kind() {
            io::ErrorKind::NotFound if self.is_loaded() => no_such_parameter(&name),
            io::ErrorKind::NotFound => absent(&self.directory),
            io::ErrorKind::PermissionDenied if is_root => Error::failed(
                name,
                "the module does not allow that",
                "see the list of parameters in its README",
            ),
            io::ErrorKind::PermissionDenied => Error::failed(name, ONLY_ROOT, AS_ROOT),
            _ => Error::failed(path.display(), error, "see dmesg"),
        }
    }
}

fn check_arguments(settings: &[Setting]) -> Result {
    for Setting { name, .. } in settings {
        if !ARGUMENTS.contains(&name.as_str()) {
            return Err(Error::failed(
                format_args!("{name:?}"),
                "the module cannot be loaded with that",
                &format!("it takes {}", ARGUMENTS.join(", ")),
            ));
        }
    }
    Ok(())
}

fn insert(path: &Path, settings: &[Setting]) -> std::result::Result<(), String> {
    let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    // The kernel divides them at white space.
    let arguments: Vec<_> = settings
        .iter()
        .map(|Setting { name, value }| format!("{name}=\"{value}\""))
        .collect();
    let arguments = CString::new(arguments.join(" ")).map_err(|error| error.to_string())?;
    system::finit_module(file, &arguments, 0).map_err(|errno| match errno {
        Errno::PERM => ONLY_ROOT.to_owned(),
        _ => errno.to_string(),
    })
}

/// It finds the module, and reads /etc/modprobe.d.
fn modprobe(settings: &[Setting]) -> std::result::Result<(), String> {
    let output = Command::new("modprobe")
        // If somebody else has loaded it by now, it is not ours, nor are its settings.
        .arg("--first-time")
        .arg(NAME)
        .args(
            settings
                .iter()
                .map(|Setting { name, value }| format!("{name}={value}")),
        )
        // A Ctrl-C is for us: it should not end modprobe half way.
        .process_group(0)
        .output()
        .map_err(|error| format!("modprobe: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().next().unwrap_or("modprobe failed");
    Err(line.trim_start_matches("modprobe: ").to_owned())
}

fn cannot_load(why: impl fmt::Display, remedy: &str) -> Error {
    Error::failed(format_args!("cannot load {NAME}"), why, remedy)
}

fn no_such_parameter(name: &str) -> Error {
    Error::failed(
        format_args!("{name:?}"),
        "the module has no such parameter",
        "ls /sys/module/kthread_counter/parameters shows them",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_names_and_values() {
        let read = |text: &str| text.parse::<Setting>();
        assert_eq!(
            read("wait=ssleep,idle"),
            Ok(Setting::new("wait", "ssleep,idle"))
        );
        assert_eq!(read("cpus="), Ok(Setting::new("cpus", "")));
        assert_eq!(read("cpus=a=b"), Ok(Setting::new("cpus", "a=b")));
        assert!(read("cpus").is_err() && read("=1").is_err() && read("").is_err());
    }

    #[test]
    fn names_do_not_lead_elsewhere() {
        let module = Module::here();
        for name in ["", "..", "../initstate", "/etc/passwd", ".x"] {
            assert!(matches!(module.get(name), Err(Error::Failed(_))), "{name}");
            assert!(
                matches!(module.set(name, "1"), Err(Error::Failed(_))),
                "{name}"
            );
        }
    }

    #[test]
    fn what_the_kernel_would_ignore_is_refused() {
        let refused = check_arguments(&[Setting::new("thread", "1")]);
        assert!(matches!(refused, Err(Error::Failed(text)) if text.contains("threads")));
        assert!(check_arguments(&[Setting::new("threads", "1")]).is_ok());
    }
}
