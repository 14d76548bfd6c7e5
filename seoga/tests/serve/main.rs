//! The program `seoga serve` as operators run it: killed, doubled, on a full disk, with indexes that change or are damaged.

mod clients;

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use seoga_host::ports;
use seoga_host::web::{Answer, Client};
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_seoga");
/// A token that the export takes.
const TOKEN: &str = "0123456789abcdef0123456789abcdef";
/// A word of the invented titles.
const QUESTION: &str = "/api/search?q=%ED%8C%8C%EC%9D%B4%EC%8D%AC&limit=50";

/// Takes every case instead of some (`cargo xtask test --long` sets it).
fn long() -> bool {
    std::env::var("SEOGA_SERVE").is_ok_and(|value| value == "long")
}

/// Builds an index of invented books, once for all tests.
fn index() -> &'static Path {
    static INDEX: OnceLock<PathBuf> = OnceLock::new();
    INDEX.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap().keep();
        build(300, 1, &dir.join("a"));
        dir.join("a")
    })
}

fn build(books: u32, seed: u32, out: &Path) {
    let catalogue = tempfile::tempdir().unwrap();
    let from = catalogue.path().join("c");
    let run = |arguments: &[&str], out: &Path| {
        let command =
            Command::new(PROGRAM).arg("index").args(arguments).arg("--out").arg(out).output().unwrap();
        assert!(command.status.success(), "{}", String::from_utf8_lossy(&command.stderr));
    };
    run(&["generate", "--books", &books.to_string(), "--seed", &seed.to_string()], &from);
    run(&["build", "--force", "--catalogue", &from.display().to_string()], out);
}

/// A running server.
struct Serve {
    child: Child,
    base: String,
}

impl Serve {
    /// Starts one on a free port, in production, with more words on its command line; waits until it listens.
    fn start(index: &Path, state: &Path, words: &[&str]) -> Self {
        Self::of(Command::new(PROGRAM), index, state, words)
    }

    fn of(mut command: Command, index: &Path, state: &Path, words: &[&str]) -> Self {
        command.arg("serve").arg(index).arg("--state").arg(state);
        command.args(["--listen", "127.0.0.1:0"]).args(words);
        command.env("SEOGA_ADMIN_TOKEN", TOKEN).env_remove("SEOGA_MODE");
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut base = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut base).unwrap();
        let base = base.trim().to_owned();
        assert!(base.starts_with("http"), "it did not start");
        Self { child, base }
    }

    fn get(&self, target: &str) -> Answer {
        client().get(&format!("{}{target}", self.base), None).unwrap()
    }

    /// Asks, and picks books of the answer for a visitor; gives the statuses.
    fn pick(&self, visitor: &str, books: usize) -> Vec<u16> {
        let answer: Value = serde_json::from_str(&self.get(QUESTION).body).unwrap();
        let picked = answer["results"].as_array().unwrap().iter().take(books);
        picked
            .map(|book| {
                let choice =
                    serde_json::json!({"user_id": visitor, "query_id": answer["query_id"], "id": book["id"]});
                client().post_json(&format!("{}/user-choice", self.base), &choice.to_string()).unwrap().status
            })
            .collect()
    }

    /// Counts the choices that the export has.
    fn exported(&self) -> usize {
        let answer = client().get(&format!("{}/admin/choices", self.base), Some(TOKEN)).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.excerpt());
        answer.body.lines().count()
    }

    fn socket(&self) -> TcpStream {
        let socket = TcpStream::connect(self.base.strip_prefix("http://").unwrap()).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        socket
    }

    /// Asks which generation answers.
    fn generation(&self) -> Option<String> {
        let status: Value = serde_json::from_str(&self.get("/api/status").body).unwrap();
        status["generation"].as_str().map(str::to_owned)
    }

    /// Tells what the system counts for it: open files and threads, and bytes of memory.
    fn held(&self) -> (usize, usize, u64) {
        let count = |what: &str| fs::read_dir(format!("/proc/{}/{what}", self.child.id())).unwrap().count();
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let bytes = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        let bytes: u64 = bytes.trim().trim_end_matches(" kB").parse().unwrap();
        (count("fd"), count("task"), bytes * 1024)
    }

    /// Waits until it has no more handles than before.
    fn settle(&self, files: usize) {
        let end = Instant::now() + Duration::from_secs(60);
        while self.held().0 > files {
            assert!(Instant::now() < end, "{} handles are left, {files} before", self.held().0);
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        // One that ended already is no failure.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn client() -> Client {
    Client::new(Duration::from_secs(60))
}

#[test]
fn what_was_answered_with_201_outlives_kill_9() {
    let state = tempfile::tempdir().unwrap();
    let mut stored = 0;
    for round in 0..3 {
        let server = Serve::start(index(), state.path(), &[]);
        let statuses = server.pick(&format!("visitor-{round}"), 20);
        stored += statuses.iter().filter(|status| **status == 201).count();
        assert_eq!(statuses, [201; 20]);
        server.signal("-KILL");
    }
    let server = Serve::start(index(), state.path(), &[]);
    assert_eq!(server.exported(), stored);
    assert_eq!(
        server.pick("visitor-0", 20),
        [200; 20],
        "the key was kept too: the same question is the same"
    );
}

#[test]
fn a_visitor_is_erased_from_a_server_that_is_stopped() {
    let state = tempfile::tempdir().unwrap();
    let erase = |user: &str| {
        let mut erase = Command::new(PROGRAM);
        erase.args(["choices", "erase", "--user", user, "--served"]).arg(state.path()).output().unwrap()
    };
    let mut server = Serve::start(index(), state.path(), &[]);
    assert_eq!((server.pick("one", 3), server.pick("two", 2)), (vec![201; 3], vec![201; 2]));
    let refused = erase("one");
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("open already"), "{said}");
    server.signal("-TERM");
    server.child.wait().unwrap();
    let erased = erase("one");
    let said = String::from_utf8_lossy(&erased.stdout);
    assert!(erased.status.success() && said.contains("3 records found and deleted, 0 left"), "{said}");
    assert_eq!(Serve::start(index(), state.path(), &[]).exported(), 2);
}

