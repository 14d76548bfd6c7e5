//! `/about`: what this is, what it knows and does not, what is stored.

use maud::html;

use super::layout::{Frame, Page};
use crate::choices::record::Field;
use crate::context::Context;
use crate::http::params::Params;
use crate::http::problem::Problem;
use crate::http::response::Response;

/// `GET /about`
pub(crate) async fn about(context: &Context) -> Result<Response, Problem> {
    let params = Params::parse(&context.request.query)?;
    let page = Page::new(context, &params)?;
    let answered = context.newest(None).await?;
    let (manifest, name) = (&answered.generation.manifest, &answered.generation.name);
    let strings = page.strings;
    let kept = (strings.kept)(context.app.config.choice_days);
    let main = html! {
        h1 { (strings.about_title) }
        @for (title, paragraphs) in strings.about {
            h2 { (title) }
            @for paragraph in *paragraphs { p { (paragraph) } }
        }
        dl.facts #stored {
            @for field in Field::ALL {
                dt {
                    code { (field.name()) }
                    @for decoded in field.decoded() { " " code { (decoded) } }
                }
                dd { ((strings.stored)(field)) " " (kept) }
            }
        }
        section #choices aria-labelledby="choices-title" {
            h2 #choices-title { (strings.choices_title) }
            p { (strings.choices_text) }
            label.scripted { input type="checkbox" data-choices; " " (strings.choices_switch) }
            p.n.scripted.spent data-choices-note { (strings.choices_refused) }
        }
        section #left aria-labelledby="left-title" data-left {
            h2 #left-title { (strings.left_title) }
            p { (strings.left_text) }
            p.actions.scripted { button type="button" data-forget-pages { (strings.left_forget) } }
            p.scripted { label { input type="checkbox" data-slash; " " (strings.left_slash) } }
            p { (strings.left_install) }
        }
        h2 { (strings.about_data) }
        @if !manifest.name.is_empty() { p { (manifest.name) } }
        p { ((strings.about_generation)(name, manifest.documents, manifest.libraries.len())) }
        // The last, and of its size before it is seen: nothing moves when it is.
        section.scripted.spent data-device aria-labelledby="device-title" {
            h2 #device-title { (strings.device_title) }
            p { (strings.device_text) }
            p role="status" data-device-state { " " }
            p.actions { button type="button" data-device-keep { (strings.device_keep) } " " button type="button" data-device-forget { (strings.device_forget) } }
        }
    };
    let frame = Frame {
        title: strings.about_title.to_owned(),
        generation: Some(&answered.generation),
        listed: true,
        ..Frame::default()
    };
    Ok(page.shown(&answered, &frame, &main))
}
