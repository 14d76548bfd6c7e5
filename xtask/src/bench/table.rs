//! Tables of what was measured, in Markdown, so that they can be kept as they are.

use std::fmt::Write as _;

use serde_json::Value;

/// Least, middle, ninety-ninth hundredth and greatest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spread {
    count: usize,
    pub(super) least: f64,
    pub(super) p50: f64,
    pub(super) p99: f64,
    pub(super) most: f64,
}

impl Spread {
    fn of(mut numbers: Vec<f64>) -> Option<Self> {
        numbers.sort_by(f64::total_cmp);
        let at = |share: f64| {
            numbers
                .get(((numbers.len() as f64 * share) as usize).min(numbers.len().saturating_sub(1)))
                .copied()
        };
        Some(Self {
            count: numbers.len(),
            least: *numbers.first()?,
            p50: at(0.5)?,
            p99: at(0.99)?,
            most: *numbers.last()?,
        })
    }
}

fn rows(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

/// A figure of every row of a kind (of any kind without one).
pub(super) fn spread(list: &Value, kind: Option<&str>, figure: &[&str]) -> Option<Spread> {
    let of_kind = |row: &&Value| kind.is_none_or(|kind| row["kind"] == kind);
    let figure = |row: &Value| figure.iter().try_fold(row, |value, name| value.get(name))?.as_f64();
    Spread::of(rows(list).filter(of_kind).filter_map(figure).collect())
}

fn cell(spread: Option<Spread>, of: fn(&Spread) -> f64, places: usize) -> String {
    spread.map_or_else(|| "-".to_owned(), |spread| format!("{:.places$}", of(&spread)))
}

/// The kinds in the order in which they were asked.
pub(super) fn kinds(measured: &Value) -> Vec<&str> {
    kinds_of(&measured["native"]["warm"])
}

fn kinds_of(list: &Value) -> Vec<&str> {
    let mut kinds: Vec<&str> = Vec::new();
    for kind in rows(list).filter_map(|row| row["kind"].as_str()) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

/// Everything about one index.
pub(super) fn of(name: &str, measured: &Value) -> String {
    let mut text = format!("## {name}: {} books\n\n", measured["books"]);
    times(measured, &mut text);
    in_turn(measured, &mut text);
    fetched(measured, &mut text);
    truth(measured, &mut text);
    hits(measured, &mut text);
    static_peer(measured, &mut text);
    whole(measured, &mut text);
    change(measured, &mut text);
    phases(measured, &mut text);
    text
}

/// Times of a warm isolate, in milliseconds of processor time.
fn times(measured: &Value, text: &mut String) {
    let (edge, native, peer) = (&measured["edge"], &measured["native"], &measured["peer"]);
    text.push_str(
        "| ms of processor time, repeated | n | V8 p50 | V8 p99 | native p50 | native p99 | tantivy all words p50 | application p50 | \
         application p99 | application / native, p50 |\n|---|---|---|---|---|---|---|---|---|---|\n",
    );
    let mut line = |label: &str, kind: Option<&str>| {
        let (v8, own) = (spread(&edge["warm"], kind, &["ms"]), spread(&native["warm"], kind, &["ms"]));
        let all = spread(&peer["answers"], kind, &["all_words", "ms"]);
        let app = spread(&peer["answers"], kind, &["application", "ms"]);
        let ratio = match (app, own) {
            (Some(app), Some(own)) => format!("{:.0}", app.p50 / own.p50),
            _ => "-".to_owned(),
        };
        let _ = writeln!(
            text,
            "| {label} | {} | {} | {} | {} | {} | {} | {} | {} | {ratio} |",
            own.map_or(0, |own| own.count),
            cell(v8, |s| s.p50, 3),
            cell(v8, |s| s.p99, 3),
            cell(own, |s| s.p50, 3),
            cell(own, |s| s.p99, 3),
            cell(all, |s| s.p50, 3),
            cell(app, |s| s.p50, 2),
            cell(app, |s| s.p99, 2),
        );
    };
    for kind in kinds(measured) {
        line(kind, Some(kind));
    }
    line("**all**", None);
    if let Some(empty) = edge["empty"].as_f64() {
        let _ = writeln!(
            text,
            "| an ISBN of no book (the platform's own objects) | 500 | {empty:.3} | | | | | | | |"
        );
    }
    text.push('\n');
}

/// Tables different questions asked of one isolate in turn: times, and what each fetches.
fn in_turn(measured: &Value, text: &mut String) {
    let (turn, native) = (&measured["edge"]["turn"], &measured["native"]["in_turn"]);
    text.push_str(
        "| in turn, each asked once | n | V8 p50 | V8 p99 | native p50 | native p99 | KB p50, limit 10 | KB p50, limit 20 | \
         files p50, limit 20 | most | rounds, most |\n|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    let mut line = |label: &str, kind: Option<&str>| {
        let (v8, own) = (spread(turn, kind, &["ms"]), spread(&native["20"], kind, &["ms"]));
        let kb = |limit: &str| {
            let bytes = spread(&native[limit], kind, &["bytes"]);
            bytes.map_or_else(|| "-".to_owned(), |bytes| format!("{:.0}", bytes.p50 / 1000.0))
        };
        let files = spread(&native["20"], kind, &["files"]);
        let _ = writeln!(
            text,
            "| {label} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            v8.map_or(0, |v8| v8.count),
            cell(v8, |s| s.p50, 2),
            cell(v8, |s| s.p99, 2),
            cell(own, |s| s.p50, 2),
            cell(own, |s| s.p99, 2),
            kb("10"),
            kb("20"),
            cell(files, |s| s.p50, 0),
            cell(files, |s| s.most, 0),
            cell(spread(&native["20"], kind, &["rounds"]), |s| s.most, 0),
        );
    };
    for kind in kinds(measured) {
        line(kind, Some(kind));
    }
    line("**all**", None);
    text.push('\n');
}

/// Tables what a fresh isolate reads and how long it takes.
fn fetched(measured: &Value, text: &mut String) {
    let (cold, of_v8) = (&measured["native"]["cold"], &measured["edge"]["cold"]);
    text.push_str(
        "| first question of a fresh isolate | KB p50, limit 10 | most | KB p50, limit 20 | most | its own KB p50, limit 10 | \
         limit 20 | files in all p50 | most | rounds in all, most | ms, fresh instance p50 | most | ms, fresh process p50 | \
         most |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    let mut line = |label: &str, kind: Option<&str>| {
        let kb = |limit: &str, figure: &str, of: fn(&Spread) -> f64| {
            let spread = spread(&cold[limit], kind, &[figure]);
            spread.map_or_else(|| "-".to_owned(), |spread| format!("{:.0}", of(&spread) / 1000.0))
        };
        let (instance, process) = (spread(of_v8, kind, &["instance"]), spread(of_v8, kind, &["process"]));
        let _ = writeln!(
            text,
            "| {label} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            kb("10", "bytes", |s| s.p50),
            kb("10", "bytes", |s| s.most),
            kb("20", "bytes", |s| s.p50),
            kb("20", "bytes", |s| s.most),
            kb("10", "own_bytes", |s| s.p50),
            kb("20", "own_bytes", |s| s.p50),
            cell(spread(&cold["20"], kind, &["files"]), |s| s.p50, 0),
            cell(spread(&cold["20"], kind, &["files"]), |s| s.most, 0),
            cell(spread(&cold["20"], kind, &["rounds"]), |s| s.most, 0),
            cell(instance, |s| s.p50, 1),
            cell(instance, |s| s.most, 1),
            cell(process, |s| s.p50, 1),
            cell(process, |s| s.most, 1),
        );
    };
    for kind in kinds(measured) {
        line(kind, Some(kind));
    }
    line("**all**", None);
    text.push('\n');
}

/// The kind that is asked with filters, of which tantivy is asked the words alone.
const FILTERED: &str = "facets";

/// How the totals of a kind compare with those of tantivy's all-words mode: the same, ours more, ours fewer and counted in
/// part, ours fewer and said to be exact.
pub(super) fn totals(measured: &Value, kind: &str) -> [u32; 4] {
    let mut counts = [0u32; 4];
    for own in rows(&measured["native"]["warm"]).filter(|row| row["kind"] == kind && kind != FILTERED) {
        let theirs = rows(&measured["peer"]["answers"]).find(|row| row["qid"] == own["qid"]);
        let Some(theirs) = theirs else { continue };
        let (a, b) = (own["answer"]["total"].as_u64(), theirs["all_words"]["total"].as_u64());
        let place = match (a.cmp(&b), own["answer"]["exact"].as_bool()) {
            (std::cmp::Ordering::Equal, _) => 0,
            (std::cmp::Ordering::Greater, _) => 1,
            (std::cmp::Ordering::Less, Some(true)) => 3,
            (std::cmp::Ordering::Less, _) => 2,
        };
        if let Some(count) = counts.get_mut(place) {
            *count += 1;
        }
    }
    counts
}

/// The totals of both: tantivy's all-words mode finds the books that have every word as it stands, and ours finds more
/// (stems, parts, synonyms, what the last word begins). Fewer, said to be exact, would want an explanation.
fn hits(measured: &Value, text: &mut String) {
    if measured["peer"]["answers"].is_null() {
        return;
    }
    text.push_str("| books found | the same | ours more | ours fewer, counted in part | ours fewer, said to be exact |\n|---|---|---|---|---|\n");
    for kind in kinds(measured).into_iter().filter(|kind| *kind != FILTERED) {
        let [same, more, part, fewer] = totals(measured, kind);
        let _ = writeln!(text, "| {kind} | {same} | {more} | {part} | {fewer} |");
    }
    text.push('\n');
}

/// Tables the shares of the true books, and the orders.
fn truth(measured: &Value, text: &mut String) {
    let (found, orders) = (&measured["truth"]["found"], &measured["truth"]["orders"]);
    text.push_str(
        "| share of the true books, % | n | least | p50 | fewer than the truth | of these said to be exact |\n\
         |---|---|---|---|---|---|\n",
    );
    for kind in kinds_of(found) {
        let short: Vec<&Value> =
            rows(found).filter(|row| row["kind"] == kind && row["share"].as_f64() < Some(1.0)).collect();
        let exact = short.iter().filter(|row| row["exact"] == true).count();
        let share = spread(found, Some(kind), &["share"]);
        let _ = writeln!(
            text,
            "| {kind} | {} | {} | {} | {} | {exact} |",
            share.map_or(0, |share| share.count),
            cell(share, |s| s.least * 100.0, 1),
            cell(share, |s| s.p50 * 100.0, 1),
            short.len(),
        );
    }
    text.push_str("\n| right of the first ten, % | n | least | p50 |\n|---|---|---|---|\n");
    for kind in kinds_of(orders) {
        let right = spread(orders, Some(kind), &["right"]);
        let _ = writeln!(
            text,
            "| {kind} | {} | {} | {} |",
            right.map_or(0, |right| right.count),
            cell(right, |s| s.least * 100.0, 1),
            cell(right, |s| s.p50 * 100.0, 1),
        );
    }
    text.push('\n');
}

/// Tables the static peer beside us: first answers, the same question again, books found.
fn static_peer(measured: &Value, text: &mut String) {
    let told = &measured["static"];
    let Some(version) = told["pagefind"].as_str() else { return };
    let (theirs, ours) = (&told["answers"], &measured["native"]["cold"]["20"]);
    let _ = writeln!(
        text,
        "| Pagefind {version} / ours | KB of a first answer p50 | files p50 | again, ms p50 | questions with an answer |\n\
         |---|---|---|---|---|"
    );
    for name in kinds_of(theirs) {
        let kind = Some(name);
        let kb = |list: &Value| cell(spread(list, kind, &["bytes"]), |s| s.p50 / 1000.0, 0);
        let files = |list: &Value| cell(spread(list, kind, &["files"]), |s| s.p50, 0);
        let answered = |list: &Value, total: &[&str]| {
            let total = |row: &Value| total.iter().try_fold(row, |row, name| row.get(name))?.as_u64();
            rows(list).filter(|row| row["kind"].as_str() == kind && total(row) > Some(0)).count()
        };
        let _ = writeln!(
            text,
            "| {} | {} / {} | {} / {} | {} / {} | {} / {} |",
            name,
            kb(theirs),
            kb(ours),
            files(theirs),
            files(ours),
            cell(spread(theirs, kind, &["ms"]), |s| s.p50, 2),
            cell(spread(&measured["edge"]["warm"], kind, &["ms"]), |s| s.p50, 2),
            answered(theirs, &["total"]),
            answered(&measured["native"]["warm"], &["answer", "total"]),
        );
    }
    let _ = writeln!(
        text,
        "\nIts index: {} files of {:.1} MB, built in {:.1} s.\n",
        told["files"],
        told["bytes"].as_f64().unwrap_or(f64::NAN) / 1e6,
        told["build"]["seconds"].as_f64().unwrap_or(f64::NAN)
    );
}

/// Figures of the index as a whole.
fn whole(measured: &Value, text: &mut String) {
    let megabytes =
        |value: &Value| value.as_f64().map_or_else(|| "-".to_owned(), |bytes| format!("{:.1}", bytes / 1e6));
    let memory = &measured["edge"]["memory"];
    let _ = writeln!(
        text,
        "- memory of the WASM after {} different questions: {} MB (blocks, the opened manifest and the machine's own)",
        memory["questions"],
        megabytes(&memory["wasm_bytes"])
    );
    let build = &measured["build"];
    let _ = writeln!(
        text,
        "- built in {:.1} s, with {} MB at most",
        build["seconds"].as_f64().unwrap_or(f64::NAN),
        megabytes(&build["peak_bytes"])
    );
    let peer = &measured["peer"]["build"];
    if !peer.is_null() {
        let _ = writeln!(
            text,
            "- tantivy's index: built in {:.1} s with {} MB at most, {} MB on disk; {} MB of memory after the questions",
            peer["told"]["seconds"].as_f64().unwrap_or(f64::NAN),
            megabytes(&peer["told"]["peak_bytes"]),
            megabytes(&peer["bytes"]),
            megabytes(&measured["peer"]["peak_bytes"])
        );
    }
    parts(measured, text);
}

/// Bytes by kind of file.
fn parts(measured: &Value, text: &mut String) {
    let Some(kinds) = measured["sizes"]["kinds"].as_object() else { return };
    let books = measured["books"].as_f64().unwrap_or(f64::NAN);
    text.push_str("\n| kind of file | files | bytes | brotli | brotli, a book |\n|---|---|---|---|---|\n");
    let mut sums = [0.0; 3];
    for (kind, sizes) in kinds {
        let figures = ["files", "bytes", "brotli"].map(|name| sizes[name].as_f64().unwrap_or(0.0));
        sums.iter_mut().zip(figures).for_each(|(sum, figure)| *sum += figure);
        let [files, bytes, brotli] = figures;
        let _ = writeln!(text, "| {kind} | {files} | {bytes} | {brotli} | {:.1} |", brotli / books);
    }
    let [files, bytes, brotli] = sums;
    let _ = writeln!(text, "| **all** | {files} | {bytes} | {brotli} | {:.1} |", brotli / books);
}

/// Tables what a night's change costs.
fn change(measured: &Value, text: &mut String) {
    let change = &measured["change"];
    let Some(parts) = change["parts"].as_object() else { return };
    let _ = writeln!(
        text,
        "\n| {} books new, {} changed: to upload | files | of | bytes | of | % |\n|---|---|---|---|---|---|",
        change["new"], change["changed"]
    );
    for (part, sizes) in parts {
        let [files, of_files, bytes, of_bytes] =
            ["new_files", "files", "new_bytes", "bytes"].map(|name| sizes[name].as_f64().unwrap_or(f64::NAN));
        let share = bytes * 100.0 / of_bytes;
        let _ = writeln!(text, "| {part} | {files} | {of_files} | {bytes} | {of_bytes} | {share:.1} |");
    }
}

/// How long each part of the run took.
fn phases(measured: &Value, text: &mut String) {
    let Some(phases) = measured["phases"].as_object() else { return };
    let told: Vec<String> = phases
        .iter()
        .map(|(phase, seconds)| format!("{phase} {:.0} s", seconds.as_f64().unwrap_or(f64::NAN)))
        .collect();
    let _ = writeln!(text, "\nThe run took: {}.", told.join(", "));
}

/// How the middle grows from the last but one index to the last.
pub(super) fn growth(all: &[Value]) -> Option<String> {
    let [.., before, after] = all else { return None };
    let mut text = format!(
        "## Growth of p50 from {} to {} books\n\n| | V8 | native |\n|---|---|---|\n",
        before["books"], after["books"]
    );
    let ratio = |runner: &str, kind: Option<&str>| {
        let of = |measured: &Value| spread(&measured[runner]["warm"], kind, &["ms"]).map(|spread| spread.p50);
        match (of(before), of(after)) {
            (Some(before), Some(after)) => format!("{:.2}", after / before),
            _ => "-".to_owned(),
        }
    };
    for kind in kinds(after) {
        let _ =
            writeln!(text, "| {kind} | {} | {} |", ratio("edge", Some(kind)), ratio("native", Some(kind)));
    }
    let _ = writeln!(text, "| **all** | {} | {} |", ratio("edge", None), ratio("native", None));
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_spread_is_of_one_kind() {
        let list = json!([{"kind": "a", "ms": 1.0}, {"kind": "a", "ms": 3.0}, {"kind": "a", "ms": 2.0}, {"kind": "b", "ms": 9.0}]);
        let spread = spread(&list, Some("a"), &["ms"]).unwrap();
        assert_eq!((spread.count, spread.p50, spread.most), (3, 2.0, 3.0));
        assert!(super::spread(&list, Some("c"), &["ms"]).is_none());
    }

    #[test]
    fn fewer_books_than_the_peer_are_told() {
        let own = json!({"qid": "1", "kind": "a", "ms": 1.0, "answer": {"total": 2, "exact": true}});
        let theirs = json!({"qid": "1", "kind": "a", "all_words": {"total": 3, "ms": 1.0}, "application": {"ms": 2.0}});
        let measured = json!({"native": {"warm": [own]}, "peer": {"answers": [theirs]}});
        let mut text = String::new();
        hits(&measured, &mut text);
        assert!(text.contains("| a | 0 | 0 | 0 | 1 |"), "{text}");
    }
}
