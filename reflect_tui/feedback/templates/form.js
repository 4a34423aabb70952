"use strict";
function crc32(bytes) {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

{
const facts = JSON.parse(document.getElementById("facts").textContent);
const say = facts.say;
const at = (id) => document.getElementById(id);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const pages = all(".page");
const items = all("fieldset");
const confidential = facts.promise === "confidential";
const key = `reflect-tui ${facts.round} ${facts.token}`;
const MANY = 5;  // points that still fit beside each other on a phone
const NAMED = 8;  // gaps at the end; a longer list helps nobody
const ROW = 60;  // letters of a comment that fit in a row on paper
const number = (text, n, total) => text.replace("{n}", n).replace("{total}", total);

// What is kept: in this browser where it allows that, else only as long as the page is open.
const nothing = () => ({ id: "", started: "", finished: "", page: 0, scores: {}, notes: {}, remark: "", name: "" });
const isSame = (one, other) => typeof one === typeof other && (one === null) === (other === null);
let given = nothing();
let kept = true;
let broken = false; // whether what was kept can't be read
let current = null;
let leaving = false; // whether the keyboard is behind the last statement of a part
let pointed = false; // whether the mouse or a finger was used since the last key

function recall() {
  let found = null;
  try {
    found = localStorage.getItem(key);
    localStorage.setItem(key + " try", "1");
    localStorage.removeItem(key + " try");
  } catch {
    kept = false;
  }
  try {
    given = readKept(found || "{}");
  } catch {
    given = nothing();
    broken = true;
  }
}

function readKept(text) {
  const read = { ...nothing(), ...JSON.parse(text) };
  const points = ["n/a", ...facts.points.map(([value]) => value)];
  const whole = Object.entries(nothing()).every(([name, empty]) => isSame(read[name], empty)) && Number.isInteger(read.page)
    && Object.values(read.scores).every((value) => points.includes(value))
    && Object.values(read.notes).every((note) => typeof note === "string");
  if (!whole) throw new TypeError(text);
  return read;
}

function keep() {
  if (given.id === "") begin();
  try {
    localStorage.setItem(key, JSON.stringify(given));
    kept = true;
  } catch {
    kept = false;
  }
  at("kept").textContent = kept ? say.kept : say.not_kept;
}

// A confidential answer has a random id and no time at all.
function begin() {
  const random = (bytes) => [...crypto.getRandomValues(new Uint8Array(bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (confidential) {
    given.id = `answer-${random(16)}`;
  } else {
    given.started = moment(new Date());
    given.id = `${given.started.slice(0, 13)}${given.started.slice(14, 16)}-${facts.role}-${random(3)}`;
  }
}

function moment(when) {
  const two = (value) => String(Math.trunc(Math.abs(value))).padStart(2, "0");
  const offset = -when.getTimezoneOffset();
  const day = `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`;
  const time = `${two(when.getHours())}:${two(when.getMinutes())}:${two(when.getSeconds())}`;
  return `${day}T${time}${offset < 0 ? "-" : "+"}${two(offset / 60)}:${two(offset % 60)}`;
}

// The answer file.
function tidy(text) {
  return text.replace(/\r\n?/g, "\n").replace(/[\0-\b\v-\x1f\x7f-\x9f]/g, "").replace(/\p{Surrogate}/gu, "\ufffd").trim();
}

const quoted = (text) => JSON.stringify(tidy(text));

function answer() {
  const lines = [];
  const put = (name, text) => lines.push(`${name} = ${quoted(text)}`);
  put("id", given.id);
  for (const name of ["round", "token", "promise", "about", "instrument", "version", "digest", "role"]) put(name, facts[name]);
  if (facts.person) { // a third person collects
    put("person", facts.person);
    lines.push(`minimum = ${facts.minimum}`);
  }
  if (!confidential) {
    if (tidy(given.name)) put("name", given.name);
    lines.push(`started = ${given.started}`, `finished = ${given.finished}`);
  }
  put("remark", given.remark);
  lines.push("", "[scores]");
  for (const { id, score } of scored()) lines.push(`${id} = ${score === "n/a" ? '"n/a"' : Number(score)}`);
  const notes = items.map(named).filter((id) => tidy(given.notes[id] || ""));
  if (notes.length) lines.push("", "[notes]");
  for (const id of notes) put(id, given.notes[id]);
  const text = lines.join("\n") + "\n";
  return `format = 1\ncheck = "${check(text)}"\n${text}`;
}

// Tells a text that was cut off: as text_check() in feedback/answers.py, of the letters and digits that no mail changes.
function check(text) {
  const bytes = [...text.normalize("NFD").replace(/[^0-9A-Za-z]/g, "")].map((sign) => sign.charCodeAt(0));
  return crc32(bytes).toString(16).padStart(8, "0");
}

// Items and their answers.
const named = (item) => item.id.slice(2);
const scored = () => items.map((item) => ({ id: named(item), score: given.scores[named(item)] })).filter((one) => one.score);
const gaps = () => items.filter((item) => !given.scores[named(item)]);
const choice = (item, value) => all("input[type=radio]", item).find((radio) => radio.value === value);

function show(item) {
  const id = named(item);
  for (const radio of all("input[type=radio]", item)) radio.checked = radio.value === given.scores[id];
  item.querySelector(".clear").hidden = !given.scores[id];
}

function score(item, value) {
  if (value) given.scores[named(item)] = value;
  else {
    delete given.scores[named(item)];
    leaving = false;
  }
  keep();
  show(item);
  progress();
}

function progress() {
  const done = items.length - gaps().length;
  at("progress").value = done;
  at("footer").hidden = given.id === "" || pages[given.page].id === "done";
  at("count").textContent = number(say.answered, done, items.length);
}

const announce = (text) => { at("status").textContent = text; };

function stand(item) {
  if (current) current.classList.remove("now");
  current = item;
  // a digit after the last answer of a part was chosen by mouse is meant for the next statement, as it is after a key
  leaving = pointed && item !== null && item === all("fieldset", item.parentElement).pop() && Boolean(given.scores[named(item)]);
  if (item) item.classList.add("now");
}

// Brings the keyboard to an item: to its answer, else to its first choice.
function go(item) {
  const page = pages.indexOf(item.closest(".page"));
  if (page !== given.page) open(page);
  stand(item);
  const radio = item.querySelector("input:checked") || item.querySelector("input");
  radio.focus({ preventScroll: true });
  if (item.offsetHeight < window.innerHeight / 2) {
    item.scrollIntoView({ block: "nearest" });
  } else { // enlarged: the statement, and then as much as its choice needs
    item.scrollIntoView({ block: "start", behavior: "instant" });
    radio.parentElement.scrollIntoView({ block: "nearest", behavior: "instant" });
  }
}

function chooseByKey(value) {
  const item = current;
  const radio = choice(item, value);
  if (!radio) return;
  score(item, value);
  const whole = all("fieldset", item.parentElement);
  const following = whole[whole.indexOf(item) + 1];
  const done = whole.every((one) => given.scores[named(one)]);
  const words = radio.nextElementSibling.textContent.trim().replace(/\s+/g, " ");
  announce(`${words}. ${at("count").textContent}.${done ? " " + say.complete : ""}`);
  if (following) go(following);
  else leave(item);
}

// Brings the keyboard behind the last statement of a part: there no key scores.
function leave(item) {
  leaving = true;
  item.parentElement.querySelector(".next").focus();
}

function move(step) {
  const focus = document.activeElement;
  const inside = current.contains(focus);
  const past = !inside && current.compareDocumentPosition(focus) & Node.DOCUMENT_POSITION_FOLLOWING;
  const stay = step > 0 ? !inside && !past : past;
  const following = stay ? current : items[items.indexOf(current) + step];
  if (following && (step < 0 || following.parentElement === current.parentElement)) go(following);
  else if (step > 0) leave(current);
}

// The key by its sign; on a keyboard whose digits need Shift, by its place.
function digit(event) {
  if (/^[0-9]$/.test(event.key)) return event.key;
  const place = /^Digit([0-9])$/.exec(event.code);
  return place && !event.shiftKey && !/^[a-z-]$/i.test(event.key) ? place[1] : "";
}

function typed(event) {
  const field = event.target;
  pointed = false;
  if (event.ctrlKey || event.altKey || event.metaKey || !current || pages[given.page].hidden) return;
  if (field.matches("textarea, input:not([type]), summary") || !current.closest(".page:not([hidden])")) return;
  const known = (value) => facts.points.some(([point]) => point === value);
  const figure = digit(event) || (event.key === "t" && known("10") ? "10" : "");
  if ((leaving || event.repeat) && (figure || event.key === "-")) return;  // a key that is held answers once
  if (event.key === "-" || (figure === "0" && !known("0"))) chooseByKey("n/a");
  else if (figure) chooseByKey(figure);
  else if (event.key === "Backspace" || event.key === "ArrowUp") move(-1);
  else if (event.key === "ArrowDown") move(1);
  else if (event.key === "x" && current.contains(field)) score(current, "");
  else return;
  event.preventDefault();
}

// Pages.
function open(page) {
  given.page = Math.max(0, Math.min(page, pages.length - 1));
  pages.forEach((one, n) => { one.hidden = n !== given.page; });
  const shown = pages[given.page];
  const started = given.page > 0;
  at("bar").hidden = !started;
  const whole = all("fieldset", shown);
  stand(whole.find((item) => !given.scores[named(item)]) || whole[0] || null);
  at("part").textContent = whole.length ? shown.querySelector(".which").textContent : document.title;
  at("heading").textContent = whole.length ? shown.querySelector("h1").textContent : "";
  at("begin").textContent = given.id ? say.resume : say.start;
  if (shown.id === "review") review();
  if (shown.id === "done") finish();
  progress();
}

function turn(page) {
  open(page);
  if (given.id) keep();
  window.scrollTo({ top: 0, behavior: "instant" });
  pages[given.page].querySelector("h1").focus({ preventScroll: true });
  if (given.page > 0) announce(at("count").textContent);
}

function review() {
  const left = gaps();
  const none = left.length === items.length;
  at("standing").textContent = none ? say.none_yet : left.length ? number(say.gaps, left.length) : say.all_answered;
  at("gaps").replaceChildren(...left.slice(0, NAMED).map((item) => {
    const line = document.createElement("li");
    line.append(button("", item.querySelector("legend").textContent, () => go(item)));
    line.firstChild.lang = item.lang;
    return line;
  }));
  at("others").textContent = left.length > NAMED ? number(say.more, left.length - NAMED) : "";
  const unable = scored().filter((one) => one.score === "n/a").length;
  at("unable").textContent = unable ? number(say.unable_count, unable) : "";
  at("make").disabled = none;
}

function finish() {
  if (!confidential && !given.finished) given.finished = moment(new Date());
  const text = answer();
  const link = at("save");
  const name = `feedback-${facts.round}-${given.id.slice(-6)}.toml`;
  if (link.href.startsWith("blob:")) URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(new Blob([text], { type: "application/toml" }));
  link.download = name;
  at("file").textContent = say.where.replace("{file}", name);
  at("text").value = text;
  for (const told of all("[role=status]", at("done"))) told.textContent = "";
  if (!facts.form) return;
  at("coded").hidden = typeof answerCode !== "function" || typeof uqr !== "object"; // an old browser knows too little
  if (!at("coded").hidden) finishCode();
}

// The same as a code, without the comments.
function finishCode() {
  const values = ["", "n/a", ...facts.points.map(([value]) => value)];
  const digits = items.map((item) => values.indexOf(given.scores[named(item)] || ""));
  const code = answerCode(facts.token, facts.form, digits, values.length);
  const lines = code.match(/.{1,24}/g).map((row) => row.replace(/-$/, ""));
  const body = [say.mail_greeting, "", say.mail_code, "", ...lines, "", say.mail_end].join("\r\n");
  at("code").value = lines.join("\n");
  at("code").rows = lines.length;
  at("mail").href = `mailto:?subject=${encodeURIComponent(document.title)}&body=${encodeURIComponent(body)}`;
  at("comments").hidden = !tidy(given.remark) && !Object.values(given.notes).some(tidy);
  drawCode(at("picture"), code);
}

async function copy(field, told) {
  field.focus();
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    told.textContent = say.copied;
  } catch {
    told.textContent = document.execCommand("copy") ? say.copied : say.select_all;
  }
}

function remove() {
  if (!confirm(say.sure)) return;
  given = nothing();
  try {
    localStorage.removeItem(key);
  } catch {
    kept = false;
  }
  fill();
  turn(0);
  announce(say.removed);
}

// What is made here rather than in the page, to keep the page small.
function button(style, text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = style;
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

function answers(item) {
  const row = document.createElement("div");
  row.className = facts.points.length > MANY ? "points many" : "points";
  const own = facts.words[named(item)] || facts.points.map(([, words]) => words);
  for (const [value, words] of [...facts.points.map(([point], n) => [point, own[n]]), ["n/a", say.unable]]) {
    const label = document.createElement("label");
    const radio = document.createElement("input");
    const shown = document.createElement("span");
    radio.type = "radio";
    radio.name = item.id;
    radio.value = value;
    if (value === "n/a") {
      label.className = "none";
      label.lang = document.documentElement.lang;
    } else {
      shown.append(document.createElement("b"), " ");
      shown.firstChild.textContent = value;
    }
    shown.append(words);
    label.append(radio, shown);
    row.append(label);
  }
  return row;
}

function furnish(item) {
  const row = document.createElement("div");
  const about = item.querySelector("legend").textContent;
  const comment = button("plain", say.comment, () => write(item).focus());
  const clear = button("plain clear", say.clear, () => { score(item, ""); item.querySelector("input").focus(); });
  row.className = "more";
  row.lang = document.documentElement.lang;
  comment.setAttribute("aria-expanded", "false");
  comment.setAttribute("aria-label", `${say.comment}: ${about}`);
  clear.setAttribute("aria-label", `${say.clear}: ${about}`);
  row.append(comment, clear);
  const explained = item.querySelectorAll(":scope > .quiet"); // its help and levels
  item.replaceChildren(item.querySelector("legend"), ...explained, answers(item), row); // a saved copy has them already
  item.addEventListener("change", (event) => {
    if (event.target.type !== "radio") return;
    score(item, event.target.value);
    stand(item);
  });
  item.addEventListener("pointerdown", () => { pointed = true; });
  item.addEventListener("focusin", () => stand(item));
}

function write(item) {
  let field = item.querySelector("textarea");
  if (!field) {
    field = document.createElement("textarea");
    field.rows = 3;
    field.maxLength = facts.longest;
    field.setAttribute("aria-label", `${say.comment}: ${item.querySelector("legend").textContent}`);
    field.addEventListener("input", () => {
      given.notes[named(item)] = field.value;
      keep();
      if (field.value.length >= facts.longest) announce(say.limit);
    });
    item.append(field);
    item.querySelector(".more button").setAttribute("aria-expanded", "true");
  }
  return field;
}

function fill() {
  for (const item of items) {
    show(item);
    const note = given.notes[named(item)];
    const field = item.querySelector("textarea");
    if (note) write(item).value = note;
    else if (field) {
      field.remove();
      item.querySelector(".more button").setAttribute("aria-expanded", "false");
    }
  }
  at("remark").value = given.remark;
  if (at("name")) at("name").value = given.name;
}

function listen() {
  for (const field of [at("remark"), at("name")]) {
    if (field) field.addEventListener("input", () => { given[field.id] = field.value; keep(); });
  }
  at("begin").addEventListener("click", () => {
    const page = pages.findIndex((one) => all("fieldset", one).some((item) => !given.scores[named(item)]));
    turn(given.id && page < 0 ? pages.length - 2 : Math.max(page, 1));
  });
  for (const one of all(".back")) one.addEventListener("click", () => turn(given.page - 1));
  for (const one of all(".next")) one.addEventListener("click", () => turn(given.page + 1));
  for (const one of all(".remove")) one.addEventListener("click", remove);
  at("make").addEventListener("click", () => {
    if (!confidential) given.finished = moment(new Date());
    turn(given.page + 1);
  });
  at("copy").addEventListener("click", () => copy(at("text"), at("copied")));
  if (facts.form) at("copy-code").addEventListener("click", () => copy(at("code"), at("code-copied")));
  at("skip").addEventListener("click", (event) => { event.preventDefault(); at("main").focus(); });
  document.addEventListener("keydown", typed);
  // The same form in another window: what was done there holds here.
  window.addEventListener("storage", (event) => { if (event.key === key) { recall(); fill(); open(given.page); } });
  // On paper a comment is whole.
  window.addEventListener("beforeprint", () => {
    for (const field of all("textarea")) {
      const rows = field.value.split("\n").map((row) => Math.ceil((row.length + 1) / ROW));
      field.rows = Math.max(field.rows, rows.reduce((sum, count) => sum + count, 0));
    }
  });
  window.addEventListener("beforeunload", (event) => { if (!kept && given.id) event.preventDefault(); });
}

function today() {
  return moment(new Date()).slice(0, 10);
}

items.forEach(furnish);
recall();
fill();
listen();
at("late").hidden = today() <= facts.closes;
at("kept").textContent = kept ? say.kept : say.not_kept;
at("lost").textContent = broken ? say.broken : say.not_kept;
at("lost").hidden = kept && !broken;
at("framed").hidden = window.top === window;
all(".pause").forEach((one) => { one.hidden = !kept; });
open(given.id ? given.page : 0);
if (current) current.scrollIntoView({ block: "nearest", behavior: "instant" });
}
