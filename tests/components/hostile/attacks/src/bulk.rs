//! Answers that are far too large.

use contract::policy::{Decision, Denial, Verdict, warning};

/// The size in bytes of everything called huge here.
pub const HUGE: usize = 32 * 1024 * 1024;
const MANY: usize = 100_000;
/// The size in bytes of everything called long here: harmless for the host, but more than a person
/// reads.
const LONG: usize = 16 * 1024;
const A_LOT: usize = 100;

pub fn text() -> String {
    "x".repeat(HUGE)
}

pub fn long_text() -> String {
    "x".repeat(LONG)
}

pub fn verdict(attack: &str) -> Option<Verdict> {
    Some(match attack {
        "verdict-huge" => Verdict { decision: Decision::Deny(vec![denial(text())]), warnings: Vec::new() },
        "verdict-many" => {
            let denials = (0..MANY).map(|number| denial(format!("reason {number}"))).collect();
            Verdict { decision: Decision::Deny(denials), warnings: Vec::new() }
        }
        "warnings-many" => Verdict {
            decision: Decision::Allow,
            warnings: (0..MANY).map(|number| warning(format!("warning {number}"))).collect(),
        },
        "verdict-long" => Verdict {
            decision: Decision::Deny(
                (0..A_LOT).map(|number| denial(format!("reason {number} {}", "x".repeat(8192)))).collect(),
            ),
            warnings: (0..A_LOT).map(|number| warning(format!("warning {number}"))).collect(),
        },
        _ => return None,
    })
}

fn denial(message: String) -> Denial {
    Denial { code: "hostile".to_owned(), message, hint: None, url: None, place: None, acceptable: false }
}
