#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""bench_sandbox.py - how fast `ketch sandbox` is, with the load generator on the same processors.

usage: bench_sandbox.py BUILD_DIR [--seconds S] [--tasks N] [--json]

BUILD_DIR holds ketch, sandbox_load and constant_server. Stated: start to first answer; signed reads and creates a second,
creates with fsync too; that what was acknowledged is there after kill -9; memory and rates with many tasks in the state;
Bell tasks on SV1 from create to result; and boto3's calls a second beside a server that answers constants, in turns, so
that both meet the same machine. Exit status 1 when a figure misses its mark.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import boto3
from botocore.config import Config

QPU = 'arn:aws:braket:eu-north-1::device/qpu/iqm/Garnet'
SV1 = 'arn:aws:braket:::device/quantum-simulator/amazon/sv1'
QPU_REGION = 'eu-north-1'
BUCKET = 'amazon-braket-bench'
BELL = json.dumps({
    'braketSchemaHeader': {'name': 'braket.ir.openqasm.program', 'version': '1'}, 'inputs': {},
    'source': 'OPENQASM 3.0;\nbit[2] b;\nqubit[2] q;\nh q[0];\ncnot q[0], q[1];\nb = measure q;'})
# The QPU's tasks wait for the whole bench, whatever its windows and its queue say.
SCENARIO = {'devices': {'Garnet': {'status': 'ONLINE', 'queue_s': 86400}}}


