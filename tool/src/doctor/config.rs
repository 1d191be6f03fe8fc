// SPDX-License-Identifier: GPL-2.0

//! With which options the running kernel was built, where distributions keep that.

use std::path::Path;

use super::{
    place::Place,
    unpack, //
};

pub(super) struct Config(String);

impl Config {
    pub(super) fn read(place: &Place) -> Option<Self> {
        let release = place.release()?;
        let files = [
            "proc/config.gz".to_owned(),
            format!("boot/config-{release}"),
            format!("lib/modules/{release}/config"),
            format!("lib/modules/{release}/build/.config"),
        ];
        files.iter().find_map(|file| {
            let bytes = unpack::bytes(place, Path::new(file)).ok()?;
            Some(Self(String::from_utf8_lossy(&bytes).into_owned()))
        })
    }

    /// What an option is set to: `y`, a number, a text; nothing if it is not set.
    pub(super) fn get(&self, option: &str) -> Option<&str> {
        self.0.lines().find_map(|line| {
            let value = line.strip_prefix("CONFIG_")?.strip_prefix(option)?;
            value.strip_prefix('=')
        })
    }

    pub(super) fn has(&self, option: &str) -> bool {
        self.get(option) == Some("y")
    }
}
