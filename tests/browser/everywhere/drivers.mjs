// Firefox, WebKit and Chromium by one client, WebDriver, for the journeys beside this file. It finds no browser: `cargo xtask test --long`
// names programs in the environment. Pages come by way of a proxy that a journey may cut, and that has each page note what went wrong in it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { Builder, By, Key } from "selenium-webdriver";
import { freePort } from "../../ports.mjs";
import { proxied } from "../proxy.mjs";
import { need } from "../served.mjs";

export { Key };

/** By name of a browser: its `driver`, its own program where the driver is to be told, and a program that makes a `display` for it. */
const programs = JSON.parse(need("SEOGA_EVERYWHERE"));

/** How a session is asked for, by browser, and whether it may run scripts. */
const wishes = {
  chromium: (binary, script) => ({
    browserName: "chrome",
    "goog:chromeOptions": {
      binary,
      args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--window-size=1280,900"],
      prefs: script ? {} : { "profile.managed_default_content_settings.javascript": 2 },
    },
  }),
  firefox: (binary, script) => ({
    browserName: "firefox",
    webSocketUrl: true,
    "moz:firefoxOptions": {
      binary,
      args: ["-headless", "-width", "1280", "-height", "900"],
      prefs: { "javascript.enabled": script, "app.normandy.enabled": false, "datareporting.policy.dataSubmissionEnabled": false },
    },
  }),
  webkit: (_, script) => ({
    browserName: "MiniBrowser",
    "webkitgtk:browserOptions": { args: ["--automation", `--enable-javascript=${script}`] },
  }),
};

const running = new Map();
after(() => {
  for (const { processes } of running.values()) for (const one of processes) one.kill();
});

/** Starts the driver of a browser, and the display that it wants; gives its address. */
async function driver(name) {
  if (running.has(name)) return running.get(name).address;
  const { driver, display } = programs[name];
  const env = { ...process.env };
  const processes = [];
  if (display) {
    const server = spawn(display, ["-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
    processes.push(server);
    const [number] = await once(server.stdio[3], "data");
    env.DISPLAY = `:${String(number).trim()}`;
    // There is no graphics card to draw with.
    env.WEBKIT_DISABLE_DMABUF_RENDERER = "1";
    delete env.WAYLAND_DISPLAY;
  }
  const port = await freePort();
  const more = name === "firefox" ? ["--host=127.0.0.1", `--websocket-port=${await freePort()}`] : [];
  processes.push(spawn(driver, [`--port=${port}`, ...more], { stdio: "ignore", env }));
  const address = `http://127.0.0.1:${port}`;
  running.set(name, { address, processes });
  await within(`${driver} does not answer`, () => fetch(`${address}/status`).then(({ ok }) => ok, () => false));
  return address;
}

/** Waits until something is so; what it gives is given. What was looked at may go meanwhile, and is looked for again. */
async function within(what, look, seconds = 20) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    let failed = "";
    const found = await look().catch((error) => {
      if (!/stale|no such|not interactable|intercepted|not attached|detached/i.test(`${error.name} ${error.message}`)) throw error;
      failed = `: ${error.message}`;
    });
    if (found) return found;
    assert.ok(Date.now() < end, `${what}${failed}`);
    await new Promise((done) => { setTimeout(done, 50); });
  }
}

/** Notes in a tab what goes wrong in its pages; runs before the site's own script. */
const NOTES = `{
  const note = (what) => { sessionStorage.wrong = JSON.stringify([...JSON.parse(sessionStorage.wrong ?? "[]"), what]); };
  addEventListener("error", ({ message, target }) => note(message ?? "not loaded: " + (target.src ?? target.href)), true);
  addEventListener("unhandledrejection", ({ reason }) => note(String(reason)));
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => note(violatedDirective + " forbids " + blockedURI));
}
`;

/** A visitor with a browser of its own, and the edge behind a proxy whose `state` a journey may change. */
class Visitor {
  constructor(name, session, { site, state }) {
    Object.assign(this, { name, session, site, state });
  }

  go(path) {
    return this.session.get(new URL(path, this.site).href);
  }

  /** Runs a function in the page. */
  ask(work, ...given) {
    return this.session.executeScript(work, ...given);
  }

  until(what, work, ...given) {
    return within(`${this.name}: never ${what}`, () => this.ask(work, ...given));
  }

  /** Waits until script has mounted what it adds. */
  ready() {
    return this.until("ready", () => document.documentElement.dataset.script !== undefined);
  }

  async address() {
    return new URL(await this.session.getCurrentUrl());
  }

  at(what, isThere) {
    return within(`${this.name}: never at ${what}`, async () => isThere(await this.address()));
  }

  all(css) {
    return this.session.findElements(By.css(css));
  }

  /** Waits until what is looked for is to be seen; gives the first. */
  one(css) {
    return within(`${this.name}: no ${css} to be seen`, async () => {
      for (const found of await this.all(css)) if (await found.isDisplayed()) return found;
      return null;
    });
  }

  click(css) {
    return within(`${this.name}: ${css} cannot be pressed`, async () => {
      await (await this.one(css)).click();
      return true;
    });
  }

  async text(css) {
    return (await (await this.one(css)).getText()).trim();
  }

  /** Types into what has the focus. */
  type(...keys) {
    return this.session.actions().sendKeys(...keys).perform();
  }

  /** Puts a mark into the document, which is there for as long as no other is loaded. */
  mark() {
    return this.ask(() => { window.sameDocument = true; });
  }

  isMarked() {
    return this.ask(() => window.sameDocument === true);
  }

  /** Makes the window as wide as a phone, or as narrow as the browser's own can be. */
  async onPhone() {
    const [width, height] = [390, 844];
    await this.session.manage().window().setRect({ width, height });
    if (this.name !== "firefox") return;
    const bidi = await this.session.getBidi();
    const context = await this.session.getWindowHandle();
    await bidi.send({ method: "browsingContext.setViewport", params: { context, viewport: { width, height } } });
  }

  kept(key) {
    return this.ask((key) => JSON.parse(localStorage.getItem(`seoga.${key}`)), key);
  }

  wrong() {
    return this.ask(() => JSON.parse(sessionStorage.wrong ?? "[]"));
  }
}

/**
 * Declares a journey: a test in each browser.
 *
 * @param {string} title
 * @param {(visitor: Visitor) => Promise<void>} walk
 * @param {{ script?: boolean, expected?: RegExp, isCached?: boolean }} [how] whether scripts run, what may go wrong in a page, and whether
 *   browsers may keep what the site lets them keep
 */
export function journey(title, walk, { script = true, expected = /$^/, isCached = false } = {}) {
  for (const name of Object.keys(programs)) {
    test(`${name}: ${title}`, async () => {
      const proxy = await proxied(isCached);
      if (script) proxy.state.instead["/assets/site.js"] = (text) => NOTES + text;
      const session = await new Builder().usingServer(await driver(name)).withCapabilities(wishes[name](programs[name].browser, script)).build();
      try {
        const visitor = new Visitor(name, session, proxy);
        await walk(visitor);
        if (script) assert.deepEqual((await visitor.wrong()).filter((what) => !expected.test(what)), []);
      } catch (error) {
        const picture = join(need("SEOGA_SCREENSHOTS"), `${name}-${title.replaceAll(/\W+/g, "-")}.png`);
        await session.takeScreenshot().then((png) => writeFile(picture, png, "base64"), () => {});
        throw error;
      } finally {
        await session.quit();
      }
    });
  }
}
