// The map, its filters and its cards. The page's address holds all choices, after the #:
// style=cubism,rococo  fold=0  author=monet  only=wrong  colour=pred  epoch=2  image=cubism/gris_guitar.jpg
"use strict";

const atlas = JSON.parse(document.getElementById("data").textContent);
const map = document.getElementById("map");
const n = atlas.filename.length;
const inSpace = "z" in atlas.epochs[0];
const axes = inSpace ? ["x", "y", "z"] : ["x", "y"];
const onSphere = inSpace && atlas.sphere;
const type = traceType();
const ranges = Object.fromEntries(axes.map(axis => [axis, range(axis)]));
const colours = Object.fromEntries(["ink", "faint", "grid", "right", "wrong"].map(name => [name, cssColour(name)]));
const size = Math.max(4, Math.min(inSpace ? 5 : 8, 300 / Math.sqrt(n))); // of a point, in pixels
// the look of points that are filtered out: smaller in space, where they stand in front of others, too
const faded = inSpace ? {size: 2, opacity: 0.4, color: colours.grid} : {size: 0.7 * size, color: colours.grid};
// named one by one, because Plotly's default has a button that sends the data to its cloud
const buttons = inSpace ? ["orbitRotation", "zoom3d", "pan3d", "resetCameraDefault3d"]
  : ["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d"];
const side = Math.min(192, 3 * atlas.box); // of a thumbnail on a card, in pixels
// points are drawn in an order that mixes the styles, so that no style covers the others
const order = atlas.filename.map((_, i) => i).sort((i, j) => (i * 0.618034) % 1 - (j * 0.618034) % 1);
const searchableAuthors = atlas.authors.map(searchable);
const names = {style: atlas.styles, fold: atlas.folds};
const positions = {style: atlas.label, fold: atlas.fold}; // of every image's name among these
const withheld = new Set(atlas.marked); // positions of styles
const state = {}; // the choices: sets of positions for style and fold, values for all else

// --- the choices, and the page's address

function readHash() {
  const parameters = new Map(location.hash.slice(1).split("&").map(part => {
    const at = part.indexOf("=");
    return at < 0 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)];
  }));
  for (const key of ["style", "fold"]) {
    const selected = parameters.has(key) ? parameters.get(key).split(",").map(decode) : names[key];
    state[key] = new Set(selected.map(name => names[key].indexOf(name)).filter(i => i >= 0));
  }
  for (const key of ["only", "colour"]) {
    const options = [...document.getElementById(key).options].map(option => option.value);
    state[key] = options.includes(parameters.get(key)) ? parameters.get(key) : options[0];
  }
  const epoch = atlas.epochs.findIndex(item => item.name === decode(parameters.get("epoch") ?? ""));
  state.epoch = epoch < 0 ? atlas.epochs.length - 1 : epoch;
  state.author = decode(parameters.get("author") ?? "");
  state.image = atlas.filename.indexOf(decode(parameters.get("image") ?? ""));
}

function writeHash() {
  const parts = [];
  for (const key of ["style", "fold"]) {
    if (state[key].size < names[key].length) {
      parts.push(`${key}=${names[key].filter((_, i) => state[key].has(i)).map(encodeURIComponent).join(",")}`);
    }
  }
  if (state.author) parts.push(`author=${encodeURIComponent(state.author)}`);
  if (state.only) parts.push(`only=${state.only}`);
  if (state.colour !== "label") parts.push(`colour=${state.colour}`);
  if (state.epoch < atlas.epochs.length - 1) parts.push(`epoch=${encodeURIComponent(atlas.epochs[state.epoch].name)}`);
  if (state.image >= 0) parts.push(`image=${encodeURIComponent(atlas.filename[state.image])}`);
  history.replaceState(null, "", `#${parts.join("&")}`);
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // it was typed by hand, with a lone % in it
  }
}

// --- names as people write them

function asWords(name) {
  return name.replace(/[-_\s]+/g, " ").trim();
}

function searchable(name) {
  return asWords(name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase());
}

function styleWords(style) {
  return atlas.styles[style] + (withheld.has(style) ? " (withheld)" : "");
}

// without a test fold, names of parts such as 'held-out authors' speak for themselves
function isFold(part) {
  return atlas.test >= 0 || /^\d+$/.test(atlas.folds[part]);
}

function foldWords(part) {
  if (!isFold(part)) return atlas.folds[part];
  return `${atlas.folds[part]}, ${part === atlas.test ? "test" : "training"}`;
}

function percent(probability) {
  return `${Math.round(100 * probability)} %`;
}

// --- the map

function isRight(i) {
  return atlas.label[i] === atlas.pred[i];
}

// a function that tells whether the filters let an image through
function currentFilter() {
  const pattern = searchable(state.author);
  const authorMatches = searchableAuthors.map(name => name.includes(pattern));
  return i => state.style.has(atlas.label[i]) && state.fold.has(atlas.fold[i]) && authorMatches[atlas.author[i]]
    && (!state.only || isRight(i) === (state.only === "right"));
}

