//! The program as it is called: exit codes, what it says, and what it leaves behind.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_index-builder")).args(arguments).output().unwrap()
}

fn succeeded(arguments: &[&str]) -> Output {
    let output = run(arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Every file below a folder with its bytes.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push((path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap()));
        }
    }
    found.sort();
    found
}

#[test]
fn wrong_usage_is_exit_2() {
    for arguments in [
        &[][..],
        &["build"],
        &["build", "--out", "x"],
        &["build", "--catalogue", "a", "--holdings", "b", "--out", "c"],
        &["generate", "--books", "0", "--out", "x"],
        &["generate", "--books", "many", "--out", "x"],
        &["conjure"],
        &["query", "x", "words", "--json", "--explain"],
    ] {
        assert_eq!(run(arguments).status.code(), Some(2), "{arguments:?}");
    }
    assert_eq!(run(&["--help"]).status.code(), Some(0));
}

#[test]
fn a_generated_catalogue_builds_and_builds_again_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    succeeded(&["generate", "--books", "300", "--seed", "5", "--out", text(&at("sample"))]);
    fs::write(at("sample/notes.txt"), "mine").unwrap();
    let output = succeeded(&[
        "build",
        "--catalogue",
        text(&at("sample")),
        "--out",
        text(&at("index")),
        "--report",
        text(&at("report.json")),
    ]);
    assert!(
        stderr(&output).contains("left alone:") && stderr(&output).contains("notes.txt"),
        "{}",
        stderr(&output)
    );
    let report: serde_json::Value = serde_json::from_slice(&fs::read(at("report.json")).unwrap()).unwrap();
    let books = report["catalogue"]["books"].as_u64().unwrap();
    assert!((300..=303).contains(&books), "rows without their ISBN may be books of their own: {books}");
    assert!(stderr(&output).contains(&format!("{books} books")), "{}", stderr(&output));
    assert_eq!(report["catalogue"]["invented"], true);
    assert!(fs::read_to_string(at("report.txt")).unwrap().starts_with("목록 점검 보고서"));

    let first = files(&at("index"));
    // Over itself, on another number of threads, from the holdings folder named on its own.
    succeeded(&[
        "build",
        "--threads",
        "3",
        "--holdings",
        text(&at("sample/holdings")),
        "--libraries",
        text(&at("sample/libraries.csv")),
        "--holidays",
        text(&at("sample/holidays.csv")),
        "--keywords",
        text(&at("sample/keywords.csv")),
        "--synonyms",
        text(&at("sample/synonyms.csv")),
        "--out",
        text(&at("index")),
    ]);
    assert!(files(&at("index")) == first, "two builds of the same input differ");
    let mut left: Vec<String> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["index", "report.json", "report.txt", "sample"], "nothing else is left behind");
}

#[test]
fn a_wrong_file_is_exit_1_and_leaves_the_old_index_alone() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    succeeded(&["generate", "--books", "50", "--seed", "5", "--out", text(&at("sample"))]);
    let build = ["build", "--catalogue", text(&at("sample")), "--out", text(&at("index"))].map(str::to_owned);
    let build: Vec<&str> = build.iter().map(String::as_str).collect();
    succeeded(&build);
    let before = files(&at("index"));

    fs::write(at("sample/holdings/나쁜.csv"), "<!DOCTYPE html><p>404").unwrap();
    let output = run(&build);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("나쁜.csv") && stderr(&output).contains("web page"),
        "{}",
        stderr(&output)
    );
    assert!(files(&at("index")) == before, "a failed build changed the index");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "a failed build left something behind");

    let missing = run(&["build", "--catalogue", text(&at("nowhere")), "--out", text(&at("index"))]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(stderr(&missing).contains("nowhere"), "{}", stderr(&missing));
    let empty = run(&["build", "--catalogue", text(&at("index")), "--out", text(&at("other"))]);
    assert_eq!(empty.status.code(), Some(1));
    assert!(!at("other").exists());
}

#[test]
fn a_folder_with_other_things_is_replaced_only_when_forced() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    succeeded(&["generate", "--books", "20", "--out", text(&at("sample"))]);
    fs::create_dir(at("mine")).unwrap();
    fs::write(at("mine/thesis.txt"), "years of work").unwrap();
    let build = ["build", "--catalogue", text(&at("sample")), "--out", text(&at("mine"))].map(str::to_owned);
    let mut build: Vec<&str> = build.iter().map(String::as_str).collect();
    let output = run(&build);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("--force"), "{}", stderr(&output));
    assert!(at("mine/thesis.txt").exists());
    build.push("--force");
    succeeded(&build);
    assert!(!at("mine/thesis.txt").exists());
}

