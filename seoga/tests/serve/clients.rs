//! Clients that mean no good: slow ones, many, those that hang up, and heads and bodies beyond the limits.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{QUESTION, Serve, client, index};

#[test]
fn slow_bodies_and_readers_are_let_go() {
    let state = tempfile::tempdir().unwrap();
    let server = Serve::start(index(), state.path(), &["--patience", "2", "--threads", "1"]);
    assert_eq!(server.get(QUESTION).status, 200);
    let (before, _, _) = server.held();
    // A body of which a byte comes now and then has ten seconds in all.
    let mut slow = server.socket();
    write!(slow, "POST /user-choice HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 4000\r\n\r\n").unwrap();
    let mut drip = slow.try_clone().unwrap();
    let dripping = std::thread::spawn(move || {
        for _ in 0..60 {
            if drip.write_all(b" ").is_err() {
                break;
            }
            std::thread::sleep(Duration::from_millis(500));
        }
    });
    // Readers that take nothing of what they ask for, more than the system's buffers hold.
    let mut readers = Vec::new();
    for _ in 0..20 {
        let mut reader = server.socket();
        for _ in 0..4_000 {
            if write!(reader, "GET /assets/site.js HTTP/1.1\r\nhost: a\r\n\r\n").is_err() {
                break;
            }
        }
        readers.push(reader);
    }
    let began = Instant::now();
    let mut answer = [0; 12];
    slow.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 408");
    assert!(began.elapsed() < Duration::from_secs(40), "after {:?}", began.elapsed());
    assert_eq!(server.get(QUESTION).status, 200);
    drop(slow);
    dripping.join().unwrap();
    // The readers' ends are open here still: it is the server that let go.
    server.settle(before);
    drop(readers);
}

#[test]
fn ten_thousand_connections_that_hang_up_leave_nothing_behind() {
    let state = tempfile::tempdir().unwrap();
    let server = Serve::start(index(), state.path(), &["--patience", "2", "--threads", "2"]);
    let hang_up = |connections: usize| {
        for number in 0..connections {
            let mut gone = server.socket();
            let target = if number % 50 == 0 { QUESTION } else { "/assets/site.js" };
            match number % 3 {
                0 => write!(gone, "GET {target} HTTP/1.1\r\nhost: a\r\n\r\n").unwrap(),
                1 => write!(gone, "GET {target} HTTP/1.1\r\nho").unwrap(),
                _ => {}
            }
        }
    };
    // What a thread sets up once is there before it is counted.
    assert_eq!(server.get(QUESTION).status, 200);
    hang_up(500);
    std::thread::sleep(Duration::from_secs(3));
    let (files, threads, bytes) = server.held();
    hang_up(10_000);
    server.settle(files);
    assert_eq!(server.get(QUESTION).status, 200);
    // Threads that wait for the disk end when they were idle for a while.
    let end = Instant::now() + Duration::from_secs(30);
    while server.held().1 > threads {
        assert!(Instant::now() < end, "{} threads, {threads} before", server.held().1);
        std::thread::sleep(Duration::from_millis(100));
    }
    let after = server.held().2;
    assert!(after < bytes + (16 << 20), "{after} bytes, {bytes} before");
}

#[test]
fn heads_and_bodies_have_the_limits_of_the_edge() {
    let state = tempfile::tempdir().unwrap();
    let server = Serve::start(index(), state.path(), &[]);
    let status = |head: &str, headers: &str| -> u16 {
        let mut socket = server.socket();
        // It may be closed before all is sent.
        let _ = write!(socket, "{head} HTTP/1.1\r\nhost: a\r\n{headers}\r\n");
        let mut answer = [0; 12];
        socket.read_exact(&mut answer).unwrap();
        std::str::from_utf8(&answer[9..]).unwrap().parse().unwrap()
    };
    let long = |length: usize| "a".repeat(length);
    let get = |target: String| status(&format!("GET {target}"), "");
    assert_eq!(get(format!("/api/search?q=x&z={}", long(1_000))), 200);
    assert_eq!(get(format!("/api/search?q={}", long(17_000))), 414, "the core's own word");
    assert_eq!(get(format!("/{}", long(70_000))), 414, "longer than the head may be");
    assert_eq!(status("GET /robots.txt", &format!("x: {}\r\n", long(70_000))), 431);
    assert_eq!(status("GET /robots.txt", &format!("x: {}\r\n", long(20_000))), 200);
    let post = |length: usize| {
        let choice = serde_json::json!({"user_id": "a", "more": long(length)}).to_string();
        let answer = client().post_json(&format!("{}/user-choice", server.base), &choice);
        answer.unwrap().status
    };
    assert_eq!((post(10), post(5_000), post(300_000)), (400, 413, 413));
}

