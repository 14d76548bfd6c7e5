//! Chooses the statement of responsibility that a book shows: that of most libraries, unless another one says all that it says, and more.

use std::collections::BTreeSet;

use seoga_text::{fold, names};

/// The people of a statement by the letters of their names, and how many of them have a role.
fn people(statement: &str) -> (BTreeSet<String>, usize) {
    let named = names::parse(statement);
    let roles = named.iter().filter(|name| !name.word.is_empty()).count();
    (named.iter().map(|name| fold::letters(&name.text)).collect(), roles)
}

/// Exchanges the statement shown for the one of the others, which are sorted, that names everybody whom it names, and most people
/// besides, then most roles; a translator whom few libraries record is shown. `sound` refuses what lost characters.
pub(super) fn fullest(shown: &mut String, others: &mut [String], sound: impl Fn(&str) -> bool) {
    let (named, roles) = people(shown);
    let fuller = |(place, other): (usize, &String)| {
        let (people, more_roles) = people(other);
        let is_fuller = people.len() > named.len() && people.is_superset(&named) && more_roles >= roles;
        // A statement of many people may be one of several books.
        let is_of_one_book = people.len() <= named.len() + MOST_MORE;
        (is_fuller && is_of_one_book && sound(other)).then_some((
            people.len(),
            more_roles,
            std::cmp::Reverse(place),
        ))
    };
    if named.is_empty() {
        return;
    }
    let best = others.iter().enumerate().filter_map(fuller).max();
    if let Some((.., std::cmp::Reverse(place))) = best
        && let Some(other) = others.get_mut(place)
    {
        std::mem::swap(shown, other);
        others.sort_unstable();
    }
}

/// People at most whom a fuller statement adds.
const MOST_MORE: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(statement: &str, others: &[&str]) -> (String, Vec<String>) {
        let mut shown = statement.to_owned();
        let mut others: Vec<String> = others.iter().map(|other| (*other).to_owned()).collect();
        others.sort_unstable();
        fullest(&mut shown, &mut others, |text| !text.contains('?'));
        (shown, others)
    }

    #[test]
    fn a_statement_that_says_the_same_and_more_is_shown() {
        let full = "김서가 지음 ;박나루 옮김";
        assert_eq!(
            shown("김서가", &["이가온", full]),
            (full.to_owned(), vec!["김서가".to_owned(), "이가온".to_owned()])
        );
        assert_eq!(shown("김서가 지음", &["김 서가 지음 ;박나루 옮김"]).0, "김 서가 지음 ;박나루 옮김");
        // Somebody is missing in it, its characters are lost, it has no role where one is known, it has a crowd.
        for other in [
            "이가온 지음 ;박나루 옮김",
            "김서가 지음 ;박?나루 옮김",
            "김서가,박나루",
            "김서가,가가,나나,다다,라라,마마 지음",
        ] {
            assert_eq!(shown("김서가 지음", &[other]).0, "김서가 지음", "{other}");
        }
        assert_eq!(shown("", &[full]).0, "");
    }
}
