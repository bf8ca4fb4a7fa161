//! Windows of a long text: its views take many times its size.

use super::hits::Hit;

/// The number of bytes of a text that are decoded at once. The views of a text take many times its
/// size.
const WINDOW: usize = 256 * 1024;
/// The number of bytes that are decoded before and after the part of a window whose secrets count.
const AROUND: usize = 32 * 1024;

/// Searches windows of a text that overlap. A hit counts if it is in the part of the window that
/// has enough text around it.
pub(super) fn for_each_window(text: &[u8], hits: &mut Vec<Hit>, search: impl Fn(&[u8], &mut Vec<Hit>)) {
    if text.len() <= WINDOW {
        return search(text, hits);
    }
    let own = WINDOW - 2 * AROUND;
    for start in (0..text.len()).step_by(own) {
        let end = text.len().min(start + own);
        let from = start.saturating_sub(AROUND);
        let mut found = Vec::new();
        search(&text[from..text.len().min(end + AROUND)], &mut found);
        let found = found.into_iter().map(|hit| hit.moved(from));
        hits.extend(found.filter(|hit| hit.place.start < end && hit.place.end > start));
    }
}