class Sandbox:
    """A sandbox of its own process; `start` says how long it took to answer."""

    def __init__(self, build, folder, *options):
        self.build, self.state = build, folder / 'state'
        self.options = options
        self.env = {}

    def start(self):
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [self.build / 'ketch', 'sandbox', '--listen', '127.0.0.1:0', '--state', self.state, *self.options],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.env = {}
        for line in self.process.stdout:
            if line.startswith('export '):
                name, _, value = line[len('export '):].strip().partition('=')
                self.env[name] = value.strip("'")
            if 'BRAKET_PRICE_OFFERS_URL' in self.env:
                break
        port = int(self.env['AWS_ENDPOINT_URL'].rpartition(':')[2])
        with socket.create_connection(('127.0.0.1', port)) as connection:
            connection.sendall(b'GET /_sandbox/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
            assert b'200 OK' in connection.recv(4096)
        return time.perf_counter() - began

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.process.wait()
        self.process.stdout.close()

    def memory_mb(self):
        """The most it had in its life."""
        status = pathlib.Path(f'/proc/{self.process.pid}/status').read_text()
        return int(status.split('VmHWM:')[1].split()[0]) / 1024

    def cpu_us(self):
        """What all its threads have used, in user and system mode."""
        fields = pathlib.Path(f'/proc/{self.process.pid}/stat').read_text().rpartition(')')[2].split()
        return (int(fields[11]) + int(fields[12])) * 1e6 / os.sysconf('SC_CLK_TCK')

    def client(self, service, region=QPU_REGION, url=None):
        return boto3.client(service, region_name=region, endpoint_url=url or self.env['AWS_ENDPOINT_URL'],
                            aws_access_key_id=self.env['AWS_ACCESS_KEY_ID'],
                            aws_secret_access_key=self.env['AWS_SECRET_ACCESS_KEY'],
                            config=Config(retries={'total_max_attempts': 1}, s3={'addressing_style': 'path'},
                                          max_pool_connections=64))

    def load(self, kind, arns, **options):
        options = {'region': QPU_REGION} | options
        if kind == 'create':
            options = {'device': QPU, 'bucket': BUCKET} | options
        command = [self.build / 'sandbox_load', kind, '--arns', arns]
        for name, value in options.items():
            command += [f'--{name}', str(value)]
        before = self.cpu_us()
        done = subprocess.run(command, env=os.environ | self.env, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f'{kind}: {done.stderr}')
        result = json.loads(done.stdout)
        return result | {'cpu_us': (self.cpu_us() - before) / max(1, result['requests'])}

    def make_bucket(self):
        self.client('s3').create_bucket(Bucket=BUCKET, CreateBucketConfiguration={'LocationConstraint': QPU_REGION})


class Report:
    """Lines for people, figures for programs, and what missed its mark."""

    def __init__(self):
        self.figures, self.missed = {}, []
        print(f'{"":62} {"measured":>11}       {"server CPU":>10}  {"wanted":>10}')

    def add(self, name, value, unit, *, least=None, most=None, cpu_us=None):
        right = (least is None or value >= least) and (most is None or value <= most)
        digits = 0 if value >= 1000 or unit == 'tasks' else 1
        wanted = '' if least is None and most is None else f'{">=" if most is None else "<="} {least or most:,}'
        spent = '' if cpu_us is None else f'{cpu_us:.1f} us'
        line = f'{name:62} {value:11,.{digits}f} {unit:5} {spent:>10}  {wanted:>10}{"" if right else "  MISSED"}'
        print(line.rstrip(), flush=True)
        self.figures[name] = {'value': value, 'unit': unit, 'least': least, 'most': most, 'cpu_us': cpu_us}
        if not right:
            self.missed.append(name)


def bench_start(build, folder, report):
    sandbox = Sandbox(build, folder)
    times = []
    for _ in range(7):
        times.append(sandbox.start() * 1e3)
        sandbox.stop()
    report.add('start to first answer, median', statistics.median(times), 'ms', most=50)


def bench_load(build, folder, scenario, seconds, report):
    sandbox = Sandbox(build, folder, '--scenario', scenario)
    arns = folder / 'arns'
    sandbox.start()
    sandbox.make_bucket()
    created = sandbox.load('create', arns, seconds=seconds)
    report.add('creates of tasks that wait for a QPU, 32 connections', created['rate'], '/s', least=4000,
               cpu_us=created['cpu_us'])
    sandbox.stop(signal.SIGKILL)
    sandbox.start()
    found = sandbox.load('get', arns, seconds=600, count=created['requests'])
    report.add('of these tasks, found again after kill -9', found['requests'] - found['refused'], 'tasks',
               least=created['requests'])
    reads = sandbox.load('get', arns, seconds=seconds)
    report.add('signed reads (GetQuantumTask), 32 connections', reads['rate'], '/s', least=10000,
               cpu_us=reads['cpu_us'])
    alone = sandbox.load('get', arns, seconds=seconds / 2, connections=1)
    report.add('one read, one connection, half of them within', alone['p50_us'], 'us', cpu_us=alone['cpu_us'])
    alone = sandbox.load('create', folder / 'alone', seconds=seconds / 2, connections=1)
    report.add('one create, one connection, half of them within', alone['p50_us'], 'us', cpu_us=alone['cpu_us'])
    sandbox.stop()


def bench_fsync(build, folder, scenario, seconds, report):
    sandbox = Sandbox(build, folder, '--scenario', scenario, '--fsync')
    sandbox.start()
    sandbox.make_bucket()
    for connections in (1, 32, 256):
        made = sandbox.load('create', folder / 'arns', seconds=seconds, connections=connections)
        report.add(f'creates with fsync in groups (--fsync), {connections} connections', made['rate'], '/s',
                   cpu_us=made['cpu_us'])
    sandbox.stop()


def in_turns(measures, turns):
    """Rates of several things, measured in turns so that the machine's moods meet all of them. Returns the median of
    each and the median of the first one's share of the second one's."""
    rates = [[] for _ in measures]
    for turn in range(turns):
        order = range(len(measures)) if turn % 2 == 0 else reversed(range(len(measures)))
        for index in order:
            rates[index].append(measures[index]())
    share = statistics.median(first / second for first, second in zip(*rates))
    return [statistics.median(one) for one in rates], share


def bench_many(build, folder, scenario, tasks, seconds, report):
    """Two sandboxes, one with many tasks and one with few, asked the same in turns."""
    many, few = (Sandbox(build, folder / name, '--scenario', scenario) for name in ('many', 'few'))
    for sandbox, count in ((many, tasks), (few, FEW)):
        sandbox.start()
        sandbox.make_bucket()
        sandbox.arns = folder / f'arns{count}'
        sandbox.load('create', sandbox.arns, seconds=600, count=count)
        sandbox.arn = sandbox.arns.read_text().split()[0]
        sandbox.calls = sdk_calls(sandbox)[0]
    measures = {
        'signed reads': lambda sandbox: sandbox.load('get', sandbox.arns, seconds=seconds / 10)['rate'],
        'boto3, get': lambda sandbox: rate_of(sandbox.calls['get'], BLOCK_CALLS),
        'boto3, search': lambda sandbox: rate_of(sandbox.calls['search'], BLOCK_CALLS),
        'creates': lambda sandbox: sandbox.load('create', folder / 'more', seconds=600, count=500)['rate'],
    }
    for name, measure in measures.items():
        rates, share = in_turns([lambda: measure(many), lambda: measure(few)], 16)
        report.add(f'{name} with {tasks:,} tasks in the state', rates[0], '/s')
        report.add(f'{name}, beside a state of {FEW} tasks', 100 * share, '%', least=80)
    report.add(f'memory at its peak, with {tasks:,} tasks', many.memory_mb(), 'MB', most=60)
    few.stop()
    many.stop()
    times = []
    for _ in range(5):
        times.append(many.start() * 1e3)
        last = many
        last.stop()
    report.add('start to first answer with them, median', statistics.median(times), 'ms', most=50)


def bench_bell(build, folder, seconds, report):
    """From create to the result's bytes in hand, many at once; a simulator's task stays cancellable no time here."""
    scenario = folder / 'now.json'
    scenario.write_text(json.dumps({'simulator_cancellable_s': 0}))
    sandbox = Sandbox(build, folder, '--scenario', scenario)
    sandbox.start()
    sandbox.make_bucket()
    braket, s3 = sandbox.client('braket', 'us-west-2'), sandbox.client('s3', 'us-west-2')
    end = time.perf_counter() + seconds

    def one():
        done = 0
        while time.perf_counter() < end:
            arn = braket.create_quantum_task(deviceArn=SV1, action=BELL, shots=100, outputS3Bucket=BUCKET,
                                             outputS3KeyPrefix='tasks')['quantumTaskArn']
            while True:
                task = braket.get_quantum_task(quantumTaskArn=arn)
                if task['status'] == 'COMPLETED':
                    break
                assert task['status'] in ('CREATED', 'QUEUED', 'RUNNING'), task
            s3.get_object(Bucket=BUCKET, Key=f'{task["outputS3Directory"]}/results.json')['Body'].read()
            done += 1
        return done

    began = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        done = sum(pool.map(lambda _: one(), range(4)))
    report.add('Bell tasks on SV1 from create to result, through boto3', done / (time.perf_counter() - began), '/s')
    sandbox.stop()


def sdk_calls(sandbox, url=None):
    """The calls of a program that runs tasks, as functions without arguments."""
    braket, s3 = sandbox.client('braket', url=url), sandbox.client('s3', url=url)
    arn = sandbox.arn
    return {
        'create': lambda: braket.create_quantum_task(deviceArn=QPU, action=BELL, shots=100, outputS3Bucket=BUCKET,
                                                     outputS3KeyPrefix='tasks'),
        'get': lambda: braket.get_quantum_task(quantumTaskArn=arn),
        'search': lambda: braket.search_quantum_tasks(
            filters=[{'name': 'deviceArn', 'operator': 'EQUAL', 'values': [QPU]}], maxResults=10),
        's3 get': lambda: s3.get_object(Bucket=BUCKET, Key='object')['Body'].read(),
    }, (braket, s3)


def record(sandbox):
    """What the sandbox answers to each call: the constants."""
    calls, clients = sdk_calls(sandbox)
    rows, kept = [], {'content-type', 'etag', 'last-modified', 'accept-ranges', 'x-amzn-requestid', 'x-amz-request-id',
                      'x-amz-id-2', 'x-amz-checksum-crc32'}

    def note_request(request, **_):
        path = '/' + request.url.split('/', 3)[3]
        rows.append({'method': request.method, 'prefix': path})

    def note_answer(response_dict, **_):
        body = response_dict['body']
        rows[-1] |= {'status': response_dict['status_code'], 'body': body.decode() if isinstance(body, bytes) else '',
                     'headers': {k: v for k, v in response_dict['headers'].items() if k.lower() in kept}}

    for client in clients:
        client.meta.events.register('before-send.*.*', note_request)
        client.meta.events.register('before-parse.*.*', note_answer)
    for name, call in calls.items():
        result = call()
        if name == 's3 get':
            rows[-1]['body'] = result.decode()
    # The longest first: "/quantum-task" begins "/quantum-tasks" too.
    return sorted(rows, key=lambda row: -len(row['prefix']))


def rate_of(call, seconds):
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        call()
        count += 1
    return count / (time.perf_counter() - began)


def bench_sdk(build, folder, scenario, seconds, report):
    sandbox = Sandbox(build, folder, '--scenario', scenario)
    sandbox.start()
    sandbox.make_bucket()
    sandbox.client('s3').put_object(Bucket=BUCKET, Key='object', Body='x' * 1000)
    sandbox.arn = sandbox.client('braket').create_quantum_task(
        deviceArn=QPU, action=BELL, shots=100, outputS3Bucket=BUCKET, outputS3KeyPrefix='tasks')['quantumTaskArn']
    for _ in range(20):
        sandbox.client('braket').create_quantum_task(deviceArn=QPU, action=BELL, shots=100, outputS3Bucket=BUCKET,
                                                     outputS3KeyPrefix='tasks')
    answers = folder / 'answers.json'
    answers.write_text(json.dumps(record(sandbox)))
    constant = subprocess.Popen([build / 'constant_server', answers], stdout=subprocess.PIPE, text=True)
    url = f'http://127.0.0.1:{int(constant.stdout.readline())}'
    ours, yardstick = sdk_calls(sandbox)[0], sdk_calls(sandbox, url)[0]
    turns = 10
    for name in ours:
        rates = {'ours': [], 'constants': []}
        ours[name](), yardstick[name]()
        for turn in range(turns):
            pair = [('ours', ours[name]), ('constants', yardstick[name])]
            for key, call in pair if turn % 2 == 0 else reversed(pair):
                rates[key].append(rate_of(call, seconds / turns))
        mine, theirs = statistics.median(rates['ours']), statistics.median(rates['constants'])
        report.add(f'boto3, {name}: calls', mine, '/s')
        report.add(f'boto3, {name}: beside a server of constants', 100 * mine / theirs, '%', least=90)
    constant.terminate()
    constant.wait()
    constant.stdout.close()
    sandbox.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('build', type=pathlib.Path)
    parser.add_argument('--seconds', type=float, default=4, help='of each measurement')
    parser.add_argument('--tasks', type=int, default=100000, help='in the state when memory is measured')
    parser.add_argument('--json', action='store_true', help='print the figures once more as JSON')
    options = parser.parse_args()
    report = Report()
    root = pathlib.Path(tempfile.mkdtemp(prefix='ketch-bench-'))
    scenario = root / 'scenario.json'
    scenario.write_text(json.dumps(SCENARIO))
    build, seconds = options.build.resolve(), options.seconds
    try:
        bench_start(build, root / 'start', report)
        for name, bench in (('load', bench_load), ('fsync', bench_fsync)):
            (root / name).mkdir()
            bench(build, root / name, scenario, seconds, report)
        (root / 'many').mkdir()
        bench_many(build, root / 'many', scenario, options.tasks, seconds, report)
        (root / 'bell').mkdir()
        bench_bell(build, root / 'bell', seconds, report)
        (root / 'sdk').mkdir()
        bench_sdk(build, root / 'sdk', scenario, seconds, report)
    finally:
        shutil.rmtree(root)
    if options.json:
        print(json.dumps({'figures': report.figures, 'missed': report.missed}))
    return 1 if report.missed else 0


if __name__ == '__main__':
    sys.exit(main())
