# SPDX-License-Identifier: Apache-2.0
"""The page in a real browser: asks for nothing, complains of nothing, and does what its controls say."""

import json
import re
from importlib import resources

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from reports.__main__ import main
from reports.charts.ticks import ticks
from reports.tests import picture
from reports.tests.browser import Browser, needs_browser
from reports.tests.sample import sample

pytestmark = needs_browser
SHOWN = "[...document.querySelectorAll(arguments[0])].filter(e => e.checkVisibility())"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = sample(tmp_path_factory.mktemp("browser") / "20261123T224100Z_lab_0123456")
    assert main(["build", str(folder)]) == 0
    return folder / "report.html"


@pytest.fixture(scope="module")
def one_browser():
    browser = Browser()
    yield browser
    browser.close()


@pytest.fixture
def browser(one_browser, page):
    one_browser.size(1440)
    one_browser.prefer("light")
    one_browser.open(page)
    return one_browser


def shown(browser, selector):
    return browser.run(f"return {SHOWN}.length", selector)


def click(browser, selector):
    browser.run("document.querySelector(arguments[0]).click()", selector)
    browser.settle()


def hash_of(browser):
    return browser.run("return location.hash")


def colour(browser, selector, what="backgroundColor"):
    told = browser.run(f"return getComputedStyle(document.querySelector(arguments[0])).{what}", selector)
    return [float(number) for number in re.findall(r"[\d.]+", told)][:3]


def test_it_loads_without_a_request_and_without_a_complaint(browser):
    assert browser.requests() == []
    assert browser.complaints() == []


def test_every_case_has_its_charts(browser):
    cases = browser.run("return JSON.parse(document.getElementById('gauntlet-plan').textContent).cases.length")
    assert cases == 10
    for kind in ("runs", "scaling"):
        assert shown(browser, f"figure[data-chart={kind}] svg") == cases
    assert shown(browser, "figure[data-chart=bytes] svg") >= 1


def test_a_chart_shows_every_run_of_the_lanes_that_have_figures(browser):
    counted = browser.run("""
        const figure = document.querySelector("figure[data-chart=runs]");
        return figure.querySelectorAll(".mark-symbol path").length""")
    assert counted == 6 * 6  # Six lanes of eight have figures at ping_pong capacity=0, six runs each.


def test_a_reference_is_a_dashed_line_in_every_chart_of_runs(browser):
    dashed = browser.run("""
        return [...document.querySelectorAll("figure[data-chart=runs]")]
          .map(figure => figure.querySelectorAll(".mark-rule line[stroke-dasharray]").length)""")
    assert dashed == [1] * 10  # go; tokio is not here.


def test_the_scaling_chart_has_a_point_per_figure_and_the_ideal(browser, page):
    data = json.loads(re.search(r'id="gauntlet-data">(.*?)</script>', page.read_text(), re.DOTALL)[1])
    own = [cell for cell in data["summary"]["cells"] if cell["status"] == "ok" and cell["workload"] == "ping_pong"
           and cell["params"] == {"capacity": 0}]
    from_one = {cell["lane"] for cell in own if cell["workers"] == 1}
    points, ends = browser.run("""
        const figure = document.querySelector("figure[data-chart=scaling]");
        const ideal = figure.querySelector(".mark-line path").getBoundingClientRect();
        return [figure.querySelectorAll(".mark-symbol path").length, ideal.height > 10 && ideal.width > 50]""")
    assert points == sum(cell["lane"] in from_one for cell in own) and ends


def test_choosing_workers_shows_their_matrix_and_goes_into_the_address(browser):
    assert shown(browser, "table.matrix") == 1
    click(browser, "input[name=workers][value='4']")
    assert shown(browser, "[data-workers='4'] table.matrix") == 1 and shown(browser, "table.matrix") == 1
    assert hash_of(browser) == "#workers=4"


@pytest.mark.parametrize("measure, pattern", [("ratio", r"^[\d.,]+×$"), ("time", r"^[\d.,]+\s(ns|µs|ms|s)$"),
                                              ("rate", r"^[\d.,]+\s[kMG]?/s$")])
def test_the_measure_switches_every_figure_of_the_matrix(browser, measure, pattern):
    click(browser, f"input[name=show][value={measure}]")
    figures = browser.run(f"return {SHOWN}.map(e => e.textContent)", "table.matrix .fig span b")
    assert len(figures) > 50 and all(re.match(pattern, figure) for figure in figures)
    axis = browser.run("return document.querySelector('figure[data-chart=runs] .role-axis-label text').textContent")
    assert re.match(pattern, axis)


