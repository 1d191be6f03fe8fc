// SPDX-License-Identifier: GPL-2.0

//! The command line: what there is to say, and the help.

use std::{
    path::PathBuf,
    str::FromStr, //
};

use clap::{
    Args,
    Parser,
    Subcommand,
    ValueEnum, //
};
use clap_complete::Shell;

use crate::{
    kernel::module::Setting,
    measure::{
        compare::Metric,
        expect::Expect,
        percent::Percent,
        primitive,
        span::Span,
        tolerance::Tolerance, //
    },
    top, //
};

#[derive(Parser)]
#[command(
    name = "kthread-counter",
    version,
    about = "How late does this kernel wake its threads?",
    disable_help_subcommand = true,
    after_help = "\
Examples:
  kthread-counter show               # the workers now
  kthread-counter hist --by worker   # how late each of them was, as a picture

Exit status: 0 done, 1 error or wrong usage, 2 a bad result (run, compare,
doctor), 3 no result, for example because the module is not loaded."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show the workers now
    #[command(after_help = "\
Examples:
  kthread-counter show
  kthread-counter show --json

p50 and p99 are bounds: 50 % and 99 % of the ticks were late by this or less.")]
    Show(Show),
    /// Watch the workers live
    #[command(after_help = "\
Examples:
  kthread-counter top
  kthread-counter top --batch 3 --interval 500ms --sort p99

A worst lateness with ≤ is a bound: no tick since the last reading was later.
If the module is unloaded meanwhile, top waits until it is loaded again. If it
is not loaded at the start, the exit status is 3.")]
    Top(Top),
    /// Show how late the workers were, as a picture
    #[command(after_help = "\
Examples:
  kthread-counter hist --by worker --cdf --ascii
  kthread-counter hist --svg now.svg --with before.json

Each line is a power of two of lateness: that scale is logarithmic, bars are
linear. With --svg, --from and --with also take JSON of `show` or `run`.")]
    Hist(Hist),
    /// Compare two measurements, side by side, with a verdict
    #[command(after_help = "\
Examples:
  kthread-counter compare before.json after.json
  kthread-counter compare before after --tolerance 25% --judge p50,p99

A percentile is the bound of a bucket: a change to the next bucket is no change.
For missed, the share of intervals is compared. With fewer than 100 ticks
nothing is compared.

Exit status: 0 nothing is worse, 1 error, 2 something is worse by more than the
tolerance, 3 nothing can be compared.")]
    Compare(Compare),
    /// Write a page about measurements, to send to somebody
    #[command(after_help = "\
Examples:
  kthread-counter report result.json -o report.html
  kthread-counter report before.json after.json --tolerance 25% -o report.html

The page is one file, which needs neither the network nor scripts. The other
measurements are compared with the first.")]
    Report(Report),
    /// Measure for a time, and say whether it was as expected
    #[command(after_help = "\
Examples:
  kthread-counter run -d 10s -w hrtimer,ssleep -c all
  kthread-counter run -e 'hrtimer.p99.9<50us' -e 'all.missed==0' -o json

There is one worker for each primitive on each CPU. Without -c workers are not
bound. The module is loaded for the measurement and unloaded after it. If it is
loaded already, --take-over or --shared says what to do. event and completion
are woken by this program, once in each interval.

An expectation is SUBJECT.METRIC OP NUMBER:
  SUBJECT  a primitive, all, or a CPU such as cpu2
  METRIC   of the worst worker: min, avg, max, pNN.N, drift, and with --causes
           to_wake, to_run (their largest); of all together: missed, early
  OP       < <= > >= == !=
  NUMBER   with ns, us, ms or s; without a unit for missed and early
A percentile is the bound of a bucket, up to 12.5% too large. It needs enough
ticks: p99 100, p99.9 1000, and so on.

Exit status: 0 as expected, 1 error, 2 an expectation is not met, 3 not
measured: too few ticks, interrupted, machine suspended, module or workers gone.
It is 2 if some expectations are not met and others not measured.")]
    Run(Run),
    /// Save a measurement in a folder, to look at it later
    #[command(after_help = "\
