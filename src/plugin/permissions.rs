//! Permissions of a plugin: its requests, as far as `lback.toml` grants them.

use serde_json::Value;
use url::{Host, Url};

use super::http::check_address;
use crate::config::{Allow, Origin};
use crate::plugin::load::description::PermissionRequests;

/// The permissions in force. The default grants nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Permissions {
    pub(crate) http: Vec<Origin>,
    pub(crate) secrets: Vec<String>,
    /// Allows requests to private and loopback addresses.
    pub(crate) private: bool,
    /// Requests of the plugin that `lback.toml` doesn't grant.
    pub(crate) not_granted: Vec<String>,
    /// Grants in `lback.toml` that the plugin doesn't request.
    pub(crate) not_asked: Vec<String>,
}

impl Permissions {
    pub(super) fn effective(
        asked: &PermissionRequests,
        settings: &Value,
        schema: Option<&Value>,
        allow: &Allow,
    ) -> Self {
        let mut permissions = Self { private: allow.private, ..Self::default() };
        for request in &asked.http {
            let Some(text) = request.resolve(settings, schema) else { continue };
            match Url::parse(text).ok().and_then(|url| Origin::of(&url)) {
                Some(origin) if permissions.http.contains(&origin) => {}
                Some(origin) if allow.http.contains(&origin) => permissions.http.push(origin),
                Some(origin) => push_new(&mut permissions.not_granted, origin.to_string()),
                None => push_new(&mut permissions.not_granted, format!("{text} (not a web origin)")),
            }
        }
        for request in &asked.secrets {
            let Some(name) = request.resolve(settings, schema) else { continue };
            if allow.secrets.iter().any(|granted| granted == name) {
                push_new(&mut permissions.secrets, name.to_owned());
            } else {
                push_new(&mut permissions.not_granted, name.to_owned());
            }
        }
        let unused_origins =
            allow.http.iter().filter(|origin| !permissions.http.contains(origin)).map(Origin::to_string);
        let unused_secrets = allow.secrets.iter().filter(|name| !permissions.secrets.contains(name)).cloned();
        permissions.not_asked = unused_origins.chain(unused_secrets).collect();
        permissions
    }
}

/// The origins and secrets that a plugin requests under its settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ResolvedRequests {
    pub(crate) http: Vec<Origin>,
    pub(crate) secrets: Vec<String>,
}

impl ResolvedRequests {
    /// Resolves the requests. A request that names no web origin is left out, since it can't be
    /// granted.
    pub(super) fn of(asked: &PermissionRequests, settings: &Value, schema: Option<&Value>) -> Self {
        let mut wanted = Self::default();
        for text in asked.http.iter().filter_map(|request| request.resolve(settings, schema)) {
            if let Some(origin) = Url::parse(text).ok().and_then(|url| Origin::of(&url))
                && !wanted.http.contains(&origin)
            {
                wanted.http.push(origin);
            }
        }
        for name in asked.secrets.iter().filter_map(|request| request.resolve(settings, schema)) {
            push_new(&mut wanted.secrets, name.to_owned());
        }
        wanted
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.http.is_empty() && self.secrets.is_empty()
    }

    /// Returns the requests that `allow` doesn't grant.
    pub(crate) fn not_granted_by(mut self, allow: &Allow) -> Self {
        self.http.retain(|origin| !allow.http.contains(origin));
        self.secrets.retain(|name| !allow.secrets.contains(name));
        self
    }

    /// Returns whether an origin names a private or loopback address.
    pub(crate) fn names_private_address(&self) -> bool {
        self.http.iter().any(|origin| match origin.host() {
            Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
            Host::Ipv4(address) => check_address((*address).into()).is_err(),
            Host::Ipv6(address) => check_address((*address).into()).is_err(),
        })
    }
}

fn push_new(list: &mut Vec<String>, item: String) {
    if !list.contains(&item) {
        list.push(item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugin::load::description::PermissionRequest;

    fn allow(http: &[&str], secrets: &[&str]) -> Allow {
        Allow {
            http: http.iter().map(|origin| origin.parse().unwrap()).collect(),
            secrets: secrets.iter().map(|&name| name.to_owned()).collect(),
            private: false,
        }
    }

    #[test]
    fn both_sides_must_name_it() {
        let asked = PermissionRequests {
            http: vec![
                PermissionRequest::Named("https://a.example".into()),
                PermissionRequest::InSetting("/gateway".into()),
            ],
            secrets: vec![PermissionRequest::Named("TOKEN".into()), PermissionRequest::InSetting("/secret".into())],
        };
        let settings = serde_json::json!({ "gateway": "http://b.example:9091/path" });
        let permissions = Permissions::effective(
            &asked,
            &settings,
            None,
            &allow(&["http://b.example:9091", "https://c.example"], &["OTHER"]),
        );
        assert_eq!(permissions.http, ["http://b.example:9091".parse().unwrap()]);
        assert!(permissions.secrets.is_empty());
        assert_eq!(permissions.not_granted, ["https://a.example", "TOKEN"]);
        assert_eq!(permissions.not_asked, ["https://c.example", "OTHER"]);
    }

    #[test]
    fn a_setting_that_is_absent_counts_as_its_default() {
        let asked =
            PermissionRequests { http: vec![PermissionRequest::InSetting("/server/origin".into())], secrets: vec![] };
        let schema = serde_json::json!({
            "properties": { "server": { "properties": { "origin": { "default": "https://a.example" } } } }
        });
        let allow = allow(&["https://a.example", "https://b.example"], &[]);
        let origins = |settings| Permissions::effective(&asked, &settings, Some(&schema), &allow).http;
        assert_eq!(origins(serde_json::json!({})), ["https://a.example".parse().unwrap()]);
        assert_eq!(
            origins(serde_json::json!({ "server": { "origin": "https://b.example" } })),
            ["https://b.example".parse().unwrap()]
        );
    }

    #[test]
    fn nothing_is_granted_by_default() {
        let asked =
            PermissionRequests { http: vec![PermissionRequest::Named("https://a.example".into())], secrets: vec![] };
        let permissions = Permissions::effective(&asked, &serde_json::json!({}), None, &Allow::default());
        assert!(permissions.http.is_empty() && permissions.secrets.is_empty() && !permissions.private);
    }
}
