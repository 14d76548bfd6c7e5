//! Finds code that is compiled in tests alone.

use syn::{Attribute, Meta, Token, punctuated::Punctuated};

/// Tells whether these attributes keep what they stand on out of everything that ships.
pub(crate) fn tests_only(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<Meta>().is_ok_and(|condition| holds(&condition) == Some(false))
    })
}

/// Evaluates a condition of `cfg` where `test` is not set; `None` where it depends on anything else.
fn holds(condition: &Meta) -> Option<bool> {
    let Meta::List(list) = condition else {
        return condition.path().is_ident("test").then_some(false);
    };
    let parts = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).ok()?;
    let parts: Vec<Option<bool>> = parts.iter().map(holds).collect();
    let all = |value: bool| {
        if parts.contains(&Some(!value)) {
            Some(!value)
        } else {
            parts.iter().all(|part| *part == Some(value)).then_some(value)
        }
    };
    match list.path.get_ident()?.to_string().as_str() {
        "all" => all(true),
        "any" => all(false),
        "not" => parts.first().copied().flatten().map(|value| !value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::tests_only;

    #[test]
    fn only_a_condition_that_needs_test_leaves_code_out() {
        assert!(tests_only(&[parse_quote!(#[cfg(test)])]));
        assert!(tests_only(&[parse_quote!(#[cfg(all(test, feature = "write"))])]));
        assert!(tests_only(&[parse_quote!(#[cfg(not(any(not(test), unix)))])]));
        assert!(!tests_only(&[parse_quote!(#[cfg(not(test))])]));
        assert!(!tests_only(&[parse_quote!(#[cfg(any(test, feature = "write"))])]));
        assert!(!tests_only(&[parse_quote!(#[cfg(unix)])]));
        assert!(!tests_only(&[parse_quote!(#[test])]));
        assert!(!tests_only(&[parse_quote!(#[cfg_attr(test, allow(dead_code))])]));
    }
}
