// The live page as its reader meets it: open it, edit the policy, break it, mend it, ask "what if".
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const { EVENHAND, CHROMIUM, ROOT, WORK } = process.env;
const axe_source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const within = 20_000;
const started = [];

const step = async (what, work) => {
  const began = performance.now();
  await work();
  console.log(`ok ${what} (${Math.round(performance.now() - began)} ms)`);
};

/** A copy of a sample, so that edits hurt nobody. */
const workspace = (sample) => {
  const folder = join(WORK, "workspaces", sample);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(ROOT, "samples", sample), folder, { recursive: true });
  const file = join(folder, "evenhand.yaml");
  return {
    folder,
    text: () => readFileSync(file, "utf8"),
    save: (text) => writeFileSync(file, text),
    edit(from, to) {
      const text = readFileSync(file, "utf8");
      assert.ok(text.includes(from), `${from} is not in ${file}`);
      writeFileSync(file, text.replace(from, to));
    },
  };
};

/** Starts the program; gives the one-time link. */
const serve = (folder) =>
  new Promise((resolve, reject) => {
    const child = spawn(EVENHAND, ["serve", folder, "--port", "0"], { stdio: ["ignore", "pipe", "pipe"] });
    started.push(child);
    let [out, err] = ["", ""];
    child.stderr.on("data", (text) => (err += text));
    child.on("exit", (code) => reject(new Error(`evenhand ended with ${code}: ${err}`)));
    child.stdout.on("data", (text) => {
      out += text;
      const link = out.match(/http:\/\/\S+\/enter\/\S+/);
      if (link) resolve(link[0]);
    });
  });

/** Runs the program to its end. */
const ended = (args) =>
  new Promise((resolve, reject) => {
    const child = spawn(EVENHAND, args, { stdio: "ignore" });
    child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`evenhand ${args.join(" ")} ended with ${code}`))));
  });