function colourOf(i) {
  if (state.colour === "right") return isRight(i) ? colours.right : colours.wrong;
  return atlas.colours[atlas[state.colour][i]];
}

function cssColour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function symbolOf(i) {
  return withheld.has(atlas.label[i]) ? "diamond" : "circle";
}

function points(images, marker, hoverinfo = "none") {
  const epoch = atlas.epochs[state.epoch];
  const columns = axes.map(axis => [axis, images.map(i => epoch[axis][i])]);
  return {...Object.fromEntries(columns), type, mode: "markers", customdata: images, marker, hoverinfo};
}

// circles of latitude and longitude as one line with gaps, a little inside the unit sphere: points in front cover it
function sphereGrid() {
  const line = {x: [], y: [], z: []};
  const radius = 0.98;
  const steps = 12; // circles of each kind
  const turns = 72; // points of a circle
  const add = (...place) => axes.forEach((axis, i) => line[axis].push(place[i] === null ? null : radius * place[i]));
  for (let k = 0; k < steps; k++) {
    const [sin, cos] = [Math.sin(k * Math.PI / steps), Math.cos(k * Math.PI / steps)];
    for (const along of [(s, c) => [sin * c, sin * s, cos], (s, c) => [cos * s, sin * s, c]]) {
      for (let i = 0; i <= turns; i++) {
        add(...along(Math.sin(2 * Math.PI * i / turns), Math.cos(2 * Math.PI * i / turns)));
      }
      add(null, null, null);
    }
  }
  return {...line, type, mode: "lines", line: {width: 1, color: colours.faint}, opacity: 0.5, hoverinfo: "skip"};
}

function traceType() {
  if (inSpace) return "scatter3d";
  return hasWebGL() ? "scattergl" : "scatter";
}

function hasWebGL() {
  return document.createElement("canvas").getContext("webgl") !== null;
}

function layout() {
  const bare = Object.fromEntries(axes.map(axis =>
    [`${axis}axis`, {visible: false, showspikes: false, range: ranges[axis].slice()}])); // a copy: Plotly writes into it
  const shared = {margin: {l: 0, r: 0, t: 0, b: 0}, showlegend: false, hovermode: "closest", uirevision: "kept"};
  if (inSpace) return {...shared, scene: {...bare, aspectmode: "data", camera: {eye: {x: 1, y: 1, z: 0.8}}}};
  bare.yaxis.scaleanchor = "x";
  return {...shared, ...bare, dragmode: "pan"};
}

function range(axis) {
  if (onSphere) return [-1.04, 1.04];
  let [low, high] = [Infinity, -Infinity];
  for (const epoch of atlas.epochs) {
    for (const value of epoch[axis]) {
      if (value !== null) [low, high] = [Math.min(low, value), Math.max(high, value)];
    }
  }
  const margin = 0.04 * (high - low) || 1;
  return [low - margin, high + margin];
}

function draw() {
  const placed = atlas.epochs[state.epoch].x;
  const passes = currentFilter();
  const ordered = order.filter(i => placed[i] !== null);
  const matching = ordered.filter(i => passes(i));
  const filteredOut = ordered.filter(i => !passes(i));
  const ringed = state.image >= 0 && placed[state.image] !== null ? [state.image] : [];
  const ring = {size: 2.2 * size, color: "rgba(0,0,0,0)", line: {width: 2, color: colours.ink}};
  const traces = [
    points(filteredOut, faded, "skip"),
    points(matching, {size, color: matching.map(colourOf), symbol: matching.map(symbolOf), opacity: 0.85}),
    points(ringed, ring, "skip"),
    ...(onSphere ? [sphereGrid()] : []),
  ];
  const config = {scrollZoom: true, displaylogo: false, responsive: true, modeBarButtons: [buttons]};
  Plotly.react(map, traces, layout(), config);
  document.getElementById("count").textContent = countWords(matching.length, n - ordered.length);
}

function countWords(nMatching, nUnplaced) {
  const words = `${spokenNumber(nMatching)} of ${spokenNumber(n)} ${n === 1 ? "image" : "images"}`;
  return nUnplaced ? `${words}; ${spokenNumber(nUnplaced)} have no place at this epoch` : words;
}

function spokenNumber(number) {
  return number.toLocaleString("en");
}

// --- cards

function element(tag, text = "", className = "") {
  const node = document.createElement(tag);
  node.textContent = text; // as text: whatever is in a file's name, it is not HTML
  node.className = className;
  return node;
}

function dot(style) {
  const node = element("span", "", withheld.has(style) ? "dot diamond" : "dot");
  node.style.background = atlas.colours[style];
  return node;
}

