// Fills <div data-fragment="/url/"> with the HTML at that URL of this site. If it can't be loaded, nothing is shown.

async function load(place) {
  try {
    const response = await fetch(place.dataset.fragment, {
      credentials: "same-origin",
      headers: { "X-Requested-With": "fetch" },
    });
    if (!response.ok || response.redirected) return;
    place.innerHTML = await response.text();
    place.removeAttribute("data-fragment");
  } catch {
    // Offline: the page is complete without the fragment.
  }
}

for (const place of document.querySelectorAll("[data-fragment]")) load(place);
