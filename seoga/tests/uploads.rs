//! From a file that is sent by a link to the notice on it, through a store over HTTP and the program itself.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use seoga_host::web::Client;

/// Objects by key, as a request's path has it.
type Objects = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// A store that keeps what is PUT and gives it back, as S3 does; it judges no signature. Gives its address.
fn store() -> (String, Objects) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let objects = Objects::default();
    let kept = Arc::clone(&objects);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut first, mut line, mut length) = (String::new(), String::new(), 0);
            reader.read_line(&mut first).unwrap();
            while reader.read_line(&mut line).unwrap() > 2 {
                let header = line.to_ascii_lowercase();
                length = header.strip_prefix("content-length:").map_or(length, |n| n.trim().parse().unwrap());
                line.clear();
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let mut words = first.split(' ');
            let method = words.next().unwrap();
            let key = words.next().unwrap().split('?').next().unwrap().trim_start_matches('/').to_owned();
            let (status, body) = match method {
                "PUT" => {
                    kept.lock().unwrap().insert(key, body);
                    (200, Vec::new())
                }
                _ => kept.lock().unwrap().get(&key).map_or((404, Vec::new()), |body| (200, body.clone())),
            };
            let head =
                format!("HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(&body).unwrap();
        }
    });
    (address, objects)
}

/// A librarian's, an operator's and a job's part.
struct Service {
    dir: tempfile::TempDir,
    address: String,
    objects: Objects,
}

impl Service {
    fn new() -> Self {
        let (address, objects) = store();
        Self { dir: tempfile::tempdir().unwrap(), address, objects }
    }

    fn seoga(&self, arguments: &[&str]) -> (bool, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_seoga"))
            .args(arguments)
            .current_dir(self.dir.path())
            .env("AWS_ACCESS_KEY_ID", "ID")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env_remove("AWS_SESSION_TOKEN")
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        (output.status.success(), said.concat())
    }

    /// Makes links for files, and has a librarian send them by these. Gives the link to the notice.
    fn send(&self, files: &[(&str, String)]) -> String {
        // Uploads are told apart by the second.
        std::thread::sleep(std::time::Duration::from_millis(1_100));
        let mut arguments =
            vec!["upload", "--bucket", "b", "--region", "r", "--endpoint", &self.address, "--links"];
        for (name, text) in files {
            fs::write(self.dir.path().join(name), text).unwrap();
            arguments.extend(["--file", name]);
        }
        let (good, said) = self.seoga(&arguments);
        assert!(good, "{said}");
        let links = said.lines().filter(|line| line.starts_with("curl ")).map(|line| {
            let start = line.find("http").unwrap();
            line[start..].split(['\'', ' ']).next().unwrap().to_owned()
        });
        let links: Vec<String> = links.collect();
        assert_eq!(links.len(), files.len() + 1, "{said}");
        let notice = said.lines().find(|line| line.starts_with("# what became of them, for 7 days: "));
        let notice = notice.unwrap().rsplit(' ').next().unwrap().to_owned();
        assert!(self.read(&notice).contains("기다리는 중"), "a notice is there before the files");
        let bodies = files.iter().map(|(_, text)| text.as_str()).chain([""]);
        for (link, body) in links.iter().zip(bodies) {
            assert_eq!(
                Client::new(std::time::Duration::from_secs(9)).put(link, body.as_bytes()).unwrap().status,
                200
            );
        }
        assert!(self.objects.lock().unwrap().contains_key("uploads/ready"));
        notice
    }

    fn read(&self, link: &str) -> String {
        Client::new(std::time::Duration::from_secs(9)).get(link, None).unwrap().body
    }

    /// Does what the job does: copies from the bucket, rebuilds, copies the notices back.
    fn rebuild(&self, more: &[&str]) -> (bool, String) {
        for (key, bytes) in &*self.objects.lock().unwrap() {
            let key = decoded(key);
            let place = match key.strip_prefix("uploads/reports/") {
                Some(name) => self.dir.path().join("notices").join(name),
                None => self.dir.path().join(key),
            };
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(place, bytes).unwrap();
        }
        let rebuild =
            ["rebuild", "--catalogue", "catalogue", "--target", "local", "--published", "published"];
        let ended =
            self.seoga(&[&rebuild, ["--uploads", "notices", "--floor", "0"].as_slice(), more].concat());
        for entry in fs::read_dir(self.dir.path().join("notices")).unwrap() {
            let path = entry.unwrap().path();
            let key = format!("uploads/reports/{}", path.file_name().unwrap().to_str().unwrap());
            self.objects.lock().unwrap().insert(key, fs::read(path).unwrap());
        }
        ended
    }

    fn has(&self, n: u64) -> bool {
        self.seoga(&["index", "inspect", "published/index", "--book", &isbn(n).to_string()]).0
    }
}

