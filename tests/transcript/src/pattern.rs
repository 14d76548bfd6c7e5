//! Patterns: JSON that stands for JSON.
//!
//! A pattern fits an equal value. An object fits one that has at least its members; the member `"<only>": true`
//! wants no others. An array fits one of its length, element by element; one that begins with `"<each>"` wants
//! its second element to fit every element, of which there is one at least, and one that begins with `"<some>"`
//! wants each of the rest to fit some element. Some strings stand for more than themselves:
//!
//! | pattern | fits |
//! |---|---|
//! | `<any>`, `<string>`, `<number>`, `<boolean>` | a value of that kind |
//! | `<at least 3>`, `<at most 3>` | a number from there, or to there |
//! | `<like 978*>` | a string with any text for each `*` |
//! | `<one of a\|b>` | one of these strings |
//! | `<save name>` | a string or number, saved under the name |
//!
//! Invariant: what does not fit is named by its path.

use serde_json::Value;

use crate::saved::Saved;

/// Holds a value to a pattern; gives what to save.
///
/// # Errors
/// Says where the value does not fit, and what was wanted there.
pub fn fit(pattern: &Value, value: &Value) -> Result<Saved, String> {
    let mut saved = Saved::new();
    fit_at("", pattern, value, &mut saved)?;
    Ok(saved)
}

/// Whether a text fits one in which `*` stands for any text.
#[must_use]
pub fn like(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.split_once(part) {
            Some((_, tail)) => rest = tail,
            None => return false,
        }
    }
    rest.ends_with(last)
}

fn fit_at(path: &str, pattern: &Value, value: &Value, saved: &mut Saved) -> Result<(), String> {
    let place = if path.is_empty() { "the body" } else { path };
    match (pattern, value) {
        (Value::String(text), _) if text.starts_with('<') && text.ends_with('>') => {
            if stands_for(&text[1..text.len() - 1], value, saved)? {
                Ok(())
            } else {
                Err(format!("{place}: wanted {text}, got {value}"))
            }
        }
        (Value::Object(wanted), Value::Object(got)) => {
            for (name, pattern) in wanted.iter().filter(|(name, _)| *name != "<only>") {
                let path = format!("{path}.{name}");
                match got.get(name) {
                    Some(value) => fit_at(&path, pattern, value, saved)?,
                    None => return Err(format!("{path}: missing, wanted {pattern}")),
                }
            }
            let over = got.keys().find(|name| wanted.contains_key("<only>") && !wanted.contains_key(*name));
            over.map_or(Ok(()), |name| Err(format!("{path}.{name}: not wanted")))
        }
        (Value::Array(wanted), Value::Array(got)) => fit_array(path, place, wanted, got, saved),
        _ if pattern == value => Ok(()),
        _ => Err(format!("{place}: wanted {pattern}, got {value}")),
    }
}

fn fit_array(
    path: &str,
    place: &str,
    wanted: &[Value],
    got: &[Value],
    saved: &mut Saved,
) -> Result<(), String> {
    match wanted {
        [Value::String(word), pattern] if word == "<each>" => {
            if got.is_empty() {
                return Err(format!("{place}: empty, wanted elements that fit {pattern}"));
            }
            for (at, value) in got.iter().enumerate() {
                fit_at(&format!("{path}[{at}]"), pattern, value, saved)?;
            }
            Ok(())
        }
        [Value::String(word), patterns @ ..] if word == "<some>" && !patterns.is_empty() => {
            for pattern in patterns {
                let fits = got.iter().find_map(|value| fit(pattern, value).ok());
                let Some(found) = fits else {
                    return Err(format!("{place}: no element fits {pattern} of {}", Value::from(got)));
                };
                saved.extend(found);
            }
            Ok(())
        }
        _ if wanted.len() == got.len() => {
            for (at, (pattern, value)) in wanted.iter().zip(got).enumerate() {
                fit_at(&format!("{path}[{at}]"), pattern, value, saved)?;
            }
            Ok(())
        }
        _ => {
            Err(format!("{place}: wanted {} elements, got {}: {}", wanted.len(), got.len(), Value::from(got)))
        }
    }
}

