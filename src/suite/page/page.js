// Draws the results of a suite.
const results = data;

const words = { wall_timeout: "out of time", timeout: "too late", bad_input: "bad" };
const notPassed = (test) => test.status !== "passed" && test.status !== "skipped";

const seconds = (value, digits) => `${value.toFixed(digits)} s`;

function steps(test) {
    const rows = test.steps.map((step) => element("tr", {},
        element("td", { class: "number" }, seconds(step.guest_ended, 3)),
        element("td", {}, element("code", {}, `${step.file.split("/").pop()}:${step.line}`)),
        element("td", { class: step.status === "passed" ? "" : step.status },
            step.step + (step.message ? `: ${step.message}` : ""))));
    return element("table", {},
        element("thead", {}, element("tr", {}, element("th", { class: "number" }, "guest time"),
            element("th", {}, "where"), element("th", {}, "step"))),
        element("tbody", {}, ...rows));
}

function pictures(test) {
    const figures = test.pictures.map((picture) => element("figure", {},
        element("img", { src: `data:image/png;base64,${picture.png}`, alt: `${picture.name} of ${test.id}` }),
        element("figcaption", {}, picture.name)));
    return element("div", { class: "pictures" }, ...figures);
}

function body(test) {
    const inside = element("div", { class: "body" });
    if (test.message) inside.append(element("p", { class: `message ${test.status}` }, test.message));
    if (test.detail) inside.append(element("pre", {}, test.detail));
    if (test.pictures.length) inside.append(pictures(test));
    if (test.steps.length) inside.append(steps(test));
    if (test.console.length) inside.append(element("pre", {}, test.console.join("\n")));
    if (test.timeline)
        inside.append(element("p", { class: "muted" }, "the last guest second"), element("pre", {}, test.timeline));
    const kept = test.artifacts.length ? `${test.folder}: ${test.artifacts.join(", ")}` : "";
    if (kept) inside.append(element("p", { class: "muted" }, "kept in ", element("code", {}, kept)));
    inside.append(element("p", { class: "muted" }, "again: ", element("code", {}, test.again)));
    if (test.replay) inside.append(element("p", { class: "muted" }, "replay: ", element("code", {}, test.replay)));
    return inside;
}

// Bodies are made when they are opened: a suite may have thousands.
function card(test) {
    const made = element("details", {}, element("summary", {},
        element("span", { class: `status ${test.status}` }, words[test.status] ?? test.status),
        element("span", { class: "name" }, test.id),
        element("span", { class: "number", title: "guest time" }, seconds(test.guest_seconds, 3)),
        element("span", { class: "number muted", title: "real time" }, seconds(test.wall_seconds, 1))));
    const fill = () => { if (made.childElementCount === 1) made.append(body(test)); };
    made.addEventListener("toggle", fill);
    if (notPassed(test)) {
        fill();
        made.open = true;
    }
    return made;
}

const cards = results.scenarios.map((test) => ({ test, shown: card(test) }));
const search = element("input", { type: "search", placeholder: "name", "aria-label": "only names that contain" });
const only = element("button", { type: "button", "aria-pressed": "false" }, "only what has not passed");

function choose() {
    const all = only.getAttribute("aria-pressed") === "false";
    for (const { test, shown } of cards)
        shown.hidden = !test.id.includes(search.value) || !(all || notPassed(test));
}
search.addEventListener("input", choose);
only.addEventListener("click", () => {
    only.setAttribute("aria-pressed", only.getAttribute("aria-pressed") === "true" ? "false" : "true");
    choose();
});

document.title = results.summary;
page.append(element("h1", {}, results.summary),
    element("p", { class: "muted" }, `k210emu ${results.k210emu}, ${seconds(results.wall_seconds, 1)} of real time`,
        results.interrupted ? ", interrupted" : "", results.shard === "1/1" ? "" : `, shard ${results.shard}`),
    element("div", { class: "tools" }, search, only),
    ...cards.map(({ shown }) => shown));
