// SPDX-License-Identifier: GPL-2.0

//! A connection that ends: after so much time, however slowly bytes come, and after so many of them.

use std::{
    io::{
        self,
        Read,
        Write, //
    },
    net::{
        TcpStream,
        ToSocketAddrs, //
    },
    time::{
        Duration,
        Instant, //
    }, //
};

use super::address::Address;

/// An address at which nobody answers is no reason not to try the next.
const TO_CONNECT: Duration = Duration::from_secs(5);

pub(crate) struct Connection {
    stream: TcpStream,
    until: Instant,
    left: usize,
    most: usize,
}

impl Connection {
    /// One that lasts so long, and on which so many bytes are read at most.
    pub(crate) fn open(address: &Address, patience: Duration, most: usize) -> io::Result<Self> {
        let until = Instant::now() + patience;
        let mut error = io::Error::other("its name has no address");
        let sockets = (address.host.as_str(), address.port).to_socket_addrs();
        let sockets = sockets
            .map_err(|why| io::Error::other(format!("its name cannot be looked up: {why}")))?;
        for socket in sockets {
            match TcpStream::connect_timeout(&socket, rest(until)?.min(TO_CONNECT)) {
                Ok(stream) => {
                    return Ok(Self {
                        stream,
                        until,
                        left: most,
                        most,
                    })
                }
                Err(failed) => error = failed,
            }
        }
        Err(error)
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.set_write_timeout(Some(rest(self.until)?))?;
        self.stream.write_all(bytes)
    }
}

impl Read for Connection {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(Some(rest(self.until)?))?;
        let count = self.stream.read(buffer).map_err(|error| {
            if error.kind() == io::ErrorKind::WouldBlock {
                late()
            } else {
                error
            }
        })?;
        self.left = self.left.checked_sub(count).ok_or_else(|| {
            io::Error::other(format!("it has more than {} MiB to say", self.most >> 20))
        })?;
        Ok(count)
    }
}

/// How long is left; never nothing, which would be without an end.
fn rest(until: Instant) -> io::Result<Duration> {
    let rest = until.saturating_duration_since(Instant::now());
    match rest.is_zero() {
        true => Err(late()),
        false => Ok(rest),
    }
}

fn late() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "it does not answer in time")
}
