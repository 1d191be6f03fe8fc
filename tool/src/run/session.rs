// SPDX-License-Identifier: GPL-2.0

//! The module while it measures for us, and as it was before afterwards.

use std::{
    path::Path,
    thread::sleep,
    time::Duration, //
};

use super::{
    life::Life,
    ranges, //
};
use crate::{
    error::{
        Error,
        Result, //
    },
    kernel::{
        module::{
            Module,
            Setting, //
        },
        source::{
            Source,
            TABLE, //
        },
        table::{
            Table,
            Worker, //
        }, //
    }, //
};

/// All that can be set, in the order in which it is put back; the workers come last.
const SETTINGS: [&str; 7] = [
    "interval", "wait", "cpus", "sched", "log", "trip_us", "causes",
];
/// Who has the device open may close it soon.
const UNLOAD_TRIES: u32 = 20;
const UNLOAD_PAUSE: Duration = Duration::from_millis(100);

/// Puts everything back when it goes, whatever the way out.
pub(crate) struct Session<'a> {
    module: &'a Module,
    source: &'a Source,
    /// What somebody else loads later is not ours to change.
    life: Life,
    before: Option<Before>,
}

enum Before {
    Absent,
    Loaded {
        threads: String,
        settings: Vec<Setting>,
        /// The ids of those that had no thread, as the module takes them.
        stopped: Vec<String>,
        exited: Vec<String>,
    },
}

impl<'a> Session<'a> {
    /// Loads the module with these settings.
    pub(crate) fn load(
        module: &'a Module,
        source: &'a Source,
        file: Option<&Path>,
        settings: &[Setting],
    ) -> Result<Self> {
        // Whatever /etc/modprobe.d says.
        let settings = [settings, &[Setting::new("autostart", "Y")]].concat();
        module.load(file, &settings)?;
        Ok(Self {
            module,
            source,
            life: Life::read(source),
            before: Some(Before::Absent),
        })
    }

    /// Takes over the module that is loaded, with these settings; the number of workers is the last of them.
    pub(crate) fn take_over(
        module: &'a Module,
        source: &'a Source,
        settings: &[Setting],
    ) -> Result<Self> {
        let before = Before::read(module, source)?;
        // Workers that are there would change with each setting. If this fails, nothing has changed.
        module.set("threads", "0")?;
        let session = Self {
            module,
            source,
            life: Life::read(source),
            before: Some(before),
        };
        for Setting { name, value } in settings {
            module.set(name, value)?;
        }
        Ok(session)
    }

    /// Puts everything back, and says what could not be.
    pub(crate) fn end(mut self) -> Result {
        self.put_back()
    }

    fn put_back(&mut self) -> Result {
        match self.before.take() {
            None => Ok(()),
            Some(_) if self.module.is_loaded() && !self.life.goes_on_now(self.source) => {
                Err(Error::failed(
                    "the module is left as it is",
                    "somebody has unloaded it, and loaded it again",
                    "see that it has the settings that it should have",
                ))
            }
            Some(Before::Absent) => self.unload(),
            Some(Before::Loaded {
                threads,
                settings,
                stopped,
                exited,
            }) => self.restore(&threads, &settings, &stopped, &exited),
        }
    }

    fn unload(&self) -> Result {
        for _ in 0..UNLOAD_TRIES {
            if !self.module.is_loaded() || self.module.unload().is_ok() {
                return Ok(());
            }
            sleep(UNLOAD_PAUSE);
        }
        self.module.unload()
    }

    /// Goes on after an error, so that as much as possible is as it was.
    fn restore(
        &self,
        threads: &str,
        settings: &[Setting],
        stopped: &[String],
        exited: &[String],
    ) -> Result {
        if !self.module.is_loaded() {
            return Err(Error::failed(
                "the module's settings are not put back",
                "somebody has unloaded it",
                "load it again with the settings that it should have",
            ));
        }
        let set = |name: &str, value: &str| self.module.set(name, value);
        let (trip, others): (Vec<_>, Vec<_>) = settings
            .iter()
            .partition(|setting| setting.name == "trip_us");
        // No wake of ours is to be latched by somebody else's limit, which comes last.
        let mut results = vec![set("threads", "0"), set("trip_us", "0")];
        results.extend(others.iter().map(|other| set(&other.name, &other.value)));
        results.push(set("threads", threads));
        results.extend(stopped.iter().map(|ids| set("stop", ids)));
        let killed = exited
            .iter()
            .map(|ids| set("signal", &format!("KILL {ids}")));
        results.extend(killed);
        // A record of a wake that was too late is about workers of ours.
        results.push(set("reset", "all"));
        results.extend(trip.iter().map(|trip| set(&trip.name, &trip.value)));
        let mut errors = results.into_iter().filter_map(Result::err);
        let first = errors.next();
        errors.for_each(Error::note);
        first.map_or(Ok(()), Err)
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.put_back() {
            error.note();
        }
    }
}

