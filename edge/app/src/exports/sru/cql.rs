//! The part of CQL (Contextual Query Language 1.2) that this search can answer: clauses joined by `and` and `not`.
//!
//! A query becomes words for the search box and a span of years. What it cannot say is refused with a diagnostic of SRU
//! that names it: nothing is passed over.

use seoga_search::{YearRange, year_range};

use super::diagnostic::Diagnostic;

/// A query as this search asks it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// Words with the signs of the search box: `title:"…"`, `-word`.
    pub(super) text: String,
    pub(super) year: Option<YearRange>,
}

/// A piece of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    /// In quotes, which are taken off.
    Quoted(String),
    /// `=`, `==`, `<`, `>=` and their like.
    Sign(&'static str),
    Parenthesis,
    Slash,
}

const SIGNS: [&str; 7] = ["==", "<>", "<=", ">=", "=", "<", ">"];

/// Reads a query.
///
/// # Errors
/// The diagnostic of what this server does not support, or of a query that is none.
pub(super) fn parse(text: &str) -> Result<Asked, Diagnostic> {
    let tokens = tokens(text)?;
    let mut rest = tokens.as_slice();
    let mut asked = Asked::default();
    let mut excluded = false;
    loop {
        clause(&mut rest, excluded, &mut asked)?;
        let Some((next, after)) = rest.split_first() else { break };
        rest = after;
        excluded = match next {
            Token::Word(word) if word.eq_ignore_ascii_case("and") => false,
            Token::Word(word) if word.eq_ignore_ascii_case("not") => true,
            Token::Word(word) if ["or", "prox"].iter().any(|known| word.eq_ignore_ascii_case(known)) => {
                return Err(Diagnostic::new(37, "Unsupported boolean operator", word));
            }
            Token::Word(word) if word.eq_ignore_ascii_case("sortby") => {
                return Err(Diagnostic::new(80, "Sort not supported", "sortBy"));
            }
            _ => {
                return Err(Diagnostic::new(
                    10,
                    "Query syntax error",
                    "two terms without a boolean between them",
                ));
            }
        };
        if let Some(Token::Slash) = rest.first() {
            return Err(Diagnostic::new(46, "Unsupported boolean modifier", "/"));
        }
    }
    Ok(asked)
}

fn tokens(text: &str) -> Result<Vec<Token>, Diagnostic> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let taken = if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            tokens.push(Token::Sign(sign));
            sign.len()
        } else if matches!(first, '(' | ')') {
            tokens.push(Token::Parenthesis);
            1
        } else if first == '/' {
            tokens.push(Token::Slash);
            1
        } else if first == '"' {
            let (inside, length) = quoted(rest)?;
            tokens.push(Token::Quoted(inside));
            length
        } else {
            let ends = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '=' | '<' | '>' | '"' | '/');
            let end = rest.find(ends).unwrap_or(rest.len());
            tokens.push(Token::Word(rest.get(..end).unwrap_or_default().to_owned()));
            end
        };
        rest = rest.get(taken..).unwrap_or_default().trim_start();
    }
    Ok(tokens)
}

/// Reads a string in quotes, in which `\` takes the next sign's meaning; gives it with the bytes it takes.
fn quoted(text: &str) -> Result<(String, usize), Diagnostic> {
    let mut inside = String::new();
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\\' if !escaped => escaped = true,
            '"' if !escaped => return Ok((inside, at + 1)),
            c => {
                inside.push(c);
                escaped = false;
            }
        }
    }
    Err(Diagnostic::new(14, "Mismatched quotes", text))
}

/// Reads `[index relation] term` off the front, and adds what it asks.
fn clause(rest: &mut &[Token], excluded: bool, asked: &mut Asked) -> Result<(), Diagnostic> {
    let missing = || Diagnostic::new(27, "Empty term unsupported", "");
    let (first, after) = rest.split_first().ok_or_else(missing)?;
    let mut index = "cql.serverchoice".to_owned();
    let mut relation = "=".to_owned();
    let mut term = first;
    *rest = after;
    if let (Token::Word(name), Some((next, after))) = (first, after.split_first())
        && let Some(found) = relation_of(next)
    {
        index = name.to_ascii_lowercase();
        relation = found;
        if matches!(after.first(), Some(Token::Slash)) {
            return Err(Diagnostic::new(20, "Unsupported relation modifier", "/"));
        }
        let (found, after) = after.split_first().ok_or_else(missing)?;
        term = found;
        *rest = after;
    }
    let term = match term {
        Token::Word(term) | Token::Quoted(term) => term,
        Token::Parenthesis => {
            return Err(Diagnostic::new(13, "Invalid or unsupported use of parentheses", ""));
        }
        Token::Sign(sign) => return Err(Diagnostic::new(10, "Query syntax error", sign)),
        Token::Slash => return Err(Diagnostic::new(10, "Query syntax error", "/")),
    };
    let term = term.trim();
    if term.is_empty() {
        return Err(missing());
    }
    if let Some(mask) = term.chars().find(|c| matches!(c, '*' | '?' | '^')) {
        return Err(Diagnostic::new(28, "Masking character not supported", &mask.to_string()));
    }
    let field = match index.as_str() {
        "cql.serverchoice" | "cql.keywords" | "cql.anywhere" | "cql.allindexes" => "",
        "dc.title" | "title" | "bath.title" => "title:",
        "dc.creator" | "dc.contributor" | "creator" | "author" | "bath.author" | "bath.name" => "author:",
        "dc.publisher" | "publisher" => "publisher:",
        "bath.isbn" | "isbn" | "dc.identifier" => "isbn:",
        "dc.date" | "date" | "bath.publicationdate" => return year(&relation, term, excluded, asked),
        _ => return Err(Diagnostic::new(16, "Unsupported index", &index)),
    };
    match relation.as_str() {
        "==" | "adj" | "exact" => put(field, &quote(term), excluded, asked),
        "=" | "all" | "scr" => {
            for word in term.split_whitespace() {
                put(field, &quote(word), excluded, asked)?;
            }
            Ok(())
        }
        _ => Err(Diagnostic::new(19, "Unsupported relation", &relation)),
    }
}

