// SPDX-License-Identifier: GPL-2.0

//! Reads the module when it is scraped, and remembers what it had counted before.

use std::{
    sync::{
        Arc,
        Mutex,
        PoisonError, //
    },
    time::{
        Instant,
        SystemTime, //
    }, //
};

use super::{
    buckets::Buckets,
    by::By,
    sample,
    snapshot::Snapshot,
    text::{
        self,
        Format, //
    },
    totals::Totals, //
};
use crate::{
    error::{
        Error,
        Result, //
    },
    kernel::{
        host::Host,
        problem::Problem,
        source::Source, //
    }, //
};

pub(crate) struct Exporter {
    source: Source,
    by: By,
    buckets: Buckets,
    host: Host,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    totals: Totals,
    start_ns: Option<i128>,
    /// Whether the last reading failed: that is said once.
    has_failed: bool,
    /// The last reading, and when it began.
    last: Option<(Instant, Arc<Snapshot>)>,
}

impl Exporter {
    pub(crate) fn new(source: Source, by: By, buckets: Buckets) -> Self {
        let (host, _) = Host::read(&source);
        Self {
            source,
            by,
            buckets,
            host,
            state: Mutex::default(),
        }
    }

    /// The metrics for a request that arrived then. Many at the same time share a reading that began after they
    /// had arrived: the module is read no more often than one after the other.
    pub(crate) fn scrape(&self, arrived: Instant, format: Format) -> String {
        self.text(&self.snapshot(arrived), format)
    }

    /// The metrics now, and what could not be read.
    pub(crate) fn once(&self, format: Format) -> Result<(String, Vec<Problem>)> {
        let mut state = State::default();
        let problems = self.read(&mut state)?;
        let snapshot = state.last.map(|(_, snapshot)| snapshot).unwrap_or_default();
        Ok((self.text(&snapshot, format), problems))
    }

    /// The metrics of a machine whose module is not loaded.
    pub(crate) fn nothing(&self) -> String {
        self.text(&Snapshot::default(), Format::Prometheus)
    }

    fn text(&self, snapshot: &Snapshot, format: Format) -> String {
        text::text(snapshot, &self.host, &self.buckets, format)
    }

    fn snapshot(&self, arrived: Instant) -> Arc<Snapshot> {
        // Who panicked with it left whole numbers behind.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((began, snapshot)) = &state.last {
            if *began >= arrived {
                return snapshot.clone();
            }
        }
        let began = Instant::now();
        let failed = self.read(&mut state).err();
        let is_news = failed.is_some() && !state.has_failed;
        state.has_failed = failed.is_some();
        if let Some(error) = failed {
            match error {
                Error::Unmeasured(_) => state.totals.gone(),
                // The counters may be there still, and go on: they are not counted once more.
                _ => state.totals.unread(),
            }
            if is_news {
                error.note();
            }
            let snapshot = Snapshot {
                took_ns: nanos(began),
                ..state.totals.snapshot()
            };
            state.last = Some((began, Arc::new(snapshot)));
        }
        state
            .last
            .as_ref()
            .map(|(_, snapshot)| snapshot.clone())
            .unwrap_or_default()
    }

    fn read(&self, state: &mut State) -> std::result::Result<Vec<Problem>, Error> {
        let began = Instant::now();
        let (sample, problems) = sample::read(&self.source, self.by)?;
        let (hz, uptime) = (sample.hz, sample.uptime_ns);
        state.totals.add(sample);
        if state.totals.is_new {
            // Only once, or it would not stay the same.
            state.start_ns = self
                .source
                .saved()
                .is_none()
                .then(|| start(uptime))
                .flatten();
        }
        let snapshot = Snapshot {
            up: true,
            hz,
            start_ns: state.start_ns,
            took_ns: nanos(began),
            ..state.totals.snapshot()
        };
        state.last = Some((began, Arc::new(snapshot)));
        Ok(problems)
    }
}

fn nanos(began: Instant) -> i128 {
    i128::try_from(began.elapsed().as_nanos()).unwrap_or(i128::MAX)
}

/// When the module was loaded.
fn start(uptime_ns: Option<u64>) -> Option<i128> {
    let now = SystemTime::UNIX_EPOCH.elapsed().ok()?;
    Some(i128::try_from(now.as_nanos()).ok()? - i128::from(uptime_ns?))
}
