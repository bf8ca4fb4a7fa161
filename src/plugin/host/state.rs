//! The host's side of one call: the imports of `wit/imports.wit` and `wit/plan.wit`, and a WASI
//! that grants nothing.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use wasmtime::Engine;
use wasmtime::component::{HasSelf, Linker, ResourceTable};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use super::guest_log::{GuestLog, GuestOutput, GuestStream};
use super::limits::{self, Limiter};
use super::log_level::LogLevel;
use super::secrets::Secrets;
use super::store::{KeyValue, StoreError};
use super::wall_clock::WallClock;
use crate::plugin::bindings::lback::plugin::{
    http as wit_http, log as wit_log, plan as wit_plan, secrets as wit_secrets, store as wit_store,
};
use crate::plugin::call::deadline::Deadline;
use crate::plugin::call::plan_view::{self, PlanView};
use crate::plugin::call_trace::{CallTracer, SecretOutcome};
use crate::plugin::http::{HttpError, Outbound, WasiOutbound, is_forbidden_header};
use crate::plugin::permissions::Permissions;
use crate::plugin::role::Role;

/// The host's state of one call. The state lives as long as the call.
pub(in crate::plugin) struct HostState {
    pub(in crate::plugin) limiter: Limiter,
    pub(in crate::plugin) log: GuestLog,
    role: Role,
    permissions: Arc<Permissions>,
    secrets: Secrets,
    store: KeyValue,
    outbound: Outbound,
    tracer: CallTracer,
    plan: PlanView,
    deadline: Deadline,
    wasi_outbound: WasiOutbound,
    wasi: WasiCtx,
    wasi_http: WasiHttpCtx,
    table: ResourceTable,
    streams: [GuestStream; 2],
}

/// The capabilities of a call.
pub(in crate::plugin) struct CallCapabilities {
    pub(in crate::plugin) role: Role,
    pub(in crate::plugin) permissions: Arc<Permissions>,
    pub(in crate::plugin) secrets: Secrets,
    pub(in crate::plugin) store: KeyValue,
    pub(in crate::plugin) outbound: Outbound,
    pub(in crate::plugin) tracer: CallTracer,
    pub(in crate::plugin) plan: PlanView,
}

impl HostState {
    pub(in crate::plugin) fn new(reach: CallCapabilities, limiter: Limiter, log: GuestLog, deadline: Deadline) -> Self {
        let CallCapabilities { role, permissions, secrets, store, outbound, tracer, plan } = reach;
        let (stdout, stderr) = (log.stream(GuestOutput::Stdout), log.stream(GuestOutput::Stderr));
        let mut wasi = WasiCtx::builder();
        // No files, environment, arguments or stdin: that is the builder's default. Sockets must be
        // closed one by one.
        wasi.stdout(stdout.clone())
            .stderr(stderr.clone())
            .wall_clock(WallClock)
            .allow_tcp(false)
            .allow_udp(false)
            .allow_ip_name_lookup(false)
            .socket_addr_check(|_, _| Box::pin(async { false }))
            .max_random_size(limits::RANDOM_BYTES);
        let mut wasi_http = WasiHttpCtx::new();
        wasi_http.set_field_size_limit(limits::HTTP_HEADER_BYTES * 2);
        let mut table = ResourceTable::new();
        table.set_max_capacity(limits::RESOURCES);
        let wasi_outbound = WasiOutbound { outbound: outbound.clone(), log: log.clone() };
        Self {
            limiter,
            log,
            role,
            permissions,
            secrets,
            store,
            outbound,
            tracer,
            plan,
            deadline,
            wasi_outbound,
            wasi: wasi.build(),
            wasi_http,
            table,
            streams: [stdout, stderr],
        }
    }

    /// Flushes the guest's last printed line.
    pub(in crate::plugin) fn finish(&self) {
        for stream in &self.streams {
            stream.finish();
        }
    }

