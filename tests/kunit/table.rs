// SPDX-License-Identifier: GPL-2.0

//! Tables in /proc: with rows larger than a page and with gaps, one that fails, and an empty one.

use core::fmt::{
    self,
    Write, //
};

use kernel::{
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        Arc, //
    }, //
};

use crate::{
    abstractions::{
        proc_fs,
        seq_file::{
            Rows,
            Writer, //
        },
    },
    support::Token,
};

/// What happened to all rows.
pub(crate) struct Counts {
    made: Atomic<i32>,
    dropped: Atomic<i32>,
    shown: Atomic<i32>,
}

pub(crate) static COUNTS: Counts = Counts {
    made: Atomic::new(0),
    dropped: Atomic::new(0),
    shown: Atomic::new(0),
};

impl fmt::Display for Counts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let made = self.made.load(Relaxed);
        let held = made - self.dropped.load(Relaxed);
        let shown = self.shown.load(Relaxed);
        write!(out, "made={made} held={held} shown={shown}")
    }
}

/// A row of numbers, `POSITION: 0 1 2 ...`, in which each missing or repeated byte can be seen.
pub(crate) struct Row {
    position: u64,
    count: u32,
}

impl Drop for Row {
    fn drop(&mut self) {
        COUNTS.dropped.add(1, Relaxed);
    }
}

/// Rows by position and the count of numbers in them; one without numbers fails.
pub(crate) struct Table {
    rows: &'static [(u64, u32)],
    _token: Option<Token>,
}

impl Rows for Table {
    type Row = Row;

    fn row(&self, position: &mut u64) -> Result<Option<Row>> {
        let Some(row) = self.rows.iter().find(|row| row.0 >= *position) else {
            return Ok(None);
        };
        *position = row.0;
        COUNTS.made.add(1, Relaxed);
        Ok(Some(Row {
            position: row.0,
            count: row.1,
        }))
    }

    fn show(&self, row: &Row, out: &mut Writer<'_>) -> fmt::Result {
        COUNTS.shown.add(1, Relaxed);
        if row.count == 0 {
            return Err(fmt::Error);
        }
        write!(out, "{}:", row.position)?;
        (0..row.count).try_for_each(|number| write!(out, " {number}"))?;
        writeln!(out)
    }
}

fn file(name: &CStr, rows: &'static [(u64, u32)]) -> Result<proc_fs::File<Table>> {
    let table = Table { rows, _token: None };
    proc_fs::File::new(name, Arc::new(table, GFP_KERNEL)?)
}

/// What is read from outside.
pub(crate) fn create() -> Result<[proc_fs::File<Table>; 3]> {
    const ROWS: &[(u64, u32)] = &[
        (0, 3),
        (1, 1),
        (2, 5000), // several pages
        (10, 1),
        (1000, 900), // most of a page, when there is something in it
        (1001, 900),
        (1 << 40, 2000),
        (i64::MAX as u64, 2),
        (u64::MAX, 2), // where no file reaches
    ];

    Ok([
        file(c"kthread_counter_kunit", ROWS)?,
        file(c"kthread_counter_kunit_failing", &[(0, 3), (1, 0), (2, 3)])?,
        file(c"kthread_counter_kunit_empty", &[])?,
    ])
}

#[kunit_tests(kthread_counter_proc_fs)]
mod tests {
    use kernel::{
        prelude::*,
        sync::Arc, //
    };

    use crate::{
        abstractions::proc_fs::File,
        support::{
            Token,
            Witness, //
        },
    };

    /// And its name is free again.
    #[test]
    fn a_file_that_is_removed_drops_its_table() -> Result {
        let mut drops = [0; 4];
        for drops in drops.chunks_exact_mut(2) {
            let witness = Witness::new()?;
            let table = super::Table {
                rows: &[],
                _token: Some(Token(witness.clone())),
            };
            let file = File::new(
                c"kthread_counter_kunit_for_a_moment",
                Arc::new(table, GFP_KERNEL)?,
            )?;
            drops[0] = witness.drops();
            drop(file);
            drops[1] = witness.drops();
        }

        assert_eq!(drops, [0, 1, 0, 1]);
        Ok(())
    }
}
