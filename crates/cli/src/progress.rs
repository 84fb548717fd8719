//! How a run goes on, for whoever watches.

use std::time::Duration;

use app::{NoRunProgress, RunProgress};
use domain::RunState;
use indicatif::{ProgressBar, ProgressStyle};

use crate::output;

/// A bar where stderr is a terminal. Elsewhere only waits are told, so that a log says why nothing happens.
pub(crate) fn of_a_run() -> Box<dyn RunProgress> {
    if output::watched() {
        Box::new(Bar::new())
    } else {
        Box::new(Waits(NoRunProgress))
    }
}

/// Tells only waits, each as a line.
struct Waits(NoRunProgress);

impl RunProgress for Waits {
    fn phase(&self, state: RunState) {
        self.0.phase(state);
    }

    fn fetched(&self, employees: u64) {
        self.0.fetched(employees);
    }

    fn waiting(&self, seconds: u64, reason: &str) {
        output::say(&waits(seconds, reason));
    }

    fn applying(&self, done: u64, total: u64) {
        self.0.applying(done, total);
    }
}

/// A spinner while nobody knows how many there are, then a bar.
struct Bar(ProgressBar);

impl Bar {
    fn new() -> Self {
        let bar = ProgressBar::no_length();
        bar.enable_steady_tick(Duration::from_millis(100));
        bar.set_style(spinner());
        Self(bar)
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

impl RunProgress for Bar {
    fn phase(&self, state: RunState) {
        self.0.set_style(spinner());
        self.0.set_message(match state {
            RunState::Queued => "waiting for another run to end",
            RunState::Fetching => "reading the HRIS",
            RunState::Planning => "making the plan",
            RunState::Applying => "applying",
            _ => "finishing",
        });
    }

    fn fetched(&self, employees: u64) {
        self.0
            .set_message(format!("reading the HRIS: {employees} employees"));
    }

    fn waiting(&self, seconds: u64, reason: &str) {
        self.0.set_message(waits(seconds, reason));
    }

    fn applying(&self, done: u64, total: u64) {
        if self.0.length() != Some(total) {
            self.0.set_length(total);
            self.0.set_style(bar());
            self.0.set_message("applying");
        }
        self.0.set_position(done);
    }
}

fn waits(seconds: u64, reason: &str) -> String {
    format!("Waiting {seconds} s: {reason}")
}

fn spinner() -> ProgressStyle {
    style(
        "{spinner} {msg} ({elapsed})",
        ProgressStyle::default_spinner(),
    )
}

fn bar() -> ProgressStyle {
    style(
        "{msg} {wide_bar} {pos}/{len} ({elapsed})",
        ProgressStyle::default_bar(),
    )
}

/// The template is ours and correct; were it not, the plain style would do.
fn style(template: &str, plain: ProgressStyle) -> ProgressStyle {
    plain.clone().template(template).unwrap_or(plain)
}
