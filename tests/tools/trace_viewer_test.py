"""The timeline of `k210emu profile --trace`, opened in the viewer of Chrome's tracing page. That viewer comes with Go's
sources (Debian: golang-src), a browser to run it is Chromium; the test is skipped where either is missing. Needs the
build folder as argument."""

import collections
import functools
import html
import http.server
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest

SKIPPED = 77  # CTest's SKIP_RETURN_CODE of this test
PAGE = pathlib.Path(__file__).with_name("trace_viewer_page.html")
BUILD = pathlib.Path(sys.argv.pop())
VIEWERS = sorted(pathlib.Path("/usr/share").glob("go-*/src/**/trace_viewer_full.html"))


def dom_in_browser(address):
    """The page's document, as text, once it has come to rest."""
    with tempfile.TemporaryDirectory() as home:
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        command += [f"--user-data-dir={home}", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
        command += ["--virtual-time-budget=60000", "--timeout=60000", "--dump-dom", address]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=180).stdout


def why_not():
    if not shutil.which("chromium"):
        return "there is no chromium"
    if not VIEWERS:
        return "there is no /usr/share/go-*/src/**/trace_viewer_full.html"
    try:
        runs = "at work" in dom_in_browser("data:text/html,<p>at work</p>")
    except subprocess.TimeoutExpired:
        runs = False
    return None if runs else "chromium does not run here"


def in_viewer(trace):
    """What the viewer makes of a trace, as trace_viewer_page.html tells it."""
    with tempfile.TemporaryDirectory() as site:
        for file in VIEWERS[-1].parent.iterdir():
            (pathlib.Path(site) / file.name).symlink_to(file)
        (pathlib.Path(site) / "trace.json").write_bytes(trace)
        shutil.copy(PAGE, pathlib.Path(site) / "page.html")

        class Quiet(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *_):
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=site)) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            dom = dom_in_browser(f"http://127.0.0.1:{server.server_port}/page.html")
            server.shutdown()
    result = re.search(r'<pre id="result">(.*?)</pre>', dom, re.S)
    assert result, dom[-500:]
    return json.loads(html.unescape(result[1]))


class TraceViewerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "trace.json"
            subprocess.run([BUILD / "k210emu", "profile", "--timeout", "0.6", "--trace", file],
                           stdin=subprocess.DEVNULL, capture_output=True, check=False)
            trace = file.read_bytes()
        cls.shown = in_viewer(trace)
        cls.names = {}
        cls.spans = collections.defaultdict(list)  # lengths in us, by track
        cls.marks = collections.Counter()
        cls.counters = collections.defaultdict(list)
        begun = {}
        for event in json.loads(trace)["traceEvents"]:
            track = event.get("tid")
            if event["ph"] == "M" and event["name"] == "thread_name":
                cls.names[track] = event["args"]["name"]
            elif event["ph"] == "B":
                begun[track] = event["ts"]
            elif event["ph"] == "E":
                cls.spans[track].append(event["ts"] - begun[track])
            elif event["ph"] == "i":
                cls.marks[track] += 1
            elif event["ph"] == "C":
                cls.counters[event["name"]].append(event["args"]["Hz"])

    def tracks(self):
        return self.shown["processes"][0]["tracks"]

    def test_it_opens_without_a_warning(self):
        self.assertNotIn("error", self.shown)
        self.assertEqual(self.shown["warnings"], [])
        self.assertEqual([process["name"] for process in self.shown["processes"]], ["demo on maix_bit"])

    def test_tracks_are_in_the_order_written(self):
        written = [name for name in self.names.values() if name not in self.counters]
        self.assertEqual([track["name"] for track in self.tracks()], written)
        self.assertEqual(written[0], "hart 0")

    def test_every_span_is_there_as_long_as_written(self):
        numbers = {name: number for number, name in self.names.items()}
        for track in self.tracks():
            number = numbers[track["name"]]
            with self.subTest(track["name"]):
                self.assertEqual(track["spans"], sum(length > 0 for length in self.spans[number]))
                self.assertAlmostEqual(track["busy_us"], sum(self.spans[number]), delta=0.01)
                self.assertEqual(track["unfinished"], 0)

    def test_every_mark_is_there(self):
        numbers = {name: number for number, name in self.names.items()}
        for track in self.tracks():
            number = numbers[track["name"]]
            with self.subTest(track["name"]):
                empty_spans = sum(length == 0 for length in self.spans[number])
                self.assertEqual(track["marks"], self.marks[number] + empty_spans)

    def test_counters_have_the_values_written(self):
        shown = {counter["name"]: counter["values"] for counter in self.shown["processes"][0]["counters"]}
        self.assertEqual(shown, dict(self.counters))


if __name__ == "__main__":
    REASON = why_not()
    if REASON:
        print(f"skipped: {REASON}")
        sys.exit(SKIPPED)
    unittest.main()
