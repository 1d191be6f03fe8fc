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

use kernel::{
    new_condvar,
    sync::CondVar, //
};

module! {
    type: Elevator,
    name: "elevator",
    authors: ["The kthread_counter authors"],
    description: "A kernel thread that serves requests as a lift does",
    license: "GPL",
}

number_params! {
    floor_ms: FLOOR_MS = 2000 in 10..=60_000, 0o644, "time from floor to floor, in ms";
    load_ms: LOAD_MS = 1000 in 10..=60_000, 0o644, "time at a floor, in ms";
    capacity: CAPACITY = 8 in 1..=100, 0o444, "what the lift carries, in weights of a child";
}
module_params! {
    passenger: Request<true>, 0o200, "passenger", "FROM TO KIND: let somebody wait for the lift";
    command: Request<false>, 0o200, "command", "start or stop";
}

static LIFT: Published<Shared> = Published::new();
const FLOORS: core::ops::RangeInclusive<u64> = 1..=10;
const KINDS: [(&str, u64); 3] = [("child", 1), ("adult", 2), ("bellhop", 4)];
const MOST_PASSENGERS: usize = 100;

/// First the parameters and the file go, then the thread.
struct Elevator {
    _publication: Publication<Shared>,
    _file: proc_fs::File<Single<Shared>>,
    _thread: kthread::Handle,
}

impl kernel::Module for Elevator {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let shared = pin_init!(Shared {
            lift <- new_mutex!(Lift { floor: *FLOORS.start(), ..Lift::default() }, "Shared::lift"),
            requested <- new_condvar!("Shared::requested"),
        });
        let shared = Arc::pin_init(shared, GFP_KERNEL)?;
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
    fn serve(&self, thread: &kthread::Current<'_>) -> c_int {
        while !thread.should_stop() {
            let mut lift = self.lift.lock();
            if let Some(ms) = lift.plan() {
                drop(lift);
                schedule_timeout_interruptible(msecs_to_jiffies(ms as u32));
                self.lift.lock().arrive();
            } else {
                // Does not sleep if the thread is being stopped.
                let _ = self.requested.wait_interruptible(&mut lift);
            }
        }
        0
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum State {
    #[default]
    Stopped,
    Idle,
    Up,
    Down,
    Loading,
}

#[derive(Default)]
struct Lift {
    passengers: KVec<Passenger>,
    state: State,
    goes_down: bool,
    floor: u64,
    is_started: bool,
    served: u64,
}

impl Lift {
    fn aboard(&self) -> impl Iterator<Item = &Passenger> {
        self.passengers.iter().filter(|p| p.is_aboard)
    }

    fn load(&self) -> u64 {
        self.aboard().map(|p| p.weight).sum()
    }

    /// Whether the lift can serve somebody at one of these floors.
    fn is_wanted(&self, at: impl Fn(u64) -> bool) -> bool {
        let room = CAPACITY.load(Relaxed) - self.load();
        let can_enter = |p: &Passenger| self.is_started && p.weight <= room && at(p.from);
        let wants = |p: &Passenger| if p.is_aboard { at(p.to) } else { can_enter(p) };
        self.passengers.iter().any(wants)
    }

    /// Decides what comes next; how long it takes, in ms.
    fn plan(&mut self) -> Option<u64> {
        let floor = self.floor;
        let above = self.is_wanted(|at| at > floor);
        let below = self.is_wanted(|at| at < floor);
        self.state = match (self.is_wanted(|at| at == floor), above, below) {
            (true, ..) => State::Loading,
            (_, true, false) => State::Up,
            (_, false, true) => State::Down,
            (_, true, true) if self.goes_down => State::Down,
            (_, true, true) => State::Up,
            (_, false, false) if self.is_started => State::Idle,
            (_, false, false) => State::Stopped,
        };
        match self.state {
            State::Loading => Some(LOAD_MS.load(Relaxed)),
            State::Up | State::Down => Some(FLOOR_MS.load(Relaxed)),
            State::Idle | State::Stopped => None,
        }
    }

    /// What has been decided has been done.
    fn arrive(&mut self) {
        match self.state {
            State::Up => self.floor += 1,
            State::Down => self.floor -= 1,
            _ => return self.exchange(),
        }
        self.goes_down = self.state == State::Down;
    }

    fn exchange(&mut self) {
        let (floor, before) = (self.floor, self.passengers.len());
        self.passengers.retain(|p| !p.is_aboard || p.to != floor);
        let left = before - self.passengers.len();
        self.served += left as u64;
        let (mut load, mut entered) = (self.load(), 0);
        for p in &mut self.passengers {
            let is_here = !p.is_aboard && p.from == floor;
            if self.is_started && is_here && load + p.weight <= CAPACITY.load(Relaxed) {
                p.is_aboard = true;
                load += p.weight;
                entered += 1;
            }
        }
        pr_info!("floor {floor}: {left} left, {entered} entered, load {load}\n");
    }

    fn add(&mut self, text: &str) -> Result<(), Refusal> {
        let passenger = Passenger::parse(text)?;
        if self.passengers.len() == MOST_PASSENGERS {
            return Err((ENOSPC, "too many passengers"));
        }
        let pushed = self.passengers.push(passenger, GFP_KERNEL);
        pushed.map_err(|_| (ENOMEM, "no memory"))
    }

    fn command(&mut self, text: &str) -> Result<(), Refusal> {
        self.is_started = match text {
            "start" => true,
            "stop" => false,
            _ => return Err((EINVAL, "expected start or stop")),
        };
        Ok(())
    }
}

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lift = self.lift.lock();
        let aboard = lift.aboard().count();
        writeln!(f, "state    {:?}", lift.state)?;
        writeln!(f, "floor    {}", lift.floor)?;
        writeln!(f, "load     {} of {}", lift.load(), CAPACITY.load(Relaxed))?;
        writeln!(f, "aboard   {aboard}")?;
        writeln!(f, "waiting  {}", lift.passengers.len() - aboard)?;
        writeln!(f, "served   {}", lift.served)
    }
}

