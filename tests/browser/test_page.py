"""The page in a real Chromium: what it draws, what it refuses to run, what it copies."""

import json

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

# Where each visible character of a block stands, in the block as drawn and in the same block as plain text.
POSITIONS = """
const block = arguments[0];
const positions = (root) => {
  const found = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (let i = 0; i < node.length; i++) {
      const range = document.createRange();
      range.setStart(node, i);
      range.setEnd(node, i + 1);
      const box = range.getBoundingClientRect();
      found.push([node.data.charCodeAt(i), box.left, box.bottom, box.width]);
    }
  }
  return found;
};
const drawn = positions(block);
const kept = [...block.childNodes];
block.replaceChildren(document.createTextNode(block.textContent));
const plain = positions(block);
block.replaceChildren(...kept);
return [drawn, plain];
"""


def clipboard(driver):
    return driver.execute_async_script(
        "const done = arguments[0];"
        "setTimeout(() => navigator.clipboard.readText().then(done, (e) => done(String(e))), 50);"
    )


def entities(driver, article=None):
    root = driver if article is None else driver.find_elements(By.CSS_SELECTOR, "article")[article]
    return root.find_elements(By.CSS_SELECTOR, ".text .e")


def shown_articles(driver):
    return [
        a.get_attribute("id").removeprefix("article:")
        for a in driver.find_elements(By.CSS_SELECTOR, "article")
        if a.is_displayed()
    ]


def test_hostile_texts_run_nothing_and_ask_for_nothing(opened, cases):
    driver = opened(cases["hostile"])
    for article in driver.find_elements(By.TAG_NAME, "article"):
        driver.execute_script("arguments[0].scrollIntoView()", article)
    assert driver.execute_script("return window.ran") is None
    assert (
        driver.find_elements(
            By.CSS_SELECTOR, "img, svg, b, script:not([id]):not(:last-of-type), article style"
        )
        == []
    )
    asked = [
        json.loads(entry["message"])["message"]["params"]["request"]["url"]
        for entry in driver.get_log("performance")
        if '"Network.requestWillBeSent"' in entry["message"]
    ]
    assert asked == [driver.current_url]
    assert driver.get_log("browser") == []


def test_texts_are_shown_as_they_are(opened, cases):
    shown = cases["hostile"] + cases["seams"]
    driver = opened(shown)
    texts = driver.execute_script(
        "return [...document.querySelectorAll('.text')]"
        ".map((text) => [...text.children].map((block) => block.textContent))"
    )
    assert texts == [[r["text"][b["start"] : b["end"]] for b in r["blocks"]] for r in shown]
    assert driver.title == "بيان <b>الصفحة</b>"


def test_every_entity_is_drawn_over_its_own_text(opened, cases):
    shown = cases["hostile"] + cases["seams"]
    driver = opened(shown)
    drawn = driver.execute_script(
        "return [...document.querySelectorAll('.text')]"
        ".map((text) => [...text.querySelectorAll('.e')].map((name) => name.textContent))"
    )
    assert drawn == [[e["text"] for e in r["entities"]] for r in shown]


def test_labels_and_annotators_are_never_markup(opened, cases):
    driver = opened(cases["hostile"])
    assert "<b>x</b>" in [b.text.split()[0] for b in driver.find_elements(By.CSS_SELECTOR, "#labels button")]


@pytest.mark.parametrize("width", [1100, 640])
def test_drawing_moves_no_character(opened, cases, width):
    """Spans take no room, break no joining and leave the bidirectional order as it is in the plain text."""
    driver = opened(cases["seams"] + cases["hostile"])
    driver.set_window_size(width, 900)
    moved = []
    for block in driver.find_elements(By.CSS_SELECTOR, ".block"):
        drawn, plain = driver.execute_script(POSITIONS, block)
        assert [d[0] for d in drawn] == [p[0] for p in plain]
        moved += [
            (block.text, d, p)
            for d, p in zip(drawn, plain, strict=True)
            if p[3] > 0 and (abs(d[1] - p[1]) > 1 or abs(d[2] - p[2]) > 1)
        ]
    driver.set_window_size(1100, 900)
    assert moved[:5] == []


@pytest.mark.parametrize("width", [1100, 1000, 900, 800, 700, 600])
def test_labels_stand_above_the_end_of_their_name(opened, cases, width):
    driver = opened(cases["seams"])
    driver.set_window_size(width, 900)
    far = driver.execute_script(
        """return [...document.querySelectorAll('.text .tags')].filter((tags) => {
          const tag = tags.getBoundingClientRect();
          const word = tags.parentNode.getClientRects();
          return ![...word].some((box) => tag.left < box.right && tag.right > box.left
            && tag.top < box.top + 12 && tag.bottom > box.top - 30);
        }).map((tags) => tags.parentNode.textContent)"""
    )
    driver.set_window_size(1100, 900)
    assert far == []


