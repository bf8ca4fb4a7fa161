//! The reason why an import is not offered.

/// The reason why an import is not offered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotOffered {
    /// An interface of WASI in another version.
    #[error("lback provides WASI 0.2")]
    OtherWasi,
    /// A part of `wasi:http` for servers.
    #[error("of `wasi:http`, lback provides only `outgoing-handler`, to handlers")]
    ServerSide,
    /// An interface of `lback:plugin` that this lback doesn't know.
    #[error("this version of lback doesn't define it")]
    NewerInterface,
    /// An unknown interface.
    #[error(
        "plugins may use the imports of their world and WASI 0.2 (`cli`, `clocks`, `filesystem`, `io`, `random`, `sockets`)"
    )]
    Unknown,
}
