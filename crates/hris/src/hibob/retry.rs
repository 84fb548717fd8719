//! What is tried again, when, and when it is given up.

use std::time::Duration;

use domain::{Clock, Entropy, Problem, ProblemCode};
use jiff::{Timestamp, fmt::rfc2822};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use tokio::time::Instant;

use super::{Environment, Retries, problem};
use crate::Progress;

/// One try that failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// Trying again is useless or forbidden.
    Final(Problem),
    /// There is no such thing at this address.
    NotThere(Problem),
    /// May be over in a moment; if not, this is the problem.
    Passing(Problem),
    /// HiBob asks to wait, if it says so for this long.
    Limited(Option<Duration>),
}

impl Failure {
    /// What to do about a problem, by its code: a refusal or an answer that is none will not get
    /// better by asking again.
    pub(super) fn of(problem: Problem) -> Self {
        match problem.code {
            ProblemCode::Unreachable | ProblemCode::RosterIncomplete => Self::Passing(problem),
            _ => Self::Final(problem),
        }
    }
}

/// How much one question is worth.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    pub(super) tries: u32,
    pub(super) rate_limit_waits: u32,
    pub(super) total: Duration,
}

/// The tries of one question.
pub(super) struct Attempts<'a> {
    environment: &'a Environment,
    retries: &'a Retries,
    left: Patience,
    pause: Duration,
    limited_pause: Duration,
    deadline: Instant,
}

/// The first wait for a rate limit of which HiBob does not say when it ends. Limits are per minute
/// (HiBob's documentation, rate limit), so a few doublings reach over one.
const FIRST_LIMITED_PAUSE: Duration = Duration::from_secs(10);

impl<'a> Attempts<'a> {
    pub(super) fn new(
        environment: &'a Environment,
        retries: &'a Retries,
        patience: Patience,
    ) -> Self {
        Self {
            environment,
            retries,
            left: patience,
            pause: retries.first_pause,
            limited_pause: FIRST_LIMITED_PAUSE,
            deadline: Instant::now() + patience.total,
        }
    }

    /// How long the next try may take.
    pub(super) fn time_left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Waits until it is time to try again, or gives up.
    pub(super) async fn after(
        &mut self,
        failure: Failure,
        progress: &dyn Progress,
    ) -> Result<(), Problem> {
        match failure {
            Failure::Final(problem) | Failure::NotThere(problem) => Err(problem),
            Failure::Passing(problem) => self.pause(problem, progress).await,
            Failure::Limited(wait) => self.wait(wait, progress).await,
        }
    }

    async fn pause(&mut self, problem: Problem, progress: &dyn Progress) -> Result<(), Problem> {
        self.left.tries = self.left.tries.saturating_sub(1);
        let pause = jittered(self.pause, &*self.environment.entropy);
        self.pause *= 2;
        if self.left.tries == 0 || self.time_left() <= pause {
            return Err(problem);
        }
        tracing::info!(code = %problem.code, pause_ms = pause.as_millis() as u64, "trying HiBob again");
        progress.waiting(whole_seconds(pause), "HiBob did not answer");
        self.environment.sleeper.sleep(pause).await;
        Ok(())
    }

    async fn wait(
        &mut self,
        asked: Option<Duration>,
        progress: &dyn Progress,
    ) -> Result<(), Problem> {
        if self.left.rate_limit_waits == 0 {
            return Err(problem::rate_limited(asked));
        }
        self.left.rate_limit_waits -= 1;
        let wait = asked.unwrap_or_else(|| {
            let pause = jittered(self.limited_pause, &*self.environment.entropy);
            self.limited_pause *= 2;
            pause
        });
        let wait = wait.clamp(self.retries.shortest_wait, self.retries.longest_wait);
        tracing::info!(
            wait_s = whole_seconds(wait),
            "HiBob's rate limit is reached"
        );
        progress.waiting(whole_seconds(wait), "HiBob's rate limit is reached");
        // The time that HiBob asks for is not ours.
        self.deadline += wait;
        self.environment.sleeper.sleep(wait).await;
        Ok(())
    }
}

