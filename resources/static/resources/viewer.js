// The viewer: turns pages without loading the whole page again, jumps, fills the strip as it is scrolled.
// Every control is also a plain link or form, so it all works without this file.

function start(viewer) {
  const stage = viewer.querySelector("[data-stage]");
  const words = viewer.querySelector("[data-pagetext]");
  const strip = viewer.querySelector("[data-strip]");
  const jump = viewer.querySelector("[data-jump]");
  const full = viewer.querySelector("[data-full]");
  const live = viewer.querySelector("[data-live]");
  const count = Number(viewer.dataset.count);
  const address = viewer.dataset.pages;
  if (!stage || !words || !count) { return; }
  let number = Number(viewer.dataset.number);
  let wanted = number;
  const kept = new Map();

  async function get(extra) {
    const answer = await fetch(address + (address.includes("?") ? "&" : "?") + extra, { credentials: "same-origin" });
    if (!answer.ok) { throw new Error(String(answer.status)); }
    return answer.text();
  }

  function fetchPage(one) {
    if (!kept.has(one)) {
      const promise = get("p=" + one).then((html) => {
        const draft = document.createElement("template");   // inert: its pictures are not loaded yet
        draft.innerHTML = html;
        return draft.content;
      });
      promise.catch(() => kept.delete(one));
      kept.set(one, promise);
    }
    return kept.get(one);
  }

  // The neighbours and their pictures, so that turning shows at once.
  function prepare(one) {
    if (one < 1 || one > count) { return; }
    fetchPage(one).then((page) => {
      const image = page.querySelector("[data-stage] img");
      if (image) {
        const early = new Image();
        early.sizes = image.sizes;
        early.srcset = image.srcset;
        early.src = image.src;
      }
    }).catch(() => {});
  }

  function centre(link) {   // scroll the strip only, never the page
    const at = link.getBoundingClientRect();
    const frame = strip.getBoundingClientRect();
    strip.scrollTop += at.top - frame.top - (frame.height - at.height) / 2;
    strip.scrollLeft += at.left - frame.left - (frame.width - at.width) / 2;
  }

  function mark() {
    strip.querySelectorAll("[aria-current]").forEach((link) => link.removeAttribute("aria-current"));
    const link = strip.querySelector(`[data-page="${number}"]`);
    if (link) {
      link.setAttribute("aria-current", "page");
      centre(link);
    }
  }

  async function show(one, remember) {
    if (one < 1 || one > count || one === wanted && one === number && remember) { return; }
    wanted = one;
    let page;
    try {
      page = await fetchPage(one);
    } catch (error) {
      // Offline or signed out: let the browser go there and say so itself.
      if (wanted !== one) { return; }
      const link = strip.querySelector(`[data-page="${one}"]`);
      if (link) {
        location.href = link.href;
      } else if (jump) {
        jump.querySelector("[name=p]").value = String(one);
        jump.submit();
      }
      return;
    }
    if (wanted !== one) { return; }   // turned on meanwhile
    number = one;
    stage.innerHTML = page.querySelector("[data-stage]").innerHTML;
    words.innerHTML = page.querySelector("[data-pagetext]").innerHTML;
    const text = words.querySelector("[data-page-label]");
    if (jump) { jump.querySelector("[name=p]").value = String(one); }
    if (full && text) {
      full.hidden = !text.dataset.fullAddress;
      full.href = text.dataset.fullAddress;
    }
    if (live && text) { live.textContent = text.dataset.pageLabel; }
    if (remember) { history.replaceState(null, "", "#p" + one); }
    viewer.querySelectorAll("[data-step]").forEach((link) => {
      link.classList.toggle("is-off", number + Number(link.dataset.step) < 1 || number + Number(link.dataset.step) > count);
    });
    if (!strip.querySelector(`[data-page="${one}"]`) && !strip.closest(".viewer").querySelector(".striphead")) { await refill(one); }
    mark();
    prepare(one + 1);
    prepare(one - 1);
  }

  // A jump out of the loaded piece: the strip starts again a little before it.
  async function refill(one) {
    try {
      const html = await get("strip=all&at=" + Math.max(1, one - 3));
      if (wanted !== one) { return; }   // jumped on meanwhile
      strip.innerHTML = html;
      watch();
    } catch (error) { /* the page itself is shown; the strip stays as it was */ }
  }

  function watch() {
    const next = strip.querySelector("[data-strip-next]");
    if (!next || !("IntersectionObserver" in window)) { return; }
    const observer = new IntersectionObserver(async (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) { return; }
      observer.disconnect();
      const all = strip.dataset.all !== undefined ? "strip=all&" : "";
      try {
        const html = await get(all + "at=" + next.dataset.at);
        next.insertAdjacentHTML("afterend", html);
        next.remove();
        watch();
      } catch (error) { /* the link stays and works */ }
    }, { root: strip, rootMargin: "300px" });
    observer.observe(next);
  }

  function step(by) { show(number + by, true); }

  viewer.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    const link = event.target.closest("[data-page]");
    if (link) { event.preventDefault(); show(Number(link.dataset.page), true); return; }
    const turn = event.target.closest("[data-step]");
    if (turn) { event.preventDefault(); step(Number(turn.dataset.step)); return; }
    if (event.target.closest("[data-full]") && stage.requestFullscreen) {
      event.preventDefault();
      stage.requestFullscreen().catch(() => { location.href = full.href; });
      return;
    }
    if (document.fullscreenElement === stage && event.target.closest("[data-stage]")) { step(1); }
  });

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) { return; }
    const inside = viewer.contains(event.target) || document.fullscreenElement === stage;
    if (!inside && event.target !== document.body || /INPUT|SELECT|TEXTAREA/.test(event.target.tagName)) { return; }
    if (event.key === "ArrowRight" || (inside && event.key === "PageDown")) { event.preventDefault(); step(1); }
    if (event.key === "ArrowLeft" || (inside && event.key === "PageUp")) { event.preventDefault(); step(-1); }
    if (inside && event.key === "Home") { event.preventDefault(); show(1, true); }
    if (inside && event.key === "End") { event.preventDefault(); show(count, true); }
  });

  if (jump) {
    jump.addEventListener("submit", (event) => {
      event.preventDefault();
      const field = jump.querySelector("[name=p]");
      const asked = Math.min(Math.max(Math.round(Number(field.value)) || number, 1), count);
      field.value = String(asked);
      show(asked, true);
    });
  }

  function fromHash() {
    const at = /^#p(\d+)$/.exec(location.hash);
    if (at && Number(at[1]) !== number) { show(Number(at[1]), false); }
    return Boolean(at);
  }
  watch();
  mark();
  if (fromHash()) { viewer.scrollIntoView(); }
  prepare(number + 1);
  window.addEventListener("hashchange", fromHash);
}

document.querySelectorAll("[data-viewer]").forEach(start);
