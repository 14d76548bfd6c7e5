//! Tells a run as a table in Markdown.

use std::fmt::Write as _;

use serde_json::Value;

use super::hosts::ENGINES;

/// The runs of a server, in the order in which they are told.
fn asked(told: &Value) -> impl Iterator<Item = (&'static str, &Value)> {
    let names = ["seoga serve", "seoga serve, gzip"].into_iter().chain(ENGINES).chain(["workerd"]);
    names.filter_map(|name| Some((name, told.get(name)?)))
}

/// Counts requests without a good answer.
pub(super) fn errors(told: &Value) -> u64 {
    asked(told)
        .flat_map(|(_, one)| one["errors"].as_object())
        .flat_map(|kinds| kinds.values())
        .filter_map(Value::as_u64)
        .sum()
}

/// Tables it all.
pub(super) fn table(told: &Value) -> String {
    let mut text = format!(
        "{} books, an index of {:.1} MB, {} questions, limit {}, {} connections\n\n\
         | | load before | searches a second | of the core alone, % | p50 ms | p99 ms | p99.9 ms | processor ms a search | errors | memory, MB |\n\
         |---|---|---|---|---|---|---|---|---|---|\n",
        told["books"],
        told["index_bytes"].as_f64().unwrap_or(f64::NAN) / 1e6,
        told["questions"],
        told["limit"].as_str().unwrap_or("?"),
        told["connections"],
    );
    let number = |value: &Value, places: usize| {
        value.as_f64().map_or_else(|| "-".to_owned(), |number| format!("{number:.places$}"))
    };
    let cores = ["core before", "core after"].map(|name| told[name]["per_second"].as_f64());
    // Other work on the machine comes and goes: what was before and after are of one weight.
    let core = cores.iter().flatten().sum::<f64>() / cores.iter().flatten().count() as f64;
    let mut line = |name: &str, one: &Value, errors: &str, memory: &str| {
        let share = one["per_second"].as_f64().map_or(f64::NAN, |own| own * 100.0 / core);
        let _ = writeln!(
            text,
            "| {name} | {} | {} | {share:.0} | {} | {} | {} | {} | {errors} | {memory} |",
            number(&one["load"], 1),
            number(&one["per_second"], 0),
            number(&one["p50_ms"], 2),
            number(&one["p99_ms"], 2),
            number(&one["p999_ms"], 2),
            number(&one["processor_ms"], 3),
        );
    };
    line("the core alone, before", &told["core before"], "-", "-");
    line("the core alone, after", &told["core after"], "-", "-");
    for (name, one) in asked(told) {
        let wrong: u64 =
            one["errors"].as_object().map_or(0, |kinds| kinds.values().filter_map(Value::as_u64).sum());
        line(name, one, &wrong.to_string(), &memory(one));
    }
    text
}

/// Tells the memory at the beginning, the most of it, and at the end.
fn memory(one: &Value) -> String {
    let looks: Vec<f64> =
        one["memory"].as_array().into_iter().flatten().filter_map(|look| look[1].as_f64()).collect();
    let (Some(first), Some(last)) = (looks.first(), looks.last()) else { return "-".to_owned() };
    let most = looks.iter().copied().fold(0.0, f64::max);
    format!("{:.1}; at most {:.1}; {:.1}", first / 1e6, most / 1e6, last / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn shares_are_of_the_core_before_and_after_and_errors_are_counted() {
        let told = json!({
            "books": 10, "index_bytes": 2e6, "questions": 5, "connections": 8, "limit": "20",
            "core before": {"per_second": 900.0}, "core after": {"per_second": 1100.0},
            "seoga serve": {"per_second": 700.0, "errors": {"read": 1, "status": 2}, "memory": [[0, 1e6], [30, 3e6], [31, 2e6]]},
        });
        let text = table(&told);
        assert!(text.contains("| seoga serve | - | 700 | 70 |"), "{text}");
        assert!(text.contains("| 3 | 1.0; at most 3.0; 2.0 |"), "{text}");
        assert_eq!(errors(&told), 3);
    }
}
