//! The log on stderr: diagnostics of lback, and messages of plugins under their names.

use std::fmt;

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;

use crate::support::printable::printable_lines;
use crate::support::redact::redact_free;
use crate::support::standard_stream::StandardStream;

/// The error for an invalid filter.
#[derive(Debug, thiserror::Error)]
#[error("the log filter `{filter}` is not valid: {cause}")]
pub(crate) struct InvalidFilter {
    filter: String,
    cause: String,
}

/// Starts the log. `filter` extends the default (warnings and errors), as `plugin=debug`,
/// `lback=trace`, `info`.
pub(crate) fn start_log(filter: Option<&str>) -> Result<(), InvalidFilter> {
    let filter = filter.unwrap_or_default();
    let invalid = |cause: &dyn fmt::Display| InvalidFilter { filter: filter.to_owned(), cause: cause.to_string() };
    let env_filter = EnvFilter::try_new(format!("warn,{filter}")).map_err(|error| invalid(&error))?;
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(env_filter)
        .with_writer(|| StandardStream::Stderr)
        // A report that stderr is closed would go to stderr, and panic.
        .log_internal_errors(false)
        .event_format(Lines)
        .finish();
    // Libraries log URLs and headers, whose secrets they don't know.
    let subscriber = subscriber.with(filter_fn(|metadata| is_ours(metadata.target())));
    tracing::subscriber::set_global_default(subscriber).map_err(|error| invalid(&error))
}

/// Returns whether lback or a plugin wrote the message, rather than a library.
fn is_ours(target: &str) -> bool {
    let own = target.split("::").next().unwrap_or(target);
    own == env!("CARGO_CRATE_NAME") || own == "plugin"
}

/// Formats each message as one line, as lback's other messages: `warning: guard: text`.
struct Lines;

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let level = match *event.metadata().level() {
            tracing::Level::ERROR => "error",
            tracing::Level::WARN => "warning",
            tracing::Level::INFO => "info",
            tracing::Level::DEBUG => "debug",
            tracing::Level::TRACE => "trace",
        };
        let target = event.metadata().target();
        let is_for_a_person =
            target.starts_with(env!("CARGO_CRATE_NAME")) && *event.metadata().level() <= tracing::Level::WARN;
        let origin = match fields.plugin {
            Some(plugin) => format!("{plugin}: "),
            None if is_for_a_person => String::new(),
            None => format!("{target}: "),
        };
        let message = format!("{origin}{}{}", redact_free(&fields.message), redact_free(&fields.rest));
        // Deeper than the lines of lback's own messages, because plugins write to the log.
        writeln!(writer, "{level}: {}", printable_lines(&message, "    "))
    }
}

#[derive(Default)]
struct Fields {
    plugin: Option<String>,
    message: String,
    rest: String,
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "plugin" => self.plugin = Some(value.to_owned()),
            _ => self.record_debug(field, &value),
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        use fmt::Write as _;
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.rest, " {name}={value:?}"),
        };
    }
}
