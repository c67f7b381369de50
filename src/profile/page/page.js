// Draws a profile.
const profile = data;
const elapsed = profile.elapsed_ps;

// --- text ------------------------------------------------------------------------------------------------------------

const decimals = (value, digits) =>
    value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const whole = (value) => value.toLocaleString("en-US");
const ms = (ps) => decimals(ps / 1e9, 3);
const us = (ps) => decimals(ps / 1e6, 3);
const percent = (part, of) => (of ? decimals((100 * part) / of, 1) + "\u00a0%" : "");
const shareOfRun = (ps) => percent(ps, elapsed);
const megahertz = (hz) => decimals(hz / 1e6, 1) + "\u00a0MHz";
const sum = (list, value) => list.reduce((all, one) => all + value(one), 0);

// --- bars ------------------------------------------------------------------------------------------------------------

// Parts are {kind, label, value, text}; the whole width stands for `full`.
function bar(parts, full, style = "bar") {
    const spoken = parts.map((part) => `${part.label} ${part.text}`).join(", ");
    const made = element("div", { class: style, role: "img", "aria-label": spoken, title: spoken });
    for (const part of parts.filter((candidate) => candidate.value > 0))
        made.append(element("span", { class: part.kind, style: `width: ${(100 * part.value) / full}%` }));
    return made;
}

function legend(parts) {
    return element("ul", { class: "legend" }, ...parts.map((part) =>
        element("li", {}, part.kind ? element("i", { class: part.kind }) : null, part.label + (part.text ? " " : ""),
            part.text ? element("span", { class: "muted" }, part.text) : null)));
}

// --- tables ----------------------------------------------------------------------------------------------------------

// A column is {title, value(row) to sort by, and text(row) or node(row); style, total}. Columns of numbers begin with the
// largest when they are sorted by, unless they say `ascends`.
function table(label, rows, columns, sortedBy, rowsAtFirst = 15) {
    const body = element("tbody");
    const headers = columns.map((column, number) => {
        const button = element("button", { type: "button" }, column.title);
        button.addEventListener("click", () => sortBy(number));
        return element("th", { scope: "col", class: column.style || "" }, button);
    });
    const made = element("table", { "aria-label": label },
        element("thead", {}, element("tr", {}, ...headers)), body);
    if (columns.some((column) => column.total !== undefined))
        made.append(element("tfoot", {}, element("tr", {}, ...columns.map((column) =>
            element("td", { class: column.style || "" }, column.total ?? "")))));

    const drawn = new Map(rows.map((row) => [row, element("tr", {}, ...columns.map((column) => cell(column, row)))]));
    let order = rows, current = sortedBy, descending = true, all = rows.length <= rowsAtFirst;

    function cell(column, row) {
        return element("td", { class: column.style || "" }, column.node ? column.node(row) : column.text(row));
    }
    function show() {
        body.replaceChildren(...(all ? order : order.slice(0, rowsAtFirst)).map((row) => drawn.get(row)));
        headers.forEach((header, number) => {
            if (number === current) header.setAttribute("aria-sort", descending ? "descending" : "ascending");
            else header.removeAttribute("aria-sort");
        });
    }
    function sortBy(number) {
        const value = columns[number].value;
        const isNumber = rows.length > 0 && typeof value(rows[0]) === "number";
        descending = number === current ? !descending : isNumber && !columns[number].ascends;
        current = number;
        const sign = descending ? -1 : 1;
        const compare = isNumber ? (a, b) => a - b : (a, b) => (a < b ? -1 : a > b ? 1 : 0);
        order = [...rows].sort((a, b) => sign * compare(value(a), value(b)));
        show();
    }
    if (columns[sortedBy].ascends) descending = false;
    show();

    const parts = [element("div", { class: "scroll", role: "region", "aria-label": label, tabindex: "0" }, made)];
    if (!all) {
        const more = element("button", { type: "button", class: "more" }, `Show all ${whole(rows.length)}`);
        more.addEventListener("click", () => {
            all = !all;
            more.textContent = all ? `Show the first ${rowsAtFirst}` : `Show all ${whole(rows.length)}`;
            show();
        });
        parts.push(more);
    }
    return parts;
}

