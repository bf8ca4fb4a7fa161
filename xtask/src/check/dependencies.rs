//! Dependencies: licences, banned crates and sources, as `deny.toml` says. `cargo metadata` knows
//! all three, so that the check needs neither cargo-deny, whose build takes minutes, nor a network.
//! Advisories are left to cargo-deny, which `tools` runs where it is installed.

use super::{context::Context, finding::Finding, tools};
use crate::{
    error::{Error, Output},
    process,
};
use serde::Deserialize;
use spdx::{Expression, LicenseReq, Licensee, ParseMode};
use std::{
    fs,
    path::{Path, PathBuf},
};

const FILE: &str = "deny.toml";

pub(super) fn find(context: &Context<'_>) -> Result<Vec<Finding>, Error> {
    let rules = Rules::read(&context.paths.root)?;
    let mut findings = Vec::new();
    for (_, folder) in tools::workspaces(context.paths) {
        let lock = Lock::read(&context.paths.root, &folder);
        for package in packages(context, &folder)? {
            findings.extend(rules.objections(&package).into_iter().map(|text| lock.finding(&package, text)));
        }
    }
    findings.sort();
    findings.dedup();
    Ok(findings)
}

/// The parts of `deny.toml` that are checked here; the rest is for cargo-deny.
#[derive(Deserialize)]
struct Document {
    licenses: Licences,
    bans: Bans,
    sources: Sources,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Banned>,
}

#[derive(Deserialize)]
struct Banned {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sources {
    allow_registry: Vec<String>,
}

struct Rules {
    licensees: Vec<Licensee>,
    banned: Vec<Banned>,
    registries: Vec<String>,
}

impl Rules {
    fn read(root: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(root.join(FILE)).map_err(Error::file("read", root.join(FILE)))?;
        Self::parse(&text).map_err(|reason| Error::Settings(FILE.into(), reason))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let document: Document = toml::from_str(text).map_err(|error| error.to_string())?;
        let allowed = document.licenses.allow.iter();
        let licensees = allowed.map(|name| Licensee::parse(name).map_err(|error| error.to_string()));
        Ok(Self {
            licensees: licensees.collect::<Result<_, _>>()?,
            banned: document.bans.deny,
            registries: document.sources.allow_registry,
        })
    }

    /// The reasons why a package may not be a dependency.
    fn objections(&self, package: &Package) -> Vec<String> {
        // A package without a source is part of this repository.
        let Some(source) = &package.source else {
            return Vec::new();
        };
        let mut found = Vec::new();
        if !self.registries.iter().any(|registry| source.strip_prefix("registry+") == Some(registry)) {
            found.push(format!("the source `{source}` is not allowed"));
        }
        let banned = self.banned.iter().filter(|banned| banned.name == package.name);
        found.extend(banned.map(|banned| format!("`{}` is banned: {}", banned.name, banned.reason)));
        if !self.allows(package.license.as_deref().unwrap_or_default()) {
            let licence = package.license.as_deref().unwrap_or("none");
            found.push(format!("the licence of `{}` is not allowed: {licence}", package.name));
        }
        found
    }

    fn allows(&self, licence: &str) -> bool {
        let satisfied = |wanted: &LicenseReq| self.licensees.iter().any(|licensee| licensee.satisfies(wanted));
        Expression::parse_mode(licence, ParseMode::LAX).is_ok_and(|expression| expression.evaluate(satisfied))
    }
}

#[derive(Deserialize)]
struct Package {
    name: String,
    license: Option<String>,
    source: Option<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

fn packages(context: &Context<'_>, folder: &Path) -> Result<Vec<Package>, Error> {
    let mut cargo = process::cargo(context.paths, folder);
    cargo.args(["metadata", "--locked", "--format-version", "1"]);
    let output = cargo.output().map_err(|source| process::spawn_error(&cargo, source))?;
    if !output.status.success() {
        return Err(Error::Command {
            purpose: "ask cargo for the dependencies".into(),
            command: process::line(&cargo),
            status: output.status,
            output: Output::tail(&String::from_utf8_lossy(&output.stderr)),
            hint: None,
        });
    }
    let metadata: Metadata = serde_json::from_slice(&output.stdout)
        .map_err(|error| Error::Settings("cargo metadata".into(), error.to_string()))?;
    Ok(metadata.packages)
}

/// The lock file of a workspace, in which findings are placed.
struct Lock {
    path: String,
    text: String,
}

impl Lock {
    fn read(root: &Path, folder: &Path) -> Self {
        let file: PathBuf = folder.join("Cargo.lock");
        let text = fs::read_to_string(&file).unwrap_or_default();
        Self { path: file.strip_prefix(root).unwrap_or(&file).display().to_string(), text }
    }

    fn finding(&self, package: &Package, text: String) -> Finding {
        let wanted = format!("name = \"{}\"", package.name);
        let line = self.text.lines().position(|line| line == wanted).map_or(1, |index| index + 1);
        Finding::new(&self.path, line, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        Rules::parse(
            "licenses.allow = ['MIT', 'Apache-2.0', 'Apache-2.0 WITH LLVM-exception']\n\
             sources.allow-registry = ['https://crates']\n\
             [[bans.deny]]\ncrate = 'openssl'\nreason = 'TLS is rustls'\n",
        )
        .expect("rules")
    }

    fn package(name: &str, license: &str, source: Option<&str>) -> Package {
        Package { name: name.into(), license: Some(license.into()), source: source.map(Into::into) }
    }

    #[test]
    fn licences_are_expressions() {
        let allowed = ["MIT/Apache-2.0", "GPL-3.0 OR MIT", "Apache-2.0 WITH LLVM-exception", "(MIT) AND Apache-2.0"];
        assert!(allowed.iter().all(|licence| rules().allows(licence)));
        let denied = ["GPL-3.0-only", "MIT AND ISC", "", "of my own"];
        assert!(!denied.iter().any(|licence| rules().allows(licence)));
    }

    #[test]
    fn bans_and_sources_are_objected_to() {
        let objections = rules().objections(&package("openssl", "MIT", Some("git+https://a")));
        assert_eq!(objections, ["the source `git+https://a` is not allowed", "`openssl` is banned: TLS is rustls"]);
        assert!(rules().objections(&package("a", "MIT", Some("registry+https://crates"))).is_empty());
        assert!(rules().objections(&package("own", "Proprietary", None)).is_empty());
    }
}
