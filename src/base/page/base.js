// Names in a page's data come from the guest and its files: they become text, never markup.
"use strict";

const data = JSON.parse(document.querySelector('script[type="application/json"]').textContent);
const page = document.getElementById("page");

function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
}