/** Waits for a word on the program's results. */
const hears = (child) => {
  let out = "";
  child.stdout.on("data", (text) => (out += text));
  return async (word) => {
    const end = performance.now() + within;
    while (!out.includes(word)) {
      assert.ok(performance.now() < end, `"${word}" did not come: ${out}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
};

/** No serious or critical finding. */
const accessible = async (page, what) => {
  // The page's own policy lets no foreign script in: the checker is evaluated from outside.
  await page.evaluate(axe_source);
  const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  const bad = violations.filter((v) => ["serious", "critical"].includes(v.impact));
  const told = bad.map((v) => `${v.id}: ${v.help}\n  ${v.nodes.slice(0, 4).map((n) => `${n.html}\n    ${n.failureSummary}`).join("\n  ")}`);
  assert.equal(bad.length, 0, `${what}:\n${told.join("\n")}`);
};

const shot = (page, name, more = {}) => page.screenshot({ path: join(WORK, "shots", `${name}.png`), fullPage: true, ...more });

const status = (page) => page.locator("#words");
const said = async (page, text) => {
  await page.waitForFunction((text) => document.querySelector("#words")?.textContent.includes(text), text, { timeout: within });
};

/** Nothing sticks out of the page's sides. */
const fits = async (page, what) => {
  const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(inner <= outer, `${what}: ${inner} px of content in ${outer} px`);
};

const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

try {
  const small = workspace("first-charter");
  const link = await serve(small.folder);
  const base = new URL(link).origin;
  const context = await browser.newContext({ viewport: { width: 1180, height: 860 } });
  const page = await context.newPage();
  const problems = [];
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(String(error)));
  let loads = 0;
  page.on("framenavigated", () => (loads += 1));

  await step("the link lets one browser in, once", async () => {
    await page.goto(link);
    await page.waitForURL(`${base}/`);
    await said(page, "Generation 1 is in force");
    const stranger = await browser.newContext();
    const answer = await (await stranger.newPage()).goto(link);
    assert.equal(answer.status(), 403);
    await stranger.close();
  });

  const headlines = () => page.locator(".headlines").innerText();
  const as_it_was = small.text();

  await step("an edited threshold shows without reloading", async () => {
    const [before, count] = [await headlines(), loads];
    small.edit("floor: 50%, target: 70%", "floor: 5%, target: 10%");
    await said(page, "Generation 2 is in force");
    assert.notEqual(await headlines(), before);
    assert.equal(loads, count, "the page was not loaded anew");
    assert.ok(await page.locator("#moved").isVisible());
  });

  await step("a broken save shows with its line, and the figures stay", async () => {
    const before = await headlines();
    small.edit("target: 10%", "target: 10%, floor: 3%");
    await page.locator("#refused-title").waitFor({ timeout: within });
    const text = await page.locator(".refusal pre").innerText();
    assert.match(text, /evenhand\.yaml:\d+:\d+/);
    assert.match(text, /floor/);
    await said(page, "Generation 2 stays in force");
    assert.equal(await headlines(), before);
    await accessible(page, "a refused save");
    await shot(page, "refused");
  });

  await step("the refusal stands on every page, and on one opened anew", async () => {
    const other = await context.newPage();
    await other.goto(`${base}/generations`);
    assert.ok(await other.locator("#refused-title").isVisible());
    await other.close();
  });

  await step("a repair ends it", async () => {
    small.edit("target: 10%, floor: 3%", "target: 12%");
    await said(page, "Generation 3 is in force");
    assert.equal(await page.locator("#refused-title").count(), 0);
  });

  await step("scroll, focus, open details and typed text survive an edit", async () => {
    await page.goto(`${base}/level?level=person`);
    await page.locator("#q").fill("");
    await page.locator("#q").pressSequentially("p", { delay: 10 });
    await page.waitForURL(/q=p/);
    await page.goto(`${base}/`);
    await page.locator("details.data summary").first().click();
    await page.evaluate(() => document.querySelector("details.data").scrollIntoView({ block: "center" }));
    // What is looked at stays where it is, though what stands above it grows.
    const place = () => page.evaluate(() => Math.round(document.querySelector("details.data").getBoundingClientRect().top));
    const before = await place();
    small.save(as_it_was);
    await said(page, "Generation 4 is in force");
    assert.ok(Math.abs((await place()) - before) <= 2, "nothing jumps");
    assert.ok(await page.evaluate(() => document.querySelector("details.data").open));
    assert.equal(await page.evaluate(() => document.activeElement.tagName), "SUMMARY");
    await page.goto(`${base}/what-if`);
    await page.locator("#to").fill("9");
    small.edit("target: 70%", "target: 71%");
    await said(page, "Generation 5 is in force");
    assert.equal(await page.locator("#to").inputValue(), "9", "what is typed stays");
    assert.equal(await page.evaluate(() => document.activeElement.id), "to");
  });

  await step("what if: who moves shows at once, and nothing is saved", async () => {
    const before = small.text();
    await page.locator("#change").selectOption("target.answer_same_day");
    await page.locator("#to").fill("95%");
    await page.locator("#edit").waitFor({ timeout: within });
    assert.match(await page.locator("pre.edit").innerText(), /\+ .*target: 95%/);
    assert.match(await page.locator("main").innerText(), /In evenhand\.yaml, line \d+/);
    assert.equal(small.text(), before);
    await accessible(page, "what if");
    await shot(page, "what-if");
    await page.locator("#to").fill("many");
    await page.locator("#answer.problem").waitFor({ timeout: within });
  });

  await step("a deleted file is refused and its return is taken", async () => {
    const text = small.text();
    rmSync(join(small.folder, "evenhand.yaml"));
    await said(page, "stays in force");
    small.save(text.replace("71%", "72%"));
    await said(page, "Generation 6 is in force");
  });

  // A workspace with departments, several standards and a history.
  const bank = workspace("contact-centre");
  const bank_link = await serve(bank.folder);
  const bank_base = new URL(bank_link).origin;
  await page.goto(bank_link);
  await page.waitForURL(`${bank_base}/`);
  await page.locator("#levels").waitFor({ timeout: 60_000 });
  await page.goto(`${bank_base}/level?level=person`);
  const person = await page.locator("tbody th a").first().getAttribute("href");
  const pages = { overview: "/", people: "/level?level=person", subject: person, generations: "/generations", luck: "/luck", warnings: "/problems", missing: "/nowhere" };

  await step("the luck figures come by themselves", async () => {
    await page.goto(`${bank_base}/`);
    await page.locator("#luck ~ p a[href='/luck']").waitFor({ timeout: 120_000 });
  });

  for (const scheme of ["light", "dark"]) {
    await step(`every page is accessible (${scheme})`, async () => {
      await page.emulateMedia({ colorScheme: scheme });
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(`${bank_base}${path}`);
        await accessible(page, `${name} (${scheme})`);
        await fits(page, name);
        await shot(page, `${name}-${scheme}`);
      }
    });
  }

  await step("a phone shows all of it without scrolling sideways", async () => {
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width: 380, height: 760 });
    for (const [name, path] of Object.entries({ ...pages, "what-if": "/what-if?change=minimum.records&to=60" })) {
      await page.goto(`${bank_base}${path}`);
      await fits(page, name);
      await shot(page, `${name}-phone`);
    }
    await accessible(page, "phone");
    await page.setViewportSize({ width: 1180, height: 860 });
  });

  await step("it prints, and without colours of its own it still says everything", async () => {
    await page.goto(`${bank_base}/`);
    await page.emulateMedia({ media: "print" });
    await shot(page, "overview-print");
    assert.equal(await page.locator(".bar nav").isVisible(), false);
    await page.goto(`${bank_base}${person}`);
    await page.pdf({ path: join(WORK, "shots", "subject.pdf"), format: "A4" });
    await page.emulateMedia({ media: "screen", forcedColors: "active" });
    await shot(page, "subject-forced-colours");
    await page.emulateMedia({ forcedColors: "none" });
  });

  await step("the written report, its luck page and the note of a refused save are accessible and fit", async () => {
    const beads = workspace("red-beads");
    beads.edit("[naive] }", "[naive], sanction: 0.01, worlds: 20 }");
    await ended(["run", beads.folder, "--luck"]);
    const out = join(beads.folder, "out");
    const written = await browser.newContext({ viewport: { width: 1180, height: 860 } });
    const reader = await written.newPage();
    for (const file of ["report.html", "luck.html"]) {
      for (const scheme of ["light", "dark"]) {
        await reader.emulateMedia({ colorScheme: scheme });
        await reader.setViewportSize({ width: 1180, height: 860 });
        await reader.goto(`file://${join(out, file)}`);
        await accessible(reader, `${file} (${scheme})`);
        await fits(reader, file);
        await shot(reader, `written-${file}-${scheme}`);
        await reader.setViewportSize({ width: 380, height: 760 });
        await fits(reader, `${file} on a phone`);
      }
      await reader.emulateMedia({ colorScheme: "light", forcedColors: "active" });
      await shot(reader, `written-${file}-forced-colours`);
      await reader.emulateMedia({ forcedColors: "none" });
      await reader.pdf({ path: join(WORK, "shots", `${file}.pdf`), format: "A4" });
    }
    const watch = spawn(EVENHAND, ["watch", beads.folder], { stdio: ["ignore", "pipe", "ignore"] });
    started.push(watch);
    const heard = hears(watch);
    await heard("generation 1");
    beads.edit("evenhand: 1", "evenhand: 1\nnobody_knows: 1");
    await heard("stays in force");
    await reader.goto(`file://${join(out, "report.html")}`);
    const note = reader.locator(".refusal-note");
    assert.match(await note.innerText(), /Generation 1, the last good version, is in force[^]*evenhand\.yaml:4:1/);
    await note.locator("summary").click();
    await accessible(reader, "note");
    await fits(reader, "note");
    await shot(reader, "note", { fullPage: false });
    await written.close();
  });

  await step("the keyboard reaches the content first, then the rest", async () => {
    await page.goto(`${bank_base}/`);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "content");
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => document.querySelector("main").contains(document.activeElement)));
  });

  await step("without JavaScript it can be read and asked", async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false, storageState: await context.storageState() });
    const reader = await plain.newPage();
    await reader.goto(`${bank_base}/level?level=person`);
    await reader.locator("#q").fill("a");
    await reader.locator("button[type=submit]").click();
    assert.match(reader.url(), /q=a/);
    assert.ok(await reader.locator("#found").isVisible());
    await plain.close();
  });

  // 403 and 404 that the steps above asked for are told on the console.
  const unexpected = problems.filter((text) => !/status of (403|404)/.test(text));
  assert.deepEqual(unexpected, [], "nothing is complained of on the console");
  console.log(`all steps passed; screenshots in ${join(WORK, "shots")}`);
} finally {
  await browser.close();
  for (const child of started) {
    child.removeAllListeners("exit");
    child.kill("SIGINT");
  }
}
