//! Counts for an operator's Prometheus: how many, how long, never who or what.
//!
//! Labels are patterns of routes and classes of statuses, both few and fixed. Invariant: nothing that a visitor sends becomes a
//! label.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Seconds up to which answers are counted together.
const BUCKETS: [f64; 12] = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    route: &'static str,
    status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Choice {
    stored: &'static str,
}

/// The counts of a server.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    answers: Family<Answer, Counter>,
    seconds: Histogram,
    sent_bytes: Counter,
    choices: Family<Choice, Counter>,
    connections: Gauge,
    refused: Counter,
    unlogged: Counter,
    faults: Counter,
}

impl Metrics {
    /// Makes them, all at nothing.
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("seoga");
        let (answers, choices) = (Family::default(), Family::default());
        let (sent_bytes, refused, unlogged) = (Counter::default(), Counter::default(), Counter::default());
        let faults = Counter::default();
        let connections = Gauge::default();
        let seconds = Histogram::new(BUCKETS);
        registry.register("answers", "Answers, by route and class of status", answers.clone());
        let help = "Time from a request's head to its answer";
        registry.register_with_unit("answer", help, Unit::Seconds, seconds.clone());
        registry.register_with_unit("sent", "Bodies sent, as sent", Unit::Bytes, sent_bytes.clone());
        registry.register("choices", "New choices, by whether the store took them", choices.clone());
        registry.register("connections", "Connections open now", connections.clone());
        registry.register("connections_refused", "Connections closed at their beginning", refused.clone());
        registry.register("log_lines_lost", "Lines that the access log could not take", unlogged.clone());
        registry.register(
            "faults",
            "Faults of the index, the store or the program, each a line on stderr",
            faults.clone(),
        );
        Self { registry, answers, seconds, sent_bytes, choices, connections, refused, unlogged, faults }
    }

    /// Counts an answer.
    pub(crate) fn answered(&self, route: &'static str, status: u16, took: Duration, bytes: usize) {
        let status = match status {
            ..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            500.. => "5xx",
        };
        self.answers.get_or_create(&Answer { route, status }).inc();
        self.seconds.observe(took.as_secs_f64());
        self.sent_bytes.inc_by(bytes as u64);
    }

    /// Counts a choice that the store was asked to keep.
    pub(crate) fn stored(&self, stored: bool) {
        self.choices.get_or_create(&Choice { stored: if stored { "true" } else { "false" } }).inc();
    }

    /// Counts a connection that begins.
    pub(crate) fn opened(&self) {
        self.connections.inc();
    }

    /// Counts a connection that ended.
    pub(crate) fn closed(&self) {
        self.connections.dec();
    }

    /// Counts a connection that was one too many.
    pub(crate) fn refused(&self) {
        self.refused.inc();
    }

    /// Counts a fault that the operator is told of.
    pub(crate) fn fault(&self) {
        self.faults.inc();
    }

    /// Counts a line that the log could not take.
    pub(crate) fn unlogged(&self) {
        self.unlogged.inc();
    }

    /// Writes them in the text format of `OpenMetrics` 1.0.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_as_text() {
        let metrics = Metrics::new();
        metrics.answered("/search", 200, Duration::from_millis(3), 100);
        metrics.answered("/search", 404, Duration::from_millis(1), 10);
        metrics.stored(true);
        (0..9).for_each(|_| metrics.opened());
        (0..2).for_each(|_| metrics.closed());
        metrics.fault();
        let text = metrics.text();
        for line in [
            "seoga_answers_total{route=\"/search\",status=\"2xx\"} 1",
            "seoga_answers_total{route=\"/search\",status=\"4xx\"} 1",
            "seoga_answer_seconds_bucket{le=\"0.002\"} 1",
            "seoga_sent_bytes_total 110",
            "seoga_choices_total{stored=\"true\"} 1",
            "seoga_connections 7",
            "seoga_faults_total 1",
            "# EOF",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
        }
    }
}
