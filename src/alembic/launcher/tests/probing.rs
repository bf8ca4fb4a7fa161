//! Tests of the look at the databases without a run.

use super::*;

async fn look(probe: &Probe) -> (ProbeAnswers, Result<(), String>) {
    let mut answers = ProbeAnswers::default();
    let asked = probe.look(&ProbedRun::default(), Duration::ZERO, &mut answers, |_| ()).await;
    (answers, asked.map_err(|error| error.to_string()))
}

#[tokio::test]
async fn heads_are_read_without_a_step() {
    let fake = Fake::new("print('noise')\nmigrate('one')");
    let (answers, asked) = look(&fake.prepare().probe().expect("a way to read the heads")).await;
    assert_eq!((answers.heads(1), asked), (Some(&vec!["zero".into()]), Ok(())));
}

#[tokio::test]
async fn heads_that_can_not_be_read_are_not_guessed() {
    for (main, why) in [("1/0", "ZeroDivisionError: division by zero"), ("pass", "env.py connected to no database")] {
        let probe = Fake::new(main);
        let (answers, asked) = look(&probe.prepare().probe().expect("a way to read the heads")).await;
        assert_eq!((answers.heads(1), asked), (None, Err(why.to_owned())));
    }
}
