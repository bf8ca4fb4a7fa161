//! What a migrate or a rollback would do: what is seen of it, and what follows from it.

mod policies;
