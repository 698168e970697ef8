"""The search page, suggestions while typing, and the fragment of similar resources."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.page_cache import cached_page, count_with
from common.text import is_chinese
from resources.catalogue.cards import cards
from resources.models import Resource
from search.analysis.clean_text import clean_text
from search.embedding_provider import get_embedder
from search.query import query_log, service, suggestions
from search.query.facet_panel import chips, groups
from search.query.params import LAST_PAGE, PAGE_SIZE, PARAMETERS, SearchParams, read_params
from search.query.service import DEGRADED_HEADER, Answer
from search.query.ways_on import ways_on
from search.query.wishes import TooManyWishes, WishForm, send_wish

SIMILAR = 4


def _count_query(request: HttpRequest, facts: tuple[str, int]) -> None:
    text, found = facts
    query_log.count_query(who=request.user, text=text, found=found)


@require_safe
@cached_page(parameters=PARAMETERS, count=_count_query)
def search(request: HttpRequest) -> HttpResponse:
    params = read_params(request.GET)
    answer = service.search(who=request.user, params=params)
    last = max(1, min(-(-answer.total // PAGE_SIZE), LAST_PAGE))
    if params.page > last:
        return redirect(request.path + params.query(page=last))
    context = _context(answer) if answer.total else {**_context(answer), **_ways_on(request, answer)}
    response = render(request, "search/results.html", context)
    if answer.degraded:
        response[DEGRADED_HEADER] = "1"
    # Results depend on the user; a shared cache must not store them.
    response["Cache-Control"] = "private, no-cache"
    return count_with(response, (params.text, answer.total)) if params.text and params.page == 1 else response


def _context(answer: Answer) -> dict[str, Any]:
    params = answer.params
    pages = Paginator(range(min(answer.total, LAST_PAGE * PAGE_SIZE)), PAGE_SIZE)
    return {
        "answer": answer,
        "params": params,
        "search_text": params.text,
        "groups": groups(answer),
        "chips": chips(params, answer.state),
        "page_obj": pages.get_page(params.page),
        "sorts": _sorts(params),
        "kept_by_sort": params.kept("sort"),
        "kept_by_panel": [pair for pair in params.pairs() if pair[0] in ("q", "sort", "literal")],
        "clear_url": params.query(filters={}, months=None),
        "literal_url": params.query(literal=True),
        "words_only_url": params.query(meaning=False),
        "by_meaning_offered": bool(params.text and get_embedder().fingerprint),
        "with_synonyms_url": params.query(literal=False),
        "synonym_words": _quoted(answer.synonyms),
        "other_spellings": _quoted(answer.parsed.spellings),
        "spellings": [(word, SearchParams(text=word).query()) for word in answer.spellings],
    }


def _ways_on(request: HttpRequest, answer: Answer) -> dict[str, Any]:
    return {
        "ways": ways_on(who=request.user, answer=answer),
        "wish_form": WishForm(initial={"q": answer.params.text}),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def wish(request: HttpRequest) -> HttpResponse:
    """Tell the editors what is missing: the form of a search that found nothing, and a page for other readers."""
    form = WishForm(
        request.POST if request.method == "POST" else None, initial={"q": clean_text(request.GET.get("q", ""))}
    )
    status = 200
    if form.is_valid():
        asked = clean_text(form.cleaned_data["q"])
        try:
            send_wish(who=request.user, text=form.cleaned_data["text"], query=asked)
        except TooManyWishes as problem:
            form.add_error(None, str(problem.message))
            status = problem.http_status
        else:
            messages.success(request, _("Thank you. The editors will read it."))
            return redirect(reverse("search") + SearchParams(text=asked).query())
    elif form.is_bound:
        status = 400
    return render(request, "search/wish.html", {"form": form}, status=status)


def _quoted(words: tuple[str, ...]) -> str:
    return ("" if is_chinese() else ", ").join(f"“{word}”" for word in words)


def _sorts(params: SearchParams) -> list[tuple[str, str, bool]]:
    names = [("newest", _("Newest")), ("most_used", _("Most downloaded"))]
    if params.text:
        names.insert(0, ("relevance", _("Best match")))
    return [(value, label, value == params.effective_sort) for value, label in names]


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """``?q=``: the text in the search box. Answers {"items": [{"text", "url", "kind"}]}."""
    found = suggestions.suggest(who=request.user, text=request.GET.get("q", ""))
    items = [
        {"text": each.text, "url": each.url or SearchParams(text=each.text).query(), "kind": each.kind}
        for each in found
    ]
    response = JsonResponse({"items": items})
    response["Cache-Control"] = "private, max-age=30"
    return response


@require_safe
@cached_page()
def similar(request: HttpRequest, pk: int) -> HttpResponse:
    """A fragment of the resource's page, fetched by script."""
    if not Resource.objects.visible_to(request.user).filter(pk=pk).exists():
        raise Http404
    found = service.similar(who=request.user, resource_id=pk, size=SIMILAR)
    return render(request, "search/similar.html", {"cards": cards(found)})
