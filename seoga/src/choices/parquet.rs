//! Choices in the Parquet format: the columns, and lines to bytes and back. <https://parquet.apache.org/docs/file-format/>
//!
//! Files are divided by `partition`. Invariants: the same lines give the same bytes, and what is read is what was
//! written; a file with other columns is refused, never read in part.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, DataType, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::record::{Field, Row, RowAccessor};
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::Type;
use seoga_text::day;

use super::line::ExportLine;

/// The columns, as docs/OPERATIONS.md describes them and infra/aws/analysis.yaml declares them.
const SCHEMA: &str = "message choice {
    REQUIRED BYTE_ARRAY user_id (STRING);
    REQUIRED BYTE_ARRAY query_id (STRING);
    OPTIONAL BYTE_ARRAY id (STRING);
    OPTIONAL BYTE_ARRAY isbn13 (STRING);
    REQUIRED BYTE_ARRAY query (STRING);
    OPTIONAL GROUP libraries (LIST) { REPEATED GROUP list { REQUIRED BYTE_ARRAY element (STRING); } }
    OPTIONAL BYTE_ARRAY class (STRING);
    OPTIONAL GROUP classes (LIST) { REPEATED GROUP list { REQUIRED BYTE_ARRAY element (STRING); } }
    OPTIONAL INT32 rank;
    REQUIRED BYTE_ARRAY generation (STRING);
    REQUIRED INT64 chosen_at (TIMESTAMP(MILLIS,true));
}";
/// The column that files lack from before several classes could be asked for.
const CLASSES: &str =
    "    OPTIONAL GROUP classes (LIST) { REPEATED GROUP list { REQUIRED BYTE_ARRAY element (STRING); } }\n";
/// The column that files lack from before there were ids; they lack the other too.
const ID: &str = "    OPTIONAL BYTE_ARRAY id (STRING);\n";
/// The first bytes of every such file.
const MAGIC: &[u8] = b"PAR1";

/// Whether bytes begin as a Parquet file does.
pub(crate) fn is_parquet(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

fn schema(text: &str) -> Result<Type> {
    parse_message_type(text).context("the schema of choices")
}

/// Writes lines, in their order, as one file.
pub(crate) fn encode(lines: &[ExportLine]) -> Result<Vec<u8>> {
    let properties =
        WriterProperties::builder().set_created_by("seoga".to_owned()).set_compression(Compression::SNAPPY);
    let mut writer =
        SerializedFileWriter::new(Vec::new(), Arc::new(schema(SCHEMA)?), Arc::new(properties.build()))?;
    let mut group = writer.next_row_group()?;
    let mut times = Vec::with_capacity(lines.len());
    for line in lines {
        let seconds = day::parse_instant(&line.chosen_at).and_then(|seconds| i64::try_from(seconds).ok());
        times.push(seconds.context("a time that is none")? * 1000);
    }
    let ranks = lines.iter().map(|line| line.rank.map(i32::try_from).transpose());
    let ranks: Vec<Option<i32>> = ranks.collect::<Result<_, _>>().context("a rank")?;
    let all =
        |of: fn(&ExportLine) -> &str| lines.iter().map(|line| ByteArray::from(of(line))).collect::<Vec<_>>();
    let some = |of: fn(&ExportLine) -> Option<&str>| {
        lines.iter().map(|line| of(line).map(ByteArray::from)).collect()
    };
    put::<ByteArrayType>(&mut group, &all(|line| &line.user_id), None, None)?;
    put::<ByteArrayType>(&mut group, &all(|line| &line.query_id), None, None)?;
    put_optional::<ByteArrayType>(&mut group, some(|line| line.id.as_deref()))?;
    put_optional::<ByteArrayType>(&mut group, some(|line| line.isbn13.as_deref()))?;
    put::<ByteArrayType>(&mut group, &all(|line| &line.query), None, None)?;
    put_lists(&mut group, lines, |line| line.libraries.as_deref())?;
    put_optional::<ByteArrayType>(&mut group, some(|line| line.class.as_deref()))?;
    put_lists(&mut group, lines, |line| line.classes.as_deref())?;
    put_optional::<Int32Type>(&mut group, ranks)?;
    put::<ByteArrayType>(&mut group, &all(|line| &line.generation), None, None)?;
    put::<Int64Type>(&mut group, &times, None, None)?;
    group.close()?;
    writer.into_inner().context("writing Parquet")
}

/// Writes the next column: its values, and for each place how much of its path is there and which level it repeats.
fn put<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    values: &[T::T],
    definitions: Option<&[i16]>,
    repetitions: Option<&[i16]>,
) -> Result<()> {
    let mut column = group.next_column()?.context("a column too many")?;
    column.typed::<T>().write_batch(values, definitions, repetitions)?;
    column.close().context("writing a column")
}

fn put_optional<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    values: Vec<Option<T::T>>,
) -> Result<()> {
    let definitions: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
    let values: Vec<T::T> = values.into_iter().flatten().collect();
    put::<T>(group, &values, Some(&definitions), None)
}

/// No list has level 0, an empty one 1, an element 2; elements behind the first repeat.
fn put_lists(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    lines: &[ExportLine],
    of: fn(&ExportLine) -> Option<&[String]>,
) -> Result<()> {
    let (mut values, mut definitions, mut repetitions) = (Vec::new(), Vec::new(), Vec::new());
    for line in lines {
        match of(line) {
            none @ (None | Some([])) => {
                definitions.push(i16::from(none.is_some()));
                repetitions.push(0);
            }
            Some(names) => {
                for (at, name) in names.iter().enumerate() {
                    values.push(ByteArray::from(name.as_str()));
                    definitions.push(2);
                    repetitions.push(i16::from(at > 0));
                }
            }
        }
    }
    put::<ByteArrayType>(group, &values, Some(&definitions), Some(&repetitions))
}

