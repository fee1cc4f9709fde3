#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""bench_sandbox.py - how fast `ketch sandbox` is, with the load generator on the same processors.

usage: bench_sandbox.py BUILD_DIR [--seconds S] [--tasks N] [--json]

BUILD_DIR holds ketch, sandbox_load and constant_server. Stated: start to first answer; signed reads and creates a
second, creates with fsync too; that what was acknowledged is there after kill -9; rates with many tasks in the state
beside those with few, memory and start with many; Bell tasks on SV1 from create to result; and boto3's calls a second
beside a server that answers constants. What is compared is measured in turns, block by block, so that both meet the
same machine. Exit status 1 when a figure misses its mark.
"""
import argparse
import concurrent.futures
import contextlib
import json
import os
import pathlib
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
QPU_REGION, SV1_REGION = 'eu-north-1', 'us-west-2'
BUCKET = 'amazon-braket-bench'
FEW, BELLS, BLOCK_CALLS = 100, 2000, 25
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

    def __init__(self, out):
        self.figures, self.missed, self.out = {}, [], out
        print(f'{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; CPU is what the server used for one call\n',
              file=out)
        print(f'{"":62} {"measured":>11}       {"CPU":>10}  {"wanted":>10}', file=out)

    def add(self, name, value, unit, *, least=None, most=None, cpu_us=None):
        right = (least is None or value >= least) and (most is None or value <= most)
        digits = 0 if value >= 1000 or unit == 'tasks' else 1
        wanted = '' if least is None and most is None else f'{">=" if most is None else "<="} {least or most:,}'
        spent = '' if cpu_us is None else f'{cpu_us:.1f} us'
        line = f'{name:62} {value:11,.{digits}f} {unit:5} {spent:>10}  {wanted:>10}{"" if right else "  MISSED"}'
        print(line.rstrip(), file=self.out, flush=True)
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
        many.stop()
    report.add('start to first answer with them, median', statistics.median(times), 'ms', most=50)


def bench_bell(build, folder, seconds, report):
    """From create to the result's bytes in hand; a simulator's task stays cancellable no time here."""
    scenario = folder / 'now.json'
    scenario.write_text(json.dumps({'simulator_cancellable_s': 0}))
    sandbox = Sandbox(build, folder, '--scenario', scenario)
    sandbox.start()
    sandbox.make_bucket()
    braket, s3 = sandbox.client('braket', SV1_REGION), sandbox.client('s3', SV1_REGION)

    def await_result(arn):
        while (task := braket.get_quantum_task(quantumTaskArn=arn))['status'] != 'COMPLETED':
            assert task['status'] in ('CREATED', 'QUEUED', 'RUNNING'), task
        s3.get_object(Bucket=BUCKET, Key=f'{task["outputS3Directory"]}/results.json')['Body'].read()

    def one():
        done, end = 0, time.perf_counter() + seconds
        while time.perf_counter() < end:
            await_result(braket.create_quantum_task(deviceArn=SV1, action=BELL, shots=100, outputS3Bucket=BUCKET,
                                                    outputS3KeyPrefix='tasks')['quantumTaskArn'])
            done += 1
        return done

    before, began = sandbox.cpu_us(), time.perf_counter()
    sandbox.load('create', folder / 'arns', seconds=600, count=BELLS, device=SV1, region=SV1_REGION)
    for arn in (folder / 'arns').read_text().split()[-64:]:
        await_result(arn)
    report.add(f'Bell tasks on SV1 from create to result, {BELLS:,} at once', BELLS / (time.perf_counter() - began), '/s',
               cpu_us=(sandbox.cpu_us() - before) / BELLS)
    began = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        done = sum(pool.map(lambda _: one(), range(4)))
    report.add('the same by boto3 in 4 threads, polling for each', done / (time.perf_counter() - began), '/s')
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


def rate_of(call, count):
    began = time.perf_counter()
    for _ in range(count):
        call()
    return count / (time.perf_counter() - began)


@contextlib.contextmanager
def constant_server(build, answers):
    """Gives its URL."""
    process = subprocess.Popen([build / 'constant_server', answers], stdout=subprocess.PIPE, text=True)
    try:
        yield f'http://127.0.0.1:{int(process.stdout.readline())}'
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def bench_sdk(build, folder, scenario, seconds, report):
    sandbox = Sandbox(build, folder, '--scenario', scenario)
    sandbox.start()
    sandbox.make_bucket()
    sandbox.client('s3').put_object(Bucket=BUCKET, Key='object', Body='x' * 1000)
    sandbox.load('create', folder / 'arns', seconds=600, count=FEW)
    sandbox.arn = (folder / 'arns').read_text().split()[0]
    answers = folder / 'answers.json'
    answers.write_text(json.dumps(record(sandbox)))
    turns = max(4, int(seconds * 10))
    with constant_server(build, answers) as url:
        ours, yardstick = sdk_calls(sandbox)[0], sdk_calls(sandbox, url)[0]
        for name in ours:
            rate_of(ours[name], 20), rate_of(yardstick[name], 20)
            before = sandbox.cpu_us()
            rates, share = in_turns([lambda: rate_of(ours[name], BLOCK_CALLS),
                                     lambda: rate_of(yardstick[name], BLOCK_CALLS)], turns)
            cpu_us = (sandbox.cpu_us() - before) / (turns * BLOCK_CALLS)
            report.add(f'boto3, {name}', rates[0], '/s', cpu_us=cpu_us)
            report.add(f'boto3, {name}, beside a server of constants', 100 * share, '%', least=90)
    sandbox.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('build', type=pathlib.Path)
    parser.add_argument('--seconds', type=float, default=4, help='of each measurement')
    parser.add_argument('--tasks', type=int, default=100000, help='in the state when memory is measured')
    parser.add_argument('--json', action='store_true', help='JSON on standard output, the table on standard error')
    options = parser.parse_args()
    report = Report(sys.stderr if options.json else sys.stdout)
    build, seconds, tasks = options.build.resolve(), options.seconds, options.tasks
    with tempfile.TemporaryDirectory(prefix='ketch-bench-') as root:
        scenario = pathlib.Path(root, 'scenario.json')
        scenario.write_text(json.dumps(SCENARIO))
        benches = {
            'start': lambda folder: bench_start(build, folder, report),
            'load': lambda folder: bench_load(build, folder, scenario, seconds, report),
            'fsync': lambda folder: bench_fsync(build, folder, scenario, seconds, report),
            'many': lambda folder: bench_many(build, folder, scenario, tasks, seconds, report),
            'bell': lambda folder: bench_bell(build, folder, seconds, report),
            'sdk': lambda folder: bench_sdk(build, folder, scenario, seconds, report),
        }
        for name, bench in benches.items():
            folder = pathlib.Path(root, name)
            folder.mkdir()
            bench(folder)
    if options.json:
        print(json.dumps({'figures': report.figures, 'missed': report.missed}, indent=1))
    return 1 if report.missed else 0


if __name__ == '__main__':
    sys.exit(main())