#[test]
fn clients_without_manners_are_let_go_and_others_are_served() {
    let state = tempfile::tempdir().unwrap();
    let server = Serve::start(index(), state.path(), &["--patience", "2", "--threads", "1"]);
    assert_eq!(server.get(QUESTION).status, 200);
    let (before, _, _) = server.held();
    let mut slow = server.socket();
    write!(slow, "GET / HTTP/1.1\r\nhost: a\r\nx: ").unwrap();
    let mut silent = server.socket();
    let mut huge = server.socket();
    write!(huge, "GET / HTTP/1.1\r\nhost: a\r\nx: {}", "a".repeat(200_000)).ok();
    let mut garbage = server.socket();
    garbage.write_all(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03").unwrap();
    for _ in 0..200 {
        let mut gone = server.socket();
        write!(gone, "GET {QUESTION} HTTP/1.1\r\nhost: a\r\n\r\n").unwrap();
    }
    assert_eq!(server.get(QUESTION).status, 200);
    let began = Instant::now();
    for socket in [&mut slow, &mut silent, &mut huge, &mut garbage] {
        let mut rest = Vec::new();
        // Closed, with or without a word, also by a reset.
        let _ = socket.read_to_end(&mut rest);
        assert!(!rest.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&rest));
    }
    assert!(began.elapsed() < Duration::from_secs(30), "they were let go after {:?}", began.elapsed());
    // Connections of ours that are kept alive for the next request end after the patience, too.
    server.settle(before);
    assert_eq!(server.get(QUESTION).status, 200);
}

#[test]
fn one_connection_too_many_is_closed_and_counted() {
    let state = tempfile::tempdir().unwrap();
    let words = ["--connections", "3", "--metrics", "127.0.0.1:0"];
    let server = Serve::start(index(), state.path(), &words);
    let mut open: Vec<TcpStream> = (0..3).map(|_| server.socket()).collect();
    // All three were taken up: each has its answer.
    for socket in &mut open {
        write!(socket, "GET /robots.txt HTTP/1.1\r\nhost: a\r\n\r\n").unwrap();
        assert!(socket.read(&mut [0; 64]).unwrap() > 0);
    }
    let mut fourth = server.socket();
    let mut nothing = Vec::new();
    let _ = fourth.read_to_end(&mut nothing);
    assert_eq!(nothing, b"");
}

#[test]
fn the_log_has_neither_question_nor_address() {
    let state = tempfile::tempdir().unwrap();
    let log = state.path().join("access.log");
    let mut server = Serve::start(index(), state.path(), &["--log", &log.display().to_string()]);
    server.get(QUESTION);
    server.get("/search?q=secret-words&library=x");
    server.get("/books/9791100000000");
    server.get("/no/such/secret-path");
    server.signal("-TERM");
    server.child.wait().unwrap();
    let text = fs::read_to_string(&log).unwrap();
    assert_eq!(text.lines().count(), 4, "{text}");
    for word in ["secret", "127.0.0.1", "9791100000000", "ED%8C"] {
        assert!(!text.contains(word), "{word} in {text}");
    }
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(line["status"].is_u64() && line["us"].is_u64() && line["id"].is_string(), "{line}");
    }
}
