// SPDX-License-Identifier: GPL-2.0

//! `src/domain/logic/signal.rs`

use proptest::{
    prelude::*,
    sample::select, //
};

use crate::{
    logic::{
        ids::Ids,
        reject::Kind,
        signal::{
            Command,
            Signal, //
        }, //
    },
    texts::{
        any_case,
        kind,
        white, //
    },
};

/// As in signal(7), for x86 and arm64.
const SIGNALS: [(&str, i32, Signal); 6] = [
    ("HUP", 1, Signal::Hup),
    ("INT", 2, Signal::Int),
    ("KILL", 9, Signal::Kill),
    ("USR1", 10, Signal::Usr1),
    ("USR2", 12, Signal::Usr2),
    ("TERM", 15, Signal::Term),
];

fn parse(text: &str) -> Result<Command, Kind> {
    kind(Command::parse(text.as_bytes()))
}

fn signal(text: &str) -> Result<Signal, Kind> {
    parse(text).map(|command| command.signal)
}

#[test]
fn a_signal_is_a_name_with_or_without_sig_or_a_number() {
    for (name, number, expected) in SIGNALS {
        assert_eq!(signal(name), Ok(expected));
        assert_eq!(signal(&format!("SIG{name}")), Ok(expected));
        assert_eq!(signal(&name.to_lowercase()), Ok(expected));
        assert_eq!(signal(&format!("sig{}", name.to_lowercase())), Ok(expected));
        assert_eq!(signal(&number.to_string()), Ok(expected));
    }
}

#[test]
fn numbers_are_those_of_the_kernel() {
    for (_, number, signal) in SIGNALS {
        assert_eq!(signal.number(), number);
    }
}

#[test]
fn all_signals_are_known_by_their_number_and_no_other_number_is() {
    assert_eq!(Signal::ALL.len(), SIGNALS.len());
    for number in -100..=100 {
        let expected = SIGNALS.into_iter().find(|&(_, n, _)| n == number);
        let expected = expected.map(|(_, _, signal)| signal);
        assert_eq!(Signal::from_number(number), expected, "{number}");
        assert_eq!(
            signal(&number.to_string()),
            expected.ok_or(Kind::Invalid),
            "{number}"
        );
    }
    for extreme in [i32::MIN, i32::MAX] {
        assert_eq!(Signal::from_number(extreme), None);
    }
}

#[test]
fn what_is_not_one_of_the_six_is_invalid() {
    let texts = [
        "",
        " ",
        "\n",
        "SIG",
        "sig",
        "SIGSIGHUP",
        "HUPS",
        "HU",
        "STOP",
        "SIGSTOP",
        "CHLD",
        "0",
        "64",
        "4294967297",
        "18446744073709551617",
        "-1",
        "+1",
        "1x",
        "0x9",
        "USR",
        "USR3",
        "SIG1",
        "SIG10",
        "HUP\0",
        "\0",
        "\u{17f}IGHUP",
        "all",
    ];
    for text in texts {
        assert_eq!(parse(text), Err(Kind::Invalid), "{text:?}");
    }
}

#[test]
fn without_ids_it_is_for_all() {
    for text in ["USR1", " usr1\n", "USR1 all", "USR1\tall\n"] {
        let expected = Command {
            signal: Signal::Usr1,
            ids: Ids::ALL,
        };
        assert_eq!(parse(text), Ok(expected), "{text:?}");
    }
}

#[test]
fn with_ids_it_is_for_those() {
    let command = parse("SIGUSR2 1-2,5\n").unwrap();
    assert_eq!(command.signal, Signal::Usr2);
    assert_eq!(Ok(command.ids), kind(Ids::parse(b"1-2,5")));
    // Existence is checked when it is known how many there are.
    assert!(parse("USR1 99999999999").is_ok());
}

#[test]
fn junk_after_the_signal_is_invalid() {
    for text in [
        "USR1 x",
        "USR1 1 2",
        "USR1 1, 2",
        "USR1 all all",
        "USR1,1",
        "USR1 1,",
        "0 USR1",
    ] {
        assert_eq!(parse(text), Err(Kind::Invalid), "{text:?}");
    }
    let rejection = Command::parse(b"USR1 1 2").unwrap_err();
    assert_eq!(*rejection.reason, "more than a signal and its ids");
}

fn spelled() -> impl Strategy<Value = (String, Signal)> {
    (select(&SIGNALS[..]), any::<bool>()).prop_flat_map(|((name, _, signal), has_prefix)| {
        let prefix = any_case(if has_prefix { "SIG" } else { "" });
        (prefix, any_case(name)).prop_map(move |(sig, name)| (format!("{sig}{name}"), signal))
    })
}

proptest! {
    #[test]
    fn case_and_white_space_do_not_matter(
        (word, expected) in spelled(),
        before in white(),
        between in select(&[" ", "\t", "  \t "][..]),
        after in white(),
        first in 0u32..9,
        more in 0u32..9,
    ) {
        let ids = format!("{first}-{}", first + more);
        let command = parse(&format!("{before}{word}{between}{ids}{after}")).unwrap();
        prop_assert_eq!(command.signal, expected);
        prop_assert_eq!(Ok(command.ids), kind(Ids::parse(ids.as_bytes())));
    }

    #[test]
    fn words_of_letters_are_known_or_invalid(
        word in "([Ss][Ii][Gg])?[SsIiGg]{0,2}([HhIiKkUuTt][A-Za-z]{1,3})?[12]?",
    ) {
        let bare = word.to_uppercase();
        let bare = bare.strip_prefix("SIG").unwrap_or(&bare);
        let is_number = word.starts_with(|c: char| c.is_ascii_digit());
        let expected = SIGNALS.into_iter().find(|&(name, number, _)| match is_number {
            true => word == number.to_string(),
            false => bare == name,
        });
        let expected = expected.map(|(_, _, signal)| signal).ok_or(Kind::Invalid);
        prop_assert_eq!(signal(&word), expected);
    }
}
