// Everything is put together, and articles are drawn as they are reached.

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
