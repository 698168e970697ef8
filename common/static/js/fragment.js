// Fills <div data-fragment="/address/"> with the HTML at that address of this site. Where it is missing, nothing is shown.
document.querySelectorAll("[data-fragment]").forEach(async (place) => {
  try {
    const answer = await fetch(place.dataset.fragment, { credentials: "same-origin", headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok || answer.redirected) { return; }
    place.innerHTML = await answer.text();
    place.removeAttribute("data-fragment");
  } catch (error) { /* offline: the page is complete without it */ }
});
