// A name is chosen by click or key: its offsets are copied, the panel says more.

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
