//! The plan of a run, made at the first request and at most once.

use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::OnceCell;

use super::{Plan, PlanError};

/// The plan; none if the command runs no migrations.
pub(crate) type PlanResult = Result<Option<Arc<Plan>>, PlanError>;

type PlanWork = dyn Fn() -> Pin<Box<dyn Future<Output = PlanResult> + Send>> + Send + Sync;

/// A source of the run's plan. Clones share the plan.
#[derive(Clone)]
pub(crate) struct PlanSource {
    answer: Arc<OnceCell<PlanResult>>,
    work: Arc<PlanWork>,
}

impl PlanSource {
    /// Makes a source. `work` makes the plan, and is called again only if it was dropped before it
    /// ended.
    pub(crate) fn new<F>(work: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = PlanResult> + Send + 'static,
    {
        Self { answer: Arc::default(), work: Arc::new(move || Box::pin(work())) }
    }

    /// Returns a source of a known answer.
    pub(crate) fn known(answer: PlanResult) -> Self {
        Self::new(move || {
            let answer = answer.clone();
            async move { answer }
        })
    }

    /// Returns a source of a plan that a person has confirmed. The run must match the plan.
    pub(crate) fn agreed(plan: Arc<Plan>) -> Self {
        Self { answer: Arc::new(OnceCell::new_with(Some(Ok(Some(plan))))), ..Self::none() }
    }

    /// Returns the source for commands that run no migrations.
    pub(crate) fn none() -> Self {
        Self::known(Ok(None))
    }

    /// Returns the plan. Every caller gets the same answer.
    pub(crate) async fn get(&self) -> PlanResult {
        self.answer.get_or_init(|| (self.work)()).await.clone()
    }

    /// Returns the answer if it is already known.
    pub(crate) fn answered(&self) -> Option<PlanResult> {
        self.answer.get().cloned()
    }

    /// Returns the plan if it was requested before, and exists.
    pub(crate) fn asked(&self) -> Option<Arc<Plan>> {
        self.answer.get()?.as_ref().ok()?.clone()
    }
}
