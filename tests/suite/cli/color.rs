//! Colour: only where it is wanted, and never the only sign of a meaning.

use crate::support::{Done, Project};

fn colored(done: &Done) -> bool {
    done.stderr.contains("\u{1b}[")
}

#[test]
fn colour_follows_the_option() {
    let project = Project::empty();
    let inspect = |options: &[&'static str]| [options, &["plugin", "inspect", "absent.wasm"]].concat();
    let in_a_pipe = project.lback(&inspect(&[])).exits(65);
    let always = project.lback(&inspect(&["--color", "always"])).exits(65);
    let never = project.lback(&inspect(&["--color", "never"])).env("CLICOLOR_FORCE", "1").exits(65);
    let forced = project.lback(&inspect(&[])).env("CLICOLOR_FORCE", "1").exits(65);
    assert!(!colored(&in_a_pipe) && !colored(&never), "{in_a_pipe}{never}");
    assert!(colored(&always) && colored(&forced), "{always}{forced}");
    assert!(in_a_pipe.stderr.starts_with("error: the file `"), "{in_a_pipe}");
}

#[test]
fn errors_of_the_configuration_follow_it_too() {
    let project = Project::empty().whole_config("nmae = 1\n");
    assert!(colored(&project.lback(&["--color", "always", "history"]).exits(78)));
    assert!(!colored(&project.lback(&["history"]).exits(78)));
}

#[test]
fn no_color_wins_over_a_forced_one() {
    let project = Project::empty();
    let run = project.lback(&["plugin", "inspect", "absent.wasm"]);
    assert!(!colored(&run.env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1").exits(65)));
}
