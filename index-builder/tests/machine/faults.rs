//! Stops a build, by a full disk or by a kill at any moment: the old index stays in force to the last bit, or the new
//! one is there whole, and the next build leaves nothing half-written behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Instant;

const PROGRAM: &str = env!("CARGO_BIN_EXE_index-builder");

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn run(command: &mut Command) -> Output {
    command.stdin(Stdio::null()).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn succeeded(arguments: &[&str]) {
    let output = run(Command::new(PROGRAM).args(arguments));
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
}

/// Every file of a folder with its bytes.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            let inner = files(&entry.path()).into_iter();
            found.extend(inner.map(|(file, bytes)| (format!("{name}/{file}"), bytes)));
        } else {
            found.push((name, fs::read(entry.path()).unwrap()));
        }
    }
    found.sort();
    found
}

/// Names in a folder, hidden ones too.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A folder `old` and a folder `new`, catalogues of two sizes, and what their indexes are.
struct Catalogues {
    folder: tempfile::TempDir,
    old: Vec<(String, Vec<u8>)>,
    new: Vec<(String, Vec<u8>)>,
}

impl Catalogues {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let index = |name: &str, books: &str| {
            let (catalogue, index) = (folder.path().join(name), folder.path().join("index"));
            succeeded(&["generate", "--books", books, "--out", text(&catalogue)]);
            succeeded(&["build", "--catalogue", text(&catalogue), "--out", text(&index)]);
            files(&index)
        };
        let (old, new) = (index("old", "40"), index("new", "150"));
        fs::remove_dir_all(folder.path().join("index")).unwrap();
        Self { folder, old, new }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn build(&self, catalogue: &str, out: &Path) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(["build", "--catalogue", text(&self.at(catalogue)), "--out", text(out)]);
        command
    }
}

pub(crate) fn a_file_that_cannot_be_written_whole_leaves_the_old_index_in_force() {
    let catalogues = Catalogues::new();
    let place = catalogues.at("served");
    let out = place.join("index");
    assert!(run(&mut catalogues.build("old", &out)).status.success());
    let largest = catalogues.new.iter().map(|(_, bytes)| bytes.len()).max().unwrap();
    let report = place.join("report.json");
    let mut failures = 0;
    // Half a kilobyte is the unit of `ulimit -f` in a POSIX shell, and 0 lets nothing be written at all.
    for blocks in [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] {
        let limited = "trap \"\" XFSZ; ulimit -f \"$0\"; exec \"$@\"";
        let mut command = Command::new("sh");
        command.args(["-c", limited, &blocks.to_string(), PROGRAM, "build"]);
        command.args(["--catalogue", text(&catalogues.at("new")), "--out", text(&out)]);
        command.args(["--report", text(&report)]);
        let output = run(&mut command);
        if output.status.success() {
            assert!(blocks * 1_024 >= largest, "{blocks} blocks cannot hold {largest} bytes");
            break;
        }
        failures += 1;
        assert_eq!(output.status.code(), Some(1), "{blocks}: {}", stderr(&output));
        assert!(
            stderr(&output).contains("error: ") && stderr(&output).contains("cannot"),
            "{}",
            stderr(&output)
        );
        assert!(files(&out) == catalogues.old, "{blocks} blocks: the old index has changed");
        let left: Vec<String> =
            names(&place).into_iter().filter(|name| !name.starts_with("report.")).collect();
        assert_eq!(left, ["index"], "{blocks} blocks: something half-written is left");
    }
    assert!(failures >= 4, "only {failures} builds failed: the limits were too wide to show anything");
    assert!(files(&out) == catalogues.new, "the last one had room");
    assert_eq!(names(&place), ["index", "report.json", "report.txt"]);
}

/// Tries to mount a file system in a name space of its own, which some systems refuse.
pub(crate) fn may_mount() -> bool {
    let script = "place=$(mktemp -d) && mount -t tmpfs none \"$place\"; status=$?; umount \"$place\"; rmdir \"$place\"; exit $status";
    let output = Command::new("unshare").args(["-rm", "sh", "-c", script]).output();
    output.is_ok_and(|output| output.status.success())
}