/// A path of a request as a key.
fn decoded(path: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let [first, others @ ..] = rest {
        rest = others;
        if let (b'%', [high, low, others @ ..]) = (first, others) {
            let digits = [*high, *low];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
            rest = others;
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn isbn(n: u64) -> u64 {
    let twelve = 978_890_000_000 + n;
    let sum: u64 =
        (0..12).map(|place| twelve / 10_u64.pow(place) % 10 * if place % 2 == 0 { 3 } else { 1 }).sum();
    twelve * 10 + (10 - sum % 10) % 10
}

/// A list of the books from `from` on.
fn list(from: u64, books: u64) -> String {
    let rows = (from..from + books).map(|n| format!("{n}번째 책,{},지은이\n", isbn(n)));
    format!("도서명,ISBN,저자\n{}", rows.collect::<String>())
}

#[test]
fn a_librarian_hears_what_became_of_each_month() {
    let service = Service::new();
    let october =
        service.send(&[("강남 (2026년 10월).csv", list(0, 100) + "저울,8801234567893,<b>상품</b>\n")]);
    let (good, said) = service.rebuild(&[]);
    assert!(good, "{said}");
    let page = service.read(&october);
    for part in [
        "색인에 들어갔습니다",
        "101행을 읽어 101행을 쓰고",
        "책이 아닌 상품 번호 1",
        "101 rows read, 101 used",
        "isbn not a book 1",
    ] {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }

    // The next month has the second alone.
    let november = service.send(&[("강남 (2026년 11월).csv", list(10, 95))]);
    let (good, said) = service.rebuild(&[]);
    assert!(good && said.contains("강남: 5 arrived, 11 withdrawn, 0 changed, 95 books"), "{said}");
    assert!(said.contains("2 notices written"), "October's and November's: {said}");
    assert!(!service.has(3) && service.has(104));
    assert!(service.read(&november).contains("새 책 5권, 빠진 책 11권, 달라진 책 0권, 모두 95권"));
    assert!(service.read(&october).contains("더 새로운 파일이 대신합니다"));
    assert!(october.contains("X-Amz-Expires=604800"), "seven days");

    // Cut off on its way: refused, the file before goes on, and the operator hears it too.
    let december = service.send(&[("강남 (2026년 12월).csv", list(10, 40))]);
    let (good, said) = service.rebuild(&[]);
    assert!(good && said.contains("강남: REFUSED"), "{said}");
    assert!(service.has(104));
    let page = service.read(&december);
    assert!(page.contains("쓰지 않았습니다") && page.contains("95개에서 40개로"), "{page}");
    let id = december.split("reports/").nth(1).unwrap().split('.').next().unwrap();
    let status = ["upload", "--bucket", "b", "--region", "r", "--endpoint", &service.address, "--status", id];
    let (good, said) = service.seoga(&status);
    assert!(
        good && said.contains("강남 (2026년 12월).csv: refused: 강남 has 40 usable rows and had 95"),
        "{said}"
    );

    // Sent again, whole, under its own name.
    let again = service.send(&[("강남 (2026년 12월).csv", list(10, 94))]);
    assert!(service.rebuild(&[]).0);
    assert!(service.read(&again).contains("색인에 들어갔습니다") && !service.has(104));
    assert!(service.read(&december).contains("더 새로운 파일이 대신합니다"));
}

#[test]
fn a_refused_build_is_told_to_all_who_sent_files() {
    let service = Service::new();
    let wrong = service.send(&[("강남.csv", "<!DOCTYPE html><p>404".to_owned())]);
    let right =
        service.send(&[("강동.csv", list(0, 30)), ("synonyms.csv", "eng,kor\npython,파이썬\n".to_owned())]);
    let (good, said) = service.rebuild(&[]);
    assert!(!good && said.contains("강남.up-"), "{said}");
    let page = service.read(&wrong);
    assert!(page.contains("쓰지 않았습니다") && page.contains("웹 페이지"), "{page}");
    let page = service.read(&right);
    assert!(page.contains("기다리는 중") && page.contains("다른 파일에 잘못이 있어"), "{page}");

    // Mended: both are taken. A file without a month is of the month of its upload, and sent again it replaces itself.
    let mended = service.send(&[("강남.csv", list(0, 20))]);
    let (good, said) = service.rebuild(&[]);
    assert!(good, "{said}");
    assert!(service.read(&mended).contains("색인에 들어갔습니다") && service.has(19));
    assert!(service.read(&right).contains("색인에 들어갔습니다"));
    assert!(service.read(&wrong).contains("더 새로운 파일이 대신합니다"));
    assert!(service.read(&right).matches("색인에 들어갔습니다").count() >= 2, "the synonyms too");

    // A build that nobody asked for tells nobody anything new, and notices of others are left alone.
    fs::write(service.dir.path().join("notices/notes.json"), "mine").unwrap();
    let (good, said) = service.rebuild(&[]);
    assert!(good && said.contains("nothing changed") && said.contains("0 notices written"), "{said}");
    assert_eq!(fs::read_to_string(service.dir.path().join("notices/notes.json")).unwrap(), "mine");
}

#[test]
fn a_loss_that_is_meant_is_taken_with_leave_and_stays_without() {
    let service = Service::new();
    service.send(&[("강남 (2026년 10월).csv", list(0, 100))]);
    assert!(service.rebuild(&[]).0);
    let november = service.send(&[("강남 (2026년 11월).csv", list(0, 50))]);
    assert!(service.rebuild(&[]).0 && service.has(99));
    // No file changed, and yet it runs.
    let (good, said) = service.rebuild(&["--allow-loss", "강남"]);
    assert!(good && !service.has(99), "{said}");
    assert!(service.read(&november).contains("색인에 들어갔습니다"));
    let (good, said) = service.rebuild(&["--force"]);
    assert!(good && !service.has(99), "{said}");
    assert!(Path::new(&service.dir.path().join("published/report.txt")).exists());
}
