"""Reads what the service writes for other programs, by the parsers that such programs use: BibTeX, MARC, XML, CSV,
and harvests it.

The folder named first holds answers about the same books, as the binary `readers` of seoga-tests writes them. CSL-JSON, which has no
signs of its own to escape, says what the others must say; at the port named second the binary answers harvesters. Exits with 1 and one line for each thing that was read otherwise.
"""

import csv
import json
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import bibtexparser
import pymarc
import sickle
from pybtex.database import parse_file

COMMANDS = [
    ("\\textbraceleft{}", "{"),
    ("\\textbraceright{}", "}"),
    ("\\textasciitilde{}", "~"),
    ("\\textasciicircum{}", "^"),
    *((f"\\{sign}", sign) for sign in "&%$#_"),
    ("\\textbackslash{}", "\\"),
]
FORMULA = tuple("=+-@＝＋－＠\t\r\n")


def plain(text):
    """Undoes TeX's commands and the braces around a whole text."""
    while text.startswith("{") and text.endswith("}") and "}" not in text[1:-1].replace("{}", ""):
        text = text[1:-1]
    out = ""
    while text:
        for command, sign in COMMANDS:
            if text.startswith(command):
                out, text = out + sign, text[len(command):]
                break
        else:
            out, text = out + text[0], text[1:]
    return out


def told(item):
    """What a citation must say of a book, out of its CSL-JSON."""
    year = str(item["issued"]["date-parts"][0][0]) if "issued" in item else ""
    names = [author["literal"] for author in item.get("author", [])]
    return {"title": item["title"], "publisher": item.get("publisher", ""), "year": year, "isbn": item["ISBN"],
            "volume": item.get("volume", ""), "url": item["URL"], "author": names}


def by_pybtex(file):
    for entry in parse_file(str(file), "bibtex").entries.values():
        read = {name: plain(entry.fields.get(name, "")) for name in ("title", "publisher", "year", "isbn", "volume", "url")}
        yield read | {"author": [plain(str(person)) for person in entry.persons.get("author", [])]}


def by_bibtexparser(file):
    library = bibtexparser.parse_file(str(file))
    for block in library.failed_blocks:
        yield {"not read": block.raw}
    for entry in library.entries:
        fields = {name: field.value for name, field in entry.fields_dict.items()}
        read = {name: plain(fields.get(name, "")) for name in ("title", "publisher", "year", "isbn", "volume", "url")}
        names = fields.get("author", "")
        yield read | {"author": [plain(name) for name in names.split(" and ")] if names else []}


def by_pymarc(folder, isbn):
    """The record of a book in its three forms: what each says, and the records themselves."""
    with (folder / f"{isbn}.mrc").open("rb") as file:
        yield "mrc", list(pymarc.MARCReader(file, to_unicode=True, permissive=False))
    yield "marc.xml", pymarc.parse_xml_to_array(str(folder / f"{isbn}.marc.xml"))
    yield "marc.json", pymarc.parse_json_to_array(str(folder / f"{isbn}.marc.json"))


def told_by_marc(record):
    title = record["245"]
    name = title["a"].removesuffix(" /")
    volume = title.get("n", "").removesuffix(" /")
    return {"isbn": record["020"]["a"], "title": name.removesuffix(".") if volume else name, "volume": volume,
            "publisher": record["264"]["b"], "year": record["264"]["c"], "url": record["856"]["u"]}


def marc_differences(folder, items):
    for item in items:
        wanted = {name: item[name] for name in ("isbn", "title", "volume", "publisher", "year", "url")}
        forms = set()
        for form, records in by_pymarc(folder, item["isbn"]):
            if len(records) != 1 or records[0] is None:
                yield f"{item['isbn']}.{form}: {len(records)} records by pymarc"
                continue
            record = records[0]
            forms.add(tuple(str(field) for field in record.fields))
            told = told_by_marc(record)
            if told != wanted:
                yield f"{item['isbn']}.{form}: {told}, wanted {wanted}"
            held = [field["a"] for field in record.get_fields("852")]
            since = [field["d"] for field in record.get_fields("952")]
            if held != ["가온"] or since != ["2026-11-01"]:
                yield f"{item['isbn']}.{form}: held by {held} since {since}"
        if len(forms) != 1:
            yield f"{item['isbn']}: the three forms say {len(forms)} things"