function section(title, note, ...content) {
    return element("section", {}, element("h2", {}, title), element("p", { class: "note" }, ...note), ...content);
}

const hartColumn = { title: "hart", value: (row) => row.hart, text: (row) => String(row.hart), ascends: true };

const countColumn = (title, key) =>
    ({ title, style: "number", value: (row) => row[key], text: (row) => whole(row[key]) });
const timesColumn = countColumn("times", "times");
const eachColumn = {
    title: "\u00b5s each", style: "number", value: (row) => (row.times ? row.time_ps / row.times : 0),
    text: (row) => (row.times ? us(row.time_ps / row.times) : ""),
};

const timeColumns = (rows, time) => [
    totalled({ title: "ms", style: "number", value: time, text: (row) => ms(time(row)) }, rows),
    { title: "of the run", style: "number", value: time, text: (row) => shareOfRun(time(row)) },
];

// Bars to compare rows by: `parts` are those of bar() with functions of the row as values, `full` is the longest row's.
function drawnColumn(title, rows, time, parts) {
    const longest = Math.max(...rows.map(time));
    return { title, style: "drawn", value: time, node: (row) => bar(parts.map((part) => {
        const part_ps = part.value(row);
        return { ...part, value: part_ps, text: ms(part_ps) + " ms" };
    }), longest, "bar thin") };
}

// The column with what its rows add up to below it.
const totalled = (column, rows) => ({ ...column, total: column.text(rows.reduce((all, row) => {
    for (const [key, value] of Object.entries(row)) if (typeof value === "number") all[key] = (all[key] || 0) + value;
    return all;
}, {})) });

// Lines of all harts' lists of one kind, the longest first.
function ofAllHarts(list, time) {
    return profile.harts.flatMap((hart, number) => hart[list].map((line) => ({ ...line, hart: number })))
        .sort((a, b) => time(b) - time(a));
}

// --- the parts of the page -------------------------------------------------------------------------------------------

function header() {
    const facts = [["guest time", decimals(elapsed / 1e12, 6) + "\u00a0s"], ["ended", profile.run.outcome]];
    if (profile.windows_ps) {
        const longest = Math.max(...profile.windows_ps);
        facts.push(["windows", whole(profile.windows_ps.length)],
            ["each, on average", ms(elapsed / profile.windows_ps.length) + "\u00a0ms"],
            [`the longest, number ${profile.windows_ps.indexOf(longest) + 1}`, ms(longest) + "\u00a0ms"]);
    }
    facts.push(["timing", profile.run.timing]);
    if (profile.cpu_hz) facts.push(["CPU clock", megahertz(profile.cpu_hz)]);
    if (profile.kpu_hz) facts.push(["KPU clock", megahertz(profile.kpu_hz)]);
    facts.push(["pictures shown", whole(profile.frames_shown)]);
    const kpu = profile.devices.find((device) => device.name === "kpu");
    if (kpu) facts.push(["KPU at work", ms(kpu.busy_ps) + "\u00a0ms"]);
    const made = element("header", {}, element("div", {},
        element("h1", {}, profile.run.title),
        element("p", { class: "command" }, profile.run.command),
        element("dl", { class: "facts" }, ...facts.map(([name, value]) =>
            element("div", {}, element("dt", {}, name), element("dd", {}, value))))));
    if (profile.screen)
        made.append(element("figure", {},
            element("img", { src: "data:image/png;base64," + profile.screen.png, width: profile.screen.width,
                             height: profile.screen.height, alt: "What the LCD shows at the end" }),
            element("figcaption", {}, "The LCD at the end of the run")));
    return made;
}

