//! The output of the demo: announcements, received messages, and the summary. It goes to standard
//! output, since it is the result of the command.

use super::{
    message,
    receiver::{Kind, Receiver},
    scenes::Scene,
    stage::{self, Act, Stage},
};
use crate::progress::{ACCENT, BAD, BOLD, DIM, GOOD, paint, seconds};
use anstream::println;
use anstyle::Style;
use std::{io::Write as _, time::Duration};

const WIDTH: usize = 96;

pub(crate) fn opening(stage: &Stage) {
    println!();
    println!("{}", paint(BOLD, "lback: Alembic with signals, sandboxed plugins, and policies that can say no"));
    println!("project    {}", stage.project.display());
    println!("receiver   {} {}", Receiver::origin(), paint(DIM, "(plays Slack and the Prometheus Pushgateway)"));
}

pub(crate) fn announce(index: usize, scene: &Scene) {
    let title = format!("━━ {} · {} ", index + 1, scene.title);
    let rule = "━".repeat(WIDTH.saturating_sub(title.chars().count()));
    println!("\n{}{}", paint(BOLD, title), paint(DIM, rule));
    if !scene.remark.is_empty() {
        println!("{}", paint(DIM, scene.remark));
    }
    println!("\n{} {}", paint(ACCENT, "$"), paint(BOLD, stage::command_line(scene)));
    // lback writes to the same stream from here on.
    std::io::stdout().flush().ok();
}

pub(crate) fn messages(act: &Act) {
    for arrival in &act.arrivals {
        let (who, style) = match arrival.kind {
            Kind::Slack => ("Slack", ACCENT),
            Kind::Metrics => ("Pushgateway", ACCENT),
            Kind::Stray => ("no service", BAD),
        };
        println!("\n  {} {}", paint(style, format!("→ {who} received")), paint(DIM, &arrival.request));
        for line in message::lines(arrival) {
            println!("  {} {line}", paint(style, "│"));
        }
    }
    let verdict = match act.differences.len() {
        0 => paint(GOOD, "✓ as it should be"),
        _ => paint(BAD, "✗ not as it should be"),
    };
    println!("\n  {verdict}{}", paint(DIM, format!(" · exit {} · {}", act.exit, seconds(act.took))));
}

pub(crate) fn summary(acts: &[Act], scenes: usize, prepared: Duration, total: Duration) {
    let title = "━━ Summary ";
    println!("\n{}{}\n", paint(BOLD, title), paint(DIM, "━".repeat(WIDTH - title.chars().count())));
    row(DIM, ["", "command", "exit", "expected", "Slack", "metrics", "time"].map(str::to_owned));
    for act in acts {
        let (mark, style) = if act.differences.is_empty() { ("✓", GOOD) } else { ("✗", BAD) };
        let cells = [
            mark.to_owned(),
            act.command.clone(),
            act.exit.clone(),
            act.expected.to_string(),
            act.count(Kind::Slack).to_string(),
            act.count(Kind::Metrics).to_string(),
            seconds(act.took),
        ];
        row(style, cells);
    }
    let kept = acts.iter().filter(|act| act.differences.is_empty()).count();
    println!();
    if kept == scenes {
        println!("{}", paint(GOOD, format!("All {scenes} steps went as they should.")));
        println!("The denied rollback never started Alembic: the database is the same to the byte.");
        println!("Next: change a rule in `lback.toml`, or read `plugins/guard/README.md`.");
    } else {
        println!("{}", paint(BAD, format!("{kept} of {scenes} steps went as they should.")));
    }
    println!("{}", paint(DIM, format!("{} in all, {} of it to prepare.", seconds(total), seconds(prepared))));
}

/// Prints a line of the table; only the mark and the heading are coloured.
fn row(style: Style, [mark, command, exit, expected, slack, metrics, time]: [String; 7]) {
    let cells = format!("{command:<40} {exit:>5} {expected:>9} {slack:>7} {metrics:>8} {time:>8}");
    if mark.is_empty() {
        println!("    {}", paint(style, cells));
    } else {
        println!("  {} {cells}", paint(style, mark));
    }
}