struct Passenger {
    from: u64,
    to: u64,
    weight: u64,
    is_aboard: bool,
}

/// An errno for the program, and the reason for the log.
type Refusal = (Error, &'static str);

impl Passenger {
    fn parse(text: &str) -> Result<Self, Refusal> {
        const EXPECTED: Refusal = (EINVAL, "expected FROM TO, and child, adult or bellhop");

        let mut words = text.split_ascii_whitespace();
        let [Some(from), Some(to), Some(kind), None] = [(); 4].map(|()| words.next()) else {
            return Err(EXPECTED);
        };
        let floor = |word: &str| {
            let number = module_param_number::parse(word.as_bytes(), FLOORS);
            number.map_err(|error| match error == ERANGE {
                true => (ERANGE, "there is no such floor"),
                false => EXPECTED,
            })
        };
        let (from, to) = (floor(from)?, floor(to)?);
        let kind = KINDS.iter().find(|(name, _)| *name == kind);
        let weight = kind.ok_or(EXPECTED)?.1;
        if weight > CAPACITY.load(Relaxed) {
            return Err((ERANGE, "is heavier than the lift can carry"));
        }
        if from == to {
            return Err((EINVAL, "is there already"));
        }
        Ok(Self {
            from,
            to,
            weight,
            is_aboard: false,
        })
    }
}

/// What is done with what is written to `passenger` and to `command`.
struct Request<const PASSENGER: bool>;

impl<const PASSENGER: bool> Param for Request<PASSENGER> {
    fn set(lock: &mut Lock<'_>, text: &CStr, _source: Source) -> Result {
        let shared = LIFT.get(lock)?;
        let text = text.to_str()?.trim();
        let act = if PASSENGER { Lift::add } else { Lift::command };
        act(&mut shared.lift.lock(), text).map_err(|(error, reason)| {
            pr_notice!("\"{text}\": {reason}\n");
            error
        })?;
        shared.requested.notify_all();
        Ok(())
    }
}
