//! Printing on stdout. `print!` and `println!` of this crate end the program quietly when nobody reads any more, as
//! with `seoga cost | head`; those of the standard library panic.
//!
//! What is said on stderr is not held here. Invariant: what was started is ended, and what did not reach its end does not look as
//! if it had: the exit code is a shell's own for a closed pipe.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};

use crate::process;

/// 128 and the number of SIGPIPE, as shells have it.
const CLOSED: i32 = 141;

/// Prints.
pub fn out(text: Arguments<'_>) {
    match print(&mut io::stdout().lock(), text) {
        Ok(true) => {}
        Ok(false) => end(CLOSED),
        Err(error) => {
            eprintln!("writing to stdout: {error}");
            end(1);
        }
    }
}

/// Whether somebody still reads.
fn print(out: &mut impl Write, text: Arguments<'_>) -> io::Result<bool> {
    match out.write_fmt(text).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        other => other.map(|()| true),
    }
}

fn end(code: i32) -> ! {
    process::end_all();
    std::process::exit(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A writer that fails so.
    struct Failing(ErrorKind);

    impl Write for Failing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_closed_pipe_is_an_end_and_no_failure() {
        assert!(!print(&mut Failing(ErrorKind::BrokenPipe), format_args!("x")).unwrap());
        assert!(print(&mut Failing(ErrorKind::StorageFull), format_args!("x")).is_err());
        let mut page = Vec::new();
        assert!(print(&mut page, format_args!("{} {}", 1, "a")).unwrap());
        assert_eq!(page, b"1 a");
    }
}
