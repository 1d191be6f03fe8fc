// SPDX-License-Identifier: GPL-2.0

//! A thread that serves requests as a lift does: on its way, and not in the order of their coming.
//!
//! A passenger is `FROM TO KIND`: floors from 1 to 10, and a child (weight 1), an adult (2) or a
//! bellhop (4). Who does not fit waits for the next time. The lift goes on in its direction as long as
//! somebody there wants it. It is stopped at first; `stop` brings those who are aboard to where they
//! want to go, and lets the others wait for a `start`. Removing the module leaves all where they are.
//!
//! ```text
//! # insmod elevator.ko; cd /sys/module/elevator/parameters; echo start > command
//! # echo 1 5 adult > passenger; echo 3 1 bellhop > passenger; sleep 10; cat /proc/elevator
//! # echo stop > command; echo 7 8 giant > passenger; sleep 12; dmesg | grep elevator:
//! # grep state /proc/elevator; rmmod elevator
//! ```

#![deny(unsafe_code)]

include!("shared.rs");

use core::fmt;

use kernel::{
    new_condvar,
    new_mutex,
    sync::{
        CondVar,
        Mutex, //
    },
    time::msecs_to_jiffies, //
};

use abstractions::{
    delay::schedule_timeout_interruptible,
    kthread,
    module_param::{
        self,
        Lock,
        Param,
        Source, //
    },
    module_param_number,
    proc_fs,
    seq_file::Single, //
};

module! {
    type: Elevator,
    name: "elevator",
    authors: ["The kthread_counter authors"],
    description: "A kernel thread that serves requests as a lift does",
    license: "GPL",
}

module_param_number::number_params! {
    floor_ms: FLOOR_MS = 2000 in 10..=60_000, 0o644, "time from floor to floor, in ms";
    load_ms: LOAD_MS = 1000 in 10..=60_000, 0o644, "time at a floor, in ms";
    capacity: CAPACITY = 8 in 1..=100, 0o444, "what the lift carries, in weights of a child";
}
module_param::module_params! {
    passenger: Request<true>, 0o200, "passenger", "FROM TO KIND: let somebody wait for the lift";
    command: Request<false>, 0o200, "command", "start or stop";
}

static LIFT: module_param::Published<Shared> = module_param::Published::new();
const FLOORS: core::ops::RangeInclusive<u8> = 1..=10;
const MOST_PASSENGERS: usize = 100;

/// First the parameters and the file go, then the thread.
struct Elevator {
    _publication: module_param::Publication<Shared>,
    _file: proc_fs::File<Single<Shared>>,
    _thread: kthread::Handle,
}

impl kernel::Module for Elevator {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let shared = Arc::pin_init(Shared::new(), GFP_KERNEL)?;
        let served = shared.clone();
        let thread = kthread::run(c"elevator", move |thread| served.serve(thread))?;
        Ok(Self {
            _file: proc_fs::File::single(c"elevator", shared.clone())?,
            _publication: LIFT.publish(shared),
            _thread: thread,
        })
    }
}

#[pin_data]
struct Shared {
    #[pin]
    lift: Mutex<Lift>,
    #[pin]
    requested: CondVar,
}

impl Shared {
    fn new() -> impl PinInit<Self> {
        let lift = Lift {
            passengers: KVec::new(),
            state: State::Stopped,
            direction: State::Up,
            floor: *FLOORS.start(),
            is_started: false,
            served: 0,
        };
        pin_init!(Self {
            lift <- new_mutex!(lift, "Shared::lift"),
            requested <- new_condvar!("Shared::requested"),
        })
    }

    fn serve(&self, thread: &kthread::Current<'_>) -> c_int {
        while !thread.should_stop() {
            let mut lift = self.lift.lock();
            if let Some(ms) = lift.plan() {
                drop(lift);
                schedule_timeout_interruptible(msecs_to_jiffies(ms as u32));
                self.lift.lock().arrive();
            } else if !thread.should_stop() {
                let _ = self.requested.wait_interruptible(&mut lift);
            }
        }
        0
    }
}

struct Passenger {
    from: u8,
    to: u8,
    weight: u64,
    is_aboard: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Stopped,
    Idle,
    Up,
    Down,
    Loading,
}

struct Lift {
    passengers: KVec<Passenger>,
    state: State,
    direction: State,
    floor: u8,
    is_started: bool,
    served: u64,
}

impl Lift {
    fn load(&self) -> u64 {
        self.passengers
            .iter()
            .filter(|p| p.is_aboard)
            .map(|p| p.weight)
            .sum()
    }

