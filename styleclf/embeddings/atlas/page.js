// The map, its filters and its cards. The page's address holds all choices, after the #:
// style=cubism,rococo  fold=0  author=monet  only=wrong  colour=pred  thumbs=off  epoch=2  image=cubism/gris_guitar.jpg
// author is searched for in titles, too, and in columns of words
// in.year=1870~1890  in.place=paris,~  columns of the collection; ~ stands for images without a value
"use strict";

const atlas = JSON.parse(document.getElementById("data").textContent);
const map = document.getElementById("map");
const n = atlas.filename.length;
const inSpace = "z" in atlas.epochs[0];
const axes = inSpace ? ["x", "y", "z"] : ["x", "y"];
const onSphere = inSpace && atlas.sphere;
const type = traceType();
const mostBulks = 6; // a map is shown whole unless it is so many times wider than the place of 96 in 100 images
const ranges = Object.fromEntries(axes.map(axis => [axis, range(axis)]));
const colours = {}; // of the page, by name; they change with dark mode
const styleColours = []; // as they are shown, computed once
const paints = new Map(); // a colour and whether it is of a test image to the colour of a point
const shapes = inSpace
  ? [["circle", "●"], ["square", "■"], ["cross", "✚"], ["circle-open", "○"], ["square-open", "□"]] // few work there
  : [["circle", "●"], ["square", "■"], ["triangle-up", "▲"], ["cross", "✚"], ["x", "✖"], ["star", "★"],
    ["triangle-down", "▼"], ["circle-open", "○"], ["square-open", "□"], ["triangle-up-open", "△"]];
const shapeWithheld = ["diamond", "◆"];
const mostShapes = 4000; // points that are large enough for a shape; more of them are circles, quicker to draw
// of a point, in pixels: the fewer, the larger; in space of all alike, since distance makes them small there
const size = nPoints => Math.max(4, Math.min(inSpace ? 5 : 8, 300 / Math.sqrt(inSpace ? n : nPoints)));
// the look of points that are filtered out: smaller in space, where they stand in front of others, too
const faded = () => inSpace ? {size: 2, opacity: 0.4, color: colours.grid} : {size: 0.7 * size(n), color: colours.grid};
// named one by one, because Plotly's default has a button that sends the data to its cloud
const buttons = inSpace ? ["orbitRotation", "zoom3d", "pan3d", "resetCameraDefault3d"]
  : ["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d"];
const side = Math.min(192, 3 * atlas.box); // of a thumbnail on a card, in pixels
// points are drawn in an order that mixes the styles, so that no style covers the others
const order = atlas.filename.map((_, i) => i).sort((i, j) => (i * 0.618034) % 1 - (j * 0.618034) % 1);
const searchableAuthors = atlas.authors.map(searchable);
const searchableTitles = atlas.title.map(searchable);
const opacityOfTest = 0.9;
const opacityOfTraining = 0.28; // pale: it has learned from these
const thumbSide = 36; // of a picture on the map, in pixels
const tilesAtATime = 120;
const withoutRoom = 400; // pixels a side of a map that is too small for pictures
const halfName = 45; // pixels of the name of a style beside the place that it names
let matching = []; // the images on the map that the filters let through
let nTiles = tilesAtATime;
let focused = -1; // the image whose tile has the focus
const names = {style: atlas.styles, fold: atlas.folds};
const positions = {style: atlas.label, fold: atlas.fold}; // of every image's name among these
const withheld = new Set(atlas.marked); // positions of styles
const state = {}; // the choices: sets of positions for style and fold, values for all else
const further = atlas.further; // columns of the collection
const searched = further.filter(column => column.kind !== "number");
const searchedWords = searched.map(column => column.words.map(searchable));
const withoutValue = "~";
const openAtFirst = 4; // columns whose filters lie open
const mostOnHover = 6; // columns on a card that comes and goes
further.forEach(measure);

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
  state.further = further.map(column => readChoice(column, parameters.get(addressKey(column))));
  const epoch = atlas.epochs.findIndex(item => item.name === decode(parameters.get("epoch") ?? ""));
  state.epoch = epoch < 0 ? atlas.epochs.length - 1 : epoch;
  state.author = decode(parameters.get("author") ?? "");
  state.thumbs = parameters.get("thumbs") !== "off";
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
  further.forEach((column, k) => {
    const chosen = choiceText(column, state.further[k]);
    if (chosen !== null) parts.push(`${addressKey(column)}=${chosen}`);
  });
  if (state.colour !== "label") parts.push(`colour=${state.colour}`);
  if (!state.thumbs) parts.push("thumbs=off");
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

