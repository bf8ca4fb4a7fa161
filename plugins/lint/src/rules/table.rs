//! The rules: their codes, default severities, and what they are about.

use squawk_linter::Rule as Squawk;

use crate::settings::Severity::{self, Deny, Off, Warn};

/// One rule.
#[derive(Debug, PartialEq)]
pub(crate) struct Rule {
    /// The name in settings, denials and comments. Rules of squawk have the names that squawk gives
    /// them.
    pub(crate) code: &'static str,
    /// The severity where the settings don't name the rule.
    pub(crate) severity: Severity,
    pub(super) about: About,
    /// The rule of squawk; none for lint's own rules.
    pub(super) squawk: Option<Squawk>,
    /// The clause about a statement, after the revision in a message; empty where squawk's own
    /// words are used.
    pub(super) does: &'static str,
}

/// The tables that a finding needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// A large table on whose rows the server works while others wait.
    Work,
    /// A large table.
    LargeTable,
    /// A table that exists before the run and has rows.
    UsedTable,
    /// No table.
    Anything,
}

impl Rule {
    const fn own(code: &'static str, severity: Severity, about: About, does: &'static str) -> Self {
        Self { code, severity, about, squawk: None, does }
    }

    const fn squawk(code: &'static str, severity: Severity, about: About, rule: Squawk, does: &'static str) -> Self {
        Self { code, severity, about, squawk: Some(rule), does }
    }
}

/// Returns the rule of a code.
pub(super) fn rule(code: &str) -> &'static Rule {
    RULES.iter().find(|rule| rule.code == code).expect("a code of the table")
}

pub(super) const TABLE_REWRITE: &str = "table-rewrite";
pub(super) const BLOCKING_SCAN: &str = "blocking-scan";
pub(super) const LARGE_DATA_CHANGE: &str = "large-data-change";
pub(super) const JSON_COLUMN: &str = "json-column";
pub(super) const RENAMING_SCHEMA: &str = "renaming-schema";
pub(super) const WORK_UNDER_LOCK: &str = "work-under-lock";
pub(super) const SEVERAL_ALTERS: &str = "several-alters";
pub(super) const ENUM_TYPE: &str = "enum-type";
pub(super) const FOREIGN_KEY_WITHOUT_INDEX: &str = "foreign-key-without-index";
pub(super) const WIDE_INDEX: &str = "wide-index";
pub(super) const RECREATED_TABLE: &str = "recreated-table";
pub(super) const INCOMPLETE_ANALYSIS: &str = "incomplete-analysis";

