use proptest::prelude::*;
use reqwest::header::{HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use serde_json::{Value, json};
use url::Url;

use super::artifact::PluginLayer;
use super::challenge::{ChallengeError, LoginChallenge};
use super::token::token;
use crate::registry::{PublicKey, looks_signed, verify};

const REMOTE: &str = "https://registry.example.com/";
const LOCAL: &str = "http://127.0.0.1:5000/";

fn headers(values: &[&[u8]]) -> HeaderMap {
    let values = values.iter().filter_map(|value| HeaderValue::from_bytes(value).ok());
    values.map(|value| (WWW_AUTHENTICATE, value)).collect()
}

fn demand(base: &str, values: &[&str]) -> Result<LoginChallenge, ChallengeError> {
    let values: Vec<_> = values.iter().map(|value| value.as_bytes()).collect();
    LoginChallenge::of(&headers(&values), &base.parse().unwrap())
}

fn bearer(realm: &str, service: Option<&str>) -> LoginChallenge {
    LoginChallenge::Bearer { realm: realm.parse().unwrap(), service: service.map(str::to_owned) }
}

#[test]
fn a_demand_is_read_in_each_form_that_the_grammar_has() {
    let realm = "https://auth.example.com/token";
    for values in [
        &[r#"Bearer realm="https://auth.example.com/token",service="registry""#][..],
        &[r#"bearer REALM = "https://auth.example.com/token" , Service="registry", scope="a:b:pull,push""#],
        &[r#"Bearer service=registry,realm="https://auth.example.com\/token""#],
        &[r#"Basic realm="x", Bearer realm="https://auth.example.com/token",service="registry""#],
        &[r#"Basic realm="x""#, r#"Bearer realm="https://auth.example.com/token",service="registry""#],
        &[r#"Digest realm="http://evil.example", Bearer realm="https://auth.example.com/token",service="registry""#],
    ] {
        assert_eq!(demand(REMOTE, values), Ok(bearer(realm, Some("registry"))), "{values:?}");
    }
    assert_eq!(demand(REMOTE, &[r#"Basic realm="shop""#]), Ok(LoginChallenge::Basic));
    assert_eq!(demand(LOCAL, &["Basic realm=shop"]), Ok(LoginChallenge::Basic));
    assert_eq!(
        demand(LOCAL, &[r#"Bearer realm="http://localhost:5001/token""#]),
        Ok(bearer("http://localhost:5001/token", None))
    );
}

#[test]
fn a_login_never_goes_over_a_connection_that_is_not_encrypted() {
    for realm in [
        r#""http://auth.example.com/token""#,
        r#""HTTP://auth.example.com/token""#,
        r#""\http://auth.example.com/token""#,
        r#""ht\tp\:\/\/auth.example.com/token""#,
        r#"" http://auth.example.com/token""#,
        r#""ftp://auth.example.com/token""#,
        r#""http://127.0.0.1/token""#,
        r#""http:/auth.example.com""#,
    ] {
        for form in
            ["Bearer realm=REALM", "bearer Realm=REALM,service=x", "Basic realm=x, BEARER service=x, realm=REALM"]
        {
            let text = form.replace("REALM", realm);
            assert_eq!(demand(REMOTE, &[&text]), Err(ChallengeError::NotEncrypted), "{text}");
        }
    }
    for realm in
        ["http://auth.example.com/token", "http://localhost.example.com/", "http://x.localhost/", "http://10.0.0.1/"]
    {
        let text = format!(r#"Bearer realm="{realm}""#);
        assert_eq!(demand(LOCAL, &[&text]), Err(ChallengeError::NotEncrypted), "{text}");
    }
    let other = "http://registry.example.com/";
    assert_eq!(demand(other, &["Basic realm=x"]), Err(ChallengeError::NotEncrypted));
}

#[test]
fn a_demand_that_can_be_read_in_two_ways_is_refused() {
    let long = format!(r#"Bearer realm="https://a.example/{}""#, "x".repeat(3000));
    let longer = format!(r#"Bearer realm="https://a.example/", x="{}""#, "x".repeat(9000));
    for (values, expected) in [
        (&[][..], ChallengeError::Missing),
        (&[r#"Bearer realm="https://a.example", realm="https://b.example""#], ChallengeError::NoRealm),
        (&[r#"Bearer realm="https://a.example", REALM="http://b.example""#], ChallengeError::NoRealm),
        (&["Bearer service=x"], ChallengeError::NoRealm),
        (&["Bearer realm=\"https://a.example"], ChallengeError::Unreadable),
        (&["Bearer realm=https://a.example"], ChallengeError::Unreadable),
        (&[r#"Bearer realm="https://a.example" service=x"#], ChallengeError::Unreadable),
        (&["Bearer realm=\"https://a.example\"", "\"\""], ChallengeError::Unreadable),
        (&[r#"Bearer realm="https://me:pw@a.example""#], ChallengeError::InvalidRealm),
        (&[r#"Bearer realm="https://a.example/#x""#], ChallengeError::InvalidRealm),
        (&[r#"Bearer realm="/token""#], ChallengeError::InvalidRealm),
        (&[r#"Bearer realm="""#], ChallengeError::InvalidRealm),
        (&[&long], ChallengeError::Unreadable),
        (&[&longer], ChallengeError::Unreadable),
        (&[r#"Bearer  realm="https://a.example""#], ChallengeError::Unreadable),
        (&["Negotiate"], ChallengeError::UnknownScheme("Negotiate".into())),
    ] {
        assert_eq!(demand(REMOTE, values), Err(expected), "{values:?}");
    }
}

#[test]
fn a_token_is_one_that_a_header_can_carry() {
    for (answer, expected) in [
        (json!({ "token": "a.b-c" }), Some("a.b-c")),
        (json!({ "access_token": "abc", "expires_in": 300 }), Some("abc")),
        (json!({ "token": "", "access_token": "abc" }), Some("abc")),
        (json!({ "token": "a\r\nx-evil: 1" }), None),
        (json!({ "token": "a b" }), None),
        (json!({ "token": "ä" }), None),
        (json!({ "token": "x".repeat(33 * 1024) }), None),
        (json!({ "token": 12 }), None),
        (json!({}), None),
        (json!([]), None),
    ] {
        assert_eq!(token(answer.to_string().as_bytes()).as_deref(), expected, "{answer:.60}");
    }
}

fn manifest() -> Value {
    json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": { "mediaType": "application/vnd.wasm.config.v0+json", "digest": format!("sha256:{}", "0".repeat(64)), "size": 2 },
        "layers": [{
            "mediaType": "application/wasm", "digest": format!("sha256:{}", "1".repeat(64)), "size": 4,
            "annotations": { "lback.plugin.minisign": "untrusted comment: x" },
        }],
    })
}

#[test]
fn a_signature_of_a_registry_has_a_limit() {
    let mut manifest = manifest();
    assert!(PluginLayer::of("x", manifest.to_string().as_bytes()).is_ok());
    manifest["layers"][0]["annotations"]["lback.plugin.minisign"] = "x".repeat(16 * 1024 + 1).into();
    let error = PluginLayer::of("x", manifest.to_string().as_bytes()).unwrap_err().to_string();
    assert_eq!(error, "the manifest of `x` is not valid: its signature has more than 16 KiB");
}

#[test]
fn a_message_shows_the_beginning_of_a_text_of_a_registry() {
    let mut of_type = manifest();
    of_type["layers"][0]["mediaType"] = "\u{1b}]".repeat(100_000).into();
    let mut of_digest = manifest();
    of_digest["schemaVersion"] = "\u{1b}]".repeat(100_000).into();
    for manifest in [of_type, of_digest] {
        let error = PluginLayer::of("x", manifest.to_string().as_bytes()).unwrap_err().to_string();
        assert!(error.len() < 2000 && !error.contains('\u{1b}'), "{} bytes: {error:.200}", error.len());
    }
}

/// Changes some bytes of a text.
fn mutated(original: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4u8), 1..12);
    changes.prop_map(move |changes| {
        let mut bytes = original.clone();
        for (index, byte, kind) in changes {
            let at = index.index(bytes.len() + 1);
            match kind {
                0 if at < bytes.len() => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 if at < bytes.len() => drop(bytes.remove(at)),
                _ => bytes.truncate(at),
            }
        }
        bytes
    })
}

const SIGNATURE: &str = "untrusted comment: signature from minisign secret key\n\
    RUS6soy5HKkz9ZhdNbalns6j8pfAsAQtOphvlZcwdUf/HU+EBnBLZ0J7VGvmqo+ukg949LGDQQcx+2QPbxPQ9uvBw5zcwK72gQo=\n\
    trusted comment: x\n\
    QtlvrgQC+KLV1iOx+544lLa4q9vejbRb0TbYcIxQfMl1mrjUiHKMSzsI19fjs9B8LFn9zX6RInnVNI5hjK3iBg==\n";
const KEY: &str = "RWS6soy5HKkz9VLVrWfCDpE4Hk6Zo/TsbUFt11a4ibjeHvl62hG7A+tM";

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_registry_demands_the_login_goes_to_an_encrypted_server(
        text in mutated(br#"Basic realm="x", Bearer realm="https://auth.example.com/token",service="registry",scope="a:b:pull""#.to_vec()),
        more in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        let base: Url = REMOTE.parse().unwrap();
        if let Ok(LoginChallenge::Bearer { realm, .. }) = LoginChallenge::of(&headers(&[&text, &more]), &base) {
            prop_assert_eq!(realm.scheme(), "https");
        }
    }

    #[test]
    fn a_manifest_of_any_bytes_is_read_or_refused(bytes in mutated(manifest().to_string().into_bytes())) {
        if let Ok(layer) = PluginLayer::of("x", &bytes) {
            prop_assert!(layer.signature.is_none_or(|text| text.len() <= 16 * 1024));
        }
    }

    #[test]
    fn an_index_of_any_bytes_is_refused(bytes in mutated(
        br#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#.to_vec(),
    )) {
        prop_assert!(PluginLayer::of("x", &bytes).is_err());
    }

    #[test]
    fn a_token_of_any_bytes_is_one_word(bytes in mutated(br#"{"token":"abc.def","access_token":"ghi"}"#.to_vec())) {
        if let Some(token) = token(&bytes) {
            prop_assert!(token.bytes().all(|byte| byte.is_ascii_graphic()));
        }
    }

    #[test]
    fn a_changed_signature_is_never_taken_for_another_file(bytes in mutated(SIGNATURE.as_bytes().to_vec())) {
        let key: PublicKey = KEY.parse().unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let _ = looks_signed(&text);
        prop_assert!(verify(&key, b"another", Some(&text)).is_err());
    }
}
