// What is shown: search, labels, split, article.

function applyLabels(root) {
  for (const node of root.querySelectorAll("[data-number]")) {
    node.classList.toggle("off", chosenLabels.size > 0 && !chosenLabels.has(Number(node.dataset.number)));
  }
}

/** How often the query stands in the article; 0 hides it. */
function matches(article) {
  article.key ??= fold(article.text).text;
  let count = 0;
  for (let i = article.key.indexOf(query); i >= 0; i = article.key.indexOf(query, i + query.length)) count++;
  return count;
}

const found = typeof Highlight === "function" && CSS.highlights ? new Highlight() : null;
if (found) CSS.highlights.set("found", found);

function highlight(article) {
  if (!found) return;
  const { text, origins } = fold(article.text);
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
  let entities = 0;
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
    for (const entity of article.entities) entities += !chosenLabels.size || chosenLabels.has(entity[2]) ? 1 : 0;
    if (query && article.drawn) highlight(article);
  });
  const some = shown < articles.length ? `${number(shown)} of ` : "";
  const parts = [`${some}${counted(articles.length, "article")}`, counted(sentences, "sentence"), counted(entities, "entity", "entities")];
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
