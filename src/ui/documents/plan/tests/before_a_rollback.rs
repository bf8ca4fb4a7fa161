use anstream::adapter::strip_str;

use super::super::consent::{CONSENT, Refusal, RequiredConsent, confirmation_required, consent_required};
use super::super::text;
use super::assert_text;
use super::samples;
use crate::model::plan::Reversible;

fn said(Refusal { message, instead, hint }: &Refusal) -> String {
    let instead = instead.as_ref().map(|instead| format!("{instead}\n")).unwrap_or_default();
    format!("{message}\n\n{instead}{hint}")
}

#[test]
fn what_is_asked_about_says_why_each_revision_is_in_it() {
    let text = text::plan(&samples::collateral(), CONSENT, None).as_str().to_owned();
    assert_text(
        &strip_str(&text).to_string(),
        r"
2 revisions to revert on postgresql `shop`: `c3` → `a1`
`alembic downgrade b2@a1` in the environment `production`, to roll back the table `users`

1. revert `c3`: add invoices
   `migrations/versions/c3_.py`
+  collateral: stands above `b2`
   changes `invoices`
!  drop table `invoices` (line 20)

2. revert `b2`: add a nickname
   `migrations/versions/b2_.py`
   chosen: the latest revision that changes `users`
   changes `users`
!  drop column `nick` of `users` (line 18)

in all
!  1 table dropped: `invoices`
!  1 column dropped: `users.nick`
+  1 revision as collateral: `c3`
   data is not restored: a downgrade recreates tables and columns empty, what it drops is lost, and rows that a migration changed or deleted stay that way",
    );
}

#[test]
fn collateral_is_listed_with_the_command_that_accepts_it() {
    let accept = ["lback", "--environment", "the test", "rollback", "users", "--allow-collateral"].map(str::to_owned);
    assert_text(
        &said(&consent_required(&samples::collateral().plan, &[RequiredConsent::Collateral], &accept, &forward())),
        r"
the rollback of `users` would also revert 1 other revision; nothing was done
revert `c3`: add invoices
  changes `invoices`
  stands above `b2`

to change this table alone, let `lback rollback users --as-migration` write a new migration
to revert them too, run `lback --environment 'the test' rollback users --allow-collateral`",
    );
}

#[test]
fn what_would_not_be_undone_is_refused_with_the_reason() {
    let mut plan = samples::collateral().plan;
    let step = &mut plan.databases[0].steps[1];
    step.reversible = Reversible::No;
    step.irreversible_because = Some("`downgrade()` does nothing".into());
    let accept = ["lback", "rollback", "users", "--allow-collateral", "--allow-irreversible"].map(str::to_owned);
    assert_text(
        &said(&consent_required(
            &plan,
            &[RequiredConsent::Collateral, RequiredConsent::Irreversible],
            &accept,
            &forward(),
        )),
        r"
the rollback of `users` would also revert 1 other revision; nothing was done
revert `c3`: add invoices
  changes `invoices`
  stands above `b2`
the rollback of `users` would not undo 1 revision; nothing was done
revert `b2`: add a nickname
  its `downgrade()` doesn't undo it: `downgrade()` does nothing

to change this table alone, let `lback rollback users --as-migration` write a new migration
prefer a new migration, written by hand; to try the rollback anyway, run `lback rollback users --allow-collateral --allow-irreversible`",
    );
}

#[test]
fn who_cannot_be_asked_is_told_how_to_say_yes() {
    let accept = ["lback", "rollback", "users", "--yes"].map(str::to_owned);
    assert_text(
        &said(&confirmation_required(&samples::collateral().plan, &accept)),
        r"
the rollback of `users` would revert 2 revisions, which needs confirmation, and there is no terminal to ask on; nothing was done

read the plan, then run `lback rollback users --yes`",
    );
}

fn forward() -> Vec<String> {
    ["lback", "rollback", "users", "--as-migration"].map(str::to_owned).to_vec()
}
