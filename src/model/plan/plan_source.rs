//! The plan of a run, worked out when somebody asks for it first, and once for all.

use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::OnceCell;

use super::{Plan, PlanError};

/// None: the command runs no migrations.
pub(crate) type PlanResult = Result<Option<Arc<Plan>>, PlanError>;

type PlanWork = dyn Fn() -> Pin<Box<dyn Future<Output = PlanResult> + Send>> + Send + Sync;

/// Where a plan is asked for. Clones share it.
#[derive(Clone)]
pub(crate) struct PlanSource {
    answer: Arc<OnceCell<PlanResult>>,
    work: Arc<PlanWork>,
}

impl PlanSource {
    /// `work` makes the plan. It is called again only if it was dropped before it came to its end.
    pub(crate) fn new<F>(work: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = PlanResult> + Send + 'static,
    {
        Self { answer: Arc::default(), work: Arc::new(move || Box::pin(work())) }
    }

    /// One that is known already, to whoever asks for it.
    pub(crate) fn known(answer: PlanResult) -> Self {
        Self::new(move || {
            let answer = answer.clone();
            async move { answer }
        })
    }

    /// One that somebody has agreed to: the run is held against it, whether or not anybody else asks for it.
    pub(crate) fn agreed(plan: Arc<Plan>) -> Self {
        Self { answer: Arc::new(OnceCell::new_with(Some(Ok(Some(plan))))), ..Self::none() }
    }

    /// For commands that run no migrations.
    pub(crate) fn none() -> Self {
        Self::known(Ok(None))
    }

    /// The same answer for everybody.
    pub(crate) async fn get(&self) -> PlanResult {
        self.answer.get_or_init(|| (self.work)()).await.clone()
    }

    /// The answer, where it need not be waited for.
    pub(crate) fn answered(&self) -> Option<PlanResult> {
        self.answer.get().cloned()
    }

    /// The plan, if somebody has asked for it, and there is one.
    pub(crate) fn asked(&self) -> Option<Arc<Plan>> {
        self.answer.get()?.as_ref().ok()?.clone()
    }
}
