#!/usr/bin/env python3
"""tools/repeat_suite, on a program that is not k210emu and on the suite of our own guests.

usage: repeat_suite_test.py SOURCE_DIR BUILD_DIR
"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SOURCE, BUILD = map(pathlib.Path, sys.argv[1:3])

# Leaves what a suite leaves; the third time, one thing is another.
PROGRAM = """#!/usr/bin/env python3
import json, pathlib, sys
count = pathlib.Path(__file__).with_name("count")
number = int(count.read_text()) + 1 if count.exists() else 1
count.write_text(str(number))
what = sys.argv[2] if number == 3 else ""
folder = pathlib.Path("artifacts/a.yaml/picture=b.png")
folder.mkdir(parents=True)
(folder / "console.txt").write_text("hello" + what * (what == "console"))
result = {"guest_seconds": 1 + (what == "guest_seconds"), "wall_seconds": number}
pathlib.Path("results.json").write_text(json.dumps({"scenarios": [result]}))
print("1 scenario: 1 passed")
"""


def repeat(build, *arguments):
    return subprocess.run([SOURCE / "tools/repeat_suite", "--build", build, *arguments], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)


class RepeatSuiteTest(unittest.TestCase):
    def repeat_program(self, what, runs=4):
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder) / "k210emu"
            program.write_text(PROGRAM)
            program.chmod(0o755)
            return repeat(folder, "--runs", str(runs), "--seed", "7", what)

    def test_another_result_or_console_is_told(self):
        for what, told in (("guest_seconds", "results differ"), ("console", "a.yaml/picture=b.png/console.txt differ")):
            with self.subTest(what):
                ran = self.repeat_program(what)
                self.assertEqual(ran.returncode, 1)
                self.assertIn(f"; {told}\n", ran.stdout)
                self.assertEqual(ran.stdout.count("as the first"), 3)
                self.assertIn("1 of 4 runs are not like the first (--seed 7)", ran.stderr)

    def test_the_hosts_time_does_not_count(self):
        ran = self.repeat_program("nothing")
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))

    def test_a_bad_suite_is_told(self):
        ran = repeat(BUILD, "no_such_scenario.yaml")
        self.assertEqual(ran.returncode, 2)
        self.assertIn("no_such_scenario.yaml", ran.stderr)

    def test_our_own_suite_is_the_same_five_times(self):
        ran = repeat(BUILD, SOURCE / "tests/scenarios/guests", "--set", f"guests={BUILD / 'firmware'}")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual(ran.stdout.count("as the first"), 5)
        self.assertNotIn("failed", ran.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