// --- columns of the collection: for numbers the choice is [low, high], for words a set of positions, null for all

function measure(column) {
  column.counts = new Array(column.words.length).fill(0);
  for (const position of column.position) column.counts[position]++;
  if (column.kind !== "number") return;
  const numbers = column.numbers.filter(number => number !== null);
  column.low = numbers[0]; // they are in order
  column.high = numbers[numbers.length - 1];
  column.step = numbers.every(Number.isInteger) ? 1 : "any";
  column.nWithout = column.numbers.reduce((sum, number, i) => sum + (number === null ? column.counts[i] : 0), 0);
}

function addressKey(column) {
  return `in.${encodeURIComponent(column.name)}`;
}

function readChoice(column, text) {
  if (text === undefined || column.kind === "text") return null;
  if (column.kind === "number") {
    const ends = text.split("~").map(Number);
    const areEnds = text && ends.length === 2 && ends.every(Number.isFinite);
    return areEnds ? narrowed(column, Math.min(...ends), Math.max(...ends)) : null;
  }
  if (text === "") return new Set();
  const wanted = new Set(text.split(",").map(part => part === withoutValue ? "" : decode(part)));
  return new Set(column.words.map((_, i) => i).filter(i => column.counts[i] && wanted.has(column.words[i])));
}

// the choice of numbers from low to high; null for all of them
function narrowed(column, low, high) {
  const ends = [Math.max(low, column.low), Math.min(high, column.high)];
  return ends[0] === column.low && ends[1] === column.high ? null : ends;
}

function choiceText(column, choice) {
  if (choice === null) return null;
  if (column.kind === "number") return choice.join("~");
  return [...choice].map(i => i ? encodeURIComponent(column.words[i]) : withoutValue).join(",");
}

// whether a column lets each of its words through, by position; null where it lets all through
function passingWords(column, choice) {
  if (choice === null) return null;
  if (column.kind === "choice") return column.words.map((_, i) => choice.has(i));
  return column.numbers.map(number => number !== null && choice[0] <= number && number <= choice[1]);
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
  if (!isFold(part) || atlas.out_of_fold) return atlas.folds[part];
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
  const wordMatches = searchedWords.map(words => words.map(word => word.includes(pattern)));
  const nameMatches = i => pattern === "" || authorMatches[atlas.author[i]] || searchableTitles[i].includes(pattern)
    || searched.some((column, k) => wordMatches[k][column.position[i]]);
  const limits = [];
  further.forEach((column, k) => {
    const passing = passingWords(column, state.further[k]);
    if (passing) limits.push([column.position, passing]);
  });
  return i => state.style.has(atlas.label[i]) && state.fold.has(atlas.fold[i])
    && limits.every(([position, passing]) => passing[position[i]]) && nameMatches(i)
    && (!state.only || isRight(i) === (state.only === "right"));
}

function isTest(i) {
  return atlas.test < 0 || atlas.fold[i] === atlas.test;
}

function colourOf(i) {
  if (state.colour === "right") return isRight(i) ? colours.right : colours.wrong;
  return styleColour(atlas[state.colour][i]);
}

// a style's colour, lighter on a dark page and never too pale for letters there
function styleColour(style) {
  styleColours[style] ??= readableColour(style);
  return styleColours[style];
}

function readableColour(style) {
  const levels = rgbLevels(atlas.colours[style]);
  const isDark = brightness(rgbLevels(colours.paper)) < 0.5;
  const missing = isDark ? Math.max(0, 0.5 - brightness(levels)) : 0;
  return `rgb(${levels.map(level => Math.round(level + missing * (255 - level))).join(",")})`;
}

