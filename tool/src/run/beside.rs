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
    say,
    Error,
    Result, //
};

/// From being asked to end until being killed, and again until it is given up.
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

    /// For a limited time.
    fn wait(&mut self) {
        let end = Instant::now() + GRACE;
        while self.ended.is_none() && Instant::now() < end {
            sleep(PAUSE);
            self.look();
        }
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
        self.wait();
        // What its children left as well.
        self.signal(Signal::KILL);
        // One that cannot even be killed, as if a disk does not answer, does not keep us from putting everything back.
        self.wait();
        if self.ended.is_some() {
            let _ = self.child.wait();
        } else {
            say(
                "note",
                &format!("the load does not end: process {}", self.child.id()),
            );
        }
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
    fn its_group_stays_its_own_until_the_last_signal() {
        let mut beside = Beside::start("exit 3").unwrap();
        assert!(wait_for_the_end(&mut beside).is_ok());
        // It is a zombie: nobody else can get its number, and a signal meant for it.
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", beside.child.id())).unwrap();
        assert!(stat.contains(") Z "), "{stat}");
    }

    /// Its end is for its tracer to see, who does not look.
    #[test]
    fn one_that_does_not_end_is_not_waited_for() {
        use std::io::Read;

        let mut beside = Beside::start("exec sleep 1000").unwrap();
        let ptrace = if cfg!(target_arch = "x86_64") {
            "101"
        } else {
            "117" // what all newer architectures share
        };
        let seize = "syscall(0 + $ARGV[0], 0x4206, 0 + $ARGV[1], 0, 0) == 0 or die; \
                     syswrite(STDOUT, 1); sleep 1000";
        let mut tracer = Command::new("perl")
            .args(["-e", seize, ptrace, &beside.child.id().to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut ready = [0];
        let seized = tracer.stdout.as_mut().unwrap().read_exact(&mut ready);
        let started = Instant::now();
        let (done, is_done) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            beside.look();
            drop(beside);
            let _ = done.send(());
        });
        let result = is_done.recv_timeout(10 * GRACE);
        tracer.kill().unwrap();
        tracer.wait().unwrap();
        seized.unwrap();
        result.unwrap();
        assert!(started.elapsed() >= 2 * GRACE, "it was not held");
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
