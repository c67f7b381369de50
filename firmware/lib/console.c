#include "console.h"

#include "clock.h"
#include "pins.h"

enum { BAUD = 115200 };

void console_init(void) {
    pin_route(4, FUNC_UARTHS_RX, PIN_INPUT);
    pin_route(5, FUNC_UARTHS_TX, PIN_OUTPUT);
    uarths->div = clock_cpu_hz() / BAUD - 1;
    uarths->txctrl = UARTHS_TXEN;
    uarths->rxctrl = UARTHS_RXEN;
    uarths->ie = 0;
}

struct sink {
    char* at;  // null: the console
    char* end;
};

static void send(char c) {
    while (uarths->txdata & UARTHS_TXDATA_FULL) {}
    uarths->txdata = (unsigned char)c;
}

static void put(struct sink* sink, char c) {
    if (sink->at != NULL) {
        if (sink->at < sink->end) *sink->at++ = c;
        return;
    }
    if (c == '\n') send('\r');
    send(c);
}

struct conversion {
    char fill;
    unsigned width, precision;
};

static void put_number(struct sink* sink, unsigned long value, unsigned base, struct conversion as) {
    char digits[24];
    unsigned count = 0;
    do {
        const unsigned digit = (unsigned)(value % base);
        digits[count++] = (char)(digit < 10 ? '0' + digit : 'a' + digit - 10);
        value /= base;
    } while (value != 0);
    for (unsigned i = count; i < as.width; ++i) put(sink, as.fill);
    while (count > 0) put(sink, digits[--count]);
}

static void put_text(struct sink* sink, const char* text, struct conversion as) {
    unsigned length = 0;
    for (; text[length] != '\0'; ++length) put(sink, text[length]);
    for (; length < as.width; ++length) put(sink, ' ');
}

static void put_thousandths(struct sink* sink, unsigned long value, struct conversion as) {
    unsigned long unit = 1000;
    for (unsigned i = 0; i < as.precision; ++i) unit /= 10;
    value = (value + unit / 2) / unit;  // now in the last digit shown
    const unsigned long one = 1000 / unit;
    const unsigned behind = as.precision > 0 ? as.precision + 1 : 0;
    const struct conversion whole = {as.fill, as.width > behind ? as.width - behind : 0, 0};
    put_number(sink, value / one, 10, whole);
    if (behind > 0) {
        put(sink, '.');
        put_number(sink, value % one, 10, (struct conversion){'0', as.precision, 0});
    }
}

static const char* put_conversion(struct sink* sink, const char* format, va_list* arguments) {
    struct conversion as = {' ', 0, 3};
    int is_long = 0;
    if (*format == '0') as.fill = *format++;
    while (*format >= '0' && *format <= '9') as.width = as.width * 10 + (unsigned)(*format++ - '0');
    if (*format == '.') {
        as.precision = (unsigned)(format[1] - '0');
        format += 2;
    }
    if (*format == 'l') {
        is_long = 1;
        ++format;
    }
    switch (*format) {
        case 's': put_text(sink, va_arg(*arguments, const char*), as); break;
        case 'c': put(sink, (char)va_arg(*arguments, int)); break;
        case 'f': put_thousandths(sink, va_arg(*arguments, unsigned long), as); break;
        case 'd': {
            const long value = is_long ? va_arg(*arguments, long) : va_arg(*arguments, int);
            if (value < 0) put(sink, '-');
            put_number(sink, value < 0 ? 0 - (unsigned long)value : (unsigned long)value, 10, as);
            break;
        }
        case 'u':
        case 'x': {
            const unsigned long value = is_long ? va_arg(*arguments, unsigned long) : va_arg(*arguments, unsigned);
            put_number(sink, value, *format == 'x' ? 16 : 10, as);
            break;
        }
        default: put(sink, *format); break;
    }
    return format + 1;
}

static void put_formatted(struct sink* sink, const char* format, va_list* arguments) {
    while (*format != '\0') {
        if (*format == '%')
            format = put_conversion(sink, format + 1, arguments);
        else
            put(sink, *format++);
    }
}

void print(const char* format, ...) {
    struct sink sink = {NULL, NULL};
    va_list arguments;
    va_start(arguments, format);
    put_formatted(&sink, format, &arguments);
    va_end(arguments);
}

void format_text(char* text, size_t size, const char* format, ...) {
    struct sink sink = {text, text + size - 1};
    va_list arguments;
    va_start(arguments, format);
    put_formatted(&sink, format, &arguments);
    va_end(arguments);
    *sink.at = '\0';
}