/// Reads the lines of a file.
pub(crate) fn decode(bytes: Vec<u8>) -> Result<Vec<ExportLine>> {
    let reader = SerializedFileReader::new(Bytes::from(bytes)).context("no Parquet that can be read")?;
    let columns = reader.metadata().file_metadata().schema();
    let of_one = SCHEMA.replace(CLASSES, "");
    let forms = [SCHEMA, &of_one, &of_one.replace(ID, "")];
    let columns = forms.iter().map(|form| Ok(columns == &schema(form)?)).collect::<Result<Vec<_>>>()?;
    let (has_ids, has_classes) = match columns.as_slice() {
        [true, ..] => (true, true),
        [_, true, _] => (true, false),
        [.., true] => (false, false),
        _ => bail!("its columns are not those of an export of choices"),
    };
    reader.get_row_iter(None)?.map(|row| line(&row?, has_ids, has_classes)).collect()
}

fn line(row: &Row, has_ids: bool, has_classes: bool) -> Result<ExportLine> {
    let text = |at: usize| row.get_string(at).cloned();
    let some = |at: usize| if row.is_null(at)? { Ok(None) } else { text(at).map(Some) };
    // Behind the id columns stand one place further.
    let more = usize::from(has_ids);
    let isbn13 = some(2 + more)?;
    let list = |at: usize| match row.get_column_iter().nth(at) {
        Some((_, Field::ListInternal(list))) => {
            let texts = list.elements().iter().map(|text| match text {
                Field::Str(text) => Ok(text.clone()),
                other => bail!("{other} is no text"),
            });
            texts.collect::<Result<_>>().map(Some)
        }
        _ => Ok(None),
    };
    // Behind the classes too.
    let behind = more + usize::from(has_classes);
    let rank = if row.is_null(6 + behind)? {
        None
    } else {
        Some(u32::try_from(row.get_int(6 + behind)?).context("a rank")?)
    };
    let millis = u64::try_from(row.get_timestamp_millis(8 + behind)?).context("a time before 1970")?;
    Ok(ExportLine {
        user_id: text(0)?,
        query_id: text(1)?,
        id: if has_ids { some(2)? } else { isbn13.clone() },
        isbn13,
        query: text(3 + more)?,
        libraries: list(4 + more)?,
        class: some(5 + more)?,
        classes: if has_classes { list(6 + more)? } else { None },
        rank,
        generation: text(7 + behind)?,
        chosen_at: day::instant(millis / 1000),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_line() -> impl Strategy<Value = ExportLine> {
        let optional = || proptest::option::of(any::<String>());
        let list = || proptest::option::of(proptest::collection::vec(any::<String>(), 0..4));
        let texts = (any::<String>(), any::<String>(), any::<String>(), any::<String>());
        (
            texts,
            (optional(), optional()),
            list(),
            (optional(), list()),
            proptest::option::of(0..i32::MAX as u32),
            0..4_000_000_000u64,
        )
            .prop_map(
                |(
                    (user_id, query_id, query, generation),
                    (id, isbn13),
                    libraries,
                    (class, classes),
                    rank,
                    seconds,
                )| {
                    ExportLine {
                        user_id,
                        query_id,
                        id,
                        isbn13,
                        query,
                        libraries,
                        class,
                        classes,
                        rank,
                        generation,
                        chosen_at: day::instant(seconds),
                    }
                },
            )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn what_is_read_is_what_was_written(lines in proptest::collection::vec(any_line(), 0..20)) {
            let bytes = encode(&lines).unwrap();
            prop_assert!(is_parquet(&bytes));
            prop_assert_eq!(&bytes, &encode(&lines).unwrap());
            prop_assert_eq!(decode(bytes).unwrap(), lines);
        }

        #[test]
        fn any_bytes_are_an_error_and_no_panic(bytes: Vec<u8>) {
            prop_assert!(decode([MAGIC, &bytes, MAGIC].concat()).is_err());
        }
    }

    #[test]
    fn a_file_from_before_there_were_ids_is_read() {
        // One line, written by the release before there were ids.
        let bytes = include_bytes!("before_ids.parquet").to_vec();
        let lines = decode(bytes).unwrap();
        let [line] = lines.as_slice() else { panic!("{lines:?}") };
        assert_eq!(line.id.as_deref(), Some("9788966260959"));
        assert_eq!((line.isbn13.as_deref(), line.rank), (Some("9788966260959"), Some(3)));
        assert_eq!((line.query.as_str(), line.chosen_at.as_str()), ("책", "2026-11-21T00:00:00Z"));
    }

    #[test]
    fn a_file_from_before_several_classes_is_read() {
        // One line, written by the release before.
        let bytes = include_bytes!("before_classes.parquet").to_vec();
        let lines = decode(bytes).unwrap();
        let [line] = lines.as_slice() else { panic!("{lines:?}") };
        assert_eq!((line.class.as_deref(), line.classes.as_deref()), (Some("005"), None));
        assert_eq!((line.id.as_deref(), line.rank), (Some("9788966260959"), Some(3)));
        assert_eq!(
            (line.generation.as_str(), line.chosen_at.as_str()),
            ("2rznbg4u5zwrvbki", "2026-11-21T00:00:00Z")
        );
    }

    #[test]
    fn other_columns_are_refused() {
        let other = Arc::new(parse_message_type("message m { REQUIRED INT32 user_id; }").unwrap());
        let writer =
            SerializedFileWriter::new(Vec::new(), other, Arc::new(WriterProperties::default())).unwrap();
        let error = decode(writer.into_inner().unwrap()).unwrap_err();
        assert!(error.to_string().contains("columns"), "{error}");
    }
}
