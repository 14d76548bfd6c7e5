//! Any HTTP request to the application over a small index: it ends in a response of a status the contract knows.
#![no_main]

use std::cell::OnceCell;
use std::rc::Rc;

use libfuzzer_sys::fuzz_target;
use seoga_app::{App, Config, Effect, Outcome, Request};

thread_local! {
    static APP: OnceCell<(tempfile::TempDir, Rc<App>)> = const { OnceCell::new() };
}

/// Effects of one exchange: fetches in rounds, a throttle or two, a store's answer.
const MOST_EFFECTS: usize = 64;

fuzz_target!(|input: (bool, &str, &str, &str, Vec<u8>)| {
    let (post, path, query, header, body) = input;
    APP.with(|app| {
        let (folder, app) = app.get_or_init(|| {
            let folder = seoga_fuzz::sample_index();
            (folder, Rc::new(App::new(Config::development()).expect("a development app")))
        });
        let mut request = Request::get(path, query);
        if post {
            request.method = "POST".to_owned();
            request.body = body;
            request.headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        request.headers.push(("accept-language".to_owned(), header.to_owned()));
        request.now = 1_700_000_000;
        let mut exchange = app.begin(request);
        let mut outcome = Outcome::Begin;
        for _ in 0..MOST_EFFECTS {
            outcome = match exchange.next(outcome) {
                Effect::Fetch(paths) => {
                    let read =
                        |path: &String| std::fs::read(folder.path().join(path.trim_start_matches('/'))).ok();
                    Outcome::Fetched(paths.iter().map(read).collect())
                }
                Effect::Throttle { .. } | Effect::Count { .. } => Outcome::Allowed(true),
                Effect::Load { .. } => Outcome::Loaded(Ok(None)),
                Effect::Store { .. } => Outcome::Stored(Ok(())),
                Effect::List { .. } => Outcome::Listed(Ok(seoga_app::Listed::default())),
                Effect::Log(_) => Outcome::Logged,
                Effect::Respond(response) => {
                    assert!(
                        (200..=503).contains(&response.status) && response.status != 500,
                        "{}",
                        response.status
                    );
                    return;
                }
            };
        }
        panic!("no response after {MOST_EFFECTS} effects");
    });
});
