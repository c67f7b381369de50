// What the Python package k210emu stands on: a session, its inputs, and what can be seen of its machine. The package
// itself (k210emu/__init__.py) gives it names, types and documentation.
#include <chrono>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/base/version.hpp"
#include "k210/host/camera_sources.hpp"
#include "k210/host/picture_file.hpp"
#include "k210/loader/firmware.hpp"
#include "k210/loader/flash_image.hpp"
#include "k210/session/session.hpp"
#include "k210/session/snapshot_file.hpp"

namespace py = pybind11;

namespace k210 {
namespace {

using Pixels = py::array_t<std::uint8_t, py::array::c_style | py::array::forcecast>;

constexpr std::uint64_t kSignalCheckPs = kPsPerSecond / 50;  // Ctrl-C is looked for this often, in guest time

SimTime checked_guest_time(double seconds) {
    if (!(seconds >= 0 && seconds < kMostGuestSeconds)) throw InputError("no number of seconds from 0 to 10 million");
    return guest_time(seconds);
}

Board board_named(const std::string& name_or_file) {
    return names_board_file(name_or_file) ? load_board(name_or_file) : find_board(name_or_file);
}

std::shared_ptr<CameraSource> scene_of(const py::object& given) {
    if (given.is_none()) return std::make_shared<TestChartCamera>();
    if (!py::isinstance<py::array>(given)) return open_camera_source(py::str(given).cast<std::string>());
    const auto pixels = given.cast<Pixels>();
    if (pixels.ndim() != 3 || pixels.shape(2) != 3 || pixels.size() == 0)
        throw InputError("a picture has the shape (height, width, 3)");
    Picture picture(static_cast<unsigned>(pixels.shape(1)), static_cast<unsigned>(pixels.shape(0)));
    std::memcpy(picture.rgb.data(), pixels.data(), picture.rgb.size());
    return std::make_shared<StillCamera>(std::move(picture));
}

struct Description {
    std::optional<std::string> firmware, board;
    std::vector<std::string> flash, wires;
    py::object camera;
    std::string timing, flash_timing, strict;
};

// Of a few words; throws InputError that lists them.
template <class T>
T choice(std::string_view what, const std::string& given, std::initializer_list<T> all) {
    std::string known;
    for (const T value : all) {
        if (to_string(value) == given) return value;
        known += (known.empty() ? "" : ", ") + std::string(to_string(value));
    }
    throw InputError(fmt::format("{} '{}': is none of {}", what, given, known));
}

class PythonSession final : public SessionListener {
public:
    explicit PythonSession(const Description& description) : scene_(scene_of(description.camera)) {
        SessionConfig config{.board = board_named(description.board.value_or("maix_bit")),
                             .find_board = !description.board};
        FlashImage flash(config.board.storage_bytes(kFlashPort));
        if (description.firmware) config.program = load_firmware(*description.firmware, flash);
        for (const std::string& overlay : description.flash) load_overlay(overlay, flash);
        config.flash = std::move(flash).release();
        config.camera = scene_.get();
        config.settings.timing = choice("timing", description.timing,
                                        {TimingModel::approximate, TimingModel::instructions, TimingModel::thorough});
        config.settings.flash_timing =
            choice("flash_timing", description.flash_timing, {FlashTiming::fast, FlashTiming::real});
        config.settings.strictness =
            choice("strict", description.strict, {Strictness::trap, Strictness::warn, Strictness::off});
        session_.emplace(std::move(config), log_, *this);
    }

    // Goes on from a snapshot's file.
    PythonSession(const std::string& snapshot, const py::object& camera) : scene_(scene_of(camera)) {
        SavedSession saved = unpack_session(read_file(snapshot), snapshot);
        saved.made_from.camera = scene_.get();
        saved.made_from.from = &saved.snapshot;
        session_.emplace(std::move(saved.made_from), log_, *this);
    }
    void save(const std::string& path) {
        write_file_atomically(path, pack_session({session_->made_from(), session_->save()}));
    }