def test_labels_cover_no_other_label(opened, cases):
    driver = opened([record for record in cases["seams"] if record["article_id"] == "crowded"])
    covered = driver.execute_script(
        """const tags = [...document.querySelectorAll('.text .tags i')];
        const boxes = tags.map((tag) => tag.getBoundingClientRect());
        return boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => a.left < b.right - 1
          && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)).length"""
    )
    assert covered == 0


def test_direction_follows_the_language(opened, cases):
    driver = opened(cases["seams"])
    texts = driver.find_elements(By.CSS_SELECTOR, ".text")
    assert [t.value_of_css_property("direction") for t in texts] == ["rtl", "rtl", "rtl", "ltr", "rtl"]
    assert [t.get_attribute("lang") for t in texts] == ["ar", "ar", "ar", "en", "ur-PK"]


def test_block_kinds_look_different(opened, cases):
    driver = opened(cases["seams"])
    looks = {
        kind: driver.execute_script(
            "const s = getComputedStyle(arguments[0]);"
            "return [s.fontSize, s.fontWeight, s.display, s.color, s.borderRightWidth].join()",
            driver.find_element(By.CSS_SELECTOR, f".block.{kind}"),
        )
        for kind in ("title", "dateline", "heading", "paragraph", "list_item")
    }
    assert len(set(looks.values())) == 5


def test_sentence_ends_are_marked_inside_blocks_alone(opened, cases):
    shown = cases["seams"]
    driver = opened(shown)
    marks = driver.execute_script(
        "return [...document.querySelectorAll('.text')].map((t) => t.querySelectorAll('.stop').length)"
    )
    assert marks == [len(r["sentences"]) - len(r["blocks"]) for r in shown]
    assert marks[0] == 2
    before = driver.execute_script(
        "const r = document.createRange(); const mark = document.querySelector('.stop');"
        "r.setStart(mark.parentNode, 0); r.setEndBefore(mark); return r.toString()"
    )
    assert before.endswith("!")


def test_a_click_copies_code_point_offsets(opened, cases):
    """Behind emoji, where offsets of code points and of UTF-16 units differ."""
    shown = next(r for r in cases["hostile"] if r["article_id"] == "emoji-before")
    driver = opened([shown])
    for span, entity in zip(entities(driver), shown["entities"], strict=True):
        driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", span)
        if span.find_elements(By.CSS_SELECTOR, ".e"):
            span.send_keys(Keys.ENTER)
        else:
            span.click()
        copied = json.loads(clipboard(driver))
        assert copied == {"article_id": "emoji-before"} | {
            k: entity[k] for k in ("start", "end", "label", "text")
        }
        assert shown["text"][copied["start"] : copied["end"]] == copied["text"]


def test_the_panel_names_all_that_nest_there(opened, cases):
    driver = opened(cases["seams"])
    inner = next(span for span in entities(driver, 0) if span.text == "خالد")
    driver.execute_script("arguments[0].click()", inner)
    rows = [row.text.split()[0] for row in driver.find_elements(By.CSS_SELECTOR, "#panel li")]
    assert rows == ["PER", "LOC", "ORG", "MISC"]
    assert "gold" in driver.find_element(By.ID, "panel").text
    assert "score 1" in driver.find_element(By.ID, "panel").text
    outermost = driver.find_elements(By.CSS_SELECTOR, "#panel li button")[3]
    outermost.click()
    assert json.loads(clipboard(driver))["label"] == "MISC"
    driver.find_element(By.TAG_NAME, "body").send_keys(Keys.ESCAPE)
    assert not driver.find_element(By.ID, "panel").is_displayed()


def test_the_keyboard_is_enough(opened, cases):
    driver = opened(cases["seams"])
    body = driver.find_element(By.TAG_NAME, "body")
    body.send_keys("/")
    assert driver.switch_to.active_element.get_attribute("id") == "search"
    first = entities(driver, 0)[0]
    for _press in range(40):
        driver.switch_to.active_element.send_keys(Keys.TAB)
        if driver.switch_to.active_element == first:
            break
    assert driver.switch_to.active_element == first
    driver.switch_to.active_element.send_keys(Keys.ARROW_LEFT)
    assert driver.switch_to.active_element == entities(driver, 0)[1]
    driver.switch_to.active_element.send_keys(Keys.ENTER)
    assert json.loads(clipboard(driver))["text"] == "المغرب"
    driver.switch_to.active_element.send_keys(Keys.ARROW_RIGHT)
    assert driver.switch_to.active_element == first


def search(driver, text):
    box = driver.find_element(By.ID, "search")
    driver.execute_script(
        "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input'))", box, text
    )
    driver.execute_async_script("setTimeout(arguments[0], 400)")
    return driver.execute_script("return [...CSS.highlights.get('found')].map((range) => range.toString())")


