// SPDX-License-Identifier: GPL-2.0

//! The kernel's log, from now on: there the module says why it refuses to be loaded.

use std::{
    fs::File,
    io::{
        Read,
        Seek,
        SeekFrom, //
    },
    os::unix::fs::OpenOptionsExt, //
};

use rustix::fs::OFlags;

/// What the loader says under the module's name, and not the module.
const OF_THE_LOADER: [&str; 3] = [
    "loading out-of-tree module",
    "module verification failed",
    "invalid for parameter",
];

pub(crate) struct Log(File);

impl Log {
    /// What is written from now on. Not everybody may read it.
    pub(crate) fn from_now() -> Option<Self> {
        let mut file = File::options()
            .read(true)
            .custom_flags(OFlags::NONBLOCK.bits() as i32)
            .open("/dev/kmsg")
            .ok()?;
        file.seek(SeekFrom::End(0)).ok()?;
        Some(Self(file))
    }

    /// The first warning or error that begins with this, without that beginning.
    pub(crate) fn warning_of(mut self, beginning: &str) -> Option<String> {
        // Each read is one record. One that is longer does not concern us.
        let mut record = [0; 8192];
        while let Ok(length @ 1..) = self.0.read(&mut record) {
            let text = String::from_utf8_lossy(record.get(..length)?);
            if let Some(warning) = warning(&text, beginning) {
                return Some(warning.to_owned());
            }
        }
        None
    }
}

/// A record is `PRIORITY,SEQUENCE,TIME,FLAGS;MESSAGE`, with more lines after it.
fn warning<'a>(record: &'a str, beginning: &str) -> Option<&'a str> {
    const WARNING: u32 = 4;

    let (head, message) = record.lines().next()?.split_once(';')?;
    let priority: u32 = head.split(',').next()?.parse().ok()?;
    let message = message.strip_prefix(beginning)?;
    let is_ours = !OF_THE_LOADER.iter().any(|text| message.contains(text));
    (priority % 8 <= WARNING && is_ours).then_some(message)
}

#[cfg(test)]
mod tests {
    use super::warning;

    #[test]
    fn warnings_are_told_from_other_records() {
        let of = |record| warning(record, "kthread_counter: ");
        let refused = "3,1,2,-;kthread_counter: interval: \"0\": shorter than 50us\n SUBSYSTEM=x\n";
        assert_eq!(of(refused), Some("interval: \"0\": shorter than 50us"));
        for other in [
            "",
            "3",
            "x,1;kthread_counter: no",
            "6,1,2,-;kthread_counter: loaded with 1 workers",
            "4,1,2,-;kthread_counter: loading out-of-tree module taints kernel.",
            "3,1,2,-;kthread_counter: `0' invalid for parameter `interval'",
            "3,1,2,-;usb: kthread_counter: no",
        ] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
