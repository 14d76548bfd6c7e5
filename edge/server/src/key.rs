//! The signing key of a server that was given none: made once, kept beside its choices.
//!
//! Invariant: a key that was made is on the disk before it signs, readable by its owner alone.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};

/// The file's name in the state's folder.
const FILE: &str = "signing-key";

/// Reads the signing key in a folder, `1:` and 64 hexadecimal digits, or makes it there.
///
/// # Errors
/// When the file can be neither read nor made, or the machine gives no random bytes.
pub fn signing_key(state: &Path) -> Result<String> {
    let file = state.join(FILE);
    match std::fs::read_to_string(&file) {
        Ok(key) => return Ok(key.trim().to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("reading {}", file.display())),
    }
    let mut secret = [0; 32];
    getrandom::fill(&mut secret)
        .map_err(|error| anyhow::anyhow!("the machine gives no random bytes: {error}"))?;
    let key = format!("1:{}", seoga_text::encoding::hex(&secret));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let making = || format!("making {}", file.display());
    let mut made = options.open(&file).with_context(making)?;
    made.write_all(key.as_bytes()).and_then(|()| made.sync_all()).with_context(making)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_only_its_owner_reads_it() {
        let dir = tempfile::tempdir().unwrap();
        let key = signing_key(dir.path()).unwrap();
        assert!(seoga_app::Key::parse("SEOGA_KEY", &key).is_ok_and(|key| !key.is_development()), "{key}");
        assert_eq!(signing_key(dir.path()).unwrap(), key);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(dir.path().join(FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let other = tempfile::tempdir().unwrap();
        assert_ne!(signing_key(other.path()).unwrap(), key);
    }
}
