//! `/covers/{id}.svg`: a cover drawn from title and class. No picture of any publisher.
//!
//! Invariant: the same book, the same bytes; colours keep a contrast of 4.5 to 1 against white text.

use maud::{Markup, html};
use seoga_index::book_id::BookId;
use seoga_index::record::Record;
use seoga_search::book_view::full_title;

use crate::context::Context;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::http::xml::xml;
use crate::questions;
use seoga_text::title;

/// Cloth colours, the last for books without a class; dark enough for white letters.
const CLOTH: [&str; 11] = [
    "#1f4e79", "#5b3a72", "#6b4a12", "#2f5d3a", "#155e63", "#7a3b1d", "#7a1f4b", "#3d4a86", "#8a2b2b",
    "#4d4d2a", "#444b54",
];

/// Ems in a line of the title, a Korean letter being one wide.
const LINE_EMS: f32 = 8.0;
/// Lines of the title at most.
const LINES: usize = 7;

/// `GET /covers/{isbn13}.svg`
pub(crate) async fn cover(context: &Context, id: BookId) -> Result<Response, Problem> {
    let answered = questions::book(context, id).await?;
    if let Some(response) = questions::moved(context, (id, &answered.value), ("/covers/", ".svg"), &answered)
    {
        return Ok(response);
    }
    let mut response = xml("image/svg+xml; charset=utf-8", &draw(&answered.value).into_string());
    answered.set_freshness(&mut response, None);
    Ok(response)
}

fn draw(record: &Record) -> Markup {
    let class = record.class_no.as_deref().unwrap_or_default();
    let cloth = CLOTH.get(cloth(class)).copied().unwrap_or("#444b54");
    let title = full_title(record);
    // The subtitle stands beside the picture.
    let main = title::parts(&record.title).main;
    let lines = wrap(if main.is_empty() { &title } else { main });
    html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 280" width="200" height="280" role="img" {
            title { (title) }
            rect width="200" height="280" rx="6" fill=(cloth) {}
            rect x="14" width="3" height="280" fill="#fff" fill-opacity=".25" {}
            g fill="#fff" font-family="system-ui, sans-serif" {
                @for (at, line) in lines.iter().enumerate() {
                    text x="28" y=(52 + at * 24) font-size="19" font-weight="600" { (line) }
                }
                text x="28" y="262" font-size="13" fill-opacity=".9" { (class) }
            }
        }
    }
}

/// Chooses the cloth of a class: books of one section look alike, sections beside each other do not.
fn cloth(class: &str) -> usize {
    let digits: Vec<usize> = class.chars().take(3).filter_map(|c| Some(c.to_digit(10)? as usize)).collect();
    let mixed = digits.iter().zip([1, 3, 7]).map(|(digit, weight)| digit * weight).sum::<usize>() % 10;
    if digits.is_empty() { CLOTH.len() - 1 } else { mixed }
}

/// Breaks the title into lines, at spaces where there are some.
fn wrap(title: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut used = 0.0;
    for word in title.split_whitespace() {
        let ems = word.chars().map(width).sum::<f32>();
        if used > 0.0 && used + 0.3 + ems > LINE_EMS {
            lines.push(std::mem::take(&mut line));
            used = 0.0;
        }
        if used > 0.0 {
            line.push(' ');
            used += 0.3;
        }
        for c in word.chars() {
            if used + width(c) > LINE_EMS {
                lines.push(std::mem::take(&mut line));
                used = 0.0;
            }
            line.push(c);
            used += width(c);
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    if lines.len() > LINES {
        lines.truncate(LINES);
        if let Some(last) = lines.last_mut() {
            last.pop();
            last.push('…');
        }
    }
    lines
}

/// Estimates the ems that a character takes.
fn width(c: char) -> f32 {
    match c {
        'i' | 'l' | 'j' | 't' | 'f' | 'I' | '.' | ',' | ':' | '\'' | '|' => 0.32,
        'm' | 'w' | 'M' | 'W' => 0.9,
        'A'..='Z' => 0.68,
        c if c.is_ascii() => 0.56,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::record;

    #[test]
    fn titles_wrap_within_their_lines() {
        assert_eq!(wrap("파이썬 첫 걸음"), ["파이썬 첫 걸음"]);
        assert_eq!(wrap("가나다라마바사아자차카타파하"), ["가나다라마바사아", "자차카타파하"]);
        let long = wrap(&"끝없는 제목 ".repeat(40));
        assert_eq!(long.len(), LINES);
        assert!(long.last().unwrap().ends_with('…'));
        assert!(wrap("").is_empty());
    }

    #[test]
    fn covers_escape_their_titles() {
        let svg = draw(&record()).into_string();
        assert!(svg.contains("&lt;첫&gt;") && !svg.contains("<첫>"), "{svg}");
    }

    #[test]
    fn cloth_is_dark_enough_for_white_letters() {
        let channel = |hex: &str| {
            let value = f64::from(u8::from_str_radix(hex, 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        for colour in CLOTH {
            let luminance = 0.2126 * channel(&colour[1..3])
                + 0.7152 * channel(&colour[3..5])
                + 0.0722 * channel(&colour[5..7]);
            assert!(1.05 / (luminance + 0.05) >= 4.5, "{colour}");
        }
    }
}
