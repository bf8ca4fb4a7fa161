//! Messages as their readers see them: the text in Slack's blocks, and new samples in a push of
//! metrics.

use super::receiver::{Arrival, Kind};
use serde_json::Value;

/// Returns the readable lines of a request.
pub(crate) fn lines(arrival: &Arrival) -> Vec<String> {
    match arrival.kind {
        Kind::Slack => match serde_json::from_str(&arrival.body) {
            Ok(message) => slack(&message),
            Err(error) => vec![format!("(not JSON: {error}) {}", arrival.body)],
        },
        Kind::Metrics => news(&arrival.body, arrival.last.as_deref().unwrap_or_default()),
        Kind::Stray => vec![arrival.request.clone()],
    }
}

/// Returns the text of Block Kit from top to bottom, or the plain `text` where there are no blocks.
fn slack(message: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    let attachments = message["attachments"].as_array().into_iter().flatten();
    let holders = std::iter::once(message).chain(attachments);
    for block in holders.filter_map(|holder| holder["blocks"].as_array()).flatten() {
        lines.extend(texts(&block["text"]).join("\n").lines().map(str::to_owned));
        // Columns and footers are short, so they share a line.
        for list in [&block["fields"], &block["elements"]] {
            lines.push(texts(list).join(" · ").replace('\n', " "));
        }
    }
    if lines.is_empty() {
        lines.extend(message["text"].as_str().unwrap_or_default().lines().map(str::to_owned));
    }
    lines.retain(|line| !line.trim().is_empty());
    lines
}

/// Returns the texts in a text object, in a list of them, or in nested elements; a link with its
/// target.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![unescape(text)],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(object) => {
            let mut found: Vec<String> =
                ["text", "elements"].iter().filter_map(|key| object.get(*key)).flat_map(texts).collect();
            found.extend(object.get("url").and_then(Value::as_str).map(str::to_owned));
            found
        }
        _ => Vec::new(),
    }
}

/// Replaces Slack's three escapes by the characters that its users see.
fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// Returns the samples of Prometheus' text format that weren't in the last push, and the number of
/// the others. The buckets of a histogram are left out: they would hide the rest.
fn news(body: &str, last: &str) -> Vec<String> {
    let known: Vec<&str> = last.lines().collect();
    let samples = || body.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut lines: Vec<String> =
        samples().filter(|line| !known.contains(line) && !line.contains("_bucket{")).map(str::to_owned).collect();
    match samples().count() - lines.len() {
        0 => {}
        more => lines.push(format!("(and {more} more)")),
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrival(kind: Kind, body: &str) -> Arrival {
        Arrival { kind, request: "POST /".into(), body: body.into(), last: None }
    }

    #[test]
    fn slack_blocks_read_as_text() {
        let body = r#"{"text": "fallback", "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": "Denied"}},
            {"type": "divider"},
            {"type": "section", "fields": [{"type": "mrkdwn", "text": "*A*\na &lt; b"}, {"type": "mrkdwn", "text": "c"}]},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": "by ada"}, {"type": "mrkdwn", "text": "on host"}]},
            {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "CI"}, "url": "https://ci/1"}]}
        ]}"#;
        assert_eq!(
            lines(&arrival(Kind::Slack, body)),
            ["Denied", "*A* a < b · c", "by ada · on host", "CI · https://ci/1"]
        );
    }

    #[test]
    fn slack_text_stands_in_for_blocks() {
        assert_eq!(lines(&arrival(Kind::Slack, r#"{"text": "one\ntwo"}"#)), ["one", "two"]);
    }

    #[test]
    fn metrics_lose_their_comments_and_buckets() {
        let push = arrival(Kind::Metrics, "# TYPE a counter\na 1\n\nt_bucket{le=\"1\"} 1\nb 2\n");
        assert_eq!(lines(&push), ["a 1", "b 2", "(and 1 more)"]);
    }

    #[test]
    fn of_metrics_only_what_is_new_is_shown() {
        let push = Arrival { last: Some("a 1\nb 2\n".into()), ..arrival(Kind::Metrics, "a 1\nb 3\n") };
        assert_eq!(lines(&push), ["b 3", "(and 1 more)"]);
    }
}