def test_a_lane_that_is_not_chosen_is_gone_from_tables_and_charts(browser):
    before = shown(browser, "table.matrix thead th")
    click(browser, "input[name=lane][value='os_threads']")
    assert shown(browser, "table.matrix thead th") == before - 1
    labels = browser.run("return [...document.querySelectorAll('figure[data-chart=runs] text')].map(e => e.textContent)")
    assert "work_stealing" in labels and "os_threads" not in labels
    assert "os_threads" not in hash_of(browser) and "lanes=work_stealing" in hash_of(browser)
    click(browser, "#reset")
    assert shown(browser, "table.matrix thead th") == before and hash_of(browser) in ("", "#")


def test_no_lane_at_all_says_so_and_does_not_fail(browser):
    click(browser, "[data-none=lane]")
    assert "No lane that is shown" in browser.run("return document.querySelector('figure.chart').textContent")
    assert browser.complaints() == []


def test_a_workload_that_is_not_chosen_is_gone(browser):
    click(browser, "input[name=workload][value='worker_pool']")
    assert shown(browser, "section#worker_pool") == 0 and shown(browser, "section#ping_pong") == 1
    assert shown(browser, "table.matrix tbody tr:not(.group)") == 6


def test_a_head_sorts_the_rows_by_its_lane_and_back(browser):
    def values():
        return browser.run(f"return {SHOWN}.map(row => Number(row.querySelector('[data-name=tbb]').dataset.value))",
                           "table.matrix tbody tr:not(.group)")

    sorter = "[data-workers='2'] table.matrix [data-sort=tbb]"
    click(browser, sorter)
    assert values() == sorted(values()) and "sort=tbb" in hash_of(browser)
    assert browser.run("return document.querySelector(arguments[0]).closest('th').getAttribute('aria-sort')",
                       sorter) == "ascending"
    click(browser, sorter)
    assert values() == sorted(values(), reverse=True)


def test_groups_stand_above_their_rows_and_go_when_a_lane_sorts_or_their_last_row_is_gone(browser):
    def groups():
        return browser.run(f"return {SHOWN}.map(e => e.textContent)", "table.matrix .group th")

    assert groups() == ["channels", "spawn and memory"]
    click(browser, "[data-workers='2'] table.matrix [data-sort=tbb]")
    assert groups() == []
    click(browser, "#reset")
    assert groups() == ["channels", "spawn and memory"]
    click(browser, "input[name=workload][value='ping_pong']")
    assert groups() == ["channels", "spawn and memory"]
    click(browser, "input[name=workload][value='worker_pool']")
    assert groups() == ["spawn and memory"]


def test_a_permalink_shows_the_same_again(browser, page):
    browser.open(page, "#workers=4&show=time&lanes=work_stealing,boost_fiber%2Bportable,go&workloads=ping_pong"
                       "&sort=go.down&intervals=off&theme=dark&at=ping_pong")
    assert shown(browser, "[data-workers='4'] table.matrix") == 1
    heads = browser.run(f"return {SHOWN}.map(e => e.dataset.sort)", "table.matrix thead .sorter")
    assert heads == ["case", "work_stealing", "boost_fiber+portable", "go", "floor"]
    assert shown(browser, "section.workload") == 1 and shown(browser, ".fig .in-time i") == 0
    assert max(colour(browser, "html")) < 60
    assert abs(browser.run("return document.getElementById('ping_pong').getBoundingClientRect().top")) < 200


def test_a_foreign_permalink_is_passed_over(browser, page):
    browser.open(page, "#workers=77&show=colour&lanes=nobody,go&sort=x&theme=pink")
    assert browser.complaints() == [] and shown(browser, "table.matrix") == 1


def test_the_dark_page_is_dark_by_the_system_and_by_the_button(browser, page):
    assert min(colour(browser, "html")) > 200
    browser.prefer("dark")
    assert max(colour(browser, "html")) < 60 and min(colour(browser, "body", "color")) > 180
    click(browser, "#theme")
    assert min(colour(browser, "html")) > 200 and hash_of(browser) == "#theme=light"


def test_charts_take_the_colours_of_the_theme(browser):
    def label():
        return browser.run("return getComputedStyle(document.querySelector('figure.chart .role-axis-label text')).fill")

    light = label()
    browser.prefer("dark")
    assert label() != light


