//! A plugin that is ready to be called.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use url::Url;
use wasmtime::component::InstancePre;

use super::call_host::CallHost;
use super::description::Description;
use super::facts::PluginFacts;
use crate::config::{self, Origin, PluginConfig};
use crate::model::event::Event;
use crate::model::plan::PlanSource;
use crate::model::signal::SignalName;
use crate::model::verdict::Verdict;
use crate::plugin::bindings::exports::lback::plugin::{handler, policy};
use crate::plugin::bindings::lback::plugin::types as wit;
use crate::plugin::call::invocation::{self, CallLimits, wrong_shape};
use crate::plugin::call::plan_view::PlanView;
use crate::plugin::call_trace::CallTracer;
use crate::plugin::convert;
use crate::plugin::failure::Failure;
use crate::plugin::host::guest_text::printable;
use crate::plugin::host::limits;
use crate::plugin::host::state::HostState;
use crate::plugin::permissions::Permissions;
use crate::plugin::role::Role;
use crate::plugin::settings::SettingsError;

pub(crate) struct Plugin {
    host: Arc<CallHost>,
    name: Arc<str>,
    inspected: PluginFacts,
    signals: Vec<SignalName>,
    permissions: Arc<Permissions>,
    settings: String,
    memory: usize,
    timeout: Option<Duration>,
    instance: InstancePre<HostState>,
    pub(in crate::plugin) policy: Option<policy::GuestIndices>,
    pub(in crate::plugin) handler: Option<handler::GuestIndices>,
}

impl Plugin {
    pub(in crate::plugin) fn new(
        host: Arc<CallHost>,
        config: &PluginConfig,
        inspected: PluginFacts,
        instance: InstancePre<HostState>,
        check_settings: impl FnOnce(&PluginFacts) -> Result<(), SettingsError>,
    ) -> Result<Self, Failure> {
        let link = |error: wasmtime::Error| Failure::Exports(printable(&format!("{error:#}")));
        let contract = &inspected.contract;
        let policy = contract.policy.then(|| policy::GuestIndices::new(&instance)).transpose().map_err(link)?;
        let handler = contract.handler.then(|| handler::GuestIndices::new(&instance)).transpose().map_err(link)?;
        let signals = config.signals.clone().unwrap_or_else(|| inspected.description.signals.clone());
        if handler.is_none()
            && let Some(after) = signals.iter().find(|signal| !signal.is_before())
        {
            return Err(Failure::AfterSignal(*after));
        }
        if let Err(error) = check_settings(&inspected) {
            let excerpt = config.file.as_deref().and_then(|file| excerpt(file, &config.name, &error));
            let failure = Failure::Settings { error, excerpt };
            return Err(if contract.policy { failure } else { Failure::OfHandler(Box::new(failure)) });
        }
        let permissions = if contract.handler {
            let Description { permissions: asked, settings_schema, .. } = &inspected.description;
            Permissions::effective(asked, &config.settings, settings_schema.as_ref(), &config.allow)
        } else {
            Permissions::default()
        };
        Ok(Self {
            host,
            name: config.name.as_str().into(),
            signals,
            permissions: Arc::new(permissions),
            settings: config.settings.to_string(),
            memory: usize::try_from(config.memory).unwrap_or(usize::MAX),
            timeout: config.timeout,
            inspected,
            instance,
            policy,
            handler,
        })
    }

    pub(crate) fn inspected(&self) -> &PluginFacts {
        &self.inspected
    }

    pub(crate) fn signals(&self) -> &[SignalName] {
        &self.signals
    }

    /// Returns the granted secrets that are not set.
    pub(crate) fn secrets_not_set(&self) -> Vec<String> {
        let is_set = |name: &String| self.host.secrets.get(name).is_some();
        self.permissions.secrets.iter().filter(|name| !is_set(name)).cloned().collect()
    }

    pub(crate) fn permissions(&self) -> &Permissions {
        &self.permissions
    }

