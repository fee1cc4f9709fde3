#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_tools.py - the checks refuse what they are there to refuse: planted includes, missing licences."""
import pathlib
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


if __name__ == '__main__':
    program = unittest.main(exit=False)
    bad = len(program.result.failures) + len(program.result.errors)
    sys.stderr.flush()
    print(f'{max(program.result.testsRun - bad, 0)} passed, {bad} failed', flush=True)
    sys.exit(bad != 0)