def shown_titles(items):
    """Every title as one line may show it, with its volume behind it or without: the title of each."""
    return {line: item["title"] for item in items for line in (item["title"], f"{item['title']} {item['volume']}")}


def harvest_differences(port, items):
    """Harvests by sickle: what it meets, beside what citations say of the same books."""
    here = sickle.Sickle(f"http://127.0.0.1:{port}/oai", timeout=30)
    identity = here.Identify()
    if identity.protocolVersion != "2.0" or identity.deletedRecord != "transient":
        yield f"Identify: {identity.protocolVersion}, {identity.deletedRecord}"
    formats = sorted(one.metadataPrefix for one in here.ListMetadataFormats())
    if formats != ["marcxml", "oai_dc"]:
        yield f"ListMetadataFormats: {formats}"
    sets = {one.setName: one.setSpec for one in here.ListSets()}
    titles, shown = sorted(item["title"] for item in items), shown_titles(items)
    for asked in ({}, {"set": sets["가온"]}, {"from": "2026-11-01"}):
        records = list(here.ListRecords(metadataPrefix="oai_dc", **asked))
        lines = [record.metadata["title"][0] for record in records]
        if sorted(shown.get(line, line) for line in lines) != titles:
            yield f"ListRecords {asked}: {sorted(lines)}, wanted {titles}"
    for header in here.ListIdentifiers(metadataPrefix="marcxml"):
        record = here.GetRecord(identifier=header.identifier, metadataPrefix="marcxml")
        if record.header.datestamp != header.datestamp or 'tag="245"' not in record.raw:
            yield f"GetRecord {header.identifier}: {record.raw[:200]}"
    try:
        list(here.ListRecords(metadataPrefix="oai_dc", until="1999-12-31"))
        yield "ListRecords: a day without records is none"
    except sickle.oaiexceptions.NoRecordsMatch:
        pass


def differences(folder):
    items = [told(item) for item in json.loads((folder / "list.csl.json").read_text())]
    if len(items) < 20:
        yield f"{len(items)} books: too few to say anything"
    for reader in (by_pybtex, by_bibtexparser):
        try:
            read = list(reader(folder / "list.bib"))
        except Exception as error:  # Whatever a reader raises, it did not read.
            yield f"{reader.__name__}: {error}"
            continue
        if len(read) != len(items):
            yield f"{reader.__name__}: {len(read)} entries of {len(items)}"
        for wanted, got in zip(items, read):
            if wanted != got:
                yield f"{reader.__name__}: {got}, wanted {wanted}"
    yield from marc_differences(folder, items)
    yield from harvest_differences(sys.argv[2], items)
    titles = shown_titles(items)
    documents = [file for file in folder.iterdir() if file.suffix in (".atom", ".svg", ".xml")]
    if len(documents) < 20:
        yield f"{len(documents)} documents of XML: too few"
    for file in documents:
        try:
            root = ElementTree.parse(file).getroot()
        except ElementTree.ParseError as error:
            yield f"{file.name}: {error}"
            continue
        if file.suffix == ".svg" and root.find("{http://www.w3.org/2000/svg}title").text not in titles:
            yield f"{file.name}: another title"
        if file.suffix == ".atom":
            found = root.findall("{http://www.w3.org/2005/Atom}entry/{http://www.w3.org/2005/Atom}title")
            wrong = [title.text for title in found if title.text not in titles]
            if wrong or not found:
                yield f"{file.name}: other titles: {wrong}"
    with (folder / "list.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[1:]
    bare = {line.removeprefix("'"): title.removeprefix("'") for line, title in titles.items()}
    if [bare.get(row[1].removeprefix("'")) for row in rows] != [item["title"].removeprefix("'") for item in items]:
        yield "list.csv: other titles"
    for row in rows:
        for cell in row:
            if cell.lstrip().startswith(FORMULA):
                yield f"list.csv: a formula: {cell!r}"


found = list(differences(Path(sys.argv[1])))
print("\n".join(found) or "BibTeX by pybtex and bibtexparser, MARC by pymarc, OAI-PMH by sickle, XML, CSV: read as they were meant")
sys.exit(1 if found else 0)
