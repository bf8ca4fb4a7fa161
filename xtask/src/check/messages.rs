//! The index of messages, `docs/reference/messages.md`, and the errors in lback's code: each has
//! what the other has. Names and values are left out, and so are backticks.

use super::{context::Context, finding::Finding, rust, tree::TextFile};
use crate::error::Error;
use proc_macro2::{TokenStream, TokenTree};
use std::collections::BTreeSet;
use syn::{Attribute, Item, LitStr, Type};

const INDEX: &str = "docs/reference/messages.md";
/// The page of messages that are about a component.
const ABOUT_PLUGINS: &str = "docs/reference/plugin-messages.md";
/// The trait of errors that end a command.
const TRAIT: &str = "UserError";
/// The sign that stands for a name or a value.
const ELLIPSIS: char = '…';
const NAMED: [(&str, &str); 2] = [("LOCK_FILE_NAME", "lback.lock"), ("FILE_NAME", "lback.toml")];

pub(super) fn find(context: &Context<'_>) -> Result<Vec<Finding>, Error> {
    let page = |path: &str| context.tree.files.iter().find(|file| file.path == path);
    let Some(index) = page(INDEX) else { return Ok(vec![Finding::new(INDEX, 1, "the page is missing")]) };
    let listed = [Some(index), page(ABOUT_PLUGINS)].into_iter().flatten().map(|page| page.text.replace('`', ""));
    let listed: String = listed.collect();
    let mut findings: Vec<Finding> = (messages(context)?.into_iter())
        .filter(|message| !listed.contains(&message.text))
        .map(|Finding { file, line, text }| Finding::new(file, line, format!("`{text}` is not in {INDEX}")))
        .collect();
    let known = texts(context)?;
    findings.extend(stale(index, &known));
    Ok(findings)
}

/// Returns the messages of lback's errors, each at its place in the code.
fn messages(context: &Context<'_>) -> Result<Vec<Finding>, Error> {
    let modules = || context.rust().map(|all| all.iter().filter(|module| module.krate.is_empty()));
    let shown: BTreeSet<String> =
        modules()?.flat_map(|module| rust::items(&module.syntax.items)).filter_map(shown_type).collect();
    let mut found = Vec::new();
    for module in modules()? {
        for item in rust::items(&module.syntax.items) {
            let of_item = attributes(item, &shown).into_iter().filter_map(message);
            found.extend(of_item.map(|(line, text)| Finding::new(&module.path, line, text)));
        }
    }
    Ok(found)
}

/// Returns the type for which an item implements the trait.
fn shown_type(item: &Item) -> Option<String> {
    let Item::Impl(item) = item else { return None };
    let is_shown = item.trait_.as_ref()?.0.segments.last()?.ident == TRAIT;
    let Type::Path(path) = &*item.self_ty else { return None };
    is_shown.then(|| path.path.segments.last().map(|segment| segment.ident.to_string()))?
}

/// Returns the attributes of one of these types and of its variants.
fn attributes<'a>(item: &'a Item, shown: &BTreeSet<String>) -> Vec<&'a Attribute> {
    match item {
        Item::Struct(item) if shown.contains(&item.ident.to_string()) => item.attrs.iter().collect(),
        Item::Enum(item) if shown.contains(&item.ident.to_string()) => {
            item.variants.iter().flat_map(|variant| &variant.attrs).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns the line and the text of `#[error("…")]`; nothing for an error that is another's text.
fn message(attribute: &Attribute) -> Option<(usize, String)> {
    if !attribute.path().is_ident("error") {
        return None;
    }
    let tokens = &attribute.meta.require_list().ok()?.tokens;
    let TokenTree::Literal(literal) = tokens.clone().into_iter().next()? else { return None };
    let text = without_values(&syn::parse_str::<LitStr>(&literal.to_string()).ok()?.value());
    text.contains(char::is_alphabetic).then(|| (literal.span().start().line, text))
}

/// Returns the rows of the page whose message no text of the code has.
fn stale(index: &TextFile, known: &[String]) -> Vec<Finding> {
    let row = |(number, line): (usize, &str)| {
        let cell = line.strip_prefix("| `")?.split("` |").next()?.replace('`', "");
        let is_known = known.iter().any(|text| text.contains(&cell));
        (!is_known).then(|| Finding::new(INDEX, number, format!("no text of lback is `{cell}`")))
    };
    index.lines().filter_map(row).collect()
}

/// Returns every text in lback's code, without its values.
fn texts(context: &Context<'_>) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    for module in context.rust()?.iter().filter(|module| module.krate.is_empty()) {
        let file = context.tree.files.iter().find(|file| file.path == module.path);
        let tokens: Option<TokenStream> = file.and_then(|file| file.text.parse().ok());
        collect(tokens.unwrap_or_default(), &mut found);
    }
    Ok(found)
}

fn collect(tokens: TokenStream, found: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => collect(group.stream(), found),
            TokenTree::Literal(literal) => {
                let text = syn::parse_str::<LitStr>(&literal.to_string());
                found.extend(text.map(|text| without_values(&text.value())));
            }
            _ => {}
        }
    }
}

/// Returns a text of a format with an ellipsis for each value, without backticks.
fn without_values(format: &str) -> String {
    let mut text = String::new();
    let mut ahead = format.chars();
    while let Some(letter) = ahead.next() {
        match letter {
            '`' => {}
            '{' => {
                let name: String = ahead.by_ref().take_while(|letter| *letter != '}').collect();
                match NAMED.iter().find(|(constant, _)| *constant == name) {
                    Some((_, value)) => text.push_str(value),
                    None => text.push(ELLIPSIS),
                }
            }
            letter => text.push(letter),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_ellipses() {
        assert_eq!(without_values("`{LOCK_FILE_NAME}` is in `{}`: {cause}"), "lback.lock is in …: …");
    }

    #[test]
    fn messages_are_those_of_errors_that_end_a_command() {
        let item: Item = syn::parse_quote! {
            enum Own { #[error("a `{0}`")] One(u8), #[error("{0}")] Two(u8), #[error(transparent)] Three(Other) }
        };
        let of = |shown: &[&str]| {
            let shown = shown.iter().map(ToString::to_string).collect();
            attributes(&item, &shown).into_iter().filter_map(message).map(|(_, text)| text).collect::<Vec<_>>()
        };
        assert_eq!(of(&["Own"]), ["a …"]);
        assert!(of(&["Other"]).is_empty());
        assert_eq!(shown_type(&syn::parse_quote!(impl UserError for Own {})).as_deref(), Some("Own"));
        assert_eq!(shown_type(&syn::parse_quote!(impl Debug for Own {})), None);
    }

    #[test]
    fn rows_that_no_text_has_are_found() {
        let page = TextFile { path: INDEX.into(), text: "| `a … b` | 64 | |\n| `c` | |\n".into() };
        let found = stale(&page, &["x a … b…".to_owned()]);
        assert_eq!(found.iter().map(|finding| finding.line).collect::<Vec<_>>(), [2]);
    }
}
