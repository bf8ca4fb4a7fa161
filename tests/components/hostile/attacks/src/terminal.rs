//! Texts with escape sequences that would take over a terminal.

use contract::log::{self, Level};
use contract::policy::{Decision, Denial, Verdict, warning};

/// A text that erases the line, turns green, names the window and rings, and then has a mark that
/// changes the direction of writing, and a carriage return.
const CODES: &str = "\u{1b}[2K\u{1b}[32m\u{1b}]0;owned\u{7}\u{9b}1A\u{202e}\r";

/// Writes the text to the log, stdout and stderr, and returns it for the error.
pub fn everywhere() -> String {
    log::log(Level::Warn, &text("log"));
    println!("{}", text("stdout"));
    eprintln!("{}", text("stderr"));
    text("error")
}

pub fn verdict(attack: &str) -> Option<Verdict> {
    if attack == "verdict-forged" {
        return Some(forged());
    }
    (attack == "verdict-terminal").then(|| Verdict {
        decision: Decision::Deny(vec![Denial {
            code: text("code"),
            message: text("message"),
            hint: Some(text("hint")),
            url: Some(text("url")),
            place: None,
            acceptable: false,
        }]),
        warnings: vec![warning(text("warning"))],
    })
}

/// A denial whose texts imitate lines of lback and of another policy.
fn forged() -> Verdict {
    let text =
        |place: &str| format!("{place}\nerror: forged {place}\r\nguard: forged {place} (ok)\n\nhint: forged {place}");
    Verdict {
        decision: Decision::Deny(vec![Denial {
            code: text("code"),
            message: text("message"),
            hint: Some(text("hint")),
            url: Some(text("https://example.org/url")),
            place: None,
            acceptable: false,
        }]),
        warnings: vec![warning(text("warning"))],
    }
}

fn text(place: &str) -> String {
    format!("{CODES}{place}{CODES}")
}
