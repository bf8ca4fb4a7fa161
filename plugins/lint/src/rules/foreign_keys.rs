//! Foreign keys whose columns have no index: the server reads the whole table for each row that is
//! deleted from the other one, or whose key changes.
//!
//! Only columns that the plan itself creates are looked at. Older ones may have an index that no
//! statement of the plan shows.

use squawk_lexer::TokenKind;

use super::advice;
use super::finding::Finding;
use super::sql_text::parts;
use super::table::{FOREIGN_KEY_WITHOUT_INDEX, rule};
use super::target::Target;
use crate::bindings::lback::plugin::plan::{Database, Operation, Statement, Step, Table};

/// The columns that a plan creates on one database, and their indexes.
#[derive(Default)]
pub(super) struct Columns {
    created: Vec<(Table, String)>,
    /// The columns of each index, in its order.
    indexes: Vec<(Table, Vec<String>)>,
}

impl Columns {
    /// Collects the columns of all steps, whose statements are in the same order.
    pub(super) fn of(database: &Database, statements: &[Vec<Statement>]) -> Self {
        let mut columns = Self::default();
        for (step, statements) in database.steps.iter().zip(statements) {
            for statement in statements {
                let Some((table, text)) = table_and_text(step, statement) else { continue };
                for part in parts_of(text) {
                    match part {
                        Part::Column { name, has_index, .. } => {
                            columns.created.push((table.clone(), name.clone()));
                            if has_index {
                                columns.indexes.push((table.clone(), vec![name]));
                            }
                        }
                        Part::Index(of) => columns.indexes.push((table.clone(), of)),
                        Part::ForeignKey(_) => {}
                    }
                }
            }
        }
        columns
    }

    /// Returns whether all columns are created by the plan, and none of its indexes begins with
    /// them.
    fn lack_index(&self, table: &Table, columns: &[String]) -> bool {
        let is_created = |column: &String| self.created.iter().any(|(of, name)| of == table && name == column);
        let serves = |(of, index): &(Table, Vec<String>)| {
            of == table
                && index.get(..columns.len()).is_some_and(|first| first.iter().all(|name| columns.contains(name)))
        };
        columns.iter().all(is_created) && !self.indexes.iter().any(serves)
    }
}

/// Returns the findings of one step.
pub(super) fn findings(target: &Target, columns: &Columns) -> Vec<Finding> {
    let rule = rule(FOREIGN_KEY_WITHOUT_INDEX);
    let mut found = Vec::new();
    for (position, statement) in target.statements.iter().enumerate() {
        let Some((table, text)) = table_and_text(target.step, statement) else { continue };
        for part in parts_of(text) {
            let (Part::ForeignKey(of) | Part::Column { key: Some(of), .. }) = part else { continue };
            if columns.lack_index(&table, &of) {
                let does = format!("{} on `{}.{}`", rule.does, super::finding::named(&table), of.join(", "));
                let hint = advice::advice(target, rule, position).unwrap_or_else(|| advice::ACCEPT.to_owned());
                found.push(Finding::of(target, rule, position, None, &does, hint));
            }
        }
    }
    found
}

/// Returns the table that a statement creates, changes or indexes, and the statement's text.
fn table_and_text<'a>(step: &Step, statement: &'a Statement) -> Option<(Table, &'a str)> {
    let of = |place: &u32| step.operations.get(usize::try_from(*place).ok()?);
    let kinds = ["create_table", "alter_table", "add_column", "create_index", "create_constraint"];
    let fits = |operation: &&Operation| kinds.contains(&operation.kind.as_str());
    let table = statement.operations.iter().filter_map(of).find(fits)?.table.clone()?;
    Some((table, statement.text.as_deref()?))
}

/// A part of a statement.
#[derive(Debug, PartialEq)]
enum Part {
    Column {
        name: String,
        has_index: bool,
        /// The column itself, if it is a foreign key.
        key: Option<Vec<String>>,
    },
    Index(Vec<String>),
    ForeignKey(Vec<String>),
}

/// A token that matters: the name of an object, as the server stores it, or a character.
#[derive(Clone, Debug, PartialEq)]
struct Token {
    /// The word in upper case; empty for a quoted name.
    word: String,
    name: String,
}

fn tokens(text: &str) -> Vec<Token> {
    let token = |(kind, part): (TokenKind, &str)| match kind {
        TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. } => None,
        TokenKind::QuotedIdent { .. } => {
            Some(Token { word: String::new(), name: part.trim_matches('"').replace("\"\"", "\"") })
        }
        _ => Some(Token { word: part.to_ascii_uppercase(), name: part.to_lowercase() }),
    };
    parts(text).filter_map(token).collect()
}

