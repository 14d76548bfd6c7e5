"""Holds the analysis of choices to what it promises, on an invented export and real engines.

`cargo xtask test --only analysis` runs it: what `seoga choices parquet` writes is read by pyarrow and DuckDB, the queries of
infra/aws/analysis.yaml give in DuckDB what `seoga report` counts and are Athena's dialect to sqlglot, and `seoga choices erase`
reaches every version of every object in buckets of an S3-compatible server. Arguments: the program, the root of the repository
and a folder to work in.
"""

import json
import logging
import os
import random
import stat
import subprocess
import sys
from pathlib import Path

import boto3
import duckdb
import pyarrow as arrow
import pyarrow.dataset
import pyarrow.parquet
import sqlglot
import yaml
from moto.server import ThreadedMotoServer

SEOGA, ROOT, WORK = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
NDJSON, PARQUET = WORK / 'choices.ndjson', WORK / 'parquet'
REGION, TABLE = 'ap-northeast-2', 'choices'
GOES = 'visitor-1'
# Days that are past whenever this runs, and far more than the days of `--days` here.
MONTHS = ['2026-03', '2026-04', '2026-05']
KEPT_FOR_LONG = '3650'

COLUMNS = arrow.schema(
    [
        arrow.field('user_id', arrow.string(), nullable=False),
        arrow.field('query_id', arrow.string(), nullable=False),
        arrow.field('id', arrow.string()),
        arrow.field('isbn13', arrow.string()),
        arrow.field('query', arrow.string(), nullable=False),
        arrow.field('libraries', arrow.list_(arrow.field('element', arrow.string(), nullable=False))),
        arrow.field('class', arrow.string()),
        arrow.field('classes', arrow.list_(arrow.field('element', arrow.string(), nullable=False))),
        arrow.field('rank', arrow.int32()),
        arrow.field('generation', arrow.string(), nullable=False),
        arrow.field('chosen_at', arrow.timestamp('ms', tz='UTC'), nullable=False),
    ]
)


def equal(what, got, wanted):
    """Ends the run when two things differ; of two lists it says where."""
    if got != wanted:
        if isinstance(got, list) and isinstance(wanted, list):
            pairs = zip([*got, None], [*wanted, None])
            at, (got, wanted) = next((at, pair) for at, pair in enumerate(pairs) if pair[0] != pair[1])
            what = f'{what}, at {at}'
        sys.exit(f'{what}:\n  got    {got!r:.2000}\n  wanted {wanted!r:.2000}')


def seoga(*words, code=0, env=None):
    """Runs the program; gives what it printed."""
    done = subprocess.run([SEOGA, *words], capture_output=True, text=True, env={**os.environ, **(env or {})})
    if done.returncode != code:
        sys.exit(f'seoga {" ".join(map(str, words))} ended with {done.returncode}, not {code}:\n{done.stdout}{done.stderr}')
    return done.stdout + (done.stderr if code else '')


def invented():
    """Invents choices: some books, questions and classes of many visitors and many of few; every form a member may have."""
    draw = random.Random(20261129)
    words = ['양자', '컴퓨터', '역학', 'c++', '파이썬', '도커', '정원', '가꾸기', '고양이', '일본어']
    lines = []
    for number in range(6000):
        skewed = int(draw.paretovariate(0.8))
        line = {
            'user_id': f'visitor-{min(int(draw.paretovariate(0.5)), 400)}',
            'query_id': f'q{number}',
            'id': (isbn13 := None if draw.random() < 0.4 else f'{9788900000000 + min(skewed, 300)}'),
            'isbn13': isbn13,
            'query': ' '.join(draw.choices(words, weights=range(10, 0, -1), k=draw.randint(0, 3))),
            'libraries': draw.choice([None, [], ['강남'], ['강남', '강동 "작은"']]),
        }
        if draw.random() < 0.5:
            line['class'] = draw.choice(['0', '005', '420', '813.7', '9'])
        elif draw.random() < 0.2:
            line['classes'] = sorted(draw.sample(['0', '005', '420', '813.7', '9'], 3))
        if line['isbn13'] and draw.random() < 0.9:
            line['rank'] = min(int(draw.paretovariate(0.7)), 60)
        line['generation'] = draw.choice(['2rznbg4u5zwrvbki', 'ifp2zou6l66peoq2'])
        line['chosen_at'] = f'{draw.choice(MONTHS)}-{draw.randint(1, 28):02}T{draw.randint(0, 23):02}:59:07Z'
        lines.append(line)
    return lines


