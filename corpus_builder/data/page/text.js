// The data, and texts: offsets, folding.

const byId = (id) => document.getElementById(id);
const data = JSON.parse(byId("data").textContent);
const TONES = 8;
const DEEPEST = 3;
const KINDS = new Set(["title", "dateline", "heading", "paragraph", "list_item"]);
// Pages up to this many characters are drawn whole while nothing else is asked for; longer ones as they are scrolled to.
const DRAWN_WHEN_IDLE = 3000000;

// One for one, as the matching keys of the package fold, so that spellings of a word meet.
const FOLDED = {
  "\u0623": "\u0627", "\u0625": "\u0627", "\u0622": "\u0627", "\u0671": "\u0627", "\u0649": "\u064a", "\u06cc": "\u064a",
  "\u0626": "\u064a", "\u0624": "\u0648", "\u0629": "\u0647", "\u06a9": "\u0643", "\u06a4": "\u0641", "\u067e": "\u0628",
  "\u0686": "\u062c", "\u06af": "\u0643", "\u00a0": " ", "\n": " ",
};
const REMOVED = /[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u200b-\u200f\u202a-\u202e\u2066-\u2069]/;
const UNSEEN = /[\u00a0\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** An element; its text becomes a text node, never markup. */
function element(name, classes, text) {
  const made = document.createElement(name);
  if (classes) made.className = classes;
  if (text !== undefined && text !== null) made.append(document.createTextNode(String(text)));
  return made;
}

/** Offsets in the data count code points, those of strings here UTF-16 units: the way from the first to the second. */
function unitOffsets(text) {
  if (!/[\ud800-\udbff][\udc00-\udfff]/.test(text)) return (offset) => offset;
  const units = [];
  let unit = 0;
  for (const character of text) {
    units.push(unit);
    unit += character.length;
  }
  units.push(unit);
  return (offset) => units[offset];
}

let keys = null;

/** What each UTF-16 unit becomes in a key; 0 where it is left out. */
function foldingKeys() {
  keys = new Uint16Array(65536);
  for (let unit = 1; unit < keys.length; unit++) {
    const letter = String.fromCharCode(unit);
    const key = (FOLDED[letter] ?? letter).toLowerCase();
    keys[unit] = REMOVED.test(letter) ? 0 : key.length === 1 ? key.charCodeAt(0) : unit;
  }
}

/** The folded text, and for each of its units the unit of `text` it came from. */
function fold(text) {
  if (!keys) foldingKeys();
  const folded = new Uint16Array(text.length);
  const origins = new Uint32Array(text.length + 1);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const key = keys[text.charCodeAt(i)];
    if (!key) continue;
    origins[length] = i;
    folded[length++] = key;
  }
  origins[length] = text.length;
  return { text: new TextDecoder("utf-16le", { ignoreBOM: true }).decode(folded.subarray(0, length)), origins };
}

const number = (n) => n.toLocaleString("en");
const counted = (n, one, many = `${one}s`) => `${number(n)} ${n === 1 ? one : many}`;

const articles = data.articles.map((record) => ({
  ...record,
  at: unitOffsets(record.text),
  node: null,
  body: null,
  drawn: false,
  pieces: [],
  rows: [],
  key: null,
  labels: new Set(record.entities.map((entity) => entity[2])),
}));
const chosenLabels = new Set();
let query = "";
