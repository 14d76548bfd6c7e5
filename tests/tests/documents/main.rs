//! The documents and the repository agree: links lead somewhere, files and symbols that are named are there, figures that a
//! page repeats are those of the code.
//!
//! No prose is judged here. Invariant: a file, heading, symbol or constant that was renamed is missed in every page that
//! names it.

mod caps;
mod links;
mod moves;
mod owners;
mod pages;
mod paths;
mod symbols;
