"""Behaviour of tools/check_includes on small made-up trees."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

CHECK = pathlib.Path(__file__).resolve().parents[2] / "tools" / "check_includes"


class CheckIncludesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, path, *lines):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(line + "\n" for line in lines))

    def run_check(self):
        return subprocess.run([sys.executable, CHECK, self.root], capture_output=True, text=True, check=False)

    def assert_clean(self):
        result = self.run_check()
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))

    def assert_violation(self, *parts):
        """Exactly one line is printed, and it holds all parts."""
        result = self.run_check()
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertEqual(len(result.stdout.splitlines()), 1, result.stdout)
        for part in parts:
            self.assertIn(part, result.stdout)

    def test_accepts_includes_that_point_down(self):
        self.write("include/k210/base/units.hpp", "#include <cstdint>")
        self.write("include/k210/sim/event_queue.hpp", '#include "k210/base/units.hpp"')
        self.write("include/k210/bus/device.hpp", '#include "k210/sim/event_queue.hpp"')
        self.write("devices/uarths/uarths.hpp", '#include "k210/bus/device.hpp"', '#include "k210/base/units.hpp"')
        self.write("devices/uarths/uarths.cpp", '#include "uarths/uarths.hpp"', '#include "uarths.hpp"')
        self.write("src/soc/machine.cpp", '#include "uarths/uarths.hpp"', "#include <k210/bus/device.hpp>")
        self.write("src/app/run_headless.cpp", '#include "k210/base/units.hpp"')
        self.assert_clean()

    def test_names_file_line_and_both_layers_of_an_upward_include(self):
        self.write("include/k210/sim/event_queue.hpp", "#pragma once", '#include "k210/bus/device.hpp"')
        self.write("include/k210/bus/device.hpp")
        self.assert_violation("include/k210/sim/event_queue.hpp:2:", "sim may not include bus")

    def test_judges_sources_by_the_same_layers_as_headers(self):
        self.write("src/base/log.cpp", '#include "k210/sim/event_queue.hpp"')
        self.write("include/k210/sim/event_queue.hpp")
        self.assert_violation("src/base/log.cpp:1:")

    def test_sees_private_headers_of_a_higher_layer(self):
        self.write("src/soc/memory_map.hpp")
        self.write("src/cpu/hart.cpp", '#include "soc/memory_map.hpp"')
        self.assert_violation("cpu may not include soc")

    def test_sees_through_relative_paths(self):
        self.write("src/soc/memory_map.hpp")
        self.write("src/cpu/hart.cpp", '#include "../soc/memory_map.hpp"')
        self.assert_violation("cpu may not include soc")

    def test_judges_a_missing_public_header_by_its_name(self):
        self.write("src/base/log.cpp", '#include "k210/soc/generated.hpp"')
        self.assert_violation("base may not include soc")

    def test_refuses_another_devices_folder(self):
        self.write("devices/plic/plic.hpp")
        self.write("devices/clint/clint.cpp", '#include "plic/plic.hpp"')
        self.assert_violation("device clint may not include device plic")

    def test_accepts_parts_of_a_device_in_its_own_folder(self):
        self.write("devices/kpu/layers/worker.hpp")
        self.write("devices/kpu/layer_trace.hpp")
        self.write("devices/kpu/kpu.cpp", '#include "kpu/layers/worker.hpp"', '#include "kpu/layer_trace.hpp"')
        self.assert_clean()

    def test_models_and_the_device_share_the_arithmetic_of_the_kpu_but_know_no_device(self):
        self.write("src/kpu/layer.hpp")
        self.write("devices/kpu/kpu.hpp", '#include "kpu/layer.hpp"')
        self.write("src/kmodel/cost.hpp", '#include "kpu/layer.hpp"')
        self.assert_clean()
        self.write("src/kmodel/cost.cpp", '#include "kpu/kpu.hpp"')
        self.assert_violation("kmodel may not include device kpu")
        self.write("src/kmodel/cost.cpp")
        self.write("src/kpu/layer.cpp", '#include "k210/bus/device.hpp"')
        self.assert_violation("kpu may not include bus")

    def test_a_board_has_no_files_beside_its_parts(self):
        self.write("devices/board/jedec.hpp")
        self.assert_violation("devices/board/jedec.hpp:1: in no layer")

    def test_refuses_another_parts_folder(self):
        self.write("devices/board/camera/sccb.hpp")
        self.write("devices/board/camera/gc0328.cpp", '#include "board/camera/sccb.hpp"')
        self.assert_clean()
        self.write("devices/board/axp192/axp192.cpp", '#include "board/camera/sccb.hpp"')
        self.assert_violation("part of a board axp192 may not include part of a board camera")

    def test_parts_know_their_vocabulary_but_no_device_board_or_chip(self):
        self.write("devices/board/axp192/axp192.cpp", '#include "k210/part/part.hpp"')
        self.assert_clean()
        for header in ("k210/board/board.hpp", "k210/soc/chip.hpp", "k210/machine/machine.hpp"):
            with self.subTest(header):
                self.write("devices/board/axp192/axp192.cpp", f'#include "{header}"')
                self.assert_violation("part of a board axp192 may not include")
        self.write("devices/i2c/i2c.hpp")
        self.write("devices/board/axp192/axp192.cpp", '#include "i2c/i2c.hpp"')
        self.assert_violation("part of a board axp192 may not include device i2c")

    def test_chip_and_board_do_not_know_each_other(self):
        self.write("src/soc/chip.cpp", '#include "k210/board/board.hpp"')
        self.assert_violation("soc may not include board")
        self.write("src/soc/chip.cpp", '#include "k210/part/part.hpp"')
        self.assert_violation("soc may not include part")
        self.write("src/soc/chip.cpp")
        self.write("src/board/assembly.cpp", '#include "k210/soc/chip.hpp"')
        self.assert_violation("board may not include soc")

    def test_device_may_use_host_ports_but_neither_cpu_nor_soc(self):
        self.write("devices/dvp/dvp.cpp", '#include "k210/host/camera_source.hpp"')
        self.assert_clean()
        self.write("devices/plic/plic.cpp", '#include "k210/cpu/hart.hpp"')
        self.assert_violation("device plic may not include cpu")

    def test_host_implementations_see_ports_but_no_machine(self):
        self.write("src/host_null/recorder.cpp", '#include "k210/host/picture.hpp"')
        self.assert_clean()
        self.write("src/host_null/script.cpp", '#include "k210/soc/machine.hpp"')
        self.assert_violation("host_null may not include soc")

    def test_programs_read_only_the_public_headers_of_the_chip_its_harts_and_the_loader(self):
        for layer in ("cpu", "soc", "loader"):
            self.write(f"include/k210/{layer}/public.hpp")
            self.write(f"src/{layer}/private.hpp")
            self.write(f"src/{layer}/own.cpp", f'#include "{layer}/private.hpp"')
        self.write("devices/uarths/uarths.hpp")
        self.write("devices/board/camera/sccb.hpp")
        for reader in ("src/app/run.cpp", "src/profile/naming.cpp"):
            for layer in ("cpu", "soc", "loader"):
                with self.subTest(reader, layer=layer):
                    self.write(reader, f'#include "k210/{layer}/public.hpp"')
                    self.assert_clean()
                    self.write(reader, f'#include "{layer}/private.hpp"')
                    self.assert_violation(reader, f"may read only the public headers of {layer}")
            for header in ("uarths/uarths.hpp", "board/camera/sccb.hpp"):
                with self.subTest(reader, header=header):
                    self.write(reader, f'#include "{header}"')
                    self.assert_violation(reader, "may read only the public headers of")
            self.write(reader)

    def test_only_the_engine_includes_unicorn(self):
        self.write("src/cpu/unicorn_engine.cpp", "#include <unicorn/unicorn.h>")
        self.assert_clean()
        self.write("include/k210/cpu/hart.hpp", "#include <unicorn/unicorn.h>")
        self.assert_violation("include/k210/cpu/hart.hpp:1:", "may include Unicorn")

    def test_only_host_sdl_includes_sdl(self):
        self.write("src/host_sdl/window.cpp", "#include <SDL.h>", "#include <SDL2/SDL_audio.h>")
        self.assert_clean()
        for header in ("SDL.h", "SDL2/SDL.h", "SDL_audio.h"):
            with self.subTest(header):
                self.write("src/app/run.cpp", f"#  include <{header}>")
                self.assert_violation("src/app/run.cpp:1:", "may include SDL")

    def test_tests_may_include_every_layer_but_reserved_libraries_not(self):
        self.write("tests/device/uarths_test.cpp", '#include "uarths/uarths.hpp"', '#include "k210/soc/machine.hpp"')
        self.write("devices/uarths/uarths.hpp")
        self.assert_clean()
        self.write("tests/system/boot_test.cpp", "#include <unicorn/unicorn.h>")
        self.assert_violation("tests/system/boot_test.cpp:1:")

    def test_nothing_but_tests_includes_from_tests(self):
        self.write("tests/support/paths.hpp")
        self.write("src/app/run.cpp", '#include "support/paths.hpp"')
        self.assert_violation("only tests may include from tests/")

    def test_reports_a_source_in_a_folder_that_is_no_layer(self):
        self.write("src/misc/helper.cpp")
        self.assert_violation("src/misc/helper.cpp:1: in no layer")

    def test_ignores_includes_in_comments_and_other_libraries(self):
        self.write("src/base/log.cpp", '// #include "k210/soc/machine.hpp"', "#include <spdlog/spdlog.h>")
        self.assert_clean()

    def test_reports_every_violation(self):
        self.write("src/base/log.cpp", '#include "k210/sim/a.hpp"', "#include <string>", '#include "k210/bus/b.hpp"')
        self.assertEqual(len(self.run_check().stdout.splitlines()), 2)

    def test_says_that_the_root_is_missing(self):
        self.root = self.root / "nowhere"
        result = self.run_check()
        self.assertEqual(result.returncode, 2)
        self.assertIn("no such folder", result.stderr)


if __name__ == "__main__":
    unittest.main()
