#include "host/raw_terminal.hpp"

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <iterator>
#include <stdexcept>

#include <termios.h>
#include <unistd.h>

namespace k210 {
namespace {

struct EndingSignal {
    int number;
    bool fault;  // ends the program even when somebody handles it; the others are left to that somebody
};
constexpr EndingSignal kEndingSignals[] = {
    {SIGHUP, false},    {SIGINT, false},  {SIGQUIT, false}, {SIGTERM, false}, {SIGPIPE, false},
    {SIGALRM, false},   {SIGUSR1, false}, {SIGUSR2, false}, {SIGXCPU, false}, {SIGXFSZ, false},
    {SIGVTALRM, false}, {SIGPROF, false}, {SIGABRT, true},  {SIGSEGV, true},  {SIGBUS, true},
    {SIGFPE, true},     {SIGILL, true},   {SIGTRAP, true},  {SIGSYS, true},
};

// All that signal handlers can reach.
struct Active {
    volatile std::sig_atomic_t on = 0;
    int fd = -1;
    termios original{}, raw{};
    struct sigaction before_ending[std::size(kEndingSignals)] = {};
    struct sigaction before_suspending {
    }, before_continuing{};
};
Active active;

void apply(const termios& mode) {
    if (active.on && owns_terminal(active.fd)) ::tcsetattr(active.fd, TCSANOW, &mode);
}

void restore() {
    apply(active.original);
}

struct sigaction handled_by(void (*handler)(int, siginfo_t*, void*)) {
    struct sigaction action {};
    action.sa_sigaction = handler;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    ::sigemptyset(&action.sa_mask);
    return action;
}

bool is_default(const struct sigaction& action) {
    return !(action.sa_flags & SA_SIGINFO) && action.sa_handler == SIG_DFL;
}

// Lets the signal do what it would have done without us. A default action is taken as soon as our handler returns.
void pass_on(const struct sigaction& before, int signal, siginfo_t* info, void* context) {
    if (is_default(before)) {
        ::sigaction(signal, &before, nullptr);
        ::raise(signal);
    } else if (before.sa_flags & SA_SIGINFO) {
        before.sa_sigaction(signal, info, context);
    } else {
        before.sa_handler(signal);
    }
}

void on_ending(int signal, siginfo_t* info, void* context) {
    const int saved_errno = errno;
    restore();
    for (std::size_t i = 0; i < std::size(kEndingSignals); ++i)
        if (kEndingSignals[i].number == signal) pass_on(active.before_ending[i], signal, info, context);
    errno = saved_errno;
}

void on_suspending(int signal, siginfo_t*, void*) {
    const int saved_errno = errno;
    restore();
    struct sigaction by_default {};
    struct sigaction ours {};
    by_default.sa_handler = SIG_DFL;
    ::sigaction(signal, &by_default, &ours);
    sigset_t this_one, blocked;
    ::sigemptyset(&this_one);
    ::sigaddset(&this_one, signal);
    ::raise(signal);
    ::sigprocmask(SIG_UNBLOCK, &this_one, &blocked);  // here the process stops
    ::sigprocmask(SIG_SETMASK, &blocked, nullptr);
    ::sigaction(signal, &ours, nullptr);
    errno = saved_errno;
}

void on_continuing(int signal, siginfo_t* info, void* context) {
    const int saved_errno = errno;
    apply(active.raw);
    // The default, to go on, has happened.
    if (!is_default(active.before_continuing)) pass_on(active.before_continuing, signal, info, context);
    errno = saved_errno;
}

void hook(int signal, void (*handler)(int, siginfo_t*, void*), struct sigaction& before, bool even_if_handled) {
    ::sigaction(signal, nullptr, &before);
    const bool ignored = !(before.sa_flags & SA_SIGINFO) && before.sa_handler == SIG_IGN;  // by nohup, say
    if (ignored || !(is_default(before) || even_if_handled)) return;
    const struct sigaction action = handled_by(handler);
    ::sigaction(signal, &action, nullptr);
}

// Unless somebody has taken the signal over since.
void unhook(int signal, void (*handler)(int, siginfo_t*, void*), const struct sigaction& before) {
    struct sigaction now {};
    ::sigaction(signal, nullptr, &now);
    if ((now.sa_flags & SA_SIGINFO) && now.sa_sigaction == handler) ::sigaction(signal, &before, nullptr);
}

}  // namespace

bool owns_terminal(int fd) {
    const pid_t foreground = ::tcgetpgrp(fd);
    return foreground < 0 || foreground == ::getpgrp();  // a terminal without job control is everybody's
}

RawTerminal::RawTerminal(int fd) {
    if (active.on) throw std::logic_error("two terminals are made raw at once");
    if (::tcgetattr(fd, &active.original) != 0) return;
    active.fd = fd;
    active.raw = active.original;
    active.raw.c_iflag &= ~static_cast<tcflag_t>(BRKINT | ICRNL | INLCR | IGNCR | INPCK | ISTRIP | IXON);
    active.raw.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL | ICANON | IEXTEN | ISIG);
    active.raw.c_cc[VMIN] = 1;
    active.raw.c_cc[VTIME] = 0;
    [[maybe_unused]] static const int registered = std::atexit(restore) + std::at_quick_exit(restore);
    active.on = 1;
    for (std::size_t i = 0; i < std::size(kEndingSignals); ++i)
        hook(kEndingSignals[i].number, on_ending, active.before_ending[i], kEndingSignals[i].fault);
    hook(SIGTSTP, on_suspending, active.before_suspending, false);
    hook(SIGCONT, on_continuing, active.before_continuing, true);
    apply(active.raw);
}

RawTerminal::~RawTerminal() {
    restore();
    for (std::size_t i = 0; i < std::size(kEndingSignals); ++i)
        unhook(kEndingSignals[i].number, on_ending, active.before_ending[i]);
    unhook(SIGTSTP, on_suspending, active.before_suspending);
    unhook(SIGCONT, on_continuing, active.before_continuing);
    active.on = 0;
}

}  // namespace k210