impl Before {
    fn read(module: &Module, source: &Source) -> Result<Self> {
        let table = Table::read(&source.read(TABLE)?)?;
        let settings = SETTINGS
            .iter()
            .map(|name| Ok(Setting::new(*name, module.get(name)?)))
            .collect::<Result<_>>()?;
        let ids = |states: &[&str]| {
            let is_so = |worker: &&Worker| {
                let state = worker.state.as_deref();
                state.is_some_and(|state| states.contains(&state))
            };
            let ids: Vec<u64> = table
                .workers
                .iter()
                .filter(is_so)
                .map(|worker| worker.id)
                .collect();
            ranges::lists(&ids)
        };
        Ok(Self::Loaded {
            threads: module.get("threads")?,
            settings,
            stopped: ids(&["stopped", "stopping"]),
            exited: ids(&["exited"]),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        fs,
        panic::{
            catch_unwind,
            AssertUnwindSafe, //
        },
        path::PathBuf, //
    };

    const TABLE_TEXT: &str = "kthread_counter 1 hz=250 threads=4 running=1 trips=0\n\
        id state\n0 running\n1 stopped\n2 exited\n3 stopping\n";

    /// A folder with the files of a loaded module. A file keeps what was written last.
    struct Files(PathBuf);

    impl Files {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
            fs::create_dir_all(path.join("parameters")).unwrap();
            fs::write(path.join("initstate"), "live\n").unwrap();
            fs::write(path.join(TABLE), TABLE_TEXT).unwrap();
            for name in SETTINGS
                .iter()
                .chain(&["threads", "reset", "stop", "signal"])
            {
                fs::write(path.join("parameters").join(name), format!("old {name}\n")).unwrap();
            }
            Self(path)
        }

        fn read(&self, name: &str) -> String {
            let text = fs::read_to_string(self.0.join("parameters").join(name)).unwrap();
            text.trim_end().to_owned()
        }

        fn are_as_before(&self) -> bool {
            let mut names = SETTINGS.iter().chain(&["threads"]);
            names.all(|name| self.read(name) == format!("old {name}"))
        }
    }

    impl Drop for Files {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_panic_puts_everything_back() {
        let files = Files::new("session-panic");
        let module = Module::in_folder(&files.0);
        let source = Source::new(Some(files.0.clone()));
        let settings = [Setting::new("wait", "idle"), Setting::new("threads", "9")];
        let result = catch_unwind(AssertUnwindSafe(|| {
            let _session = Session::take_over(&module, &source, &settings).unwrap();
            assert_eq!(files.read("wait"), "idle");
            assert_eq!(files.read("threads"), "9");
            assert!(files.are_as_before(), "a panic");
        }));
        assert!(result.is_err());
        assert!(files.are_as_before());
        assert_eq!(files.read("stop"), "1,3");
        assert_eq!(files.read("signal"), "KILL 2");
    }

    #[test]
    fn a_setting_that_is_refused_puts_everything_back() {
        let files = Files::new("session-refused");
        let module = Module::in_folder(&files.0);
        let source = Source::new(Some(files.0.clone()));
        let settings = [Setting::new("wait", "idle"), Setting::new("nonsense", "1")];
        assert!(Session::take_over(&module, &source, &settings).is_err());
        assert!(files.are_as_before());
    }

    #[test]
    fn a_module_that_has_gone_is_said_to_have_gone() {
        let files = Files::new("session-gone");
        let module = Module::in_folder(&files.0);
        let source = Source::new(Some(files.0.clone()));
        let session = Session::take_over(&module, &source, &[]).unwrap();
        fs::remove_file(files.0.join("initstate")).unwrap();
        assert!(session.end().is_err());
    }

    #[test]
    fn a_module_that_was_loaded_again_is_left_alone() {
        let files = Files::new("session-again");
        let module = Module::in_folder(&files.0);
        let source = Source::new(Some(files.0.clone()));
        let table = |uptime: u64| {
            let text = TABLE_TEXT.replace("trips=0", &format!("trips=0 uptime_ns={uptime}"));
            fs::write(files.0.join(TABLE), text).unwrap();
        };
        table(5_000_000_000);
        let settings = [Setting::new("wait", "idle")];
        let session = Session::take_over(&module, &source, &settings).unwrap();
        table(4_000_000);
        assert!(matches!(session.end(), Err(Error::Failed(text)) if text.contains("again")));
        assert_eq!(files.read("wait"), "idle");
    }

    #[test]
    fn what_cannot_be_put_back_is_said_and_the_rest_is_put_back() {
        let files = Files::new("session-partly");
        let module = Module::in_folder(&files.0);
        let source = Source::new(Some(files.0.clone()));
        let settings = [Setting::new("interval", "1s"), Setting::new("causes", "Y")];
        let session = Session::take_over(&module, &source, &settings).unwrap();
        fs::remove_file(files.0.join("parameters/sched")).unwrap();
        assert!(matches!(session.end(), Err(Error::Failed(text)) if text.contains("sched")));
        assert_eq!(files.read("interval"), "old interval");
        assert_eq!(files.read("causes"), "old causes");
    }
}
