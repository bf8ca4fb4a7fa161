//! Slack's limits, with the longest and most awkward values.

use super::*;

#[test]
fn limits_hold_whatever_comes() {
    let awkward = "<&>`🦀\n```".repeat(3_000);
    let many = AttributedDenial {
        plugin: awkward.clone(),
        denial: Denial {
            code: awkward.clone(),
            message: awkward.clone(),
            hint: Some(awkward.clone()),
            url: Some(format!("https://example.com/{}", "🦀&".repeat(200))),
            place: None,
            acceptable: false,
        },
    };
    let failed = Failed {
        command: awkward.clone(),
        args: vec![awkward.clone(); 10],
        returncode: Some(i32::MIN),
        stdout: format!("FAILED: {awkward}"),
        stderr: awkward.clone(),
        exception: Some(Exception { kind: awkward.clone(), message: awkward.clone(), denials: vec![many; 100] }),
        duration_ms: u64::MAX,
        databases: Vec::new(),
        attempts: 1,
        accepted: Vec::new(),
        ..failed("non_zero_exit_code")
    };
    let mut event = event(Signal::AlembicCommandFailed(failed));
    for text in [
        &mut event.context.environment,
        &mut event.context.actor,
        &mut event.context.host,
        &mut event.context.git_branch,
        &mut event.context.git_commit,
    ] {
        *text = Some(awkward.clone());
    }
    event.sender.project.clone_from(&awkward);
    event.sender.run_id.clone_from(&awkward);
    let settings =
        json!({ "output-lines": u16::MAX, "mention": { "failed": "<@U0123456789> ".repeat(60) } }).to_string();
    let message = message(&event, &settings);

    let units = |text: &Value| text.as_str().unwrap().encode_utf16().count();
    let blocks = message["blocks"].as_array().unwrap();
    assert!(blocks.len() <= 50, "{} blocks", blocks.len());
    assert!(blocks.iter().any(|block| block["text"]["text"] == "… and 80 more"));
    for block in blocks {
        let limit = if block["type"] == "header" { HEADER } else { SECTION };
        if !block["text"].is_null() {
            let length = units(&block["text"]["text"]);
            assert!((1..=limit).contains(&length), "{length} units: {block}");
        }
        for text in block["fields"].as_array().into_iter().chain(block["elements"].as_array()).flatten() {
            let length = units(&text["text"]);
            assert!((1..=FIELD).contains(&length), "{length} units: {text}");
        }
        let fences = block["text"]["text"].as_str().unwrap_or_default().matches("```").count();
        assert!(
            fences == 0 || (fences == 2 && block["text"]["text"].as_str().unwrap().ends_with("```")),
            "{fences} fences: {block}"
        );
    }
    assert!(blocks[2]["fields"].as_array().unwrap().len() <= 10);
    assert!(units(&message["text"]) < 4_000);
}