#[test]
fn a_stop_lets_the_answer_under_way_end() {
    let state = tempfile::tempdir().unwrap();
    let mut server = Serve::start(index(), state.path(), &[]);
    let mut socket = server.socket();
    // A request whose body is on its way when the signal comes.
    let body = br#"{"keyword":"a"}"#;
    write!(
        socket,
        "POST /predict HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .unwrap();
    socket.write_all(&body[..5]).unwrap();
    // It was taken up when another request on the same thread was answered after it.
    for _ in 0..4 {
        assert_eq!(server.get("/robots.txt").status, 200);
    }
    server.signal("-TERM");
    let address = server.base.strip_prefix("http://").unwrap();
    let end = Instant::now() + Duration::from_secs(10);
    while TcpStream::connect(address).is_ok() {
        assert!(Instant::now() < end, "it still listens");
        std::thread::sleep(Duration::from_millis(10));
    }
    socket.write_all(&body[5..]).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
    assert!(answer.to_ascii_lowercase().contains("connection: close"), "{answer}");
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_second_server_on_the_same_choices_is_refused_and_the_first_goes_on() {
    let state = tempfile::tempdir().unwrap();
    let first = Serve::start(index(), state.path(), &[]);
    let second = Command::new(PROGRAM)
        .arg("serve")
        .arg(index())
        .args(["--listen", "127.0.0.1:0", "--state"])
        .arg(state.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(!second.status.success() && said.contains("open already"), "{said}");
    assert_eq!(first.pick("visitor", 1), [201]);
}

#[test]
fn a_full_disk_refuses_choices_and_answers_searches() {
    let state = tempfile::tempdir().unwrap();
    let server = Serve::start(index(), state.path(), &[]);
    assert_eq!(server.pick("before", 1), [201]);
    let size = fs::read_dir(state.path())
        .unwrap()
        .map(|file| file.unwrap().metadata().unwrap().len())
        .max()
        .unwrap();
    drop(server);
    // No file may grow beyond what the store has now: the system refuses to write as it does on a full disk.
    let mut shell = Command::new("bash");
    let blocks = size / 1024;
    shell.args(["-c", &format!("ulimit -S -f {blocks}; trap '' XFSZ; exec \"$0\" \"$@\""), PROGRAM]);
    let server = Serve::of(shell, index(), state.path(), &[]);
    let mut statuses = Vec::new();
    for visitor in 0..400 {
        statuses = server.pick(&format!("visitor-{visitor}"), 20);
        if statuses.contains(&503) {
            break;
        }
    }
    assert!(statuses.contains(&503), "the disk never filled: {statuses:?}");
    assert_eq!(server.get(QUESTION).status, 200);
    // With room again the same process goes on.
    let room =
        Command::new("prlimit").args(["--fsize=unlimited", "--pid", &server.child.id().to_string()]).status();
    assert!(room.unwrap().success());
    assert_eq!(server.pick("room", 1), [201]);
    drop(server);
    // And the next one has what it said it has.
    let server = Serve::start(index(), state.path(), &[]);
    assert_eq!((server.pick("before", 1), server.pick("room", 1)), (vec![200], vec![200]));
    assert_eq!(server.pick("after", 1), [201]);
}

#[test]
fn a_kill_in_the_middle_of_choices_loses_none_that_was_answered() {
    let state = tempfile::tempdir().unwrap();
    let mut server = Serve::start(index(), state.path(), &[]);
    let answer: Value = serde_json::from_str(&server.get(QUESTION).body).unwrap();
    let stored = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for visitor in 0..4 {
            let (base, answer, stored) = (&server.base, &answer, &stored);
            scope.spawn(move || {
                for number in 0.. {
                    let choice = serde_json::json!({
                        "user_id": format!("v-{visitor}-{number}"), "query_id": answer["query_id"], "id": answer["results"][0]["id"],
                    });
                    match client().post_json(&format!("{base}/user-choice"), &choice.to_string()) {
                        Ok(answer) if answer.status == 201 => stored.fetch_add(1, Ordering::SeqCst),
                        // Throttled: choices of one location in ten seconds.
                        Ok(answer) if answer.status == 429 => 0,
                        _ => break,
                    };
                }
            });
        }
        while stored.load(Ordering::SeqCst) < 40 {
            std::thread::sleep(Duration::from_millis(1));
        }
        server.signal("-KILL");
    });
    // Until it is gone, the file is its own.
    server.child.wait().unwrap();
    let server_again = Serve::start(index(), state.path(), &[]);
    let (exported, stored) = (server_again.exported(), stored.load(Ordering::SeqCst));
    // One for each visitor may have been on the disk when nobody was left to say so.
    assert!(
        (stored..=stored + 4).contains(&exported),
        "{stored} were answered with 201, {exported} are there"
    );
}

#[test]
fn an_index_that_is_replaced_is_served_without_a_restart() {
    let (dir, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let served = dir.path().join("index");
    build(300, 1, &served);
    let server = Serve::start(&served, state.path(), &[]);
    let generation = |server: &Serve| {
        let status: Value = serde_json::from_str(&server.get("/api/status").body).unwrap();
        status["generation"].as_str().unwrap().to_owned()
    };
    let before = generation(&server);
    // What was read a moment ago is believed for as long as it takes to mend what does not open.
    std::thread::sleep(Duration::from_secs(seoga_app::limits::POINTER_RETRY_SECONDS + 1));
    build(310, 2, &served);
    // The pointer is read again within a minute; an answer whose files are gone has it read at once.
    let end = Instant::now() + Duration::from_secs(90);
    while generation(&server) == before {
        assert!(Instant::now() < end, "the new generation was not found");
        assert_eq!(server.get(QUESTION).status, 200, "in between somebody answers");
        std::thread::sleep(Duration::from_millis(500));
    }
    assert_eq!(server.get(QUESTION).status, 200);
}

/// Publishes an index into a folder of generations.
fn publish(from: &Path, into: &Path) {
    let mut publish = Command::new(PROGRAM);
    publish.args(["index", "publish", "--allow-loss", "all", "--into"]).arg(into).arg(from);
    let said = publish.output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}

#[test]
fn a_generation_is_changed_under_running_requests_without_an_error() {
    let (dir, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (served, next) = (dir.path().join("served"), dir.path().join("next"));
    publish(index(), &served);
    build(310, 2, &next);
    let server = Serve::start(&served, state.path(), &["--threads", "2"]);
    let before = server.generation().unwrap();
    let (over, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for target in [QUESTION, "/search?q=%ED%8C%8C%EC%9D%B4%EC%8D%AC", "/api/status"] {
            let (server, over, asked) = (&server, &over, &asked);
            scope.spawn(move || {
                while !over.load(Ordering::SeqCst) {
                    let answer = server.get(target);
                    assert_eq!(answer.status, 200, "{target}: {}", answer.excerpt());
                    asked.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        publish(&next, &served);
        // The pointer is read again within a minute.
        let end = Instant::now() + Duration::from_secs(90);
        while server.generation().unwrap() == before && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(500));
        }
        over.store(true, Ordering::SeqCst);
    });
    assert_ne!(server.generation().unwrap(), before, "after {} answers", asked.load(Ordering::SeqCst));
}

#[test]
fn a_generation_that_is_damaged_is_told_and_the_one_before_goes_on() {
    let (dir, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (served, next) = (dir.path().join("served"), dir.path().join("next"));
    publish(index(), &served);
    build(310, 2, &next);
    let metrics = format!("127.0.0.1:{}", ports::free_port().unwrap());
    let log = dir.path().join("stderr");
    let mut command = Command::new(PROGRAM);
    command.stderr(fs::File::create(&log).unwrap());
    let server = Serve::of(command, &served, state.path(), &["--metrics", &metrics, "--threads", "1"]);
    let before = server.generation().unwrap();
    let faults = || {
        let text = client().get(&format!("http://{metrics}/metrics"), None).unwrap().body;
        let count = text.lines().find_map(|line| line.strip_prefix("seoga_faults_total "));
        count.unwrap().parse::<u64>().unwrap()
    };
    assert_eq!(faults(), 0);
    publish(&next, &served);
    // Every file of the new one is cut.
    let pointer: Value = serde_json::from_slice(&fs::read(served.join("current.json")).unwrap()).unwrap();
    let after = pointer["generation"].as_str().or(pointer["current"].as_str()).unwrap().to_owned();
    let new = fs::read_dir(served.join(&after)).unwrap_or_else(|_| panic!("{after} in {pointer}"));
    for file in new.map(|file| file.unwrap().path()) {
        let bytes = fs::read(&file).unwrap();
        fs::remove_file(&file).unwrap();
        fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    }
    let end = Instant::now() + Duration::from_secs(90);
    while faults() == 0 {
        assert!(Instant::now() < end, "nobody was told");
        assert_eq!(server.get(QUESTION).status, 200);
        std::thread::sleep(Duration::from_millis(500));
    }
    assert_eq!(server.generation().unwrap(), before);
    assert_eq!(server.get(QUESTION).status, 200);
    let said = fs::read_to_string(&log).unwrap();
    assert!(said.contains(&after), "which one is damaged is said: {said}");
}

#[test]
fn every_damaged_file_has_a_clear_answer_and_the_process_lives() {
    let dir = tempfile::tempdir().unwrap();
    let mut files: Vec<PathBuf> = Vec::new();
    let mut folders = vec![index().to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() { folders.push(entry) } else { files.push(entry) }
        }
    }
    files.sort();
    assert!(files.len() > 10);
    let every = if long() { 1 } else { 7 };
    let damages: [fn(&mut Vec<u8>); 3] = [
        |bytes| bytes.truncate(bytes.len() / 2),
        |bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 0x20;
        },
        Vec::clear,
    ];
    let (mut refused, mut answered) = (0, 0);
    for (number, file) in files.iter().enumerate() {
        for (kind, damage) in damages.iter().enumerate() {
            if (number + kind) % every != 0 {
                continue;
            }
            let served = dir.path().join(format!("{number}-{kind}"));
            for whole in &files {
                let place = served.join(whole.strip_prefix(index()).unwrap());
                fs::create_dir_all(place.parent().unwrap()).unwrap();
                if whole == file {
                    let mut bytes = fs::read(whole).unwrap();
                    damage(&mut bytes);
                    fs::write(place, bytes).unwrap();
                } else {
                    fs::hard_link(whole, place)
                        .or_else(|_| {
                            fs::copy(whole, served.join(whole.strip_prefix(index()).unwrap())).map(drop)
                        })
                        .unwrap();
                }
            }
            let state = served.join("state");
            let mut command = Command::new(PROGRAM);
            command.stderr(Stdio::null());
            let mut server = Serve::of(command, &served, &state, &["--threads", "1"]);
            for target in
                [QUESTION, "/search?q=%E3%85%8D", "/api/suggest?q=%ED%8C%8C", "/arrivals", "/libraries", "/"]
            {
                let answer = server.get(target);
                match answer.status {
                    503 => {
                        assert!(
                            answer.header("retry-after").is_some(),
                            "{}: {}",
                            file.display(),
                            answer.excerpt()
                        );
                        refused += 1;
                    }
                    200 | 404 => answered += 1,
                    other => panic!("{target} on a damaged {}: {other} {}", file.display(), answer.excerpt()),
                }
            }
            assert!(server.child.try_wait().unwrap().is_none(), "it ended over {}", file.display());
        }
    }
    assert!(refused > 0 && answered > refused, "{refused} refused, {answered} answered");
}