/// All rules. The severities are chosen for Alembic projects: what stops an application or fails is
/// denied, what only a running application's code can tell is a warning, and what is a matter of
/// style is off.
pub(crate) const RULES: &[Rule] = &[
    Rule::own(TABLE_REWRITE, Deny, About::Work, "writes all rows of a table anew"),
    Rule::own(BLOCKING_SCAN, Deny, About::Work, "reads all rows of a table under a lock"),
    Rule::own(LARGE_DATA_CHANGE, Deny, About::LargeTable, "changes all rows of a table in one transaction"),
    Rule::own(
        WORK_UNDER_LOCK,
        Deny,
        About::LargeTable,
        "works on all rows of a table while the lock of an earlier statement is held",
    ),
    Rule::own(SEVERAL_ALTERS, Off, About::UsedTable, "alters a table again that it has locked before"),
    Rule::own(ENUM_TYPE, Off, About::Anything, "creates an enum, whose values can't be removed"),
    Rule::own(JSON_COLUMN, Off, About::Anything, "has a column of the type `json`, which has no equality operator"),
    Rule::own(RENAMING_SCHEMA, Warn, About::Anything, "renames a schema that the running application may use"),
    Rule::own(RECREATED_TABLE, Deny, About::UsedTable, "drops a table and creates it again"),
    Rule::own(FOREIGN_KEY_WITHOUT_INDEX, Off, About::Anything, "creates a foreign key without an index"),
    Rule::own(WIDE_INDEX, Off, About::UsedTable, "creates an index of more than three columns"),
    Rule::own(INCOMPLETE_ANALYSIS, Warn, About::Anything, "may do more than lback can tell"),
    Rule::squawk(
        "require-concurrent-index-creation",
        Deny,
        About::Work,
        Squawk::RequireConcurrentIndexCreation,
        "creates an index without `CONCURRENTLY`",
    ),
    Rule::squawk(
        "constraint-missing-not-valid",
        Deny,
        About::Work,
        Squawk::ConstraintMissingNotValid,
        "adds or validates a constraint under its lock",
    ),
    Rule::squawk(
        "adding-foreign-key-constraint",
        Deny,
        About::Work,
        Squawk::AddingForeignKeyConstraint,
        "adds a foreign key that is checked at once",
    ),
    Rule::squawk(
        "disallowed-unique-constraint",
        Deny,
        About::Work,
        Squawk::DisallowedUniqueConstraint,
        "adds a unique constraint and builds its index at once",
    ),
    Rule::squawk(
        "adding-serial-primary-key-field",
        Deny,
        About::Work,
        Squawk::AddingSerialPrimaryKeyField,
        "adds a primary key and builds its index at once",
    ),
    Rule::squawk(
        "adding-not-nullable-field",
        Deny,
        About::Work,
        Squawk::AddingNotNullableField,
        "sets a column to NOT NULL, which is checked at once",
    ),
    Rule::squawk(
        "adding-field-with-default",
        Deny,
        About::Work,
        Squawk::AddingFieldWithDefault,
        "adds a column whose default is computed for each row",
    ),
    Rule::squawk(
        "adding-required-field",
        Deny,
        About::LargeTable,
        Squawk::AddingRequiredField,
        "adds a NOT NULL column without a default, which fails where there are rows",
    ),
    Rule::squawk("changing-column-type", Deny, About::Work, Squawk::ChangingColumnType, "changes the type of a column"),
    Rule::squawk(
        "ban-concurrent-index-creation-in-transaction",
        Deny,
        About::Anything,
        Squawk::BanConcurrentIndexCreationInTransaction,
        "creates an index with `CONCURRENTLY` in a transaction, which fails",
    ),
    Rule::squawk(
        "require-concurrent-reindex",
        Deny,
        About::Work,
        Squawk::RequireConcurrentReindex,
        "rebuilds indexes without `CONCURRENTLY`",
    ),
    Rule::squawk(
        "require-concurrent-partition-detach",
        Deny,
        About::UsedTable,
        Squawk::RequireConcurrentPartitionDetach,
        "detaches a partition without `CONCURRENTLY`",
    ),
    Rule::squawk(
        "prefer-repack",
        Deny,
        About::Work,
        Squawk::PreferRepack,
        "rebuilds a table under a lock that blocks everyone",
    ),
    Rule::squawk(
        "ban-truncate-cascade",
        Deny,
        About::UsedTable,
        Squawk::BanTruncateCascade,
        "empties a table and all tables that refer to it",
    ),
    Rule::squawk("ban-drop-database", Deny, About::Anything, Squawk::BanDropDatabase, "drops a database"),
    Rule::squawk(
        "renaming-column",
        Warn,
        About::UsedTable,
        Squawk::RenamingColumn,
        "renames a column that the running application may use",
    ),
    Rule::squawk(
        "renaming-table",
        Warn,
        About::UsedTable,
        Squawk::RenamingTable,
        "renames a table that the running application may use",
    ),
    Rule::squawk(
        "ban-drop-column",
        Warn,
        About::UsedTable,
        Squawk::BanDropColumn,
        "drops a column that the running application may use",
    ),
    Rule::squawk(
        "ban-drop-table",
        Off,
        About::UsedTable,
        Squawk::BanDropTable,
        "drops a table that the running application may use",
    ),
    Rule::squawk(
        "require-concurrent-index-deletion",
        Off,
        About::LargeTable,
        Squawk::RequireConcurrentIndexDeletion,
        "drops an index without `CONCURRENTLY`",
    ),
    Rule::squawk(
        "transaction-nesting",
        Warn,
        About::Anything,
        Squawk::TransactionNesting,
        "begins or ends a transaction by itself",
    ),
    Rule::squawk("ban-char-field", Off, About::Anything, Squawk::BanCharField, ""),
    Rule::squawk("prefer-bigint-over-int", Off, About::Anything, Squawk::PreferBigintOverInt, ""),
    Rule::squawk("prefer-bigint-over-smallint", Off, About::Anything, Squawk::PreferBigintOverSmallint, ""),
    Rule::squawk("prefer-identity", Off, About::Anything, Squawk::PreferIdentity, ""),
    Rule::squawk("prefer-robust-stmts", Off, About::Anything, Squawk::PreferRobustStmts, ""),
    Rule::squawk("prefer-text-field", Off, About::Anything, Squawk::PreferTextField, ""),
    Rule::squawk("prefer-timestamp-tz", Off, About::Anything, Squawk::PreferTimestampTz, ""),
    Rule::squawk("ban-drop-not-null", Off, About::UsedTable, Squawk::BanDropNotNull, ""),
    Rule::squawk("ban-create-domain-with-constraint", Off, About::Anything, Squawk::BanCreateDomainWithConstraint, ""),
    Rule::squawk(
        "ban-alter-domain-with-add-constraint",
        Off,
        About::Anything,
        Squawk::BanAlterDomainWithAddConstraint,
        "",
    ),
    Rule::squawk("ban-uncommitted-transaction", Off, About::Anything, Squawk::BanUncommittedTransaction, ""),
    Rule::squawk("require-enum-value-ordering", Off, About::Anything, Squawk::RequireEnumValueOrdering, ""),
    Rule::squawk("require-table-schema", Off, About::Anything, Squawk::RequireTableSchema, ""),
    Rule::squawk("identifier-too-long", Off, About::Anything, Squawk::IdentifierTooLong, ""),
    Rule::squawk("require-lock-timeout", Off, About::UsedTable, Squawk::RequireLockTimeout, ""),
    Rule::squawk("require-statement-timeout", Off, About::UsedTable, Squawk::RequireStatementTimeout, ""),
    Rule::squawk("ban-duplicate-column-assignments", Off, About::Anything, Squawk::BanDuplicateColumnAssignments, ""),
    Rule::squawk("ban-drop-view", Off, About::Anything, Squawk::BanDropView, ""),
    Rule::squawk("ban-drop-function", Off, About::Anything, Squawk::BanDropFunction, ""),
    Rule::squawk("ban-drop-type", Off, About::Anything, Squawk::BanDropType, ""),
    Rule::squawk("ban-drop-default", Off, About::UsedTable, Squawk::BanDropDefault, ""),
    Rule::squawk("ban-drop-trigger", Off, About::Anything, Squawk::BanDropTrigger, ""),
    Rule::squawk("ban-drop-schema", Off, About::Anything, Squawk::BanDropSchema, ""),
    Rule::squawk("ban-drop-sequence", Off, About::Anything, Squawk::BanDropSequence, ""),
    Rule::squawk("ban-drop-domain", Off, About::Anything, Squawk::BanDropDomain, ""),
    Rule::squawk("ban-drop-constraint", Off, About::UsedTable, Squawk::BanDropConstraint, ""),
    Rule::squawk("ban-drop-generated-expression", Off, About::UsedTable, Squawk::BanDropGeneratedExpression, ""),
    Rule::squawk("renaming-object", Off, About::Anything, Squawk::RenamingObject, ""),
    Rule::squawk("ban-set-schema", Off, About::Anything, Squawk::BanSetSchema, ""),
    Rule::squawk("ban-alter-identity", Off, About::UsedTable, Squawk::BanAlterIdentity, ""),
    Rule::squawk("ban-drop-extension", Off, About::Anything, Squawk::BanDropExtension, ""),
    Rule::squawk("ban-alter-generated-expression", Off, About::UsedTable, Squawk::BanAlterGeneratedExpression, ""),
    Rule::squawk("ban-drop-index", Off, About::UsedTable, Squawk::BanDropIndex, ""),
    Rule::squawk("ban-set-default", Off, About::UsedTable, Squawk::BanSetDefault, ""),
    Rule::squawk("ban-disable-trigger", Off, About::UsedTable, Squawk::BanDisableTrigger, ""),
    Rule::squawk("ban-replica-identity", Off, About::UsedTable, Squawk::BanReplicaIdentity, ""),
    Rule::squawk("ban-drop-policy", Off, About::Anything, Squawk::BanDropPolicy, ""),
    Rule::squawk("ban-revoke", Off, About::Anything, Squawk::BanRevoke, ""),
    Rule::squawk("ban-replace-view-function", Off, About::Anything, Squawk::BanReplaceViewFunction, ""),
    Rule::squawk("ban-alter-policy-condition", Off, About::Anything, Squawk::BanAlterPolicyCondition, ""),
    Rule::squawk("ban-alter-policy-roles", Off, About::Anything, Squawk::BanAlterPolicyRoles, ""),
    Rule::squawk("ban-create-policy", Off, About::Anything, Squawk::BanCreatePolicy, ""),
    Rule::squawk("ban-alter-function-options", Off, About::Anything, Squawk::BanAlterFunctionOptions, ""),
    Rule::squawk("ban-alter-view-options", Off, About::Anything, Squawk::BanAlterViewOptions, ""),
    Rule::squawk("ban-alter-role-options", Off, About::Anything, Squawk::BanAlterRoleOptions, ""),
    Rule::squawk("ban-alter-database-options", Off, About::Anything, Squawk::BanAlterDatabaseOptions, ""),
    Rule::squawk("ban-alter-row-level-security", Off, About::UsedTable, Squawk::BanAlterRowLevelSecurity, ""),
    Rule::squawk("ban-new-write-restriction", Off, About::UsedTable, Squawk::BanNewWriteRestriction, ""),
    Rule::squawk("ban-add-enum-value", Off, About::Anything, Squawk::BanAddEnumValue, ""),
    Rule::squawk("ban-add-composite-attribute", Off, About::Anything, Squawk::BanAddCompositeAttribute, ""),
    Rule::squawk("ban-add-column", Off, About::UsedTable, Squawk::BanAddColumn, ""),
    Rule::squawk("ban-detach-inheritance", Off, About::Anything, Squawk::BanDetachInheritance, ""),
    Rule::squawk("ban-alter-sequence-values", Off, About::Anything, Squawk::BanAlterSequenceValues, ""),
    Rule::squawk("ban-alter-system-options", Off, About::Anything, Squawk::BanAlterSystemOptions, ""),
    Rule::squawk("ban-alter-extension", Off, About::Anything, Squawk::BanAlterExtension, ""),
];