    /// Whether the lift can serve somebody at one of these floors.
    fn is_wanted(&self, at: impl Fn(u8) -> bool) -> bool {
        let room = CAPACITY.load(Relaxed) - self.load();
        let can_enter = |p: &Passenger| self.is_started && p.weight <= room && at(p.from);
        let wants = |p: &Passenger| if p.is_aboard { at(p.to) } else { can_enter(p) };
        self.passengers.iter().any(wants)
    }

    /// Decides what comes next; how long it takes, in ms.
    fn plan(&mut self) -> Option<u64> {
        let floor = self.floor;
        let (above, below) = (
            self.is_wanted(|at| at > floor),
            self.is_wanted(|at| at < floor),
        );
        if self.is_wanted(|at| at == floor) {
            self.state = State::Loading;
            return Some(LOAD_MS.load(Relaxed));
        }
        if !above && !below {
            self.state = if self.is_started {
                State::Idle
            } else {
                State::Stopped
            };
            return None;
        }
        let up = if self.direction == State::Up {
            above
        } else {
            !below
        };
        self.direction = if up { State::Up } else { State::Down };
        self.state = self.direction;
        Some(FLOOR_MS.load(Relaxed))
    }

    /// What has been decided has been done.
    fn arrive(&mut self) {
        match self.state {
            State::Up => self.floor += 1,
            State::Down => self.floor -= 1,
            _ => self.exchange(),
        }
    }

    fn exchange(&mut self) {
        let (floor, before) = (self.floor, self.passengers.len());
        self.passengers.retain(|p| !p.is_aboard || p.to != floor);
        let left = before - self.passengers.len();
        self.served += left as u64;
        let (mut load, mut entered) = (self.load(), 0);
        for p in &mut self.passengers {
            let fits = load + p.weight <= CAPACITY.load(Relaxed);
            if self.is_started && !p.is_aboard && p.from == floor && fits {
                p.is_aboard = true;
                load += p.weight;
                entered += 1;
            }
        }
        pr_info!("floor {floor}: {left} left, {entered} entered, load {load}\n");
    }

    fn add(&mut self, text: &str) -> Result {
        let refuse = |error, reason| {
            pr_notice!("\"{text}\": {reason}\n");
            Err(error)
        };
        let mut words = text.split_ascii_whitespace();
        let mut floor = || words.next().and_then(|word| word.parse::<u8>().ok());
        let (from, to) = (floor(), floor());
        let weight = match (words.next(), words.next()) {
            (Some("child"), None) => Some(1),
            (Some("adult"), None) => Some(2),
            (Some("bellhop"), None) => Some(4),
            _ => None,
        };
        let (Some(from), Some(to), Some(weight)) = (from, to, weight) else {
            return refuse(EINVAL, "expected FROM TO, and child, adult or bellhop");
        };
        if !FLOORS.contains(&from) || !FLOORS.contains(&to) {
            return refuse(ERANGE, "there is no such floor");
        }
        if weight > CAPACITY.load(Relaxed) {
            return refuse(ERANGE, "is heavier than the lift can carry");
        }
        if from == to {
            return refuse(EINVAL, "is there already");
        }
        if self.passengers.len() == MOST_PASSENGERS {
            return refuse(ENOSPC, "too many passengers");
        }
        Ok(self.passengers.push(
            Passenger {
                from,
                to,
                weight,
                is_aboard: false,
            },
            GFP_KERNEL,
        )?)
    }
}

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lift = self.lift.lock();
        let aboard = lift.passengers.iter().filter(|p| p.is_aboard).count();
        writeln!(f, "state    {:?}\nfloor    {}", lift.state, lift.floor)?;
        writeln!(f, "load     {} of {}", lift.load(), CAPACITY.load(Relaxed))?;
        writeln!(
            f,
            "aboard   {}\nwaiting  {}",
            aboard,
            lift.passengers.len() - aboard
        )?;
        writeln!(f, "served   {}", lift.served)
    }
}

struct Request<const PASSENGER: bool>;

impl<const PASSENGER: bool> Param for Request<PASSENGER> {
    fn set(lock: &mut Lock<'_>, text: &CStr, _source: Source) -> Result {
        let shared = LIFT.get(lock)?;
        let mut lift = shared.lift.lock();
        match (PASSENGER, text.to_str()?.trim()) {
            (true, passenger) => lift.add(passenger)?,
            (false, "start") => lift.is_started = true,
            (false, "stop") => lift.is_started = false,
            (false, other) => {
                pr_notice!("\"{other}\": expected start or stop\n");
                return Err(EINVAL);
            }
        }
        shared.requested.notify_all();
        Ok(())
    }
}
