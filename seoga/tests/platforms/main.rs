//! `seoga` as an operator runs it, with programs that stand in for `aws` and `wrangler` and write down what they were told.
//!
//! No account is reached and no network asked. Invariant: a stand-in does no more than say who is signed in, answer what stacks
//! say, and keep a bucket's objects in a folder.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A folder of an operator: packages of both platforms, a catalogue, and what the stand-ins keep.
struct Operator(TempDir);

impl Operator {
    /// Makes the packages with an index of a generated catalogue: as it is, or without the mark that its libraries are invented.
    fn new(invented: bool) -> Self {
        let operator = Self(tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap());
        let catalogue = operator.at("catalogue");
        operator.well(&["index", "generate", "--books", "40", "--out", &catalogue.display().to_string()]);
        if !invented {
            let libraries = catalogue.join("libraries.csv");
            let unmarked: String = fs::read_to_string(&libraries)
                .unwrap()
                .lines()
                .map(|line| format!("{}\n", line.strip_suffix(",yes").unwrap_or(line)))
                .collect();
            fs::write(&libraries, unmarked.replace(",invented\n", "\n")).unwrap();
        }
        let index = operator.at("index").display().to_string();
        operator.well(&["index", "build", "--catalogue", &catalogue.display().to_string(), "--out", &index]);
        for (file, text) in [
            ("dist/aws/search.zip", "search"),
            ("dist/aws/choice.zip", "choice"),
            ("dist/aws/assets/assets/site.css", "body {}"),
            ("dist/cloudflare/wrangler.toml", include_str!("../../../wrangler.toml")),
            ("dist/cloudflare/build/worker/index.js", ""),
            ("dist/cloudflare/build/worker/index_bg.wasm", ""),
            ("dist/cloudflare/dist/assets/assets/site.css", "body {}"),
        ] {
            let file = operator.at(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        for assets in ["dist/aws/assets/index", "dist/cloudflare/dist/assets/index"] {
            for file in seoga_host::files::list(&operator.at("index")).unwrap() {
                let copy = operator.at(assets).join(file.strip_prefix(operator.at("index")).unwrap());
                fs::create_dir_all(copy.parent().unwrap()).unwrap();
                fs::copy(file, copy).unwrap();
            }
        }
        fs::create_dir_all(operator.at("bin")).unwrap();
        for program in ["aws", "wrangler"] {
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/platforms/{program}.sh"));
            symlink(script, operator.at("bin").join(program)).unwrap();
        }
        operator
    }

    fn at(&self, place: &str) -> PathBuf {
        self.0.path().join(place)
    }

    fn signs_in(self) -> Self {
        fs::write(self.at("signed-in"), "").unwrap();
        self
    }

    fn run(&self, words: &[&str]) -> Output {
        let path = format!("{}:{}", self.at("bin").display(), std::env::var("PATH").unwrap());
        let mut command = Command::new(env!("CARGO_BIN_EXE_seoga"));
        command.args(words).current_dir(self.0.path()).env("PATH", path).env("STATE", self.0.path());
        for name in ["CLOUDFLARE_API_TOKEN", "SEOGA_WEBHOOK", "SEOGA_SLACK_WEBHOOK"] {
            command.env_remove(name);
        }
        command.output().unwrap()
    }

    fn well(&self, words: &[&str]) {
        let output = self.run(words);
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Gives what a run that must fail says.
    fn refused(&self, words: &[&str]) -> String {
        let output = self.run(words);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{words:?}: {said}");
        said
    }

    /// Takes what a stand-in wrote down since it was asked last.
    fn taken(&self, list: &str) -> Vec<String> {
        let file = self.at(list);
        let text = fs::read_to_string(&file).unwrap_or_default();
        fs::remove_file(file).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

#[test]
fn invented_books_are_deployed_only_where_a_flag_says_so() {
    let sample = Operator::new(true).signs_in();
    for (target, instead) in [
        ("aws", "seoga rebuild --catalogue DIR --target local"),
        ("cloudflare", "seoga rebuild --catalogue DIR --target cloudflare"),
    ] {
        for dry in [&["--dry-run"][..], &[]] {
            let words = [&["deploy", "--target", target][..], dry].concat();
            let said = sample.refused(&words);
            for part in ["40 invented books", instead, "--sample", "nothing was done"] {
                assert!(said.contains(part), "{words:?} does not say {part}: {said}");
            }
        }
        let changing: Vec<_> =
            sample.taken("commands").into_iter().filter(|line| line.contains("deploy")).collect();
        assert_eq!(changing, Vec::<String>::new());
        sample.well(&["deploy", "--target", target, "--dry-run", "--sample"]);
    }
    let own = Operator::new(false);
    own.well(&["deploy", "--target", "aws", "--dry-run"]);
    own.well(&["deploy", "--target", "cloudflare", "--dry-run"]);
    fs::remove_file(own.at("dist/aws/assets/index/current.json")).unwrap();
    assert!(own.refused(&["deploy", "--target", "aws", "--dry-run"]).contains("has no index"));
}

/// Reads the settings of production that wrangler was handed last.
fn handed(operator: &Operator) -> serde_json::Value {
    let settings = fs::read_to_string(operator.at("deployed.json")).unwrap();
    serde_json::from_str::<serde_json::Value>(&settings).unwrap()["env"]["production"].clone()
}

#[test]
fn every_deployment_to_workers_knows_its_one_name_and_has_no_other() {
    let operator = Operator::new(false).signs_in();
    let deploy = ["deploy", "--target", "cloudflare"];
    // Nobody answers at any of these addresses: what is looked at last fails.
    let changing = |operator: &Operator| -> usize {
        operator.taken("commands").iter().filter(|line| line.starts_with("deploy ")).count()
    };
    operator.refused(&deploy);
    let first = handed(&operator);
    assert_eq!(changing(&operator), 2, "the first deployment learns its address, and is told it");
    assert_eq!(first["vars"]["SEOGA_BASE"], "https://seoga.account.workers.dev");
    assert_eq!((&first["workers_dev"], &first["preview_urls"]), (&true.into(), &false.into()));

    operator.refused(&[&deploy[..], &["--domain", "books.example.invalid"]].concat());
    let own = handed(&operator);
    assert_eq!(changing(&operator), 1);
    assert_eq!(own["vars"]["SEOGA_BASE"], "https://books.example.invalid");
    assert_eq!((&own["workers_dev"], &own["preview_urls"]), (&false.into(), &false.into()));
    assert_eq!(own["routes"][0]["pattern"], "books.example.invalid");

    operator.refused(&deploy);
    assert_eq!(handed(&operator), own, "who says nothing leaves the name as it is");
    assert_eq!(changing(&operator), 1);

    fs::write(operator.at("unreachable"), "").unwrap();
    let said = operator.refused(&deploy);
    assert!(said.contains("--base URL") && said.contains("fetch failed"), "{said}");
    assert_eq!(changing(&operator), 0, "a name that is not known is not lost");
}

#[test]
fn whoever_is_not_signed_in_is_told_before_anything_is_built_or_changed() {
    let operator = Operator::new(false);
    let published = ["--published", "published"];
    let rebuild = |target| {
        [&["rebuild", "--catalogue", "catalogue", "--target", target, "--force"][..], &published].concat()
    };
    let (package, base) =
        (["--package", "dist/aws", "--worker", "dist/cloudflare"], ["--base", "http://127.0.0.1:9"]);
    for (words, program, asks) in [
        (vec!["deploy", "--target", "aws"], "aws", "sts get-caller-identity"),
        ([&rebuild("aws")[..], &package].concat(), "aws", "sts get-caller-identity"),
        (vec!["rollback", "--code", "--target", "aws"], "aws", "sts get-caller-identity"),
        (vec!["deploy", "--target", "cloudflare"], "wrangler", "whoami"),
        (
            [&rebuild("cloudflare")[..], &["--package", "dist/cloudflare"], &base].concat(),
            "wrangler",
            "whoami",
        ),
        ([&["rollback", "--code", "--target", "cloudflare"][..], &base].concat(), "wrangler", "whoami"),
    ] {
        let said = operator.refused(&words);
        assert!(said.contains(&format!("{program} is not signed in")), "{words:?}: {said}");
        assert!(said.contains("nothing was done") && said.contains("login"), "{words:?}: {said}");
        let told = operator.taken("commands");
        assert!(told.iter().all(|line| line.starts_with(asks) || line == "--version"), "{words:?}: {told:?}");
        assert!(!said.contains("== build"), "{words:?}: {said}");
    }
    assert!(!operator.at("published/index").exists(), "nothing was published");
}

#[test]
fn a_file_that_is_damaged_in_the_bucket_is_sent_again_and_nothing_else_is() {
    let operator = Operator::new(false).signs_in();
    // Nobody answers at the stand-in's base: what is looked at last fails.
    let deploy = ["deploy", "--target", "aws"];
    assert!(operator.refused(&deploy).contains("127.0.0.1"));
    let first = operator.taken("sent");
    assert_eq!(first.iter().rfind(|place| place.starts_with("index/")).unwrap(), "index/current.json");
    assert!(first.contains(&"assets/site.css".to_owned()));
    operator.taken("commands");

    let (index, site) = (operator.at("bucket/index"), operator.at("bucket/assets/site.css"));
    let blocks = seoga_host::files::list(&index).unwrap();
    let block = blocks.iter().find(|file| file.parent().is_some_and(|folder| folder != index)).unwrap();
    let good = fs::read(block).unwrap();
    let mut damaged = good.clone();
    damaged[good.len() / 2] ^= 1;
    fs::write(block, &damaged).unwrap();
    fs::write(&site, "BODY {}").unwrap();

    // A deployment leaves the index alone that is in force.
    operator.refused(&deploy);
    let sent = operator.taken("sent");
    assert!(sent.contains(&"assets/site.css".to_owned()), "the same size, another content: {sent:?}");
    assert!(!sent.iter().any(|place| place.starts_with("index/")), "{sent:?}");
    operator.taken("commands");

    // Without its pointer none is in force, and the package's own is sent, as a rebuild sends one.
    fs::remove_file(index.join("current.json")).unwrap();
    operator.refused(&deploy);
    let place = format!("index/{}", block.strip_prefix(&index).unwrap().display());
    let sent: Vec<_> = operator.taken("sent").into_iter().filter(|one| one.starts_with("index/")).collect();
    assert_eq!(sent, [place.as_str(), "index/current.bin", "index/current.json"]);
    assert_eq!(fs::read(block).unwrap(), good);
    let forgotten: Vec<_> =
        operator.taken("commands").into_iter().filter(|line| line.contains("create-invalidation")).collect();
    assert_eq!(forgotten.len(), 1, "{forgotten:?}");
    assert!(forgotten[0].ends_with(&format!(" --paths /{place}")), "{forgotten:?}");
}
