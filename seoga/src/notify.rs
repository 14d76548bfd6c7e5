//! Telling a chat channel, or any program, how a run ended: one POST each.
//!
//! The addresses are secrets, so they come from the environment and are never printed. Invariant: what is published
//! stays published when nobody can be told; the run says so and goes on.

use std::fmt;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use seoga_host::web::Client;

/// The variable with the address of a Slack incoming webhook.
const SLACK: &str = "SEOGA_SLACK_WEBHOOK";
/// The variable with an address that takes the event as plain JSON.
const PLAIN: &str = "SEOGA_WEBHOOK";
/// How long one POST may take.
const LIMIT: Duration = Duration::from_secs(10);
const TRIES: u32 = 3;
/// Characters of a message that are sent; Slack cuts off longer ones itself.
const LONGEST: usize = 2_000;

/// How a run ended.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    job: &'static str,
    target: &'static str,
    began: Instant,
    succeeded: bool,
    generation: Option<String>,
    message: String,
}

impl Event {
    pub(crate) fn new(job: &'static str, target: &'static str, began: Instant) -> Self {
        Self { job, target, began, succeeded: false, generation: None, message: String::new() }
    }

    /// It ended well, with this generation in force.
    pub(crate) fn succeeded(self, generation: Option<String>, message: &str) -> Self {
        Self { succeeded: true, generation, message: shortened(message), ..self }
    }

    /// It failed, and this generation is still in force.
    pub(crate) fn failed(self, generation: Option<String>, message: &str) -> Self {
        Self { succeeded: false, generation, message: shortened(message), ..self }
    }

    fn plain(&self) -> Value {
        json!({
            "event": self.job,
            "outcome": if self.succeeded { "succeeded" } else { "failed" },
            "target": self.target,
            "generation": self.generation,
            "seconds": (self.began.elapsed().as_secs_f64() * 10.0).round() / 10.0,
            "message": self.message,
        })
    }

    /// Slack gives `&`, `<` and `>` a meaning of their own.
    fn slack(&self) -> Value {
        let text = self.to_string().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        json!({"text": text})
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (job, target, message) = (self.job, self.target, &self.message);
        if self.succeeded {
            write!(f, "Seoga {job} ({target}): {message}")
        } else if let Some(serves) = &self.generation {
            write!(f, "Seoga {job} ({target}) FAILED, generation {serves} is still in force: {message}")
        } else {
            write!(f, "Seoga {job} ({target}) FAILED: {message}")
        }
    }
}

fn shortened(message: &str) -> String {
    message.chars().take(LONGEST).collect()
}

/// Where events are sent.
#[derive(Debug, Default)]
pub(crate) struct Webhooks {
    slack: Option<String>,
    plain: Option<String>,
}

impl Webhooks {
    pub(crate) fn from_environment() -> Self {
        let read =
            |name| std::env::var(name).ok().map(|url| url.trim().to_owned()).filter(|url| !url.is_empty());
        Self { slack: read(SLACK), plain: read(PLAIN) }
    }

    /// Sends an event to each; says on stderr which could not be told.
    pub(crate) fn tell(&self, event: &Event) {
        let client = Client::new(LIMIT);
        for (name, url, body) in [(SLACK, &self.slack, event.slack()), (PLAIN, &self.plain, event.plain())] {
            let Some(url) = url else { continue };
            if let Err(why) = send(&client, url, &body.to_string()) {
                eprintln!("seoga: the webhook of {name} was not told: {why}");
            }
        }
    }
}

fn send(client: &Client, url: &str, body: &str) -> Result<(), String> {
    let mut why = String::new();
    for attempt in 0..TRIES {
        if attempt > 0 {
            std::thread::sleep(Duration::from_secs(1));
        }
        match client.post_json(url, body) {
            Ok(answer) if (200..300).contains(&answer.status) => return Ok(()),
            Ok(answer) => why = format!("it answered {} {}", answer.status, answer.excerpt()),
            // The cause may name the address.
            Err(error) => why = error.to_string(),
        }
    }
    Err(why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpListener;

    /// Takes requests with these statuses; gives the address and, at the end, the bodies.
    fn listener(statuses: &'static [u16]) -> (String, std::thread::JoinHandle<Vec<Value>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let taken = std::thread::spawn(move || {
            statuses
                .iter()
                .map(|status| {
                    let (mut stream, _) = listener.accept().unwrap();
                    let mut reader = BufReader::new(stream.try_clone().unwrap());
                    let (mut line, mut length) = (String::new(), 0);
                    while reader.read_line(&mut line).unwrap() > 2 {
                        let lower = line.to_lowercase();
                        if let Some(value) = lower.strip_prefix("content-length:") {
                            length = value.trim().parse().unwrap();
                        }
                        line.clear();
                    }
                    let mut body = vec![0; length];
                    reader.read_exact(&mut body).unwrap();
                    let head =
                        format!("HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok");
                    stream.write_all(head.as_bytes()).unwrap();
                    serde_json::from_slice(&body).unwrap()
                })
                .collect()
        });
        (url, taken)
    }

    fn event() -> Event {
        Event::new("rebuild", "local", Instant::now())
    }

    #[test]
    fn success_and_failure_are_told_in_both_forms() {
        let (slack, slack_bodies) = listener(&[200, 200]);
        let (plain, plain_bodies) = listener(&[200, 200]);
        let webhooks = Webhooks { slack: Some(slack), plain: Some(plain) };
        webhooks.tell(&event().succeeded(Some("abc".into()), "3 files new"));
        webhooks.tell(&event().failed(Some("abc".into()), "a < b & c"));
        let slack = slack_bodies.join().unwrap();
        assert_eq!(slack[0], json!({"text": "Seoga rebuild (local): 3 files new"}));
        let failed = "Seoga rebuild (local) FAILED, generation abc is still in force: a &lt; b &amp; c";
        assert_eq!(slack[1], json!({"text": failed}));
        let plain = plain_bodies.join().unwrap();
        assert_eq!((&plain[0]["outcome"], &plain[0]["generation"]), (&json!("succeeded"), &json!("abc")));
        assert_eq!((&plain[1]["outcome"], &plain[1]["message"]), (&json!("failed"), &json!("a < b & c")));
        assert_eq!(plain[1]["event"], "rebuild");
    }

    #[test]
    fn a_webhook_that_fails_is_tried_again_and_its_address_never_said() {
        let (url, bodies) = listener(&[500, 200]);
        send(&Client::new(LIMIT), &url, "{}").unwrap();
        assert_eq!(bodies.join().unwrap().len(), 2);
        let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let why = send(&Client::new(LIMIT), &format!("http://{gone}/secret-path"), "{}").unwrap_err();
        assert!(!why.contains("secret-path"), "{why}");
    }
}
