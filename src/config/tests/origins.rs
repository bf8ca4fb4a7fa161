use url::Url;

use super::super::{Origin, origin::OriginError};

#[test]
fn an_origin_is_normalised() {
    for (text, shown) in [
        ("https://hooks.slack.com", "https://hooks.slack.com"),
        ("HTTPS://Hooks.Slack.COM/", "https://hooks.slack.com"),
        ("https://hooks.slack.com:443", "https://hooks.slack.com"),
        ("http://hooks.slack.com:443", "http://hooks.slack.com:443"),
        ("http://localhost:80", "http://localhost"),
        ("http://127.1:9091", "http://127.0.0.1:9091"),
        ("http://[0:0::1]:9091", "http://[::1]:9091"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
    ] {
        assert_eq!(text.parse::<Origin>().unwrap().to_string(), shown, "{text}");
    }
}

#[test]
fn what_is_more_or_less_than_an_origin_is_refused() {
    for (text, why) in [
        ("", OriginError::NoScheme),
        ("hooks.slack.com", OriginError::NoScheme),
        ("https:hooks.slack.com", OriginError::NoScheme),
        ("ftp://hooks.slack.com", OriginError::OtherScheme),
        ("https://*.slack.com", OriginError::Wildcard),
        ("*://slack.com", OriginError::OtherScheme),
        ("https://me@slack.com", OriginError::UserInfo),
        ("https://@slack.com", OriginError::UserInfo),
        ("https://me:pw@slack.com", OriginError::UserInfo),
        ("https://slack.com/services", OriginError::Path),
        ("https://slack.com//", OriginError::Path),
        ("https:///slack.com", OriginError::Path),
        ("https://slack.com?a", OriginError::Path),
        ("https://slack.com#", OriginError::Path),
        (" https://slack.com", OriginError::Character),
        ("https://slack.com\\@evil.example", OriginError::Character),
        ("https://slack\t.com", OriginError::Character),
        ("https://slack.com:0", OriginError::NoPort),
        ("https://", OriginError::Url(url::ParseError::EmptyHost)),
        ("https://slack.com:65536", OriginError::Url(url::ParseError::InvalidPort)),
        ("https://[::1", OriginError::Url(url::ParseError::InvalidIpv6Address)),
    ] {
        assert_eq!(text.parse::<Origin>(), Err(why), "{text:?}");
    }
}

#[test]
fn a_request_has_the_origin_of_its_url() {
    let of = |url: &str| Origin::of(&Url::parse(url).unwrap());
    let granted: Origin = "https://hooks.slack.com".parse().unwrap();
    assert_eq!(of("https://me@hooks.slack.com:443/services/T0?x#y"), Some(granted.clone()));
    for other in [
        "http://hooks.slack.com/",
        "https://hooks.slack.com:8443/",
        "https://slack.com/",
        "https://hooks.slack.com.evil.example/",
        "https://hooks.slack.com@evil.example/",
    ] {
        assert_ne!(of(other), Some(granted.clone()), "{other}");
    }
    assert_eq!(of("file:///etc/passwd"), None);
    assert_eq!(of("data:text/plain,x"), None);
}