function hart(lines, number) {
    const parts = [
        ["running", "running", lines.running_ps],
        ["traps", "interrupts and exceptions", lines.trap_ps],
        ["waiting", "waiting", lines.waiting_ps],
    ].map(([kind, label, value]) => ({ kind, label, value, text: `${ms(value)} ms, ${shareOfRun(value)}` }));
    const total = sum(parts, (part) => part.value);
    const most = (list, time, name) => list.filter((line) => time(line) >= elapsed / 100).slice(0, 3)
        .map((line) => `${name(line)} ${shareOfRun(time(line))}`).join(", ");
    const longest = [
        ["Runs mostly", most(lines.functions, (line) => line.program_ps, (line) => line.name)],
        ["Waits mostly", most(lines.waits, (line) => line.time_ps, (line) => `${line.name} in ${line.function}`)],
    ].filter(([, text]) => text).map(([what, text]) => `${what}: ${text}.`).join(" ");
    return element("div", { class: "hart" }, element("h3", {}, `Hart ${number}`), bar(parts, elapsed),
        legend([...parts, { label: "together", text: `${ms(total)} ms, ${shareOfRun(total)}` }]),
        longest ? element("p", { class: "most" }, longest) : null);
}

function harts() {
    return section("Harts", ["Each hart's time is running, in interrupts and exceptions, or waiting: asleep, or in a ",
                             "loop that only polls. The three make up the whole run."],
        ...profile.harts.map(hart));
}

const layerParts = [
    { kind: "compute", label: "compute", key: "compute_cycles" },
    { kind: "weights", label: "weight load", key: "weight_load_cycles" },
    { kind: "output", label: "output", key: "data_out_cycles" },
    { kind: "setup", label: "set up", key: "setup_cycles" },
];

function layers() {
    const rows = profile.layers.map((layer, number) => ({ ...layer, number, each_ps: layer.busy_ps / layer.runs }));
    const each = (row) => row.each_ps;
    const parts = layerParts.map(({ kind, label, key }) => {
        const cycles = (row) => sum(layerParts, (part) => row[part.key]);
        return { kind, label, value: (row) => (cycles(row) ? (each(row) * row[key]) / cycles(row) : 0) };
    });
    const name = (row) => element("div", {}, row.kind, element("small", {},
        `${row.input} \u2192 ${row.output}` + (row.pool === "none" ? "" : `, ${row.pool}`)));
    const add = (column) => totalled(column, rows);
    return section("KPU layers", ["A bar is one run of the layer. The last four columns count cycles of the KPU's ",
                                  "clock in one run."],
        legend(layerParts),
        ...table("KPU layers", rows, [
            { title: "#", value: (row) => row.number, text: (row) => String(row.number), ascends: true },
            { title: "layer", style: "name", value: (row) => row.kind, node: name, total: "all" },
            drawnColumn("one run", rows, each, parts),
            add({ title: "ms each", style: "number", value: each, text: (row) => ms(each(row)) }),
            countColumn("runs", "runs"),
            add({ title: "ms in all", style: "number", value: (row) => row.busy_ps, text: (row) => ms(row.busy_ps) }),
            ...layerParts.map(({ label, key }) => add(countColumn(label, key))),
        ], 0, 100));
}

function scripts() {
    const time = (row) => row.time_ps;
    const rows = ofAllHarts("scripts", time);
    const place = (row) => element("div", { class: "mono" }, `${row.file}:${row.line}`,
        element("span", { class: "muted" }, " " + row.function));
    return section("Script lines", ["Time of each line, with all of C that it calls, its waits, and interrupts meanwhile; functions of scripts count for themselves."],
        ...table("Script lines", rows, [
            hartColumn,
            { title: "line", style: "name", value: (row) => `${row.file}:${row.line}`, node: place, total: "all" },
            { title: "in", style: "mono", value: (row) => row.called, text: (row) => row.called },
            drawnColumn("time", rows, time, [{ kind: "running", label: "time", value: time }]),
            ...timeColumns(rows, time),
        ], 5));
}

