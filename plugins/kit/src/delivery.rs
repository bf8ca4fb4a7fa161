//! One delivery over HTTP: when to retry, how long to wait, and the final error.
//!
//! The module doesn't send requests itself: the plugin passes one function that makes an attempt,
//! and one that sleeps.

use std::time::Duration;

/// The number of times that a request is sent at most.
pub const ATTEMPTS: u32 = 3;
/// The longest `Retry-After` that is waited for: the user of lback waits too.
pub const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The first pause after a server's failure; each further pause doubles.
const BACKOFF: Duration = Duration::from_millis(500);
/// The longest part of a response body in an error message, in characters.
const EXCERPT: usize = 300;

/// The result of one attempt.
#[derive(Clone, Debug)]
pub enum Answer {
    /// The server answered.
    Http {
        /// The status code.
        status: u16,
        /// The unparsed value of `retry-after`.
        retry_after: Option<String>,
        /// The body.
        body: Vec<u8>,
    },
    /// No response arrived.
    Unreachable(String),
    /// The host refused to send the request, and will refuse it again.
    Refused(String),
}

/// A permanent failure of a delivery.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// A status other than success.
    #[error("{service} answered {status}{}", excerpt(.body))]
    Status {
        /// The service that responded.
        service: &'static str,
        /// The status code.
        status: u16,
        /// The response's body.
        body: String,
    },
    /// Too many requests, and the pause that the server requests is too long.
    #[error("{service} takes no more messages for {} s (429); not waiting longer than {} s", .wait.as_secs(), LONGEST_WAIT.as_secs())]
    RateLimited {
        /// The service that responded.
        service: &'static str,
        /// The pause that the server requests.
        wait: Duration,
    },
    /// No response arrived.
    #[error("{service} could not be reached: {reason}")]
    Unreachable {
        /// The service that did not respond.
        service: &'static str,
        /// The host's message.
        reason: String,
    },
    /// The host refused.
    #[error("the request to {service} was not sent: {reason}")]
    Refused {
        /// The service that the request was for.
        service: &'static str,
        /// The host's message.
        reason: String,
    },
}

/// Sends until the request is accepted (2xx), permanently refused, or [`ATTEMPTS`] are used up.
///
/// Retried are 429 (after its `Retry-After`, in seconds), 5xx and a missing response. A request
/// whose response was lost may therefore arrive twice.
pub fn deliver(
    service: &'static str,
    mut send: impl FnMut() -> Answer,
    mut sleep: impl FnMut(Duration),
) -> Result<(), DeliveryError> {
    let mut pause = BACKOFF;
    let mut attempt = 1;
    loop {
        let (error, wait) = match send() {
            Answer::Http { status: 200..300, .. } => return Ok(()),
            Answer::Http { status, retry_after, body } => {
                let body = String::from_utf8_lossy(&body).into_owned();
                let asked = retry_after.and_then(|value| value.trim().parse().ok()).map(Duration::from_secs);
                match (status, asked) {
                    (429 | 503, Some(wait)) if wait > LONGEST_WAIT => {
                        return Err(if status == 429 {
                            DeliveryError::RateLimited { service, wait }
                        } else {
                            DeliveryError::Status { service, status, body }
                        });
                    }
                    (429 | 500.., asked) => (DeliveryError::Status { service, status, body }, asked.unwrap_or(pause)),
                    _ => return Err(DeliveryError::Status { service, status, body }),
                }
            }
            Answer::Unreachable(reason) => (DeliveryError::Unreachable { service, reason }, pause),
            Answer::Refused(reason) => return Err(DeliveryError::Refused { service, reason }),
        };
        if attempt == ATTEMPTS {
            return Err(error);
        }
        attempt += 1;
        sleep(wait.min(LONGEST_WAIT));
        pause *= 2;
    }
}

fn excerpt(body: &str) -> String {
    let words = body.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() {
        return String::new();
    }
    match words.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!(": {}…", &words[..end]),
        None => format!(": {words}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn http(status: u16, retry_after: Option<&str>, body: &str) -> Answer {
        Answer::Http { status, retry_after: retry_after.map(str::to_owned), body: body.as_bytes().to_vec() }
    }

    /// Plays these responses; returns the result, the attempts and the pauses in milliseconds.
    fn play(answers: &[Answer]) -> (Result<(), String>, usize, Vec<u128>) {
        let mut sent = 0;
        let mut pauses = Vec::new();
        let result = deliver(
            "the server",
            || {
                sent += 1;
                answers[sent - 1].clone()
            },
            |pause| pauses.push(pause.as_millis()),
        );
        (result.map_err(|error| error.to_string()), sent, pauses)
    }

    #[test]
    fn success_is_sent_once() {
        assert_eq!(play(&[http(200, None, "ok")]), (Ok(()), 1, vec![]));
        assert_eq!(play(&[http(202, None, "")]), (Ok(()), 1, vec![]));
    }

    #[test]
    fn retry_after_is_honoured() {
        assert_eq!(play(&[http(429, Some("7"), ""), http(200, None, "ok")]), (Ok(()), 2, vec![7_000]));
        assert_eq!(play(&[http(429, Some("30"), ""), http(200, None, "ok")]), (Ok(()), 2, vec![30_000]));
        assert_eq!(play(&[http(429, None, ""), http(200, None, "ok")]), (Ok(()), 2, vec![500]));
    }

    #[test]
    fn a_long_retry_after_is_not_waited_for() {
        let (result, sent, pauses) = play(&[http(429, Some("31"), "")]);
        assert_eq!(
            result.unwrap_err(),
            "the server takes no more messages for 31 s (429); not waiting longer than 30 s"
        );
        assert_eq!((sent, pauses), (1, vec![]));
        assert_eq!(play(&[http(503, Some("3600"), "down")]).0.unwrap_err(), "the server answered 503: down");
    }

    #[test]
    fn failures_of_the_server_are_tried_again_with_growing_pauses() {
        let gone = Answer::Unreachable("connection refused".to_owned());
        assert_eq!(play(&[http(500, None, ""), gone.clone(), http(200, None, "")]), (Ok(()), 3, vec![500, 1_000]));
        let (result, sent, pauses) = play(&[gone.clone(), gone.clone(), gone]);
        assert_eq!(result.unwrap_err(), "the server could not be reached: connection refused");
        assert_eq!((sent, pauses), (3, vec![500, 1_000]));
        let rate_limited = http(429, Some("1"), "rate_limited");
        let (result, sent, pauses) = play(&[rate_limited.clone(), rate_limited.clone(), rate_limited]);
        assert_eq!(result.unwrap_err(), "the server answered 429: rate_limited");
        assert_eq!((sent, pauses), (3, vec![1_000, 1_000]));
    }

    #[test]
    fn other_answers_are_final() {
        let (result, sent, _) = play(&[http(404, None, " no_service\n")]);
        assert_eq!((result.unwrap_err().as_str(), sent), ("the server answered 404: no_service", 1));
        assert_eq!(play(&[http(302, None, "")]).0.unwrap_err(), "the server answered 302");
        let (result, sent, _) = play(&[Answer::Refused("the origin is not granted".to_owned())]);
        assert_eq!(result.unwrap_err(), "the request to the server was not sent: the origin is not granted");
        assert_eq!(sent, 1);
    }

    #[test]
    fn a_long_body_is_cut_between_characters() {
        let error = play(&[http(400, None, &"ä".repeat(1_000))]).0.unwrap_err();
        assert_eq!(error, format!("the server answered 400: {}…", "ä".repeat(300)));
    }
}
