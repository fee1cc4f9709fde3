#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""bench_braket.py - Ketch as a client of Braket beside the Amazon SDK, on the same sandbox, which holds both to AWS's
default quotas.

usage: bench_braket.py BUILD_DIR [--tasks N] [--sdk-tasks N] [--json]

Stated: how long N tasks on SV1 take, beside the least that the quota of CreateQuantumTask allows (20 a second, 40 at
once); calls beyond one CreateQuantumTask and one result a task; throttles; CPU seconds and memory of both; one circuit
end to end, beside the SDK's; and a cold `ketch devices` over five regions. Exit status 1 when a figure misses its mark.
"""
import argparse
import collections
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

from bench_sandbox import Report, Sandbox

PROGRAM = 'OPENQASM 3.0;\ninput float theta;\nbit[2] b;\nqubit[2] q;\nrx(theta) q[0];\ncnot q[0], q[1];\nb = measure q;\n'
RATE, BURST = 20, 40
# With its own settings a throttle ends the SDK's whole batch.
PATIENT = {'AWS_RETRY_MODE': 'adaptive', 'AWS_MAX_ATTEMPTS': '20'}
SDK = '''
import sys
from braket.aws import AwsDevice, AwsSession
from braket.circuits import Circuit
import boto3
count = int(sys.argv[1])
session = AwsSession(boto3.Session(region_name="us-east-1"))
device = AwsDevice("arn:aws:braket:::device/quantum-simulator/amazon/sv1", aws_session=session)
circuits = [Circuit().rx(0, i / count).cnot(0, 1) for i in range(count)]
if count == 1:
    print(device.run(circuits[0], shots=100).result().measurement_counts)
else:
    batch = device.run_batch(circuits, shots=100)
    print(len(batch.results(max_retries=10)))
'''


class Watched(Sandbox):
    """A sandbox that tells every call."""

    def __init__(self, build, folder, *options):
        super().__init__(build, folder, *options, '--verbose')
        self.log = folder / 'calls'

    def start(self):
        with self.log.open('wb') as log:
            popen, subprocess.Popen = subprocess.Popen, lambda *a, **k: popen(*a, **(k | {'stderr': log}))
            try:
                return super().start()
            finally:
                subprocess.Popen = popen

    def calls(self):
        """How often each operation was called, and how many calls were throttled."""
        counts, throttled = collections.Counter(), 0
        for line in self.log.read_text(errors='replace').splitlines():
            found = re.match(r'ketch: debug: (\d\d\d) (\w+) [A-Z]+ /', line)
            if found:
                counts[found[2]] += 1
                throttled += found[1] in ('429', '503')
        return counts, throttled


def memory_mb(pid):
    """The most it had until now. (What wait4 says counts this process too, of which it was a copy.)"""
    try:
        found = re.search(r'VmHWM:\s+(\d+)', pathlib.Path(f'/proc/{pid}/status').read_text())
    except OSError:
        found = None
    return int(found[1]) / 1024 if found else 0


def measure(command, env, folder):
    """Seconds, CPU seconds and peak MB of a command."""
    began = time.perf_counter()
    peak_mb, pid = 0, 0
    with (folder / 'out').open('wb') as out, (folder / 'errors').open('wb') as errors:
        process = subprocess.Popen(command, env=os.environ | env, stdout=out, stderr=errors, cwd=folder)
        while pid == 0:
            peak_mb = max(peak_mb, memory_mb(process.pid))
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            time.sleep(0.001 if pid == 0 else 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f'{command}: {(folder / "errors").read_text()}')
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime, peak_mb


def extra(counts, tasks):
    """Calls beyond one creation and one result a task, in percent of the tasks."""
    return 100 * (sum(counts.values()) - 2 * tasks) / tasks


def bench_many(build, folder, tasks, sdk_tasks, report):
    inputs = folder / 'inputs.json'
    inputs.write_text(json.dumps([{'theta': i / tasks} for i in range(tasks)]))
    (folder / 'a.qasm').write_text(PROGRAM)
    sandbox = Watched(build, folder, '--quotas', 'aws')
    sandbox.start()
    command = [build / 'ketch', 'run', 'a.qasm', '--device', 'sv1', '--shots', '100', '--inputs', inputs, '--json',
               '--state', folder / 'ketch']
    seconds, cpu_s, peak_mb = measure(command, sandbox.env, folder)
    counts, throttled = sandbox.calls()
    sandbox.stop()
    done = json.loads((folder / 'out').read_text())
    if sum(task['state'] == 'completed' for task in done['tasks']) != tasks:
        sys.exit('not every task has completed')
    best = max(0, tasks - BURST) / RATE
    report.add(f'ketch, {tasks:,} tasks on SV1', seconds, 's', most=round(best * 1.05, 1) if best > 20 else None)
    report.add('  the least that the quota allows', best, 's')
    report.add('  calls beyond one creation and one result a task', extra(counts, tasks), '%', most=5)
    report.add('  throttles', throttled, '')
    report.add('  CPU', cpu_s, 's')
    report.add('  memory', peak_mb, 'MB', most=30)

    other = folder / 'sdk'
    other.mkdir()
    sandbox = Watched(build, other, '--quotas', 'aws')
    sandbox.start()
    seconds, sdk_cpu_s, peak_mb = measure([sys.executable, '-c', SDK, str(sdk_tasks)], sandbox.env | PATIENT, other)
    counts, throttled = sandbox.calls()
    sandbox.stop()
    report.add(f'Amazon SDK, {sdk_tasks:,} tasks on SV1', seconds, 's')
    report.add('  calls beyond one creation and one result a task', extra(counts, sdk_tasks), '%')
    report.add('  throttles', throttled, '')
    report.add('  CPU', sdk_cpu_s, 's')
    report.add('  memory', peak_mb, 'MB')
    share = (cpu_s / tasks) / (sdk_cpu_s / sdk_tasks)
    report.add("ketch's CPU beside the SDK's, a task", 100 * share, '%', most=5)


def bench_one(build, folder, report):
    (folder / 'a.qasm').write_text(PROGRAM)
    sandbox = Sandbox(build, folder)
    sandbox.start()
    command = [build / 'ketch', 'run', 'a.qasm', '--device', 'sv1', '--set', 'theta=1', '--state', folder / 'ketch']
    runs = [measure(command, sandbox.env, folder) for _ in range(5)]
    report.add('ketch, one circuit: CPU, median', 1000 * statistics.median(run[1] for run in runs), 'ms', most=25)
    report.add('  memory', max(run[2] for run in runs), 'MB', most=30)
    seconds, cpu_s, peak_mb = measure([sys.executable, '-c', SDK, '1'], sandbox.env, folder)
    report.add('Amazon SDK, one circuit: CPU', 1000 * cpu_s, 'ms')
    report.add('  memory', peak_mb, 'MB')
    report.add('  from start to end', seconds, 's')
    times = [measure([build / 'ketch', 'devices'], sandbox.env, folder)[0] for _ in range(20)]
    report.add('ketch devices, cold, five regions, median', 1000 * statistics.median(times), 'ms', most=100)
    local = [measure([build / 'ketch', 'run', 'a.qasm', '--set', 'theta=1'], {}, folder)[0] for _ in range(20)]
    report.add('ketch run, on this machine, median', 1000 * statistics.median(local), 'ms', most=10)
    sandbox.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('build', type=pathlib.Path)
    parser.add_argument('--tasks', type=int, default=1000)
    parser.add_argument('--sdk-tasks', type=int, default=1000)
    parser.add_argument('--json', action='store_true', help='JSON on standard output, the table on standard error')
    options = parser.parse_args()
    for name in [n for n in os.environ if n.startswith(('AWS_', 'KETCH_', 'BRAKET_'))]:
        del os.environ[name]
    report = Report(sys.stderr if options.json else sys.stdout)
    with tempfile.TemporaryDirectory(prefix='ketch-bench-') as root:
        for name, bench in (('one', lambda folder: bench_one(options.build.resolve(), folder, report)),
                            ('many', lambda folder: bench_many(options.build.resolve(), folder, options.tasks,
                                                               options.sdk_tasks, report))):
            folder = pathlib.Path(root, name)
            folder.mkdir()
            bench(folder)
    if options.json:
        print(json.dumps({'figures': report.figures, 'missed': report.missed}, indent=1))
    return 1 if report.missed else 0


if __name__ == '__main__':
    sys.exit(main())
