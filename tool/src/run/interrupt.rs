// SPDX-License-Identifier: GPL-2.0

//! Signals that end a measurement before its time.

use std::{
    fs,
    sync::{
        atomic::{
            AtomicBool,
            Ordering, //
        },
        Arc, //
    }, //
};

use signal_hook::{
    consts::{
        SIGHUP,
        SIGINT,
        SIGQUIT,
        SIGTERM, //
    },
    flag, //
};

use crate::error::{
    Error,
    Result, //
};

pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// From now on these signals do not end the process. One that is ignored stays so, as under nohup.
    pub(crate) fn watch() -> Result<Self> {
        let came = Arc::new(AtomicBool::new(false));
        let ignored = ignored();
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] {
            if (ignored >> (signal - 1)) & 1 == 0 {
                flag::register(signal, Arc::clone(&came)).map_err(|error| {
                    Error::failed("cannot handle signals", error, "please report this")
                })?;
            }
        }
        Ok(Self(came))
    }

    /// As if one had come, or none.
    #[cfg(test)]
    pub(crate) fn after(came: bool) -> Self {
        Self(Arc::new(AtomicBool::new(came)))
    }

    pub(crate) fn came(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The signals that are ignored, as bits.
fn ignored() -> u64 {
    fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|status| {
            let mask = status
                .lines()
                .find_map(|line| line.strip_prefix("SigIgn:"))?;
            u64::from_str_radix(mask.trim(), 16).ok()
        })
        .unwrap_or(0)
}