/// Needs a file system of its own size, so a mount: see [`may_mount`].
pub(crate) fn a_full_disk_leaves_the_old_index_in_force_and_no_debris() {
    let catalogues = Catalogues::new();
    let disk = catalogues.at("disk");
    fs::create_dir(&disk).unwrap();
    let old = catalogues.at("reference");
    assert!(run(&mut catalogues.build("old", &old)).status.success());
    // What is left of the disk's pages grows from nothing to enough; all in one name space, as the mount goes with it.
    let script = "
        set -u; program=$0; new=$1; disk=$2; old=$3
        mount -t tmpfs -o size=64m,nr_inodes=10000 none \"$disk\" || exit 7
        cp -r \"$old\" \"$disk/index\" || exit 76
        failures=0
        for room in 0 4 8 16 32 64 96 128 192 256 384 512 768 1024 2048 4096 8192; do
            used=$(df -k \"$disk\" | awk 'END { print $3 }')
            mount -o remount,size=$((used + room))k \"$disk\" || exit 7
            if \"$program\" build --catalogue \"$new\" --out \"$disk/index\" 2> \"$disk.log\"; then
                echo \"failures $failures\"
                [ \"$(ls -A \"$disk\")\" = index ] || { echo \"left: $(ls -A \"$disk\")\"; exit 3; }
                exec \"$program\" verify \"$disk/index\"
            fi
            failures=$((failures + 1))
            grep -q 'No space left' \"$disk.log\" || { cat \"$disk.log\"; exit 4; }
            [ \"$(ls -A \"$disk\")\" = index ] || { echo \"left: $(ls -A \"$disk\")\"; exit 3; }
            diff -r \"$old\" \"$disk/index\" || exit 5
        done
        exit 6";
    let new = catalogues.at("new");
    let program = ["-c", script, PROGRAM, text(&new), text(&disk), text(&old)];
    let output = run(Command::new("unshare").args(["-rm", "sh"]).args(program));
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), stderr(&output));
    assert!(output.status.success(), "{:?}: {said}", output.status);
    let failures = said.lines().find_map(|line| line.strip_prefix("failures ")).unwrap();
    assert!(failures.parse::<u32>().unwrap() >= 5, "the disk was never full enough: {said}");
}

pub(crate) fn a_build_killed_at_any_moment_leaves_one_whole_index_and_the_next_clears_up() {
    const KILLS: u32 = 16;
    let catalogues = Catalogues::new();
    let place = catalogues.at("served");
    let out = place.join("index");
    assert!(run(&mut catalogues.build("old", &out)).status.success());
    let started = Instant::now();
    assert!(run(&mut catalogues.build("new", &catalogues.at("timed"))).status.success());
    let mut whole = started.elapsed();
    let (mut killed, mut amid) = (0, 0);
    for n in 0..KILLS {
        let mut build = catalogues.build("new", &out);
        let mut child = build.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(whole * n / KILLS);
        // SIGKILL: no handler and no destructor runs.
        child.kill().unwrap();
        if child.wait().unwrap().success() {
            // Other work on the machine has let up since the time was taken.
            whole = whole * 3 / 4;
        } else {
            killed += 1;
        }
        amid += u32::from(names(&place).len() > 1);
        let there = files(&out);
        assert!(
            there == catalogues.old || there == catalogues.new,
            "kill {n}: neither the old index nor the new"
        );
    }
    eprintln!("{killed} of {KILLS} builds were killed, {amid} with files under way");
    assert!(killed > KILLS / 3, "the builds were over before they were killed");
    assert!(run(&mut catalogues.build("new", &out)).status.success());
    assert!(files(&out) == catalogues.new);
    assert_eq!(names(&place), ["index"], "what killed builds left is cleared up");
}