Examples:
  kthread-counter save before
  kthread-counter save before --force && kthread-counter show --from before")]
    Save(Save),
    /// Say what keeps this machine from measuring well, and what to do
    #[command(after_help = "\
Examples:
  kthread-counter doctor
  kthread-counter doctor --json

A note limits what the numbers mean, or could not be checked. With a problem the
module cannot be loaded, or its numbers would be wrong. Root is not needed, but
sees more.

Exit status: 0 no problem, even if there are notes, 1 error or wrong usage,
2 at least one problem.")]
    Doctor(Doctor),
    /// Load the module
    #[command(after_help = "\
Examples:
  kthread-counter load threads=4 wait=ssleep,usleep,fsleep,hrtimer
  kthread-counter load --module ./kthread_counter.ko interval=10ms causes=Y

A name that the module does not have is refused. Needs root.")]
    Load(Load),
    /// Unload the module; its workers and their counters are gone then
    #[command(after_help = "\
Examples:
  kthread-counter unload
  kthread-counter save DIR && kthread-counter unload

Needs root.")]
    Unload,
    /// Change settings of the loaded module
    #[command(after_help = "\
Examples:
  kthread-counter set interval=10ms
  kthread-counter set threads=4 cpus=0-3 sched=fifo_low

All names are checked first. Then the values are set from left to right. If the
module refuses one, those before it are put back, but counters that were reset
by a change stay reset. cpus= unbinds the workers. Needs root.")]
    Set(Set),
    /// Start workers that are stopped or have exited
    #[command(after_help = "\
Examples:
  kthread-counter start all
  kthread-counter start 0,2-3

If one of the ids is not there, none is started. Needs root.")]
    Start(Workers),
    /// Stop workers, and wait until their threads are gone; they keep their counters
    #[command(after_help = "\
Examples:
  kthread-counter stop all
  kthread-counter stop 0,2-3

If one of the ids is not there, none is stopped. Needs root.")]
    Stop(Workers),
    /// Set the counters of workers to zero
    #[command(after_help = "\
Examples:
  kthread-counter reset all
  kthread-counter reset 0,2-3

If one of the ids is not there, none is reset. Needs root.")]
    Reset(Workers),
    /// Send a signal to workers
    #[command(after_help = "\
Examples:
  kthread-counter signal USR1 all
  kthread-counter signal TERM 0,2-3

HUP zeroes the counters, USR1 and USR2 are counted, INT, TERM and KILL end the
thread; `start` starts it again. If one of the ids is not there, or has no
thread, none gets the signal. Needs root.")]
    Signal(Signal),
    /// Print completions for a shell
    #[command(after_help = "\
Examples:
  kthread-counter completions bash > kthread-counter.bash
  kthread-counter completions fish > kthread-counter.fish

Let the shell source the file. make install puts them where bash, zsh and fish
look for them.")]
    Completions(Completions),
    /// Write the man pages
    #[command(hide = true)]
    Man(Man),
}