def row(line):
    """Gives a line as a row of the table: what it lacks is null."""
    return {name: line.get(name) for name in COLUMNS.names}


def only(things):
    (thing,) = things
    return thing


def order(rows):
    return sorted(rows, key=lambda row: row['query_id'])


def rows_of(table):
    """Gives the rows of an Arrow table, times as the export writes them."""
    rows = table.select(COLUMNS.names).to_pylist()
    for one in rows:
        one['chosen_at'] = one['chosen_at'].strftime('%Y-%m-%dT%H:%M:%SZ')
    return order(rows)


def parquet(lines):
    """Reads the folder back with both engines."""
    first = seoga('choices', 'parquet', '--export', NDJSON, '--out', PARQUET, '--days', KEPT_FOR_LONG)
    days = {line['chosen_at'][:10] for line in lines}
    assert f'{len(lines)} choices of {len(days)} days; {len(days)} files written' in first, first
    again = seoga('choices', 'parquet', '--export', NDJSON, '--out', PARQUET, '--days', KEPT_FOR_LONG)
    assert '; 0 files written, 0 removed' in again, again
    for path in PARQUET.rglob('*'):
        equal(path, oct(stat.S_IMODE(path.stat().st_mode)), '0o700' if path.is_dir() else '0o600')
    wanted = order([row(line) for line in lines])
    for path in PARQUET.rglob('*.parquet'):
        equal(f'columns of {path}', arrow.parquet.read_schema(path), COLUMNS)
    table = arrow.dataset.dataset(PARQUET, partitioning='hive').to_table()
    equal('rows read by pyarrow', rows_of(table), wanted)
    database = engine()
    types = [kind for _, kind, *_ in database.execute('DESCRIBE choices').fetchall()]
    text = 'VARCHAR'
    equal(
        'types in DuckDB',
        types,
        [text, text, text, text, text, 'VARCHAR[]', text, 'VARCHAR[]', 'INTEGER', text, 'TIMESTAMP WITH TIME ZONE', text],
    )
    read = database.sql("SELECT * REPLACE (epoch_ms(chosen_at) AS chosen_at) FROM choices").to_arrow_table()
    got = read.set_column(read.schema.get_field_index('chosen_at'), 'chosen_at', read['chosen_at'].cast(arrow.int64()).cast(arrow.timestamp('ms')))
    equal('rows read by DuckDB', rows_of(got), wanted)
    print(f'ok     {len(lines)} choices in {len(days)} files of Parquet: pyarrow and DuckDB read what was exported')


def engine():
    """Opens DuckDB with the folder as the table `choices`, the day a text as in Athena."""
    database = duckdb.connect()
    files = str(PARQUET / '*' / 'choices.parquet').replace("'", "''")
    database.execute(
        f"CREATE VIEW choices AS SELECT * FROM read_parquet('{files}', hive_partitioning = true, "
        "hive_types = {'day': VARCHAR})"
    )
    return database


def queries():
    """Reads the saved queries out of the template."""

    class Template(yaml.SafeLoader):
        """Passes over the short forms of CloudFormation's functions."""

    Template.add_multi_constructor('!', lambda loader, suffix, node: None)
    template = yaml.load((ROOT / 'infra/aws/analysis.yaml').read_text(), Template)
    saved = [one['Properties'] for one in template['Resources'].values() if one['Type'] == 'AWS::Athena::NamedQuery']
    return {one['Name']: one['QueryString'] for one in saved}


def changed(sql, places):
    """Gives a query with another period or least number of visitors, each of which must stand in it."""
    for old, new in places.items():
        assert old in sql, f'{old} is not in\n{sql}'
        sql = sql.replace(old, new)
    return sql


