// SPDX-License-Identifier: GPL-2.0

//! A page about measurements, to be sent to somebody: one file that needs neither the network nor scripts.

mod checks;
mod facts;
mod measurement;
mod numbers;
mod pictures;

use crate::{
    comparison::Comparison,
    error::Result,
    measure::tolerance::Tolerance,
    output::{
        document::Verdict,
        html::Html,
        svg, //
    },
    summary::{
        self,
        Summary, //
    }, //
};

pub(crate) use measurement::Measurement;

/// The page. All but the first measurement are compared with it.
pub(crate) fn page(measurements: &[Measurement], tolerance: Tolerance) -> Result<String> {
    let mut html = Html::default();
    // A browser that reads this loads nothing and runs nothing, whatever follows.
    html.markup(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
    );
    let title = title(measurements);
    html.element("title", &title);
    html.markup("<style>\n");
    html.markup(include_str!("page.css"));
    html.drawn(&svg::css(svg::Theme::Either));
    html.markup("\n</style>\n</head>\n<body>\n");
    html.element("h1", &title);
    html.markup(
        "<p class=\"faint\">How late the kernel woke threads that sleep, measured by the module ",
    );
    html.markup("kthread_counter. Written by kthread-counter ");
    html.text(env!("CARGO_PKG_VERSION"));
    html.markup(".</p>\n");
    let shows = measurements.iter().map(|measurement| &measurement.run.show);
    let all: Vec<_> = shows.map(summary::by_primitive).collect();
    let is_empty = !all.iter().any(|summaries| has_ticked(summaries));
    if is_empty {
        html.markup(NOTHING);
    }

    let mut first: Option<(&Measurement, &[Summary])> = None;
    for (measurement, summaries) in measurements.iter().zip(&all) {
        html.markup("<section>\n");
        html.element("h2", &measurement.name);
        if !is_empty && !has_ticked(summaries) {
            html.markup(NOTHING_HERE);
        }
        section(&mut html, measurement, summaries, first, tolerance)?;
        first.get_or_insert((measurement, summaries));
    }
    html.markup(HOW_TO_READ);
    html.markup("</body>\n</html>\n");
    Ok(html.finish())
}

fn has_ticked(summaries: &[Summary]) -> bool {
    summaries.iter().any(|one| one.measured.ticks > 0)
}

fn title(measurements: &[Measurement]) -> String {
    let first = measurements.first();
    let kernel = first.and_then(|first| first.run.show.host.kernel.as_deref());
    format!("Wake-up lateness: {}", kernel.unwrap_or("unknown kernel"))
}

fn section(
    html: &mut Html,
    measurement: &Measurement,
    summaries: &[Summary],
    before: Option<(&Measurement, &[Summary])>,
    tolerance: Tolerance,
) -> Result {
    let run = &measurement.run;
    verdict(html, run.verdict);
    facts::measured(html, run, summaries);
    facts::machine(html, &run.show);
    checks::table(html, &run.checks);
    notes(html, &run.notes);
    html.markup("<h3>Lateness by primitive</h3>\n");
    numbers::primitives(html, summaries);
    pictures::both(html, &measurement.name, summaries, before)?;
    if let Some((first, _)) = before {
        let metrics = &crate::measure::compare::Metric::ALL;
        let comparison = Comparison::new(&first.run.show, &run.show, metrics, tolerance);
        numbers::comparison(html, &first.name, &comparison, tolerance);
    }
    numbers::workers(html, &run.show.workers);
    html.markup("</section>\n");
    Ok(())
}

fn verdict(html: &mut Html, verdict: Option<Verdict>) {
    html.markup(match verdict {
        Some(Verdict::Pass) => "<p class=\"verdict pass\">✓ passed: all is as expected</p>\n",
        Some(Verdict::Fail) => {
            "<p class=\"verdict fail\">✗ failed: something is not as expected</p>\n"
        }
        Some(Verdict::Unmeasured) => {
            "<p class=\"verdict open\">? unmeasured: too little is known for a verdict</p>\n"
        }
        None => "",
    });
}

fn notes(html: &mut Html, notes: &[String]) {
    if notes.is_empty() {
        return;
    }
    html.markup("<h3>What limits the numbers</h3>\n<ul>\n");
    for note in notes {
        html.element("li", note);
    }
    html.markup("</ul>\n");
}

const NOTHING: &str = "\
<p class=\"verdict fail\">✗ nothing was measured: there is not a single tick. Look whether the workers run, and measure for longer.</p>
";
const NOTHING_HERE: &str = "\
<p class=\"verdict fail\">✗ nothing was measured here: there is not a single tick.</p>
";

const HOW_TO_READ: &str = "\
<section>
<h2>How to read this</h2>
<ul>
<li><b>Lateness</b> is the time between the moment when a thread should have run and the moment when it ran. One wake-up is \
one tick.</li>
<li><b>p99 ≤ 2.6ms</b> means that 99 % of the ticks were late by 2.6ms or less. Percentiles come from buckets: each is the \
bound of a bucket, and the exact value is up to an eighth smaller. The maximum and the mean are exact.</li>
<li><b>-</b> stands where too few ticks say something about it: p99 takes 100 of them, p99.9 takes 1,000.</li>
<li><b>missed</b> are whole intervals that passed without a tick.</li>
<li><b>to wake</b> is the part of the lateness until the timer woke the thread, <b>to run</b> the part from there until the \
scheduler let it run; both are means in the table. They are known if <code>causes</code> was on.</li>
<li><b>ssleep, timeout, idle, fsleep and work</b> may count jiffies: with HZ=250, they are late by up to 4ms and more by design. \
<b>usleep and hrtimer</b> have high-resolution timers. <b>completion and event</b> are woken by other threads.</li>
<li><b>▲</b> is worse and <b>▼</b> is better than in the first measurement by more than the tolerance. A change to the \
next bucket is no change. Of missed intervals the share is compared.</li>
<li>In the first picture a bar is half a power of two of lateness wide. Each strip has its own scale, whose top is named on the right. A bar that can hardly be seen has one tick or \
more.</li>
<li>In the second picture the scale gives each further nine the same room. A line that is further to the left or higher is better. It ends \
where the measurement has no more ticks.</li>
</ul>
</section>
";