/// Whether a value is what a word in angle brackets stands for.
fn stands_for(word: &str, value: &Value, saved: &mut Saved) -> Result<bool, String> {
    let (head, rest) = word.split_once(' ').unwrap_or((word, ""));
    Ok(match (head, rest) {
        ("any", "") => true,
        ("string", "") => value.is_string(),
        ("number", "") => value.is_number(),
        ("boolean", "") => value.is_boolean(),
        ("like", pattern) => value.as_str().is_some_and(|text| like(pattern, text)),
        ("one", rest) => match rest.strip_prefix("of ") {
            Some(texts) => value.as_str().is_some_and(|text| texts.split('|').any(|one| one == text)),
            None => return Err(format!("<{word}> is no pattern")),
        },
        ("at", bound) => match (bound.split_once(' '), value.as_f64()) {
            (Some(("least", bound)), Some(number)) => bound.parse().is_ok_and(|bound: f64| number >= bound),
            (Some(("most", bound)), Some(number)) => bound.parse().is_ok_and(|bound: f64| number <= bound),
            _ => false,
        },
        ("save", name) if !name.is_empty() => {
            let text =
                value.as_str().map(str::to_owned).or_else(|| value.as_number().map(ToString::to_string));
            text.map(|text| saved.insert(name.to_owned(), text)).is_some()
        }
        _ => return Err(format!("<{word}> is no pattern")),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_pattern_says_fits_and_nothing_else() {
        let value = json!({"total": 2, "results": [{"id": "a", "libraries": ["강남", "강동"]}, {"id": "b", "libraries": ["강남"]}]});
        for (pattern, fits) in [
            (json!({"total": 2}), true),
            (json!({"total": 3}), false),
            (json!({"total": "<at least 2>"}), true),
            (json!({"total": "<at least 3>"}), false),
            (json!({"total": "<at most 2>", "results": "<any>"}), true),
            (json!({"total": "<string>"}), false),
            (json!({"results": [{"id": "<one of a|b>"}, {"id": "<one of b|c>"}]}), true),
            (json!({"results": [{"id": "<one of b|c>"}, "<any>"]}), false),
            (json!({"missing": "<any>"}), false),
            (json!({"<only>": true, "total": 2}), false),
            (json!({"<only>": true, "total": 2, "results": "<any>"}), true),
            (json!({"results": [{"id": "a"}, {"id": "b"}]}), true),
            (json!({"results": [{"id": "a"}]}), false),
            (json!({"results": ["<each>", {"libraries": ["<some>", "강남"]}]}), true),
            (json!({"results": ["<each>", {"libraries": ["<some>", "강동"]}]}), false),
            (json!({"results": ["<some>", {"id": "b"}, {"id": "a"}]}), true),
            (json!({"results": ["<some>", {"id": "c"}]}), false),
        ] {
            assert_eq!(fit(&pattern, &value).is_ok(), fits, "{pattern}");
        }
    }

    #[test]
    fn each_wants_one_at_least() {
        assert!(fit(&json!(["<each>", "<any>"]), &json!([])).is_err());
    }

    #[test]
    fn what_is_saved_is_found_again() {
        let saved =
            fit(&json!({"a": "<save id>", "b": ["<some>", "<save n>"]}), &json!({"a": "x", "b": [7]}));
        let saved = saved.unwrap();
        assert_eq!((saved["id"].as_str(), saved["n"].as_str()), ("x", "7"));
    }

    #[test]
    fn an_unknown_word_is_refused_not_compared() {
        assert!(fit(&json!("<numbr>"), &json!("<numbr>")).unwrap_err().contains("is no pattern"));
    }

    #[test]
    fn a_misfit_is_named_by_its_path() {
        let misfit = fit(&json!({"a": [{"b": 1}]}), &json!({"a": [{"b": 2}]})).unwrap_err();
        assert_eq!(misfit, ".a[0].b: wanted 1, got 2");
    }

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text, fits) in [
            ("application/json*", "application/json; charset=utf-8", true),
            ("*max-age=60*", "public, max-age=60, s-maxage=60", true),
            ("max-age=60", "max-age=600", false),
            ("a*b*c", "a-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("a*a", "a", false),
        ] {
            assert_eq!(like(pattern, text), fits, "{pattern} {text}");
        }
    }
}