def test_print_shows_everything_and_no_controls(browser):
    browser.prefer("dark", media="print")
    browser.run("dispatchEvent(new Event('beforeprint'))")
    assert shown(browser, ".toolbar") == 0 and shown(browser, "nav") == 0 and shown(browser, "table.data") >= 3
    assert min(colour(browser, ".card")) > 200
    browser.run("dispatchEvent(new Event('afterprint'))")
    browser.prefer("light")
    assert shown(browser, "table.data") == 0
    pdf = browser.driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"]
    assert len(pdf) > 100_000


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_the_page_does_not_scroll_sideways(browser, page, width):
    browser.size(width)
    browser.open(page)
    assert browser.run("return document.documentElement.scrollWidth") <= width
    assert browser.run("return Math.max(...[...document.querySelectorAll('.chart svg')].map(e => "
                       "e.getBoundingClientRect().right))") <= width


def test_on_a_narrow_screen_every_cell_tells_its_lane(browser, page):
    browser.size(390)
    browser.open(page)
    told = browser.run(f"return {SHOWN}.map(e => getComputedStyle(e, '::before').content)", "table.matrix tbody tr:not(.group) td")
    assert len(told) == 10 * 9 and all(len(content) > 2 for content in told)


def test_keys_alone_open_a_menu_choose_and_leave(browser):
    driver = browser.driver
    browser.run("document.querySelector('#choose-lanes summary').focus()")
    driver.switch_to.active_element.send_keys(Keys.ENTER)
    assert browser.run("return document.querySelector('#choose-lanes').open")
    driver.switch_to.active_element.send_keys(Keys.TAB, Keys.TAB)
    driver.switch_to.active_element.send_keys(Keys.TAB)
    driver.switch_to.active_element.send_keys(Keys.SPACE)
    browser.settle()
    assert shown(browser, "table.matrix thead th[data-lane='0']") == 0
    driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert not browser.run("return document.querySelector('#choose-lanes').open")
    assert browser.run("return document.activeElement.tagName") == "SUMMARY"


def test_the_first_key_offers_to_skip_to_the_matrix(browser):
    browser.driver.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    assert browser.run("return document.activeElement.className") == "skip"
    browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
    assert browser.run("return document.activeElement.id") == "matrix"


def test_a_dot_tells_its_run_under_the_pointer(browser):
    browser.run("""
        const dot = document.querySelector("figure[data-chart=runs] .mark-symbol path");
        dot.scrollIntoView({ block: "center" });
        const box = dot.getBoundingClientRect();
        for (const type of ["pointerover", "pointermove", "mousemove"])
          dot.dispatchEvent(new PointerEvent(type, { bubbles: true, clientX: box.x + 2, clientY: box.y + 2 }));""")
    browser.until("!document.getElementById('tip').hidden")
    assert re.match(r"\w+: .*, round \d", browser.run("return document.getElementById('tip').textContent"))


def test_the_ticks_are_those_of_the_stills(browser, page):
    drawn = browser.run("""
        return [...document.querySelectorAll("figure[data-chart=runs]")][9]
          .querySelectorAll(".role-axis-label text").length""")
    data = json.loads(re.search(r'id="gauntlet-data">(.*?)</script>', page.read_text(), re.DOTALL)[1])
    cells = {number for number, cell in enumerate(data["summary"]["cells"]) if cell["workers"] == 2
             and cell["params"] == {"pool": 100, "work_ns": 500} and cell["status"] == "ok"}
    at = data["columns"].index("ns_per_op")
    best = min(data["summary"]["cells"][n]["ns_per_op"]["median"] for n in cells
               if data["summary"]["cells"][n]["lane"] != "go")
    values = [run[at] / best for run in data["runs"] if run[0] in cells]
    assert drawn >= len(ticks(values))


def test_the_pictures_of_the_readme_are_small_and_differ(page, tmp_path):
    taken = [file.read_bytes() for file in picture.take(page, tmp_path)]
    assert len(set(taken)) == len(picture.SHOTS) == 4
    assert all(shot[:4] == b"\x89PNG" and len(shot) < picture.MOST_BYTES for shot in taken)


@pytest.mark.parametrize("scheme, width", [("light", 1440), ("dark", 390)])
def test_axe_finds_no_barrier(browser, page, scheme, width):
    browser.size(width)
    browser.prefer(scheme)
    browser.open(page)
    browser.run((resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    found = browser.driver.execute_async_script("""
        const done = arguments[arguments.length - 1];
        axe.run(document, { resultTypes: ["violations"] }).then(done)""")
    told = [f"{rule['id']}: {rule['help']} ({node['target']}: {node['failureSummary'][:200]})"
            for rule in found["violations"] for node in rule["nodes"][:3]]
    assert told == []
