// SPDX-License-Identifier: GPL-2.0

//! The readers, on any text and on any cut of a real one.

use std::path::PathBuf;

use proptest::prelude::*;

use super::{
    histogram::Histograms,
    source::Contents,
    table::Table, //
};

const WHOLE: &[u8] = include_bytes!("../../tests/recorded/causes_on/kthread_counter");
const HISTOGRAM: &[u8] = include_bytes!("../../tests/recorded/causes_on/kthread_counter_hist");

fn contents(bytes: &[u8]) -> Contents {
    Contents {
        path: PathBuf::from("table"),
        bytes: bytes.to_vec(),
    }
}

#[test]
fn a_whole_table_has_no_problems() {
    let table = Table::read(&contents(WHOLE)).unwrap();
    assert_eq!(table.problems, []);
    assert_eq!((table.workers.len(), table.all.is_some()), (9, true));
    assert_eq!(table.workers[3].late.p50, Some(245_759));
    assert!(table.workers.iter().all(|worker| worker.other.is_empty()));
    assert_eq!(
        Histograms::read(contents(HISTOGRAM).stream())
            .unwrap()
            .problems,
        []
    );
}

#[test]
fn each_cut_of_a_table_is_named_and_shows_no_number_that_is_not_in_it() {
    let whole = Table::read(&contents(WHOLE)).unwrap();
    for end in 0..WHOLE.len() {
        let Ok(table) = Table::read(&contents(&WHOLE[..end])) else {
            continue;
        };
        assert!(!table.problems.is_empty(), "{end}");
        for (cut, all) in table.workers.iter().zip(&whole.workers) {
            assert_eq!(cut.id, all.id, "{end}");
            let fields = [
                (cut.late.sum, all.late.sum),
                (cut.late.last, all.late.last),
                (cut.to_run.max, all.to_run.max),
                (cut.drift_ns, all.drift_ns),
            ];
            assert!(
                fields.iter().all(|(cut, all)| cut.is_none() || cut == all),
                "{end}"
            );
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Table::read(&contents(&bytes));
        let _ = Histograms::read(contents(&bytes).stream());
    }

    #[test]
    fn a_table_with_a_byte_that_is_wrong_is_read(place in 0..WHOLE.len(), byte: u8) {
        let mut bytes = WHOLE.to_vec();
        bytes[place] = byte;
        let _ = Table::read(&contents(&bytes));
    }

    #[test]
    fn a_line_may_look_like_the_one_before(
        rows in prop::collection::vec("[0-9]{1,2}[ \n][ 0-9\n]{0,3}\n", 1..20),
    ) {
        let rows = rows.concat();
        let text = format!("kthread_counter 1 hz=100\nid ticks\n{rows}");
        let table = Table::read(&contents(text.as_bytes())).unwrap();
        let read: Vec<_> = table.workers.iter().map(|worker| (Some(worker.id), worker.ticks)).collect();
        let simply = rows.lines().map(|line| {
            let mut numbers = line.split_ascii_whitespace().map(|field| field.parse().ok());
            (numbers.next().flatten(), numbers.next().flatten())
        });
        let simply: Vec<(Option<u64>, _)> = simply.filter(|(id, _)| id.is_some()).collect();
        prop_assert_eq!(read, simply);
    }

    #[test]
    fn columns_are_found_by_name(
        columns in Just(["id", "ticks", "wait", "late_max_ns", "colour"]).prop_shuffle(),
        ticks: u64,
        late: i64,
    ) {
        let cell = |name: &&str| match *name {
            "id" => "3".to_owned(),
            "ticks" => ticks.to_string(),
            "late_max_ns" => late.to_string(),
            name => name.to_uppercase(),
        };
        let cells: Vec<_> = columns.iter().map(cell).collect();
        let text = format!("kthread_counter 1 hz=100\n{}\n{}\n", columns.join(" "), cells.join("\t "));
        let table = Table::read(&contents(text.as_bytes())).unwrap();
        let worker = &table.workers[0];
        prop_assert_eq!((worker.id, worker.ticks, worker.late.max), (3, Some(ticks), Some(late)));
        prop_assert_eq!(worker.other.get("colour").map(String::as_str), Some("COLOUR"));
    }

    #[test]
    fn a_number_beyond_64_bits_is_named(number in u128::from(u64::MAX) + 1..) {
        let text = format!("kthread_counter 1 hz=100 uptime_ns=1\nid le_ns count\n0 63 {number}\n0 127 5\n");
        let histograms = Histograms::read(contents(text.as_bytes()).stream()).unwrap();
        prop_assert_eq!(histograms.workers.get(0).unwrap().total(), 5);
        let named = histograms.problems[0].to_string();
        prop_assert!(named.starts_with("table:3: count is "), "{}", named);
    }
}
