//! The version of lback, and what it was built from and for.

use std::sync::LazyLock;

pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The platform that lback was built for, as `x86_64-unknown-linux-gnu`.
pub(crate) const TARGET: &str = env!("LBACK_BUILD_TARGET");

/// Returns the commit that lback was built from; none for a dev build.
pub(crate) fn commit() -> Option<&'static str> {
    Some(env!("LBACK_BUILD_COMMIT")).filter(|commit| !commit.is_empty())
}

/// The output of `lback --version`, after the name. The first line is the version alone.
pub(crate) static LONG_VERSION: LazyLock<String> = LazyLock::new(|| {
    let commit = commit().map(|commit| format!("\ncommit: {commit}")).unwrap_or_default();
    format!("{VERSION}{commit}\ntarget: {TARGET}")
});