def reports():
    """Compares what the queries find in DuckDB with what the program counts."""
    saved = queries()
    equal('saved queries', sorted(saved), ['books', 'classes', 'questions', 'ranks', 'words'])
    for name, sql in saved.items():
        parsed = sqlglot.parse_one(sql, read='athena')
        assert isinstance(parsed, sqlglot.exp.Select), f'{name} is no SELECT to Athena'
    database = engine()
    shown = 0
    for since, until, k in [('2026-03', '2026-05', 5), ('2026-04', '2026-04', 5), ('2026-03', '2026-04', 12), ('2026-03', '2026-05', 390)]:
        words = ['--since', since, '--until', until, '--k', str(k), '--top', '100000', '--json']
        text = seoga('report', '--export', NDJSON, *words)
        for others in (['--export', PARQUET], ['--export', PARQUET, '--export', NDJSON]):
            equal(f'a report over {others}', seoga('report', *others, *words), text)
        told = json.loads(text)
        places = {"'2020-01-01'": f"'{since}-01'", "'2099-12-31'": f"'{until}-31'", '>= 5': f'>= {k}'}
        found = {name: database.execute(changed(sql, places)).fetchall() for name, sql in saved.items()}
        rows = lambda name, *members: [tuple(one[member] for member in members) for one in told[name]]
        equal('books', found['books'], rows('books', 'isbn13', 'visitors'))
        cells = [(cell['from'], cell['picks'], cell['visitors']) for cell in told['ranks']['cells']]
        equal('ranks', found['ranks'], cells)
        equal('questions', found['questions'], rows('questions', 'words', 'visitors'))
        equal('words', found['words'], rows('words', 'word', 'visitors'))
        equal('classes', found['classes'], rows('classes', 'class', 'visitors'))
        least = [one['visitors'] for name in ('books', 'questions', 'words', 'classes') for one in told[name]]
        assert all(visitors >= k for visitors in least), least
        if k == 5:
            assert all(found.values()), {name: len(rows) for name, rows in found.items()}
        shown += sum(map(len, found.values()))
    print(f'ok     {len(saved)} queries give in DuckDB what the program counts: {shown} rows of 4 periods; Athena\'s dialect')


class Buckets:
    """Buckets on a server of this machine, and a table beside them."""

    def __init__(self, endpoint):
        keys = {'aws_access_key_id': 'local', 'aws_secret_access_key': 'local'}
        self.endpoint = endpoint
        self.s3 = boto3.client('s3', endpoint_url=endpoint, region_name=REGION, **keys)
        table = boto3.client('dynamodb', endpoint_url=endpoint, region_name=REGION, **keys)
        names = {'user_id': 'HASH', 'query_book': 'RANGE'}
        table.create_table(
            TableName=TABLE,
            BillingMode='PAY_PER_REQUEST',
            AttributeDefinitions=[{'AttributeName': name, 'AttributeType': 'S'} for name in names],
            KeySchema=[{'AttributeName': name, 'KeyType': kind} for name, kind in names.items()],
        )

    def make(self, name, *states):
        """Makes a bucket and sends the export into it once, and once more after each change of its versioning."""
        self.s3.create_bucket(Bucket=name, CreateBucketConfiguration={'LocationConstraint': REGION})
        for state in (None, *states):
            if state:
                self.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={'Status': state})
            for path in sorted(PARQUET.rglob('*.parquet'))[:12]:
                self.s3.put_object(Bucket=name, Key=f'choices/{path.relative_to(PARQUET)}', Body=path.read_bytes())
            self.s3.put_object(Bucket=name, Key='raw/내보낸 것+1.ndjson', Body=NDJSON.read_bytes())
            self.s3.put_object(Bucket=name, Key='results/one.csv', Body=f'"user_id"\n"{GOES}"\n'.encode())
        return self.contents(name)

    def versions(self, name):
        pages = self.s3.get_paginator('list_object_versions').paginate(Bucket=name)
        return [version for page in pages for version in page.get('Versions', [])]

    def contents(self, name):
        """Gives the rows of every version that is there, by key; `None` where it is no export."""
        found = {}
        for version in self.versions(name):
            body = self.s3.get_object(Bucket=name, Key=version['Key'], VersionId=version['VersionId'])['Body'].read()
            if body.startswith(b'PAR1'):
                rows = rows_of(arrow.parquet.read_table(arrow.BufferReader(body)))
            elif version['Key'].endswith('.ndjson'):
                rows = [row(json.loads(line)) for line in body.splitlines()]
            else:
                rows = None
            found.setdefault(version['Key'], []).append((version['IsLatest'], rows))
        return found

    def erase(self, name, code=0, endpoint=None):
        words = ['choices', 'erase', '--user', GOES, '--target', 'aws', '--table', TABLE, '--region', REGION]
        words += ['--endpoint', self.endpoint, '--bucket', name, '--bucket-endpoint', endpoint or self.endpoint]
        return seoga(*words, code=code, env={'AWS_ACCESS_KEY_ID': 'local', 'AWS_SECRET_ACCESS_KEY': 'local'})


