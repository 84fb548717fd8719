//! When a day begins, zone by zone.

use jiff::{Timestamp, tz::TimeZone};

/// The first instant after `now` that belongs to another day in the zone.
///
/// Where clocks are put forward over midnight a day begins at one, where they are put back it begins
/// once, and where a zone changes the side of the date line a day is left out: the instant given is
/// always the one at which the calendar on the wall turns.
pub fn next_midnight(zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let local = now.to_zoned_datetime(zone.clone());
    let today = local.date();
    // A day can be missing, but never two in a row.
    let mut day = today;
    for _ in 0..3 {
        day = day.tomorrow().ok()?;
        let start = day
            .to_zoned_datetime(zone.clone())
            .ok()?
            .start_of_day()
            .ok()?;
        if start.timestamp() > now && start.date() != today {
            return Some(start.timestamp());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, civil::Date, tz};

    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn next(name: &str, now: &str) -> String {
        let next = next_midnight(&zone(name), now.parse().unwrap()).unwrap();
        next.to_string()
    }

    #[test]
    fn a_day_begins_where_clocks_say_so() {
        assert_eq!(next("UTC", "2026-03-01T00:00:00Z"), "2026-03-02T00:00:00Z");
        assert_eq!(next("UTC", "2028-02-28T12:00:00Z"), "2028-02-29T00:00:00Z");
        // Summer time begins within the day: it is 23 hours long.
        assert_eq!(
            next("Europe/Berlin", "2026-03-28T23:00:00Z"),
            "2026-03-29T22:00:00Z"
        );
        // Cairo puts its clocks forward at midnight: that day begins at one.
        assert_eq!(
            next("Africa/Cairo", "2026-04-23T12:00:00Z"),
            "2026-04-23T22:00:00Z"
        );
        // Havana puts them back at one, to midnight: the day begins once.
        assert_eq!(
            next("America/Havana", "2026-11-01T04:30:00Z"),
            "2026-11-02T05:00:00Z"
        );
        // Samoa left the 30th of December 2011 out.
        assert_eq!(
            next("Pacific/Apia", "2011-12-29T20:00:00Z"),
            "2011-12-30T10:00:00Z"
        );
    }

    /// By walking through the hours: slow, and with nothing to get wrong.
    fn walked(zone: &TimeZone, now: Timestamp) -> Timestamp {
        let day = |at: Timestamp| -> Date { at.to_zoned_datetime(zone.clone()).date() };
        let (mut early, today) = (now, day(now));
        let mut late = early;
        while day(late) == today {
            early = late;
            late += SignedDuration::from_mins(30);
        }
        while late.duration_since(early) > SignedDuration::from_secs(1) {
            let half = early + late.duration_since(early) / 2;
            let half = Timestamp::from_second(half.as_second()).unwrap();
            if day(half) == today {
                early = half;
            } else {
                late = half;
            }
        }
        late
    }

    #[test]
    fn it_is_the_turn_of_the_calendar_in_every_zone_there_is() {
        let mut zones = 0;
        for name in tz::db().available() {
            let Ok(zone) = TimeZone::get(name.as_str()) else {
                continue;
            };
            zones += 1;
            // Around each change of the clocks in two years, and on an ordinary and a leap day.
            let from: Timestamp = "2025-12-31T12:00:00Z".parse().unwrap();
            let until: Timestamp = "2028-03-02T12:00:00Z".parse().unwrap();
            let changes = zone.following(from);
            let changes = changes.map(|change| change.timestamp());
            let changes = changes.take_while(|at| *at < until).take(8);
            let moments = changes
                .flat_map(|at| [-30, -3, 0, 3].map(|hours| at + SignedDuration::from_hours(hours)));
            let leap_day = "2028-02-28T13:00:00Z".parse().unwrap();
            for now in moments.chain([from, leap_day]) {
                let found = next_midnight(&zone, now);
                assert_eq!(
                    found,
                    Some(walked(&zone, now)),
                    "{} at {now}",
                    name.as_str()
                );
            }
        }
        assert!(zones > 400, "{zones} zones");
    }
}
