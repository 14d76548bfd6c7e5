//! The search form: one box, the libraries, and the other filters carried along.

use maud::{Markup, html};
use seoga_index::manifest::Manifest;

use super::layout::Page;
use crate::limits;
use crate::query::Query;

/// Draws the form. `large`: the home page's, with the libraries open to see.
pub(crate) fn form(page: &Page<'_>, query: &Query, manifest: Option<&Manifest>, large: bool) -> Markup {
    let strings = page.strings;
    html! {
        form.search.large[large] role="search" method="get" action="/search" {
            label for="q" { (strings.search_label) }
            div.box {
                input #q type="search" name="q" value=(query.shown()) placeholder=(strings.search_hint)
                    maxlength=(limits::MAX_QUERY_CHARS) autocomplete="off" autocapitalize="none" spellcheck="false" enterkeyhint="search";
                button type="submit" { (strings.search) }
            }
            @for (name, value) in query.single_values() {
                input type="hidden" name=(name) value=(value);
            }
            @if let Some(manifest) = manifest.filter(|manifest| !manifest.libraries.is_empty()) {
                details.libraries open[large] {
                    summary { ((strings.choose_libraries)(query.libraries.len())) }
                    fieldset {
                        legend { (strings.libraries_legend) }
                        @for library in &manifest.libraries {
                            label {
                                input type="checkbox" name="library" value=(library.name)
                                    checked[query.libraries.contains(&library.name)];
                                " " (library.name)
                            }
                        }
                    }
                    label.remember.scripted { input type="checkbox" data-remember; " " (strings.remember_libraries) }
                }
            }
        }
    }
}
