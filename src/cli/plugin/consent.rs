//! The permissions that the user grants: on a terminal by answering questions, elsewhere by
//! options. Only requested permissions can be granted, and none is granted by default.

use clap::Args;

use super::error::InstallError;
use crate::config::{Allow, Origin};
use crate::plugin::ResolvedRequests;
use crate::session::question::{ask, is_interactive};
use crate::support::user_error::CommandError;

#[derive(Args, Clone)]
pub(super) struct Consent {
    /// Grant this web origin, as `https://hooks.slack.com`; may be given several times
    #[arg(long, value_name = "ORIGIN", help_heading = "Permissions")]
    allow_http: Vec<Origin>,

    /// Grant the secret with this name; may be given several times
    #[arg(long, value_name = "NAME", help_heading = "Permissions")]
    allow_secret: Vec<String>,

    /// Permit private, loopback and link-local addresses for the granted origins
    #[arg(long, help_heading = "Permissions")]
    allow_private: bool,

    /// Grant everything that the plugin requests
    #[arg(long, help_heading = "Permissions")]
    accept_permissions: bool,

    /// Continue without the other permissions, and without questions
    #[arg(long, conflicts_with = "accept_permissions", help_heading = "Permissions")]
    deny_others: bool,
}

/// One permission.
#[derive(Clone, Debug)]
enum Item {
    Http(Origin),
    Secret(String),
    Private,
}

impl Item {
    fn words(&self) -> String {
        match self {
            Self::Http(origin) => format!("requests to {origin}"),
            Self::Secret(name) => format!("the secret {name}"),
            Self::Private => "private and loopback addresses for these requests".to_owned(),
        }
    }

    fn flag(&self) -> String {
        match self {
            Self::Http(origin) => format!("--allow-http {origin}"),
            Self::Secret(name) => format!("--allow-secret {name}"),
            Self::Private => "--allow-private".to_owned(),
        }
    }

    fn add_to(self, allow: &mut Allow) {
        match self {
            Self::Http(origin) => allow.http.push(origin),
            Self::Secret(name) => allow.secrets.push(name),
            Self::Private => allow.private = true,
        }
    }
}

impl Consent {
    /// Returns the permissions granted to the plugin `name`, out of `wanted`, in addition to
    /// `present`.
    pub(super) async fn decide(
        &self,
        name: &str,
        wanted: ResolvedRequests,
        present: &Allow,
    ) -> Result<Allow, CommandError> {
        let private = wanted.names_private_address();
        let new = wanted.not_granted_by(present);
        let mut items: Vec<Item> = new.http.iter().cloned().map(Item::Http).collect();
        items.extend(new.secrets.iter().cloned().map(Item::Secret));
        if (private || self.allow_private) && !present.private {
            items.push(Item::Private);
        }
        let mut allow = Allow::default();
        let mut open = Vec::new();
        for item in items {
            if self.grants(&item) { item.add_to(&mut allow) } else { open.push(item) }
        }
        if open.is_empty() || self.deny_others {
            return Ok(allow);
        }
        if !is_interactive() {
            return Err(InstallError::NotGranted {
                name: name.to_owned(),
                items: open.iter().map(Item::words).collect(),
                flags: open.iter().map(Item::flag).collect(),
            }
            .into());
        }
        for item in open {
            // Private addresses need an origin.
            let is_moot = matches!(item, Item::Private) && allow.http.is_empty() && present.http.is_empty();
            if !is_moot && ask(format!("Grant `{name}` {}?", item.words())).await? {
                item.add_to(&mut allow);
            }
        }
        Ok(allow)
    }

    fn grants(&self, item: &Item) -> bool {
        self.accept_permissions
            || match item {
                Item::Http(origin) => self.allow_http.contains(origin),
                Item::Secret(name) => self.allow_secret.contains(name),
                Item::Private => self.allow_private,
            }
    }

    /// Refuses options that grant what the plugin does not request.
    pub(super) fn check_asked(&self, name: &str, wanted: &ResolvedRequests) -> Result<(), InstallError> {
        let asked: Vec<String> =
            wanted.http.iter().map(ToString::to_string).chain(wanted.secrets.iter().cloned()).collect();
        let typed = self.allow_http.iter().map(ToString::to_string).chain(self.allow_secret.iter().cloned());
        match { typed }.find(|typed| !asked.contains(typed)) {
            Some(item) => Err(InstallError::NotAsked { name: name.to_owned(), item, asked }),
            None => Ok(()),
        }
    }
}
