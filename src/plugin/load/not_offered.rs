//! The reason why an import is not offered.

/// The reason why an import is not offered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotOffered {
    /// An interface of WASI in another version.
    #[error("lback offers WASI 0.2")]
    OtherWasi,
    /// A part of `wasi:http` for servers.
    #[error("of `wasi:http`, a handler is offered `outgoing-handler` alone")]
    ServerSide,
    /// An interface of `lback:plugin` that this lback doesn't know.
    #[error("this lback doesn't have it")]
    NewerInterface,
    /// An unknown interface.
    #[error(
        "plugins are offered the imports of their world and WASI 0.2 (`cli`, `clocks`, `filesystem`, `io`, `random`, `sockets`)"
    )]
    Unknown,
}
