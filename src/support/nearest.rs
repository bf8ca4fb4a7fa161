//! The known name that is nearest to a mistyped one.

/// Returns the name in `known` that is nearest to `typed`, if one is near enough.
pub(crate) fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = fold(typed);
    let known: Vec<&str> = known.into_iter().collect();
    let (distance, best) = known
        .iter()
        .map(|name| (strsim::osa_distance(&typed, &fold(name)), *name))
        .min_by_key(|(distance, _)| *distance)?;
    // At most a third of the letters may differ. More would be a guess.
    if distance <= typed.chars().count().max(best.chars().count()) / 3 {
        return Some(best);
    }
    // A part of a long name is enough, as `started` of `alembic_command_started`, if only one name
    // contains it.
    let mut longer = known.into_iter().filter(|name| typed.chars().count() >= 3 && fold(name).contains(&typed));
    longer.next().filter(|_| longer.next().is_none())
}

/// Removes differences of case and separators, which don't matter to a reader.
fn fold(name: &str) -> String {
    name.to_lowercase().replace('_', "-")
}
