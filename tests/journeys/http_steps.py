"""Steps of users over HTTP without a browser: fill in a form and send it until it worked."""

from __future__ import annotations

import time
from typing import Any

from bs4 import BeautifulSoup, Tag

from tests.journeys.client import Client, GivenUp

CHOSEN = ("resource_type", "levels", "programmes", "audiences", "licence", "portraits", "generated_content")


def begin_draft(client: Client, *, title: str, blob_uid: str) -> int:
    """A draft with an upload in it, as the upload page's script makes it; the resource's id."""
    page = client.get("workspace/upload/").text
    school = BeautifulSoup(page, "html.parser").find("input", attrs={"name": "school"})
    assert isinstance(school, Tag), page[:500]
    made = client.post("workspace/resources/", {"school": str(school["value"]), "title": title})
    assert made.ok, made.text[:300]
    pk = int(made.json()["id"])
    # Attaching what is attached already changes nothing, so it may be repeated.
    attached = client.post(f"workspace/resources/{pk}/files/", {"blob": blob_uid}, accept="application/json")
    assert attached.ok, attached.text[:300]
    return pk


def submit(client: Client, pk: int) -> None:
    """Fill in the record with the first choice everywhere and submit it."""

    def fill(form: Tag, values: dict[str, Any]) -> None:
        for name in CHOSEN:
            values[name] = values.get(name) or _first_choice(form, name)
        values |= {"creators": "周老师", "visibility": "public", "commitment": "yes", "do": "submit"}

    _until_gone(client, f"workspace/resources/{pk}/", "based_on", fill)


def approve(client: Client, pk: int) -> None:
    """Find every aspect met, and approve."""

    def fill(form: Tag, values: dict[str, Any]) -> None:
        for box in form.find_all("input", attrs={"value": "meets"}):
            values[box["name"]] = "meets"
        values["opened"] = [box["value"] for box in form.find_all("input", attrs={"name": "opened"})]
        values["decision"] = "approve"

    _until_gone(client, f"workspace/review/{pk}/", "task_state", fill)


def _until_gone(client: Client, path: str, field: str, fill: Any) -> None:
    """Send the form with ``field`` until the page has none; a restart may lose an attempt."""
    deadline = time.monotonic() + client.patience
    answer = ""
    while time.monotonic() < deadline:
        form = _form(client.get(path).text, field)
        if form is None:
            return
        values = _values(form)
        fill(form, values)
        answer = client.post(path, values).text
    raise GivenUp(f"{path} still asks: {BeautifulSoup(answer, 'html.parser').get_text(' ', strip=True)[:1500]}")


def _form(html: str, field: str) -> Tag | None:
    found = BeautifulSoup(html, "html.parser").find(attrs={"name": field})
    form = found.find_parent("form") if found else None
    # Who may look but not decide has the page without its button.
    return form if form is not None and form.find("button", attrs={"name": ["do", "decision"]}) else None


def _values(form: Tag) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for box in form.find_all(["input", "textarea", "select"]):
        name = box.get("name")
        if not name or (box.get("type") in ("checkbox", "radio") and not box.has_attr("checked")):
            continue
        if box.name == "select":
            value = next((option.get("value", "") for option in box.find_all("option", selected=True)), "")
        else:
            value = box.text.strip() if box.name == "textarea" else box.get("value", "")
        if value:
            values.setdefault(str(name), []).append(value)
    return values


def _first_choice(form: Tag, name: str) -> str:
    """A value of a select or of radio buttons or ticks."""
    boxes = form.find_all("input", attrs={"name": name}) or form.select(f"select[name={name}] option")
    return next(str(box["value"]) for box in boxes if box.get("value"))