/// Where the files come from.
#[derive(Args)]
pub(crate) struct From {
    /// Read files that `save` wrote to DIR, not those in /proc
    #[arg(long, value_name = "DIR")]
    pub(crate) from: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Show {
    #[command(flatten)]
    pub(crate) source: From,
    /// Write JSON, as docs/show.schema.json describes
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Hist {
    #[command(flatten)]
    pub(crate) source: From,
    /// Draw one picture for each primitive or worker
    #[arg(long, value_enum, default_value_t = By::Wait)]
    pub(crate) by: By,
    /// Draw the share of ticks that were late by this much or less
    #[arg(long)]
    pub(crate) cdf: bool,
    /// Show these percentiles; `-` if there are too few ticks
    #[arg(
        long = "percentiles",
        value_name = "pNN.N",
        value_delimiter = ',',
        default_value = "p50,p99,p99.9"
    )]
    pub(crate) percentiles: Vec<Percent>,
    /// Use ASCII characters only
    #[arg(long)]
    pub(crate) ascii: bool,
    /// Write JSON
    #[arg(long, conflicts_with_all = ["cdf", "ascii"])]
    pub(crate) json: bool,
    /// Draw one picture of all of them to FILE, as SVG; `-` is stdout
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "ascii", "percentiles"])]
    pub(crate) svg: Option<PathBuf>,
    /// Draw this measurement behind it: a folder of `save`, or JSON
    #[arg(long, value_name = "OTHER", requires = "svg")]
    pub(crate) with: Option<PathBuf>,
    /// Draw for dark pages; by default, for those that the viewer prefers
    #[arg(long, requires = "svg", conflicts_with = "light")]
    pub(crate) dark: bool,
    /// Draw for light pages, and for paper
    #[arg(long, requires = "svg")]
    pub(crate) light: bool,
}

#[derive(Args)]
pub(crate) struct Top {
    #[command(flatten)]
    pub(crate) source: From,
    /// Print N readings instead of drawing on the screen, then end
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) batch: Option<u64>,
    /// Time between two readings, 50ms to 60m
    #[arg(short, long, value_name = "TIME", default_value = "1s")]
    pub(crate) interval: top::Interval,
    /// Show one row for each of these
    #[arg(long, value_enum, default_value_t = By::Worker)]
    pub(crate) by: By,
    /// Sort by this, the largest first
    #[arg(short, long, value_enum, default_value_t = top::Sort::Worst)]
    pub(crate) sort: top::Sort,
    /// Sort the other way round
    #[arg(short, long)]
    pub(crate) reverse: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// Each primitive
    Wait,
    /// Each worker
    Worker,
}