#[test]
fn an_index_is_looked_at_and_a_damaged_one_is_exit_1() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    succeeded(&["generate", "--books", "200", "--out", text(&at("sample"))]);
    let index = at("index");
    succeeded(&["build", "--catalogue", text(&at("sample")), "--out", text(&index)]);
    succeeded(&["verify", text(&index)]);
    let said = |arguments: &[&str]| String::from_utf8(succeeded(arguments).stdout).unwrap();
    assert!(said(&["query", text(&index), "파이썬"]).contains("파이썬"));
    assert!(said(&["query", text(&index), "파이썬", "--library", "가온", "--explain"]).contains("가온"));
    assert!(said(&["inspect", text(&index), "--sizes"]).contains("200 books"));
    assert!(said(&["inspect", text(&index), "--term", "파이썬"]).contains("postings"));
    assert_eq!(run(&["query", text(&index), "파이썬", "--library", "없는곳"]).status.code(), Some(1));
    for (what, absent) in [("--book", "9788966260959"), ("--term", "쀍뙳")] {
        let output = run(&["inspect", text(&index), what, absent]);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{what}");
        assert!(stderr(&output).starts_with(&format!("error: {absent}: not in the ")), "{}", stderr(&output));
    }

    let generations = fs::read_dir(&index).unwrap().map(|entry| entry.unwrap().path());
    let files = generations.filter(|path| path.is_dir()).flat_map(|folder| fs::read_dir(folder).unwrap());
    let largest = files.map(|entry| entry.unwrap().path());
    let largest = largest.max_by_key(|path| fs::metadata(path).unwrap().len()).unwrap();
    let mut bytes = fs::read(&largest).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&largest, bytes).unwrap();
    let output = run(&["verify", text(&index)]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains(largest.file_name().unwrap().to_str().unwrap()), "{}", stderr(&output));
}

