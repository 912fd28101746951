// Articles become blocks, blocks become text with names and sentence ends in it.

function shell(article) {
  const node = element("article");
  node.id = `article:${article.id}`;
  const header = element("header");
  const link = element("a");
  link.href = `#${encodeURIComponent(node.id)}`;
  link.append(element("bdi", "", article.id));
  header.append(link);
  for (const name of ["split", "annotation", "published", "source", "license"]) {
    if (article.facts[name]) header.append(element("bdi", "fact", article.facts[name]));
  }
  header.append(element("span", "", article.language));
  header.append(element("span", "", counted(article.sentences.length, "sentence")));
  header.append(element("span", "", counted(article.entities.length, "entity", "entities")));
  const unseen = unseenCharacters(article.text);
  if (unseen) header.append(element("span", "unseen", unseen));
  article.body = element("div", "text");
  article.body.lang = article.language;
  article.body.dir = article.direction;
  node.append(header, article.body);
  if (article.dropped.length) node.append(droppedParts(article));
  article.node = node;
  return node;
}

function unseenCharacters(text) {
  const counts = new Map();
  for (const [character] of text.matchAll(UNSEEN)) counts.set(character, (counts.get(character) ?? 0) + 1);
  const named = [...counts].map(([c, n]) => `U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")} ×${n}`);
  return named.join(" ");
}

function droppedParts(article) {
  const details = element("details", "dropped");
  details.append(element("summary", "", `${counted(article.dropped.length, "part")} dropped`));
  const list = element("ul");
  for (const [field, start, end, rule, text] of article.dropped) {
    const item = element("li");
    const quoted = element("bdi", "", text);
    quoted.dir = article.direction;
    item.append(element("code", "", rule), " ", quoted, " ", element("code", "", `${field}[${start}:${end}]`));
    list.append(item);
  }
  details.append(list);
  return details;
}

function draw(article) {
  if (article.drawn) return;
  article.drawn = true;
  const ends = article.sentences.map((sentence) => sentence[1]);
  let nextEnd = 0;
  let next = 0;
  for (const [start, end, kind] of article.blocks) {
    const block = element("div", `block ${KINDS.has(kind) ? kind : "paragraph"}`);
    block.dataset.kind = kind;
    const held = [];
    while (next < article.entities.length && article.entities[next][0] < end) held.push(article.entities[next++]);
    while (nextEnd < ends.length && ends[nextEnd] <= start) nextEnd++;
    const stops = [];
    while (nextEnd < ends.length && ends[nextEnd] < end) stops.push(ends[nextEnd++]);
    fillBlock(block, article, start, end, held, stops);
    raiseCrowded(article.rows.splice(0));
    article.body.append(block);
  }
  const first = article.body.querySelector(".e");
  if (first) first.tabIndex = 0;
  applyLabels(article.body);
  if (query) highlight(article);
}

function addText(parent, article, from, to) {
  if (from >= to) return;
  const start = article.at(from);
  const node = document.createTextNode(article.text.slice(start, article.at(to)));
  article.pieces.push([start, node]);
  parent.append(node);
}

function fillBlock(block, article, from, to, entities, stops) {
  let cursor = from;
  let stop = 0;
  const advance = (offset) => {
    while (stop < stops.length && stops[stop] <= offset) {
      addText(block, article, cursor, stops[stop]);
      cursor = Math.max(cursor, stops[stop++]);
      block.append(element("span", "stop"));
    }
    addText(block, article, cursor, offset);
    cursor = Math.max(cursor, offset);
  };
  for (const tree of nested(entities)) {
    advance(tree.entity[0]);
    block.append(drawEntity(article, tree));
    cursor = tree.entity[1];
  }
  advance(to);
}

/** Entities in order of (start, -end) as trees; `over` says how many levels lie inside. */
function nested(entities) {
  const roots = [];
  const open = [];
  for (const entity of entities) {
    while (open.length && open[open.length - 1].entity[1] <= entity[0]) open.pop();
    const tree = { entity, children: [], over: 0 };
    (open.length ? open[open.length - 1].children : roots).push(tree);
    open.push(tree);
    for (let i = open.length - 2; i >= 0; i--) open[i].over = Math.max(open[i].over, open.length - 1 - i);
  }
  return roots;
}

const toneOf = (label) => `tone${label % TONES}`;

function drawEntity(article, tree) {
  const [start, end, label] = tree.entity;
  const span = element("span", `e ${toneOf(label)}${tree.over ? ` over${Math.min(tree.over, DEEPEST)}` : ""}`);
  span.dataset.entity = article.entities.indexOf(tree.entity);
  span.dataset.number = label;
  span.tabIndex = -1;
  span.setAttribute("role", "button");
  span.setAttribute("aria-label", `${data.labels[label]}: ${quoted(article, tree.entity)}`);
  let cursor = start;
  let tags = null;
  for (const child of tree.children) {
    addText(span, article, cursor, child.entity[0]);
    const drawn = drawEntity(article, child);
    cursor = child.entity[1];
    // Labels of names that end together stand in one row, the outermost first.
    if (cursor === end) tags = [...drawn.querySelectorAll(".tags")].pop();
    span.append(drawn);
  }
  tags ??= lastWord(span, article, cursor, end);
  const tag = element("i", toneOf(label));
  tag.dataset.number = label;
  tag.dataset.label = data.labels[label];
  tags.prepend(tag);
  return span;
}

/** The rest of an entity, and the place of its labels over its last word or part of one, which no line break divides. */
function lastWord(span, article, from, to) {
  const characters = [...article.text.slice(article.at(from), article.at(to))];
  const cut = from + characters.slice(0, -1).findLastIndex((character) => /[\s/\p{Pd}]/u.test(character)) + 1;
  addText(span, article, from, cut);
  const word = element("span", "last");
  addText(word, article, cut, to);
  const tags = element("span", "tags");
  tags.setAttribute("aria-hidden", "true");
  word.append(tags);
  span.append(word);
  article.rows.push([tags, to]);
  return tags;
}

/** Lift rows of labels that would cover the row before them. Lengths are judged by counts of characters, in pixels. */
function raiseCrowded(rows) {
  const last = [-Infinity, -Infinity];
  for (const [tags, end] of rows) {
    const width = [...tags.children].reduce((sum, tag) => sum + 7 * tag.dataset.label.length + 6, 0);
    const level = (end - last[0]) * 7 < width && (end - last[0]) < (end - last[1]) ? 1 : 0;
    tags.classList.toggle("raised", level === 1);
    last[level] = end;
  }
}

const quoted = (article, [start, end]) => article.text.slice(article.at(start), article.at(end));