def erasing(lines):
    """Erases a visitor out of buckets of every kind, and out of the files here."""
    logging.getLogger('werkzeug').setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False)
    server.start()
    try:
        buckets = Buckets('http://{}:{}'.format(*server.get_host_and_port()))
        for name, states in {'plain': (), 'versioned': ('Enabled',), 'suspended': ('Enabled', 'Suspended')}.items():
            before = buckets.make(name, *states)
            said = buckets.erase(name)
            after = buckets.contents(name)
            others = lambda rows: [one for one in rows if one['user_id'] != GOES]
            for key, versions in before.items():
                if key.startswith('results/'):
                    assert key not in after, f'{name}: {key} is still there'
                    continue
                current = [others(rows) for latest, rows in versions if latest]
                equal(f'{name}: what {key} has now', only([rows for latest, rows in after[key] if latest]), only(current))
                for _, rows in after[key]:
                    assert all(one['user_id'] != GOES for one in rows), f'{name}: a version of {key} has the visitor'
            gone = sum(one['user_id'] == GOES for key, versions in before.items() for _, rows in versions if rows for one in rows)
            assert f'{name}: {gone} records taken out of' in said and gone > 0, said
            again = buckets.erase(name)
            assert f'{name}: 0 records taken out of 0 objects or versions, 0 results' in again, again
            untouched = {key: versions for key, versions in buckets.contents(name).items()}
            equal(f'{name}: after it is erased again', untouched, after)
        buckets.s3.put_object(Bucket='plain', Key='copy/table.csv.gz', Body=b'\x1f\x8b\x08 some archive')
        said = buckets.erase('plain', code=1)
        assert 'plain: not reached: copy/table.csv.gz (version null): neither NDJSON nor Parquet' in said, said
        said = buckets.erase('nowhere', code=1)
        assert 'there is no such bucket' in said and 'X-Amz-Signature' not in said, said
        said = seoga(
            *['choices', 'erase', '--user', GOES, '--target', 'aws', '--table', TABLE, '--region', REGION],
            *['--endpoint', buckets.endpoint, '--export', NDJSON, '--export', PARQUET],
            env={'AWS_ACCESS_KEY_ID': 'local', 'AWS_SECRET_ACCESS_KEY': 'local'},
        )
    finally:
        server.stop()
    stay = sum(line['user_id'] != GOES for line in lines)
    assert said.count(f'{stay} choices of others stay') == 2 and stay < len(lines), said
    left = rows_of(arrow.dataset.dataset(PARQUET, partitioning='hive').to_table())
    equal('what the folder has now', left, order([row(line) for line in lines if line['user_id'] != GOES]))
    print('ok     a visitor erased out of every version in buckets without, with and with suspended versions; what cannot be read is named')


def main():
    lines = invented()
    NDJSON.write_text(''.join(json.dumps(line, ensure_ascii=False) + '\n' for line in lines))
    parquet(lines)
    reports()
    erasing(lines)


main()