function functions() {
    const time = (row) => row.program_ps + row.trap_ps;
    const rows = ofAllHarts("functions", time);
    const column = (title, key) =>
        totalled({ title, style: "number", value: (row) => row[key], text: (row) => ms(row[key]) }, rows);
    const name = (row) => element("div", { class: "mono" }, row.name,
        row.name === row.address ? null : element("span", { class: "muted" }, " " + row.address));
    const note = ["Time in each function itself, without what it calls and without its waits."];
    if (!profile.named)
        note.push(" They go by the addresses where they begin; ", element("code", {}, "--symbols"), " gives them names.");
    if (profile.recognised_share !== undefined)
        note.push(` Those that are known again have names, for ${(100 * profile.recognised_share).toFixed(0)} % of the time that code ran; the others go by the addresses where they begin; `,
            element("code", {}, "--symbols"), " gives all of them names.");
    return section("Functions", note,
        ...table("Functions", rows, [
            hartColumn,
            { title: "function", style: "name", value: (row) => row.name, node: name, total: "all" },
            drawnColumn("running, in interrupts", rows, time, [
                { kind: "running", label: "running", value: (row) => row.program_ps },
                { kind: "traps", label: "in interrupts", value: (row) => row.trap_ps }]),
            column("running, ms", "program_ps"), column("in interrupts, ms", "trap_ps"),
            ...timeColumns(rows, time),
        ], 5));
}

// Lines that say how often something took how long: interrupts, waits.
function happenings(title, note, list, kind, columns) {
    const time = (row) => row.time_ps;
    const rows = ofAllHarts(list, time);
    const all = [hartColumn, ...columns, drawnColumn("time", rows, time, [{ kind, label: "time", value: time }]),
        totalled(timesColumn, rows), eachColumn, ...timeColumns(rows, time)];
    return section(title, [note], ...table(title, rows, all, all.length - 2));
}

function traps() {
    return happenings("Interrupts and exceptions", "Time in each handler, with everything it calls and waits for.",
        "traps", "traps", [
            { title: "cause", style: "name", value: (row) => row.name, text: (row) => row.name, total: "all" }]);
}

function waits() {
    return happenings("Waits", "Asleep (WFI), delays by the cycle counter, and loops that only poll; not those in interrupts.",
        "waits", "waiting", [
            { title: "wait", style: "name", value: (row) => row.name, text: (row) => row.name, total: "all" },
            { title: "in function", style: "mono", value: (row) => row.function, text: (row) => row.function }]);
}

function devices() {
    const rows = profile.devices;
    const time = (row) => row.busy_ps;
    const rate = (row) => (row.busy_ps ? (row.bytes * 1e6) / row.busy_ps : 0);
    return section("Devices", ["How long each was at work. They work side by side with the harts and with each other."],
        ...table("Devices", rows, [
            { title: "device", style: "name", value: (row) => row.name, text: (row) => row.name },
            drawnColumn("at work", rows, time, [{ kind: "device", label: "at work", value: time }]),
            timesColumn,
            { title: "bytes", style: "number", value: (row) => row.bytes,
              text: (row) => (row.bytes ? whole(row.bytes) : "") },
            { title: "MB/s at work", style: "number", value: rate,
              text: (row) => (row.bytes ? decimals(rate(row), 3) : "") },
            ...timeColumns(rows, time).map((column) => ({ ...column, total: undefined })),
        ], 5));
}

document.title = profile.run.title + " \u2013 k210emu profile";
page.append(header(), harts());
if (profile.layers.length) page.append(layers());
if (profile.harts.some((lines) => lines.scripts.length)) page.append(scripts());
page.append(functions());
if (profile.harts.some((lines) => lines.traps.length)) page.append(traps());
page.append(waits());
if (profile.devices.length) page.append(devices());
