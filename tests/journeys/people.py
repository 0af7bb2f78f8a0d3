"""The people of the journeys: a citizen with a phone, officers at a desk. They know names of the contract only."""

from dataclasses import dataclass, field
from typing import Any

import pyotp
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Response

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1366, "height": 768}
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@dataclass
class Person:
    """Somebody with a browser. Every page they come to is looked at by axe at both widths (issue, Shows 4)."""

    page: Page
    url: str
    faults: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    def go(self, path: str) -> Response | None:
        answer = self.page.goto(f"{self.url}{path}" if path.startswith("/") else path)
        self.look()
        return answer

    def look(self) -> None:
        """axe over the page as it stands, at 390 and 1366 px, once a path."""
        where = self.page.url.removeprefix(self.url).split("?")[0]
        if where in self.seen:
            return
        self.seen.add(where)
        before = self.page.viewport_size or DESK
        for width in (390, 1366):
            self.page.set_viewport_size({"width": width, "height": before["height"]})
            found = Axe().run(self.page, options=RULES).response["violations"]
            for fault in found:
                targets = [node["target"] for node in fault["nodes"]][:3]
                self.faults.append(f"{where} at {width}: {fault['id']} {targets}")
            overflow = self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if overflow > 1:
                self.faults.append(f"{where} at {width}: {overflow} px too wide")
        self.page.set_viewport_size(before)

    def deed(self, name: str, **fields: Any) -> None:
        """Fills the form of that name and sends it; a choice is a radio, a tick or an option, whichever it is."""
        form = self.page.locator(f'form[data-deed="{name}"]').first
        form.wait_for(state="attached", timeout=15_000)
        for field_name, value in fields.items():
            fill(form.locator(f'[name="{field_name}"]'), value)
        with self.page.expect_navigation(wait_until="load"):
            form.evaluate(
                "form => form.requestSubmit(form.querySelector('button:not([name=set])') || undefined)"
            )
        self.look()

    def text(self, selector: str) -> str:
        return " ".join((self.page.locator(selector).first.text_content() or "").split())


def fill(boxes: Any, value: Any) -> None:
    """Puts a value into a field, whatever kind of field it is; hidden ones are opened by who uses them first."""
    kind = boxes.first.evaluate("box => box.tagName + ':' + (box.type || '')")
    if kind == "INPUT:file":
        boxes.first.set_input_files(value)
    elif kind == "INPUT:radio":
        boxes.evaluate_all(
            "(boxes, value) => boxes.filter(b => b.value === value)"
            ".forEach(b => { b.checked = true; b.dispatchEvent(new Event('change', {bubbles: true})) })",
            value,
        )
    elif kind == "INPUT:checkbox":
        boxes.first.evaluate(
            "(box, on) => { box.checked = on; box.dispatchEvent(new Event('change', {bubbles: true})) }",
            bool(value),
        )
    elif kind.startswith("SELECT"):
        boxes.first.evaluate(
            "(box, value) => { box.value = value; box.dispatchEvent(new Event('change', {bubbles: true})) }",
            str(value),
        )
    else:
        boxes.first.evaluate(
            "(box, value) => { box.value = value; box.dispatchEvent(new Event('input', {bubbles: true})) }",
            str(value),
        )


def citizen(browser: Browser, url: str, **options: Any) -> Person:
    """A phone: 390 px wide, Chinese, no position unless asked."""
    context = browser.new_context(
        viewport=PHONE, locale="zh-CN", has_touch=True, ignore_https_errors=True, **options
    )
    return Person(context.new_page(), url)


def officer(browser: Browser, url: str, account: dict[str, Any], username: str) -> Person:
    """Signs in with password and time code; a code that was used is waited out."""
    context = browser.new_context(viewport=DESK, locale="zh-CN", ignore_https_errors=True)
    person = Person(context.new_page(), url)
    person.go("/admin/sign-in")
    person.deed("sign-in", username=username, password=account["password"])
    code = pyotp.TOTP(account["totp_secret"]).now()
    person.deed("sign-in", otp=code)
    assert "/sign-in" not in person.page.url, person.page.content()[:2000]
    return person
