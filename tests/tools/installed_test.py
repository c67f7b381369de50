#!/usr/bin/env python3
"""Installs the build into a folder of its own and uses what is there as programs outside the tree do.

usage: installed_test.py SOURCE_DIR BUILD_DIR
"""

import os
import pathlib
import subprocess
import sys
import tempfile

source, build = map(pathlib.Path, sys.argv[1:3])
failures = 0


def check(what, holds):
    global failures
    if not holds:
        failures += 1
        print(f"FAILED: {what}")


def run(*command, **options):
    result = subprocess.run([str(part) for part in command], text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, **options)
    if result.returncode:
        print(result.stdout)
        sys.exit(f"FAILED: {' '.join(map(str, command))}")
    return result.stdout


with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    prefix = folder / "prefix"
    run("cmake", "--install", build, "--prefix", prefix)

    program = prefix / "bin" / "k210emu"
    check("the program says its version", run(program, "--version").startswith("k210emu "))
    check("it runs its demo", "frame 1" in run(program, "run", "--expect", "frame 1"))
    linked = run("ldd", program)
    check(f"nothing comes from the build folder: {linked}", str(build) not in linked)

    example = source / "docs" / "examples" / "embed"
    firmware = build / "firmware" / "hello.elf"
    run("cmake", "-S", example, "-B", folder / "by_cmake", f"-DCMAKE_PREFIX_PATH={prefix}")
    run("cmake", "--build", folder / "by_cmake")
    said = run(folder / "by_cmake" / "boot_and_look", firmware, cwd=folder)
    check(f"a program that found the CMake package runs: {said}", "hello" in said)
    check("and saves a picture", (folder / "lcd.png").is_file())

    pkg_config = next(prefix.rglob("k210emu.pc")).parent
    environment = {**os.environ, "PKG_CONFIG_PATH": str(pkg_config)}
    flags = run("pkg-config", "--cflags", "--libs", "k210emu", env=environment).split()
    run("g++", example / "main.cpp", *flags, "-o", folder / "by_pkg_config")
    library = next(prefix.rglob("libk210emu.so")).parent
    said = run(folder / "by_pkg_config", firmware, cwd=folder, env={**os.environ, "LD_LIBRARY_PATH": str(library)})
    check(f"a program that asked pkg-config runs: {said}", "hello" in said)

    # Every header that is installed stands alone.
    headers = sorted((prefix / "include").rglob("*.hpp"))
    check("there are headers", len(headers) > 10)
    names = {str(header.relative_to(prefix / "include")) for header in headers}
    for needed in ("session/session.hpp", "machine/machine.hpp", "part/ports.hpp", "part/i2c_registers.hpp"):
        check(f"{needed} is there", f"k210/{needed}" in names)
    for inner in ("cpu/rv_instruction.hpp", "bus/reg.hpp", "host_sdl/window.hpp", "base/kept_file.hpp"):
        check(f"{inner}, which no program needs, is not", f"k210/{inner}" not in names)
    for header in headers:
        run("g++", "-fsyntax-only", *[flag for flag in flags if not flag.startswith("-l")], "-x", "c++", header)

sys.exit(1 if failures else 0)
