"""What tools/calibrate prints where there is nothing but the project itself. Needs the build folder as argument."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "calibrate"
BUILD = sys.argv.pop()


def run_calibrate(*arguments):
    with tempfile.TemporaryDirectory() as empty:
        command = [sys.executable, TOOL / "calibrate", "--build", BUILD, "--images", empty, *arguments]
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def rows_of(markdown):
    """The table's rows as lists of cells, without headings."""
    lines = [line for line in markdown.splitlines() if line.startswith("| ") and not line.startswith("| what |")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


class CalibrateTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.measured = json.loads((TOOL / "measured.json").read_text())
        cls.result = run_calibrate()
        cls.rows = rows_of(cls.result.stdout)

    def rows_of_workload(self, *workloads):
        titles = {group["title"] for group in self.measured if group.get("workload") in workloads}
        parts = re.split(r"^### (.*)$", self.result.stdout, flags=re.M)
        return [row for title, part in zip(parts[1::2], parts[2::2]) if title in titles for row in rows_of(part)]

    def test_every_measurement_has_its_row(self):
        self.assertEqual((self.result.returncode, self.result.stderr), (0, ""))
        expected = [row["what"] for group in self.measured for row in group["rows"]]
        self.assertEqual([row[0] for row in self.rows], expected)

    def test_rows_that_need_nothing_else_have_figures(self):
        rows = self.rows_of_workload("kpu_layers", "operators")
        self.assertGreater(len(rows), 15)
        for row in rows:
            measured, predicted, error = (float(re.sub("[^-+.0-9]", "", cell)) for cell in row[1:4])
            self.assertAlmostEqual((predicted / measured - 1) * 100, error, delta=3, msg=row)

    def test_rows_that_need_something_say_what(self):
        for row in self.rows_of_workload("sdk_face_detect", "coremark", "micropython", "ulab", "hardware_fft", "faces",
                                         "snapshots"):
            self.assertEqual(row[2:5], ["", "", ""])
            self.assertRegex(row[5], "^not run: (needs|no .* in) ")

    def test_kpu_rows_are_within_their_targets(self):
        for row in self.rows_of_workload("kpu_layers"):
            self.assertNotIn("**", row[3], row)

    def test_bold_errors_are_those_outside(self):
        for row in self.rows_of_workload("kpu_layers", "operators"):
            error, target = (float(re.sub("[^-+.0-9]", "", cell)) for cell in row[3:5])
            if abs(abs(error) - target) > 0.1:
                self.assertEqual("**" in row[3], abs(error) > target, row)

    def test_last_line_counts_rows(self):
        counts = [int(count) for count in re.findall(r"(\d+) \w", self.result.stdout.splitlines()[-1])]
        self.assertEqual(sum(counts), len(self.rows))


class CalibrateArgumentsTest(unittest.TestCase):
    def test_only_picks_workloads(self):
        measured = json.loads((TOOL / "measured.json").read_text())
        run = run_calibrate("--only", "operators")
        self.assertEqual(re.findall(r"^### (.*)$", run.stdout, flags=re.M),
                         [group["title"] for group in measured if group.get("workload") == "operators"])

    def test_missing_emulator_is_one_line(self):
        with tempfile.TemporaryDirectory() as empty:
            run = run_calibrate("--build", empty)
        self.assertEqual(run.returncode, 2)
        self.assertEqual(len(run.stderr.splitlines()), 1, run.stderr)
        self.assertIn(empty, run.stderr)


if __name__ == "__main__":
    unittest.main()