// the same for letters, which need more contrast than a point
function letterColour(style) {
  const levels = styleColour(style).match(/\d+/g);
  const isDark = brightness(rgbLevels(colours.paper)) < 0.5;
  return `rgb(${levels.map(level => Math.round((isDark ? 1 : 0.72) * level)).join(",")})`;
}

function rgbLevels(hex) {
  return [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16));
}

function brightness([red, green, blue]) {
  return (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
}

function withOpacity(colour, opacity) {
  const levels = colour.startsWith("#") ? rgbLevels(colour) : colour.match(/\d+/g);
  return `rgba(${[...levels, opacity].join(",")})`;
}

function readColours() {
  for (const name of ["ink", "faint", "grid", "right", "wrong", "paper"]) colours[name] = cssColour(name);
}

function cssColour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function shapeOf(style) {
  return withheld.has(style) ? shapeWithheld : shapes[style % shapes.length];
}

function symbolOf(i) {
  const areMany = !inSpace && matching.length > mostShapes;
  return areMany && !withheld.has(atlas.label[i]) ? "circle" : shapeOf(atlas.label[i])[0];
}

function paintOf(i) {
  const colour = colourOf(i);
  const opacity = isTest(i) ? opacityOfTest : opacityOfTraining;
  const key = `${colour} ${opacity}`;
  if (!paints.has(key)) paints.set(key, withOpacity(colour, opacity));
  return paints.get(key);
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
  const clear = {paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)"};
  const margin = {l: 0, r: 0, t: 0, b: 0};
  const modebar = {bgcolor: "rgba(0,0,0,0)", color: colours.faint, activecolor: colours.ink};
  const shared = {margin, modebar, showlegend: false, hovermode: "closest", uirevision: "kept", ...clear};
  if (inSpace) return {...shared, scene: {...bare, aspectmode: "data", camera: camera(), annotations: namesInSpace()}};
  bare.yaxis.scaleanchor = "x";
  return {...shared, ...bare, dragmode: "pan"};
}

// so far away that all is in sight, on a phone held upright and with the names of styles, too
function camera() {
  const width = map.clientWidth - 2 * halfName;
  const distance = elongation() * Math.max(1, 0.9 * map.clientHeight / width);
  return {eye: {x: distance, y: distance, z: 0.8 * distance}};
}

// how much longer the longest axis is than the sides of a cube of the same volume, which Plotly fits into the view
function elongation() {
  const lengths = axes.map(axis => ranges[axis][1] - ranges[axis][0]);
  const volume = lengths.reduce((product, length) => product * length, 1);
  return Math.max(...lengths) / volume ** (1 / lengths.length);
}

function range(axis) {
  if (onSphere) return [-1.04, 1.04];
  const values = atlas.epochs.flatMap(epoch => epoch[axis].filter(value => value !== null));
  values.sort((a, b) => a - b);
  let [low, high] = [values[0], values[values.length - 1]];
  const [bulkLow, bulkHigh] = [0.02, 0.98].map(share => values[Math.round(share * (values.length - 1))]);
  const bulk = bulkHigh - bulkLow;
  if (bulk > 0 && high - low > mostBulks * bulk) { // a few far images would put all others on one spot
    [low, high] = [Math.max(low, bulkLow - bulk), Math.min(high, bulkHigh + bulk)];
  }
  const margin = 0.04 * (high - low) || 1;
  return [low - margin, high + margin];
}

// images of this epoch that lie beyond the first view
function countOutside() {
  const epoch = atlas.epochs[state.epoch];
  const isOutside = i => axes.some(axis => epoch[axis][i] < ranges[axis][0] || epoch[axis][i] > ranges[axis][1]);
  return order.filter(i => epoch.x[i] !== null && isOutside(i)).length;
}

function draw() {
  const placed = atlas.epochs[state.epoch].x;
  const passes = currentFilter();
  const ordered = order.filter(i => placed[i] !== null);
  matching = ordered.filter(i => passes(i) && !isTest(i)).concat(ordered.filter(i => passes(i) && isTest(i)));
  const filteredOut = ordered.filter(i => !passes(i));
  const ring = {size: 2.2 * size(n), color: "rgba(0,0,0,0)", line: {width: 2, color: colours.ink}};
  const traces = [
    points(filteredOut, faded(), "skip"),
    points(matching, {size: size(matching.length), color: matching.map(paintOf), symbol: matching.map(symbolOf)}),
    ...(inSpace ? [points(ringedImages(), ring, "skip")] : []),
    ...(onSphere ? [sphereGrid()] : []),
  ];
  const config = {scrollZoom: true, displaylogo: false, responsive: true, modeBarButtons: [buttons]};
  Plotly.react(map, traces, layout(), config).then(lay);
  document.getElementById("count").textContent = countWords(matching.length, n - ordered.length);
  document.getElementById("clear").hidden = matching.length === ordered.length;
  document.getElementById("score").textContent = scoreWords();
  document.getElementById("open-words").textContent = `Filters: ${countWords(matching.length, 0)}`;
}

// how many of the images that the filters let through are named rightly
function scoreWords() {
  const judged = matching.filter(i => atlas.confidence_true[i] !== null);
  const parts = new Map();
  for (const i of judged) {
    const part = scoredPart(i);
    const numbers = parts.get(part) ?? [0, 0];
    parts.set(part, [numbers[0] + isRight(i), numbers[1] + 1]);
  }
  const share = (right, all) => `${spokenNumber(right)} of ${spokenNumber(all)} named rightly (${percent(right / all)})`;
  const sentence = ([part, [right, all]]) => part ? `${part}: ${share(right, all)}` : share(right, all);
  return [...parts].sort().reverse().map(sentence).join("\n");
}

// the images that are counted together with this one
function scoredPart(i) {
  if (atlas.out_of_fold) return "";
  if (atlas.test < 0) return foldWords(atlas.fold[i]);
  return isTest(i) ? "test images" : "images it learned from";
}

// --- what lies on the map: pictures and the names of styles

function middle(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

// of every style the place in the middle of its images, of those tested on where there are some
function styleMiddles() {
  const epoch = atlas.epochs[state.epoch];
  const middles = [];
  atlas.styles.forEach((_, style) => {
    const all = matching.filter(i => atlas.label[i] === style);
    const tested = all.filter(isTest);
    const images = tested.length ? tested : all;
    if (images.length) middles.push({style, place: axes.map(axis => middle(images.map(i => epoch[axis][i])))});
  });
  return middles;
}

function escaped(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

function namesInSpace() {
  return styleMiddles().map(({style, place: [x, y, z]}) => ({x, y, z, text: escaped(styleWords(style)), showarrow: false,
    font: {size: 13, color: letterColour(style)}, bgcolor: withOpacity(colours.paper, 0.6)}));
}

function pixelsOf(place) {
  const {xaxis, yaxis} = map._fullLayout;
  return [xaxis._offset + xaxis.l2p(place[0]), yaxis._offset + yaxis.l2p(place[1])];
}

// pictures where there is room, those tested on first, so that more appear as one zooms; then the names
function lay() {
  const overlay = document.getElementById("overlay");
  overlay.replaceChildren();
  if (inSpace) return;
  const frame = overlay.getBoundingClientRect();
  const room = frame.width < withoutRoom ? 1.2 : 1.6; // cells a picture: the map stays visible between them
  const cell = room * thumbSide;
  const epoch = atlas.epochs[state.epoch];
  const taken = new Set();
  for (let at = matching.length - 1; at >= 0 && state.thumbs; at--) {
    const i = matching[at];
    const [x, y] = pixelsOf([epoch.x[i], epoch.y[i]]);
    const key = `${Math.floor(x / cell)},${Math.floor(y / cell)}`;
    if (x < 0 || y < 0 || x > frame.width || y > frame.height || taken.has(key)) continue;
    taken.add(key);
    const left = (Math.floor(x / cell) + 0.5) * cell; // in the middle of its cell, so that no picture covers another
    const top = (Math.floor(y / cell) + 0.5) * cell;
    const node = element("div", "", isTest(i) ? "thumb" : "thumb pale");
    setThumb(node, i, thumbSide);
    Object.assign(node.style, {left: `${left - thumbSide / 2}px`, top: `${top - thumbSide / 2}px`,
      borderColor: colourOf(i)});
    overlay.append(node);
  }
  layNames(overlay);
  showRings();
}

// the names of styles, each moved down until it lies on no other
function layNames(overlay) {
  const lineHeight = 18;
  const boxes = [];
  const middles = styleMiddles().map(({style, place}) => ({style, at: pixelsOf(place)}));
  middles.sort((a, b) => a.at[1] - b.at[1]);
  const {clientWidth} = overlay;
  for (const {style, at: [middle, y]} of middles) {
    const name = element("b", styleWords(style));
    name.style.color = letterColour(style);
    overlay.append(name);
    const half = name.offsetWidth / 2 + 4;
    const isInSight = middle >= 0 && middle <= clientWidth;
    const x = isInSight ? Math.max(half, Math.min(middle, clientWidth - half)) : middle; // whole at the edges
    let top = y;
    const hit = box => Math.abs(box.x - x) < box.half + half && Math.abs(box.top - top) < lineHeight;
    for (let tries = 0; tries < boxes.length && boxes.some(hit); tries++) {
      top = Math.max(...boxes.filter(hit).map(box => box.top)) + lineHeight;
    }
    boxes.push({x, top, half});
    Object.assign(name.style, {left: `${x}px`, top: `${top}px`});
  }
}

// --- the pictures beside the map

function setThumb(node, i, side) {
  const row = Math.floor(i / atlas.columns);
  const column = i % atlas.columns;
  node.style.width = node.style.height = `${side}px`;
  node.style.backgroundSize = `${atlas.columns * side}px`;
  node.style.backgroundPosition = `${-column * side}px ${-row * side}px`;
}

function tile(i, side) {
  const node = element("button", "", isRight(i) ? "thumb tile" : "thumb tile mistaken");
  setThumb(node, i, side);
  const author = atlas.authors[atlas.author[i]] || "no author";
  const name = `${atlas.title[i]}, ${author}`;
  node.setAttribute("aria-label", `${name}: ${styleWords(atlas.label[i])}, ${predictionWords(i)}`);
  node.onclick = () => pin(i);
  node.onfocus = () => ring(i);
  node.onblur = () => ring(-1);
  node.onmouseenter = () => ring(i);
  node.onmouseleave = () => ring(-1);
  return node;
}

// the images that are marked on the map
function ringedImages() {
  const placed = atlas.epochs[state.epoch].x;
  return [state.image, focused].filter(i => i >= 0 && placed[i] !== null);
}

function ring(i) {
  focused = i;
  showRings();
}

// rings lie over a flat map, so that it need not be drawn again; in space they turn with it
function showRings() {
  const epoch = atlas.epochs[state.epoch];
  const images = ringedImages();
  if (!inSpace) {
    document.getElementById("rings").replaceChildren(...images.map(i => {
      const [left, top] = pixelsOf([epoch.x[i], epoch.y[i]]);
      const node = element("div", "", "ring");
      Object.assign(node.style, {left: `${left}px`, top: `${top}px`});
      return node;
    }));
    return;
  }
  const columns = Object.fromEntries(axes.map(axis => [axis, [images.map(image => epoch[axis][image])]]));
  Plotly.restyle(map, columns, [2]);
}

// those tested on come first, then by style, the surest first
function showTiles() {
  const inOrder = [...matching].sort((a, b) => isTest(b) - isTest(a) || atlas.label[a] - atlas.label[b]
    || atlas.confidence[b] - atlas.confidence[a]);
  const grid = document.getElementById("grid");
  const side = Math.max(56, Math.floor(getComputedStyle(grid).gridTemplateColumns.split(" ").map(parseFloat)[0] || 56));
  grid.replaceChildren(...inOrder.slice(0, nTiles).map(i => tile(i, side)));
  const more = document.getElementById("more");
  more.hidden = inOrder.length <= nTiles;
  more.textContent = `${spokenNumber(inOrder.length - nTiles)} more pictures`;
}

function moveFocus(event) {
  const steps = {ArrowRight: "nextElementSibling", ArrowDown: "nextElementSibling", ArrowLeft: "previousElementSibling",
    ArrowUp: "previousElementSibling"};
  const next = document.activeElement?.[steps[event.key]];
  if (!next || !document.activeElement.classList.contains("tile")) return;
  event.preventDefault();
  next.focus();
}

function countWords(nMatching, nUnplaced) {
  const words = `${spokenNumber(nMatching)} of ${spokenNumber(n)} ${n === 1 ? "image" : "images"}`;
  const nOutside = countOutside();
  const outside = nOutside ? `; ${spokenNumber(nOutside)} far outside this view: zoom out` : "";
  return nUnplaced ? `${words}; ${spokenNumber(nUnplaced)} have no place at this epoch${outside}` : words + outside;
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
  const node = element("span", shapeOf(style)[1], "dot");
  node.style.color = styleColour(style);
  node.setAttribute("aria-hidden", "true");
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
  const thumb = element("div", "", "thumb");
  setThumb(thumb, i, side);
  card.replaceChildren(
    thumb,
    element("h3", atlas.title[i]),
    element("p", atlas.authors[atlas.author[i]] || "no author"),
    styleLine(`${styleWords(atlas.label[i])}${doubtWords(i)}`, atlas.label[i]),
    styleLine(predictionWords(i), atlas.pred[i], isRight(i) ? "right" : "wrong"),
    element("small", partWords(i)),
    ...furtherLines(i, card.id === "hovered" ? mostOnHover : further.length),
  );
  card.hidden = false;
}

// which part an image belongs to, and what the model that judges it has learned from
function partWords(i) {
  const words = foldWords(atlas.fold[i]);
  if (!isFold(atlas.fold[i])) return words;
  return atlas.out_of_fold ? `judged by the model that learned without fold ${words}` : `fold ${words}`;
}

// what the collection says of an image
function furtherLines(i, most) {
  const columns = further.filter(column => column.position[i] > 0).slice(0, most);
  if (!columns.length) return [];
  const list = element("dl");
  for (const column of columns) {
    list.append(element("dt", asWords(column.name)), element("dd", column.words[column.position[i]]));
  }
  return [list];
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
  showPinned();
  showRings();
  writeHashSoon();
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

function addColumn(column, k) {
  if (column.kind === "text") return;
  const section = element("details");
  section.open = k < openAtFirst;
  const summary = element("summary", asWords(column.name));
  column.shown = element("span", "", "chosen");
  summary.append(column.shown);
  section.append(summary, ...(column.kind === "number" ? slider(column, k) : boxes(column, k)));
  column.section = section;
  document.getElementById("further").append(section);
}

// two ends on one line; an end that is moved beyond the other stops there
function slider(column, k) {
  const line = element("div", "", "ends");
  column.ends = ["from", "to"].map((word, end) => {
    const input = element("input");
    Object.assign(input, {type: "range", min: column.low, max: column.high, step: column.step});
    input.value = end ? column.high : column.low;
    input.setAttribute("aria-label", `${asWords(column.name)} ${word}`);
    input.oninput = () => {
      const [low, high] = column.ends.map(other => Number(other.value));
      if (low > high) input.value = end ? low : high;
      state.further[k] = narrowed(column, ...column.ends.map(other => Number(other.value)));
      updateSoon();
    };
    line.append(input);
    return input;
  });
  const without = `${spokenNumber(column.nWithout)} without, not shown once an end is moved`;
  return column.nWithout ? [line, element("small", without)] : [line];
}

function boxes(column, k) {
  const list = element("div", "", "boxes");
  column.words.forEach((word, i) => {
    if (!column.counts[i]) return;
    const line = element("label");
    const box = element("input");
    Object.assign(box, {type: "checkbox", value: i});
    box.onchange = () => {
      const choice = new Set(state.further[k] ?? present(column));
      choice[box.checked ? "add" : "delete"](i);
      state.further[k] = choice.size === present(column).length ? null : choice;
      update();
    };
    line.append(box, element("span", word || "not said"), element("small", spokenNumber(column.counts[i])));
    list.append(line);
  });
  const buttons = element("div", "", "buttons");
  for (const [word, choice] of [["all", () => null], ["none", () => new Set()]]) {
    const button = element("button", word);
    button.setAttribute("aria-label", `${asWords(column.name)}: ${word}`);
    button.onclick = () => { state.further[k] = choice(); update(); };
    buttons.append(button);
  }
  column.list = list;
  return [buttons, list];
}

// positions of the words that images have
function present(column) {
  return column.words.map((_, i) => i).filter(i => column.counts[i]);
}

function showColumn(column, k) {
  const choice = state.further[k];
  if (column.kind === "number") {
    const ends = choice ?? [column.low, column.high];
    column.ends.forEach((input, end) => { input.value = ends[end]; });
    column.ends[0].style.zIndex = ends[0] > (column.low + column.high) / 2 ? 2 : ""; // else an end could hide the other
    column.shown.textContent = ends.map(spokenEnd).join(" – ");
  }
  if (column.kind === "choice") {
    for (const box of column.list.querySelectorAll("input")) box.checked = choice === null || choice.has(+box.value);
    column.shown.textContent = choice === null ? "" : `${choice.size} of ${present(column).length}`;
  }
}

function spokenEnd(number) {
  return String(Number(number.toPrecision(6))); // without commas: it may be a year
}

function clearFilters() {
  Object.assign(state, {author: "", only: "", further: further.map(() => null)});
  for (const key of ["style", "fold"]) state[key] = new Set(names[key].map((_, i) => i));
  update();
}

// more than one choice between two frames, as while a slider is drawn, costs no more than one
let isDue = false;
function updateSoon() {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => { isDue = false; update(); });
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
  document.getElementById("thumbs").checked = state.thumbs;
  further.forEach(showColumn);
  document.getElementById("epoch-words").textContent = atlas.epochs[state.epoch].words;
}

let addressTimer = 0;
function writeHashSoon() {
  clearTimeout(addressTimer);
  addressTimer = setTimeout(writeHash, 300); // browsers refuse a page that changes its address too often
}

function update() {
  nTiles = tilesAtATime;
  writeHashSoon();
  show();
}

function show() {
  showControls();
  showPinned();
  draw();
  showTiles();
}

function searchedNames() {
  const all = searched.map(column => asWords(column.name));
  return all.length > 3 ? "words" : all.join(", ");
}

function openFilters(isOpen) {
  document.getElementById("filters").classList.toggle("open", isOpen);
  document.getElementById("open").setAttribute("aria-expanded", isOpen);
}

const pointer = {x: 0, y: 0};
readColours();
map.addEventListener("pointermove", event => Object.assign(pointer, {x: event.clientX, y: event.clientY}), true);
addChecks("style");
addChecks("fold");
further.forEach(addColumn);
document.getElementById("searched").append(...(searched.length ? [", ", searchedNames()] : []));
document.getElementById("clear").onclick = clearFilters;
document.getElementById("authors").append(...[...new Set(atlas.authors)].filter(name => name).map(name => {
  const option = element("option");
  option.value = name;
  return option;
}));
if (!names.fold.some((_, i) => isFold(i))) document.getElementById("fold-word").textContent = "Part";
document.getElementById("epoch").max = atlas.epochs.length - 1;
document.getElementById("time").hidden = atlas.epochs.length === 1;
for (const key of ["author", "only", "colour", "epoch"]) {
  document.getElementById(key).oninput = event => {
    state[key] = key === "epoch" ? Number(event.target.value) : event.target.value;
    updateSoon();
  };
}
window.addEventListener("hashchange", () => { readHash(); show(); });
document.getElementById("thumbs").onchange = event => { state.thumbs = event.target.checked; update(); };
document.getElementById("thumbs-line").hidden = inSpace;
document.getElementById("more").onclick = () => { nTiles += tilesAtATime; showTiles(); };
document.getElementById("open").onclick = event => {
  event.stopPropagation();
  openFilters(!document.getElementById("filters").classList.contains("open"));
};
document.querySelector("main").addEventListener("pointerdown", () => openFilters(false));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => location.reload());
window.addEventListener("keydown", event => {
  if (event.key === "Escape") { openFilters(false); pin(-1); }
  moveFocus(event);
});
readHash();
show();
map.on("plotly_hover", hover);
for (const name of ["plotly_relayout", "plotly_relayouting"]) map.on(name, lay);
window.addEventListener("resize", () => setTimeout(lay, 300)); // after Plotly has found its new size
map.on("plotly_unhover", () => { document.getElementById("hovered").hidden = true; });
map.on("plotly_click", event => pin(event.points[0].customdata));