@pytest.mark.parametrize(
    ("query", "articles", "found"),
    [
        ("محمد بن على", ["seams"], ["مُحَمَّد بْن عَلِيّ"[:-1]]),
        ("كانون الثانى", ["wrap"], ["كانون الثاني"] * 4),
        ("maverick", ["seams"], ["Maverick"]),
        ("nowhere", [], []),
        ("urdu", ["urdu"], []),
    ],
)
def test_search_folds_spellings_and_marks_what_it_finds(opened, cases, query, articles, found):
    driver = opened(cases["seams"])
    marked = search(driver, query)
    assert shown_articles(driver) == articles
    assert marked == found


def test_search_finds_the_place_behind_emoji(opened, cases):
    driver = opened(cases["hostile"])
    assert search(driver, "طرابلس") == ["طرابلس"]


def test_filters_by_label_split_and_article(opened, cases):
    driver = opened(cases["seams"])
    assert driver.find_element(By.ID, "counts").text.startswith("5 articles")
    percent = next(b for b in driver.find_elements(By.CSS_SELECTOR, "#labels button") if "PERCENT" in b.text)
    percent.click()
    assert shown_articles(driver) == ["seams", "crowded"]
    assert driver.find_element(By.ID, "counts").text.endswith("4 entities")
    assert {e.text for e in entities(driver, 0) if "off" not in e.get_attribute("class").split()} == {
        "12.5 %",
        "٥٪",
    }
    percent.click()
    driver.execute_script(
        "const s = document.getElementById('split'); s.value = 'train'; s.dispatchEvent(new Event('change'))"
    )
    assert shown_articles(driver) == ["wrap", "latin"]
    driver.execute_script(
        "const s = document.getElementById('article'); s.value = '3'; s.dispatchEvent(new Event('change'))"
    )
    assert shown_articles(driver) == ["latin"]


def test_dropped_parts_are_folded_away(opened, cases):
    driver = opened(cases["hostile"])
    dropped = driver.find_element(By.CSS_SELECTOR, "article details.dropped")
    assert not dropped.find_element(By.TAG_NAME, "li").is_displayed()
    dropped.find_element(By.TAG_NAME, "summary").click()
    assert "</script><script>window.ran=3</script>" in dropped.text
    assert "text[0:38]" in dropped.text


def test_many_articles_are_drawn_as_they_are_reached(opened, cases):
    one = cases["seams"][1]
    text = one["text"] + " " * 2400
    driver = opened([one | {"article_id": f"copy-{i}", "text": text} for i in range(1200)], drawn=False)
    assert driver.get_log("browser") == []
    assert len(driver.find_elements(By.CSS_SELECTOR, "article")) == 1200
    driver.execute_async_script("setTimeout(arguments[0], 500)")
    drawn = driver.execute_script("return document.querySelectorAll('.text:not(:empty)').length")
    assert 0 < drawn < 200
    driver.execute_script("document.getElementById('article:copy-900').scrollIntoView()")
    driver.execute_async_script("setTimeout(arguments[0], 500)")
    assert (
        driver.execute_script(
            "return document.getElementById('article:copy-900').querySelectorAll('.e').length"
        )
        == 64
    )


def test_a_link_leads_to_an_article(opened, cases):
    driver = opened([cases["seams"][1] | {"article_id": f"copy {i}"} for i in range(60)])
    driver.find_elements(By.CSS_SELECTOR, "article > header a")[40].send_keys(Keys.ENTER)
    driver.execute_async_script("setTimeout(arguments[0], 300)")
    top, height = driver.execute_script(
        "return [document.getElementById('article:copy 40').getBoundingClientRect().top, innerHeight]"
    )
    bar = driver.find_element(By.ID, "bar").size["height"]
    assert bar - 20 <= top < height / 2
    assert driver.current_url.endswith("#article%3Acopy%2040")


def test_print_draws_everything_without_the_controls(opened, cases):
    driver = opened(cases["seams"])
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    hidden = [driver.find_element(By.ID, i).is_displayed() for i in ("filters", "help")]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert hidden == [False, False]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_readable_in_both_schemes(opened, cases, scheme):
    """Contrast of text and ground, WCAG 2.1: at least 7 for the text, 4.5 for what is quiet."""
    driver = opened(cases["seams"])
    driver.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    ink, ground, quiet = driver.execute_script(
        """const rgb = (c) => c.match(/[\\d.]+/g).slice(0, 3).map(Number);
        const style = (q) => getComputedStyle(document.querySelector(q));
        return [rgb(style('body').color), rgb(style('body').backgroundColor), rgb(style('#counts').color)]"""
    )
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert contrast(ink, ground) > 7
    assert contrast(quiet, ground) > 4.5


def contrast(one, other):
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(rgb):
    parts = [c / 255 / 12.92 if c / 255 <= 0.03928 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
