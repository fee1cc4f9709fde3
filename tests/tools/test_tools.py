#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_tools.py - the checks refuse what they are there to refuse: planted includes, missing licences; what installs
packages asks first, and installs what is missing."""
import contextlib
import os
import pathlib
import pty
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = '''kt_folder(base             LIBS m)
kt_folder(circuit KNOWS base)
kt_folder(qasm    KNOWS circuit)
kt_folder(sim     KNOWS circuit LIBS Threads::Threads)
kt_folder(device  KNOWS sim qasm)
'''
HEAD = '/* SPDX-License-Identifier: Apache-2.0 */\n/* f.c - a file of a test. */\n'

# file, its text, what the layer check must say about it (None: nothing)
LAYER_CASES = [
    ('src/sim/a.c', '#include "circuit/circuit.h"\n', None),
    ('src/sim/a.c', '#include "base/error.h"\n#include <math.h>\n', None),
    ('src/sim/a.c', '#include "sim/a_priv.h"\n', None),
    ('src/sim/a_test.c', '#include "tests/unit.h"\n', None),
    ('src/sim/a.c', '\n#include "qasm/parse.h"\n', 'src/sim/a.c:2: sim does not know qasm'),
    ('src/sim/kernels/k.c', '#include "device/device.h"\n', 'src/sim/kernels/k.c:1: sim does not know device'),
    ('src/base/a.h', '  #  include   "circuit/op.h"\n', 'src/base/a.h:1: base does not know circuit'),
    ('src/qasm/a.c', '#include "sim/run.h"\n', 'src/qasm/a.c:1: qasm does not know sim'),
    ('src/sim/a.c', '#include <qasm/parse.h>\n', "src/sim/a.c:1: <qasm/parse.h> is Ketch's own"),
    ('src/sim/a.c', '#include "../qasm/parse.h"\n', 'src/sim/a.c:1: "../qasm/parse.h" is no path from src/'),
    ('src/device/a.c', '#include "sim/run_priv.h"\n', 'src/device/a.c:1: "sim/run_priv.h" is private to sim'),
    ('src/sim/a.c', '#include "tests/unit.h"\n', 'src/sim/a.c:1: "tests/unit.h" is no path from src/'),
    ('src/new/a.c', '\n', 'src/new/a.c:1: folder new has no kt_folder() line'),
    ('include/ketch/a.h', '#include <ketch/b.h>\n#include <stddef.h>\n', None),
    ('include/ketch/a.h', '#include "base/base.h"\n', 'include/ketch/a.h:1: a public header may not include base/base.h'),
    ('include/ketch/a.h', '#include <jansson.h>\n', 'include/ketch/a.h:1: a public header may not include jansson.h'),
]

OWNING = 'void f(int c)\n{\n    KT_BUF_OWN b;\n'
STYLE_CASES = [
    ('a.c', HEAD + 'int a;\n', None),
    ('a.c', '/* a.c - a file of a test. */\n', 'a.c:1: begins without'),
    ('a.c', '/* SPDX-License-Identifier: Apache-2.0 */\nint a;\n', 'a.c:2: has no head comment'),
    ('a.c', HEAD + 'int a; \n', 'a.c:3: ends in blanks'),
    ('a.c', HEAD + 'int a;', 'a.c:3: ends without a newline'),
    ('a.c', HEAD + '/* ' + 'x' * 120 + ' */\n', 'a.c:3: is 126 columns wide'),
    ('a.sh', '#!/bin/bash\n# SPDX-License-Identifier: Apache-2.0\n# a.sh - does a thing.\n# TO' + 'DO more\n',
     'a.sh:4: is left unfinished'),
    ('tool', '#!/bin/bash\necho\n', 'tool:1: begins without'),
    ('a.c', HEAD + OWNING + '    kt_buf_init(&b, 0);\n    return;\n}\n', None),
    ('a.c', HEAD + OWNING + '    if (c)\n        return;\n    kt_buf_init(&b, 0);\n}\n', 'a.c:7: leaves before b is begun'),
]


def run_check(tool, path, text):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name in ('src', 'include'):
            (root / name).mkdir()
        if tool == 'check_layers':
            (root / 'CMakeLists.txt').write_text(FOLDERS)
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
        return subprocess.run([sys.executable, ROOT / 'tools' / tool, folder], capture_output=True, text=True)


class Checks(unittest.TestCase):
    def table(self, tool, cases):
        for path, text, expected in cases:
            with self.subTest(tool=tool, path=path, text=text):
                done = run_check(tool, path, text)
                if expected is None:
                    self.assertEqual((done.stderr, done.returncode), ('', 0))
                else:
                    self.assertIn(expected, done.stderr)
                    self.assertEqual(done.returncode, 1)

    def test_layer_check_refuses_an_include_across_a_border(self):
        self.table('check_layers', LAYER_CASES)

    def test_style_check_refuses_what_the_house_style_forbids(self):
        self.table('check_style', STYLE_CASES)

    def test_layer_check_reads_the_real_table(self):
        """All folders of src/ are in the real table, so none goes unchecked."""
        done = subprocess.run([sys.executable, ROOT / 'tools' / 'check_layers'], capture_output=True, text=True)
        self.assertEqual((done.stderr, done.returncode), ('', 0))


# A machine of Debian's, as far as tools/setup.sh looks: `installed` is there, nothing else. sudo hands on no
# environment, as the real one does; all that would be done is written down in `log`.
FAKES = {
    'dpkg-query': """grep -qx -- "${!#}" "$ROOT/installed" && echo installed""",
    'apt-cache': """[ ! -e "$ROOT/no-lists" ]""",
    'apt-get': """echo "$(id -u): ${DEBIAN_FRONTEND:-asking} apt-get $*" >>"$ROOT/log/done"
                  [ "$2" != install ] || [ ! -e "$ROOT/broken" ]""",
    'sudo': """echo "sudo $*" >>"$ROOT/log/done"; exec env -i PATH="$PATH" "$@" """,
}
REAL = ['bash', 'cat', 'cut', 'dirname', 'env', 'grep', 'id', 'sed']
PACKAGES = '# set package what for\nbuild gcc the compiler\nbuild cmake the build\ntest g++ C++17\nlint clang fuzzing\n'


@contextlib.contextmanager
def machine(installed=(), sudo=True, marks=()):
    """A folder with the tool and a PATH of its own, readable for somebody who is not root."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name in ('tools', 'bin', 'log'):
            (root / name).mkdir()
        shutil.copy(ROOT / 'tools/setup.sh', root / 'tools')
        (root / 'tools/packages.txt').write_text(PACKAGES)
        (root / 'installed').write_text(''.join(f'{name}\n' for name in installed))
        for name in marks:
            (root / name).touch()
        for name in REAL:
            (root / 'bin' / name).symlink_to(shutil.which(name))
        for name, body in FAKES.items():
            if sudo or name != 'sudo':
                (root / 'bin' / name).write_text(f'#!/bin/bash\nROOT={root}\n{body}\n')
                (root / 'bin' / name).chmod(0o755)
        root.chmod(0o755)
        (root / 'log').chmod(0o777)
        yield root