    fn granted_secret(&self, name: &str) -> Result<&str, wit_secrets::Error> {
        if !self.permissions.secrets.iter().any(|granted| granted == name) {
            self.tracer.secret(name, SecretOutcome::NotGranted);
            return Err(wit_secrets::Error::NotGranted);
        }
        // A trailing line break belongs to the file that a secret was read from, not to the secret.
        let value = self.secrets.get(name).map(str::trim_end);
        self.tracer.secret(name, if value.is_some() { SecretOutcome::Provided } else { SecretOutcome::NotSet });
        value.ok_or(wit_secrets::Error::NotSet)
    }

    /// Joins the parts to a text.
    fn joined(&self, parts: &[wit_http::Part]) -> Result<String, HttpError> {
        parts.iter().map(|part| self.part(part)).collect()
    }

    fn part<'a>(&'a self, part: &'a wit_http::Part) -> Result<&'a str, HttpError> {
        match part {
            wit_http::Part::Text(text) => Ok(text),
            wit_http::Part::Secret(name) => self.granted_secret(name).map_err(|error| {
                let why = match error {
                    wit_secrets::Error::NotGranted => "not granted",
                    wit_secrets::Error::NotSet => "not set",
                };
                HttpError::Refused(format!("the secret `{name}` is {why}"))
            }),
        }
    }

    fn request(&self, request: wit_http::Request) -> Result<Request<Bytes>, HttpError> {
        let invalid = |what: &str| HttpError::Invalid(what.to_owned());
        let method = Method::from_bytes(request.method.as_bytes()).map_err(|_| invalid("the method is not valid"))?;
        let uri: Uri = self.joined(&request.url)?.trim().parse().map_err(|_| invalid("the URL is not valid"))?;
        let mut outgoing = Request::new(Bytes::from(request.body));
        *outgoing.method_mut() = method;
        *outgoing.uri_mut() = uri;
        if request.headers.len() > limits::HTTP_HEADERS {
            return Err(HttpError::Limit(format!("more than {} headers", limits::HTTP_HEADERS)));
        }
        for header in &request.headers {
            let name = HeaderName::from_bytes(header.name.as_bytes())
                .map_err(|_| invalid("the name of a header is not valid"))?;
            if is_forbidden_header(&name) {
                return Err(HttpError::Invalid(format!("the header `{name}` is set by the host")));
            }
            let mut value = HeaderValue::from_str(&self.joined(&header.value)?)
                .map_err(|_| HttpError::Invalid(format!("the value of the header `{name}` is not valid")))?;
            value.set_sensitive(header.value.iter().any(|part| matches!(part, wit_http::Part::Secret(_))));
            outgoing.headers_mut().append(name, value);
        }
        Ok(outgoing)
    }

    /// Returns the checked request and the object that sends it. Sending is separate, because it
    /// must not borrow the store's data.
    fn outgoing(&self, request: wit_http::Request) -> Result<(Outbound, Request<Bytes>), HttpError> {
        if self.role == Role::Policy {
            return Err(HttpError::Refused("a policy sends no requests".into()));
        }
        Ok((self.outbound.clone(), self.request(request)?))
    }

    fn stored(&self) -> Result<KeyValue, wit_store::Error> {
        match self.role {
            Role::Policy => Err(wit_store::Error::Unavailable("a policy has no store".into())),
            Role::Handler => Ok(self.store.clone()),
        }
    }
}

async fn exchange(outbound: Outbound, request: Request<Bytes>) -> Result<wit_http::Response, HttpError> {
    let (head, body) = outbound.send(request).await?.into_parts();
    let body = Limited::new(body, limits::HTTP_RESPONSE_BYTES).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() {
            HttpError::Limit(format!("an answer of more than {} KiB", limits::HTTP_RESPONSE_BYTES / 1024))
        } else {
            HttpError::Unreachable("the connection broke before the answer was complete".into())
        }
    })?;
    let headers = head
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    Ok(wit_http::Response { status: head.status.as_u16(), headers, body: body.to_bytes().to_vec() })
}