#[derive(Args)]
pub(crate) struct Compare {
    /// JSON of `show` or `run`, or a folder that `save` has written
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,
    /// The same, measured later
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
    /// Call a number worse if it is more than N% larger
    #[arg(long, value_name = "N%", default_value = "10%")]
    pub(crate) tolerance: Tolerance,
    /// Compare these: pNN.N, max, avg, missed [default: p50,p99,p99.9,max,avg,missed]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(crate) judge: Vec<Metric>,
    /// Write JSON, as docs/compare.schema.json describes
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Report {
    /// JSON of `show` or `run`, or folders that `save` has written
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The page to write; `-` is stdout
    #[arg(short, long, value_name = "PAGE")]
    pub(crate) output: PathBuf,
    /// Call a number worse if it is more than N% larger than in the first
    #[arg(long, value_name = "N%", default_value = "10%")]
    pub(crate) tolerance: Tolerance,
}

#[derive(Args)]
pub(crate) struct Run {
    /// How long to count
    #[arg(short, long, value_name = "TIME", default_value = "60s")]
    pub(crate) duration: Span,
    /// How long the workers run before counting begins
    #[arg(long, value_name = "TIME", default_value = "5s")]
    pub(crate) warm_up: Span,
    /// The sleeping primitives, or all
    #[arg(short, long, value_name = "LIST", default_value = "all")]
    pub(crate) wait: Waits,
    /// The time between two ticks, as the module's parameter takes it
    #[arg(short, long, value_name = "TIME", default_value = "1ms")]
    pub(crate) interval: String,
    /// The CPUs, or all; without it workers are not bound
    #[arg(short, long, value_name = "LIST")]
    pub(crate) cpus: Option<String>,
    /// How the workers are scheduled
    #[arg(short, long, value_parser = ["normal", "fifo_low", "fifo"], default_value = "normal")]
    pub(crate) sched: String,
    /// Keep CPUs out of idle states that take longer than this to leave
    #[arg(long, value_name = "US", value_parser = clap::value_parser!(i32).range(0..))]
    pub(crate) dma_latency: Option<i32>,
    /// Find out why wakes were late
    #[arg(long)]
    pub(crate) causes: bool,
    /// Stop tracing at a wake later than this, and keep the trace beside the file of -O
    #[arg(long, value_name = "US", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) trip: Option<u32>,
    /// What is expected, such as hrtimer.p99.9<50us; may be given several times
    #[arg(short, long, value_name = "EXPECT")]
    pub(crate) expect: Vec<Expect>,
    /// Expect to be no worse than this JSON or folder, see `compare`
    #[arg(long, value_name = "OLD")]
    pub(crate) baseline: Option<PathBuf>,
    /// Call a number worse if it is more than N% above the baseline
    #[arg(long, value_name = "N%", default_value = "20%", requires = "baseline")]
    pub(crate) tolerance: Tolerance,
    /// Run this shell command during the measurement, then end it
    #[arg(long, value_name = "COMMAND")]
    pub(crate) load: Option<String>,
    /// Look at the workers that are there, and change nothing
    #[arg(long, conflicts_with_all = ["take_over", "wait", "interval", "cpus", "sched", "causes", "trip", "module"])]
    pub(crate) shared: bool,
    /// Use the module that is loaded: its counters begin anew, its settings are put back
    #[arg(long, conflicts_with = "module")]
    pub(crate) take_over: bool,
    /// Load this file, not what is installed
    #[arg(long, value_name = "FILE")]
    pub(crate) module: Option<PathBuf>,
    /// What to write: ndjson is a line a second, rt-tests what `cyclictest --json` writes
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    pub(crate) output: Format,
    /// Write the result to FILE instead of stdout
    #[arg(short = 'O', long, value_name = "FILE")]
    pub(crate) output_file: Option<PathBuf>,
    /// Do not show progress
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
    Ndjson,
    RtTests,
}

/// A list of primitives.
#[derive(Clone)]
pub(crate) struct Waits(pub(crate) Vec<&'static str>);

impl FromStr for Waits {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "all" {
            return Ok(Self(primitive::ALL.to_vec()));
        }
        let known = |name: &str| primitive::ALL.into_iter().find(|known| *known == name);
        text.split(',')
            .map(known)
            .collect::<Option<_>>()
            .map(Self)
            .ok_or_else(|| format!("expected all, or some of {}", primitive::ALL.join(",")))
    }
}

#[derive(Args)]
pub(crate) struct Save {
    /// The folder to write to; it is made if it is not there
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    #[command(flatten)]
    pub(crate) source: From,
    /// Overwrite what was saved there before
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Args)]
pub(crate) struct Doctor {
    /// Look below DIR, where a container has the / of its machine
    #[arg(long, value_name = "DIR", default_value = "/")]
    pub(crate) root: PathBuf,
    /// Write JSON, as docs/doctor.schema.json describes
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Load {
    /// What to load it with: threads, interval, wait, cpus, sched, log, trip_us, causes, autostart, device_mode
    #[arg(value_name = "NAME=VALUE")]
    pub(crate) settings: Vec<Setting>,
    /// Load this file, and not what modprobe finds
    #[arg(long, value_name = "FILE")]
    pub(crate) module: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Set {
    /// threads, interval, wait, cpus, sched, log, trip_us or causes, and its value
    #[arg(value_name = "NAME=VALUE", required = true)]
    pub(crate) settings: Vec<Setting>,
}

#[derive(Args)]
pub(crate) struct Workers {
    /// `all`, or ids such as 0,2-3
    #[arg(value_name = "IDS", required = true)]
    pub(crate) ids: Vec<String>,
}

#[derive(Args)]
pub(crate) struct Signal {
    /// HUP, INT, USR1, USR2, TERM or KILL, or its number
    #[arg(value_name = "SIGNAL")]
    pub(crate) signal: String,
    #[command(flatten)]
    pub(crate) workers: Workers,
}

#[derive(Args)]
pub(crate) struct Man {
    /// The folder to write to; it is made if it is not there
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// The date of the pages
    #[arg(long, value_name = "YYYY-MM-DD", default_value = "")]
    pub(crate) date: String,
}

#[derive(Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: Shell,
}
