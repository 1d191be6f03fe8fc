// SPDX-License-Identifier: GPL-2.0

//! The command that sends a signal.

use crate::{
    kind,
    logic::{
        ids::Ids,
        reject::Kind,
        signal::{
            Command,
            Signal, //
        }, //
    },
};

pub fn check(text: &[u8]) {
    let command = kind(Command::parse(text));
    let command = command.map(|command| (command.signal.number(), command.ids));
    assert_eq!(command, model(text));
    if let Ok((number, _)) = command {
        assert_eq!(
            Signal::from_number(number).map(Signal::number),
            Some(number)
        );
    }
}

/// The signal's number, and for whom it is.
fn model(text: &[u8]) -> Result<(i32, Ids), Kind> {
    let text = std::str::from_utf8(text).map_err(|_| Kind::Invalid)?;
    let words: Vec<_> = text.split_ascii_whitespace().collect();
    match words[..] {
        [signal] => Ok((number(signal)?, Ids::ALL)),
        [signal, ids] => Ok((number(signal)?, kind(Ids::parse(ids.as_bytes()))?)),
        _ => Err(Kind::Invalid),
    }
}

fn number(word: &str) -> Result<i32, Kind> {
    let word = word.to_ascii_uppercase();
    let bare = word.strip_prefix("SIG").unwrap_or(&word);
    let names = [
        ("HUP", 1),
        ("INT", 2),
        ("KILL", 9),
        ("USR1", 10),
        ("USR2", 12),
        ("TERM", 15),
    ];
    let is_meant = |name: &str, number: i32| {
        let is_number = word.chars().all(|c| c.is_ascii_digit());
        bare == name || (is_number && word.trim_start_matches('0') == number.to_string())
    };
    let meant = names
        .into_iter()
        .find(|&(name, number)| is_meant(name, number));
    meant.map(|(_, number)| number).ok_or(Kind::Invalid)
}
