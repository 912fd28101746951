"use strict";
(() => {
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

  /** The folded text, and for each of its units the unit of `text` it came from. */
  function fold(text) {
    const folded = [];
    const origins = [];
    for (let i = 0; i < text.length; i++) {
      const unit = text[i];
      if (REMOVED.test(unit)) continue;
      for (const key of FOLDED[unit] ?? unit.toLowerCase()) {
        for (let k = 0; k < key.length; k++) origins.push(i);
        folded.push(key);
      }
    }
    origins.push(text.length);
    return { text: folded.join(""), origins };
  }

  const number = (n) => n.toLocaleString("en");
  const counted = (n, name) => `${number(n)} ${name}${n === 1 ? "" : "s"}`;

  const articles = data.articles.map((record) => ({
    ...record,
    at: unitOffsets(record.text),
    node: null,
    body: null,
    drawn: false,
    pieces: [],
    key: null,
    labels: new Set(record.entities.map((entity) => entity[2])),
  }));
  const chosenLabels = new Set();
  let query = "";

  // Drawing -----------------------------------------------------------------------------------------------------------

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
    header.append(element("span", "", counted(article.entities.length, "name")));
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

  /** The rest of a name, and the place of its labels over its last word, which no line break divides. */
  function lastWord(span, article, from, to) {
    const characters = [...article.text.slice(article.at(from), article.at(to))];
    const cut = from + characters.findLastIndex((character) => /\s/.test(character)) + 1;
    addText(span, article, from, cut);
    const word = element("span", "last");
    addText(word, article, cut, to);
    const tags = element("span", "tags");
    tags.setAttribute("aria-hidden", "true");
    word.append(tags);
    span.append(word);
    return tags;
  }

  const quoted = (article, [start, end]) => article.text.slice(article.at(start), article.at(end));

  // Filters -----------------------------------------------------------------------------------------------------------

  function applyLabels(root) {
    for (const node of root.querySelectorAll("[data-number]")) {
      node.classList.toggle("off", chosenLabels.size > 0 && !chosenLabels.has(Number(node.dataset.number)));
    }
  }

  /** How often the query stands in the article; 0 hides it. */
  function matches(article) {
    article.key ??= fold(article.text);
    let count = 0;
    for (let i = article.key.text.indexOf(query); i >= 0; i = article.key.text.indexOf(query, i + query.length)) count++;
    return count;
  }

  const found = typeof Highlight === "function" && CSS.highlights ? new Highlight() : null;
  if (found) CSS.highlights.set("found", found);

  function highlight(article) {
    if (!found) return;
    const { text, origins } = article.key;
    for (let i = text.indexOf(query); i >= 0; i = text.indexOf(query, i + query.length)) {
      const range = document.createRange();
      range.setStart(...place(article, origins[i]));
      const [node, offset] = place(article, origins[i + query.length - 1]);
      range.setEnd(node, offset + 1);
      found.add(range);
    }
  }

  function place(article, unit) {
    let low = 0;
    let high = article.pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (article.pieces[middle][0] <= unit) low = middle;
      else high = middle - 1;
    }
    const [start, node] = article.pieces[low];
    return [node, Math.min(Math.max(unit - start, 0), node.length - 1)];
  }

  function filter() {
    query = fold(byId("search").value.trim()).text;
    const split = byId("split").value;
    const wanted = byId("article").value;
    if (found) found.clear();
    let shown = 0;
    let sentences = 0;
    let names = 0;
    let hits = 0;
    articles.forEach((article, i) => {
      const hit = query ? matches(article) : 0;
      const keeps =
        (!query || hit || article.id.toLowerCase().includes(query)) &&
        (!split || article.facts.split === split) &&
        (!wanted || Number(wanted) === i) &&
        (!chosenLabels.size || [...chosenLabels].some((label) => article.labels.has(label)));
      article.node.hidden = !keeps;
      if (!keeps) return;
      shown++;
      hits += hit;
      sentences += article.sentences.length;
      for (const entity of article.entities) names += !chosenLabels.size || chosenLabels.has(entity[2]) ? 1 : 0;
      if (query && article.drawn) highlight(article);
    });
    const some = shown < articles.length ? `${number(shown)} of ` : "";
    const parts = [`${some}${counted(articles.length, "article")}`, counted(sentences, "sentence"), counted(names, "name")];
    if (query) parts.push(`${number(hits)} found`);
    byId("counts").textContent = parts.join(" · ");
  }

  function option(list, value, text) {
    const made = element("option", "", text);
    made.value = value;
    list.append(made);
  }

  function prepareFilters() {
    const totals = data.labels.map(() => 0);
    for (const article of articles) for (const entity of article.entities) totals[entity[2]]++;
    data.labels.forEach((label, i) => {
      const button = element("button");
      button.type = "button";
      button.setAttribute("aria-pressed", "false");
      button.append(element("span", `e ${toneOf(i)}`, label), " ", element("small", "", number(totals[i])));
      button.addEventListener("click", () => {
        const pressed = !chosenLabels.has(i);
        if (pressed) chosenLabels.add(i);
        else chosenLabels.delete(i);
        button.setAttribute("aria-pressed", String(pressed));
        for (const article of articles) if (article.drawn) applyLabels(article.body);
        filter();
      });
      byId("labels").append(button);
    });
    const splits = [...new Set(articles.map((article) => article.facts.split).filter(Boolean))].sort();
    for (const split of splits) option(byId("split"), split, split);
    byId("split").parentNode.hidden = splits.length === 0;
    articles.forEach((article, i) => option(byId("article"), i, article.id));
    byId("article").parentNode.hidden = articles.length < 2;
    byId("split").addEventListener("change", filter);
    byId("article").addEventListener("change", filter);
    let waiting = 0;
    byId("search").addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(filter, articles.length > 500 ? 250 : 60);
    });
  }

  // Choosing a name ---------------------------------------------------------------------------------------------------

  function offsetsOf(article, entity) {
    const [start, end, label] = entity;
    return JSON.stringify({ article_id: article.id, start, end, label: data.labels[label], text: quoted(article, entity) });
  }

  function copy(text) {
    const said = byId("said");
    const done = () => { said.textContent = `Copied ${text}`; };
    const failed = () => { said.textContent = `Not copied, take it from here: ${text}`; };
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, failed);
    else failed();
  }

  function articleOf(node) {
    const holder = node.closest("article");
    return articles.find((article) => article.node === holder);
  }

  function choose(span) {
    unchoose();
    const article = articleOf(span);
    const list = byId("panel").querySelector("ol");
    for (let node = span; node; node = node.parentNode.closest(".e")) {
      node.classList.add("chosen");
      list.append(panelRow(article, article.entities[Number(node.dataset.entity)]));
    }
    byId("panel").hidden = false;
    copy(offsetsOf(article, article.entities[Number(span.dataset.entity)]));
  }

  function panelRow(article, entity) {
    const [start, end, label, annotator, score] = entity;
    const row = element("li");
    const name = element("bdi", "", quoted(article, entity));
    name.lang = article.language;
    name.dir = article.direction;
    const button = element("button", "", "Copy");
    button.type = "button";
    button.addEventListener("click", () => copy(offsetsOf(article, entity)));
    row.append(element("strong", "", data.labels[label]), name, element("code", "", `${start}–${end}`));
    if (annotator) row.append(element("bdi", "", annotator));
    if (score !== null && score !== undefined) row.append(element("span", "", `score ${score}`));
    row.append(button);
    return row;
  }

  function unchoose() {
    for (const node of document.querySelectorAll(".chosen")) node.classList.remove("chosen");
    byId("panel").querySelector("ol").replaceChildren();
    byId("panel").hidden = true;
  }

  function step(span, forward) {
    const all = [...span.closest(".text").querySelectorAll(".e:not(.off)")];
    const next = all[all.indexOf(span) + (forward ? 1 : -1)];
    if (!next) return;
    span.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  function prepareKeys() {
    const main = byId("articles");
    main.addEventListener("click", (event) => {
      const span = event.target.closest(".e:not(.off)");
      if (span && getSelection().isCollapsed) choose(span);
    });
    main.addEventListener("keydown", (event) => {
      const span = event.target;
      if (!span.matches(".e")) return;
      if (event.key === "Enter" || event.key === " ") choose(span);
      else if (event.key === "ArrowLeft") step(span, span.matches(":dir(rtl)"));
      else if (event.key === "ArrowRight") step(span, !span.matches(":dir(rtl)"));
      else return;
      event.preventDefault();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") unchoose();
      if (event.key === "/" && !event.target.matches("input, select")) {
        event.preventDefault();
        byId("search").focus();
      }
    });
    byId("close").addEventListener("click", unchoose);
  }

  // The page ----------------------------------------------------------------------------------------------------------

  function listLeftOut() {
    if (!data.left_out.length) return;
    const details = byId("left-out");
    details.hidden = false;
    details.querySelector("summary").textContent = `${counted(data.left_out.length, "record")} left out`;
    for (const { id, problems } of data.left_out) {
      for (const [place, code, message] of problems) {
        const item = element("li");
        item.append(element("code", "", place), " ", element("code", "", code), " ", element("bdi", "", message));
        if (id) item.append(" ", element("bdi", "", id));
        details.querySelector("ul").append(item);
      }
    }
  }

  function drawInTime() {
    const byNode = new Map(articles.map((article) => [article.node, article]));
    const observer = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          if (!entry.isIntersecting) continue;
          draw(byNode.get(entry.target));
          observer.unobserve(entry.target);
        }
      },
      { rootMargin: "1500px" },
    );
    for (const article of articles) observer.observe(article.node);
    addEventListener("beforeprint", () => {
      for (const article of articles) if (!article.node.hidden) draw(article);
    });
    if (articles.reduce((sum, article) => sum + article.text.length, 0) > DRAWN_WHEN_IDLE) return;
    const idle = window.requestIdleCallback ?? ((work) => setTimeout(() => work({ timeRemaining: () => 8 }), 16));
    let next = 0;
    const work = (deadline) => {
      while (next < articles.length && deadline.timeRemaining() > 2) draw(articles[next++]);
      if (next < articles.length) idle(work);
    };
    idle(work);
  }

  byId("articles").append(...articles.map(shell));
  prepareFilters();
  prepareKeys();
  listLeftOut();
  filter();
  drawInTime();
})();
