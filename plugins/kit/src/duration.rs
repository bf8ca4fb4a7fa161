//! Durations for display.

/// Formats milliseconds in a readable unit: `870 ms`, `12.3 s`, `4 min 05 s`, `2 h 07 min`.
#[must_use]
pub fn humanize(ms: u64) -> String {
    let seconds = ms / 1_000;
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{seconds}.{} s", ms % 1_000 / 100),
        60_000..3_600_000 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} min", seconds / 3_600, seconds % 3_600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units() {
        for (ms, text) in [
            (0, "0 ms"),
            (999, "999 ms"),
            (1_000, "1.0 s"),
            (12_345, "12.3 s"),
            (59_999, "59.9 s"),
            (60_000, "1 min 00 s"),
            (245_900, "4 min 05 s"),
            (3_599_999, "59 min 59 s"),
            (3_600_000, "1 h 00 min"),
            (7_620_000, "2 h 07 min"),
            (360_000_000, "100 h 00 min"),
        ] {
            assert_eq!(humanize(ms), text);
        }
    }
}