fn relation_of(token: &Token) -> Option<String> {
    match token {
        Token::Sign(sign) => Some((*sign).to_owned()),
        Token::Word(word) => {
            let word = word.to_ascii_lowercase();
            ["all", "any", "adj", "exact", "scr", "within", "encloses"]
                .contains(&word.as_str())
                .then_some(word)
        }
        _ => None,
    }
}

/// Puts a term in the quotes of the search box.
fn quote(term: &str) -> String {
    format!("\"{}\"", term.replace(['"', '“', '”'], " "))
}

fn put(field: &str, term: &str, excluded: bool, asked: &mut Asked) -> Result<(), Diagnostic> {
    if excluded && asked.text.is_empty() {
        return Err(Diagnostic::new(10, "Query syntax error", "not needs words before it"));
    }
    if !asked.text.is_empty() {
        asked.text.push(' ');
    }
    for part in [if excluded { "-" } else { "" }, field, term] {
        asked.text.push_str(part);
    }
    Ok(())
}

/// Reads a clause of years: `date = 2021`, `date within "2019 2021"`, `date >= 2019`.
fn year(relation: &str, term: &str, excluded: bool, asked: &mut Asked) -> Result<(), Diagnostic> {
    let wrong = || Diagnostic::new(36, "Term in invalid format for index or relation", term);
    let span = match relation {
        "=" | "==" | "exact" => year_range(term),
        ">=" => year_range(&format!("{term}-")),
        "<=" => year_range(&format!("-{term}")),
        "within" => {
            let mut years = term.split_whitespace();
            let (from, to) = (years.next().unwrap_or_default(), years.next().unwrap_or_default());
            year_range(&format!("{from}-{to}"))
        }
        _ => return Err(Diagnostic::new(19, "Unsupported relation", relation)),
    };
    if excluded || asked.year.is_some() {
        return Err(Diagnostic::new(
            48,
            "Query feature unsupported",
            "two spans of years, or one that is excluded",
        ));
    }
    asked.year = Some(span.ok_or_else(wrong)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn asked(text: &str) -> Asked {
        parse(text).unwrap_or_else(|diagnostic| panic!("{text}: {diagnostic:?}"))
    }

    #[test]
    fn clauses_become_words_of_the_search_box() {
        for (cql, text) in [
            ("파이썬", "\"파이썬\""),
            ("\"파이썬 첫걸음\"", "\"파이썬\" \"첫걸음\""),
            ("dc.title = \"파이썬 첫걸음\"", "title:\"파이썬\" title:\"첫걸음\""),
            ("title adj \"파이썬 첫걸음\" and author = 김서가", "title:\"파이썬 첫걸음\" author:\"김서가\""),
            ("파이썬 NOT dc.publisher=나루", "\"파이썬\" -publisher:\"나루\""),
            ("bath.isbn = 978-89-6626-099-7", "isbn:\"978-89-6626-099-7\""),
            (r#"title == "그는 \"예\"라고""#, "title:\"그는  예 라고\""),
        ] {
            assert_eq!(asked(cql).text, text, "{cql}");
        }
    }

    #[test]
    fn years_are_a_span() {
        for (cql, span) in [("2021", "2021"), ("2019-2021", "2019-2021")]
            .map(|(year, span)| (format!("a and date = {year}"), span))
        {
            assert_eq!(asked(&cql).year, year_range(span), "{cql}");
        }
        assert_eq!(asked("a and date within \"2019 2021\"").year, year_range("2019-2021"));
        assert_eq!(asked("a and dc.date >= 2019").year, year_range("2019-"));
        assert_eq!(asked("a and dc.date <= 2019").year, year_range("-2019"));
    }

    #[test]
    fn what_is_not_supported_is_named_by_its_diagnostic() {
        for (cql, number) in [
            ("", 27),
            ("a or b", 37),
            ("a prox b", 37),
            ("(a and b)", 13),
            ("a b", 10),
            ("not a", 10),
            ("and", 10),
            ("a and", 27),
            ("\"a", 14),
            ("title = \"\"", 27),
            ("title any \"a b\"", 19),
            ("title < a", 19),
            ("dc.rights = a", 16),
            ("pyth*", 28),
            ("a and/rel.combine=sum b", 46),
            ("title =/stem a", 20),
            ("date = soon", 36),
            ("date = 2019 and date = 2020", 48),
            ("a sortBy title", 80),
            ("date = 2020 not a", 10),
        ] {
            let diagnostic = parse(cql).err();
            let accepted = cql == "and" && diagnostic.is_none();
            assert!(
                accepted || diagnostic.as_ref().is_some_and(|d| d.number == number),
                "{cql}: {diagnostic:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_query_is_read_without_panic(text in "(title|and|not|=|\"|[(]|[a-z가-힣]| |/|\\\\)*") {
            let _ = parse(&text);
        }
    }
}
