//! Gives our programs what they need of the machine they run on: other programs, files, ports, HTTP, a page to print on.
//!
//! No rule of the product is here; `xtask` and `seoga` are built on it. Invariant: whatever is started is ended, and an error
//! names the file, the program or the address it is about.

#[doc(hidden)]
pub mod say;

pub mod day;
pub mod files;
pub mod limits;
pub mod mirror;
pub mod ports;
pub mod process;
pub mod server;
#[doc(hidden)]
pub mod testing;
pub mod web;

/// Prints on stdout as the standard library's does, but ends quietly when nobody reads any more (`say`).
#[macro_export]
macro_rules! print {
    ($($words:tt)*) => { $crate::say::out(format_args!($($words)*)) };
}

/// Prints a line on stdout, by [`print!`].
#[macro_export]
macro_rules! println {
    () => { $crate::print!("\n") };
    ($($words:tt)*) => { $crate::print!("{}\n", format_args!($($words)*)) };
}
