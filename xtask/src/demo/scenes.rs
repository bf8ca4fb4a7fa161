//! The scenes of the demo, and what must be true after each.

/// A command and its expected consequences.
pub(crate) struct Scene {
    pub(crate) title: &'static str,
    /// An explanation for the viewer.
    pub(crate) remark: &'static str,
    /// The arguments of lback.
    pub(crate) args: &'static [&'static str],
    pub(crate) exit: i32,
    /// The demand that the database and the revisions stay unchanged, to the byte.
    pub(crate) untouched: bool,
    pub(crate) tables: &'static [&'static str],
    /// The number of revision files afterwards.
    pub(crate) revisions: usize,
    /// The revision of the database, counted from 1 in the order in which the files were made.
    pub(crate) at: usize,
    /// A text in the only message to Slack; `None` if no message may be sent.
    pub(crate) slack: Option<&'static str>,
}

const COMMITTED: &[&str] = &["customers", "products"];
const WITH_ORDERS: &[&str] = &["customers", "order_lines", "orders", "products"];

pub(crate) const SCENES: &[Scene] = &[
    Scene {
        title: "An empty database gets the committed revision",
        remark: "Plain Alembic underneath, its output as it is; Slack and the metrics hear of it.",
        args: &["migrate"],
        exit: 0,
        untouched: false,
        tables: COMMITTED,
        revisions: 1,
        at: 1,
        slack: Some("upgrade"),
    },
    Scene {
        title: "The models have grown: a migration for it",
        remark: "`shop/models.py` has orders by now, and Alembic writes the migration.\nNo database changes, so Slack hears nothing.",
        args: &["makemigrations", "add_orders"],
        exit: 0,
        untouched: false,
        tables: COMMITTED,
        revisions: 2,
        at: 1,
        slack: None,
    },
    Scene {
        title: "The new tables arrive",
        remark: "",
        args: &["migrate"],
        exit: 0,
        untouched: false,
        tables: WITH_ORDERS,
        revisions: 2,
        at: 2,
        slack: Some("upgrade"),
    },
    Scene {
        title: "A rollback in production: a policy says no",
        remark: "It would drop the orders. `guard` denies it before Alembic starts, and Slack hears who tried.",
        args: &["--environment", "production", "rollback"],
        exit: 77,
        untouched: true,
        tables: WITH_ORDERS,
        revisions: 2,
        at: 2,
        slack: Some("guard"),
    },
    Scene {
        title: "The same rollback in development: allowed",
        remark: "`lback.toml` says that this is development, and guard protects production only.",
        args: &["rollback"],
        exit: 0,
        untouched: false,
        tables: COMMITTED,
        revisions: 2,
        at: 1,
        slack: Some("downgrade"),
    },
    Scene {
        title: "What there is",
        remark: "",
        args: &["history"],
        exit: 0,
        untouched: true,
        tables: COMMITTED,
        revisions: 2,
        at: 1,
        slack: None,
    },
];
