//! The check of a component's dimensions against their limits.

use wasmparser::BinaryReaderError;

use super::dimension::Dimension;
use super::survey::{Surveyor, survey};

/// The reason why a component isn't compiled.
#[derive(Debug)]
pub(super) enum Unfit {
    /// The value of a dimension, at which the survey stopped, is above its limit.
    TooLarge { dimension: Dimension, found: u64 },
    /// The bytes are not a component.
    Unreadable(BinaryReaderError),
}

impl From<BinaryReaderError> for Unfit {
    fn from(error: BinaryReaderError) -> Self {
        Self::Unreadable(error)
    }
}

struct Judge;

impl Surveyor for Judge {
    type Stop = Unfit;

    fn note(&mut self, dimension: Dimension, found: u64) -> Result<(), Unfit> {
        if found > dimension.limit().most { Err(Unfit::TooLarge { dimension, found }) } else { Ok(()) }
    }
}

/// Checks the dimensions of a component.
pub(super) fn check(bytes: &[u8]) -> Result<(), Unfit> {
    survey(bytes, &mut Judge)
}