/// Returns the columns, indexes and foreign keys of a statement on one table.
fn parts_of(text: &str) -> Vec<Part> {
    let tokens = tokens(text);
    let begins = |words: &[&str]| words.iter().zip(&tokens).all(|(word, token)| token.word == *word);
    let from = |word: &str| tokens.iter().position(|token| token.word == word);
    if begins(&["CREATE", "TABLE"]) {
        let Some(open) = from("(") else { return Vec::new() };
        return items(inside(&tokens[open..])).filter_map(definition).collect();
    }
    if begins(&["ALTER", "TABLE"]) {
        let Some(first) = from("ADD") else { return Vec::new() };
        let added = |item: &[Token]| match item {
            [Token { word, .. }, rest @ ..] if word == "ADD" => definition(rest),
            _ => None,
        };
        return items(&tokens[first..]).filter_map(added).collect();
    }
    if (begins(&["CREATE", "INDEX"]) || begins(&["CREATE", "UNIQUE", "INDEX"])) && from("WHERE").is_none() {
        let Some(open) = from("(") else { return Vec::new() };
        return vec![Part::Index(names(&tokens[open..]))];
    }
    Vec::new()
}

/// Returns what one item of a table's definition means.
fn definition(item: &[Token]) -> Option<Part> {
    let item = skipped(item, &["COLUMN", "IF", "NOT", "EXISTS"]);
    let item = if item.first()?.word == "CONSTRAINT" { item.get(2..)? } else { item };
    let has = |word: &str| item.iter().any(|token| token.word == word);
    let open = item.iter().position(|token| token.word == "(");
    match item.first()?.word.as_str() {
        "FOREIGN" => Some(Part::ForeignKey(names(&item[open?..]))),
        "PRIMARY" | "UNIQUE" => Some(Part::Index(names(&item[open?..]))),
        "CHECK" | "EXCLUDE" | "LIKE" => None,
        _ => {
            let name = item.first()?.name.clone();
            let has_index = has("PRIMARY") || has("UNIQUE");
            Some(Part::Column { key: has("REFERENCES").then(|| vec![name.clone()]), name, has_index })
        }
    }
}

/// Returns a list without the words at its beginning.
fn skipped<'a>(mut item: &'a [Token], words: &[&str]) -> &'a [Token] {
    while let [first, rest @ ..] = item
        && words.contains(&first.word.as_str())
    {
        item = rest;
    }
    item
}

/// Splits at the commas outside of parentheses.
fn items(tokens: &[Token]) -> impl Iterator<Item = &[Token]> {
    let mut depth = 0_i32;
    tokens.split(move |token| {
        match token.word.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        depth == 0 && token.word == ","
    })
}

/// Returns the tokens within the first parentheses, with which the list begins.
fn inside(tokens: &[Token]) -> &[Token] {
    let mut depth = 0_i32;
    let end = tokens.iter().position(|token| {
        match token.word.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    tokens.get(1..end.unwrap_or(tokens.len())).unwrap_or_default()
}

/// Returns the columns of a list in parentheses; an expression has an empty name.
fn names(tokens: &[Token]) -> Vec<String> {
    let plain = |item: &[Token]| match item {
        [name, rest @ ..] if rest.iter().all(|token| token.word != "(") => name.name.clone(),
        _ => String::new(),
    };
    items(inside(tokens)).map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(columns: &[&str]) -> Part {
        Part::ForeignKey(columns.iter().map(|name| (*name).to_owned()).collect())
    }

    fn index(columns: &[&str]) -> Part {
        Part::Index(columns.iter().map(|name| (*name).to_owned()).collect())
    }

    fn column(name: &str, has_index: bool, is_key: bool) -> Part {
        Part::Column { name: name.to_owned(), has_index, key: is_key.then(|| vec![name.to_owned()]) }
    }

    #[test]
    fn the_parts_of_statements_are_read() {
        let table = "CREATE TABLE t (\n id SERIAL NOT NULL, \"A b\" NUMERIC(10, 2) REFERENCES u (id), c INT UNIQUE, \
                     CONSTRAINT k FOREIGN KEY(C, \"A b\") REFERENCES v (x, y), PRIMARY KEY (id), CHECK (c > 1, d))";
        let expected = [
            column("id", false, false),
            column("A b", false, true),
            column("c", true, false),
            key(&["c", "A b"]),
            index(&["id"]),
        ];
        assert_eq!(parts_of(table), expected);
        let alter = "ALTER TABLE s.t ADD COLUMN IF NOT EXISTS a INT REFERENCES u, ADD CONSTRAINT k FOREIGN KEY (b) \
                     REFERENCES u (id) NOT VALID, DROP COLUMN z, ADD UNIQUE (x, y)";
        assert_eq!(parts_of(alter), [column("a", false, true), key(&["b"]), index(&["x", "y"])]);
        assert_eq!(parts_of("create unique index i on t using btree (a desc, lower(b))"), [index(&["a", ""])]);
        assert_eq!(parts_of("create index i on t (a) where b is null"), []);
        assert_eq!(parts_of("drop table t"), []);
    }
}
