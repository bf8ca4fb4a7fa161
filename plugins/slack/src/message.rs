//! The message: a run in Block Kit, within Slack's limits (header 150, text of a section 3,000, 10
//! fields of 2,000 each, 50 blocks).

use plugin_kit::{alembic, duration};
use serde_json::{Value, json};

use crate::bindings::lback::plugin::types::{AttributedDenial, Override};
use crate::database;
use crate::run::{Run, Stage};
use crate::settings::Settings;
use crate::text::{code, code_block, link, prose};

const HEADER: usize = 150;
const SECTION: usize = 3_000;
const FIELD: usize = 2_000;
/// The most denials that a message lists, to keep it readable; far below the limit of 50 blocks.
const DENIALS: usize = 20;
/// The longest name within a sentence or a field.
const NAME: usize = 200;
/// The longest command line within a sentence.
const COMMAND_LINE: usize = 1_000;
/// The length of a shortened Git hash.
const SHORT_HASH: usize = 10;

/// Builds the body of the request to the webhook.
pub(crate) fn build(run: &Run, settings: &Settings) -> Value {
    let title = settings.title.as_deref().unwrap_or(run.project);
    let mention = settings.mention.at(run.stage).map(|mention| format!("{mention} ")).unwrap_or_default();
    let sentence = sentence(run);
    let mut blocks = vec![
        json!({ "type": "header", "text": { "type": "plain_text", "emoji": true, "text": headline(run, title) } }),
        section(&format!("{mention}{sentence}")),
        json!({ "type": "section", "fields": fields(run) }),
    ];
    blocks.extend(run.context.overrides.iter().take(DENIALS).map(set_aside));
    blocks.extend(reasons(run));
    blocks.extend(database::sentences(run).map(|sentence| section(&sentence)));
    if !matches!(run.stage, Stage::Started | Stage::Completed) {
        blocks.extend(output(run, usize::from(settings.output_lines)));
    }
    blocks.extend(
        run.context.ci_job_url.as_deref().and_then(|url| link(url, "Open the CI job")).map(|link| section(&link)),
    );
    let (version, id) = (prose(run.lback_version, NAME), prose(run.id, NAME));
    let origin = format!("{} · lback {version} · run {id}", prose(&readable(run.time), NAME));
    blocks.push(json!({ "type": "context", "elements": [{ "type": "mrkdwn", "text": origin }] }));
    // Notifications and screen readers show this instead of the blocks.
    let fallback = format!("{mention}{} {}: {sentence}", emoji(run.stage), prose(title, NAME));
    json!({ "text": fallback, "blocks": blocks })
}

fn section(text: &str) -> Value {
    json!({ "type": "section", "text": { "type": "mrkdwn", "text": text } })
}

fn emoji(stage: Stage) -> &'static str {
    match stage {
        Stage::Started => "▶️",
        Stage::Completed => "✅",
        Stage::Failed | Stage::NotFound => "❌",
        Stage::Denied => "⛔",
        Stage::TimedOut => "⏰",
        Stage::Interrupted => "⚠️",
    }
}

fn headline(run: &Run, title: &str) -> String {
    let command = if run.command.is_empty() { "alembic" } else { run.command };
    let ending = match run.stage {
        Stage::Started => "started",
        Stage::Completed => "completed",
        Stage::Failed => "failed",
        Stage::Denied => "denied",
        Stage::TimedOut => "timed out",
        Stage::Interrupted => "interrupted",
        Stage::NotFound => "impossible without Alembic",
    };
    // The ending is the most important part: the text before it is cut first.
    let ending = format!(" {ending}");
    let front = prose(&format!("{} {title}: {command}", emoji(run.stage)), HEADER - ending.len());
    front + &ending
}

/// Returns a sentence with the command, the place and the outcome.
fn sentence(run: &Run) -> String {
    let line = code(&alembic::command_line(run.command, run.args), COMMAND_LINE);
    let place = match run.environment() {
        Some(environment) => format!("in *{}*", prose(environment, NAME)),
        None => "in an unnamed environment".to_owned(),
    };
    let time = run.duration_ms.map(duration::humanize);
    let after = time.as_deref().map(|time| format!(" after {time}")).unwrap_or_default();
    match run.stage {
        Stage::Started => format!("{line} {place} has started"),
        Stage::Completed => format!("{line} {place} completed in {}", time.unwrap_or_default()),
        Stage::Failed => {
            let how = match run.returncode {
                Some(code) if code < 0 => format!(", ended by signal {}", code.unsigned_abs()),
                Some(code) => format!(" with exit code {code}"),
                None => String::new(),
            };
            format!("{line} {place} failed{how}{after}")
        }
        Stage::Denied => format!("{line} {place} was denied by policy; nothing was run"),
        Stage::TimedOut => format!("{line} {place} took too long and was stopped{after}"),
        Stage::Interrupted => format!("{line} {place} was interrupted{after}"),
        Stage::NotFound => format!("{line} {place} could not run: Alembic was not found"),
    }
}