    // Ends early with why it cannot go on. Ctrl-C raises KeyboardInterrupt.
    std::string run(double seconds, bool until_awaited, bool until_script_ends) {
        const SimTime end = after(session_->now(), checked_guest_time(seconds).ps);
        while (session_->now() < end) {
            const SimTime look = std::min(end, after(session_->now(), kSignalCheckPs));
            {
                const py::gil_scoped_release release;
                while (session_->now() < look) {
                    if (const auto verdict = session_->step()) {
                        if (verdict->end != Verdict::End::expected) return name_of(verdict->end);
                        matched_ = verdict->what;
                        if (until_awaited) return "expected";
                    }
                    if (until_script_ends && session_->script_end()) return "script_ended";
                }
            }
            if (PyErr_CheckSignals() != 0) throw py::error_already_set();
        }
        return "timeout";
    }

    py::bytes console() const { return py::bytes(console_); }
    const std::string& matched() const { return matched_; }
    Session& session() { return *session_; }
    const Session& session() const { return *session_; }
    void give(InputAction action) { session_->give(std::move(action)); }
    void show(const py::object& picture) { give(SceneChange{scene_of(picture)}); }

    py::array_t<std::uint8_t> lcd() const {
        auto* const display = session_->machine().first_port<Display>();
        if (!display) throw InputError(fmt::format("{} has no display", session_->board().name));
        const Picture& picture = display->picture();
        py::array_t<std::uint8_t> pixels({py::ssize_t{picture.height}, py::ssize_t{picture.width}, py::ssize_t{3}});
        std::memcpy(pixels.mutable_data(), picture.rgb.data(), picture.rgb.size());
        return pixels;
    }
    py::bytes memory(std::uint32_t address, std::uint32_t size) const {
        const auto bytes = session_->machine().memory(address, size);
        if (bytes.size() != size)
            throw InputError(fmt::format("there are no {} bytes of memory at {:#x}", size, address));
        return py::bytes(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    std::uint64_t register_value(const std::string& name, unsigned hart) const {
        const auto value = hart < 2 ? session_->machine().register_value(hart, name) : std::nullopt;
        if (!value) throw InputError(fmt::format("there is no register '{}' of hart {}", name, hart));
        return *value;
    }
    py::dict counters() const {
        const MachineCounters c = session_->machine().counters();
        py::dict all;
        all["cpu_cycles"] = c.cpu_cycles;
        all["kpu_layers"] = c.kpu_layers;
        all["frames_captured"] = c.frames_captured;
        all["frames_shown"] = c.frames_shown;
        all["resets"] = c.resets;
        py::list harts;
        for (const auto& hart : c.harts) {
            py::dict one;
            one["instructions"] = hart.instructions;
            one["interrupts"] = hart.interrupts;
            harts.append(one);
        }
        all["harts"] = harts;
        return all;
    }
    py::list messages() const {
        py::list all;
        for (const Log::Entry& entry : log_.entries())
            all.append(py::make_tuple(std::string(to_string(entry.kind)), entry.source, entry.message, entry.count));
        return all;
    }
    py::list ports() const {
        py::list all;
        for (const auto& [name, port] : session_->machine().ports())
            all.append(py::make_tuple(name, std::string(to_string(port->kind()))));
        return all;
    }

private:
    void console_says(std::uint8_t byte) override { console_ += static_cast<char>(byte); }
    void starting_over() override { console_.clear(); }
    bool attended() const override { return true; }

    static std::string name_of(Verdict::End end) {
        switch (end) {
            case Verdict::End::crashed: return "crashed";
            case Verdict::End::powered_off: return "powered_off";
            case Verdict::End::failed: return "failed";
            case Verdict::End::expected:
            case Verdict::End::idle:
            case Verdict::End::timeout:
            case Verdict::End::script_finished:
            case Verdict::End::script_raised: break;
        }
        return "ended";
    }

    std::string console_, matched_;
    Log log_ = Log::writing_to([](std::string_view) {});  // messages() has them
    std::shared_ptr<CameraSource> scene_;
    std::optional<Session> session_;
};

}  // namespace
}  // namespace k210

PYBIND11_MODULE(_core, module) {
    using namespace k210;
    py::register_exception<InputError>(module, "InputError", PyExc_ValueError);
    module.attr("version") = std::string(version());
    module.def("board_names", &board_names);
    py::class_<PythonSession>(module, "Session")
        .def(py::init([](std::optional<std::string> firmware, std::optional<std::string> board,
                         std::vector<std::string> flash, py::object camera, std::string timing,
                         std::string flash_timing, std::string strict) {
                 return std::make_unique<PythonSession>(Description{std::move(firmware),
                                                                    std::move(board),
                                                                    std::move(flash),
                                                                    {},
                                                                    std::move(camera),
                                                                    std::move(timing),
                                                                    std::move(flash_timing),
                                                                    std::move(strict)});
             }),
             py::arg("firmware"), py::arg("board"), py::arg("flash"), py::arg("camera"), py::arg("timing"),
             py::arg("flash_timing"), py::arg("strict"))
        .def(py::init([](const std::string& snapshot, const py::object& camera) {
                 return std::make_unique<PythonSession>(snapshot, camera);
             }),
             py::arg("snapshot"), py::arg("camera"))
        .def("save", &PythonSession::save)
        .def("memory", &PythonSession::memory)
        .def("register", &PythonSession::register_value)
        .def("run", &PythonSession::run)
        .def("await_", [](PythonSession& s, const std::string& pattern) { s.session().await(pattern); })
        .def("type", [](PythonSession& s, const std::string& line) { s.session().type(line); })
        .def("enter_script", [](PythonSession& s, const std::string& source) { s.session().enter_script(source); })
        .def("script_end",
             [](const PythonSession& s) -> py::object {
                 const auto end = s.session().script_end();
                 if (!end) return py::none();
                 return py::make_tuple(py::bytes(end->exception), py::bytes(end->traceback));
             })
        .def("send",
             [](PythonSession& s, const std::string& line, const py::bytes& bytes) {
                 s.give(SerialInput{line, std::string(bytes)});
             })
        .def("press",
             [](PythonSession& s, const std::string& button, bool down) {
                 s.give(ButtonInput{button, down});
             })
        .def("touch",
             [](PythonSession& s, const std::string& screen, std::optional<std::pair<unsigned, unsigned>> at) {
                 TouchInput input{screen, {}};
                 if (at) input.at = {at->first, at->second};
                 s.give(std::move(input));
             })
        .def("turn",
             [](PythonSession& s, const std::string& encoder, int clicks) {
                 s.give(EncoderInput{encoder, clicks});
             })
        .def("accelerate",
             [](PythonSession& s, const std::string& accelerometer, int x, int y, int z) {
                 s.give(AccelerationInput{accelerometer, {x, y, z}});
             })
        .def("show", &PythonSession::show)
        .def("set_date",
             [](PythonSession& s, std::int64_t seconds) {
                 s.give(DateInput{std::chrono::sys_seconds(std::chrono::seconds(seconds))});
             })
        .def("drive_pad",
             [](PythonSession& s, unsigned pad, std::optional<bool> level) {
                 s.give(PadInput{pad, level});
             })
        .def("cut_power", [](PythonSession& s, std::uint64_t seed) { s.give(PowerCut{seed}); })
        .def_property_readonly("console", &PythonSession::console)
        .def_property_readonly("matched", [](const PythonSession& s) { return py::bytes(s.matched()); })
        .def_property_readonly("now", [](const PythonSession& s) { return s.session().now().seconds(); })
        .def_property_readonly("board", [](const PythonSession& s) { return s.session().board().name; })
        .def_property_readonly("board_reason", [](const PythonSession& s) { return s.session().board_reason(); })
        .def_property_readonly("lcd", &PythonSession::lcd)
        .def_property_readonly("counters", &PythonSession::counters)
        .def_property_readonly("messages", &PythonSession::messages)
        .def_property_readonly("ports", &PythonSession::ports)
        .def("crash_report", [](const PythonSession& s) { return s.session().machine().crash_report(); })
        .def("save_picture", [](const PythonSession& s, const std::string& path) {
            auto* const display = s.session().machine().first_port<Display>();
            if (!display) throw InputError(fmt::format("{} has no display", s.session().board().name));
            save_png(path, display->picture());
        });
}
