//! "Did you mean": the known name that is nearest to a mistyped one.

/// The one of `known` that `typed` was probably meant to be, if one is near enough.
pub(crate) fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = fold(typed);
    let known: Vec<&str> = known.into_iter().collect();
    let (distance, best) = known
        .iter()
        .map(|name| (strsim::osa_distance(&typed, &fold(name)), *name))
        .min_by_key(|(distance, _)| *distance)?;
    // A third of the letters may be wrong: more would guess, not help.
    if distance <= typed.chars().count().max(best.chars().count()) / 3 {
        return Some(best);
    }
    // A part of a long name, as `started` of `alembic_command_started`, if it is a part of one name
    // alone.
    let mut longer = known.into_iter().filter(|name| typed.chars().count() >= 3 && fold(name).contains(&typed));
    longer.next().filter(|_| longer.next().is_none())
}

/// Names differ for a reader in their letters, not in case or in the dash between two words.
fn fold(name: &str) -> String {
    name.to_lowercase().replace('_', "-")
}