/// Runs an operation of the store on a blocking thread, since SQLite blocks.
async fn on_store<R: Send + 'static>(
    store: Result<KeyValue, wit_store::Error>,
    act: impl FnOnce(&KeyValue) -> Result<R, StoreError> + Send + 'static,
) -> Result<R, wit_store::Error> {
    let store = store?;
    let done = tokio::task::spawn_blocking(move || act(&store)).await;
    done.unwrap_or_else(|error| Err(StoreError::Unavailable(error.to_string()))).map_err(|error| match error {
        StoreError::Limit(what) => wit_store::Error::Limit(what),
        StoreError::Unavailable(_) => wit_store::Error::Unavailable(error.to_string()),
    })
}

/// Returns the linker of a component's imports. A policy gets fewer imports, which shows that it
/// has no side effects. `plan` is for policies, and so for components that are handlers besides;
/// `contract` refuses it to plain handlers.
pub(in crate::plugin) fn linker(engine: &Engine, role: Role) -> wasmtime::Result<Linker<HostState>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wit_log::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)?;
    wit_plan::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)?;
    if role == Role::Handler {
        wit_http::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)?;
        wit_secrets::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)?;
        wit_store::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)?;
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    }
    Ok(linker)
}

impl wit_log::Host for HostState {
    async fn log(&mut self, level: wit_log::Level, message: String) {
        let level = match level {
            wit_log::Level::Trace => LogLevel::Trace,
            wit_log::Level::Debug => LogLevel::Debug,
            wit_log::Level::Info => LogLevel::Info,
            wit_log::Level::Warn => LogLevel::Warn,
            wit_log::Level::Error => LogLevel::Error,
        };
        self.log.write(level, &message);
    }
}

impl wit_http::Host for HostState {
    async fn send(&mut self, request: wit_http::Request) -> Result<wit_http::Response, wit_http::Error> {
        let answer = match self.outgoing(request) {
            Ok((outbound, request)) => exchange(outbound, request).await,
            Err(error) => Err(error),
        };
        answer.map_err(|error| match error {
            HttpError::Invalid(what) => wit_http::Error::Invalid(what),
            HttpError::Refused(what) => wit_http::Error::Refused(what),
            HttpError::Unreachable(what) => wit_http::Error::Unreachable(what),
            HttpError::Unexpected(_) => wit_http::Error::Unreachable(error.to_string()),
            HttpError::Limit(what) => wit_http::Error::Limit(what),
        })
    }
}

impl wit_secrets::Host for HostState {
    async fn get(&mut self, name: String) -> Result<String, wit_secrets::Error> {
        self.granted_secret(&name).map(str::to_owned)
    }
}

impl wit_store::Host for HostState {
    async fn get(&mut self, key: String) -> Result<Option<Vec<u8>>, wit_store::Error> {
        on_store(self.stored(), move |store| store.get(&key)).await
    }

    async fn set(&mut self, key: String, value: Vec<u8>) -> Result<(), wit_store::Error> {
        on_store(self.stored(), move |store| store.set(&key, &value)).await
    }

    async fn delete(&mut self, key: String) -> Result<(), wit_store::Error> {
        on_store(self.stored(), move |store| store.delete(&key)).await
    }

    async fn keys(&mut self, prefix: String) -> Result<Vec<String>, wit_store::Error> {
        on_store(self.stored(), move |store| store.keys(&prefix)).await
    }

    async fn compare_and_swap(
        &mut self,
        key: String,
        expected: Option<Vec<u8>>,
        value: Vec<u8>,
    ) -> Result<bool, wit_store::Error> {
        on_store(self.stored(), move |store| store.compare_and_swap(&key, expected.as_deref(), &value)).await
    }
}

impl wit_plan::Host for HostState {
    async fn get(&mut self) -> Result<Option<wit_plan::MigrationPlan>, wit_plan::Error> {
        let plan = self.plan.get(&self.deadline).await?;
        plan.as_deref().map(plan_view::plan).transpose()
    }

    async fn statements(
        &mut self,
        database: u32,
        step: u32,
    ) -> Result<Option<Vec<wit_plan::Statement>>, wit_plan::Error> {
        let plan = self.plan.get(&self.deadline).await?;
        plan.as_deref().and_then(|plan| plan_view::statements(plan, database, step)).transpose()
    }
}

impl WasiView for HostState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for HostState {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.wasi_outbound, table: &mut self.table, ctx: &mut self.wasi_http }
    }
}
