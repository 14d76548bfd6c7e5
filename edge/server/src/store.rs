//! The choice store: one file, by redb, a key-value store of transactions that are on the disk when they are committed.
//!
//! One thread writes; what waits meanwhile goes into its next transaction, so that many choices share one wait for the disk.
//! Invariant: a record whose writing was reported as done is there after the machine lost its power, and of two writes of one key
//! the first one stays.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use anyhow::{Context as _, Result};
use redb::{Database, ReadableDatabase as _, ReadableTable as _, TableDefinition};
use seoga_app::{Listed, StoreError};
use tokio::sync::{mpsc, oneshot};

use crate::access_log::tell;

/// Records by their keys, each with the second after which it is gone.
const CHOICES: TableDefinition<'_, &str, (u64, &str)> = TableDefinition::new("choices");
/// Writes that wait at most; one more is refused.
const WAITING: usize = 4096;
/// Bytes of pages that the store keeps in memory.
const CACHE_BYTES: usize = 8 << 20;

/// A write under way: the record, and where to say what became of it.
#[derive(Debug)]
struct Write {
    key: String,
    record: String,
    expires: u64,
    done: oneshot::Sender<Result<(), StoreError>>,
}

/// An order to the writer.
#[derive(Debug)]
enum Order {
    Write(Write),
    /// Drop what ended before this second.
    Sweep(u64),
}

/// The open file, or none after it failed; it is opened again when it is next needed.
#[derive(Debug)]
struct File {
    path: PathBuf,
    open: Mutex<Option<Arc<Database>>>,
}

/// The store, for every thread.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    file: Arc<File>,
    orders: mpsc::Sender<Order>,
}

/// The thread that writes. It ends when every [`Store`] is gone, after what it was given.
#[derive(Debug)]
pub(crate) struct Writer(JoinHandle<()>);

impl Writer {
    /// Waits until everything is written.
    pub(crate) fn join(self) {
        // A writer that panicked has nothing left to wait for.
        let _ = self.0.join();
    }
}

impl Store {
    /// Opens a store's file, or makes it; starts the thread that writes.
    ///
    /// # Errors
    /// When the file cannot be opened: another process has it, it is no store, its folder cannot be written.
    pub(crate) fn open(path: &Path) -> Result<(Self, Writer)> {
        let file = Arc::new(File { path: path.to_path_buf(), open: Mutex::new(None) });
        file.database().map_err(|error| told(path, error))?;
        let (orders, received) = mpsc::channel(WAITING);
        let writes = Arc::clone(&file);
        let writer = std::thread::Builder::new()
            .name("choices".to_owned())
            .spawn(move || write_all(&writes, received))
            .context("starting the thread that writes choices")?;
        Ok((Self { file, orders }, Writer(writer)))
    }

    /// Reads the record of a key that is not over at second `now`.
    pub(crate) async fn load(&self, key: String, now: u64) -> Result<Option<String>, StoreError> {
        self.read(move |database| {
            let table = database.begin_read()?.open_table(CHOICES)?;
            let found = table.get(key.as_str())?;
            Ok(found.and_then(|value| {
                let (expires, record) = value.value();
                (expires > now).then(|| record.to_owned())
            }))
        })
        .await
    }

    /// Keeps a record until second `expires`.
    pub(crate) async fn store(&self, key: String, record: String, expires: u64) -> Result<(), StoreError> {
        let (done, outcome) = oneshot::channel();
        let order = Order::Write(Write { key, record, expires, done });
        // A queue that is full is a disk that does not keep up: better said at once.
        self.orders.try_send(order).map_err(|_| StoreError::Failed)?;
        outcome.await.unwrap_or(Err(StoreError::Failed))
    }

    /// Lists the keys behind a cursor that are not over, in order, with their records.
    pub(crate) async fn list(
        &self,
        prefix: String,
        cursor: Option<String>,
        limit: u32,
        now: u64,
    ) -> Result<Listed, StoreError> {
        self.read(move |database| {
            let table = database.begin_read()?.open_table(CHOICES)?;
            let mut listed = Listed::default();
            let behind = cursor.as_deref();
            for entry in table.range(behind.unwrap_or(&prefix)..)? {
                let (key, value) = entry?;
                let (key, (expires, record)) = (key.value(), value.value());
                if !key.starts_with(&prefix) {
                    break;
                }
                if behind == Some(key) || expires <= now {
                    continue;
                }
                if listed.keys.len() >= limit as usize {
                    listed.cursor = listed.keys.last().map(|(key, _)| key.clone());
                    break;
                }
                listed.keys.push((key.to_owned(), Some(record.to_owned())));
            }
            Ok(listed)
        })
        .await
    }

    /// Has the writer drop what ended before second `now`, when it comes to it.
    pub(crate) fn sweep(&self, now: u64) {
        // One that finds the queue full comes again.
        let _ = self.orders.try_send(Order::Sweep(now));
    }

