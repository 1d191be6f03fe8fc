// SPDX-License-Identifier: GPL-2.0

//! As much of HTTP as a question to Prometheus needs: GET, and the answer as one piece or in chunks.

use std::{
    io::{
        self,
        BufRead,
        BufReader,
        Read, //
    },
    time::Duration, //
};

use super::{
    address::Address,
    connection::Connection, //
};

/// Much more than the series of one machine, or the names of ten thousand.
const MOST: usize = 16 << 20;
/// The longest line of a head, and how many lines it has at most.
const LONGEST_LINE: u64 = 8 << 10;
const MOST_LINES: usize = 200;

/// What was answered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The status in words.
    pub(crate) reason: String,
    pub(crate) body: Vec<u8>,
}

/// Asks for a path with its query.
pub(crate) fn get(address: &Address, path: &str, patience: Duration) -> io::Result<Answer> {
    let mut connection = Connection::open(address, patience, MOST)?;
    let request = format!(
        "GET {}{path} HTTP/1.1\r\nHost: {}\r\nUser-Agent: kthread-counter/{}\r\n\
         Accept: application/json\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n",
        address.prefix,
        address.authority(),
        env!("CARGO_PKG_VERSION"),
    );
    connection.send(request.as_bytes())?;
    read(&mut BufReader::new(connection))
}

/// Escapes what may not stand in a query.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                escaped.push(byte.into());
            }
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

fn read(from: &mut impl BufRead) -> io::Result<Answer> {
    let first = line(from)?;
    let (status, reason) = status(&first).ok_or_else(|| fault("it does not speak HTTP"))?;
    let head = head(from)?;
    let body = body(from, &head)?;
    Ok(Answer {
        status,
        reason: reason.to_owned(),
        body,
    })
}

fn status(line: &str) -> Option<(u16, &str)> {
    let (version, rest) = line.split_once(' ')?;
    version.strip_prefix("HTTP/1.")?;
    let (number, reason) = rest.split_once(' ').unwrap_or((rest, ""));
    let is_number = number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| Some((number.parse().ok()?, reason)))?
}

/// What the head says of the body.
#[derive(Default)]
struct Head {
    length: Option<usize>,
    is_chunked: bool,
}

fn head(from: &mut impl BufRead) -> io::Result<Head> {
    let mut head = Head::default();
    for _ in 0..MOST_LINES {
        let line = line(from)?;
        if line.is_empty() {
            return Ok(head);
        }
        let (name, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => {
                let length = value
                    .parse()
                    .map_err(|_| fault("its answer has no length"))?;
                head.length = Some(length);
            }
            "transfer-encoding" => head.is_chunked = value.eq_ignore_ascii_case("chunked"),
            "content-encoding" if !value.eq_ignore_ascii_case("identity") => {
                return Err(fault("its answer is compressed, which was not asked for"));
            }
            _ => {}
        }
    }
    Err(fault("the head of its answer does not end"))
}

fn body(from: &mut impl BufRead, head: &Head) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    if head.is_chunked {
        while let Some(size) = chunk_size(from)? {
            append(from, size, &mut body)?;
            if !line(from)?.is_empty() {
                return Err(fault("a chunk of its answer has another length"));
            }
        }
    } else if let Some(length) = head.length {
        append(from, length, &mut body)?;
    } else {
        from.read_to_end(&mut body)?;
    }
    Ok(body)
}

/// There is none after the last chunk.
fn chunk_size(from: &mut impl BufRead) -> io::Result<Option<usize>> {
    let line = line(from)?;
    let digits = line.split(';').next().unwrap_or("").trim();
    let is_number = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let size = usize::from_str_radix(digits, 16).ok();
    let size = size.filter(|_| is_number);
    let size = size.ok_or_else(|| fault("a chunk of its answer has no length"))?;
    Ok((size > 0).then_some(size))
}

/// Memory is taken as bytes come, whatever length was announced.
fn append(from: &mut impl BufRead, length: usize, body: &mut Vec<u8>) -> io::Result<()> {
    let length = u64::try_from(length).unwrap_or(u64::MAX);
    let count = from.take(length).read_to_end(body)?;
    if u64::try_from(count).unwrap_or(u64::MAX) < length {
        return Err(ended());
    }
    Ok(())
}

/// A line of the head, without its end.
fn line(from: &mut impl BufRead) -> io::Result<String> {
    let mut bytes = Vec::new();
    from.take(LONGEST_LINE).read_until(b'\n', &mut bytes)?;
    match bytes.pop() {
        Some(b'\n') => {}
        Some(_) if bytes.len() as u64 + 1 == LONGEST_LINE => {
            return Err(fault("the head of its answer does not end"));
        }
        _ => return Err(ended()),
    }
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn ended() -> io::Error {
    io::Error::new(
        io::ErrorKind::UnexpectedEof,
        "the connection ended before its answer did",
    )
}

fn fault(why: &str) -> io::Error {
    io::Error::other(why)
}

#[cfg(test)]
mod tests;