    /// Returns the origins that the plugin requests under these settings, granted or not.
    pub(crate) fn asked_origins(&self, config: &PluginConfig) -> Vec<Origin> {
        let Description { permissions, settings_schema, .. } = &self.inspected.description;
        let asked =
            permissions.http.iter().filter_map(|request| request.resolve(&config.settings, settings_schema.as_ref()));
        asked.filter_map(|text| Origin::of(&Url::parse(text).ok()?)).collect()
    }

    /// Returns whether the plugin never denies.
    pub(crate) fn is_only_handler(&self) -> bool {
        self.policy.is_none()
    }

    /// Returns whether the plugin has this role for this signal.
    pub(crate) fn wants(&self, role: Role, signal: SignalName) -> bool {
        let plays = match role {
            Role::Policy => self.policy.is_some() && signal.is_before(),
            Role::Handler => self.handler.is_some(),
        };
        plays && self.signals.contains(&signal)
    }

    /// Evaluates the policy, which may request the plan. An error means that there is no answer,
    /// never a denial.
    pub(crate) async fn evaluate(&self, event: &Event, plan: &PlanSource) -> Result<Verdict, Failure> {
        let Some(indices) = &self.policy else {
            return Err(Failure::Host(format!("`{}` is not a policy", self.name)));
        };
        self.evaluate_as(indices, &convert::event(event), plan, &CallTracer::default()).await
    }

    pub(in crate::plugin) async fn evaluate_as(
        &self,
        indices: &policy::GuestIndices,
        event: &wit::Event,
        plan: &PlanSource,
        tracer: &CallTracer,
    ) -> Result<Verdict, Failure> {
        let plan = PlanView::Shown(plan.clone());
        let verdict = self
            .call(Role::Policy, limits::POLICY_TIMEOUT, plan, tracer, async |store, instance| {
                indices
                    .load(&mut *store, &instance)
                    .map_err(wrong_shape)?
                    .call_evaluate(store, event, &self.settings)
                    .await
            })
            .await?;
        verdict.map(convert::verdict).map_err(|error| self.returned(&error))
    }

    /// Calls the handler.
    pub(crate) async fn handle(&self, event: &Event) -> Result<(), Failure> {
        let Some(indices) = &self.handler else {
            return Err(Failure::Host(format!("`{}` is not a handler", self.name)));
        };
        self.handle_as(indices, &convert::event(event), &CallTracer::default()).await
    }

    pub(in crate::plugin) async fn handle_as(
        &self,
        indices: &handler::GuestIndices,
        event: &wit::Event,
        tracer: &CallTracer,
    ) -> Result<(), Failure> {
        let handled = self
            .call(Role::Handler, limits::HANDLER_TIMEOUT, PlanView::Withheld, tracer, async |store, instance| {
                indices
                    .load(&mut *store, &instance)
                    .map_err(wrong_shape)?
                    .call_handle(store, event, &self.settings)
                    .await
            })
            .await?;
        handled.map_err(|error| self.returned(&error))
    }

    fn returned(&self, error: &str) -> Failure {
        Failure::Returned(printable(&self.host.redactor().redact(error)))
    }

    async fn call<R>(
        &self,
        role: Role,
        default_timeout: Duration,
        plan: PlanView,
        tracer: &CallTracer,
        act: impl AsyncFnOnce(&mut wasmtime::Store<HostState>, wasmtime::component::Instance) -> wasmtime::Result<R>,
    ) -> Result<R, Failure> {
        let _slot = self.host.slot().await;
        let reach = self.host.reach(role, &self.name, Arc::clone(&self.permissions), plan, tracer.clone());
        let budget = CallLimits { timeout: self.timeout.unwrap_or(default_timeout), memory: self.memory };
        invocation::call(&self.instance, &self.name, reach, &self.host.redactor(), budget, act).await
    }
}

/// Returns the wrong lines of `lback.toml`, with carets.
fn excerpt(file: &Path, plugin: &str, error: &SettingsError) -> Option<String> {
    let SettingsError::Refused(problems) = error else { return None };
    let problems = problems.iter().map(|problem| (problem.path.as_str(), problem.reason.as_str(), problem.about));
    config::excerpt_of_settings(file, plugin, problems)
}