    /// Reads on a thread that may wait for the disk.
    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Database) -> Result<T, redb::Error> + Send + 'static,
    ) -> Result<T, StoreError> {
        let file = Arc::clone(&self.file);
        let outcome = tokio::task::spawn_blocking(move || {
            let outcome = file.database().and_then(|database| read(&database));
            outcome.map_err(|error| file.failed("read", &error))
        });
        outcome.await.unwrap_or(Err(StoreError::Failed))
    }
}

/// The file of a server that is stopped, for whoever takes records out of it.
#[derive(Debug)]
pub struct ChoicesFile(Database);

impl ChoicesFile {
    /// Opens a file that is there.
    ///
    /// # Errors
    /// When there is none, a server has it open, or it is no store.
    pub fn open(path: &Path) -> Result<Self> {
        anyhow::ensure!(path.is_file(), "there is no store of choices {}", path.display());
        let file = File { path: path.to_path_buf(), open: Mutex::new(None) };
        file.database().map_err(|error| told(path, error))?;
        let open = file.open.into_inner().unwrap_or_else(PoisonError::into_inner).and_then(Arc::into_inner);
        open.map(Self).with_context(|| format!("{} did not stay open", path.display()))
    }

    /// Lists the keys of the records that `is_wanted` picks, by their JSON.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn keys(&self, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<String>> {
        let table = self.0.begin_read()?.open_table(CHOICES)?;
        let mut keys = Vec::new();
        for entry in table.iter()? {
            let (key, value) = entry?;
            if is_wanted(value.value().1) {
                keys.push(key.value().to_owned());
            }
        }
        Ok(keys)
    }

    /// Deletes records; they are off the disk's tables when this returns.
    ///
    /// # Errors
    /// When the file cannot be written; then nothing is deleted.
    pub fn delete(&self, keys: &[String]) -> Result<()> {
        let transaction = self.0.begin_write()?;
        {
            let mut table = transaction.open_table(CHOICES)?;
            for key in keys {
                table.remove(key.as_str())?;
            }
        }
        transaction.commit()?;
        Ok(())
    }
}

/// Tells an operator why a file cannot be opened.
fn told(path: &Path, error: redb::Error) -> anyhow::Error {
    match error {
        redb::Error::DatabaseAlreadyOpen => anyhow::anyhow!(
            "{} is open already: a server writes choices there; stop it, or name another folder by --state",
            path.display()
        ),
        other => {
            anyhow::Error::new(other).context(format!("opening the store of choices {}", path.display()))
        }
    }
}

impl File {
    /// Gives the open file; opens it where it is not.
    fn database(&self) -> Result<Arc<Database>, redb::Error> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(database) = &*open {
            return Ok(Arc::clone(database));
        }
        make_private(&self.path)?;
        let database = Database::builder().set_cache_size(CACHE_BYTES).create(&self.path)?;
        // So that reading an empty store finds a table.
        let write = database.begin_write()?;
        write.open_table(CHOICES)?;
        write.commit()?;
        let database = Arc::new(database);
        *open = Some(Arc::clone(&database));
        Ok(database)
    }

    /// Tells the operator why something failed, and lets go of the file, which redb refuses to touch again after a fault of the disk.
    fn failed(&self, what: &str, error: &redb::Error) -> StoreError {
        let line = serde_json::json!({
            "level": "error", "store": self.path.display().to_string(), "did": what, "what": error.to_string()
        });
        tell(&line);
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = None;
        StoreError::Failed
    }
}

/// Makes an empty file that its owner alone may read, where there is none: who may look into the folder may not see who chose what.
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Writes whatever comes, all that waits in one transaction.
fn write_all(file: &File, mut orders: mpsc::Receiver<Order>) {
    let mut batch = Vec::with_capacity(WAITING);
    while orders.blocking_recv_many(&mut batch, WAITING) > 0 {
        let mut writes = Vec::with_capacity(batch.len());
        for order in batch.drain(..) {
            match order {
                Order::Write(write) => writes.push(write),
                Order::Sweep(now) => {
                    if let Err(error) = file.database().and_then(|database| sweep(&database, now)) {
                        file.failed("drop what is over", &error);
                    }
                }
            }
        }
        if writes.is_empty() {
            continue;
        }
        let outcome = file.database().and_then(|database| commit(&database, &writes));
        let outcome = outcome.map_err(|error| file.failed("write", &error));
        for (at, write) in writes.into_iter().enumerate() {
            let told = match &outcome {
                Ok(new) if new.get(at) == Some(&true) => Ok(()),
                Ok(_) => Err(StoreError::SameKey),
                Err(error) => Err(*error),
            };
            // Who asked may be gone; the record is there for when they ask again.
            let _ = write.done.send(told);
        }
    }
}

