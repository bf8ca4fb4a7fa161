//! The plugins of a project.

use crate::config::{PluginConfig, PluginMode};
use crate::plugin::{Failure, Plugin};
use crate::session::project::Project;
use crate::session::runtime::with_runtime;
use crate::support::exit::Exit;
use crate::support::user_error::CommandError;
use crate::ui::{DoctorFinding, DoctorTopic};

/// Loads every plugin of the environment, as a run does.
pub(super) fn plugins(project: &Project, environment: Option<&str>) -> Result<Vec<DoctorFinding>, CommandError> {
    let plugins = &project.config.plugins;
    if plugins.is_empty() {
        let none = DoctorFinding::note(DoctorTopic::Plugin, "`lback.toml` lists none");
        return Ok(vec![none.hint("`lback plugin list --available` lists those that are part of lback")]);
    }
    let runtime = project.runtime()?;
    let mut findings = Vec::new();
    for plugin in plugins {
        if !plugin.may_be_used_in(environment) {
            let found = format!("`{}` is not used in this environment", plugin.name);
            findings.push(DoctorFinding::note(DoctorTopic::Plugin, found));
            continue;
        }
        findings.extend(match with_runtime(runtime.load(plugin))? {
            Ok(loaded) => loaded_plugin(plugin, &loaded),
            Err(failure) => vec![failed(plugin, &failure)],
        });
    }
    Ok(findings)
}

fn loaded_plugin(config: &PluginConfig, plugin: &Plugin) -> Vec<DoctorFinding> {
    let PluginConfig { name, source, mode, .. } = config;
    let audit = if *mode == PluginMode::Audit { ", in audit mode" } else { "" };
    let version = &plugin.inspected().description.version;
    let mut findings =
        vec![DoctorFinding::ok(DoctorTopic::Plugin, format!("`{name}` {version} from `{source}`{audit}"))];
    findings.extend(plugin.secrets_not_set().into_iter().map(|secret| {
        DoctorFinding::warning(DoctorTopic::Plugin, format!("`{name}`: its secret `{secret}` is not set"))
            .hint(format!("set the variable `{secret}`, or let `{secret}_FILE` name a file with the value"))
    }));
    let refused = &plugin.permissions().not_granted;
    if !refused.is_empty() {
        let found = format!("`{name}` asks for what `lback.toml` doesn't grant: `{}`", refused.join("`, `"));
        findings.push(DoctorFinding::note(DoctorTopic::Plugin, found));
    }
    findings
}

fn failed(config: &PluginConfig, failure: &Failure) -> DoctorFinding {
    let found = format!("`{}` can't be loaded: {failure}", config.name);
    let finding = DoctorFinding::error(DoctorTopic::Plugin, found, Exit::InvalidPlugin);
    match failure.hint() {
        Some(hint) => finding.hint(hint),
        None => finding,
    }
}
