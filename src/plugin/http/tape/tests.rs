use std::fs;

use serde_json::json;

use super::*;
use crate::plugin::host::secrets::Secrets;
use crate::ui::documents::schema::{assert_committed, schema_of_input};

fn redactor() -> Redactor {
    Secrets::new([("TOKEN".to_owned(), "hunter2-hunter2".to_owned())].into()).redactor()
}

fn request(url: &str, body: &str) -> TapedRequest {
    let request = Request::post(url)
        .header("authorization", "Basic Zm9v")
        .header("x-token", "hunter2-hunter2")
        .body(Bytes::from(body.to_owned()))
        .unwrap();
    TapedRequest::of(&request, &redactor())
}

fn tape(exchanges: &[(&str, &str)]) -> Tape {
    let tape = Tape::default();
    for (url, body) in exchanges {
        let response = Response::builder().status(201).header("x-a", "b").body(Bytes::from_static(b"made")).unwrap();
        tape.keep(Exchange::answered(request(url, body), &response, &redactor()));
    }
    tape
}

fn replayed(tape: &Tape) -> Tape {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tape.json");
    tape.write(&path).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.contains("hunter2") && !text.contains("Zm9v"), "{text}");
    Tape::read(&path).unwrap()
}

#[test]
fn what_was_recorded_answers_once() {
    let tape = replayed(&tape(&[("https://a.example/hunter2-hunter2", r#"{"b":1,"a":"hunter2-hunter2"}"#)]));
    assert_eq!(tape.left(), 1);
    let again = request("https://a.example/hunter2-hunter2", r#"{"a":"hunter2-hunter2","b":1}"#);
    let Ok(TapedAnswer::Response(response)) = tape.answer(&again) else { panic!("no answer") };
    assert_eq!((response.status, response.body), (201, Body::Text("made".into())));
    assert_eq!(response.headers, [("x-a".to_owned(), "b".to_owned())]);
    assert_eq!(tape.left(), 0);
    let Err(NotOnTape(why)) = tape.answer(&again) else { panic!("answered twice") };
    assert!(why.contains("fewer times"), "{why}");
}

#[test]
fn the_nearest_is_told_where_there_is_no_other() {
    let tape = replayed(&tape(&[("https://a.example/one", r#"{"a":1}"#), ("https://b.example/", "text")]));
    let Err(NotOnTape(why)) = tape.answer(&request("https://a.example/one", r#"{"a":2}"#)) else { panic!() };
    assert_eq!(
        why,
        "the nearest in the recording is POST https://a.example/one, whose body differs in line 2: recorded `\"a\": 1`, now `\"a\": 2`"
    );
    let Err(NotOnTape(why)) = Tape::default().answer(&request("https://a.example/", "")) else { panic!() };
    assert_eq!(why, "the recording is empty");
}

#[test]
fn bodies_come_back_as_they_were() {
    for bytes in [&b""[..], b"text", b"\xff\x00", br#"{"a":[1]}"#, b"3"] {
        assert_eq!(Body::of(bytes, &redactor()).bytes().unwrap(), bytes);
    }
    assert_eq!(Body::of(b"[1, 2]", &redactor()), Body::Json(json!([1, 2])));
}

#[test]
fn another_form_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tape.json");
    for (text, said) in [
        ("{}", "missing field"),
        (r#"{"format":2,"exchanges":[]}"#, "form 2"),
        (r#"{"format":1,"exchanges":[],"x":1}"#, "unknown field"),
    ] {
        fs::write(&path, text).unwrap();
        let why = Tape::read(&path).unwrap_err().to_string();
        assert!(why.contains(said), "{why}");
    }
    assert!(matches!(Tape::read(&folder.path().join("absent")), Err(TapeError::Read(_))));
}

#[test]
fn the_committed_schema_is_the_generated_one() {
    assert_committed("plugin-recording.schema.json", &schema_of_input::<Recording>());
}