#[test]
fn query_json_is_the_answer_of_the_search_api_with_nothing_signed() {
    let folder = tempfile::tempdir().unwrap();
    let (sample, index) = (folder.path().join("sample"), folder.path().join("index"));
    succeeded(&["generate", "--books", "300", "--seed", "5", "--out", text(&sample)]);
    succeeded(&["build", "--catalogue", text(&sample), "--out", text(&index)]);
    let ask = |arguments: &[&str]| -> serde_json::Value {
        let output = succeeded(&[&["query", text(&index), "--json"], arguments].concat());
        assert_eq!(output.stdout.iter().filter(|byte| **byte == b'\n').count(), 1, "one line");
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let names = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let answer = ask(&["  vkdlTjs ", "--limit", "3"]);
    assert_eq!(
        names(&answer).join(" "),
        "counted did_you_mean facets facets_over generation interpretation limit page query query_id related results \
         total total_exact"
    );
    assert!(answer["query_id"].is_null());
    assert_eq!((answer["query"].as_str(), answer["limit"].as_u64()), (Some("vkdltjs"), Some(3)));
    assert_eq!(answer["did_you_mean"], "파이썬");
    let told = &answer["interpretation"][0];
    assert_eq!(
        (told["input"].as_str(), told["as"].as_str(), told["by"].as_str()),
        (Some("vkdlTjs"), Some("파이썬"), Some("keyboard"))
    );
    assert_eq!(names(&answer["facets"]).join(" "), "class lang library publisher year");
    let results = answer["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    for result in results {
        assert_eq!(
            names(result).join(" "),
            "authors class_name class_no editions editions_libraries id isbn13 libraries loans matched publisher \
             registered series title volume year"
        );
        assert_eq!(result["isbn13"].as_str().unwrap().len(), 13);
    }
    let everywhere = ask(&["파이썬", "--limit", "50"]);
    let here = ask(&["파이썬", "--limit", "50", "--library", "가온"]);
    assert!(here["total"].as_u64() < everywhere["total"].as_u64() && here["total"].as_u64() > Some(0));
    for result in here["results"].as_array().unwrap() {
        assert_eq!(result["libraries"], serde_json::json!(["가온"]), "those asked for alone");
        let same = everywhere["results"]
            .as_array()
            .unwrap()
            .iter()
            .find(|other| other["isbn13"] == result["isbn13"]);
        let earliest = same.map(|other| other["registered"].as_str().unwrap());
        assert!(earliest.is_none_or(|earliest| earliest <= result["registered"].as_str().unwrap()));
    }
}

#[test]
fn a_configuration_names_what_to_read_and_a_slip_in_it_is_exit_1() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    succeeded(&["generate", "--books", "30", "--out", text(&at("sample"))]);
    let record =
        |isbn: &str| format!("{{\"isbn13\":\"{isbn}\",\"title\":\"씨앗\",\"libraries\":[\"시험도서관\"]}}\n");
    let (korean, _, lost) = encoding_rs::EUC_KR.encode("도서명,ISBN,도서관\n씨앗,9786900000029,시험도서관\n");
    assert!(!lost);
    fs::create_dir(at("sample/records")).unwrap();
    fs::write(at("sample/records/a.jsonl"), record("9786900000012")).unwrap();
    fs::write(at("sample/records/b.jsonl"), record("9786900000036")).unwrap();
    fs::write(at("elsewhere.csv"), &korean).unwrap();
    let config = "libraries = \"libraries.csv\"\n\
        [[holdings]]\npath = \"holdings\"\n\
        [[holdings]]\npath = \"../elsewhere.csv\"\nencoding = \"cp949\"\nlibrary = \"시험다솜\"\n\
        [[records]]\npath = \"records/a.jsonl\"\nlibrary = \"시험라온\"\n\
        [options]\nreport = \"../report.json\"\n";
    fs::write(at("sample/catalogue.toml"), config).unwrap();
    let output = succeeded(&["build", "--catalogue", text(&at("sample")), "--out", text(&at("index"))]);
    for left_alone in ["b.jsonl", "keywords.csv", "synonyms.csv"] {
        assert!(stderr(&output).contains(&format!("left alone: {}", at("sample").display())));
        assert!(stderr(&output).contains(left_alone), "{left_alone}: {}", stderr(&output));
    }
    assert!(!stderr(&output).contains("catalogue.toml"), "{}", stderr(&output));
    let said = |arguments: &[&str]| String::from_utf8(succeeded(arguments).stdout).unwrap();
    for (isbn, library) in [("9786900000029", "시험다솜"), ("9786900000012", "시험라온")] {
        let answer = said(&["query", text(&at("index")), isbn, "--library", library]);
        assert!(answer.contains("씨앗"), "{isbn} at {library}: {answer}");
    }
    let unknown = run(&["query", text(&at("index")), "씨앗", "--library", "시험도서관"]);
    assert_eq!(unknown.status.code(), Some(1), "the library in the rows gives way");
    let report: serde_json::Value = serde_json::from_slice(&fs::read(at("report.json")).unwrap()).unwrap();
    assert_eq!(report["catalogue"]["books"], 32);

    // The same, named itself.
    let before = files(&at("index"));
    let named = ["build", "--config", text(&at("sample/catalogue.toml")), "--out", text(&at("index"))]
        .map(str::to_owned);
    let named: Vec<&str> = named.iter().map(String::as_str).collect();
    succeeded(&named);
    assert!(files(&at("index")) == before);
    for (slip, said) in [
        (config.replace("libraries =", "librarys ="), ["line 1", "`librarys`", "`libraries`"]),
        (config.replace("holdings\"", "holding\""), ["sample/holding ", "cannot be read", "error"]),
        (config.replace("[[records]]", "[[record]]"), ["line 8", "`record`", "`records`"]),
    ] {
        fs::write(at("sample/catalogue.toml"), slip).unwrap();
        let output = run(&named);
        assert_eq!(output.status.code(), Some(1));
        for part in said {
            assert!(stderr(&output).contains(part), "{part}: {}", stderr(&output));
        }
    }
    assert!(files(&at("index")) == before, "a failed build changed the index");
    let both = ["build", "--catalogue", "a", "--config", "b", "--out", "c"];
    assert_eq!(run(&both).status.code(), Some(2));
}

#[test]
fn an_earlier_index_says_what_is_to_be_uploaded_and_one_that_is_damaged_is_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let (sample, index, again) = (at("sample"), at("index"), at("again"));
    succeeded(&["generate", "--books", "200", "--seed", "6", "--out", text(&sample)]);
    let build = |more: &[&str], out: &Path| {
        let words = ["build", "--catalogue", text(&sample), "--out", text(out)];
        succeeded(&words.iter().chain(more).copied().collect::<Vec<_>>())
    };
    build(&[], &index);
    let whole = files(&index);
    let told = stderr(&build(&["--previous", text(&index)], &again));
    let all = told.lines().find(|line| line.trim_start().starts_with("all ")).unwrap();
    assert!(told.contains("to upload after") && all.split_whitespace().nth(1) == Some("0"), "{told}");
    assert_eq!(files(&again), whole);
    // In its own place, too.
    build(&["--previous", text(&again)], &again);
    assert_eq!(files(&again), whole);

    let generations = fs::read_dir(&index).unwrap().map(|entry| entry.unwrap().path());
    let records = generations.map(|folder| folder.join("r0.bin")).find(|file| file.is_file()).unwrap();
    let bytes = fs::read(&records).unwrap();
    fs::write(&records, &bytes[..bytes.len() - 1]).unwrap();
    for earlier in [&index, &at("nothing")] {
        let told = stderr(&build(&["--previous", text(earlier)], &again));
        assert!(told.contains("warning: --previous") && !told.contains("to upload"), "{told}");
        assert_eq!(files(&again), whole);
    }
}