function styleLine(words, style, className = "") {
  const line = element("p", "", className);
  line.append(dot(style), ` ${words}`);
  return line;
}

// what the model thought of the true style
function doubtWords(i) {
  const probability = atlas.confidence_true[i];
  if (probability === null) return ": not known to the model";
  return isRight(i) ? "" : `, given ${percent(probability)}`;
}

function predictionWords(i) {
  return `predicted ${atlas.styles[atlas.pred[i]]}, ${percent(atlas.confidence[i])}`;
}

function fillCard(card, i) {
  const row = Math.floor(i / atlas.columns);
  const column = i % atlas.columns;
  const thumb = element("div", "", "thumb");
  thumb.style.width = thumb.style.height = `${side}px`;
  thumb.style.backgroundSize = `${atlas.columns * side}px`;
  thumb.style.backgroundPosition = `${-column * side}px ${-row * side}px`;
  card.replaceChildren(
    thumb,
    element("h3", asWords(atlas.title[i])),
    element("p", asWords(atlas.authors[atlas.author[i]]) || "no author"),
    styleLine(`${styleWords(atlas.label[i])}${doubtWords(i)}`, atlas.label[i]),
    styleLine(predictionWords(i), atlas.pred[i], isRight(i) ? "right" : "wrong"),
    element("small", (isFold(atlas.fold[i]) ? "fold " : "") + foldWords(atlas.fold[i])),
  );
  card.hidden = false;
}

function hover(event) {
  const card = document.getElementById("hovered");
  const frame = map.getBoundingClientRect();
  fillCard(card, event.points[0].customdata);
  const x = pointer.x - frame.left;
  const y = pointer.y - frame.top;
  const left = x + 16 + card.offsetWidth < frame.width ? x + 16 : x - 16 - card.offsetWidth;
  card.style.left = `${Math.max(0, left)}px`;
  card.style.top = `${Math.max(0, Math.min(y - 40, frame.height - card.offsetHeight - 8))}px`;
}

function pin(i) {
  state.image = i;
  update();
}

function showPinned() {
  const card = document.getElementById("pinned");
  card.hidden = state.image < 0;
  if (card.hidden) return;
  fillCard(card, state.image);
  const close = element("button", "×", "close");
  close.title = "close (Escape)";
  close.onclick = () => pin(-1);
  card.append(close);
}

// --- controls

function addChecks(key) {
  const list = document.getElementById(key);
  names[key].forEach((name, i) => {
    const line = element("label");
    const box = element("input");
    box.type = "checkbox";
    box.value = i;
    box.onchange = () => {
      state[key][box.checked ? "add" : "delete"](i);
      update();
    };
    line.append(box);
    if (key === "style") line.append(dot(i));
    const words = key === "style" ? styleWords(i) : foldWords(i);
    const count = positions[key].filter(position => position === i).length;
    line.append(words, element("small", spokenNumber(count)));
    list.append(line);
  });
  document.querySelector(`[data-all=${key}]`).onclick = () => choose(key, names[key].map((_, i) => i));
  document.querySelector(`[data-none=${key}]`).onclick = () => choose(key, []);
}

function choose(key, positions) {
  state[key] = new Set(positions);
  update();
}

function showControls() {
  for (const key of ["style", "fold"]) {
    for (const box of document.getElementById(key).querySelectorAll("input")) box.checked = state[key].has(+box.value);
  }
  for (const key of ["author", "only", "colour", "epoch"]) {
    const input = document.getElementById(key);
    if (input.value !== String(state[key])) input.value = state[key]; // or a caret would move
  }
  document.getElementById("epoch-words").textContent = atlas.epochs[state.epoch].words;
}

function update() {
  writeHash();
  show();
}

function show() {
  showControls();
  showPinned();
  draw();
}

const pointer = {x: 0, y: 0};
map.addEventListener("pointermove", event => Object.assign(pointer, {x: event.clientX, y: event.clientY}), true);
addChecks("style");
addChecks("fold");
document.getElementById("authors").append(...atlas.authors.filter(name => name).map(name => {
  const option = element("option");
  option.value = asWords(name);
  return option;
}));
if (!names.fold.some((_, i) => isFold(i))) document.getElementById("fold-word").textContent = "Part";
document.getElementById("epoch").max = atlas.epochs.length - 1;
document.getElementById("time").hidden = atlas.epochs.length === 1;
for (const key of ["author", "only", "colour", "epoch"]) {
  document.getElementById(key).oninput = event => {
    state[key] = key === "epoch" ? Number(event.target.value) : event.target.value;
    update();
  };
}
window.addEventListener("hashchange", () => { readHash(); show(); });
window.addEventListener("keydown", event => { if (event.key === "Escape") pin(-1); });
readHash();
show();
map.on("plotly_hover", hover);
map.on("plotly_unhover", () => { document.getElementById("hovered").hidden = true; });
map.on("plotly_click", event => pin(event.points[0].customdata));