/// How long a 429 asks to wait: `Retry-After` in seconds or as a date, else `X-RateLimit-Reset`, a
/// Unix time (HiBob's documentation, rate limit). Times that are over ask for nothing.
pub(super) fn asked_wait(headers: &HeaderMap, clock: &dyn Clock) -> Option<Duration> {
    let header = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    header(RETRY_AFTER.as_str())
        .and_then(|text| seconds(text).or_else(|| Some(until(http_date(text)?, clock))))
        .or_else(|| Some(until(unix_time(header("x-ratelimit-reset")?)?, clock)))
}

fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text
        .parse()
        .ok()
        .filter(|seconds: &f64| !seconds.is_nan())?;
    // Anything above a day is clamped further on; this keeps absurd numbers within what fits.
    Some(Duration::from_secs_f64(seconds.clamp(0.0, 86_400.0)))
}

fn http_date(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

/// Seconds; milliseconds where the number can be nothing else.
fn unix_time(text: &str) -> Option<Timestamp> {
    let number: f64 = text
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())?;
    let seconds = if number > 1e11 {
        number / 1000.0
    } else {
        number
    };
    Timestamp::from_second(seconds.ceil() as i64).ok()
}

fn until(instant: Timestamp, clock: &dyn Clock) -> Duration {
    let wait = instant.duration_since(clock.now());
    Duration::try_from(wait).unwrap_or(Duration::ZERO)
}

/// Between half and the whole of it, so that callers that failed together do not come back together.
fn jittered(pause: Duration, entropy: &dyn Entropy) -> Duration {
    let mut random = [0_u8; 4];
    entropy.fill(&mut random);
    let fraction = f64::from(u32::from_le_bytes(random)) / f64::from(u32::MAX);
    pause.mul_f64(0.5 + fraction / 2.0)
}

fn whole_seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    struct At(i64);
    impl Clock for At {
        fn now(&self) -> Timestamp {
            Timestamp::from_second(self.0).unwrap()
        }
    }

    /// 2026-03-02 08:15:00 UTC.
    const NOW: i64 = 1_772_439_300;

    fn asked(headers: &[(&'static str, &str)]) -> Option<u64> {
        let headers = headers
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_str(value).unwrap(),
                )
            })
            .collect();
        asked_wait(&headers, &At(NOW)).map(|wait| wait.as_secs())
    }

    #[test]
    fn retry_after_comes_before_the_reset_and_both_may_be_missing() {
        let reset = (NOW + 40).to_string();
        for (headers, wait) in [
            (vec![], None),
            (vec![("retry-after", "7")], Some(7)),
            (
                vec![("retry-after", " 7 "), ("x-ratelimit-reset", &reset)],
                Some(7),
            ),
            (
                vec![("retry-after", "soon"), ("x-ratelimit-reset", &reset)],
                Some(40),
            ),
            (vec![("x-ratelimit-reset", &reset)], Some(40)),
            (vec![("x-ratelimit-reset", "soon")], None),
            (
                vec![("retry-after", "Mon, 02 Mar 2026 08:15:30 GMT")],
                Some(30),
            ),
        ] {
            assert_eq!(asked(&headers), wait, "{headers:?}");
        }
    }

    #[test]
    fn absurd_waits_stay_within_what_can_be_clamped() {
        let millis = ((NOW + 40) * 1000).to_string();
        for (headers, wait) in [
            (vec![("retry-after", "-5")], Some(0)),
            (vec![("retry-after", "inf")], Some(86_400)),
            (vec![("retry-after", "99999999999999999999")], Some(86_400)),
            (
                vec![("retry-after", "Mon, 02 Mar 2020 08:15:30 GMT")],
                Some(0),
            ),
            (vec![("x-ratelimit-reset", "0")], Some(0)),
            (vec![("x-ratelimit-reset", "-1")], Some(0)),
            (vec![("x-ratelimit-reset", "1e300")], None),
            (vec![("x-ratelimit-reset", millis.as_str())], Some(40)),
        ] {
            assert_eq!(asked(&headers), wait, "{headers:?}");
        }
    }

    #[test]
    fn a_pause_is_between_half_and_the_whole() {
        struct Bytes(u8);
        impl Entropy for Bytes {
            fn fill(&self, buffer: &mut [u8]) {
                buffer.fill(self.0);
            }
        }
        let pause = Duration::from_secs(4);
        assert_eq!(jittered(pause, &Bytes(0)), Duration::from_secs(2));
        assert_eq!(jittered(pause, &Bytes(255)), pause);
    }
}