/// Writes records of new keys in one transaction; tells which were new.
fn commit(database: &Database, writes: &[Write]) -> Result<Vec<bool>, redb::Error> {
    let transaction = database.begin_write()?;
    let mut new = Vec::with_capacity(writes.len());
    {
        let mut table = transaction.open_table(CHOICES)?;
        for write in writes {
            let known = table.get(write.key.as_str())?.is_some();
            if !known {
                table.insert(write.key.as_str(), (write.expires, write.record.as_str()))?;
            }
            new.push(!known);
        }
    }
    transaction.commit()?;
    Ok(new)
}

fn sweep(database: &Database, now: u64) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    transaction.open_table(CHOICES)?.retain(|_, (expires, _)| expires > now)?;
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run<T>(work: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
    }

    fn store(path: &Path) -> (Store, Writer) {
        Store::open(path).unwrap()
    }

    #[test]
    fn a_record_is_there_until_its_time_is_over() {
        let dir = tempfile::tempdir().unwrap();
        let (store, writer) = store(&dir.path().join("choices"));
        run(async {
            assert_eq!(store.load("c/1".into(), 5).await, Ok(None));
            assert_eq!(store.store("c/1".into(), "one".into(), 10).await, Ok(()));
            assert_eq!(store.load("c/1".into(), 9).await, Ok(Some("one".into())));
            assert_eq!(store.load("c/1".into(), 10).await, Ok(None));
            store.sweep(10);
            assert_eq!(store.store("c/2".into(), "two".into(), 20).await, Ok(()));
            let listed = store.list("c/".into(), None, 10, 0).await.unwrap();
            assert_eq!(listed.keys, [("c/2".to_owned(), Some("two".to_owned()))], "swept");
        });
        drop(store);
        writer.join();
    }

    #[test]
    fn the_first_of_two_writes_stays_and_the_second_hears_so() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("choices");
        let (opened, writer) = store(&path);
        run(async {
            let both = (opened.store("k".into(), "a".into(), 9), opened.store("k".into(), "b".into(), 9));
            let both = tokio::join!(both.0, both.1);
            assert_eq!(both, (Ok(()), Err(StoreError::SameKey)));
        });
        drop(opened);
        writer.join();
        let (opened, _writer) = store(&path);
        assert_eq!(run(opened.load("k".into(), 0)), Ok(Some("a".into())), "after it was opened again");
    }

    #[test]
    fn pages_of_a_listing_follow_one_another() {
        let dir = tempfile::tempdir().unwrap();
        let (store, _writer) = store(&dir.path().join("choices"));
        run(async {
            for key in ["a/1", "c/1", "c/2", "c/3", "d/1"] {
                store.store(key.into(), key.into(), 100).await.unwrap();
            }
            let first = store.list("c/".into(), None, 2, 0).await.unwrap();
            let keys = |listed: &Listed| listed.keys.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>();
            assert_eq!(
                (keys(&first), first.cursor.as_deref()),
                (vec!["c/1".into(), "c/2".into()], Some("c/2"))
            );
            let second = store.list("c/".into(), first.cursor, 2, 0).await.unwrap();
            assert_eq!((keys(&second), second.cursor), (vec!["c/3".into()], None));
            let whole = store.list("c/".into(), None, 3, 0).await.unwrap();
            assert_eq!(whole.cursor, None, "exactly full is the end");
        });
    }

    #[test]
    fn a_second_process_on_the_file_is_refused_and_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("choices");
        let (_store, _writer) = store(&path);
        let refused = Store::open(&path).unwrap_err().to_string();
        assert!(refused.contains("open already") && refused.contains("--state"), "{refused}");
    }

    #[test]
    fn records_of_one_visitor_are_taken_out_of_a_file_that_no_server_has() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("choices");
        let (opened, writer) = store(&path);
        run(async {
            for (key, record) in [("k/1", "of a"), ("k/2", "of b"), ("k/3", "of a")] {
                opened.store(key.into(), record.into(), 9).await.unwrap();
            }
        });
        assert!(ChoicesFile::open(&path).unwrap_err().to_string().contains("open already"));
        drop(opened);
        writer.join();
        let file = ChoicesFile::open(&path).unwrap();
        let found = file.keys(|record| record == "of a").unwrap();
        assert_eq!(found, ["k/1", "k/3"]);
        file.delete(&found).unwrap();
        assert_eq!(file.keys(|_| true).unwrap(), ["k/2"]);
        assert!(
            ChoicesFile::open(&dir.path().join("none"))
                .unwrap_err()
                .to_string()
                .contains("there is no store")
        );
    }

    #[cfg(unix)]
    #[test]
    fn its_owner_alone_reads_the_file() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("choices");
        let (_store, _writer) = store(&path);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn what_is_no_store_is_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("choices");
        std::fs::write(&path, "not a store, but of some length").unwrap();
        let refused = Store::open(&path).unwrap_err().to_string();
        assert!(refused.contains("choices"), "{refused}");
        assert_eq!(std::fs::read(&path).unwrap(), b"not a store, but of some length", "nothing is lost");
    }
}
