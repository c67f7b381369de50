#!/usr/bin/env python3
"""Runs the shell steps of the GitHub action and of the GitLab template as they are, on a scenario of our own firmware.

usage: ci_templates_test.py SOURCE_DIR BUILD_DIR
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

import yaml

source, build = map(pathlib.Path, sys.argv[1:3])
cache = (build / "CMakeCache.txt").read_text()
prefix = next((line.partition("=")[2] for line in cache.splitlines() if line.startswith("K210_PREFIX:")), "")
failures = 0


def check(what, holds):
    global failures
    if not holds:
        failures += 1
        print(f"FAILED: {what}")


def run(steps, folder, scenario):
    environment = {**os.environ, "K210EMU": str(source), "K210_BUILD": str(build), "SCENARIOS": scenario, "OPTIONS": "-j 1",
                   "ARTIFACTS": "kept"}
    if prefix:
        environment["K210_PREFIX"] = prefix
    for step in steps:
        done = subprocess.run(["bash", "-e", "-o", "pipefail", "-c", step], cwd=folder, env=environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            return done.returncode, done.stdout
    return 0, ""


action = yaml.safe_load((source / ".github/actions/test/action.yml").read_text())
gitlab = yaml.safe_load((source / "docs/examples/ci/gitlab.yml").read_text())[".k210emu"]
for name, steps in (("GitHub's", [step["run"] for step in action["runs"]["steps"] if "run" in step]),
                    ("GitLab's", gitlab["script"])):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for scenario, text in ("passes", "hello"), ("fails", "goodbye"):
            (folder / f"{scenario}.yaml").write_text(
                f"firmware: {build}/firmware/hello.elf\nboard: maix_bit\nsteps:\n  - expect-text: {text}\n")
        status, said = run(steps, folder, "passes.yaml")
        check(f"{name} steps pass with a scenario that passes: {said}", status == 0)
        status, said = run(steps, folder, "fails.yaml")
        check(f"{name} steps fail with one that fails: {said}", status == 1)
        check(f"{name} steps name what failed: {said}", "goodbye" in said)
        junit = xml.etree.ElementTree.parse(folder / "kept" / "junit.xml")
        check(f"{name} steps leave JUnit's file", next(junit.iter("failure"), None) is not None)

sys.exit(1 if failures else 0)
