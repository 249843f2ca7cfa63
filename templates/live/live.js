"use strict";
// Follows the session: when a generation comes or a save is refused, the page is fetched anew and what differs is put
// in place, so that scroll, focus, open details and typed text stay as they are.
(() => {
  const line = document.getElementById("line");
  let wanted = document.body.dataset.version;
  let under_way = null;
  let typing = 0;

  /** Says how the connection stands; the sentence itself comes from the server, in the page's language. */
  const tell = (key) => {
    const text = key ? line.dataset[key] : "";
    if (line.textContent !== text) line.textContent = text;
    line.hidden = !text;
  };

  const is_dirty = (field) =>
    field instanceof HTMLSelectElement
      ? [...field.options].some((option) => option.selected !== option.defaultSelected)
      : field.value !== field.defaultValue;

  const mark = (element) => {
    element.classList.remove("changed");
    void element.offsetWidth;
    element.classList.add("changed");
    setTimeout(() => element.classList.remove("changed"), 4000);
  };

  const same_kind = (a, b) =>
    a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.nodeType !== 1 || a.id === b.id);

  const copy_attributes = (from, to, keep) => {
    for (const { name } of [...from.attributes]) {
      if (!to.hasAttribute(name) && !keep.includes(name)) from.removeAttribute(name);
    }
    for (const { name, value } of to.attributes) {
      if (from.getAttribute(name) !== value && !keep.includes(name)) from.setAttribute(name, value);
    }
  };

  /** Makes `from` like `to`, touching only what differs. */
  const become = (from, to) => {
    if (from.nodeType !== 1) {
      if (from.data !== to.data) {
        from.data = to.data;
        if (from.parentElement?.closest("main")) mark(from.parentElement);
      }
      return;
    }
    if (from.isEqualNode(to)) return;
    const keep = [];
    if (from instanceof HTMLDetailsElement) keep.push("open");
    if (from.matches("input, select") && (is_dirty(from) || from === document.activeElement)) {
      // What is being typed is the reader's.
      keep.push("value");
      if (from instanceof HTMLSelectElement) return;
    }
    copy_attributes(from, to, keep);
    const [old, fresh] = [[...from.childNodes], [...to.childNodes]];
    fresh.forEach((node, i) => {
      const at = old[i];
      if (!at) from.append(document.importNode(node, true));
      else if (same_kind(at, node)) become(at, node);
      else at.replaceWith(document.importNode(node, true));
    });
    old.slice(fresh.length).forEach((node) => node.remove());
  };

  /** Fetches an address of ours and shows it in place of what is shown. */
  const show = async (address) => {
    under_way?.abort();
    const mine = (under_way = new AbortController());
    try {
      const answer = await fetch(address, { cache: "no-store", redirect: "error", signal: mine.signal });
      if (answer.status === 403) return tell("ended");
      if (!(answer.headers.get("content-type") || "").startsWith("text/html")) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (mine.signal.aborted) return;
      document.title = page.title;
      document.body.dataset.version = page.body.dataset.version;
      for (const part of ["header.bar", "#said", "#refusal", "main", "footer"]) {
        const [from, to] = [document.querySelector(part), page.querySelector(part)];
        if (from && to) become(from, to);
      }
      tell("");
    } catch (problem) {
      if (problem.name !== "AbortError") tell("lost");
    } finally {
      if (under_way === mine) under_way = null;
    }
    if (!mine.signal.aborted && Number(document.body.dataset.version) < Number(wanted)) await show(location.href);
  };

  const events = new EventSource("/events");
  events.addEventListener("change", ({ data }) => {
    const [version, busy] = data.split(" ");
    wanted = version;
    if (busy) tell("busy");
    else if (version === document.body.dataset.version) tell("");
    else show(location.href);
  });
  events.addEventListener("error", () => tell(events.readyState === EventSource.CLOSED ? "ended" : "lost"));
  events.addEventListener("open", () => tell(""));

  /** The address that a form asks for. */
  const address_of = (form) => {
    const asked = new URLSearchParams(new FormData(form));
    [...asked].forEach(([name, value]) => value === "" && asked.delete(name));
    return `${form.getAttribute("action")}?${asked}`;
  };

  const ask = (form) => {
    clearTimeout(typing);
    const address = address_of(form);
    history.replaceState(null, "", address);
    show(address);
  };

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-live]")) return;
    event.preventDefault();
    ask(event.target);
  });
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-live]");
    if (!form) return;
    clearTimeout(typing);
    typing = setTimeout(() => ask(form), event.target instanceof HTMLSelectElement ? 0 : 200);
  });
})();