def somebody():
    """How to become a user who is not root; nothing when the test is one already."""
    return ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] if os.getuid() == 0 else []


def read_to_end(terminal):
    text = b''
    with contextlib.suppress(OSError):  # the other end is closed
        while block := os.read(terminal, 4096):
            text += block
    return text.decode().replace('\r\n', '\n')


def run_setup(root, *words, answer=None, become=None):
    """Returns exit status, what was said, what was done. answer: typed on a terminal; None: there is no terminal."""
    command = [*(somebody() if become is None else become), str(root / 'bin/bash'), str(root / 'tools/setup.sh'), *words]
    command[0] = shutil.which(command[0])
    environment = {'PATH': str(root / 'bin'), 'LC_ALL': 'C'}
    if answer is None:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment,
                              timeout=60)
        status, said = done.returncode, done.stdout + done.stderr
    else:
        terminal, inside = pty.openpty()
        os.write(terminal, answer.encode())
        run = subprocess.Popen(command, stdin=inside, stdout=inside, stderr=inside, env=environment,
                               start_new_session=True)
        os.close(inside)
        said = read_to_end(terminal)
        os.close(terminal)
        status = run.wait(timeout=60)
    log = root / 'log/done'
    return status, said, log.read_text() if log.exists() else ''


INSTALL = 'env DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends'