/// Returns a time in RFC 3339 without its fraction: `2026-11-22 18:00:00 UTC`.
fn readable(time: &str) -> String {
    match (time.split_once('T'), time.ends_with('Z')) {
        (Some((date, clock)), true) => {
            let clock = clock.trim_end_matches('Z');
            format!("{date} {} UTC", clock.split_once('.').map_or(clock, |(seconds, _)| seconds))
        }
        _ => time.to_owned(),
    }
}

/// Returns the two columns of fields: the place, the user, the code's version.
fn fields(run: &Run) -> Vec<Value> {
    let commit = run.context.git_commit.as_deref().map(|hash| {
        let hash = hash.chars().take(SHORT_HASH).collect::<String>();
        let branch = run.context.git_branch.as_deref().map(|branch| format!(" on {}", code(branch, NAME)));
        format!("{}{}", code(&hash, NAME), branch.unwrap_or_default())
    });
    let named = [
        ("Project", Some(prose(run.project, NAME))),
        ("Environment", Some(run.environment().map_or_else(|| "_not named_".to_owned(), |name| prose(name, NAME)))),
        ("By", run.context.actor.as_deref().map(|actor| prose(actor, NAME))),
        ("Host", run.context.host.as_deref().map(|host| prose(host, NAME))),
        ("Duration", run.duration_ms.map(duration::humanize)),
        ("Commit", commit),
    ];
    let fields = named
        .into_iter()
        .filter_map(|(name, value)| value.filter(|value| !value.is_empty()).map(|value| (name, value)));
    fields
        .map(|(name, value)| {
            let text = format!("*{name}*\n{value}");
            debug_assert!(text.encode_utf16().count() <= FIELD, "a field is too long");
            json!({ "type": "mrkdwn", "text": text })
        })
        .collect()
}

/// Returns the known reasons of a failure: a section for each denial, or one for another cause.
fn reasons(run: &Run) -> Vec<Value> {
    let denials = run.denials();
    let mut blocks = denials.iter().take(DENIALS).map(denial).collect::<Vec<_>>();
    if denials.len() > DENIALS {
        blocks.push(section(&format!("… and {} more", denials.len() - DENIALS)));
    }
    if denials.is_empty()
        && let Some(exception) = run.exception
    {
        let kind = code(&exception.kind, NAME);
        let space = if kind.is_empty() { "" } else { " " };
        blocks.push(section(&format!("{kind}{space}{}", prose(&exception.message, SECTION - NAME - 1))));
    }
    blocks
}

/// Returns the section for a denial that was overridden.
fn set_aside(set_aside: &Override) -> Value {
    let (plugin, reason) = (prose(&set_aside.plugin, NAME), prose(&set_aside.reason, SECTION - 2 * NAME));
    section(&format!("🔓 The veto of *{plugin}* was set aside: {reason}"))
}

fn denial(denial: &AttributedDenial) -> Value {
    let AttributedDenial { plugin, denial } = denial;
    let mut lines =
        vec![format!("*{}* {}", prose(plugin, NAME), code(&denial.code, NAME)), prose(&denial.message, 600)];
    lines.extend(denial.hint.as_deref().map(|hint| format!("💡 {}", prose(hint, 450))));
    lines.extend(denial.url.as_deref().and_then(|url| link(url, "Read more")));
    section(&lines.join("\n"))
}

/// Returns Alembic's output: its own `FAILED:` is on stdout, a traceback and the log are on stderr.
fn output(run: &Run, lines: usize) -> Vec<Value> {
    let verdict = run.stdout.match_indices("FAILED:").map(|(at, _)| at);
    let verdict = verdict.filter(|&at| at == 0 || run.stdout[..at].ends_with('\n')).last();
    let stdout = verdict.map_or("", |at| &run.stdout[at..]);
    let blocks = [("stdout", stdout), ("stderr", run.stderr)].into_iter().filter_map(|(name, text)| {
        let head = format!("*{name}*\n");
        let block = code_block(text, lines, SECTION - head.len())?;
        Some(section(&(head + &block)))
    });
    blocks.collect()
}

#[cfg(test)]
mod tests;
