// SPDX-License-Identifier: GPL-2.0

//! A command that runs beside the measurement, and ends with it.

use std::{
    os::unix::process::{
        CommandExt,
        ExitStatusExt, //
    },
    process::{
        Child,
        Command,
        ExitStatus,
        Stdio, //
    },
    thread::sleep,
    time::{
        Duration,
        Instant, //
    }, //
};

use rustix::process::{
    kill_process_group,
    waitid,
    Pid,
    Signal,
    WaitId,
    WaitIdOptions, //
};

use crate::error::{
    Error,
    Result, //
};

/// From being asked to end until being killed.
const GRACE: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(20);
/// A shell's, for a command that it cannot run.
const NOT_RUN: [i32; 2] = [126, 127];

/// With all its children, which are in one process group.
pub(crate) struct Beside {
    child: Child,
    ended: Option<ExitStatus>,
}

impl Beside {
    pub(crate) fn start(command: &str) -> Result<Self> {
        // In a group of its own, it does not get what the terminal sends us.
        let child = Command::new("/bin/sh")
            .args(["-c", command])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(|error| {
                Error::failed("cannot run /bin/sh", error, "see whether it is there")
            })?;
        Ok(Self { child, ended: None })
    }

    /// Whether it has ended by itself: it is an error if it could not be run.
    pub(crate) fn has_ended(&mut self) -> Result<Option<ExitStatus>> {
        self.look();
        match self.ended.and_then(|status| status.code()) {
            Some(code) if NOT_RUN.contains(&code) => Err(Error::failed(
                "the load did not run",
                format_args!("the shell ended with status {code}"),
                "see that the command is there: --load takes what sh -c takes",
            )),
            _ => Ok(self.ended),
        }
    }

    fn look(&mut self) {
        if self.ended.is_some() {
            return;
        }
        // It is not reaped, so that its number, which is that of its group, stays its own until the last signal.
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        let status = self.pid().map(|pid| waitid(WaitId::Pid(pid), options));
        self.ended = status
            .and_then(|status| status.ok().flatten())
            .map(|status| {
                // As wait(2) encodes it.
                let code = status.exit_status().map(|code| code << 8);
                ExitStatus::from_raw(code.or(status.terminating_signal()).unwrap_or(0))
            });
    }

    fn pid(&self) -> Option<Pid> {
        i32::try_from(self.child.id()).ok().and_then(Pid::from_raw)
    }

    fn signal(&self, signal: Signal) {
        if let Some(group) = self.pid() {
            // It may have gone.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        self.look();
        self.signal(Signal::TERM);
        let end = Instant::now() + GRACE;
        while self.ended.is_none() && Instant::now() < end {
            sleep(PAUSE);
            self.look();
        }
        // What its children left as well.
        self.signal(Signal::KILL);
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait_for_the_end(beside: &mut Beside) -> Result<Option<ExitStatus>> {
        loop {
            match beside.has_ended() {
                Ok(None) => sleep(PAUSE),
                result => return result,
            }
        }
    }

    #[test]
    fn it_ends_with_all_its_children() {
        let path =
            std::env::temp_dir().join(format!("kthread-counter-load-{}", std::process::id()));
        let script = format!(
            "sleep 1000 & echo $! > {0}.new; mv {0}.new {0}; wait",
            path.display()
        );
        let mut beside = Beside::start(&script).unwrap();
        while !path.exists() {
            assert!(beside.has_ended().unwrap().is_none());
            sleep(PAUSE);
        }
        let pid = std::fs::read_to_string(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        drop(beside);
        // A zombie has no command line.
        let line = std::fs::read(format!("/proc/{}/cmdline", pid.trim()));
        assert!(line.is_err() || line.is_ok_and(|line| line.is_empty()));
    }

    #[test]
    fn one_that_cannot_run_is_an_error() {
        let mut beside = Beside::start("exec /nonexistent").unwrap();
        assert!(wait_for_the_end(&mut beside).is_err());
        let mut beside = Beside::start("exit 3").unwrap();
        let ended = wait_for_the_end(&mut beside).unwrap();
        assert_eq!(ended.and_then(|status| status.code()), Some(3));
    }
}