@unittest.skipIf(os.getuid() == 0 and not shutil.which('setpriv'), 'needs setpriv, to be somebody else than root')
class Setup(unittest.TestCase):
    def test_says_nothing_and_does_nothing_when_all_is_there(self):
        with machine(installed=['gcc', 'cmake']) as root:
            self.assertEqual(run_setup(root, 'build'), (0, '', ''))

    def test_lists_what_is_missing_and_why_and_only_of_the_sets_asked_for(self):
        with machine(installed=['gcc']) as root:
            said = run_setup(root, 'build', 'test')[1]
        self.assertIn('these Debian packages are missing:\n    cmake: the build\n    g++: C++17\n', said)
        self.assertNotIn('gcc', said)
        self.assertNotIn('clang', said)

    def test_asks_and_on_no_says_what_to_type_and_does_nothing(self):
        for answer in ('n\n', 'what?\n', '\x04'):
            with self.subTest(answer=answer), machine(installed=['gcc']) as root:
                status, said, done = run_setup(root, 'build', answer=answer)
                self.assertEqual((status, done), (2, ''))
                self.assertIn('install them with sudo apt-get? [Y/n]', said)
                self.assertIn('setup: not installed; run: sudo apt-get install cmake\n', said)

    def test_asks_and_on_yes_installs_with_sudo_without_further_questions(self):
        for answer in ('y\n', '\n', 'yes\n'):
            with self.subTest(answer=answer), machine() as root:
                status, said, done = run_setup(root, 'build', 'test', answer=answer)
                self.assertEqual(status, 0, said)
                first, second = done.splitlines()
                self.assertEqual(first, f'sudo {INSTALL} gcc cmake g++')
                self.assertIn(': noninteractive apt-get -qy install', second)

    def test_fetches_package_lists_where_there_are_none(self):
        with machine(marks=['no-lists']) as root:
            done = run_setup(root, 'test', answer='y\n')[2].splitlines()
        self.assertEqual([line for line in done if line.startswith('sudo')],
                         ['sudo apt-get -q update', f'sudo {INSTALL} g++'])

    def test_tries_again_with_fresh_lists_and_then_fails(self):
        with machine(marks=['broken']) as root:
            status, said, done = run_setup(root, 'test', answer='y\n')
        self.assertEqual([line for line in done.splitlines() if line.startswith('sudo')],
                         [f'sudo {INSTALL} g++', 'sudo apt-get -q update', f'sudo {INSTALL} g++'])
        self.assertIn('once more, with fresh package lists', said)
        self.assertEqual(status, 1)

    def test_without_a_terminal_nobody_is_asked(self):
        with machine() as root:
            status, said, done = run_setup(root, 'test')
        self.assertEqual((status, done), (2, ''))
        self.assertIn('setup: nobody to ask; run: sudo apt-get install g++\n', said)

    def test_without_sudo_root_is_asked_for(self):
        for answer in (None, 'y\n'):
            with self.subTest(answer=answer), machine(sudo=False) as root:
                status, said, done = run_setup(root, 'test', answer=answer)
                self.assertEqual((status, done), (2, ''))
                self.assertIn('setup: not root and no sudo here; as root run: apt-get install g++\n', said)

    @unittest.skipIf(os.getuid() != 0, 'needs root')
    def test_root_installs_without_being_asked(self):
        with machine() as root:
            status, said, done = run_setup(root, 'test', become=[])
        self.assertEqual((status, done.strip()),
                         (0, '0: noninteractive apt-get -qy install --no-install-recommends g++'), said)


if __name__ == '__main__':
    program = unittest.main(exit=False)
    bad = len(program.result.failures) + len(program.result.errors)
    sys.stderr.flush()
    print(f'{max(program.result.testsRun - bad, 0)} passed, {bad} failed', flush=True)
    sys.exit(bad != 0)
