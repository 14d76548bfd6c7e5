//! `/books/{id}.mrc`, `.xml`, `.json`: the record of a book as a file.

use maud::html;
use seoga_index::book_id::BookId;
use seoga_search::book_view::BookView;

use super::marc::{MarcRecord, NAMESPACE, SCHEMA};
use crate::context::Context;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::http::xml::xml;
use crate::questions;
use crate::routes::RecordForm;

/// Answers with the record of a book.
pub(crate) async fn record_file(
    context: &Context,
    id: BookId,
    form: RecordForm,
) -> Result<Response, Problem> {
    let answered = questions::book(context, id).await?;
    let behind = format!(".{}", form.suffix());
    if let Some(response) = questions::moved(context, (id, &answered.value), ("/books/", &behind), &answered)
    {
        return Ok(response);
    }
    let (record, manifest) = (&answered.value, &answered.generation.manifest);
    let address = format!("{}/books/{id}", context.base());
    let marc = MarcRecord::new(&BookView::new(record, manifest, &[]), &address, &manifest.built);
    let mut response = match form {
        RecordForm::Iso2709 => Response::with_body(200, "application/marc", marc.to_iso2709()),
        RecordForm::Json => {
            let text = serde_json::to_string(&marc).unwrap_or_default();
            Response::with_body(200, "application/marc+json; charset=utf-8", text)
        }
        RecordForm::Xml => {
            let collection = html! {
                collection xmlns=(NAMESPACE) xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation={ (NAMESPACE) " " (SCHEMA) } {
                    (marc.to_xml())
                }
            };
            xml("application/marcxml+xml; charset=utf-8", &collection.into_string())
        }
    };
    response.set("content-disposition", format!("attachment; filename=\"{id}{behind}\""));
    answered.set_freshness(&mut response, None);
    Ok(response)
}
